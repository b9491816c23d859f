"""Pages of the scores: the map, one activity at a time, one pair, pairs worth examining."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kyoso.core.text import language_of
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import selectors as programmes
from kyoso.hub.programme.models import Activity, ActivityText, Edition, Framework
from kyoso.hub.programme.synergies import places, rules, selectors, services
from kyoso.hub.programme.synergies.enums import Value, signed
from kyoso.hub.programme.synergies.forms import ScoreForm
from kyoso.hub.programme.synergies.models import Score
from kyoso.hub.record.errors import ConflictError

SHOWN = 12
A_PAGE = 50


def _edition(programme: str, *, sample: bool = True) -> Edition:
    try:
        return programmes.latest_edition(programme, sample=sample)
    except Edition.DoesNotExist as fault:
        raise Http404 from fault


def _map(request: HttpRequest, edition: Edition) -> tuple[selectors.Map, dict[str, Any]]:
    """The map of the place that is asked for, and what its pages show of that choice."""
    known = selectors.scored_places(edition.programme)
    place = request.GET.get("place", "")
    if place not in dict(known):
        place = ""
    return selectors.synergy_map(edition, place), {
        "edition": edition,
        "place": place,
        "place_name": places.place_name(place) if place else None,
        "places": known,
        "values": [(signed(one), one.name.lower()) for one in Value],
    }


@require_GET
def overview(request: HttpRequest, programme: str) -> HttpResponse:
    """The map of an edition: which pairs were examined, and what was found."""
    edition = _edition(programme)
    found, context = _map(request, edition)
    worth = selectors.worth_examining(found, selectors.tags(edition.programme))
    context |= {
        "map": found,
        "worth": worth[:SHOWN],
        "worth_count": len(worth),
        "may_score": rules.may_score(request.user, None),
    }
    return render(request, "programme/synergies/overview.html", context)


@require_GET
def choose(request: HttpRequest, programme: str) -> HttpResponse:
    """From the form that asks for an activity to its page."""
    edition = _edition(programme)
    text = get_object_or_404(
        edition.activities.select_related("activity"), slug=request.GET.get("activity", "")
    )
    return redirect("programme:synergies_of", programme, text.activity.key)


@require_GET
def of_activity(request: HttpRequest, programme: str, key: str) -> HttpResponse:
    """One activity with every other, and with every framework."""
    edition = _edition(programme)
    text = get_object_or_404(
        edition.activities.select_related("activity", "pillar"), activity__key=key
    )
    found, context = _map(request, edition)
    others, frameworks = found.of(text)
    served = set(text.activity.frameworks.values_list("framework", flat=True))
    context |= {
        "map": found,
        "text": text,
        "others": others,
        "frameworks": sorted(
            frameworks, key=lambda row: (row.found is None, row.other.pk not in served)
        ),
        "served": served,
        "sample": any(row.found and row.found.sample for row in (*others, *frameworks)),
    }
    return render(request, "programme/synergies/activity.html", context)


@require_GET
def suggestions(request: HttpRequest, programme: str) -> HttpResponse:
    """All pairs worth examining, with the reasons."""
    edition = _edition(programme)
    found = selectors.synergy_map(edition)
    worth = selectors.worth_examining(found, selectors.tags(edition.programme))
    page = Paginator(worth, A_PAGE).get_page(request.GET.get("page"))
    context = {"edition": edition, "page": page}
    return render(request, "programme/synergies/suggestions.html", context)


@require_GET
def scores_csv(request: HttpRequest, programme: str) -> HttpResponse:
    """What scores say together, as a file; sample rows are left out."""
    edition = _edition(programme, sample=False)
    name = f"{edition.programme.key}-synergies.csv"
    return HttpResponse(
        selectors.aggregate_csv(edition),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# --- one pair -----------------------------------------------------------------------------


def _activity(programme: str, key: str) -> Activity:
    try:
        return selectors.activity(programme, key)
    except Activity.DoesNotExist as fault:
        raise Http404 from fault


def _text(activity: Activity) -> ActivityText:
    try:
        return selectors.last_text(activity)
    except ActivityText.DoesNotExist as fault:
        raise Http404 from fault


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, programme: str, key: str, other: str) -> HttpResponse:
    """Two activities, and all that was said of them together; a POST is a score."""
    one, two = _activity(programme, key), _activity(programme, other)
    try:
        both = services.pair(one, two)
    except ValueError as fault:
        raise Http404 from fault
    context = {"one": _text(one), "two": _text(two), "address": request.path}
    return _pair(request, both, context)


@require_http_methods(["GET", "HEAD", "POST"])
def with_framework(request: HttpRequest, programme: str, key: str, framework: str) -> HttpResponse:
    """An activity and a framework, and all that was said of them together."""
    one = _activity(programme, key)
    found = get_object_or_404(Framework, key=framework)
    both = services.pair(one, found)
    context = {"one": _text(one), "framework": found, "address": request.path}
    return _pair(request, both, context)


def _pair(request: HttpRequest, both: services.Pair, context: dict[str, Any]) -> HttpResponse:
    form, own, status = None, [], 200
    if rules.may_score(request.user, None):
        assert isinstance(request.user, User)
        own = list(selectors.own_scores(both, request.user))
        form = _form(request, both, own)
        if request.method == "POST":
            if form.is_valid() and _scored(request.user, both, form):
                return redirect(f"{request.path}#scores")
            status = 422
    elif request.method == "POST":
        return redirect("account_login")
    scores = selectors.scores_of(both)
    found = selectors.together(scores)
    context |= {
        "edition": context["one"].edition,
        "found": found,
        "by_place": _by_place(scores),
        "scores": selectors.shown_to(request.user, scores),
        "form": form,
        "own": own,
        "editing": form.changes if form else None,
        "events": selectors.events_of(both) if rules.has_a_role(request.user) else None,
        "values": [(signed(one), one.name.lower()) for one in Value],
    }
    return render(request, "programme/synergies/pair.html", context, status=status)


def _by_place(scores: list[Score]) -> list[tuple[str, Any, Any]]:
    grouped: dict[str, list[Score]] = {}
    for one in scores:
        grouped.setdefault(one.place, []).append(one)
    return [
        (code, places.place_name(code), selectors.together(several))
        for code, several in grouped.items()
    ]


def _form(request: HttpRequest, both: services.Pair, own: list[Score]) -> ScoreForm:
    wanted = request.GET.get("place", "")
    changes = next((one for one in own if one.place == wanted and not one.withdrawn), None)
    assert isinstance(request.user, User)
    return ScoreForm(
        request.POST if request.method == "POST" else None,
        programme=both.first.programme,
        author=request.user,
        changes=changes,
    )


def _scored(author: User, both: services.Pair, form: ScoreForm) -> bool:
    values = form.cleaned_data
    try:
        services.score(
            actor=author,
            of=both,
            place=values["place"],
            value=values["value"],
            reason=values["reason"],
            language=language_of(values["language"]),
            evidence_link=values["evidence_link"],
            evidence_run=values["evidence_run"],
            expected=values["version"],
            once=values["once"],
        )
    except ValidationError as refused:
        form.take(refused)
        return False
    return True


@require_POST
def withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """The author takes a score back."""
    one = get_object_or_404(
        Score.objects.select_related("first__programme", "second", "framework"),
        pk=pk,
        author_id=request.user.pk,
    )
    assert isinstance(request.user, User)
    try:
        expected = int(request.POST.get("version", ""))
    except ValueError as fault:
        raise ConflictError(one, {"withdrawn": True}) from fault
    services.withdraw(one, actor=request.user, expected=expected)
    return redirect(address_of(one))


def address_of(one: Score) -> str:
    """The page of the pair that a score is of."""
    programme = one.first.programme.key
    if one.second is not None:
        return reverse("programme:synergy_pair", args=[programme, one.first.key, one.second.key])
    assert one.framework is not None
    return reverse(
        "programme:synergy_with_framework", args=[programme, one.first.key, one.framework.key]
    )
