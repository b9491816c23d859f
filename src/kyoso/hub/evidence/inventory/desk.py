"""What inventories put on a person's desk."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kyoso.climate.transparency.names import called
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.evidence.facilities.rules import OF_A_COUNTRY
from kyoso.hub.evidence.inventory import selectors
from kyoso.hub.evidence.inventory.enums import FactorState, RegionalState, State
from kyoso.hub.evidence.inventory.models import Factor, Inventory, Regional
from kyoso.hub.texts import say
from kyoso.hub.waiting import Item, page
from kyoso.reference.countries import country

MOST = 60
"""So many are looked at."""


def items(user: User) -> Iterator[Item]:
    """Inventories to accept and to publish, and those that came back; what the secretariat made."""
    found = standing(user)
    if countries := found.countries(*OF_A_COUNTRY):
        yield from _of_countries(user, countries)
    if found.has(Role.SECRETARIAT):
        yield from _of_the_region(user)


def _of_countries(user: User, countries: Collection[str]) -> Iterator[Item]:
    waiting = selectors.visible_to(user).filter(
        country__in=countries, state__in=(State.DRAFT, State.SUBMITTED, State.ACCEPTED)
    )
    for one in waiting.order_by("submitted_at", "pk")[:MOST]:
        is_theirs = user.pk in one.authors
        if one.state == State.DRAFT:
            if is_theirs and one.reason:
                yield _item(one)
        elif not is_theirs:
            yield _item(one)
    proposed = selectors.factors_visible_to(user).filter(
        country__in=countries, state=FactorState.SUBMITTED
    )
    for factor in proposed.order_by("submitted_at", "pk")[:MOST]:
        if user.pk not in factor.authors:
            yield _factor(factor)


def _of_the_region(user: User) -> Iterator[Item]:
    """What somebody else of the secretariat calculated."""
    drafts = Regional.objects.filter(state=RegionalState.DRAFT).order_by("made_at", "pk")
    for one in drafts.only("year", "base_year", "authors", "version", "sample")[:MOST]:
        if user.pk not in one.authors:
            yield Item(
                key=f"inventory/region/{one.pk}/{one.version}",
                act=say("inventory.desk.region"),
                of=say("inventory.desk.region_of", year=one.year, base=one.base_year),
                to=page("inventory:regional", one.pk),
                sample=one.sample,
            )


def _factor(one: Factor) -> Item:
    place = country(one.country)
    return Item(
        key=f"inventory/factor/{one.pk}/{one.state}/{one.version}",
        act=say("inventory.desk.factor"),
        of=say(
            "inventory.desk.factor_of",
            country=place.name if place else one.country,
            source=called("source", one.source),
        ),
        to=page("inventory:factor", one.pk),
        sample=one.sample,
    )


def _item(one: Inventory) -> Item:
    place = country(one.country)
    return Item(
        key=f"inventory/{one.pk}/{one.state}/{one.version}",
        act=say(f"inventory.desk.{one.state}"),
        of=say(
            "inventory.desk.inventory",
            country=place.name if place else one.country,
            year=one.year,
            n=one.number,
        ),
        to=page("inventory:inventory", one.pk),
        note=say("inventory.desk.because", why=one.reason) if one.state == State.DRAFT else None,
        sample=one.sample,
    )
