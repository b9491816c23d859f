"""Reports from draft to publication: states, authors, versions, corrections, routing."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from tests.hub.people import organisation, person
from tests.hub.progress_sample import Scene, a_round, activity, number, partnerships, scene

from kyoso.core.text import same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.programme.models import Activity, Indicator, Participation
from kyoso.hub.progress import owing, rounds, selectors, services, writing
from kyoso.hub.progress.clock import clock
from kyoso.hub.progress.enums import Clock, Flow, Part, State, ValueKind, WrittenIn
from kyoso.hub.progress.models import Delivery, Report, Requirement, Value
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.record.models import Event
from kyoso.hub.record.selectors import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


# --- the way of a report --------------------------------------------------------------------


def test_a_report_goes_from_draft_to_publication_and_back_where_something_is_wrong() -> None:
    s = scene()
    report = s.submitted()
    report = services.send_back(
        report, actor=s.lead, expected=report.version, reasons={"values": "no evidence"}
    )
    assert (report.state, report.reasons) == (State.RETURNED, {"values": "no evidence"})
    report = services.submit(report, actor=s.focal, expected=report.version)
    report = services.accept(report, actor=s.lead, expected=report.version)
    report = services.publish(report, actor=s.secretariat, expected=report.version)
    assert report.state == State.PUBLISHED
    assert [event.act.partition(".")[2] for event in history(report)] == [
        "published", "accepted", "submitted", "returned", "submitted", "values_written",
        "texts_written", "begun",
    ]  # fmt: skip


def test_repeating_an_act_has_no_second_effect() -> None:
    s = scene()
    draft = s.draft()
    first = services.submit(draft, actor=s.focal, expected=draft.version)
    assert services.submit(draft, actor=s.focal, expected=draft.version) == first
    accepted = services.accept(first, actor=s.lead, expected=first.version)
    events, sent = Event.objects.count(), Delivery.objects.count()
    again = services.accept(first, actor=s.lead, expected=first.version)
    assert (again.version, again.accepted_at) == (accepted.version, accepted.accepted_at)
    published = services.publish(again, actor=s.secretariat, expected=again.version)
    services.publish(again, actor=s.secretariat, expected=again.version)
    assert Event.objects.count() == events + 1
    assert Delivery.objects.count() == sent
    assert published.version == accepted.version + 1


def test_a_mark_makes_a_late_repeat_harmless() -> None:
    s = scene()
    draft = s.draft()
    sent = services.submit(draft, actor=s.focal, expected=draft.version, once="mark")
    back = services.send_back(sent, actor=s.lead, expected=sent.version, reasons={"": "why"})
    again = services.submit(draft, actor=s.focal, expected=draft.version, once="mark")
    assert (again.state, again.version) == (State.RETURNED, back.version)


def test_what_is_written_again_unchanged_leaves_no_trace() -> None:
    s = scene()
    report = s.draft("3")
    events = Event.objects.count()
    for colleague in (s.focal, s.colleague):
        again = writing.write_values(
            report, actor=colleague, expected=1, answers=[number("3.0000")]
        )
    assert (again.version, again.authors) == (report.version, [s.focal.pk])
    assert Event.objects.count() == events


def test_no_author_judges_a_report_whatever_else_they_are() -> None:
    s = scene()
    own = s.focal.memberships.get().organisation
    for role, scope in ((Role.SECRETARIAT, ""), (Role.ACTIVITY_LEAD, s.requirement.scope)):
        accounts.appoint(actor=None, user=s.focal, organisation=own, role=role, scope=scope)
    report = s.submitted()
    for act in (services.accept, services.publish):
        with pytest.raises(NotAllowedError):
            act(report, actor=s.focal, expected=report.version)
    with pytest.raises(NotAllowedError):
        services.send_back(report, actor=s.focal, expected=report.version, reasons={"": "x"})
    with pytest.raises(NotAllowedError):
        services.accept_all([(report, report.version)], actor=s.focal)
    assert services.accept(report, actor=s.lead, expected=report.version).is_approved


def test_who_only_submitted_is_an_author_too() -> None:
    s = scene()
    draft = s.draft()
    sent = services.submit(draft, actor=s.colleague, expected=draft.version)
    assert sent.authors == sorted([s.focal.pk, s.colleague.pk])


def test_an_older_version_is_refused_and_both_sides_are_named() -> None:
    s = scene()
    report = s.draft("3")
    writing.write_values(report, actor=s.colleague, expected=report.version, answers=[number("4")])
    with pytest.raises(ConflictError) as refused:
        writing.write_values(report, actor=s.focal, expected=report.version, answers=[number("5")])
    assert refused.value.yours["values"][0]["number"] == "5"
    assert refused.value.theirs is not None
    assert refused.value.theirs["values"][0]["number"] == "4"
    assert [value.number for value in s.report.values.all()] == [Decimal(4)]


def test_a_report_that_is_handed_in_cannot_be_written_in() -> None:
    s = scene()
    report = s.submitted()
    with pytest.raises(WrongStateError, match="submitted"):
        writing.write_values(report, actor=s.focal, expected=report.version, answers=[])


def test_a_report_is_begun_once_and_not_before_its_round_opens() -> None:
    s = scene()
    first = services.begin(s.requirement, actor=s.focal)
    assert services.begin(s.requirement, actor=s.colleague) == first
    today = timezone.localdate()
    closed = a_round(opens=today + timedelta(days=1), due=today + timedelta(days=2))
    owed = rounds.require(actor=None, round=closed, activity=activity(), member="XAA")
    with pytest.raises(WrongStateError):
        services.begin(owed, actor=s.focal)


def test_a_return_needs_a_reason() -> None:
    s = scene()
    report = s.submitted()
    with pytest.raises(ValidationError):
        services.send_back(report, actor=s.lead, expected=report.version, reasons={"needs": " "})
    assert s.report.state == State.SUBMITTED


def test_two_judges_do_not_overwrite_each_other() -> None:
    s = scene()
    report = s.submitted()
    services.send_back(report, actor=s.lead, expected=report.version, reasons={"": "one"})
    with pytest.raises(WrongStateError):
        services.send_back(report, actor=s.second, expected=report.version, reasons={"": "two"})
    with pytest.raises(WrongStateError):
        services.accept(report, actor=s.second, expected=report.version)
    assert s.report.reasons == {"": "one"}


def test_of_several_all_are_accepted_or_none() -> None:
    s, other = scene("XAA"), scene("XAB", "XAA")
    sent, draft = s.submitted(), other.draft()
    with pytest.raises(WrongStateError):
        services.accept_all([(sent, sent.version), (draft, draft.version)], actor=s.secretariat)
    assert (s.report.state, Delivery.objects.count()) == (State.SUBMITTED, 0)
    draft = services.submit(draft, actor=other.focal, expected=draft.version)
    services.accept_all([(sent, sent.version), (draft, draft.version)], actor=s.secretariat)
    assert {s.report.state, other.report.state} == {State.ACCEPTED}


# --- what is in it --------------------------------------------------------------------------


def test_a_translation_whose_text_changed_is_stale_until_somebody_says_it_holds() -> None:
    s = scene()
    report = services.begin(s.requirement, actor=s.focal)

    def write(words: str, translation: str, *still: Part) -> Report:
        return writing.write_texts(
            report,
            actor=s.focal,
            expected=s.report.version,
            written_in=WrittenIn.EN,
            texts={Part.NEEDS: words},
            translation_language="ja",
            translations={Part.NEEDS: translation},
            still_hold=still,
        )

    assert not write("Funds", "資金").is_stale(Part.NEEDS)
    assert write("Funds and staff", "資金").is_stale(Part.NEEDS)
    assert not write("Funds and staff", "資金", Part.NEEDS).is_stale(Part.NEEDS)
    assert write("Funds", "資金").is_stale(Part.NEEDS)
    assert not write("Funds", "資金のみ").is_stale(Part.NEEDS)


def test_a_value_in_a_unit_of_another_kind_is_refused() -> None:
    s = scene()
    report = services.begin(s.requirement, actor=s.focal)
    with pytest.raises(ValidationError):
        writing.write_values(
            report, actor=s.focal, expected=report.version, answers=[number("3", unit="TJ")]
        )
    assert Value.objects.count() == 0


def test_both_parts_of_a_percentage_are_kept() -> None:
    s = scene()
    report = services.begin(s.requirement, actor=s.focal)
    answer = number(
        "1", kind=ValueKind.SHARE, number=None, numerator=Decimal(1), denominator=Decimal(3)
    )
    writing.write_values(report, actor=s.focal, expected=report.version, answers=[answer])
    [value] = s.report.values.all()
    assert (value.numerator, value.denominator) == (Decimal(1), Decimal(3))


def test_the_money_of_a_report_is_exact() -> None:
    s = scene()
    report = services.begin(s.requirement, actor=s.focal)
    amounts = [Decimal("123456789012345.67"), Decimal("0.10")]
    sums = [
        writing.Sum(flow=Flow.DISBURSED, source="Fund", amount=amount, currency="VND")
        for amount in amounts
    ]
    writing.write_finance(report, actor=s.focal, expected=report.version, sums=sums)
    assert [one.amount for one in s.report.finance.all()] == amounts


def test_complete_submitted_approved_and_published_are_four_things() -> None:
    s = scene()
    asked = selectors.asked_of(s.requirement)
    empty = services.begin(s.requirement, actor=s.focal)
    sent = services.submit(empty, actor=s.focal, expected=empty.version)
    assert not selectors.completeness(sent, asked).is_complete
    assert (sent.is_submitted, sent.is_approved, sent.is_published) == (True, False, False)
    taken = services.accept(sent, actor=s.lead, expected=sent.version)
    assert (taken.is_submitted, taken.is_approved, taken.is_published) == (True, True, False)
    whole = scene("XAB", "XAA").draft()
    assert selectors.completeness(whole, asked).is_complete
    assert (whole.is_submitted, whole.is_approved, whole.is_published) == (False, False, False)


def test_why_there_is_no_value_is_an_answer_and_not_a_zero() -> None:
    s = scene()
    report = s.draft()
    answer = number("0", kind=ValueKind.NOT_AVAILABLE, number=None, unit="", statement="no survey")
    report = writing.write_values(report, actor=s.focal, expected=report.version, answers=[answer])
    assert selectors.completeness(report, selectors.asked_of(s.requirement)).is_complete
    [value] = report.values.all()
    assert value.number is None


# --- corrections ----------------------------------------------------------------------------


def test_an_accepted_report_is_corrected_by_a_revision_that_says_why() -> None:
    s = scene()
    first = s.published("3")
    second = services.revise(first, actor=s.colleague, why="one city was counted twice")
    assert services.revise(first, actor=s.colleague, why="again") == second
    assert (second.revision, second.state, second.correction) == (
        2, State.DRAFT, "one city was counted twice",
    )  # fmt: skip
    assert second.authors == sorted([s.focal.pk, s.colleague.pk])
    assert [value.number for value in second.values.all()] == [Decimal(3)]
    first.refresh_from_db()
    assert first.state == State.PUBLISHED


def test_a_revision_counts_from_its_acceptance_on() -> None:
    s = scene()
    first = s.published("3")
    second = services.revise(first, actor=s.focal, why="wrong")
    states = (State.ACCEPTED, State.PUBLISHED)
    owed = Requirement.objects.filter(pk=s.requirement.pk)
    assert list(selectors.latest_approved(owed, states)) == [first]
    second = services.submit(second, actor=s.focal, expected=second.version)
    second = services.accept(second, actor=s.lead, expected=second.version)
    assert list(selectors.latest_approved(owed, states)) == [second]
    assert list(selectors.latest_approved(owed, (State.PUBLISHED,))) == [first]


def test_a_report_on_its_way_is_not_revised() -> None:
    s = scene()
    report = s.submitted()
    with pytest.raises(WrongStateError):
        services.revise(report, actor=s.focal, why="wrong")


# --- routing --------------------------------------------------------------------------------


def test_an_accepted_report_goes_once_to_each_body_of_its_activity() -> None:
    s = scene()
    bodies = set(activity().bodies.values_list("body", flat=True))
    assert bodies
    report = s.accepted()
    services.accept(report, actor=s.lead, expected=report.version)
    assert sorted(Delivery.objects.values_list("body", flat=True)) == sorted(bodies)


def test_a_report_answers_no_indicator_of_another_activity() -> None:
    s = scene()
    report = s.draft()
    other = Indicator.objects.exclude(activity=None).exclude(activity=activity())[0]
    answer = number("3", indicator=other, unit=other.unit.en)
    with pytest.raises(ValidationError, match="not an indicator of what this report is about"):
        writing.write_values(report, actor=s.focal, expected=report.version, answers=[answer])
    assert [value.indicator for value in report.values.all()] == [partnerships()]


def test_an_indicator_that_was_moved_away_is_answered_on_where_it_was_answered() -> None:
    s = scene()
    report = s.draft("3")
    elsewhere = Activity.objects.filter(programme__key="space").exclude(pk=activity().pk)[0]
    Indicator.objects.filter(pk=partnerships().pk).update(activity=elsewhere)
    writing.write_values(report, actor=s.focal, expected=report.version, answers=[number("4")])
    assert [value.number for value in report.values.all()] == [Decimal(4)]
    empty = services.begin(
        rounds.require(actor=None, round=s.round, activity=activity(), member="XAB"), actor=None
    )
    with pytest.raises(ValidationError, match="partnerships"):
        writing.write_values(empty, actor=None, expected=empty.version, answers=[number("4")])


# --- the clock ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 2, 28), Clock.NOT_YET_DUE),
        (date(2026, 3, 1), Clock.DUE),
        (date(2026, 3, 31), Clock.DUE),
        (date(2026, 4, 1), Clock.OVERDUE),
        (date(2026, 4, 14), Clock.OVERDUE),
        (date(2026, 4, 15), Clock.ESCALATED),
    ],
)
def test_the_clock_runs_from_opening_to_escalation(day: date, state: Clock) -> None:
    # Opens 1 March, due 31 March, escalated 14 days later: 14 April is the last day before.
    at = {"opens": date(2026, 3, 1), "due": date(2026, 3, 31), "escalates_after": 14}
    assert clock(day=day, **at, handed_in=False, waived=False) == state
    assert clock(day=day, **at, handed_in=True, waived=False) == Clock.REPORTED
    assert clock(day=day, **at, handed_in=False, waived=True) == Clock.WAIVED


def in_matrix(s: Scene, day: date) -> list[owing.Owed]:
    """What the focal point is shown to owe; the counts tell the same."""
    matrix = owing.matrix(s.round, s.focal, day, selectors.activity_texts(s.round))
    assert matrix.counts == Counter(owed.clock for owed in matrix.cells)
    return matrix.cells


def test_a_returned_report_runs_against_the_clock_again() -> None:
    s = scene()
    report = s.submitted()
    after = s.round.due + timedelta(days=1)

    def at(day: date) -> Clock | None:
        [owed] = in_matrix(s, day)
        return owed.clock

    assert at(after) == Clock.REPORTED
    services.send_back(report, actor=s.lead, expected=report.version, reasons={"": "why"})
    assert at(after) == Clock.OVERDUE
    assert at(after + timedelta(days=14)) == Clock.ESCALATED


def test_a_day_that_was_put_off_counts_and_a_waived_report_is_not_late() -> None:
    s = scene()
    later = s.round.due + timedelta(days=20)
    put = rounds.put_off(s.requirement, actor=s.secretariat, expected=1, due=later, why="flood")
    [owed] = in_matrix(s, later)
    assert owed.clock == Clock.DUE
    rounds.waive(put, actor=s.secretariat, expected=put.version, why="flood")
    [owed] = in_matrix(s, later + timedelta(days=99))
    assert (owed.clock, owed.late) == (Clock.WAIVED, 0)


def test_every_member_that_takes_part_owes_a_report_once(loaded: None) -> None:
    one = a_round(sample=True)
    wanted = set(
        Participation.objects.filter(
            activity=activity(), level__in=("lead", "participate"), sample=True
        ).values_list("member", flat=True)
    )
    for _ in range(2):
        found = rounds.require_of_participants(actor=None, round=one, activities=[activity()])
    assert {owed.member for owed in found} == wanted
    assert one.requirements.count() == len(wanted) > 1


def test_only_the_secretariat_manages_rounds() -> None:
    s = scene()
    with pytest.raises(NotAllowedError):
        rounds.change_round(s.round, actor=s.lead, expected=1, escalates_after=3)
    with pytest.raises(NotAllowedError):
        rounds.waive(s.requirement, actor=s.focal, expected=1, why="no time")
    with pytest.raises(NotAllowedError):
        rounds.require(actor=s.focal, round=s.round, activity=activity(), member="XAC")
    changed = rounds.change_round(s.round, actor=s.secretariat, expected=1, title=same("New"))
    assert changed.title == same("New")


def test_where_an_organisation_owes_the_report_its_people_write_it() -> None:
    s = scene()
    agency = organisation("Agency")
    owed = rounds.require(
        actor=None, round=s.round, activity=activity(), member="XAA", organisation=agency
    )
    worker = person(Role.IMPLEMENTING_AGENCY, of=agency)
    assert services.begin(owed, actor=worker).authors == [worker.pk]
    with pytest.raises(NotAllowedError):
        services.begin(owed, actor=s.focal)
    assert partnerships().pk in {a.indicator.pk for a in selectors.asked_of(owed)}


# --- at the same moment ---------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_judges_at_the_same_moment_one_decides() -> None:
    s = scene()
    report = s.submitted()
    events = Event.objects.count()
    acts: list[Callable[[], object]] = [
        lambda: services.accept(report, actor=s.lead, expected=report.version),
        lambda: services.send_back(
            report, actor=s.second, expected=report.version, reasons={"": "no"}
        ),
    ]
    ready, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
            outcomes.append("done")
        except (WrongStateError, ConflictError):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    sent = Delivery.objects.count()
    assert (s.report.state == State.ACCEPTED) == (sent > 0)
    assert Event.objects.count() == events + 1 + sent
