"""What is done to the uncertainty of the region: making it, making it anew, publishing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.facilities.services import with_author
from kyoso.hub.evidence.inventory import computing, gathering, selectors
from kyoso.hub.evidence.inventory.enums import RegionalState
from kyoso.hub.evidence.inventory.errors import wrong
from kyoso.hub.evidence.inventory.gathering import Gathered
from kyoso.hub.evidence.inventory.models import Regional, RegionalPart
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.services import allow, change, create

MAKE, PUBLISH = "inventory.make_regional", "inventory.publish_regional"


def make(
    *,
    actor: User | None,
    year: int,
    base_year: int,
    gwp: str,
    sample: bool = False,
    once: str | None = None,
) -> Regional:
    """Put the published inventories of all countries through both approaches.

    A draft is calculated anew; what is published already is followed by the next number, where
    other inventories hold now. Raises ``ValidationError`` where countries state different
    uncertainties of a factor that they share, :class:`WrongStateError` where none has both years.
    """
    asked = Regional(
        year=year, base_year=base_year, gwp=gwp, sample=sample, authors=with_author(actor, [])
    )
    allow(actor, MAKE, asked)
    latest = _latest(asked)
    if latest is not None and not is_outdated(latest):
        return latest
    found = gathering.gathered(year, base_year, gwp, sample=sample)
    run = computing.uncertainty(found.rows, actor=actor)
    if run is None:
        raise wrong("no_region")
    asked.run, asked.drawn_run = run, computing.drawn(found.rows, actor=actor)
    asked.made = {"countries": list(found.countries), "left_out": list(found.left_out)}
    return _keep(asked, found, actor, once)


@transaction.atomic
def _keep(asked: Regional, found: Gathered, actor: User | None, once: str | None) -> Regional:
    latest = _latest(asked)
    if latest is not None and latest.state == RegionalState.DRAFT:
        current = Regional.objects.select_for_update().get(pk=latest.pk)
        done = change(
            current,
            actor=actor,
            act="inventory.regional_calculated",
            expected=latest.version,
            run=asked.run,
            drawn_run=asked.drawn_run,
            made=asked.made,
            authors=with_author(actor, current.authors),
        )
    else:
        asked.number = 1 if latest is None else latest.number + 1
        done = create(asked, actor=actor, act="inventory.regional_made", once=once)
    done.parts.all().delete()
    RegionalPart.objects.bulk_create(
        RegionalPart(regional=done, inventory=pair.inventory, base=pair.base)
        for pair in found.pairs
    )
    return done


def _latest(one: Regional) -> Regional | None:
    same = Regional.objects.filter(**selectors.same_years(one))
    return same.order_by("-number").first()


def is_outdated(one: Regional) -> bool:
    """Whether other inventories hold now than those that it was made of."""
    now = gathering.pairs(one.year, one.base_year, one.gwp, sample=one.sample)
    silent = {left.get("inventory") for left in one.made["left_out"]}
    expected = {
        (each.inventory.pk, each.base.pk) for each in now if str(each.inventory.pk) not in silent
    }
    return expected != set(one.parts.values_list("inventory", "base"))


@transaction.atomic
def publish(regional: Regional, *, actor: User | None, expected: int) -> Regional:
    """Make it public; the number that was public before is replaced.

    Another person of the secretariat does so than who made it. Raises :class:`WrongStateError`
    where other inventories hold by now.
    """
    current = Regional.objects.select_for_update().get(pk=regional.pk)
    allow(actor, PUBLISH, current)
    if current.state == RegionalState.PUBLISHED:
        return current
    if current.state != RegionalState.DRAFT:
        raise wrong("region_replaced")
    if current.version != expected:
        raise ConflictError(current, {"state": RegionalState.PUBLISHED})
    if is_outdated(current):
        raise wrong("region_outdated")
    same: Any = Regional.objects.filter(**selectors.same_years(current))
    before = same.filter(state=RegionalState.PUBLISHED).first()
    if before is not None:
        change(
            before,
            actor=actor,
            act="inventory.regional_replaced",
            expected=None,
            state=RegionalState.REPLACED,
        )
    return change(
        current,
        actor=actor,
        act="inventory.regional_published",
        expected=expected,
        state=RegionalState.PUBLISHED,
        published_at=timezone.now(),
    )
