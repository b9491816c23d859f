"""What is read from the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet

from kyoso.core import hashes
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.record.models import Event, Head
from kyoso.hub.record.services import entry_of


def visible_to(viewer: Viewer) -> QuerySet[Event]:
    """The whole log for those who watch over it; nothing of it for others."""
    watches = standing(viewer).has(Role.SECRETARIAT, Role.AUDITOR)
    return Event.objects.all() if watches else Event.objects.none()


def history(record: models.Model) -> QuerySet[Event]:
    """All acts on a record, latest first."""
    return Event.objects.filter(kind=record._meta.label_lower, key=str(record.pk)).order_by(
        "-number"
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One field that an act changed."""

    field: str
    before: Any
    after: Any


def changes(event: Event) -> list[Change]:
    """What an act changed, field by field."""
    found = event.data.get("changes", {})
    return [Change(name, before, after) for name, (before, after) in found.items()]


@dataclass(frozen=True, slots=True)
class Fault:
    """An entry at which the log is not as it was written."""

    number: int
    what: str


def faults() -> Iterator[Fault]:
    """Every place at which the log was tampered with; reads it in order, in bounded memory."""
    previous, number = hashes.CHAIN_START, 0
    for event in Event.objects.order_by("number").iterator(chunk_size=2000):
        number += 1
        if event.number != number:
            yield Fault(number, "missing")
            number = event.number
        if event.hash != hashes.chained(previous, entry_of(event)):
            yield Fault(event.number, "changed")
        previous = event.hash
    head = Head.objects.filter(pk=1).first()
    last = (head.number, head.hash) if head else (0, hashes.CHAIN_START)
    if last != (number, previous):
        yield Fault(last[0], "end")
