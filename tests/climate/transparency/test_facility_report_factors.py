"""Which factor a line of a facility report takes, on what basis, and what tier that comes to.

Independent sources: the net defaults for natural gas are those of the 2006 IPCC Guidelines,
Volume 2, Tables 1.4 and 2.2 (56,100 kg CO2, 1 kg CH4, 0.1 kg N2O per TJ); the gross ones, heat
values and equations those of 40 CFR Part 98, Subpart C, Tables C-1 and C-2, Equations C-1, C-1a
and C-1b, with the potentials of its Table A-1 for 2023 (CH4 25, N2O 298). Every sum is worked out
by hand in fractions. The factor of a country is made up, for XAA is.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from tests.climate.transparency.facility_reports import (
    BOILER,
    GRID,
    refused,
    rows,
    run,
    totals,
    verdict,
)

from kyoso.methods.result import Result

DEFAULT = "2006 IPCC Guidelines, Volume 2"
HEADER = "source,gas,sector,value,unit,country,heat_basis,document,table,year\n"
NET = f"""{HEADER}Natural Gas,CO2,all,56100,kg/TJ,all,NCV,"{DEFAULT}",Table 1.4,2006
Natural Gas,CH4,energy industries,1,kg/TJ,all,NCV,"{DEFAULT}",Table 2.2,2006
Natural Gas,N2O,energy industries,0.1,kg/TJ,all,NCV,"{DEFAULT}",Table 2.2,2006
"""
OWN = f"{NET}Natural Gas,CO2,all,55000,kg/TJ,XAA,NCV,approved by XAA,,2022\n"


def stream(name: str, tier: int, *, facility: str = "F1", country: str = "XAA") -> str:
    """A gas boiler of the energy industries in a plan."""
    return f"{facility},{country},{name},1A1a,Natural Gas,calculation,{tier},5,,,,"


def found(result: Result, *names: str) -> dict[tuple[object, object], object]:
    """Of each stream and gas, the values of some columns of its line; one value by itself."""
    lines = rows(result, "lines")
    return {
        (line["stream"], line["gas"]): line[names[0]]
        if len(names) == 1
        else tuple(line[name] for name in names)
        for line in lines
    }


# --- factors of a country -----------------------------------------------------------------


def test_by_tier_a_line_shows_the_tier_of_the_factor_that_its_gas_took(tmp_path: Path) -> None:
    plan = [stream(f"S{tier}", tier) for tier in (1, 2, 3)]
    activity = [f"F1,2023,S{tier},100,TJ,,," for tier in (1, 2, 3)]
    result = run(tmp_path, plan, activity, {"factors": OWN}, country_factors="by-tier")
    assert found(result, "tier", "mass") == {
        ("S1", "CO2"): (1, 5610.0),
        ("S1", "CH4"): (1, 0.1),
        ("S1", "N2O"): (1, 0.01),
        ("S2", "CO2"): (2, 5500.0),
        ("S2", "CH4"): (1, 0.1),
        ("S2", "N2O"): (1, 0.01),
        ("S3", "CO2"): (3, 5610.0),
        ("S3", "CH4"): (3, 0.1),
        ("S3", "N2O"): (3, 0.01),
    }
    other = 28 * Fraction(1, 10) + 265 * Fraction(1, 100)  # AR5
    assert totals(result)["total"] == pytest.approx(float(5610 + 5500 + 5610 + 3 * other))
    (check,) = (one for one in result.checks if one.id == "tiers-reached")
    assert (check.verdict.value, check.tested, check.concerned) == ("look", 9, 2)
    assert check.hint is not None
    assert check.hint.en == (
        "no factor of the country, and another stands in: "
        f"XAA Natural Gas CH4 (Tier 2 → 1, {DEFAULT}, Table 2.2, 2006); "
        f"XAA Natural Gas N2O (Tier 2 → 1, {DEFAULT}, Table 2.2, 2006)"
    )


def test_a_countrys_factor_that_goes_first_never_lifts_a_line_above_its_plan(
    tmp_path: Path,
) -> None:
    plan = [stream("S1", 1), stream("S2", 2, facility="F2", country="XAB")]
    activity = ["F1,2023,S1,100,TJ,,,", "F2,2023,S2,100,TJ,,,"]
    result = run(tmp_path, plan, activity, {"factors": OWN})
    of = found(result, "tier", "mass")
    assert (of["S1", "CO2"], of["S2", "CO2"]) == ((1, 5500.0), (1, 5610.0))
    (check,) = (one for one in result.checks if one.id == "tiers-reached")
    assert check.concerned == 3


def test_a_rule_set_that_takes_no_countrys_factors_keeps_its_own_tiers(tmp_path: Path) -> None:
    result = run(
        tmp_path, [stream("S1", 2)], ["F1,2023,S1,100,TJ,,,"], {"factors": OWN},
        rule_set="us-40cfr98", country_factors="by-tier",
    )  # fmt: skip
    assert found(result, "tier", "mass")["S1", "CO2"] == (2, 5610.0)
    (check,) = (one for one in result.checks if one.id == "tiers-reached")
    assert (check.verdict.value, check.hint) == ("passed", None)


def test_a_gas_that_falls_below_the_tiers_of_the_rule_set_is_refused(tmp_path: Path) -> None:
    rule_set = (
        "rule_set,provision,scope,value,unit,text_en,text_ja\n"
        "own,title,all,XAA,,Own,独自\nown,gas,all,CO2,,CO2,CO2\nown,gwp,all,AR5,,AR5,AR5\n"
        "own,boundary,all,direct,,direct,直接\nown,tier,all,2,,two,二\n"
    )
    given = {"factors": OWN, "rule_sets": rule_set}
    said = refused(
        tmp_path, [stream("S1", 2)], ["F1,2023,S1,100,TJ,,,"], given,
        rule_set="own", country_factors="by-tier",
    )  # fmt: skip
    assert said == [
        "plan: row 2, column tier: 2: no factor of the country for CH4, N2O, and Own does not "
        "allow tier 1; have one approved for each of these gases"
    ]


def test_by_tier_a_country_without_any_factor_is_refused_at_the_tier(tmp_path: Path) -> None:
    said = refused(
        tmp_path, [stream("S1", 2)], ["F1,2023,S1,100,TJ,,,"], {"factors": NET},
        country_factors="by-tier",
    )  # fmt: skip
    assert said == [
        "plan: row 2, column tier: 2: this tier asks for a factor of XAA for Natural Gas, and "
        "there is none; have one approved for the year, or plan the stream at a tier with the "
        "factors of the rule set"
    ]


# --- gross calorific values, and the rules of 40 CFR 98 --------------------------------------

PART_98 = f"""{HEADER}Natural Gas,CO2,all,53.06,kg/MMBtu,all,GCV,40 CFR Part 98,Table C-1,2016
Natural Gas,CH4,all,0.001,kg/MMBtu,all,GCV,40 CFR Part 98,Table C-2,2016
Natural Gas,N2O,all,0.0001,kg/MMBtu,all,GCV,40 CFR Part 98,Table C-2,2016
Subbituminous,CO2,all,97.17,kg/MMBtu,all,GCV,40 CFR Part 98,Table C-1,2016
Subbituminous,CH4,all,0.011,kg/MMBtu,all,GCV,40 CFR Part 98,Table C-2,2016
Subbituminous,N2O,all,0.0016,kg/MMBtu,all,GCV,40 CFR Part 98,Table C-2,2016
"""


def test_a_plant_under_40_cfr_98_from_fuel_to_threshold_and_deadline(tmp_path: Path) -> None:
    # Equation C-1: 500,000,000 scf of 0.001026 mmBtu, 10,000 short tons of 17.25 mmBtu
    heat = {"S1": 500_000_000 * Fraction(1026, 10**6), "S2": 10_000 * Fraction(1725, 100)}
    factors = {
        "S1": {"CO2": Fraction("53.06"), "CH4": Fraction("0.001"), "N2O": Fraction("0.0001")},
        "S2": {"CO2": Fraction("97.17"), "CH4": Fraction("0.011"), "N2O": Fraction("0.0016")},
    }
    masses = {
        (name, gas): heat[name] * factor / 1000
        for name, of in factors.items()
        for gas, factor in of.items()
    }
    potentials = {"CO2": 1, "CH4": 25, "N2O": 298}
    total = sum(mass * potentials[gas] for (_, gas), mass in masses.items())
    assert (float(masses["S1", "CO2"]), float(masses["S2", "CO2"])) == (27219.78, 16761.825)
    plan = [
        stream("S1", 1),
        "F1,XAA,S2,1A1a,Subbituminous,calculation,2,5,,,,",
        "F1,XAA,S3,,Grid,purchased-energy,,1,,,,",
    ]
    activity = [
        "F1,2023,S1,513000,MMBtu,,GCV,",
        "F1,2023,S2,172500,MMBtu,,GCV,",
        "F1,2023,S3,1000,MWh,,,",
    ]
    result = run(
        tmp_path, plan, activity, {"factors": PART_98, "electricity": GRID}, rule_set="us-40cfr98"
    )
    of = found(result, "mass", "tier", "factor_basis")
    assert of.pop(("S3", "CO2")) == (600.0, None, None)
    tiers = {"S1": 1, "S2": 2}
    assert of == {
        (name, gas): (pytest.approx(float(mass), rel=1e-12), tiers[name], "GCV")
        for (name, gas), mass in masses.items()
    }
    # what is bought is shown and does not count (section 98.2); 25,000 t is reached
    assert totals(result)["total"] == pytest.approx(float(total), rel=1e-12)
    assert verdict(result) == "reached"
    counted = [line["co2e"] for line in rows(result, "lines") if line["counted"]]
    assert sum(map(Fraction, counted)) == pytest.approx(total, rel=1e-12)
    due = {row["provision"]: (row["value"], row["due"]) for row in rows(result, "obligations")}
    assert due["deadline"] == ("03-31", dt.date(2024, 3, 31))
    assert due["verification"][0] == "administrator"


def test_the_unit_in_which_gross_energy_is_entered_changes_nothing(tmp_path: Path) -> None:
    # Equation C-1b takes mmBtu, C-1a therms of 0.1 mmBtu; a Btu is 1055.056 J
    joules = Fraction(1055056, 1000) * 10**6 * 1000
    entered = {
        "S1": ("1000", "MMBtu"),
        "S2": ("10000", "therm"),
        "S3": (str(float(joules / 10**9)), "GJ"),
        "S4": (str(float(joules / 3_600_000)), "kWh"),
    }
    result = run(
        tmp_path,
        [stream(name, 1) for name in entered],
        [f"F1,2023,{name},{quantity},{unit},,GCV," for name, (quantity, unit) in entered.items()],
        {"factors": PART_98},
        rule_set="us-40cfr98",
    )
    for name in entered:
        assert found(result, "mass")[name, "CO2"] == pytest.approx(53.06, rel=1e-12)
        assert found(result, "method")[name, "CO2"] == "factor"


@pytest.mark.parametrize(
    ("quantity", "basis", "factors", "said"),
    [
        (
            "1000,MMBtu",
            "",
            PART_98,
            "column unit: MMBtu: the factor holds for gross calorific value, and this quantity "
            "meets it by the net one; report the energy on the gross basis (GCV), or take a factor "
            "on the net basis",
        ),
        (
            "1000,MMBtu",
            "GCV",
            NET,
            "column heat_basis: GCV: factors hold for net calorific value, and this energy is "
            "gross; convert it to net calorific value, or report the mass of the fuel",
        ),
        (
            "1000,MMBtu",
            "NCV",
            PART_98.replace("GCV", "not-stated"),
            "column heat_basis: NCV: it is not stated which calorific value the factor holds for; "
            "state it with the factor, or plan the stream at a tier with the factors of the rule "
            "set",
        ),
    ],
    ids=["gross-factor", "net-factor", "basis-not-stated"],
)
def test_net_and_gross_energy_never_meet(
    tmp_path: Path, quantity: str, basis: str, factors: str, said: str
) -> None:
    activity = f"F1,2023,S1,{quantity},,{basis},"
    assert refused(tmp_path, [BOILER], [activity], {"factors": factors}) == [
        f"activity: row 2, {said}"
    ]


def test_a_mass_meets_a_gross_factor_by_no_net_calorific_value(tmp_path: Path) -> None:
    header = HEADER.replace("\n", ",net_calorific_value\n")
    factors = f"{header}Natural Gas,CO2,all,53.06,kg/MMBtu,all,GCV,40 CFR Part 98,C-1,2016,48\n"
    (said,) = refused(tmp_path, [BOILER], ["F1,2023,S1,1,t,,,"], {"factors": factors})
    assert said.startswith(
        "activity: row 2, column unit: t: the factor holds for gross calorific value"
    )
