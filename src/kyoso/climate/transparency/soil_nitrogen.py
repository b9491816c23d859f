"""Nitrogen of crop residues and of the organic matter that a soil loses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from kyoso.climate.transparency.estimates import Row, rows_of
from kyoso.climate.transparency.tables.soils import MINERALISED, RESIDUES

KEY = ("country", "year", "stratum", "input")
SOURCE = {RESIDUES: "residues", MINERALISED: "soil_carbon"}
"""The table that the nitrogen of an input is worked out from, where it is not given."""
NO_CROP = "–"

Place = tuple[object, ...]


def of_residues(row: Row) -> tuple[float, float]:
    """Nitrogen [t] that a crop leaves above and below ground (Equation 11.6 of 2019).

    >>> of_residues({
    ...     "area": 100.0, "harvest": 5000.0, "above_ratio": 1.0, "above_nitrogen": 0.01,
    ...     "removed": 0.5, "burnt": 0.0, "combustion_factor": 0.9, "below_ratio": 0.2,
    ...     "below_nitrogen": 0.01, "renewed": 1.0,
    ... })
    (2.5, 2.0)
    """
    harvest = row["harvest"] * row["area"] * 1e-3
    above = harvest * row["above_ratio"]
    left = 1 - row["removed"] - row["burnt"] * row["combustion_factor"]
    below = (harvest + above) * row["below_ratio"] * row["renewed"]
    return above * row["above_nitrogen"] * left, below * row["below_nitrogen"]


def of_soil(row: Row) -> float:
    """Nitrogen [t] that is mineralised with the carbon that a soil loses (Equation 11.8)."""
    return float(row["carbon_lost"] / row["carbon_to_nitrogen"])


def worked_out(tables: Mapping[str, pa.Table]) -> Iterator[Row]:
    """Nitrogen of every crop and of every soil that loses carbon."""
    for row in rows_of(tables, SOURCE[RESIDUES]):
        above, below = of_residues(row)
        yield {
            **{name: row[name] for name in ("country", "year", "stratum")},
            "input": RESIDUES,
            "crop": row["crop"],
            "above": above,
            "below": below,
            "nitrogen": above + below,
        }
    for row in rows_of(tables, SOURCE[MINERALISED]):
        yield {
            **{name: row[name] for name in ("country", "year", "stratum")},
            "input": MINERALISED,
            "crop": NO_CROP,
            "above": None,
            "below": None,
            "nitrogen": of_soil(row),
        }


def by_input(found: Sequence[Row]) -> dict[Place, float]:
    """The nitrogen [t] of each input of a stratum."""
    parts: dict[Place, list[float]] = {}
    for row in found:
        parts.setdefault(tuple(row[name] for name in KEY), []).append(row["nitrogen"])
    return {place: math.fsum(some) for place, some in parts.items()}
