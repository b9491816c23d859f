"""What pages say of a project beside its own fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kyoso.core.text import Text, same
from kyoso.hub.programme.models import Activity, Framework
from kyoso.hub.projects.enums import CrossCutting, MeasureKind
from kyoso.hub.projects.models import Finance, Pair, Project, Result, ResultIndicator, Target
from kyoso.hub.projects.selectors import Twice
from kyoso.hub.texts import say
from kyoso.hub.writing import day, number
from kyoso.reference.countries import countries

# --- finance ------------------------------------------------------------------------------


def flagged(rows: Sequence[Finance], twice: Sequence[Twice]) -> list[tuple[Finance, Twice | None]]:
    """Each amount, and where it stands under another project as well and counts there."""
    here = {one.key: one for one in twice if not one.counts_here}
    return [(row, here.get(str(row.pk))) for row in rows]


# --- results ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Goal:
    """A target in words: the period, the category, what is to be reached."""

    target: Target
    reached: Text


@dataclass(frozen=True, slots=True)
class Measured:
    indicator: ResultIndicator
    goals: Sequence[Goal]


@dataclass(frozen=True, slots=True)
class Step:
    """An outcome or output with its indicators; an output stands one deeper."""

    result: Result
    indicators: Sequence[Measured]


def framework(project: Project) -> list[Step]:
    """Outcomes, each with its outputs behind it; ``project`` has its results at hand."""
    found = list(project.results.all())
    ordered: list[Result] = []
    for outcome in [one for one in found if one.parent_id is None]:
        ordered += [outcome, *(one for one in found if one.parent_id == outcome.pk)]
    return [Step(one, list(_measured(one))) for one in ordered]


def _measured(result: Result) -> Iterator[Measured]:
    for indicator in result.indicators.all():
        goals = [Goal(one, reached(indicator, one)) for one in indicator.targets.all()]
        yield Measured(indicator, goals)


def reached(indicator: ResultIndicator, target: Target) -> Text:
    """What a target says: 50 people; 3 of 8 (37.5 %); a sentence."""
    if indicator.kind == MeasureKind.QUALITATIVE:
        return target.statement or same("–")
    if indicator.kind == MeasureKind.PERCENTAGE and target.percentage is not None:
        return say(
            "projects.target.share",
            part=number(float(target.numerator or 0)),
            whole=number(float(target.denominator or 0)),
            percent=number(round(target.percentage, 2)),
        )
    return same(f"{number(float(target.value or 0))} {indicator.unit}")


def missing(project: Project) -> list[tuple[str, Text]]:
    """What a draft lacks, and the step in which it is written. Only the start is required."""
    found = []
    if project.starts is None:
        found.append(("basics", say("projects.missing.starts")))
    for step, name, rows in (
        ("places", "sites", project.sites.all()),
        ("milestones", "milestones", project.milestones.all()),
        ("finance", "finance", project.finance.all()),
        ("results", "results", project.results.all()),
        ("tags", "tags", project.tags.all()),
    ):
        if not rows:
            found.append((step, say(f"projects.missing.{name}")))
    return found


# --- pairs --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """One aspect in which two projects were compared, as a person reads it."""

    aspect: Text
    value: int
    weight: int
    found: Text


def reasons(pair: Pair) -> list[Why]:
    """Why a pair looks alike, the aspect that counts most first."""
    return [
        Why(
            say(f"projects.aspect.{one['aspect']}"),
            round(100 * one["value"]),
            round(100 * one["weight"]),
            _found(one["aspect"], one["evidence"], pair),
        )
        for one in pair.reasons
    ]


def _found(aspect: str, evidence: Mapping[str, Any], pair: Pair) -> Text:
    if aspect == "text":
        nothing = say("projects.why.nothing")
        shared = evidence["shared"]
        return say(
            "projects.why.text",
            shared=Text(
                ", ".join(shared["en"]) or nothing.en, "、".join(shared["ja"]) or nothing.ja
            ),
        )
    if aspect == "place":
        return _places(evidence)
    if aspect == "time":
        one, other = (_span(written) for written in evidence["periods"])
        return say("projects.why.time", one=one, other=other)
    return _listed(_names(aspect, evidence["shared"], pair))


def _places(evidence: Mapping[str, Any]) -> Text:
    shared = [countries()[code].name for code in evidence["countries"] if code in countries()]
    shared += [same(name) for name in evidence.get("names", ())]
    found = _listed(shared)
    if "km" not in evidence:
        return found
    return say("projects.why.place", shared=found, km=number(evidence["km"]))


def _names(aspect: str, keys: Sequence[str], pair: Pair) -> list[Text]:
    """What numbers of records stand for, from the rows that the pair has at hand."""
    both = (pair.first, pair.second)
    known: dict[str, Text] = {}
    if aspect == "partners":
        for project in both:
            known[str(project.lead_id)] = project.lead.name
            known |= {
                str(one.organisation_id): one.organisation.name for one in project.partners.all()
            }
    elif aspect == "activities":
        activities: list[Activity] = [x.activity for p in both for x in p.activities.all()]
        known = {str(one.pk): same(one.key) for one in activities}
    else:
        frameworks: list[Framework] = [x.framework for p in both for x in p.tags.all()]
        known = {str(one.pk): one.name for one in frameworks}
        known |= {theme.value: say(f"projects.theme.{theme}") for theme in CrossCutting}
    return [known[key] for key in keys if key in known]


def _listed(texts: Sequence[Text]) -> Text:
    if not texts:
        return say("projects.why.nothing")
    return Text(", ".join(one.en for one in texts), "、".join(one.ja for one in texts))


def _span(written: str) -> Text:
    start, end = (day(date.fromisoformat(part)) if part else None for part in written.split("/"))
    return Text(
        f"{start.en if start else ''}–{end.en if end else ''}",
        f"{start.ja if start else ''}～{end.ja if end else ''}",
    )
