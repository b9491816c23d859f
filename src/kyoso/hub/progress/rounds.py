"""What is done to rounds and to what is owed in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from kyoso.core.text import Text
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import Activity, Participation, Programme
from kyoso.hub.programme.rules import is_sample
from kyoso.hub.progress.models import ReportingRound, Requirement
from kyoso.hub.projects.models import Project
from kyoso.hub.record.errors import WrongStateError
from kyoso.hub.record.services import allow, change, create
from kyoso.hub.texts import say

TAKES_PART = (Level.LEAD, Level.PARTICIPATE)


def open_round(
    *,
    actor: User | None,
    programme: Programme,
    title: Text,
    starts: date,
    ends: date,
    opens: date,
    due: date,
    escalates_after: int = 14,
    sample: bool = False,
    once: str | None = None,
) -> ReportingRound:
    """A new round. Raises :class:`NotAllowedError`, ``ValidationError``."""
    return create(
        ReportingRound(
            programme=programme,
            title=title,
            starts=starts,
            ends=ends,
            opens=opens,
            due=due,
            escalates_after=escalates_after,
            sample=sample,
        ),
        actor=actor,
        act="progress.round_opened",
        permission="progress.manage_round",
        once=once,
    )


def change_round(
    one: ReportingRound, *, actor: User | None, expected: int, why: str = "", **fields: Any
) -> ReportingRound:
    """Set title, period, days or the time until escalation."""
    return change(
        one,
        actor=actor,
        act="progress.round_changed",
        permission="progress.manage_round",
        expected=expected,
        why=why,
        **fields,
    )


@transaction.atomic
def require(
    *,
    actor: User | None,
    round: ReportingRound,  # noqa: A002 -- the programme's own word
    activity: Activity,
    member: str,
    organisation: Organisation | None = None,
) -> Requirement:
    """A report on an activity is owed by a member; repeating it changes nothing."""
    wanted = Requirement(
        round=round,
        activity=activity,
        scope=f"{activity.programme.key}/{activity.key}",
        member=member,
        organisation=organisation,
    )
    allow(actor, "progress.require", wanted)
    ReportingRound.objects.select_for_update().get(pk=round.pk)
    there = Requirement.objects.filter(
        round=round, activity=activity, member=member, organisation=organisation
    ).first()
    return there or create(wanted, actor=actor, act="progress.required")


@transaction.atomic
def require_of_participants(
    *,
    actor: User | None,
    round: ReportingRound,  # noqa: A002 -- the programme's own word
    activities: Iterable[Activity],
) -> list[Requirement]:
    """A report on each activity is owed by every member that leads it or takes part.

    In a round of samples these are the sample countries, in any other the real ones.
    """
    allow(actor, "progress.require", Requirement(round=round))
    chosen = {activity.pk: activity for activity in activities}
    stances = Participation.objects.filter(activity__in=chosen, level__in=TAKES_PART)
    return [
        require(actor=actor, round=round, activity=chosen[stance.activity_id], member=stance.member)
        for stance in stances.order_by("activity", "member")
        if is_sample(stance.member) == round.sample
    ]


@transaction.atomic
def require_of_project(
    *,
    actor: User | None,
    round: ReportingRound,  # noqa: A002 -- the programme's own word
    project: Project,
    organisation: Organisation | None = None,
) -> Requirement:
    """A report on a project is owed by the organisation that leads it, or by another.

    Repeating it changes nothing. Raises :class:`WrongStateError` for a project that is a draft.
    """
    wanted = Requirement(round=round, project=project, organisation=organisation or project.lead)
    allow(actor, "progress.require", wanted)
    if not project.is_public:
        raise WrongStateError(
            say("progress.wrong.project_draft"), hint=say("progress.wrong.project_draft_hint")
        )
    ReportingRound.objects.select_for_update().get(pk=round.pk)
    there = Requirement.objects.filter(
        round=round, project=project, organisation=wanted.organisation
    ).first()
    return there or create(wanted, actor=actor, act="progress.required")


def put_off(
    requirement: Requirement, *, actor: User | None, expected: int, due: date, why: str
) -> Requirement:
    """The report is due on another day than the round says."""
    return change(
        requirement,
        actor=actor,
        act="progress.put_off",
        permission="progress.require",
        expected=expected,
        why=why,
        due=due,
    )


def waive(requirement: Requirement, *, actor: User | None, expected: int, why: str) -> Requirement:
    """The report is not owed any more; what was reported stays."""
    return change(
        requirement,
        actor=actor,
        act="progress.waived",
        permission="progress.require",
        expected=expected,
        why=why,
        waived=True,
    )
