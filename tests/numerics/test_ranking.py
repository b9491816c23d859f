"""Ranks against exact fractions, with the border cases of the threshold."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.numerics.ranking import ranking, running

WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any)


def needed(weights: list[int], threshold: int) -> list[int]:
    """Positions of the fewest that reach the threshold, in whole numbers."""
    order = sorted(range(len(weights)), key=lambda at: (-weights[at], at))
    found, so_far = [], 0
    for at in order:
        if 100 * so_far >= threshold * sum(weights):
            break
        found.append(at)
        so_far += weights[at]
    return found


@given(WEIGHTS, st.integers(50, 100))
def test_ranks_and_shares_are_those_of_fractions(weights: list[int], threshold: int) -> None:
    found = ranking(np.array(weights, np.float64), threshold)
    order = sorted(range(len(weights)), key=lambda at: (-weights[at], at))
    assert found.order.tolist() == order
    so_far = Fraction(0)
    for rank, at in enumerate(order):
        share = Fraction(100 * weights[at], sum(weights))
        so_far += share
        assert found.share[rank] == pytest.approx(float(share), rel=1e-14)
        assert found.cumulative[rank] == pytest.approx(float(so_far), rel=1e-14)
    assert found.order[found.within].tolist() == needed(weights, threshold)


def test_who_crosses_the_threshold_is_within_and_who_follows_it_exactly_is_not() -> None:
    assert ranking(np.array([60.0, 30.0, 10.0]), 95).within.tolist() == [True, True, True]
    assert ranking(np.array([60.0, 35.0, 5.0]), 95).within.tolist() == [True, True, False]
    tenths = np.array([0.1] * 10)  # of which nine add up to 0.8999999999999999
    assert ranking(tenths, 90).within.sum() == 9


def test_equal_shares_keep_their_order_beyond_rounding() -> None:
    weights = np.array([0.3, 0.1 + 0.2, 0.3])
    assert weights[1] > weights[0]
    assert ranking(weights, 95).order.tolist() == [0, 1, 2]


def test_nothing_to_share_is_an_empty_ranking() -> None:
    found = ranking(np.zeros(3), 95)
    assert [len(one) for one in found] == [0, 0, 0, 0]


def test_a_running_sum_keeps_what_rounding_drops() -> None:
    assert list(running([1e16, 1.0, 1.0, -1e16])) == [1e16, 1e16, 1e16 + 2, 2.0]
    assert list(running([0.1] * 10))[-1] == 1.0
