"""What pages read of a request."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest

from kyoso.hub.accounts.models import User


def found(get: Callable[[], Any]) -> Any:
    try:
        return get()
    except ObjectDoesNotExist as fault:
        raise Http404 from fault


def user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def version(request: HttpRequest) -> int:
    try:
        return int(request.POST["version"])
    except (KeyError, ValueError) as fault:
        raise BadRequest("version") from fault


def once(request: HttpRequest) -> str:
    return request.POST.get("once") or uuid.uuid4().hex


def sent(request: HttpRequest) -> Any | None:
    return request.POST if request.method == "POST" else None


def said(fault: ValidationError) -> str:
    return " ".join(fault.messages)
