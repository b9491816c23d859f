"""Reporting rounds, what is owed in them, and what their reports add up to."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from kyoso.core.text import same
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.api import errors
from kyoso.hub.api.auth import PROGRESS, PUBLIC, READS, viewer
from kyoso.hub.api.operations import Anew, By, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page, page_of, page_together
from kyoso.hub.api.routers.programmes import programme_of
from kyoso.hub.api.routers.projects import activities_of
from kyoso.hub.api.shapes import (
    Both,
    BothSent,
    Country,
    Key,
    Number,
    ScopeOfActivity,
    Sent,
    Why,
    absent,
    chosen,
    in_both,
)
from kyoso.hub.progress import owing, selectors, summing
from kyoso.hub.progress import rounds as services
from kyoso.hub.progress.enums import Clock
from kyoso.hub.progress.models import ReportingRound, Requirement
from kyoso.hub.projects import selectors as projects
from kyoso.hub.texts import language, say
from kyoso.programme.aggregation import Total

router = Router(tags=["rounds"])
requirements = Router(tags=["requirements"], auth=READS)

_Some = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class RoundOut(Schema):
    id: UUID
    version: int
    programme: str
    title: Both
    starts: date
    ends: date
    opens: date
    due: date
    escalates_after: int
    sample: bool


class RoundSent(Sent):
    programme: Key
    title: BothSent
    starts: date
    ends: date
    opens: date
    due: date
    escalates_after: Annotated[int, Field(ge=0, le=365)] = 14


class RoundChange(Sent):
    """What is not sent stays as it is."""

    title: BothSent | None = None
    starts: date | None = None
    ends: date | None = None
    opens: date | None = None
    due: date | None = None
    escalates_after: Annotated[int, Field(ge=0, le=365)] | None = None
    why: Why = ""


class RequirementOut(Schema):
    """That a report is owed, where its clock stands today, and the latest report that is seen.

    Whether it was put off, falls away or is late is for those who owe, lead or oversee: to others
    ``due`` is the day of the round, and ``waived``, ``clock`` and ``days_late`` are null.
    """

    id: UUID
    version: int
    round: UUID
    activity: str | None
    project: UUID | None
    member: str | None
    organisation: int | None
    due: date
    waived: bool | None
    clock: Clock | None
    days_late: int | None
    report: UUID | None
    report_state: str | None


class RequirementSent(Sent):
    """On an activity by a member, or on a project."""

    activity: ScopeOfActivity | None = None
    member: Country | None = None
    project: UUID | None = None
    organisation: Number | None = None


class PutOffSent(Sent):
    due: date
    why: _Some


class WaiveSent(Sent):
    why: _Some


class TotalOut(Schema):
    """What values add up to, from the lowest to the highest where authors disagree.

    Numbers are exact text; ``low`` and ``high`` are null where nothing adds up. ``reported`` of
    ``expected`` subjects gave a value; of a percentage the total is a ratio.
    """

    indicator: Both
    unit: str
    group: str | None
    low: str | None
    high: str | None
    reported: int
    expected: int
    disagreements: int
    statement: Both


class PlaceOut(Schema):
    """A pillar, section or activity with its totals."""

    kind: str
    code: str
    title: Both
    reports: int
    owed: int
    totals: list[TotalOut]


class RoundsWanted(Schema):
    programme: Key | None = None
    sample: bool = False


@errors.shows(ReportingRound)
def shown(_request: HttpRequest, one: ReportingRound) -> RoundOut:
    return RoundOut(
        id=one.pk,
        version=one.version,
        programme=one.programme.key,
        title=in_both(one.title),
        starts=one.starts,
        ends=one.ends,
        opens=one.opens,
        due=one.due,
        escalates_after=one.escalates_after,
        sample=one.sample,
    )


# --- rounds -------------------------------------------------------------------------------


@router.get("", response=Page[RoundOut], auth=PUBLIC, operation_id="list_rounds")
def list_rounds(
    request: HttpRequest, wanted: Asked, only: Annotated[RoundsWanted, Query(...)]
) -> Page[RoundOut]:
    found = selectors.rounds_visible_to(viewer(request))
    if not only.sample:
        found = found.filter(sample=False)
    if only.programme:
        found = found.filter(programme__key=only.programme)
    return page(request, found, wanted, lambda one: shown(request, one))


def _round(request: HttpRequest, pk: UUID) -> ReportingRound:
    return selectors.round_(viewer(request), pk)


round_ = Resource(router, _round, auth=PROGRESS)


@round_.begin("open_round")
def open_round(by: Anew, body: RoundSent) -> ReportingRound:
    return services.open_round(
        **by,
        programme=programme_of(body.programme),
        title=body.title.text(),
        starts=body.starts,
        ends=body.ends,
        opens=body.opens,
        due=body.due,
        escalates_after=body.escalates_after,
    )


round_.read("read_round", auth=PUBLIC)


@round_.patch("change_round")
def change_round(one: ReportingRound, by: Seen, body: RoundChange) -> ReportingRound:
    fields: dict[str, Any] = {
        name: value.text() if isinstance(value, BothSent) else value
        for name in body.model_fields_set - {"why"}
        if (value := getattr(body, name)) is not None
    }
    return services.change_round(one, **by, why=body.why, **fields)


# --- what is owed -------------------------------------------------------------------------


def _requirements(request: HttpRequest, rows: list[Requirement]) -> list[RequirementOut]:
    concerned = selectors.concerning(viewer(request)).filter(pk__in=[row.pk for row in rows])
    seen = set(concerned.values_list("pk", flat=True))
    owed = owing.owed(rows, viewer(request), timezone.localdate(), seen=seen)
    return [_requirement(one) for one in owed]


def _requirement(owed: owing.Owed) -> RequirementOut:
    one, report = owed.requirement, owed.report
    is_concerned = owed.clock is not None
    return RequirementOut(
        id=one.pk,
        version=one.version,
        round=one.round_id,
        activity=absent(one.scope),
        project=one.project_id,
        member=absent(one.member),
        organisation=one.organisation_id,
        due=one.due_on if is_concerned else one.round.due,
        waived=one.waived if is_concerned else None,
        clock=owed.clock,
        days_late=owed.late if is_concerned else None,
        report=report.pk if report else None,
        report_state=report.state if report else None,
    )


@errors.shows(Requirement)
def requirement_shown(request: HttpRequest, one: Requirement) -> RequirementOut:
    [found] = _requirements(request, [_required(request, one.pk)])
    return found


def _required(request: HttpRequest, pk: UUID) -> Requirement:
    found = selectors.requirements_visible_to(viewer(request))
    return found.select_related("round", "activity__programme", "project").get(pk=pk)


required = Resource(requirements, _required, auth=PROGRESS)


class RequirementsWanted(Schema):
    round: UUID | None = None
    member: Country | None = None
    activity: ScopeOfActivity | None = None
    project: UUID | None = None
    sample: bool = False


@requirements.get("", response=Page[RequirementOut], operation_id="list_requirements")
def list_requirements(
    request: HttpRequest, wanted: Asked, only: Annotated[RequirementsWanted, Query(...)]
) -> Page[RequirementOut]:
    """What those owe who see it; nobody is shown to be late to the public."""
    found = selectors.requirements_visible_to(viewer(request)).select_related("round")
    if not only.sample:
        found = found.filter(round__sample=False)
    names = {"activity": "scope"}
    rows = found.filter(**chosen(only, names))
    return page_together(request, rows, wanted, lambda some: _requirements(request, some))


required.read("read_requirement")


@round_.post("/requirements", "require_report", status=201)
def require_report(one: ReportingRound, by: By, body: RequirementSent) -> Requirement:
    """Repeating it makes no second one."""
    organisation = _organisation(body.organisation)
    if body.project is not None:
        project = projects.visible_to(by["actor"]).filter(pk=body.project).first()
        if project is None:
            raise errors.unknown("project")
        return services.require_of_project(
            **by, round=one, project=project, organisation=organisation
        )
    if body.activity is None or body.member is None:
        raise ValidationError({"activity": say("api.fault.of_what")[language()]})
    [activity] = activities_of([body.activity], "activity")
    return services.require(
        **by, round=one, activity=activity, member=body.member, organisation=organisation
    )


def _organisation(pk: int | None) -> Organisation | None:
    if pk is None:
        return None
    found = Organisation.objects.filter(pk=pk).first()
    if found is None:
        raise errors.unknown("organisation")
    return found


@required.post("/put-off", "put_off_requirement")
def put_off_requirement(one: Requirement, by: Seen, body: PutOffSent) -> Requirement:
    return services.put_off(one, **by, due=body.due, why=body.why)


@required.post("/waive", "waive_requirement")
def waive_requirement(one: Requirement, by: Seen, body: WaiveSent) -> Requirement:
    return services.waive(one, **by, why=body.why)


# --- totals -------------------------------------------------------------------------------


@router.get("/{uuid:pk}/totals", response=Page[PlaceOut], auth=PUBLIC, operation_id="list_totals")
def list_totals(request: HttpRequest, pk: UUID, wanted: Asked) -> Page[PlaceOut]:
    """What published reports add up to; for people with a role the accepted ones as well."""
    one = _round(request, pk)
    picture = summing.picture(one, viewer(request))
    return page_of(request, picture.places, wanted, _place)


def _place(one: summing.Place) -> PlaceOut:
    return PlaceOut(
        kind=one.kind,
        code=one.code,
        title=in_both(one.title),
        reports=one.reported,
        owed=one.owed,
        totals=[_total(each) for each in one.totals],
    )


def _total(one: Total) -> TotalOut:
    span = one.value
    return TotalOut(
        indicator=in_both(one.definition.title),
        unit=one.unit,
        group=absent(one.group),
        low=None if span is None else _exact(span.low),
        high=None if span is None else _exact(span.high),
        reported=len(one.reported),
        expected=len(one.expected),
        disagreements=len(one.disagreements),
        statement=in_both(one.statement(same(str(one.period)))),
    )


def _exact(value: Fraction) -> str:
    """A number as text: decimal where it ends, to twelve significant digits where it does not."""
    return f"{float(value):.12g}" if value.denominator != 1 else str(value.numerator)
