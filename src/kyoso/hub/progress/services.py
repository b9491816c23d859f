"""What is done to reports: writing, submitting, sending back, accepting, publishing, correcting.

All that belongs to a report changes with the report: one version, one history. Whoever writes or
submits is an author from then on, and no author may judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.selectors import visible_to as runs_visible_to
from kyoso.hub.evidence.store import Stored
from kyoso.hub.programme.models import ActivityBody, Indicator
from kyoso.hub.progress.enums import APPROVED, OPEN, Flow, Part, State, ValueKind, WrittenIn
from kyoso.hub.progress.errors import not_open, wrong_state
from kyoso.hub.progress.models import (
    Delivery,
    Document,
    Finance,
    Milestone,
    Report,
    Requirement,
    Value,
    hash_of,
)
from kyoso.hub.progress.selectors import asked_of
from kyoso.hub.projects.models import Milestone as PlannedMilestone
from kyoso.hub.projects.models import ResultIndicator
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import allow, change, create, plain
from kyoso.hub.texts import language, say

# --- beginning ------------------------------------------------------------------------------


@transaction.atomic
def begin(requirement: Requirement, *, actor: User | None, once: str | None = None) -> Report:
    """The report that is owed: a new draft, or the latest one where it was begun already.

    Raises :class:`NotAllowedError`, :class:`WrongStateError` before the round opens.
    """
    owed = Requirement.objects.select_for_update().get(pk=requirement.pk)
    allow(actor, "progress.write_report", Report(requirement=owed))
    if (there := owed.reports.order_by("-revision").first()) is not None:
        return there
    if owed.waived or timezone.localdate() < owed.round.opens:
        raise not_open()
    report = Report(requirement=owed, authors=_with(actor, []))
    return create(report, actor=actor, act="progress.begun", once=once)


def _with(actor: User | None, authors: Sequence[int]) -> list[int]:
    return sorted({*authors, *([] if actor is None else [actor.pk])})


# --- writing --------------------------------------------------------------------------------


@transaction.atomic
def write_texts(
    report: Report,
    *,
    actor: User | None,
    expected: int,
    written_in: WrittenIn,
    texts: Mapping[Part, str],
    translation_language: str = "",
    translations: Mapping[Part, str] | None = None,
    still_hold: Iterable[Part] = (),
) -> Report:
    """Set the texts and their translations.

    A translation that is new or named in ``still_hold`` belongs to the text as it now stands; one
    that was not touched while its text changed is stale from then on.
    """
    current = _open(report, actor)
    given, holding = translations or {}, set(still_hold)
    translated = dict(current.translated)
    fields: dict[str, Any] = {
        "language": written_in,
        "translation_language": translation_language,
    }
    for part in Part:
        words, translation = texts.get(part, ""), given.get(part, "")
        fields[part.value] = words
        fields[f"{part.value}_translation"] = translation
        if translation and (translation != current.translation(part) or part in holding):
            translated[part.value] = hash_of(words)
        elif not translation:
            translated.pop(part.value, None)
    fields["translated"] = translated
    return _write(current, actor=actor, act="progress.texts_written", expected=expected, **fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A value as it is written, of an indicator of the programme or of the project's results."""

    indicator: Indicator | None = None
    result_indicator: ResultIndicator | None = None
    kind: ValueKind
    group: str = ""
    number: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    unit: str = ""
    statement: str = ""
    run: Run | None = None
    run_table: str = ""
    run_row: int | None = None
    document: Document | None = None


@transaction.atomic
def write_values(
    report: Report, *, actor: User | None, expected: int, answers: Sequence[Answer]
) -> Report:
    """Set all values of a report; one that is not among ``answers`` goes.

    Raises ``ValidationError`` for an indicator of another activity or project, a unit of another
    kind, a run that the author may not see. An indicator that the report answers already may be
    answered on, also where a later edition moved it.
    """
    current = _open(report, actor)
    open_to = {(type(each.indicator), each.indicator.pk) for each in asked_of(current.requirement)}
    open_to |= {(type(each.of), each.of.pk) for each in _with_indicators(current)}
    known = set(current.values.exclude(run=None).values_list("run", flat=True))
    rows = [
        Value(report=current, **{name: getattr(one, name) for name in one.__slots__})
        for one in answers
    ]
    for row in rows:
        if (type(row.of), row.of.pk) not in open_to:
            raise ValidationError(_not_asked(row))
        _check_unit(row)
        _check_evidence(row, actor, known)
    return _write_rows(
        current,
        Value,
        rows,
        actor=actor,
        act="progress.values_written",
        expected=expected,
        name="values",
    )


def _with_indicators(report: Report) -> models.QuerySet[Value]:
    return report.values.select_related("indicator", "result_indicator")


def _not_asked(row: Value) -> dict[str, str]:
    name = "result_indicator" if row.indicator is None else "indicator"
    return {name: say("progress.fault.indicator", title=row.of.title)[language()]}


def _check_unit(row: Value) -> None:
    if row.kind != ValueKind.NUMBER:
        return
    declared = row.indicator.unit.en if row.indicator else row.of.unit
    try:
        units.conversion(row.unit, declared)
    except UnitError as fault:
        raise ValidationError({"unit": fault.line(language())}) from fault


def _check_evidence(row: Value, actor: User | None, known: set[Any]) -> None:
    if row.run is not None and row.run.pk not in known and not _sees_run(actor, row.run):
        raise ValidationError({"run": say("progress.fault.run")[language()]})
    if row.document is not None and row.document.report_id != row.report_id:
        raise ValidationError({"document": say("progress.fault.document")[language()]})


def _sees_run(actor: User | None, run: Run) -> bool:
    return actor is None or runs_visible_to(actor).filter(pk=run.pk).exists()


Reached = tuple[str, date, PlannedMilestone | None]
"""A milestone by its name, the day on which it was reached, and the one of the project's plan."""


def write_milestones(
    report: Report, *, actor: User | None, expected: int, reached: Sequence[Reached]
) -> Report:
    """Set the milestones that were reached in the period."""
    with transaction.atomic():
        current = _open(report, actor)
        rows = [
            Milestone(report=current, position=at, name=name, reached=day, planned=planned)
            for at, (name, day, planned) in enumerate(reached)
        ]
        return _write_rows(
            current,
            Milestone,
            rows,
            actor=actor,
            act="progress.milestones_written",
            expected=expected,
            name="milestones",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """An amount of money as it is written."""

    flow: Flow
    source: str
    amount: Decimal
    currency: str


def write_finance(
    report: Report, *, actor: User | None, expected: int, sums: Sequence[Sum]
) -> Report:
    """Set the money of the period."""
    with transaction.atomic():
        current = _open(report, actor)
        rows = [
            Finance(
                report=current,
                position=at,
                flow=one.flow,
                source=one.source,
                amount=one.amount,
                currency=one.currency,
            )
            for at, one in enumerate(sums)
        ]
        return _write_rows(
            current,
            Finance,
            rows,
            actor=actor,
            act="progress.finance_written",
            expected=expected,
            name="finance",
        )


@transaction.atomic
def add_document(
    report: Report, *, actor: User | None, expected: int | None, name: str, stored: Stored
) -> Document:
    """Add a file whose content is kept already; the same content is added once."""
    current = _open(report, actor)
    if (there := current.documents.filter(sha256=stored.sha256).first()) is not None:
        return there
    _refuse_older(current, expected, {"documents": name}, _names(current))
    document = Document(report=current, name=name, sha256=stored.sha256, size=stored.size)
    document.full_clean()
    document.save()
    _log_rows(
        current,
        actor=actor,
        act="progress.document_added",
        name="documents",
        before=None,
        after=name,
    )
    return document


@transaction.atomic
def remove_document(document: Document, *, actor: User | None, expected: int | None) -> Report:
    """Take a file out of a report that is not handed in; values that rest on it lose it."""
    current = _open(document.report, actor)
    if not current.documents.filter(pk=document.pk).exists():
        return current
    _refuse_older(current, expected, {"documents": None}, _names(current))
    current.documents.filter(pk=document.pk).delete()
    return _log_rows(
        current,
        actor=actor,
        act="progress.document_removed",
        name="documents",
        before=document.name,
        after=None,
    )


def _names(report: Report) -> dict[str, list[str]]:
    return {"documents": [document.name for document in report.documents.all()]}


def _open(report: Report, actor: User | None) -> Report:
    """The report as it is now, locked, if the actor may write in it."""
    current = Report.objects.select_for_update().get(pk=report.pk)
    allow(actor, "progress.write_report", current)
    if current.state not in OPEN:
        raise wrong_state(current)
    return current


def _write(
    current: Report, *, actor: User | None, act: str, expected: int, **fields: Any
) -> Report:
    if all(getattr(current, name) == value for name, value in fields.items()):
        return current
    if current.version != expected:
        raise ConflictError(current, fields)
    return change(
        current,
        actor=actor,
        act=act,
        permission="progress.write_report",
        expected=expected,
        authors=_with(actor, current.authors),
        **fields,
    )


def _write_rows(
    current: Report,
    model: type[models.Model],
    rows: Sequence[models.Model],
    *,
    actor: User | None,
    act: str,
    expected: int,
    name: str,
) -> Report:
    for row in rows:
        row.full_clean(exclude=["report"], validate_unique=False, validate_constraints=False)
    before = [_row(one) for one in model._default_manager.filter(report=current)]
    after = [_row(one) for one in rows]
    if _sorted(before) == _sorted(after):
        return current
    _refuse_older(current, expected, {name: after}, {name: before})
    model._default_manager.filter(report=current).delete()
    for row in rows:
        row.full_clean()
        row.save()
    return _log_rows(current, actor=actor, act=act, name=name, before=before, after=after)


def _row(one: models.Model) -> dict[str, str]:
    """What a row says, without what is empty."""
    left_out = ("id", "report", "position")
    values = {
        field.name: plain(field.to_python(field.value_from_object(one)))
        for field in one._meta.concrete_fields
        if field.name not in left_out
    }
    if isinstance(one, Value):
        values["indicator"] = one.indicator.key if one.indicator else str(one.of)
    return {name: _digits(value) for name, value in values.items() if value not in (None, "")}


def _digits(value: Any) -> str:
    """Equal numbers are written alike: 5 and 5.0000."""
    text = str(value)
    whole, point, rest = text.partition(".")
    numeric = point and whole.lstrip("-").isdecimal() and rest.isdecimal()
    return text.rstrip("0").rstrip(".") if numeric else text


def _sorted(rows: Iterable[Mapping[str, str]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted(row.items()) for row in rows)


def _refuse_older(
    current: Report,
    expected: int | None,
    yours: Mapping[str, Any],
    theirs: Mapping[str, Any],
) -> None:
    if expected is not None and current.version != expected:
        raise ConflictError(current, yours, theirs)


def _log_rows(
    current: Report, *, actor: User | None, act: str, name: str, before: Any, after: Any
) -> Report:
    return change(
        current,
        actor=actor,
        act=act,
        permission="progress.write_report",
        expected=None,
        data={"changes": {name: [before, after]}},
        authors=_with(actor, current.authors),
    )


# --- from hand to hand ----------------------------------------------------------------------


def submit(report: Report, *, actor: User | None, expected: int, once: str | None = None) -> Report:
    """Hand the report in. Raises :class:`WrongStateError` unless it is a draft or was returned."""

    def fields(current: Report) -> dict[str, Any]:
        return {
            "submitted_at": timezone.now(),
            "authors": _with(actor, current.authors),
        }

    return _move(
        report,
        to=State.SUBMITTED,
        allowed=OPEN,
        fields=fields,
        act="progress.submitted",
        permission="progress.write_report",
        actor=actor,
        expected=expected,
        once=once,
    )


def send_back(
    report: Report,
    *,
    actor: User | None,
    expected: int,
    reasons: Mapping[str, str],
    once: str | None = None,
) -> Report:
    """Return the report with the reason for each field concerned; ``""`` is the whole report.

    Raises :class:`WrongStateError`, ``ValidationError`` without any reason.
    """
    given = {name: words.strip() for name, words in reasons.items() if words.strip()}
    if not given:
        raise ValidationError({"reasons": say("progress.fault.reason")[language()]})
    return _move(
        report,
        to=State.RETURNED,
        allowed=(State.SUBMITTED,),
        fields=lambda _current: {"reasons": given},
        act="progress.returned",
        permission="progress.review_report",
        actor=actor,
        expected=expected,
        once=once,
        is_done=lambda current: current.state == State.RETURNED and current.reasons == given,
    )


@transaction.atomic
def accept(report: Report, *, actor: User | None, expected: int, once: str | None = None) -> Report:
    """Judge the report good and send it to the bodies concerned, each once."""
    accepted = _move(
        report,
        to=State.ACCEPTED,
        allowed=(State.SUBMITTED,),
        fields=lambda _current: {"accepted_at": timezone.now()},
        act="progress.accepted",
        permission="progress.review_report",
        actor=actor,
        expected=expected,
        once=once,
    )
    _route(accepted, actor)
    return accepted


def _route(report: Report, actor: User | None) -> None:
    sent = set(report.deliveries.values_list("body", flat=True))
    activities = report.requirement.activities
    links = ActivityBody.objects.filter(activity__in=activities)
    for body in sorted(set(links.values_list("body", flat=True)) - sent):
        create(Delivery(report=report, body_id=body), actor=actor, act="progress.routed")


def publish(
    report: Report, *, actor: User | None, expected: int, once: str | None = None
) -> Report:
    """Show an accepted report to the public."""
    return _move(
        report,
        to=State.PUBLISHED,
        allowed=(State.ACCEPTED,),
        fields=lambda _current: {"published_at": timezone.now()},
        act="progress.published",
        permission="progress.publish_report",
        actor=actor,
        expected=expected,
        once=once,
    )


@transaction.atomic
def _move(
    report: Report,
    *,
    to: State,
    allowed: Sequence[State],
    fields: Callable[[Report], dict[str, Any]],
    act: str,
    permission: str,
    actor: User | None,
    expected: int,
    once: str | None,
    is_done: Callable[[Report], bool] | None = None,
) -> Report:
    """From one state to the next; a report that is there already is answered as it is."""
    current = Report.objects.select_for_update().get(pk=report.pk)
    allow(actor, permission, current)
    done = current.state == to if is_done is None else is_done(current)
    if done or (once is not None and Event.objects.filter(once=once).exists()):
        return current
    if current.state not in allowed:
        raise wrong_state(current)
    return change(
        current,
        actor=actor,
        act=act,
        permission=permission,
        expected=expected,
        once=once,
        state=to,
        **fields(current),
    )


@transaction.atomic
def accept_all(reports: Sequence[tuple[Report, int]], *, actor: User | None) -> list[Report]:
    """Accept several, each as seen in its version: all of them, or none."""
    return [accept(report, actor=actor, expected=version) for report, version in reports]


@transaction.atomic
def send_back_all(
    reports: Sequence[tuple[Report, int]], *, actor: User | None, reason: str
) -> list[Report]:
    """Return several for one reason: all of them, or none."""
    return [
        send_back(report, actor=actor, expected=version, reasons={"": reason})
        for report, version in reports
    ]


@transaction.atomic
def publish_all(reports: Sequence[tuple[Report, int]], *, actor: User | None) -> list[Report]:
    """Publish several: all of them, or none."""
    return [publish(report, actor=actor, expected=version) for report, version in reports]


# --- correcting -----------------------------------------------------------------------------

_COPIED = (
    "language",
    "translation_language",
    "translated",
    *(part.value for part in Part),
    *(f"{part.value}_translation" for part in Part),
)


@transaction.atomic
def revise(report: Report, *, actor: User | None, why: str, once: str | None = None) -> Report:
    """A new draft that corrects an accepted report and says why; the earlier one stays.

    It begins as a copy. Its authors are those of the earlier one too: what they wrote is in it.
    """
    owed = Requirement.objects.select_for_update().get(pk=report.requirement_id)
    latest = _latest(owed)
    allow(actor, "progress.write_report", latest)
    if latest.state not in APPROVED:
        if latest.revision > report.revision:
            return latest
        raise wrong_state(latest)
    if not why.strip():
        raise ValidationError({"why": say("progress.fault.reason")[language()]})
    draft = create(
        Report(
            requirement=owed,
            revision=latest.revision + 1,
            correction=why.strip(),
            authors=_with(actor, latest.authors),
            **{name: getattr(latest, name) for name in _COPIED},
        ),
        actor=actor,
        act="progress.revised",
        once=once,
        why=why.strip(),
    )
    _copy_rows(latest, draft)
    return draft


def _latest(owed: Requirement) -> Report:
    found = owed.reports.order_by("-revision").first()
    assert found is not None
    return found


def _copy_rows(earlier: Report, draft: Report) -> None:
    documents = {}
    for document in earlier.documents.all():
        before = document.pk
        document.pk, document.report = Document._meta.pk.get_default(), draft
        document.save(force_insert=True)
        documents[before] = document
    for related in (earlier.values, earlier.milestones, earlier.finance):
        for row in related.all():
            row.pk, row.report = None, draft
            if isinstance(row, Value) and row.document_id is not None:
                row.document = documents[row.document_id]
            row.save(force_insert=True)


# --- sample data ----------------------------------------------------------------------------


def load_sample_reports() -> int:
    """A round of the sample countries with reports in every state; answers how many there are.

    Safe to repeat: a sample round that is there stays as people have made it.
    """
    from kyoso.hub.progress.sample import load

    return load()
