"""The app, and what it says on the page of a report."""

from __future__ import annotations

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "kyoso.hub.evidence.verification"
    label = "verification"

    def ready(self) -> None:
        """The page of a report shows who verifies it, what was found, what was signed."""
        from kyoso.hub.evidence.facilities import companions
        from kyoso.hub.evidence.verification import showing

        companions.accompany(showing.on_report)
