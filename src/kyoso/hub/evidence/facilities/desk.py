"""What plans and reports of facilities put on a person's desk."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef

from kyoso.core.text import Text
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.evidence.facilities import computing, selectors
from kyoso.hub.evidence.facilities.enums import JUDGED, PlanState, State
from kyoso.hub.evidence.facilities.models import Facility, Plan, Submission
from kyoso.hub.texts import say
from kyoso.hub.waiting import Item, page

MOST = 60
"""So many of each sort are looked at."""


def items(user: User) -> Iterator[Item]:
    """Plans and reports to judge, and those that came back."""
    if not standing(user).has(Role.OPERATOR, Role.SECTOR_MINISTRY):
        return
    countries = standing(user).countries(Role.SECTOR_MINISTRY)
    own = set(selectors.operated_by(user).values_list("pk", flat=True))
    plans = selectors.plans_visible_to(user).filter(
        state__in=(PlanState.SUBMITTED, PlanState.RETURNED)
    )
    for plan in plans.select_related("facility").order_by("submitted_at", "pk")[:MOST]:
        if _is_theirs(user, plan, plan.facility, countries, own):
            yield _plan(plan)
    latest = selectors.opened_to(user).filter(state__in=(*JUDGED, State.RETURNED))
    versions = latest.select_related("report__facility", "plan").order_by("submitted_at", "pk")
    later = Submission.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
    for one in versions.filter(~Exists(later))[:MOST]:
        waits_for_verifier = one.state == State.SUBMITTED and computing.needs_verifier(one)
        theirs = _is_theirs(user, one, one.report.facility, countries, own)
        if theirs and not waits_for_verifier:
            yield _submission(one)


def _is_theirs(
    user: User,
    one: Plan | Submission,
    facility: Facility,
    countries: frozenset[str],
    own: set[UUID],
) -> bool:
    if one.state in JUDGED:
        return facility.country in countries and user.pk not in one.authors
    return facility.pk in own


def _plan(plan: Plan) -> Item:
    return Item(
        key=f"facilities/plan/{plan.pk}/{plan.state}/{plan.version}",
        act=say(f"facilities.desk.plan_{plan.state}"),
        of=say("facilities.desk.plan", name=plan.facility.name, n=plan.number),
        to=page("facilities:plan", plan.pk),
        note=_reason(plan),
        sample=plan.facility.sample,
    )


def _submission(one: Submission) -> Item:
    report = one.report
    return Item(
        key=f"facilities/submission/{one.pk}/{one.state}/{one.version}",
        act=say(f"facilities.desk.{one.state}"),
        of=say("facilities.desk.report", name=report.facility.name, year=report.year, n=one.number),
        to=page("facilities:report", report.pk),
        note=_reason(one),
        sample=report.facility.sample,
    )


def _reason(one: Plan | Submission) -> Text | None:
    return say("facilities.desk.because", why=one.reason) if one.reason else None
