"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "kyoso.hub.programme"
    label = "programme"
