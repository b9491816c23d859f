"""What reports of facilities ask the library of factors, once they do.

The site is set up without the libraries that calculate.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from kyoso.hub.accounts.selectors import Viewer
from kyoso.hub.evidence.facilities import companions, lending
from kyoso.hub.evidence.facilities.companions import Part
from kyoso.hub.evidence.facilities.lending import Lent
from kyoso.hub.evidence.facilities.models import Report, Submission


def listen() -> None:
    """Lend the country's approved factors to reports, and say on their pages which they took."""
    lending.lend(_lent)
    companions.accompany(_on_report)


def _lent(country: str, sources: AbstractSet[str], year: int) -> Lent | None:
    from kyoso.hub.evidence.inventory import library

    return library.lent(country, sources, year)


def _on_report(viewer: Viewer, report: Report, version: Submission) -> Part | None:
    from kyoso.hub.evidence.inventory import taken

    return taken.on_report(viewer, report, version)
