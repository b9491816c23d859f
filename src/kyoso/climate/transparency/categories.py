"""The tree of IPCC categories: what lies above and below a code, and what is a memo item."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from kyoso import reference

TREE = "ghg/categories"

NATIONAL_TOTAL = "0"
"""The root: what all categories come to, without memo items."""


@cache
def codes() -> tuple[str, ...]:
    """All codes of the 2006 tree, from the root, each before what lies below it."""
    return tuple(row["category"] for row in reference.load(TREE).rows)


@cache
def _parents() -> Mapping[str, str]:
    return {row["category"]: row["parent"] for row in reference.load(TREE).rows}


@cache
def lineage(category: str) -> tuple[str, ...]:
    """The category and all above it, nearest first, the national total last.

    >>> lineage("1A2f")
    ('1A2f', '1A2', '1A', '1', '0')
    """
    above = _parents()[category]
    return (category, *lineage(above)) if above else (category,)


@cache
def below(category: str) -> tuple[str, ...]:
    """All categories under one, at any depth, in the order of the tree.

    >>> below("1A3d")
    ('1A3di', '1A3dii')
    """
    return tuple(code for code in codes() if code != category and category in lineage(code))


@cache
def children(category: str) -> tuple[str, ...]:
    """The categories directly under one.

    >>> children("4C")
    ('4C1', '4C2')
    """
    return tuple(code for code, above in _parents().items() if above == category)


@cache
def memo(category: str) -> str | None:
    """The memo item that a category is reported under, outside the national total, if any.

    >>> memo("1A3di")
    'bunkers'
    """
    named = reference.load(TREE).by("category")
    return next((kind for code in lineage(category) if (kind := named[code]["memo"])), None)


@cache
def gases(category: str) -> tuple[str, ...]:
    """The gases and groups of gases for which the guidelines foresee the category.

    >>> gases("3C7")
    ('CH4',)
    """
    found = reference.load(TREE).by("category")[category]["gases"]
    return tuple(found.split(";")) if found else ()


_GROUPS = (("HFCs", re.compile(r"HFC\d.*")), ("PFCs", re.compile(r"c?C\d*F\d+")))


@cache
def group(gas: str) -> str:
    """The group under which the guidelines foresee a gas, or the gas itself.

    >>> group("HFC134a"), group("CF4"), group("SF6")
    ('HFCs', 'PFCs', 'SF6')
    """
    return next((name for name, form in _GROUPS if form.fullmatch(gas)), gas)
