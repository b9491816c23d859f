"""How every category and gas of an inventory is filled: a value, a part, a key, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kyoso.climate.transparency import categories, gaps
from kyoso.climate.transparency.category_trees import Tree, Trees
from kyoso.climate.transparency.estimates import sentences
from kyoso.climate.transparency.roll_up_lines import Row, place_of
from kyoso.climate.transparency.tables.roll_up import (
    ABOVE,
    BIOGENIC,
    MISSING,
    NOTED,
    PARTIAL,
    REPORTED,
)
from kyoso.core.text import Text

_Cell = tuple[str, str]
"""A category, and a gas or a group of gases."""


@dataclass(slots=True)
class _Place:
    """What is known of the cells of a country and year.

    ``valued`` have a value, ``own`` one that stands at the category itself, of ``open`` ones
    nothing tells all that there is; ``partial`` has what values leave out, and why.
    """

    valued: set[_Cell] = field(default_factory=set)
    own: set[_Cell] = field(default_factory=set)
    open: set[_Cell] = field(default_factory=set)
    keys: dict[_Cell, str] = field(default_factory=dict)
    partial: Mapping[_Cell, Sequence[Text]] = field(default_factory=dict)


def completeness_of(
    places: Iterable[tuple[str, int]],
    trees: Trees,
    stated: Sequence[Row],
    partial: Mapping[Tree, gaps.Reasons],
) -> Iterator[dict[str, Any]]:
    """Every lowest category with the gases that the guidelines foresee for it.

    Biogenic carbon dioxide is a memo item: it fills no cell.
    """
    known = _known(trees, stated)
    parts, absent = _by_group(partial), _by_group(gaps.keyed(stated))
    for where in places:
        known[where].partial = parts[where]
        for category in categories.codes():
            if categories.children(category):
                continue
            for gas in categories.gases(category):
                filled = _filled((category, gas), known[where])
                told = parts if filled["status"] == PARTIAL else absent
                yield {
                    "country": where[0],
                    "year": where[1],
                    "category": category,
                    "gas": gas,
                    **filled,
                    **sentences("not_estimated", told[where].get((filled["found_in"], gas), ())),
                }


def _known(trees: Trees, stated: Sequence[Row]) -> defaultdict[tuple[str, int], _Place]:
    """What has a value, and what keys are stated, by country and year."""
    known: defaultdict[tuple[str, int], _Place] = defaultdict(_Place)
    for (country, year, gas, item), nodes in trees.trees.items():
        if item == BIOGENIC:
            continue
        place = known[country, year]
        for category, node in nodes.items():
            cell = (category, categories.group(gas))
            place.valued.add(cell)
            if node.own is not None:
                place.own.add(cell)
            if node.open:
                place.open.add(cell)
    for row in stated:
        cell = (row["category"], categories.group(row["gas"]))
        known[place_of(row)].keys[cell] = row["notation"]
    return known


def _by_group(
    reasons: Mapping[Tree, gaps.Reasons],
) -> defaultdict[tuple[str, int], dict[_Cell, list[Text]]]:
    """Reasons by category and group of gases, by country and year."""
    found: defaultdict[tuple[str, int], dict[_Cell, list[Text]]] = defaultdict(dict)
    for (country, year, gas, _), by_category in sorted(reasons.items()):
        for category, why in by_category.items():
            said = found[country, year].setdefault((category, categories.group(gas)), [])
            said += (why,) if why else ()
    return found


def _filled(cell: _Cell, place: _Place) -> dict[str, Any]:
    """How a category and gas is filled, and where.

    What is left out above a value is left out of it too, unless something tells all of it.
    """
    line = [(above, cell[1]) for above in categories.lineage(cell[0])]
    if cell in place.valued:
        said = next((above for above in line if above in place.partial), None)
        if said is None or cell not in place.open:
            return _found(REPORTED, cell, place)
        return _found(PARTIAL, said, place)
    for status, there in ((NOTED, place.keys), (ABOVE, place.own)):
        for above in line:
            if above in there:
                is_part = above in place.own and above in place.partial
                return _found(PARTIAL if is_part else status, above, place)
    return {"status": MISSING, "notation": None, "found_in": None}


def _found(status: str, cell: _Cell, place: _Place) -> dict[str, Any]:
    """What fills a cell, from one at or above it; a part has the key NE if no other is given."""
    notation = place.keys.get(cell) or (gaps.NOT_ESTIMATED if status == PARTIAL else None)
    return {"status": status, "notation": notation, "found_in": cell[0]}
