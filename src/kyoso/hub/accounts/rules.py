"""Who may do what to people and organisations, and the words from which other apps build rules.

A rule is a predicate on a user and a record, registered under a permission by ``rules``. The
queryset that shows records to a user stands in the selectors of the record's app; a test proves
that both agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Invitation, Membership, Organisation, User
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
    return membership is not None and is_signed_in(user) and membership.user_id == user.pk


@predicate
def is_of_own_organisation(user: Any, membership: Any) -> bool:
    return membership is not None and membership.organisation_id in standing(user).organisations()


@predicate
def is_own_organisation(user: Any, organisation: Any) -> bool:
    return organisation is not None and organisation.pk in standing(user).organisations()


@predicate
def is_oneself(user: Any, other: Any) -> bool:
    return other is not None and is_signed_in(user) and other.pk == user.pk


sees_all_people = is_secretariat | is_auditor

PERMISSIONS: Mapping[str, tuple[type[Model], Any]] = {
    "accounts.list_people": (User, sees_all_people),
    "accounts.view_user": (User, sees_all_people | is_oneself),
    "accounts.change_user": (User, is_oneself),
    "accounts.close_user": (User, is_secretariat | is_oneself),
    "accounts.invite": (Invitation, is_secretariat),
    "accounts.view_invitation": (Invitation, sees_all_people),
    "accounts.renew_invitation": (Invitation, is_secretariat),
    "accounts.withdraw_invitation": (Invitation, is_secretariat),
    "accounts.appoint": (Membership, is_secretariat),
    "accounts.end_membership": (Membership, is_secretariat),
    "accounts.view_membership": (
        Membership,
        sees_all_people | is_own_membership | is_of_own_organisation,
    ),
    "accounts.add_organisation": (Organisation, is_secretariat),
    "accounts.change_organisation": (Organisation, is_secretariat),
    "accounts.view_organisation": (Organisation, sees_all_people | is_own_organisation),
    "accounts.export_organisation": (Organisation, sees_all_people | is_own_organisation),
}
ACTIONS: Mapping[str, type[Model]] = {name: model for name, (model, _) in PERMISSIONS.items()}

for _name, (_, _rule) in PERMISSIONS.items():
    add_perm(_name, _rule)
