"""Pages of the uncertainty of the region."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kyoso.hub import asking
from kyoso.hub.evidence.inventory import (
    forms,
    gathering,
    regional,
    regional_showing,
    selectors,
    showing,
)
from kyoso.hub.evidence.inventory.enums import RegionalState
from kyoso.hub.evidence.inventory.models import Regional
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow

A_PAGE = 50
NEWEST_FIRST = ("-year", "-base_year", "gwp", "-number")


@require_http_methods(["GET", "HEAD", "POST"])
def regionals(request: HttpRequest) -> HttpResponse:
    """All years of which the uncertainty of the region is known; the secretariat makes it here."""
    return _made(request) if request.method == "POST" else _list(request)


@login_required
def _made(request: HttpRequest) -> HttpResponse:
    user = asking.user(request)
    allow(user, regional.MAKE, Regional())
    form = forms.RegionalForm(gathering.choices(), request.POST)
    if not form.is_valid():
        return _list(request, form)
    try:
        one = regional.make(actor=user, once=asking.once(request), **form.chosen())
    except ValidationError as fault:
        form.add_error("of", fault)
        return _list(request, form)
    return redirect("inventory:regional", one.pk)


def _list(request: HttpRequest, form: forms.RegionalForm | None = None) -> HttpResponse:
    seen = selectors.regionals_visible_to(request.user).exclude(state=RegionalState.REPLACED)
    found = seen.annotate(countries=Count("parts")).order_by(*NEWEST_FIRST)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    makes = request.user.has_perm(regional.MAKE, Regional())
    context = {
        "page": page,
        "makes": makes,
        "choices": gathering.choices() if makes else [],
        "form": form or (forms.RegionalForm(gathering.choices()) if makes else None),
        "once": asking.once(request),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "inventory/regionals.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The uncertainty of the region in a year: what it is, what it comes from, what is not in it."""
    found = asking.found(lambda: selectors.regional(request.user, pk))
    return _act(request, found) if request.method == "POST" else _page(request, found)


@login_required
def _act(request: HttpRequest, found: Regional) -> HttpResponse:
    user, act = asking.user(request), request.POST.get("act", "")
    try:
        if act == "publish":
            made = regional.publish(found, actor=user, expected=asking.version(request))
        elif act == "again":
            asked: dict[str, Any] = selectors.same_years(found)
            made = regional.make(actor=user, once=asking.once(request), **asked)
        else:
            raise BadRequest("act")
    except ValidationError as fault:
        return _page(request, found, error=asking.said(fault))
    return redirect("inventory:regional", made.pk)


def _page(request: HttpRequest, found: Regional, *, error: str = "") -> HttpResponse:
    user = request.user
    outdated = found.state != RegionalState.REPLACED and regional.is_outdated(found)
    before, now = regional_showing.total(found)
    is_draft = found.state == RegionalState.DRAFT
    context = {
        "one": found,
        "before": before,
        "now": now,
        "approaches": showing.approaches(found.run, found.drawn_run),
        "countries": regional_showing.countries(found),
        "categories": regional_showing.categories(found),
        "shared": regional_showing.shared(found),
        "left_out": regional_showing.left_out(found),
        "outdated": outdated,
        "remakes": outdated and user.has_perm(regional.MAKE, found),
        "publishes": is_draft and not outdated and user.has_perm(regional.PUBLISH, found),
        "waits": is_draft and not outdated and user.has_perm(regional.MAKE, found),
        "numbers": selectors.regional_numbers(user, found),
        "once": asking.once(request),
        "error": error,
        "events": history(found) if user.has_perm(regional.MAKE, found) else None,
    }
    status = 422 if error else 200
    return render(request, "inventory/regional.html", context, status=status)
