"""The work of verifiers on reports of facilities: what they plan, find and sign."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from kyoso.hub.accounts.models import Organisation
from kyoso.hub.api import errors
from kyoso.hub.api.auth import EVIDENCE, READS, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.routers.verification_statements import (
    LevelOfAssurance,
    OpinionGiven,
    VerificationStatementOut,
    statement_out,
)
from kyoso.hub.api.shapes import (
    BackSent,
    Both,
    Code,
    DecimalText,
    LineOrEmpty,
    Number,
    Sent,
    absent,
    amount,
    decimal,
    in_both,
    listed,
    moment,
)
from kyoso.hub.evidence.facilities import selectors as facilities
from kyoso.hub.evidence.facilities.models import Stream, Submission
from kyoso.hub.evidence.verification import judging, selectors, services
from kyoso.hub.evidence.verification.enums import FindingKind, FindingState, Level, VisitKind
from kyoso.hub.evidence.verification.models import Engagement, Finding, Statement, Visit

router = Router(tags=["engagements"], auth=EVIDENCE)

_Text = Annotated[str, Field(min_length=1, max_length=8000, pattern=r"^[^\x00]*$")]
KindOfVisit = Annotated[VisitKind, listed(VisitKind)]
KindOfFinding = Annotated[FindingKind, listed(FindingKind)]
StateOfFinding = Annotated[FindingState, listed(FindingState)]


class EngagementOut(Schema):
    """A verifier engaged for the report of a facility."""

    id: UUID
    version: int
    report: UUID
    organisation: int
    name: Both
    level: LevelOfAssurance
    engaged_at: str
    ended_at: str | None


class VisitOut(Schema):
    kind: KindOfVisit
    day: date
    place: str | None
    reason: str | None


class FindingOut(Schema):
    """A finding; ``reported`` and ``found`` in t CO2-equivalent, of the stream or in total.

    They are null where the error cannot be put into a number. To answer it show its ``version``.
    """

    id: UUID
    version: int
    number: int
    submission: UUID
    kind: KindOfFinding
    stream: str | None
    text: str
    reported: str | None
    found: str | None
    state: StateOfFinding
    corrected_in: UUID | None
    answer: str | None


class JudgedOut(Schema):
    """What findings that are not corrected come to: t CO2-equivalent, and % of the total."""

    net: str
    gross: str
    share: str | None
    materiality: str | None
    unquantified: int
    grounds: list[str]


class NeedOut(Schema):
    """Something that a statement rests on."""

    key: str
    met: bool


class EngagementWhole(EngagementOut):
    """The work on a report; ``submission`` is the latest version that was handed in.

    ``judged`` and ``needs`` are of that version.
    """

    submission: UUID | None
    accreditation: UUID
    independence: str | None
    strategic_analysis: str | None
    sampling_plan: dict[str, str]
    visits: list[VisitOut]
    findings: list[FindingOut]
    judged: JudgedOut | None
    needs: list[NeedOut]
    statements: list[VerificationStatementOut]


class EngagementSent(Sent):
    """``organisation`` is one that is accredited in the country of the facility."""

    report: UUID
    organisation: Number
    level: LevelOfAssurance


class IndependenceSent(Sent):
    independence: _Text


class AnalysisSent(Sent):
    """``sampling_plan`` says by stream what is looked at."""

    strategic_analysis: _Text
    sampling_plan: Annotated[
        dict[Code, Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]],
        Field(max_length=500),
    ]


class VisitSent(Sent):
    """A visit, or with the reason why there was none."""

    kind: KindOfVisit
    day: date
    place: LineOrEmpty = ""
    reason: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class FindingSent(Sent):
    """``found`` is what the verifier found, in t CO2-equivalent: of the stream, or in total."""

    kind: KindOfFinding
    text: _Text
    stream: Code | None = None
    found: DecimalText | None = None


class AnswerSent(Sent):
    answer: Annotated[str, Field(max_length=8000, pattern=r"^[^\x00]*$")] = ""


class SignatureSent(Sent):
    opinion: OpinionGiven
    text: _Text


class EngagementsWanted(Schema):
    report: UUID | None = None


# --- shown --------------------------------------------------------------------------------


def _line(one: Engagement) -> EngagementOut:
    return EngagementOut(
        id=one.pk,
        version=one.version,
        report=one.report_id,
        organisation=one.organisation_id,
        name=in_both(one.organisation.name),
        level=Level(one.level),
        engaged_at=moment(one.engaged_at) or "",
        ended_at=moment(one.ended_at),
    )


def _visit(one: Visit) -> VisitOut:
    return VisitOut(
        kind=VisitKind(one.kind), day=one.day, place=absent(one.place), reason=absent(one.reason)
    )


def _finding(one: Finding) -> FindingOut:
    return FindingOut(
        id=one.pk,
        version=one.version,
        number=one.number,
        submission=one.submission_id,
        kind=FindingKind(one.kind),
        stream=None if one.stream is None else one.stream.code,
        text=one.text,
        reported=amount(one.reported),
        found=amount(one.found),
        state=FindingState(one.state),
        corrected_in=one.corrected_in_id,
        answer=absent(one.answer),
    )


@errors.shows(Finding)
def finding_shown(_request: HttpRequest, one: Finding) -> FindingOut:
    return _finding(one)


def _exact(value: Fraction | Any | None) -> str | None:
    return None if value is None else amount(judging.rounded(value))


def _judged(one: Engagement, version: Submission) -> JudgedOut:
    outcome = judging.outcome(one.findings.all(), version)
    return JudgedOut(
        net=_exact(outcome.net) or "0",
        gross=_exact(outcome.gross) or "0",
        share=_exact(outcome.share),
        materiality=_exact(outcome.level),
        unquantified=outcome.unquantified,
        grounds=list(outcome.grounds),
    )


@errors.shows(Engagement)
def shown(request: HttpRequest, one: Engagement) -> EngagementWhole:
    """The engagement as it is now, with what was found."""
    now = selectors.engagement(viewer(request), one.pk)
    version = selectors.handed_in(now)
    return EngagementWhole(
        **_line(now).model_dump(),
        submission=None if version is None else version.pk,
        accreditation=now.accreditation_id,
        independence=absent(now.independence),
        strategic_analysis=absent(now.strategic_analysis),
        sampling_plan=now.sampling_plan,
        visits=[_visit(each) for each in now.visits.all()],
        findings=[_finding(each) for each in now.findings.all()],
        judged=None if version is None else _judged(now, version),
        needs=[
            NeedOut(key=each.key, met=each.is_met)
            for each in judging.needs(now, version, timezone.localdate())
        ],
        statements=[statement_out(each) for each in now.statements.all()],
    )


def _found(request: HttpRequest, pk: UUID) -> Engagement:
    return selectors.visible_to(viewer(request)).select_related("report__facility").get(pk=pk)


engagement = Resource(router, _found)


# --- engagements --------------------------------------------------------------------------


@router.get("", response=Page[EngagementOut], auth=READS, operation_id="list_engagements")
def list_engagements(
    request: HttpRequest, wanted: Asked, only: Annotated[EngagementsWanted, Query(...)]
) -> Page[EngagementOut]:
    found = selectors.visible_to(viewer(request)).select_related("organisation")
    if only.report:
        found = found.filter(report=only.report)
    return page(request, found, wanted, _line, order=("-engaged_at", "pk"))


@engagement.begin("engage_verifier")
def engage_verifier(by: Anew, body: EngagementSent) -> Engagement:
    """By the operator of the facility."""
    report = facilities.reports_visible_to(by["actor"]).filter(pk=body.report).first()
    if report is None:
        raise errors.unknown("report")
    verifier = _verifier(report.facility.country, body.organisation)
    return services.engage(report, **by, organisation=verifier, level=body.level)


def _verifier(country: str, pk: int) -> Organisation:
    """A verifier that is in the register of a country. Raises ``ValidationError``."""
    known = selectors.accredited(country).values("organisation")
    found = selectors.verifiers().filter(pk__in=known).filter(pk=pk).first()
    if found is None:
        raise errors.unknown("organisation")
    return found


engagement.read("read_engagement", auth=READS)


def _as_line(_request: HttpRequest, one: Engagement) -> EngagementOut:
    return _line(one)


@engagement.post("/end", "end_engagement", shown=_as_line)
def end_engagement(one: Engagement, by: Seen, body: BackSent) -> Engagement:
    """The verifier sees the report no more; what was signed stays."""
    return services.end_engagement(one, **by, reason=body.reason)


@engagement.post("/independence", "declare_independence")
def declare_independence(one: Engagement, by: Seen, body: IndependenceSent) -> Engagement:
    """Before it nothing is found."""
    return services.declare(one, **by, independence=body.independence)


@engagement.put("plan_verification", "/plan")
def plan_verification(one: Engagement, by: Seen, body: AnalysisSent) -> Engagement:
    return services.plan(one, **by, **body.model_dump())


@engagement.post("/visits", "note_visit")
def note_visit(one: Engagement, by: Anew, body: VisitSent) -> Engagement:
    services.visit(one, **by, **body.model_dump())
    return one


# --- findings -----------------------------------------------------------------------------


@engagement.post("/findings", "note_finding")
def note_finding(one: Engagement, by: Anew, body: FindingSent) -> Finding:
    """On the version that waits; what was reported is read from it."""
    return services.find(
        one,
        **by,
        kind=body.kind,
        text=body.text,
        stream=None if body.stream is None else _stream(one, body.stream),
        found=decimal(body.found),
    )


def _stream(one: Engagement, code: str) -> Stream:
    """A stream of the version that waits. Raises ``ValidationError``."""
    version = judging.latest(one.report)
    found = None if version is None else version.plan.streams.filter(code=code).first()
    if found is None:
        raise errors.unknown("stream")
    return found


def _of(request: HttpRequest, pk: UUID, finding: UUID) -> Finding:
    seen = selectors.findings_visible_to(viewer(request)).filter(engagement=pk)
    return seen.select_related("engagement").get(pk=finding)


finding_of = Resource(router, _of, path="/{uuid:pk}/findings/{uuid:finding}")


@finding_of.post("/confirm", "confirm_correction")
def confirm_correction(one: Finding, by: Seen, body: AnswerSent) -> Finding:
    """A later version shows the correction."""
    return services.confirm_correction(one, **by, answer=body.answer)


@finding_of.post("/leave", "leave_unresolved")
def leave_unresolved(one: Finding, by: Seen, body: AnswerSent) -> Finding:
    """It is not corrected, and why: it counts."""
    return services.leave_unresolved(one, **by, answer=body.answer)


@engagement.post("/return", "ask_for_correction")
def ask_for_correction(one: Engagement, by: Seen, body: BackSent) -> Engagement:
    """The version goes back to the operator with its findings; shows the mark of the version."""
    services.ask_for_correction(one, **by, reason=body.reason)
    return one


@engagement.post("/sign", "sign_statement", status=201)
def sign_statement(one: Engagement, by: Seen, body: SignatureSent) -> Statement:
    """On the version that waits, which is verified by it or returned; shows its mark."""
    return services.sign(one, **by, opinion=body.opinion, text=body.text)
