"""The interface for programs: who asks, versions, repeats, refusals, pages."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from tests.hub.api_world import bearer, token
from tests.hub.people import PASSWORD, person

from kyoso.core import hashes
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.api import rates, services, views
from kyoso.hub.api.enums import Scope
from kyoso.hub.api.models import Token
from kyoso.hub.api.rates import WINDOW
from kyoso.hub.api.v1 import api
from kyoso.hub.api.wording import both
from kyoso.hub.evidence.enums import State
from kyoso.hub.evidence.models import Run
from kyoso.hub.record.models import Event
from kyoso.hub.texts import entries

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"
EVERYBODY_READS = f"{ROOT}/programmes"
LOG = f"{ROOT}/events"


def get(path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    return Client().get(path, query, headers=headers or {})


def everything(path: str, headers: dict[str, str] | None = None, **query: Any) -> list[Any]:
    """All rows of a list, page after page."""
    answer = get(path, headers, **query).json()
    found = list(answer["items"])
    while answer["next"]:
        answer = Client().get(answer["next"], headers=headers or {}).json()
        found += answer["items"]
    return found


# --- who asks -----------------------------------------------------------------------------


def test_a_token_makes_a_request_its_users() -> None:
    secretariat = person(Role.SECRETARIAT)
    headers = bearer(secretariat)
    acts = [one["act"] for one in everything(LOG, headers)]
    assert acts == list(Event.objects.order_by("number").values_list("act", flat=True))
    assert everything(LOG, bearer(person(Role.FOCAL_POINT, country="XAA"))) == []


def test_without_a_token_only_what_is_public_is_read() -> None:
    assert get(EVERYBODY_READS).status_code == 200
    refused = get(LOG)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="kyoso"'


@pytest.mark.parametrize("sent", ["Bearer kyoso_wrong", "Bearer ", "Basic eDp5", "kyoso_", ""])
def test_a_token_that_does_not_hold_is_refused_also_where_everybody_reads(sent: str) -> None:
    assert get(EVERYBODY_READS, {"Authorization": sent}).status_code == 401


def test_a_token_holds_until_it_ends_is_withdrawn_or_its_user_goes() -> None:
    user = person(Role.SECRETARIAT)
    withdrawn, expired, closed = bearer(user), bearer(user), bearer(person())
    mine = list(Token.objects.filter(user=user).order_by("made_at"))
    services.withdraw(mine[0], actor=user)
    Token.objects.filter(pk=mine[1].pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    gone = Token.objects.exclude(user=user).get().user
    accounts.close_account(gone, actor=user)
    for headers in (withdrawn, expired, closed):
        assert get(EVERYBODY_READS, headers).status_code == 401


def test_a_token_is_used_for_its_scopes_only() -> None:
    headers = bearer(person(Role.SECRETARIAT), Scope.PROGRESS)
    refused = get(LOG, headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")


def test_only_the_hash_of_a_token_is_kept() -> None:
    secret = token(person())
    kept = Token.objects.get()
    assert kept.key_hash == hashes.of_bytes(secret.encode())
    dumped = json.dumps([event.data for event in Event.objects.all()])
    assert secret not in dumped


def test_a_repeated_making_shows_no_secret_again() -> None:
    user = person()
    given = {"actor": user, "name": "n", "scopes": [Scope.READ], "days": 30, "once": "x" * 32}
    first, secret = services.make(**given)
    second, nothing = services.make(**given)
    assert (first.pk, nothing) == (second.pk, None)
    assert secret is not None


def test_when_a_token_was_used_last_is_known_to_a_minute() -> None:
    headers = bearer(person())
    get(EVERYBODY_READS, headers)
    first = Token.objects.get().used_at
    get(EVERYBODY_READS, headers)
    assert first is not None
    assert Token.objects.get().used_at == first


def test_who_needs_a_second_factor_needs_it_for_a_token_as_well(settings: Settings) -> None:
    headers = bearer(person(Role.SECRETARIAT))
    settings.KYOSO_SECOND_FACTOR_FOR = ("secretariat",)
    refused = get(LOG, headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "second-factor")


def test_a_session_reads_and_writes_only_with_the_mark_of_a_page(settings: Settings) -> None:
    user = person(Role.SECRETARIAT)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get(LOG).status_code == 200
    run = Run.objects.create(owner=user, method="m", version="1", state=State.DONE)
    refused = browser.delete(f"{ROOT}/runs/{run.pk}")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    browser.get("/en/account/tokens/")
    mark = browser.cookies["csrftoken"].value
    done = browser.delete(f"{ROOT}/runs/{run.pk}", headers={"X-CSRFToken": mark})
    assert done.status_code == 204


def test_a_session_beside_a_token_does_not_count() -> None:
    browser = Client()
    browser.force_login(
        person(Role.SECRETARIAT), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert browser.get(LOG, headers=bearer(person())).json()["items"] == []
    assert browser.get(LOG, headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_token_that_asks_too_often_waits(settings: Settings) -> None:
    settings.KYOSO_API_RATE = 2
    headers = bearer(person())
    answers = [get(EVERYBODY_READS, headers) for _ in range(5)]  # a minute may end among them
    assert [one.status_code for one in answers[:2]] == [200, 200]
    refused = [one for one in answers if one.status_code == 429]
    assert all(1 <= int(one.headers["Retry-After"]) <= WINDOW for one in refused)
    assert refused


def test_rates_are_counted_by_minute_and_key(tmp_path: Path) -> None:
    def wait(key: str, now: float) -> int:
        return rates.wait(key, 2, folder=tmp_path / "rates", now=now)

    assert [wait("a", now) for now in (120.0, 125.0, 130.0, 179.9)] == [0, 0, 50, 1]
    assert wait("b", 130.0) == 0
    assert [wait("a", now) for now in (180.0, 181.0, 182.0)] == [0, 0, 58]
    assert sorted(file.name for file in (tmp_path / "rates").iterdir()) == ["a.3", "b.2"]


ASKING = """
import pathlib, sys
from kyoso.hub.api import rates
asked = [rates.wait("a", 70, folder=pathlib.Path(sys.argv[1]), now=0) for _ in range(50)]
print(asked.count(0))
"""


def test_processes_count_together(tmp_path: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", ASKING, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert sum(int(one.communicate()[0]) for one in started) == 70


# --- one shape ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/nowhere", 404),
        ("get", "/programmes/nowhere", 404),
        ("post", "/programmes", 405),
        ("get", "/runs/00000000-0000-0000-0000-000000000000", 404),
        ("get", "/programmes?limit=0", 422),
        ("get", "/programmes?cursor=e30=", 422),
        ("get", "/events", 401),
    ],
)
def test_every_refusal_has_the_same_shape(
    method: str, path: str, status: int, catalogue: None
) -> None:
    refused = getattr(Client(), method)(f"{ROOT}{path}")
    assert refused.status_code == status
    assert list(refused.json()) == ["code", "where", "message", "hint", "faults", "current"]
    assert set(refused.json()["message"]) == {"en", "ja"}
    assert refused.headers["Content-Type"] == "application/json"


def test_an_address_that_does_not_take_a_method_says_which_it_takes() -> None:
    assert Client().post(EVERYBODY_READS).headers["Allow"] == "GET"


def test_all_faults_of_a_request_are_told_at_once() -> None:
    faults = get(EVERYBODY_READS, limit=1000, cursor="*").json()["faults"]
    assert [one["where"] for one in faults] == ["query.limit", "query.cursor"]
    assert faults[0]["message"] == {"en": "is out of bounds", "ja": "範囲外の値です"}


def test_more_than_is_taken_at_once_is_refused_in_the_same_shape() -> None:
    refused = Client().post(
        f"{ROOT}/runs", b"x", content_type="application/json", headers={"Content-Length": "9" * 9}
    )
    assert (refused.status_code, refused.json()["code"]) == (413, "too-large")


def test_a_message_is_found_again_in_both_languages() -> None:
    texts = entries()
    plain = texts["projects.fault.why"].many
    assert both(plain.en) == plain
    draft = texts["projects.state.draft"].many
    filled = texts["projects.fault.state"].many.format(state=draft)
    assert both(filled.en) == filled
    assert both("not of ours").as_dict() == {"en": "not of ours", "ja": "not of ours"}


def test_words_of_django_come_in_both_languages() -> None:
    from django.core.validators import EmailValidator

    assert both(EmailValidator.message).as_dict() == {
        "en": "Enter a valid email address.",
        "ja": "有効なメールアドレスを入力してください。",
    }


# --- reading ------------------------------------------------------------------------------


def test_a_record_that_the_client_has_is_not_sent_again(catalogue: None) -> None:
    first = get(f"{ROOT}/programmes/space")
    mark = first.headers["ETag"]
    again = get(f"{ROOT}/programmes/space", {"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")
    assert get(f"{ROOT}/programmes/space", {"If-None-Match": '"v0-0"'}).status_code == 200


def test_pages_are_complete_whatever_their_size(catalogue: None) -> None:
    path = f"{ROOT}/programmes/space/editions/2025/activities"
    whole = everything(path, limit=200)
    assert len(whole) == 43
    for size in (1, 7, 42, 43):
        assert everything(path, limit=size) == whole


def test_what_is_added_meanwhile_hides_and_repeats_nothing() -> None:
    user = person()
    headers = bearer(user)
    made = [Run.objects.create(owner=user, method="m", version="1") for _ in range(5)]
    first = get(f"{ROOT}/runs", headers, limit=2).json()
    Run.objects.create(owner=user, method="m", version="1")
    rest = Client().get(first["next"], headers=headers).json()
    seen = [one["id"] for one in first["items"] + rest["items"]]
    assert seen == [str(one.pk) for one in reversed(made)][: len(seen)]
    assert len(seen) == 4


def test_the_text_of_an_activity_stands_in_both_languages(catalogue: None) -> None:
    one = get(f"{ROOT}/programmes/space/editions/2025/activities/1-1-1").json()
    assert one["code"] == "1-1-1"
    assert set(one["title"]) == {"en", "ja"}


def test_a_number_that_is_not_reported_is_null(catalogue: None) -> None:
    found = everything(f"{ROOT}/programmes/space/indicators", limit=3)
    assert None in [one["value"] for one in found]
    assert 0 not in [one["value"] for one in found]


def test_runs_on_sample_data_come_only_when_asked_for() -> None:
    sample = Run.objects.create(method="m", version="1", sample=True, state=State.QUEUED)
    assert everything(f"{ROOT}/runs") == []
    [one] = everything(f"{ROOT}/runs", sample="true")
    assert (one["id"], one["sample"]) == (str(sample.pk), True)


def test_nobody_reads_a_run_of_another() -> None:
    run = Run.objects.create(owner=person(), method="m", version="1")
    stranger = bearer(person(Role.SECRETARIAT))
    for path in (f"{ROOT}/runs/{run.pk}", f"{ROOT}/runs/{run.pk}/tables/t"):
        assert get(path, stranger).status_code == 404
    assert Client().delete(f"{ROOT}/runs/{run.pk}", headers=stranger).status_code == 404
    assert everything(f"{ROOT}/runs", stranger, sample="true") == []


def test_a_list_asks_the_same_number_of_queries_for_one_row_and_for_fifty(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = person()
    headers = bearer(user)
    Run.objects.create(owner=user, method="m", version="1")
    get(f"{ROOT}/runs", headers)
    with django_assert_num_queries(4):  # token with user, its roles, runs, inputs
        assert len(get(f"{ROOT}/runs", headers).json()["items"]) == 1
    for _ in range(49):
        Run.objects.create(owner=user, method="m", version="1")
    with django_assert_num_queries(4):
        assert len(get(f"{ROOT}/runs", headers).json()["items"]) == 50


# --- a run from a file --------------------------------------------------------------------

METHOD = "climate.transparency.facility-emissions"


def test_a_run_is_started_on_the_example() -> None:
    headers = bearer(person())
    made = Client().post(f"{ROOT}/methods/{METHOD}/runs", {"example": "true"}, headers=headers)
    assert made.status_code == 201
    assert made.json()["state"] == "queued"
    assert get(f"{ROOT}/runs/{made.json()['id']}", headers).json()["method"] == METHOD


def test_what_is_wrong_with_a_run_is_told_by_table_and_parameter() -> None:
    headers = bearer(person())
    path = f"{ROOT}/methods/{METHOD}/runs"
    refused = Client().post(path, {"parameters": "[]"}, headers=headers).json()
    assert [one["where"] for one in refused["faults"]] == ["parameters"]
    missing = Client().post(path, {}, headers=headers).json()["faults"]
    assert {one["where"].partition("-")[0] for one in missing} == {"table"}
    assert all(one["message"]["en"] != one["message"]["ja"] for one in missing)


def test_a_run_is_started_by_who_has_the_scope_for_it() -> None:
    path = f"{ROOT}/methods/{METHOD}/runs"
    assert Client().post(path, {"example": "true"}).status_code == 401
    headers = bearer(person(), Scope.READ)
    assert Client().post(path, {"example": "true"}, headers=headers).status_code == 403


# --- pages --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_reference_names_every_operation_in_words(language: str) -> None:
    page = unescape(Client().get(f"/{language}/api/").content.decode())
    for chapter in views._chapters():
        for one in chapter.operations:
            assert f'id="{one.id}"' in page
            assert one.summary["ja" if language == "ja" else "en"] in page
    assert "<script" not in page


def test_the_document_is_open_and_names_scopes() -> None:
    document = get(f"{ROOT}/openapi.json").json()
    operation = document["paths"]["/api/v1/events"]["get"]
    assert (operation["x-scope"], operation["security"]) == ("read", [{"Bearer": []}])
    assert document["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"
    assert list(document["paths"]) == list(api.get_openapi_schema()["paths"])


def signed_in(user: User) -> Client:
    browser = Client()
    browser.post("/en/sign-in/", {"login": user.email, "password": PASSWORD})
    return browser


def test_a_token_is_made_and_withdrawn_on_a_page() -> None:
    user = person()
    browser = signed_in(user)
    form = browser.get("/en/account/tokens/").context["form"]
    sent = {"name": "my script", "scopes": ["read"], "days": "30", "once": form["once"].value()}
    page = browser.post("/en/account/tokens/", sent)
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert get(EVERYBODY_READS, {"Authorization": f"Bearer {secret}"}).status_code == 200
    assert secret not in browser.get("/en/account/tokens/").content.decode()
    assert secret not in browser.post("/en/account/tokens/", sent).content.decode()
    one = Token.objects.get()
    browser.post(f"/en/account/tokens/{one.pk}/withdraw/")
    assert get(EVERYBODY_READS, {"Authorization": f"Bearer {secret}"}).status_code == 401


def test_what_is_missing_in_the_form_of_a_token_is_said_beside_the_field() -> None:
    page = signed_in(person()).post("/ja/account/tokens/", {"name": "", "days": "30"})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"name", "scopes", "once"}


def test_nobody_withdraws_the_token_of_another() -> None:
    token(person())
    one = Token.objects.get()
    assert signed_in(person()).post(f"/en/account/tokens/{one.pk}/withdraw/").status_code == 404
    assert not Token.objects.get().withdrawn
