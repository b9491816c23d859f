"""The lists of national inventories and of countries' own factors on public record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Count

from kyoso.hub.evidence.inventory import library, sheets, showing
from kyoso.hub.evidence.inventory.enums import FactorState, State
from kyoso.hub.evidence.inventory.models import Factor, Inventory
from kyoso.hub.reported import Listing, Said, among, counted, listing
from kyoso.hub.texts import say


def listings() -> Iterator[Listing]:
    """Inventories, and the library of factors."""
    yield listing(
        "factors",
        "inventory.factors",
        view="inventory:factors",
        method=library.METHOD,
        said=_factors,
        order=30,
    )
    yield listing(
        "inventories",
        "inventory.list",
        view="inventory:inventories",
        method=sheets.METHOD,
        said=_inventories,
        order=40,
    )


def _inventories(codes: Collection[str] | None) -> Mapping[str, Said]:
    """The total of a country's latest published inventory."""
    found = among(Inventory.objects.filter(state=State.PUBLISHED), codes)
    return {
        one.country: Said(
            text=say(
                "portal.reported.inventory",
                year=one.year,
                total=showing.tonnes(one.totals.get("total")),
            ),
            view="inventory:inventory",
            args=(one.pk,),
        )
        for one in found.order_by("country", "year").only("country", "year", "totals")
    }


def _factors(codes: Collection[str] | None) -> Mapping[str, Said]:
    """How many factors of its own a country has."""
    found = Factor.objects.filter(state=FactorState.APPROVED)
    return counted(found, codes, _told, n=Count("pk"))


def _told(country: str, n: int) -> Said:
    text = say("portal.reported.factors", n=n)
    return Said(text=text, view="inventory:factors", asked={"q": country})
