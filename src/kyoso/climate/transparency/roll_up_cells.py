"""The rows of an inventory: amounts of its trees, keys and gaps beside them, what they rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kyoso.climate.transparency import categories, gaps
from kyoso.climate.transparency.category_trees import Node, Tree, Trees, is_biogenic, item_of
from kyoso.climate.transparency.estimates import sentences
from kyoso.climate.transparency.factors import potentials
from kyoso.climate.transparency.reconciliation import Reconciled
from kyoso.climate.transparency.roll_up_lines import Row, Stream, stream_of, who
from kyoso.climate.transparency.tables.roll_up import CONFIDENTIAL, TOTAL, TRANSFERRED
from kyoso.climate.transparency.withholding import Reporters

_BLANK = {"from_facilities": None, "remainder": None, "total": None, "co2e": None, "coverage": None}


def cells(
    trees: Trees, hidden: Mapping[Tree, frozenset[str]], assessment: str
) -> Iterator[dict[str, Any]]:
    """Every category with an amount of a gas; one that is withheld has the key C in its place."""
    warming = potentials(assessment)
    for tree, nodes in sorted(trees.trees.items()):
        country, year, gas, item = tree
        for category, node in nodes.items():
            row = {"country": country, "year": year, "category": category, "gas": gas, "item": item}
            if category in hidden[tree]:
                yield {**row, **_BLANK, "notation": "C"}
                continue
            yield {
                **row,
                **node.parts(),
                "co2e": node.total * warming[gas],
                "coverage": node.coverage(),
                "notation": None,
            }


def with_notations(inventory: list[dict[str, Any]], stated: Sequence[Row]) -> list[dict[str, Any]]:
    """Stated keys beside the values: at a cell that has one, or as a row without a value."""
    keys = {
        (row["country"], row["year"], row["category"], row["gas"]): row["notation"]
        for row in stated
    }
    for row in inventory:
        key = (row["country"], row["year"], row["category"], row["gas"])
        if row["item"] == item_of(row["category"], biogenic=False) and key in keys:
            notation = keys.pop(key)
            row["notation"] = row["notation"] or notation
    for (country, year, category, gas), notation in keys.items():
        inventory.append(
            {
                "country": country,
                "year": year,
                "category": category,
                "gas": gas,
                "item": item_of(category, biogenic=False),
                **_BLANK,
                "notation": notation,
            }
        )
    return inventory


def with_gaps(
    row: dict[str, Any],
    partial: Mapping[Tree, gaps.Reasons],
    lacking: Mapping[Tree, gaps.Reasons],
) -> dict[str, Any]:
    """What is not estimated beside what is; a value that is partial has the key NE with it."""
    tree = (row["country"], row["year"], row["gas"], row["item"])
    if row["category"] in partial.get(tree, {}):
        row["notation"] = row["notation"] or gaps.NOT_ESTIMATED
    told = gaps.told(lacking.get(tree, {}), row["category"])
    return {**row, **sentences("not_estimated", told)}


def sums_of(
    trees: Trees,
    hidden: Mapping[Tree, frozenset[str]],
    lacking: Mapping[Tree, gaps.Reasons],
    assessment: str,
) -> Iterator[dict[str, Any]]:
    """CO2 equivalents of the national total and its sectors, without memo items."""
    warming = potentials(assessment)
    wanted = (categories.NATIONAL_TOTAL, *categories.children(categories.NATIONAL_TOTAL))
    sums: defaultdict[tuple[str, int, str], Node] = defaultdict(Node)
    secret: set[tuple[str, int, str]] = set()
    for tree, nodes in sorted(trees.trees.items()):
        country, year, gas, item = tree
        for category in wanted:
            if item != TOTAL or category not in nodes:
                continue
            key, node = (country, year, category), nodes[category]
            sums[key].facilities += [mass * warming[gas] for mass in node.facilities]
            sums[key].remainder += [mass * warming[gas] for mass in node.remainder]
            sums[key].open |= node.open
            if category in hidden[tree]:
                secret.add(key)
    for key, node in sums.items():
        told = [
            text
            for (country, year, gas, item), reasons in sorted(lacking.items())
            if (country, year, item) == (*key[:2], TOTAL)
            for text in gaps.told(reasons, key[2], gas)
        ]
        row: dict[str, Any] = dict(zip(("country", "year", "category"), key, strict=True))
        row |= sentences("not_estimated", told)
        if key in secret:
            yield {**row, **_BLANK, "notation": "C"}
        else:
            yield {**row, **node.parts(), "coverage": node.coverage(), "notation": None}


def basis_of(digest: Sequence[Row], transferred: str) -> Iterator[dict[str, Any]]:
    """Which lines the cells rest on; what was handed over only where it is subtracted."""
    counted: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    written: dict[tuple[Any, ...], str] = {}
    for row in digest:
        if row["boundary"] == TRANSFERRED and transferred == "kept":
            continue
        item = item_of(row["category"], biogenic=is_biogenic(row))
        key = (*stream_of(row), row["gas"], item, row["boundary"])
        written.setdefault(key, row["source"])
        counted[key] += row["lines"]
    for key, lines in counted.items():
        country, year, category, _, gas, item, boundary = key
        yield {
            "country": country,
            "year": year,
            "category": category,
            "gas": gas,
            "item": item,
            "source": written[key],
            "boundary": boundary,
            "lines": lines,
        }


def reconciled_rows(
    found: Sequence[Reconciled], digest: Sequence[Row], by: Mapping[tuple[Any, ...], Reporters]
) -> Iterator[dict[str, Any]]:
    """The comparison; where a confidential line rests with too few, what would tell it is out."""
    behind: defaultdict[Stream, Reporters] = defaultdict(Reporters)
    secret: set[Stream] = set()
    for row in digest:
        behind[stream_of(row)] |= by.get(who(row), Reporters())
        if row["confidential"]:
            secret.add(stream_of(row))
    for one in found:
        country, year, category, _ = one.stream
        reported = Reporters()
        for stream in one.streams:
            reported |= behind[stream]
        silent = not secret.isdisjoint(one.streams) and not reported.enough
        yield {
            "country": country,
            "year": year,
            "category": category,
            "source": one.source,
            "unit": one.unit,
            "national": one.national,
            "facilities": None if silent else one.facilities,
            "residual": None if silent else one.residual,
            "coverage": None if silent else one.coverage,
            "verdict": CONFIDENTIAL if silent else one.verdict,
        }
