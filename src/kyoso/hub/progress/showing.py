"""How subjects, values and totals of reports are written."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from kyoso.core.text import Text, same
from kyoso.hub.evidence.models import Run
from kyoso.hub.programme.models import ActivityText, Indicator
from kyoso.hub.progress.enums import Clock, Part, State, ValueKind
from kyoso.hub.progress.models import Report, ReportingRound, Requirement, Value
from kyoso.hub.texts import language, say
from kyoso.hub.writing import day, number
from kyoso.programme.aggregation import Absent, Answer, Quantity, Share, Span, Total
from kyoso.reference.countries import country

if TYPE_CHECKING:
    from kyoso.hub.progress.owing import MatrixRow, Owed
    from kyoso.hub.progress.summing import Sums


def subject_of(requirement: Requirement, text: ActivityText | None = None) -> Text:
    """What a report is about: a member, with the activity where its text is given; a project."""
    if requirement.project is not None:
        title: Text = requirement.project.title
        return title
    place = country(requirement.member)
    name = place.name if place else same(requirement.member)
    if text is None:
        return name
    return say("progress.subject", code=text.code, title=text.title, member=name)


_NOBODY = uuid.UUID(int=0)


def owed_lines(found: Sequence[Owed], *, manages: bool) -> dict[uuid.UUID, SafeString]:
    """By requirement where its clock stands, or its report; ``manages`` leads on to its day.

    A round has hundreds of these on one page: words and addresses are looked up once for all.
    """
    words = {
        str(one): escape(say(f"progress.{kind}.{one}")[language()])
        for kind, values in (("state", State.values), ("clock", Clock.values))
        for one in values
    }
    late = {
        n: escape(say("progress.round.late", n=n)[language()]) for n in {one.late for one in found}
    }
    report, duty = (_around(f"progress:{name}") for name in ("report", "owed"))
    change = escape(say("progress.duty.change")[language()])

    # Written without format_html, which escapes each piece anew: words above are escaped, and
    # a number has nothing to escape.
    def parts(one: Owed) -> Iterator[str]:
        if one.report is not None:
            address = str(one.report.pk).join(report)
            yield f'<a href="{address}">{words[one.report.state]}</a>'
        elif one.clock is not None:
            mark = ' class="late"' if one.is_late else ""
            yield f"<span{mark}>{words[one.clock]}</span>"
        if one.is_late:
            yield f' <small class="late">▲ {late[one.late]}</small>'
        elif one.report is not None and one.clock == Clock.DUE:
            yield f' <small class="soft">{words[one.clock]}</small>'
        owed = one.requirement
        if owed.organisation is not None and owed.project_id is None:
            name = escape(owed.organisation.name[language()])
            yield f' <small class="soft aim">{name}</small>'
        if manages:
            address = str(owed.pk).join(duty)
            yield f' <a class="soft aim" href="{address}">{change}</a>'

    return {one.requirement.pk: SafeString("".join(parts(one))) for one in found}


def cells_of(row: MatrixRow, lines: Mapping[uuid.UUID, SafeString]) -> SafeString:
    """The cells of a row of the matrix; ``lines`` are the :func:`owed_lines`."""
    nothing = format_html(
        '<span class="hidden">{}</span><span aria-hidden="true">·</span>',
        say("progress.round.not_owed")[language()],
    )

    def cell(member: str, found: Sequence[Owed]) -> str:
        label = escape(member)
        if not found:
            return f'<td data-label="{label}" class="absent">{nothing}</td>'
        owed = "".join(f"<div>{lines[one.requirement.pk]}</div>" for one in found)
        return f'<td data-label="{label}">{owed}</td>'

    return SafeString("".join(cell(member, found) for member, found in row.cells))


def _around(name: str) -> list[str]:
    """What stands before and after the number in the address of a page."""
    return reverse(name, args=[_NOBODY]).split(str(_NOBODY))


def period_of(one: ReportingRound) -> Text:
    """The period that a round is about; a whole year as one."""
    days = (one.starts.month, one.starts.day, one.ends.month, one.ends.day)
    if days == (1, 1, 12, 31) and one.starts.year == one.ends.year:
        return Text(str(one.starts.year), f"{one.starts.year}年")
    return say("progress.period", starts=day(one.starts), ends=day(one.ends))


def decimal(value: Decimal | None) -> str:
    """Thousands separated, every digit that was given and no more.

    >>> decimal(Decimal("1234.5000")), decimal(Decimal("5"))
    ('1,234.5', '5')
    """
    if value is None:
        return ""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(value: Decimal | None) -> str:
    """The same as a form takes it: no separators."""
    return decimal(value).replace(",", "")


def value_line(value: Value) -> Text:
    """A value in words: number and unit, percentage with both parts, statement, or why none."""
    if value.kind == ValueKind.NUMBER:
        unit = unit_of(value)
        return say("progress.value.number", number=decimal(value.number), unit=unit)
    if value.kind == ValueKind.SHARE:
        assert value.numerator is not None
        assert value.denominator
        return _share(value.numerator, value.denominator, unit_of(value))
    if value.kind == ValueKind.NOT_AVAILABLE:
        return say("progress.value.not_available", why=value.statement)
    return same(value.statement)


def unit_of(value: Value) -> Text | str:
    """The unit as read: the indicator's own words for it where it is the indicator's."""
    if isinstance(value.of, Indicator) and value.unit == value.of.unit.en:
        unit: Text = value.of.unit
        return unit
    return value.unit


def author_of(requirement: Requirement) -> Text:
    """From whom a report is: the organisation, or the member."""
    if requirement.organisation is not None:
        name: Text = requirement.organisation.name
        return name
    place = country(requirement.member)
    return place.name if place else same(requirement.member)


def upload_limit() -> int:
    """The largest file that is taken, in megabytes."""
    return int(settings.KYOSO_UPLOAD // settings.MEGABYTE)


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a report as a page shows it."""

    part: Part
    language: str
    words: str
    translation_language: str
    translation: str
    stale: bool
    reason: str


def part_of(report: Report, part: Part) -> Words:
    """A text with its translation, and why it was returned."""
    return Words(
        part=part,
        language=report.language,
        words=report.words(part),
        translation_language=report.translation_language,
        translation=report.translation(part),
        stale=report.is_stale(part),
        reason=report.reasons.get(part.value, ""),
    )


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value as a page shows it: in words, as it was before, what it rests on."""

    title: Text
    group: str
    line: Text | None
    before: Text | None
    value: Value | None
    run_open: bool

    @property
    def run_label(self) -> str:
        """The number of the run as people say it; asks no database."""
        return Run(id=self.value.run_id).label if self.value and self.value.run_id else ""


def value_rows(
    report: Report, before: Report | None, runs: Collection[uuid.UUID]
) -> list[ValueRow]:
    """The values of a report beside those of the one before it, also where one has none.

    ``runs`` are those that the reader may open.
    """
    now = {_value_key(value): value for value in report.values.all()}
    then = {_value_key(value): value for value in before.values.all()} if before else {}
    return [
        ValueRow(
            title=(now.get(key) or then[key]).of.title,
            group=key[2],
            line=value_line(now[key]) if key in now else None,
            before=value_line(then[key]) if key in then else None,
            value=now.get(key),
            run_open=key in now and now[key].run_id in runs,
        )
        for key in sorted({*now, *then})
    ]


def _value_key(value: Value) -> tuple[int, int, str]:
    return value.indicator_id or 0, value.result_indicator_id or 0, value.group


@dataclass(frozen=True, slots=True)
class TotalLine:
    """A total as a list shows it; ``amount`` is ``None`` where nothing adds up."""

    total: Total
    amount: Text | None
    unit: Text


@dataclass(frozen=True, slots=True)
class TotalRow(TotalLine):
    """A total as a page shows it, with every answer that is in it or stands apart from it."""

    contains: Text
    answers: Sequence[AnswerRow]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer of a total: about what, from whom, in which report."""

    subject: Text
    author: Text
    report: uuid.UUID
    line: Text
    differs: bool
    apart: Text | None


def total_line(total: Total, units: Mapping[str, Text]) -> TotalLine:
    """A total in the unit of its indicator as it is read."""
    return TotalLine(total, amount(total, total.value), _unit(total, units))


def _unit(total: Total, units: Mapping[str, Text]) -> Text:
    return units[total.definition.key] if total.numerators is None else same("%")


def total_row(total: Total, sums: Sums) -> TotalRow:
    """A total of a place with its answers."""
    differing = total.disagreements
    unit = _unit(total, sums.units)
    answers = []
    for voice in total.voices:
        source = sums.sources[voice.reported.source]
        answers.append(
            AnswerRow(
                subject=source.subject,
                author=source.author,
                report=source.report,
                line=answer_line(voice.reported.answer, total.definition.unit, unit),
                differs=voice.reported.subject in differing,
                apart=voice.apart,
            )
        )
    return TotalRow(
        total=total,
        amount=amount(total, total.value),
        unit=unit,
        contains=total.statement(period_of(sums.round), unit),
        answers=answers,
    )


def answer_line(answer: Answer, declared: str, unit: Text) -> Text:
    """An answer in words; ``unit`` is how the indicator's ``declared`` one is read."""
    if isinstance(answer, Quantity):
        read = unit if answer.unit == declared else answer.unit
        return say("progress.value.number", number=decimal(answer.number), unit=read)
    if isinstance(answer, Absent):
        return say("progress.value.not_available", why=answer.words)
    if isinstance(answer, Share):
        return _share(answer.numerator, answer.denominator, answer.unit)
    return same(answer.words)


def _share(numerator: Decimal, denominator: Decimal, unit: Text | str) -> Text:
    return say(
        "progress.value.share",
        percent=number(float(round(100 * numerator / denominator, 2))),
        numerator=decimal(numerator),
        denominator=decimal(denominator),
        unit=unit,
    )


def amount(total: Total, span: Span | None) -> Text | None:
    """A sum as read: one number, or from the lower to the higher; percentages as such."""
    if span is None:
        return None
    factor = 100 if total.unit == "%" and total.numerators is not None else 1
    low, high = _written(span.low * factor), _written(span.high * factor)
    return same(low) if low == high else say("progress.totals.span", low=low, high=high)


def _written(value: Fraction) -> str:
    """A sum to twelve significant digits at most."""
    return number(float(value))
