"""Progress reports: written, handed in, judged, published, corrected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from kyoso.hub.accounts.selectors import standing
from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import PROGRESS, PUBLIC, actor, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.routers.rounds import requirements
from kyoso.hub.api.shapes import (
    Both,
    Country,
    Currency,
    DecimalText,
    IfMatch,
    Key,
    Line,
    ScopeOfActivity,
    Sent,
    Upload,
    Words,
    WordsOrNone,
    absent,
    amount,
    chosen,
    decimal,
    in_both,
    listed,
    moment,
)
from kyoso.hub.evidence import store
from kyoso.hub.progress import selectors, services, writing
from kyoso.hub.progress.enums import Flow, Part, State, ValueKind, WrittenIn
from kyoso.hub.progress.forms import DocumentForm
from kyoso.hub.progress.models import Document, Finance, Report, Requirement, Value
from kyoso.hub.record.services import allow

router = Router(tags=["reports"], auth=PROGRESS)

_MOST = 500
"""At most so many values, milestones or amounts of one report."""


ReportState = Annotated[State, listed(State)]


class ReportOut(Schema):
    """A report in a list. ``activity`` is written ``space/1-1-1``."""

    id: UUID
    version: int
    state: ReportState
    revision: int
    round: UUID
    requirement: UUID
    activity: str | None
    project: UUID | None
    member: str | None
    organisation: int | None
    sample: bool
    submitted_at: str | None
    accepted_at: str | None
    published_at: str | None


class TextOut(Schema):
    """Words as their author wrote them; ``stale``: they changed after they were translated."""

    words: str | None
    translation: str | None
    stale: bool


class ValueOut(Schema):
    """An answer; ``indicator`` is the key by which it is written. Absent numbers are null."""

    indicator: str
    title: Both
    group: str | None
    kind: ValueKind
    number: str | None
    numerator: str | None
    denominator: str | None
    unit: str | None
    statement: str | None
    run: UUID | None
    run_table: str | None
    run_row: int | None
    document: UUID | None


class MilestoneReachedOut(Schema):
    name: str
    reached: date


class MoneyOut(Schema):
    flow: Flow
    source: str
    amount: str
    currency: str


class FileOut(Schema):
    id: UUID
    name: str
    sha256: str
    size: int


class AskedOut(Schema):
    """An indicator on which the report may say something; ``due`` when it should."""

    indicator: str
    title: Both
    unit: str | None
    due: bool


class ReportWhole(ReportOut):
    """A report with all that is in it.

    ``reasons`` of the last return are for those whose report it is; ``bodies`` to which it was
    sent for people with a role.
    """

    language: str
    translation_language: str | None
    correction: str | None
    texts: dict[str, TextOut]
    values: list[ValueOut]
    milestones: list[MilestoneReachedOut]
    finance: list[MoneyOut]
    documents: list[FileOut]
    asked: list[AskedOut]
    reasons: dict[str, str] | None
    bodies: list[str] | None


class TextsSent(Sent):
    """All texts of the report; what is not sent is empty afterwards."""

    language: WrittenIn = WrittenIn.EN
    narrative: Words = ""
    difficulties: Words = ""
    needs: Words = ""
    views: Words = ""
    translation_language: Annotated[str | None, Field(pattern=r"^(en|ja)$")] = None
    narrative_translation: Words = ""
    difficulties_translation: Words = ""
    needs_translation: Words = ""
    views_translation: Words = ""
    still_hold: Annotated[list[Part], Field(max_length=len(Part))] = []


class ValueSent(Sent):
    """``indicator`` is one of the keys under ``asked`` of the report."""

    indicator: Key
    kind: ValueKind
    group: Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")] = ""
    number: DecimalText | None = None
    numerator: DecimalText | None = None
    denominator: DecimalText | None = None
    unit: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    statement: WordsOrNone = None
    run: UUID | None = None
    run_table: Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    run_row: Annotated[int | None, Field(ge=2, le=2**31 - 1)] = None
    document: UUID | None = None


class ValuesSent(Sent):
    values: Annotated[list[ValueSent], Field(max_length=_MOST)]


class ReachedSent(Sent):
    """``planned`` is the number of a milestone of the project."""

    name: Line
    reached: date
    planned: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None


class MilestonesSent(Sent):
    milestones: Annotated[list[ReachedSent], Field(max_length=_MOST)]


class MoneySent(Sent):
    flow: Flow
    source: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    amount: Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,2})?$")]
    currency: Currency


class FinanceOfReportSent(Sent):
    finance: Annotated[list[MoneySent], Field(max_length=_MOST)]


class ReturnSent(Sent):
    """The reason for each field concerned; under ``""`` that for the whole report."""

    reasons: Annotated[
        dict[
            Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")],
            Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")],
        ],
        Field(max_length=_MOST),
    ]


class RevisionSent(Sent):
    why: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class ReportsWanted(Schema):
    round: UUID | None = None
    state: ReportState | None = None
    activity: ScopeOfActivity | None = None
    project: UUID | None = None
    member: Country | None = None
    sample: bool = False


# --- shown --------------------------------------------------------------------------------


def report_line(one: Report) -> ReportOut:
    owed = one.requirement
    return ReportOut(
        id=one.pk,
        version=one.version,
        state=State(one.state),
        revision=one.revision,
        round=owed.round_id,
        requirement=owed.pk,
        activity=absent(owed.scope),
        project=owed.project_id,
        member=absent(owed.member),
        organisation=owed.organisation_id,
        sample=owed.round.sample,
        submitted_at=moment(one.submitted_at),
        accepted_at=moment(one.accepted_at),
        published_at=moment(one.published_at),
    )


def _value(one: Value) -> ValueOut:
    return ValueOut(
        indicator=f"i{one.indicator_id}" if one.indicator_id else f"r{one.result_indicator_id}",
        title=in_both(one.of.title),
        group=absent(one.group),
        kind=ValueKind(one.kind),
        number=amount(one.number),
        numerator=amount(one.numerator),
        denominator=amount(one.denominator),
        unit=absent(one.unit),
        statement=absent(one.statement),
        run=one.run_id,
        run_table=absent(one.run_table),
        run_row=one.run_row,
        document=one.document_id,
    )


def _money(one: Finance) -> MoneyOut:
    return MoneyOut(
        flow=Flow(one.flow),
        source=one.source,
        amount=amount(one.amount) or "0",
        currency=one.currency,
    )


def _file(one: Document) -> FileOut:
    return FileOut(id=one.pk, name=one.name, sha256=one.sha256, size=one.size)


@errors.shows(Report)
def shown(request: HttpRequest, one: Report) -> ReportWhole:
    """The report as it is now, as far as the client may see it."""
    now = selectors.report(viewer(request), one.pk)
    who = viewer(request)
    return ReportWhole(
        **report_line(now).model_dump(),
        language=now.language,
        translation_language=absent(now.translation_language),
        correction=absent(now.correction),
        texts={
            part.value: TextOut(
                words=absent(now.words(part)),
                translation=absent(now.translation(part)),
                stale=now.is_stale(part),
            )
            for part in Part
        },
        values=[_value(each) for each in now.values.all()],
        milestones=[
            MilestoneReachedOut(name=each.name, reached=each.reached)
            for each in now.milestones.all()
        ],
        finance=[_money(each) for each in now.finance.all()],
        documents=[_file(each) for each in now.documents.all()],
        asked=[
            AskedOut(
                indicator=each.key,
                title=in_both(each.indicator.title),
                unit=absent(each.unit),
                due=each.due,
            )
            for each in selectors.asked_of(now.requirement)
        ],
        reasons=now.reasons if who.has_perm("progress.view_history", now) else None,
        bodies=[each.body.key for each in now.deliveries.all()] if standing(who).posts else None,
    )


def _found(request: HttpRequest, pk: UUID) -> Report:
    return selectors.report(viewer(request), pk)


report = Resource(router, _found)


# --- reading ------------------------------------------------------------------------------


@router.get("", response=Page[ReportOut], auth=PUBLIC, operation_id="list_reports")
def list_reports(
    request: HttpRequest, wanted: Asked, only: Annotated[ReportsWanted, Query(...)]
) -> Page[ReportOut]:
    """Published ones for everybody; what is on its way for those whom it concerns."""
    found = selectors.visible_to(viewer(request)).select_related("requirement__round")
    if not only.sample:
        found = found.filter(requirement__round__sample=False)
    names = {
        "round": "requirement__round",
        "activity": "requirement__scope",
        "project": "requirement__project",
        "member": "requirement__member",
    }
    return page(
        request, found.filter(**chosen(only, names)), wanted, report_line, order=("-begun_at", "pk")
    )


report.read("read_report", auth=PUBLIC)


# --- writing ------------------------------------------------------------------------------


def _owed(request: HttpRequest, pk: UUID) -> Requirement:
    return selectors.requirements_visible_to(viewer(request)).get(pk=pk)


@Resource(requirements, _owed, auth=PROGRESS).post("/report", "begin_report")
def begin_report(one: Requirement, by: Anew) -> Report:
    """The report that is owed; one that was begun before is answered as it is."""
    return services.begin(one, **by)


@report.put("write_texts", "/texts")
def write_texts(one: Report, by: Seen, body: TextsSent) -> Report:
    return writing.write_texts(
        one,
        **by,
        written_in=body.language,
        texts={part: getattr(body, part.value) for part in Part},
        translation_language=body.translation_language or "",
        translations={part: getattr(body, f"{part.value}_translation") for part in Part},
        still_hold=body.still_hold,
    )


@report.put("write_values", "/values")
def write_values(one: Report, by: Seen, body: ValuesSent) -> Report:
    """All values of the report; one that is not sent goes."""
    asked = {each.key: each for each in selectors.asked_of(one.requirement)}
    runs = selectors.runs_to_cite(by["actor"], one, {each.run for each in body.values if each.run})
    documents = {each.pk: each for each in one.documents.all()}
    answers = [
        writing.Answer(
            **_named(asked, each.indicator, "indicator").named,
            kind=each.kind,
            group=each.group,
            number=decimal(each.number),
            numerator=decimal(each.numerator),
            denominator=decimal(each.denominator),
            unit=each.unit,
            statement=each.statement or "",
            run=_named(runs, each.run, "run") if each.run else None,
            run_table=each.run_table,
            run_row=each.run_row,
            document=_named(documents, each.document, "document") if each.document else None,
        )
        for each in body.values
    ]
    return writing.write_values(one, **by, answers=answers)


def _named(known: Any, key: Any, field: str) -> Any:
    if key not in known:
        raise errors.unknown(field)
    return known[key]


@report.put("write_milestones", "/milestones")
def write_milestones(one: Report, by: Seen, body: MilestonesSent) -> Report:
    """All milestones of the period."""
    project = one.requirement.project
    planned = {each.pk: each for each in project.milestones.all()} if project else {}
    reached = [
        (
            each.name,
            each.reached,
            _named(planned, each.planned, "planned") if each.planned else None,
        )
        for each in body.milestones
    ]
    return writing.write_milestones(one, **by, reached=reached)


@report.put("write_finance", "/finance")
def write_finance(one: Report, by: Seen, body: FinanceOfReportSent) -> Report:
    """All money of the period."""
    sums = [
        writing.Sum(
            flow=each.flow,
            source=each.source,
            amount=Decimal(each.amount),
            currency=each.currency,
        )
        for each in body.finance
    ]
    return writing.write_finance(one, **by, sums=sums)


@router.post("/{uuid:pk}/documents", response={201: FileOut}, operation_id="add_document_to_report")
def add_document_to_report(
    request: HttpRequest, *, pk: UUID, file: Upload, if_match: IfMatch
) -> Status[FileOut]:
    """A file with what a value rests on; the same content is added once."""
    one, who, expected = _found(request, pk), actor(request), etags.expected(request)
    allow(who, "progress.write_report", one)
    errors.valid(DocumentForm({}, {"file": file}))
    made = writing.add_document(
        one,
        actor=who,
        expected=expected,
        name=store.safe_name(str(file.name)),
        stored=store.keep(file),
    )
    return Status(201, _file(made))


def _document_of(request: HttpRequest, pk: UUID, document: UUID) -> Document:
    return _found(request, pk).documents.get(pk=document)


@Resource(router, _document_of, path="/{uuid:pk}/documents/{uuid:document}").delete(
    "remove_document_from_report"
)
def remove_document_from_report(one: Document, by: Seen) -> Report:
    """A value that rests on the file is left without it."""
    return writing.remove_document(one, **by)


# --- from hand to hand --------------------------------------------------------------------


@report.post("/submit", "submit_report")
def submit_report(one: Report, by: Seen) -> Report:
    return services.submit(one, **by)


def _as_line(_request: HttpRequest, one: Report) -> ReportOut:
    """Who judges does not see the report any more: it is a draft of its author again."""
    return report_line(one)


@report.post("/return", "return_report", shown=_as_line)
def return_report(one: Report, by: Seen, body: ReturnSent) -> Report:
    """Back to the author, with the reason for each field concerned."""
    return services.send_back(one, **by, reasons=body.reasons)


@report.post("/accept", "accept_report")
def accept_report(one: Report, by: Seen) -> Report:
    """Judged good, by somebody who has not written in it; sent to the bodies concerned."""
    return services.accept(one, **by)


@report.post("/publish", "publish_report")
def publish_report(one: Report, by: Seen) -> Report:
    return services.publish(one, **by)


@report.post("/revise", "revise_report")
def revise_report(one: Report, by: Anew, body: RevisionSent) -> Report:
    """A new draft that corrects an accepted report; the earlier one stays."""
    return services.revise(one, **by, why=body.why)
