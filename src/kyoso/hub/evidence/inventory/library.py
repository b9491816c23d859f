"""The library of countries' own factors: from a run on samples to a factor that another approves.

As a file it has the form in which reports of facilities take factors: the shipped ones, and in
their years those of the country.
"""

from __future__ import annotations

import csv
import io
import itertools
import uuid
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from kyoso import reference
from kyoso.climate.transparency.sampled_quantities import AS_SAMPLED, QUANTITIES
from kyoso.climate.transparency.tables.facilities import FACTORS
from kyoso.climate.transparency.tables.plans import DATED_FACTORS, NCV, NOT_STATED
from kyoso.climate.transparency.tables.rule_sets import LATEST
from kyoso.hub.accounts.models import Membership, User
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence.enums import State as RunState
from kyoso.hub.evidence.facilities.lending import Lent
from kyoso.hub.evidence.facilities.services import with_author
from kyoso.hub.evidence.inventory import selectors
from kyoso.hub.evidence.inventory.enums import FactorState
from kyoso.hub.evidence.inventory.errors import fault, wrong
from kyoso.hub.evidence.inventory.models import Factor
from kyoso.hub.evidence.inventory.results import rows_of
from kyoso.hub.evidence.models import Run
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import allow, change, create

METHOD = "climate.transparency.emission-factor-from-samples"
CALORIFIC = "net_calorific_value"
ALL = "all"
PROPOSE, APPROVE = "inventory.propose_factor", "inventory.approve_factor"

Row = Mapping[str, str]


# --- on the way into the library ----------------------------------------------------------


def usable(actor: User | None) -> list[Run]:
    """The runs on samples that somebody sees and that no factor rests on yet, the latest first."""
    seen = runs.visible_to(actor or AnonymousUser())
    found = seen.filter(method=METHOD, state=RunState.DONE, sample=False)
    return list(found.exclude(factors__state__in=_STANDING).order_by("-created_at"))


_STANDING = (FactorState.SUBMITTED, FactorState.APPROVED)


@transaction.atomic
def propose(
    run: Run,
    *,
    actor: User | None,
    country: str,
    from_year: int,
    until_year: int | None = None,
    source: str = "",
    gas: str = "",
    why_outside: str = "",
    sample: bool = False,
    once: str | None = None,
) -> Factor:
    """Hand in the factor that a run found, with the years that it holds for.

    ``source`` and ``gas`` are asked where the run does not say them. Raises ``ValidationError``.
    """
    found = rows_of(run, "factor")
    if run.method != METHOD or len(found) != 1:
        raise fault("run", "run")
    row = found[0]
    quantity = str(row["quantity"])
    known = QUANTITIES.get(quantity)
    factor = Factor(
        country=country,
        source=source.strip() if row["fuel"] == "other" else row["fuel"],
        quantity=quantity,
        gas=gas if known is None else known.gas or "",
        sector=_sector_of(run, quantity),
        value=row["mean"],
        lower=row["lower"],
        upper=row["upper"],
        unit=row["unit"],
        basis="" if quantity == AS_SAMPLED else str(run.parameters.get("basis", "")),
        samples=row["samples"],
        outliers=row["outliers"],
        default_lower=row["default_lower"],
        default_upper=row["default_upper"],
        within_default=row["within_default"],
        why_outside=why_outside.strip() or row["reason"] or "",
        from_year=from_year,
        until_year=until_year,
        run=run,
        sample=sample,
        authors=with_author(actor, [] if run.owner_id is None else [run.owner_id]),
    )
    allow(actor, PROPOSE, factor)
    if not factor.source:
        raise fault("source", "source")
    if until_year is not None and until_year < from_year:
        raise fault("until_year", "until")
    if factor.within_default is False and not factor.why_outside:
        raise fault("why_outside", "outside")
    return create(factor, actor=actor, act="inventory.factor_proposed", once=once)


def _sector_of(run: Run, quantity: str) -> str:
    """Methane and nitrous oxide depend on the sector; the others do not."""
    sector = str(run.parameters.get("sector", "other"))
    known = QUANTITIES.get(quantity)
    depends = known is not None and known.gas in ("CH4", "N2O")
    return sector if depends and sector != "other" else ALL


def _judged(factor: Factor, actor: User | None, to: FactorState) -> Factor:
    current = Factor.objects.select_for_update().get(pk=factor.pk)
    allow(actor, APPROVE, current)
    if current.state not in (FactorState.SUBMITTED, to):
        raise wrong(f"factor_{current.state}")
    return current


@transaction.atomic
def approve(factor: Factor, *, actor: User | None, expected: int) -> Factor:
    """Take a factor into the library.

    Raises :class:`WrongStateError` where another one of the same holds in one of its years.
    """
    current = _judged(factor, actor, FactorState.APPROVED)
    if current.is_approved:
        return current
    if current.version != expected:
        raise ConflictError(current, {"state": FactorState.APPROVED})
    if any(_collide(current, other) for other in selectors.approved(current.country)):
        raise wrong("factor_twice")
    return change(
        current,
        actor=actor,
        act="inventory.factor_approved",
        expected=expected,
        state=FactorState.APPROVED,
        approved_at=timezone.now(),
    )


def _collide(one: Factor, other: Factor) -> bool:
    names = ("source", "quantity", "gas", "sector")
    if any(getattr(one, name).lower() != getattr(other, name).lower() for name in names):
        return False
    return one.from_year <= _until(other) and other.from_year <= _until(one)


def _until(one: Factor) -> int:
    return LATEST if one.until_year is None else one.until_year


@transaction.atomic
def send_back(factor: Factor, *, actor: User | None, expected: int, reason: str) -> Factor:
    """Return a factor with the reason; another run takes its place."""
    if not reason.strip():
        raise fault("reason", "reason")
    current = _judged(factor, actor, FactorState.RETURNED)
    return change(
        current,
        actor=actor,
        act="inventory.factor_returned",
        expected=expected,
        state=FactorState.RETURNED,
        reason=reason.strip(),
    )


@transaction.atomic
def end(factor: Factor, *, actor: User | None, expected: int, until_year: int) -> Factor:
    """Say in which year an approved factor holds for the last time; by one who may approve it."""
    current = Factor.objects.select_for_update().get(pk=factor.pk)
    allow(actor, APPROVE, current)
    if not current.is_approved:
        raise wrong(f"factor_{current.state}")
    if until_year < current.from_year:
        raise fault("until_year", "until")
    return change(
        current,
        actor=actor,
        act="inventory.factor_ended",
        expected=expected,
        until_year=until_year,
    )


# --- as a table of factors ----------------------------------------------------------------


def rows(country: str, factors: Sequence[Factor]) -> Iterator[dict[str, str]]:
    """The shipped factors, and for the sources that a country has its own of, its rows with years.

    A country's row is the shipped one with what was found there in its place: the factor of the
    gas, or the calorific value. A source that is not shipped has a row for each gas that was found.
    """
    shipped = [dict(row) for row in reference.load(str(DATED_FACTORS.shipped)).rows]
    for row in shipped:
        yield _row(row)
    by_source: dict[str, list[Factor]] = {}
    said = {one.pk: _said(one, by) for one, by in _approvals(factors)}
    for one in factors:
        by_source.setdefault(one.source.lower(), []).append(one)
    for source, own in sorted(by_source.items()):
        known = [row for row in shipped if row["source"].lower() == source]
        for first, last in _periods(own):
            held = [one for one in own if one.from_year <= first and _until(one) >= last]
            for row in _own_rows(known, held, said):
                yield _row(
                    row | {"country": country, "valid_from": str(first), "valid_until": str(last)}
                )


def _row(row: Row) -> dict[str, str]:
    return {name: row.get(name) or "" for name in DATED_FACTORS.names}


def _periods(own: Sequence[Factor]) -> Iterator[tuple[int, int]]:
    """The years cut where a factor begins or ends."""
    cuts = sorted({one.from_year for one in own} | {_until(one) + 1 for one in own})
    for first, after in itertools.pairwise(cuts):
        if any(one.from_year <= first <= _until(one) for one in own):
            yield first, after - 1


def _own_rows(
    known: Sequence[dict[str, str]], held: Sequence[Factor], said: Mapping[uuid.UUID, str]
) -> Iterator[dict[str, str]]:
    """The rows of a source in some years; of two that hold at once both, for it to be told."""
    calorific: list[Factor | None] = [one for one in held if one.quantity == CALORIFIC]
    of_gases = [one for one in held if one.gas]
    for heat in calorific or [None]:
        replaced: set[uuid.UUID] = set()
        for row in known:
            found = [one for one in of_gases if _is_of(one, row)]
            replaced.update(one.pk for one in found)
            if not found and heat is not None:
                yield row | _calorific(heat, said, row)
            for one in found:
                own = row | _of_gas(one, said)
                yield own | _calorific(heat, said, own)
        for one in of_gases:
            if one.pk not in replaced:
                like = next(iter(known), {})
                nothing = {name: like.get(name, "") for name in _CALORIFIC}
                named = {"source": like.get("source") or one.source, "gas": one.gas}
                own = named | {"sector": one.sector} | nothing | _of_gas(one, said)
                yield own | _calorific(heat, said, own)


def _is_of(one: Factor, row: Row) -> bool:
    return one.gas == row["gas"] and one.sector.lower() == row["sector"].lower()


_CALORIFIC = (CALORIFIC, f"{CALORIFIC}_lower", f"{CALORIFIC}_upper")


def _calorific(one: Factor | None, said: Mapping[uuid.UUID, str], row: Row) -> dict[str, str]:
    """The calorific value in a row, which says where both the factor and the value are from."""
    if one is None:
        return {}
    values = dict(zip(_CALORIFIC, map(_digits, (one.value, one.lower, one.upper)), strict=True))
    parts = (row.get("document"), said[one.pk])
    return values | {"document": "; ".join(part for part in parts if part)}


def _of_gas(one: Factor, said: Mapping[uuid.UUID, str]) -> dict[str, str]:
    return {
        "value": _digits(one.value),
        "lower": _digits(one.lower),
        "upper": _digits(one.upper),
        "unit": one.unit,
        "heat_basis": NCV if one.basis else NOT_STATED,
        "document": said[one.pk],
        "table": f"run {one.run_id}",
        "year": "",
        "licence": "",
        "verification": "one-source",
        "bounds_verification": "one-source",
        "note": "",
    }


def _approvals(factors: Sequence[Factor]) -> Iterator[tuple[Factor, str]]:
    """Factors with the organisation of who approved each, where somebody did."""
    acts = Event.objects.filter(
        act="inventory.factor_approved", key__in=[str(one.pk) for one in factors]
    )
    people = dict(acts.values_list("key", "actor"))
    held = Membership.objects.filter(
        user__in=people.values(), country__in={one.country for one in factors}
    ).select_related("organisation")
    offices = {one.user_id: one.organisation.name.en for one in held.order_by("-pk")}
    for one in factors:
        yield one, offices.get(people.get(str(one.pk), 0), "")


def _said(one: Factor, by: str) -> str:
    """The source of a factor as a line of a report names it."""
    years = f"from {one.from_year}" + ("" if one.until_year is None else f" to {one.until_year}")
    on = "" if one.approved_at is None else f"on {timezone.localdate(one.approved_at)}"
    approved = " ".join(part for part in ("approved", f"by {by}" if by else "", on) if part)
    name = f"{one.source} {one.gas or one.quantity.replace('_', ' ')}"
    return f"approved factor of {one.country}, {name}, in force {years}, {approved}"


def _digits(value: float) -> str:
    return f"{value:.12g}"


def of_year(country: str, year: int) -> list[Factor]:
    """The factors of a country that are approved for the emissions of a year."""
    return [one for one in selectors.approved(country) if one.holds_in(year)]


def write_year(factors: Sequence[Factor], year: int, path: Path) -> None:
    """Write the factors that hold in a year, as the roll-up reads them: one's own go first."""
    place = factors[0].country
    held: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows(place, factors):
        is_own = row["country"] == place
        if not is_own or int(row["valid_from"]) <= year <= int(row["valid_until"]):
            held[row["source"].lower(), row["gas"], row["sector"].lower()] = row
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, FACTORS.names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(held.values())


def write(country: str, stream: Any) -> None:
    """Write the factors that hold in a country as CSV, as the method of facility reports reads it."""
    _write(country, selectors.approved(country), stream)


def _write(country: str, factors: Sequence[Factor], stream: Any) -> None:
    writer = csv.DictWriter(stream, DATED_FACTORS.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(country, factors))


def lent(country: str, sources: AbstractSet[str], year: int) -> Lent | None:
    """What a country approved, as reports of its facilities take it for some sources in a year."""
    own = [one for one in selectors.approved(country) if one.source.lower() in sources]
    if not own:
        return None
    stream = io.StringIO()
    _write(country, own, stream)
    keys = {str(one.pk): f"{_digits(one.value)} {one.unit}" for one in own if one.holds_in(year)}
    return Lent(keys, stream.getvalue().encode())
