"""Addresses of projects and pairs."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.projects import views

app_name = "projects"

urlpatterns = [
    path("projects/", views.projects, name="projects"),
    path("projects/new/", views.begin, name="begin"),
    path("projects/pairs/", views.pairs, name="pairs"),
    path("projects/pairs/<int:pk>/", views.pair, name="pair"),
    path("projects/revisions/<uuid:pk>/", views.revision, name="revision"),
    path("projects/revisions/<uuid:pk>/edits/<int:number>/", views.edited, name="edited"),
    path(
        "projects/revisions/<uuid:pk>/edits/<int:number>/file",
        views.edited_file,
        name="edited_file",
    ),
    path("projects/<uuid:pk>/", views.project, name="project"),
    path("projects/<uuid:pk>/history/", views.history, name="history"),
    path("projects/<uuid:pk>/documents/<int:part>", views.document, name="document"),
    path("projects/<uuid:pk>/edit/<slug:step>/", views.edit, name="edit"),
    path("projects/<uuid:pk>/parts/<slug:sort>/<int:part>/", views.edit_part, name="edit_part"),
    path("projects/<uuid:pk>/milestones/<int:part>/", views.milestone, name="milestone"),
    path("projects/<uuid:pk>/<slug:what>/", views.act, name="act"),
]
