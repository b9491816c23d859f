"""Monitoring plans: which entry holds, what contradicts, what a report leaves out."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.climate.transparency.facility_reports import planned, reported, table

from kyoso.climate.transparency.monitoring_plans import (
    entries_of,
    incomplete,
    inconsistent,
    unplanned,
    unreported,
    without_report,
)
from kyoso.climate.transparency.report_emissions import Line
from kyoso.climate.transparency.tables.plans import ACTIVITY, PLAN

lengths = st.lists(st.integers(1, 4), min_size=1, max_size=5)


@given(lengths=lengths, order=st.randoms(use_true_random=False))
def test_entries_one_after_the_other_are_consistent_in_any_order(
    lengths: list[int], order: random.Random
) -> None:
    begins = list(itertools.accumulate(lengths, initial=2000))
    rows = [
        planned(valid_from=first, valid_until=following - 1)
        for first, following in itertools.pairwise(begins)
    ]
    order.shuffle(rows)
    plan = entries_of(table(PLAN, *rows))
    assert list(inconsistent(plan)) == []
    assert [row["valid_from"] for row in plan["F1", "S1"]] == begins[:-1]


@given(lengths=lengths)
def test_each_entry_that_begins_before_the_last_has_ended_is_named(lengths: list[int]) -> None:
    begins = list(itertools.accumulate(lengths, initial=2000))
    rows = [
        planned(valid_from=first, valid_until=following)
        for first, following in itertools.pairwise(begins)
    ]
    faults = list(inconsistent(entries_of(table(PLAN, *rows))))
    assert [(one.broken.column, one.broken.value) for one in faults] == [
        ("valid_from", first) for first in begins[1:-1]
    ]


def test_a_facility_in_two_countries_and_an_end_before_its_beginning_are_named() -> None:
    plan = table(
        PLAN,
        planned(),
        planned(stream="S2", country="XAB"),
        planned(facility="F2", country="XAB", valid_from=2020, valid_until=2019),
    )
    faults = list(inconsistent(entries_of(plan)))
    assert [(one.broken.where["facility"], one.broken.column) for one in faults] == [
        ("F1", "country"), ("F2", "valid_until"),
    ]  # fmt: skip


def test_rows_that_cannot_be_read_are_left_to_the_table() -> None:
    plan = table(PLAN, planned(), planned(stream="S2", source=None), planned(stream=None))
    assert list(entries_of(plan)) == [("F1", "S1")]


def test_streams_that_a_year_leaves_out_are_named_once_with_their_years() -> None:
    plan = entries_of(
        table(
            PLAN,
            planned(),
            planned(stream="S2", valid_from=2022),
            planned(stream="S3", valid_until=2020),
            planned(facility="F2"),  # no report at all: without_report tells it
        )
    )
    rows = [reported(year=year) for year in (2021, 2022, 2023)]
    (fault,) = unreported(plan, rows)
    assert (fault.broken.where["stream"], fault.broken.message.en) == (
        "S2", "not reported for 2022, 2023",
    )  # fmt: skip
    zero = [*rows, *(reported(stream="S2", year=year, quantity=0.0) for year in (2022, 2023))]
    assert list(unreported(plan, zero)) == []


def test_facilities_of_the_plan_without_a_report_are_a_look_and_no_fault() -> None:
    plan = table(PLAN, planned(), planned(facility="F2"), planned(facility="F3"))
    rule = without_report(plan, table(ACTIVITY, reported(facility="F2")))
    assert (rule.severity, [one.value for one in rule.broken]) == ("look", ["F1", "F3"])


@pytest.mark.parametrize(
    ("entries", "known", "column"),
    [([planned(valid_until=2020)], True, "year"), ([], True, "stream"), ([], False, "facility")],
)
def test_what_is_reported_and_not_planned_is_named_where_it_departs_from_the_plan(
    entries: list[dict[str, object]], known: bool, column: str
) -> None:
    fault = unplanned(reported(), entries, known=known)
    assert (fault.rule, fault.broken.column) == ("stream-planned", column)


@pytest.mark.parametrize(
    ("approach", "others", "column"),
    [
        ("calculation", {}, None),
        ("calculation", {"category": None, "tier": None}, "category"),
        ("measurement", {"tier": None}, "tier"),
        ("purchased-energy", {"category": None, "tier": None}, None),
        ("transfer", {"category": None, "tier": None}, None),
    ],
)
def test_what_is_calculated_or_measured_has_a_category_and_a_tier(
    approach: str, others: dict[str, object], column: str | None
) -> None:
    fault = incomplete(Line(reported(), planned(approach=approach, **others)))
    assert (fault.broken.column if fault else None) == column
