"""My desk: what waits for whom, where it is done, what changed, and the number in the frame."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache.backends import filebased
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.hub.people import organisation, person
from tests.hub.progress_sample import SCOPE, a_round, activity, scene
from tests.hub.test_projects import begin as project

from kyoso.core.text import same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Invitation, User
from kyoso.hub.portal.desk import counting, selectors, services, showing
from kyoso.hub.portal.desk.models import Desk
from kyoso.hub.programme.models import Initiative
from kyoso.hub.progress import rounds
from kyoso.hub.progress import services as progress
from kyoso.hub.progress.models import Report, Requirement
from kyoso.hub.projects import services as projects
from kyoso.hub.projects.models import Milestone, Pair, Project, ProjectCountry
from kyoso.hub.record.services import log
from kyoso.hub.waiting import Item, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def again(user: User) -> User:
    """The person as the next request knows them: a standing is kept with the object."""
    return User.objects.get(pk=user.pk)


def acts(user: User, *, own: bool = True) -> list[str]:
    return [one.act.en for one in selectors.items(again(user)) if one.own is own]


def window(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


ANSWER = "Answer for your country"


# --- reports ------------------------------------------------------------------------------


def test_a_report_goes_over_the_desks_of_those_who_must_act() -> None:
    one = scene()
    both = [ANSWER, ANSWER]  # of the focal point, for two programmes
    assert sorted(acts(one.focal)) == sorted([*both, "Begin the report"])
    assert acts(one.lead) == []
    report = one.draft()
    assert sorted(acts(one.focal)) == sorted([*both, "Finish and submit the report"])
    report = progress.submit(report, actor=one.focal, expected=report.version)
    assert acts(one.focal) == both
    assert acts(one.lead) == ["Judge the report"]
    assert acts(one.secretariat) == ["Judge the report"]
    assert acts(one.stranger) == both
    report = progress.send_back(
        report,
        actor=one.lead,
        expected=report.version,
        reasons={"narrative": "Name the districts.", "values": "which cities", "": "More."},
    )
    (returned,) = [x for x in selectors.items(again(one.focal)) if x.act.en != ANSWER]
    assert returned.act.en == "Mend the report that was returned"
    assert returned.note is not None
    assert sorted(returned.note.en.removeprefix("Reason: ").split()) == sorted(
        ["Name", "the", "districts.", "which", "cities;", "More."]
    )
    assert ".;" not in returned.note.en
    assert acts(one.lead) == []
    report = progress.submit(report, actor=one.focal, expected=report.version)
    report = progress.accept(report, actor=one.lead, expected=report.version)
    assert acts(one.lead) == []
    assert acts(one.secretariat) == ["Publish the accepted report"]
    progress.publish(report, actor=one.secretariat, expected=report.version)
    assert acts(one.secretariat) == []


def test_who_wrote_a_report_is_not_asked_to_judge_it() -> None:
    one = scene()
    accounts.appoint(actor=None, user=one.focal, organisation=organisation(), role=Role.SECRETARIAT)
    one.submitted()
    assert "Judge the report" not in acts(one.focal)
    assert acts(one.second) == ["Judge the report"]


@pytest.mark.parametrize(
    ("late", "own", "of_secretariat"),
    [
        (0, (0, False), []),
        (1, (1, False), [(1, False, False)]),
        (15, (15, True), [(15, True, True)]),
    ],
)
def test_the_clock_puts_what_is_late_before_the_secretariat_when_it_is_escalated(
    late: int, own: tuple[int, bool], of_secretariat: list[Any]
) -> None:
    one = scene(due=timezone.localdate() - timedelta(days=late), escalates_after=14)
    (mine,) = [x for x in selectors.items(one.focal) if x.due]
    assert (mine.late, mine.escalated) == own
    seen = [(x.late, x.escalated, x.own) for x in selectors.items(one.secretariat)]
    assert seen == of_secretariat


def test_what_is_escalated_stands_first_then_the_longest_late() -> None:
    today = timezone.localdate()
    focal = person(Role.FOCAL_POINT, country="XAA")
    for days, patience in ((3, 14), (20, 30), (5, 1), (0, 14)):
        one = a_round(due=today - timedelta(days=days), escalates_after=patience)
        rounds.require(actor=None, round=one, activity=activity(), member="XAA")
    found = [(x.escalated, x.late) for x in selectors.items(focal) if x.due]
    assert found == [(True, 5), (False, 20), (False, 3), (False, 0)]


# --- invitations, projects ----------------------------------------------------------------


def test_an_invitation_waits_for_the_invited_and_when_it_ran_out_for_who_sent_it() -> None:
    sender, other = person(Role.SECRETARIAT), person(Role.SECRETARIAT)
    made, _ = accounts.invite(
        actor=sender, email="new@site.example", display_name="New", language="en",
        organisation=organisation(), role=Role.OPERATOR,
    )  # fmt: skip
    assert acts(sender, own=False) == ["Invitation not yet accepted"]
    assert acts(sender) == []
    Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    assert acts(sender) == ["Renew or withdraw the invitation that ran out"]
    assert acts(other) == []
    assert acts(other, own=False) == []


def test_a_draft_waits_for_its_author_and_then_for_who_may_register_it() -> None:
    agency = organisation()
    author = person(Role.IMPLEMENTING_AGENCY, country="XAA", of=agency)
    colleague = person(Role.IMPLEMENTING_AGENCY, country="XAA", of=agency)
    elsewhere = person(Role.FOCAL_POINT, country="XAB")
    secretariat = person(Role.SECRETARIAT)
    draft = project(author, lead=agency, starts=None, ends=None)
    assert acts(author) == ["Finish your draft of a project and submit it"]
    draft = projects.revise(
        draft, actor=author, expected=draft.version, starts=timezone.localdate()
    )
    assert acts(secretariat) == []
    sent = projects.submit(draft, actor=author, expected=draft.version)
    draft = projects.send_back(sent, actor=secretariat, expected=sent.version, why="no city")
    assert acts(author) == ["Mend the project that was returned to you"]
    assert acts(secretariat) == []
    draft = projects.submit(draft, actor=author, expected=draft.version)
    assert acts(author) == []
    assert acts(author, own=False) == ["Submitted by you: waits to be registered by another person"]
    assert acts(colleague) == []
    assert acts(secretariat) == ["Register the project"]
    assert "Register the project" not in acts(elsewhere)
    projects.register(draft, actor=secretariat, expected=None)
    assert acts(secretariat) == []


def test_a_milestone_that_is_past_waits_for_those_whose_project_it_is() -> None:
    agency, other = organisation(), organisation()
    worker = person(Role.IMPLEMENTING_AGENCY, of=agency)
    focal = person(Role.FOCAL_POINT, country="XAA")
    strangers = [
        person(Role.IMPLEMENTING_AGENCY, of=other),
        person(Role.FOCAL_POINT, country="XAB"),
        person(Role.SECRETARIAT),
    ]
    draft = project(lead=agency)
    today = timezone.localdate()
    for days in (-3, 3):
        milestone = Milestone(project=draft, title=same("m"), due=today + timedelta(days=days))
        projects.add_part(milestone, actor=None)
    ask = "Say whether the milestone was reached"
    assert ask not in acts(worker)
    projects.register(draft, actor=None, expected=None)
    for user in (worker, focal):
        (item,) = (one for one in selectors.items(again(user)) if one.act.en == ask)
        assert item.late == 3
        assert window(user).get(item.to.path).status_code == 200
    assert [user for user in strangers if ask in acts(user)] == []
    late = Milestone.objects.get(due__lt=today)
    projects.report_milestone(late, actor=worker, expected=None, done=today)
    assert ask not in acts(worker)
    assert "Confirm that the milestone was reached" in acts(focal)


def test_two_projects_that_look_alike_wait_for_who_may_judge_them() -> None:
    agency = organisation()
    author = person(Role.IMPLEMENTING_AGENCY, country="XAA", of=agency)
    secretariat = person(Role.SECRETARIAT)
    for _ in range(2):
        projects.register(project(author, lead=agency), actor=None, expected=None)
    assert acts(secretariat) == ["Judge whether two projects are the same"]
    assert acts(author) == []
    (item,) = selectors.items(secretariat)
    assert window(secretariat).get(item.to.path).status_code == 200


# --- every link ---------------------------------------------------------------------------


def test_every_link_of_a_desk_opens_for_its_owner() -> None:
    one = scene(due=timezone.localdate() - timedelta(days=20))
    report = one.submitted()
    progress.send_back(report, actor=one.lead, expected=report.version, reasons={"": "more"})
    other = scene("XAC", "XAD")
    other.published()
    agency = organisation()
    author = person(Role.IMPLEMENTING_AGENCY, country="XAA", of=agency)
    for _ in range(2):
        project(author, lead=agency)
    projects.register(project(author, lead=agency), actor=None, expected=None)
    accounts.invite(
        actor=one.secretariat, email="new@site.example", display_name="New", language="en",
        organisation=organisation(), role=Role.OPERATOR,
    )  # fmt: skip
    people = [
        one.focal,
        one.colleague,
        one.lead,
        one.secretariat,
        one.stranger,
        other.focal,
        author,
    ]
    people += [person(role, country="XAA", scope="space/1-1-1") for role in Role]
    opened = 0
    for user in map(again, people):
        places = {item.to for item in selectors.items(user)}
        places |= {due.to for due in selectors.dues(user)}
        places |= {change.to for change in selectors.changes(user, after=None)}
        client = window(user)
        refused = {p.path for p in places if client.get(p.path).status_code != 200}
        assert refused == set(), user.standing
        opened += len(places)
    assert opened > 40


# --- what changed -------------------------------------------------------------------------


def told(user: User, after: int | None = None) -> list[str]:
    return [one.act for one in selectors.changes(again(user), after=after)]


def test_the_way_of_a_report_is_told_to_those_whose_it_is_and_to_nobody_else() -> None:
    one = scene()
    start = selectors.head()
    reader = person(Role.FOCAL_POINT, country="XAB")
    report = one.submitted()
    report = progress.send_back(
        report, actor=one.lead, expected=report.version, reasons={"": "more"}
    )
    assert told(one.focal, start) == ["progress.returned"]
    assert told(one.colleague, start) == ["progress.returned", "progress.submitted"]
    assert told(reader, start) == []
    report = progress.submit(report, actor=one.focal, expected=report.version)
    report = progress.accept(report, actor=one.lead, expected=report.version)
    progress.publish(report, actor=one.secretariat, expected=report.version)
    assert told(reader, start) == ["progress.published"]


def test_what_was_seen_is_not_told_again_and_nothing_newer_is_lost() -> None:
    one = scene()
    one.submitted()
    client = window(one.lead)
    body = client.get("/en/desk/").content.decode()
    number = re.search(r'name="number" value="(\d+)"', body)
    assert number is not None
    newer = a_round(title=same("A newer round"))
    assert client.post("/en/desk/seen/", {"number": number[1]}).status_code == 302
    (change,) = selectors.changes(again(one.lead), after=Desk.objects.get(user=one.lead).seen)
    assert change.to == page("progress:round", newer.pk)
    services.mark_seen(one.lead, number=1)
    assert Desk.objects.get(user=one.lead).seen == int(number[1])
    assert client.post("/en/desk/seen/", {"number": "x"}).status_code == 400


# --- the page -----------------------------------------------------------------------------


def test_an_empty_desk_says_so_in_both_languages() -> None:
    client = window(person(Role.OPERATOR, country="XAA"))
    assert "Nothing waits for you." in client.get("/en/desk/").content.decode()
    assert "あなたを待っていることはありません。" in client.get("/ja/desk/").content.decode()


def test_the_desk_asks_who_is_not_known_to_sign_in() -> None:
    for path in ("/en/desk/", "/en/desk/options/", "/en/desk/calendar.ics"):
        answer = Client().get(path)
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            f"/en/sign-in/?next={path}",
        )


def test_what_takes_only_a_button_is_begun_from_the_desk() -> None:
    one = scene()
    client = window(one.focal)
    assert (
        f"/en/progress/owed/{one.requirement.pk}/begin/" in client.get("/en/desk/").content.decode()
    )
    answer = client.post(f"/en/progress/owed/{one.requirement.pk}/begin/")
    assert answer.headers["Location"] == f"/en/progress/reports/{one.report.pk}/write/texts/"


def queries(user: User, path: str = "/en/desk/") -> int:
    client = window(user)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_a_desk_with_fifty_of_everything_asks_as_often_as_one_with_one() -> None:
    one = scene()
    one.submitted()
    agency = organisation()
    author = person(Role.IMPLEMENTING_AGENCY, country="XAA", of=agency)

    def more(title: str, count: int) -> None:
        """Rows as the acts leave them, without the acts: what is looked at is how they are read."""
        another = a_round(title=same(title))
        for number in range(count):
            round_ = a_round(title=same(f"{title} {number}"))
            for member in ("XAA", "XAB"):
                owed = Requirement.objects.create(
                    round=round_, activity=activity(), member=member, scope=SCOPE
                )
            Report.objects.create(
                requirement=owed, state="submitted", submitted_at=timezone.now(), authors=[0]
            )
            sides = sorted(
                (
                    Project.objects.create(
                        title=same(f"{title} {number} {at}"), summary=same("x"), lead=agency,
                        initiative=Initiative.objects.get(key="space"), sample=True,
                        starts=another.due, state="draft",
                    )
                    for at in range(2)
                ),
                key=lambda one: one.pk,
            )  # fmt: skip
            for one in sides:
                ProjectCountry.objects.create(project=one, country="XAA")
                Milestone.objects.create(project=one, title=same("m"), due=another.due)
                log(actor=author, act="projects.registered", record=one)
            Pair.objects.create(
                first=sides[0], second=sides[1], score=0.9, compared_at=timezone.now()
            )

    more("first", 1)
    before = {user.pk: queries(user) for user in (one.focal, one.lead, one.secretariat)}
    more("further", 49)
    after = {user.pk: queries(user) for user in (one.focal, one.lead, one.secretariat)}
    assert after == before


# --- the number in the frame --------------------------------------------------------------


def shown(client: Client) -> str | None:
    found = re.search(r'<b class="count">(\d+)</b>', client.get("/en/members/").content.decode())
    return found[1] if found else None


def test_the_number_costs_other_pages_nothing_for_a_minute_and_follows_an_act(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = scene()
    report = one.submitted()
    client = window(one.secretariat)
    assert shown(client) == "1"
    with CaptureQueriesContext(connection) as known:
        client.get("/en/members/")
    plain = window(person())
    plain.get("/en/members/")
    with CaptureQueriesContext(connection) as without:
        plain.get("/en/members/")
    assert len(known) == len(without)
    progress.send_back(report, actor=one.lead, expected=report.version, reasons={"": "more"})
    assert shown(client) == "1"
    now = time.time()
    monkeypatch.setattr(filebased.time, "time", lambda: now + counting.SECONDS)
    assert shown(client) is None


def test_an_act_of_the_person_changes_the_number_at_once() -> None:
    one = scene()
    report = one.submitted()
    client = window(one.secretariat)
    assert shown(client) == "1"
    client.post(
        f"/en/progress/reports/{report.pk}/review/",
        {"act": "return", "version": report.version, "reason-whole": "more"},
    )
    assert shown(client) is None


# --- how it is laid out -------------------------------------------------------------------

ITEMS = st.builds(
    Item,
    key=st.text(),
    act=st.sampled_from([same("a"), same("b")]),
    of=st.just(same("x")),
    to=st.just(page("portal:desk")),
    late=st.integers(0, 3),
    own=st.booleans(),
)


@given(st.lists(ITEMS, max_size=30))
def test_everything_stands_once_in_one_part_of_the_desk(items: list[Item]) -> None:
    layout = showing.laid_out(items)
    parts = (layout.late, layout.waiting, layout.others)
    listed = [item for part in parts for group in part for item in group.items]
    assert sorted(map(id, listed)) == sorted(map(id, items))
    for part in parts:
        for group in part:
            assert len(group.shown) + group.hidden == len(group.items)
    assert layout.is_empty == (not any(item.own for item in items))
