"""What is written in a project that is locked: in a draft by its people, later by acceptance.

Nothing here asks who may: that is done by the verbs of :mod:`~kyoso.hub.projects.services` and
:mod:`~kyoso.hub.projects.revising`. ``written_by`` are the names of the authors where the actor
is the one who accepts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from kyoso.hub.accounts.models import User
from kyoso.hub.programme.models import Activity, Initiative
from kyoso.hub.programme.rules import is_sample
from kyoso.hub.projects import initiatives
from kyoso.hub.projects.models import (
    Milestone,
    Project,
    ProjectActivity,
    ProjectCountry,
    ProjectTag,
    ProjectTheme,
)
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.models import Versioned
from kyoso.hub.record.services import change, create, log, state_of
from kyoso.hub.texts import language, say

Part = TypeVar("Part", bound=Versioned)

LINKS: Mapping[str, tuple[type[models.Model], str]] = {
    "activities": (ProjectActivity, "activity"),
    "countries": (ProjectCountry, "country"),
    "tags": (ProjectTag, "framework"),
    "themes": (ProjectTheme, "theme"),
}
"""What a project is linked with: the rows that say so, and their field."""


# --- the project itself -------------------------------------------------------------------


def write_own(
    project: Project,
    links: Mapping[str, Collection[Any]],
    fields: Mapping[str, Any],
    *,
    actor: User | None,
    expected: int | None,
    once: str | None = None,
    why: str = "",
    written_by: Sequence[str] = (),
) -> Project:
    """Change a project's own fields and links; answer it as it is then.

    Raises ``ValidationError``, :class:`ConflictError`.
    """
    changes = _link_changes(project, links)
    if changes and expected is not None and project.version != expected:
        raise ConflictError(project, fields)
    revised = project
    if changes:
        revised = change(
            project,
            actor=actor,
            act="projects.relinked",
            expected=expected,
            why=why,
            data={"changes": changes} | _by(written_by),
        )
        link(revised, links)
        expected = revised.version if expected is not None else None
    if not fields:
        return revised
    return change(
        revised,
        actor=actor,
        act="projects.revised",
        expected=expected,
        once=once,
        why=why,
        data=_by(written_by),
        **fields,
    )


def _by(names: Sequence[str]) -> dict[str, Any]:
    return {"written_by": list(names)} if names else {}


def basics(project: Project) -> tuple[list[Activity], list[str]]:
    return (
        [link.activity for link in project.activities.all()],
        [link.country for link in project.countries.all()],
    )


def check_basics(
    project: Project, activities: Collection[Activity], countries: Collection[str]
) -> None:
    """An activity, a country, and an initiative that fits the dates. Raises ``ValidationError``."""
    faults: dict[str, str] = {}
    if not activities:
        faults["activities"] = say("projects.fault.activities")[language()]
    if not countries:
        faults["countries"] = say("projects.fault.countries")[language()]
    if any(is_sample(one) != project.sample for one in countries):
        faults["countries"] = say("projects.fault.sample")[language()]
    new = Initiative.objects.filter(relation=initiatives.NEW).first()
    if new is not None and project.starts is not None:
        fault = initiatives.misfit(project.starts, project.initiative, new)
        if fault is not None:
            faults["initiative"] = fault[language()]
    if faults:
        raise ValidationError(faults)


def _link_changes(
    project: Project, links: Mapping[str, Collection[Any]]
) -> dict[str, list[list[str]]]:
    """What changes, before and after, by the names that people know: codes and keys."""
    found = {}
    for name, values in links.items():
        model, field = LINKS[name]
        rows = model._default_manager.filter(project=project)
        before = sorted(_known_as(getattr(row, field)) for row in rows)
        after = sorted({_known_as(value) for value in values})
        if before != after:
            found[name] = [before, after]
    return found


def _known_as(value: Any) -> str:
    return str(getattr(value, "key", value))


def link(project: Project, links: Mapping[str, Collection[Any]]) -> None:
    for name, values in links.items():
        model, field = LINKS[name]
        rows = model._default_manager.filter(project=project)
        wanted = {getattr(value, "pk", value): value for value in values}
        rows.exclude(**{f"{field}__in": wanted}).delete()
        kept = set(rows.values_list(field, flat=True))
        for key, value in wanted.items():
            if key not in kept:
                row = model(project=project, **{field: value})
                row.full_clean()
                row.save()


# --- parts --------------------------------------------------------------------------------


def add(
    part: Part,
    *,
    actor: User | None,
    once: str | None = None,
    why: str = "",
    written_by: Sequence[str] = (),
) -> Part:
    """A new part. Raises ``ValidationError``."""
    act = act_on(part, "added")
    return create(part, actor=actor, act=act, once=once, why=why, data=_by(written_by))


def change_one(
    part: Part,
    fields: Mapping[str, Any],
    *,
    actor: User | None,
    expected: int | None,
    once: str | None = None,
    why: str = "",
    written_by: Sequence[str] = (),
) -> Part:
    """Change a part. Raises ``ValidationError``, :class:`ConflictError`."""
    current = type(part)._default_manager.get(pk=part.pk)
    return change(
        current,
        actor=actor,
        act=act_on(part, "changed"),
        expected=expected,
        once=once,
        why=why,
        data=_by(written_by),
        **(dict(fields) | _reported_anew(current, fields, actor, accepted=bool(written_by))),
    )


def take_out(
    part: Versioned,
    project: Project,
    *,
    actor: User | None,
    expected: int | None,
    why: str = "",
    written_by: Sequence[str] = (),
) -> bool:
    """Take a part out; the log keeps what it was. Answers whether it was there.

    Raises :class:`ConflictError`.
    """
    current = type(part)._default_manager.select_for_update().filter(pk=part.pk).first()
    if current is None:
        return False
    if expected is not None and current.version != expected:
        raise ConflictError(current, {})
    before = state_of(current)
    current.delete()
    data: dict[str, Any] = {
        "of": part._meta.label_lower,
        "changes": {name: [value, None] for name, value in before.items() if value is not None},
    }
    log(
        actor=actor,
        act=act_on(part, "removed"),
        record=project,
        data=data | ({"why": why} if why else {}) | _by(written_by),
    )
    return True


def project_of(part: Any) -> Project:
    found: Project = part.project
    return found


def act_on(part: Versioned, done: str) -> str:
    """The name of an act on a part: ``added``, ``changed``, ``removed``."""
    return f"projects.{part._meta.model_name}_{done}"


def _reported_anew(
    part: Versioned, fields: Mapping[str, Any], actor: User | None, *, accepted: bool
) -> dict[str, Any]:
    """Who changes what waits to be confirmed has reported it; without a day nothing waits.

    A day that another person accepts is confirmed by that.
    """
    if not isinstance(part, Milestone) or part.confirmed:
        return {}
    if "done" in fields and fields["done"] is None:
        return {"confirmed": True, "reported_by": None}
    if accepted:
        return {"confirmed": True} if "done" in fields else {}
    return {"reported_by": actor}
