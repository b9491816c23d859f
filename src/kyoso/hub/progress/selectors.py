"""What is read about rounds, reports and deliveries. Who sees which is decided here, once."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from kyoso.core.text import Text
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.selectors import visible_to as _runs
from kyoso.hub.programme.enums import IndicatorKind
from kyoso.hub.programme.models import ActivityText, Body, Indicator
from kyoso.hub.programme.selectors import latest_edition
from kyoso.hub.progress import rules
from kyoso.hub.progress.clock import clock, days_late
from kyoso.hub.progress.enums import APPROVED, HANDED_IN, OPEN, Clock, Part, State, ValueKind
from kyoso.hub.progress.models import (
    Delivery,
    Document,
    Report,
    ReportingRound,
    Requirement,
    Value,
)
from kyoso.hub.projects.enums import State as ProjectState
from kyoso.hub.projects.models import Project, ProjectActivity, ProjectCountry, ResultIndicator
from kyoso.hub.projects.selectors import visible_to as _projects
from kyoso.hub.texts import say

# --- who sees what --------------------------------------------------------------------------


def rounds_visible_to(_viewer: Viewer) -> QuerySet[ReportingRound]:
    """That there is a round, and when it is due, is no secret."""
    return ReportingRound.objects.select_related("programme")


def _of_own(viewer: Viewer, under: str = "") -> Q:
    """What concerns the organisations and countries for which one acts."""
    found = standing(viewer)
    own = found.organisations(rules.WRITING)
    places = found.countries(*rules.OF_A_COUNTRY)
    seen = Q(pk__in=[])
    if own:
        seen |= Q(**{f"{under}organisation__in": own})
    if places:
        projects = ProjectCountry.objects.filter(country__in=places).values("project")
        seen |= Q(**{f"{under}member__in": places}) | Q(**{f"{under}project__in": projects})
    return seen


def _of_led(viewer: Viewer, under: str = "") -> Q:
    """What concerns the activities that one leads."""
    scopes = standing(viewer).scopes(Role.ACTIVITY_LEAD)
    if not scopes:
        return Q(pk__in=[])
    named = [scope.partition("/")[::2] for scope in scopes]
    activities = Q(pk__in=[])
    for programme, key in named:
        activities |= Q(activity__programme__key=programme, activity__key=key)
    projects = ProjectActivity.objects.filter(activities).values("project")
    return Q(**{f"{under}scope__in": scopes}) | Q(**{f"{under}project__in": projects})


def concerns(viewer: Viewer, under: str = "") -> Q:
    """What the viewer owes, leads or oversees: whether somebody is late is for them alone."""
    if standing(viewer).has(*rules.OVERSEES):
        return Q()
    return _of_own(viewer, under) | _of_led(viewer, under)


def concerning(viewer: Viewer) -> QuerySet[Requirement]:
    """The requirements that concern the viewer."""
    return Requirement.objects.filter(concerns(viewer))


def requirements_visible_to(viewer: Viewer) -> QuerySet[Requirement]:
    """What concerns the viewer, and what the reports are on that the viewer sees."""
    if standing(viewer).has(*rules.OVERSEES):
        return Requirement.objects.all()
    reported = Exists(visible_to(viewer).filter(requirement=OuterRef("pk")))
    return Requirement.objects.filter(_of_own(viewer) | _of_led(viewer) | reported)


def visible_to(viewer: Viewer) -> QuerySet[Report]:
    """Published ones for all, and by role what is on its way.

    Accepted ones for the bodies they went to, submitted ones for the lead of the activity, all of
    their own for organisations and countries.
    """
    if standing(viewer).has(*rules.OVERSEES):
        return Report.objects.all()
    sent = Delivery.objects.filter(body__key__in=rules.bodies_of(viewer)).values("report")
    return Report.objects.filter(
        Q(state=State.PUBLISHED)
        | _of_own(viewer, "requirement__")
        | (Q(state__in=HANDED_IN) & _of_led(viewer, "requirement__"))
        | Q(state__in=APPROVED, pk__in=sent)
    )


def documents_visible_to(viewer: Viewer) -> QuerySet[Document]:
    """The documents of the reports that one sees."""
    return Document.objects.filter(report__in=visible_to(viewer).values("pk"))


def deliveries_visible_to(viewer: Viewer) -> QuerySet[Delivery]:
    """The reading lists of one's own bodies."""
    if standing(viewer).has(*rules.OVERSEES):
        return Delivery.objects.all()
    return Delivery.objects.filter(body__key__in=rules.bodies_of(viewer))


# --- rounds ---------------------------------------------------------------------------------


def round_(viewer: Viewer, pk: uuid.UUID) -> ReportingRound:
    """A round. Raises ``DoesNotExist``."""
    return rounds_visible_to(viewer).get(pk=pk)


@dataclass(frozen=True, slots=True)
class Filed:
    """A report as a list shows it."""

    pk: uuid.UUID
    state: str
    version: int
    reasons: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Owed:
    """One requirement with its latest report that the viewer sees, and where its clock stands.

    ``clock`` is ``None`` for who may not see whether somebody is late.
    """

    requirement: Requirement
    report: Filed | None
    clock: Clock | None
    late: int

    @property
    def is_late(self) -> bool:
        return self.late > 0


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One activity or project; ``cells`` stand in the order of the matrix's members."""

    code: str
    title: Text
    cells: Sequence[tuple[str, Sequence[Owed]]]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who owes what in a round. What is owed on projects stands in a list of its own.

    ``counts`` tells of all, as far as the viewer may see, how many stand where on the clock.
    """

    members: Sequence[str]
    rows: Sequence[MatrixRow]
    projects: QuerySet[Requirement]
    counts: Mapping[Clock, int]

    @property
    def cells(self) -> list[Owed]:
        """What members owe on activities."""
        return [owed for row in self.rows for _, found in row.cells for owed in found]


_IN_A_LIST = ("requirement", "revision", "submitted_at", "pk", "state", "version", "reasons")


def owed(
    requirements: Iterable[Requirement], viewer: Viewer, day: date, *, seen: Collection[uuid.UUID]
) -> list[Owed]:
    """Each requirement with its latest visible report; ``seen`` are those whose clock is shown."""
    wanted = list(requirements)
    among = Q(requirement__in=[one.pk for one in wanted])
    found = Report.objects.filter(among).order_by("revision")
    sees_all = standing(viewer).has(*rules.OVERSEES)
    visible: set[uuid.UUID] = set()
    if not sees_all:
        own = visible_to(viewer).filter(among).exclude(state=State.PUBLISHED)
        visible.update(own.order_by().values_list("pk", flat=True))
    reports: dict[uuid.UUID, Filed] = {}
    first_handed_in: dict[uuid.UUID, datetime] = {}
    handed_in: set[uuid.UUID] = set()
    for of, revision, at, *filed in found.values_list(*_IN_A_LIST):
        report = Filed(*filed)
        if sees_all or report.state == State.PUBLISHED or report.pk in visible:
            reports[of] = report
        if revision == 1 and at is not None:
            first_handed_in[of] = at
        if report.state in HANDED_IN or revision > 1:
            handed_in.add(of)
    result = []
    for one in wanted:
        at = first_handed_in.get(one.pk)
        done = one.pk in handed_in
        shown = one.pk in seen
        until = at.date() if done and at is not None else day
        result.append(
            Owed(
                requirement=one,
                report=reports.get(one.pk),
                clock=clock(
                    day=day,
                    opens=one.round.opens,
                    due=one.due_on,
                    escalates_after=one.round.escalates_after,
                    handed_in=done,
                    waived=one.waived,
                )
                if shown
                else None,
                late=days_late(day=until, due=one.due_on) if shown and not one.waived else 0,
            )
        )
    return result


def matrix(
    one: ReportingRound, viewer: Viewer, day: date, texts: Mapping[int, ActivityText]
) -> Matrix:
    """Activities × members of a round, as far as the viewer may see; ``texts`` by activity."""
    visible = (
        requirements_visible_to(viewer)
        .filter(round=one)
        .select_related("organisation")
        .order_by("scope", "member", "pk")
    )
    found = owed_in(one, visible.filter(project=None), viewer, day)
    members = sorted({each.requirement.member for each in found})
    by_cell: dict[tuple[int | None, str], list[Owed]] = {}
    for each in found:
        key = (each.requirement.activity_id, each.requirement.member)
        by_cell.setdefault(key, []).append(each)
    rows = [
        MatrixRow(
            text.code,
            text.title,
            [(member, by_cell.get((text.activity_id, member), [])) for member in members],
        )
        for text in texts.values()
        if any((text.activity_id, member) in by_cell for member in members)
    ]
    projects = visible.exclude(project=None).select_related("project", "organisation")
    return Matrix(members, rows, projects.defer("project__summary"), _counts(one, viewer, day))


def owed_in(
    one: ReportingRound, requirements: Iterable[Requirement], viewer: Viewer, day: date
) -> list[Owed]:
    """What is owed in a round, with clocks where these concern the viewer."""
    wanted = list(requirements)
    for requirement in wanted:
        requirement.round = one
    seen = {requirement.pk for requirement in wanted}
    if not standing(viewer).has(*rules.OVERSEES):
        seen.intersection_update(
            concerning(viewer).filter(round=one).order_by().values_list("pk", flat=True)
        )
    return owed(wanted, viewer, day, seen=seen)


def _counts(one: ReportingRound, viewer: Viewer, day: date) -> dict[Clock, int]:
    """How many requirements that concern the viewer stand where, in the order of the clock."""
    handed_in = Exists(
        Report.objects.filter(
            Q(state__in=HANDED_IN) | Q(revision__gt=1), requirement=OuterRef("pk")
        )
    )
    rows = (
        concerning(viewer)
        .filter(round=one)
        .order_by()
        .values_list("due", "waived", handed_in)
        .annotate(n=Count("pk"))
    )
    found: Counter[Clock] = Counter()
    for due, waived, done, n in rows:
        at = clock(
            day=day,
            opens=one.opens,
            due=due or one.due,
            escalates_after=one.escalates_after,
            handed_in=done,
            waived=waived,
        )
        found[at] += n
    return {at: found[at] for at in Clock if at in found}


def activity_texts(one: ReportingRound) -> dict[int, ActivityText]:
    """The activities of a round's programme as its latest edition words them, by their key."""
    edition = latest_edition(one.programme.key)
    texts = edition.activities.select_related("pillar", "section", "edition__programme")
    return {text.activity_id: text for text in texts}


AT_ONCE = 50
"""So many reports are judged, or published, on one page; the next follow when these are."""


def waiting_for(viewer: Viewer, one: ReportingRound) -> list[Report]:
    """The oldest submitted reports of a round that the viewer may judge, oldest first."""
    found = visible_to(viewer).filter(state=State.SUBMITTED, requirement__round=one)
    if not standing(viewer).has(Role.SECRETARIAT):
        found = found.filter(_of_led(viewer, "requirement__")).prefetch_related(*_PROJECT)
    listed = _to_choose_from(found).order_by("submitted_at", "pk")
    return [one for one in listed[:AT_ONCE] if rules.reviews.test(viewer, one)]


def to_publish(viewer: Viewer, one: ReportingRound) -> list[Report]:
    """The oldest accepted reports of a round, for who may publish them."""
    if not standing(viewer).has(Role.SECRETARIAT):
        return []
    found = visible_to(viewer).filter(state=State.ACCEPTED, requirement__round=one)
    return list(_to_choose_from(found).order_by("accepted_at", "pk")[:AT_ONCE])


def _to_choose_from(found: QuerySet[Report]) -> QuerySet[Report]:
    """With what names a report in a list, and no more."""
    return found.select_related("requirement__project", "requirement__organisation").only(
        *("revision", "state", "version", "authors", "submitted_at", "accepted_at"),
        *("requirement__scope", "requirement__member", "requirement__activity"),
        *("requirement__project__title", "requirement__organisation__name"),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A round in the list, and how many of its reports are published."""

    round: ReportingRound
    published: int


def rounds_listed(viewer: Viewer) -> list[Listed]:
    """All rounds, the latest first."""
    counted = (
        Report.objects.filter(state=State.PUBLISHED)
        .values("requirement__round")
        .annotate(n=Count("requirement", distinct=True))
        .order_by()
    )
    published = {row["requirement__round"]: row["n"] for row in counted}
    return [Listed(one, published.get(one.pk, 0)) for one in rounds_visible_to(viewer)]


def is_reviewer(viewer: Viewer) -> bool:
    """Whether the viewer judges any reports at all."""
    return standing(viewer).has(Role.SECRETARIAT, Role.ACTIVITY_LEAD)


def projects_to_ask(one: ReportingRound, viewer: Viewer) -> QuerySet[Project]:
    """The registered projects of the round's programme on which no report is owed yet."""
    return (
        _projects(viewer)
        .filter(
            state=ProjectState.REGISTERED,
            sample=one.sample,
            pk__in=ProjectActivity.objects.filter(activity__programme=one.programme_id).values(
                "project"
            ),
        )
        .exclude(pk__in=one.requirements.exclude(project=None).values("project"))
        .only("title")
        .order_by("registered_at", "pk")
    )


def runs_to_cite(viewer: User, one: Report, named: Iterable[uuid.UUID]) -> dict[uuid.UUID, Run]:
    """Of the named runs those that an author may cite: their own, samples, and cited ones."""
    cited = [value.run_id for value in one.values.all() if value.run_id is not None]
    wanted = set(named)
    mine = _runs(viewer).filter(pk__in=wanted)
    return {run.pk: run for run in mine} | {
        run.pk: run for run in Run.objects.filter(pk__in=wanted.intersection(cited))
    }


# --- one report -----------------------------------------------------------------------------

_WITH = (
    "requirement__round__programme",
    "requirement__activity__programme",
    "requirement__project",
    "requirement__organisation",
)
_PROJECT = (
    "requirement__project__countries",
    "requirement__project__activities__activity__programme",
)


def report(viewer: Viewer, pk: uuid.UUID) -> Report:
    """A report that this viewer may see, with all that is in it. Raises ``DoesNotExist``."""
    return (
        visible_to(viewer)
        .select_related(*_WITH)
        .prefetch_related(
            *_PROJECT,
            Prefetch(
                "values", Value.objects.select_related("indicator", "result_indicator", "document")
            ),
            "milestones",
            "finance",
            "documents",
            Prefetch("deliveries", Delivery.objects.select_related("body")),
        )
        .get(pk=pk)
    )


def earlier(one: Report, viewer: Viewer) -> Report | None:
    """The latest approved report on the same subject by the same author before this one."""
    owed = one.requirement
    same = Q(
        requirement__activity=owed.activity_id,
        requirement__member=owed.member,
        requirement__project=owed.project_id,
        requirement__organisation=owed.organisation_id,
    )
    before = Q(requirement=owed, revision__lt=one.revision) | Q(
        requirement__round__ends__lt=owed.round.ends
    )
    found = visible_to(viewer).filter(same & before, state__in=APPROVED)
    found = found.select_related(*_WITH).prefetch_related(
        Prefetch("values", Value.objects.select_related("indicator", "result_indicator")),
        "milestones",
        "finance",
    )
    return found.order_by("-requirement__round__ends", "-revision").first()


def later(one: Report, viewer: Viewer) -> Report | None:
    """The latest correction of this report that the viewer sees."""
    found = visible_to(viewer).filter(requirement=one.requirement_id, revision__gt=one.revision)
    return found.order_by("-revision").first()


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator on which a report may say something; ``due`` when it should."""

    indicator: Indicator | ResultIndicator
    unit: str
    due: bool

    @property
    def key(self) -> str:
        kind = "i" if isinstance(self.indicator, Indicator) else "r"
        return f"{kind}{self.indicator.pk}"

    @property
    def named(self) -> dict[str, Any]:
        """The indicator under the name that a value gives it."""
        programme = isinstance(self.indicator, Indicator)
        return {"indicator" if programme else "result_indicator": self.indicator}


_OFFERED = (IndicatorKind.TARGET, IndicatorKind.ACHIEVED, IndicatorKind.CONTEXT)


def asked_of(requirement: Requirement) -> list[Asked]:
    """The indicators of the requirement: of its activity and section, or of its project.

    What the text only gives as context may be reported and is not due.
    """
    if requirement.project_id is not None:
        results = ResultIndicator.objects.filter(result__project=requirement.project_id)
        return [Asked(one, one.unit, due=True) for one in results.order_by("pk")]
    assert requirement.activity is not None
    text = (
        ActivityText.objects.filter(
            activity=requirement.activity,
            edition=latest_edition(requirement.activity.programme.key),
        )
        .select_related("section")
        .first()
    )
    section = text.section.code if text and text.section else ""
    found = Indicator.objects.filter(
        Q(activity=requirement.activity)
        | Q(activity=None, section_code=section, programme=requirement.activity.programme),
        kind__in=_OFFERED,
    )
    return [Asked(one, one.unit.en, due=is_due(one)) for one in found]


def is_due(one: Indicator) -> bool:
    """Whether a report should say something on it."""
    return one.kind != IndicatorKind.CONTEXT


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a report lacks, and what should be looked at although nothing is lacking."""

    missing: Sequence[Text]
    look: Sequence[Text]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def completeness(one: Report, asked: Sequence[Asked]) -> Completeness:
    """Whether a report says all that it should; says nothing of whether it is right."""
    missing = [] if one.narrative else [say("progress.complete.narrative")]
    answers = {
        (value.indicator_id, value.result_indicator_id, value.group) for value in one.values.all()
    }
    for each in asked:
        pk = each.indicator.pk
        key = (pk, None, "") if isinstance(each.indicator, Indicator) else (None, pk, "")
        if each.due and key not in answers:
            missing.append(say("progress.complete.value", title=each.indicator.title))
    look = [
        say("progress.complete.stale", part=say(f"progress.part.{part}"))
        for part in Part
        if one.is_stale(part)
    ]
    look += [
        say("progress.complete.evidence", title=value.of.title)
        for value in one.values.all()
        if value.kind in (ValueKind.NUMBER, ValueKind.SHARE)
        and value.run_id is None
        and value.document_id is None
    ]
    return Completeness(missing, look)


# --- lists ----------------------------------------------------------------------------------


def named(requirements: QuerySet[Requirement]) -> QuerySet[Requirement]:
    """With what a list says of each: about what it is, in which round, until when."""
    return requirements.select_related("round", "project").only(
        *("version", "activity", "scope", "member", "due", "waived"),
        *(f"round__{name}" for name in ("title", "opens", "due", "escalates_after", "sample")),
        *("round", "project", "project__title"),
    )


def own_open(viewer: Viewer, day: date) -> list[Owed]:
    """What the viewer owes and has not handed in, in rounds that are open, most urgent first."""
    found = standing(viewer)
    own = Q(organisation__in=found.organisations(rules.WRITING)) | Q(
        organisation=None, member__in=found.countries(*rules.OF_A_COUNTRY)
    )
    done = Report.objects.filter(requirement=OuterRef("pk")).exclude(state__in=OPEN)
    requirements = (
        Requirement.objects.filter(own, waived=False, round__opens__lte=day)
        .exclude(Exists(done))
        .order_by("round__due", "scope", "pk")
    )
    listed = list(named(requirements))
    return owed(listed, viewer, day, seen={one.pk for one in listed})


def latest_approved(
    requirements: QuerySet[Requirement], states: Sequence[State]
) -> QuerySet[Report]:
    """Of each requirement the latest revision in one of ``states``.

    The revision is looked up from the requirement: the state alone is shared by most reports of
    all rounds, and a search that begins there reads them all.
    """
    revisions = Report.objects.filter(requirement=OuterRef("pk"), state__in=states)
    latest = Subquery(revisions.order_by("-revision").values("pk")[:1])
    return Report.objects.filter(
        pk__in=requirements.order_by().annotate(latest=latest).values("latest")
    )


def reading_lists(viewer: Viewer) -> list[tuple[Body, int]]:
    """The bodies whose reading lists the viewer may open, with how much stands there."""
    found = standing(viewer)
    bodies = Body.objects.order_by("key")
    if not found.has(*rules.OVERSEES):
        bodies = bodies.filter(key__in=rules.bodies_of(viewer))
    counted = deliveries_visible_to(viewer).values("body").annotate(n=Count("pk")).order_by()
    counts = {row["body"]: row["n"] for row in counted}
    return [(body, counts.get(body.pk, 0)) for body in bodies]


def reads(viewer: Viewer) -> bool:
    """Whether the viewer has any reading list."""
    return standing(viewer).has(*rules.OVERSEES) or bool(rules.bodies_of(viewer))


def reading_list(viewer: Viewer, body: Body) -> QuerySet[Delivery]:
    """What was sent to a body, latest first."""
    return (
        deliveries_visible_to(viewer)
        .filter(body=body)
        .select_related(*(f"report__{name}" for name in _WITH))
        .order_by("-at", "-pk")
    )


def texts_of(activities: Iterable[int | None]) -> Mapping[int, ActivityText]:
    """Each activity as the latest edition of its programme words it."""
    texts = (
        ActivityText.objects.filter(activity__in={one for one in activities if one is not None})
        .select_related("edition__programme", "section", "pillar")
        .order_by("edition__label")
    )
    return {text.activity_id: text for text in texts}
