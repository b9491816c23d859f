"""The parts of a project, as they are shown and as they are sent."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Field, Schema

from kyoso.hub.api.shapes import (
    Both,
    BothSent,
    Country,
    Currency,
    DecimalText,
    Line,
    LineOrNone,
    Number,
    Sent,
    absent,
    amount,
    both,
    in_both,
)
from kyoso.hub.projects.enums import (
    FinanceInstrument,
    FinanceKind,
    FinancePart,
    MeasureKind,
    PartnerRole,
    ResultLevel,
    Sector,
)
from kyoso.hub.projects.models import (
    Document,
    Finance,
    Milestone,
    Partner,
    Project,
    Result,
    ResultIndicator,
    Site,
    Target,
)


class PartOut(Schema):
    id: int
    version: int


class SiteOut(PartOut):
    name: Both
    country: str
    latitude: float | None
    longitude: float | None


class PartnerOut(PartOut):
    organisation: int
    name: Both
    role: PartnerRole


class MilestoneOut(PartOut):
    """What was reported as done is not ``confirmed`` before another person says so."""

    title: Both
    due: date
    done: date | None
    confirmed: bool


class FinanceOut(PartOut):
    kind: FinanceKind
    part: FinancePart
    instrument: FinanceInstrument
    sector: Sector
    source: int | None
    currency: str
    amount: str
    date: date
    climate_share: int | None
    mobilised_by: str | None
    reference: str | None


class ResultOut(PartOut):
    level: ResultLevel
    parent: int | None
    title: Both


class IndicatorOfResultOut(PartOut):
    result: int
    title: Both
    kind: MeasureKind
    unit: str | None
    numerator: Both | None
    denominator: Both | None
    categories: list[str]
    reference: str | None


class TargetOut(PartOut):
    indicator: int
    period: str
    category: str | None
    value: str | None
    numerator: str | None
    denominator: str | None
    statement: Both | None


class DocumentOut(PartOut):
    title: Both
    link: str | None
    name: str | None
    sha256: str | None
    size: int | None


class PartsOut(Schema):
    """All parts of a project."""

    sites: list[SiteOut]
    partners: list[PartnerOut]
    milestones: list[MilestoneOut]
    finance: list[FinanceOut]
    results: list[ResultOut]
    indicators: list[IndicatorOfResultOut]
    targets: list[TargetOut]
    documents: list[DocumentOut]


# --- shown --------------------------------------------------------------------------------


def site_out(one: Site) -> SiteOut:
    return SiteOut(
        id=one.pk,
        version=one.version,
        name=in_both(one.name),
        country=one.country,
        latitude=one.latitude,
        longitude=one.longitude,
    )


def partner_out(one: Partner) -> PartnerOut:
    return PartnerOut(
        id=one.pk,
        version=one.version,
        organisation=one.organisation_id,
        name=in_both(one.organisation.name),
        role=PartnerRole(one.role),
    )


def milestone_out(one: Milestone) -> MilestoneOut:
    return MilestoneOut(
        id=one.pk,
        version=one.version,
        title=in_both(one.title),
        due=one.due,
        done=one.done,
        confirmed=one.confirmed,
    )


def finance_out(one: Finance) -> FinanceOut:
    return FinanceOut(
        id=one.pk,
        version=one.version,
        kind=FinanceKind(one.kind),
        part=FinancePart(one.part),
        instrument=FinanceInstrument(one.instrument),
        sector=Sector(one.sector),
        source=one.source_id,
        currency=one.currency,
        amount=amount(one.amount) or "0",
        date=one.date,
        climate_share=one.climate_share,
        mobilised_by=absent(one.mobilised_by),
        reference=absent(one.reference),
    )


def result_out(one: Result) -> ResultOut:
    return ResultOut(
        id=one.pk,
        version=one.version,
        level=ResultLevel(one.level),
        parent=one.parent_id,
        title=in_both(one.title),
    )


def indicator_out(one: ResultIndicator) -> IndicatorOfResultOut:
    return IndicatorOfResultOut(
        id=one.pk,
        version=one.version,
        result=one.result_id,
        title=in_both(one.title),
        kind=MeasureKind(one.kind),
        unit=absent(one.unit),
        numerator=both(one.numerator),
        denominator=both(one.denominator),
        categories=one.categories,
        reference=absent(one.reference),
    )


def target_out(one: Target) -> TargetOut:
    return TargetOut(
        id=one.pk,
        version=one.version,
        indicator=one.indicator_id,
        period=one.period,
        category=absent(one.category),
        value=amount(one.value),
        numerator=amount(one.numerator),
        denominator=amount(one.denominator),
        statement=both(one.statement),
    )


def document_out(one: Document) -> DocumentOut:
    return DocumentOut(
        id=one.pk,
        version=one.version,
        title=in_both(one.title),
        link=absent(one.link),
        name=absent(one.name),
        sha256=absent(one.sha256),
        size=one.size,
    )


def parts_shown(project: Project) -> PartsOut:
    """All parts of a project that has them at hand."""
    results = list(project.results.all())
    indicators = [one for result in results for one in result.indicators.all()]
    return PartsOut(
        sites=[site_out(one) for one in project.sites.all()],
        partners=[partner_out(one) for one in project.partners.all()],
        milestones=[milestone_out(one) for one in project.milestones.all()],
        finance=[finance_out(one) for one in project.finance.all()],
        results=[result_out(one) for one in results],
        indicators=[indicator_out(one) for one in indicators],
        targets=[target_out(one) for each in indicators for one in each.targets.all()],
        documents=[document_out(one) for one in project.documents.all()],
    )


# --- sent ---------------------------------------------------------------------------------

_Reference = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]


class SiteSent(Sent):
    name: BothSent
    country: Country
    latitude: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None


Named = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
"""A part that another names; a negative number is that of one which waits to be accepted."""


class PartnerSent(Sent):
    organisation: Number
    role: PartnerRole


class MilestoneSent(Sent):
    title: BothSent
    due: date
    done: date | None = None


class FinanceSent(Sent):
    kind: FinanceKind
    part: FinancePart = FinancePart.OWN
    instrument: FinanceInstrument
    sector: Sector
    source: Number | None = None
    currency: Currency
    amount: Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,2})?$")]
    date: date
    climate_share: Annotated[int | None, Field(ge=0, le=100)] = None
    mobilised_by: LineOrNone = None
    reference: _Reference = ""


class ResultSent(Sent):
    level: ResultLevel
    parent: Named | None = None
    title: BothSent


class IndicatorOfResultSent(Sent):
    result: Named
    title: BothSent
    kind: MeasureKind
    unit: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    numerator: BothSent | None = None
    denominator: BothSent | None = None
    categories: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]],
        Field(max_length=50),
    ] = []
    reference: _Reference = ""


class TargetSent(Sent):
    indicator: Named
    period: Annotated[str, Field(max_length=20, pattern=r"^[0-9A-Za-z/-]+$")]
    category: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = ""
    value: DecimalText | None = None
    numerator: DecimalText | None = None
    denominator: DecimalText | None = None
    statement: BothSent | None = None


class DocumentSent(Sent):
    """A link; a file is sent as a form to ``documents/file``."""

    title: BothSent
    link: Line
