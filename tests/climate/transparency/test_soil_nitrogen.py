"""Nitrogen of residues and soils by what has to hold of it: none appears, and none is lost."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.soil_nitrogen import by_input, of_residues, of_soil, worked_out

SHARE = st.floats(0, 1, allow_subnormal=False)
CROPS = st.fixed_dictionaries(
    {
        "area": st.floats(1, 1e6),
        "harvest": st.floats(1, 2e4),
        "above_ratio": st.floats(0, 3, allow_subnormal=False),
        "above_nitrogen": st.floats(0.001, 0.05),
        "removed": SHARE,
        "burnt": SHARE,
        "combustion_factor": SHARE,
        "below_ratio": st.floats(0, 2, allow_subnormal=False),
        "below_nitrogen": st.floats(0.001, 0.05),
        "renewed": SHARE,
    }
)


@given(crop=CROPS)
def test_nitrogen_above_ground_is_left_removed_or_burnt(crop: dict[str, float]) -> None:
    """What grew, by the residues of a field of which nothing is taken (Equation 11.6 of 2019)."""
    grown, below = of_residues({**crop, "removed": 0.0, "burnt": 0.0})
    left, still_below = of_residues(crop)
    taken = grown * crop["removed"] + grown * crop["burnt"] * crop["combustion_factor"]
    assert left + taken == pytest.approx(grown, rel=1e-9, abs=1e-9)
    assert still_below == below
    assert grown == pytest.approx(
        crop["area"] * crop["harvest"] / 1000 * crop["above_ratio"] * crop["above_nitrogen"]
    )


@given(crop=CROPS, times=st.integers(2, 9))
def test_a_field_is_the_sum_of_its_parts(crop: dict[str, float], times: int) -> None:
    whole = of_residues({**crop, "area": crop["area"] * times})
    assert whole == pytest.approx([times * part for part in of_residues(crop)])


@given(carbon=st.floats(0, 1e6, allow_subnormal=False), ratio=st.floats(5, 40))
def test_nitrogen_of_a_soil_takes_its_carbon_back(carbon: float, ratio: float) -> None:
    """N = C / R (2006 IPCC Guidelines, Volume 4, Equation 11.8)."""
    assert of_soil({"carbon_lost": carbon, "carbon_to_nitrogen": ratio}) * ratio == pytest.approx(
        carbon
    )


def test_crops_of_a_stratum_add_up_and_soils_stand_apart() -> None:
    place = {"country": "XAA", "year": 2023, "stratum": "a"}
    crop: dict[str, Any] = {
        **place, "crop": "rice", "area": 100.0, "harvest": 5000.0, "above_ratio": 1.0,
        "above_nitrogen": 0.01, "removed": 0.5, "burnt": 0.0, "combustion_factor": 0.9,
        "below_ratio": 0.2, "below_nitrogen": 0.01, "renewed": 1.0,
    }  # fmt: skip
    tables = {
        "residues": pa.Table.from_pylist([crop, {**crop, "crop": "beans", "renewed": 0.0}]),
        "soil_carbon": pa.Table.from_pylist(
            [{**place, "carbon_lost": 4500.0, "carbon_to_nitrogen": 15.0}]
        ),
    }
    found = list(worked_out(tables))
    assert [(row["crop"], row["above"], row["below"]) for row in found] == [
        ("rice", 2.5, 2.0), ("beans", 2.5, 0.0), ("–", None, None),
    ]  # fmt: skip
    assert by_input(found) == {
        ("XAA", 2023, "a", "residues"): 7.0,
        ("XAA", 2023, "a", "mineralised"): 300.0,
    }
    assert list(worked_out({})) == []
