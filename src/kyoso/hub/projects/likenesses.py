"""Projects as they are compared with each other, read with a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

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
from kyoso.programme.overlap import Profile, Spot


def compared_with(project: Project) -> QuerySet[Project]:
    """What is registered and not cancelled; sample projects only meet sample projects."""
    return (
        Project.objects.filter(registered_at__isnull=False, sample=project.sample)
        .exclude(pk=project.pk)
        .exclude(state=State.CANCELLED)
    )


def profiles(projects: QuerySet[Project]) -> list[Profile]:
    """What of each project is compared. Organisations, tags and activities are named by number."""
    rows = list(projects.order_by().values_list("pk", "title", "summary", "starts", "ends", "lead"))
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
            countries=frozenset(countries[pk]),
            spots=tuple(spots[pk]),
            period=Period(starts, ends),
            partners=frozenset({str(lead), *partners[pk]}),
            tags=frozenset(tags[pk] | themes[pk]),
            activities=frozenset(activities[pk]),
        )
        for pk, title, summary, starts, ends, lead in rows
    ]


def _sets(rows: QuerySet[Any], name: str) -> defaultdict[UUID, set[str]]:
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for project, value in rows.order_by().values_list("project", name):
        found[project].add(str(value))
    return found


def _spots(chosen: Iterable[Any]) -> defaultdict[UUID, list[Spot]]:
    found: defaultdict[UUID, list[Spot]] = defaultdict(list)
    rows = Site.objects.filter(project__in=chosen).order_by("pk")
    for project, name, country, latitude, longitude in rows.values_list(
        "project", "name", "country", "latitude", "longitude"
    ):
        found[project].append(Spot(frozenset({name.en, name.ja}), country, latitude, longitude))
    return found
