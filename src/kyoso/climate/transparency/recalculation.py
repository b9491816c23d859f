"""What changed between two versions of an inventory, line by line, so that it adds up.

Masses are compared with the same potentials; what new potentials alone do is a line of its own.
The lines of a country and year sum to the difference of its national totals.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.factors import POTENTIALS, potentials
from kyoso.climate.transparency.tables.series import (
    ALL_GASES,
    COMPARED,
    LOG,
    NEW,
    OLD,
    SERIES_KEY,
    WHY,
)
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
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.given import schema

Row = Mapping[str, Any]
Key = tuple[str, str, str, int]
Place = tuple[str, int]
"""A country and a year."""

_KEY = (*SERIES_KEY, "year")
SETS = ("SAR", "AR4", "AR5", "AR6")

ROUNDING = 1e-3
"""So much, relatively, a CO2 equivalent may lie off mass × potential: printed values are rounded.
Our choice; two assessment reports differ by more for every gas but a few."""
_NOISE = 1e-12
"""Of the larger total: the digits that a result is written to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of one version: mass [t] where it is known, and CO2 equivalent [t]."""

    mass: float | None
    co2e: float
    gwp: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the log: CO2 equivalent before and after [t], absent where there is none."""

    change: str
    old: float | None
    new: float | None

    @property
    def difference(self) -> float:
        return (self.new or 0.0) - (self.old or 0.0)


def changes(old: Entry | None, new: Entry | None) -> Iterator[Change]:
    """The lines by which one value became another; none where nothing changed.

    With masses m and potentials g: m₁·g₁ − m₀·g₀ = m₀·(g₁ − g₀) + (m₁ − m₀)·g₁.
    """
    if old is None or new is None:
        if old is not None:
            yield Change(change="removed", old=old.co2e, new=None)
        if new is not None:
            yield Change(change="added", old=None, new=new.co2e)
        return
    if old.gwp == new.gwp or old.mass is None or new.mass is None:
        if new.co2e != old.co2e:
            kind = "data" if old.gwp == new.gwp else "data-and-gwp"
            yield Change(change=kind, old=old.co2e, new=new.co2e)
        return
    assert new.gwp is not None
    between = old.mass * new.gwp
    if between != old.co2e:
        yield Change(change="gwp", old=old.co2e, new=between)
    if new.co2e != between:
        yield Change(change="data", old=between, new=new.co2e)


# --- the tables ---------------------------------------------------------------------------


def entries(table: pa.Table, assessment: str) -> dict[Key, Entry]:
    """The values of a version by country, category, gas and year; notation keys are no values.

    Where the mass is given it counts, with the potential of ``assessment``.
    """
    warming = potentials(assessment)
    found: dict[Key, Entry] = {}
    for row in table.to_pylist():
        if (key := _key(row)) is None:
            continue
        gwp = warming.get(row["gas"])
        if row["mass"] is not None and gwp is not None:
            found[key] = Entry(row["mass"], row["mass"] * gwp, gwp)
        elif row["mass"] is None and row["co2e"] is not None:
            found[key] = Entry(None, row["co2e"], gwp)
    return found


def _key(row: Row) -> Key | None:
    values = tuple(row[name] for name in _KEY)
    return None if None in values else values


def _places(table: pa.Table) -> set[Place]:
    keys = [_key(row) for row in table.select(list(_KEY)).to_pylist()]
    return {(key[0], key[3]) for key in keys if key is not None}


def _notations(table: pa.Table) -> dict[Key, str]:
    return {
        key: row["notation"]
        for row in table.to_pylist()
        if row["notation"] is not None and (key := _key(row)) is not None
    }


def recalculation(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """The log of differences, and the totals that it explains [t CO2-equivalent]."""
    old, new = (entries(tables[name], str(values[f"gwp_{name}"])) for name in ("old", "new"))
    said = {name: _notations(tables[name]) for name in ("old", "new")}
    both = _places(tables["old"]) & _places(tables["new"])
    before, after = _totals(old), _totals(new)
    totals = {place: (before[place], after[place]) for place in sorted(both)}
    reasons = _indexed(tables["reasons"].to_pylist() if "reasons" in tables else [])
    log: list[dict[str, Any]] = []
    for key in sorted(old.keys() | new.keys()):
        place = key[0], key[3]
        if place not in both:
            continue
        counted = categories.memo(key[1]) is None
        for one in changes(old.get(key), new.get(key)):
            row = dict(zip(_KEY, key, strict=True))
            why = _reason(row, reasons)
            if one.change == "gwp":
                why = {"reason": "gwp", "explanation": None}
            log.append(
                row
                | _described(one)
                | {
                    "change": one.change,
                    "share": _percent(abs(one.difference), totals[place][1]) if counted else None,
                    "counted": counted,
                    "old_notation": said["old"].get(key),
                    "new_notation": said["new"].get(key),
                    **{name: why[name] if why else None for name in ("reason", "explanation")},
                }
            )
    compared = list(_compared(totals, log))
    unpaired = len(_places(tables["old"]) ^ _places(tables["new"]))
    return Outcome(
        tables={
            "log": pa.Table.from_pylist(log, schema=schema(LOG)),
            "totals": pa.Table.from_pylist(compared, schema=schema(COMPARED)),
        },
        checks=tuple(_checks(log, compared, unpaired)),
    )


def _totals(version: Mapping[Key, Entry]) -> Mapping[Place, float]:
    """National totals, without memo items; nothing counted comes to nothing."""
    parts: defaultdict[Place, list[float]] = defaultdict(list)
    for (country, category, _, year), entry in version.items():
        if categories.memo(category) is None:
            parts[country, year].append(entry.co2e)
    return defaultdict(float, {place: math.fsum(found) for place, found in parts.items()})


def _described(one: Change) -> dict[str, Any]:
    return {
        "old": one.old,
        "new": one.new,
        "difference": one.difference,
        "relative": None if one.old is None else _percent(one.difference, one.old),
    }


def _percent(part: float, whole: float) -> float | None:
    return 100.0 * part / abs(whole) if whole else None


Reasons = Mapping[tuple[str, str, str], Sequence[Row]]
"""Rows of the table of reasons by country, category and gas."""


def _indexed(rows: Sequence[Row]) -> Reasons:
    found: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["country"], row["category"], row["gas"]].append(row)
    return found


def _reason(row: Row, reasons: Reasons) -> Row | None:
    """The reason given for the nearest category at or above a row's, its own gas first."""
    for category in categories.lineage(row["category"]):
        for gas in (row["gas"], ALL_GASES):
            for one in reasons.get((row["country"], category, gas), ()):
                if one["first_year"] <= row["year"] <= one["last_year"]:
                    return one
    return None


def _compared(
    totals: Mapping[Place, tuple[float, float]], log: Sequence[Row]
) -> Iterator[dict[str, Any]]:
    by_place: defaultdict[Place, list[Row]] = defaultdict(list)
    for row in log:
        by_place[row["country"], row["year"]].append(row)
    for (country, year), (old, new) in totals.items():
        lines = by_place[country, year]
        yield {
            "country": country,
            "year": year,
            **_described(Change(change="data", old=old, new=new)),
            "logged": math.fsum(row["difference"] for row in lines if row["counted"]),
            "lines": len(lines),
        }


def _checks(log: Sequence[Row], compared: Sequence[Row], unpaired: int) -> Iterator[Check]:
    """The log adds up; and what a reader must know: lines without reason, years apart."""
    off = [
        at
        for at, row in enumerate(compared, start=2)
        if abs(row["logged"] - row["difference"])
        > _NOISE * len(log) * max(abs(row["old"]), abs(row["new"]), 1.0)
    ]
    yield Check(
        id="totals.log-adds-up",
        title=Text(
            "the logged differences sum to the difference of the totals",
            "記録された差の和は合計の差に等しい",
        ),
        verdict=Verdict.FAILED if off else Verdict.PASSED,
        table="totals",
        tested=len(compared),
        concerned=len(off),
        rows=tuple(off[:20]),
    )
    looks = (
        (
            "log.reasons-given",
            Text("a reason for every difference", "すべての差に理由の記入あり"),
            [row["reason"] is None for row in log],
            Text("add it to the table reasons", "reasonsの表に加えてください"),
        ),
        (
            "log.potentials-apart",
            Text("new potentials told apart from new data", "係数の変更とデータの変更を区別"),
            [row["change"] == "data-and-gwp" for row in log],
            Text(
                "give the masses of these lines in both versions",
                "両方の版に質量を記入してください",
            ),
        ),
        (
            "totals.same-years",
            Text("the same countries and years in both versions", "両方の版に同じ国と年"),
            [True] * unpaired + [False] * len(compared),
            Text(
                "countries and years of one version alone are no recalculation and are left out",
                "片方の版だけにある国・年は再計算ではないため除いています",
            ),
        ),
    )
    for name, title, concerned, hint in looks:
        yield Check(
            id=name,
            title=title,
            verdict=Verdict.LOOK if any(concerned) else Verdict.PASSED,
            table=name.partition(".")[0],
            tested=len(concerned),
            concerned=sum(concerned),
            hint=hint,
        )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], values: Values) -> Sequence[Rule]:
    """Each row says one thing, potentials are those of the stated set, nothing counts twice."""
    found = []
    for name in ("old", "new"):
        rows = [row for row in tables[name].to_pylist() if _is_named(row)]
        found += [
            Rule(
                id="value-or-notation",
                title=Text("every row has a value or a notation key", "各行に値または注釈記号あり"),
                table=name,
                broken=tuple(_unsaid(rows)),
            ),
            Rule(
                id="potentials",
                title=Text("potentials are those of the stated set", "地球温暖化係数が指定どおり"),
                table=name,
                broken=tuple(_potentials_off(rows, str(values[f"gwp_{name}"]))),
            ),
            Rule(
                id="counted-once",
                title=Text("no category together with one above it", "上位の区分との重複なし"),
                table=name,
                broken=tuple(_counted_twice(rows)),
            ),
        ]
    if "reasons" in tables:
        found.append(
            Rule(
                id="one-reason",
                title=Text("one reason at a time", "同時期の理由は一つ"),
                table="reasons",
                broken=tuple(_overlapping(tables["reasons"].to_pylist())),
            )
        )
    return found


def _is_named(row: Row) -> bool:
    """Whether all of the key is there, and the category is one; other rows are named already."""
    return _key(row) is not None and row["category"] in categories.codes()


def _where(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in _KEY}


def _unsaid(rows: Sequence[Row]) -> Iterator[Broken]:
    for row in rows:
        valued = row["mass"] is not None or row["co2e"] is not None
        if not valued and row["notation"] is None:
            yield Broken(
                where=_where(row),
                column="mass",
                message=Text("neither a value nor a notation key", "値も注釈記号もありません"),
                hint=Text(
                    "a mass, a CO2 equivalent or a key", "質量、CO2換算量、注釈記号のいずれか"
                ),
            )
        if valued and row["notation"] in ("NE", "NO", "NA"):
            yield Broken(
                where=_where(row),
                column="notation",
                value=row["notation"],
                message=Text(
                    "a value and a key that says there is none",
                    "値があるのに、ないという記号があります",
                ),
                hint=Text("leave one of them out", "どちらかを空にしてください"),
            )


def _potentials_off(rows: Sequence[Row], assessment: str) -> Iterator[Broken]:
    warming = potentials(assessment)
    for row in rows:
        mass, co2e, gas = row["mass"], row["co2e"], row["gas"]
        if mass is None:
            continue
        if gas not in warming:
            yield Broken(
                where=_where(row),
                column="gas",
                value=gas,
                message=Text(
                    "{assessment} gives no potential for this gas",
                    "{assessment}にこのガスの地球温暖化係数がありません",
                ).format(assessment=assessment),
                hint=Text("choose another set", "別の評価報告書を選んでください"),
            )
        elif co2e is not None and abs(co2e - mass * warming[gas]) > ROUNDING * abs(
            mass * warming[gas]
        ):
            fitting = [one for one in SETS if _fits(mass, co2e, potentials(one).get(gas))]
            yield Broken(
                where=_where(row),
                column="co2e",
                value=co2e,
                message=Text(
                    "not the mass times the {assessment} potential of {gwp}",
                    "質量と{assessment}の係数{gwp}の積ではありません",
                ).format(assessment=assessment, gwp=f"{warming[gas]:g}"),
                hint=Text("it fits {sets}", "{sets}の値に一致します").format(
                    sets=", ".join(fitting)
                )
                if fitting
                else Text(
                    "correct one of them, or leave co2e empty",
                    "どちらかを直すか、co2eを空にしてください",
                ),
            )


def _fits(mass: float, co2e: float, gwp: float | None) -> bool:
    return gwp is not None and abs(co2e - mass * gwp) <= ROUNDING * abs(mass * gwp)


def _counted_twice(rows: Sequence[Row]) -> Iterator[Broken]:
    valued = {_key(row): row for row in rows if row["mass"] is not None or row["co2e"] is not None}
    told = set()
    for row in valued.values():
        for above in categories.lineage(row["category"])[1:]:
            key = (row["country"], above, row["gas"], row["year"])
            if key in valued and key not in told:
                told.add(key)
                yield Broken(
                    where=_where(valued[key]),
                    column="category",
                    value=above,
                    message=Text(
                        "{below} below it is given as well, and would count twice",
                        "下位の{below}も記入されており、二重に数えられます",
                    ).format(below=row["category"]),
                    hint=Text(
                        "keep the lowest categories only", "最も下位の区分だけを残してください"
                    ),
                )


def _overlapping(rows: Sequence[Row]) -> Iterator[Broken]:
    whole = [row for row in rows if None not in (row["country"], row["category"])]
    ordered = sorted(whole, key=lambda r: tuple(r[n] for n in (*SERIES_KEY, "first_year")))
    for before, row in itertools.pairwise(ordered):
        same = all(before[name] == row[name] for name in SERIES_KEY)
        if same and before["first_year"] < row["first_year"] <= before["last_year"]:
            yield Broken(
                where={name: row[name] for name in (*SERIES_KEY, "first_year")},
                column="first_year",
                value=row["first_year"],
                message=Text(
                    "another reason holds until {year}", "別の理由が{year}年まで続いています"
                ).format(year=before["last_year"]),
                hint=Text(
                    "let one end before the other begins", "期間が重ならないようにしてください"
                ),
            )


_EQUATIONS = Text(
    r"""For a value with mass $m$ and potential $g$ before (0) and after (1):

$$m_1 g_1 - m_0 g_0 = m_0 (g_1 - g_0) + (m_1 - m_0)\, g_1$$

The first term is the line `gwp`, the second the line `data`. Over all lines of a country and year that count in its total $T$:

$$\sum_{lines} d = T_1 - T_0 \qquad relative = 100 \cdot \frac{d}{|old|} \qquad share = 100 \cdot \frac{|d|}{|T_1|}$$
""",
    r"""変更前（0）と変更後（1）の質量を $m$、地球温暖化係数を $g$ として：

$$m_1 g_1 - m_0 g_0 = m_0 (g_1 - g_0) + (m_1 - m_0)\, g_1$$

第1項が行`gwp`、第2項が行`data`である。ある国・年の合計 $T$ に含まれるすべての行について：

$$\sum_{lines} d = T_1 - T_0 \qquad relative = 100 \cdot \frac{d}{|old|} \qquad share = 100 \cdot \frac{|d|}{|T_1|}$$
""",
)


def _given_for(row: Row, reasons: Sequence[Row]) -> Sequence[Row]:
    """For the walk back: the reason that a line of the log carries."""
    found = _reason(row, _indexed(reasons))
    return [found] if found else []


METHOD = Method(
    id="climate.transparency.recalculation",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text("Recalculation log", "再計算の記録"),
    summary=Text(
        "Two versions of an inventory compared: what changed, by how much, why, and what share of "
        "the national total it is. New warming potentials are told apart from new data, and the "
        "lines add up to the difference of the totals.",
        "インベントリの二つの版を比べ、何が、どれだけ、なぜ変わり、国全体の合計の何％にあたるかを示す。地球温暖化係数の変更と"
        "データの変更を区別し、各行の和は合計の差に一致する。",
    ),
    activities=("1-1-1", "1-1-2", "1-1-3"),
    inputs=(OLD, NEW, WHY),
    outputs=(LOG, COMPARED),
    function=recalculation,
    rules=rules,
    parameters=tuple(
        Parameter(name=f"gwp_{name}", meaning=meaning, default="AR5", choices=SETS)
        for name, meaning in (
            (
                "old",
                Text(
                    "set of warming potentials of the old version",
                    "変更前の版の地球温暖化係数の評価報告書",
                ),
            ),
            (
                "new",
                Text(
                    "set of warming potentials of the new version",
                    "変更後の版の地球温暖化係数の評価報告書",
                ),
            ),
        )
    ),
    figures=(
        Figure(
            name="totals",
            title=Text("Difference of national totals", "国全体の合計の差"),
            kind="bars",
            table="totals",
            value="difference",
            category="year",
            unit="kt",
            facet="country",
        ),
    ),
    origins=(
        Origin(table="totals", source="log", on=("country", "year"), only={"counted": True}),
        Origin(table="log", source="old", on=_KEY),
        Origin(table="log", source="new", on=_KEY),
        Origin(
            table="log",
            source="reasons",
            on=("country",),
            also=("category", "gas", "year"),
            choose=_given_for,
        ),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 1",
            place="Chapter 5, recalculations",
            year=2006,
        ),
        Source(
            document="IPCC Assessment Reports, Working Group I",
            place="SAR Table 4; AR4 Table 2.14; AR5 Table 8.A.1; AR6 Table 7.SM.7",
            year=2021,
        ),
    ),
    limits=(
        Text(
            "Only countries and years of both versions are compared. A value on one side only is "
            "logged as added or removed: absent is not zero, but the total did change by it.",
            "両方の版にある国と年だけを比べる。片方だけにある値はadded・removedとして記録する。値がないことはゼロではないが、"
            "合計はその分だけ変わっている。",
        ),
        Text(
            "The split between potentials and data depends on its order: potentials are changed "
            "first, on the old masses.",
            "係数とデータへの分解は順序による。ここでは旧質量について先に係数を変える。",
        ),
        Text(
            "Fuel of international transport and multilateral operations is compared, and not "
            "counted in the totals.",
            "国際輸送と多国間活動の燃料も比べるが、合計には含めない。",
        ),
        Text(
            "Where mass and CO2 equivalent are both given, they may differ by 0.1 % for rounding "
            "(our choice); the mass counts.",
            "質量とCO2換算量の両方がある場合、丸めによる0.1％までの差を認め（当プロジェクトの選択）、質量を用いる。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS, categories.TREE),
    example={name: f"recalculation/{name}.csv" for name in ("old", "new", "reasons")},
    package=__package__ or "",
)
