"""What is read about rounds, reports and deliveries. Who sees which is decided here, once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from kyoso.hub.progress.enums import APPROVED, HANDED_IN, Part, State, ValueKind
from kyoso.hub.progress.models import Delivery, Document, Report, ReportingRound, Requirement, Value
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
