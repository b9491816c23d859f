"""Pairs that look alike: found on registration and change, judged by a person, remembered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import hypothesis
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import strategies as st
from tests.hub.people import organisation, person

from kyoso.core.text import Text, same
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.programme.models import Activity, Initiative
from kyoso.hub.projects import likenesses, selectors, services
from kyoso.hub.projects.models import Finance, Judgement, Pair, Project, Site
from kyoso.hub.record.errors import ConflictError, NotAllowedError
from kyoso.hub.record.models import Event
from kyoso.programme import overlap
from kyoso.programme.overlap import Likeness, Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

TITLE = Text("Training on facility reporting", "事業所報告に関する研修")
SUMMARY = Text("Courses on measuring emissions", "排出量の測定に関する研修を行う")
OTHER = Text("Wetland birds", "湿地の渡り鳥")


@pytest.fixture
def lead() -> Organisation:
    return organisation("Agency")


def draft(lead: Organisation, actor: User | None = None, **given: Any) -> Project:
    values: dict[str, Any] = {
        "title": TITLE,
        "summary": SUMMARY,
        "initiative": Initiative.objects.get(key="space"),
        "activities": [Activity.objects.get(programme__key="space", key="1-1-1")],
        "countries": ["XAA"],
        "starts": date(2026, 1, 1),
        "ends": date(2027, 12, 31),
    }
    return services.begin(actor=actor, lead=lead, **(values | given))


def registered(lead: Organisation, **given: Any) -> Project:
    return services.register(draft(lead, **given), actor=None, expected=1)


def pair_of_two(lead: Organisation, **given: Any) -> Pair:
    registered(lead)
    registered(lead, **given)
    return Pair.objects.get()


def judged(
    pair: Pair, actor: User | None = None, verdict: str = "related", **given: Any
) -> Judgement:
    values: dict[str, Any] = {"reason": "two phases of one effort", "expected": None}
    return services.judge(pair, actor=actor, verdict=verdict, **(values | given))


# --- found --------------------------------------------------------------------------------


def test_what_is_registered_is_found_by_a_draft_and_the_reasons_are_kept(
    lead: Organisation,
) -> None:
    first = registered(lead)
    second = draft(lead)
    pair = Pair.objects.get()
    assert {pair.first_id, pair.second_id} == {first.pk, second.pk}
    assert pair.first_id.hex < pair.second_id.hex
    assert (pair.score, pair.waiting) == (1.0, True)
    assert [reason["aspect"] for reason in pair.reasons] == [
        "text", "place", "partners", "time", "activities",
    ]  # fmt: skip


def test_a_draft_does_not_meet_another_draft(lead: Organisation) -> None:
    draft(lead)
    draft(lead)
    assert not Pair.objects.exists()


def test_what_is_unlike_is_no_pair(lead: Organisation) -> None:
    registered(lead)
    registered(organisation(), title=OTHER, summary=OTHER, countries=["XAB"])
    assert not Pair.objects.exists()


def test_comparing_again_without_a_change_writes_nothing(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    events = Event.objects.count()
    assert services.find_likenesses(pair.first) == [pair]
    assert Event.objects.count() == events


def test_a_pair_is_there_once_and_in_order(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pair.objects.create(
            first=pair.second, second=pair.first, score=0.5, compared_at=pair.compared_at
        )


def test_what_becomes_unlike_no_longer_waits(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    services.revise(
        pair.first, actor=None, expected=None, title=OTHER, summary=OTHER, countries=["XAB"]
    )
    pair.refresh_from_db()
    assert pair.score < 0.5
    assert not pair.waiting


def test_the_pairs_of_a_cancelled_project_no_longer_wait(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    services.cancel(pair.first, actor=None, expected=None, why="begun twice")
    pair.refresh_from_db()
    assert not pair.waiting


# --- compared before the lock --------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_a_revised_project_is_compared(
    lead: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is compared while the lock is held has not been compared before it."""
    pair = pair_of_two(lead)
    seen: list[tuple[bool, int]] = []

    def watched(one: Profile, others: Sequence[Profile], **given: Any) -> list[Likeness]:
        seen.append((connection.in_atomic_block, len(others)))
        return overlap.compare(one, others, **given)

    monkeypatch.setattr(likenesses, "compare", watched)
    services.revise(
        pair.first, actor=None, expected=None, summary=same("Birds"), themes=[], tags=[]
    )
    pair.refresh_from_db()
    assert seen == [(False, 1), (True, 0)]
    assert 0.5 < pair.score < 1


TITLES = st.sampled_from([TITLE, OTHER, Text("Training of facilities", "事業所の研修")])
CHANGES = st.fixed_dictionaries(
    {"title": TITLES, "ends": st.dates(date(2026, 1, 1), date(2030, 1, 1))},
    optional={"summary": TITLES, "countries": st.sampled_from([["XAA"], ["XAB"], ["XAA", "XAC"]])},
)


@hypothesis.settings(max_examples=15)
@hypothesis.given(expected=CHANGES, done=CHANGES, of_other=CHANGES, cancelled=st.booleans())
def test_a_comparison_ahead_finds_what_one_under_the_lock_finds(
    expected: dict[str, Any], done: dict[str, Any], of_other: dict[str, Any], *, cancelled: bool
) -> None:
    """Whatever was expected of the project, and whatever became of the others meanwhile."""
    agency = organisation("Agency")
    one, other, gone = registered(agency), registered(agency), registered(agency)
    links = {"countries": expected.get("countries")}
    fields = {name: value for name, value in expected.items() if name != "countries"}
    ahead = likenesses.ahead(one, fields, links)
    services.revise(other, actor=None, expected=None, **of_other)
    place = other.countries.all()[0].country
    site = Site(project=other, name=same("Somewhere"), country=place)
    services.add_part(site, actor=None)
    if cancelled:
        services.cancel(gone, actor=None, expected=None, why="begun twice")
    newest = registered(agency)
    services.revise(one, actor=None, expected=None, **done)
    mine = likenesses.profiles(Project.objects.filter(pk=one.pk))[0]
    others, near = likenesses.brought_up(one, mine, ahead)
    directly = likenesses.profiles(likenesses.compared_with(one))
    assert {each.key: each for each in others} == {each.key: each for each in directly}
    assert near == overlap.compare(mine, directly)
    assert str(newest.pk) in {each.key for each in others}


# --- judged -------------------------------------------------------------------------------


def test_a_verdict_is_remembered_and_not_asked_for_again(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    judged(pair, verdict="different")
    services.revise(pair.first, actor=None, expected=None, ends=date(2028, 1, 31))
    pair.refresh_from_db()
    assert (pair.verdict, pair.waiting) == ("different", False)


def test_after_a_material_change_a_person_is_asked_again(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    judged(pair, verdict="different")
    services.revise(pair.first, actor=None, expected=None, ends=date(2035, 1, 31))
    pair.refresh_from_db()
    assert (pair.verdict, pair.waiting) == ("different", True)


def test_the_same_verdict_stands_whichever_of_the_two_is_looked_at(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    judged(pair, verdict="same")
    for one in (pair.first, pair.second):
        services.find_likenesses(one)
        assert selectors.pairs_of(person(Role.AUDITOR), one).get().verdict == "same"
    assert Pair.objects.count() == 1


def test_a_later_verdict_does_not_erase_an_earlier_one(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    one, other = person(Role.SECRETARIAT), person(Role.FOCAL_POINT, country="XAA")
    judged(pair, one, "same")
    judged(pair, other, "different")
    pair.refresh_from_db()
    assert pair.verdict == "different"
    assert [(j.judge, j.verdict) for j in pair.judgements.all()] == [
        (other, "different"),
        (one, "same"),
    ]
    assert selectors.judged_differently(pair)


def test_a_repeated_verdict_has_no_second_effect(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    expected = pair.version
    judged(pair, once="v", expected=expected)
    judged(pair, once="v", expected=expected)
    assert Judgement.objects.count() == 1


def test_who_judged_what_was_compared_anew_meanwhile_is_refused(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    services.revise(pair.first, actor=None, expected=None, ends=date(2028, 6, 30))
    with pytest.raises(ConflictError):
        judged(pair, expected=pair.version)


def test_a_part_names_which_of_the_two_it_is(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    with pytest.raises(ValidationError):
        judged(pair, verdict="part_of")
    with pytest.raises(ValidationError):
        judged(pair, verdict="part_of", part=registered(lead, title=OTHER, summary=OTHER))
    with pytest.raises(ValidationError):
        judged(pair, verdict="same", part=pair.first)
    with pytest.raises(ValidationError):
        judged(pair, reason=" ")
    assert judged(pair, verdict="part_of", part=pair.first).part == pair.first


def test_nobody_judges_a_project_that_they_wrote(lead: Organisation) -> None:
    focal, other = (person(Role.FOCAL_POINT, country="XAA") for _ in range(2))
    registered(lead)
    draft(lead, actor=focal)
    pair = Pair.objects.get()
    assert not selectors.pairs_to_judge(focal).exists()
    assert selectors.pairs_to_judge(other).get() == pair
    with pytest.raises(NotAllowedError):
        judged(pair, focal)
    assert judged(pair, other).judge == other


def test_those_who_answer_for_one_of_the_two_judge(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    judges = {
        "secretariat": person(Role.SECRETARIAT),
        "focal point": person(Role.FOCAL_POINT, country="XAA"),
        "other focal point": person(Role.FOCAL_POINT, country="XAB"),
        "activity lead": person(Role.ACTIVITY_LEAD, scope="space/1-1-1"),
        "other activity lead": person(Role.ACTIVITY_LEAD, scope="space/2-1-1"),
        "agency": person(Role.IMPLEMENTING_AGENCY, of=lead),
        "auditor": person(Role.AUDITOR),
        "no role": person(),
    }
    able = {name for name, one in judges.items() if one.has_perm("projects.judge", pair)}
    assert able == {"secretariat", "focal point", "activity lead"}
    assert able == {n for n, one in judges.items() if selectors.pairs_to_judge(one).exists()}


def test_a_pair_is_seen_by_those_who_see_both_of_its_projects(lead: Organisation) -> None:
    registered(lead)
    draft(organisation(country="XAB"), countries=["XAA", "XAB"])
    pair = Pair.objects.get()
    seeing = {
        "secretariat": person(Role.SECRETARIAT),
        "b": person(Role.FOCAL_POINT, country="XAB"),
        "c": person(Role.FOCAL_POINT, country="XAC"),
        "no role": person(),
    }
    seen = {name for name, one in seeing.items() if selectors.pairs_visible_to(one).exists()}
    assert seen == {"secretariat", "b"}
    assert seen == {n for n, one in seeing.items() if one.has_perm("projects.view_pair", pair)}
    assert not selectors.pairs_visible_to(None).exists()


# --- what a verdict does to totals --------------------------------------------------------


def give(project: Project, amount: int) -> None:
    services.add_part(
        Finance(
            project=project, amount=amount, kind="budget", instrument="grant", sector="public",
            currency="USD", date=date(2026, 1, 1),
        ),
        actor=None,
    )  # fmt: skip


@pytest.mark.parametrize(("verdict", "total"), [("same", 10), ("related", 17), ("different", 17)])
def test_of_two_that_are_the_same_the_first_registered_counts(
    lead: Organisation, verdict: str, total: int
) -> None:
    first, second = registered(lead), registered(lead)
    give(first, 10)
    give(second, 7)
    judged(Pair.objects.get(), verdict=verdict)
    found = selectors.totals(Project.objects.all())[True]
    assert [dict(line.amounts) for line in found.lines] == [{"budget": total}]
    assert len(found.left_out) == (verdict == "same")


def test_of_a_part_and_a_whole_the_whole_counts(lead: Organisation) -> None:
    whole, part = registered(lead), registered(lead)
    give(whole, 10)
    give(part, 7)
    judged(Pair.objects.get(), verdict="part_of", part=part)
    found = selectors.totals(Project.objects.all())[True]
    assert [dict(line.amounts) for line in found.lines] == [{"budget": 10}]
    money, _ = selectors.twice(None, part)
    assert [(one.other, one.counts_here, one.because) for one in money] == [
        (whole, False, "verdict")
    ]


# --- pages --------------------------------------------------------------------------------


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_asks_why_and_shows_what_earlier_judges_said(lead: Organisation) -> None:
    site = {"name": Text("Kota Satu", "コタ・サトゥ"), "country": "XAA"}
    pair = pair_of_two(lead)
    for one in (pair.first, pair.second):
        services.add_part(Site(project=one, **site), actor=None)
    judge = person(Role.SECRETARIAT)
    client = browser(judge)
    address = f"/en/projects/pairs/{pair.pk}/"
    page = client.get(address).content.decode()
    assert "Kota Satu" in page
    assert "100 % alike" in page
    pair.refresh_from_db()
    sent = {"version": pair.version, "once": "m", "verdict": "part_of", "part_of": "", "reason": ""}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert Judgement.objects.count() == 0
    right = sent | {"part_of": str(pair.first_id), "reason": "the second phase"}
    assert client.post(address, right).status_code == 302
    assert client.post(address, right).status_code == 302
    assert [(j.judge, j.part_id) for j in Judgement.objects.all()] == [(judge, pair.first_id)]
    assert "the second phase" in client.get(address).content.decode()
    assert "No pair waits" in client.get("/en/projects/pairs/").content.decode()
    assert "一方が他方の一部" in client.get("/ja/projects/pairs/?judged=1").content.decode()


def test_who_sees_one_of_the_two_only_finds_no_page(lead: Organisation) -> None:
    registered(lead)
    draft(organisation(country="XAB"), countries=["XAB"])
    pair = Pair.objects.get()
    stranger = person(Role.FOCAL_POINT, country="XAC")
    assert browser(stranger).get(f"/en/projects/pairs/{pair.pk}/").status_code == 404
    assert browser(person()).get("/en/projects/pairs/").status_code == 404


def test_who_may_not_judge_is_refused_by_the_page(lead: Organisation) -> None:
    pair = pair_of_two(lead)
    sent = {"version": pair.version, "once": "m", "verdict": "same", "reason": "x"}
    client = browser(person(Role.AUDITOR))
    assert client.post(f"/en/projects/pairs/{pair.pk}/", sent).status_code == 403
    assert Judgement.objects.count() == 0


def test_the_list_of_pairs_has_a_fixed_number_of_queries(lead: Organisation) -> None:
    client = browser(person(Role.SECRETARIAT))
    registered(lead)
    registered(lead)
    client.get("/en/projects/pairs/")
    few = queries(client)
    for number in range(8):
        registered(lead, title=same(f"{TITLE.en} {number}"))
    assert Pair.objects.filter(waiting=True).count() > 30
    assert queries(client) == few


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/en/projects/pairs/").status_code == 200
    return len(captured)
