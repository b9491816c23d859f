"""What verification puts on a person's desk."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.evidence.facilities import computing
from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.models import Report, Submission
from kyoso.hub.evidence.facilities.selectors import operated_by
from kyoso.hub.evidence.verification import selectors
from kyoso.hub.evidence.verification.models import Engagement
from kyoso.hub.texts import say
from kyoso.hub.waiting import Item, Page, page

MOST = 60
"""So many of each sort are looked at."""


def items(user: User) -> Iterator[Item]:
    """What the verifier has to verify, and for what the operator has to engage a verifier."""
    if standing(user).has(Role.VERIFIER):
        yield from _to_verify(user)
    if standing(user).has(Role.OPERATOR):
        yield from _to_engage(user)


def _to_verify(user: User) -> Iterator[Item]:
    found = selectors.engaged(user).select_related("report__facility").order_by("engaged_at", "pk")
    for one in found.prefetch_related("report__submissions")[:MOST]:
        latest = selectors.handed_in(one)
        if not one.independence:
            yield _item(one.report, "declare", page("verification:engagement", one.pk), 0)
        elif latest is not None and latest.state == State.SUBMITTED:
            yield _item(
                one.report, "verify", page("verification:engagement", one.pk), latest.number
            )


def _to_engage(user: User) -> Iterator[Item]:
    later = Submission.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
    engaged = Engagement.objects.filter(report=OuterRef("report"), ended_at__isnull=True)
    waiting = Submission.objects.filter(
        ~Exists(later), ~Exists(engaged), state=State.SUBMITTED,
        report__facility__in=operated_by(user).values("pk"),
    )  # fmt: skip
    found = waiting.select_related("report__facility", "plan").order_by("submitted_at", "pk")
    for one in found[:MOST]:
        if computing.needs_verifier(one):
            yield _item(
                one.report, "engage", page("verification:engage", one.report_id), one.number
            )


def _item(report: Report, act: str, to: Page, number: int) -> Item:
    return Item(
        key=f"verification/{act}/{report.pk}/{number}",
        act=say(f"verification.desk.{act}"),
        of=say("verification.desk.report", name=report.facility.name, year=report.year),
        to=to,
        sample=report.facility.sample,
    )
