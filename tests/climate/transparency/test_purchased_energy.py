"""Purchased energy by grid and by contract, worked out by hand: 3.6 TJ are 1,000 MWh."""

from __future__ import annotations

import pytest
from tests.climate.transparency.facility_reports import planned, reported, table

from kyoso.climate.transparency.purchased_energy import Electricity, purchased
from kyoso.climate.transparency.report_emissions import Emission, Line
from kyoso.climate.transparency.report_faults import Fault
from kyoso.climate.transparency.tables.plans import ELECTRICITY


def rate(**others: object) -> dict[str, object]:
    """A factor of the grid of XAA: 0.6 t CO2 a MWh, unless told otherwise."""
    return {
        "source": "Grid",
        "country": "XAA",
        "year": 2023,
        "method": "location",
        "gas": "CO2",
        "value": 0.6,
        "unit": "t/MWh",
        **others,
    }


WIND = rate(source="Wind", method="market", value=0.0)


def bought(*rates: dict[str, object], unit: str = "TJ", **plan: object) -> list[Emission | Fault]:
    bought = {"category": None, "source": "grid", "approach": "purchased-energy", "tier": None}
    line = Line(reported(quantity=3.6, unit=unit), planned(**{**bought, **plan}))
    return list(purchased(line, Electricity(table(ELECTRICITY, *rates))))


def masses(found: list[Emission | Fault]) -> list[tuple[str, str, float]]:
    assert all(isinstance(one, Emission) for one in found)
    return [(one.boundary, one.source, one.mass) for one in found if isinstance(one, Emission)]


def fault(found: list[Emission | Fault]) -> tuple[str, str, str]:
    (one,) = (one for one in found if isinstance(one, Fault))
    return one.rule, one.broken.column, one.broken.message.en


def test_the_grid_and_the_contract_are_told_side_by_side() -> None:
    found = bought(rate(lower=0.54, upper=0.66), WIND, contract="wind")
    assert masses(found) == [
        ("purchased-location", "Grid", pytest.approx(600.0, rel=1e-12)),
        ("purchased-market", "Wind", 0.0),
    ]
    uncertainties = [one.factor_uncertainty for one in found if isinstance(one, Emission)]
    assert uncertainties == [pytest.approx(10.0), 0.0]  # a factor of zero is certain by contract


def test_a_factor_of_the_country_goes_before_one_for_all_and_each_gas_has_a_line() -> None:
    gases = [
        rate(country="all", value=0.9),
        rate(),
        rate(gas="CH4", value=0.01, unit="kg/MWh"),
        rate(country="all", gas="N2O"),
    ]
    assert masses(bought(*gases)) == [
        ("purchased-location", "Grid", pytest.approx(600.0)),
        ("purchased-location", "Grid", pytest.approx(0.01)),
    ]
    elsewhere = bought(*gases, country="XAB")
    assert masses(elsewhere) == [
        ("purchased-location", "Grid", pytest.approx(900.0)),
        ("purchased-location", "Grid", pytest.approx(600.0)),
    ]
    own = {one.own_factor for one in bought(*gases) if isinstance(one, Emission)}
    other = {one.own_factor for one in elsewhere if isinstance(one, Emission)}
    assert (own, other) == ({True}, {False})


def test_a_supplier_known_only_by_contract_needs_no_grid() -> None:
    heat = rate(source="Steam", method="market", value=60.0, unit="kg/GJ")
    assert masses(bought(heat, source="Steam")) == [
        ("purchased-market", "Steam", pytest.approx(216.0))
    ]


@pytest.mark.parametrize(
    ("rates", "plan", "expected"),
    [
        (
            [rate()],
            {"source": "Gird"},
            ("source-known", "source", "no factor of this name in electricity"),
        ),
        (
            [rate()],
            {"contract": "Wind"},
            ("source-known", "contract", "no factor of this name in electricity"),
        ),
        (
            [rate(year=2021), rate(year=2022)],
            {},
            (
                "factor-dates",
                "year",
                "no factor of grid for this year and country; there are some for 2021, 2022",
            ),
        ),
        (
            [rate(), {**WIND, "year": 2022}],
            {"contract": "Wind"},
            (
                "factor-dates",
                "year",
                "no factor of Wind for this year and country; there are some for 2022",
            ),
        ),
    ],
    ids=["grid-unknown", "contract-unknown", "grid-of-other-years", "contract-of-other-years"],
)
def test_a_factor_that_is_not_there_is_named_and_never_zero(
    rates: list[dict[str, object]], plan: dict[str, object], expected: tuple[str, str, str]
) -> None:
    assert fault(bought(*rates, **plan)) == expected


def test_energy_is_asked_for_in_units_of_energy() -> None:
    rule, column, _ = fault(bought(rate(), unit="t"))
    assert (rule, column) == ("unit-fits", "unit")
    (named,) = Electricity(table(ELECTRICITY, rate(), rate(unit="t/t"))).without_unit()
    assert (named.rule, named.broken.value) == ("electricity-unit", "t/t")
    assert Electricity(None).of("grid", "XAA", 2023, "location") == []
