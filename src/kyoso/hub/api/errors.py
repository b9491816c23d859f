"""Every refusal in one shape: code, place, message and hint in both languages, all faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.db.models import Model
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestError

from kyoso.core.errors import InputRefusedError, KyosoError, NotFoundError
from kyoso.core.text import Text
from kyoso.hub.api.wording import both
from kyoso.hub.evidence.services import TooManyRunsError
from kyoso.hub.programme.participation.services import AnswersRefusedError
from kyoso.hub.programme.proposals.errors import ContradictionError
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.texts import entries, language, say

Show = TypeVar("Show", bound=Callable[[HttpRequest, Any], Schema])


class ScopeError(KyosoError):
    """The token is not for this."""

    code = "scope"


class CsrfError(KyosoError):
    """A browser's session writes without the mark of the page."""

    code = "csrf"


class RateError(KyosoError):
    """The token asked too often; ``wait`` is in seconds."""

    code = "rate"

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(say("api.fault.rate"), hint=say("api.hint.rate", n=wait))


class PreconditionError(KyosoError):
    """A write that does not say which version it rests on."""

    code = "precondition-required"


class NotModifiedError(KyosoError):
    """No fault: the client has what it asks for; ``etag`` names it."""

    code = "not-modified"

    def __init__(self, etag: str) -> None:
        self.etag = etag
        super().__init__(say("api.fault.not_modified"))


STATUS: Mapping[type[Exception], int] = {
    ConflictError: 412,
    NotAllowedError: 403,
    ScopeError: 403,
    CsrfError: 403,
    WrongStateError: 409,
    ContradictionError: 409,
    NotFoundError: 404,
    TooManyRunsError: 429,
    RateError: 429,
    PreconditionError: 428,
}
_OTHERWISE = 422

_CURRENT: dict[type[Model], Callable[[HttpRequest, Any], Schema]] = {}
"""How a record is shown: to whoever did something to it, or meets what another did meanwhile."""


def shows(model: type[Model]) -> Callable[[Show], Show]:
    """Registers how the interface shows a record, in the answer to a write, a stale one as well."""

    def keep(shown: Show) -> Show:
        _CURRENT[model] = shown
        return shown

    return keep


def shown_by(model: type[Model]) -> Callable[[HttpRequest, Any], Schema]:
    """How the interface shows a record. Raises ``KeyError`` where no router has said it."""
    return _CURRENT[model]


Valid = TypeVar("Valid", bound=BaseForm)


def valid(form: Valid) -> Valid:
    """A form that has been filled in rightly. Raises ``ValidationError`` with all its faults."""
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return form


def unknown(field: str) -> ValidationError:
    """A field names something that is not there, or that the client may not see."""
    return ValidationError({field: say("api.fault.unknown")[language()]}, code="unknown")


# --- the shape ----------------------------------------------------------------------------


def fault(code: str, message: Text, *, where: str = "", hint: Text | None = None) -> dict[str, Any]:
    """One fault as data."""
    return {
        "code": code,
        "where": where or None,
        "message": message.as_dict(),
        "hint": hint.as_dict() if hint else None,
    }


def answer(
    status: int,
    main: Mapping[str, Any],
    faults: list[dict[str, Any]] | None = None,
    current: Any = None,
) -> HttpResponse:
    """The one shape in which everything is refused."""
    data = {**main, "faults": faults or [], "current": current}
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


def plain_answer(status: int) -> HttpResponse:
    """The answer for a status that has no more to say."""
    known = {
        400: "malformed",
        401: "unauthenticated",
        403: "not_allowed",
        404: "not_found",
        405: "method",
        413: "too_large",
        415: "media_type",
    }
    name = known.get(status, "failed" if status >= 500 else "malformed")
    code = name.replace("_", "-")
    made = answer(status, fault(code, say(f"api.fault.{name}"), hint=say(f"api.hint.{name}")))
    if status == 401:
        made.headers["WWW-Authenticate"] = 'Bearer realm="kyoso"'
    return made


# --- from exceptions ----------------------------------------------------------------------


def install(api: NinjaAPI) -> None:
    """Let ``api`` answer every exception in the one shape."""
    handlers: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        KyosoError: _of_kyoso,
        ValidationError: _of_validation,
        RequestError: _of_request,
        NotModifiedError: _unchanged,
        AuthenticationError: lambda _request, _error: plain_answer(401),
        HttpError: lambda _request, error: plain_answer(error.status_code),
        PermissionDenied: lambda _request, _error: plain_answer(403),
        Http404: lambda _request, _error: plain_answer(404),
        ObjectDoesNotExist: lambda _request, _error: plain_answer(404),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _unchanged(_request: HttpRequest, error: NotModifiedError) -> HttpResponse:
    return HttpResponse(status=304, headers={"ETag": error.etag})


def _of_kyoso(request: HttpRequest, error: KyosoError) -> HttpResponse:
    main = fault(error.code, error.message, where=error.where, hint=error.hint)
    status = next((n for kind, n in STATUS.items() if isinstance(error, kind)), _OTHERWISE)
    if isinstance(error, ConflictError):
        return _of_conflict(request, error, main)
    if isinstance(error, RateError):
        made = answer(status, main)
        made.headers["Retry-After"] = str(error.wait)
        return made
    return answer(status, main, list(_faults_in(error)))


def _of_conflict(
    request: HttpRequest, error: ConflictError, main: Mapping[str, Any]
) -> HttpResponse:
    shown = _CURRENT.get(type(error.current))
    current = None if shown is None else shown(request, error.current).model_dump(mode="json")
    return answer(412, {**main, "hint": say("api.hint.conflict").as_dict()}, current=current)


def _faults_in(error: KyosoError) -> Iterator[dict[str, Any]]:
    if isinstance(error, InputRefusedError):
        for one in error.problems:
            place = f"{one.table}/{one.column or ''}:{one.row or ''}"
            yield fault(one.code, one.message, where=place, hint=one.hint)
    if isinstance(error, AnswersRefusedError):
        for found in error.faults.values():
            for each in found:
                yield fault("invalid", each.message, where=each.field, hint=each.hint)


def _of_validation(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    faults = [
        fault(
            str(one.code or "invalid"),
            _said(one),
            where="" if name == NON_FIELD_ERRORS else name,
        )
        for name, several in by_field.items()
        for one in several
    ]
    return _refused(faults)


def _said(error: ValidationError) -> Text:
    message = error.message
    if error.params:
        message %= error.params
    return both(message)


def _refused(faults: list[dict[str, Any]]) -> HttpResponse:
    return answer(
        422,
        fault("invalid", say("api.fault.invalid", n=len(faults)), hint=say("api.hint.invalid")),
        faults,
    )


def _of_request(_request: HttpRequest, error: RequestError) -> HttpResponse:
    return _refused([_request_fault(one) for one in error.errors])


_PARTS_OF_A_REQUEST = ("body", "query", "path", "header", "form", "file")


def _request_fault(one: Mapping[str, Any]) -> dict[str, Any]:
    kind = _kind(str(one["type"]))
    values = {name: value for name, value in (one.get("ctx") or {}).items() if name != "error"}
    template = entries()[f"api.invalid.{kind}"].many
    try:
        message = template.format(**values)
    except KeyError:
        message = entries()["api.invalid.other"].many
    return fault("invalid", message, where=_place(one["loc"]))


def _place(loc: tuple[Any, ...] | list[Any]) -> str:
    """``body.title.en``: the name that the argument has in our code is left out."""
    parts = [str(part) for part in loc]
    if len(parts) > 1 and parts[0] == "body" and parts[1] in ("body", "sent"):
        parts.pop(1)
    return ".".join(parts)


_KINDS = (
    (re.compile(r"missing.*"), "missing"),
    (re.compile(r"extra_forbidden"), "unknown"),
    (re.compile(r"string_too_short|too_short"), "short"),
    (re.compile(r"string_too_long|too_long"), "long"),
    (re.compile(r"string_pattern_mismatch"), "pattern"),
    (re.compile(r"(enum|literal_error)"), "choice"),
    (re.compile(r"date.*"), "date"),
    (re.compile(r"uuid.*"), "uuid"),
    (re.compile(r"(int|float|decimal|finite).*"), "number"),
    (re.compile(r"(greater|less)_than.*"), "bounds"),
    (re.compile(r"string.*"), "text"),
    (re.compile(r"bool.*"), "truth"),
    (re.compile(r"(list|dict|model|json|tuple|set).*"), "shape"),
)


def _kind(kind: str) -> str:
    return next((name for pattern, name in _KINDS if pattern.fullmatch(kind)), "other")
