"""How far what facilities reported is verified."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Count, Q

from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.facilities.reported import BY_YEAR
from kyoso.hub.evidence.facilities.sheets import METHOD
from kyoso.hub.evidence.verification.enums import Opinion
from kyoso.hub.reported import Listing, Said, counted, listing
from kyoso.hub.texts import say


def listings() -> Iterator[Listing]:
    """The register of verifiers."""
    yield listing(
        "verified",
        "verification.register",
        view="verification:verifiers",
        method=METHOD,
        said=_said,
        order=20,
    )


def _said(codes: Collection[str] | None) -> Mapping[str, Said]:
    """Of the published reports on the latest year those that a verifier signed for."""
    found = Submission.objects.filter(state=State.PUBLISHED)
    signed = Q(statement__isnull=False) & ~Q(statement__opinion=Opinion.ADVERSE)
    verified = Count("pk", filter=signed)
    return counted(found, codes, _told, by=BY_YEAR, n=Count("pk"), verified=verified)


def _told(country: str, year: int, n: int, verified: int) -> Said:
    return Said(
        text=say("portal.reported.verified", year=year, n=n, verified=verified),
        view="facilities:facilities",
        asked={"country": country},
        mark="passed" if verified == n else "look",
    )
