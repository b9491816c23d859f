"""The app: its runs are public, and it hears of published inventories."""

from __future__ import annotations

from django.apps import AppConfig


class NdcConfig(AppConfig):
    name = "kyoso.hub.evidence.ndc"
    label = "ndc"

    def ready(self) -> None:
        """Who sees a tracking, and that is everybody, sees the run under it."""
        from kyoso.hub.evidence import citing
        from kyoso.hub.evidence.ndc import listening, rules, selectors

        citing.rest_on(
            citing.Citing(
                lambda viewer: selectors.trackings_visible_to(viewer).values("run"),
                rules.shows_run,
            )
        )
        listening.listen()
