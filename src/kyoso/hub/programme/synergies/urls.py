"""Addresses of the scores; activities stand in them by their keys, which no edition changes."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.programme.synergies import views

urlpatterns = [
    path("scores/<uuid:pk>/withdraw/", views.withdraw, name="withdraw_score"),
    path("<slug:programme>/", views.overview, name="synergies"),
    path("<slug:programme>/activity/", views.choose, name="synergies_choose"),
    path("<slug:programme>/suggestions/", views.suggestions, name="synergy_suggestions"),
    path("<slug:programme>/scores.csv", views.scores_csv, name="synergies_csv"),
    path("<slug:programme>/activities/<str:key>/", views.of_activity, name="synergies_of"),
    path("<slug:programme>/pairs/<str:key>/<str:other>/", views.pair, name="synergy_pair"),
    path(
        "<slug:programme>/frameworks/<str:key>/<str:framework>/",
        views.with_framework,
        name="synergy_with_framework",
    ),
]
