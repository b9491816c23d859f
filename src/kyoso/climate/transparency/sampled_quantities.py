"""Quantities that are sampled of a fuel: units, the way to a factor, default ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from kyoso import reference
from kyoso.climate.transparency.tables.samples import SAMPLES
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.methods.declaration import Values
from kyoso.numerics.sampling import OUTLIER_RULES, Array, Judged

DEFAULTS = "ghg/factors_ipcc2006"


OTHER = "other"
"""The fuel that has no default, and the sector that was not stated."""


AS_SAMPLED = "as_sampled"


FIRST = "first"
"""The unit of the first sample."""


CARBON_TO_CO2 = 44 / 12
"""Mass of carbon dioxide per mass of the carbon in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What samples can be of.

    ``units`` are those that a value may be converted to, the first without naming a gas;
    ``unit`` is that of the factor, and ``scale`` what a value in ``units`` is multiplied by.
    ``energy`` is the power in which the energy of the fuel stands in the unit. ``gas`` names the
    default to compare with; the calorific value has none.
    """

    units: tuple[str, ...]
    unit: str
    energy: int
    gas: str | None = None
    scale: float = 1.0


QUANTITIES: Mapping[str, Quantity] = {
    "co2_emission_factor": Quantity(
        units=("kg/TJ", "kg CO2/TJ"), unit="kg/TJ", energy=-1, gas="CO2"
    ),
    "carbon_content": Quantity(
        units=("kg/GJ", "kg C/GJ"), unit="kg/TJ", energy=-1, gas="CO2", scale=CARBON_TO_CO2 * 1000
    ),
    "net_calorific_value": Quantity(units=("TJ/Gg",), unit="TJ/Gg", energy=1),
    "ch4_emission_factor": Quantity(
        units=("kg/TJ", "kg CH4/TJ"), unit="kg/TJ", energy=-1, gas="CH4"
    ),
    "n2o_emission_factor": Quantity(
        units=("kg/TJ", "kg N2O/TJ"), unit="kg/TJ", energy=-1, gas="N2O"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A default range, in the unit of the factor, and how it was verified."""

    lower: float
    upper: float
    verification: str


@cache
def fuels() -> tuple[str, ...]:
    """The fuels with a default calorific value."""
    rows = reference.load(DEFAULTS).rows
    return tuple(dict.fromkeys(row["source"] for row in rows if row["net_calorific_value"]))


@cache
def sectors() -> tuple[str, ...]:
    """The sectors on which defaults depend, as the shipped factors name them."""
    rows = reference.load(DEFAULTS).rows
    return tuple(sorted({row["sector"] for row in rows} - {"all"}))


def default_range(fuel: str, quantity: str, sector: str) -> Range | None:
    """The range of the default of a fuel, or ``None`` where no range is shipped.

    >>> default_range("Natural Gas", "co2_emission_factor", "other").upper
    58300.0
    """
    if quantity == AS_SAMPLED:
        return None
    gas = QUANTITIES[quantity].gas
    for row in reference.load(DEFAULTS).where(source=fuel, gas=gas or "CO2"):
        if row["sector"] not in ("all", sector):
            continue
        names = ("lower", "upper")
        if gas is None:
            names = ("net_calorific_value_lower", "net_calorific_value_upper")
        lower, upper = (row[name] for name in names)
        if lower and upper:
            # The ranges of calorific values come with those of CO2 and were read from one source.
            return Range(
                lower=float(lower),
                upper=float(upper),
                verification=row["bounds_verification"] or "unverified",
            )
    return None


def conversion(unit: str, quantity: str, wanted: str) -> float:
    """What a value in ``unit`` is multiplied by to be in the unit of the factor.

    ``wanted`` is that unit where the quantity is :data:`AS_SAMPLED`. Raises :class:`UnitError`.

    >>> round(conversion("kg/GJ", "carbon_content", "") * 15.3)
    56100
    """
    if quantity == AS_SAMPLED:
        return units.conversion(unit, wanted)
    kind = QUANTITIES[quantity]
    for one in kind.units:
        if units.is_compatible(unit, one):
            return units.conversion(unit, one) * kind.scale
    raise UnitError(
        Text("not a unit of {quantity}", "{quantity}の単位ではありません").format(
            quantity=quantity
        ),
        where=unit,
        hint=Text(
            "use {units} or a unit of that kind, or state another quantity with -p quantity=",
            "{units}または同種の単位とするか、-p quantity= で別の量を指定してください",
        ).format(units=", ".join(kind.units)),
    )


def on_net_basis(values: Values) -> float:
    """What a factor on the stated basis is multiplied by to be on that of the net value."""
    if values["basis"] == "net":
        return 1.0
    return float(values["net_per_gross"]) ** QUANTITIES[str(values["quantity"])].energy


def wanted_unit(samples: pa.Table, values: Values) -> str:
    """The unit of the factor: stated, the quantity's, or that of the first sample."""
    quantity = str(values["quantity"])
    if quantity != AS_SAMPLED:
        return QUANTITIES[quantity].unit
    if values["factor_unit"] != FIRST:
        return str(values["factor_unit"])
    in_order = samples.sort_by([(name, "ascending") for name in SAMPLES.key])
    filled = [unit for unit in in_order["unit"].to_pylist() if unit]
    return str(filled[0]) if filled else "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """Samples in the unit of the factor, as the outlier rule judged them."""

    values: Array
    judged: Judged
    unit: str


def prepared(samples: pa.Table, values: Values) -> Sampled:
    """Convert the samples to the unit of the factor, and judge them.

    Raises :class:`UnitError`.
    """
    quantity, wanted = str(values["quantity"]), wanted_unit(samples, values)
    factors = {
        unit: conversion(unit, quantity, wanted) for unit in samples["unit"].unique().to_pylist()
    }
    scale = on_net_basis(values) * float(values["oxidation"])
    each = np.array([factors[unit] * scale for unit in samples["unit"].to_pylist()])
    converted = samples["value"].to_numpy() * each
    judged = OUTLIER_RULES[str(values["outliers"])](converted)
    return Sampled(values=converted, judged=judged, unit=wanted)
