"""Projects as they are compared with each other, read with a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from kyoso.core.periods import Period
from kyoso.hub.projects.enums import State
from kyoso.hub.projects.models import (
    Partner,
    Project,
    ProjectActivity,
    ProjectCountry,
    ProjectTag,
    ProjectTheme,
    Site,
)
from kyoso.hub.record.models import Event, Head
from kyoso.programme.overlap import Likeness, Profile, Spot, compare, in_order


def compared_with(project: Project) -> QuerySet[Project]:
    """What is registered and not cancelled; sample projects only meet sample projects."""
    return (
        Project.objects.filter(registered_at__isnull=False, sample=project.sample)
        .exclude(pk=project.pk)
        .exclude(state=State.CANCELLED)
    )


@dataclass(frozen=True, slots=True)
class Ahead:
    """A comparison that was made before the lock was taken, and what it was made of.

    ``number`` is the last entry of the log when the reading began, ``mine`` the project as it is
    expected to be.
    """

    number: int
    mine: Profile
    others: Mapping[str, Profile]
    found: Sequence[Likeness]


def ahead(
    project: Project, fields: Mapping[str, Any], links: Mapping[str, Collection[Any] | None]
) -> Ahead:
    """Compare a project, as it will be with these changes, with what is registered now."""
    number = Head.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    now = profiles(Project.objects.filter(pk=project.pk))[0]
    mine = replace(now, **_expected(now, fields, links))
    others = {one.key: one for one in profiles(compared_with(project))}
    return Ahead(number, mine, others, compare(mine, list(others.values())))


def _expected(
    now: Profile, fields: Mapping[str, Any], links: Mapping[str, Collection[Any] | None]
) -> dict[str, Any]:
    """What changes of a profile; where it changes otherwise, it is compared anew."""
    found = {name: fields[name] for name in ("title", "summary") if name in fields}
    starts, ends = fields.get("starts", now.period.start), fields.get("ends", now.period.end)
    if starts is None or ends is None or starts <= ends:  # what cannot be is refused later
        found["period"] = Period(starts, ends)
    if (countries := links.get("countries")) is not None:
        found["countries"] = frozenset(countries)
    if (activities := links.get("activities")) is not None:
        found["activities"] = frozenset(str(one.pk) for one in activities)
    tags, themes = links.get("tags"), links.get("themes")
    if tags is not None and themes is not None:
        found["tags"] = frozenset({*(str(one.pk) for one in tags), *map(str, themes)})
    return found


def brought_up(
    project: Project, mine: Profile, before: Ahead
) -> tuple[list[Profile], list[Likeness]]:
    """The others and the likenesses as they are now; only what changed is read and compared.

    ``mine`` is the project as it is, under its lock.
    """
    changed = _changed_since(before.number)
    fresh = profiles(compared_with(project).filter(pk__in=changed)) if changed else []
    others = [*(one for key, one in before.others.items() if key not in changed), *fresh]
    if mine != before.mine:
        return others, compare(mine, others)
    kept = (one for one in before.found if one.key not in changed)
    return others, in_order([*kept, *compare(mine, fresh)])


def _changed_since(number: int) -> set[str]:
    """The projects of which the log tells something after an entry, or of parts compared."""
    parts: dict[str, type[Site | Partner]] = {
        model._meta.label_lower: model for model in (Site, Partner)
    }
    own = Project._meta.label_lower
    later: dict[str, set[str]] = defaultdict(set)
    told = Event.objects.filter(number__gt=number, kind__in=[own, *parts])
    for kind, key in told.values_list("kind", "key"):
        later[kind].add(key)
    changed = later.pop(own, set())
    for kind, keys in later.items():
        rows = parts[kind].objects.filter(pk__in=keys)
        changed |= {str(one) for one in rows.values_list("project", flat=True)}
    return changed


def profiles(projects: QuerySet[Project]) -> list[Profile]:
    """What of each project is compared. Organisations, tags and activities are named by number."""
    rows = list(
        projects.order_by().values_list(
            "pk", _as_text("pk"), "title", "summary", "starts", "ends", "lead"
        )
    )
    chosen = projects.order_by().values("pk")
    countries = _sets(ProjectCountry.objects.filter(project__in=chosen), "country")
    activities = _sets(ProjectActivity.objects.filter(project__in=chosen), "activity")
    tags = _sets(ProjectTag.objects.filter(project__in=chosen), "framework")
    themes = _sets(ProjectTheme.objects.filter(project__in=chosen), "theme")
    partners = _sets(Partner.objects.filter(project__in=chosen), "organisation")
    spots = _spots(chosen)
    return [
        Profile(
            key=str(pk),
            title=title,
            summary=summary,
            countries=frozenset(countries[written]),
            spots=tuple(spots[written]),
            period=Period(starts, ends),
            partners=frozenset({str(lead), *partners[written]}),
            tags=frozenset(tags[written] | themes[written]),
            activities=frozenset(activities[written]),
        )
        for pk, written, title, summary, starts, ends, lead in rows
    ]


def _as_text(name: str) -> Cast:
    """The number of a project as the database writes it; a ``UUID`` for each row takes long."""
    return Cast(name, CharField())


def _sets(rows: QuerySet[Any], name: str) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for project, value in rows.order_by().values_list(_as_text("project"), name):
        found[project].add(str(value))
    return found


def _spots(chosen: Iterable[Any]) -> defaultdict[str, list[Spot]]:
    found: defaultdict[str, list[Spot]] = defaultdict(list)
    rows = Site.objects.filter(project__in=chosen).order_by("pk")
    for project, name, country, latitude, longitude in rows.values_list(
        _as_text("project"), "name", "country", "latitude", "longitude"
    ):
        found[project].append(Spot(frozenset({name.en, name.ja}), country, latitude, longitude))
    return found
