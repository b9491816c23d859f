"""Who may do what to which model, and who sees its rows: found in the apps, named nowhere."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from types import ModuleType
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import ForeignKey, Model, Q, QuerySet

from kyoso.hub.accounts.selectors import Viewer

Selector = Callable[[Viewer], QuerySet[Any]]

_OURS = "kyoso.hub."


def our_models() -> list[type[Model]]:
    """Every model of the site's own apps."""
    return [one for one in apps.get_models() if one.__module__.startswith(_OURS)]


@cache
def selectors() -> Mapping[type[Model], Selector]:
    """``visible_to`` and ``…s_visible_to`` of every app, by the model that they show."""
    found: dict[type[Model], Selector] = {}
    for module in modules("selectors", "visibility"):
        for name, selector in vars(module).items():
            if name == "visible_to" or name.endswith("s_visible_to"):
                found[selector(AnonymousUser()).model] = selector
    return found


def actions() -> Mapping[str, type[Model]]:
    """Every permission that an app's ``rules`` declare, with the model that it is asked of."""
    return {
        name: model
        for module in modules("rules")
        for name, model in getattr(module, "ACTIONS", {}).items()
    }


def modules(*names: str) -> Iterator[ModuleType]:
    """The modules of the site that are called so, in the order of the apps, each once."""
    seen = set()
    for app in apps.get_app_configs():
        if not app.name.startswith(_OURS):
            continue
        packages = [
            app.name,
            *(
                one.name
                for one in pkgutil.walk_packages([app.path], f"{app.name}.")
                if one.ispkg and not one.name.endswith((".migrations", ".management", ".commands"))
            ),
        ]
        for package, name in product(packages, names):
            if (package, name) in seen:
                continue
            seen.add((package, name))
            if find_spec(f"{package}.{name}") is not None:
                yield import_module(f"{package}.{name}")


def limited(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    """Of some rows those that a viewer may see: neither they nor what they point at are hidden."""
    shown = selectors()
    if (own := shown.get(rows.model)) is not None:
        rows = rows.filter(pk__in=own(viewer).values("pk"))
    for field in rows.model._meta.concrete_fields:
        over = shown.get(field.related_model) if isinstance(field, ForeignKey) else None
        if over is not None and not issubclass(field.related_model, _people()):
            rows = rows.filter(
                Q(**{f"{field.name}__isnull": True})
                | Q(**{f"{field.name}__in": over(viewer).values("pk")})
            )
    return rows


def _people() -> type[Model]:
    """Who acted is told with every act; that the person's profile is hidden hides no row."""
    from kyoso.hub.accounts.models import User

    return User
