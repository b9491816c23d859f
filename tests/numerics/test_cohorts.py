"""Cohort stocks against ODYM's tests, closed forms, published conventions and flodym."""

from __future__ import annotations

import math

import flodym
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kyoso.core.errors import UsageError
from kyoso.numerics.cohorts import (
    Flows,
    InflowAt,
    Shares,
    inflow_driven,
    shares,
    year_end_ages,
)
from kyoso.numerics.lifetimes import DISTRIBUTIONS, Array, fixed, weibull

MOMENTS = tuple(InflowAt)
PARAMETERS = {
    "weibull": (1.5, 5.2),
    "lognormal": (8.0, 3.0),
    "normal": (16.0, 4.8),
    "fixed": (5.0,),
}


def one(name: str, parameters: tuple[float, ...], years: int, at: InflowAt) -> Shares:
    """The shares of one lifetime, as (1, years)."""
    return shares(DISTRIBUTIONS[name].at(year_end_ages(years, at)[np.newaxis], *parameters))


def alone(inflow: npt.ArrayLike, division: Shares) -> Flows:
    """Stock and outflow of one series, as (years,)."""
    flows = inflow_driven(np.atleast_2d(np.asarray(inflow, float)), division, np.zeros(1, int))
    return Flows(flows.stock[0], flows.outflow[0])


def test_fixed_lifetime_gives_the_values_of_odyms_own_test() -> None:
    """ODYM, unit tests of DynamicStockModel: fixed lifetime 5, inflow 1 … 10."""
    flows = alone(np.arange(1, 11), one("fixed", (5,), 10, InflowAt.END))
    assert flows.stock.tolist() == [1, 3, 6, 10, 15, 20, 25, 30, 35, 40]
    assert flows.outflow.tolist() == [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]


def test_an_item_that_enters_at_the_start_of_a_year_leaves_a_year_earlier() -> None:
    """By hand: of lifetime 5, an item from the start of year 1 is 5 at the end of year 5."""
    early = alone(np.arange(1, 11), one("fixed", (5,), 10, InflowAt.START))
    assert early.outflow.tolist() == [0, 0, 0, 0, 1, 2, 3, 4, 5, 6]
    assert early.stock.tolist() == [1, 3, 6, 10, 14, 18, 22, 26, 30, 34]
    middle = alone(np.arange(1, 11), one("fixed", (5,), 10, InflowAt.MIDDLE))
    assert middle.outflow.tolist() == [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("at", "stock"), [(InflowAt.END, 1050.83), (InflowAt.MIDDLE, 999.58), (InflowAt.START, 950.83)]
)
def test_exponential_lifetime_reaches_the_closed_form(at: InflowAt, stock: float) -> None:
    """Geometric series: 100·e^(−δ/10)/(1 − e^(−1/10)), δ the age at the end of the first year."""
    flows = alone(np.full(500, 100.0), one("weibull", (1, 10), 500, at))
    exact = 100 * math.exp(-at.first_age / 10) / -math.expm1(-0.1)
    assert flows.stock[-1] == pytest.approx(exact, rel=1e-13)
    assert round(flows.stock[-1], 2) == stock
    assert flows.outflow[-1] == pytest.approx(100, rel=1e-13)


@pytest.mark.parametrize(
    ("shape", "scale", "ratios"),
    [
        (0.7, 7.6, (0.786, 0.799, 0.810)),
        (1.5, 5.2, (0.861, 0.874, 0.887)),
        (1.5, 4.7, (0.872, 0.885, 0.898)),
        (2.2, 16.5, (0.653, 0.663, 0.673)),
    ],
)
def test_the_convention_moves_the_outflow_by_one_to_four_per_cent(
    shape: float, scale: float, ratios: tuple[float, ...]
) -> None:
    """First-year share 1 − e^(−(δ/λ)^k), and outflow to inflow at 3 % steady growth.

    Phones, laptops, consoles and refrigerators of the 2015 guidelines, for inflow at the end,
    middle and start of the year. The ratios were worked out apart from this code.
    """
    inflow = 1.03 ** np.arange(400)
    for at, ratio in zip((InflowAt.END, InflowAt.MIDDLE, InflowAt.START), ratios, strict=True):
        flows = alone(inflow, one("weibull", (shape, scale), 400, at))
        share = 1 - math.exp(-((at.first_age / scale) ** shape))
        assert flows.outflow[0] == pytest.approx(share, rel=1e-11)
        assert round(flows.outflow[-1] / inflow[-1], 3) == ratio


@pytest.mark.parametrize(
    ("at", "stock"), [(InflowAt.END, 1.04), (InflowAt.MIDDLE, 0.46), (InflowAt.START, 0.04)]
)
def test_lives_shorter_than_a_year_depend_on_the_convention(at: InflowAt, stock: float) -> None:
    """Weibull of shape 2 and mean life ½ year, stock per unit of inflow; the truth is ½."""
    scale = 0.5 / math.gamma(1.5)
    flows = alone(np.ones(50), one("weibull", (2, scale), 50, at))
    assert round(flows.stock[-1], 2) == stock


def flodym_flows(
    name: str, parameters: tuple[float, ...], inflow: Array, at: InflowAt
) -> tuple[Array, Array]:
    """The same by flodym: an independent implementation with a cohort table."""
    kinds = {
        "weibull": (flodym.WeibullLifetime, ("weibull_shape", "weibull_scale")),
        "lognormal": (flodym.LogNormalLifetime, ("mean", "std")),
        "normal": (flodym.NormalLifetime, ("mean", "std")),
        "fixed": (flodym.FixedLifetime, ("mean",)),
    }
    kind, names = kinds[name]
    series, years = inflow.shape
    dims = flodym.DimensionSet(
        dim_list=[
            flodym.Dimension(name="Time", letter="t", items=list(range(years)), dtype=int),
            flodym.Dimension(name="Series", letter="s", items=list(range(series)), dtype=int),
        ]
    )
    stock = flodym.InflowDrivenDSM(
        dims=dims,
        inflow=flodym.StockArray(dims=dims, values=inflow.T.copy()),
        lifetime_model=kind(
            dims=dims, inflow_at=at.value, **dict(zip(names, parameters, strict=True))
        ),
    )
    stock.compute()
    return stock.stock.values.T, stock.outflow.values.T


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("name", sorted(DISTRIBUTIONS))
def test_stock_and_outflow_equal_flodym(name: str, at: InflowAt) -> None:
    inflow = np.random.default_rng(7).uniform(0, 1000, (3, 60))
    stock, outflow = flodym_flows(name, PARAMETERS[name], inflow, at)
    flows = inflow_driven(inflow, one(name, PARAMETERS[name], 60, at), np.zeros(3, int))
    np.testing.assert_allclose(flows.stock, stock, rtol=1e-12)
    np.testing.assert_allclose(flows.outflow, outflow, rtol=0, atol=1e-12 * stock.max())


def test_small_early_outflow_keeps_its_digits() -> None:
    """Where a balance of stocks would leave rounding: one inflow of a long-lived thing."""
    flows = alone([1e6, 0, 0], one("weibull", (6.0, 400.0), 3, InflowAt.MIDDLE))
    exact = -1e6 * math.expm1(-((0.5 / 400) ** 6))
    assert flows.outflow[0] == pytest.approx(exact, rel=1e-14)
    assert flows.outflow[0] < 1e-10


def test_every_series_follows_its_own_lifetime() -> None:
    ages = year_end_ages(12, InflowAt.END)
    division = shares(fixed(ages, np.array([[2.0], [5.0]])))
    inflow = np.ones((3, 12))
    flows = inflow_driven(inflow, division, np.array([1, 0, 1]))
    assert flows.stock[:, -1].tolist() == [5, 2, 5]


series = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40),
    elements=st.floats(0, 1e9, allow_subnormal=False),
)
lives = st.tuples(st.floats(0.3, 5), st.floats(0.3, 60), st.sampled_from(MOMENTS))


@given(inflow=series, life=lives)
def test_what_entered_is_in_the_stock_or_has_left(
    inflow: Array, life: tuple[float, float, InflowAt]
) -> None:
    shape, scale, at = life
    division = one("weibull", (shape, scale), inflow.shape[1], at)
    flows = inflow_driven(inflow, division, np.zeros(len(inflow), int))
    entered = np.cumsum(inflow, axis=1)
    accounted = np.cumsum(flows.outflow, axis=1) + flows.stock
    assert np.all(np.abs(accounted - entered) <= 1e-13 * entered)
    assert np.all(flows.stock >= 0)
    assert np.all(flows.outflow >= 0)
    by_balance = inflow - np.diff(flows.stock, axis=1, prepend=0)
    assert np.all(np.abs(by_balance - flows.outflow) <= 1e-13 * entered)


@given(inflow=series, life=lives, power=st.integers(-20, 20))
def test_scale_order_and_company_change_no_bit(
    inflow: Array, life: tuple[float, float, InflowAt], power: int
) -> None:
    shape, scale, at = life
    division = one("weibull", (shape, scale), inflow.shape[1], at)
    same = np.zeros(len(inflow), int)
    flows = inflow_driven(inflow, division, same)
    scaled = inflow_driven(inflow * 2.0**power, division, same)
    # A power of two changes no digit, as long as numbers do not run out of exponents.
    np.testing.assert_allclose(scaled.stock, flows.stock * 2.0**power, rtol=0, atol=1e-300)
    np.testing.assert_allclose(scaled.outflow, flows.outflow * 2.0**power, rtol=0, atol=1e-300)
    turned = inflow_driven(inflow[::-1], division, same)
    assert np.array_equal(turned.stock[::-1], flows.stock)
    last = alone(inflow[-1], division)
    assert np.array_equal(last.outflow, flows.outflow[-1])


@given(inflow=series, life=lives, data=st.data())
def test_the_future_does_not_change_the_past(
    inflow: Array, life: tuple[float, float, InflowAt], data: st.DataObject
) -> None:
    shape, scale, at = life
    years = inflow.shape[1]
    until = data.draw(st.integers(1, years))
    same = np.zeros(len(inflow), int)
    whole = inflow_driven(inflow, one("weibull", (shape, scale), years, at), same)
    part = inflow_driven(inflow[:, :until], one("weibull", (shape, scale), until, at), same)
    assert np.array_equal(part.stock, whole.stock[:, :until])
    assert np.array_equal(part.outflow, whole.outflow[:, :until])


@given(inflow=series, life=lives)
def test_stocks_of_two_inflows_add(inflow: Array, life: tuple[float, float, InflowAt]) -> None:
    shape, scale, at = life
    division = one("weibull", (shape, scale), inflow.shape[1], at)
    same = np.zeros(len(inflow), int)
    both = inflow_driven(inflow + inflow[::-1], division, same)
    each = inflow_driven(inflow, division, same)
    np.testing.assert_allclose(both.stock, each.stock + each.stock[::-1], rtol=1e-12, atol=1e-300)


def test_more_series_than_a_block_are_all_calculated() -> None:
    inflow = np.ones((2_500, 3))
    division = shares(weibull(year_end_ages(3, InflowAt.END)[np.newaxis], 1.0, 1.0))
    flows = inflow_driven(inflow, division, np.zeros(2_500, int))
    assert np.unique(flows.stock, axis=0).shape == (1, 3)
    assert flows.stock[-1, -1] == pytest.approx(1 + math.exp(-1) + math.exp(-2), rel=1e-15)


def test_an_absent_inflow_is_refused_not_taken_for_zero() -> None:
    with pytest.raises(UsageError) as caught:
        alone([1.0, math.nan, 1.0], one("fixed", (5,), 3, InflowAt.END))
    assert caught.value.line("en") == (
        "series 0, year 1: the inflow is not a number; give every year of a series"
    )
