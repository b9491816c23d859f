"""What is written in a registered project: proposed by its people, accepted by somebody else.

Published means approved (law 9): a change gathers in the project's one undecided revision, which
nobody else sees, and is applied as a whole by the acceptance of a person who wrote none of it
(law 5). The verbs that write are called as those of :mod:`~kyoso.hub.projects.services`, and
answer the revision, or nothing where nothing changes. Each is rehearsed: what acceptance would
be refused for is refused when it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from kyoso.hub.accounts.models import User
from kyoso.hub.programme.models import Activity, Framework
from kyoso.hub.projects import likenesses, selectors, wholes, writing
from kyoso.hub.projects.enums import UNDECIDED, RevisionState, State
from kyoso.hub.projects.models import Edit, Project, Revision
from kyoso.hub.projects.parts import KINDS
from kyoso.hub.projects.services import expect_state, find_likenesses, require_reason
from kyoso.hub.projects.wholes import PROJECT
from kyoso.hub.projects.writing import LINKS
from kyoso.hub.record.errors import ConflictError, WrongStateError
from kyoso.hub.record.models import Event, Versioned
from kyoso.hub.record.services import allow, change, create, plain, state_of
from kyoso.hub.texts import language, say

_COMPARED = (PROJECT, "site", "partner")
"""Edits after which a project is compared with others."""
_NOT_WRITTEN = ("id", "project", "confirmed", "reported_by")
"""Fields of parts that nobody writes."""


# --- writing ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Target:
    """The record that an edit is of: there already, or to be added."""

    sort: str
    key: str
    record: Any | None
    """As it is published; none for a part that is to be added."""


@transaction.atomic
def revise(
    project: Project,
    *,
    actor: User,
    expected: int | None,
    once: str | None = None,
    why: str = "",
    activities: Collection[Activity] | None = None,
    countries: Collection[str] | None = None,
    tags: Collection[Framework] | None = None,
    themes: Collection[str] | None = None,
    **fields: Any,
) -> Revision | None:
    """Propose other fields or links of a project.

    Raises :class:`NotAllowedError`, :class:`WrongStateError`, :class:`ConflictError`,
    ``ValidationError``.
    """
    current = _locked(project, actor)
    if (lead := fields.get("lead", current.lead)) != current.lead:
        allow(actor, "projects.create", Project(lead=lead))
    links = {"activities": activities, "countries": countries, "tags": tags, "themes": themes}
    values = {name: plain(value) for name, value in fields.items()}
    for name, given in links.items():
        if given is not None:
            keys: set[Any] = {getattr(one, "pk", one) for one in given}
            values[name] = sorted(keys)
    target = _Target(PROJECT, str(current.pk), current)
    return _write(current, target, values, actor=actor, expected=expected, once=once, why=why)


@transaction.atomic
def add_part(
    part: Versioned, *, actor: User, once: str | None = None, why: str = ""
) -> Revision | None:
    """Propose a new part, which may name others that are not there yet."""
    current = _locked(writing.project_of(part), actor)
    values = {name: value for name, value in state_of(part).items() if name not in _NOT_WRITTEN}
    target = _Target(str(part._meta.model_name), "", None)
    return _write(current, target, values, actor=actor, expected=None, once=once, why=why)


@transaction.atomic
def change_part(
    part: Versioned,
    /,
    *,
    actor: User,
    expected: int | None,
    once: str | None = None,
    why: str = "",
    **fields: Any,
) -> Revision | None:
    """Propose other fields of a part, or of one that was proposed."""
    current = _locked(writing.project_of(part), actor)
    values = {name: plain(value) for name, value in fields.items()}
    target = _target(part)
    return _write(current, target, values, actor=actor, expected=expected, once=once, why=why)


@transaction.atomic
def remove_part(
    part: Versioned, *, actor: User, expected: int | None, why: str = ""
) -> Revision | None:
    """Propose that a part is taken out; one that was only proposed is proposed no longer."""
    current = _locked(writing.project_of(part), actor)
    return _write(current, _target(part), None, actor=actor, expected=expected, why=why)


@transaction.atomic
def take_back(edit: Edit, *, actor: User, expected: int | None) -> Revision | None:
    """What was proposed for one record is proposed no longer. Safe to repeat."""
    current = _locked(edit.revision.project, actor)
    revision = Revision.objects.select_for_update().get(pk=edit.revision_id)
    _expect(revision, *UNDECIDED)
    now = revision.edits.get(pk=edit.pk)
    if now.is_empty:
        return revision
    target = _target_of(now, current)
    seen = _seen(target, now)
    if expected is not None and expected != seen:
        raise _conflict(target, now, {})
    now.values, now.base, now.removed, now.sha256 = {}, {}, now.adds, ""
    return _keep(current, revision, now, actor=actor, once=None, changes={})


def _target(part: Versioned) -> _Target:
    sort = str(part._meta.model_name)
    if part.pk is not None and part.pk < 0:
        return _Target(sort, str(part.pk), None)
    record = KINDS[sort].model._default_manager.filter(pk=part.pk).first()
    if record is None:
        raise WrongStateError(say("projects.fault.gone"), hint=say("projects.hint.gone"))
    return _Target(sort, str(part.pk), record)


def _target_of(edit: Edit, project: Project) -> _Target:
    if edit.adds:
        return _Target(edit.sort, str(-edit.pk), None)
    if edit.sort == PROJECT:
        return _Target(PROJECT, edit.key, project)
    record = KINDS[edit.sort].model._default_manager.filter(pk=int(edit.key)).first()
    return _Target(edit.sort, edit.key, record)


def _write(
    project: Project,
    target: _Target,
    values: Mapping[str, Any] | None,
    *,
    actor: User,
    expected: int | None,
    once: str | None = None,
    why: str = "",
) -> Revision | None:
    """Gather what is proposed for a record; without ``values`` that it is taken out."""
    event = Event.objects.filter(once=once).first() if once else None
    if event is not None:
        return Revision.objects.filter(pk=event.key).first()
    revision = (
        Revision.objects.select_for_update().filter(project=project, state__in=UNDECIDED).first()
    )
    before = _edit_of(revision, target)
    edit = copy(before) if before else _new(project, target)
    if values is None:
        edit.removed, edit.values = True, {} if target.record is not None else edit.values
    else:
        edit.removed = False
        edit.values = _differing(target, edit.values | dict(values), project)
    is_same = before is not None and (before.values, before.removed) == (edit.values, edit.removed)
    if is_same or (before is None and edit.is_empty):
        return revision
    if expected is not None and expected != _seen(target, before):
        raise _conflict(target, before, values or {})
    edit.base, edit.why = _base(target, edit, project), why
    edit.written_on = None if target.record is None else target.record.version
    edit.sha256 = str(edit.values.get("sha256") or "")
    changes = wholes.in_words(changes_of(edit))
    return _keep(project, revision, edit, actor=actor, once=once, changes=changes)


def _keep(
    project: Project,
    revision: Revision | None,
    edit: Edit,
    *,
    actor: User,
    once: str | None,
    changes: Mapping[str, Any],
) -> Revision:
    now = timezone.now()
    told: dict[str, Any] = {
        "of": f"projects.{edit.sort}",
        "changes": changes,
    } | ({"why": edit.why} if edit.why else {})
    act = "projects.revision_written" if changes else "projects.revision_taken_back"
    if revision is None:
        made = Revision(project=project, written_at=now)
        revision = create(made, actor=actor, act=act, once=once, data=told)
    else:
        revision = change(
            revision, actor=actor, act=act, expected=None, once=once, data=told,
            state=RevisionState.WAITING, written_at=now, reason="",
        )  # fmt: skip
    edit.revision, edit.author, edit.written_at = revision, actor, now
    edit.author_name = actor.display_name
    edit.version += 1 if edit.pk else 0
    edit.full_clean()
    edit.save()
    revision.authors.add(actor)
    with transaction.atomic():
        _apply(project, revision, actor=actor, names=())
        transaction.set_rollback(True)
    if not any(not one.is_empty for one in revision.edits.all()):
        return _decide(revision, actor, RevisionState.WITHDRAWN)
    return revision


def _edit_of(revision: Revision | None, target: _Target) -> Edit | None:
    if revision is None or not target.key:
        return None
    if target.key.startswith("-"):
        return revision.edits.filter(pk=-int(target.key), sort=target.sort, key="").first()
    return revision.edits.filter(sort=target.sort, key=target.key).first()


def _new(project: Project, target: _Target) -> Edit:
    """An edit whose version goes on from that of earlier edits of the record."""
    if target.key.startswith("-"):
        raise WrongStateError(say("projects.fault.gone"), hint=say("projects.hint.gone"))
    earlier = 0
    if target.key:
        of_it = Edit.objects.filter(revision__project=project, sort=target.sort, key=target.key)
        earlier = of_it.aggregate(last=Max("version"))["last"] or 0
    return Edit(sort=target.sort, key=target.key, version=earlier + 1)


def _differing(target: _Target, values: Mapping[str, Any], project: Project) -> dict[str, Any]:
    """Of what is proposed that which is not so already; all of it for a new part."""
    if target.record is None:
        return dict(values)
    return {
        name: value
        for name, value in values.items()
        if (
            value != _linked(project, name)
            if name in LINKS
            else wholes.as_field(target.record, name, value)
            != wholes.as_field(target.record, name, wholes.held(target.record, name))
        )
    }


def _linked(project: Project, name: str) -> list[Any]:
    model, field = LINKS[name]
    return sorted(model._default_manager.filter(project=project).values_list(field, flat=True))


def _base(target: _Target, edit: Edit, project: Project) -> dict[str, Any]:
    if target.record is None:
        return {}
    if edit.removed:
        return state_of(target.record)
    return {
        name: _linked(project, name) if name in LINKS else wholes.held(target.record, name)
        for name in edit.values
    }


def changes_of(edit: Edit) -> dict[str, list[Any]]:
    """What an edit changes, before and after, as plain data."""
    if edit.removed:
        return {name: [value, None] for name, value in edit.base.items() if value is not None}
    return {
        name: [edit.base.get(name), value]
        for name, value in edit.values.items()
        if value not in (None, "", []) or name in edit.base
    }


def _seen(target: _Target, edit: Edit | None) -> int:
    """The version on which a form on the record is filled in now."""
    return (target.record.version if target.record is not None else 0) + (
        edit.version if edit else 0
    )


def _conflict(target: _Target, edit: Edit | None, yours: Mapping[str, Any]) -> ConflictError:
    """With the record as it is now proposed."""
    shown = copy(target.record) if target.record is not None else KINDS[target.sort].model()
    theirs = {} if edit is None else edit.values
    wholes.put(shown, theirs, {})
    shown.version = _seen(target, edit)
    if target.record is None:
        shown.pk = int(target.key)
    both = wholes.in_words(
        {
            name: [value, theirs[name] if name in theirs else _shown(shown, name)]
            for name, value in yours.items()
        }
    )
    return ConflictError(
        shown,
        {name: pair[0] for name, pair in both.items()},
        {name: pair[1] for name, pair in both.items()},
        told_in=None if edit is None else edit.revision,
    )


def _shown(record: Any, name: str) -> Any:
    return _linked(record, name) if name in LINKS else wholes.held(record, name)


# --- deciding -----------------------------------------------------------------------------


def accept(revision: Revision, *, actor: User | None, expected: int | None) -> Revision:
    """All that a revision proposes holds from now on and is public. Safe to repeat.

    ``expected`` is what :func:`~kyoso.hub.projects.selectors.seen_of` answered when it was read. It is compared with other
    projects before it is locked, so that nobody waits for that.

    Raises :class:`NotAllowedError`, :class:`WrongStateError`, :class:`ConflictError`,
    ``ValidationError``.
    """
    ahead = _ahead(revision)
    with transaction.atomic():
        project, current = _both(revision, actor, "projects.accept_revision")
        if current.state == RevisionState.ACCEPTED:
            return current
        _expect(current, RevisionState.WAITING)
        _expect_seen(current, expected)
        names = [one.display_name for one in current.authors.order_by("pk")]
        _apply(project, current, actor=actor, names=names)
        accepted = _decide(current, actor, RevisionState.ACCEPTED)
        if any(one.sort in _COMPARED and not one.is_empty for one in current.edits.all()):
            find_likenesses(Project.objects.get(pk=project.pk), ahead=ahead)
        return accepted


@transaction.atomic
def send_back(
    revision: Revision, *, actor: User | None, expected: int | None, why: str
) -> Revision:
    """A revision goes back to its authors with a reason. Safe to repeat.

    Raises :class:`NotAllowedError`, :class:`WrongStateError`, :class:`ConflictError`,
    ``ValidationError`` without a reason.
    """
    _, current = _both(revision, actor, "projects.return_revision")
    if current.state == RevisionState.RETURNED:
        return current
    _expect(current, RevisionState.WAITING)
    require_reason(why)
    _expect_seen(current, expected)
    return _decide(current, actor, RevisionState.RETURNED, why)


@transaction.atomic
def withdraw(
    revision: Revision, *, actor: User | None, expected: int | None, why: str = ""
) -> Revision:
    """Its authors do not propose it any longer. Safe to repeat."""
    _, current = _both(revision, actor, "projects.withdraw_revision")
    if current.state == RevisionState.WITHDRAWN:
        return current
    _expect(current, *UNDECIDED)
    _expect_seen(current, expected)
    return _decide(current, actor, RevisionState.WITHDRAWN, why)


def _both(revision: Revision, actor: User | None, permission: str) -> tuple[Project, Revision]:
    """The project and its revision, locked in this order; after permission."""
    project = Project.objects.select_for_update().get(pk=revision.project_id)
    current = Revision.objects.select_for_update().get(pk=revision.pk)
    current.project = project
    allow(actor, permission, current)
    return project, current


def _decide(
    revision: Revision, actor: User | None, state: RevisionState, why: str = ""
) -> Revision:
    return change(
        revision,
        actor=actor,
        act=f"projects.revision_{state}",
        expected=None,
        why=why,
        state=state,
        reason=why,
        decided_by=actor,
        decided_at=timezone.now(),
    )


def _expect(revision: Revision, *states: RevisionState) -> None:
    if revision.state not in states:
        raise WrongStateError(
            say(
                "projects.fault.revision_state",
                state=say(f"projects.revision.state.{revision.state}"),
            ),
            hint=say("projects.hint.revision_state"),
        )


def _expect_seen(revision: Revision, expected: int | None) -> None:
    if expected is not None and expected != selectors.seen_of(revision):
        raise ConflictError(revision, {})


def _locked(project: Project, actor: User) -> Project:
    """The registered project as it is now, locked; after permission."""
    current = Project.objects.select_for_update().get(pk=project.pk)
    allow(actor, "projects.change", current)
    expect_state(current, State.REGISTERED)
    return current


# --- applying -----------------------------------------------------------------------------


def _apply(
    project: Project, revision: Revision, *, actor: User | None, names: Sequence[str]
) -> None:
    """Write all that a revision proposes. Raises ``ValidationError``."""
    made: dict[str, Any] = {}
    current = project
    for edit in _in_order([one for one in revision.edits.all() if not one.is_empty]):
        said: dict[str, Any] = {"actor": actor, "why": edit.why, "written_by": names}
        if edit.sort == PROJECT:
            links, fields = _own(edit, project)
            current = writing.write_own(project, links, fields, expected=None, **said)
            continue
        model = KINDS[edit.sort].model
        if edit.adds:
            part = model(**_fields(model, edit.values, made))
            if any(one.name == PROJECT for one in model._meta.concrete_fields):
                part.project = project  # type: ignore[attr-defined]  # those that have one
            made[str(-edit.pk)] = writing.add(part, **said)
            continue
        there = model._default_manager.filter(pk=int(edit.key)).first()
        if edit.removed:
            if there is not None:
                writing.take_out(there, project, expected=None, **said)
        elif there is None:
            raise ValidationError(say("projects.fault.gone")[language()], code="gone")
        elif fields := _still_new(there, _fields(model, edit.values, made)):
            writing.change_one(there, fields, expected=None, **said)
    if current is not project:
        writing.check_basics(current, *writing.basics(current))


_ORDER = {sort: at for at, sort in enumerate((PROJECT, *KINDS))}


def _in_order(edits: list[Edit]) -> list[Edit]:
    """What others stand on comes first and goes last."""

    def place(edit: Edit) -> tuple[int, int, int, int]:
        if edit.removed:
            return (2 if edit.sort == "result" else 0, -_ORDER[edit.sort], 0, edit.pk)
        outcome = edit.adds and edit.sort == "result" and not edit.values.get("parent")
        return (1, _ORDER[edit.sort], 0 if outcome else 1, edit.pk)

    return sorted(edits, key=place)


def _own(edit: Edit, project: Project) -> tuple[dict[str, Any], dict[str, Any]]:
    """The links and the fields of a project that differ from what stands there."""
    named: Mapping[str, type[models.Model]] = {"activities": Activity, "tags": Framework}
    links: dict[str, Any] = {}
    for name, values in edit.values.items():
        if name in LINKS:
            model = named.get(name)
            links[name] = (
                list(model._default_manager.filter(pk__in=values)) if model else list(values)
            )
    fields = {name: value for name, value in edit.values.items() if name not in LINKS}
    return links, _still_new(project, _fields(Project, fields, {}))


def _still_new(record: models.Model, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if getattr(record, name) != value}


def _fields(
    model: type[models.Model], values: Mapping[str, Any], made: Mapping[str, Any]
) -> dict[str, Any]:
    """Plain data as the fields of a model; what a negative number names has just been made."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        one = model._meta.get_field(name)
        if not isinstance(one, models.ForeignKey):
            found[name] = wholes.as_field(model(), name, value)
            continue
        row = None
        if value is not None:
            row = (
                made.get(str(value)) or one.related_model._default_manager.filter(pk=value).first()
            )
            if row is None:
                raise ValidationError({name: say("projects.fault.gone")[language()]}, code="gone")
        found[name] = row
    return found


def _ahead(revision: Revision) -> likenesses.Ahead | None:
    """A comparison before the lock, where the revision changes what is compared."""
    edits = [one for one in revision.edits.all() if one.sort in _COMPARED and not one.is_empty]
    if not edits:
        return None
    project = Project.objects.get(pk=revision.project_id)
    own = next((one for one in edits if one.sort == PROJECT), None)
    links, fields = ({}, {}) if own is None else _own(own, project)
    return likenesses.ahead(project, fields, links)
