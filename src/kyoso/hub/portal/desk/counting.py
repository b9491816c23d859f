"""The number beside "My desk" in the navigation.

It is worked out at most once a minute for a session and kept in a file that all processes of the
server read: in the session it would be a write for reading a page, and wait for whoever writes. An
act of the person (whatever they send) makes it be worked out anew, as does a look at the desk.
"""

from __future__ import annotations

from django.core.cache import caches
from django.http import HttpRequest

from kyoso.hub.accounts.models import User
from kyoso.hub.portal.desk import selectors

SECONDS = 60


def waiting(request: HttpRequest) -> int:
    """How much waits for who looks at the page; nothing for who has no role."""
    user = request.user
    if not isinstance(user, User) or not user.standing.posts:
        return 0
    kept = caches["near"].get(_key(request)) if request.method in ("GET", "HEAD") else None
    return keep(request, selectors.count(user)) if kept is None else int(kept)


def keep(request: HttpRequest, count: int) -> int:
    """Remember a number that was just worked out."""
    caches["near"].set(_key(request), count, SECONDS)
    return count


def forget(request: HttpRequest) -> None:
    """The number does not hold any more."""
    caches["near"].delete(_key(request))


def _key(request: HttpRequest) -> str:
    return f"desk-{request.session.session_key}"
