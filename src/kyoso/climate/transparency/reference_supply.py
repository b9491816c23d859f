"""Apparent consumption of fuels, as energy and carbon."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency.factors import Row, basis, by_source, factor_basis
from kyoso.climate.transparency.names import called
from kyoso.climate.transparency.tables.energy_balance import BIOMASS
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text

CARBON_TO_CO2 = 44 / 12
"""Mass of carbon dioxide per mass of the carbon in it."""

Factors = Mapping[str, Row]
"""The carbon dioxide factor of each source, by its name in lower case."""


def apparent_consumption(row: Row) -> float:
    """Production + imports − exports − international bunkers − stock change, in the row's unit.

    2006 IPCC Guidelines, Volume 2, Equation 6.2; a secondary fuel has no production, for its
    carbon came in with the primary fuel that it was made of.
    """
    return math.fsum(
        (
            row["production"] or 0.0,
            row["imports"],
            -row["exports"],
            -row["international_bunkers"],
            -row["stock_change"],
        )
    )


def energy_per_unit(row: Row, factor: Row) -> float:
    """TJ (net calorific value) in one unit of the row.

    The row's own calorific value goes before that of the factors. Raises :class:`UnitError`
    where there is none that fits.
    """
    unit = row["unit"]
    if row["net_calorific_value"] is not None and basis(unit) != "energy":
        per_unit = units.conversion(f"{unit} * {row['calorific_unit']}", "TJ")
        return float(row["net_calorific_value"] * per_unit)
    if basis(unit) == "energy":
        return units.conversion(unit, "TJ")
    calorific = factor["net_calorific_value"]
    if calorific is None:
        raise UnitError(
            Text(
                "no net calorific value of {source} in factors",
                "factorsに{source}の低位発熱量がありません",
            ).format(source=called("source", factor["source"])),
            where=unit,
            hint=Text(
                "use TJ, or give net_calorific_value and calorific_unit",
                "TJで記入するか、net_calorific_valueとcalorific_unitを記入してください",
            ),
        )
    try:
        return float(calorific * units.conversion(unit, "Gg"))
    except UnitError as fault:
        raise UnitError(
            fault.message,
            where=unit,
            hint=Text(
                "use TJ or t, or give net_calorific_value and calorific_unit for this unit",
                "TJやtで記入するか、この単位の発熱量をnet_calorific_valueとcalorific_unitに記入してください",
            ),
        ) from fault


def carbon_content(factor: Row) -> float:
    """Carbon in t per TJ, from a factor of carbon dioxide.

    The table has factors of complete oxidation (2006 IPCC Guidelines, Volume 2, Table 1.4).
    """
    value = factor["value"]
    if factor_basis(factor["unit"]) == "mass":
        per_energy = value * units.conversion(factor["unit"], "t/Gg")
        return float(per_energy / factor["net_calorific_value"] / CARBON_TO_CO2)
    return float(value * units.conversion(factor["unit"], "t/TJ") / CARBON_TO_CO2)


def carbon_dioxide(factors: pa.Table) -> Factors:
    """The carbon dioxide factor of each fuel: of a source with a factor per energy."""
    return {
        name: row
        for name, rows in by_source(factors).items()
        for row in rows
        if row["gas"] == "CO2" and _is_of_fuel(row)
    }


def _is_of_fuel(factor: Row) -> bool:
    if factor["net_calorific_value"] is not None:
        return True
    try:
        return factor_basis(factor["unit"]) == "energy"
    except UnitError:
        return False


def apparent_row(row: Row, factor: Row) -> dict[str, Any]:
    """What is supplied and excluded of a fuel: energy [TJ], carbon and carbon dioxide [Gg]."""
    energy = energy_per_unit(row, factor)
    consumption = apparent_consumption(row) * energy
    excluded = row["excluded"] * energy
    content = carbon_content(factor) * units.conversion("t", "Gg")
    return {
        "country": row["country"],
        "year": row["year"],
        "source": factor["source"],
        "group": row["group"],
        "consumption": consumption,
        "excluded": excluded,
        "carbon": consumption * content,
        "excluded_carbon": excluded * content,
        "co2": (consumption - excluded) * content * row["oxidised"] * CARBON_TO_CO2,
        "counted": row["group"] != BIOMASS,
    }
