"""What the accepted reports of a round add up to, from members and projects to the pillars.

Only what is shown is worked out: a picture of the whole round leaves the indicators of single
projects to the pages of the places, and a place works its totals out a page at a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kyoso.core.text import Text, same
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.programme.enums import IndicatorKind
from kyoso.hub.programme.models import ActivityText, Heading, Indicator
from kyoso.hub.progress import selectors
from kyoso.hub.progress.enums import APPROVED, State, ValueKind
from kyoso.hub.progress.models import Report, ReportingRound, Requirement, Value
from kyoso.hub.progress.showing import author_of, subject_of
from kyoso.hub.projects.models import ProjectActivity, ResultIndicator
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
    totals,
)

Measured = Indicator | ResultIndicator


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
    reported: int
    totals: Sequence[Total]

    @property
    def code(self) -> str:
        return self.heading.code

    @property
    def title(self) -> Text:
        title: Text = self.heading.title
        return title


@dataclass(frozen=True, slots=True)
class Picture:
    """A round from its pillars down to its activities; ``units`` as read, by indicator."""

    round: ReportingRound
    places: Sequence[Place]
    units: Mapping[str, Text]

    def place(self, kind: str, code: str) -> Place | None:
        """One of the places; ``None`` where the round has no such place."""
        found = (one for one in self.places if (one.kind, one.code) == (kind, code))
        return next(found, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One place of a round: the keys of its indicators, and its reports in the totals.

    Its totals are worked out by :func:`sums`, of as many indicators as are asked.
    """

    round: ReportingRound
    kind: str
    heading: Heading | ActivityText
    owed: int
    indicators: Sequence[str]
    reports: Sequence[UUID]
    expected: Mapping[str, Collection[str]]
    values: QuerySet[Value]

    @property
    def reported(self) -> int:
        return len(self.reports)


@dataclass(frozen=True, slots=True)
class Source:
    """Whose answer a voice of a total is."""

    report: UUID
    subject: Text
    author: Text


@dataclass(frozen=True, slots=True)
class Sums:
    """Totals of one place; ``units`` as read, by indicator, ``sources`` by the key of a report."""

    round: ReportingRound
    totals: Sequence[Total]
    units: Mapping[str, Text]
    sources: Mapping[str, Source]


def latest_with_reports(viewer: Viewer) -> ReportingRound | None:
    """The latest round of which the viewer's totals contain a report."""
    reports = Report.objects.filter(requirement=OuterRef("pk"), state__in=states_for(viewer))
    reported = Requirement.objects.filter(Exists(reports), round=OuterRef("pk"))
    return selectors.rounds_visible_to(viewer).filter(Exists(reported)).first()


# --- the whole round ------------------------------------------------------------------------


def picture(one: ReportingRound, viewer: Viewer, *, of_projects: bool = True) -> Picture:
    """What a round's approved reports add up to, as far as the viewer may see them.

    Without ``of_projects`` the indicators of single projects, which add up to nothing, are left
    out.
    """
    states = states_for(viewer)
    texts = selectors.activity_texts(one)
    owing = Requirement.objects.filter(round=one, waived=False).order_by()
    duties = _duties(owing, states)
    above = _above(texts.values())
    places = {held: _places(held, above) for held in {each.activities for each in duties}}
    owed = Counter(place for each in duties for place in places[each.activities])
    reported = Counter(
        place for each in duties if each.reported for place in places[each.activities]
    )
    reports = selectors.latest_approved(owing, states)
    values = Value.objects.filter(report__in=reports.values("pk"))
    if not of_projects:
        values = values.filter(result_indicator=None)
    answers = _answers(one, values)
    of_members = [(each.subject, each.activities[0]) for each in duties if each.of_member]
    expected = _expected(one, texts.values(), of_members)
    measured = _measured({*answers, *expected})
    places_of = {each.subject: places[each.activities] for each in duties}
    totals_of = _totals(one, measured, answers, expected, places_of)
    return Picture(
        round=one,
        places=[
            Place(kind, heading, level, owed[place], reported[place], totals_of.get(place, []))
            for level, kind, heading in _tree(texts.values())
            if owed[place := _name(kind, heading.code)]
        ],
        units={key: _unit(indicator) for key, indicator in measured.items()},
    )


class _Duty(NamedTuple):
    """A report that is owed: about what, under which activities, whether it is in the totals."""

    subject: str
    of_member: bool
    activities: tuple[int, ...]
    reported: bool


def _duties(owed: QuerySet[Requirement], states: Sequence[State]) -> list[_Duty]:
    of_project: dict[UUID, tuple[int, ...]] = {}
    links = ProjectActivity.objects.filter(project__in=owed.values("project"))
    for project, activity in links.order_by("activity").values_list("project", "activity"):
        of_project[project] = (*of_project.get(project, ()), activity)
    reports = Report.objects.filter(requirement=OuterRef("pk"), state__in=states)
    rows = owed.annotate(reported=Exists(reports)).values_list(*_SUBJECT, "activity", "reported")
    return [
        _Duty(
            _subject(project, scope, member),
            project is None,
            (activity,) if project is None else of_project.get(project, ()),
            reported,
        )
        for project, scope, member, activity, reported in rows
    ]


_SUBJECT = ("project", "scope", "member")


def _subject(project: UUID | None, scope: str, member: str) -> str:
    return f"{scope} {member}" if project is None else str(project)


def _tree(texts: Iterable[ActivityText]) -> list[tuple[int, str, Heading | ActivityText]]:
    """Pillars, sections and activities in the order of the edition."""
    found: dict[str, tuple[int, str, Heading | ActivityText]] = {}
    for text in texts:
        for level, kind, heading in _line(text):
            found.setdefault(_name(kind, heading.code), (level, kind, heading))
    return list(found.values())


def _line(text: ActivityText) -> list[tuple[int, str, Heading | ActivityText]]:
    """An activity with what is above it, the highest first."""
    line = ((0, "pillar", text.pillar), (1, "section", text.section), (2, "activity", text))
    return [(level, kind, heading) for level, kind, heading in line if heading is not None]


def _name(kind: str, code: str) -> str:
    return f"{kind} {code}"


def _above(texts: Iterable[ActivityText]) -> dict[int, list[str]]:
    """By activity the places under which a report on it is counted, its own among them."""
    return {
        text.activity_id: [_name(kind, heading.code) for _, kind, heading in _line(text)]
        for text in texts
    }


def _places(activities: Iterable[int], above: Mapping[int, Collection[str]]) -> frozenset[str]:
    """The places under which a report is counted, once in each."""
    return frozenset(place for activity in activities for place in above.get(activity, ()))


def _totals(
    one: ReportingRound,
    measured: Mapping[str, Measured],
    answers: Mapping[str, Sequence[Reported]],
    expected: Mapping[str, Collection[str]],
    places: Mapping[str, Collection[str]],
) -> dict[str, list[Total]]:
    """By place the totals of each indicator.

    Members' and projects' numbers are never mixed: they answer different indicators.
    """
    found: dict[str, list[Total]] = defaultdict(list)
    for key, indicator in measured.items():
        said = answers.get(key, ())
        due = {*expected.get(key, ()), *(each.subject for each in said)}
        sums_of = by_place(
            definition_of(indicator),
            said,
            expected={one.period: due},
            places={subject: places[subject] for subject in due},
        )
        for place, its in sums_of.items():
            found[place].extend(its)
    return found


# --- one place ------------------------------------------------------------------------------


def opened(one: ReportingRound, viewer: Viewer, kind: str, code: str) -> Opened | None:
    """A place with its reports and indicators; ``None`` where the round has no such place."""
    place = _name(kind, code)
    texts = selectors.activity_texts(one)
    headings = {_name(each, heading.code): heading for _, each, heading in _tree(texts.values())}
    if place not in headings:
        return None
    above = _above(texts.values())
    under = {key: text for key, text in texts.items() if place in above[key]}
    served = ProjectActivity.objects.filter(activity__in=under).values("project")
    owed = Requirement.objects.filter(
        Q(activity__in=under) | Q(project__in=served), round=one, waived=False
    ).order_by()
    count = owed.count()
    if not count:
        return None
    reports = selectors.latest_approved(owed, states_for(viewer))
    values = Value.objects.filter(report__in=reports.values("pk"))
    rows = owed.filter(project=None).values_list(*_SUBJECT, "activity")
    of_members = [(_subject(*row), activity) for *row, activity in rows]
    expected = _expected(one, under.values(), of_members)
    asked = values.order_by().values_list("indicator", "result_indicator").distinct()
    return Opened(
        round=one,
        kind=kind,
        heading=headings[place],
        owed=count,
        indicators=sorted({*expected, *(_key(*pair) for pair in asked)}),
        reports=list(reports.order_by("accepted_at", "pk").values_list("pk", flat=True)),
        expected=expected,
        values=values,
    )


def sums(place: Opened, keys: Collection[str], reports: Collection[UUID]) -> Sums:
    """The totals of some indicators of a place, with whose the answers and ``reports`` are."""
    values = place.values.filter(
        Q(indicator__in=_pks(keys, "programme")) | Q(result_indicator__in=_pks(keys, "project"))
    )
    answers = _answers(place.round, values)
    measured = _measured(keys)
    found = []
    for key, indicator in measured.items():
        said = answers.get(key, ())
        due = {*place.expected.get(key, ()), *(each.subject for each in said)}
        found += totals(definition_of(indicator), said, expected={place.round.period: due})
    cited = {UUID(each.source) for said in answers.values() for each in said}
    return Sums(
        round=place.round,
        totals=found,
        units={key: _unit(indicator) for key, indicator in measured.items()},
        sources=_sources({*cited, *reports}),
    )


def _sources(reports: Collection[UUID]) -> dict[str, Source]:
    rows = Requirement.objects.filter(reports__in=reports).select_related("project", "organisation")
    shown = rows.only("member", "project__title", "organisation__name")
    return {
        str(one.report): Source(one.report, subject_of(one), author_of(one))
        for one in shown.annotate(report=F("reports")).order_by()
    }


# --- answers and indicators -----------------------------------------------------------------

_OWED = tuple(f"report__requirement__{name}" for name in (*_SUBJECT, "organisation"))
_ANSWER = ("kind", "unit", "statement", "number", "numerator", "denominator")


def _answers(one: ReportingRound, values: QuerySet[Value]) -> dict[str, list[Reported]]:
    """By the key of an indicator what approved reports answer, in the order of writing."""
    found: dict[str, list[Reported]] = defaultdict(list)
    period = one.period
    rows = values.order_by("pk").values_list(
        *("indicator", "result_indicator", "report", "report__revision", "group"), *_OWED, *_ANSWER
    )
    for of, of_result, report, revision, group, project, scope, member, by, *said in rows:
        found[_key(of, of_result)].append(
            Reported(
                subject=_subject(project, scope, member),
                period=period,
                author=str(by or member),
                revision=revision,
                source=str(report),
                answer=answer_of(*said),
                group=group,
            )
        )
    return found


def answer_of(kind: str, unit: str, statement: str, *numbers: Decimal | None) -> Answer:
    """A value as the aggregation knows it; ``numbers`` as a value keeps them, in that order."""
    number, numerator, denominator = numbers
    if kind == ValueKind.NUMBER:
        assert number is not None
        return Quantity(number, unit)
    if kind == ValueKind.SHARE:
        assert numerator is not None
        assert denominator is not None
        return Share(numerator, denominator, unit)
    if kind == ValueKind.NOT_AVAILABLE:
        return Absent(statement)
    return Statement(statement)


def _expected(
    one: ReportingRound, texts: Iterable[ActivityText], of_members: Iterable[tuple[str, int]]
) -> dict[str, set[str]]:
    """By indicator of the programme the subjects, given with their activity, that should answer."""
    due = [i for i in Indicator.objects.filter(programme=one.programme) if selectors.is_due(i)]
    asked = {text.activity_id: [_key(i.pk, None) for i in due if _asks(i, text)] for text in texts}
    found: dict[str, set[str]] = defaultdict(set)
    for subject, activity in of_members:
        for key in asked.get(activity, ()):
            found[key].add(subject)
    return found


def _asks(indicator: Indicator, text: ActivityText) -> bool:
    """Whether an indicator belongs to an activity or to its section."""
    if indicator.activity_id is not None:
        return indicator.activity_id == text.activity_id
    return text.section is not None and indicator.section_code == text.section.code


def _measured(keys: Collection[str]) -> dict[str, Measured]:
    """The indicators of the keys, those of the programme first."""
    of_programme = Indicator.objects.filter(pk__in=_pks(keys, "programme"))
    of_projects = ResultIndicator.objects.filter(pk__in=_pks(keys, "project")).only("title", "unit")
    found: dict[str, Measured] = {_key(each.pk, None): each for each in of_programme}
    found |= {_key(None, each.pk): each for each in of_projects}
    return {key: found[key] for key in sorted(keys)}


def _pks(keys: Iterable[str], kind: str) -> list[int]:
    return [int(pk) for name, _, pk in (key.partition(" ") for key in keys) if name == kind]


def _key(indicator: int | None, of_result: int | None) -> str:
    return f"project {of_result:012}" if indicator is None else f"programme {indicator:012}"


def _unit(one: Measured) -> Text:
    if isinstance(one, Indicator):
        unit: Text = one.unit
        return unit
    return same(one.unit or "%")


def definition_of(one: Measured) -> Definition:
    """What is measured. Rates and percentages have no sum; forecasts are nobody's result."""
    if isinstance(one, ResultIndicator):
        return Definition(_key(None, one.pk), one.title, one.unit, additive=_adds_up(one.unit))
    additive = one.kind != IndicatorKind.PROJECTION and _adds_up(one.unit.en)
    return Definition(_key(one.pk, None), one.title, one.unit.en, additive=additive)


def _adds_up(unit: str) -> bool:
    return "%" not in unit and "/" not in unit
