"""Addresses of countries' targets, statements and files."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.evidence.ndc import views

app_name = "ndc"

urlpatterns = [
    path("ndc/", views.countries, name="countries"),
    path("ndc/<str:code>/", views.country, name="country"),
    path("ndc/<str:code>/statements/", views.statements, name="statements"),
    path("ndc/<str:code>/add/<slug:kind>/", views.add, name="add"),
    path("ndc/<str:code>/common-tables.xlsx", views.common_tables, name="common_tables"),
    path("ndc/<str:code>/primap2.csv", views.interchange, name="interchange"),
    path("ndc/<str:code>/primap2.yaml", views.description, name="description"),
    path("ndc/<str:code>/btr/", views.reading, name="reading"),
    path("ndc/<str:code>/btr.<slug:form>", views.draft, name="draft"),
    path("statements/<uuid:pk>/", views.statement, name="statement"),
    path("statements/<uuid:pk>/write/", views.write, name="write"),
]
