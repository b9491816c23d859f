"""How factors meet quantities, against published values and the arithmetic of units.

Independent sources: 2006 IPCC Guidelines, Volume 2: Table 1.2 (natural gas 48.0 TJ/Gg, 46.5 to
50.4), Table 1.4 (56,100 kg/TJ, 54,300 to 58,300); Volume 3, Equation 2.4 (clinker 0.52 t/t); Volume
1, Chapter 3 (an uncertainty is half of the 95 % interval). Joules of a unit are those of the SI and
of the Btu (1,055.056 J). One tonne each of five gases is that of the project's notes on transparency.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.climate.transparency.facility_reports import factor

from kyoso.climate.transparency.factors import (
    basis,
    factor_basis,
    for_category,
    half_width,
    is_energy,
    is_per_energy,
    per_unit,
    potentials,
    sector,
)
from kyoso.core.errors import UnitError

JOULES = {
    "TJ": Fraction(10**12),
    "GJ": Fraction(10**9),
    "kWh": Fraction(3_600_000),
    "MWh": Fraction(3_600_000_000),
    "MMBtu": Fraction(1_055_056_000),
    "therm": Fraction(105_505_600),
}
GRAMS = {"t": Fraction(10**6), "kg": Fraction(1000), "Gg": Fraction(10**9), "g": Fraction(1)}
GAS = factor(
    net_calorific_value=48.0, net_calorific_value_lower=46.5, net_calorific_value_upper=50.4
)

amounts = st.fractions(Fraction(1, 1000), Fraction(10**6), max_denominator=1000)


@given(joules=amounts.map(lambda n: n * 10**9), unit=st.sampled_from(sorted(JOULES)))
def test_energy_emits_the_same_in_whatever_unit_it_is_entered(joules: Fraction, unit: str) -> None:
    per, calorific = per_unit(GAS, unit)
    entered = float(joules / JOULES[unit])
    assert entered * per == pytest.approx(float(joules / 10**12 * Fraction(561, 10)), rel=1e-12)
    assert calorific == 0.0


@given(grams=amounts.map(lambda n: n * 1000), unit=st.sampled_from(sorted(GRAMS)))
def test_a_fuel_emits_the_same_in_whatever_unit_it_is_weighed(grams: Fraction, unit: str) -> None:
    per, calorific = per_unit(GAS, unit)
    tonnes = grams / 10**6
    expected = tonnes * Fraction(48, 1000) * Fraction(561, 10)
    assert float(grams / GRAMS[unit]) * per == pytest.approx(float(expected), rel=1e-12)
    assert calorific == 100 * (50.4 - 46.5) / (2 * 48)


@given(unit=st.sampled_from(["kg/TJ", "t/TJ", "g/kWh", "kg/MMBtu", "kg/GJ"]))
def test_a_factor_says_the_same_in_whatever_unit_it_is_published(unit: str) -> None:
    mass, energy = unit.split("/")
    value = Fraction(561, 10) * 10**6 / GRAMS[mass] * JOULES[energy] / 10**12
    per, _ = per_unit({**GAS, "value": float(value), "unit": unit}, "TJ")
    assert per == pytest.approx(56.1, rel=1e-12)


def test_a_factor_of_mass_meets_energy_by_the_same_calorific_value() -> None:
    per_mass = {**GAS, "value": 2.6928, "unit": "t/t"}  # 56.1 t/TJ of 0.048 TJ a tonne
    assert per_unit(per_mass, "t") == (2.6928, 0.0)
    per, calorific = per_unit(per_mass, "TJ")
    assert (per, calorific) == (pytest.approx(56.1, rel=1e-12), pytest.approx(4.0625, rel=1e-12))


@pytest.mark.parametrize(
    ("changes", "unit", "where", "hint"),
    [
        ({}, "m3", "m3", "use TJ, t or a unit of that kind"),
        ({"net_calorific_value": None}, "t", "t", "use TJ or a unit of that kind"),
        ({"unit": "t/t"}, "m3", "m3", "use t, TJ or a unit of that kind"),
        ({"unit": "t"}, "TJ", "t", "mass per energy or mass, such as kg/TJ or t/t"),
    ],
)
def test_what_cannot_meet_says_which_unit_would(
    changes: dict[str, object], unit: str, where: str, hint: str
) -> None:
    with pytest.raises(UnitError) as caught:
        per_unit({**GAS, **changes}, unit)
    assert caught.value.hint is not None
    assert (caught.value.where, caught.value.hint.en) == (where, hint)


def test_what_a_unit_measures_is_told_of_quantities_and_of_factors() -> None:
    assert [basis(unit) for unit in ("MMBtu", "Gg", "L", "piece", "year")] == [
        "energy", "mass", "volume", "number", None,
    ]  # fmt: skip
    assert [factor_basis(unit) for unit in ("kg/TJ", "t/t", "kg/m3", "kg/piece", "TJ/Gg")] == [
        "energy", "mass", "volume", "number", None,
    ]  # fmt: skip
    assert [is_energy("GJ"), is_energy("t"), is_energy("no unit")] == [True, False, False]
    assert [is_per_energy("kg/TJ"), is_per_energy("t/t"), is_per_energy("no unit")] == [
        True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "lower", "upper", "half"),
    [
        (56100.0, 54300.0, 58300.0, 100 * 4000 / (2 * 56100)),
        (-2.0, -3.0, -1.0, 50.0),
        (0.0, 0.0, 1.0, None),
        (1.0, None, 2.0, None),
        (1.0, 0.5, None, None),
        (0.52, 0.52, 0.52, 0.0),
    ],
)
def test_no_interval_is_not_a_zero_interval(
    value: float, lower: float | None, upper: float | None, half: float | None
) -> None:
    assert half_width(value, lower, upper) == half


def test_the_longest_code_that_a_category_begins_with_decides_its_sector() -> None:
    assert [sector(one) for one in ("1A1a", "1A2", "1A3b", "1A4a", "1A4ciii", "1A5a", "2A1", "")] == [
        "energy industries",
        "manufacturing industries and construction",
        "road transport",
        "commercial and institutional",
        "residential; agriculture, forestry, fishing",
        None, None, None,
    ]  # fmt: skip


def test_a_factor_for_the_sector_goes_before_one_for_all_and_gases_without_one_are_named() -> None:
    rows = [
        factor(gas="CO2"),
        factor(gas="CH4", value=9.0),
        factor(gas="CH4", sector="Energy Industries", value=1.0),
        factor(gas="N2O", sector="railways"),
    ]
    chosen, lacking = for_category(rows, "1A1a")
    assert [(row["gas"], row["value"]) for row in chosen] == [("CO2", 56100.0), ("CH4", 1.0)]
    assert lacking == ["N2O"]
    chosen, _ = for_category(rows, "2A1")
    assert [(row["gas"], row["value"]) for row in chosen] == [("CO2", 56100.0), ("CH4", 9.0)]


def test_potentials_are_those_of_the_three_reports() -> None:
    gases = ("CO2", "CH4", "N2O", "HFC134a", "SF6")
    sums = {
        report: sum(potentials(report)[gas] for gas in gases) for report in ("AR4", "AR5", "AR6")
    }
    assert sums == {"AR4": 24554.0, "AR5": 25094.0, "AR6": pytest.approx(27031.9)}
