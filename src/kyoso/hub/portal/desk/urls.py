"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.portal.desk import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/seen/", views.seen, name="desk_seen"),
    path("desk/options/", views.options, name="desk_options"),
    path("desk/calendar.ics", views.calendar_file, name="calendar_file"),
    path("desk/calendar/<slug:token>.ics", views.calendar_feed, name="calendar_feed"),
]
