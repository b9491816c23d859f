"""Addresses of editions and activities."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.programme import views

app_name = "programme"

urlpatterns = [
    path("compare/", views.compare, name="compare"),
    path("compare/changes.json", views.changes_json, name="changes_json"),
    path("compare/changes.txt", views.changes_text, name="changes_text"),
    path("programmes/<slug:programme>/<slug:label>/", views.edition, name="edition"),
    path("programmes/<slug:programme>/<slug:label>/<str:slug>/", views.activity, name="activity"),
]
