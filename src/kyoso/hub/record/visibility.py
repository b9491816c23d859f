"""Which selector decides who sees the rows of a model; found in the apps, named nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
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
    """``visible_to`` and ``…_visible_to`` of every app's ``selectors``, by the model they show."""
    found: dict[type[Model], Selector] = {}
    for app in apps.get_app_configs():
        name = f"{app.name}.selectors"
        if not app.name.startswith(_OURS) or find_spec(name) is None:
            continue
        for function, selector in vars(import_module(name)).items():
            if function.endswith("visible_to") and selector.__module__ == name:
                found[selector(AnonymousUser()).model] = selector
    return found


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
