"""Which version of a record is meant: the mark that a read gives and a write shows again.

A mark is ``"v3-0f5c…"``: the version of the record, and a digest of all that is shown, so that
it also changes with what belongs to a record and has versions of its own. A write is compared by
the version alone: two people who work on two parts do not stand in each other's way.
"""

from __future__ import annotations

import re
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Schema

from kyoso.core import hashes
from kyoso.hub.api.errors import NotModifiedError, PreconditionError
from kyoso.hub.texts import say

_MARK = re.compile(r'(?:W/)?"v(\d{1,9})(?:-[0-9a-f]*)?"')
"""With ``W/`` as well: compressing an answer on its way marks it so."""
Shown = TypeVar("Shown", bound=Schema)
NEVER = -1
"""No record has this version: what was sent is no mark of ours."""


def of(shown: Schema, version: int) -> str:
    """The mark of a record as it is shown."""
    digest = hashes.of_bytes(shown.model_dump_json().encode())[:16]
    return f'"v{version}-{digest}"'


def tag(request: HttpRequest, response: HttpResponse, shown: Shown, version: int = 0) -> Shown:
    """Answer ``shown`` with its mark. Raises :class:`NotModifiedError` if the client has it."""
    mark = of(shown, version)
    if request.method in ("GET", "HEAD") and mark in _marks(request, "If-None-Match"):
        raise NotModifiedError(mark)
    response.headers["ETag"] = mark
    return shown


def _marks(request: HttpRequest, header: str) -> list[str]:
    sent = request.headers.get(header, "")
    return [one.strip().removeprefix("W/") for one in sent.split(",")]


def expected(request: HttpRequest) -> int:
    """The version that a write rests on. Raises :class:`PreconditionError` where none is said."""
    sent = request.headers.get("If-Match", "").strip()
    if not sent or sent == "*":
        raise PreconditionError(
            say("api.fault.precondition"), where="If-Match", hint=say("api.hint.precondition")
        )
    found = _MARK.fullmatch(sent)
    return int(found[1]) if found else NEVER


def once(request: HttpRequest) -> str | None:
    """The mark of an act that may arrive twice: of this person, at this address."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return None
    return hashes.of_data([request.user.pk, request.method, request.path, key])
