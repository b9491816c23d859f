"""Addresses of rounds, reports, what they add up to, and reading lists."""

from __future__ import annotations

from django.urls.resolvers import URLPattern

app_name = "progress"

urlpatterns: list[URLPattern] = []
