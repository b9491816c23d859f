"""What is done to the yearly reports of facilities: sending, submitting, judging, correcting."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import services as evidence
from kyoso.hub.evidence import store
from kyoso.hub.evidence.enums import State as RunState
from kyoso.hub.evidence.facilities import computing, lending, plausible, sheets
from kyoso.hub.evidence.facilities.enums import JUDGED, PlanState, State
from kyoso.hub.evidence.facilities.errors import wrong, wrong_state
from kyoso.hub.evidence.facilities.models import Entry, Facility, Plan, Report, Submission
from kyoso.hub.evidence.facilities.services import fault, with_author
from kyoso.hub.evidence.models import Run
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.services import allow, change, create
from kyoso.hub.texts import language, say

WRITE, JUDGE, RETURN = (
    "facilities.write_submission",
    "facilities.publish_submission",
    "facilities.return_submission",
)


def _plan_for(facility: Facility, year: int) -> Plan:
    """The approved plan that holds in a year. Raises :class:`WrongStateError`."""
    approved = facility.plans.filter(state=PlanState.APPROVED, from_year__lte=year)
    plan = approved.order_by("number").last()
    if plan is None:
        raise wrong("no_plan")
    return plan


@transaction.atomic
def begin(
    facility: Facility, *, actor: User | None, year: int, once: str | None = None
) -> Submission:
    """The first version of the report on a year, or the latest one where it was begun already.

    Raises :class:`WrongStateError` where no approved plan covers the year.
    """
    current = Facility.objects.select_for_update().get(pk=facility.pk)
    allow(actor, WRITE, Submission(report=Report(facility=current)))
    plan = _plan_for(current, year)
    report = current.reports.filter(year=year, rule_set=plan.rule_set).first()
    if report is None:
        report = create(
            Report(facility=current, year=year, rule_set=plan.rule_set),
            actor=actor,
            act="facilities.report_begun",
        )
    latest = report.submissions.order_by("number").last()
    if latest is not None:
        return latest
    return create(
        Submission(report=report, plan=plan, authors=with_author(actor, [])),
        actor=actor,
        act="facilities.version_begun",
        once=once,
    )


@transaction.atomic
def correct(
    submission: Submission, *, actor: User | None, why: str, once: str | None = None
) -> Submission:
    """The next version of what was returned or published; one that was begun already stays.

    Raises ``ValidationError`` without a reason, :class:`WrongStateError`.
    """
    report = Report.objects.select_for_update().get(pk=submission.report_id)
    latest = report.submissions.select_related("report__facility").order_by("number").last()
    assert latest is not None
    allow(actor, WRITE, latest)
    if latest.state == State.DRAFT:
        return latest
    if latest.state not in (State.RETURNED, State.PUBLISHED):
        raise wrong_state(latest)
    if not why.strip():
        raise fault("why", "reason")
    return create(
        Submission(
            report=report,
            number=latest.number + 1,
            plan=_plan_for(report.facility, report.year),
            why=why.strip(),
            authors=with_author(actor, latest.authors),
        ),
        actor=actor,
        act="facilities.corrected",
        once=once,
    )


def _current(submission: Submission) -> Submission:
    found = Submission.objects.select_for_update()
    return found.select_related("report__facility", "plan__facility").get(pk=submission.pk)


def upload(
    submission: Submission,
    *,
    actor: User | None,
    expected: int,
    name: str,
    stored: store.Stored,
) -> Submission:
    """Take over the activity data of a file whose content is kept already.

    Raises :class:`InputRefusedError` with every fault; nothing is taken over then.
    """
    with transaction.atomic():
        current = _open(submission, actor)
        if current.sheet_sha256 == stored.sha256:
            return current
        if current.version != expected:
            raise ConflictError(current, {"sheet_name": name})
        written = sheets.checked(current.plan, current.report.year, name=name, sha256=stored.sha256)
        streams = {one.code: one for one in current.plan.streams.all()}
        current.entries.all().delete()
        for one in written:
            entry = Entry(
                submission=current,
                stream=streams[one.stream],
                quantity=one.quantity,
                unit=one.unit,
                uncertainty=one.uncertainty,
                heat_basis=one.heat_basis,
                note=one.note,
            )
            entry.full_clean()
            entry.save(force_insert=True)
        before = current.run
        current = change(
            current,
            actor=actor,
            act="facilities.entries_uploaded",
            expected=expected,
            sheet_name=name,
            sheet_sha256=stored.sha256,
            sheet_size=stored.size,
            run=None,
            totals={},
            factors={},
            authors=with_author(actor, current.authors),
        )
    if before is not None:
        evidence.delete(before)
    return current


def foresee(submission: Submission, *, actor: User | None) -> Submission:
    """Compute what a draft will come to; what is computed already stays.

    The calculation stands outside of the transactions. Raises :class:`WrongStateError`.
    """
    with transaction.atomic():
        current = _open(submission, actor)
        if _computed(current) is not None or not current.entries.exists():
            return current
    made = computing.calculate(current, actor=actor)
    with transaction.atomic():
        now = _open(submission, actor)
        if now.version == current.version:
            return change(
                now,
                actor=actor,
                act="facilities.calculated",
                expected=current.version,
                run=made.run,
                totals=computing.totals_of(made.run),
                factors=dict(made.factors),
            )
    evidence.delete(made.run)
    return now


def _computed(submission: Submission) -> computing.Calculated | None:
    """The run of a draft, if it is still what method and factors of the country come to."""
    run = submission.run
    if run is None or run.state != RunState.DONE or run.version != sheets.method().version:
        return None
    if submission.factors != lending.keys(submission):
        return None
    return computing.Calculated(run, submission.factors)


def _refuse_errors(submission: Submission, run: Run) -> None:
    """Raises ``ValidationError`` that names what in a submission cannot be right."""
    looked = plausible.looked_at(submission, run)
    if looked is None or not looked.errors:
        return
    tongue = language()
    said = [
        say(
            "facilities.plausible.refused",
            place=f"{one.stream} {one.gas} {one.column}".strip(),
            value=one.value,
            why=one.reason,
        )[tongue]
        for one in looked.errors
    ]
    raise ValidationError({"file": said})


def _open(submission: Submission, actor: User | None) -> Submission:
    """The submission as it is now, locked, if the actor may write in it."""
    current = _current(submission)
    allow(actor, WRITE, current)
    if current.state != State.DRAFT:
        raise wrong_state(current)
    return current


def submit(submission: Submission, *, actor: User | None, expected: int) -> Submission:
    """Compute a report and hand it in; from then on nothing in it changes but its state.

    The calculation stands outside of the transaction that hands it in: nobody waits for it; what
    :func:`foresee` computed is not computed again. Raises :class:`WrongStateError`,
    ``ValidationError`` without activity data and where something in it cannot be right.
    """
    with transaction.atomic():
        current = _current(submission)
        allow(actor, WRITE, current)
        if current.state == State.SUBMITTED:
            return current
        _open(current, actor)
        if not current.entries.exists():
            raise fault("file", "entries")
        if current.version != expected:
            raise ConflictError(current, {"state": State.SUBMITTED})
    there = _computed(current)
    made = there or computing.calculate(current, actor=actor)
    run = made.run
    try:
        _refuse_errors(current, run)
    except ValidationError:
        if there is None:
            evidence.delete(run)
        raise
    totals = computing.totals_of(run)
    before = _published(current) or _before(current)
    with transaction.atomic():
        current = _open(submission, actor)
        current.factors = dict(made.factors)
        return change(
            current,
            actor=actor,
            act="facilities.submitted",
            expected=expected,
            state=State.SUBMITTED,
            run=run,
            totals=totals,
            factors=current.factors,
            digest=computing.digest_of(current, run),
            withheld=current.entries.filter(stream__confidential=True).exists(),
            changes={} if before is None else computing.differences(before, totals),
            submitted_at=timezone.now(),
            authors=with_author(actor, current.authors),
        )


def _published(submission: Submission) -> Submission | None:
    return submission.report.submissions.filter(state=State.PUBLISHED).first()


def _before(submission: Submission) -> Submission | None:
    return submission.report.submissions.filter(number=submission.number - 1).first()


def send_back(
    submission: Submission, *, actor: User | None, expected: int, reason: str
) -> Submission:
    """Return a submission with the reason; its next version takes its place.

    One that is verified is returned by those alone who may publish it.
    """
    if not reason.strip():
        raise fault("reason", "reason")
    with transaction.atomic():
        current = _judged(submission, actor, State.RETURNED, RETURN)
        if current.state == State.VERIFIED:
            allow(actor, JUDGE, current)
        if current.state == State.RETURNED:
            return current
        return _move(
            current, State.RETURNED, actor=actor, expected=expected,
            act="facilities.returned", reason=reason.strip(),
        )  # fmt: skip


def publish(submission: Submission, *, actor: User | None, expected: int) -> Submission:
    """Make a submission public; the version that was public before is replaced.

    Raises :class:`WrongStateError` where the rule set demands a verifier's statement and there is
    none, or where one was signed on other data than there are.
    """
    with transaction.atomic():
        current = _judged(submission, actor, State.PUBLISHED, JUDGE)
        if current.state == State.PUBLISHED:
            return current
        if current.state != State.VERIFIED and computing.needs_verifier(current):
            raise wrong("verifier")
        if current.state == State.VERIFIED:
            check_signed(current)
        if current.version != expected:
            raise ConflictError(current, {"state": State.PUBLISHED})
        before = _published(current)
        if before is not None:
            _move(before, State.REPLACED, actor=actor, expected=None, act="facilities.replaced")
        return _move(
            current, State.PUBLISHED, actor=actor, expected=expected,
            act="facilities.published", published_at=timezone.now(),
        )  # fmt: skip


def check_signed(submission: Submission) -> None:
    """Raises :class:`WrongStateError` where what was signed is not what is there."""
    signed = getattr(submission, "statement", None)
    assert submission.run is not None
    now = computing.digest_of(submission, submission.run)
    if signed is None or not signed.digest == submission.digest == now:
        raise wrong("not_what_was_signed")


def verified(submission: Submission, *, actor: User | None, expected: int) -> Submission:
    """A verifier's statement says that a submission is right; who signs asks for permission."""
    return _move(
        submission, State.VERIFIED, actor=actor, expected=expected, act="facilities.verified"
    )


def refuted(
    submission: Submission, *, actor: User | None, expected: int, reason: str
) -> Submission:
    """A verifier's statement says that a submission is not right: the next version is asked for."""
    return _move(
        submission, State.RETURNED, actor=actor, expected=expected, act="facilities.returned",
        reason=reason,
    )  # fmt: skip


def _judged(submission: Submission, actor: User | None, to: State, permission: str) -> Submission:
    current = _current(submission)
    allow(actor, permission, current)
    if current.state not in (*JUDGED, to):
        raise wrong_state(current)
    return current


def _move(
    current: Submission,
    to: State,
    *,
    actor: User | None,
    expected: int | None,
    act: str,
    **fields: Any,
) -> Submission:
    return change(current, actor=actor, act=act, expected=expected, state=to, **fields)
