"""The parts of a project: sites, partners, milestones, money, results, documents.

Each is a record with a version of its own; it is added, changed and taken out by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import register_converter
from django.urls.converters import IntConverter
from ninja import Field, Form, Router, Schema, Status

from kyoso.core.text import Text
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import PROJECTS, actor, viewer
from kyoso.hub.api.routers import revisions
from kyoso.hub.api.routers.revisions import RevisionOut
from kyoso.hub.api.shapes import (
    Both,
    BothSent,
    Country,
    Currency,
    DecimalText,
    IfMatch,
    Line,
    LineOrNone,
    Number,
    Once,
    Sent,
    Upload,
    absent,
    amount,
    both,
    decimal,
    in_both,
)
from kyoso.hub.evidence.store import safe_name
from kyoso.hub.projects import revising, selectors, services, store
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
from kyoso.hub.projects.parts import KINDS, Kind
from kyoso.hub.projects.wholes import Whole, as_it_is, as_revised
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language


class Signed(IntConverter):
    """A number in an address that may be negative."""

    regex = "-?[0-9]+"


register_converter(Signed, "signed")
router = Router(tags=["project-parts"], auth=PROJECTS)


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


def _site(one: Site) -> SiteOut:
    return SiteOut(
        id=one.pk,
        version=one.version,
        name=in_both(one.name),
        country=one.country,
        latitude=one.latitude,
        longitude=one.longitude,
    )


def _partner(one: Partner) -> PartnerOut:
    return PartnerOut(
        id=one.pk,
        version=one.version,
        organisation=one.organisation_id,
        name=in_both(one.organisation.name),
        role=PartnerRole(one.role),
    )


def _milestone(one: Milestone) -> MilestoneOut:
    return MilestoneOut(
        id=one.pk,
        version=one.version,
        title=in_both(one.title),
        due=one.due,
        done=one.done,
        confirmed=one.confirmed,
    )


def _finance(one: Finance) -> FinanceOut:
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


def _result(one: Result) -> ResultOut:
    return ResultOut(
        id=one.pk,
        version=one.version,
        level=ResultLevel(one.level),
        parent=one.parent_id,
        title=in_both(one.title),
    )


def _indicator(one: ResultIndicator) -> IndicatorOfResultOut:
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


def _target(one: Target) -> TargetOut:
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


def _document(one: Document) -> DocumentOut:
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
        sites=[_site(one) for one in project.sites.all()],
        partners=[_partner(one) for one in project.partners.all()],
        milestones=[_milestone(one) for one in project.milestones.all()],
        finance=[_finance(one) for one in project.finance.all()],
        results=[_result(one) for one in results],
        indicators=[_indicator(one) for one in indicators],
        targets=[_target(one) for each in indicators for one in each.targets.all()],
        documents=[_document(one) for one in project.documents.all()],
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


def _of_project(whole: Whole, sort: str, pk: int, field: str) -> Any:
    """A part of the same project that another part names. Raises ``ValidationError``."""
    found = whole.find(sort, pk)
    if found is None:
        raise errors.unknown(field)
    return found


def _organisation(project: Project, pk: int, field: str) -> Organisation:
    found = Organisation.objects.filter(pk=pk, sample=project.sample).first()
    if found is None:
        raise errors.unknown(field)
    return found


def _fields(whole: Whole, sent: Sent) -> dict[str, Any]:
    """What was sent as the fields of the model."""
    project = whole.project
    named = {
        "organisation": lambda pk: _organisation(project, pk, "organisation"),
        "source": lambda pk: _organisation(project, pk, "source"),
        "parent": lambda pk: _of_project(whole, "result", pk, "parent"),
        "result": lambda pk: _of_project(whole, "result", pk, "result"),
        "indicator": lambda pk: _of_project(whole, "resultindicator", pk, "indicator"),
    }
    found: dict[str, Any] = {}
    for name in type(sent).model_fields:
        value = getattr(sent, name)
        if isinstance(value, BothSent):
            value = value.text()
        elif name in named and value is not None:
            value = named[name](value)
        elif name in ("amount", "value") or (isinstance(sent, TargetSent) and name in _SHARE):
            value = decimal(value)
        elif value is None and name == "mobilised_by":
            value = ""
        found[name] = value
    return found


_SHARE = ("numerator", "denominator")


# --- operations ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of part: its name in addresses and in code, what is sent, how it is shown."""

    path: str
    kind: str
    sent: type[Sent]
    out: type[PartOut]
    show: Callable[[Any], PartOut]


SORTS = (
    Sort("sites", "site", SiteSent, SiteOut, _site),
    Sort("partners", "partner", PartnerSent, PartnerOut, _partner),
    Sort("milestones", "milestone", MilestoneSent, MilestoneOut, _milestone),
    Sort("finance", "finance", FinanceSent, FinanceOut, _finance),
    Sort("results", "result", ResultSent, ResultOut, _result),
    Sort("indicators", "resultindicator", IndicatorOfResultSent, IndicatorOfResultOut, _indicator),
    Sort("targets", "target", TargetSent, TargetOut, _target),
    Sort("documents", "document", DocumentSent, DocumentOut, _document),
)


def _whole(request: HttpRequest, pk: UUID) -> Whole:
    """A project that the client may see, as its people have written it."""
    who = viewer(request)
    found = selectors.project(who, pk)
    return as_revised(as_it_is(found), selectors.undecided(who, found))


def _part(whole: Whole, kind: Kind, pk: int) -> Any:
    """A part of a project, also one that is only proposed. Raises ``DoesNotExist``."""
    if pk > 0:
        return kind.of(whole.project).get(pk=pk)
    found = whole.find(kind.name, pk)
    if found is None:
        raise kind.model.DoesNotExist
    return found


def _offer(sort: Sort) -> None:
    """Register the three operations of a sort of part, each with the types of the sort."""
    kind = KINDS[sort.kind]

    def add(
        request: HttpRequest, response: HttpResponse, *, pk: UUID, body: Any, idempotency_key: Once
    ) -> Status[Any]:
        """A part more; of a registered project it waits to be accepted (202)."""
        whole = _whole(request, pk)
        own = {} if sort.kind in ("resultindicator", "target") else {"project": whole.project}
        part = kind.model(**own, **_fields(whole, body))
        return _added(request, response, sort, part)

    def change(
        request: HttpRequest,
        response: HttpResponse,
        *,
        pk: UUID,
        part: Named,
        body: Any,
        if_match: IfMatch,
    ) -> Status[Any]:
        """A part as it is to be; of a registered project that waits to be accepted (202).

        A part that is only proposed has a negative number: what is proposed is written anew.
        """
        whole = _whole(request, pk)
        found, expected = _part(whole, kind, part), etags.expected(request)
        given: dict[str, Any] = {"actor": actor(request), "expected": expected}
        fields = _fields(whole, body)
        if services.is_revised(whole.project):
            with revisions.shown_in_conflict():
                revision = revising.change_part(found, **given, **fields)
            if revision is not None:
                return revisions.waits(request, response, revision)
            return Status(200, etags.tag(request, response, sort.show(found), found.version))
        changed = services.change_part(found, **given, **fields)
        return Status(200, etags.tag(request, response, sort.show(changed), changed.version))

    def remove(
        request: HttpRequest, response: HttpResponse, *, pk: UUID, part: Named, if_match: IfMatch
    ) -> Status[Any]:
        """A part less; of a registered project that waits to be accepted (202)."""
        whole = _whole(request, pk)
        found, expected = _part(whole, kind, part), etags.expected(request)
        if not services.is_revised(whole.project):
            services.remove_part(found, actor=actor(request), expected=expected)
            return Status(204, None)
        with revisions.shown_in_conflict():
            revision = revising.remove_part(found, actor=actor(request), expected=expected)
        return (
            Status(204, None) if revision is None else revisions.waits(request, response, revision)
        )

    def shown(_request: HttpRequest, one: Any) -> PartOut:
        return sort.show(one)

    add.__annotations__["body"] = change.__annotations__["body"] = sort.sent
    several, one = f"/{{uuid:pk}}/{sort.path}", f"/{{uuid:pk}}/{sort.path}/{{signed:part}}"
    waits = {202: RevisionOut}
    router.post(several, response={201: sort.out} | waits, operation_id=f"add_{sort.kind}")(add)
    router.put(one, response={200: sort.out} | waits, operation_id=f"change_{sort.kind}")(change)
    router.delete(one, response={204: None} | waits, operation_id=f"remove_{sort.kind}")(remove)
    errors.shows(kind.model)(shown)


def _added(request: HttpRequest, response: HttpResponse, sort: Sort, part: Any) -> Status[Any]:
    who, once = actor(request), etags.once(request)
    if services.is_revised(part.project):
        revision = revising.add_part(part, actor=who, once=once)
        return revisions.waits(request, response, revision)
    made = services.add_part(part, actor=who, once=once)
    return Status(201, etags.tag(request, response, sort.show(made), made.version))


for _sort in SORTS:
    _offer(_sort)


# --- milestones ---------------------------------------------------------------------------


class DoneSent(Sent):
    done: date


def _milestone_of(request: HttpRequest, pk: UUID, part: int) -> Milestone:
    return selectors.visible_to(viewer(request)).get(pk=pk).milestones.get(pk=part)


@router.post(
    "/{uuid:pk}/milestones/{int:part}/report",
    response=MilestoneOut,
    operation_id="report_milestone",
)
def report_milestone(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    part: Number,
    body: DoneSent,
    if_match: IfMatch,
) -> MilestoneOut:
    """That a milestone of a registered project was reached; another person confirms it."""
    one, expected = _milestone_of(request, pk, part), etags.expected(request)
    done = services.report_milestone(one, actor=actor(request), expected=expected, done=body.done)
    return etags.tag(request, response, _milestone(done), done.version)


@router.post(
    "/{uuid:pk}/milestones/{int:part}/confirm",
    response=MilestoneOut,
    operation_id="confirm_milestone",
)
def confirm_milestone(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, part: Number, if_match: IfMatch
) -> MilestoneOut:
    """By somebody who has not reported it."""
    one, expected = _milestone_of(request, pk, part), etags.expected(request)
    done = services.confirm_milestone(one, actor=actor(request), expected=expected)
    return etags.tag(request, response, _milestone(done), done.version)


class FileSent(Sent):
    """What stands beside a file: its title in both languages."""

    title_en: Line
    title_ja: Line


@router.post(
    "/{uuid:pk}/documents/file",
    response={201: DocumentOut, 202: RevisionOut},
    operation_id="add_file_to_project",
)
def add_file_to_project(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    file: Upload,
    body: Annotated[FileSent, Form(...)],
    idempotency_key: Once,
) -> Status[Any]:
    """A document as a file; its kind, size and content are checked.

    Of a registered project it waits to be accepted (202).
    """
    project, who = selectors.project(viewer(request), pk), actor(request)
    allow(who, "projects.change", project)
    if (fault := store.fault(file)) is not None:
        raise ValidationError({"file": fault[language()]})
    kept = store.keep(file)
    document = Document(
        project=project,
        title=Text(body.title_en, body.title_ja),
        name=safe_name(str(file.name)),
        sha256=kept.sha256,
        size=kept.size,
        content_type=kept.content_type,
    )
    return _added(request, response, SORTS[-1], document)
