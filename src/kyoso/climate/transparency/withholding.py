"""Which cells of an inventory are withheld, so that no confidential report can be read from it.

A cell that contains a confidential line and rests on fewer than three reporters is withheld.
What is withheld under a category that is shown can be found by subtraction, as one sum: so
further cells are withheld with it until that sum rests on three reporters. Totals stay complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kyoso.climate.transparency import categories

LEAST = 3
"""Reporters that a published figure with confidential lines rests on at least."""


@dataclass(frozen=True, slots=True)
class Reporters:
    """Who stands behind a figure: some of them by name, and whether there are enough in any case."""

    names: frozenset[str] = frozenset()
    many: bool = False

    def __or__(self, other: Reporters) -> Reporters:
        return Reporters(self.names | other.names, self.many or other.many)

    @property
    def enough(self) -> bool:
        return self.many or len(self.names) >= LEAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A category with all that lies below it.

    ``amount`` is its total, ``confidential`` says whether a confidential line is in it,
    ``reporters`` who reports it. ``own`` are the reporters of what stands at the category itself,
    ``None`` where nothing does, and ``own_confidential`` whether a confidential line is there.
    """

    amount: float
    confidential: bool
    reporters: Reporters
    own: Reporters | None = None
    own_confidential: bool = False


def withheld(cells: Mapping[str, Cell]) -> frozenset[str]:
    """The categories of one gas, country and year that are not shown.

    ``cells`` has every category with an amount, and all above it.
    """
    hidden = {
        category
        for category, cell in cells.items()
        if cell.confidential and not cell.reporters.enough
    }
    for above in sorted(cells, key=lambda code: (-len(categories.lineage(code)), code)):
        if above in hidden:
            continue
        under = _under(cells, above)
        concealed = [code for code in under if code in hidden]
        if not concealed and not cells[above].own_confidential:
            continue
        known = cells[above].own or Reporters()
        for code in concealed:
            known |= cells[code].reporters
        for code in _least_first(cells, [code for code in under if code not in hidden]):
            if known.enough:
                break
            known |= cells[code].reporters
            _hide(cells, code, hidden)
    return frozenset(hidden)


def _hide(cells: Mapping[str, Cell], category: str, hidden: set[str]) -> None:
    """Withhold a category, and enough below it that it is not the sum of what is shown."""
    hidden.add(category)
    under = _under(cells, category)
    # What is only estimated can be worked out again, and hides nothing.
    covered = cells[category].own not in (None, Reporters()) or not hidden.isdisjoint(under)
    if under and not covered:
        _hide(cells, _least_first(cells, under)[0], hidden)


def _under(cells: Mapping[str, Cell], category: str) -> list[str]:
    return [code for code in categories.children(category) if code in cells]


def _least_first(cells: Mapping[str, Cell], codes: list[str]) -> list[str]:
    """Reported before merely estimated, small before large: little is lost."""

    def rank(code: str) -> tuple[bool, float, str]:
        return cells[code].reporters == Reporters(), abs(cells[code].amount), code

    return sorted(codes, key=rank)
