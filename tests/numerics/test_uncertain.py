"""Propagation to first order against the printed rules, closed forms and finite differences."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.numerics.uncertain import Uncertain, total

numbers = st.floats(0.1, 1e3)
percents = st.floats(0, 80)


@given(one=numbers, other=numbers, p=percents, q=percents)
def test_a_product_and_a_quotient_add_relative_uncertainties_in_quadrature(
    one: float, other: float, p: float, q: float
) -> None:
    """2006 IPCC Guidelines, Volume 1, Equation 3.1: U = √(U₁² + U₂²)."""
    a, b = Uncertain.stated(one, p, "a"), Uncertain.stated(other, q, "b")
    for answer in (a * b, a / b):
        assert answer.percent == pytest.approx(math.sqrt(p * p + q * q), rel=1e-9, abs=1e-12)


@given(one=numbers, other=numbers, p=percents, q=percents)
def test_a_sum_and_a_difference_add_absolute_uncertainties_in_quadrature(
    one: float, other: float, p: float, q: float
) -> None:
    """2006 IPCC Guidelines, Volume 1, Equation 3.2, in absolute terms."""
    a, b = Uncertain.stated(one, p, "a"), Uncertain.stated(other, q, "b")
    expected = math.sqrt((one * p / 100) ** 2 + (other * q / 100) ** 2)
    for answer in (a + b, a - b):
        assert answer.half_width == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_a_cause_that_comes_in_twice_counts_once_and_in_full() -> None:
    """By hand: 3x + 5x is 8x, x·x moves by twice the share of x, and x − x by nothing."""
    x = Uncertain.stated(2.0, 10, "x")
    assert (x * 3 + x * 5).percent == pytest.approx(10)
    assert (x * x).percent == pytest.approx(20)
    assert (x - x).half_width == 0
    assert (x**0.5).percent == pytest.approx(5)


@given(x=st.floats(0.5, 5), y=st.floats(0.5, 5))
def test_parts_are_the_slopes_of_the_whole_calculation(x: float, y: float) -> None:
    """Central differences of f(x, y) = (x² y + 3 x) / (y + x^0.59)."""

    def f(a: float, b: float) -> float:
        return (a * a * b + 3 * a) / (b + a**0.59)

    u, v = Uncertain(x, {"x": 1.0}), Uncertain(y, {"y": 1.0})
    answer = (u**2 * v + u * 3) / (v + u**0.59)
    step = 1e-5
    assert answer.value == pytest.approx(f(x, y))
    assert answer.parts["x"] == pytest.approx(
        (f(x + step, y) - f(x - step, y)) / (2 * step), rel=1e-5, abs=1e-7
    )
    assert answer.parts["y"] == pytest.approx(
        (f(x, y + step) - f(x, y - step)) / (2 * step), rel=1e-5, abs=1e-7
    )


def test_an_interval_that_is_not_known_leaves_the_result_without_one() -> None:
    a, b = Uncertain.stated(2.0, None, "a"), Uncertain.between(3.0, 2.0, 5.0, "b")
    assert b.half_width == 1.5
    assert (a * b).half_width is None
    assert (a * b).percent is None
    assert (b + a * 0.0).half_width == 1.5
    assert Uncertain.between(3.0, None, 5.0, "b").unknown == {"b"}


def test_nothing_has_no_percentage() -> None:
    assert Uncertain.between(0.0, 0.0, 0.0, "a").percent is None


def test_a_total_loses_no_digit_in_any_order() -> None:
    terms = [Uncertain(value, {"a": value}) for value in (1e16, 1.0, -1e16, 3.0)]
    for order in permutations(terms):
        answer = total(order)
        assert (answer.value, answer.parts) == (4.0, {"a": 4.0})


def test_a_total_of_nothing_is_zero() -> None:
    assert total([]) == Uncertain(0.0)
