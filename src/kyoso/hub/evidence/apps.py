"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "kyoso.hub.evidence"
    label = "evidence"
