"""What pages read of a request."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest

from kyoso.hub.accounts.models import User


def found(get: Callable[[], Any]) -> Any:
    """What is asked for. Raises ``Http404`` where it is not there, or not for the reader."""
    try:
        return get()
    except ObjectDoesNotExist as fault:
        raise Http404 from fault


def user(request: HttpRequest) -> User:
    """The person signed in; pages that ask for it stand behind ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


def version(request: HttpRequest) -> int:
    """The version that was seen; a form without it was not made by these pages."""
    try:
        return int(request.POST["version"])
    except (KeyError, ValueError) as fault:
        raise BadRequest("version") from fault


def once(request: HttpRequest) -> str:
    """The mark of the form that was sent, or of one that is to be shown."""
    return request.POST.get("once") or uuid.uuid4().hex


def sent(request: HttpRequest) -> Any | None:
    """What a form was filled with; nothing where the page is only opened."""
    return request.POST if request.method == "POST" else None


def said(fault: ValidationError) -> str:
    """What is wrong, as one line."""
    return " ".join(fault.messages)
