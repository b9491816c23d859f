"""Addresses of national inventories."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.evidence.inventory import factor_views, regional_views, views

app_name = "inventory"

urlpatterns = [
    path("inventories/", views.inventories, name="inventories"),
    path("inventories/begin/", views.begin, name="begin"),
    path("inventories/region/", regional_views.regionals, name="regionals"),
    path("inventories/region/<uuid:pk>/", regional_views.one, name="regional"),
    path("inventories/<uuid:pk>/", views.inventory, name="inventory"),
    path("inventories/<uuid:pk>/categories/<slug:code>/", views.category, name="category"),
    path("inventories/<uuid:pk>/workbook.xlsx", views.workbook, name="workbook"),
    path("inventories/<uuid:pk>/sent", views.sent, name="sent"),
    path("inventories/<uuid:pk>/tables/<slug:table>.<slug:form>", views.table, name="table"),
    path("factors/", factor_views.factors, name="factors"),
    path("factors/propose/", factor_views.propose, name="propose_factor"),
    path("factors/<uuid:pk>/", factor_views.factor, name="factor"),
    path("factors/<slug:country>/factors.csv", factor_views.table, name="factor_table"),
]
