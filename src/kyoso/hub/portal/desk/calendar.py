"""A person's days as iCalendar (RFC 5545), and the secret address under which they are read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils import translation
from icalendar import Calendar, Event

from kyoso.core.text import Language
from kyoso.hub.accounts.models import User
from kyoso.hub.portal.desk.models import Desk
from kyoso.hub.texts import say
from kyoso.hub.waiting import Due

_SIGNER_SALT = "kyoso.portal.desk.calendar"
_HEX = 32


def token_of(desk: Desk) -> str:
    """What stands in the address: the secret of the desk, signed by the site.

    Whoever reads the database alone cannot make it.
    """
    secret = desk.secret.hex
    return f"{secret}{_signer().signature(secret)}"


def owner_of(token: str) -> User | None:
    """Whose calendar it is; nobody's where the address does not hold, or its owner is gone."""
    secret, signature = token[:_HEX], token[_HEX:]
    try:
        _signer().unsign(f"{secret}:{signature}")
    except BadSignature:
        return None
    found = Desk.objects.filter(secret=secret, user__is_active=True).select_related("user")
    desk = found.first()
    return None if desk is None else desk.user


def _signer() -> Signer:
    return Signer(salt=_SIGNER_SALT)


def written(dues: Iterable[Due], language: Language, *, now: datetime) -> bytes:
    """The days as one calendar; ``now`` is when it is written.

    A day keeps its UID for as long as the thing lives, and its SEQUENCE grows with every change:
    a calendar that has it moves it. What fell away is told as cancelled.
    """
    found = Calendar()
    found.add("prodid", "-//Kyoso//My desk//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", say("portal.desk.calendar.name")[language])
    for due in dues:
        found.add_component(_event(due, language, now))
    content: bytes = found.to_ical()
    return content


def _event(due: Due, language: Language, now: datetime) -> Event:
    with translation.override(language):
        path = due.to.path
    site = urlsplit(settings.KYOSO_URL)
    made = Event()
    made.add("uid", f"{due.key}@{site.hostname}")
    made.add("dtstamp", now.astimezone(UTC))
    made.add("dtstart", due.day)
    made.add("dtend", due.day + timedelta(days=1))
    made.add("summary", _summary(due, language))
    made.add("url", f"{settings.KYOSO_URL.rstrip('/')}{path}")
    made.add("sequence", due.revision)
    made.add("status", "CANCELLED" if due.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    return made


def _summary(due: Due, language: Language) -> str:
    summary = say("portal.desk.calendar.summary", act=due.act, of=due.of)
    if due.sample:
        summary = say("portal.desk.calendar.sample", summary=summary)
    return summary[language]
