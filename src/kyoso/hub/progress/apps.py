"""The app, and what it holds of the files of others."""

from __future__ import annotations

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "kyoso.hub.progress"
    label = "progress"

    def ready(self) -> None:
        """Documents of reports lie where inputs of runs lie: deleting a run must spare them."""
        from kyoso.hub.evidence import store
        from kyoso.hub.progress.models import Document

        store.hold(lambda sha256: Document.objects.filter(sha256=sha256).exists())
