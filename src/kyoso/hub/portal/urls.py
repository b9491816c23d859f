"""Addresses of the public face."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.portal import data, views
from kyoso.hub.portal.desk.urls import urlpatterns as desk

app_name = "portal"

urlpatterns = [
    *desk,
    path("", views.home, name="home"),
    path("programmes/<slug:programme>/", views.programme, name="programme"),
    path("members/", views.members, name="members"),
    path("members/<slug:code>/", views.member, name="member"),
    path("reported/", views.reported, name="reported"),
    path("report/", views.report, name="report"),
    path("report/<slug:programme>.<slug:form>", views.report_file, name="report_file"),
    path("data/", data.data, name="data"),
    path("data/reference/<slug:subject>/<slug:name>.csv", data.table_csv, name="table"),
    path(
        "data/reference/<slug:subject>/<slug:name>.csv-metadata.json",
        data.table_metadata,
        name="table_metadata",
    ),
    path("data/programme/<slug:key>.json", data.programme_json, name="programme_json"),
    path(
        "data/programme/<slug:key>/participation.csv",
        data.participation_csv,
        name="participation",
    ),
    path(
        "data/programme/<slug:key>/participation.csv-metadata.json",
        data.participation_metadata,
        name="participation_metadata",
    ),
]
