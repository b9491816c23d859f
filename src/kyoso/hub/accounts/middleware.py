"""Who watches over others signs in with a second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import has_second_factor

Handler = Callable[[HttpRequest], HttpResponse]

_OPEN = ("account", "sign-out", "confirm", "invitations")
"""First words of the addresses that such a person needs in order to get one."""


def second_factor(get_response: Handler) -> Handler:
    """Lead a person whose role needs a second factor, and who has none, to where to set one up."""

    def handle(request: HttpRequest) -> HttpResponse:
        words = request.path.split("/")
        if len(words) > 2 and words[2] not in _OPEN and lacks_second_factor(request.user):
            return redirect("accounts:second_factor_needed")
        return get_response(request)

    return handle


def lacks_second_factor(user: object) -> bool:
    """Whether one of the person's roles needs what they have not set up; sample logins do not."""
    return (
        isinstance(user, User)
        and not user.sample
        and user.standing.has(*settings.KYOSO_SECOND_FACTOR_FOR)
        and not has_second_factor(user)
    )
