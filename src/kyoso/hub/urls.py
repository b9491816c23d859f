"""Every page stands under its language: ``/en/…``, ``/ja/…``; ``/`` goes to the reader's own.

What programs use stands under ``/api/v1/``: it answers in both languages.
"""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from kyoso.hub.api.v1 import api

_PAGES = (
    "accounts",
    "programme",
    "evidence",
    "evidence.facilities",
    "evidence.inventory",
    "evidence.ndc",
    "evidence.verification",
    "api",
    "projects",
    "progress",
    "portal",
)

urlpatterns = [
    *i18n_patterns(*(path("", include(f"kyoso.hub.{app}.urls")) for app in _PAGES)),
    path("api/v1/", api.urls),
]

handler403 = "kyoso.hub.portal.views.forbidden"
handler404 = "kyoso.hub.portal.views.not_found"
handler500 = "kyoso.hub.portal.views.server_error"
