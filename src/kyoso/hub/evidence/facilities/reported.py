"""The list of facilities on public record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Count

from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.models import Facility, Submission
from kyoso.hub.evidence.facilities.sheets import METHOD
from kyoso.hub.reported import Listing, Said, counted, listing
from kyoso.hub.texts import say


def listings() -> Iterator[Listing]:
    """The register of facilities."""
    yield listing(
        "facilities",
        "facilities.list",
        view="facilities:facilities",
        method=METHOD,
        said=_said,
        order=10,
    )


def latest(facility: Facility) -> Submission | None:
    """What a facility published on the latest year, of the reports that were fetched with it."""
    versions = (one for report in facility.reports.all() for one in report.submissions.all())
    return next((one for one in versions if one.is_published), None)


def _said(codes: Collection[str] | None) -> Mapping[str, Said]:
    """How many facilities of a country published a report on the latest year that has one."""
    found = Submission.objects.filter(state=State.PUBLISHED)
    n = Count("report__facility", distinct=True)
    return counted(found, codes, _told, by=BY_YEAR, n=n)


BY_YEAR = ("report__facility__country", "report__year")
"""By which published versions are counted."""


def _told(country: str, year: int, n: int) -> Said:
    return Said(
        text=say("portal.reported.facilities", year=year, n=n),
        view="facilities:facilities",
        asked={"country": country},
    )
