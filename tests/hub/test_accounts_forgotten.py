"""A password that was forgotten: asked for, chosen anew, and nobody learns who has an account."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings
from tests.hub.people import PASSWORD, person

from kyoso.hub.accounts.models import User
from kyoso.hub.record.models import Event

pytestmark = pytest.mark.django_db(transaction=True)

ASK = "/en/sign-in/forgotten/"
NEW = "another-long-19"


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def letters() -> list[str]:
    """What the worker sends."""
    call_command("db_worker", batch=True, verbosity=0)
    return [str(one.body) for one in mail.outbox]


def link(letter: str) -> str:
    [found] = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", letter)
    return str(found)


def test_a_password_is_chosen_anew_by_a_letter_in_the_language_of_the_person() -> None:
    user = person(name="mara")
    User.objects.filter(pk=user.pk).update(language="ja")
    assert Client().post(ASK, {"email": user.email.upper()}).url == f"{ASK}sent/"
    [letter] = letters()
    assert "パスワード再設定" in letter
    client = Client()
    form = client.get(link(letter)).url
    assert "set-password" in form
    chosen = client.post(form, {"password1": NEW, "password2": NEW})
    assert chosen.url == "/ja/sign-in/forgotten/done/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    event = Event.objects.get(act="accounts.password_set")
    assert (event.actor, event.key) == (user, str(user.pk))
    assert NEW not in str(event.data)
    assert "このリンクは無効です" in Client().get(link(letter)).content.decode()


def test_a_weak_password_is_refused_and_nothing_changes() -> None:
    user = person()
    Client().post(ASK, {"email": user.email})
    client = Client()
    form = client.get(link(letters()[0])).url
    page = client.post(form, {"password1": "12345", "password2": "12345"})
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_who_has_no_account_or_a_closed_one_is_answered_alike_and_not_written_to() -> None:
    closed = person()
    User.objects.filter(pk=closed.pk).update(is_active=False)
    known = person()
    answers = [
        Client().post(ASK, {"email": email}, follow=True).content
        for email in (known.email, closed.email, "nobody@site.example")
    ]
    bare = [re.sub(rb'csrf\w*" value="\w+"', b"", one) for one in answers]
    assert bare[0] == bare[1] == bare[2]
    assert len(letters()) == 1


def test_no_letter_is_written_while_the_page_is_made_and_no_queue_holds_the_link() -> None:
    user = person()
    Client().post(ASK, {"email": user.email})
    assert mail.outbox == []
    [queued] = DBTaskResult.objects.all()
    assert queued.args_kwargs == {"args": [user.pk], "kwargs": {}}


def test_after_some_letters_in_a_minute_no_more_are_written() -> None:
    user = person()
    codes = [Client().post(ASK, {"email": user.email}).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_on_the_way_opens(language: str, settings: Settings) -> None:
    for path in ("", "sent/", "done/", "1-abc-def/"):
        answer = Client().get(f"/{language}/sign-in/forgotten/{path}")
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.content.decode()
    assert "/sign-in/forgotten/" in Client().get(f"/{language}/sign-in/").content.decode()
