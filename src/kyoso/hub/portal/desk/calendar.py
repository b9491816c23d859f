"""A person's days as iCalendar (RFC 5545), and the secret address under which they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils import translation
from icalendar import vText
from icalendar.parser import Contentline

from kyoso.core.text import Language
from kyoso.hub.accounts.models import User
from kyoso.hub.portal.desk.models import Desk
from kyoso.hub.texts import say
from kyoso.hub.waiting import Due

_SIGNER_SALT = "kyoso.portal.desk.calendar"
_HEX = 32
_LINE = 75
_DAY = timedelta(days=1)


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
    name = say("portal.desk.calendar.name")[language]
    frame = _Frame(
        language,
        site=settings.KYOSO_URL.rstrip("/"),
        host=urlsplit(settings.KYOSO_URL).hostname or "",
        stamp=now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
    )
    lines = [*_BEGIN, f"X-WR-CALNAME:{_escaped(name)}"]
    with translation.override(language):
        for due in dues:
            lines += _event(due, frame)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


_BEGIN = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kyoso//My desk//EN",
    "METHOD:PUBLISH",
)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all events of a calendar share."""

    language: Language
    site: str
    host: str
    stamp: str


def _event(due: Due, frame: _Frame) -> tuple[str, ...]:
    """The lines of one day, unfolded. Components of the library would take ten times as long."""
    return (
        "BEGIN:VEVENT",
        f"SUMMARY:{_escaped(_summary(due, frame.language))}",
        f"DTSTART;VALUE=DATE:{due.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due.day + _DAY:%Y%m%d}",
        f"DTSTAMP:{frame.stamp}",
        f"UID:{_escaped(due.key)}@{frame.host}",
        f"SEQUENCE:{due.revision}",
        f"STATUS:{'CANCELLED' if due.cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        f"URL:{frame.site}{due.to.path}",
        "END:VEVENT",
    )


def _escaped(text: str) -> str:
    return vText(text).to_ical().decode()


def _folded(line: str) -> bytes:
    """A line in parts of at most 75 bytes (RFC 5545, 3.1)."""
    content = line.encode()
    return (content if len(content) <= _LINE else Contentline(line).to_ical()) + b"\r\n"


def _summary(due: Due, language: Language) -> str:
    summary = say("portal.desk.calendar.summary", act=due.act, of=due.of)
    if due.sample:
        summary = say("portal.desk.calendar.sample", summary=summary)
    return summary[language]
