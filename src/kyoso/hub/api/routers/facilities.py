"""Facilities: the register, monitoring plans, and the yearly reports that are begun under them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from kyoso.hub.accounts.models import Organisation
from kyoso.hub.api import errors
from kyoso.hub.api.auth import EVIDENCE, PUBLIC, READS, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.routers.submissions import shown as submission_shown
from kyoso.hub.api.shapes import (
    BackSent,
    Both,
    BothSent,
    Code,
    Country,
    Line,
    LineOrEmpty,
    Number,
    Sent,
    Words,
    Year,
    absent,
    amount,
    decimal,
    in_both,
    listed,
    moment,
)
from kyoso.hub.evidence.facilities import reporting, selectors, services, showing
from kyoso.hub.evidence.facilities.enums import Approach, PlanState
from kyoso.hub.evidence.facilities.models import Facility, Holding, Plan, Stream, Submission

router = Router(tags=["facilities"], auth=EVIDENCE)
plans = Router(tags=["plans"], auth=EVIDENCE)

_MOST = 500
"""At most so many streams of one plan."""

_Degrees = Annotated[str, Field(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,5})?$")]
_Percent = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3})?$")]
_RuleSet = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]+$")]
StateOfPlan = Annotated[PlanState, listed(PlanState)]
ApproachOfStream = Annotated[Approach, listed(Approach)]


class FacilityOut(Schema):
    """A facility in a list. ``operator`` is today's; ``year`` that of its latest report."""

    id: UUID
    version: int
    code: str
    name: Both
    country: str
    place: str | None
    latitude: str | None
    longitude: str | None
    operator: int | None
    operator_name: Both | None
    year: int | None
    sample: bool


class HoldingOut(Schema):
    organisation: int
    name: Both
    since: date
    until: date | None


class PermitOut(Schema):
    number: str
    issuer: str
    subject: str | None
    since: date
    until: date | None


class UnitOut(Schema):
    code: str
    name: str


class PlanOfFacility(Schema):
    id: UUID
    number: int
    state: StateOfPlan
    rule_set: str
    from_year: int


class ReportOfFacility(Schema):
    id: UUID
    year: int
    rule_set: str


class FacilityWhole(FacilityOut):
    """Units and plans are for those concerned: empty for others."""

    operators: list[HoldingOut]
    permits: list[PermitOut]
    units: list[UnitOut]
    plans: list[PlanOfFacility]
    reports: list[ReportOfFacility]


class StreamOut(Schema):
    """A source stream; ``meter_uncertainty`` is half of the 95 % interval in %."""

    code: str
    unit: str
    source: str
    category: str | None
    approach: ApproachOfStream
    tier: int | None
    meter: str | None
    meter_uncertainty: str | None
    sampling: str | None
    contract: str | None
    biogenic: bool
    confidential: bool


class PlanOut(Schema):
    """A monitoring plan; ``reason`` is that of its return."""

    id: UUID
    version: int
    facility: UUID
    number: int
    state: StateOfPlan
    rule_set: str
    from_year: int
    reason: str | None
    submitted_at: str | None
    approved_at: str | None
    streams: list[StreamOut]


class FacilitySent(Sent):
    country: Country
    code: Code
    name: BothSent
    place: LineOrEmpty = ""
    latitude: _Degrees | None = None
    longitude: _Degrees | None = None


class OperatorSent(Sent):
    """Who operates the facility from a day on; the one before ends on the day before."""

    organisation: Number
    since: date


class PermitSent(Sent):
    number: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
    issuer: Line
    subject: LineOrEmpty = ""
    since: date
    until: date | None = None


class UnitSent(Sent):
    code: Code
    name: Line


class PlanBegun(Sent):
    rule_set: _RuleSet
    from_year: Year


class StreamSent(Sent):
    """``unit`` is the code of a unit of the facility."""

    code: Code
    unit: Code
    source: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    category: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")] = ""
    approach: ApproachOfStream = Approach.CALCULATION
    tier: Annotated[int | None, Field(ge=1, le=4)] = None
    meter: Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")] = ""
    meter_uncertainty: _Percent | None = None
    sampling: Words = ""
    contract: Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")] = ""
    biogenic: bool = False
    confidential: bool = False


class PlanSent(PlanBegun):
    """The whole plan; a stream that is not sent goes."""

    streams: Annotated[list[StreamSent], Field(max_length=_MOST)]


class YearSent(Sent):
    year: Year


class FacilitiesWanted(Schema):
    country: Country | None = None
    sample: bool = False


# --- shown --------------------------------------------------------------------------------


def _line(one: Facility) -> FacilityOut:
    row = showing.listed(one, timezone.localdate())
    holder = None if row.operator is None else row.operator.organisation
    return FacilityOut(
        id=one.pk,
        version=one.version,
        code=one.code,
        name=in_both(one.name),
        country=one.country,
        place=absent(one.place),
        latitude=amount(one.latitude),
        longitude=amount(one.longitude),
        operator=None if holder is None else holder.pk,
        operator_name=None if holder is None else in_both(holder.name),
        year=row.year,
        sample=one.sample,
    )


def _holding(one: Holding) -> HoldingOut:
    return HoldingOut(
        organisation=one.organisation_id,
        name=in_both(one.organisation.name),
        since=one.since,
        until=one.until,
    )


@errors.shows(Facility)
def shown(request: HttpRequest, one: Facility) -> FacilityWhole:
    """The facility as it is now, as far as the client may see it."""
    now = selectors.facility(viewer(request), one.pk)
    return FacilityWhole(
        **_line(now).model_dump(),
        operators=[_holding(each) for each in now.holdings.all()],
        permits=[
            PermitOut(
                number=each.number,
                issuer=each.issuer,
                subject=absent(each.subject),
                since=each.since,
                until=each.until,
            )
            for each in now.permits.all()
        ],
        units=[UnitOut(code=each.code, name=each.name) for each in now.units.all()],
        plans=[
            PlanOfFacility(
                id=each.pk,
                number=each.number,
                state=PlanState(each.state),
                rule_set=each.rule_set,
                from_year=each.from_year,
            )
            for each in now.plans.all()
        ],
        reports=[
            ReportOfFacility(id=each.pk, year=each.year, rule_set=each.rule_set)
            for each in now.reports.all()
        ],
    )


def _found(request: HttpRequest, pk: UUID) -> Facility:
    return selectors.facility(viewer(request), pk)


facility = Resource(router, _found)


def _stream(one: Stream) -> StreamOut:
    return StreamOut(
        code=one.code,
        unit=one.unit.code,
        source=one.source,
        category=absent(one.category),
        approach=Approach(one.approach),
        tier=one.tier,
        meter=absent(one.meter),
        meter_uncertainty=amount(one.meter_uncertainty),
        sampling=absent(one.sampling),
        contract=absent(one.contract),
        biogenic=one.biogenic,
        confidential=one.confidential,
    )


@errors.shows(Plan)
def plan_shown(request: HttpRequest, one: Plan) -> PlanOut:
    """The plan as it is now."""
    now = selectors.plan(viewer(request), one.pk)
    return PlanOut(
        id=now.pk,
        version=now.version,
        facility=now.facility_id,
        number=now.number,
        state=PlanState(now.state),
        rule_set=now.rule_set,
        from_year=now.from_year,
        reason=absent(now.reason),
        submitted_at=moment(now.submitted_at),
        approved_at=moment(now.approved_at),
        streams=[_stream(each) for each in now.streams.all()],
    )


# --- the register -------------------------------------------------------------------------


@router.get("", response=Page[FacilityOut], auth=PUBLIC, operation_id="list_facilities")
def list_facilities(
    request: HttpRequest, wanted: Asked, only: Annotated[FacilitiesWanted, Query(...)]
) -> Page[FacilityOut]:
    """Those with a published report; others for those concerned."""
    found = selectors.listed(viewer(request))
    if not only.sample:
        found = found.filter(sample=False)
    if only.country:
        found = found.filter(country=only.country)
    return page(request, found, wanted, _line, order=("created_at", "pk"))


facility.read("read_facility", auth=PUBLIC)


@facility.begin("register_facility")
def register_facility(by: Anew, body: FacilitySent) -> Facility:
    """By the regulator of the country."""
    return services.register(
        **by,
        code=body.code,
        name=body.name.text(),
        country=body.country,
        place=body.place,
        latitude=decimal(body.latitude),
        longitude=decimal(body.longitude),
    )


@facility.post("/operators", "set_operator")
def set_operator(one: Facility, by: Anew, body: OperatorSent) -> Facility:
    holder = Organisation.objects.filter(pk=body.organisation, country=one.country).first()
    if holder is None:
        raise errors.unknown("organisation")
    services.set_operator(one, **by, organisation=holder, since=body.since)
    return one


@facility.post("/permits", "add_permit")
def add_permit(one: Facility, by: Anew, body: PermitSent) -> Facility:
    services.add_permit(one, **by, **body.model_dump())
    return one


@facility.post("/units", "add_unit")
def add_unit(one: Facility, by: Anew, body: UnitSent) -> Facility:
    services.add_unit(one, **by, **body.model_dump())
    return one


# --- plans --------------------------------------------------------------------------------


@facility.post("/plans", "begin_plan")
def begin_plan(one: Facility, by: Anew, body: PlanBegun) -> Plan:
    """The next plan with the streams of the last; one that is not approved yet is answered."""
    return services.begin_plan(one, **by, **body.model_dump())


def _plan(request: HttpRequest, pk: UUID) -> Plan:
    return selectors.plan(viewer(request), pk)


plan = Resource(plans, _plan)


plan.read("read_plan", auth=READS)


@plan.put("write_plan")
def write_plan(one: Plan, by: Seen, body: PlanSent) -> Plan:
    return services.write_plan(
        one,
        **by,
        rule_set=body.rule_set,
        from_year=body.from_year,
        rows=[_row(each) for each in body.streams],
    )


def _row(sent: StreamSent) -> services.Row:
    written: dict[str, Any] = sent.model_dump(exclude={"approach", "meter_uncertainty"})
    return services.Row(
        approach=sent.approach, meter_uncertainty=decimal(sent.meter_uncertainty), **written
    )


@plan.post("/submit", "submit_plan")
def submit_plan(one: Plan, by: Seen) -> Plan:
    """To the regulator; every fault of its streams is named by row and column."""
    return services.submit_plan(one, **by)


@plan.post("/approve", "approve_plan")
def approve_plan(one: Plan, by: Seen) -> Plan:
    """By the regulator, who has written nothing in it."""
    return services.approve_plan(one, **by)


@plan.post("/return", "return_plan")
def return_plan(one: Plan, by: Seen, body: BackSent) -> Plan:
    return services.return_plan(one, **by, reason=body.reason)


# --- reports ------------------------------------------------------------------------------


@facility.post("/reports", "begin_facility_report", shown=submission_shown)
def begin_facility_report(one: Facility, by: Anew, body: YearSent) -> Submission:
    """The first version of the report on a year; its latest where it was begun before."""
    return reporting.begin(one, **by, year=body.year)
