"""Facilities and reports as their pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kyoso.climate.transparency import rule_sets
from kyoso.core.errors import Problem
from kyoso.core.text import Text, same
from kyoso.hub.evidence.facilities import computing
from kyoso.hub.evidence.facilities.models import Facility, Holding, Submission
from kyoso.hub.evidence.showing import place_of_problem
from kyoso.hub.texts import say
from kyoso.hub.writing import number, short


@dataclass(frozen=True, slots=True)
class Part:
    """What counts in a category, in t CO2-equivalent."""

    name: Text
    co2e: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction changed in a category or in total."""

    name: Text
    before: str
    after: str
    difference: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line of a report; ``row`` is its row in the table of the run."""

    row: int
    line: Mapping[str, Any]
    co2e: str
    quantity: str
    factor: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a submission comes to, as far as a reader may see it."""

    total: str | None
    interval: str | None
    parts: Sequence[Part]
    lines: Sequence[LineShown]
    withheld: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A facility in the list."""

    facility: Facility
    operator: Holding | None
    year: int | None


def operator_on(facility: Facility, day: date) -> Holding | None:
    """Who operates a facility on a day."""
    held = (
        one
        for one in facility.holdings.all()
        if one.since <= day and (one.until is None or one.until >= day)
    )
    return next(held, None)


def listed(facility: Facility, day: date) -> Listed:
    """A facility with its operator, and the year of its latest report that may be seen."""
    years = [one.year for one in facility.reports.all() if one.submissions.all()]
    return Listed(facility, operator_on(facility, day), max(years, default=None))


def rule_set_name(key: str) -> Text:
    """What a rule set is called."""
    found = rule_sets.known().get(key)
    return same(key) if found is None else found.title


def category_name(key: str) -> Text:
    """What a part of a total is called."""
    if key in (computing.PURCHASED, computing.OTHER):
        return say(f"facilities.report.{key}")
    return same(key)


def open_lines(submission: Submission, *, inside: bool) -> list[tuple[int, computing.Line]]:
    """The lines with their rows in the table of the run; confidential ones for those inside."""
    if submission.run is None:
        return []
    lines = list(enumerate(computing.lines_of(submission.run), start=2))
    if inside or not submission.withheld:
        return lines
    hidden = set(submission.plan.streams.filter(confidential=True).values_list("code", flat=True))
    return [(at, one) for at, one in lines if one["stream"] not in hidden]


def result(submission: Submission, *, inside: bool) -> Result | None:
    """What was computed; without what is confidential for those who do not see inside."""
    if submission.run is None:
        return None
    lines = open_lines(submission, inside=inside)
    withheld = submission.withheld and not inside
    totals = submission.totals
    parts = computing.by_category([one for _, one in lines])
    return Result(
        total=None if withheld else _short(totals.get("total")),
        interval=None if withheld else _interval(totals),
        parts=[Part(category_name(key), short(value)) for key, value in parts.items()],
        lines=[_line(at, one) for at, one in lines],
        withheld=withheld,
    )


def _short(value: str | None) -> str:
    return "–" if value is None else short(float(value))


def _interval(totals: Mapping[str, Any]) -> str | None:
    lower, upper = totals.get("lower"), totals.get("upper")
    return None if lower is None or upper is None else f"{_short(lower)}–{_short(upper)}"


def _line(at: int, one: Mapping[str, Any]) -> LineShown:
    factor = one.get("factor")
    return LineShown(
        row=at,
        line=one,
        co2e="–" if one["co2e"] is None else short(one["co2e"]),
        quantity=number(one["quantity"]),
        factor="" if factor is None else _factor(one),
    )


def _factor(line: Mapping[str, Any]) -> str:
    """The factor of a line with its 95 % interval, unit and calorific value, as far as known."""
    lower, upper = line.get("factor_lower"), line.get("factor_upper")
    interval = "" if lower is None or upper is None else f"({number(lower)}–{number(upper)})"
    parts = (number(line["factor"]), interval, line.get("factor_unit"), line.get("factor_basis"))
    return " ".join(part for part in parts if part)


def compared_with(submission: Submission) -> int | None:
    """The number of the version against which the changes of a correction are told."""
    found: int | None = submission.changes.get("of", submission.number - 1)
    return found if submission.changes else None


def changes(submission: Submission) -> list[Change]:
    """What a correction changed, the total last."""
    given = submission.changes
    if not given:
        return []
    rows = [(category_name(key), pair) for key, pair in given["categories"].items()]
    return [_change(*row) for row in (*rows, (say("facilities.report.total"), given["total"]))]


def _change(name: Text, pair: Sequence[str | None]) -> Change:
    before, after = pair
    return Change(
        name, _short(before), _short(after), f"{float(after or 0) - float(before or 0):+,.4g}"
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a file that was sent: where it is, what stands there, what is right."""

    place: Text
    value: str | None
    message: Text
    hint: Text


def faults(problems: Sequence[Problem]) -> list[Fault]:
    """The faults of a file, in its order."""
    return [
        Fault(place_of_problem(one.as_dict()), one.value, one.message, one.hint) for one in problems
    ]
