"""What is tested on targets, values and transfers before anything is tracked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency.ndc_progress import PER, exact, mass_of
from kyoso.climate.transparency.tables.ndc import (
    BASE_YEAR,
    BAU,
    DECREASE,
    FIXED,
    INTENSITY,
    MULTI_YEAR,
    RELATIVE,
    TRAJECTORY,
)
from kyoso.core.text import Text, same
from kyoso.methods.declaration import Values
from kyoso.tables.checking import Broken, Rule

Row = Mapping[str, Any]
Name = tuple[str, str]
"""A country with a target, or with an indicator."""

_NEEDED = {
    BASE_YEAR: ("reference_year",),
    BAU: ("reference_value",),
    INTENSITY: ("reference_year",),
    FIXED: ("level",),
}


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Targets are whole and sound; values and transfers are in their units and their period."""
    targets = {
        (row["country"], row["target"]): row
        for row in tables["targets"].to_pylist()
        if None not in (row["country"], row["target"], row["kind"])
    }
    values = [
        row
        for row in tables["values"].to_pylist()
        if None not in (row["country"], row["indicator"], row["year"])
    ]
    courses = _of(tables, "trajectory")
    moved = _of(tables, "adjustments")
    found = [
        Rule(
            id="whole",
            title=Text(
                "every target states what its type needs", "目標の種類に必要な項目がすべて記入済み"
            ),
            table="targets",
            broken=(*_incomplete(targets), *_without_levels(targets, courses)),
        ),
        Rule(
            id="sound",
            title=Text("what a target states agrees", "目標の記載に矛盾なし"),
            table="targets",
            broken=tuple(one for row in targets.values() for one in _contradicting(row)),
        ),
        Rule(
            id="same-basis",
            title=Text(
                "values in the unit, potentials and coverage of the target",
                "値の単位・係数・対象範囲が目標と同じ",
            ),
            table="values",
            broken=tuple(_on_another_basis(values, targets)),
        ),
    ]
    if "adjustments" in tables:
        found.append(
            Rule(
                id="accounted",
                title=Text(
                    "transfers of a known target, in its period and metric",
                    "移転は目標の期間内・同じ指標の単位",
                ),
                table="adjustments",
                broken=tuple(_not_accounted(moved, targets)),
            )
        )
    if "trajectory" in tables:
        found.append(
            Rule(
                id="of-a-trajectory",
                title=Text("levels of a trajectory up to its end", "経路目標の水準は目標年まで"),
                table="trajectory",
                broken=tuple(_astray(courses, targets)),
            )
        )
    return found


def _of(tables: Mapping[str, pa.Table], name: str) -> list[Row]:
    rows = tables[name].to_pylist() if name in tables else []
    return [row for row in rows if None not in (row["country"], row["target"], row["year"])]


def _at(row: Row, column: str, message: Text, hint: Text, key: Sequence[str]) -> Broken:
    return Broken(
        where={name: row[name] for name in key},
        column=column,
        value=row[column],
        message=message,
        hint=hint,
    )


_OF_TARGET = ("country", "target")
_OF_VALUE = ("country", "indicator", "year")
_OF_YEAR = ("country", "target", "year")


# --- targets ------------------------------------------------------------------------------


def _incomplete(targets: Mapping[Name, Row]) -> Iterator[Broken]:
    for row in targets.values():
        for column in _NEEDED.get(row["kind"], ()):
            if row[column] is None:
                yield _lacking(row, column)
        if row["kind"] in RELATIVE and row["share"] is None and row["level"] is None:
            yield _at(
                row,
                "share",
                Text("neither a share nor a level", "割合も水準もありません"),
                Text("state one of them", "どちらかを記入してください"),
                _OF_TARGET,
            )
        if row["treatment"] is not None and row["first_year"] is None:
            yield _lacking(row, "first_year")


def _lacking(row: Row, column: str) -> Broken:
    return _at(
        row,
        column,
        Text("a target of this type needs it", "この種類の目標には必要です"),
        Text("fill in {column}", "{column}を記入してください").format(column=same(column)),
        _OF_TARGET,
    )


def _without_levels(targets: Mapping[Name, Row], courses: Sequence[Row]) -> Iterator[Broken]:
    drawn = {(row["country"], row["target"]) for row in courses}
    for name, row in targets.items():
        if row["kind"] == TRAJECTORY and name not in drawn:
            yield _at(
                row,
                "kind",
                Text("a trajectory without levels", "各年の水準がない経路目標です"),
                Text("add them to the table trajectory", "trajectoryの表に加えてください"),
                _OF_TARGET,
            )


def _contradicting(row: Row) -> Iterator[Broken]:
    falls = row["direction"] in (None, DECREASE)
    if falls and row["share"] is not None and row["share"] > 100:
        yield _at(
            row,
            "share",
            Text("a fall by more than all of it", "100％を超える減少です"),
            Text("write at most 100, or a level below zero", "100以下、または負の水準を記入"),
            _OF_TARGET,
        )
    yield from _levels_apart(row, falls=falls)
    end = row["target_year"]
    for column in ("reference_year", "first_year"):
        late = row["kind"] != BAU or column == "first_year"
        if end is not None and row[column] is not None and row[column] > end and late:
            yield _at(
                row,
                column,
                Text("after the target year {year}", "目標年{year}より後です").format(year=end),
                Text("write an earlier year", "より前の年を記入してください"),
                _OF_TARGET,
            )
    many = row["kind"] == TRAJECTORY
    if row["treatment"] is not None and (row["treatment"] == MULTI_YEAR) is not many:
        yield _at(
            row,
            "treatment",
            Text(
                "not a treatment for this type of target", "この種類の目標の算定方法ではありません"
            ),
            Text(
                "multi-year for a trajectory, annual or averaging for a single year",
                "経路目標はmulti-year、単年目標はannualかaveraging",
            ),
            _OF_TARGET,
        )
    if row["cooperation"] is False and row["treatment"] is not None:
        yield _at(
            row,
            "treatment",
            Text("a treatment of transfers that are not used", "利用しない移転の算定方法です"),
            Text("leave one of them out", "どちらかを空にしてください"),
            _OF_TARGET,
        )
    yield from _units_apart(row)


def _levels_apart(row: Row, *, falls: bool) -> Iterator[Broken]:
    given = (row["level"], row["share"], row["reference_value"])
    if row["kind"] not in RELATIVE or None in given:
        return
    level, share, base = (exact(one) for one in given)
    due = base * (1 + (-1 if falls else 1) * share / 100)
    if level != due:
        yield _at(
            row,
            "level",
            Text(
                "not the reference value changed by the share",
                "基準値と割合から求めた水準と異なります",
            ),
            Text("{due}, or leave one of them out", "{due}。またはいずれかを空に").format(
                due=f"{float(due):.12g}"
            ),
            _OF_TARGET,
        )


def _units_apart(row: Row) -> Iterator[Broken]:
    if row["denominator"] is None or row["unit"] is None:
        return
    if row["kind"] != INTENSITY:
        yield _at(
            row,
            "denominator",
            Text("only an intensity is divided", "分母は原単位目標だけに用います"),
            Text("leave it empty", "空にしてください"),
            _OF_TARGET,
        )
    elif mass_of(row["unit"].partition(PER)[0]) is None or not row["unit"].partition(PER)[2]:
        yield _at(
            row,
            "unit",
            Text("not the unit of an intensity", "原単位の単位ではありません"),
            Text(
                "write both units, such as t CO2e / million USD",
                "t CO2e / million USDのように両方の単位を書いてください",
            ),
            _OF_TARGET,
        )


# --- values -------------------------------------------------------------------------------


def _on_another_basis(values: Sequence[Row], targets: Mapping[Name, Row]) -> Iterator[Broken]:
    users: defaultdict[Name, list[tuple[Row, str]]] = defaultdict(list)
    for row in targets.values():
        if row["unit"] is None:
            continue
        numerator, _, divisor = row["unit"].partition(PER)
        divided = row["denominator"] is not None
        users[row["country"], row["indicator"]].append((row, numerator if divided else row["unit"]))
        if divided:
            users[row["country"], row["denominator"]].append((row, divisor))
    for row in values:
        for target, unit in users[row["country"], row["indicator"]]:
            if row["unit"] is not None and not _is_unit(row["unit"], unit):
                yield _other(row, "unit", target, unit)
            for column in ("gwp", "lulucf"):
                if None not in (row[column], target[column]) and row[column] != target[column]:
                    yield _other(row, column, target, target[column])


def _is_unit(written: str, wanted: str) -> bool:
    both = mass_of(written), mass_of(wanted)
    return written == wanted if None in both else True


def _other(row: Row, column: str, target: Row, wanted: str) -> Broken:
    return _at(
        row,
        column,
        Text("not that of the target {target}", "目標{target}と異なります").format(
            target=same(target["target"])
        ),
        Text("{wanted} is meant there", "そこでは{wanted}です").format(wanted=same(wanted)),
        _OF_VALUE,
    )


# --- transfers and trajectories -----------------------------------------------------------


def _not_accounted(moved: Sequence[Row], targets: Mapping[Name, Row]) -> Iterator[Broken]:
    for row in moved:
        target = targets.get((row["country"], row["target"]))
        if target is None:
            yield _unknown(row)
            continue
        if target["cooperation"] is False:
            yield _at(
                row,
                "target",
                Text("the target says that none is used", "目標では利用なしとされています"),
                Text("correct cooperation, or leave the row out", "cooperationを直すか、行を除く"),
                _OF_YEAR,
            )
        first, last = target["first_year"], target["target_year"]
        if (first is not None and row["year"] < first) or (last is not None and row["year"] > last):
            yield _at(
                row,
                "year",
                Text("outside of the period of the target", "目標の実施期間外です"),
                Text("{first} to {last}", "{first}～{last}年").format(
                    first=first or "…", last=last or "…"
                ),
                _OF_YEAR,
            )
        wanted = (target["unit"] or "").partition(PER)[0]
        if row["unit"] is not None and not _is_unit(row["unit"], wanted):
            yield _at(
                row,
                "unit",
                Text("not the metric of the target", "目標の指標の単位ではありません"),
                Text("write it in {unit}", "{unit}で記入してください").format(unit=same(wanted)),
                _OF_YEAR,
            )


def _unknown(row: Row) -> Broken:
    return _at(
        row,
        "target",
        Text("the country has no such target", "この国にその目標はありません"),
        Text("name a target of the table targets", "targetsの表にある目標を記入してください"),
        _OF_YEAR,
    )


def _astray(courses: Sequence[Row], targets: Mapping[Name, Row]) -> Iterator[Broken]:
    for row in courses:
        target = targets.get((row["country"], row["target"]))
        if target is None:
            yield _unknown(row)
        elif target["kind"] != TRAJECTORY:
            yield _at(
                row,
                "target",
                Text("not a trajectory", "経路目標ではありません"),
                Text(
                    "write its level into the table targets", "水準はtargetsの表に記入してください"
                ),
                _OF_YEAR,
            )
        elif target["target_year"] is not None and row["year"] > target["target_year"]:
            yield _at(
                row,
                "year",
                Text("after the target year", "目標年より後です"),
                Text("{year} is the last", "{year}年まで").format(year=target["target_year"]),
                _OF_YEAR,
            )
