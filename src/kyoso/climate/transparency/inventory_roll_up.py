"""From facility reports to a national inventory, without counting anything twice.

The lines are summed once, on a digest by category, source and gas. What national statistics know
and facilities do not report is added at Tier 1; what cannot be shown is withheld; what is missing
is said and never zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from kyoso.climate.transparency import categories, gaps
from kyoso.climate.transparency.category_trees import counted, grow
from kyoso.climate.transparency.factors import (
    POTENTIALS,
    SECTORS,
    Coefficient,
    by_source,
    coefficients,
    for_category,
)
from kyoso.climate.transparency.reconciliation import (
    compare,
    estimate_of,
    facilities_alone,
    reconcile,
)
from kyoso.climate.transparency.roll_up_cells import (
    basis_of,
    cells,
    reconciled_rows,
    sums_of,
    with_gaps,
    with_notations,
)
from kyoso.climate.transparency.roll_up_checks import checks, coverage_stated, estimates_whole
from kyoso.climate.transparency.roll_up_completeness import completeness_of
from kyoso.climate.transparency.roll_up_lines import (
    CELL,
    Row,
    activity,
    by_cell,
    emitted,
    place_of,
    reporters,
    stream_of,
)
from kyoso.climate.transparency.roll_up_rules import rules
from kyoso.climate.transparency.tables.facilities import FACTORS
from kyoso.climate.transparency.tables.roll_up import (
    BASIS,
    COMPLETENESS,
    ESTIMATES,
    INVENTORY,
    LINES,
    NATIONAL,
    RECONCILIATION,
    SETS,
    STATED,
    SUMS,
    TOTAL,
)
from kyoso.climate.transparency.withholding import withheld
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
    reported = list(counted(digest, values))
    compared = list(compare(_rows(small["estimates"]), reported, tolerance))
    alone = list(facilities_alone(reported, found, compared))
    by = reporters(tables["lines"], digest, several=several) if digest else {}
    trees = grow(digest, found, by, estimates, compared=compared, values=values)
    found += [one for _, one in compared]
    hidden = {
        tree: withheld({code: node.cell() for code, node in nodes.items()})
        for tree, nodes in trees.trees.items()
    }
    stated = _rows(small["notations"])
    keyed = gaps.keyed(stated)
    partial = gaps.together(
        gaps.partial(_rows(small["estimates"])), gaps.beside(keyed, trees.trees)
    )
    trees.leave_open(partial)
    lacking = gaps.together(keyed, partial)
    inventory = with_notations(list(cells(trees, hidden, str(values["gwp"]))), stated)
    inventory = [with_gaps(row, partial, lacking) for row in inventory]
    checked = list(reconciled_rows(found, digest, by))
    places = sorted({tree[:2] for tree in trees.trees} | {place_of(row) for row in stated})
    completeness = list(completeness_of(places, trees, stated, partial))
    made = {
        INVENTORY: inventory,
        SUMS: list(sums_of(trees, hidden, lacking, str(values["gwp"]))),
        BASIS: list(basis_of(digest, str(values["transferred"]))),
        RECONCILIATION: checked,
        COMPLETENESS: completeness,
    }
    return Outcome(
        tables={
            table.name: pa.Table.from_pylist(rows, schema=schema(table))
            for table, rows in made.items()
        },
        checks=(
            *checks(_rows(whole), checked, completeness, hidden, estimates),
            estimates_whole(_rows(small["estimates"])),
            coverage_stated(reported, alone, partial),
        ),
    )


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    return [] if table is None else table.to_pylist()


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

An estimate of a part of a category counts for that part, and so does what facilities report beside the key NE. The rest of it is NE: the category and those above it say what
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

区分の一部だけの推計値と、注釈記号NEを付けた施設報告の値は、その部分として数え、残りはNEとする。その区分と上位区分には未推計の部分を示し、施設報告の割合は示さない。

区分は、下位の区分と、その区分自体の値の和である。秘匿の明細を含み報告者が3者に満たないセルは公表せず、引き算で分かる値が3者以上に
基づくようになるまで、同じ階層のセルも公表しない。
""",
)

METHOD = Method(
    id="climate.transparency.inventory-roll-up",
    version="1.4.0",
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
            "methods for categories do; what facilities report is, where the key NE stands beside it "
            "and its explanation says what they leave out. Where facilities alone report a category "
            "and nothing is said, a check names it.",
            "推計値は、未推計の部分が記入されている場合（not_estimated、区分別の手法は自動で記入）に一部推計として扱う。"
            "施設報告の値は、注釈記号NEとその説明（含まれない部分）がある場合に一部推計として扱う。"
            "施設報告だけの区分で何も記入がなければ、確認事項に示す。",
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
