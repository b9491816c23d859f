"""Answers of members: what is recorded, by whom, and what pages show to whom."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.hub import people

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import selectors as programme
from kyoso.hub.programme.models import Activity, Participation, Programme
from kyoso.hub.programme.participation import selectors, services
from kyoso.hub.programme.participation.answers import NO_REPLY, Answer, faults
from kyoso.hub.programme.participation.services import Cell
from kyoso.hub.programme.services import load_sample_stances, record_stance
from kyoso.hub.record import selectors as record
from kyoso.hub.record.errors import ConflictError, NotAllowedError
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogue")]

ANSWERS = "/en/participation/space/members/LAO/answer/"


def person(name: str, role: Role | None = None, country: str = "") -> User:
    return people.person(role, country=country, name=name)


@pytest.fixture
def focal() -> User:
    return person("focal", Role.FOCAL_POINT, "LAO")


@pytest.fixture
def other() -> User:
    return person("other", Role.FOCAL_POINT, "THA")


@pytest.fixture
def secretary() -> User:
    return person("secretary", Role.SECRETARIAT)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def activity(key: str = "1-1-1") -> Activity:
    return Activity.objects.get(programme__key="space", key=key)


def space() -> Programme:
    return Programme.objects.get(key="space")


def answered(actor: User | None, **answers: Answer) -> list[Participation]:
    """Record the answers of Laos; ``a1_1_1`` is activity 1-1-1."""
    return services.record_answers(
        actor=actor,
        programme=space(),
        member="LAO",
        cells=[
            Cell(activity=activity(key.removeprefix("a").replace("_", "-")), answer=answer)
            for key, answer in answers.items()
        ],
    )


def stance(key: str = "1-1-1", member: str = "LAO") -> Participation:
    return Participation.objects.get(activity=activity(key), member=member)


LEADS = Answer(level="lead", priority=1, reasons=("policy",), needs="Forty verifiers.")


# --- recording ----------------------------------------------------------------------------


def test_a_focal_point_answers_for_its_country_and_the_history_tells(focal: User) -> None:
    answered(focal, a1_1_1=LEADS)
    answered(focal, a1_1_1=Answer(level="participate", needs="Forty verifiers."))
    assert stance().answer == Answer(level="participate", needs="Forty verifiers.")
    last, first = record.history(stance())
    assert (first.act, last.act) == ("programme.stance_recorded", "programme.stance_changed")
    assert {change.field: (change.before, change.after) for change in record.changes(last)} == {
        "level": ("lead", "participate"),
        "priority": (1, None),
        "reasons": (["policy"], []),
    }
    assert (last.actor, stance().version) == (focal, 2)
    assert list(record.faults()) == []


def test_the_same_answer_again_leaves_no_trace(focal: User) -> None:
    answered(focal, a1_1_1=LEADS)
    count = Event.objects.count()
    assert answered(focal, a1_1_1=LEADS) == []
    assert (Event.objects.count(), stance().version) == (count, 1)


def test_a_focal_point_cannot_answer_for_another_country(other: User) -> None:
    with pytest.raises(NotAllowedError):
        answered(other, a1_1_1=LEADS)
    assert Participation.objects.count() == 0


@pytest.mark.parametrize("role", [Role.SECTOR_MINISTRY, Role.IMPLEMENTING_AGENCY, Role.AUDITOR])
def test_no_other_role_answers_for_a_country(role: Role) -> None:
    with pytest.raises(NotAllowedError):
        answered(person("someone", role, "LAO"), a1_1_1=LEADS)


def test_the_secretariat_answers_for_a_member_only_with_the_reason_why(secretary: User) -> None:
    with pytest.raises(services.ReasonMissingError):
        answered(secretary, a1_1_1=LEADS)
    services.record_answers(
        actor=secretary, programme=space(), member="LAO", why="letter of 3 March 2026",
        cells=[Cell(activity=activity(), answer=LEADS)],
    )  # fmt: skip
    [event] = record.history(stance())
    assert event.data["why"] == "letter of 3 March 2026"


def test_several_answers_are_recorded_together_or_not_at_all(focal: User) -> None:
    with pytest.raises(services.AnswersRefusedError):
        answered(focal, a1_1_1=LEADS, a1_1_2=Answer(level="not_now", priority=2))
    assert Participation.objects.count() == 0
    assert not Event.objects.filter(act__startswith="programme.").exists()


def test_a_withdrawn_answer_is_no_reply_again_and_keeps_its_history(focal: User) -> None:
    answered(focal, a1_1_1=LEADS)
    withdrawn = services.withdraw(stance(), actor=focal, expected=1)
    assert (withdrawn.answer, withdrawn.version) == (NO_REPLY, 2)
    assert [event.act for event in record.history(withdrawn)] == [
        "programme.stance_withdrawn",
        "programme.stance_recorded",
    ]
    wall = programme.wall(programme.latest_edition("space"), date(2026, 1, 1))
    assert wall.replies() == {}
    assert "LAO" not in Client().get("/en/data/programme/space/participation.csv").content.decode()
    answered(focal, a1_1_1=Answer(level="interested"))
    assert stance().version == 3


def test_withdrawing_twice_is_withdrawing_once(focal: User) -> None:
    answered(focal, a1_1_1=LEADS)
    services.withdraw(stance(), actor=focal, expected=1)
    assert services.withdraw(stance(), actor=focal, expected=1).version == 2


def test_who_saw_an_older_answer_is_refused(focal: User, secretary: User) -> None:
    answered(focal, a1_1_1=LEADS)
    answered(focal, a1_1_1=Answer(level="interested"))
    cell = Cell(activity=activity(), answer=Answer(level="not_now"), expected=1, seen="")
    with pytest.raises(ConflictError):
        services.record_answers(
            actor=focal, programme=space(), member="LAO", cells=[cell]
        )  # fmt: skip
    assert stance().level == "interested"


def test_an_answer_left_as_it_was_seen_changes_nothing_even_when_it_is_old(focal: User) -> None:
    answered(focal, a1_1_1=LEADS)
    answered(focal, a1_1_1=Answer(level="interested"))
    cell = Cell(activity=activity(), answer=LEADS, expected=1, seen=LEADS.digest())
    assert services.record_answers(
        actor=focal, programme=space(), member="LAO", cells=[cell]
    ) == []  # fmt: skip
    assert stance().level == "interested"


def test_of_two_authors_each_keeps_what_the_other_did_not_touch(focal: User) -> None:
    client = signed_in(focal)
    answered(focal, a1_1_1=Answer(level="lead", needs="Ships.", since=date(2026, 1, 1)))
    form = fields(client.get(ANSWERS).content.decode())
    answered(focal, a1_1_1=Answer(level="lead", needs="Ships.", reason="Law of 2027."))
    answered(focal, a1_1_1=Answer(level="participate", needs="Ships.", reason="Law of 2027."))
    asked = client.post(ANSWERS, form | {"needs-1-1-1": "Boats."})
    assert asked.status_code == 409
    assert "<td>Boats.</td><td>Ships.</td>" in asked.content.decode()
    client.post(ANSWERS, fields(asked.content.decode()) | {"choice-1-1-1": "mine"})
    assert stance().answer == Answer(level="participate", needs="Boats.", reason="Law of 2027.")


def test_an_answer_as_it_was_at_any_version_comes_from_the_log(focal: User) -> None:
    course = [LEADS, Answer(level="not_now", since=date(2026, 1, 1)), NO_REPLY,
              Answer(level="interested", focal_point=focal.pk)]  # fmt: skip
    for answer in course:
        answered(focal, a1_1_1=answer)
    row = stance()
    was = [selectors.answers_at({row: version})[row.activity_id] for version in range(5)]
    assert was == [NO_REPLY, *course]


# --- ranks --------------------------------------------------------------------------------


def test_ranks_can_be_exchanged_in_one_act_and_history_tells_what_they_were(focal: User) -> None:
    answered(focal, a1_1_1=Answer(level="lead", priority=1),
             a1_1_2=Answer(level="lead", priority=2))  # fmt: skip
    answered(focal, a1_1_1=Answer(level="lead", priority=2),
             a1_1_2=Answer(level="lead", priority=1))  # fmt: skip
    assert (stance("1-1-1").priority, stance("1-1-2").priority) == (2, 1)
    assert record.changes(record.history(stance("1-1-1"))[0]) == [record.Change("priority", 1, 2)]


def test_a_rank_is_given_once_also_against_what_is_recorded(focal: User) -> None:
    answered(focal, a1_1_1=Answer(level="lead", priority=1))
    with pytest.raises(services.AnswersRefusedError) as refused:
        answered(focal, a1_1_2=Answer(level="lead", priority=1))
    [[fault]] = refused.value.faults.values()
    assert (fault.field, "1-1-1" in fault.message.en) == ("priority", True)


def test_the_database_itself_holds_ranks_apart_and_programmes_have_their_own(focal: User) -> None:
    answered(focal, a1_1_1=Answer(level="lead", priority=1))
    clean = Activity.objects.filter(programme__key="clean-asia").first()
    record_stance(activity=clean, member="LAO", level="lead", priority=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(
            programme=space(), activity=activity("1-1-2"), member="LAO", level="lead", priority=1
        )


# --- what is sound ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        (NO_REPLY, []),
        (LEADS, []),
        (Answer(needs="Training."), ["level"]),
        (Answer(level="not_now", priority=1), ["priority"]),
        (Answer(level="lead", priority=0), ["priority"]),
        (Answer(level="lead", priority=44), ["priority"]),
        (Answer(level="lead", reasons=("luck",)), ["reasons"]),
        (Answer(level="lead", needs="x" * 2001), ["needs"]),
        (Answer(level="lead", focal_point=1, focal_name="A"), ["focal_name"]),
        (Answer(level="lead", focal_organisation="Ministry"), ["focal_name"]),
        (Answer(level="lead", since=date(2026, 2, 1), until=date(2026, 1, 31)), ["until"]),
        (Answer(level="lead", since=date(2026, 2, 1), until=date(2026, 2, 1)), []),
    ],
)
def test_every_fault_of_an_answer_is_named_at_its_field(answer: Answer, fields: list[str]) -> None:
    assert [fault.field for fault in faults(answer, ranks=43)] == fields


def test_only_people_who_act_for_the_country_can_be_named(focal: User, other: User) -> None:
    answered(focal, a1_1_1=Answer(level="lead", focal_point=focal.pk))
    assert stance().focal_point == focal
    with pytest.raises(services.AnswersRefusedError):
        answered(focal, a1_1_1=Answer(level="lead", focal_point=other.pk))


# --- who sees what ------------------------------------------------------------------------


def test_levels_are_public_and_the_rest_is_for_people_with_a_role(focal: User) -> None:
    answered(focal, a1_1_1=LEADS)
    page = "/en/participation/space/activities/1-1-1/"
    analyst = signed_in(person("analyst"))
    for client in (Client(), analyst):
        public = client.get(page).content.decode()
        assert "leads" in public
        assert "Forty verifiers" not in public
    operator = signed_in(person("operator", Role.OPERATOR))
    assert "Forty verifiers" in operator.get(page).content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "/en/participation/space/members/LAO/",
        "/en/participation/space/members/LAO/history/1-1-1/",
        "/en/participation/space/members/LAO/workbook/answers.xlsx",
        ANSWERS,
        f"{ANSWERS}1-1-1/",
        "/en/participation/space/",
        "/en/members/LAO/",
        "/en/programmes/space/2025/1-1-1/",
    ],
)
def test_needs_are_on_no_page_of_the_public(focal: User, page: str) -> None:
    answered(focal, a1_1_1=LEADS)
    for client in (Client(), signed_in(person("analyst"))):
        assert b"Forty verifiers" not in client.get(page, follow=True).content


def test_rules_are_asked_of_standing_alone(focal: User, secretary: User) -> None:
    blank = services.unsaved(space(), "LAO")
    may = {name: user.has_perm(services.PERMISSION, blank)
           for name, user in {"focal": focal, "secretary": secretary,
                              "public": AnonymousUser()}.items()}  # fmt: skip
    assert may == {"focal": True, "secretary": True, "public": False}
    assert not focal.has_perm(services.PERMISSION, services.unsaved(space(), "THA"))


# --- the page -----------------------------------------------------------------------------


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the form without a change."""
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    found |= dict(re.findall(r'<input[^>]* type="text"[^>]* name="([^"]+)" value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)</textarea>', page))
    for box in re.findall(r'<input type="checkbox"[^>]*checked[^>]*>', page):
        [(name, value)] = re.findall(r'name="([^"]+)" value="([^"]+)"', box)
        found[name] = value
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page):
        chosen = re.search(r"<option selected>([^<]*)</option>", options)
        found[name] = chosen[1] if chosen else ""
    return found


def sent(client: Client, address: str = ANSWERS, **changes: str) -> Any:
    """Open the form, change some fields (``level__1_1_1``), send it."""
    form = fields(client.get(address).content.decode())
    return client.post(address, form | named(changes))


def named(changes: dict[str, str]) -> dict[str, str]:
    """``level__1_1_1`` is the field ``level-1-1-1``."""
    found = {}
    for name, value in changes.items():
        field, _, code = name.partition("__")
        found[f"{field}-{code.replace('_', '-')}" if code else field] = value
    return found


def test_all_answers_are_changed_in_one_form_and_only_changed_cells_are_recorded(
    focal: User,
) -> None:
    client = signed_in(focal)
    answered(focal, a1_1_1=LEADS, a1_1_3=Answer(level="not_now"))
    answer = sent(client, level__1_1_2="interested", needs__1_1_1="Fifty verifiers.")
    assert answer.status_code == 302
    assert "2 answers recorded" in client.get(answer.url).content.decode()
    assert [stance(key).version for key in ("1-1-1", "1-1-2", "1-1-3")] == [2, 1, 1]
    assert stance().needs == "Fifty verifiers."
    assert stance().answer.reasons == ("policy",)


def test_a_form_that_is_sent_unchanged_changes_nothing_and_a_repeat_neither(focal: User) -> None:
    client = signed_in(focal)
    answered(focal, a1_1_1=LEADS)
    count = Event.objects.count()
    assert "recorded=0" in sent(client).url
    form = fields(client.get(ANSWERS).content.decode()) | {"level-1-1-2": "leads"}
    assert "recorded=1" in client.post(ANSWERS, form).url
    assert "recorded=0" in client.post(ANSWERS, form).url
    assert Event.objects.count() == count + 1


def test_one_answer_has_a_form_of_its_own(focal: User) -> None:
    client = signed_in(focal)
    answer = sent(client, f"{ANSWERS}1-1-1/", level__1_1_1="takes part", since__1_1_1="2026-04",
                  until__1_1_1="2027", resources__1_1_1="yes")  # fmt: skip
    assert answer.status_code == 302
    expected = Answer(level="participate", reasons=("resources",),
                      since=date(2026, 4, 1), until=date(2027, 12, 31))  # fmt: skip
    assert stance().answer == expected


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(focal: User) -> None:
    client = signed_in(focal)
    answer = sent(client, level__1_1_1="leads", since__1_1_1="soon", needs__1_1_1="Ships",
                  level__1_1_2="leads", priority__1_1_2="first")  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#since-1-1-1">' in page
    assert '<a href="#priority-1-1-2">' in page
    assert fields(page)["needs-1-1-1"] == "Ships"
    assert Participation.objects.count() == 0


def test_a_conflict_is_shown_side_by_side_and_the_author_chooses(focal: User) -> None:
    client = signed_in(focal)
    answered(focal, a1_1_1=LEADS, a1_1_2=Answer(level="lead"), a1_1_3=Answer(level="lead"))
    form = fields(client.get(ANSWERS).content.decode())
    answered(focal, a1_1_1=Answer(level="not_now"), a1_1_2=Answer(level="not_now"),
             a1_1_3=Answer(level="not_now"))  # fmt: skip
    mine = form | {"level-1-1-1": "interested", "level-1-1-2": "interested"}
    answer = client.post(ANSWERS, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert re.findall(r'id="conflict-([^"]+)"', page) == ["1-1-1", "1-1-2"]
    assert "<td>interested</td><td>not now</td>" in page
    assert stance("1-1-1").level == "not_now"
    again = fields(page)
    assert client.post(ANSWERS, again).status_code == 409
    chosen = again | {"choice-1-1-1": "mine", "choice-1-1-2": "theirs"}
    assert client.post(ANSWERS, chosen).status_code == 302
    levels = [stance(key).level for key in ("1-1-1", "1-1-2", "1-1-3")]
    assert levels == ["interested", "not_now", "not_now"]


def test_taking_an_answer_back_in_the_form_asks_once(focal: User) -> None:
    client = signed_in(focal)
    answered(focal, a1_1_1=LEADS)
    answer = sent(client, level__1_1_1="")
    assert answer.status_code == 422
    assert stance().level == "lead"
    form = fields(answer.content.decode()) | {"level-1-1-1": "", "confirm": "yes"}
    assert client.post(ANSWERS, form).status_code == 302
    assert stance().answer == NO_REPLY


def test_withdrawing_has_a_page_that_asks_and_a_conflict_is_told(focal: User) -> None:
    client = signed_in(focal)
    answered(focal, a1_1_1=LEADS)
    page = "/en/participation/space/members/LAO/withdraw/1-1-1/"
    assert "Forty verifiers." in client.get(page).content.decode()
    assert stance().level == "lead"
    answered(focal, a1_1_1=Answer(level="interested"))
    assert client.post(page, {"version": "1"}).status_code == 409
    assert client.post(page, {"version": "2"}).status_code == 302
    assert stance().answer == NO_REPLY


def test_the_secretariat_is_asked_on_whose_word(secretary: User) -> None:
    client = signed_in(secretary)
    answer = sent(client, level__1_1_1="leads")
    assert answer.status_code == 422
    assert 'id="why"' in answer.content.decode()
    assert sent(client, level__1_1_1="leads", why="letter of 3 March").status_code == 302
    assert record.history(stance())[0].data["why"] == "letter of 3 March"


@pytest.mark.parametrize("page", [ANSWERS, f"{ANSWERS}1-1-1/",
                                  "/en/participation/space/members/LAO/workbook/",
                                  "/en/participation/space/members/LAO/workbook/answers.xlsx"])  # fmt: skip
def test_writing_needs_signing_in_and_the_role(other: User, page: str) -> None:
    assert "/sign-in/" in Client().get(page).headers["Location"]
    assert signed_in(other).get(page).status_code == 403


def test_the_focal_point_of_another_country_cannot_write_by_the_page(
    focal: User, other: User
) -> None:
    form = fields(signed_in(focal).get(ANSWERS).content.decode()) | {"level-1-1-1": "leads"}
    assert signed_in(other).post(ANSWERS, form).status_code == 403
    assert Participation.objects.count() == 0


def test_the_focal_point_finds_the_form_from_the_members_pages(focal: User, other: User) -> None:
    for page in ("/en/members/", "/en/members/LAO/"):
        assert f'href="{ANSWERS}"' in signed_in(focal).get(page).content.decode()
        assert f'href="{ANSWERS}"' not in Client().get(page).content.decode()
    assert f'href="{ANSWERS}"' not in signed_in(other).get("/en/members/LAO/").content.decode()


# --- history, demand and supply -----------------------------------------------------------


def test_the_history_page_tells_each_change_in_words(focal: User) -> None:
    answered(focal, a1_1_1=LEADS)
    answered(focal, a1_1_1=Answer(level="interested", needs="Forty verifiers."))
    client = signed_in(focal)
    page = client.get("/ja/participation/space/members/LAO/history/1-1-1/").content.decode()
    assert "<del>主導</del> → <ins>関心あり</ins>" in page
    assert '<span class="soft">順位：</span>' in page


def test_demand_without_supply_is_found_and_silence_is_no_demand() -> None:
    def gaps() -> tuple[list[str], list[str]]:
        found = selectors.demands(
            programme.latest_edition("space"), date(2026, 1, 1), sample=False
        )  # fmt: skip
        return (
            [one.text.code for one in found if one.lacks_lead],
            [one.text.code for one in found if one.lacks_supply],
        )

    assert gaps() == ([], [])
    record_stance(activity=activity("1-1-1"), member="LAO", level="interested")
    record_stance(activity=activity("1-1-2"), member="LAO", level="not_now", needs="Training.")
    record_stance(activity=activity("1-1-3"), member="LAO", level="participate", needs="Ships.")
    record_stance(activity=activity("1-1-3"), member="JPN", level="participate")
    record_stance(activity=activity("1-1-4"), member="LAO", level="participate")
    record_stance(activity=activity("1-1-4"), member="THA", level="lead")
    record_stance(activity=activity("1-1-5"), member="LAO", level="not_now")
    # A sample country that leads hides no gap of members.
    record_stance(activity=activity("1-1-1"), member="XAA", level="lead")
    assert gaps() == (["1-1-1", "1-1-2", "1-1-3"], ["1-1-2"])


def test_sample_answers_come_with_ranks_and_are_loaded_once_with_one_entry() -> None:
    count = load_sample_stances()
    entries = Event.objects.filter(act="programme.sample_stances_loaded")
    assert sum(entry.data["answers"] for entry in entries) == count
    record_stance(activity=activity(), member="XAA", level="not_now", priority=None)
    load_sample_stances()
    assert stance(member="XAA").level == "not_now"
    assert entries.count() == Programme.objects.count()
    assert stance("1-1-4", "XAA").priority == 2


PAGES = (
    "/{}/participation/space/",
    "/{}/participation/space/activities/1-1-1/",
    "/{}/participation/space/members/LAO/",
    "/{}/participation/space/members/LAO/answer/",
    "/{}/participation/space/members/LAO/answer/1-1-1/",
    "/{}/participation/space/members/LAO/withdraw/1-1-1/",
    "/{}/participation/space/members/LAO/history/1-1-1/",
    "/{}/participation/space/members/LAO/workbook/",
    "/{}/participation/space/members/LAO/workbook/answers.xlsx",
)


def queries(client: Client) -> dict[str, int]:
    """How often each page asks the database, in both languages, once it has been opened before."""
    counts = {}
    for page in (page.format(language) for page in PAGES for language in ("en", "ja")):
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200, page
        counts[page] = len(asked)
    return counts


def test_pages_answer_in_both_languages_with_a_fixed_number_of_queries(focal: User) -> None:
    client = signed_in(focal)
    answered(focal, a1_1_1=LEADS)
    one = queries(client)
    for key in Activity.objects.filter(programme__key="space").values_list("key", flat=True):
        for member in ("LAO", "THA", "XAA"):
            record_stance(activity=activity(key), member=member, level="interested", needs="x",
                          priority=None, focal_name="A")  # fmt: skip
    assert queries(client) == one
    assert max(one.values()) <= 15
