"""The one way in which an operation on a record is declared.

What all of them share is here: the record that the address names is found as the client may see
it; who acts, which version the act rests on and the mark of an act that may arrive twice are read
from the request; what was done is answered with its mark. A router holds only what is its own::

    inventory = Resource(router, _found)
    inventory.read("read_inventory", auth=PUBLIC)


    @inventory.post("/return", "return_inventory")
    def return_inventory(one: Inventory, by: Seen, body: BackSent) -> Inventory:
        return services.send_back(one, **by, reason=body.reason)

What the handler wants of ``by`` says which headers the operation takes; what it returns is shown
as :func:`.errors.shows` has it, nothing is 204. Its further parameters are what the client sends.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import NoneType
from typing import Any, Generic, TypedDict, TypeVar, get_args, get_type_hints

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from kyoso.hub.accounts.models import User
from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import Bearer, actor
from kyoso.hub.api.shapes import IfMatch, IfNoneMatch, Once
from kyoso.hub.record.models import Versioned

One = TypeVar("One")
Handler = TypeVar("Handler", bound=Callable[..., Any])
Show = Callable[[HttpRequest, Any], Schema]
Answer = Callable[[HttpRequest, HttpResponse, Any], Schema]


class By(TypedDict):
    """Who acts."""

    actor: User


class Seen(By):
    """Who acts, on which version: refused where it is not the latest any more."""

    expected: int


class Anew(By):
    """Who makes something; what arrives twice is made once."""

    once: str | None


class SeenAnew(Seen, Anew):
    """Who makes something that rests on a version."""


class Resource(Generic[One]):
    """The operations on one record of a resource.

    The parameters of the address are those of ``found`` behind the request. ``auth`` is that of
    what is done to the record, where it is not that of the router. ``answer`` is how it is
    answered where its mark is not made of what is shown.
    """

    def __init__(
        self,
        router: Router,
        found: Callable[..., One],
        *,
        path: str = "/{uuid:pk}",
        auth: Bearer | None = None,
        answer: Answer | None = None,
    ) -> None:
        self._answer = answer
        self._router = router
        self._found = found
        self._path = path
        self._auth = auth
        hints = get_type_hints(found, include_extras=True)
        self._model: Any = hints.pop("return")
        self._address = {name: kind for name, kind in hints.items() if kind is not HttpRequest}

    def read(self, operation_id: str, *, auth: Bearer | None = None) -> None:
        """The record as it is now, unless the client has it."""
        answer = self._answer or answering(errors.shown_by(self._model))

        def view(request: HttpRequest, response: HttpResponse, **sent: Any) -> Schema:
            one = self._found(request, *(sent[name] for name in self._address))
            return answer(request, response, one)

        _declare(view, operation_id, None, self._address | {"if_none_match": IfNoneMatch})
        self._router.get(
            self._path,
            response=_answered(answer),
            operation_id=operation_id,
            **_auth(auth),
        )(view)

    def post(self, path: str, operation_id: str, **options: Any) -> Callable[[Handler], Handler]:
        """Something that is done to the record, or made of it; see :meth:`_act`."""
        return self._act("POST", self._path + path, operation_id, self._address, **options)

    def put(
        self, operation_id: str, path: str = "", **options: Any
    ) -> Callable[[Handler], Handler]:
        """The record, or what is under ``path`` of it, as it is to be."""
        return self._act("PUT", self._path + path, operation_id, self._address, **options)

    def patch(self, operation_id: str, **options: Any) -> Callable[[Handler], Handler]:
        """Some fields of the record."""
        return self._act("PATCH", self._path, operation_id, self._address, **options)

    def delete(self, operation_id: str, **options: Any) -> Callable[[Handler], Handler]:
        """The record goes."""
        return self._act("DELETE", self._path, operation_id, self._address, **options)

    def begin(self, operation_id: str, **options: Any) -> Callable[[Handler], Handler]:
        """A record more: the handler has none."""
        return self._act("POST", "", operation_id, {}, **options)

    def _act(
        self,
        method: str,
        path: str,
        operation_id: str,
        address: dict[str, Any],
        *,
        shown: Show | None = None,
        status: int | None = None,
        waits: Answer | None = None,
    ) -> Callable[[Handler], Handler]:
        """An act; ``shown`` where the answer is not the one that its record always has.

        The handler may return what ``waits`` answers instead: it was taken, and is not done before
        somebody else accepts it (202).
        """

        def declare(handler: Handler) -> Handler:
            hints = get_type_hints(handler, include_extras=True)
            made, later = _kinds(hints.pop("return"), waits)
            answer = self._answer or (
                None if made is NoneType else answering(shown or errors.shown_by(made))
            )
            marks = get_type_hints(hints.pop("by"))
            sent_names = [*hints][1:] if address else [*hints]
            code = status or (204 if answer is None else 201 if "once" in marks else 200)
            answered = {code: answer and _answered(answer)} | (
                {} if waits is None else {202: _answered(waits)}
            )

            def view(request: HttpRequest, response: HttpResponse, **sent: Any) -> Status[Any]:
                named = [sent[name] for name in address]
                found = [self._found(request, *named)] if address else []
                by = _given(request, marks)
                done = handler(*found, by, **{name: sent[name] for name in sent_names})
                if waits is not None and isinstance(done, later):
                    return Status(202, waits(request, response, done))
                return Status(code, answer and answer(request, response, done))

            taken = address | {name: hints[name] for name in sent_names} | _headers(marks)
            _declare(view, operation_id, handler.__doc__, taken)
            self._router.api_operation(
                [method],
                path,
                response=answered,
                operation_id=operation_id,
                **_auth(self._auth),
            )(view)
            return handler

        return declare


def answering(shown: Show) -> Answer:
    """How a record is answered: as it is shown, with its mark."""

    def answer(request: HttpRequest, response: HttpResponse, one: Versioned) -> Schema:
        whole = shown(request, one)
        return etags.tag(request, response, whole, getattr(whole, "version", one.version))

    answer.__annotations__ = {"one": Versioned, "return": get_type_hints(shown)["return"]}
    return answer


def _kinds(made: Any, waits: Answer | None) -> tuple[Any, tuple[type, ...]]:
    """What a handler makes, and what it returns where that waits."""
    later = () if waits is None else (get_type_hints(waits)["one"],)
    [kind] = [one for one in get_args(made) or (made,) if one not in later]
    return kind, later


def _given(request: HttpRequest, marks: Iterable[str]) -> dict[str, Any]:
    given: dict[str, Any] = {"actor": actor(request)}
    if "expected" in marks:
        given["expected"] = etags.expected(request)
    if "once" in marks:
        given["once"] = etags.once(request)
    return given


def _headers(marks: Iterable[str]) -> dict[str, Any]:
    asked = {"expected": ("if_match", IfMatch), "once": ("idempotency_key", Once)}
    return dict(header for mark, header in asked.items() if mark in marks)


def _auth(auth: Bearer | None) -> dict[str, Any]:
    return {} if auth is None else {"auth": auth}


def _answered(answer: Answer) -> type[Schema]:
    answered: type[Schema] = get_type_hints(answer)["return"]
    return answered


def _declare(
    view: Callable[..., Any], name: str, told: str | None, parameters: dict[str, Any]
) -> None:
    """Give a view the name, the words and the parameters from which the document is made."""
    kinds = {"request": HttpRequest, "response": HttpResponse} | parameters
    made = [
        inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
        for each, kind in kinds.items()
    ]
    view.__name__, view.__doc__ = name, told
    view.__signature__ = inspect.Signature(made)  # type: ignore[attr-defined]  # inspect reads it
