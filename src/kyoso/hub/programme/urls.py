"""Addresses of editions and activities."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.programme import views

app_name = "programme"

urlpatterns = [
    path("programmes/<slug:programme>/<slug:label>/", views.edition, name="edition"),
    path("programmes/<slug:programme>/<slug:label>/<str:slug>/", views.activity, name="activity"),
]
