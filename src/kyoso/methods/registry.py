"""Finds methods: every module-level ``Method`` in the packages that call themselves pillars.

A pillar announces itself by an entry point of the group ``kyoso.pillars``; a room inside it is
found by walking the package. Nothing is named twice, and no list has to be kept.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from kyoso.core.errors import NotFoundError
from kyoso.core.text import Text
from kyoso.methods.declaration import Method

GROUP = "kyoso.pillars"


@cache
def methods() -> dict[str, Method]:
    """All methods by id, in the order of their ids."""
    found: dict[str, Method] = {}
    for entry in entry_points(group=GROUP):
        pillar = importlib.import_module(entry.value)
        for module in pkgutil.walk_packages(pillar.__path__, f"{pillar.__name__}."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Method):
                    if found.setdefault(value.id, value) is not value:
                        message = f"two methods are called {value.id}"
                        raise ValueError(message)
    return dict(sorted(found.items()))


def get(name: str) -> Method:
    """The method of that id. Raises :class:`NotFoundError` that names the nearest ones."""
    known = methods()
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, n=2, cutoff=0.3) or list(known)[:3]
    raise NotFoundError(
        Text("there is no such method", "その手法はありません"),
        where=name,
        hint=Text("did you mean {names}?", "{names}ではありませんか").format(
            names=", ".join(close)
        ),
    )


def serving(activity: str) -> list[Method]:
    """The methods that serve an activity, by its code."""
    return [method for method in methods().values() if activity in method.activities]
