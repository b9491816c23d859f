"""The app, and what it holds of the contents that all apps keep in one place."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "kyoso.hub.projects"
    label = "projects"

    def ready(self) -> None:
        """Documents of projects lie where inputs of runs lie: deleting a run must spare them."""
        from kyoso.hub.evidence import store
        from kyoso.hub.projects.models import Document, Edit

        store.hold(lambda sha256: Document.objects.filter(sha256=sha256).exists())
        store.hold(lambda sha256: Edit.objects.filter(sha256=sha256).exists())
