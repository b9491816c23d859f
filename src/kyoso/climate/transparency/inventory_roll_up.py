"""From facility reports to a national inventory, without counting anything twice.

The lines are summed once, on a digest by category, source and gas. What national statistics know
and facilities do not report is added at Tier 1; what cannot be shown is withheld; what is missing
is said and never zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from kyoso.climate.transparency import categories, gaps
from kyoso.climate.transparency.category_trees import (
    Node,
    Tree,
    Trees,
    counted,
    grow,
    is_biogenic,
    item_of,
)
from kyoso.climate.transparency.estimates import named
from kyoso.climate.transparency.factors import (
    POTENTIALS,
    SECTORS,
    Coefficient,
    by_source,
    coefficients,
    for_category,
    potentials,
)
from kyoso.climate.transparency.reconciliation import (
    NOISE,
    Reconciled,
    compare,
    estimate_of,
    reconcile,
)
from kyoso.climate.transparency.roll_up_lines import (
    CELL,
    Row,
    Stream,
    activity,
    by_cell,
    emitted,
    reporters,
    stream_of,
    who,
)
from kyoso.climate.transparency.roll_up_rules import rules
from kyoso.climate.transparency.tables.facilities import FACTORS
from kyoso.climate.transparency.tables.roll_up import (
    ABOVE,
    ALONE,
    BASIS,
    COMPLETENESS,
    CONFIDENTIAL,
    ESTIMATES,
    EXCEEDS,
    INVENTORY,
    LINES,
    MISSING,
    NATIONAL,
    NOTED,
    OUTSIDE,
    PARTIAL,
    RECEIVED,
    RECONCILIATION,
    REPORTED,
    SETS,
    STATED,
    SUMS,
    TOTAL,
    TRANSFERRED,
)
from kyoso.climate.transparency.withholding import Reporters, withheld
from kyoso.core.text import Text
from kyoso.methods.declaration import (
    Figure,
    Kind,
    Method,
    Origin,
    Outcome,
    Parameter,
    Source,
    Values,
)
from kyoso.methods.result import Check, Verdict
from kyoso.tables.given import schema

if TYPE_CHECKING:
    import ibis.expr.types as ir


def inventory_roll_up(tables: Mapping[str, ir.Table], values: Values) -> Outcome:
    """The inventory of every country and year, reconciled, with what is missing."""
    whole = tables["lines.digest"].to_pyarrow() if "lines" in tables else None
    several = whole is not None and not all(whole["current"].to_pylist())
    digest = sorted(
        [] if whole is None else emitted(whole),
        key=lambda row: tuple(str(row[name]) for name in CELL),
    )
    small = {
        name: tables[name].to_pyarrow() if name in tables else None
        for name in ("national", "factors", "notations", "estimates")
    }
    factors = by_source(small["factors"])
    national = {stream_of(row): row for row in _rows(small["national"])}
    estimates = _estimates(small["national"], small["factors"], str(values["gwp"]))
    quantities = activity(tables["lines"], digest, several=several) if digest else {}
    tolerance = float(values["tolerance"])
    found = list(reconcile(quantities, national, factors, tolerance))
    compared = list(compare(_rows(small["estimates"]), list(counted(digest, values)), tolerance))
    by = reporters(tables["lines"], digest, several=several) if digest else {}
    trees = grow(digest, found, by, estimates, compared=compared, values=values)
    found += [one for _, one in compared]
    hidden = {
        tree: withheld({code: node.cell() for code, node in nodes.items()})
        for tree, nodes in trees.trees.items()
    }
    stated = _rows(small["notations"])
    partial = gaps.partial(_rows(small["estimates"]))
    lacking = gaps.together(gaps.whole(stated), partial)
    inventory = _with_notations(list(_inventory(trees, hidden, str(values["gwp"]))), stated)
    inventory = [_with_gaps(row, partial, lacking) for row in inventory]
    checked = list(_reconciliation(found, digest, by))
    places = sorted({tree[:2] for tree in trees.trees} | {_place(row) for row in stated})
    completeness = list(_completeness(places, trees, stated, partial))
    made = {
        INVENTORY: inventory,
        SUMS: list(_sums(trees, hidden, lacking, str(values["gwp"]))),
        BASIS: list(_basis(digest, str(values["transferred"]))),
        RECONCILIATION: checked,
        COMPLETENESS: completeness,
    }
    return Outcome(
        tables={
            table.name: pa.Table.from_pylist(rows, schema=schema(table))
            for table, rows in made.items()
        },
        checks=(
            *_checks(_rows(whole), checked, completeness, hidden, estimates),
            _estimates_whole(_rows(small["estimates"])),
        ),
    )


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    return [] if table is None else table.to_pylist()


def _place(row: Row) -> tuple[str, int]:
    return row["country"], row["year"]


def _estimates(
    national: pa.Table | None, factors: pa.Table, assessment: str
) -> dict[tuple[str, str, str], list[Coefficient]]:
    """The coefficients of national figures by source (lower case), unit and category."""
    found: defaultdict[tuple[str, str, str], list[Coefficient]] = defaultdict(list)
    if national is not None:
        for one in coefficients(national, factors, assessment):
            if isinstance(one, Coefficient):
                found[one.source.lower(), one.unit, one.category].append(one)
    return found


_BLANK = {"from_facilities": None, "remainder": None, "total": None, "co2e": None, "coverage": None}


def _inventory(
    trees: Trees, hidden: Mapping[Tree, frozenset[str]], assessment: str
) -> Iterator[dict[str, Any]]:
    warming = potentials(assessment)
    for tree, nodes in sorted(trees.trees.items()):
        country, year, gas, item = tree
        for category, node in nodes.items():
            row = {"country": country, "year": year, "category": category, "gas": gas, "item": item}
            if category in hidden[tree]:
                yield {**row, **_BLANK, "notation": "C"}
                continue
            yield {
                **row,
                **node.parts(),
                "co2e": node.total * warming[gas],
                "coverage": node.coverage(),
                "notation": None,
            }


def _with_notations(inventory: list[dict[str, Any]], stated: Sequence[Row]) -> list[dict[str, Any]]:
    """Stated keys beside the values: at a cell that has one, or as a row without a value."""
    keys = {
        (row["country"], row["year"], row["category"], row["gas"]): row["notation"]
        for row in stated
    }
    for row in inventory:
        key = (row["country"], row["year"], row["category"], row["gas"])
        if row["item"] == item_of(row["category"], biogenic=False) and key in keys:
            row["notation"] = row["notation"] or keys.pop(key)
    for (country, year, category, gas), notation in keys.items():
        inventory.append(
            {
                "country": country,
                "year": year,
                "category": category,
                "gas": gas,
                "item": item_of(category, biogenic=False),
                **_BLANK,
                "notation": notation,
            }
        )
    return inventory


def _with_gaps(
    row: dict[str, Any],
    partial: Mapping[Tree, gaps.Reasons],
    lacking: Mapping[Tree, gaps.Reasons],
) -> dict[str, Any]:
    """What is not estimated beside what is; a value that is partial has the key NE with it."""
    tree = (row["country"], row["year"], row["gas"], row["item"])
    if row["category"] in partial.get(tree, {}):
        row["notation"] = row["notation"] or gaps.NOT_ESTIMATED
    told = gaps.told(lacking.get(tree, {}), row["category"])
    return {**row, "not_estimated": "; ".join(told) or None}


def _sums(
    trees: Trees,
    hidden: Mapping[Tree, frozenset[str]],
    lacking: Mapping[Tree, gaps.Reasons],
    assessment: str,
) -> Iterator[dict[str, Any]]:
    """CO2 equivalents of the national total and its sectors, without memo items."""
    warming = potentials(assessment)
    wanted = (categories.NATIONAL_TOTAL, *categories.children(categories.NATIONAL_TOTAL))
    sums: defaultdict[tuple[str, int, str], Node] = defaultdict(Node)
    secret: set[tuple[str, int, str]] = set()
    for tree, nodes in sorted(trees.trees.items()):
        country, year, gas, item = tree
        for category in wanted:
            if item != TOTAL or category not in nodes:
                continue
            key, node = (country, year, category), nodes[category]
            sums[key].facilities += [mass * warming[gas] for mass in node.facilities]
            sums[key].remainder += [mass * warming[gas] for mass in node.remainder]
            sums[key].open |= node.open
            if category in hidden[tree]:
                secret.add(key)
    for key, node in sums.items():
        told = [
            text
            for (country, year, gas, item), reasons in sorted(lacking.items())
            if (country, year, item) == (*key[:2], TOTAL)
            for text in gaps.told(reasons, key[2], gas)
        ]
        row: dict[str, Any] = dict(zip(("country", "year", "category"), key, strict=True))
        row["not_estimated"] = "; ".join(told) or None
        if key in secret:
            yield {**row, **_BLANK, "notation": "C"}
        else:
            yield {**row, **node.parts(), "coverage": node.coverage(), "notation": None}


def _basis(digest: Sequence[Row], transferred: str) -> Iterator[dict[str, Any]]:
    """Which lines the cells rest on; what was handed over only where it is subtracted."""
    counted: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    written: dict[tuple[Any, ...], str] = {}
    for row in digest:
        if row["boundary"] == TRANSFERRED and transferred == "kept":
            continue
        item = item_of(row["category"], biogenic=is_biogenic(row))
        key = (*stream_of(row), row["gas"], item, row["boundary"])
        written.setdefault(key, row["source"])
        counted[key] += row["lines"]
    for key, lines in counted.items():
        country, year, category, _, gas, item, boundary = key
        yield {
            "country": country,
            "year": year,
            "category": category,
            "gas": gas,
            "item": item,
            "source": written[key],
            "boundary": boundary,
            "lines": lines,
        }


def _reconciliation(
    found: Sequence[Reconciled], digest: Sequence[Row], by: Mapping[tuple[Any, ...], Reporters]
) -> Iterator[dict[str, Any]]:
    """The comparison; where a confidential line rests with too few, what would tell it is out."""
    behind: defaultdict[Stream, Reporters] = defaultdict(Reporters)
    secret: set[Stream] = set()
    for row in digest:
        behind[stream_of(row)] |= by.get(who(row), Reporters())
        if row["confidential"]:
            secret.add(stream_of(row))
    for one in found:
        country, year, category, _ = one.stream
        reported = Reporters()
        for stream in one.streams:
            reported |= behind[stream]
        silent = not secret.isdisjoint(one.streams) and not reported.enough
        yield {
            "country": country,
            "year": year,
            "category": category,
            "source": one.source,
            "unit": one.unit,
            "national": one.national,
            "facilities": None if silent else one.facilities,
            "residual": None if silent else one.residual,
            "coverage": None if silent else one.coverage,
            "verdict": CONFIDENTIAL if silent else one.verdict,
        }


def _completeness(
    places: Iterable[tuple[str, int]],
    trees: Trees,
    stated: Sequence[Row],
    partial: Mapping[Tree, gaps.Reasons],
) -> Iterator[dict[str, Any]]:
    """Every lowest category with the gases that the guidelines foresee for it."""
    valued: defaultdict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    own: defaultdict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    for (country, year, gas, _), nodes in trees.trees.items():
        for category, node in nodes.items():
            valued[country, year].add((category, categories.group(gas)))
            if node.own is not None:
                own[country, year].add((category, categories.group(gas)))
    keys: defaultdict[tuple[str, int], dict[tuple[str, str], str]] = defaultdict(dict)
    for row in stated:
        keys[_place(row)][row["category"], categories.group(row["gas"])] = row["notation"]
    parts, absent = _by_group(partial), _by_group(gaps.whole(stated))
    for place in places:
        for category in categories.codes():
            if categories.children(category):
                continue
            for gas in categories.gases(category):
                filled = _filled(
                    (category, gas), valued[place], own[place], keys[place], parts[place]
                )
                at = (filled["found_in"], gas)
                told = parts if filled["status"] == PARTIAL else absent
                yield {
                    "country": place[0],
                    "year": place[1],
                    "category": category,
                    "gas": gas,
                    **filled,
                    "not_estimated": told[place].get(at) or None,
                }


def _by_group(
    reasons: Mapping[Tree, gaps.Reasons],
) -> defaultdict[tuple[str, int], dict[tuple[str, str], str]]:
    """Reasons by category and group of gases, by country and year."""
    found: defaultdict[tuple[str, int], dict[tuple[str, str], str]] = defaultdict(dict)
    for (country, year, gas, _), by_category in sorted(reasons.items()):
        for category, why in by_category.items():
            key = (category, categories.group(gas))
            before = found[country, year].get(key)
            found[country, year][key] = "; ".join(filter(None, (before, why)))
    return found


def _filled(
    cell: tuple[str, str],
    valued: set[tuple[str, str]],
    own: set[tuple[str, str]],
    keys: Mapping[tuple[str, str], str],
    partial: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    """How a category and gas is filled, and where."""
    category, gas = cell
    line = [(above, gas) for above in categories.lineage(category)]
    if cell in valued:
        return _where(cell, REPORTED, keys, partial)
    for status, known in ((NOTED, keys), (ABOVE, own)):
        for above in line:
            if above in known:
                return _where(above, status, keys, partial)
    return {"status": MISSING, "notation": None, "found_in": None}


def _where(
    cell: tuple[str, str],
    status: str,
    keys: Mapping[tuple[str, str], str],
    partial: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    """What fills a cell; what is estimated in part only is neither reported nor missing."""
    if cell in partial:
        notation = keys.get(cell) or gaps.NOT_ESTIMATED
        return {"status": PARTIAL, "notation": notation, "found_in": cell[0]}
    return {"status": status, "notation": keys.get(cell), "found_in": cell[0]}


def _estimates_whole(rows: Sequence[Row]) -> Check:
    """Whether national estimates hold all of their category; what they leave out is named."""
    return named(
        "estimates.whole",
        Text("national estimates that hold all of their category", "区分全体を含む国内推計値"),
        table="estimates",
        tested=len(rows),
        open_=[
            f"{row['country']} {row['year']} {row['category']} {row['gas']}: {row['not_estimated']}"
            for row in rows
            if row["not_estimated"]
        ],
        hint=Text("not estimated, and not zero: {names}", "未推計（ゼロではない）：{names}"),
    )


def _checks(
    rows: Sequence[Row],
    reconciled: Sequence[Row],
    completeness: Sequence[Row],
    hidden: Mapping[Tree, frozenset[str]],
    estimates: Mapping[tuple[str, str, str], Sequence[Coefficient]],
) -> Iterator[Check]:
    """What a reader must know: excesses with amounts, lines that do not count, what is missing."""
    every = sum(row["lines"] for row in rows)
    over = [row for row in reconciled if row["verdict"] == EXCEEDS]
    yield _look(
        "reconciliation.no-excess",
        Text("facilities report no more than national statistics", "施設報告が国の統計を超えない"),
        (len(reconciled), len(over)),
        Text("{amounts}", "{amounts}").format(
            amounts="; ".join(
                f"{row['country']} {row['year']} {row['category']} {row['source']}: "
                f"{row['facilities']:.6g} > {row['national']:.6g} {row['unit']} "
                f"({row['residual']:.6g})"
                for row in over[:8]
            )
            or "–"
        ),
    )
    yield _look(
        "reconciliation.national-known",
        Text("a national figure for every source", "すべての燃料・工程に国の統計あり"),
        (len(reconciled), sum(row["verdict"] == ALONE for row in reconciled)),
        Text(
            "without one, what facilities leave out is not known and not in the total",
            "国の統計がなければ未報告分は不明で、合計に含まれません",
        ),
    )
    for name, title, hint, concerned in (
        (
            "lines.last-version",
            Text("lines of the last version of each report", "各報告の最新版の明細"),
            Text("earlier versions are not counted", "以前の版は数えません"),
            [row["lines"] for row in rows if not row["current"]],
        ),
        (
            "lines.inside-boundary",
            Text("lines that are emissions of the facility itself", "施設自身の排出の明細"),
            Text(
                "energy bought or sold is counted where its fuel is burnt",
                "購入・販売したエネルギーは燃料を燃やした施設で数えます",
            ),
            [row["lines"] for row in rows if row["current"] and row["boundary"] in OUTSIDE],
        ),
    ):
        yield _look(name, title, (every, sum(concerned)), hint)
    yield from _transfers(rows)
    yield _look(
        "completeness.nothing-missing",
        Text("a value or a notation key for every cell", "すべてのセルに値または注釈記号あり"),
        (len(completeness), sum(row["status"] == MISSING for row in completeness)),
        Text(
            "missing is not zero: give a key",
            "空欄はゼロではありません。注釈記号を記入してください",
        ),
    )
    yield _look(
        "inventory.nothing-withheld",
        Text("no cell withheld as confidential", "秘匿したセルなし"),
        (len(hidden), sum(map(len, hidden.values()))),
        Text("their amounts are in the totals above", "値は上位区分の合計に含まれます"),
    )
    used = {(one.name, one.gas, one.verification) for many in estimates.values() for one in many}
    open_ = sorted(f"{name} {gas}" for name, gas, status in used if status == "unverified")
    yield _look(
        "factors.verified",
        Text("factors verified against a source", "係数の出典確認"),
        (len(used), len(open_)),
        Text("not verified: {names}", "未検証：{names}").format(names=", ".join(open_[:8]) or "–"),
    )


def _look(name: str, title: Text, counts: tuple[int, int], hint: Text) -> Check:
    """A check to look at where anything is concerned; ``counts`` are how many of how many."""
    tested, concerned = counts
    return Check(
        id=name,
        title=title,
        verdict=Verdict.LOOK if concerned else Verdict.PASSED,
        table=name.partition(".")[0],
        tested=tested,
        concerned=concerned,
        hint=hint if concerned else None,
    )


def _transfers(rows: Sequence[Row]) -> Iterator[Check]:
    """What is handed over must arrive: by country, year and gas, to the last digits."""
    moved: defaultdict[tuple[str, int, str], dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row["current"] and row["boundary"] in (TRANSFERRED, RECEIVED):
            sums = moved[row["country"], row["year"], row["gas"]]
            sums[row["boundary"]] = sums.get(row["boundary"], 0.0) + (row["mass"] or 0.0)
    off = [
        (key, sent, got)
        for key, sums in sorted(moved.items())
        for sent, got in [(sums.get(TRANSFERRED, 0.0), sums.get(RECEIVED, 0.0))]
        if abs(sent - got) > NOISE * max(sent, got) * 10
    ]
    yield _look(
        "lines.transfers-arrive",
        Text("what is transferred is received", "移送量と受入量の一致"),
        (len(moved), len(off)),
        Text("{amounts}", "{amounts}").format(
            amounts="; ".join(
                f"{key[0]} {key[1]} {key[2]}: {sent:.6g} t → {got:.6g} t"
                for key, sent, got in off[:8]
            )
            or "–"
        ),
    )


# --- the walk back ------------------------------------------------------------------------


def _at_or_below(row: Row, others: Sequence[Row]) -> Sequence[Row]:
    """Those of the category of a row, or of one below it."""
    return [one for one in others if row["category"] in categories.lineage(one["category"])]


def _keys_found(row: Row, others: Sequence[Row]) -> Sequence[Row]:
    """The notation key that fills a cell."""
    return [
        one
        for one in others
        if one["category"] == row["found_in"] and categories.group(one["gas"]) == row["gas"]
    ]


def _estimates_of(row: Row, others: Sequence[Row]) -> Sequence[Row]:
    """The national estimate behind a comparison of masses."""
    return [one for one in others if estimate_of(one["gas"]) == row["source"]]


_EQUATIONS = Text(
    r"""For a country and year, with $m_{l,g}$ the mass of gas $g$ on a line $l$ of a facility report, $Q$ quantities, $f$ a fuel or
process, and $c' \le c$ for "$c'$ is $c$ or lies below it":

$$F_{c,g} = \sum_{l:\, c_l \le c} m_{l,g} \qquad R_{c,f} = N_{c,f} - \sum_{l:\, c_l \le c} Q_{l,f}$$

$N$ is national activity. Where the residual $R$ is positive, it is what facilities do not report, at Tier 1 with the default
factor $k_{f,g}$; where it is negative, they report more than there is, which is named and not corrected:

$$E_{c,g} = F_{c,g} + \sum_{c' \le c} \sum_f \max(0, R_{c',f}) \cdot k_{f,g} \qquad coverage = 100 \cdot \frac{F_{c,g}}{E_{c,g}}$$

A national estimate $T_{c,g}$ of a whole category stands in the place of statistics: what facilities do not report of it is
$\max(0, T_{c,g} - F_{c,g})$, or, for a removal, $T_{c,g} - F_{c,g}$.

An estimate of a part of a category counts for that part. The rest of it is NE: the category and those above it say what
is not estimated, and no share of facilities is given.

A category is the sum of those below it and of what stands at itself. A cell that holds a confidential line and rests on fewer
than three reporters is withheld, with as many of its neighbours as are needed so that what can be found by subtraction rests
on three.
""",
    r"""ある国・年について、施設報告の明細 $l$ のガス $g$ の質量を $m_{l,g}$、量を $Q$、燃料または工程を $f$ とし、
「$c'$ は $c$ またはその下位」を $c' \le c$ と書く：

$$F_{c,g} = \sum_{l:\, c_l \le c} m_{l,g} \qquad R_{c,f} = N_{c,f} - \sum_{l:\, c_l \le c} Q_{l,f}$$

$N$ は国の活動量である。残差 $R$ が正なら施設報告に含まれない分であり、既定の係数 $k_{f,g}$ によるTier 1で推計する。
負なら施設報告が国の統計を超えており、その旨を示すが補正はしない：

$$E_{c,g} = F_{c,g} + \sum_{c' \le c} \sum_f \max(0, R_{c',f}) \cdot k_{f,g} \qquad coverage = 100 \cdot \frac{F_{c,g}}{E_{c,g}}$$

区分全体の国内推計値 $T_{c,g}$ があれば統計の代わりに用い、施設報告に含まれない分は $\max(0, T_{c,g} - F_{c,g})$、
吸収の場合は $T_{c,g} - F_{c,g}$ とする。

区分の一部だけの推計値はその部分として数え、残りはNEとする。その区分と上位区分には未推計の部分を示し、施設報告の割合は示さない。

区分は、下位の区分と、その区分自体の値の和である。秘匿の明細を含み報告者が3者に満たないセルは公表せず、引き算で分かる値が3者以上に
基づくようになるまで、同じ階層のセルも公表しない。
""",
)

METHOD = Method(
    id="climate.transparency.inventory-roll-up",
    version="1.2.0",
    kind=Kind.RELATIONAL,
    title=Text("Inventory from facility reports", "施設報告からのインベントリ作成"),
    summary=Text(
        "Facility reports rolled up to IPCC categories by country and year: nothing counted twice, "
        "compared with national statistics, what facilities leave out added at Tier 1, confidential "
        "reports shown only together with others, and every gap named.",
        "施設報告をIPCCの区分に国・年別に積み上げる。二重計上を防ぎ、国の統計と照合し、施設報告に含まれない分をTier 1で加え、"
        "秘匿情報は他の報告と合わせてのみ示し、欠けているものをすべて示す。",
    ),
    activities=("1-1-1", "1-1-2", "1-1-3"),
    inputs=(LINES, NATIONAL, ESTIMATES, FACTORS, STATED),
    outputs=(INVENTORY, SUMS, RECONCILIATION, COMPLETENESS, BASIS),
    digests={"lines": by_cell},
    rules=rules,
    function=inventory_roll_up,
    parameters=(
        Parameter(
            name="gwp",
            meaning=Text(
                "set of global warming potentials over 100 years",
                "地球温暖化係数（100年値）の評価報告書",
            ),
            default="AR5",
            choices=SETS,
        ),
        Parameter(
            name="tolerance",
            meaning=Text(
                "residual that still counts as a match, in % of national activity",
                "一致とみなす残差（国の活動量に対する％）",
            ),
            default=0.0,
            minimum=0,
            maximum=100,
            unit="%",
        ),
        Parameter(
            name="transferred",
            meaning=Text(
                "whether CO2 handed over to another facility stays with the one that made it, or "
                "is subtracted, because who receives it reports what becomes of it",
                "他の施設に移送したCO2を発生施設の排出に含めるか（kept）、受入側が報告するものとして差し引くか（subtracted）",
            ),
            default="kept",
            choices=("kept", "subtracted"),
        ),
    ),
    figures=(
        Figure(
            name="totals",
            title=Text("National total and sectors", "国全体の合計と部門"),
            kind="bars",
            table="totals",
            value="total",
            category="category",
            unit="kt",
            at="year",
            facet="country",
        ),
    ),
    origins=(
        Origin(
            table="totals",
            source="inventory",
            on=("country", "year", "category"),
            only={"item": TOTAL},
        ),
        Origin(
            table="inventory",
            source="basis",
            on=("country", "year", "gas", "item"),
            also=("category",),
            choose=_at_or_below,
        ),
        Origin(
            table="inventory",
            source="reconciliation",
            on=("country", "year"),
            also=("category",),
            choose=_at_or_below,
        ),
        Origin(
            table="basis",
            source="lines",
            on=("country", "year", "category", "source", "gas", "boundary"),
        ),
        Origin(
            table="reconciliation",
            source="national",
            on=("country", "year", "category", "source"),
        ),
        Origin(
            table="reconciliation",
            source="estimates",
            on=("country", "year", "category"),
            also=("source",),
            choose=_estimates_of,
        ),
        Origin(
            table="reconciliation",
            source="factors",
            on=("source",),
            also=("category",),
            choose=lambda row, known: for_category(known, row["category"])[0],
        ),
        Origin(
            table="completeness",
            source="notations",
            on=("country", "year"),
            also=("found_in", "gas"),
            choose=_keys_found,
        ),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 1",
            place="Chapter 8, Table 8.2 (categories, memo items)",
            year=2006,
        ),
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2",
            place="Equation 2.1; Tables 1.2, 1.4, 2.2–2.5, 3.2.2",
            year=2006,
        ),
        Source(
            document="IPCC Fifth Assessment Report, Working Group I",
            place="Table 8.A.1 (SAR: Table 4; AR4: Table 2.14; AR6: Table 7.SM.7)",
            year=2013,
        ),
    ),
    limits=(
        Text(
            "Twice is what has the same facility, year, source, stream, gas and boundary, whoever "
            "reports it and in whatever category: it is refused. One plant under two facility "
            "identifiers is not recognised; only an excess over national statistics tells.",
            "同じ施設・年・燃料や工程・ストリーム・ガス・算定範囲の行は、報告者や区分によらず重複として受け付けない。"
            "一つの施設に二つの識別番号がある場合は見つけられず、国の統計の超過からしか分からない。",
        ),
        Text(
            "Without a national figure the remainder of a source is not known: the total is then what "
            "facilities report, and the coverage is left out.",
            "国の統計がなければ未報告分は不明であり、合計は施設報告の分だけとなり、報告割合は空欄とする。",
        ),
        Text(
            "The remainder is Tier 1 with default factors unless the table factors is replaced; it has "
            "the fuel mix, not the technology, of what is left.",
            "未報告分は、factorsの表を差し替えない限り既定値によるTier 1である。燃料構成は反映するが、技術の違いは反映しない。",
        ),
        Text(
            "An estimate is taken as partial where it says what it leaves out (not_estimated), as the "
            "methods for categories do. What nobody says is left out is not found.",
            "推計値は、未推計の部分が記入されている場合（not_estimated、区分別の手法は自動で記入）に一部推計として扱う。"
            "記入のない欠落は見つけられない。",
        ),
        Text(
            "Withholding protects single cells against subtraction within one gas. It does not protect "
            "against somebody who combines gases, fuels, years or other publications.",
            "公表しないセルの選定は、同じガスの中での引き算に対するものである。ガス、燃料、年、他の公表資料を組み合わせた推定は防げない。",
        ),
        Text(
            "Biogenic carbon dioxide, fuel of international transport and multilateral operations are "
            "memo items beside the totals.",
            "生物由来CO2、国際輸送と多国間活動の燃料は、合計に含めないメモ項目である。",
        ),
        Text(
            "The completeness table has the gases that the guidelines foresee in each lowest category, "
            "from a second source (climate_categories); NF3 and some others are not in it.",
            "完全性の表は、各最下位区分についてガイドラインが想定するガスを二次資料（climate_categories）から示す。NF3などは含まない。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS, SECTORS, categories.TREE),
    example={
        name: f"inventory-roll-up/{name}.csv"
        for name in ("lines", "national", "estimates", "notations")
    },
    package=__package__ or "",
)
