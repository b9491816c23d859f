"""Who is looking: a user who signed in, or a visitor known by a mark in the session only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.http import HttpRequest

from kyoso.hub.accounts.models import User

MARK = "visitor"


@dataclass(frozen=True, slots=True)
class Viewer:
    """``user`` if signed in; ``visitor`` is the mark of the session, empty until it has one."""

    user: User | None = None
    visitor: str = ""


def viewer_of(request: HttpRequest, *, marked: bool = False) -> Viewer:
    """The viewer behind a request.

    ``marked`` gives an anonymous session its mark. The mark, unlike the session's key, outlives
    signing in, so that what a visitor made can be handed to the user that the visitor becomes.
    """
    user = request.user if isinstance(request.user, User) else None
    if marked and user is None and MARK not in request.session:
        request.session[MARK] = secrets.token_urlsafe(24)
    return Viewer(user=user, visitor=request.session.get(MARK, ""))
