"""Scores of pairs: kept by author and place, shown together, never averaged, suggested next."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.models import Run
from kyoso.hub.programme import selectors as programmes
from kyoso.hub.programme.models import Activity, Framework
from kyoso.hub.programme.synergies import selectors, services
from kyoso.hub.programme.synergies.models import Score
from kyoso.hub.record.errors import ConflictError, NotAllowedError
from kyoso.hub.record.models import Event

from .people import person

pytestmark = pytest.mark.usefixtures("catalogue")


def activity(key: str) -> Activity:
    return selectors.activity("space", key)


def pair(one: str = "1-1-2", other: str = "1-2-3-2") -> services.Pair:
    return services.pair(activity(one), activity(other))


def scored(author: User, value: int, *, place: str = "LAO", of: services.Pair | None = None,
           expected: int | None = 0, reason: str = "because", once: str | None = None) -> Score:  # fmt: skip
    return services.score(
        actor=author, of=of or pair(), place=place, value=value, reason=reason,
        language="en", expected=expected, once=once,
    )  # fmt: skip


def focal(country: str = "LAO") -> User:
    return person(Role.FOCAL_POINT, country=country)


# --- scores -------------------------------------------------------------------------------


def test_a_pair_is_one_pair_in_either_order() -> None:
    author = focal()
    one = scored(author, 2, of=pair("1-1-2", "1-2-3-2"))
    again = scored(author, 2, of=pair("1-2-3-2", "1-1-2"))
    assert (again.pk, Score.objects.count()) == (one.pk, 1)


def test_an_activity_makes_no_pair_with_itself() -> None:
    with pytest.raises(ValueError, match="itself"):
        pair("1-1-2", "1-1-2")


def test_each_author_has_one_score_a_pair_and_place_and_its_history() -> None:
    author = focal()
    first = scored(author, 2)
    second = scored(author, -1, expected=first.version, reason="seen otherwise")
    elsewhere = scored(author, 3, place="VNM")
    assert (second.pk, second.value, second.version) == (first.pk, -1, 2)
    assert elsewhere.pk != first.pk
    event = next(one for one in selectors.events_of(pair()) if one.key == str(first.pk))
    assert event.data["changes"]["value"] == [2, -1]


def test_scoring_the_same_again_leaves_no_trace() -> None:
    author = focal()
    scored(author, 2, once="a")
    count = Event.objects.count()
    scored(author, 2, once="a")
    scored(author, 2, once="b")
    assert Event.objects.count() == count


def test_a_score_that_was_changed_elsewhere_is_not_overwritten() -> None:
    author = focal()
    scored(author, 2)
    scored(author, 1, expected=1)
    with pytest.raises(ConflictError):
        scored(author, 3, expected=1)
    with pytest.raises(ConflictError):
        scored(author, 3, expected=0)
    assert Score.objects.get().value == 1


def test_disagreement_is_kept_and_never_averaged() -> None:
    scored(focal(), 2)
    scored(focal(), -2)
    found = selectors.together(selectors.scores_of(pair()))
    assert found is not None
    assert (found.mark, found.median, found.range) == ("±", "−2 / +2", "−2 … +2")


def test_a_score_that_was_withdrawn_counts_nowhere_and_can_be_given_anew() -> None:
    author = focal()
    one = services.withdraw(scored(author, 2), actor=author, expected=1)
    assert selectors.together(selectors.scores_of(pair())) is None
    again = scored(author, 3)
    assert (again.pk, again.withdrawn, again.value) == (one.pk, False, 3)


@pytest.mark.parametrize("place", ["nowhere", "ZZZ", ""])
def test_a_score_speaks_of_a_place_that_there_is(place: str) -> None:
    with pytest.raises(ValidationError):
        scored(focal(), 1, place=place)


def test_a_region_is_a_place() -> None:
    assert scored(focal(), 1, place="ASEAN").place == "ASEAN"


@pytest.mark.parametrize("value", [-4, 4])
def test_there_is_nothing_outside_the_scale(value: int) -> None:
    with pytest.raises(ValidationError):
        scored(focal(), value)


def test_a_run_of_somebody_else_is_no_evidence() -> None:
    run = Run.objects.create(method="m", version="1", owner=focal())
    with pytest.raises(ValidationError):
        services.score(actor=focal(), of=pair(), place="LAO", value=1, reason="r", language="en",
                       evidence_run=run)  # fmt: skip


# --- who may ------------------------------------------------------------------------------


def test_who_has_no_role_or_only_audits_scores_nothing() -> None:
    for nobody in (person(), person(Role.AUDITOR)):
        with pytest.raises(NotAllowedError):
            scored(nobody, 1)
    assert not Score.objects.exists()


def test_nobody_withdraws_the_score_of_another(client: Client) -> None:
    one = scored(focal(), 2)
    with pytest.raises(NotAllowedError):
        services.withdraw(one, actor=focal(), expected=1)
    client.force_login(focal())
    answer = client.post(f"/en/synergies/scores/{one.pk}/withdraw/", {"version": 1})
    assert answer.status_code == 404


def test_single_scores_are_for_people_with_a_role(client: Client) -> None:
    author = focal()
    scored(author, 2, reason="secret reason")
    address = "/en/synergies/space/pairs/1-1-2/1-2-3-2/"
    page = client.get(address).content.decode()
    assert "secret reason" not in page
    assert author.display_name not in page
    assert "+2" in page
    client.force_login(person())
    assert "secret reason" not in client.get(address).content.decode()
    client.force_login(person(Role.AUDITOR))
    assert "secret reason" in client.get(address).content.decode()
    assert list(programmes.scores_visible_to(person())) == []


# --- pages --------------------------------------------------------------------------------

PAGES = (
    "/{}/synergies/space/",
    "/{}/synergies/space/suggestions/",
    "/{}/synergies/space/activities/1-1-2/",
    "/{}/synergies/space/pairs/1-1-2/1-2-3-2/",
    "/{}/synergies/space/frameworks/2-3-1-1/kmgbf-7/",
    "/{}/synergies/clean-asia/",
    "/{}/synergies/clean-asia/pairs/(1)/(2)/",
)


@pytest.fixture
def sample(catalogue: None) -> None:
    accounts.load_sample_users(password="long-enough-19")
    services.load_sample_scores()


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_answer_in_their_language(client: Client, page: str, language: str) -> None:
    answer = client.get(page.format(language))
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "/en/synergies/none/",
        "/en/synergies/space/activities/9-9-9/",
        "/en/synergies/space/pairs/1-1-2/1-1-2/",
        "/en/synergies/space/pairs/1-1-2/9-9-9/",
        "/en/synergies/space/frameworks/1-1-2/none/",
        "/en/synergies/space/activity/?activity=none",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, page: str) -> None:
    assert client.get(page).status_code == 404


def test_an_activity_is_chosen_without_a_script(client: Client) -> None:
    answer = client.get("/en/synergies/space/activity/?activity=1-1-2")
    assert answer["Location"] == "/en/synergies/space/activities/1-1-2/"


@pytest.mark.usefixtures("sample")
def test_the_map_says_what_was_found_and_what_is_unexamined(client: Client) -> None:
    found = selectors.synergy_map(programmes.latest_edition("space"))
    assert [row.first.code for row in found.strong_synergies if row.second] == [
        "1-1-2", "1-2-2-1", "2-2-2",
    ]  # fmt: skip
    assert {(row.first.code, row.verdict) for row in found.disputed} == {
        ("1-2-3-3", "disputed"),
        ("1-2-2-3", "by_place"),
    }
    assert [row.first.code for row in found.trade_offs] == ["2-2-3"]
    assert found.unexamined == 43 * 42 // 2 - 7
    page = client.get("/en/synergies/space/").content.decode()
    assert f"{found.unexamined} pairs are unexamined" in page
    assert "sample" in page


@pytest.mark.usefixtures("sample")
def test_the_map_of_one_place_knows_that_place_only(client: Client) -> None:
    found = selectors.synergy_map(programmes.latest_edition("space"), "XAB")
    assert {
        place for row in found.examined if row.found for place in row.found.examined.by_place
    } == {"XAB"}
    assert client.get("/en/synergies/space/?place=XAB").status_code == 200


def test_suggestions_leave_out_what_was_examined_and_say_why() -> None:
    edition = programmes.latest_edition("space")
    known = selectors.tags(edition.programme)
    first = selectors.worth_examining(selectors.synergy_map(edition), known)
    best = first[0]
    assert best.reasons
    scored(focal(), 1, of=services.pair(best.first.activity, best.second.activity))
    then = selectors.worth_examining(selectors.synergy_map(edition), known)
    assert [one.suggestion.pair for one in then] == [one.suggestion.pair for one in first[1:]]


def test_a_score_is_given_and_changed_in_the_page(client: Client) -> None:
    author = focal()
    client.force_login(author)
    address = "/en/synergies/space/pairs/1-1-2/1-2-3-2/"
    sent = {"place": "LAO", "value": "2", "reason": "shared data", "language": "en",
            "version": "0", "once": uuid.uuid4().hex}  # fmt: skip
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    assert Score.objects.get().value == 2
    clash = client.post(address, sent | {"value": "3", "once": uuid.uuid4().hex})
    assert clash.status_code == 409
    form = client.get(f"{address}?place=LAO").context["form"]
    assert (form.initial["version"], form.initial["value"]) == (1, 2)
    changed = sent | {"value": "3", "version": "1", "once": uuid.uuid4().hex}
    assert client.post(address, changed).status_code == 302
    assert Score.objects.get().value == 3


def test_a_faulty_score_is_shown_beside_its_field(client: Client) -> None:
    client.force_login(focal())
    answer = client.post(
        "/en/synergies/space/pairs/1-1-2/1-2-3-2/",
        {"place": "LAO", "value": "5", "reason": "", "language": "en", "version": "0",
         "once": "x", "evidence_link": "javascript:alert(1)"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"value", "reason", "evidence_link"}


def test_the_public_is_asked_to_sign_in_before_it_scores(client: Client) -> None:
    answer = client.post("/en/synergies/space/pairs/1-1-2/1-2-3-2/", {})
    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]


# --- open data, samples, queries ----------------------------------------------------------


@pytest.mark.usefixtures("sample")
def test_scores_of_sample_authors_are_in_no_export(client: Client) -> None:
    scored(focal(), 2)
    scored(focal(), -1)
    scored(focal(), 3, of=services.pair(activity("2-3-1-1"), Framework.objects.get(key="kmgbf-7")))
    text = client.get("/en/synergies/space/scores.csv").content.decode()
    assert list(csv.reader(io.StringIO(text)))[1:] == [
        ["space", "2025", "1-1-2", "1-2-3-2", "", "LAO", "2", "-1", "2", "-1", "2"],
        ["space", "2025", "2-3-1-1", "", "kmgbf-7", "LAO", "1", "3", "3", "3", "3"],
    ]


def test_what_sample_authors_say_is_sample_and_can_be_removed(sample: None) -> None:
    assert services.load_sample_scores() == Score.objects.filter(sample=True).count() == 14
    mine = scored(focal(), 1)
    services.remove_sample_scores()
    assert list(Score.objects.all()) == [mine]


@pytest.mark.parametrize(
    "page", ["/en/synergies/space/", "/en/synergies/space/activities/1-1-2/",
             "/en/synergies/space/pairs/1-1-2/1-2-3-2/"]
)  # fmt: skip
def test_pages_ask_as_many_queries_for_fifty_scores_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, page: str
) -> None:
    reader = person(Role.SECRETARIAT)
    scored(focal(), 1)
    client.force_login(reader)
    client.get(page)
    with django_assert_max_num_queries(40) as one:
        client.get(page)
    others = [
        key
        for key in Activity.objects.filter(programme__key="space").values_list("key", flat=True)
        if key != "1-1-2"
    ]
    author = focal()
    for key in others:
        scored(author, 2, of=pair("1-1-2", key))
    for _ in range(8):
        scored(focal(), 2)
    with django_assert_max_num_queries(len(one)):
        client.get(page)
