"""Answers and their history as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.programme.models import Participation
from kyoso.hub.programme.participation import reading
from kyoso.hub.programme.participation.enums import ReasonKind
from kyoso.hub.record.models import Event
from kyoso.hub.record.selectors import history
from kyoso.hub.texts import language, say
from kyoso.hub.writing import day

_SHOWN = (
    *("level", "priority", "reasons", "reason", "needs"),
    *("focal_point", "focal_name", "focal_organisation", "since", "until"),
)


def reason_names(stance: Participation) -> list[Text]:
    """The kinds of reason that an answer gives."""
    return [reading.field_name(kind.value) for kind in ReasonKind if kind in stance.reasons]


def focal_point(stance: Participation) -> str:
    """The focal point in one line; empty where none is named."""
    if stance.focal_point is not None:
        return reading.person_line(stance.focal_point)
    comma = "、" if language() == "ja" else ", "
    return comma.join(one for one in (stance.focal_name, stance.focal_organisation) if one)


def period(stance: Participation) -> Text | None:
    """From when until when; nothing where neither is named."""
    if stance.since and stance.until:
        return Text("{a} to {b}", "{a}～{b}").format(a=day(stance.since), b=day(stance.until))
    if stance.since:
        return Text("from {a}", "{a}から").format(a=day(stance.since))
    if stance.until:
        return Text("until {b}", "{b}まで").format(b=day(stance.until))
    return None


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer with its parts in words."""

    stance: Participation
    reasons: Sequence[Text]
    focal_point: str
    period: Text | None


def shown(stance: Participation) -> Shown:
    return Shown(stance, reason_names(stance), focal_point(stance), period(stance))


# --- history ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """An act of the log with its fields and values in words, as ``record/_history.html`` asks."""

    at: datetime
    actor_name: str
    act: str
    data: dict[str, Any]


def told(stance: Participation) -> list[Told]:
    """The history of an answer in words, latest first; two queries."""
    events = list(history(stance))
    named = {
        value
        for event in events
        for value in event.data.get("changes", {}).get("focal_point", ())
        if value is not None
    }
    people = {one.pk: reading.person_line(one) for one in User.objects.filter(pk__in=named)}
    return [Told(one.at, one.actor_name, one.act, _data(one, people)) for one in events]


def _data(event: Event, people: dict[int, str]) -> dict[str, Any]:
    changes = event.data.get("changes", {})
    words = {
        reading.field_name(name)[language()]: [
            _in_words(name, value, people) for value in changes[name]
        ]
        for name in _SHOWN
        if name in changes and any(value not in (None, "", []) for value in changes[name])
    }
    return {"why": event.data.get("why", ""), "changes": words}


def _in_words(name: str, value: Any, people: dict[int, str]) -> str:
    if value in (None, "", []):
        return reading.level_name("")[language()] if name == "level" else ""
    if name == "level":
        return reading.level_name(value)[language()]
    if name == "reasons":
        comma = "、" if language() == "ja" else ", "
        return comma.join(reading.field_name(kind)[language()] for kind in value)
    if name == "focal_point":
        return people.get(value, say("programme.participation.gone_person")[language()])
    return str(value)
