"""Who may do what to national inventories.

The state in which something can be done is asked by the services. The querysets of
:mod:`kyoso.hub.evidence.inventory.selectors` agree with the rules that let see. A country's sector
ministry and focal point build its inventories; before publication they are its own affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.evidence.facilities.rules import OF_A_COUNTRY
from kyoso.hub.evidence.inventory.models import Factor, Inventory, Regional

FURTHER_RUNS = (
    "inventories_by_key",
    "inventories_by_uncertainty",
    "inventories_by_drawing",
    "inventories_by_change",
)
"""Runs on what is shown of an inventory: they hold nothing that is withheld."""


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


@predicate
def is_approved(_user: Any, factor: Any) -> bool:
    return factor is not None and factor.is_approved


@predicate
def is_secretariat(user: Any, one: Any) -> bool:
    return one is not None and standing(user).has(Role.SECRETARIAT)


oversees = is_secretariat | is_auditor
"""Who sees what is made of the region before it is published."""
sees_inside = is_of_the_country | is_auditor


def shows_run(user: Any, run: Any) -> bool:
    """Whether somebody sees a run because an inventory or a factor that they see rests on it."""
    if any(
        (one.is_public and not one.withheld) or sees_inside.test(user, one)
        for one in run.inventories.all()
    ):
        return True
    if any(one.is_approved or sees_inside.test(user, one) for one in run.factors.all()):
        return True
    if any(
        one.is_public or oversees.test(user, one)
        for name in ("regionals", "regionals_by_drawing")
        for one in getattr(run, name).all()
    ):
        return True
    return any(
        one.is_public or sees_inside.test(user, one)
        for name in FURTHER_RUNS
        for one in getattr(run, name).all()
    )


PERMISSIONS: Mapping[str, tuple[type[Model], Any]] = {
    "inventory.view_inventory": (Inventory, is_public | sees_inside),
    "inventory.open_inventory": (Inventory, sees_inside),
    "inventory.write_inventory": (Inventory, is_of_the_country),
    "inventory.accept_inventory": (Inventory, is_of_the_country & ~is_author),
    "inventory.publish_inventory": (Inventory, is_of_the_country & ~is_author),
    "inventory.view_factor": (Factor, is_approved | sees_inside),
    "inventory.propose_factor": (Factor, is_of_the_country),
    "inventory.approve_factor": (Factor, is_of_the_country & ~is_author),
    "inventory.view_regional": (Regional, is_public | oversees),
    "inventory.make_regional": (Regional, is_secretariat),
    "inventory.publish_regional": (Regional, is_secretariat & ~is_author),
}
ACTIONS: Mapping[str, type[Model]] = {name: model for name, (model, _) in PERMISSIONS.items()}

for _name, (_, _rule) in PERMISSIONS.items():
    add_perm(_name, _rule)
