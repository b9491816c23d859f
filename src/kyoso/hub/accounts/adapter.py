"""What Kyoso decides differently from allauth."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation


class Adapter(DefaultAccountAdapter):
    """Accounts are given, not taken: nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where no page asked for the sign-in: home, in the language the user prefers."""
        language = getattr(request.user, "language", translation.get_language())
        with translation.override(language):
            return reverse("portal:home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("portal:home")

    def add_message(self, *args: object, **kwargs: object) -> None:
        """The page itself shows who is signed in; no passing message is needed."""
