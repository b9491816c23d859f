"""Amounts at categories, grown into trees: what a category comes to with all that lies below it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.factors import Coefficient, potentials
from kyoso.climate.transparency.reconciliation import Reconciled
from kyoso.climate.transparency.roll_up_lines import Row, stream_of, who
from kyoso.climate.transparency.tables.roll_up import (
    BIOGENIC,
    MATCHES,
    REMAINDER,
    TOTAL,
    TRANSFERRED,
)
from kyoso.climate.transparency.withholding import Cell, Reporters
from kyoso.methods.declaration import Values

Tree = tuple[str, int, str, str]
"""A country, a year, a gas and an item: what one tree of categories is of."""


def mass_of(row: Row, warming: Mapping[str, float]) -> float:
    """The mass [t] of a row of the digest; CO2 equivalents without mass go through ``warming``."""
    converted = (row["co2e"] or 0.0) / warming[row["gas"]] if row["co2e"] else 0.0
    return (row["mass"] or 0.0) + converted


def is_biogenic(row: Row) -> bool:
    """Whether lines are a memo item for their carbon; they say so by boundary or by a mark."""
    return bool(row["biogenic"]) or row["boundary"] == BIOGENIC


def item_of(category: str, *, biogenic: bool) -> str:
    """What an amount counts toward: the national total, or a memo item."""
    return BIOGENIC if biogenic else categories.memo(category) or TOTAL


@dataclass(slots=True)
class Node:
    """One category of a tree while it grows: amounts [t], who reports, what is open.

    ``open`` says that nothing tells what facilities leave out: there are no national statistics,
    or a part is not estimated.
    """

    facilities: list[float] = field(default_factory=list)
    remainder: list[float] = field(default_factory=list)
    reporters: Reporters = field(default_factory=Reporters)
    own: Reporters | None = None
    confidential: bool = False
    own_confidential: bool = False
    open: bool = False

    @property
    def total(self) -> float:
        return math.fsum((*self.facilities, *self.remainder))

    def cell(self) -> Cell:
        return Cell(
            amount=self.total,
            confidential=self.confidential,
            reporters=self.reporters,
            own=self.own,
            own_confidential=self.own_confidential,
        )

    def parts(self) -> dict[str, float | None]:
        """Amounts by origin; absent where there is none."""
        return {
            "from_facilities": math.fsum(self.facilities) if self.facilities else None,
            "remainder": math.fsum(self.remainder) if self.remainder else None,
            "total": self.total,
        }

    def coverage(self) -> float | None:
        total = self.total
        if self.open or total <= 0:
            return None
        return 100.0 * math.fsum(self.facilities) / total


class Trees:
    """The trees of an inventory, grown from amounts at any category."""

    def __init__(self) -> None:
        self.trees: defaultdict[Tree, dict[str, Node]] = defaultdict(dict)

    def _line(self, tree: Tree, category: str) -> Iterator[tuple[str, Node]]:
        for above in categories.lineage(category):
            yield above, self.trees[tree].setdefault(above, Node())

    def report(
        self,
        tree: Tree,
        category: str,
        mass: float,
        *,
        by: Reporters,
        secret: bool,
        known_from: str | None,
    ) -> None:
        """Add what facilities report [t].

        From the category ``known_from`` upward national statistics tell what is left out.
        """
        known = categories.lineage(known_from) if known_from else ()
        for above, node in self._line(tree, category):
            node.facilities.append(mass)
            node.reporters |= by
            node.confidential |= secret
            node.open |= above not in known
        own = self.trees[tree][category]
        own.own = (own.own or Reporters()) | by
        own.own_confidential |= secret

    def estimate(self, tree: Tree, category: str, mass: float) -> None:
        """Add what facilities do not report [t]."""
        for _, node in self._line(tree, category):
            node.remainder.append(mass)
        own = self.trees[tree][category]
        own.own = own.own or Reporters()

    def leave_open(self, partial: Mapping[Tree, Iterable[str]]) -> None:
        """Say of categories with a value that they hold more than what is known of them."""
        for tree, several in partial.items():
            for category in several:
                for _, node in self._line(tree, category):
                    node.open = True


def grow(
    digest: Sequence[Row],
    found: Sequence[Reconciled],
    by: Mapping[tuple[Any, ...], Reporters],
    estimates: Mapping[tuple[str, str, str], Sequence[Coefficient]],
    *,
    compared: Sequence[tuple[str, Reconciled]],
    values: Values,
) -> Trees:
    """All trees: lines of facilities, and remainders with the default factors of their source.

    ``compared`` are the national estimates of a gas, of which the remainder is a mass.
    """
    warming = potentials(str(values["gwp"]))
    subtracted = str(values["transferred"]) == "subtracted"
    settled = {
        stream: one.stream[2]
        for one in found
        if one.verdict in (MATCHES, REMAINDER)
        for stream in one.streams
    }
    estimated = {
        (stream, gas): one.stream[2]
        for gas, one in compared
        if one.verdict in (MATCHES, REMAINDER) and not one.partial
        for stream in one.streams
    }
    trees = Trees()
    for row in digest:
        if row["boundary"] == TRANSFERRED and not subtracted:
            continue
        item = item_of(row["category"], biogenic=is_biogenic(row))
        trees.report(
            (row["country"], row["year"], row["gas"], item),
            row["category"],
            mass_of(row, warming) * (-1.0 if row["boundary"] == TRANSFERRED else 1.0),
            by=by.get(who(row), Reporters()),
            secret=row["confidential"],
            known_from=settled.get(stream_of(row)) or estimated.get((stream_of(row), row["gas"])),
        )
    for one in found:
        if one.verdict != REMAINDER or one.residual is None:
            continue
        country, year, category, source = one.stream
        for factor in estimates.get((source, one.unit, category), ()):
            item = item_of(category, biogenic=factor.biogenic)
            trees.estimate((country, year, factor.gas, item), category, one.residual * factor.mass)
    for gas, one in compared:
        country, year, category, _ = one.stream
        tree = (country, year, gas, item_of(category, biogenic=False))
        is_alone = one.facilities is None  # an estimate of zero is an estimate
        if one.residual is not None and (one.verdict == REMAINDER or is_alone):
            trees.estimate(tree, category, one.residual)
    return trees


def counted(
    digest: Sequence[Row], values: Values
) -> Iterator[tuple[tuple[str, int, str, str], str, float]]:
    """Stream, gas and mass [t] of what facilities report and counts, without biogenic carbon.

    What was handed over is negative where it is subtracted.
    """
    warming = potentials(str(values["gwp"]))
    for row in digest:
        if is_biogenic(row) or (
            row["boundary"] == TRANSFERRED and str(values["transferred"]) != "subtracted"
        ):
            continue
        sign = -1.0 if row["boundary"] == TRANSFERRED else 1.0
        yield stream_of(row), row["gas"], sign * mass_of(row, warming)
