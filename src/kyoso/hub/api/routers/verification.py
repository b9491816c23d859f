"""Verification: who may verify, the work on a report, what was found, what was signed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from kyoso.hub.accounts.models import Organisation
from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import EVIDENCE, PUBLIC, READS, actor, viewer
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.shapes import (
    BackSent,
    Both,
    Code,
    Country,
    DecimalText,
    IfMatch,
    IfNoneMatch,
    Line,
    LineOrEmpty,
    Number,
    Once,
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
from kyoso.hub.evidence.verification.enums import (
    FindingKind,
    FindingState,
    Level,
    Opinion,
    VisitKind,
)
from kyoso.hub.evidence.verification.models import (
    Accreditation,
    Engagement,
    Finding,
    Statement,
    Visit,
)

accreditations = Router(tags=["accreditations"], auth=EVIDENCE)
engagements = Router(tags=["engagements"], auth=EVIDENCE)
statements = Router(tags=["verification-statements"], auth=PUBLIC)

_Text = Annotated[str, Field(min_length=1, max_length=8000, pattern=r"^[^\x00]*$")]
_Category = Annotated[str, Field(pattern=r"^[1-5]([A-Z][A-Za-z0-9]{0,10})?$")]
LevelOfAssurance = Annotated[Level, listed(Level)]
KindOfVisit = Annotated[VisitKind, listed(VisitKind)]
KindOfFinding = Annotated[FindingKind, listed(FindingKind)]
StateOfFinding = Annotated[FindingState, listed(FindingState)]
OpinionGiven = Annotated[Opinion, listed(Opinion)]


class AccreditationOut(Schema):
    """That an organisation may verify in a country; all IPCC categories where none is named."""

    id: UUID
    version: int
    organisation: int
    name: Both
    body: str
    number: str
    country: str
    categories: list[str]
    since: date
    until: date | None


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


class VerificationStatementOut(Schema):
    """What a verifier signed on one version of a report; it never changes."""

    id: UUID
    engagement: UUID
    submission: UUID
    digest: str
    level: LevelOfAssurance
    opinion: OpinionGiven
    misstatement: str
    gross: str
    share: str | None
    materiality: str | None
    grounds: list[str]
    text: str
    organisation: int
    name: Both
    signed_at: str


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


class AccreditationSent(Sent):
    organisation: Number
    body: Line
    number: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
    country: Country
    categories: Annotated[list[_Category], Field(max_length=60)] = []
    since: date
    until: date | None = None


class LastDaySent(BackSent):
    until: date


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


class AccreditationsWanted(Schema):
    country: Country | None = None


class EngagementsWanted(Schema):
    report: UUID | None = None


class StatementsWanted(Schema):
    submission: UUID | None = None


# --- shown --------------------------------------------------------------------------------


def _accreditation(one: Accreditation) -> AccreditationOut:
    return AccreditationOut(
        id=one.pk,
        version=one.version,
        organisation=one.organisation_id,
        name=in_both(one.organisation.name),
        body=one.body,
        number=one.number,
        country=one.country,
        categories=one.categories,
        since=one.since,
        until=one.until,
    )


@errors.shows(Accreditation)
def accreditation_shown(_request: HttpRequest, one: Accreditation) -> AccreditationOut:
    return _accreditation(one)


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


@errors.shows(Finding)
def finding_shown(_request: HttpRequest, one: Finding) -> FindingOut:
    return _finding(one)


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


def _statement(one: Statement) -> VerificationStatementOut:
    by = one.engagement.organisation
    return VerificationStatementOut(
        id=one.pk,
        engagement=one.engagement_id,
        submission=one.submission_id,
        digest=one.digest,
        level=Level(one.level),
        opinion=Opinion(one.opinion),
        misstatement=amount(one.misstatement) or "0",
        gross=amount(one.gross) or "0",
        share=amount(one.share),
        materiality=amount(one.materiality),
        grounds=one.grounds,
        text=one.text,
        organisation=by.pk,
        name=in_both(by.name),
        signed_at=moment(one.signed_at) or "",
    )


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


def _latest(one: Engagement) -> Submission | None:
    handed_in: list[Submission] = one.report.handed_in  # type: ignore[attr-defined]  # the selector reads them under this name
    return next(iter(handed_in), None)


@errors.shows(Engagement)
def shown(request: HttpRequest, one: Engagement) -> EngagementWhole:
    """The engagement as it is now, with what was found."""
    now = selectors.engagement(viewer(request), one.pk)
    version = _latest(now)
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
        statements=[_statement(each) for each in now.statements.all()],
    )


def _answer(request: HttpRequest, response: HttpResponse, pk: UUID) -> EngagementWhole:
    whole = shown(request, _found(request, pk))
    return etags.tag(request, response, whole, whole.version)


def _found(request: HttpRequest, pk: UUID) -> Engagement:
    return selectors.visible_to(viewer(request)).select_related("report__facility").get(pk=pk)


# --- the register -------------------------------------------------------------------------


@accreditations.get(
    "", response=Page[AccreditationOut], auth=PUBLIC, operation_id="list_accreditations"
)
def list_accreditations(
    request: HttpRequest, wanted: Asked, only: Annotated[AccreditationsWanted, Query(...)]
) -> Page[AccreditationOut]:
    """Who may verify, where, for what, and until when."""
    found = selectors.accreditations()
    if only.country:
        found = found.filter(country=only.country)
    return page(request, found, wanted, _accreditation)


@accreditations.post("", response={201: AccreditationOut}, operation_id="accredit")
def accredit(
    request: HttpRequest, response: HttpResponse, body: AccreditationSent, idempotency_key: Once
) -> Status[AccreditationOut]:
    """By the regulator of the country."""
    by = selectors.verifiers().filter(pk=body.organisation).first()
    if by is None:
        raise errors.unknown("organisation")
    made = services.accredit(
        actor=actor(request),
        organisation=by,
        once=etags.once(request),
        **body.model_dump(exclude={"organisation"}),
    )
    return Status(201, etags.tag(request, response, _accreditation(made), made.version))


@accreditations.post("/{uuid:pk}/end", response=AccreditationOut, operation_id="end_accreditation")
def end_accreditation(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: LastDaySent, if_match: IfMatch
) -> AccreditationOut:
    done = services.end_accreditation(
        selectors.accreditations().get(pk=pk),
        actor=actor(request),
        expected=etags.expected(request),
        until=body.until,
        reason=body.reason,
    )
    return etags.tag(request, response, _accreditation(done), done.version)


# --- engagements --------------------------------------------------------------------------


@engagements.get("", response=Page[EngagementOut], auth=READS, operation_id="list_engagements")
def list_engagements(
    request: HttpRequest, wanted: Asked, only: Annotated[EngagementsWanted, Query(...)]
) -> Page[EngagementOut]:
    found = selectors.visible_to(viewer(request)).select_related("organisation")
    if only.report:
        found = found.filter(report=only.report)
    return page(request, found, wanted, _line, order=("-engaged_at", "pk"))


@engagements.post("", response={201: EngagementWhole}, operation_id="engage_verifier")
def engage_verifier(
    request: HttpRequest, response: HttpResponse, body: EngagementSent, idempotency_key: Once
) -> Status[EngagementWhole]:
    """By the operator of the facility."""
    who = actor(request)
    report = facilities.reports_visible_to(who).filter(pk=body.report).first()
    if report is None:
        raise errors.unknown("report")
    made = services.engage(
        report,
        actor=who,
        organisation=_verifier(report.facility.country, body.organisation),
        level=body.level,
        once=etags.once(request),
    )
    return Status(201, _answer(request, response, made.pk))


def _verifier(country: str, pk: int) -> Organisation:
    """A verifier that is in the register of a country. Raises ``ValidationError``."""
    known = selectors.accredited(country).values("organisation")
    found = selectors.verifiers().filter(pk__in=known).filter(pk=pk).first()
    if found is None:
        raise errors.unknown("organisation")
    return found


@engagements.get("/{uuid:pk}", response=EngagementWhole, auth=READS, operation_id="read_engagement")
def read_engagement(
    request: HttpRequest, response: HttpResponse, pk: UUID, if_none_match: IfNoneMatch
) -> EngagementWhole:
    return _answer(request, response, pk)


@engagements.post("/{uuid:pk}/end", response=EngagementOut, operation_id="end_engagement")
def end_engagement(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: BackSent, if_match: IfMatch
) -> EngagementOut:
    """The verifier sees the report no more; what was signed stays."""
    one, expected = _found(request, pk), etags.expected(request)
    done = services.end_engagement(one, actor=actor(request), expected=expected, reason=body.reason)
    return etags.tag(request, response, _line(done), done.version)


@engagements.post(
    "/{uuid:pk}/independence", response=EngagementWhole, operation_id="declare_independence"
)
def declare_independence(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    body: IndependenceSent,
    if_match: IfMatch,
) -> EngagementWhole:
    """Before it nothing is found."""
    one, expected = _found(request, pk), etags.expected(request)
    services.declare(one, actor=actor(request), expected=expected, independence=body.independence)
    return _answer(request, response, pk)


@engagements.put("/{uuid:pk}/plan", response=EngagementWhole, operation_id="plan_verification")
def plan_verification(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: AnalysisSent, if_match: IfMatch
) -> EngagementWhole:
    one, expected = _found(request, pk), etags.expected(request)
    services.plan(one, actor=actor(request), expected=expected, **body.model_dump())
    return _answer(request, response, pk)


@engagements.post("/{uuid:pk}/visits", response={201: EngagementWhole}, operation_id="note_visit")
def note_visit(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    body: VisitSent,
    idempotency_key: Once,
) -> Status[EngagementWhole]:
    one, sent = _found(request, pk), body.model_dump()
    services.visit(one, actor=actor(request), once=etags.once(request), **sent)
    return Status(201, _answer(request, response, pk))


# --- findings -----------------------------------------------------------------------------


@engagements.post("/{uuid:pk}/findings", response={201: FindingOut}, operation_id="note_finding")
def note_finding(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    body: FindingSent,
    idempotency_key: Once,
) -> Status[FindingOut]:
    """On the version that waits; what was reported is read from it."""
    one = _found(request, pk)
    made = services.find(
        one,
        actor=actor(request),
        kind=body.kind,
        text=body.text,
        stream=None if body.stream is None else _stream(one, body.stream),
        found=decimal(body.found),
        once=etags.once(request),
    )
    return Status(201, etags.tag(request, response, _finding(made), made.version))


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


@engagements.post(
    "/{uuid:pk}/findings/{uuid:finding}/confirm",
    response=FindingOut,
    operation_id="confirm_correction",
)
def confirm_correction(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    finding: UUID,
    body: AnswerSent,
    if_match: IfMatch,
) -> FindingOut:
    """A later version shows the correction."""
    one, expected = _of(request, pk, finding), etags.expected(request)
    done = services.confirm_correction(
        one, actor=actor(request), expected=expected, answer=body.answer
    )
    return etags.tag(request, response, _finding(done), done.version)


@engagements.post(
    "/{uuid:pk}/findings/{uuid:finding}/leave",
    response=FindingOut,
    operation_id="leave_unresolved",
)
def leave_unresolved(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    finding: UUID,
    body: AnswerSent,
    if_match: IfMatch,
) -> FindingOut:
    """It is not corrected, and why: it counts."""
    one, expected = _of(request, pk, finding), etags.expected(request)
    done = services.leave_unresolved(
        one, actor=actor(request), expected=expected, answer=body.answer
    )
    return etags.tag(request, response, _finding(done), done.version)


@engagements.post("/{uuid:pk}/return", response=EngagementWhole, operation_id="ask_for_correction")
def ask_for_correction(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: BackSent, if_match: IfMatch
) -> EngagementWhole:
    """The version goes back to the operator with its findings; shows the mark of the version."""
    one, expected = _found(request, pk), etags.expected(request)
    services.ask_for_correction(one, actor=actor(request), expected=expected, reason=body.reason)
    return _answer(request, response, pk)


# --- statements ---------------------------------------------------------------------------


@engagements.post(
    "/{uuid:pk}/sign", response={201: VerificationStatementOut}, operation_id="sign_statement"
)
def sign_statement(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    body: SignatureSent,
    if_match: IfMatch,
) -> Status[VerificationStatementOut]:
    """On the version that waits, which is verified by it or returned; shows its mark."""
    one, expected = _found(request, pk), etags.expected(request)
    made = services.sign(
        one, actor=actor(request), expected=expected, opinion=body.opinion, text=body.text
    )
    return Status(201, etags.tag(request, response, _statement(made), made.version))


def _signed(request: HttpRequest) -> Any:
    return selectors.statements_visible_to(viewer(request)).select_related(
        "engagement__organisation"
    )


@statements.get(
    "", response=Page[VerificationStatementOut], operation_id="list_verification_statements"
)
def list_verification_statements(
    request: HttpRequest, wanted: Asked, only: Annotated[StatementsWanted, Query(...)]
) -> Page[VerificationStatementOut]:
    """On what is public, and those of one's own work or facilities."""
    found = _signed(request)
    if only.submission:
        found = found.filter(submission=only.submission)
    return page(request, found, wanted, _statement, order=("-signed_at", "pk"))


@statements.get(
    "/{uuid:pk}", response=VerificationStatementOut, operation_id="read_verification_statement"
)
def read_verification_statement(
    request: HttpRequest, response: HttpResponse, pk: UUID, if_none_match: IfNoneMatch
) -> VerificationStatementOut:
    one = _signed(request).get(pk=pk)
    return etags.tag(request, response, _statement(one), one.version)
