"""Who owes which report, and where its clock stands."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)

from kyoso.core.text import Text
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.programme.models import ActivityText
from kyoso.hub.progress import rules
from kyoso.hub.progress.clock import clock, days_late
from kyoso.hub.progress.enums import HANDED_IN, OPEN, Clock, State
from kyoso.hub.progress.models import Report, ReportingRound, Requirement
from kyoso.hub.progress.selectors import concerning, requirements_visible_to, visible_to


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
    """Who owes what in a round. What is owed on projects stands in pages of a list of its own.

    ``counts`` tells of all, as far as the viewer may see, how many stand where on the clock.
    """

    members: Sequence[str]
    rows: Sequence[MatrixRow]
    page: Page[Requirement]
    of_projects: Sequence[Owed]
    counts: Mapping[Clock, int]

    @property
    def cells(self) -> list[Owed]:
        """What members owe on activities."""
        return [owed for row in self.rows for _, found in row.cells for owed in found]


PROJECTS_A_PAGE = 50
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
    one: ReportingRound,
    viewer: Viewer,
    day: date,
    texts: Mapping[int, ActivityText],
    *,
    page: str | None = None,
) -> Matrix:
    """Activities × members of a round and a page of projects, as far as the viewer may see.

    ``texts`` are those of the activities, by activity.
    """
    visible = requirements_visible_to(viewer).filter(round=one).order_by("scope", "member", "pk")
    projects = visible.exclude(project=None).select_related("project").defer("project__summary")
    shown = Paginator(projects, PROJECTS_A_PAGE).get_page(page)
    of_activities = list(visible.filter(project=None))
    wanted = [*of_activities, *shown]
    # Hundreds are owed by a few organisations: each is read once, not with every one of them.
    prefetch_related_objects(wanted, Prefetch("organisation", Organisation.objects.only("name")))
    owed_of_all = _owed_in(one, wanted, viewer, day)
    found = owed_of_all[: len(of_activities)]
    by_cell: dict[tuple[int | None, str], list[Owed]] = {}
    for each in found:
        key = (each.requirement.activity_id, each.requirement.member)
        by_cell.setdefault(key, []).append(each)
    members = sorted({member for _, member in by_cell})
    rows = [
        MatrixRow(
            text.code,
            text.title,
            [(member, by_cell.get((text.activity_id, member), [])) for member in members],
        )
        for text in texts.values()
        if any((text.activity_id, member) in by_cell for member in members)
    ]
    return Matrix(members, rows, shown, owed_of_all[len(found) :], _counts(one, viewer, day))


def _owed_in(
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
