"""Cited data files, the shipped catalogues, and the one loader that reads them."""

from __future__ import annotations

from kyoso.reference.countries import (
    countries,
    country,
    country_name,
    memberships,
    sample_countries,
)
from kyoso.reference.loading import (
    CITATION,
    VERIFICATION,
    VERIFICATIONS,
    ReferenceTable,
    Row,
    catalogue,
    load,
)

__all__ = [
    "CITATION",
    "VERIFICATION",
    "VERIFICATIONS",
    "ReferenceTable",
    "Row",
    "catalogue",
    "countries",
    "country",
    "country_name",
    "load",
    "memberships",
    "sample_countries",
]
