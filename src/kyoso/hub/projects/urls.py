"""Addresses of projects and pairs."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.projects import edit_views, pair_views, revision_views, views

app_name = "projects"

urlpatterns = [
    path("projects/", views.projects, name="projects"),
    path("projects/new/", edit_views.begin, name="begin"),
    path("projects/pairs/", pair_views.pairs, name="pairs"),
    path("projects/pairs/<int:pk>/", pair_views.pair, name="pair"),
    path("projects/revisions/<uuid:pk>/", revision_views.revision, name="revision"),
    path("projects/revisions/<uuid:pk>/edits/<int:number>/", revision_views.edited, name="edited"),
    path(
        "projects/revisions/<uuid:pk>/edits/<int:number>/file",
        revision_views.edited_file,
        name="edited_file",
    ),
    path("projects/<uuid:pk>/", views.project, name="project"),
    path("projects/<uuid:pk>/history/", views.history, name="history"),
    path("projects/<uuid:pk>/documents/<int:part>", views.document, name="document"),
    path("projects/<uuid:pk>/edit/<slug:step>/", edit_views.edit, name="edit"),
    path(
        "projects/<uuid:pk>/parts/<slug:sort>/<int:part>/", edit_views.edit_part, name="edit_part"
    ),
    path("projects/<uuid:pk>/milestones/<int:part>/", views.milestone, name="milestone"),
    path("projects/<uuid:pk>/<slug:what>/", views.act, name="act"),
]
