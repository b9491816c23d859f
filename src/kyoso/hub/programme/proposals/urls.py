"""Addresses of proposals."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.programme.proposals import views

urlpatterns = [
    path("<uuid:pk>/", views.proposal, name="proposal"),
    path("<uuid:pk>/change/", views.change, name="change_proposal"),
    path("<uuid:pk>/decline/", views.decline, name="decline_proposal"),
    path("<uuid:pk>/comment/", views.comment, name="comment_proposal"),
    path("<uuid:pk>/side/", views.side, name="take_side"),
    path("<uuid:pk>/<slug:to>/", views.move, name="move_proposal"),
    path("<slug:programme>/", views.overview, name="proposals"),
    path("<slug:programme>/new/", views.new, name="propose"),
    path("<slug:programme>/adopt/", views.adopt, name="adopt"),
    path("<slug:programme>/<slug:label>/origins/", views.origins, name="origins"),
]
