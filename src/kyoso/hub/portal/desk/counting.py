"""The number beside "My desk" in the navigation.

It is worked out at most once a minute for a session and kept there: the session is read for every
page of a person who has signed in, so the number costs other pages nothing. An act of the person
(whatever they send) makes it be worked out anew, as does a look at the desk.
"""

from __future__ import annotations

import time

from django.http import HttpRequest

from kyoso.hub.accounts.models import User
from kyoso.hub.portal.desk import selectors

SECONDS = 60
_KEPT = "desk"


def waiting(request: HttpRequest) -> int:
    """How much waits for who looks at the page; nothing for who has no role."""
    user = request.user
    if not isinstance(user, User) or not user.standing.posts:
        return 0
    kept = request.session.get(_KEPT)
    now = int(time.time())
    if kept and request.method in ("GET", "HEAD") and 0 <= now - kept[0] < SECONDS:
        return int(kept[1])
    return keep(request, selectors.count(user))


def keep(request: HttpRequest, count: int) -> int:
    """Remember a number that was just worked out."""
    request.session[_KEPT] = [int(time.time()), count]
    return count


def forget(request: HttpRequest) -> None:
    """The number does not hold any more."""
    request.session.pop(_KEPT, None)
