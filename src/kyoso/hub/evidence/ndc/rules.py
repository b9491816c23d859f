"""Who may do what to the statements of a country.

The state in which something can be done is asked by the services. The querysets of
:mod:`kyoso.hub.evidence.ndc.selectors` agree with the rules that let see. Focal point and sector
ministry of a country write; before publication it is the country's own affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import always_allow

from kyoso.hub.evidence.inventory.rules import (
    is_auditor,
    is_author,
    is_of_the_country,
    is_public,
)
from kyoso.hub.evidence.ndc.models import Statement, Tracking


def shows_run(_user: Any, run: Any) -> bool:
    """A tracking rests on published data alone: everybody sees its run."""
    return bool(run.trackings.all())


PERMISSIONS: Mapping[str, tuple[type[Model], Any]] = {
    "ndc.view_statement": (Statement, is_public | is_of_the_country | is_auditor),
    "ndc.write_statement": (Statement, is_of_the_country),
    "ndc.publish_statement": (Statement, is_of_the_country & ~is_author),
    "ndc.view_tracking": (Tracking, always_allow),
}
ACTIONS: Mapping[str, type[Model]] = {name: model for name, (model, _) in PERMISSIONS.items()}

for _name, (_, _rule) in PERMISSIONS.items():
    add_perm(_name, _rule)
