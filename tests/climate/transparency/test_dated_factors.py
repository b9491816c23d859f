"""Which factor a stream takes in a year: nearest country, tier, dates.

The factors are made up; what must be taken follows from the contract of the method (a country's
own before those for all, a sector's before those for all sectors, both years inclusive).
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.climate.transparency.facility_reports import factor, planned, table

from kyoso.climate.transparency.dated_factors import CountryTiers, Factors, cited, fitting
from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.tables.plans import DATED_FACTORS

ROWS = (
    factor(value=1.0),
    factor(value=2.0, sector="energy industries"),
    factor(value=3.0, country="XAA", valid_from=2020, valid_until=2023),
    factor(value=4.0, country="XAB"),
    factor(gas="CH4", value=5.0, sector="energy industries"),
    factor(gas="N2O", value=6.0, country="XAA", valid_until=2019),
    factor(gas="N2O", value=7.0, country="XAB"),
)


def factors(rows: tuple[dict[str, object], ...], tiers: CountryTiers | None = None) -> Factors:
    return Factors(table(DATED_FACTORS, *rows), tiers)


def at_two(_: int) -> frozenset[int]:
    return frozenset({2})


def values(rows: list[Row]) -> dict[str, float]:
    return {row["gas"]: row["value"] for row in rows}


@pytest.mark.parametrize(
    ("tiers", "tier", "year", "now"),
    [
        (None, 1, 2019, {"CO2": 2.0, "CH4": 5.0, "N2O": 6.0}),
        (None, 1, 2020, {"CO2": 3.0, "CH4": 5.0}),
        (None, 1, 2023, {"CO2": 3.0, "CH4": 5.0}),
        (None, 1, 2024, {"CO2": 2.0, "CH4": 5.0}),
        (at_two, 1, 2023, {"CO2": 2.0, "CH4": 5.0}),
        (at_two, 2, 2023, {"CO2": 3.0, "CH4": 5.0}),
        (at_two, 3, 2023, {"CO2": 2.0, "CH4": 5.0}),
    ],
)
def test_the_nearest_factor_of_the_year_holds_for_each_gas(
    tiers: CountryTiers | None, tier: int, year: int, now: dict[str, float]
) -> None:
    held = factors(ROWS, tiers).of(planned(tier=tier), year)
    assert values(held.now) == now


def test_a_gas_without_a_factor_and_one_out_of_its_dates_are_told_apart() -> None:
    held = factors(ROWS).of(planned(), 2023)
    assert (values(held.expired), held.lacking) == ({"N2O": 6.0}, [])
    held = factors(ROWS).of(planned(category="2A1"), 2023)
    assert (values(held.now), held.lacking) == ({"CO2": 3.0}, ["CH4"])
    only = factors(ROWS[3:4]).of(planned(), 2023)
    assert (only.now, only.lacking) == ([], ["CO2"])


def test_what_is_the_countrys_own_is_kept_where_the_tier_asks_for_it() -> None:
    asked = factors(ROWS, at_two)
    assert asked.of(planned(), 2023).own is None
    own = asked.of(planned(tier=2), 2023).own
    assert own is not None
    assert [row["value"] for row in own] == [3.0, 6.0]
    assert [row["value"] for row in fitting(own, "1A1a")] == [3.0, 6.0]
    twice = factors((*ROWS, factor(value=8.0, country="XAA", valid_from=2022)), at_two)
    assert [row["value"] for row in twice.of(planned(tier=2), 2021).twice] == []
    assert [row["country"] for row in twice.of(planned(tier=2), 2022).twice] == ["XAA"]


@given(
    order=st.randoms(use_true_random=False), tier=st.integers(1, 3), year=st.integers(2018, 2025)
)
def test_the_order_of_the_rows_decides_nothing(order: random.Random, tier: int, year: int) -> None:
    mixed = list(ROWS)
    order.shuffle(mixed)
    plan = planned(tier=tier)
    first, second = (factors(tuple(rows), at_two).of(plan, year) for rows in (ROWS, mixed))
    assert values(first.now) == values(second.now)
    assert values(first.expired) == values(second.expired)
    assert sorted(first.lacking) == sorted(second.lacking)


def test_two_factors_of_one_year_are_named_at_the_later_whatever_the_letters() -> None:
    rows = (
        factor(valid_from=2010, valid_until=2015),
        factor(source="NATURAL gas", valid_from=2015),
        factor(gas="CH4", valid_from=2010, valid_until=2014),
        factor(gas="CH4", valid_from=2015),
        factor(country="XAA", valid_from=2012),
    )
    (fault,) = factors(rows).twice()
    assert (fault.rule, fault.broken.column, fault.broken.value) == (
        "factors-one", "valid_from", 2015,
    )  # fmt: skip
    assert fault.broken.where["source"] == "NATURAL gas"


def test_a_calorific_basis_is_only_that_of_a_factor_of_energy() -> None:
    known = factors(ROWS)
    gross = known.per(factor(heat_basis="GCV", lower=50490.0, upper=61710.0), "TJ")
    assert (gross.basis, gross.direct, gross.mass) == ("GCV", True, pytest.approx(56.1))
    assert gross.uncertainty == pytest.approx(10.0)
    weighed = known.per(factor(value=2.0, unit="t/t"), "kg")
    assert (weighed.basis, weighed.mass, weighed.uncertainty) == (None, 0.002, None)


def test_a_line_cites_document_table_and_year_and_nothing_that_is_absent() -> None:
    assert cited(factor()) == "2006 IPCC Guidelines, Volume 2, Table 1.4, 2006"
    assert cited(factor(table=None, year=None)) == "2006 IPCC Guidelines, Volume 2"
    assert cited(factor(document=None, table=None, year=None)) is None
