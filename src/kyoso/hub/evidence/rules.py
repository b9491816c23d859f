"""Who sees a run, what was sent to it, and who may delete it.

:func:`kyoso.hub.evidence.selectors.visible_to` agrees with ``evidence.view_run``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.rules import is_signed_in
from kyoso.hub.evidence import citing
from kyoso.hub.evidence.models import Run


@predicate
def is_own(user: Any, run: Any) -> bool:
    return run is not None and bool(is_signed_in(user)) and run.owner_id == user.pk


@predicate
def is_public(_user: Any, run: Any) -> bool:
    """A sample, or what a published report rests on."""
    return run is not None and (
        run.sample or any(one.report.state == "published" for one in run.cited_by.all())
    )


@predicate
def is_rested_on(user: Any, run: Any) -> bool:
    """Something that the user sees rests on it."""
    return run is not None and any(one.shows(user, run) for one in citing.known())


@predicate
def is_sample(_user: Any, run: Any) -> bool:
    return run is not None and run.sample


PERMISSIONS: Mapping[str, tuple[type[Model], Any]] = {
    "evidence.view_run": (Run, is_own | is_public | is_rested_on),
    "evidence.open_inputs": (Run, is_own | is_sample),
    "evidence.delete_run": (Run, is_own),
}
ACTIONS: Mapping[str, type[Model]] = {name: model for name, (model, _) in PERMISSIONS.items()}

for _name, (_, _rule) in PERMISSIONS.items():
    add_perm(_name, _rule)
