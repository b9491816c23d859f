"""Who may do what to tokens: each person to their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.rules import is_signed_in
from kyoso.hub.api.models import Token


@predicate
def is_own_token(user: Any, token: Any) -> bool:
    return token is not None and bool(is_signed_in(user)) and token.user_id == user.pk


ACTIONS: Mapping[str, type[Model]] = {
    "api.view_token": Token,
    "api.make_token": Token,
    "api.withdraw_token": Token,
}

for _name in ACTIONS:
    add_perm(_name, is_own_token)
