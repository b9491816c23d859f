"""What an inventory does not hold because it is not estimated: where, and why."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.category_trees import Tree, item_of
from kyoso.climate.transparency.roll_up_lines import Row

NOT_ESTIMATED = "NE"
CONFIDENTIAL = "C"

Reasons = Mapping[str, str]
"""Why something of a category is not estimated, by its code."""


def partial(estimates: Iterable[Row]) -> Mapping[Tree, Reasons]:
    """What national estimates say that they leave out."""
    return _by_tree((row, row["not_estimated"]) for row in estimates if row["not_estimated"])


def keyed(stated: Iterable[Row]) -> Mapping[Tree, Reasons]:
    """What the key NE says is not estimated; a reason that is not given is empty."""
    return _by_tree(
        (row, row["explanation"] or "") for row in stated if row["notation"] == NOT_ESTIMATED
    )


def beside(
    reasons: Mapping[Tree, Reasons], valued: Mapping[Tree, Container[str]]
) -> Mapping[Tree, Reasons]:
    """Of what is not estimated, that of categories with a value: it is what the value leaves out.

    ``valued`` has the categories with a value, by tree.
    """
    return {
        tree: kept
        for tree, of_tree in reasons.items()
        if (kept := {code: why for code, why in of_tree.items() if code in valued.get(tree, ())})
    }


def _by_tree(found: Iterable[tuple[Row, str]]) -> Mapping[Tree, Reasons]:
    reasons: dict[Tree, dict[str, str]] = {}
    for row, why in found:
        item = item_of(row["category"], biogenic=False)
        tree = (row["country"], row["year"], row["gas"], item)
        reasons.setdefault(tree, {})[row["category"]] = why
    return reasons


def together(*several: Mapping[Tree, Reasons]) -> Mapping[Tree, Reasons]:
    """The reasons of all of them, in the order of the guidelines."""
    order = {code: at for at, code in enumerate(categories.codes())}
    merged: dict[Tree, dict[str, str]] = {}
    for one in several:
        for tree, reasons in one.items():
            merged.setdefault(tree, {}).update(reasons)
    return {
        tree: dict(sorted(reasons.items(), key=lambda pair: order[pair[0]]))
        for tree, reasons in merged.items()
    }


def stands(reasons: Reasons, category: str) -> bool:
    """Whether something of a category, or of one above it, is said to be not estimated.

    >>> stands({"1A2": "facilities below the threshold"}, "1A2f")
    True
    """
    return not reasons.keys().isdisjoint(categories.lineage(category))


def told(reasons: Reasons, category: str, gas: str = "") -> list[str]:
    """What is not estimated at a category and below it, as words; its own comes first.

    >>> told({"3A1": "goats: no census", "3A1j": "deer"}, "3A")
    ['3A1: goats: no census', '3A1j: deer']
    """
    return [
        ": ".join(filter(None, (f"{code} {gas}".strip(), why)))
        for code, why in reasons.items()
        if category in categories.lineage(code)
    ]


def is_own(category: str, text: str | None) -> bool:
    """Whether words of :func:`told`, joined, begin with something of the category itself."""
    return text is not None and text.partition("; ")[0].partition(": ")[0] == category


def has_value(cell: Row) -> bool:
    """Whether a cell of an inventory has a value, shown or withheld."""
    return cell["total"] is not None or cell["notation"] == CONFIDENTIAL
