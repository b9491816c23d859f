"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "kyoso.hub.portal"
    label = "portal"
