"""What is done in verification: accrediting, engaging, planning, visiting, finding, signing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from kyoso.climate.transparency import materiality
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.evidence.facilities import reporting
from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.models import Report, Stream, Submission
from kyoso.hub.evidence.verification import judging
from kyoso.hub.evidence.verification.enums import (
    FindingKind,
    FindingState,
    Level,
    Opinion,
    VisitKind,
)
from kyoso.hub.evidence.verification.errors import fault, wrong
from kyoso.hub.evidence.verification.models import (
    Accreditation,
    Engagement,
    Finding,
    Statement,
    Visit,
)
from kyoso.hub.record.services import allow, change, create

WORK, VERIFY = "verification.work", "verification.verify_submission"


# --- the register -------------------------------------------------------------------------


def accredit(
    *,
    actor: User | None,
    organisation: Organisation,
    body: str,
    number: str,
    country: str,
    since: date,
    until: date | None = None,
    categories: Sequence[str] = (),
    once: str | None = None,
) -> Accreditation:
    """Enter into the register of a country that an organisation may verify there."""
    one = Accreditation(
        organisation=organisation,
        body=body,
        number=number,
        country=country,
        since=since,
        until=until,
        categories=sorted(set(categories)),
    )
    return create(
        one,
        actor=actor,
        act="verification.accredited",
        permission="verification.accredit",
        once=once,
    )


def end_accreditation(
    one: Accreditation, *, actor: User | None, expected: int, until: date, reason: str
) -> Accreditation:
    """The last day of an accreditation. Raises ``ValidationError`` without a reason."""
    if not reason.strip():
        raise fault("reason", "reason")
    return change(
        one,
        actor=actor,
        act="verification.accreditation_ended",
        permission="verification.accredit",
        expected=expected,
        why=reason.strip(),
        until=until,
    )


# --- engagements --------------------------------------------------------------------------


@transaction.atomic
def engage(
    report: Report,
    *,
    actor: User | None,
    organisation: Organisation,
    level: Level,
    once: str | None = None,
) -> Engagement:
    """Engage a verifier for a report.

    Raises ``ValidationError`` for one that is not accredited for the facility's country and
    categories today, that operates or operated the facility, or whose people wrote the report;
    :class:`WrongStateError` where another is engaged.
    """
    current = Report.objects.select_for_update().select_related("facility").get(pk=report.pk)
    allow(actor, "verification.engage", current)
    there = current.engagements.filter(ended_at__isnull=True).first()
    if there is not None:
        if there.organisation_id == organisation.pk:
            return there
        raise wrong("engaged")
    accreditation = judging.accreditation_for(current, organisation.pk, timezone.localdate())
    if accreditation is None:
        raise fault("organisation", "not_accredited")
    if current.facility.holdings.filter(organisation=organisation).exists():
        raise fault("organisation", "holder")
    if _wrote(current) & set(organisation.memberships.values_list("user", flat=True)):
        raise fault("organisation", "author")
    return create(
        Engagement(
            report=current, organisation=organisation, accreditation=accreditation, level=level
        ),
        actor=actor,
        act="verification.engaged",
        once=once,
    )


def _wrote(report: Report) -> set[int]:
    return {pk for one in report.submissions.all() for pk in one.authors}


@transaction.atomic
def end_engagement(
    engagement: Engagement, *, actor: User | None, expected: int, reason: str
) -> Engagement:
    """End an engagement: the verifier sees the report no more. What was signed stays."""
    current = Engagement.objects.select_for_update().get(pk=engagement.pk)
    if current.ended_at is not None:
        return current
    if not reason.strip():
        raise fault("reason", "reason")
    return change(
        current,
        actor=actor,
        act="verification.engagement_ended",
        permission="verification.end_engagement",
        expected=expected,
        why=reason.strip(),
        ended_at=timezone.now(),
    )


def _working(engagement: Engagement, actor: User | None, *, declared: bool = True) -> Engagement:
    """The engagement as it is now, locked, if the actor works on it and is independent."""
    found = Engagement.objects.select_for_update().select_related("report__facility")
    current = found.get(pk=engagement.pk)
    allow(actor, WORK, current)
    if declared and not current.independence:
        raise wrong("not_declared")
    return current


def _refuse_signed(engagement: Engagement) -> None:
    """What a signed statement rests on stays until the next version is handed in."""
    latest = judging.latest(engagement.report)
    if latest is not None and Statement.objects.filter(submission=latest).exists():
        raise wrong("signed")


@transaction.atomic
def declare(engagement: Engagement, *, actor: User, expected: int, independence: str) -> Engagement:
    """Declare independence of the operator; before it nothing is found."""
    current = _working(engagement, actor, declared=False)
    _refuse_signed(current)
    if not independence.strip():
        raise fault("independence", "independence")
    return change(
        current,
        actor=actor,
        act="verification.declared",
        expected=expected,
        independence=independence.strip(),
        declared_by=actor,
    )


@transaction.atomic
def plan(
    engagement: Engagement,
    *,
    actor: User | None,
    expected: int,
    strategic_analysis: str,
    sampling_plan: Mapping[str, str],
) -> Engagement:
    """Write the strategic analysis, and by stream what is looked at."""
    current = _working(engagement, actor)
    _refuse_signed(current)
    if not strategic_analysis.strip():
        raise fault("strategic_analysis", "analysis")
    chosen = {code: words.strip() for code, words in sampling_plan.items() if words.strip()}
    return change(
        current,
        actor=actor,
        act="verification.planned",
        expected=expected,
        strategic_analysis=strategic_analysis.strip(),
        sampling_plan=chosen,
    )


@transaction.atomic
def visit(
    engagement: Engagement,
    *,
    actor: User | None,
    kind: VisitKind,
    day: date,
    place: str = "",
    reason: str = "",
    once: str | None = None,
) -> Visit:
    """Note a visit, or why there was none."""
    current = _working(engagement, actor)
    _refuse_signed(current)
    if kind == VisitKind.WAIVED and not reason.strip():
        raise fault("visit_reason", "waived")
    if kind != VisitKind.WAIVED and not place.strip():
        raise fault("place", "place")
    if day > timezone.localdate():
        raise fault("day", "day")
    one = Visit(engagement=current, kind=kind, day=day, place=place.strip(), reason=reason.strip())
    return create(one, actor=actor, act="verification.visited", once=once)


# --- findings -----------------------------------------------------------------------------


@transaction.atomic
def find(
    engagement: Engagement,
    *,
    actor: User | None,
    kind: FindingKind,
    text: str,
    stream: Stream | None = None,
    found: Decimal | None = None,
    once: str | None = None,
) -> Finding:
    """Note a finding on the version that waits for the verifier.

    What was reported is read from the version: of the stream, or in total. ``found`` is the same
    as the verifier found it, in t CO2-equivalent; a misstatement without it counts as qualitative.
    """
    current = _working(engagement, actor)
    version = _waiting(current)
    if not text.strip():
        raise fault("text", "text")
    if found is not None and kind != FindingKind.MISSTATEMENT:
        raise fault("found", "no_quantity")
    if stream is not None and stream.plan_id != version.plan_id:
        raise fault("stream", "stream")
    reported = None if found is None else judging.reported_in(version, stream)
    if found is not None and reported is None:
        raise fault("stream", "no_line")
    last = current.findings.order_by("number").last()
    one = Finding(
        engagement=current,
        submission=version,
        number=1 if last is None else last.number + 1,
        kind=kind,
        stream=stream,
        text=text.strip(),
        reported=reported,
        found=found,
    )
    return create(one, actor=actor, act="verification.found", once=once)


def _waiting(engagement: Engagement) -> Submission:
    """The version that waits for the verifier. Raises :class:`WrongStateError`."""
    version = judging.latest(engagement.report)
    if version is None or version.state != State.SUBMITTED:
        raise wrong("nothing_waits")
    return version


def _of(finding: Finding, actor: User | None) -> tuple[Finding, Submission]:
    """A finding as it is now, with the version that waits for the verifier."""
    current = _working(finding.engagement, actor)
    found = Finding.objects.select_for_update(of=("self",)).select_related("submission", "stream")
    return found.get(pk=finding.pk, engagement=current), _waiting(current)


@transaction.atomic
def confirm_correction(
    finding: Finding, *, actor: User | None, expected: int, answer: str = ""
) -> Finding:
    """A later version shows the correction; what was found stays on record.

    Raises :class:`WrongStateError` where there is no later version, or where it still says the
    same.
    """
    current, version = _of(finding, actor)
    if current.state == FindingState.CORRECTED:
        return current
    if version.number <= current.submission.number:
        raise wrong("no_later_version")
    if current.reported is not None:
        now = judging.reported_in(version, current.stream)
        if now == current.reported:
            raise wrong("not_corrected")
    return change(
        current,
        actor=actor,
        act="verification.corrected",
        expected=expected,
        state=FindingState.CORRECTED,
        corrected_in=version,
        answer=answer.strip(),
    )


@transaction.atomic
def leave_unresolved(
    finding: Finding, *, actor: User | None, expected: int, answer: str
) -> Finding:
    """A finding is not corrected, and why: it counts."""
    if not answer.strip():
        raise fault("answer", "answer")
    current, _ = _of(finding, actor)
    if current.state == FindingState.CORRECTED:
        raise wrong("closed")
    return change(
        current,
        actor=actor,
        act="verification.left_unresolved",
        expected=expected,
        state=FindingState.UNRESOLVED,
        answer=answer.strip(),
    )


@transaction.atomic
def ask_for_correction(
    engagement: Engagement, *, actor: User | None, expected: int, reason: str
) -> Submission:
    """Return the version with its findings to the operator, whose next version takes its place."""
    current = _working(engagement, actor)
    version = judging.latest(current.report)
    if version is not None and version.state == State.RETURNED:
        return version
    version = _waiting(current)
    if not judging.counting(_findings(current), version):
        raise wrong("nothing_found")
    return reporting.send_back(version, actor=actor, expected=expected, reason=reason)


def _findings(engagement: Engagement) -> Sequence[Finding]:
    return list(engagement.findings.select_related("submission", "corrected_in", "stream"))


# --- statements ---------------------------------------------------------------------------


@transaction.atomic
def sign(
    engagement: Engagement, *, actor: User, expected: int, opinion: Opinion, text: str
) -> Statement:
    """Sign the statement on the version that waits; it is never changed.

    ``expected`` is the version of the submission that was seen. The submission is verified, or,
    with an adverse opinion or above materiality, returned to the operator.

    Raises :class:`WrongStateError` where something is lacking, ``ValidationError`` for an opinion
    that the findings do not allow.
    """
    current = _working(engagement, actor)
    latest = judging.latest(current.report)
    if latest is not None:
        there = Statement.objects.filter(submission=latest, signed_by=actor).first()
        if there is not None:
            return there
    version = _waiting(current)
    version = Submission.objects.select_for_update(of=("self",)).get(pk=version.pk)
    allow(actor, VERIFY, version)
    today = timezone.localdate()
    if not all(one.is_met for one in judging.needs(current, version, today)):
        raise wrong("lacking")
    if not text.strip():
        raise fault("statement", "statement")
    findings = _findings(current)
    outcome = judging.outcome(findings, version)
    if opinion not in materiality.admissible(outcome):
        raise fault("opinion", "opinion")
    statement = create(
        Statement(
            engagement=current,
            submission=version,
            digest=version.digest,
            level=current.level,
            opinion=opinion,
            misstatement=judging.rounded(outcome.net),
            gross=judging.rounded(outcome.gross),
            share=None if outcome.share is None else judging.rounded(outcome.share),
            materiality=None if outcome.level is None else judging.rounded(outcome.level),
            grounds=list(outcome.grounds),
            basis=_basis(current, findings),
            text=text.strip(),
            signed_by=actor,
            signed_at=timezone.now(),
        ),
        actor=actor,
        act="verification.signed",
    )
    if materiality.verifies(opinion, outcome):
        reporting.verified(version, actor=actor, expected=expected)
    else:
        reporting.refuted(version, actor=actor, expected=expected, reason=text.strip())
    return statement


def _basis(engagement: Engagement, findings: Sequence[Finding]) -> dict[str, Any]:
    """What a statement rests on, as it is when it is signed."""
    accreditation = engagement.accreditation
    return {
        "accreditation": f"{accreditation.body} {accreditation.number}",
        "independence": engagement.independence,
        "strategic_analysis": engagement.strategic_analysis,
        "sampling_plan": engagement.sampling_plan,
        "visits": [
            {"kind": one.kind, "day": str(one.day), "place": one.place, "reason": one.reason}
            for one in engagement.visits.all()
        ],
        "findings": [
            {
                "number": one.number,
                "version": one.submission.number,
                "kind": one.kind,
                "stream": "" if one.stream is None else one.stream.code,
                "text": one.text,
                "reported": None if one.reported is None else str(one.reported),
                "found": None if one.found is None else str(one.found),
                "state": one.state,
                "corrected_in": None if one.corrected_in is None else one.corrected_in.number,
            }
            for one in findings
        ],
    }
