"""What was refused, as a page: a conflict with both versions, an act that is not allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kyoso.core.errors import KyosoError
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.record.models import Event
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import plain, state_of
from kyoso.hub.record.telling import compared

Handler = Callable[[HttpRequest], HttpResponse]


class Refusals:
    """Turns the errors of services into pages; forms and the interface handle their own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What Django calls when a view raised."""
        if isinstance(error, ConflictError):
            return conflict(request, error)
        if isinstance(error, NotAllowedError | WrongStateError):
            return refused(request, error)
        return None


def conflict(request: HttpRequest, error: ConflictError) -> HttpResponse:
    """Both versions side by side; what was typed can be sent again, knowing the other."""
    theirs = state_of(error.current, *error.yours) if error.theirs is None else error.theirs
    last: Event | None = history(error.told_in or error.current).first()
    again: list[tuple[str, Any]] = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "version")
        for value in values
    ]
    context = {
        "last": last,
        "current": error.current,
        "fields": compared(
            error.current._meta.label_lower,
            {name: plain(value) for name, value in error.yours.items()},
            theirs,
        ),
        "again": [*again, ("version", error.current.version)],
    }
    return render(request, "record/conflict.html", context, status=409)


def refused(request: HttpRequest, error: KyosoError) -> HttpResponse:
    """What may not be done, or not in this state, and what to do instead."""
    status = 403 if isinstance(error, NotAllowedError) else 409
    context = {"title": error.message, "lede": error.hint}
    return render(request, "portal/error.html", context, status=status)
