"""Finds methods: every module-level ``Method`` in the packages that call themselves pillars.

A pillar announces itself by an entry point of the group ``kyoso.pillars``; a room inside it is
found by walking the package. Nothing is named twice, and no list has to be kept.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

from kyoso.core.errors import NotFoundError
from kyoso.core.text import Text
from kyoso.methods.declaration import Method

GROUP = "kyoso.pillars"


@cache
def methods() -> dict[str, Method]:
    """All methods by id, in the order of their ids."""
    return found_in(entry.value for entry in entry_points(group=GROUP))


def found_in(pillars: Iterable[str]) -> dict[str, Method]:
    """The methods in some packages by id. Raises :class:`ValueError` where two share one."""
    found: dict[str, Method] = {}
    for method in _module_level(pillars):
        # The same method may be seen twice, where one module imports it from another.
        if found.setdefault(method.id, method) is not method:
            message = f"two methods are called {method.id}"
            raise ValueError(message)
    return dict(sorted(found.items()))


def _module_level(pillars: Iterable[str]) -> Iterator[Method]:
    for module in _modules(pillars):
        yield from (value for value in vars(module).values() if isinstance(value, Method))


def _modules(pillars: Iterable[str]) -> Iterator[ModuleType]:
    """Each pillar and, where it is a package, all modules below it."""
    for name in pillars:
        pillar = importlib.import_module(name)
        yield pillar
        for module in pkgutil.walk_packages(getattr(pillar, "__path__", ()), f"{name}."):
            yield importlib.import_module(module.name)


def get(name: str) -> Method:
    """The method of that id. Raises :class:`NotFoundError` that names the nearest ones."""
    known = methods()
    if name in known:
        return known[name]
    # A name that is nearly right is not answered with others that are merely alike.
    close = (
        difflib.get_close_matches(name, known, n=2, cutoff=0.8)
        or difflib.get_close_matches(name, known, n=2, cutoff=0.3)
        or list(known)[:3]
    )
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
