"""Pages of editions and activities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kyoso.core.errors import KyosoError, NotFoundError, UsageError
from kyoso.hub import reported
from kyoso.hub.programme import selectors, wordings
from kyoso.hub.programme.models import ActivityText, Edition
from kyoso.hub.programme.proposals import selectors as proposals
from kyoso.hub.texts import language, say
from kyoso.hub.writing import day
from kyoso.methods import registry
from kyoso.methods.declaration import Method
from kyoso.programme import showing
from kyoso.programme.comparing import Comparison


def _edition(programme: str, label: str) -> Edition:
    try:
        return selectors.edition(programme, label)
    except Edition.DoesNotExist as fault:
        raise Http404 from fault


def edition(request: HttpRequest, programme: str, label: str) -> HttpResponse:
    """An edition from its preamble to its last activity."""
    one = _edition(programme, label)
    adoption = proposals.adoption(one)
    context = {
        "edition": one,
        "adoption": adoption,
        "origins": proposals.origins(one, adoption.before) if adoption else (),
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
    adoption = proposals.adoption(one)
    origins = proposals.origins(one, adoption.before) if adoption else ()
    context = {
        "edition": one,
        "text": text,
        "before": before,
        "after": after,
        "wall": selectors.wall(one, timezone.now().date(), only=text),
        "bars": selectors.bars(one, only=text),
        "methods": _serving().get(text.code, ()),
        "listings": reported.serving(text.code),
        "adoption": adoption,
        "origins": [line for line in origins if line.after == text],
        "proposals": proposals.open_on(request.user, one.programme, text.activity.key),
    }
    return render(request, "programme/activity.html", context)


def compare(request: HttpRequest) -> HttpResponse:
    """Two wordings chosen, and what changed from one to the other."""
    choices = wordings.wordings()
    context: dict[str, Any] = {
        "choices": choices,
        "a": request.GET.get("a", ""),
        "b": request.GET.get("b", ""),
    }
    status = 200
    if context["a"] and context["b"]:
        try:
            comparison = _compared(request, choices)
            context["changes"] = showing.as_html(comparison, language(), level=2)
        except NotFoundError as error:
            context["error"], status = error, 404
        except KyosoError as error:
            context["error"], status = error, 400
    return render(request, "programme/compare.html", context, status=status)


def changes_json(request: HttpRequest) -> HttpResponse:
    """The comparison as data."""
    data = _comparison(request).as_dict()
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return _file(text, "application/json", "changes.json")


def changes_text(request: HttpRequest) -> HttpResponse:
    """The comparison as plain text."""
    lines = showing.comparison_lines(_comparison(request), language())
    return _file("\n".join(lines) + "\n", "text/plain; charset=utf-8", "changes.txt")


def _comparison(request: HttpRequest) -> Comparison:
    try:
        return _compared(request, wordings.wordings())
    except KyosoError as error:
        raise Http404 from error


def _compared(request: HttpRequest, choices: Mapping[str, wordings.Wording]) -> Comparison:
    """The comparison that ``a`` and ``b`` of the address ask for. Raises :class:`KyosoError`."""
    before, after = (request.GET.get(name, "") for name in ("a", "b"))
    for key in (before, after):
        if key not in choices:
            raise NotFoundError(say("programme.compare.unknown"), where=key)
    if before == after:
        raise UsageError(say("programme.compare.same"), where=before)
    return wordings.compared(choices[before], choices[after], language())


def _file(text: str, kind: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": disposition})


def _serving() -> dict[str, list[Method]]:
    """The methods that serve each activity, by its code."""
    found: dict[str, list[Method]] = {}
    for method in registry.methods().values():
        for code in method.activities:
            found.setdefault(code, []).append(method)
    return found
