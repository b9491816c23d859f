"""Facilities: the register, plans and yearly reports, through the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import ProtectedError
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings
from tests.hub import sample_world as world
from tests.hub.people import organisation, person
from tests.hub.sample_world import facility_of_a, login

from kyoso.core.errors import InputRefusedError
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence import services as evidence
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import reporting, sample, selectors, services
from kyoso.hub.evidence.facilities.enums import PlanState, State
from kyoso.hub.evidence.facilities.models import Entry, Facility, Submission
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.record.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(settings: Settings, tmp_path: Path) -> None:
    """The sample logins, and a place for files."""
    settings.KYOSO_HOME = tmp_path
    accounts.load_sample_users(password="sample-only-2025")


@pytest.fixture
def facility() -> Facility:
    return facility_of_a("F-1")


def upload(one: Submission, content: str) -> Submission:
    kept = store.keep(ContentFile(content.encode()))
    return reporting.upload(
        one, actor=login("operator-a"), expected=one.version, name="data.csv", stored=kept
    )


# --- the register -------------------------------------------------------------------------


def test_only_the_regulator_of_the_country_registers_a_facility() -> None:
    for role, country in ((Role.OPERATOR, "XAA"), (Role.SECTOR_MINISTRY, "XAB")):
        with pytest.raises(NotAllowedError):
            services.register(
                actor=person(role, country=country), code="F-9", name=world.same("x"), country="XAA"
            )
    assert not Facility.objects.exists()


def test_the_operator_before_ends_on_the_day_before_the_next_begins(facility: Facility) -> None:
    ministry, other = login("ministry-a"), organisation("Other company")
    services.set_operator(facility, actor=ministry, organisation=other, since=date(2024, 7, 1))
    held = [(one.since, one.until) for one in facility.holdings.order_by("since")]
    assert held == [(date(2021, 1, 1), date(2024, 6, 30)), (date(2024, 7, 1), None)]
    assert not selectors.operated_by(login("operator-a")).exists()
    with pytest.raises(ValidationError):
        services.set_operator(
            facility, actor=ministry, organisation=organisation(), since=date(2024, 7, 1)
        )


def test_what_is_made_twice_with_one_mark_is_there_once(facility: Facility) -> None:
    made = [
        services.add_unit(facility, actor=login("operator-a"), code="K1", name="Kiln", once="mark")
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert facility.units.filter(code="K1").count() == 1


# --- plans --------------------------------------------------------------------------------


def test_no_author_of_a_plan_approves_it_even_as_regulator(facility: Facility) -> None:
    plan = world.written_plan(facility)
    author = login("operator-a")
    plan = services.submit_plan(plan, actor=author, expected=plan.version)
    accounts.appoint(
        actor=None,
        user=author,
        organisation=organisation(),
        role=Role.SECTOR_MINISTRY,
        country="XAA",
    )
    with pytest.raises(NotAllowedError):
        services.approve_plan(plan, actor=login("operator-a"), expected=plan.version)
    plan = services.approve_plan(plan, actor=login("ministry-a"), expected=plan.version)
    assert plan.state == PlanState.APPROVED


def test_an_approved_plan_is_not_written_any_more_and_the_next_begins_with_its_streams(
    facility: Facility,
) -> None:
    plan, operator = world.approved_plan(facility), login("operator-a")
    with pytest.raises(WrongStateError):
        services.write_plan(
            plan, actor=operator, expected=plan.version, rule_set=plan.rule_set, from_year=2023,
            rows=[],
        )  # fmt: skip
    following = services.begin_plan(
        facility, actor=operator, rule_set=plan.rule_set, from_year=2026
    )
    assert (following.number, following.streams.count()) == (2, 3)
    again = services.begin_plan(facility, actor=operator, rule_set=plan.rule_set, from_year=2027)
    assert again == following


def test_two_who_write_one_plan_do_not_overwrite_each_other(facility: Facility) -> None:
    plan, operator = world.written_plan(facility), login("operator-a")
    rows = [replace(sample.ROWS[0], meter="GM-2"), *sample.ROWS[1:]]
    given = {"actor": operator, "rule_set": plan.rule_set, "from_year": 2022}
    services.write_plan(plan, expected=plan.version, rows=rows, **given)
    with pytest.raises(ConflictError):
        services.write_plan(plan, expected=plan.version, rows=sample.ROWS[:1], **given)
    assert plan.streams.get(code="S1").meter == "GM-2"
    events = Event.objects.count()
    services.write_plan(plan, expected=plan.version, rows=rows, **given)
    assert Event.objects.count() == events


def test_a_plan_with_an_unknown_category_is_not_taken(facility: Facility) -> None:
    plan, operator = world.written_plan(facility), login("operator-a")
    rows = [replace(sample.ROWS[0], category="9Z9"), *sample.ROWS[1:]]
    plan = services.write_plan(
        plan, actor=operator, expected=plan.version, rule_set=plan.rule_set, from_year=2022,
        rows=rows,
    )  # fmt: skip
    with pytest.raises(InputRefusedError) as refused:
        services.submit_plan(plan, actor=operator, expected=plan.version)
    assert [(one.column, one.value) for one in refused.value.problems] == [("category", "9Z9")]


# --- reports ------------------------------------------------------------------------------


def test_a_report_needs_a_plan_that_is_approved_for_its_year(facility: Facility) -> None:
    world.approved_plan(facility)
    with pytest.raises(WrongStateError):
        reporting.begin(facility, actor=login("operator-a"), year=2021)
    first = reporting.begin(facility, actor=login("operator-a"), year=2022)
    assert reporting.begin(facility, actor=login("operator-a"), year=2022) == first


def test_all_faults_of_a_file_are_named_at_once_and_nothing_of_it_is_taken_over(
    facility: Facility,
) -> None:
    world.approved_plan(facility)
    one = reporting.begin(facility, actor=login("operator-a"), year=2024)
    with pytest.raises(InputRefusedError) as refused:
        upload(
            one,
            "facility,year,stream,quantity,unit,heat_basis\n"
            "F-1,2024,S1,-5,TJ,NCV\nF-1,2023,S2,1,kt,\nF-1,2024,S9,1,kg,\n",
        )
    found = {(problem.row, problem.column) for problem in refused.value.problems}
    assert {(2, "quantity"), (3, "year"), (4, "stream")} <= found
    assert not Entry.objects.exists()


def test_units_of_one_kind_may_be_mixed_and_come_to_the_same(facility: Facility) -> None:
    world.approved_plan(facility)
    one = world.submitted(facility, 2023)
    other = world.handed_in(
        reporting.begin(facility, actor=login("operator-a"), year=2024),
        ("96000,GJ,NCV", "1400,t,", "42000,g,"),
    )
    assert float(one.totals["total"]) == pytest.approx(float(other.totals["total"]))
    # 96 TJ × 56,100 kg CO2/TJ (IPCC 2006, Volume 2, Table 2.3: natural gas in manufacturing
    # industries), with 1 kg CH4 and 0.1 kg N2O per TJ, and the AR5 potentials 28 and 265;
    # of wood 30 kg CH4 and 4 kg N2O per TJ at 15.6 TJ/kt. HFC-134a: 1,300.
    gas = 96 * (56_100 + 28 * 1 + 265 * 0.1) / 1000
    wood = 1.4 * 15.6 * (28 * 30 + 265 * 4) / 1000
    assert float(one.totals["total"]) == pytest.approx(gas + wood + 42 * 1300 / 1000)


def test_what_was_handed_in_does_not_change_and_its_run_cannot_be_deleted(
    facility: Facility,
) -> None:
    world.approved_plan(facility)
    one = world.submitted(facility, 2024)
    assert (one.state, len(one.digest)) == (State.SUBMITTED, 64)
    with pytest.raises(WrongStateError):
        world.sent(one, ("1,TJ,NCV", "1,kt,", "1,kg,"))
    assert one.run is not None
    with pytest.raises(WrongStateError):
        evidence.delete(one.run)
    with pytest.raises(ProtectedError):
        one.run.delete()
    assert reporting.submit(one, actor=login("operator-a"), expected=one.version) == one
    assert not DBTaskResult.objects.exists(), "no worker takes what is calculated at once"


def test_a_report_is_published_by_the_regulator_and_only_then_seen_by_all(
    facility: Facility,
) -> None:
    world.approved_plan(facility)
    one = world.submitted(facility, 2024)
    public = None
    assert not selectors.visible_to(public).exists()
    assert not runs.visible_to(person()).filter(pk=one.run_id).exists()
    assert runs.visible_to(login("ministry-a")).filter(pk=one.run_id).exists()
    for stranger in (login("operator-a"), person(Role.SECTOR_MINISTRY, country="XAB")):
        with pytest.raises(NotAllowedError):
            reporting.publish(one, actor=stranger, expected=one.version)
    reporting.publish(one, actor=login("ministry-a"), expected=one.version)
    assert list(selectors.visible_to(public)) == [facility]
    assert runs.visible_to(person()).filter(pk=one.run_id).exists()
    assert not selectors.entries_visible_to(public).exists()
    assert not selectors.plans_visible_to(public).exists()


def test_a_correction_is_the_next_version_and_tells_what_changed(facility: Facility) -> None:
    world.approved_plan(facility)
    ministry, operator = login("ministry-a"), login("operator-a")
    first = world.submitted(facility, 2024)
    first = reporting.publish(first, actor=ministry, expected=first.version)
    with pytest.raises(ValidationError):
        reporting.correct(first, actor=operator, why=" ")
    second = reporting.correct(first, actor=operator, why="a meter ran fast")
    assert reporting.correct(first, actor=operator, why="again") == second
    second = world.handed_in(second, ("90,TJ,NCV", "1.4,kt,", "42,kg,"))
    before, after = map(float, second.changes["total"])
    # 6 TJ of natural gas less: see the factors above.
    assert before - after == pytest.approx(6 * (56_100 + 28 + 26.5) / 1000)
    assert list(second.changes["categories"]) == ["1A2d"]
    reporting.publish(second, actor=ministry, expected=second.version)
    assert [one.state for one in first.report.submissions.order_by("number")] == [
        State.REPLACED,
        State.PUBLISHED,
    ]


def test_a_size_for_which_the_rule_set_demands_a_verifier_is_not_published(
    facility: Facility,
) -> None:
    world.approved_plan(facility)
    one = world.handed_in(
        reporting.begin(facility, actor=login("operator-a"), year=2024),
        ("500,TJ,NCV", "1.4,kt,", "42,kg,"),
    )
    assert float(one.totals["total"]) > 25_000
    with pytest.raises(WrongStateError):
        reporting.publish(one, actor=login("ministry-a"), expected=one.version)


def test_of_a_report_with_a_confidential_stream_the_run_is_not_public(facility: Facility) -> None:
    plan, operator = world.written_plan(facility), login("operator-a")
    rows = [replace(sample.ROWS[0], confidential=True), *sample.ROWS[1:]]
    plan = services.write_plan(
        plan, actor=operator, expected=plan.version, rule_set=plan.rule_set, from_year=2022,
        rows=rows,
    )  # fmt: skip
    plan = services.submit_plan(plan, actor=operator, expected=plan.version)
    services.approve_plan(plan, actor=login("ministry-a"), expected=plan.version)
    one = world.submitted(facility, 2024)
    reporting.publish(one, actor=login("ministry-a"), expected=one.version)
    assert selectors.submissions_visible_to(None).filter(pk=one.pk).exists()
    assert not runs.visible_to(person()).filter(pk=one.run_id).exists()
    assert runs.visible_to(login("focal-a")).filter(pk=one.run_id).exists()


def test_the_sample_is_made_once() -> None:
    assert [sample.load_sample_facilities() for _ in range(2)] == [1, 1]
    states = Submission.objects.order_by("report__year").values_list("report__year", "state")
    assert list(states) == [(2024, State.PUBLISHED), (2025, State.DRAFT)]
