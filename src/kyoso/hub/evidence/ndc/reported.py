"""The list of countries' targets on public record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Count, Q

from kyoso.hub.evidence.ndc import tracking
from kyoso.hub.evidence.ndc.enums import Kind, State
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.reported import Listing, Said, counted, listing
from kyoso.hub.texts import say


def listings() -> Iterator[Listing]:
    """Targets, how far they are, and the drafts of transparency reports."""
    yield listing(
        "targets",
        "ndc.list",
        view="ndc:countries",
        method=tracking.METHOD,
        said=_said,
        order=50,
    )


def _said(codes: Collection[str] | None) -> Mapping[str, Said]:
    """How many targets a country has published."""
    found = Statement.objects.filter(state=State.PUBLISHED)
    return counted(found, codes, _told, n=Count("pk", filter=Q(kind=Kind.TARGET)))


def _told(country: str, n: int) -> Said:
    return Said(text=say("portal.reported.targets", n=n), view="ndc:country", args=(country,))
