"""Emission factors of sources: what one unit of a source in a category emits of each gas.

What several methods need that put activity data and factors together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from kyoso import reference
from kyoso.climate.transparency.names import called
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.tables.checking import Broken, Rule

POTENTIALS = "ghg/gwp100"
SECTORS = "ghg/category_sectors"

BASES: Mapping[str, str] = {"energy": "TJ", "mass": "t", "volume": "m3", "number": "piece"}
"""What a quantity can measure, and the unit in which it is calculated."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """What one unit of one source in one category emits of one gas.

    ``mass`` is in t of gas and ``co2e`` in t per unit as written; the uncertainties are halves
    of 95 % intervals in %, ``None`` where not known. ``calorific_uncertainty`` is 0 where the
    calorific value plays no part.
    """

    source: str
    name: str
    unit: str
    category: str
    gas: str
    mass: float
    co2e: float
    biogenic: bool
    factor_uncertainty: float | None
    calorific_uncertainty: float | None
    verification: str
    bounds_verification: str


@cache
def potentials(assessment: str) -> Mapping[str, float]:
    """Global warming potentials over 100 years by gas; gases that a report omits are absent."""
    rows = reference.load(POTENTIALS).rows
    return {row["gas"]: float(row[assessment]) for row in rows if row[assessment]}


def sector(category: str) -> str | None:
    """The sector of the non-CO2 factors for an IPCC category: the longest code it begins with."""
    known = reference.load(SECTORS).by("category")
    for length in range(len(category), 0, -1):
        if category[:length] in known:
            return known[category[:length]]["sector"]
    return None


def basis(unit: str) -> str | None:
    """What a quantity in ``unit`` measures (a key of :data:`BASES`), or ``None``."""
    for name, canonical in BASES.items():
        if units.is_compatible(unit, canonical):
            return name
    return None


def factor_basis(unit: str) -> str | None:
    """What a factor in ``unit`` is related to: ``kg/TJ`` to energy, ``t/t`` to mass."""
    for name, canonical in BASES.items():
        if units.is_compatible(unit, f"t/{canonical}"):
            return name
    return None


def is_energy(unit: str) -> bool:
    """Whether a quantity in ``unit`` is one of energy; no word that is not a unit is."""
    try:
        return basis(unit) == "energy"
    except UnitError:
        return False


def is_per_energy(unit: str) -> bool:
    """Whether a factor in ``unit`` is one of energy; no word that is not a unit is."""
    try:
        return factor_basis(unit) == "energy"
    except UnitError:
        return False


def half_width(value: float, lower: float | None, upper: float | None) -> float | None:
    """Half of the interval in % of the value (2006 IPCC Guidelines, Volume 1, Chapter 3)."""
    if lower is None or upper is None or value == 0:
        return None
    return 100.0 * (upper - lower) / (2.0 * abs(value))


def for_category(factors: Sequence[Row], category: str) -> tuple[list[Row], list[str]]:
    """The factors of a source that hold in a category, one per gas, and the gases without one.

    A factor for the category's sector goes before one for all sectors.
    """
    own = sector(category)
    chosen: list[Row] = []
    lacking: list[str] = []
    for gas in dict.fromkeys(row["gas"] for row in factors):
        by_sector = {row["sector"].lower(): row for row in factors if row["gas"] == gas}
        row = by_sector.get(own or "") or by_sector.get("all")
        if row is None:
            lacking.append(gas)
        else:
            chosen.append(row)
    return chosen, lacking


def per_unit(row: Row, unit: str) -> tuple[float, float | None]:
    """The factor in t per ``unit``, and the uncertainty (%) of a calorific value on the way.

    A factor per energy meets a quantity in mass through the net calorific value, and the other
    way round. Raises :class:`UnitError` where the two cannot meet.
    """
    of_factor, of_quantity = factor_basis(row["unit"]), basis(unit)
    if of_factor is None:
        raise UnitError(
            Text("not the unit of a factor", "排出係数の単位ではありません"),
            where=row["unit"],
            hint=Text(
                "mass per energy or mass, such as kg/TJ or t/t", "kg/TJ、t/tなどとしてください"
            ),
        )
    value = row["value"] * units.conversion(row["unit"], f"t/{BASES[of_factor]}")
    calorific = row["net_calorific_value"]
    if of_quantity == of_factor:
        return value * units.conversion(unit, BASES[of_factor]), 0.0
    if calorific is None or {of_factor, of_quantity} != {"energy", "mass"}:
        needed = [BASES[of_factor]]
        if calorific is not None:
            needed += [BASES[one] for one in ("energy", "mass") if one != of_factor]
        raise UnitError(
            Text(
                "this unit does not fit the source {source}", "この単位は{source}に使えません"
            ).format(source=called("source", row["source"])),
            where=unit,
            hint=Text(
                "use {units} or a unit of that kind", "{units}または同種の単位で記入してください"
            ).format(units=", ".join(needed)),
        )
    energy_of_mass = calorific * units.conversion("TJ/Gg", "TJ/t")
    ratio = energy_of_mass if of_quantity == "mass" else 1.0 / energy_of_mass
    uncertainty = half_width(
        calorific, row["net_calorific_value_lower"], row["net_calorific_value_upper"]
    )
    return value * ratio * units.conversion(unit, BASES[of_quantity or "mass"]), uncertainty


def coefficients(
    digest: pa.Table, factors: pa.Table, assessment: str
) -> Iterator[Coefficient | Broken]:
    """A coefficient for every gas of every source, unit and category in the digest.

    Where there is none, what is wrong and where it stands.
    """
    sources = by_source(factors)
    warming = potentials(assessment)
    for source, unit, category in _combinations(digest):
        known = sources.get(source.lower())
        if known is None:
            continue  # an unknown source is named by the table's own check
        where = {"source": source, "unit": unit, "category": category}
        chosen, lacking = for_category(known, category)
        if lacking:
            yield _no_factor(known, where, lacking)
        for row in chosen:
            try:
                mass, calorific = per_unit(row, unit)
            except UnitError as fault:
                if fault.where == unit:
                    yield _bad_unit(where, fault)
                break
            if row["gas"] not in warming:
                yield _no_potential(row, assessment, where)
                continue
            yield Coefficient(
                source=source,
                name=row["source"],
                unit=unit,
                category=category,
                gas=row["gas"],
                mass=mass,
                co2e=mass * warming[row["gas"]],
                biogenic=bool(row["biogenic"]),
                factor_uncertainty=half_width(row["value"], row["lower"], row["upper"]),
                calorific_uncertainty=calorific,
                verification=row["verification"],
                bounds_verification=row["bounds_verification"] or "",
            )


def by_source(factors: pa.Table) -> dict[str, list[Row]]:
    """The whole rows of a table of factors by source, in lower case."""
    found: dict[str, list[Row]] = {}
    for row in factors.to_pylist():
        if None not in (row["source"], row["gas"], row["value"], row["unit"]):
            found.setdefault(row["source"].lower(), []).append(row)
    return found


def _combinations(digest: pa.Table) -> list[tuple[str, str, str]]:
    columns = ("source", "unit", "category")
    seen = digest.select(list(columns)).group_by(list(columns)).aggregate([]).to_pylist()
    whole = [tuple(row[name] for name in columns) for row in seen]
    return sorted(row for row in whole if None not in row)


def _bad_unit(where: Row, fault: UnitError) -> Broken:
    return Broken(
        where=where,
        column="unit",
        value=where["unit"],
        message=fault.message,
        hint=fault.hint or Text("check the unit", "単位を確かめてください"),
    )


def _no_factor(known: Sequence[Row], where: Row, lacking: Sequence[str]) -> Broken:
    sectors = sorted({row["sector"] for row in known if row["gas"] in lacking})
    named = [row["source"] for row in _controlled(known[0]["source"])]
    hint = Text(
        "add the factors to the table factors; there are some for: {sectors}",
        "factorsの表に係数を加えてください（今あるのは：{sectors}）",
    ).format(sectors=" / ".join(sectors))
    if named and sector(str(where["category"])) == "road transport":
        hint = Text(
            "they depend on the emission control; name one of: {names}",
            "排出対策により異なるため、次のいずれかを記入してください：{names}",
        ).format(names=" / ".join(sorted(set(named))))
    return Broken(
        where=where,
        column="category",
        value=where["category"],
        message=Text(
            "no {gases} factor of {source} for this category",
            "この区分の{source}の{gases}係数がありません",
        ).format(gases=", ".join(lacking), source=called("source", known[0]["source"])),
        hint=hint,
    )


def _controlled(source: str) -> list[Row]:
    """Shipped sources that state the emission control of this one in brackets."""
    rows = reference.load("ghg/factors_ipcc2006").rows
    return [row for row in rows if row["source"].startswith(f"{source} (")]


def _no_potential(row: Row, assessment: str, where: Row) -> Broken:
    return Broken(
        where=where,
        column="source",
        value=where["source"],
        message=Text(
            "{assessment} gives no potential for {gas}",
            "{assessment}に{gas}の地球温暖化係数がありません",
        ).format(assessment=assessment, gas=row["gas"]),
        hint=Text("choose another set with -p gwp=", "-p gwp= で別の評価報告書を選んでください"),
    )


def lines_meet_factors(broken: Sequence[Broken], table: str) -> list[Rule]:
    """The rules of a table whose lines meet factors; ``broken`` is of :func:`coefficients`."""

    def of(column: str) -> tuple[Broken, ...]:
        return tuple(one for one in broken if one.column == column)

    return [
        Rule(
            id="unit-fits",
            title=Text("units convertible to the factor's unit", "単位を係数の単位に換算可能"),
            table=table,
            broken=of("unit"),
        ),
        Rule(
            id="factor-known",
            title=Text(
                "a factor for every gas, source and sector", "ガス・排出源・部門ごとの係数あり"
            ),
            table=table,
            broken=of("category"),
        ),
        Rule(
            id="potential-known",
            title=Text("a warming potential for every gas", "すべてのガスの地球温暖化係数あり"),
            table=table,
            broken=of("source"),
        ),
    ]


def factors_have_units(factors: pa.Table) -> Rule:
    """The rule that the unit of every factor is one of a factor."""
    return Rule(
        id="factor-unit",
        title=Text("units of factors", "係数の単位"),
        table="factors",
        broken=tuple(_factor_units(factors)),
    )


def _factor_units(factors: pa.Table) -> Iterator[Broken]:
    for unit in factors["unit"].unique().to_pylist():
        if unit is None:
            continue
        try:
            known = factor_basis(unit)
            fault = None
        except UnitError as error:
            known, fault = None, error
        if known is None:
            yield Broken(
                where={"unit": unit},
                column="unit",
                value=unit,
                message=fault.message
                if fault
                else Text("not the unit of a factor", "排出係数の単位ではありません"),
                hint=Text(
                    "mass per energy or mass, such as kg/TJ or t/t", "kg/TJ、t/tなどとしてください"
                ),
            )
