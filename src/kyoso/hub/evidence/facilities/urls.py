"""Addresses of facilities, plans and reports."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.evidence.facilities import entry_views, report_views, views

app_name = "facilities"

urlpatterns = [
    path("facilities/", views.facilities, name="facilities"),
    path("facilities/register/", views.register, name="register"),
    path("facilities/<uuid:pk>/", views.facility, name="facility"),
    path("facilities/<uuid:pk>/add/<slug:what>/", views.add, name="add"),
    path("facilities/plans/<uuid:pk>/", views.plan, name="plan"),
    path("facilities/plans/<uuid:pk>/write/", views.write, name="write"),
    path("facilities/yearly/<uuid:pk>/", report_views.report, name="report"),
    path("facilities/submissions/<uuid:pk>/entries/", entry_views.enter, name="enter"),
    path("facilities/submissions/<uuid:pk>/workbook.xlsx", report_views.workbook, name="workbook"),
    path("facilities/submissions/<uuid:pk>/file", report_views.file, name="file"),
]
