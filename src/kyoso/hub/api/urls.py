"""Addresses of the pages about the interface; the interface itself stands under ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.api import views

app_name = "api"

urlpatterns = [
    path("api/", views.reference, name="reference"),
    path("account/tokens/", views.tokens, name="tokens"),
    path("account/tokens/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
]
