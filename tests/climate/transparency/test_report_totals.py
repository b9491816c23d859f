"""Totals of a report: exact sums in any order, and intervals by Equations 3.1 and 3.2.

Independent sources: sums in fractions; 2006 IPCC Guidelines, Volume 1, Chapter 3 (what shares an
error adds linearly, what does not in quadrature); potentials of AR5 (CH4 28, N2O 265, SF6 23,500).
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.climate.transparency.facility_reports import emission

from kyoso.climate.transparency.report_totals import (
    Amount,
    Counted,
    amount,
    counted,
    emitted,
    total,
    verdict,
    warming_of,
)
from kyoso.climate.transparency.rule_sets import RuleSet, known

RULES = known()["asean-pasti"]


def line(co2e: float | None, *, counts: bool = True, **others: object) -> Counted:
    return Counted(emission=emission(**others), tier=1, co2e=co2e, covered=True, counts=counts)


amounts = st.floats(0, 1e9, allow_nan=False)
shared = st.sampled_from(["a", "b", None])
lines = st.lists(
    st.builds(
        lambda co2e, stream, key, counts, boundary: line(
            co2e,
            counts=counts,
            stream=stream,
            boundary=boundary,
            activity_uncertainty=5.0,
            factor_uncertainty=10.0,
            factor_key=None if key is None else (key,),
        ),
        amounts,
        st.sampled_from(["S1", "S2", "S3"]),
        shared,
        st.booleans(),
        st.sampled_from(["direct", "purchased-location", "transferred"]),
    ),
    min_size=1,
    max_size=8,
)


@given(some=lines, order=st.randoms(use_true_random=False))
def test_the_total_is_the_exact_sum_of_what_counts_in_any_order(
    some: list[Counted], order: random.Random
) -> None:
    exact = sum(
        Fraction(one.co2e or 0.0) * (-1 if one.emission.boundary == "transferred" else 1)
        for one in some
        if one.counts
    )
    found = total(some)
    assert found.co2e == float(exact)
    mixed = list(some)
    order.shuffle(mixed)
    assert total(mixed) == found
    assert emitted(mixed) == emitted(some)


@given(parts=st.lists(st.floats(1, 1e6), min_size=1, max_size=6))
def test_one_factor_over_many_streams_is_as_uncertain_as_over_one(parts: list[float]) -> None:
    split = [
        line(part, stream=f"S{at}", factor_uncertainty=10.0, factor_key=("fuel", "CO2"))
        for at, part in enumerate(parts)
    ]
    whole = [line(math.fsum(parts), factor_uncertainty=10.0, factor_key=("fuel", "CO2"))]
    one, other = amount(split), amount(whole)
    assert one.upper == pytest.approx(other.upper, rel=1e-12)
    assert one.upper == pytest.approx(1.1 * math.fsum(parts), rel=1e-12)


def test_streams_add_in_quadrature_and_gases_of_one_stream_linearly() -> None:
    apart = [line(300.0, stream="S1", activity_uncertainty=10.0)]
    apart += [line(400.0, stream="S2", activity_uncertainty=10.0)]
    assert amount(apart) == Amount(700.0, 650.0, 750.0)  # 30² + 40² = 50²
    together = [line(300.0, activity_uncertainty=10.0), line(400.0, activity_uncertainty=10.0)]
    assert amount(together) == Amount(700.0, 630.0, 770.0)


def test_a_calorific_value_is_shared_by_all_gases_of_its_fuel() -> None:
    some = [
        line(300.0, stream=stream, calorific_key="gas", calorific_uncertainty=4.0)
        for stream in ("S1", "S2")
    ]
    assert amount(some) == Amount(600.0, 576.0, 624.0)


def test_no_interval_where_a_part_that_matters_is_unknown_and_none_below_zero() -> None:
    unknown = [line(1.0), line(2.0, stream="S2", activity_uncertainty=None)]
    assert amount(unknown) == Amount(3.0, None, None)
    nothing = [line(1.0), line(0.0, stream="S2", activity_uncertainty=None)]
    assert amount(nothing) == Amount(1.0, 1.0, 1.0)
    assert amount([line(1.0, activity_uncertainty=150.0)]) == Amount(1.0, 0.0, 2.5)


def test_what_was_transferred_is_subtracted_and_may_exceed_what_was_emitted() -> None:
    some = [line(100.0), line(130.0, stream="S2", boundary="transferred", activity_uncertainty=10)]
    assert total(some) == Amount(-30.0, -43.0, -17.0)
    assert emitted(some) == 100.0


def test_a_rule_set_makes_equivalents_coverage_and_tiers_of_emissions() -> None:
    some = [
        emission(gas="CH4", mass=2.0, tier=2),
        emission(gas="CH4", mass=2.0, tier=2, own_factor=True),
        emission(gas="N2O", mass=1.0, boundary="biogenic", tier=3),
        emission(gas="CFC11", mass=1.0),
        emission(gas="SF6", mass=1.0, own_factor=None, tier=2),
    ]
    found = [
        (one.co2e, one.tier, one.covered, one.counts) for one in counted(some, RULES, "rule-set")
    ]
    assert found == [
        (56.0, 1, True, True),
        (56.0, 2, True, True),
        (265.0, 3, True, False),
        (4660.0, 1, False, False),
        (23500.0, 2, True, True),
    ]


def test_a_year_without_potentials_waits_for_those_that_are_asked_for() -> None:
    silent = RuleSet("silent", ())
    assert list(counted([emission()], silent, "rule-set")) == []
    assert [warming_of(silent, 2023, one) for one in ("rule-set", "AR4")] == [None, "AR4"]
    assert [warming_of(RULES, 2023, one) for one in ("rule-set", "AR4")] == ["AR5", "AR5"]


@pytest.mark.parametrize(
    ("gas", "category", "boundary", "expected"),
    [
        ("CO2", "1A1a", "direct", "open"),  # the CO2 of energy is decided by energy
        ("CO2", "2A1", "direct", "reached"),
        ("CH4", "1A1a", "direct", "reached"),
        ("CO2", "2A1", "purchased-market", "open"),
    ],
)
def test_a_threshold_for_one_gas_looks_at_direct_emissions_without_the_co2_of_energy(
    gas: str, category: str, boundary: str, expected: str
) -> None:
    # Japan: 3,000 t CO2-equivalent of a gas (Act No. 117 of 1998, Article 26)
    some = [line(3000.0, gas=gas, category=category, boundary=boundary)]
    assert verdict(some, known()["jp-shk"]) == expected
