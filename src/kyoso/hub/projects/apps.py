"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "kyoso.hub.projects"
    label = "projects"
