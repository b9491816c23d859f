"""Who asks: a token, a session of the site, or nobody; and whether they may ask this."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from kyoso.hub import home
from kyoso.hub.accounts.models import User
from kyoso.hub.api import rates, services
from kyoso.hub.api.enums import Scope
from kyoso.hub.api.errors import CsrfError, RateError, ScopeError
from kyoso.hub.api.models import Token
from kyoso.hub.texts import say

_SAFE = ("GET", "HEAD", "OPTIONS")


class Bearer(AuthBase):
    """Lets a request through whose token has the scope, or a session of the site.

    A token never may more than its user: what the user may do is asked by the services. A
    session writes only with the mark of a page (CSRF); ``public`` lets everybody read.
    """

    openapi_type: str = "http"
    openapi_scheme: str = "bearer"

    def __init__(self, scope: Scope, *, public: bool = False) -> None:
        self.scope = scope
        self.public = public
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        """Who asks; ``None`` is answered by 401. Raises the refusals of :mod:`.errors`."""
        token: Token | None = getattr(request, "token", None)
        if getattr(request, "token_refused", False):
            return None
        if token is not None:
            self._check_token(token)
        elif isinstance(request.user, User) and request.method not in _SAFE and check_csrf(request):
            raise CsrfError(say("api.fault.csrf"), hint=say("api.hint.csrf"))
        return request.user if self.public or isinstance(request.user, User) else None

    def _check_token(self, token: Token) -> None:
        folder = Path(settings.KYOSO_HOME) / home.PASSING / "rates"
        limit = settings.KYOSO_API_RATE
        if wait := rates.wait(token.pk.hex, limit, folder=folder, now=time.time()):
            raise RateError(wait)
        services.note_use(token)
        if self.scope not in token.scopes:
            raise ScopeError(
                say("api.fault.scope", scope=self.scope.value), hint=say("api.hint.scope")
            )


PUBLIC = Bearer(Scope.READ, public=True)
READS = Bearer(Scope.READ)
PARTICIPATES = Bearer(Scope.PARTICIPATE)
PROJECTS = Bearer(Scope.PROJECTS)
PROGRESS = Bearer(Scope.PROGRESS)
EVIDENCE = Bearer(Scope.EVIDENCE)
ADMIN = Bearer(Scope.ADMIN)


def viewer(request: HttpRequest) -> User | AnonymousUser:
    """Who looks: a user, or nobody."""
    return request.user


def actor(request: HttpRequest) -> User:
    """Who acts; operations that ask for it let nobody in without a user."""
    assert isinstance(request.user, User)
    return request.user
