"""What is said of the factors of a stream, and where: each fault names its cell and its remedy."""

from __future__ import annotations

import pytest
from tests.climate.transparency.facility_reports import factor, planned, reported

from kyoso.climate.transparency.dated_factors import Held
from kyoso.climate.transparency.factor_faults import (
    basis_of,
    no_factor,
    other_basis,
    out_of_dates,
    without_own,
)
from kyoso.climate.transparency.report_emissions import Line

OWN = factor(country="XAA", valid_from=2010, valid_until=2019)
LINE = Line(reported(), planned(tier=2))


def test_a_tier_that_asks_for_nothing_of_the_country_has_no_fault() -> None:
    assert without_own(LINE, Held(now=[factor()], own=None)) is None
    assert without_own(LINE, Held(now=[factor(), OWN], own=[OWN])) is None


@pytest.mark.parametrize(
    ("held", "rule", "column", "message"),
    [
        (
            Held(now=[OWN], own=[OWN], twice=[OWN]),
            "country-factor",
            "tier",
            "two factors of XAA for Natural Gas hold in 2023",
        ),
        (
            Held(now=[factor()], own=[OWN]),
            "factor-dates",
            "year",
            "the factors of XAA for Natural Gas hold in other years (CO2 2010–2019)",
        ),
        (
            Held(now=[factor()], own=[]),
            "country-factor",
            "tier",
            "this tier asks for a factor of XAA for Natural Gas, and there is none",
        ),
        (
            Held(now=[factor()], own=[{**OWN, "sector": "railways"}]),
            "country-factor",
            "tier",
            "this tier asks for a factor of XAA for Natural Gas, and there is none",
        ),
    ],
    ids=["twice", "other-years", "none", "other-sector"],
)
def test_without_a_factor_of_the_country_the_cell_that_can_be_mended_is_named(
    held: Held, rule: str, column: str, message: str
) -> None:
    fault = without_own(LINE, held)
    assert fault is not None
    assert (fault.rule, fault.broken.column, fault.broken.message.en) == (rule, column, message)
    at_year = {"facility": "F1", "year": 2023, "stream": "S1"}
    at_tier = {"facility": "F1", "stream": "S1", "valid_from": 1900}
    assert fault.broken.where == {"year": at_year, "tier": at_tier}[column]


def test_gases_without_a_factor_are_named_at_the_category_and_dates_at_the_year() -> None:
    broken = no_factor(planned(), ["CH4", "N2O"])
    assert (broken.column, broken.value) == ("category", "1A1a")
    assert broken.message.en == "no CH4, N2O factor of Natural Gas for this category and country"
    fault = out_of_dates(LINE, [OWN, factor(gas="CH4", valid_from=2030)])
    assert (fault.rule, fault.broken.column, fault.broken.value) == ("factor-dates", "year", 2023)
    assert "(CO2 2010–2019, CH4 2030–2100)" in fault.broken.message.en


@pytest.mark.parametrize(
    ("unit", "stated", "basis", "column"),
    [
        ("TJ", None, "NCV", "unit"),
        ("TJ", "NCV", "NCV", "heat_basis"),
        ("TJ", "GCV", "GCV", "heat_basis"),
        ("t", "GCV", "NCV", "heat_basis"),  # a mass meets a factor of energy by the net value
    ],
)
def test_energy_is_net_unless_it_is_said_to_be_gross(
    unit: str, stated: str | None, basis: str, column: str
) -> None:
    line = Line(reported(unit=unit, heat_basis=stated), planned())
    assert basis_of(line) == basis
    fault = other_basis(line, "not-stated")
    assert (fault.rule, fault.broken.column) == ("heat-basis", column)
