"""The app, and what it holds of the contents that all apps keep in one place."""

from __future__ import annotations

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "kyoso.hub.evidence.facilities"
    label = "facilities"

    def ready(self) -> None:
        """Workbooks lie where inputs of runs lie; who sees a submission sees the run under it."""
        from kyoso.hub.evidence import citing, store
        from kyoso.hub.evidence.facilities import rules, selectors
        from kyoso.hub.evidence.facilities.models import Submission

        store.hold(lambda sha256: Submission.objects.filter(sheet_sha256=sha256).exists())
        citing.rest_on(
            citing.Citing(
                lambda viewer: selectors.runs_shown(viewer).values("run"), rules.shows_run
            )
        )
