"""What rule sets ask of a report, against what their texts say.

Independent sources: Regulation (EU) 2018/2066, Annex II, Table 1 (fuel may be uncertain by 7.5, 5,
2.5 and 1.5 % at tiers 1 to 4); 40 CFR Part 98, Table A-1 (potentials of AR4 until 2023); Act No.
117 of 1998 counts bought electricity by the contract.
"""

from __future__ import annotations

import pytest
from tests.climate.transparency.facility_reports import emission, planned, reported

from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.report_rules import (
    disallowed,
    meters_good_enough,
    potentials_agree,
    potentials_stated,
    potentials_there,
    purchased_there,
    tiers_allowed,
)
from kyoso.climate.transparency.rule_sets import RuleSet, known
from kyoso.tables.checking import Rule

SETS = known()
EU, US, JAPAN = SETS["eu-ets"], SETS["us-40cfr98"], SETS["jp-shk"]
SILENT = RuleSet("silent", ())


def said(rule: Rule) -> list[tuple[object, str]]:
    return [(one.value, one.message.en) for one in rule.broken]


@pytest.mark.parametrize(
    ("tier", "permitted"), [(1, 7.5), (2, 5.0), (3, 2.5), (4, 1.5)], ids=["1", "2", "3", "4"]
)
def test_a_meter_of_a_fuel_may_be_as_uncertain_as_its_tier_permits(
    tier: int, permitted: float
) -> None:
    plan = [
        planned(stream="S1", tier=tier, meter_uncertainty=permitted),
        planned(stream="S2", tier=tier, meter_uncertainty=permitted + 0.1),
        planned(stream="S3", tier=tier, meter_uncertainty=None),
        planned(stream="S4", tier=tier, meter_uncertainty=50.0, category="2A1"),
        planned(stream="S5", tier=tier, meter_uncertainty=50.0, valid_until=2022),
    ]
    rule = meters_good_enough(plan, [reported()], EU)
    assert (rule.severity, [one.where["stream"] for one in rule.broken]) == ("look", ["S2"])
    (broken,) = rule.broken
    assert broken.hint.en == f"tier {tier} permits {permitted} %"
    assert meters_good_enough(plan, [reported()], JAPAN).broken == ()


def test_a_tier_is_asked_for_in_the_years_reported_of_what_is_calculated_or_measured() -> None:
    rules = RuleSet("mine", tuple(row for row in EU.rows if row["value"] != "4"))
    plan = [
        planned(tier=3),
        planned(stream="S2", tier=4),
        planned(stream="S3", tier=4, approach="purchased-energy"),
        planned(stream="S4", tier=4, valid_until=2022),
        planned(stream="S5", tier=None, approach="transfer"),
        planned(facility="F2", tier=4),
    ]
    assert [row["stream"] for row in disallowed(plan, [reported()], rules)] == ["S2"]
    assert disallowed(plan, [reported()], SILENT) == []
    rule = tiers_allowed(plan, [reported()], [], rules)
    assert [(one.value, one.hint.en) for one in rule.broken] == [(4, "one of 1, 2, 3")]


def test_a_line_below_its_plan_is_no_fault_where_the_lower_tier_is_allowed() -> None:
    fallen = emission(tier=2, gas="CH4")
    assert tiers_allowed([], [], [fallen], SETS["asean-pasti"]).broken == ()
    assert tiers_allowed([], [], [fallen], SILENT).broken == ()


@pytest.mark.parametrize(
    ("rules", "asked", "year", "values"),
    [
        (US, "rule-set", 2023, []),
        (US, "AR4", 2023, []),
        (US, "AR5", 2023, [(2023, "AR5 potentials in a report that US 40 CFR 98 wants with AR4")]),
        (SILENT, "AR5", 2023, []),
    ],
)
def test_other_potentials_than_those_of_the_rule_set_are_named_at_the_year(
    rules: RuleSet, asked: str, year: int, values: list[tuple[object, str]]
) -> None:
    assert said(potentials_agree([reported(year=year)], rules, asked)) == values


def test_what_a_reporter_means_must_be_what_is_used_once_for_each_year() -> None:
    activity = [reported(gwp=one) for one in ("AR5", "AR4", "AR5", None, "SAR")]
    values = [value for value, _ in said(potentials_agree(activity, US, "rule-set"))]
    assert values == ["AR5", "SAR"]
    assert said(potentials_agree(activity, SILENT, "rule-set")) == []
    assert [value for value, _ in said(potentials_stated(activity, SILENT, "rule-set"))] == [2023]
    assert said(potentials_stated(activity, SILENT, "AR5")) == []


def test_a_gas_that_counts_needs_a_potential_and_one_that_does_not_needs_none() -> None:
    some = [
        emission(gas="HFC152", category="2E1"),  # none in AR4
        emission(gas="HFC152", category="2E1", boundary="biogenic", stream="S2"),
        emission(gas="CO2", stream="S3"),
    ]
    assert said(potentials_there(some, US, "rule-set")) == [
        ("HFC152", "AR4 gives no potential for HFC152")
    ]
    assert potentials_there(some, EU, "rule-set").broken == ()


@pytest.mark.parametrize(
    ("rules", "boundaries", "lacking"),
    [
        (JAPAN, ("purchased-location", "purchased-market"), False),
        (JAPAN, ("purchased-location",), True),
        (SETS["asean-pasti"], ("purchased-location",), False),
        (US, ("purchased-location",), False),
    ],
    ids=["both", "grid-only", "grid-asked", "nothing-asked"],
)
def test_bought_energy_needs_the_factor_that_the_rule_set_counts_with(
    rules: RuleSet, boundaries: tuple[str, ...], lacking: bool
) -> None:
    plan: list[Row] = [planned(approach="purchased-energy", source="Grid")]
    some = [emission(boundary=one) for one in boundaries]
    values = [one.value for one in purchased_there(some, plan, rules).broken]
    assert values == (["Grid"] if lacking else [])
