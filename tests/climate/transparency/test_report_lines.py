"""A plan meets what was reported: lines in one order, and each fault once."""

from __future__ import annotations

from collections.abc import Sequence

from tests.climate.transparency.facility_reports import factor, planned, reported, table

from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.report_emissions import Emission
from kyoso.climate.transparency.report_faults import RULES, Fault, rules_of
from kyoso.climate.transparency.report_lines import matched
from kyoso.climate.transparency.tables.plans import ACTIVITY, DATED_FACTORS, PLAN


def found(
    plan: Sequence[Row], activity: Sequence[Row], *factors: Row
) -> tuple[list[Emission], list[Fault]]:
    tables = {
        "plan": table(PLAN, *plan),
        "activity": table(ACTIVITY, *activity),
        "factors": table(DATED_FACTORS, *factors),
    }
    some = list(matched(tables))
    return (
        [one for one in some if isinstance(one, Emission)],
        [one for one in some if isinstance(one, Fault)],
    )


def test_lines_come_by_facility_year_and_stream() -> None:
    plan = [planned(facility=f"F{at}", stream=f"S{of}") for at in (2, 1) for of in (2, 1)]
    activity = [
        reported(facility=f"F{at}", stream=f"S{of}", year=year)
        for year in (2023, 2022)
        for of in (1, 2)
        for at in (2, 1)
    ]
    lines, faults = found(plan, activity, factor())
    assert faults == []
    order = [(one.facility, one.year, one.stream) for one in lines]
    assert (order, len(order)) == (sorted(order), 8)


def test_a_fault_of_the_plan_is_told_once_however_many_years_it_concerns() -> None:
    activity = [reported(year=year) for year in range(2000, 2020)]
    _, faults = found([planned(source="Natral Gas")], activity, factor())
    (fault,) = faults
    assert (fault.rule, fault.broken.column, fault.broken.hint.en) == (
        "source-known", "source", "did you mean Natural Gas?",
    )  # fmt: skip
    _, faults = found([planned(tier=None)], activity, factor())
    assert [(one.rule, one.broken.column) for one in faults] == [("plan-complete", "tier")]


def test_a_gas_that_is_weighed_carries_its_own_origin_and_no_factor() -> None:
    plan = [
        planned(stream="S1", source="co2", approach="measurement", biogenic=True, tier=3),
        planned(stream="S2", source="CH4", biogenic=True),
        planned(stream="S3", source="CO2", approach="transfer", category=None, tier=None),
    ]
    activity = [reported(stream=f"S{at}", quantity=2500.0, unit="kg") for at in (1, 2, 3)]
    lines, faults = found(plan, activity, factor())
    assert faults == []
    assert [(one.source, one.boundary, one.method, one.mass, one.own_factor) for one in lines] == [
        ("CO2", "biogenic", "measurement", 2.5, None),
        ("CH4", "direct", "mass-balance", 2.5, None),
        ("CO2", "transferred", "transfer", 2.5, None),
    ]
    assert {(one.factor, one.factor_source, one.factor_key) for one in lines} == {(1.0, None, None)}


def test_a_line_takes_the_uncertainty_of_the_quantity_and_else_that_of_the_meter() -> None:
    plan = [planned(stream="S1"), planned(stream="S2")]
    activity = [reported(), reported(stream="S2", uncertainty=2.0)]
    own = factor(lower=50490.0, upper=61710.0)
    lines, _ = found(plan, activity, own)
    assert [one.activity_uncertainty for one in lines] == [5.0, 2.0]
    squares = [round((one.uncertainty or 0.0) ** 2, 9) for one in lines]
    assert squares == [125.0, 104.0]  # 5² + 10², 2² + 10² (Equation 3.1)
    (unknown,), _ = found(plan[:1], activity[:1], factor())
    assert unknown.uncertainty is None


def test_every_fault_stands_under_a_rule_of_a_table_that_was_given() -> None:
    given = {"plan": table(PLAN), "activity": table(ACTIVITY), "factors": table(DATED_FACTORS)}
    _, faults = found([planned(category="2A1"), planned(stream="S2")], [reported()])
    rules = {one.id: one for one in rules_of(faults, given)}
    assert set(RULES) - set(rules) == {"electricity-unit"}
    told = sum(len(one.broken) for one in rules.values())
    assert told == len(faults) == 2
