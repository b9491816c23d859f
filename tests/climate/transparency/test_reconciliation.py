"""Facilities against national figures, in fractions.

Natural gas has 48.0 TJ/Gg (2006 IPCC Guidelines, Volume 2, Table 1.2).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.reconciliation import (
    amounts,
    compare,
    facilities_alone,
    nearest,
    reconcile,
)
from kyoso.climate.transparency.roll_up_lines import Stream
from kyoso.core.errors import UnitError

GAS = {
    "source": "Natural Gas", "net_calorific_value": 48.0, "net_calorific_value_lower": None,
    "net_calorific_value_upper": None,
}  # fmt: skip
IN_TJ = {
    "TJ": Fraction(1), "GJ": Fraction(1, 1000), "kt": Fraction(48), "t": Fraction(48, 1000),
}  # fmt: skip
CODES = ("1A1", "1A1a", "1A1ai", "1A1b", "1A2", "1A2a", "1A2f", "1A4b")


def stream(category: str) -> Stream:
    return "XAA", 2023, category, "natural gas"


def amount(quantity: float, unit: str) -> dict[str, Any]:
    return {"source": "Natural Gas", "quantity": quantity, "unit": unit}


def estimate(category: str, mass: float, left: str | None = None) -> dict[str, Any]:
    return {
        "country": "XAA", "year": 2023, "category": category, "gas": "CH4", "mass": mass,
        "not_estimated": left,
    }  # fmt: skip


def test_mass_and_energy_meet_through_the_calorific_value() -> None:
    several = [amount(2, "kt"), amount(1500, "GJ"), amount(4, "TJ")]
    exact = 2 * IN_TJ["kt"] + 1500 * IN_TJ["GJ"] + 4
    assert amounts(several, [GAS], "TJ") == pytest.approx(float(exact), rel=1e-15)
    assert amounts(several, [GAS], "t") == pytest.approx(float(exact / IN_TJ["t"]), rel=1e-15)
    with pytest.raises(UnitError):
        amounts([amount(2, "m3")], [GAS], "TJ")


QUANTITIES = st.lists(
    st.tuples(st.sampled_from(CODES), st.integers(1, 10**6), st.sampled_from(sorted(IN_TJ))),
    max_size=12,
)


@given(
    reported=QUANTITIES,
    national=st.dictionaries(st.sampled_from(CODES), st.integers(1, 10**6), max_size=5),
)
def test_every_facility_stands_against_one_figure_or_alone_and_residuals_balance(
    reported: list[tuple[str, int, str]], national: dict[str, int]
) -> None:
    quantities: dict[Stream, list[dict[str, Any]]] = {}
    for category, quantity, unit in reported:
        quantities.setdefault(stream(category), []).append(amount(quantity, unit))
    figures = {stream(code): amount(given_, "TJ") for code, given_ in national.items()}
    found = list(reconcile(quantities, figures, {"natural gas": [GAS]}, 0.0))
    settled = [one for one in found if one.national is not None]
    assert [one.stream[2] for one in settled] == sorted(national)
    for one in settled:
        under = {part[2] for part in one.streams}
        of_facilities = sum(
            (q * IN_TJ[unit] for code, q, unit in reported if code in under), Fraction()
        )
        assert one.facilities == (pytest.approx(float(of_facilities)) if under else None)
        assert one.residual == pytest.approx(
            float(national[one.stream[2]] - of_facilities), rel=1e-9, abs=1e-6
        )
        assert all(one.stream[2] in categories.lineage(code) for code in under)
    matched = [part for one in settled for part in one.streams]
    assert len(matched) == len(set(matched))
    emitted = [(each, "CO2", 1.0) for each in quantities]
    alone = {each for each, _ in facilities_alone(emitted, found, ())}
    assert alone | set(matched) == set(quantities)
    assert alone == {each for each in quantities if nearest(each, figures) is None}


@pytest.mark.parametrize(
    ("facilities", "tolerance", "verdict", "coverage"),
    [
        (99.0, 1.0, "matches", 99.0),
        (101.0, 1.0, "matches", 101.0),
        (98.9, 1.0, "remainder", 98.9),
        (101.1, 1.0, "exceeds", None),
        (100.0, 0.0, "matches", 100.0),
    ],
)
def test_the_tolerance_is_a_share_of_the_national_figure(
    facilities: float, tolerance: float, verdict: str, coverage: float | None
) -> None:
    (one,) = reconcile(
        {stream("1A1a"): [amount(facilities, "TJ")]},
        {stream("1A1"): amount(100.0, "TJ")},
        {"natural gas": [GAS]},
        tolerance,
    )
    assert one.verdict == verdict
    assert one.coverage == (None if coverage is None else pytest.approx(coverage))


def test_estimates_take_the_facilities_at_and_below_them_and_removals_are_not_exceeded() -> None:
    site = ("XAA", 2023, "4A1", "waste")
    emitted = [(site, "CH4", 20.0), (site, "CO2", 7.0)]
    rows = [estimate("4A", 50.0, "old sites"), estimate("4B", 3.0), estimate("3B1", -500.0)]
    found = dict(
        zip(("3B1", "4A", "4B"), (one for _, one in compare(rows, emitted, 0.0)), strict=True)
    )
    assert (found["4A"].facilities, found["4A"].residual, found["4A"].coverage) == (
        20.0,
        30.0,
        None,
    )
    assert (found["4B"].facilities, found["4B"].coverage) == (None, 0.0)
    assert (found["3B1"].residual, found["3B1"].verdict, found["3B1"].coverage) == (
        -500.0, "remainder", None,
    )  # fmt: skip
    compared = list(compare(rows, emitted, 0.0))
    assert list(facilities_alone(emitted, (), compared)) == [(site, "CO2")]
