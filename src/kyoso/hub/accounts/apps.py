"""The app and what it listens to."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kyoso.hub.accounts"
    label = "accounts"

    def ready(self) -> None:
        from kyoso.hub.accounts import listening  # noqa: F401 -- to import it is to listen
