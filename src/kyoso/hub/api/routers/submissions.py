"""Yearly reports of facilities: their versions, what was entered, what it comes to, who says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import EVIDENCE, PUBLIC, READS, actor, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page_of, page_together
from kyoso.hub.api.routers.evidence import cell
from kyoso.hub.api.shapes import (
    BackSent,
    Both,
    Code,
    Country,
    IfNoneMatch,
    Sent,
    Upload,
    Year,
    absent,
    amount,
    in_both,
    listed,
    moment,
)
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence.facilities import (
    computing,
    plausible,
    reporting,
    selectors,
    sheets,
    showing,
    taking,
)
from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.forms import FileForm
from kyoso.hub.evidence.facilities.models import Entry, Report, Submission
from kyoso.hub.record.services import allow

router = Router(tags=["submissions"], auth=EVIDENCE)
reports = Router(tags=["facility-reports"], auth=PUBLIC)

_MOST = 500
"""At most so many rows of a table that is sent."""

StateOfSubmission = Annotated[State, listed(State)]
_Cell = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class SubmissionOut(Schema):
    """A version of a report. Totals are in t CO2-equivalent.

    ``withheld``: a stream is confidential, and its numbers and the totals with it are not shown
    to those who do not see inside.
    """

    id: UUID
    version: int
    report: UUID
    number: int
    state: StateOfSubmission
    withheld: bool
    total: str | None
    lower: str | None
    upper: str | None
    submitted_at: str | None
    published_at: str | None


class FacilityReportOut(Schema):
    """What a facility reports of a year under a rule set, with the versions that one may see."""

    id: UUID
    facility: UUID
    code: str
    country: str
    year: int
    rule_set: str
    sample: bool
    versions: list[SubmissionOut]


class EntryOut(Schema):
    """Activity data as they were written, digit by digit."""

    stream: str
    quantity: str
    unit: str
    uncertainty: str | None
    heat_basis: str | None
    note: str | None


class CategoryOut(Schema):
    """What counts in a category; ``purchased`` and ``other`` stand for lines without one."""

    category: str
    co2e: float


class SubmissionWhole(SubmissionOut):
    """A version with what was entered and what it comes to, as far as one may see it.

    ``changes`` has before and after of what a correction changed, ``of`` the earlier version.
    """

    facility: UUID
    year: int
    rule_set: str
    plan: UUID | None
    digest: str | None
    why: str | None
    reason: str | None
    changes: dict[str, Any] | None
    sheet_name: str | None
    sheet_sha256: str | None
    entries: list[EntryOut] | None
    categories: list[CategoryOut]
    run: UUID | None
    needs_verifier: bool | None


class LineOut(Schema):
    """A line of a report by its columns; ``row`` is its row in the table of the run."""

    row: int
    values: dict[str, Any]


class ImplausibleOut(Schema):
    """What to look at in a version; one of severity ``error`` keeps it from being handed in."""

    severity: str
    stream: str | None
    gas: str | None
    column: str
    value: str
    expected: str
    reason: Both


class EntrySent(Sent):
    """The activity data of a stream; a cell that is wrong is named by its row and column."""

    stream: Code
    quantity: _Cell
    unit: _Cell
    uncertainty: _Cell = ""
    heat_basis: _Cell = ""
    note: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class SupplierSent(Sent):
    """A factor of bought energy: a row of the table ``electricity`` of the method."""

    source: _Cell
    country: _Cell = ""
    year: _Cell
    method: _Cell
    gas: _Cell = ""
    value: _Cell
    unit: _Cell
    lower: _Cell = ""
    upper: _Cell = ""
    document: _Cell = ""
    table: _Cell = ""
    verification: _Cell = ""


class EntriesSent(Sent):
    """All activity data of the version; row 2 is the first. Suppliers where energy is bought."""

    activity: Annotated[list[EntrySent], Field(min_length=1, max_length=_MOST)]
    electricity: Annotated[list[SupplierSent], Field(max_length=_MOST)] = []


class CorrectionSent(Sent):
    why: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class FacilityReportsWanted(Schema):
    facility: UUID | None = None
    country: Country | None = None
    year: Year | None = None
    sample: bool = False


# --- shown --------------------------------------------------------------------------------


def _line(one: Submission, *, inside: bool) -> SubmissionOut:
    totals = one.totals if inside or not one.withheld else {}
    return SubmissionOut(
        id=one.pk,
        version=one.version,
        report=one.report_id,
        number=one.number,
        state=State(one.state),
        withheld=one.withheld,
        total=totals.get("total"),
        lower=totals.get("lower"),
        upper=totals.get("upper"),
        submitted_at=moment(one.submitted_at),
        published_at=moment(one.published_at),
    )


def _opened(request: HttpRequest, several: Collection[Submission]) -> set[UUID]:
    """Of which of these versions the client sees the inside; one query."""
    found = selectors.opened_to(viewer(request)).filter(pk__in=[one.pk for one in several])
    return set(found.values_list("pk", flat=True))


def _reports(request: HttpRequest, several: Sequence[Report]) -> list[FacilityReportOut]:
    versions = {one.pk: list(one.submissions.all()) for one in several}
    opened = _opened(request, [each for found in versions.values() for each in found])
    return [
        FacilityReportOut(
            id=one.pk,
            facility=one.facility_id,
            code=one.facility.code,
            country=one.facility.country,
            year=one.year,
            rule_set=one.rule_set,
            sample=one.facility.sample,
            versions=[_line(each, inside=each.pk in opened) for each in versions[one.pk]],
        )
        for one in several
    ]


def _entry(one: Entry) -> EntryOut:
    return EntryOut(
        stream=one.stream.code,
        quantity=one.quantity,
        unit=one.unit,
        uncertainty=amount(one.uncertainty),
        heat_basis=absent(one.heat_basis),
        note=absent(one.note),
    )


@errors.shows(Submission)
def shown(request: HttpRequest, one: Submission) -> SubmissionWhole:
    """The version as it is now, as far as the client may see it."""
    who = viewer(request)
    now = selectors.submission(who, one.pk)
    inside = bool(_opened(request, [now]))
    lines = [line for _, line in showing.open_lines(now, inside=inside)]
    sees_run = now.run_id is not None and runs.visible_to(who).filter(pk=now.run_id).exists()
    return SubmissionWhole(
        **_line(now, inside=inside).model_dump(),
        facility=now.report.facility_id,
        year=now.report.year,
        rule_set=now.report.rule_set,
        plan=now.plan_id if inside else None,
        digest=absent(now.digest),
        why=absent(now.why),
        reason=absent(now.reason) if inside else None,
        changes=(now.changes or None) if inside or _shows_changes(request, now) else None,
        sheet_name=absent(now.sheet_name) if inside else None,
        sheet_sha256=absent(now.sheet_sha256) if inside else None,
        entries=[_entry(each) for each in now.entries.select_related("stream")] if inside else None,
        categories=[
            CategoryOut(category=key, co2e=value)
            for key, value in computing.by_category(lines).items()
        ],
        run=now.run_id if sees_run else None,
        needs_verifier=computing.needs_verifier(now) if inside and now.is_handed_in else None,
    )


def _shows_changes(request: HttpRequest, one: Submission) -> bool:
    """Changes are told where both versions are seen, and nothing in them is confidential."""
    before = showing.compared_with(one)
    seen = selectors.submissions_visible_to(viewer(request)).filter(report=one.report_id)
    return before is not None and not one.withheld and seen.filter(number=before).exists()


def _found(request: HttpRequest, pk: UUID) -> Submission:
    return selectors.submission(viewer(request), pk)


submission = Resource(router, _found)


# --- reading ------------------------------------------------------------------------------


def _with_versions(request: HttpRequest) -> QuerySet[Report]:
    who = viewer(request)
    found = selectors.reports_visible_to(who).select_related("facility")
    return found.prefetch_related(Prefetch("submissions", selectors.submissions_visible_to(who)))


@reports.get("", response=Page[FacilityReportOut], operation_id="list_facility_reports")
def list_facility_reports(
    request: HttpRequest, wanted: Asked, only: Annotated[FacilityReportsWanted, Query(...)]
) -> Page[FacilityReportOut]:
    """What is published; what is on its way for those concerned."""
    found = _with_versions(request)
    if not only.sample:
        found = found.filter(facility__sample=False)
    if only.facility:
        found = found.filter(facility=only.facility)
    if only.country:
        found = found.filter(facility__country=only.country)
    if only.year:
        found = found.filter(year=only.year)
    return page_together(
        request, found, wanted, lambda some: _reports(request, some), order=("-year", "pk")
    )


@reports.get("/{uuid:pk}", response=FacilityReportOut, operation_id="read_facility_report")
def read_facility_report(
    request: HttpRequest, response: HttpResponse, pk: UUID, if_none_match: IfNoneMatch
) -> FacilityReportOut:
    one = _with_versions(request).get(pk=pk)
    [whole] = _reports(request, [one])
    return etags.tag(request, response, whole, one.version)


submission.read("read_submission", auth=PUBLIC)


@router.get(
    "/{uuid:pk}/lines", response=Page[LineOut], auth=PUBLIC, operation_id="list_lines_of_submission"
)
def list_lines_of_submission(request: HttpRequest, pk: UUID, wanted: Asked) -> Page[LineOut]:
    """Line by line with method, tier, factor and its source; nothing of confidential streams."""
    one = _found(request, pk)
    lines = showing.open_lines(one, inside=bool(_opened(request, [one])))
    return page_of(request, lines, wanted, _of_line)


def _of_line(found: tuple[int, computing.Line]) -> LineOut:
    row, line = found
    return LineOut(row=row, values={name: cell(value) for name, value in line.items()})


@router.get(
    "/{uuid:pk}/plausibility",
    response=list[ImplausibleOut],
    auth=READS,
    operation_id="list_implausible",
)
def list_implausible(request: HttpRequest, pk: UUID) -> list[ImplausibleOut]:
    """Against earlier years, peers and physical limits; for those who see inside."""
    one = selectors.opened_to(viewer(request)).select_related("report", "plan", "run").get(pk=pk)
    looked = plausible.looked_at(one)
    return [
        ImplausibleOut(
            severity=each.severity,
            stream=absent(each.stream),
            gas=absent(each.gas),
            column=each.column,
            value=each.value,
            expected=each.expected,
            reason=in_both(each.reason),
        )
        for each in (() if looked is None else looked.findings)
    ]


# --- entering -----------------------------------------------------------------------------


def _draft(request: HttpRequest, pk: UUID) -> Submission:
    """The version, if the client writes in it."""
    allow(actor(request), reporting.WRITE, _found(request, pk))
    return selectors.draft(viewer(request), pk)


draft = Resource(router, _draft)


@draft.put("write_entries", "/entries")
def write_entries(one: Submission, by: Seen, body: EntriesSent) -> Submission:
    """All activity data of a draft, through the door of the workbook; what they come to."""
    own = {"facility": one.report.facility.code, "year": one.report.year}
    rows = {
        sheets.ACTIVITY: [own | each.model_dump() for each in body.activity],
        sheets.ELECTRICITY: [each.model_dump() for each in body.electricity],
    }
    name, stored = taking.as_workbook(one, rows)
    return taking.take(one, **by, name=name, stored=stored)


@draft.post("/workbook", "send_workbook")
def send_workbook(one: Submission, by: Seen, file: Upload) -> Submission:
    """All activity data of a draft as the workbook or a CSV file; what they come to."""
    name, stored = errors.valid(FileForm({}, {"file": file})).kept()
    return taking.take(one, **by, name=name, stored=stored)


# --- from hand to hand --------------------------------------------------------------------


@submission.post("/submit", "submit_submission")
def submit_submission(one: Submission, by: Seen) -> Submission:
    """Handed in: from then on nothing in it changes but its state."""
    return reporting.submit(one, **by)


@submission.post("/return", "return_submission")
def return_submission(one: Submission, by: Seen, body: BackSent) -> Submission:
    """Back to the operator, whose next version takes its place."""
    return reporting.send_back(one, **by, reason=body.reason)


@submission.post("/publish", "publish_submission")
def publish_submission(one: Submission, by: Seen) -> Submission:
    """By the regulator, who has neither written nor verified it."""
    return reporting.publish(one, **by)


@submission.post("/correct", "correct_submission")
def correct_submission(one: Submission, by: Anew, body: CorrectionSent) -> Submission:
    """The next version of what was returned or published; one that was begun is answered."""
    return reporting.correct(one, **by, why=body.why)
