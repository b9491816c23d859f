"""Facility reports against values worked out outside the code.

Independent sources: the gas boiler of 100 TJ and the potentials of one tonne of five gases are
the test vectors of the project's notes on transparency (IPCC 2006 Tables 1.4 and 2.2; AR4, AR5);
the thresholds of 40 CFR 98.2 and of the Carbon Pricing Act, the categories and materiality of
Regulations (EU) 2018/2066, Article 19, and 2018/2067, Article 23, are those of the texts. All
else is worked out by hand in the test, in fractions.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.climate.transparency.facility_reports import (
    BOILER,
    BURNT,
    GRID,
    factor,
    planned,
    refused,
    reported,
    rows,
    run,
    table,
    totals,
    verdict,
)

from kyoso.climate.transparency.facility_report import METHOD, facility_report
from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.tables.plans import ACTIVITY, DATED_FACTORS, PLAN
from kyoso.climate.transparency.tables.rule_sets import RULE_SETS
from kyoso.core.errors import UsageError
from kyoso.methods import running
from kyoso.methods.tracing import trace
from kyoso.tables import writing

# --- what is calculated -------------------------------------------------------------------


def test_a_gas_boiler_of_100_tj_has_the_emissions_of_the_notes(tmp_path: Path) -> None:
    result = run(tmp_path)
    lines = {row["gas"]: row for row in rows(result, "lines")}
    assert {gas: row["mass"] for gas, row in lines.items()} == {
        "CO2": 5610.0,
        "CH4": 0.1,
        "N2O": 0.01,
    }
    assert totals(result)["total"] == pytest.approx(5615.45, abs=0.005)
    carbon = lines["CO2"]
    assert (carbon["method"], carbon["tier"], carbon["factor"], carbon["factor_unit"]) == (
        "factor",
        1,
        56100.0,
        "kg/TJ",
    )
    assert str(carbon["factor_source"]).startswith("2006 IPCC Guidelines")
    assert carbon["verification"] == "two-sources"
    # 54,300 to 58,300 kg/TJ (Table 1.4) and the meter's 5 %
    half = 100 * 2000 / 56100
    assert carbon["uncertainty"] == pytest.approx(math.hypot(5, half), rel=1e-11)


@pytest.mark.parametrize(("rule_set", "year", "total"), [("us-40cfr98", 2022, 5615.48)])
def test_the_rule_set_decides_the_potentials_of_the_year(
    tmp_path: Path, rule_set: str, year: int, total: float
) -> None:
    result = run(tmp_path, activity=[BURNT.replace("2023", str(year))], rule_set=rule_set)
    assert totals(result)["total"] == pytest.approx(total, abs=0.005)


def test_a_quantity_in_mass_goes_through_the_calorific_value(tmp_path: Path) -> None:
    result = run(tmp_path, activity=["F1,2023,S1,1000,t,,,"])
    carbon = next(row for row in rows(result, "lines") if row["gas"] == "CO2")
    # 48.0 TJ/Gg (Table 1.2)
    assert carbon["mass"] == pytest.approx(float(Fraction(48) * Fraction(561, 10)), rel=1e-12)
    assert carbon["method"] == "factor-calorific"


def test_gas_that_leaked_or_was_measured_is_a_mass_balance(tmp_path: Path) -> None:
    plan = [
        f"F1,XAA,S{at},{category},{gas},{approach},1,,,,,"
        for at, (category, gas, approach) in enumerate(
            [
                ("2B1", "CO2", "measurement"),
                ("2B2", "CH4", "calculation"),
                ("2B2", "N2O", "measurement"),
                ("2F1", "HFC134a", "calculation"),
                ("2G1", "sf6", "calculation"),
            ]
        )
    ]
    activity = [f"F1,2023,S{at},1000,kg,,," for at in range(5)]
    # One tonne of each, AR5: 25,094 (notes); 1 + 28 + 265 + 1,300 + 23,500
    result = run(tmp_path, plan, activity)
    assert totals(result) == {"direct": 25094.0, "total": 25094.0}
    assert {row["method"] for row in rows(result, "lines")} == {"mass-balance", "measurement"}
    assert {row["factor"] for row in rows(result, "lines")} == {1.0}
    earlier = [line.replace("2023", "2022") for line in activity]
    # AR4: 24,554 (notes)
    assert totals(run(tmp_path, plan, earlier, rule_set="us-40cfr98"))["total"] == 24554.0


def test_biogenic_carbon_dioxide_is_a_memo_and_its_other_gases_count(tmp_path: Path) -> None:
    plan = [
        "F1,XAA,S1,1A2d,Wood/Wood Waste,calculation,1,,,,,",
        "F1,XAA,S2,1A2d,CO2,measurement,3,,,yes,,",
    ]
    result = run(tmp_path, plan, ["F1,2023,S1,1000,TJ,,,", "F1,2023,S2,7,t,,,"])
    # 112,000 kg CO2, 30 kg CH4 and 4 kg N2O per TJ (Tables 1.4 and 2.3); AR5
    assert totals(result) == {
        "biogenic": 112007.0,
        "direct": 30.0 * 28 + 4.0 * 265,
        "total": 30.0 * 28 + 4.0 * 265,
    }


def test_purchased_electricity_comes_by_grid_and_by_contract(tmp_path: Path) -> None:
    plan = [BOILER, "F1,XAA,S2,,Grid,purchased-energy,,1,Wind,,,"]
    activity = [BURNT, "F1,2023,S2,3.6,TJ,,,"]  # 1,000 MWh
    result = run(tmp_path, plan, activity, {"electricity": GRID})
    of = {row["boundary"]: row for row in rows(result, "lines") if row["stream"] == "S2"}
    assert {name: (row["co2e"], row["counted"]) for name, row in of.items()} == {
        "purchased-location": (600.0, True),
        "purchased-market": (0.0, False),
    }
    assert of["purchased-location"]["uncertainty"] == pytest.approx(math.hypot(1, 10), rel=1e-11)
    assert totals(result)["total"] == pytest.approx(6215.45, abs=0.005)
    market = run(tmp_path, plan, activity, {"electricity": GRID}, rule_set="jp-shk")
    assert totals(market)["total"] == pytest.approx(5615.45, abs=0.005)


def test_a_factor_for_the_country_and_the_year_goes_before_one_for_all(tmp_path: Path) -> None:
    factors = """source,gas,value,unit,country,valid_from,valid_until
fuel,CO2,100,t/TJ,all,,
fuel,CO2,90,t/TJ,XAA,2010,2022
fuel,CO2,80,t/TJ,XAA,2023,
"""
    plan = [
        f"F{at},{country},S1,1A1a,fuel,calculation,2,,,,,"
        for at, country in enumerate(["XAA", "XAB"])
    ]
    activity = [f"F{at},{year},S1,1,TJ,,," for at in range(2) for year in (2009, 2022, 2023)]
    result = run(tmp_path, plan, activity, {"factors": factors})
    found = [(row["facility"], row["year"], row["mass"]) for row in rows(result, "lines")]
    assert found == [
        ("F0", 2009, 100.0),
        ("F0", 2022, 90.0),
        ("F0", 2023, 80.0),
        ("F1", 2009, 100.0),
        ("F1", 2022, 100.0),
        ("F1", 2023, 100.0),
    ]


def test_the_european_scheme_takes_carbon_dioxide_and_subtracts_what_is_stored(
    tmp_path: Path,
) -> None:
    plan = [
        BOILER,
        "F1,XAA,S2,,CO2,transfer,,,,,,",
        "F1,XAA,S3,2B2,N2O,measurement,3,,,,,",
        "F1,XAA,S4,2F1,HFC134a,calculation,1,,,,,",
    ]
    activity = [BURNT, "F1,2023,S2,1000,t,,,", "F1,2023,S3,2,t,,,", "F1,2023,S4,3,t,,,"]
    result = run(tmp_path, plan, activity, rule_set="eu-ets")
    # N2O of nitric acid counts, that of the boiler, its CH4 and the refrigerant do not
    assert totals(result) == {
        "direct": 5610.0 + 2 * 265,
        "transferred": 1000.0,
        "total": 5610.0 + 2 * 265 - 1000,
    }
    elsewhere = run(tmp_path, plan, activity)
    assert totals(elsewhere)["total"] == pytest.approx(5615.45 + 530 + 3900, abs=0.005)


def test_lines_with_one_factor_share_its_error(tmp_path: Path) -> None:
    factors = """source,gas,value,unit,lower,upper
fuel,CO2,100,t/TJ,90,110
fuel,CH4,1,t/TJ,0.5,1.5
"""
    plan = ["F1,XAA,S1,1A1a,fuel,calculation,1,3,,,,", "F1,XAA,S2,1A1a,fuel,calculation,1,9,,,,"]
    activity = ["F1,2023,S1,10,TJ,,,", "F1,2023,S2,20,TJ,4,,"]
    result = run(tmp_path, plan, activity, {"factors": factors})
    per_unit = 100 + 28
    own = (10 * per_unit * 0.03) ** 2 + (20 * per_unit * 0.04) ** 2
    half = math.sqrt(own + (30 * 100 * 0.10) ** 2 + (30 * 28 * 0.50) ** 2)
    total = next(row for row in rows(result, "totals") if row["boundary"] == "total")
    assert total["co2e"] == 30 * per_unit
    assert total["lower"] == pytest.approx(30 * per_unit - half, rel=1e-11)
    assert total["upper"] == pytest.approx(30 * per_unit + half, rel=1e-11)


def test_an_unknown_part_leaves_the_interval_out_and_says_so(tmp_path: Path) -> None:
    result = run(tmp_path, [BOILER.replace(",1,5,", ",1,,")])
    total = next(row for row in rows(result, "totals") if row["boundary"] == "total")
    assert (total["lower"], total["upper"]) == (None, None)
    check = next(check for check in result.checks if check.id == "uncertainty-known")
    assert (check.verdict.value, check.concerned) == ("look", 3)


# --- what the rule set asks ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule_set", "quantity", "gwp", "expected"),
    [
        ("asean-pasti", "53.4", "rule-set", "not-reached"),
        ("asean-pasti", "53.5", "rule-set", "reached"),
        ("us-40cfr98", "445.3", "rule-set", "reached"),  # 25,005.6 t
        ("us-40cfr98", "445", "rule-set", "open"),  # Table A-3 may still ask for a report
        ("eu-ets", "9999999", "rule-set", "open"),  # capacity decides
        ("jp-shk", "1000", "rule-set", "open"),  # energy decides on CO2 of energy
        ("sg-cpa", "35.6", "AR5", "not-reached"),  # 1,999.1 t
        ("sg-cpa", "35.7", "AR5", "reached"),
        ("vn-decree06", "1", "AR5", "open"),
    ],
)
def test_a_threshold_is_reached_not_reached_or_open(
    tmp_path: Path, rule_set: str, quantity: str, gwp: str, expected: str
) -> None:
    result = run(tmp_path, activity=[f"F1,2023,S1,{quantity},TJ,,,"], rule_set=rule_set, gwp=gwp)
    assert verdict(result) == expected


@pytest.mark.parametrize(("tonnes", "expected"), [("0.1276", "open"), ("0.1277", "reached")])
def test_the_japanese_threshold_holds_for_a_family_of_gases(
    tmp_path: Path, tonnes: str, expected: str
) -> None:
    # 3,000 t: 23,500 × 0.1276 = 2,998.6 and 23,500 × 0.1277 = 3,000.95 t
    plan = [BOILER, "F1,XAA,S2,2G1,SF6,calculation,1,,,,,"]
    result = run(tmp_path, plan, [BURNT, f"F1,2023,S2,{tonnes},t,,,"], rule_set="jp-shk")
    assert verdict(result) == expected


@pytest.mark.parametrize(
    ("terajoules", "category", "materiality"),
    [(891, "A", "5"), (892, "B", "5"), (8912, "B", "5"), (8913, "C", "2")],
)
def test_size_decides_category_and_materiality_in_the_european_scheme(
    tmp_path: Path, terajoules: int, category: str, materiality: str
) -> None:
    # 56.1 t a TJ: 49,985.1, 50,041.2, 499,963.2 and 500,019.3 t
    result = run(tmp_path, activity=[f"F1,2023,S1,{terajoules},TJ,,,"], rule_set="eu-ets")
    asked = {row["provision"]: row["value"] for row in rows(result, "obligations")}
    assert (asked["category"], asked["materiality"]) == (category, materiality)


def test_deadlines_are_days_of_the_next_year(tmp_path: Path) -> None:
    due = {}
    for rule_set, year in itertools.product(("us-40cfr98", "jp-shk"), (2023, 2024)):
        result = run(tmp_path, activity=[BURNT.replace("2023", str(year))], rule_set=rule_set)
        (found,) = [
            row["due"] for row in rows(result, "obligations") if row["provision"] == "deadline"
        ]
        due[rule_set, year] = found
    assert due == {
        ("us-40cfr98", 2023): dt.date(2024, 3, 31),
        ("us-40cfr98", 2024): dt.date(2025, 5, 30),  # EPA-HQ-OAR-2025-0096
        ("jp-shk", 2023): dt.date(2024, 7, 31),
        ("jp-shk", 2024): dt.date(2025, 7, 31),
    }


FIFTH = """rule_set,provision,scope,value,unit,text_en,text_ja
fifth,title,all,XAB,,Fifth,第五
fifth,threshold,all,5000,t CO2e,5000 t,5000 t
fifth,gas,all,CO2,,CO2,CO2
fifth,gas,all,CH4,,CH4,CH4
fifth,gwp,all,AR6,,AR6,AR6
fifth,boundary,all,direct,,direct,直接
fifth,tier,all,1,,one,一
"""


def test_a_fifth_rule_set_comes_as_a_file_and_the_shipped_ones_stay(tmp_path: Path) -> None:
    result = run(tmp_path, others={"rule_sets": FIFTH}, rule_set="fifth")
    # AR6: CH4 27.9; no N2O
    assert totals(result)["total"] == pytest.approx(5610 + 2.79, rel=1e-12)
    assert verdict(result) == "reached"
    shipped = run(tmp_path, others={"rule_sets": FIFTH}, rule_set="us-40cfr98")
    assert totals(shipped)["total"] == pytest.approx(5615.48, abs=0.005)


def test_an_unknown_rule_set_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run(tmp_path, rule_set="shk")
    assert "-p rule_set=shk: there is no such rule set; one of asean-pasti, eu-ets, jp-shk" in str(
        caught.value
    )


def test_what_is_not_verified_is_told(tmp_path: Path) -> None:
    check = next(c for c in run(tmp_path).checks if c.id == "provisions-verified")
    assert check.verdict.value == "look"
    assert check.concerned == check.tested  # the guideline is a proposal throughout
    assert check.hint is not None
    assert "ASEANガイドライン（提案） 算定範囲 直接排出" in check.hint.ja


# --- what is refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "activity", "said"),
    [
        (
            BOILER.replace("Natural Gas", "Natral Gas"),
            BURNT,
            "plan: row 2, column source: Natral Gas: not a known source; did you mean Natural Gas?",
        ),
        (
            BOILER,
            "F9,2023,S1,100,TJ,,,",
            "activity: row 2, column facility: F9: there is no plan of this facility; add it to the "
            "plan, or mend the name or year",
        ),
        (
            BOILER.replace(",,,,", ",,,2024,"),
            BURNT,
            "activity: row 2, column year: 2023: the plan has this stream in 2024–2100; add it to "
            "the plan, or mend the name or year",
        ),
        (
            BOILER,
            "F1,2023,S1,-1,TJ,,,",
            "activity: row 2, column quantity: -1: out of bounds; it must be ≥ 0",
        ),
        (
            BOILER,
            "F1,2023,S1,much,TJ,,,",
            "activity: row 2, column quantity: much: not a number; write a number such as "
            "1234.5; leave the cell empty where there is none",
        ),
        (
            BOILER,
            "F1,2023,S1,100,TJ,101,,",
            "activity: row 2, column uncertainty: 101: out of bounds; it must be 0 … 100 %",
        ),
        (
            BOILER.replace(",1,5,", ",1,500,"),
            BURNT,
            "plan: row 2, column meter_uncertainty: 500: out of bounds; it must be 0 … 100 %",
        ),
        (
            BOILER,
            "F1,2023,S1,100,m3,,,",
            "activity: row 2, column unit: m3: this unit does not fit the source Natural Gas; use "
            "TJ, t or a unit of that kind",
        ),
        (
            BOILER,
            "F1,2023,S1,100,TJ,,GCV,",
            "activity: row 2, column heat_basis: GCV: factors hold for net calorific value, and "
            "this energy is gross; convert it to net calorific value, or report the mass of the fuel",
        ),
        (
            BOILER,
            "F1,2023,S1,100,TJ,,,AR4",
            "activity: row 2, column gwp: AR4: AR4 potentials in a report that ASEAN "
            "guideline (proposal) wants with AR5; report masses; potentials are applied here",
        ),
        (
            BOILER.replace("1A1a", "2A1"),
            BURNT,
            "plan: row 2, column category: 2A1: no CH4, N2O factor of Natural Gas for this category "
            "and country; mend the category, or add the factors with their source to the table "
            "factors",
        ),
        (
            BOILER.replace(",1,5,", ",4,5,"),
            BURNT,
            "plan: row 2, column tier: 4: not a tier that ASEAN guideline (proposal) allows; one of "
            "1, 2, 3",
        ),
        (
            BOILER.replace("1A1a", ""),
            BURNT,
            "plan: row 2, column category: no value; what is calculated or measured has an IPCC "
            "category and a tier",
        ),
        (
            "F1,XAA,S1,,Grid,purchased-energy,,,,,,",
            "F1,2023,S1,1,MWh,,,",
            "plan: row 2, column source: Grid: no factor of this name in electricity; give its "
            "factor with the source in the table electricity (-i electricity=FILE)",
        ),
        (
            "F1,XAA,S1,,CH4,transfer,,,,,,",
            "F1,2023,S1,1,t,,,",
            "plan: row 2, column source: CH4: not a known source; name a source of factors, a gas, "
            "or a grid of electricity, as the approach needs",
        ),
        (
            "F1,XAA,S1,2G1,SF6,measurement,1,,,,,",
            "F1,2023,S1,1,TJ,,,",
            "activity: row 2, column unit: TJ: not convertible to t; use t or a unit of the same kind",
        ),
    ],
)
def test_bad_input_is_named_at_its_cell(
    tmp_path: Path, plan: str, activity: str, said: str
) -> None:
    assert refused(tmp_path, [plan], [activity]) == [said]


def test_a_stream_that_the_plan_does_not_have_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, [BOILER], [BURNT, BURNT.replace("S1", "S9")]) == [
        "activity: row 3, column stream: S9: not a stream of the facility's plan; add it to the "
        "plan, or mend the name or year"
    ]


def test_a_stream_that_is_not_reported_is_named_and_never_zero(tmp_path: Path) -> None:
    plan = [
        BOILER,
        BOILER.replace("S1", "S2"),
        BOILER.replace("S1", "S3").replace(",,,,", ",,,,2022"),
    ]
    activity = [BURNT, BURNT.replace("2023", "2022"), "F1,2022,S2,0,TJ,,,", "F1,2022,S3,1,TJ,,,"]
    assert refused(tmp_path, plan, activity) == [
        "plan: row 3, column stream: S2: not reported for 2023; report every stream of the plan; "
        "write 0 where it was not operated"
    ]


def test_a_year_reported_twice_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, [BOILER], [BURNT, BURNT]) == [
        "activity: row 3, column facility: F1 · 2023 · S1: this record stands in row 2 already; one "
        "row for each facility, year, stream"
    ]


def test_an_ar4_potential_in_an_ar5_report_is_named_at_the_years(tmp_path: Path) -> None:
    assert refused(tmp_path, rule_set="eu-ets", gwp="AR4") == [
        "activity: row 2, column year: 2023: AR4 potentials in a report that EU ETS wants "
        "with AR5; leave out -p gwp="
    ]
    same = run(tmp_path, rule_set="eu-ets", gwp="AR5")
    assert totals(same) == totals(run(tmp_path, rule_set="eu-ets"))


def test_a_rule_set_without_potentials_asks_for_them(tmp_path: Path) -> None:
    assert refused(tmp_path, rule_set="vn-decree06") == [
        "activity: row 2, column year: 2023: Viet Nam Decree 06/2022 states no set of potentials for this year; name one with -p gwp="
    ]


def test_a_factor_out_of_its_dates_is_named_at_its_cell(tmp_path: Path) -> None:
    factors = "source,gas,value,unit,valid_from,valid_until\nfuel,CO2,100,t/TJ,2010,2022\n"
    plan = [BOILER.replace("Natural Gas", "fuel")]
    assert refused(tmp_path, plan, [BURNT], {"factors": factors}) == [
        "activity: row 2, column year: 2023: factors of fuel hold in other years (CO2 2010–2022); "
        "add the factor of this year to the table factors"
    ]
    bought = ["F1,XAA,S1,,Grid,purchased-energy,,,,,,"]
    assert refused(tmp_path, bought, ["F1,2022,S1,1,MWh,,,"], {"electricity": GRID}) == [
        "activity: row 2, column year: 2022: no factor of Grid for this year and country; there are "
        "some for 2023; add it to the table electricity"
    ]


def test_two_factors_or_plans_of_one_year_are_named(tmp_path: Path) -> None:
    factors = """source,gas,value,unit,valid_from,valid_until
fuel,CO2,100,t/TJ,2010,2023
Fuel,CO2,90,t/TJ,2023,
"""
    plan = [
        BOILER.replace("Natural Gas", "fuel"),
        BOILER.replace("Natural Gas", "fuel").replace(",,,,", ",,,2020,"),
        BOILER.replace("Natural Gas", "fuel").replace("XAA,S1", "XAB,S2"),
    ]
    activity = [BURNT, BURNT.replace("S1", "S2")]
    assert refused(tmp_path, plan, activity, {"factors": factors}) == [
        "plan: row 3, column valid_from: 2020: the entry from 1900 still holds; end one entry in the "
        "year before the next begins",
        "plan: row 4, column country: XAB: this facility is in XAA elsewhere in the plan; give a "
        "facility one country",
        "factors: row 3, column valid_from: 2023: the factor from 2010 still holds; end one factor "
        "in the year before the next begins",
    ]


def test_purchased_energy_without_the_factor_that_counts_is_named(tmp_path: Path) -> None:
    bought = ["F1,XAA,S1,,Grid,purchased-energy,,,,,,"]
    said = refused(
        tmp_path, bought, ["F1,2023,S1,1,MWh,,,"], {"electricity": GRID}, rule_set="jp-shk"
    )
    assert said == [
        "plan: row 2, column source: Grid: Japan SHK counts purchased-market, and there is no such factor for 2023; add it to the "
        "table electricity"
    ]


def test_a_gas_without_a_potential_is_named_where_it_counts(tmp_path: Path) -> None:
    plan = ["F1,XAA,S1,2E1,HFC152,calculation,1,,,,,"]  # AR4 gives none (gwp100, notes §8)
    assert refused(tmp_path, plan, ["F1,2022,S1,1,t,,,"], rule_set="us-40cfr98") == [
        "plan: row 2, column source: HFC152: AR4 gives no potential for HFC152; ask the authority of "
        "the rule set which potential holds"
    ]
    elsewhere = run(tmp_path, plan, ["F1,2020,S1,1,t,,,"], rule_set="eu-ets")
    (line,) = rows(elsewhere, "lines")
    assert (line["mass"], line["co2e"], line["counted"]) == (1.0, None, False)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "mine,gwp,all,AR3,,a,あ",
            "rule_sets: row 2, column value: AR3: not a value of this provision; such as SAR, AR4, "
            "AR5, AR6",
        ),
        (
            "mine,deadline,all,31 March,,a,あ",
            "rule_sets: row 2, column value: 31 March: not a value of this provision; month and day, "
            "such as 03-31",
        ),
        (
            "mine,deadline,all,02-29,,a,あ",
            "rule_sets: row 2, column value: 02-29: not a value of this provision; month and day, "
            "such as 03-31",
        ),
        (
            "asean-pasti,tier,all,one,,a,あ",
            "rule_sets: row 2, column value: one: not a value of this provision; a number without "
            "sign or separators",
        ),
        (
            "mine,threshold,all,3 kt,t CO2e,a,あ",
            "rule_sets: row 2, column value: 3 kt: not a value of this provision; a number without "
            "sign or separators",
        ),
        (
            "mine,gas,everywhere,CO2,,a,あ",
            "rule_sets: row 2, column scope: everywhere: not a scope; all, an IPCC category, tier 2, "
            "or a size such as >= 25000 t",
        ),
    ],
)
def test_a_rule_set_that_cannot_be_read_is_named_at_its_cell(
    tmp_path: Path, row: str, said: str
) -> None:
    table = f"rule_set,provision,scope,value,unit,text_en,text_ja\n{row}\n"
    assert said in refused(tmp_path, others={"rule_sets": table}, rule_set="eu-ets")


def test_two_sets_of_potentials_in_one_year_are_named(tmp_path: Path) -> None:
    table = f"{FIFTH}fifth,gwp,all,AR5,,AR5,AR5\n"
    assert refused(tmp_path, others={"rule_sets": table}, rule_set="fifth") == [
        "rule_sets: row 9, column valid_from: 1900: AR6 holds in this year already; end one set in "
        "the year before the next begins"
    ]


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    plan = [BOILER.replace(",1,5,", ",4,5,"), BOILER.replace("S1", "S2")]
    said = refused(tmp_path, plan, [BURNT, "F1,2023,S9,1,TJ,,,"], gwp="AR6")
    assert [line.split(": ")[1] for line in said] == [
        "row 2, column tier",
        "row 3, column stream",
        "row 2, column year",
        "row 3, column stream",
        "row 3, column year",
    ]


# --- the way back -------------------------------------------------------------------------


def test_a_total_leads_back_to_lines_meters_factors_and_the_grid(tmp_path: Path) -> None:
    files = {}
    with running.running(METHOD, running.example_inputs(METHOD)) as result:
        for name, table in {**result.inputs, **result.tables}.items():
            files[name] = tmp_path / f"{name}.parquet"
            writing.write(table.batches(), table.schema, files[name], "parquet")
    written = pq.read_table(files["totals"]).to_pylist()
    wanted = {"facility": "SAMPLE-101", "year": 2023, "boundary": "total"}
    row = next(at for at, one in enumerate(written, 2) if wanted.items() <= one.items())
    steps = {(step.of, step.declared.name): step for step in trace(METHOD, "totals", row, files)}
    lines = steps["totals", "lines"].rows.to_pylist()
    assert math.fsum(line["co2e"] for line in lines) == pytest.approx(written[row - 2]["co2e"])
    # Three gases of the gas boiler, two of the wood boiler, the cold store, the grid.
    assert len(lines) == 7
    assert steps["lines", "activity"].rows["row_"].to_pylist() == [6, 7, 8, 9]
    assert steps["lines", "plan"].rows["meter"].to_pylist() == ["GM-1", "WB-1", "Scale 3", "EM-1"]
    factors = steps["lines", "factors"].rows.to_pylist()
    assert sorted((one["source"], one["gas"]) for one in factors) == [
        ("Natural Gas", "CH4"),
        ("Natural Gas", "CO2"),
        ("Natural Gas", "N2O"),
        ("Wood/Wood Waste", "CH4"),
        ("Wood/Wood Waste", "N2O"),
    ]
    assert {one["sector"] for one in factors} == {
        "all",
        "manufacturing industries and construction",
    }
    grid = steps["lines", "electricity"].rows.to_pylist()
    assert [(one["source"], one["year"], one["method"]) for one in grid] == [
        ("Sample grid A", 2023, "location")
    ]


# --- invariants ---------------------------------------------------------------------------


FACTORS = (
    factor(),
    factor(gas="CH4", value=1.0, sector="energy industries"),
    factor(gas="N2O", value=0.1, sector="energy industries"),
    factor(country="XAA", value=55000.0),
)
PER_TERAJOULE = {True: Fraction(55), False: Fraction(561, 10)}
OTHER_GASES = (28 + Fraction(265, 10)) / 1000


@given(
    streams=st.lists(
        st.tuples(st.integers(0, 10_000), st.sampled_from(["TJ", "GJ", "MWh"]), st.integers(1, 3)),
        min_size=1,
        max_size=6,
    ),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_rows_changes_nothing_and_lines_add_up_to_totals(
    streams: list[tuple[int, str, int]], order: random.Random
) -> None:
    plan = [planned(stream=f"S{at}", tier=tier) for at, (*_, tier) in enumerate(streams)]
    activity = [
        reported(stream=f"S{at}", quantity=float(quantity), unit=unit)
        for at, (quantity, unit, _) in enumerate(streams)
    ]
    values = METHOD.parse({"country_factors": "by-tier"})

    def found(*given: Sequence[Row]) -> dict[str, list[Row]]:
        tables = {
            one.name: table(one, *some)
            for one, some in zip((PLAN, ACTIVITY, DATED_FACTORS, RULE_SETS), given, strict=True)
        }
        outcome = facility_report(tables, values)
        return {name: one.to_pylist() for name, one in outcome.tables.items()}

    first = found(plan, activity, FACTORS, ())
    mixed = [list(plan), list(activity), list(FACTORS)]
    for some in mixed:
        order.shuffle(some)
    second = found(*mixed, ())
    (total,) = (row["co2e"] for row in first["totals"] if row["boundary"] == "total")
    assert total == float(sum(Fraction(line["co2e"]) for line in first["lines"]))
    terajoules = {"TJ": Fraction(1), "GJ": Fraction(1, 1000), "MWh": Fraction(36, 10_000)}
    exact = sum(
        quantity * terajoules[unit] * (PER_TERAJOULE[tier == 2] + OTHER_GASES)
        for quantity, unit, tier in streams
    )
    assert total == pytest.approx(float(exact), rel=1e-12)
    assert first["totals"] == second["totals"]
    assert first["obligations"] == second["obligations"]
    by_gas = sorted(first["lines"], key=lambda line: (line["stream"], line["gas"]))
    assert by_gas == sorted(second["lines"], key=lambda line: (line["stream"], line["gas"]))
