"""The calendar of a person: RFC 5545 as read back by another hand, its secret address, its limits."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from tests.hub.people import organisation, person
from tests.hub.progress_sample import a_round, scene
from tests.hub.test_desk import window
from tests.hub.test_projects import begin as project

from kyoso.core.text import Text, same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.portal.desk import calendar
from kyoso.hub.portal.desk.models import Desk
from kyoso.hub.progress import rounds
from kyoso.hub.projects import services as projects
from kyoso.hub.projects.models import Milestone
from kyoso.hub.waiting import Due, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.get_default_timezone())


def events(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def due(**given: Any) -> Due:
    values: dict[str, Any] = {
        "key": "thing/1",
        "act": Text("Report due", "報告の期限"),
        "of": Text("A", "あ"),
        "day": date(2026, 5, 1),
        "to": page("portal:desk"),
    }
    return Due(**(values | given))


# --- the file -----------------------------------------------------------------------------


def test_a_day_is_written_as_the_standard_has_it() -> None:
    """Names and forms by RFC 5545: 3.6.1, 3.8.2.2 (the end is not included), 3.8.7.4, 3.8.1.11."""
    content = calendar.written([due(revision=3)], "en", now=NOW)
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    host = settings.KYOSO_URL.partition("//")[2].partition(":")[0]
    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kyoso//My desk//EN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Kyoso: my days",
        "BEGIN:VEVENT",
        "SUMMARY:Report due: A",
        "DTSTART;VALUE=DATE:20260501",
        "DTEND;VALUE=DATE:20260502",
        "DTSTAMP:20260102T030405Z",
        f"UID:thing/1@{host}",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        f"URL:{settings.KYOSO_URL}/en/desk/",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_day_is_told_in_either_language_and_leads_to_the_page_in_it() -> None:
    (event,) = events(calendar.written([due(sample=True)], "ja", now=NOW))
    assert str(event["summary"]) == "報告の期限：あ（見本データ）"
    assert str(event["url"]).endswith("/ja/desk/")


@given(words=st.text(min_size=1, max_size=200), cancelled=st.booleans())
def test_any_words_come_back_as_they_were(words: str, *, cancelled: bool) -> None:
    """Signs that the format uses itself are escaped (RFC 5545, 3.3.11)."""
    plain = "".join(sign for sign in words if sign.isprintable()) or "x"
    content = calendar.written([due(of=same(plain), cancelled=cancelled)], "en", now=NOW)
    (event,) = events(content)
    assert str(event["summary"]) == f"Report due: {plain}"
    assert str(event["status"]) == ("CANCELLED" if cancelled else "CONFIRMED")
    assert max(map(len, content.split(b"\r\n"))) <= 75


# --- updates ------------------------------------------------------------------------------


def fetched(user: User) -> dict[str, Any]:
    answer = window(user).get("/en/desk/calendar.ics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        200,
        "text/calendar; charset=utf-8",
    )
    return {str(event["uid"]): event for event in events(answer.content)}


def test_a_day_that_is_put_off_keeps_its_name_and_counts_up() -> None:
    one = scene()
    ((uid, first),) = fetched(one.focal).items()
    later = one.round.due + timedelta(days=30)
    owed = rounds.put_off(
        one.requirement, actor=one.secretariat, expected=1, due=later, why="flood"
    )
    ((same_uid, second),) = fetched(one.focal).items()
    assert same_uid == uid
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert (first.decoded("dtstart"), second.decoded("dtstart")) == (one.round.due, later)
    rounds.change_round(
        one.round, actor=one.secretariat, expected=1, why="x", title=same("Another name")
    )
    assert fetched(one.focal)[uid]["sequence"] == 2
    rounds.waive(owed, actor=one.secretariat, expected=owed.version, why="ended")
    assert str(fetched(one.focal)[uid]["status"]) == "CANCELLED"


def test_what_was_handed_in_is_due_no_more() -> None:
    one = scene()
    one.draft()
    assert len(fetched(one.focal)) == 1
    one.submitted()
    assert fetched(one.focal) == {}


def test_milestones_stand_in_the_calendar_of_those_whose_project_it_is() -> None:
    agency = organisation()
    author = person(Role.IMPLEMENTING_AGENCY, country="XAA", of=agency)
    focal, stranger = (
        person(Role.FOCAL_POINT, country="XAA"),
        person(Role.FOCAL_POINT, country="XAB"),
    )
    day = timezone.localdate() + timedelta(days=5)
    draft = project(author, lead=agency)
    projects.add_part(Milestone(project=draft, title=same("Gauges stand"), due=day), actor=author)
    for user, days in ((author, [day]), (focal, [day]), (stranger, [])):
        assert [event.decoded("dtstart") for event in fetched(user).values()] == days


def test_a_calendar_goes_from_a_month_ago_to_a_year_ahead() -> None:
    author = person(Role.IMPLEMENTING_AGENCY, country="XAA", of=organisation())
    draft = project(author, lead=author.memberships.get().organisation)
    today = timezone.localdate()
    for days in (-32, -31, 366, 367):
        day = today + timedelta(days=days)
        projects.add_part(Milestone(project=draft, title=same(f"{days}"), due=day), actor=author)
    found = sorted(event.decoded("dtstart") for event in fetched(author).values())
    assert [(day - today).days for day in found] == [-31, 366]


def test_the_secretariat_and_the_leads_have_the_days_of_rounds() -> None:
    one = a_round()
    (event,) = fetched(person(Role.SECRETARIAT)).values()
    assert event.decoded("dtstart") == one.due
    assert fetched(person(Role.OPERATOR, country="XAA")) == {}


# --- the address --------------------------------------------------------------------------


def address(client: Client) -> str:
    found = re.search(r'value="([^"]+\.ics)"', client.get("/en/desk/options/").content.decode())
    assert found is not None
    return found[1].removeprefix(settings.KYOSO_URL)


def test_the_address_is_read_without_signing_in_and_a_new_one_ends_it() -> None:
    one = scene()
    client = window(one.focal)
    first = address(client)
    assert address(client) == first
    assert len(events(Client().get(first).content)) == 1
    assert "報告の期限" in Client().get(first.replace("/en/", "/ja/")).content.decode()
    assert client.post("/en/desk/options/", {"act": "renew"}).status_code == 302
    second = address(client)
    assert second != first
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_the_calendar_is_told_to_no_cache_and_no_search_engine() -> None:
    answer = Client().get(address(window(scene().focal)))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_who_left_is_read_no_more() -> None:
    one = scene()
    path = address(window(one.focal))
    accounts.close_account(one.focal, actor=one.secretariat, why="left")
    assert Client().get(path).status_code == 404


@given(st.text(alphabet="0123456789abcdef-_", max_size=90))
def test_no_address_is_guessed(token: str) -> None:
    assert calendar.owner_of(token) is None


def test_the_database_alone_does_not_make_an_address() -> None:
    desk = Desk.objects.create(user=person())
    secret = desk.secret.hex
    assert calendar.owner_of(calendar.token_of(desk)) == desk.user
    for forged in (
        secret,
        f"{secret}{Signer(key='another', salt='kyoso.portal.desk.calendar').signature(secret)}",
    ):
        assert calendar.owner_of(forged) is None
