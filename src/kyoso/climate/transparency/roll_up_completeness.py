"""How every category and gas of an inventory is filled: a value, a part, a key, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kyoso.climate.transparency import categories, gaps
from kyoso.climate.transparency.category_trees import Tree, Trees
from kyoso.climate.transparency.roll_up_lines import Row, place_of
from kyoso.climate.transparency.tables.roll_up import ABOVE, MISSING, NOTED, PARTIAL, REPORTED


def completeness_of(
    places: Iterable[tuple[str, int]],
    trees: Trees,
    stated: Sequence[Row],
    partial: Mapping[Tree, gaps.Reasons],
) -> Iterator[dict[str, Any]]:
    """Every lowest category with the gases that the guidelines foresee for it."""
    valued: defaultdict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    own: defaultdict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    for (country, year, gas, _), nodes in trees.trees.items():
        for category, node in nodes.items():
            valued[country, year].add((category, categories.group(gas)))
            if node.own is not None:
                own[country, year].add((category, categories.group(gas)))
    keys: defaultdict[tuple[str, int], dict[tuple[str, str], str]] = defaultdict(dict)
    for row in stated:
        keys[place_of(row)][row["category"], categories.group(row["gas"])] = row["notation"]
    parts, absent = _by_group(partial), _by_group(gaps.whole(stated))
    for place in places:
        for category in categories.codes():
            if categories.children(category):
                continue
            for gas in categories.gases(category):
                filled = _filled(
                    (category, gas), valued[place], own[place], keys[place], parts[place]
                )
                at = (filled["found_in"], gas)
                told = parts if filled["status"] == PARTIAL else absent
                yield {
                    "country": place[0],
                    "year": place[1],
                    "category": category,
                    "gas": gas,
                    **filled,
                    "not_estimated": told[place].get(at) or None,
                }


def _by_group(
    reasons: Mapping[Tree, gaps.Reasons],
) -> defaultdict[tuple[str, int], dict[tuple[str, str], str]]:
    """Reasons by category and group of gases, by country and year."""
    found: defaultdict[tuple[str, int], dict[tuple[str, str], str]] = defaultdict(dict)
    for (country, year, gas, _), by_category in sorted(reasons.items()):
        for category, why in by_category.items():
            key = (category, categories.group(gas))
            before = found[country, year].get(key)
            found[country, year][key] = "; ".join(filter(None, (before, why)))
    return found


def _filled(
    cell: tuple[str, str],
    valued: set[tuple[str, str]],
    own: set[tuple[str, str]],
    keys: Mapping[tuple[str, str], str],
    partial: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    """How a category and gas is filled, and where."""
    category, gas = cell
    line = [(above, gas) for above in categories.lineage(category)]
    if cell in valued:
        return _where(cell, REPORTED, keys, partial)
    for status, known in ((NOTED, keys), (ABOVE, own)):
        for above in line:
            if above in known:
                return _where(above, status, keys, partial)
    return {"status": MISSING, "notation": None, "found_in": None}


def _where(
    cell: tuple[str, str],
    status: str,
    keys: Mapping[tuple[str, str], str],
    partial: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    """What fills a cell; what is estimated in part only is neither reported nor missing."""
    if cell in partial:
        notation = keys.get(cell) or gaps.NOT_ESTIMATED
        return {"status": PARTIAL, "notation": notation, "found_in": cell[0]}
    return {"status": status, "notation": keys.get(cell), "found_in": cell[0]}
