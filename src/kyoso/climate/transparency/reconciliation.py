"""Facility reports against national statistics: what they cover, leave out, or exceed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.factors import BASES, basis, per_unit
from kyoso.climate.transparency.roll_up_lines import Row, Stream
from kyoso.climate.transparency.tables.roll_up import (
    ALONE,
    ESTIMATES,
    EXCEEDS,
    MATCHES,
    REMAINDER,
)
from kyoso.core import units

NOISE = 1e-12
"""Of an amount: the digits that a result is written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """National statistics of one source in one category against what facilities report.

    Quantities are in ``unit``; one that is not known is ``None``. ``streams`` are the categories
    of facility lines that were compared. A ``partial`` national figure is not all that there is.
    """

    stream: Stream
    source: str
    unit: str
    national: float | None
    facilities: float | None
    verdict: str
    streams: tuple[Stream, ...] = ()
    partial: bool = False

    @property
    def residual(self) -> float | None:
        """National activity less that of facilities, absent where one is not known."""
        if self.national is None:
            return None
        return self.national - (self.facilities or 0.0)

    @property
    def coverage(self) -> float | None:
        if self.partial or not self.national or self.national < 0 or self.verdict == EXCEEDS:
            return None
        return 100.0 * (self.facilities or 0.0) / self.national


def nearest(stream: Stream, known: Mapping[Stream, Any]) -> Stream | None:
    """The national figure for a facility's category: its own, or that of one above it."""
    country, year, category, source = stream
    for above in categories.lineage(category):
        if (country, year, above, source) in known:
            return country, year, above, source
    return None


def amounts(quantities: Sequence[Row], factors: Sequence[Row], unit: str) -> float:
    """Quantities of one source in ``unit`` (mass and energy meet through the calorific value).

    Raises :class:`UnitError` where one does not fit.
    """
    canonical = BASES[basis(unit) or "mass"]
    calorific = next((row for row in factors if row["net_calorific_value"] is not None), None)
    factor = {
        "net_calorific_value": None,
        "net_calorific_value_lower": None,
        "net_calorific_value_upper": None,
        **(calorific or {}),
        "source": quantities[0]["source"] if quantities else "",
        "unit": f"t/{canonical}",
        "value": 1.0,
    }
    scale = units.conversion(unit, canonical)
    return math.fsum(
        row["quantity"] * (per_unit(factor, row["unit"])[0] / scale) for row in quantities
    )


def reconcile(
    quantities: Mapping[Stream, Sequence[Row]],
    national: Mapping[Stream, Row],
    factors: Mapping[str, Sequence[Row]],
    tolerance: float,
) -> Iterator[Reconciled]:
    """Every national figure against the facilities at or below it, and facilities without one.

    residual = national − Σ facilities; it is nothing within ``tolerance`` (% of national).
    """
    under: dict[Stream, list[Stream]] = {stream: [] for stream in national}
    alone: list[Stream] = []
    for stream in sorted(quantities):
        above = nearest(stream, national)
        (alone if above is None else under[above]).append(stream)
    for stream, row in sorted(national.items()):
        own = [one for part in under[stream] for one in quantities[part]]
        facilities = amounts(own, factors.get(stream[3], ()), row["unit"]) if own else None
        yield Reconciled(
            stream=stream,
            source=row["source"],
            unit=row["unit"],
            national=row["quantity"],
            facilities=facilities,
            verdict=_verdict(row["quantity"], facilities or 0.0, tolerance),
            streams=tuple(under[stream]),
        )
    for stream in alone:
        yield from _unmatched(stream, quantities[stream])


def _verdict(national: float, facilities: float, tolerance: float) -> str:
    residual = national - facilities
    limit = max(tolerance / 100.0 * national, NOISE * max(national, facilities))
    if abs(residual) <= limit:
        return MATCHES
    return EXCEEDS if residual < 0 else REMAINDER


def _unmatched(stream: Stream, quantities: Sequence[Row]) -> Iterator[Reconciled]:
    """Facilities that no national figure stands against, in the unit of their kind."""
    kinds: defaultdict[str, list[Row]] = defaultdict(list)
    for row in quantities:
        kinds[BASES.get(basis(row["unit"]) or "", row["unit"])].append(row)
    for unit, rows in sorted(kinds.items()):
        yield Reconciled(
            stream=stream,
            source=rows[0]["source"],
            unit=unit,
            national=None,
            facilities=math.fsum(r["quantity"] * units.conversion(r["unit"], unit) for r in rows),
            verdict=ALONE,
            streams=(stream,),
        )


def estimate_of(gas: str) -> str:
    """What a national estimate of a gas is called among the sources."""
    return f"{gas} (estimate)"


def compare(
    estimates: Sequence[Row], emitted: Sequence[tuple[Stream, str, float]], tolerance: float
) -> Iterator[tuple[str, Reconciled]]:
    """Every national estimate of a category and gas against the facilities at or below it.

    ``emitted`` has stream, gas and mass [t] of what facilities report and counts. With each
    comparison stands its gas. A removal is what it is: nothing exceeds it.
    """
    for row in sorted(
        estimates, key=lambda one: (one["country"], one["year"], one["category"], one["gas"])
    ):
        own = [
            (stream, mass)
            for stream, gas, mass in emitted
            if (stream[0], stream[1], gas) == (row["country"], row["year"], row["gas"])
            and row["category"] in categories.lineage(stream[2])
        ]
        facilities = math.fsum(mass for _, mass in own) if own else None
        source, removed = estimate_of(row["gas"]), row["mass"] < 0
        yield (
            row["gas"],
            Reconciled(
                stream=(row["country"], row["year"], row["category"], source.lower()),
                source=source,
                unit="t",
                national=row["mass"],
                facilities=facilities,
                verdict=REMAINDER
                if removed
                else _verdict(row["mass"], facilities or 0.0, tolerance),
                streams=tuple(sorted({stream for stream, _ in own})),
                partial=ESTIMATES.told(row, "not_estimated") is not None,
            ),
        )


def facilities_alone(
    emitted: Iterable[tuple[Stream, str, float]],
    found: Iterable[Reconciled],
    compared: Iterable[tuple[str, Reconciled]],
) -> Iterator[tuple[Stream, str]]:
    """Stream and gas of what nothing national stands against, neither statistics nor estimates.

    ``emitted`` as for :func:`compare`, whose result is ``compared``; ``found`` is that of
    :func:`reconcile`.
    """
    known = {stream for one in found if one.national is not None for stream in one.streams}
    estimated = {(stream, gas) for gas, one in compared for stream in one.streams}
    for stream, gas, _ in emitted:
        if stream not in known and (stream, gas) not in estimated:
            yield stream, gas
