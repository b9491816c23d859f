"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "kyoso.hub.programme"
    label = "programme"

    def ready(self) -> None:
        """Register who may do what in the parts of this app."""
        from kyoso.hub.programme.participation import rules as participation  # noqa: F401 -- registers
        from kyoso.hub.programme.proposals import rules as proposals  # noqa: F401 -- registers
        from kyoso.hub.programme.synergies import rules as synergies  # noqa: F401 -- registers
