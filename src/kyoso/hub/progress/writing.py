"""What is written in a report: texts, values, milestones, money, documents.

All that belongs to a report changes with the report: one version, one history. Whoever writes is an
author from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.selectors import visible_to as runs_visible_to
from kyoso.hub.evidence.store import Stored
from kyoso.hub.programme.models import Indicator
from kyoso.hub.progress.enums import OPEN, Flow, Part, ValueKind, WrittenIn
from kyoso.hub.progress.errors import wrong_state
from kyoso.hub.progress.models import Document, Finance, Milestone, Report, Value, hash_of
from kyoso.hub.progress.selectors import asked_of
from kyoso.hub.progress.services import with_author
from kyoso.hub.projects.models import Milestone as PlannedMilestone
from kyoso.hub.projects.models import ResultIndicator
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.services import allow, change, plain
from kyoso.hub.texts import language, say


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
        authors=with_author(actor, current.authors),
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
        authors=with_author(actor, current.authors),
    )
