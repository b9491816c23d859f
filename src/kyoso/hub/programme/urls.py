"""Addresses of editions and activities."""

from __future__ import annotations

from django.urls import include, path

from kyoso.hub.programme import views
from kyoso.hub.programme.participation.urls import urlpatterns as participation

app_name = "programme"

urlpatterns = [
    *participation,
    path("proposals/", include("kyoso.hub.programme.proposals.urls")),
    path("synergies/", include("kyoso.hub.programme.synergies.urls")),
    path("compare/", views.compare, name="compare"),
    path("compare/changes.json", views.changes_json, name="changes_json"),
    path("compare/changes.txt", views.changes_text, name="changes_text"),
    path("programmes/<slug:programme>/<slug:label>/", views.edition, name="edition"),
    path("programmes/<slug:programme>/<slug:label>/<str:slug>/", views.activity, name="activity"),
]
