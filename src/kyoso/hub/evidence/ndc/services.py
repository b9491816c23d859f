"""What is done to statements: writing, submitting, judging, publishing, correcting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.ndc import kinds, tracking
from kyoso.hub.evidence.ndc.enums import OPEN, TRACKED, State
from kyoso.hub.evidence.ndc.errors import wrong_state
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import allow, change, create
from kyoso.hub.texts import language, say

WRITE, PUBLISH = "ndc.write_statement", "ndc.publish_statement"


def _fault(field: str | None, key: str) -> ValidationError:
    said = say(f"ndc.fault.{key}")[language()]
    return ValidationError(said if field is None else {field: said})


def _with_author(actor: User | None, authors: Sequence[int]) -> list[int]:
    return list(authors) if actor is None or actor.pk in authors else [*authors, actor.pk]


@transaction.atomic
def write(
    *,
    actor: User | None,
    country: str,
    kind: str,
    content: Mapping[str, Any],
    once: str | None = None,
    sample: bool = False,
) -> Statement:
    """Begin a statement. Raises ``ValidationError`` by field, and where there is one already."""
    allow(actor, WRITE, Statement(country=country))
    written = kinds.checked(kind, content)
    name = kinds.name_of(kind, written)
    begun = once is not None and Event.objects.filter(once=once).exists()
    if not begun and Statement.objects.filter(country=country, kind=kind, name=name).exists():
        raise _fault(None, "there")
    made = Statement(
        country=country,
        kind=kind,
        name=name,
        content=written,
        authors=_with_author(actor, []),
        sample=sample,
    )
    return create(made, actor=actor, act="ndc.begun", once=once)


@transaction.atomic
def rewrite(
    statement: Statement, *, actor: User | None, expected: int, content: Mapping[str, Any]
) -> Statement:
    """Write a draft anew; one that was returned is a draft again. What it is about stays."""
    current = _current(statement)
    allow(actor, WRITE, current)
    if current.state not in (State.DRAFT, State.RETURNED):
        raise wrong_state(current)
    written = kinds.checked(current.kind, content)
    if kinds.name_of(current.kind, written) != current.name:
        first = next(one for one in kinds.TABLES[current.kind].key if one != "country")
        raise _fault(first, "renamed")
    return change(
        current,
        actor=actor,
        act="ndc.written",
        expected=expected,
        content=written,
        state=State.DRAFT,
        authors=_with_author(actor, current.authors),
    )


@transaction.atomic
def correct(
    statement: Statement, *, actor: User | None, why: str, once: str | None = None
) -> Statement:
    """Begin the next number of what is published, with the reason; one that is open stays."""
    latest = (
        Statement.objects.select_for_update()
        .filter(country=statement.country, kind=statement.kind, name=statement.name)
        .order_by("number")
        .last()
    )
    assert latest is not None
    allow(actor, WRITE, latest)
    if latest.state in OPEN:
        return latest
    if not why.strip():
        raise _fault("why", "required")
    return create(
        Statement(
            country=latest.country,
            kind=latest.kind,
            name=latest.name,
            number=latest.number + 1,
            content=latest.content,
            why=why.strip(),
            sample=latest.sample,
            authors=_with_author(actor, []),
        ),
        actor=actor,
        act="ndc.corrected",
        once=once,
    )


@transaction.atomic
def submit(statement: Statement, *, actor: User | None, expected: int) -> Statement:
    """Hand a draft in, for another person of the country to judge."""
    current = _current(statement)
    allow(actor, WRITE, current)
    if current.state == State.SUBMITTED:
        return current
    if current.state != State.DRAFT:
        raise wrong_state(current)
    return change(
        current,
        actor=actor,
        act="ndc.submitted",
        expected=expected,
        state=State.SUBMITTED,
        submitted_at=timezone.now(),
        authors=_with_author(actor, current.authors),
    )


@transaction.atomic
def send_back(statement: Statement, *, actor: User | None, expected: int, reason: str) -> Statement:
    """Return what was submitted with the reason."""
    if not reason.strip():
        raise _fault("reason", "required")
    current = _judged(statement, actor, State.RETURNED)
    if current.state == State.RETURNED:
        return current
    return change(
        current,
        actor=actor,
        act="ndc.returned",
        expected=expected,
        state=State.RETURNED,
        reason=reason.strip(),
    )


def publish(statement: Statement, *, actor: User | None, expected: int) -> Statement:
    """Make a statement public; the number that was public before is replaced.

    The targets are tracked anew. Raises ``ValidationError`` with the faults that the tracking
    would have with it: what is published can always be calculated with.
    """
    with transaction.atomic():
        current = _judged(statement, actor, State.PUBLISHED)
        if current.state == State.PUBLISHED:
            return current
        if current.version != expected:
            raise ConflictError(current, {"state": State.PUBLISHED})
        if current.kind in TRACKED and (faults := tracking.faults_with(current)):
            raise ValidationError(faults)
        before = Statement.objects.filter(
            country=current.country,
            kind=current.kind,
            name=current.name,
            state=State.PUBLISHED,
        ).first()
        if before is not None:
            change(before, actor=actor, act="ndc.replaced", expected=None, state=State.REPLACED)
        current = change(
            current,
            actor=actor,
            act="ndc.published",
            expected=expected,
            state=State.PUBLISHED,
            published_at=timezone.now(),
        )
    if current.kind in TRACKED:
        tracking.refresh(current.country, actor=actor)
    return current


def withdraw(statement: Statement, *, actor: User | None, expected: int, reason: str) -> Statement:
    """Take back what is published, with the reason; it stays to be read, and holds no more.

    As with publishing it is another person than the author who does so. Its next number may be
    written later.
    """
    if not reason.strip():
        raise _fault("reason", "required")
    with transaction.atomic():
        current = _current(statement)
        allow(actor, PUBLISH, current)
        if current.state == State.REPLACED:
            return current
        if current.state != State.PUBLISHED:
            raise wrong_state(current)
        current = change(
            current,
            actor=actor,
            act="ndc.withdrawn",
            expected=expected,
            state=State.REPLACED,
            reason=reason.strip(),
        )
    if current.kind in TRACKED:
        tracking.refresh(current.country, actor=actor)
    return current


def _current(statement: Statement) -> Statement:
    return Statement.objects.select_for_update().get(pk=statement.pk)


def _judged(statement: Statement, actor: User | None, to: State) -> Statement:
    current = _current(statement)
    allow(actor, PUBLISH, current)
    if current.state not in (State.SUBMITTED, to):
        raise wrong_state(current)
    return current
