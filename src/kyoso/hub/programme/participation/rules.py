"""Who answers for a member, and who reads more of an answer than its level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.rules import is_secretariat
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.programme.models import Participation

ACTIONS: Mapping[str, type[Model]] = {
    "programme.record_stance": Participation,
    "programme.view_stance_details": Participation,
}


@predicate
def is_focal_point_of_member(user: Any, stance: Any) -> bool:
    return stance is not None and standing(user).has(Role.FOCAL_POINT, country=stance.member)


@predicate
def has_a_role(user: Any) -> bool:
    """Signed in, and of some organisation: to be signed in alone is to be the public."""
    return bool(standing(user).posts)


add_perm("programme.record_stance", is_focal_point_of_member | is_secretariat)
add_perm("programme.view_stance_details", has_a_role)
