"""The door of the interface: whose token it is, and no answer in another shape than its own."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from kyoso.hub.accounts.middleware import lacks_second_factor
from kyoso.hub.api import selectors
from kyoso.hub.api.errors import answer, fault, plain_answer
from kyoso.hub.texts import say

ROOT = "/api/v1/"

Handler = Callable[[HttpRequest], HttpResponse]


def door(get_response: Handler) -> Handler:
    """Put the user of a token in the place of the session's, before anything asks who it is.

    Whoever sends a token is that token's user or nobody; a session beside it does not count.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOT):
            return get_response(request)
        _identify(request)
        response = _lacking_factor() if lacks_second_factor(request.user) else get_response(request)
        if _is_a_page(response):
            response = _in_our_shape(response)
        patch_vary_headers(response, ("Authorization", "Cookie"))
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return handle


def _identify(request: HttpRequest) -> None:
    sent = request.headers.get("Authorization")
    if sent is None:
        return
    kind, _, secret = sent.partition(" ")
    token = selectors.holding(secret.strip()) if kind.lower() == "bearer" else None
    request.token = token  # type: ignore[attr-defined]
    request.token_refused = token is None  # type: ignore[attr-defined]
    request.user = AnonymousUser() if token is None else token.user


def _lacking_factor() -> HttpResponse:
    lacks = fault("second-factor", say("api.fault.factor"), hint=say("api.hint.factor"))
    return answer(403, lacks)


def _in_our_shape(page: HttpResponse) -> HttpResponse:
    status = page.status_code
    made = plain_answer(404 if 300 <= status < 400 else status)
    if "Allow" in page.headers:
        made.headers["Allow"] = page.headers["Allow"]
    return made


def _is_a_page(response: HttpResponse) -> bool:
    """An error or a redirect that was made for a browser."""
    if response.status_code < 300 or response.status_code == 304:
        return False
    return not response.headers.get("Content-Type", "").startswith("application/json")
