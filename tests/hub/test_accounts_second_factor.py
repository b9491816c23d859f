"""The second factor: who needs one, how one is set up, and how it is asked for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from tests.hub.people import PASSWORD, person

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.record.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def needed(settings: Settings) -> None:
    settings.KYOSO_SECOND_FACTOR_FOR = ("secretariat", "verifier", "auditor")
    cache.clear()


def code_of(secret: str, at: float | None = None) -> str:
    """The six digits of RFC 6238 (SHA-1, 30 seconds), of RFC 4226 for the moment's number."""
    number = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(base64.b32decode(secret), number, hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def test_the_code_of_the_test_is_that_of_the_standard() -> None:
    """RFC 6238, appendix B: at 59 seconds 94287082, of which six digits are asked."""
    assert code_of(base64.b32encode(b"12345678901234567890").decode(), 59) == "287082"


def sign_in(client: Client, user: User, word: str = PASSWORD, language: str = "en") -> str:
    answer = client.post(f"/{language}/sign-in/", {"login": user.email, "password": word})
    return answer.headers.get("Location", "")


def confirm(client: Client) -> None:
    """Say once more who one is: asked before anything about signing in is changed."""
    assert client.post("/en/confirm/", {"password": PASSWORD}).status_code == 302


def secret_on(page: str) -> str:
    [secret] = re.findall(r"<code>([A-Z2-7]{16,})</code>", page)
    return secret


def with_app(client: Client) -> str:
    """Set up an app through the pages; its secret."""
    confirm(client)
    secret = secret_on(client.get("/en/account/second-factor/app/add/").content.decode())
    answer = client.post("/en/account/second-factor/app/add/", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/en/account/second-factor/codes/"
    return secret


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.VERIFIER, Role.AUDITOR])
def test_who_watches_over_others_is_led_to_set_one_up(role: Role) -> None:
    client = Client()
    sign_in(client, person(role))
    answer = client.get("/en/")
    assert answer.headers["Location"] == "/en/account/second-factor/needed/"
    assert (
        "/en/account/second-factor/app/add/"
        in client.get(answer.headers["Location"]).content.decode()
    )
    with_app(client)
    assert client.get("/en/").status_code == 200
    assert client.get("/en/account/second-factor/needed/").status_code == 302


def test_others_and_the_sample_logins_need_none() -> None:
    focal, sample = person(Role.FOCAL_POINT, country="XAA"), person(Role.SECRETARIAT)
    User.objects.filter(pk=sample.pk).update(sample=True)
    for user in (focal, sample):
        client = Client()
        sign_in(client, user)
        assert client.get("/en/").status_code == 200


def test_a_code_is_asked_for_after_the_password_and_a_recovery_code_works_once() -> None:
    user, first = person(Role.AUDITOR), Client()
    sign_in(first, user)
    with_app(first)
    codes = re.findall(r"<code>(\d{8})</code>",
                       first.get("/en/account/second-factor/codes/").content.decode())  # fmt: skip
    assert len(set(codes)) == 10

    def second(code: str) -> Client:
        client = Client()
        assert sign_in(client, user) == "/en/sign-in/second-factor/"
        assert client.get("/en/account/").status_code == 302
        client.post("/en/sign-in/second-factor/", {"code": code})
        return client

    assert second("000000").get("/en/account/").status_code == 302
    assert second(codes[0]).get("/en/account/").status_code == 200
    assert second(codes[0]).get("/en/account/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_record_tells_when_one_is_set_up_and_removed() -> None:
    user, client = person(), Client()
    sign_in(client, user)
    with_app(client)
    client.post("/en/account/second-factor/app/remove/")
    told = Event.objects.filter(act__startswith="accounts.second_factor").values_list("act", "data")
    assert list(told) == [
        ("accounts.second_factor_added", {"kind": "totp"}),
        ("accounts.second_factor_added", {"kind": "recovery_codes"}),
        ("accounts.second_factor_removed", {"kind": "totp"}),
        ("accounts.second_factor_removed", {"kind": "recovery_codes"}),
    ]


def test_before_it_is_changed_one_says_once_more_who_one_is() -> None:
    client = Client()
    client.force_login(person())
    answer = client.get("/en/account/second-factor/app/add/")
    assert answer.headers["Location"].startswith("/en/confirm/")
    page = client.post(answer.headers["Location"], {"password": "wrong"}).content.decode()
    assert 'role="alert"' in page
    answer = client.post(answer.headers["Location"], {"password": PASSWORD})
    assert answer.headers["Location"] == "/en/account/second-factor/app/add/"


PAGES = ("", "app/add/", "passkeys/", "passkeys/add/")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_of_the_second_factor_speak_both_languages(page: str, language: str) -> None:
    client = Client()
    sign_in(client, person(), language=language)
    confirm(client)
    answer = client.get(f"/{language}/account/second-factor/{page}")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in text
    assert ("二要素認証" in text) == (language == "ja")


def test_a_passkey_says_that_it_needs_scripts_and_runs_none_inline() -> None:
    client = Client()
    sign_in(client, person())
    confirm(client)
    page = client.get("/en/account/second-factor/passkeys/add/").content.decode()
    assert "<noscript>" in page
    assert "JavaScript is off" in page
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all('type="application/json"' in one or 'src="/static/' in one for one in scripts)
    for source in re.findall(r'src="(/static/[^"]+\.js)"', page):
        answer = client.get(source)
        assert answer.status_code == 200
        answer.close()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_failed_sign_ins_are_limited(language: str) -> None:
    """Five for an address in five minutes; then even the right password has to wait."""
    user = person()
    for _ in range(5):
        assert sign_in(Client(), user, "wrong", language) == ""
    assert sign_in(Client(), user, language=language) == ""
    answer = Client().post(f"/{language}/sign-in/", {"login": user.email, "password": PASSWORD})
    said = "Too many" if language == "en" else "失敗が連続"
    assert said in answer.content.decode()
    assert sign_in(Client(), person(), language=language) != ""
