"""What the accepted reports of a round add up to, from members and projects to the pillars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kyoso.core.text import Text, same
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.programme.enums import IndicatorKind
from kyoso.hub.programme.models import ActivityText, Heading, Indicator
from kyoso.hub.progress import selectors
from kyoso.hub.progress.enums import APPROVED, State, ValueKind
from kyoso.hub.progress.models import Report, ReportingRound, Requirement, Value
from kyoso.hub.progress.showing import author_of, subject_of
from kyoso.hub.projects.models import ResultIndicator
from kyoso.programme.aggregation import (
    Absent,
    Answer,
    Definition,
    Quantity,
    Reported,
    Share,
    Statement,
    Total,
    by_place,
)


def states_for(viewer: Viewer) -> tuple[State, ...]:
    """The states whose values a viewer's totals contain: outside only what is published."""
    return APPROVED if standing(viewer).posts else (State.PUBLISHED,)


@dataclass(frozen=True, slots=True)
class Place:
    """An activity, section or pillar, and how many of its reports are in the totals."""

    kind: str
    heading: Heading | ActivityText
    level: int
    owed: int
    reports: Sequence[Report]
    totals: Sequence[Total]

    @property
    def reported(self) -> int:
        return len(self.reports)

    @property
    def code(self) -> str:
        return self.heading.code

    @property
    def title(self) -> Text:
        title: Text = self.heading.title
        return title


@dataclass(frozen=True, slots=True)
class Source:
    """Whose answer a voice of a total is."""

    report: Report
    subject: Text
    author: Text


@dataclass(frozen=True, slots=True)
class Picture:
    """A round from its pillars down to its activities; ``sources`` by the key of a report."""

    round: ReportingRound
    places: Sequence[Place]
    units: Mapping[str, Text]
    sources: Mapping[str, Source]

    def place(self, kind: str, code: str) -> Place | None:
        """One of the places; ``None`` where the round has no such place."""
        found = (one for one in self.places if (one.kind, one.code) == (kind, code))
        return next(found, None)


def latest_with_reports(viewer: Viewer) -> ReportingRound | None:
    """The latest round of which the viewer's totals contain a report."""
    reports = Report.objects.filter(state__in=states_for(viewer))
    found = selectors.rounds_visible_to(viewer).filter(pk__in=reports.values("requirement__round"))
    return found.first()


def picture(
    one: ReportingRound,
    viewer: Viewer,
    *,
    only: tuple[str, str] | None = None,
    of_projects: bool = True,
) -> Picture:
    """What a round's approved reports add up to, as far as the viewer may see them.

    ``only`` is the kind and code of a place: nothing else is then worked out. Without
    ``of_projects`` the indicators of single projects, which add up to nothing, are left out.
    """
    texts = selectors.activity_texts(one)
    requirements = list(
        Requirement.objects.filter(round=one, waived=False)
        .select_related("activity", "project", "organisation", "round")
        .defer("project__summary")
        .prefetch_related("project__activities")
    )
    above = {requirement.pk: _above(requirement, texts) for requirement in requirements}
    if only is not None:
        requirements = [each for each in requirements if only in above[each.pk]]
        above = {requirement.pk: frozenset({only}) for requirement in requirements}
    owed = {requirement.pk: requirement for requirement in requirements}
    reports = [
        report
        for report in selectors.latest_approved(states_for(viewer))
        .filter(requirement__round=one)
        .only("requirement", "revision", "state", "accepted_at")
        .order_by("accepted_at", "pk")
        if report.requirement_id in owed
    ]
    for report in reports:
        report.requirement = owed[report.requirement_id]
    values = Value.objects.filter(report__in=[report.pk for report in reports])
    if not of_projects:
        values = values.filter(result_indicator=None)
    totals_of, units = _totals(one, requirements, reports, above, texts, values=values)
    counted: dict[tuple[str, str], set[Any]] = defaultdict(set)
    for pk, places in above.items():
        for place in places:
            counted[place].add(pk)
    sources = {
        str(report.pk): Source(
            report, subject_of(report.requirement), author_of(report.requirement)
        )
        for report in reports
    }
    return Picture(
        round=one,
        places=[
            Place(
                kind,
                heading,
                level,
                len(counted[kind, heading.code]),
                [one for one in reports if one.requirement_id in counted[kind, heading.code]],
                totals_of.get((kind, heading.code), []),
            )
            for level, kind, heading in _tree(texts.values())
            if counted[kind, heading.code]
        ],
        units=units,
        sources=sources,
    )


def _tree(texts: Iterable[ActivityText]) -> list[tuple[int, str, Heading | ActivityText]]:
    """Pillars, sections and activities in the order of the edition."""
    found: dict[tuple[str, str], tuple[int, str, Heading | ActivityText]] = {}
    for text in texts:
        for level, kind, heading in (
            (0, "pillar", text.pillar),
            (1, "section", text.section),
            (2, "activity", text),
        ):
            if heading is not None:
                found.setdefault((kind, heading.code), (level, kind, heading))
    return list(found.values())


def _above(
    requirement: Requirement, texts: Mapping[int, ActivityText]
) -> frozenset[tuple[str, str]]:
    """The activities, sections and pillars under which a report is counted, once in each."""
    project = requirement.project
    keys = (
        [requirement.activity_id or 0]
        if project is None
        else [link.activity_id for link in project.activities.all()]
    )
    found = set()
    for text in (texts[key] for key in keys if key in texts):
        found.add(("activity", text.code))
        if text.section is not None:
            found.add(("section", text.section.code))
        if text.pillar is not None:
            found.add(("pillar", text.pillar.code))
    return frozenset(found)


def _totals(
    one: ReportingRound,
    requirements: Sequence[Requirement],
    reports: Sequence[Report],
    above: Mapping[Any, frozenset[tuple[str, str]]],
    texts: Mapping[int, ActivityText],
    *,
    values: QuerySet[Value],
) -> tuple[dict[tuple[str, str], list[Total]], dict[str, Text]]:
    """By place the totals of each indicator, and how the unit of each indicator is read.

    Members' and projects' numbers are never mixed: they answer different indicators.
    """
    order = {report.pk: at for at, report in enumerate(reports)}
    by_pk = {report.pk: report for report in reports}
    answers: dict[str, list[Reported]] = defaultdict(list)
    measured: dict[str, Indicator | ResultIndicator] = {}
    for value in values.select_related("indicator", "result_indicator").order_by("pk"):
        key = _key(value.of)
        measured.setdefault(key, value.of)
        requirement = by_pk[value.report_id].requirement
        answers[key].append(
            Reported(
                subject=_subject(requirement),
                period=one.period,
                author=str(requirement.organisation_id or requirement.member),
                revision=order[value.report_id],
                source=str(value.report_id),
                answer=answer_of(value),
                group=value.group,
            )
        )
    expected = _expected(one, requirements, texts)
    for each in Indicator.objects.filter(programme=one.programme):
        if _key(each) in expected:
            measured.setdefault(_key(each), each)
    places = {
        _subject(requirement): [f"{kind} {code}" for kind, code in above[requirement.pk]]
        for requirement in requirements
    }
    found: dict[tuple[str, str], list[Total]] = defaultdict(list)
    for key, indicator in sorted(measured.items()):
        definition = definition_of(indicator)
        due = expected.get(key, set()) | {said.subject for said in answers[key]}
        for place, sums in by_place(
            definition,
            answers[key],
            expected={one.period: due},
            places={subject: places[subject] for subject in due},
        ).items():
            kind, _, code = place.partition(" ")
            found[kind, code].extend(sums)
    return found, {key: _unit(indicator) for key, indicator in measured.items()}


def _unit(one: Indicator | ResultIndicator) -> Text:
    if isinstance(one, Indicator):
        unit: Text = one.unit
        return unit
    return same(one.unit or "%")


def _expected(
    one: ReportingRound, requirements: Sequence[Requirement], texts: Mapping[int, ActivityText]
) -> dict[str, set[str]]:
    """By indicator of the programme the subjects from which a value is due."""
    due = [i for i in Indicator.objects.filter(programme=one.programme) if selectors.is_due(i)]
    found: dict[str, set[str]] = defaultdict(set)
    for requirement in requirements:
        text = texts.get(requirement.activity_id or 0)
        if text is None:
            continue
        section = text.section.code if text.section else None
        for indicator in due:
            of_section = indicator.activity_id is None and indicator.section_code == section
            if indicator.activity_id == requirement.activity_id or of_section:
                found[_key(indicator)].add(_subject(requirement))
    return found


def _key(one: Indicator | ResultIndicator) -> str:
    return f"{'programme' if isinstance(one, Indicator) else 'project'} {one.pk:012}"


def _subject(requirement: Requirement) -> str:
    if requirement.project_id is not None:
        return str(requirement.project_id)
    return f"{requirement.scope} {requirement.member}"


def definition_of(one: Indicator | ResultIndicator) -> Definition:
    """What is measured. Rates and percentages have no sum; forecasts are nobody's result."""
    unit = one.unit.en if isinstance(one, Indicator) else one.unit
    is_forecast = isinstance(one, Indicator) and one.kind == IndicatorKind.PROJECTION
    additive = not is_forecast and "%" not in unit and "/" not in unit
    return Definition(_key(one), one.title, unit, additive=additive)


def answer_of(value: Value) -> Answer:
    """A value as the aggregation knows it."""
    if value.kind == ValueKind.NUMBER:
        assert value.number is not None
        return Quantity(value.number, value.unit)
    if value.kind == ValueKind.SHARE:
        assert value.numerator is not None
        assert value.denominator is not None
        return Share(value.numerator, value.denominator, value.unit)
    if value.kind == ValueKind.NOT_AVAILABLE:
        return Absent(value.statement)
    return Statement(value.statement)
