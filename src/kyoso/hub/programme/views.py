"""Pages of editions and activities."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kyoso.hub.programme import selectors
from kyoso.hub.programme.models import ActivityText, Edition
from kyoso.hub.writing import day
from kyoso.methods import registry
from kyoso.methods.declaration import Method


def _edition(programme: str, label: str) -> Edition:
    try:
        return selectors.edition(programme, label)
    except Edition.DoesNotExist as fault:
        raise Http404 from fault


def edition(request: HttpRequest, programme: str, label: str) -> HttpResponse:
    """An edition from its preamble to its last activity."""
    one = _edition(programme, label)
    context = {
        "edition": one,
        "adopted": day(one.adopted) if one.adopted else None,
        "editions": selectors.all_editions(),
        "pillars": selectors.by_pillar(one),
        "official": selectors.official_parts(one),
        "serving": _serving(),
    }
    return render(request, "programme/edition.html", context)


def activity(request: HttpRequest, programme: str, label: str, slug: str) -> HttpResponse:
    """An activity with all that belongs to it."""
    one = _edition(programme, label)
    try:
        text = selectors.activity_text(one, slug)
    except ActivityText.DoesNotExist as fault:
        raise Http404 from fault
    before, after = selectors.neighbours(text)
    context = {
        "edition": one,
        "text": text,
        "before": before,
        "after": after,
        "wall": selectors.wall(one, timezone.now().date(), only=text),
        "bars": selectors.bars(one, only=text),
        "methods": _serving().get(text.code, ()),
    }
    return render(request, "programme/activity.html", context)


def _serving() -> dict[str, list[Method]]:
    """The methods that serve each activity, by its code."""
    found: dict[str, list[Method]] = {}
    for method in registry.methods().values():
        for code in method.activities:
            found.setdefault(code, []).append(method)
    return found
