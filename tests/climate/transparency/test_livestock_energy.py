"""Energy of ruminants against values that the tests of the R package herdr state.

Its tests (JuanCBM99/herdr, tests/testthat, test_NEl, test_NEg, test_NE_wool, test_NE_pregnancy,
test_GE) name their inputs and round to three digits.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.livestock_energy import (
    demand,
    growth_ratio,
    maintenance_ratio,
    net_energy,
    net_energy_small,
)

COW: dict[str, Any] = {
    "weight": 450, "maintenance_coefficient": 0.386, "activity_coefficient": 0.0,
    "weight_gain": 0.8, "mature_weight": 600, "growth_coefficient": 0.8, "milk": 8000 / 365,
    "milk_fat": 4.0, "work": 0.0, "pregnant": None, "pregnancy_coefficient": None,
    "digestibility": 65,
}  # fmt: skip
EWE: dict[str, Any] = {
    "weight": 40, "maintenance_coefficient": 0.217, "activity_coefficient": 0.0107,
    "weight_gain": None, "weaning_weight": None, "growth_a": None, "growth_b": None,
    "milk": 1000 / 365, "milk_energy": 4.6, "wool": 4.5, "wool_energy": 24, "pregnant": None,
    "pregnancy_coefficient": None, "digestibility": 58,
}  # fmt: skip


def test_milk_wool_and_growth_are_those_of_a_public_implementation() -> None:
    cow, goat = net_energy(COW), net_energy_small(EWE)
    assert cow["lactation"] == pytest.approx(67.288, abs=1e-3)
    assert cow["growth"] == pytest.approx(16.42, abs=5e-3)
    assert goat["lactation"] == pytest.approx(12.603, abs=1e-3)
    assert goat["wool"] == pytest.approx(0.296, abs=5e-4)


def test_gross_energy_of_given_parts_is_that_of_a_public_implementation() -> None:
    """40 MJ of maintenance, 14 of activity, 20 of milk, 4 of a calf, 10 of growth, at 65 %."""
    row = {
        **COW, "weight": 16, "maintenance_coefficient": 5, "activity_coefficient": 0.35,
        "weight_gain": 1, "growth_coefficient": 16, "mature_weight": (22.02 / 10) ** (4 / 3),
        "milk": 10, "milk_fat": 1.325, "pregnant": 100, "pregnancy_coefficient": 0.1,
    }  # fmt: skip
    gross, parts = demand(row, "dairy cows")
    assert {
        name: parts[name] for name in ("maintenance", "activity", "lactation", "pregnancy")
    } == {
        "maintenance": 40.0,
        "activity": pytest.approx(14.0),
        "lactation": pytest.approx(20.0),
        "pregnancy": pytest.approx(4.0),
    }
    assert parts["growth"] == pytest.approx(10.0)
    assert gross == pytest.approx(283.424, rel=1e-4)


@given(
    weaned=st.floats(5, 30), gain=st.floats(0.01, 0.3), a=st.floats(0.5, 4), b=st.floats(0.1, 0.6)
)
def test_growth_of_a_lamb_is_what_each_kilogram_costs_at_its_weight(
    weaned: float, gain: float, a: float, b: float
) -> None:
    """Equation 10.7 is the integral of a + b·w from weaning to a year on: here, step by step."""
    steps, grown = 200, 365 * gain
    width = grown / steps
    costs = sum((a + b * (weaned + width * (at + 0.5))) * width for at in range(steps))
    lamb = {**EWE, "weight_gain": gain, "weaning_weight": weaned, "growth_a": a, "growth_b": b}
    assert net_energy_small(lamb)["growth"] == pytest.approx(costs / 365, rel=1e-9)


@given(weight=st.floats(20, 900))
def test_maintenance_goes_by_the_three_quarter_power_of_the_weight(weight: float) -> None:
    """Sixteen times the weight, eight times the energy (Equation 10.3)."""
    for energy, animal in ((net_energy, COW), (net_energy_small, EWE)):
        light = energy({**animal, "weight": weight})["maintenance"]
        assert energy({**animal, "weight": 16 * weight})["maintenance"] == pytest.approx(8 * light)


@given(low=st.floats(45, 84), better=st.floats(0.1, 10))
def test_better_feed_is_needed_less(low: float, better: float) -> None:
    """In the range of digestibility of the guidelines, and growth costs more than keeping."""
    assert maintenance_ratio(low) < maintenance_ratio(low + better)
    assert growth_ratio(low) < maintenance_ratio(low)
    for animal, species in ((COW, "other cattle"), (EWE, "sheep")):
        poor, _ = demand({**animal, "digestibility": low}, species)
        good, _ = demand({**animal, "digestibility": low + better}, species)
        assert good < poor
