"""What is done to national inventories: building, handing in, accepting, publishing, recalculating.

Calculations stand outside of the transactions that write: nobody waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities.services import with_author
from kyoso.hub.evidence.inventory import computing, selectors, sheets
from kyoso.hub.evidence.inventory.enums import Cause, Potentials, State
from kyoso.hub.evidence.inventory.errors import fault, wrong, wrong_state
from kyoso.hub.evidence.inventory.models import Inventory, Part
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.services import allow, change, create

WRITE, ACCEPT, PUBLISH = (f"inventory.{act}_inventory" for act in ("write", "accept", "publish"))


@transaction.atomic
def begin(
    *,
    actor: User | None,
    country: str,
    year: int,
    gwp: str = Potentials.AR5,
    sample: bool = False,
    once: str | None = None,
) -> Inventory:
    """The first inventory of a country and year; the one that is there already stays."""
    first = Inventory(
        country=country, year=year, gwp=gwp, sample=sample, authors=with_author(actor, [])
    )
    allow(actor, WRITE, first)
    there = Inventory.objects.filter(country=country, year=year).order_by("-number").first()
    if there is not None:
        return there
    return create(first, actor=actor, act="inventory.begun", once=once)


@transaction.atomic
def recalculate(
    inventory: Inventory,
    *,
    actor: User | None,
    cause: str,
    why: str,
    gwp: str = "",
    once: str | None = None,
) -> Inventory:
    """The next number of a published inventory, with its workbook; one on its way stays.

    Raises ``ValidationError`` without a cause and a reason, :class:`WrongStateError`.
    """
    current = _locked(inventory)
    allow(actor, WRITE, current)
    on_its_way = selectors.open_of(current.country, current.year)
    if on_its_way is not None:
        return on_its_way
    if current.state != State.PUBLISHED:
        raise wrong_state(current)
    if cause not in Cause.values:
        raise fault("cause", "cause")
    if not why.strip():
        raise fault("why", "reason")
    return create(
        Inventory(
            country=current.country,
            year=current.year,
            number=current.number + 1,
            gwp=gwp or current.gwp,
            sheet_name=current.sheet_name,
            sheet_sha256=current.sheet_sha256,
            sheet_size=current.sheet_size,
            left_out=current.left_out,
            cause=cause,
            why=why.strip(),
            sample=current.sample,
            authors=with_author(actor, []),
        ),
        actor=actor,
        act="inventory.recalculation_begun",
        once=once,
    )


def _locked(inventory: Inventory) -> Inventory:
    return Inventory.objects.select_for_update().get(pk=inventory.pk)


def _draft(inventory: Inventory, actor: User | None) -> Inventory:
    """The inventory as it is now, locked, if the actor may work on it."""
    current = _locked(inventory)
    allow(actor, WRITE, current)
    if current.state != State.DRAFT:
        raise wrong_state(current)
    return current


# --- calculating --------------------------------------------------------------------------


def calculate(
    inventory: Inventory,
    *,
    actor: User | None,
    expected: int,
    name: str | None = None,
    stored: store.Stored | None = None,
    left_out: Sequence[str] | None = None,
) -> Inventory:
    """Gather the facilities' published reports and calculate, with a new file if one is given.

    ``left_out`` are the submissions that are not taken. Raises :class:`InputRefusedError` with
    every fault, and nothing is taken over then; :class:`WrongStateError` where there is nothing to
    calculate with.
    """
    with transaction.atomic():
        current = _draft(inventory, actor)
        if current.version != expected:
            raise ConflictError(current, {"sheet_name": name or current.sheet_name})
    if stored is not None:
        current.sheet_name, current.sheet_sha256 = name or "", stored.sha256
        current.sheet_size = stored.size
    if left_out is not None:
        current.left_out = sorted(left_out)
    submissions = selectors.to_take(current)
    tables = sheets.checked(current, submissions, actor=actor)
    if not tables and not submissions:
        raise wrong("nothing")
    run = computing.roll_up(current, submissions, tables, actor=actor)
    further = _further(current, run, actor)
    with transaction.atomic():
        locked = _draft(inventory, actor)
        done = change(
            locked,
            actor=actor,
            act="inventory.calculated",
            expected=expected,
            sheet_name=current.sheet_name,
            sheet_sha256=current.sheet_sha256,
            sheet_size=current.sheet_size,
            left_out=current.left_out,
            factors=[] if sheets.FACTORS in tables else selectors.own_factors(current, run),
            run=run,
            totals=computing.totals_of(run),
            withheld=any(one.withheld for one in submissions),
            authors=with_author(actor, locked.authors),
            **further,
        )
        done.parts.all().delete()
        Part.objects.bulk_create(Part(inventory=done, submission=one) for one in submissions)
    return done


def _further(current: Inventory, run: Any, actor: User | None) -> dict[str, Any]:
    """The runs on the same values: key categories against a base year, and what changed."""
    base = selectors.base_of(current)
    both = [] if base is None else computing.in_both(run, base.run)
    stated = sheets.stated(current) if both else {}
    uncertain = computing.uncertain(both, stated)
    before = _published(current)
    changed, log = {}, None
    if before is not None:
        changed = computing.differences(before.totals, computing.totals_of(run))
        log = computing.recalculation(current, run, before, actor=actor)
    return {
        "key_run": computing.key_categories(both, stated, actor=actor),
        "uncertainty_run": computing.uncertainty(uncertain, actor=actor),
        "drawn_run": computing.drawn(uncertain, actor=actor),
        "base_year": base.year if base is not None and both else None,
        "changes": changed,
        "change_run": log,
    }


def _published(current: Inventory) -> Inventory | None:
    same = Inventory.objects.filter(country=current.country, year=current.year)
    return same.filter(state=State.PUBLISHED).exclude(pk=current.pk).first()


# --- on the way to the public -------------------------------------------------------------


@transaction.atomic
def submit(inventory: Inventory, *, actor: User | None, expected: int) -> Inventory:
    """Hand an inventory in; from then on nothing in it changes but its state.

    Raises :class:`WrongStateError` where it is not calculated, or facilities published since.
    """
    current = _locked(inventory)
    allow(actor, WRITE, current)
    if current.state == State.SUBMITTED:
        return current
    current = _draft(inventory, actor)
    if current.run_id is None:
        raise wrong("no_run")
    if selectors.is_outdated(current):
        raise wrong("outdated")
    return change(
        current,
        actor=actor,
        act="inventory.submitted",
        expected=expected,
        state=State.SUBMITTED,
        submitted_at=timezone.now(),
        reason="",
        authors=with_author(actor, current.authors),
    )


def send_back(inventory: Inventory, *, actor: User | None, expected: int, reason: str) -> Inventory:
    """Return an inventory with the reason; it is a draft again."""
    if not reason.strip():
        raise fault("reason", "reason")
    with transaction.atomic():
        current = _locked(inventory)
        allow(actor, ACCEPT, current)
        if current.state == State.DRAFT and current.reason == reason.strip():
            return current
        if current.state not in (State.SUBMITTED, State.ACCEPTED):
            raise wrong_state(current)
        return change(
            current,
            actor=actor,
            act="inventory.returned",
            expected=expected,
            state=State.DRAFT,
            reason=reason.strip(),
        )


@transaction.atomic
def accept(inventory: Inventory, *, actor: User | None, expected: int) -> Inventory:
    """Accept what another person handed in."""
    current = _locked(inventory)
    allow(actor, ACCEPT, current)
    if current.state == State.ACCEPTED:
        return current
    if current.state != State.SUBMITTED:
        raise wrong_state(current)
    return change(
        current,
        actor=actor,
        act="inventory.accepted",
        expected=expected,
        state=State.ACCEPTED,
        accepted_at=timezone.now(),
    )


@transaction.atomic
def publish(inventory: Inventory, *, actor: User | None, expected: int) -> Inventory:
    """Make an accepted inventory public; the number that was public before is replaced."""
    current = _locked(inventory)
    allow(actor, PUBLISH, current)
    if current.state == State.PUBLISHED:
        return current
    if current.state != State.ACCEPTED:
        raise wrong_state(current)
    if current.version != expected:
        raise ConflictError(current, {"state": State.PUBLISHED})
    before = _published(current)
    if before is not None:
        change(before, actor=actor, act="inventory.replaced", expected=None, state=State.REPLACED)
    return change(
        current,
        actor=actor,
        act="inventory.published",
        expected=expected,
        state=State.PUBLISHED,
        published_at=timezone.now(),
    )
