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
from rules.predicates import always_allow, predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.evidence.facilities.rules import OF_A_COUNTRY
from kyoso.hub.evidence.ndc.models import Statement, Tracking


@predicate
def is_of_the_country(user: Any, one: Any) -> bool:
    return one is not None and standing(user).has(*OF_A_COUNTRY, country=one.country)


@predicate
def is_author(user: Any, one: Any) -> bool:
    return one is not None and user.pk in one.authors


@predicate
def is_auditor(user: Any, one: Any) -> bool:
    return one is not None and standing(user).has(Role.AUDITOR)


@predicate
def is_public(_user: Any, one: Any) -> bool:
    return one is not None and one.is_public


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
