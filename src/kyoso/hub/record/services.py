"""How a record is made and changed: permission → check → write → event, in one transaction.

An act is safe to repeat: one that changes nothing leaves no trace, and one that was given a mark
(``once``) is carried out once however often it arrives. A change is refused when the record is
not as its author saw it.
"""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from kyoso.core import hashes
from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.record.errors import ConflictError, NotAllowedError
from kyoso.hub.record.models import Event, Head, Versioned

Record = TypeVar("Record", bound=Versioned)


def allow(actor: User | None, permission: str, record: models.Model) -> None:
    """Raise :class:`NotAllowedError` unless ``actor`` has ``permission`` on ``record``.

    ``None`` is Kyoso itself: commands and tasks.
    """
    if actor is not None and not actor.has_perm(permission, record):
        raise NotAllowedError(
            Text("you may not do this", "この操作をする権限がありません"),
            where=permission,
            hint=Text("ask the secretariat", "事務局にお問い合わせください"),
        )


@transaction.atomic
def create(
    record: Record,
    *,
    actor: User | None,
    act: str,
    permission: str | None = None,
    once: str | None = None,
    why: str = "",
    data: Mapping[str, Any] | None = None,
) -> Record:
    """Save a new record and log it; with a known ``once`` answer the one that it made before.

    Raises :class:`NotAllowedError`, ``ValidationError``.
    """
    if permission:
        allow(actor, permission, record)
    if (before := _made(type(record), once)) is not None:
        return before
    record.full_clean()
    record.save(force_insert=True)
    values = {name: [None, value] for name, value in state_of(record).items() if value is not None}
    told = _told(record, values)
    log(actor=actor, act=act, record=record, once=once, data=_data(told, why, data))
    return record


@transaction.atomic
def change(
    record: Record,
    *,
    actor: User | None,
    act: str,
    expected: int | None,
    permission: str | None = None,
    once: str | None = None,
    why: str = "",
    data: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Record:
    """Set ``fields`` on the record as it is now; answer it.

    ``expected`` is the version that the author saw; ``None`` where the act does not depend on
    what was seen. Nothing is written or logged when nothing changes.

    Raises :class:`NotAllowedError`, :class:`ConflictError`, ``ValidationError``.
    """
    current = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if permission:
        allow(actor, permission, current)
    if once is not None and Event.objects.filter(once=once).exists():
        return current
    before = state_of(current, *fields)
    for name, value in fields.items():
        setattr(current, name, value)
    after = state_of(current, *fields)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changes and not data:
        return current
    if expected is not None and current.version != expected:
        raise ConflictError(type(record)._default_manager.get(pk=record.pk), fields)
    current.version += 1
    current.full_clean()
    current.save(update_fields=[*fields, "version"])
    told = _told(current, changes)
    log(actor=actor, act=act, record=current, once=once, data=_data(told, why, data))
    return current


def _made(model: type[Record], once: str | None) -> Record | None:
    if once is None:
        return None
    event = Event.objects.filter(once=once).first()
    return None if event is None else model._default_manager.filter(pk=event.key).first()


def _told(record: Versioned, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as the log tells them: of a secret only that there is a new one."""
    return {name: [None, "•"] if name in record.untold else pair for name, pair in changes.items()}


def _data(changes: Mapping[str, Any], why: str, data: Mapping[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"changes": dict(changes)} if changes else {}
    if why:
        found["why"] = why
    return found | dict(data or {})


def state_of(record: models.Model, *names: str) -> dict[str, Any]:
    """The values of a record's own fields as plain data, for the log."""
    fields = record._meta.concrete_fields
    chosen = [f for f in fields if not names or f.name in names]
    return {
        field.name: plain(field.value_from_object(record))
        for field in chosen
        if field.name != "version"
    }


def plain(value: Any) -> Any:
    """A value as JSON holds it; numbers and dates keep every digit."""
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, models.Model):
        return plain(value.pk)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID | float):
        return str(value)  # a database may write a number of JSON otherwise than it was given
    return value


def log(
    *,
    actor: User | None,
    act: str,
    record: models.Model,
    data: Mapping[str, Any] | None = None,
    once: str | None = None,
) -> Event:
    """Add an entry; only inside the transaction of what it tells of."""
    Head.objects.get_or_create(pk=1, defaults={"hash": hashes.CHAIN_START})
    head = Head.objects.select_for_update().get(pk=1)
    event = Event(
        number=head.number + 1,
        at=timezone.now(),
        actor=actor,
        actor_key="" if actor is None else str(actor.pk),
        actor_name="" if actor is None else actor.display_name,
        act=act,
        kind=record._meta.label_lower,
        key=str(record.pk),
        data={name: plain(value) for name, value in (data or {}).items()},
        once=once,
    )
    event.hash = hashes.chained(head.hash, entry_of(event))
    event.save(force_insert=True)
    Head.objects.filter(pk=1).update(number=event.number, hash=event.hash)
    return event


def entry_of(event: Event) -> dict[str, Any]:
    """What the hash of an event covers: all of it."""
    return {
        "number": event.number,
        "at": event.at.astimezone(dt.UTC).isoformat(),
        "actor": event.actor_key,
        "actor_name": event.actor_name,
        "act": event.act,
        "kind": event.kind,
        "key": event.key,
        "data": event.data,
        "once": event.once,
    }
