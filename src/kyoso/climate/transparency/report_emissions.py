"""Emissions of a facility's report, gas by gas, and the rows of plan and activity behind them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from kyoso.climate.transparency.factors import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """One gas of one stream in one year.

    ``mass`` is in t of the gas. ``planned_tier`` is that of the plan, and ``own_factor`` says
    whether the factor is one of the country, ``None`` where none is looked up: what tier the line
    comes to is for the rule set to say. The uncertainties are halves of 95 % intervals in %, ``None``
    where not known; ``factor_key`` names what lines with the same factor share, and
    ``calorific_key`` what lines share that go through the same calorific value.
    """

    facility: str
    country: str
    year: int
    stream: str
    unit_name: str | None
    category: str | None
    source: str
    gas: str
    boundary: str
    quantity: float
    unit: str
    mass: float
    method: str
    planned_tier: int | None
    own_factor: bool | None
    meter: str | None
    factor: float
    factor_unit: str
    factor_lower: float | None
    factor_upper: float | None
    factor_basis: str | None
    factor_source: str | None
    verification: str | None
    activity_uncertainty: float | None
    factor_uncertainty: float | None
    calorific_uncertainty: float | None
    factor_key: tuple[object, ...] | None
    calorific_key: str | None

    @property
    def uncertainty(self) -> float | None:
        """Half of the 95 % interval of the line in % (IPCC 2006, Volume 1, Equation 3.1)."""
        parts = (self.activity_uncertainty, self.factor_uncertainty, self.calorific_uncertainty)
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return math.sqrt(math.fsum(part * part for part in known))


@dataclass(frozen=True, slots=True)
class Line:
    """A reported row with the entry of the plan that it belongs to."""

    row: Row
    plan: Row

    @property
    def reported(self) -> dict[str, object]:
        return {name: self.row[name] for name in ("facility", "year", "stream")}

    @property
    def planned(self) -> dict[str, object]:
        return {name: self.plan[name] for name in ("facility", "stream", "valid_from")}

    def emission(self, **of_gas: Any) -> Emission:
        row, plan = self.row, self.plan
        uncertainty = row["uncertainty"]
        return Emission(
            facility=row["facility"],
            country=plan["country"],
            year=row["year"],
            stream=row["stream"],
            unit_name=plan["unit_name"],
            category=plan["category"],
            quantity=row["quantity"],
            unit=row["unit"],
            planned_tier=plan["tier"],
            meter=plan["meter"],
            activity_uncertainty=plan["meter_uncertainty"] if uncertainty is None else uncertainty,
            **of_gas,
        )
