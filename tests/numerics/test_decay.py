"""First-order decay against the exponential of a matrix, closed forms and exact arithmetic."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.linalg import expm
from scipy.signal import lfilter

from kyoso.core.errors import UsageError
from kyoso.numerics.decay import Array, Decay, first_order


def alone(inflow: list[float], rate: float, part: float = 0.0) -> Decay:
    """One series, as (years,)."""
    decay = first_order(np.array(inflow)[:, np.newaxis], np.array([rate]), np.array([part]))
    return Decay(decay.stock[:, 0], decay.decayed[:, 0])


def test_one_inflow_halves_every_half_life() -> None:
    decay = alone([64.0, 0, 0, 0], math.log(2))
    np.testing.assert_allclose(decay.stock, [64, 32, 16, 8], rtol=1e-15)
    np.testing.assert_allclose(decay.decayed, [0, 32, 16, 8], rtol=1e-15)


@pytest.mark.parametrize("rate", [0.02, 0.17, 0.4, 0.7])
def test_a_constant_inflow_gives_the_geometric_sum(rate: float) -> None:
    """H_n = d·(1 − e^(−kn))/(1 − e^(−k)) where decay begins with the year after the inflow."""
    decay = alone([3.0] * 60, rate)
    years = np.arange(1, 61)
    expected = 3.0 * np.expm1(-rate * years) / np.expm1(-rate)
    np.testing.assert_allclose(decay.stock, expected, rtol=1e-13)


def test_stocks_are_those_of_a_recursive_filter() -> None:
    """SciPy's lfilter: H(t) − e^(−k)·H(t−1) = D(t)."""
    inflow = np.random.default_rng(11).uniform(0, 50, 70)
    stock = lfilter([1.0], [1.0, -math.exp(-0.17)], inflow)
    np.testing.assert_allclose(alone(inflow.tolist(), 0.17).stock, stock, rtol=1e-13)


def test_decay_within_the_first_year_is_that_of_a_two_box_system() -> None:
    """SciPy's expm of dH/dt = −k·H, dZ/dt = k·H over the parts of a year."""
    rate, part = 0.4, 5 / 12
    flows = np.array([[-rate, 0.0], [rate, 0.0]])
    first, whole = expm(flows * part), expm(flows)
    state, expected = np.zeros(2), []
    for entered in (10.0, 0.0, 4.0):
        before = state[1]
        state = whole @ state + first @ np.array([entered, 0.0])
        expected.append((state[0], state[1] - before))
    decay = alone([10.0, 0.0, 4.0], rate, part)
    np.testing.assert_allclose(np.column_stack(decay), expected, rtol=1e-14)


def test_slow_decay_keeps_its_digits() -> None:
    """Worked out with 40 digits: 10⁶·(1 − e^(−10⁻⁹)) in the second year."""
    with localcontext() as context:
        context.prec = 40
        exact = Decimal(10**6) * (1 - (-Decimal("1e-9")).exp())
    assert alone([1e6, 0.0], 1e-9).decayed[1] == pytest.approx(float(exact), rel=1e-15)


def test_nothing_decays_at_rate_zero() -> None:
    decay = alone([1.0, 2.0, 3.0], 0.0, 0.5)
    assert decay.stock.tolist() == [1, 3, 6]
    assert decay.decayed.tolist() == [0, 0, 0]


inflows = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=30),
    elements=st.floats(0, 1e9, allow_subnormal=False),
)
rates, parts = st.floats(0, 5), st.floats(0, 1)


@given(inflow=inflows, data=st.data())
def test_what_entered_is_in_the_stock_or_has_decayed(inflow: Array, data: st.DataObject) -> None:
    series = inflow.shape[1]
    rate = np.array(data.draw(st.lists(rates, min_size=series, max_size=series)))
    part = np.array(data.draw(st.lists(parts, min_size=series, max_size=series)))
    decay = first_order(inflow, rate, part)
    entered = np.cumsum(inflow, axis=0)
    accounted = np.cumsum(decay.decayed, axis=0) + decay.stock
    assert np.all(np.abs(accounted - entered) <= 1e-13 * entered)
    assert np.all(decay.stock >= 0)
    assert np.all(decay.decayed >= 0)


@given(inflow=inflows, rate=rates, part=parts)
def test_company_and_order_change_no_bit(inflow: Array, rate: float, part: float) -> None:
    series = inflow.shape[1]
    together = first_order(inflow, np.full(series, rate), np.full(series, part))
    last = alone(inflow[:, -1].tolist(), rate, part)
    assert np.array_equal(together.stock[:, -1], last.stock)
    assert np.array_equal(together.decayed[:, -1], last.decayed)


@given(inflow=inflows, rate=rates, part=parts, data=st.data())
def test_the_future_does_not_change_the_past(
    inflow: Array, rate: float, part: float, data: st.DataObject
) -> None:
    until = data.draw(st.integers(1, len(inflow)))
    series = inflow.shape[1]
    rate_of, part_of = np.full(series, rate), np.full(series, part)
    whole, past = (first_order(one, rate_of, part_of) for one in (inflow, inflow[:until]))
    assert np.array_equal(past.stock, whole.stock[:until])


def test_an_absent_inflow_is_refused_not_taken_for_zero() -> None:
    with pytest.raises(UsageError) as caught:
        alone([1.0, math.nan], 0.1)
    assert caught.value.line("en") == (
        "series 0, year 1: the inflow is not a number; give every year of a series"
    )
