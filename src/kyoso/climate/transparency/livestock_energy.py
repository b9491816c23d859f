"""Energy that ruminants need of their feed (2006 IPCC Guidelines, V4, Equations 10.3–10.16)."""

from __future__ import annotations

import math

from kyoso.climate.transparency.estimates import Row
from kyoso.climate.transparency.tables.livestock import SMALL

DAYS = 365
IN_GROWTH = ("growth", "wool")
"""What is made of the energy for growth; all else is of that for maintenance."""


def maintenance_ratio(digestibility: float) -> float:
    """Net energy for maintenance per digestible energy, at a digestibility in % (10.14)."""
    return (
        1.123
        - 4.092e-3 * digestibility
        + 1.126e-5 * digestibility**2
        - (25.4 / digestibility if digestibility else float("inf"))
    )


def growth_ratio(digestibility: float) -> float:
    """Net energy for growth per digestible energy, at a digestibility in % (10.15)."""
    return (
        1.164
        - 5.160e-3 * digestibility
        + 1.308e-5 * digestibility**2
        - (37.4 / digestibility if digestibility else float("inf"))
    )


def net_energy(row: Row) -> dict[str, float]:
    """Net energy of cattle and buffalo [MJ per animal and day] (10.3, 10.4, 10.6, 10.8, 10.11, 10.13)."""
    maintenance = row["maintenance_coefficient"] * row["weight"] ** 0.75
    growth = 0.0
    if row["weight_gain"]:
        size = row["weight"] / (row["growth_coefficient"] * row["mature_weight"])
        growth = 22.02 * size**0.75 * row["weight_gain"] ** 1.097
    bearing = row["pregnant"] / 100 * row["pregnancy_coefficient"] if row["pregnant"] else 0.0
    return {
        "maintenance": maintenance,
        "activity": row["activity_coefficient"] * maintenance,
        "growth": growth,
        "lactation": row["milk"] * (1.47 + 0.40 * row["milk_fat"]) if row["milk"] else 0.0,
        "work_energy": 0.10 * maintenance * row["work"],
        "pregnancy": bearing * maintenance,
    }


def net_energy_small(row: Row) -> dict[str, float]:
    """Net energy of sheep and goats [MJ per animal and day] (10.3, 10.5, 10.7, 10.9, 10.12, 10.13)."""
    maintenance = row["maintenance_coefficient"] * row["weight"] ** 0.75
    growth, gain = 0.0, row["weight_gain"]
    if gain:
        weights = 2 * row["weaning_weight"] + DAYS * gain
        growth = gain * (row["growth_a"] + 0.5 * row["growth_b"] * weights)
    bearing = row["pregnant"] / 100 * row["pregnancy_coefficient"] if row["pregnant"] else 0.0
    return {
        "maintenance": maintenance,
        "activity": row["activity_coefficient"] * row["weight"],
        "growth": growth,
        "lactation": row["milk"] * row["milk_energy"] if row["milk"] else 0.0,
        "wool": row["wool"] * row["wool_energy"] / DAYS if row["wool"] else 0.0,
        "pregnancy": bearing * maintenance,
    }


def demand(row: Row, species: str) -> tuple[float, dict[str, float]]:
    """Gross energy [MJ per animal and day] (10.16), and what it is made up of."""
    parts = net_energy_small(row) if species in SMALL else net_energy(row)
    digestibility = row["digestibility"]
    ratios = {
        "maintenance_ratio": maintenance_ratio(digestibility),
        "growth_ratio": growth_ratio(digestibility),
    }
    kept = math.fsum(value for name, value in parts.items() if name not in IN_GROWTH)
    grown = math.fsum(value for name, value in parts.items() if name in IN_GROWTH)
    digested = kept / ratios["maintenance_ratio"]
    if grown:
        digested += grown / ratios["growth_ratio"]
    return digested / (digestibility / 100), {**parts, **ratios}
