"""Verification as its pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kyoso.climate.transparency import materiality
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import Viewer
from kyoso.hub.evidence.facilities.companions import Part
from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.models import Report, Submission
from kyoso.hub.evidence.verification import selectors
from kyoso.hub.evidence.verification.models import Finding, Statement
from kyoso.hub.writing import number

_BEFORE_SIGNING = (State.DRAFT, State.SUBMITTED, State.RETURNED)


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding; quantities in t CO2-equivalent."""

    one: Finding
    reported: str
    found: str
    difference: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What findings come to; quantities in t CO2-equivalent, shares in %."""

    net: str
    gross: str
    share: str
    gross_share: str
    level: str
    unquantified: int
    grounds: Sequence[str]


def amount(value: Decimal | Fraction | None) -> str:
    """A quantity or a share as it is read; a dash where there is none."""
    return "–" if value is None else number(float(f"{float(value):.6g}"))


def shown(finding: Finding) -> FindingShown:
    """A finding with its quantities as they are read."""
    difference = finding.difference
    return FindingShown(
        finding,
        amount(finding.reported),
        amount(finding.found),
        "–" if difference is None else f"{'+' if difference > 0 else ''}{amount(difference)}",
    )


def judged(outcome: materiality.Misstatement) -> Judged:
    """What findings come to, as it is read."""
    return Judged(
        amount(outcome.net),
        amount(outcome.gross),
        amount(outcome.share),
        amount(outcome.gross_share),
        amount(outcome.level),
        outcome.unquantified,
        outcome.grounds,
    )


def signed(statement: Statement) -> Mapping[str, object]:
    """A statement with its quantities as they are read."""
    return {
        "one": statement,
        "net": amount(statement.misstatement),
        "gross": amount(statement.gross),
        "share": amount(statement.share),
        "level": amount(statement.materiality),
    }


def on_report(viewer: Viewer, report: Report, version: Submission) -> Part | None:
    """What is said of verification on the page of a report."""
    engagements = list(selectors.engagements_of(viewer, report))
    statement = selectors.statement_on(viewer, version)
    findings = [shown(one) for one in selectors.findings_on(viewer, version)]
    engages = (
        isinstance(viewer, User)
        and version.state in _BEFORE_SIGNING
        and not any(one.is_open for one in engagements)
        and viewer.has_perm("verification.engage", report)
    )
    unsigned = statement is None and (version.is_public or bool(engagements))
    if not (engagements or statement or findings or engages or unsigned):
        return None
    said = {
        "report": report,
        "engagements": engagements,
        "statement": None if statement is None else signed(statement),
        "unsigned": unsigned,
        "findings": findings,
        "engages": engages,
    }
    return Part("verification/_on_report.html", said)
