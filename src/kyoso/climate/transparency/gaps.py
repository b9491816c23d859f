"""What an inventory does not hold because it is not estimated: where, and why."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.category_trees import Tree, item_of
from kyoso.climate.transparency.roll_up_lines import Row
from kyoso.climate.transparency.tables.roll_up import ESTIMATES, STATED
from kyoso.core.text import COLON, Text, joined, same

NOT_ESTIMATED = "NE"
CONFIDENTIAL = "C"

Reasons = Mapping[str, Text | None]
"""Why something of a category is not estimated, by its code; ``None`` where no reason is given."""


def partial(estimates: Iterable[Row]) -> Mapping[Tree, Reasons]:
    """What national estimates say that they leave out."""
    said = ((row, ESTIMATES.told(row, "not_estimated")) for row in estimates)
    return _by_tree((row, why) for row, why in said if why is not None)


def keyed(stated: Iterable[Row]) -> Mapping[Tree, Reasons]:
    """What the key NE says is not estimated."""
    return _by_tree(
        (row, STATED.told(row, "explanation")) for row in stated if row["notation"] == NOT_ESTIMATED
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


def _by_tree(found: Iterable[tuple[Row, Text | None]]) -> Mapping[Tree, Reasons]:
    reasons: dict[Tree, dict[str, Text | None]] = {}
    for row, why in found:
        item = item_of(row["category"], biogenic=False)
        tree = (row["country"], row["year"], row["gas"], item)
        reasons.setdefault(tree, {})[row["category"]] = why
    return reasons


def together(*several: Mapping[Tree, Reasons]) -> Mapping[Tree, Reasons]:
    """The reasons of all of them, in the order of the guidelines."""
    order = {code: at for at, code in enumerate(categories.codes())}
    merged: dict[Tree, dict[str, Text | None]] = {}
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


def told(reasons: Reasons, category: str, gas: str = "") -> list[Text]:
    """What is not estimated at a category and below it, as words; its own comes first.

    >>> [one.ja for one in told({"3A1": Text("goats", "山羊"), "3A1j": None}, "3A", "CH4")]
    ['3A1 CH4：山羊', '3A1j CH4']
    """
    return [
        joined((same(f"{code} {gas}".strip()), *((why,) if why else ())), COLON)
        for code, why in reasons.items()
        if category in categories.lineage(code)
    ]


def is_own(category: str, text: str | None) -> bool:
    """Whether words of :func:`told`, joined, begin with something of the category itself."""
    return text is not None and text.partition("; ")[0].partition(": ")[0] == category


def without(category: str, text: Text) -> Text | None:
    """Words of :func:`told`, joined, without the category at their head; ``None`` if that is all.

    >>> without("3A1", Text("3A1: goats; 3A1j: deer", "3A1：山羊；3A1j：鹿")).ja
    '山羊；3A1j：鹿'
    """
    rest = [one.removeprefix(category).lstrip(":;：； ") for one in (text.en, text.ja)]
    return Text(*rest) if all(rest) else None


def has_value(cell: Row) -> bool:
    """Whether a cell of an inventory has a value, shown or withheld."""
    return cell["total"] is not None or cell["notation"] == CONFIDENTIAL
