"""Addresses of verifiers and of their work."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.evidence.verification import views

app_name = "verification"

urlpatterns = [
    path("verifiers/", views.verifiers, name="verifiers"),
    path("verifiers/accredit/", views.accredit, name="accredit"),
    path("verifiers/accreditations/<uuid:pk>/end/", views.end_accreditation, name="end"),
    path("verifiers/engagements/<uuid:pk>/", views.engagement, name="engagement"),
    path("facilities/yearly/<uuid:pk>/engage/", views.engage, name="engage"),
]
