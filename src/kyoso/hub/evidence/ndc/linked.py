"""The activities, projects and reports of the site that a section points to.

They are kept by their address without language, and shown by their title to who may see them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import get_language

from kyoso.core.text import Text
from kyoso.hub.programme.models import ActivityText
from kyoso.hub.progress import selectors as progress
from kyoso.hub.progress import showing as reports
from kyoso.hub.progress.models import Report
from kyoso.hub.projects import selectors as projects

ACTIVITY, PROJECT, REPORT = "programme:activity", "projects:project", "progress:report"


def address(written: str) -> str | None:
    """The address as it is kept; ``None`` where it is not that of such a page, seen by everybody.

    The host and the language may stand before it, as a browser shows them.
    """
    path = written.removeprefix(settings.KYOSO_URL.rstrip("/")).lstrip("/")
    for language, _ in settings.LANGUAGES:
        path = path.removeprefix(f"{language}/")
    path = path.partition("?")[0].partition("#")[0]
    return path if path in titles([path]) else None


def _asked(path: str) -> tuple[str, Mapping[str, Any]]:
    try:
        found = resolve(f"/{get_language()}/{path}")
    except Resolver404:
        return "", {}
    return found.view_name, found.kwargs


def titles(addresses: Iterable[str]) -> dict[str, Text]:
    """The titles of pages that everybody sees, by address; three queries for all of them."""
    asked = {one: _asked(one) for one in addresses}
    wanted = {
        view: [kwargs for name, kwargs in asked.values() if name == view]
        for view in (ACTIVITY, PROJECT, REPORT)
    }
    known: dict[tuple[str, object], Text] = {}
    if wanted[ACTIVITY]:
        known |= _activities(wanted[ACTIVITY])
    if wanted[PROJECT]:
        pks = [kwargs["pk"] for kwargs in wanted[PROJECT]]
        rows = projects.visible_to(None).filter(pk__in=pks)
        known |= {(PROJECT, one.pk): one.title for one in rows}
    if wanted[REPORT]:
        pks = [kwargs["pk"] for kwargs in wanted[REPORT]]
        rows_ = with_subjects(progress.visible_to(None).filter(pk__in=pks))
        known |= {(REPORT, pk): title for pk, title in titles_of(rows_).items()}
    return {
        one: known[key]
        for one, (view, kwargs) in asked.items()
        if (key := (view, _key(view, kwargs))) in known
    }


def _key(view: str, kwargs: Mapping[str, Any]) -> object:
    if view == ACTIVITY:
        return kwargs["programme"], kwargs["label"], kwargs["slug"]
    return kwargs.get("pk")


def _activities(wanted: Iterable[Mapping[str, Any]]) -> dict[tuple[str, object], Text]:
    any_of = Q(pk__in=[])
    for kwargs in wanted:
        any_of |= Q(
            edition__programme__key=kwargs["programme"],
            edition__label=kwargs["label"],
            slug=kwargs["slug"],
        )
    return {
        (ACTIVITY, (one.edition.programme.key, one.edition.label, one.slug)): _titled(one)
        for one in ActivityText.objects.filter(any_of).select_related("edition__programme")
    }


def _titled(one: ActivityText) -> Text:
    return Text(f"{one.code} {one.title.en}", f"{one.code} {one.title.ja}")


def with_subjects(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Reports with what their titles are made of."""
    return rows.select_related(
        "requirement__round", "requirement__project", "requirement__activity"
    ).prefetch_related("requirement__activity__texts")


def titles_of(rows: Iterable[Report]) -> dict[uuid.UUID, Text]:
    """What reports are about and in which period."""
    return {one.pk: _of_report(one) for one in rows}


def _of_report(one: Report) -> Text:
    activity = one.requirement.activity
    texts = [] if activity is None else list(activity.texts.all())
    subject = reports.subject_of(one.requirement, texts[-1] if texts else None)
    return Text("{subject}, {period}", "{subject}、{period}").format(
        subject=subject, period=reports.period_of(one.requirement.round)
    )
