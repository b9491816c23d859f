"""What is tested on herds, their feed and their manure before they are estimated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from kyoso.climate.transparency.estimates import Row, disordered, rows_of
from kyoso.climate.transparency.livestock_energy import growth_ratio, maintenance_ratio
from kyoso.climate.transparency.tables.livestock import FEEDING, LARGE, SMALL, SYSTEMS
from kyoso.climate.transparency.tables.nitrogen import FACTORS
from kyoso.core.text import Text
from kyoso.methods.declaration import Values
from kyoso.tables.checking import Broken, Rule

Place = tuple[object, ...]

HERD = ("country", "year", "herd")
_OF_ALL = (
    *("weight", "maintenance_coefficient", "activity_coefficient", "weight_gain"),
    *("milk", "pregnant", "digestibility"),
)
_ASKED = {
    **dict.fromkeys(LARGE, (*_OF_ALL, "work")),
    **dict.fromkeys(SMALL, (*_OF_ALL, "wool")),
}
"""What gross energy is worked out from, where it is not given; 0 is said, not left out."""
_WITH_LARGE = {
    "weight_gain": ("mature_weight", "growth_coefficient"),
    "milk": ("milk_fat",),
    "pregnant": ("pregnancy_coefficient",),
}
_WITH_SMALL = {
    "weight_gain": ("weaning_weight", "growth_a", "growth_b"),
    "milk": ("milk_energy",),
    "wool": ("wool_energy",),
    "pregnant": ("pregnancy_coefficient",),
}
_WITH = {
    **dict.fromkeys(LARGE, _WITH_LARGE),
    **dict.fromkeys(SMALL, _WITH_SMALL),
}
"""What is needed besides where the column is above zero."""
_KEPT = ("direct_factor", "volatilised", "leached")
"""What is said of all systems of a herd but pasture, or of none."""
_FULL, _ROUNDING = 100.0, 0.01
"""What the shares of a herd come to, and by how much they may miss it [%]."""


def place_of(row: Row) -> Place:
    """The country, year and herd of a row."""
    return tuple(row[name] for name in HERD)


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """One way to each estimate, feed and systems of known herds, shares that come to 100 %."""
    herds, factors = tables["herds"].to_pylist(), tables["factors"].to_pylist()
    feeding, systems = rows_of(tables, "feeding"), rows_of(tables, "systems")
    by_place = {place_of(row): row for row in herds}
    found = [
        Rule(
            id="one-way",
            title=Text("one way to each estimate", "推計方法は一つ"),
            table="herds",
            broken=tuple(_two_ways(herds, feeding, systems)),
        ),
        Rule(
            id="factor-known",
            title=Text("factors of nitrogen known", "窒素の係数あり"),
            table="herds",
            broken=tuple(_unknown(herds, factors)),
        ),
        Rule(
            id="interval-holds",
            title=Text("every factor within its interval", "係数は区間内"),
            table="factors",
            broken=tuple(disordered(factors, FACTORS.key)),
        ),
    ]
    if feeding:
        found += [
            _of_known_herds("feeding", feeding, by_place, FEEDING.key),
            Rule(
                id="energy-known",
                title=Text("gross energy given or worked out", "総エネルギーの記入または計算可能"),
                table="feeding",
                broken=tuple(_incomplete(feeding, by_place)),
            ),
        ]
    if systems:
        found += [
            _of_known_herds("systems", systems, by_place, SYSTEMS.key),
            Rule(
                id="shares-whole",
                title=Text("shares of a herd come to 100 %", "割合の合計は100％"),
                table="systems",
                broken=tuple(_not_whole(systems)),
            ),
            Rule(
                id="systems-alike",
                title=Text(
                    "what is said of one system is said of all", "どの管理方法にも同じ項目を記入"
                ),
                table="systems",
                broken=tuple(_unlike(systems)),
            ),
        ]
    return found


def _two_ways(
    herds: Sequence[Row], feeding: Sequence[Row], systems: Sequence[Row]
) -> Iterator[Broken]:
    fed = {place_of(row) for row in feeding}
    converting = {place_of(row) for row in systems if row["methane_conversion"] is not None}
    for row in herds:
        species = (row["species"] or "").lower()
        for column, others in (("enteric_factor", fed), ("manure_factor", converting)):
            if row[column] is None:
                continue
            where = {name: row[name] for name in HERD}
            if place_of(row) in others:
                yield Broken(
                    where=where,
                    column=column,
                    value=row[column],
                    message=Text(
                        "a Tier 1 factor, and data for Tier 2 as well",
                        "Tier 1の係数とTier 2のデータの両方があります",
                    ),
                    hint=Text(
                        "leave the factor empty, or leave out the Tier 2 data of this herd",
                        "係数を空欄にするか、この家畜群のTier 2のデータを除いてください",
                    ),
                )
            elif species == "poultry" and column == "enteric_factor":
                yield Broken(
                    where=where,
                    column=column,
                    value=row[column],
                    message=Text(
                        "no category for methane from the gut of poultry",
                        "家禽の消化管メタンの区分はありません",
                    ),
                    hint=Text("leave it empty", "空欄にしてください"),
                )


def _unknown(herds: Sequence[Row], factors: Sequence[Row]) -> Iterator[Broken]:
    names = {row["name"].lower() for row in factors if row["name"] is not None}
    for row in herds:
        if row["nitrogen_excretion"] is None:
            continue
        for column in ("deposition_factor", "leaching_factor"):
            if row[column] is not None and row[column].lower() not in names:
                yield Broken(
                    where={name: row[name] for name in HERD},
                    column=column,
                    value=row[column],
                    message=Text("not in the table of factors", "factorsの表にありません"),
                    hint=Text("one of: {names}", "次のいずれか：{names}").format(
                        names=", ".join(sorted(row["name"] for row in factors if row["name"]))
                    ),
                )


def _of_known_herds(
    table: str, rows: Sequence[Row], herds: Mapping[Place, Row], key: Sequence[str]
) -> Rule:
    return Rule(
        id="herd-known",
        title=Text("herds of the table herds", "herdsの表にある家畜群"),
        table=table,
        broken=tuple(
            Broken(
                where={name: row[name] for name in key},
                column="herd",
                value=row["herd"],
                message=Text("no such herd in this country and year", "この国・年にない家畜群です"),
                hint=Text(
                    "name a herd of the table herds", "herdsの表にある名称を記入してください"
                ),
            )
            for row in rows
            if None not in place_of(row) and place_of(row) not in herds
        ),
    )


def _incomplete(feeding: Sequence[Row], herds: Mapping[Place, Row]) -> Iterator[Broken]:
    for row in feeding:
        herd = herds.get(place_of(row))
        if row["gross_energy"] is not None or herd is None or herd["species"] is None:
            continue
        where = {name: row[name] for name in HERD}
        species = herd["species"].lower()
        if species not in _ASKED:
            yield Broken(
                where=where,
                column="gross_energy",
                message=Text(
                    "gross energy is worked out for cattle, buffalo, sheep and goats alone",
                    "総エネルギーの計算は牛・水牛・羊・山羊だけです",
                ),
                hint=Text(
                    "fill in the gross energy, or leave the feed out and give enteric_factor (Tier 1)",
                    "総エネルギーを記入するか、飼料の行を除いてenteric_factor（Tier 1）を記入してください",
                ),
            )
            continue
        more_of = _WITH[species].items()
        needed = [*_ASKED[species], *(one for name, more in more_of if row[name] for one in more)]
        lacking = [name for name in needed if row[name] is None]
        for name in lacking:
            yield Broken(
                where=where,
                column=name,
                message=Text("needed to work out the gross energy", "総エネルギーの計算に必要です"),
                hint=Text(
                    "fill it in, 0 where there is none, or give the gross energy",
                    "記入してください（なければ0）。または総エネルギーを記入してください",
                ),
            )
        if lacking:
            continue
        ratios = [maintenance_ratio(row["digestibility"])]
        grows = row["weight_gain"] or (species in SMALL and row["wool"])
        ratios += [growth_ratio(row["digestibility"])] if grows else []
        if min(ratios) <= 0:
            yield Broken(
                where=where,
                column="digestibility",
                value=row["digestibility"],
                message=Text(
                    "too low for Equations 10.14 and 10.15, which give no energy from it",
                    "式10.14・10.15で正味エネルギーが得られないほど低い値です",
                ),
                hint=Text(
                    "write % of gross energy, such as 60, not a fraction",
                    "割合ではなく、60のような総エネルギーに対する％で記入してください",
                ),
            )
        for name in _WITH[species]["weight_gain"]:
            if species in LARGE and row["weight_gain"] and not row[name]:
                yield Broken(
                    where=where,
                    column=name,
                    value=row[name],
                    message=Text("zero, of an animal that grows", "成長する家畜でゼロです"),
                    hint=Text("write a number above 0", "0より大きい値を記入してください"),
                )


def _not_whole(systems: Sequence[Row]) -> Iterator[Broken]:
    shares: dict[Place, list[float | None]] = {}
    for row in systems:
        shares.setdefault(place_of(row), []).append(row["share"])
    for place, parts in shares.items():
        if None in place or None in parts:
            continue
        whole = math.fsum(part for part in parts if part is not None)
        if abs(whole - _FULL) > _ROUNDING:
            yield Broken(
                where=dict(zip(HERD, place, strict=True)),
                column="share",
                value=f"{whole:.6g}",
                message=Text(
                    "the shares of this herd come to {whole} %",
                    "この家畜群の割合の合計は{whole}％です",
                ).format(whole=f"{whole:.6g}"),
                hint=Text(
                    "account for all its manure, pasture included",
                    "放牧分を含むすべての排せつ物を記入してください",
                ),
            )


def _unlike(systems: Sequence[Row]) -> Iterator[Broken]:
    by_place: dict[Place, list[Row]] = {}
    for row in systems:
        by_place.setdefault(place_of(row), []).append(row)
    for rows in by_place.values():
        kept = [row for row in rows if not row["pasture"]]
        for column, own in (("methane_conversion", rows), *((name, kept) for name in _KEPT)):
            lacking = [row for row in own if row[column] is None]
            if lacking and len(lacking) < len(own):
                for row in lacking:
                    yield Broken(
                        where={name: row[name] for name in SYSTEMS.key},
                        column=column,
                        message=Text(
                            "given for other systems of this herd", "他の管理方法には記入があります"
                        ),
                        hint=Text(
                            "fill it in for all systems of the herd, or for none",
                            "この家畜群のすべての管理方法に記入するか、すべて空欄にしてください",
                        ),
                    )
