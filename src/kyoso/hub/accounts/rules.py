"""Who may do what to people and organisations, and the words from which other apps build rules.

A rule is a predicate on a user and a record, registered under a permission by ``rules``. The
queryset that shows records to a user stands in the selectors of the record's app; a test proves
that both agree.
"""

from __future__ import annotations

from typing import Any

from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import standing


@predicate
def is_signed_in(user: Any) -> bool:
    return bool(user and user.is_authenticated and user.is_active)


@predicate
def is_secretariat(user: Any) -> bool:
    return standing(user).has(Role.SECRETARIAT)


@predicate
def is_auditor(user: Any) -> bool:
    return standing(user).has(Role.AUDITOR)


@predicate
def is_own_membership(user: Any, membership: Any) -> bool:
    return membership is not None and membership.user_id == user.pk


add_perm("accounts.invite", is_secretariat)
add_perm("accounts.end_membership", is_secretariat)
add_perm("accounts.change_organisation", is_secretariat)
add_perm("accounts.view_membership", is_secretariat | is_auditor | is_own_membership)
add_perm("record.view_event", is_secretariat | is_auditor)
