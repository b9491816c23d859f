"""How far what facilities reported is verified."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Count, Q

from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.facilities.sheets import METHOD
from kyoso.hub.evidence.verification.enums import Opinion
from kyoso.hub.reported import Listing, Said
from kyoso.hub.texts import say


def listings() -> Iterator[Listing]:
    """The register of verifiers."""
    yield Listing(
        head=say("portal.reported.head.verified"),
        title=say("verification.register.title"),
        about=say("verification.register.lede"),
        view="verification:verifiers",
        method=METHOD,
        said=_said,
        order=20,
    )


def _said(codes: Collection[str] | None) -> Mapping[str, Said]:
    """Of the published reports on the latest year those that a verifier signed for."""
    found = Submission.objects.filter(state=State.PUBLISHED)
    if codes is not None:
        found = found.filter(report__facility__country__in=codes)
    signed = Q(statement__isnull=False) & ~Q(statement__opinion=Opinion.ADVERSE)
    counted = (
        found.order_by("report__facility__country", "report__year")
        .values_list("report__facility__country", "report__year")
        .annotate(n=Count("pk"), verified=Count("pk", filter=signed))
    )
    return {
        country: Said(
            text=say("portal.reported.verified", year=year, n=n, verified=verified),
            view="facilities:facilities",
            asked={"country": country},
            mark="passed" if verified == n else "look",
        )
        for country, year, n, verified in counted
    }
