"""What Kyoso decides differently from allauth."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from kyoso.hub.accounts import services, tasks


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

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """In one time whether or not there is an account: the letter is written later."""
        tasks.send_reset.enqueue(user.pk)

    def set_password(self, user: Any, password: str) -> None:
        """As a change of the password is made elsewhere, with its entry in the log."""
        services.set_password(user, actor=user, password=password)

    def add_message(self, *args: object, **kwargs: object) -> None:
        """The page itself shows who is signed in; no passing message is needed."""
