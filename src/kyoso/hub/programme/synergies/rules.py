"""Who may score, and who reads whose words. What authors gave together is public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.programme.synergies.models import Score

SCORING = tuple(role for role in Role if role != Role.AUDITOR)


@predicate
def has_a_role(user: Any) -> bool:
    return bool(standing(user).posts)


@predicate
def may_score(user: Any, score: Any) -> bool:
    """Whoever has a role but the auditor's, in their own name; ``None``: any score at all."""
    own = score is None or score.author_id == user.pk
    return standing(user).has(*SCORING) and own


@predicate
def may_withdraw(user: Any, score: Any) -> bool:
    return score is not None and may_score(user, score)


PERMISSIONS: Mapping[str, tuple[type[Model], Any]] = {
    "programme.view_score": (Score, has_a_role),
    "programme.score": (Score, may_score),
    "programme.withdraw_score": (Score, may_withdraw),
}
ACTIONS: Mapping[str, type[Model]] = {name: model for name, (model, _) in PERMISSIONS.items()}

for _name, (_, _rule) in PERMISSIONS.items():
    add_perm(_name, _rule)
