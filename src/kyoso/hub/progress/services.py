"""What is done to reports: beginning, submitting, sending back, accepting, publishing, correcting.

Whoever writes or submits is an author from then on, and no author may judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kyoso.hub.accounts.models import User
from kyoso.hub.programme.models import ActivityBody
from kyoso.hub.progress.enums import APPROVED, OPEN, Part, State
from kyoso.hub.progress.errors import not_open, wrong_state
from kyoso.hub.progress.models import Delivery, Document, Report, Requirement, Value
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import allow, change, create
from kyoso.hub.texts import language, say

# --- beginning ------------------------------------------------------------------------------


@transaction.atomic
def begin(requirement: Requirement, *, actor: User | None, once: str | None = None) -> Report:
    """The report that is owed: a new draft, or the latest one where it was begun already.

    Raises :class:`NotAllowedError`, :class:`WrongStateError` before the round opens.
    """
    owed = Requirement.objects.select_for_update().get(pk=requirement.pk)
    allow(actor, "progress.write_report", Report(requirement=owed))
    if (there := owed.reports.order_by("-revision").first()) is not None:
        return there
    if owed.waived or timezone.localdate() < owed.round.opens:
        raise not_open()
    report = Report(requirement=owed, authors=with_author(actor, []))
    return create(report, actor=actor, act="progress.begun", once=once)


def with_author(actor: User | None, authors: Sequence[int]) -> list[int]:
    """Who wrote in a report, when this person has."""
    return sorted({*authors, *([] if actor is None else [actor.pk])})


# --- from hand to hand ----------------------------------------------------------------------


def submit(report: Report, *, actor: User | None, expected: int, once: str | None = None) -> Report:
    """Hand the report in. Raises :class:`WrongStateError` unless it is a draft or was returned."""

    def fields(current: Report) -> dict[str, Any]:
        return {
            "submitted_at": timezone.now(),
            "authors": with_author(actor, current.authors),
        }

    return _move(
        report,
        to=State.SUBMITTED,
        allowed=OPEN,
        fields=fields,
        act="progress.submitted",
        permission="progress.write_report",
        actor=actor,
        expected=expected,
        once=once,
    )


def send_back(
    report: Report,
    *,
    actor: User | None,
    expected: int,
    reasons: Mapping[str, str],
    once: str | None = None,
) -> Report:
    """Return the report with the reason for each field concerned; ``""`` is the whole report.

    Raises :class:`WrongStateError`, ``ValidationError`` without any reason.
    """
    given = {name: words.strip() for name, words in reasons.items() if words.strip()}
    if not given:
        raise ValidationError({"reasons": say("progress.fault.reason")[language()]})
    return _move(
        report,
        to=State.RETURNED,
        allowed=(State.SUBMITTED,),
        fields=lambda _current: {"reasons": given},
        act="progress.returned",
        permission="progress.review_report",
        actor=actor,
        expected=expected,
        once=once,
        is_done=lambda current: current.state == State.RETURNED and current.reasons == given,
    )


@transaction.atomic
def accept(report: Report, *, actor: User | None, expected: int, once: str | None = None) -> Report:
    """Judge the report good and send it to the bodies concerned, each once."""
    accepted = _move(
        report,
        to=State.ACCEPTED,
        allowed=(State.SUBMITTED,),
        fields=lambda _current: {"accepted_at": timezone.now()},
        act="progress.accepted",
        permission="progress.review_report",
        actor=actor,
        expected=expected,
        once=once,
    )
    _route(accepted, actor)
    return accepted


def _route(report: Report, actor: User | None) -> None:
    sent = set(report.deliveries.values_list("body", flat=True))
    activities = report.requirement.activities
    links = ActivityBody.objects.filter(activity__in=activities)
    for body in sorted(set(links.values_list("body", flat=True)) - sent):
        create(Delivery(report=report, body_id=body), actor=actor, act="progress.routed")


def publish(
    report: Report, *, actor: User | None, expected: int, once: str | None = None
) -> Report:
    """Show an accepted report to the public."""
    return _move(
        report,
        to=State.PUBLISHED,
        allowed=(State.ACCEPTED,),
        fields=lambda _current: {"published_at": timezone.now()},
        act="progress.published",
        permission="progress.publish_report",
        actor=actor,
        expected=expected,
        once=once,
    )


@transaction.atomic
def _move(
    report: Report,
    *,
    to: State,
    allowed: Sequence[State],
    fields: Callable[[Report], dict[str, Any]],
    act: str,
    permission: str,
    actor: User | None,
    expected: int,
    once: str | None,
    is_done: Callable[[Report], bool] | None = None,
) -> Report:
    """From one state to the next; a report that is there already is answered as it is."""
    current = Report.objects.select_for_update().get(pk=report.pk)
    allow(actor, permission, current)
    done = current.state == to if is_done is None else is_done(current)
    if done or (once is not None and Event.objects.filter(once=once).exists()):
        return current
    if current.state not in allowed:
        raise wrong_state(current)
    return change(
        current,
        actor=actor,
        act=act,
        permission=permission,
        expected=expected,
        once=once,
        state=to,
        **fields(current),
    )


@transaction.atomic
def accept_all(reports: Sequence[tuple[Report, int]], *, actor: User | None) -> list[Report]:
    """Accept several, each as seen in its version: all of them, or none."""
    return [accept(report, actor=actor, expected=version) for report, version in reports]


@transaction.atomic
def send_back_all(
    reports: Sequence[tuple[Report, int]], *, actor: User | None, reason: str
) -> list[Report]:
    """Return several for one reason: all of them, or none."""
    return [
        send_back(report, actor=actor, expected=version, reasons={"": reason})
        for report, version in reports
    ]


@transaction.atomic
def publish_all(reports: Sequence[tuple[Report, int]], *, actor: User | None) -> list[Report]:
    """Publish several: all of them, or none."""
    return [publish(report, actor=actor, expected=version) for report, version in reports]


# --- correcting -----------------------------------------------------------------------------

_COPIED = (
    "language",
    "translation_language",
    "translated",
    *(part.value for part in Part),
    *(f"{part.value}_translation" for part in Part),
)


@transaction.atomic
def revise(report: Report, *, actor: User | None, why: str, once: str | None = None) -> Report:
    """A new draft that corrects an accepted report and says why; the earlier one stays.

    It begins as a copy. Its authors are those of the earlier one too: what they wrote is in it.
    """
    owed = Requirement.objects.select_for_update().get(pk=report.requirement_id)
    latest = _latest(owed)
    allow(actor, "progress.write_report", latest)
    if latest.state not in APPROVED:
        if latest.revision > report.revision:
            return latest
        raise wrong_state(latest)
    if not why.strip():
        raise ValidationError({"why": say("progress.fault.reason")[language()]})
    draft = create(
        Report(
            requirement=owed,
            revision=latest.revision + 1,
            correction=why.strip(),
            authors=with_author(actor, latest.authors),
            **{name: getattr(latest, name) for name in _COPIED},
        ),
        actor=actor,
        act="progress.revised",
        once=once,
        why=why.strip(),
    )
    _copy_rows(latest, draft)
    return draft


def _latest(owed: Requirement) -> Report:
    found = owed.reports.order_by("-revision").first()
    assert found is not None
    return found


def _copy_rows(earlier: Report, draft: Report) -> None:
    documents = {}
    for document in earlier.documents.all():
        before = document.pk
        document.pk, document.report = Document._meta.pk.get_default(), draft
        document.save(force_insert=True)
        documents[before] = document
    for related in (earlier.values, earlier.milestones, earlier.finance):
        for row in related.all():
            row.pk, row.report = None, draft
            if isinstance(row, Value) and row.document_id is not None:
                row.document = documents[row.document_id]
            row.save(force_insert=True)


# --- sample data ----------------------------------------------------------------------------


def load_sample_reports() -> int:
    """A round of the sample countries with reports in every state; answers how many there are.

    Safe to repeat: a sample round that is there stays as people have made it.
    """
    from kyoso.hub.progress.sample import load

    return load()
