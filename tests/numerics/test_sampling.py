"""Means, intervals and outliers against certified values and independent computation."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from kyoso.numerics.sampling import (
    OUTLIER_RULES,
    Array,
    by_deviations,
    by_grubbs,
    by_quartiles,
    mean_interval,
)

# NIST Statistical Reference Datasets, univariate summary statistics: data with certified mean
# and standard deviation. They stand in the test suite of the GNU Scientific Library.
MAVRO = (
    "2.00180 2.00170 2.00180 2.00190 2.00180 2.00170 2.00150 2.00140 2.00150 2.00150 2.00170 "
    "2.00180 2.00180 2.00190 2.00190 2.00210 2.00200 2.00160 2.00140 2.00130 2.00130 2.00150 "
    "2.00150 2.00160 2.00150 2.00140 2.00130 2.00140 2.00150 2.00140 2.00150 2.00160 2.00150 "
    "2.00160 2.00190 2.00200 2.00200 2.00210 2.00220 2.00230 2.00240 2.00250 2.00270 2.00260 "
    "2.00260 2.00260 2.00270 2.00260 2.00250 2.00240"
)
CERTIFIED = {
    "Mavro": ([float(x) for x in MAVRO.split()], 2.00185600000000, 0.000429123454003053, 1e-12),
    "NumAcc1": ([10000001.0, 10000003.0, 10000002.0], 10000002.0, 1.0, 1e-15),
    "NumAcc2": ([1.2, *[1.1, 1.3] * 500], 1.2, 0.1, 1e-14),
    "NumAcc3": ([1000000.2, *[1000000.1, 1000000.3] * 500], 1000000.2, 0.1, 1e-9),
    "NumAcc4": ([10000000.2, *[10000000.1, 10000000.3] * 500], 10000000.2, 0.1, 1e-8),
}
# The last number is what is lost where the data are not binary fractions.


@pytest.mark.parametrize("name", CERTIFIED)
def test_means_and_deviations_are_the_certified_ones(name: str) -> None:
    values, mean, deviation, tolerance = CERTIFIED[name]
    found = mean_interval(np.array(values))
    assert found.mean == pytest.approx(mean, rel=1e-15)
    quantile = stats.t.ppf(0.975, len(values) - 1)
    by_deviation = found.half_width * math.sqrt(len(values)) / quantile
    assert by_deviation == pytest.approx(deviation, rel=tolerance)


samples = st.lists(
    st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda x: abs(x) > 1e-6),
    min_size=2,
    max_size=40,
)


@given(values=samples)
def test_the_interval_is_that_of_scipy_for_equal_weights(values: list[float]) -> None:
    found = mean_interval(np.array(values))
    assert found.mean == pytest.approx(statistics.fmean(values), rel=1e-9, abs=1e-9)
    error = statistics.stdev(values) / math.sqrt(len(values))
    expected = stats.t.ppf(0.975, len(values) - 1) * error
    assert found.half_width == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(values=samples, data=st.data())
def test_weighted_means_are_those_of_exact_fractions(
    values: list[float], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.floats(0.01, 1e4), min_size=len(values), max_size=len(values)))
    x, w = ([Fraction(v) for v in numbers] for numbers in (values, weights))
    n, total = len(x), sum(w)
    mean = sum(a * b for a, b in zip(w, x, strict=True)) / total
    squares = sum((a * (b - mean)) ** 2 for a, b in zip(w, x, strict=True))
    variance = squares / total**2 * n / (n - 1)
    found = mean_interval(np.array(values), np.array(weights))
    assert found.mean == pytest.approx(float(mean), rel=1e-12, abs=1e-12)
    half = stats.t.ppf(0.975, n - 1) * math.sqrt(variance)
    assert found.half_width == pytest.approx(half, rel=1e-9, abs=1e-9)


def test_weights_count_by_their_ratios_and_order_does_not_count() -> None:
    values, weights = np.array([1.0, 2.0, 4.0]), np.array([3.0, 1.0, 2.0])
    found = mean_interval(values, weights)
    assert mean_interval(values, weights * 1024) == found
    assert mean_interval(values[::-1], weights[::-1]) == found
    assert mean_interval(values, np.full(3, 8.0)) == mean_interval(values)


def test_a_wider_confidence_has_a_wider_interval() -> None:
    values = np.array([1.0, 2.0, 4.0, 5.0])
    expected = stats.t.interval(0.99, 3, loc=3.0, scale=stats.sem(values))
    assert mean_interval(values, confidence=0.99).half_width == pytest.approx(
        (expected[1] - expected[0]) / 2, rel=1e-12
    )


def least_squares_p(values: Array, at: int) -> float:
    """The two-sided p-value of one sample being off: a regression with a dummy for it alone."""
    design = np.column_stack([np.ones(len(values)), np.arange(len(values)) == at]).astype(float)
    solution, residuals, *_ = np.linalg.lstsq(design, values)
    freedom = len(values) - 2
    covariance = np.linalg.inv(design.T @ design) * residuals[0] / freedom
    return float(2 * stats.t.sf(abs(solution[1]) / math.sqrt(covariance[1, 1]), freedom))


@pytest.mark.parametrize("seed", range(12))
def test_grubbs_test_is_a_regression_with_a_dummy_and_bonferronis_correction(seed: int) -> None:
    """Cook and Weisberg: the largest deleted t against 0.05/n."""
    random = np.random.default_rng(seed)
    values = np.concatenate([random.normal(100, 5, 9), random.normal(118, 6, 2)])
    rest, left_out = list(range(len(values))), []
    while len(rest) > 2:
        tested = values[rest]
        at = int(np.abs(tested - tested.mean()).argmax())
        if least_squares_p(tested, at) >= 0.05 / len(rest):
            break
        left_out.append(rest.pop(at))
    assert np.flatnonzero(~by_grubbs(values).kept).tolist() == sorted(left_out)


def test_an_obvious_outlier_is_found_by_every_rule_but_none() -> None:
    values = np.array([94.1, 94.6, 95.2, 94.9, 95.0, 94.4, 130.0])
    for name, rule in OUTLIER_RULES.items():
        expected = [] if name == "none" else [6]
        assert np.flatnonzero(~rule(values).kept).tolist() == expected, name


def test_quartile_limits_are_those_worked_out_by_hand() -> None:
    """1 … 9: quartiles 3 and 7, limits 3 − 1.5·4 and 7 + 1.5·4."""
    judged = by_quartiles(np.arange(1.0, 10.0))
    assert (judged.lower[0], judged.upper[0]) == (-3.0, 13.0)
    assert judged.kept.all()


def test_deviation_limits_are_those_of_scipys_normal_scale() -> None:
    values = np.array([10.0, 11.0, 12.0, 13.0, 30.0])
    reach = 3.5 * stats.median_abs_deviation(values, scale=0.6745)
    judged = by_deviations(values)
    assert (judged.lower[0], judged.upper[0]) == pytest.approx((12 - reach, 12 + reach))
    assert judged.kept.tolist() == [True] * 4 + [False]


@pytest.mark.parametrize("name", sorted(OUTLIER_RULES))
def test_samples_that_are_all_the_same_are_kept_without_limits(name: str) -> None:
    judged = OUTLIER_RULES[name](np.full(5, 7.0))
    assert judged.kept.all()
    assert np.isnan(judged.lower).all()


@given(values=samples, name=st.sampled_from(sorted(OUTLIER_RULES)))
def test_outliers_lie_outside_their_limits_and_others_inside(
    values: list[float], name: str
) -> None:
    assume(len(values) >= 3)
    judged = OUTLIER_RULES[name](np.array(values))
    known = ~np.isnan(judged.lower)
    inside = (np.array(values) >= judged.lower) & (np.array(values) <= judged.upper)
    # The last bit of a limit may be on either side of a sample that lies on it.
    near = np.minimum(
        np.abs(values - judged.lower), np.abs(values - judged.upper)
    ) <= 1e-9 * np.abs(values)
    assert np.all((inside == judged.kept) | near | ~known)
    assert np.all(judged.kept[~known])
