"""Addresses of rounds, reports, what they add up to, and reading lists."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.progress import report_views, total_views, views, writing_views

app_name = "progress"

urlpatterns = [
    path("progress/", views.rounds, name="rounds"),
    path("progress/rounds/new/", views.new_round, name="new_round"),
    path("progress/rounds/<uuid:pk>/", views.round_, name="round"),
    path("progress/rounds/<uuid:pk>/change/", views.change_round, name="change_round"),
    path("progress/owed/<uuid:pk>/", views.owed, name="owed"),
    path("progress/owed/<uuid:pk>/begin/", views.begin, name="begin"),
    path("progress/reports/<uuid:pk>/", report_views.report, name="report"),
    path("progress/reports/<uuid:pk>/write/<str:step>/", writing_views.write, name="write"),
    path("progress/reports/<uuid:pk>/review/", report_views.review, name="review"),
    path("progress/documents/<uuid:pk>/", report_views.document, name="document"),
    path("progress/totals/", total_views.totals, name="totals"),
    path("progress/totals/<uuid:pk>/<str:kind>/<str:code>/", total_views.place, name="place"),
    path("progress/reading/", views.reading, name="reading"),
    path("progress/reading/<slug:key>/", views.reading_list, name="reading_list"),
]
