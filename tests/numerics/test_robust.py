"""Robust ranges against SciPy's median absolute deviation, and their invariants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import median_abs_deviation

from kyoso.numerics.robust import NORMAL, median_deviation, usual

numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


def test_the_scale_is_that_of_a_normal_distribution() -> None:
    """1.482602218505602 is printed by R's documentation of mad as 1.4826."""
    assert pytest.approx(1.482602218505602, rel=1e-14) == NORMAL


@given(numbers)
def test_the_deviation_is_that_of_scipy(values: list[float]) -> None:
    assert median_deviation(values) == pytest.approx(median_abs_deviation(values), abs=1e-9)


@given(numbers, st.floats(1, 10), st.floats(0, 100))
def test_at_least_half_of_the_values_are_usual(
    values: list[float], reach: float, least: float
) -> None:
    found = usual(values, reach=reach, least=least)
    inside = [value for value in values if found.lower <= value <= found.upper]
    assert 2 * len(inside) >= len(values)


@given(numbers)
def test_the_order_plays_no_part(values: list[float]) -> None:
    assert usual(sorted(values), reach=3, least=10) == usual(values, reach=3, least=10)


def test_values_that_hardly_differ_leave_the_least_width() -> None:
    assert usual([100.0, 100.0, 100.0, 500.0], reach=5, least=25) == (100.0, 75.0, 125.0)
