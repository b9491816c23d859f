"""Lifetime distributions against SciPy, the standard library and closed forms."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from kyoso.core.errors import UsageError
from kyoso.numerics import lifetimes
from kyoso.numerics.lifetimes import DISTRIBUTIONS, Lifetime

AGES = np.array([0.0, 0.5, 1.0, 3.0, 7.5, 20.0, 60.0])


def test_weibull_equals_scipy() -> None:
    expected = scipy.stats.weibull_min(c=1.5, scale=5.2)
    made = lifetimes.weibull(AGES, 1.5, 5.2)
    np.testing.assert_allclose(made.surviving, expected.sf(AGES), rtol=1e-13)
    np.testing.assert_allclose(made.ended, expected.cdf(AGES), rtol=1e-13)


def test_weibull_of_shape_one_is_exponential() -> None:
    made = lifetimes.weibull(10.0, 1.0, 10.0)
    assert float(made.surviving) == pytest.approx(math.exp(-1), rel=1e-15)


def test_normal_equals_the_standard_library_and_ends_negative_lifetimes_at_once() -> None:
    expected = statistics.NormalDist(16, 4.8)
    made = lifetimes.normal(AGES, 16, 4.8)
    np.testing.assert_allclose(made.ended, [expected.cdf(age) for age in AGES], rtol=1e-9)
    assert float(made.ended[0]) == pytest.approx(4.2906e-4, rel=1e-4)  # Φ(−16/4.8)


def test_lognormal_has_the_mean_and_deviation_asked_for() -> None:
    """ODYM's own lognormal inverts σ²/μ²: asked for 15 and 5 it yields 13.8 and 28.9."""

    def there(age: float) -> float:
        return float(lifetimes.lognormal(age, 15, 5).surviving)

    mean = scipy.integrate.quad(there, 0, np.inf, limit=200)[0]
    square = scipy.integrate.quad(lambda age: 2 * age * there(age), 0, np.inf, limit=200)[0]
    assert mean == pytest.approx(15, rel=1e-7)
    assert math.sqrt(square - mean**2) == pytest.approx(5, rel=1e-6)


def test_lognormal_equals_scipy_from_age_zero() -> None:
    s = math.sqrt(math.log(1 + 25 / 225))
    expected = scipy.stats.lognorm(s=s, scale=15 * math.exp(-(s**2) / 2))
    made = lifetimes.lognormal(AGES, 15, 5)
    np.testing.assert_allclose(made.ended, expected.cdf(AGES), rtol=1e-11)


def test_fixed_ends_at_the_age_itself() -> None:
    made = lifetimes.fixed(np.array([4.5, 5.0, 5.5]), 5.0)
    assert made.surviving.tolist() == [1.0, 0.0, 0.0]
    assert made.ended.tolist() == [0.0, 1.0, 1.0]


def test_small_shares_keep_their_digits() -> None:
    """The first ends of a long life: F(a) → (a/λ)^k, far below what 1 − surviving can show."""
    early = lifetimes.weibull(1e-5, 3.0, 20.0)
    assert float(early.ended) == pytest.approx((1e-5 / 20) ** 3, rel=1e-14)
    assert float(early.surviving) == 1.0
    late = lifetimes.normal(60.0, 16.0, 4.0)
    assert float(late.surviving) == pytest.approx(scipy.stats.norm.sf(11), rel=1e-10)
    assert float(late.ended) == 1.0


def test_parameters_broadcast_against_ages() -> None:
    made = lifetimes.weibull(AGES, np.array([[1.0], [2.0]]), np.array([[5.0], [9.0]]))
    assert made.surviving.shape == (2, len(AGES))
    assert made.surviving[1].tolist() == lifetimes.weibull(AGES, 2.0, 9.0).surviving.tolist()


@given(
    name=st.sampled_from(sorted(DISTRIBUTIONS)),
    first=st.floats(0.2, 60),
    second=st.floats(0.2, 60),
)
def test_shares_are_shares_and_make_one(name: str, first: float, second: float) -> None:
    distribution = DISTRIBUTIONS[name]
    made: Lifetime = distribution.at(AGES, *(first, second)[: len(distribution.needs)])
    assert np.all((made.surviving >= 0) & (made.surviving <= 1))
    assert np.all(np.diff(made.surviving) <= 0)
    assert np.all(np.diff(made.ended) >= 0)
    np.testing.assert_allclose(made.surviving + made.ended, 1, rtol=0, atol=4e-16)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize("name", sorted(DISTRIBUTIONS))
def test_a_parameter_that_is_not_positive_is_refused_by_name(name: str, value: float) -> None:
    distribution = DISTRIBUTIONS[name]
    for parameter in distribution.needs:
        parameters = dict.fromkeys(distribution.needs, 5.0) | {parameter: value}
        with pytest.raises(UsageError) as caught:
            distribution.at(AGES, **parameters)
        assert caught.value.line("en") == (
            f"{parameter}={value:g}: not a parameter of a lifetime; a positive number"
        )


@pytest.mark.parametrize("age", [-0.5, math.nan])
def test_a_negative_age_is_refused(age: float) -> None:
    with pytest.raises(UsageError, match="not an age"):
        lifetimes.fixed(age, 5.0)
