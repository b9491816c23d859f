"""Addresses of the public face."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("programmes/<slug:programme>/", views.programme, name="programme"),
    path("members/", views.members, name="members"),
    path("members/<slug:code>/", views.member, name="member"),
]
