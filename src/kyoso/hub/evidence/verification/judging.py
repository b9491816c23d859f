"""What the findings on a version of a report come to, and what is lacking for a statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kyoso.climate.transparency import materiality, rule_sets
from kyoso.hub.evidence.facilities import computing
from kyoso.hub.evidence.facilities.enums import HANDED_IN, State
from kyoso.hub.evidence.facilities.models import Report, Stream, Submission
from kyoso.hub.evidence.verification.enums import FindingState
from kyoso.hub.evidence.verification.models import Accreditation, Engagement, Finding

_PLACES = Decimal("0.000001")


def rounded(value: Any) -> Decimal:
    """A number as it is kept: to the gram of a tonne."""
    if hasattr(value, "numerator"):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(str(value)).quantize(_PLACES)


def latest(report: Report) -> Submission | None:
    """The latest version of a report that was handed in."""
    found = report.submissions.filter(state__in=HANDED_IN)
    return found.select_related("report__facility", "plan", "run").order_by("number").last()


def total_of(submission: Submission) -> Decimal | None:
    """What a version reports, in t CO2-equivalent."""
    total = submission.totals.get("total")
    return None if total is None else rounded(total)


def reported_in(submission: Submission, stream: Stream | None) -> Decimal | None:
    """What a version reports of a stream, or in total; nothing where there is no such line."""
    if stream is None:
        return total_of(submission)
    if submission.run is None:
        return None
    value = computing.by_stream(computing.lines_of(submission.run)).get(stream.code)
    return None if value is None else rounded(value)


def counting(findings: Iterable[Finding], submission: Submission) -> list[Finding]:
    """The findings that were not corrected by this version."""
    number = submission.number
    return [
        one
        for one in findings
        if one.submission.number <= number
        and (one.corrected_in is None or one.corrected_in.number > number)
    ]


def outcome(findings: Iterable[Finding], submission: Submission) -> materiality.Misstatement:
    """What the findings that were not corrected come to, under the rule set of the report."""
    total, report = total_of(submission), submission.report
    rules = rule_sets.known().get(report.rule_set)
    given = [
        materiality.Finding(kind=one.kind, reported=one.reported, found=one.found)
        for one in counting(findings, submission)
    ]
    level = None if rules is None else materiality.level_of(rules, report.year, total)
    return materiality.misstatement(given, total=total, level=level)


# --- who may, and when --------------------------------------------------------------------


def categories_of(report: Report) -> list[str]:
    """The IPCC categories of the plan under which a report is made."""
    version = report.submissions.order_by("number").last()
    if version is None:
        return []
    named = version.plan.streams.exclude(category="").values_list("category", flat=True)
    return sorted(set(named))


def accreditation_for(report: Report, organisation_id: int, day: date) -> Accreditation | None:
    """What allows an organisation to verify a report on a day: country, categories, time."""
    wanted = categories_of(report)
    held = Accreditation.objects.filter(
        organisation_id=organisation_id, country=report.facility.country
    )
    return next((one for one in held if one.holds_on(day) and one.covers(wanted)), None)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a statement rests on; ``key`` of ``verification.need``."""

    key: str
    is_met: bool


def needs(engagement: Engagement, submission: Submission | None, day: date) -> list[Need]:
    """What a statement rests on, in the order in which it is done."""
    findings = list(engagement.findings.all())
    waits = submission is not None and submission.state == State.SUBMITTED
    answered = submission is not None and all(
        one.state != FindingState.OPEN or one.submission.number >= submission.number
        for one in findings
    )
    holds = accreditation_for(engagement.report, engagement.organisation_id, day) is not None
    met: Mapping[str, bool] = {
        "accreditation": holds,
        "independence": bool(engagement.independence),
        "analysis": bool(engagement.strategic_analysis),
        "sampling": bool(engagement.sampling_plan),
        "version": waits,
        "visit": bool(engagement.visits.all()),
        "answered": answered,
    }
    return [Need(key, is_met) for key, is_met in met.items()]
