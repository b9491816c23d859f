"""The app, and what it does when a visitor signs in."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class EvidenceConfig(AppConfig):
    name = "kyoso.hub.evidence"
    label = "evidence"

    def ready(self) -> None:
        from kyoso.hub.evidence.services import hand_over_runs

        user_logged_in.connect(hand_over_runs, dispatch_uid="evidence.hand_over_runs")
