"""What stands on a person's desk. The apps are asked; none is named here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import ModuleType
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.portal.desk.models import Desk
from kyoso.hub.record import visibility
from kyoso.hub.record.models import Event, Head
from kyoso.hub.waiting import Due, Item, News, Page

DAYS = 14
"""How far back the changes go for a person who has not said yet what they have seen."""
PAST = timedelta(days=31)
"""How long a day that has passed stays in a calendar."""
AHEAD = timedelta(days=366)
"""How far ahead a calendar goes; what is due later comes into it in time."""
LOOKED_AT = 500
"""So many acts are looked at, latest first, for those that concern a person."""


@cache
def _apps() -> tuple[ModuleType, ...]:
    return tuple(visibility.modules("desk"))


def desk(user: User) -> Desk:
    """The person's desk; not saved where they have set nothing yet."""
    return Desk.objects.filter(user=user).first() or Desk(user=user)


def items(user: User) -> list[Item]:
    """All that waits for a person: escalated first, then the longest late, then by day."""
    found = [item for app in _apps() if hasattr(app, "items") for item in app.items(user)]
    return sorted(found, key=_urgency)


def _urgency(item: Item) -> tuple[bool, int, bool, Any]:
    return (not item.escalated, -item.late, item.due is None, item.due or 0)


def count(user: User) -> int:
    """How much waits for the person themselves."""
    return sum(item.own for item in items(user))


def dues(user: User, *, past: timedelta = PAST, ahead: timedelta = AHEAD) -> list[Due]:
    """The days that concern a person, as far back and ahead as is asked for, in their order."""
    today = timezone.localdate()
    span = today - past, today + ahead
    found = [due for app in _apps() if hasattr(app, "dues") for due in app.dues(user, *span)]
    return sorted(found, key=lambda due: (due.day, due.key))


@dataclass(frozen=True, slots=True)
class Change:
    """An act of somebody else on something that the person may see."""

    number: int
    at: datetime
    who: str
    act: str
    of: Text
    to: Page


def head() -> int:
    """The number of the last entry of the log."""
    found = Head.objects.filter(pk=1).values_list("number", flat=True).first()
    return found or 0


def changes(user: User, *, after: int | None) -> list[Change]:
    """What others did after an entry of the log, latest first; of the last days without one."""
    known = [news for app in _apps() if hasattr(app, "news") for news in app.news()]
    acts = {act for news in known for act in news.acts}
    since = Q(number__gt=after)
    if after is None:
        since = Q(at__gte=timezone.now() - timedelta(days=DAYS))
    events = list(
        Event.objects.filter(since, act__in=acts)
        .exclude(actor_key=str(user.pk))
        .order_by("-number")
        .only("number", "at", "actor_name", "act", "kind", "key")[:LOOKED_AT]
    )
    found = [change for news in known for change in _seen(news, user, events)]
    return sorted(found, key=lambda change: -change.number)


def _seen(news: News, user: User, events: list[Event]) -> Iterator[Change]:
    if not any(event.act in news.acts for event in events):
        return
    rows = news.seen(user)
    kind = rows.model._meta.label_lower
    by_key: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.act in news.acts and event.kind == kind:
            by_key[event.key].append(event)
    if not by_key:
        return
    there = list(rows.filter(pk__in=list(by_key)))
    names = news.of(there)
    for row in there:
        for event in by_key[str(row.pk)]:
            yield Change(
                event.number, event.at, event.actor_name, event.act, names[row.pk], news.to(row)
            )
