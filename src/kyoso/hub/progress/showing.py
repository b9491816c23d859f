"""How subjects, values and totals of reports are written."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from kyoso.core.text import Text, same
from kyoso.hub.programme.models import ActivityText, Indicator
from kyoso.hub.progress.enums import ValueKind
from kyoso.hub.progress.models import ReportingRound, Requirement, Value
from kyoso.hub.texts import say
from kyoso.hub.writing import day, number
from kyoso.programme.aggregation import Span, Total
from kyoso.reference.countries import country


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
        return say(
            "progress.value.share",
            percent=number(float(round(100 * value.numerator / value.denominator, 2))),
            numerator=decimal(value.numerator),
            denominator=decimal(value.denominator),
            unit=unit_of(value),
        )
    if value.kind == ValueKind.NOT_AVAILABLE:
        return say("progress.value.not_available", why=value.statement)
    return same(value.statement)


def unit_of(value: Value) -> Text | str:
    """The unit as read: the indicator's own words for it where it is the indicator's."""
    if isinstance(value.of, Indicator) and value.unit == value.of.unit.en:
        unit: Text = value.of.unit
        return unit
    return value.unit


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
