"""The list of countries' targets on public record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Count, Q

from kyoso.hub.evidence.ndc import tracking
from kyoso.hub.evidence.ndc.enums import Kind, State
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.reported import Listing, Said
from kyoso.hub.texts import say


def listings() -> Iterator[Listing]:
    """Targets, how far they are, and the drafts of transparency reports."""
    yield Listing(
        head=say("portal.reported.head.targets"),
        title=say("ndc.list.title"),
        about=say("ndc.list.lede"),
        view="ndc:countries",
        method=tracking.METHOD,
        said=_said,
        order=50,
    )


def _said(codes: Collection[str] | None) -> Mapping[str, Said]:
    """How many targets a country has published."""
    found = Statement.objects.filter(state=State.PUBLISHED)
    if codes is not None:
        found = found.filter(country__in=codes)
    targets = Count("pk", filter=Q(kind=Kind.TARGET))
    counted = found.order_by("country").values_list("country").annotate(n=targets)
    return {
        country: Said(text=say("portal.reported.targets", n=n), view="ndc:country", args=(country,))
        for country, n in counted
    }
