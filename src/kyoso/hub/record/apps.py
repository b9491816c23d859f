"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "kyoso.hub.record"
    label = "record"
