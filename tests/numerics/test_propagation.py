"""Propagation of errors against exact fractions, worked out from the printed definitions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.numerics.propagation import (
    combined,
    half_width,
    relative_change,
    sensitivities,
    summed,
    total,
)

AMOUNTS = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=20
).filter(lambda rows: any(before for before, _ in rows))


def arrays(rows: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    before, after = np.array(rows, np.float64).T
    return before, after


def type_a(rows: list[tuple[int, int]], at: int, step: Fraction) -> Fraction:
    """The table's definition: the trend with a row ``step`` larger in both years, less the trend."""
    start, end = (sum(Fraction(row[side]) for row in rows) for side in (0, 1))
    before, after = (Fraction(one) for one in rows[at])
    return (end + step * after) / (start + step * before) * 100 - end / start * 100


@given(st.lists(st.floats(-1e200, 1e200, allow_subnormal=False), max_size=70))
def test_a_total_is_the_exact_one_to_twice_the_digits_of_a_plain_sum(values: list[float]) -> None:
    exact = sum(map(Fraction, values))
    allowed = abs(exact) * Fraction(1, 2**52) + sum(map(abs, map(Fraction, values))) / 2**96
    # Below the smallest normal number, what rounding drops cannot be told exactly.
    assert abs(Fraction(total(np.array(values, np.float64))) - exact) <= allowed + Fraction(1e-290)


def test_what_cancels_is_not_lost() -> None:
    assert total(np.array([1e16, 1.0, -1e16, 1.0, 3.0])) == 5.0
    assert total(np.empty(0)) == 0.0


@given(AMOUNTS)
def test_sensitivities_are_those_of_the_definition_in_fractions(
    rows: list[tuple[int, int]],
) -> None:
    before, after = arrays(rows)
    found = sensitivities(before, after)
    start = sum(row[0] for row in rows)
    largest = max(1.0, float(after.sum()) / start)
    for at in range(len(rows)):
        exact = type_a(rows, at, Fraction(1, 100))
        assert found.joint[at] == pytest.approx(float(exact), rel=1e-9, abs=1e-14 * largest)
        assert found.single[at] == pytest.approx(rows[at][1] / start, rel=1e-14)


@given(AMOUNTS)
def test_the_exact_derivative_is_a_little_larger_for_sources(rows: list[tuple[int, int]]) -> None:
    """Notes on transparency §4: |D/ΣC − C·ΣD/ΣC²| ≥ Type A, by the ratio (ΣC + C/100)/ΣC."""
    before, after = arrays(rows)
    start, end = (sum(Fraction(row[side]) for row in rows) for side in (0, 1))
    found = sensitivities(before, after)
    for at, (b, a) in enumerate(rows):
        derivative = abs(Fraction(a) / start - Fraction(b) * end / start**2)
        step = derivative * start / (start + Fraction(b, 100))
        assert abs(found.joint[at]) == pytest.approx(
            float(step), rel=1e-9, abs=1e-14 * max(1.0, float(end / start))
        )
        assert step <= derivative


@given(AMOUNTS)
def test_a_change_of_all_rows_together_does_not_move_the_trend(rows: list[tuple[int, int]]) -> None:
    before, after = arrays(rows)
    moved = before.sum() + before / 100
    joint = sensitivities(before, after).joint
    assert math.fsum(joint * moved) == pytest.approx(0, abs=1e-9 * max(1.0, after.sum()))


def test_removals_count_against_emissions() -> None:
    """By hand: B = 60, A = 90; row 2 is (−40, −30): (−30 + 40·90/60)/(60 − 0.4) = 30/59.6."""
    before, after = np.array([100.0, -40.0]), np.array([120.0, -30.0])
    found = sensitivities(before, after)
    assert found.joint == pytest.approx([(120 - 100 * 1.5) / 61, 30 / 59.6], rel=1e-14)
    assert found.single == pytest.approx([2.0, -0.5], rel=1e-14)
    assert relative_change(before, after) == pytest.approx(50.0, rel=1e-14)


def test_a_base_of_zero_has_no_trend_and_a_step_past_zero_no_sensitivity() -> None:
    nothing = sensitivities(np.array([5.0, -5.0]), np.array([1.0, 2.0]))
    assert np.isnan([*nothing.joint, *nothing.single]).all()
    assert math.isnan(relative_change(np.array([5.0, -5.0]), np.array([1.0, 2.0])))
    past = sensitivities(np.array([201.0, -200.0]), np.array([1.0, 1.0]))
    assert np.isfinite(past.joint[0])
    assert math.isnan(past.joint[1])
    assert past.single.tolist() == [1.0, 1.0]


@given(AMOUNTS)
def test_terms_that_move_together_add_up_to_the_term_that_they_are(
    rows: list[tuple[int, int]],
) -> None:
    """By the definition: all rows 1 % larger, against one row of their sums 1 % larger."""
    before, after = arrays([*rows, (7, 90)])
    inside = np.arange(len(before)) < len(rows)
    together = np.where(inside, before[inside].sum(), 7.0)
    apart = sensitivities(before, after, together).joint[inside].sum()
    summed_up = [(int(before[inside].sum()), int(after[inside].sum())), (7, 90)]
    exact = type_a(summed_up, 0, Fraction(1, 100))
    assert apart == pytest.approx(
        float(exact), rel=1e-9, abs=1e-13 * max(1.0, after.sum() / before.sum())
    )


def test_products_and_sums_combine_as_roots_of_squares() -> None:
    assert combined(np.array([3.0, 0.0]), np.array([4.0, 2.0])).tolist() == [5.0, 2.0]
    assert combined(np.array([1.0]), np.array([2.0]), np.array([2.0])).tolist() == [3.0]
    assert half_width(np.array([2.0, -3.0]), np.array([6.0])) == 7.0


def test_groups_are_added_with_their_signs() -> None:
    group = np.array([1, 0, 1, 2])
    assert summed(np.array([1.0, 2.0, -4.0, 8.0]), group, 4).tolist() == [2.0, -3.0, 8.0, 0.0]
