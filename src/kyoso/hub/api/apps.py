"""The app and what it is called."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "kyoso.hub.api"
    label = "api"
