"""Pages about the interface: one's own tokens, and what the interface offers."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.hub.accounts.models import User
from kyoso.hub.api import documents, selectors, services
from kyoso.hub.api.enums import Scope
from kyoso.hub.api.forms import TokenForm
from kyoso.hub.api.models import Token
from kyoso.hub.api.v1 import api
from kyoso.hub.record.selectors import history
from kyoso.hub.texts import say

EVENTS_SHOWN = 50
RULES = ("token", "public", "pages", "versions", "repeats", "refusals", "values")
"""What holds for every operation, in the order of the page."""

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@never_cache
@get_or_post
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and a new one; its secret is on the answer to the POST and nowhere else."""
    user = request.user
    assert isinstance(user, User)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made, secret = services.make(
                actor=user,
                name=data["name"],
                scopes=form.chosen(),
                days=int(data["days"]),
                once=data["once"],
            )
        except ValidationError as refused:
            form.take(refused)
        else:
            return render(request, "api/made.html", {"token": made, "secret": secret})
    context: dict[str, Any] = {
        "form": form,
        "tokens": selectors.visible_to(user),
        "now": timezone.now(),
        "scopes": list(Scope),
    }
    status = 422 if form.is_bound else 200
    return render(request, "api/tokens.html", context, status=status)


@login_required
@get_or_post
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then let the token not hold any more."""
    assert isinstance(request.user, User)
    one: Token | None = selectors.visible_to(request.user).filter(pk=pk).first()
    if one is None:
        raise Http404
    if request.method == "POST":
        services.withdraw(one, actor=request.user)
        return redirect("api:tokens")
    context = {"token": one, "events": list(history(one)[:EVENTS_SHOWN])}
    return render(request, "api/withdraw.html", context)


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation of the interface, made from its document."""
    rules = [(say(f"api.rule.{one}.name"), say(f"api.rule.{one}.text")) for one in RULES]
    return render(request, "api/reference.html", {"chapters": _chapters(), "rules": rules})


@cache
def _chapters() -> list[documents.Chapter]:
    return documents.chapters(api.get_openapi_schema())
