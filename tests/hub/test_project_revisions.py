"""Changes of a registered project: proposed by its people, public when another accepts them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.hub.people import organisation, person
from tests.hub.test_projects import activities, amount, registered
from tests.hub.test_projects_pages import browser, filled, page, queries

from kyoso.core.text import same
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.projects import revising, selectors, services
from kyoso.hub.projects.models import (
    Edit,
    Finance,
    Milestone,
    Partner,
    Project,
    Result,
    ResultIndicator,
    Revision,
    Site,
    Target,
)
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.KYOSO_HOME = tmp_path
    return tmp_path


@dataclass(frozen=True, slots=True)
class Scene:
    """A registered project, two of the agency that leads it, two who decide about it."""

    project: Project
    agency: User
    colleague: User
    focal: User
    secretary: User
    lead: Organisation

    def now(self) -> Project:
        return selectors.with_parts(Project.objects.all()).get(pk=self.project.pk)

    def paid(self, number: int = 40, **given: Any) -> Finance:
        """A disbursement that is not written yet."""
        values: dict[str, Any] = {
            "kind": "disbursement", "instrument": "grant", "sector": "public", "currency": "USD",
            "date": date(2026, 9, 1), "amount": Decimal(number),
        }  # fmt: skip
        return Finance(project=self.project, **(values | given))


def scene(**given: Any) -> Scene:
    lead = organisation("Agency", sample=True)
    agency, colleague = (person(Role.IMPLEMENTING_AGENCY, of=lead) for _ in range(2))
    return Scene(
        registered(lead=lead, **given),
        agency,
        colleague,
        person(Role.FOCAL_POINT, country="XAA"),
        person(Role.SECRETARIAT),
        lead,
    )


def seen(revision: Revision | None) -> int:
    assert revision is not None
    return selectors.seen_of(Revision.objects.get(pk=revision.pk))


def accept(revision: Revision | None, actor: User) -> Revision:
    assert revision is not None
    return revising.accept(revision, actor=actor, expected=seen(revision))


# --- what is written waits ----------------------------------------------------------------


def test_what_an_agency_reports_as_paid_is_public_when_another_person_accepts_it() -> None:
    there = scene()
    waiting = revising.add_part(there.paid(), actor=there.agency, why="bank statement")
    assert not there.project.finance.exists()
    assert [one.state for one in there.project.revisions.all()] == ["waiting"]
    for author in (there.agency, there.colleague):
        with pytest.raises(NotAllowedError):
            accept(waiting, author)
    accepted = accept(waiting, there.focal)
    assert (accepted.state, accepted.decided_by) == ("accepted", there.focal)
    assert [(one.kind, one.amount) for one in there.project.finance.all()] == [("disbursement", 40)]
    told = Event.objects.get(act="projects.finance_added")
    assert (told.actor, told.data["written_by"]) == (there.focal, [there.agency.display_name])
    assert told.data["why"] == "bank statement"


def test_several_edits_gather_in_one_revision_and_are_applied_as_a_whole() -> None:
    there = scene()
    kept, gone = amount(there.project, 10), amount(there.project, 20)
    first = revising.revise(
        there.project, actor=there.agency, expected=there.project.version, title=same("New name"),
        countries=["XAA", "XAB"], themes=["gender"],
    )  # fmt: skip
    second = revising.change_part(kept, actor=there.colleague, expected=1, amount=Decimal(11))
    third = revising.remove_part(gone, actor=there.agency, expected=1)
    assert first == second == third
    assert there.now().title.en == "Inventory training"
    accept(first, there.focal)
    now = there.now()
    assert now.title.en == "New name"
    assert [one.country for one in now.countries.all()] == ["XAA", "XAB"]
    assert [one.theme for one in now.themes.all()] == ["gender"]
    assert [(one.pk, one.amount) for one in now.finance.all()] == [(kept.pk, 11)]
    by = Event.objects.get(act="projects.revised").data["written_by"]
    assert sorted(by) == sorted([there.agency.display_name, there.colleague.display_name])


def test_parts_that_rest_on_parts_which_are_only_proposed_come_together() -> None:
    there = scene()
    outcome = Result(project=there.project, level="outcome", title=same("Better reports"))
    revising.add_part(outcome, actor=there.agency)

    def proposed(sort: str) -> Any:
        from kyoso.hub.projects.wholes import as_it_is, as_revised

        now = there.now()
        revision = selectors.undecided(there.agency, now)
        return as_revised(as_it_is(now), revision).rows[sort][-1]

    output = Result(
        project=there.project, level="output", parent=proposed("result"), title=same("Staff")
    )
    revising.add_part(output, actor=there.agency)
    people = ResultIndicator(
        result=proposed("result"), title=same("Trained"), kind="quantitative", unit="people"
    )
    revising.add_part(people, actor=there.agency)
    target = Target(indicator=proposed("resultindicator"), period="2027", value=Decimal(50))
    revision = revising.add_part(target, actor=there.agency)
    wrong = Target(indicator=proposed("resultindicator"), period="2028", statement=same("good"))
    with pytest.raises(ValidationError, match="give the value"):
        revising.add_part(wrong, actor=there.agency)
    with pytest.raises(ValidationError, match="not there any more"):
        revising.remove_part(proposed("resultindicator"), actor=there.agency, expected=None)
    accept(revision, there.secretary)
    assert [(one.period, one.value) for one in Target.objects.all()] == [("2027", 50)]
    assert Target.objects.get().indicator.result.parent == Result.objects.get(level="outcome")


def test_what_acceptance_would_be_refused_for_is_refused_when_it_is_written() -> None:
    there = scene()
    for fields in ({"starts": date(2020, 1, 1)}, {"countries": []}, {"ends": date(2025, 1, 1)}):
        with pytest.raises(ValidationError):
            revising.revise(there.project, actor=there.agency, expected=None, **fields)
    with pytest.raises(ValidationError):
        revising.add_part(there.paid(currency="ZZZ"), actor=there.agency)
    assert not Revision.objects.exists()
    assert not Event.objects.filter(act__startswith="projects.revision").exists()


def test_a_repeated_form_proposes_once_and_one_that_changes_nothing_proposes_nothing() -> None:
    there = scene()
    first = revising.add_part(there.paid(), actor=there.agency, once="a")
    assert revising.add_part(there.paid(), actor=there.agency, once="a") == first
    assert Edit.objects.count() == 1
    change: dict[str, Any] = {"actor": there.agency, "ends": date(2029, 3, 31)}
    version = there.project.version
    revising.revise(there.project, expected=version, **change)
    events = Event.objects.count()
    revising.revise(there.project, expected=version, **change)
    other = scene()
    assert revising.revise(other.project, actor=other.agency, expected=2, ends=date(2028, 3, 31)) is None  # fmt: skip
    assert Event.objects.filter(act="projects.revision_written").count() == 2
    assert Event.objects.filter(number__gt=events, act="projects.revision_written").count() == 0


def test_who_writes_on_what_was_not_seen_meets_a_conflict_also_among_what_waits() -> None:
    there = scene()
    row = amount(there.project, 10)
    revising.change_part(row, actor=there.agency, expected=1, amount=Decimal(11))
    with pytest.raises(ConflictError) as refused:
        revising.change_part(row, actor=there.colleague, expected=1, amount=Decimal(12))
    assert (refused.value.current.amount, refused.value.current.version) == (11, 2)
    revision = revising.change_part(row, actor=there.colleague, expected=2, amount=Decimal(12))
    assert revision is not None
    revising.withdraw(revision, actor=there.agency, expected=None)
    again = revising.change_part(row, actor=there.agency, expected=1, amount=Decimal(13))
    with pytest.raises(ConflictError):  # a form on an edit of the first revision
        revising.change_part(row, actor=there.colleague, expected=2, amount=Decimal(14))
    assert again != revision


# --- deciding -----------------------------------------------------------------------------


def test_who_decides_and_writes_needs_another_person_too() -> None:
    there = scene()
    waiting = revising.add_part(there.paid(), actor=there.focal)
    with pytest.raises(NotAllowedError):
        accept(waiting, there.focal)
    revising.revise(there.project, actor=there.secretary, expected=None, title=same("x"))
    with pytest.raises(NotAllowedError):
        accept(waiting, there.secretary)
    assert accept(waiting, person(Role.FOCAL_POINT, country="XAA")).state == "accepted"


def test_only_those_decide_who_decide_about_the_project() -> None:
    there = scene()
    waiting = revising.add_part(there.paid(), actor=there.agency)
    for role, of in (
        (Role.SECTOR_MINISTRY, {"country": "XAA"}), (Role.FOCAL_POINT, {"country": "XAB"}),
        (Role.AUDITOR, {}), (Role.ACTIVITY_LEAD, {"scope": "space/1-1-1"}),
    ):  # fmt: skip
        with pytest.raises(NotAllowedError):
            accept(waiting, person(role, **of))


def test_a_revision_is_returned_mended_and_accepted_each_once() -> None:
    there = scene()
    waiting = revising.add_part(there.paid(), actor=there.agency)
    assert waiting is not None
    with pytest.raises(ValidationError, match="say why"):
        revising.send_back(waiting, actor=there.focal, expected=None, why=" ")
    back = revising.send_back(waiting, actor=there.focal, expected=seen(waiting), why="no receipt")
    assert (back.state, back.reason) == ("returned", "no receipt")
    events = Event.objects.count()
    revising.send_back(waiting, actor=there.focal, expected=None, why="no receipt")
    assert Event.objects.count() == events
    with pytest.raises(WrongStateError):
        accept(waiting, there.focal)
    mended = revising.revise(there.project, actor=there.agency, expected=None, title=same("y"))
    assert mended is not None
    assert (mended.pk, mended.state, mended.reason) == (waiting.pk, "waiting", "")
    accept(mended, there.focal)
    events = Event.objects.count()
    revising.accept(mended, actor=there.focal, expected=None)
    assert Event.objects.count() == events
    assert there.project.finance.count() == 1


def test_a_revision_is_withdrawn_by_its_authors_and_ends_when_nothing_is_left_of_it() -> None:
    there = scene()
    waiting = revising.add_part(there.paid(), actor=there.agency)
    assert waiting is not None
    with pytest.raises(NotAllowedError):
        revising.withdraw(waiting, actor=there.colleague, expected=None)
    gone = revising.withdraw(waiting, actor=there.agency, expected=seen(waiting), why="twice")
    assert gone.state == "withdrawn"
    with pytest.raises(WrongStateError):
        accept(gone, there.focal)
    other = revising.add_part(there.paid(), actor=there.agency)
    assert other is not None
    edit = other.edits.get()
    back = revising.take_back(edit, actor=there.colleague, expected=edit.version)
    assert back is not None
    assert back.state == "withdrawn"


def test_what_changed_since_it_was_read_is_not_accepted_unseen() -> None:
    there = scene()
    planned = services.add_part(
        Milestone(project=there.project, title=same("Start"), due=date(2026, 6, 1)), actor=None
    )
    waiting = revising.change_part(
        planned, actor=there.agency, expected=1, due=date(2026, 7, 1), title=same("Begin")
    )
    assert waiting is not None
    read = seen(waiting)
    services.change_part(planned, actor=None, expected=1, due=date(2026, 6, 2))
    with pytest.raises(ConflictError):
        revising.accept(waiting, actor=there.focal, expected=read)
    read = seen(waiting)
    revising.add_part(there.paid(), actor=there.agency)
    with pytest.raises(ConflictError):
        revising.accept(waiting, actor=there.focal, expected=read)
    assert there.project.milestones.get().due == date(2026, 6, 2)
    accept(waiting, there.focal)
    assert there.project.milestones.get().due == date(2026, 7, 1)


def test_a_day_that_another_person_accepts_is_confirmed() -> None:
    there = scene()
    planned = services.add_part(
        Milestone(project=there.project, title=same("Start"), due=date(2026, 6, 1)), actor=None
    )
    told = services.report_milestone(
        planned, actor=there.agency, expected=1, done=date(2026, 5, 30)
    )
    waiting = revising.change_part(
        told, actor=there.agency, expected=2, done=date(2026, 5, 29), title=same("Start")
    )
    accept(waiting, there.focal)
    now = there.project.milestones.get()
    assert (now.done, now.confirmed, now.reported_by) == (date(2026, 5, 29), True, there.agency)


def test_a_project_that_is_over_closes_what_waits_in_it() -> None:
    there = scene()
    waiting = revising.add_part(there.paid(), actor=there.agency)
    services.complete(there.project, actor=there.secretary, expected=None)
    assert waiting is not None
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
    with pytest.raises(WrongStateError):
        revising.add_part(there.paid(), actor=there.agency)


def test_an_accepted_place_is_compared_with_other_projects() -> None:
    there, other = scene(activities=activities("2-1-1")), scene(activities=activities("3-1-1"))
    waiting = revising.revise(
        there.project, actor=there.agency, expected=None,
        activities=activities("3-1-1"), title=other.project.title,
    )  # fmt: skip
    revising.add_part(
        Site(project=there.project, name=same("Kota"), country="XAA"), actor=there.agency
    )
    before = list(selectors.pairs_of(there.secretary, there.now()).values_list("score", flat=True))
    accept(waiting, there.focal)
    after = list(selectors.pairs_of(there.secretary, there.now()).values_list("score", flat=True))
    assert sum(after) > sum(before)


def test_an_organisation_for_which_one_does_not_act_is_not_proposed_as_the_lead() -> None:
    there = scene()
    with pytest.raises(NotAllowedError):
        revising.revise(
            there.project, actor=there.agency, expected=None, lead=organisation(country="XAB")
        )


# --- pages --------------------------------------------------------------------------------


def test_a_change_goes_through_the_pages_from_one_person_to_another() -> None:
    there = scene()
    agency, focal = browser(there.agency), browser(there.focal)
    base = f"/en/projects/{there.project.pk}"
    step = f"{base}/edit/finance/"
    form = {
        "sort": "finance", "kind": "disbursement", "part": "own", "instrument": "grant",
        "sector": "public", "currency": "USD", "amount": "1234.50", "date": "2026-09-01",
        "why": "paid in September",
    }  # fmt: skip
    assert "until another person accepts" in page(agency, step)
    assert agency.post(step, form | filled(page(agency, step))).status_code == 302
    assert "to be added" in page(agency, step)
    title = filled(page(agency, f"{base}/edit/basics/"))
    basics = {
        "title_en": "Renamed", "title_ja": "改名", "summary_en": "Courses", "summary_ja": "研修",
        "initiative": there.project.initiative_id, "lead": there.lead.pk, "starts": "2026-04-01",
        "ends": "2028-03-31", "countries": ["XAA"],
        "activities": [one.pk for one in activities("1-1-1")],
    }  # fmt: skip
    assert agency.post(f"{base}/edit/basics/", basics | title).status_code == 302
    assert 'value="Renamed"' in page(agency, f"{base}/edit/basics/")
    own = page(agency, f"{base}/")
    for shown in ("What waits to be accepted", "1,234.5", "Renamed", "paid in September"):
        assert shown in own, shown
    for stranger in (browser(), browser(person(Role.FOCAL_POINT, country="XAB"))):
        assert "1,234" not in page(stranger, f"{base}/")
        assert "Renamed" not in page(stranger, "/en/projects/")
    one = Revision.objects.get()
    address = f"/en/projects/revisions/{one.pk}/"
    assert "You wrote in it" in page(agency, address)
    assert "Waiting(" not in page(agency, address) + own
    decision = page(focal, address).partition("Your decision")[2]
    assert "Accept the change" in decision
    assert agency.post(address, filled(decision) | {"act": "accept"}).status_code == 403
    stale = focal.post(address, {"act": "accept", "version": 1})
    assert stale.status_code == 409
    assert "Something changed while you were reading" in stale.content.decode()
    assert focal.post(address, filled(decision) | {"act": "return", "why": ""}).status_code == 422
    assert focal.post(address, filled(decision) | {"act": "accept"}).status_code == 302
    assert "1,234.50" in page(browser(), f"{base}/")
    history = page(browser(), f"{base}/history/")
    assert f"written by {there.agency.display_name}" in history
    assert address not in history
    assert address in page(agency, f"{base}/history/")
    assert "accepted" in page(agency, address)
    assert "改名" in page(agency, address.replace("/en/", "/ja/"))


def test_a_part_that_waits_is_changed_and_taken_back_and_its_file_is_handed_out() -> None:
    there = scene()
    agency = browser(there.agency)
    step = f"/en/projects/{there.project.pk}/edit/documents/"
    sent = {
        "sort": "document", "title_en": "Plan", "title_ja": "計画",
        "file": SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan"),
    }  # fmt: skip
    assert agency.post(step, sent | filled(page(agency, step))).status_code == 302
    one, edit = Revision.objects.get(), Edit.objects.get()
    address = f"/en/projects/revisions/{one.pk}/edits/{edit.pk}/"
    form = filled(page(agency, address)) | {"title_en": "Plan 2", "title_ja": "計画2"}
    assert agency.post(address, form).status_code == 302
    shown = page(browser(there.focal), f"/en/projects/revisions/{one.pk}/")
    assert "Plan 2" in shown
    assert f"{address}file" in shown
    answer = browser(there.focal).get(f"{address}file")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 plan"  # type: ignore[attr-defined]
    stranger = browser(person(Role.FOCAL_POINT, country="XAB"))
    for path in (f"/en/projects/revisions/{one.pk}/", address, f"{address}file"):
        assert stranger.get(path).status_code == 404
    assert agency.post(address, {"take_back": "1", "version": 1}).status_code == 409
    assert agency.post(address, {"take_back": "1", "version": 2}).status_code == 302
    assert not selectors.undecided(there.agency, there.now())


def test_a_part_is_proposed_to_be_taken_out_with_a_reason() -> None:
    there = scene()
    row = amount(there.project, 777)
    agency = browser(there.agency)
    address = f"/en/projects/{there.project.pk}/parts/finance/{row.pk}/?remove"
    assert agency.post(address, filled(page(agency, address)) | {"why": "twice"}).status_code == 302
    assert "to be taken out" in page(agency, f"/en/projects/{there.project.pk}/edit/finance/")
    assert "twice" in page(browser(there.focal), f"/en/projects/{there.project.pk}/")
    assert there.project.finance.count() == 1
    accept(Revision.objects.get(), there.focal)
    assert there.project.finance.count() == 0


def test_the_pages_of_a_revision_issue_no_query_per_edit() -> None:
    there = scene()
    client = browser(there.focal)
    kept = [amount(there.project, at + 1) for at in range(6)]
    partner = Partner(project=there.project, organisation=organisation(sample=True), role="partner")
    revising.add_part(partner, actor=there.agency)
    revising.add_part(there.paid(source=organisation(sample=True)), actor=there.agency)
    revising.change_part(kept[0], actor=there.agency, expected=None, amount=Decimal(90))
    base = f"/en/projects/{there.project.pk}"
    addresses = [
        f"/en/projects/revisions/{Revision.objects.get().pk}/", f"{base}/",
        f"{base}/edit/finance/", f"{base}/edit/partners/",
    ]  # fmt: skip
    for address in addresses:
        page(client, address)
    few = {address: queries(client, address) for address in addresses}
    for row in kept[1:]:
        revising.change_part(row, actor=there.agency, expected=None, amount=Decimal(91))
    for at in range(4):
        other = organisation(sample=True)
        revising.add_part(there.paid(at + 1, source=other), actor=there.agency)
        revising.add_part(
            Partner(project=there.project, organisation=other, role="funder"), actor=there.agency
        )
    assert {address: queries(client, address) for address in addresses} == few


def test_who_may_not_see_what_waits_costs_no_query_for_it() -> None:
    there = scene()
    address = f"/en/projects/{there.project.pk}/"
    page(browser(), address)
    with CaptureQueriesContext(connection) as asked:
        page(browser(), address)
    assert not [one for one in asked if "projects_revision" in one["sql"]]
