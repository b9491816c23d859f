"""What is done to projects: drafted, changed, submitted, registered, completed, cancelled.

Everything that belongs to a project is changed under the lock of the project: what is compared
with other projects is always one state of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from kyoso.core.text import Text
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.programme.models import Activity, Framework, Initiative
from kyoso.hub.programme.rules import is_sample
from kyoso.hub.projects import likenesses, writing
from kyoso.hub.projects.enums import (
    OPEN,
    UNDECIDED,
    UNREGISTERED,
    RevisionState,
    State,
    Verdict,
)
from kyoso.hub.projects.models import (
    Judgement,
    Milestone,
    Pair,
    Partner,
    Project,
    Revision,
    Site,
)
from kyoso.hub.record.errors import ConflictError, WrongStateError
from kyoso.hub.record.models import Event, Versioned
from kyoso.hub.record.services import allow, change, create
from kyoso.hub.texts import language, say
from kyoso.programme import overlap

Part = TypeVar("Part", bound=Versioned)

PAIRS_KEPT = 20
"""So many likenesses of one comparison are kept: a person reads them."""

_COMPARED = (Site, Partner)
"""Parts of a project by which it is compared with others."""


# --- projects -----------------------------------------------------------------------------


@transaction.atomic
def begin(
    *,
    actor: User | None,
    title: Text,
    summary: Text,
    initiative: Initiative,
    lead: Organisation,
    activities: Collection[Activity],
    countries: Collection[str],
    starts: date | None = None,
    ends: date | None = None,
    once: str | None = None,
) -> Project:
    """A draft; a sample where its countries are.

    Raises ``ValidationError``, also where the initiative does not fit the dates.
    """
    project = Project(
        title=title,
        summary=summary,
        initiative=initiative,
        lead=lead,
        starts=starts,
        ends=ends,
        sample=any(is_sample(one) for one in countries),
    )
    made = create(
        project, actor=actor, act="projects.begun", permission="projects.create", once=once
    )
    if made.pk != project.pk:
        return made
    writing.check_basics(made, activities, countries)
    writing.link(made, {"activities": activities, "countries": countries})
    _wrote(made, actor)
    find_likenesses(made)
    return made


def revise(
    project: Project,
    *,
    actor: User | None,
    expected: int | None,
    once: str | None = None,
    why: str = "",
    activities: Collection[Activity] | None = None,
    countries: Collection[str] | None = None,
    tags: Collection[Framework] | None = None,
    themes: Collection[str] | None = None,
    **fields: Any,
) -> Project:
    """Change a project's own fields and links; ``None`` leaves links as they are.

    It is led only by an organisation for which the actor may begin one. It is compared with the
    others before it is locked, so that nobody waits for that.

    Raises :class:`NotAllowedError`, ``ValidationError``, :class:`ConflictError`, :class:`WrongStateError`.
    """
    given = {"activities": activities, "countries": countries, "tags": tags, "themes": themes}
    seen = Project.objects.filter(pk=project.pk).values_list("version", flat=True).first()
    is_newest = seen is not None and expected in (None, seen)
    ahead = likenesses.ahead(project, fields, given) if is_newest else None
    with transaction.atomic():
        return _revise(
            project,
            given,
            fields,
            actor=actor,
            expected=expected,
            once=once,
            why=why,
            ahead=ahead,
        )


def _revise(
    project: Project,
    given: Mapping[str, Collection[Any] | None],
    fields: Mapping[str, Any],
    *,
    actor: User | None,
    expected: int | None,
    once: str | None,
    why: str,
    ahead: likenesses.Ahead | None,
) -> Project:
    current = _writable(project, actor)
    if _done_before(once):
        return current
    if (lead := fields.get("lead", current.lead)) != current.lead:
        allow(actor, "projects.create", Project(lead=lead))
    links = {name: values for name, values in given.items() if values is not None}
    revised = writing.write_own(
        current, links, fields, actor=actor, expected=expected, once=once, why=why
    )
    if revised.version == current.version:
        return revised
    writing.check_basics(revised, *writing.basics(revised))
    _wrote(revised, actor)
    find_likenesses(revised, ahead=ahead)
    return revised


# --- parts --------------------------------------------------------------------------------


@transaction.atomic
def add_part(part: Part, *, actor: User | None, once: str | None = None, why: str = "") -> Part:
    """Add a site, partner, milestone, amount, result, indicator, target or document."""
    project = _writable(writing.project_of(part), actor)
    if (event := Event.objects.filter(once=once).first() if once else None) is not None:
        return type(part)._default_manager.filter(pk=event.key).first() or part
    made = writing.add(part, actor=actor, once=once, why=why)
    _part_changed(project, made, actor)
    return made


@transaction.atomic
def change_part(
    part: Part,
    /,
    *,
    actor: User | None,
    expected: int | None,
    once: str | None = None,
    why: str = "",
    **fields: Any,
) -> Part:
    """Change a part of a project. Raises :class:`ConflictError`, ``ValidationError``."""
    project = _writable(writing.project_of(part), actor)
    changed = writing.change_one(part, fields, actor=actor, expected=expected, once=once, why=why)
    _part_changed(project, changed, actor)
    return changed


@transaction.atomic
def remove_part(
    part: Versioned, *, actor: User | None, expected: int | None, why: str = ""
) -> None:
    """Take a part out of a project; the log keeps what it was. Nothing happens the second time."""
    project = _writable(writing.project_of(part), actor)
    if writing.take_out(part, project, actor=actor, expected=expected, why=why):
        _part_changed(project, part, actor)


def _part_changed(project: Project, part: Versioned, actor: User | None) -> None:
    _wrote(project, actor)
    if isinstance(part, _COMPARED):
        find_likenesses(project)


# --- milestones ---------------------------------------------------------------------------


@transaction.atomic
def report_milestone(
    milestone: Milestone, *, actor: User | None, expected: int | None, done: date
) -> Milestone:
    """A milestone of a registered project was reached; public, and to be confirmed by another.

    Raises :class:`WrongStateError` where it is confirmed already, ``ValidationError`` for a day
    to come, :class:`ConflictError`.
    """
    current = _milestone(milestone, actor, "projects.report_milestone")
    if current.done is not None and current.confirmed:
        raise WrongStateError(say("projects.fault.confirmed"), hint=say("projects.hint.confirmed"))
    if done > timezone.localdate():
        raise ValidationError({"done": say("projects.fault.done")[language()]})
    return change(
        current,
        actor=actor,
        act="projects.milestone_reported",
        expected=expected,
        done=done,
        confirmed=False,
        reported_by=actor,
    )


@transaction.atomic
def confirm_milestone(
    milestone: Milestone, *, actor: User | None, expected: int | None
) -> Milestone:
    """Another person says that it was reached. Safe to repeat.

    Raises :class:`WrongStateError` where nobody has reported it, :class:`ConflictError`.
    """
    current = _milestone(milestone, actor, "projects.confirm_milestone")
    if current.done is None:
        raise WrongStateError(
            say("projects.fault.not_reported"), hint=say("projects.hint.not_reported")
        )
    return change(
        current, actor=actor, act="projects.milestone_confirmed", expected=expected, confirmed=True
    )


def _milestone(milestone: Milestone, actor: User | None, permission: str) -> Milestone:
    """The milestone as it is now, of a registered project that is locked."""
    project = Project.objects.select_for_update().get(pk=milestone.project_id)
    current = Milestone.objects.select_related("project").get(pk=milestone.pk)
    allow(actor, permission, current)
    expect_state(project, State.REGISTERED)
    return current


# --- states -------------------------------------------------------------------------------


@transaction.atomic
def submit(project: Project, *, actor: User | None, expected: int | None) -> Project:
    """A draft is ready and waits for another person. Safe to repeat.

    Raises :class:`WrongStateError`, ``ValidationError``.
    """
    current = _locked(project, actor, "projects.submit", expects=None)
    if current.state == State.SUBMITTED:
        return current
    expect_state(current, *OPEN)
    _check_complete(current)
    _wrote(current, actor)
    return _turn(current, actor, expected, State.SUBMITTED)


@transaction.atomic
def send_back(project: Project, *, actor: User | None, expected: int | None, why: str) -> Project:
    """What was submitted goes back to its authors with a reason. Safe to repeat.

    Raises :class:`WrongStateError`, ``ValidationError`` without a reason.
    """
    current = _locked(project, actor, "projects.send_back", expects=None)
    if current.state == State.RETURNED:
        return current
    expect_state(current, State.SUBMITTED)
    require_reason(why)
    return _turn(current, actor, expected, State.RETURNED, why=why)


@transaction.atomic
def register(project: Project, *, actor: User | None, expected: int | None) -> Project:
    """What was submitted becomes public. Kyoso itself registers drafts as well.

    Safe to repeat. Raises :class:`WrongStateError`, ``ValidationError``.
    """
    current = _locked(project, actor, "projects.register", expects=None)
    if current.state == State.REGISTERED:
        return current
    expect_state(current, *((State.SUBMITTED,) if actor else UNREGISTERED))
    _check_complete(current)
    registered = _turn(current, actor, expected, State.REGISTERED, registered_at=timezone.now())
    find_likenesses(registered)
    return registered


@transaction.atomic
def complete(
    project: Project, *, actor: User | None, expected: int | None, why: str = ""
) -> Project:
    """A registered project has ended. Safe to repeat. Raises :class:`WrongStateError`."""
    current = _locked(project, actor, "projects.complete", expects=None)
    if current.state == State.COMPLETED:
        return current
    expect_state(current, State.REGISTERED)
    completed = _turn(current, actor, expected, State.COMPLETED, why=why)
    _close_revision(completed, actor, why)
    return completed


@transaction.atomic
def cancel(project: Project, *, actor: User | None, expected: int | None, why: str) -> Project:
    """A project does not go on. Safe to repeat. Raises :class:`WrongStateError`."""
    current = _locked(project, actor, "projects.cancel", expects=None)
    if current.state == State.CANCELLED:
        return current
    expect_state(current, *UNREGISTERED, State.REGISTERED)
    require_reason(why)
    cancelled = _turn(current, actor, expected, State.CANCELLED, why=why)
    _close_revision(cancelled, actor, why)
    for pair in _pairs_of(cancelled).filter(waiting=True):
        change(pair, actor=None, act="projects.pair_closed", expected=None, waiting=False)
    return cancelled


def _close_revision(project: Project, actor: User | None, why: str) -> None:
    """What waits in a project that is over is not decided any more."""
    for one in Revision.objects.filter(project=project, state__in=UNDECIDED):
        change(
            one,
            actor=actor,
            act="projects.revision_closed",
            expected=None,
            why=why,
            state=RevisionState.WITHDRAWN,
            reason=why,
            decided_by=actor,
            decided_at=timezone.now(),
        )


def _turn(
    project: Project,
    actor: User | None,
    expected: int | None,
    state: State,
    *,
    why: str = "",
    **fields: Any,
) -> Project:
    return change(
        project,
        actor=actor,
        act=f"projects.{state}",
        expected=expected,
        why=why,
        state=state,
        **fields,
    )


def _check_complete(project: Project) -> None:
    """What a project needs to become public."""
    if project.starts is None:
        raise WrongStateError(say("projects.fault.no_start"), hint=say("projects.hint.start"))
    writing.check_basics(project, *writing.basics(project))


def require_reason(why: str) -> None:
    """Raises ``ValidationError`` without a reason."""
    if not why.strip():
        raise ValidationError({"why": say("projects.fault.why")[language()]})


_CHANGED = (*OPEN, State.REGISTERED)
"""The states in which a project is changed."""


def _locked(
    project: Project,
    actor: User | None,
    permission: str,
    expects: tuple[State, ...] | None = _CHANGED,
) -> Project:
    """The project as it is now, locked; after permission, and in one of the expected states."""
    current = Project.objects.select_for_update().get(pk=project.pk)
    allow(actor, permission, current)
    if expects is not None:
        expect_state(current, *expects)
    return current


def _writable(project: Project, actor: User | None) -> Project:
    """The project, locked, where what is written holds at once. Raises :class:`WrongStateError`."""
    current = _locked(project, actor, "projects.change")
    if actor is not None and is_revised(current):
        raise WrongStateError(say("projects.fault.public"), hint=say("projects.hint.public"))
    return current


def expect_state(project: Project, *states: State) -> None:
    """Raises :class:`WrongStateError` for a project in another state."""
    if project.state not in states:
        raise WrongStateError(
            say("projects.fault.state", state=say(f"projects.state.{project.state}")),
            hint=say(f"projects.hint.{project.state}"),
        )


def is_revised(project: Project) -> bool:
    """Whether what its people write in it waits for another person (law 9)."""
    return project.state == State.REGISTERED


def check_open(project: Project) -> None:
    """Raises :class:`WrongStateError` where a project cannot be changed any more."""
    expect_state(project, *_CHANGED)


def _done_before(once: str | None) -> bool:
    return once is not None and Event.objects.filter(once=once).exists()


def _wrote(project: Project, actor: User | None) -> None:
    """Who writes in a draft or submits it cannot register it (law 5)."""
    if actor is not None and project.state in OPEN:
        project.authors.add(actor)


# --- likenesses ---------------------------------------------------------------------------


def _pairs_of(project: Project) -> models.QuerySet[Pair]:
    return Pair.objects.filter(models.Q(first=project) | models.Q(second=project))


@transaction.atomic
def find_likenesses(project: Project, *, ahead: likenesses.Ahead | None = None) -> list[Pair]:
    """Compare a project with what is registered; answer the pairs that wait to be judged.

    A pair that was judged waits again only when it changed materially since. With ``ahead`` only
    what changed after it is compared again.
    """
    mine = likenesses.profiles(Project.objects.filter(pk=project.pk))[0]
    if ahead is None:
        others = likenesses.profiles(likenesses.compared_with(project))
        near = overlap.compare(mine, others)
    else:
        others, near = likenesses.brought_up(project, mine, ahead)
    known = {_other(pair, project): pair for pair in _pairs_of(project)}
    found = {one.key: one for one in near[:PAIRS_KEPT]}
    again = [other for other in others if other.key in known and other.key not in found]
    found |= {one.key: one for one in overlap.compare(mine, again, at_least=0.0)}
    pairs = [_keep(project, likeness, known.get(key)) for key, likeness in found.items()]
    return [pair for pair in pairs if pair.waiting]


def _other(pair: Pair, project: Project) -> str:
    return str(pair.second_id if pair.first_id == project.pk else pair.first_id)


def _keep(project: Project, likeness: overlap.Likeness, pair: Pair | None) -> Pair:
    score = round(likeness.score, 4)
    reasons = [reason.as_dict() for reason in likeness.reasons]
    if pair is None:
        first, second = sorted((project.pk, uuid.UUID(likeness.key)), key=lambda pk: pk.hex)
        return create(
            Pair(
                first_id=first,
                second_id=second,
                score=score,
                reasons=reasons,
                compared_at=timezone.now(),
            ),
            actor=None,
            act="projects.pair_found",
        )
    if pair.score == score and pair.reasons == reasons:
        return pair
    return change(
        pair,
        actor=None,
        act="projects.pair_compared",
        expected=None,
        score=score,
        reasons=reasons,
        compared_at=timezone.now(),
        waiting=_waits(pair, score, reasons),
    )


def _waits(pair: Pair, score: float, reasons: Sequence[Mapping[str, Any]]) -> bool:
    if score < overlap.WORTH_A_LOOK:
        return False
    judged = pair.judgements.first()
    if judged is None:
        return True
    return pair.waiting or overlap.is_material(
        (judged.score, _values(judged.reasons)), (score, _values(reasons))
    )


def _values(reasons: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    return {one["aspect"]: one["value"] for one in reasons}


@transaction.atomic
def judge(
    pair: Pair,
    *,
    actor: User | None,
    verdict: Verdict | str,
    reason: str,
    expected: int | None,
    part: Project | None = None,
    once: str | None = None,
) -> Judgement:
    """Record what a person makes of a pair; earlier judgements stay beside it.

    Raises :class:`ConflictError` where the pair was compared or judged anew meanwhile,
    ``ValidationError`` without a reason, or where ``part`` is not one of the two.
    """
    current = Pair.objects.select_for_update().get(pk=pair.pk)
    allow(actor, "projects.judge", current)
    judgement = Judgement(
        pair=current,
        verdict=verdict,
        part=part,
        reason=reason.strip(),
        judge=actor,
        judge_name=actor.display_name if actor else "Kyoso",
        judged_at=timezone.now(),
        score=current.score,
        reasons=current.reasons,
    )
    if not _done_before(once) and expected is not None and current.version != expected:
        raise ConflictError(current, {"verdict": str(verdict)})
    if (verdict == Verdict.PART_OF) != (part is not None) or (
        part is not None and part.pk not in (current.first_id, current.second_id)
    ):
        raise ValidationError({"part": say("projects.fault.part")[language()]})
    made = create(judgement, actor=actor, act="projects.judged", once=once, why=judgement.reason)
    if made.pk != judgement.pk:
        return made
    change(
        current,
        actor=actor,
        act="projects.pair_judged",
        expected=None,
        why=judgement.reason,
        waiting=False,
        verdict=verdict,
        part=part,
    )
    return made
