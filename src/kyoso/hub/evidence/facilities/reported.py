"""The list of facilities on public record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Count

from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.models import Facility, Submission
from kyoso.hub.evidence.facilities.sheets import METHOD
from kyoso.hub.reported import Listing, Said
from kyoso.hub.texts import say


def listings() -> Iterator[Listing]:
    """The register of facilities."""
    yield Listing(
        head=say("portal.reported.head.facilities"),
        title=say("facilities.list.title"),
        about=say("facilities.list.lede"),
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
    if codes is not None:
        found = found.filter(report__facility__country__in=codes)
    counted = (
        found.order_by("report__facility__country", "report__year")
        .values_list("report__facility__country", "report__year")
        .annotate(n=Count("report__facility", distinct=True))
    )
    return {
        country: Said(
            text=say("portal.reported.facilities", year=year, n=n),
            view="facilities:facilities",
            asked={"country": country},
        )
        for country, year, n in counted
    }
