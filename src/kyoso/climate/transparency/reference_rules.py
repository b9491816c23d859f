"""What is tested on an energy balance before the reference approach."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency.factors import Row, by_source, factors_have_units
from kyoso.climate.transparency.names import called
from kyoso.climate.transparency.reference_comparison import SEPARATOR
from kyoso.climate.transparency.reference_supply import Factors, carbon_dioxide, energy_per_unit
from kyoso.climate.transparency.tables.energy_balance import BIOMASS, FOSSIL, PRIMARY, SECONDARY
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.methods.declaration import Values
from kyoso.tables.checking import Broken, Rule

KEY = ("country", "year", "source")
"""What a row of an energy balance is known by."""


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Fuels with a factor of carbon dioxide, units that become energy, and no carbon twice."""
    factors = carbon_dioxide(tables["factors"])
    sources = by_source(tables["factors"]).keys()
    rows = [row for row in tables["balance"].to_pylist() if None not in (row[name] for name in KEY)]
    return (
        Rule(
            id="factor-known",
            title=Text("a CO2 factor for every fuel", "すべての燃料のCO2係数あり"),
            table="balance",
            broken=tuple(_without_factor(rows, factors, sources)),
        ),
        Rule(
            id="unit-fits",
            title=Text("quantities convertible to energy", "すべての量を熱量に換算可能"),
            table="balance",
            broken=tuple(_misfits(rows, factors)),
        ),
        Rule(
            id="heat-basis",
            title=Text("energy on the basis of net calorific value", "熱量は低位発熱量基準"),
            table="balance",
            broken=tuple(_gross(rows)),
        ),
        Rule(
            id="carbon-once",
            title=Text(
                "production of primary fuels, and of no others", "生産量は一次燃料だけに記入"
            ),
            table="balance",
            broken=tuple(_produced(rows)),
        ),
        Rule(
            id="group-fits",
            title=Text(
                "biomass is biogenic, and nothing else", "バイオマスの種別は生物由来の燃料だけ"
            ),
            table="balance",
            broken=tuple(_misplaced(rows, factors)),
        ),
        factors_have_units(tables["factors"]),
    )


def _where(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in KEY}


def _without_factor(
    rows: Sequence[Row], factors: Factors, sources: Collection[str]
) -> Iterator[Broken]:
    for row in rows:
        name = row["source"].lower()
        if name in sources and name not in factors:
            yield Broken(
                where=_where(row),
                column="source",
                value=row["source"],
                message=Text("no CO2 factor per energy", "熱量当たりのCO2係数がありません"),
                hint=Text(
                    "name a fuel, or add its CO2 factor to the table factors",
                    "燃料の名称を記入するか、factorsの表にCO2係数を加えてください",
                ),
            )


def _misfits(rows: Sequence[Row], factors: Factors) -> Iterator[Broken]:
    for row in rows:
        factor = factors.get(row["source"].lower())
        if factor is None or row["unit"] is None:
            continue
        if (row["net_calorific_value"] is None) is not (row["calorific_unit"] is None):
            absent = next(n for n in ("net_calorific_value", "calorific_unit") if row[n] is None)
            yield Broken(
                where=_where(row),
                column=absent,
                message=Text(
                    "a calorific value and its unit go together", "発熱量と単位は両方が必要です"
                ),
                hint=Text("fill in both or neither", "両方を記入するか、両方を空にしてください"),
            )
            continue
        try:
            energy_per_unit(row, factor)
        except UnitError as fault:
            of_calorific = row["net_calorific_value"] is not None and fault.where != row["unit"]
            yield Broken(
                where=_where(row),
                column="calorific_unit" if of_calorific else "unit",
                value=row["calorific_unit"] if of_calorific else row["unit"],
                message=Text(
                    "{unit} and {calorific} do not make energy",
                    "{unit}と{calorific}から熱量になりません",
                ).format(unit=row["unit"], calorific=row["calorific_unit"])
                if of_calorific
                else fault.message,
                hint=Text(
                    "energy per {unit}, such as {bases}", "{unit}当たりの熱量（{bases}など）"
                ).format(unit=row["unit"], bases="TJ/Gg, MJ/m3")
                if of_calorific
                else fault.hint or Text("check the unit", "単位を確かめてください"),
            )


def _gross(rows: Sequence[Row]) -> Iterator[Broken]:
    for row in rows:
        if row["heat_basis"] == "GCV":
            yield Broken(
                where=_where(row),
                column="heat_basis",
                value="GCV",
                message=Text("gross calorific value", "高位発熱量です"),
                hint=Text(
                    "convert the quantities to net calorific value (the factors are on that basis)",
                    "低位発熱量に換算してください（係数は低位発熱量基準です）",
                ),
            )


def _produced(rows: Sequence[Row]) -> Iterator[Broken]:
    for row in rows:
        if row["kind"] == SECONDARY and row["production"]:
            yield Broken(
                where=_where(row),
                column="production",
                value=row["production"],
                message=Text(
                    "production of a secondary fuel, whose carbon is counted already",
                    "二次燃料の生産量です。炭素は元の燃料で計上済みです",
                ),
                hint=Text(
                    "leave it empty: the carbon is in the primary fuel that it was made of",
                    "空にしてください。炭素は元の一次燃料に含まれます",
                ),
            )
        if row["kind"] == PRIMARY and row["production"] is None:
            yield Broken(
                where=_where(row),
                column="production",
                message=Text("no production of a primary fuel", "一次燃料の生産量がありません"),
                hint=Text("write 0 where there is none", "生産がなければ0を記入してください"),
            )


def _misplaced(rows: Sequence[Row], factors: Factors) -> Iterator[Broken]:
    for row in rows:
        factor = factors.get(row["source"].lower())
        if factor is None or row["group"] is None:
            continue
        if bool(factor["biogenic"]) is not (row["group"] == BIOMASS):
            yield Broken(
                where=_where(row),
                column="group",
                value=row["group"],
                message=Text(
                    "the carbon of {source} is biogenic", "{source}の炭素は生物由来です"
                ).format(source=called("source", factor["source"]))
                if factor["biogenic"]
                else Text(
                    "the carbon of {source} is fossil", "{source}の炭素は化石由来です"
                ).format(source=called("source", factor["source"])),
                hint=Text("the group is biomass", "種別はbiomassです")
                if factor["biogenic"]
                else Text("the group is one of {groups}", "種別は{groups}のいずれかです").format(
                    groups=SEPARATOR.join(FOSSIL)
                ),
            )
