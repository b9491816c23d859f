"""Addresses of methods and runs."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.evidence import views

app_name = "evidence"

urlpatterns = [
    path("methods/", views.methods, name="methods"),
    path("methods/<str:name>/", views.method, name="method"),
    path("methods/<str:name>/template.xlsx", views.template, name="template"),
    path("methods/<str:name>/example/<slug:table>", views.example, name="example"),
    path("methods/<str:name>/declaration.json", views.declaration, name="declaration"),
    path("runs/", views.runs, name="runs"),
    path("runs/<uuid:pk>/", views.run, name="run"),
    path("runs/<uuid:pk>/state/", views.state, name="state"),
    path("runs/<uuid:pk>/delete/", views.delete, name="delete"),
    path("runs/<uuid:pk>/tables/<slug:table>/", views.table, name="table"),
    path("runs/<uuid:pk>/tables/<slug:table>.<slug:form>", views.table_file, name="table_file"),
    path("runs/<uuid:pk>/figures/<slug:figure>.svg", views.figure_file, name="figure_file"),
    path("runs/<uuid:pk>/inputs/<slug:table>", views.input_file, name="input_file"),
    path("runs/<uuid:pk>/result.json", views.record, name="record"),
    path("runs/<uuid:pk>/all.zip", views.archive, name="archive"),
]
