"""Ratios, lines and trends against exact fractions and NumPy's own least squares."""

from __future__ import annotations

import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.numerics.splicing import between, mean_of_ratios, ratio_of_sums, ratios, trend

amounts = st.floats(min_value=0.1, max_value=1e9)
pairs = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=30)


@given(pairs=pairs)
def test_the_two_ratios_are_those_of_exact_arithmetic(pairs: list[tuple[float, float]]) -> None:
    upper, lower = [u for u, _ in pairs], [v for _, v in pairs]
    exact = [Fraction(u) / Fraction(v) for u, v in pairs]
    assert mean_of_ratios(upper, lower).value == pytest.approx(
        float(sum(exact) / len(exact)), rel=1e-13
    )
    assert ratio_of_sums(upper, lower).value == pytest.approx(
        float(sum(map(Fraction, upper)) / sum(map(Fraction, lower))), rel=1e-13
    )


@given(pairs=pairs)
def test_the_order_of_years_plays_no_part(pairs: list[tuple[float, float]]) -> None:
    forward = mean_of_ratios([u for u, _ in pairs], [v for _, v in pairs])
    backward = mean_of_ratios([u for u, _ in reversed(pairs)], [v for _, v in reversed(pairs)])
    assert forward == backward


def test_spread_and_drift_are_those_of_the_standard_library() -> None:
    upper, lower = [11.0, 10.5, 12.0], [10.0, 10.0, 10.0]
    yearly = [Fraction(11, 10), Fraction(105, 100), Fraction(12, 10)]
    found = mean_of_ratios(upper, lower)
    mean = statistics.mean(yearly)
    assert found.spread == pytest.approx(100 * statistics.stdev(map(float, yearly)) / float(mean))
    assert found.drift == pytest.approx(float(100 * (Fraction(12, 10) - Fraction(105, 100)) / mean))
    assert ratio_of_sums(upper, lower).spread == found.spread


def test_a_single_year_has_a_ratio_and_no_spread() -> None:
    assert mean_of_ratios([3.0], [2.0]) == (1.5, None, 0.0)


def test_ratios_about_zero_drift_without_bound() -> None:
    assert mean_of_ratios([1.0, -1.0], [1.0, 1.0]).drift == float("inf")


def test_nothing_is_divided_by_zero_in_silence() -> None:
    with pytest.raises(ZeroDivisionError):
        ratios([1.0], [0.0])


@given(
    left=st.floats(min_value=-1e9, max_value=1e9),
    right=st.floats(min_value=-1e9, max_value=1e9),
    gap=st.integers(min_value=2, max_value=20),
)
def test_a_line_passes_through_both_its_ends_and_stays_between(
    left: float, right: float, gap: int
) -> None:
    ends = (2000, left), (2000 + gap, right)
    assert between(2000, *ends) == left
    assert between(2000 + gap, *ends) == right
    for year in range(2001, 2000 + gap):
        exact = Fraction(left) + (Fraction(right) - Fraction(left)) * (year - 2000) / gap
        assert between(year, *ends) == pytest.approx(float(exact), rel=1e-12, abs=1e-6)


@given(values=st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=3, max_size=30))
def test_the_slope_is_that_of_numpy(values: list[float]) -> None:
    years = list(range(1990, 1990 + len(values)))
    expected = float(np.polynomial.Polynomial.fit(years, values, 1).convert().coef[1:].sum())
    assert trend(years, values).slope == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_scatter_is_the_residual_standard_deviation_of_the_mean() -> None:
    """Years 0 to 3, values 1, 3, 2, 4: slope 4/5, residuals −3/10, 9/10, −9/10, 3/10."""
    found = trend([2000, 2001, 2002, 2003], [1.0, 3.0, 2.0, 4.0])
    assert found.slope == pytest.approx(0.8)
    residuals = [Fraction(n, 10) for n in (-3, 9, -9, 3)]
    deviation = float(sum(one**2 for one in residuals) / 2) ** 0.5
    assert found.scatter == pytest.approx(100 * deviation / 2.5)


def test_two_years_are_a_line_of_unknown_scatter_and_nothing_scatters_about_nothing() -> None:
    assert trend([2000, 2005], [1.0, 6.0]) == (1.0, None)
    assert trend([2000, 2001, 2002], [0.0, 0.0, 0.0]) == (0.0, 0.0)
