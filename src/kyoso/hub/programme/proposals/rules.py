"""Who proposes, who sees a proposal, who speaks to it, who decides.

Rules read a person's standing and the proposal; in which state something can be done is asked by
the services. :func:`kyoso.hub.programme.selectors.proposals_visible_to` agrees with
``programme.view_proposal``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.programme.proposals.enums import State
from kyoso.hub.programme.proposals.models import Adoption, Comment, Proposal, ProposalStance

OVERSEES = (Role.SECRETARIAT, Role.AUDITOR)
OF_A_MEMBER = (Role.FOCAL_POINT, Role.SECTOR_MINISTRY)


@predicate
def sees(user: Any, proposal: Any) -> bool:
    """Adopted is public; what was opened is for people with a role; a draft for its own side."""
    if proposal is None:
        return False
    found = standing(user)
    if proposal.state == State.ADOPTED or found.has(*OVERSEES):
        return True
    if proposal.opened_at is not None:
        return bool(found.posts)
    return proposal.organisation_id in found.organisations() or proposal.member in found.countries(
        *OF_A_MEMBER
    )


@predicate
def may_propose(user: Any, proposal: Any) -> bool:
    """The focal point for its member, the secretariat for itself; ``None``: any at all."""
    found = standing(user)
    if proposal is None:
        return found.has(Role.SECRETARIAT, Role.FOCAL_POINT)
    if proposal.member:
        return found.has(Role.FOCAL_POINT, country=proposal.member)
    return found.has(Role.SECRETARIAT)


@predicate
def may_change(user: Any, proposal: Any) -> bool:
    return proposal is not None and may_propose(user, proposal)


@predicate
def may_decide(user: Any, proposal: Any) -> bool:
    """The secretariat, but nobody who wrote it (DESIGN law 5); ``None``: any at all."""
    wrote = proposal is not None and user.pk in proposal.writers
    return standing(user).has(Role.SECRETARIAT) and not wrote


@predicate
def may_adopt(user: Any, _adoption: Any) -> bool:
    """The secretariat makes editions; each proposal is asked for itself besides."""
    return standing(user).has(Role.SECRETARIAT)


@predicate
def may_comment(user: Any, comment: Any) -> bool:
    """Whoever has a role and sees the proposal, in their own name."""
    if comment is None or not standing(user).posts:
        return False
    own: bool = comment.author_id == user.pk
    return own and bool(sees(user, comment.proposal))


@predicate
def may_take_side(user: Any, stance: Any) -> bool:
    """The focal point of the member."""
    if stance is None or not standing(user).has(Role.FOCAL_POINT, country=stance.member):
        return False
    return bool(sees(user, stance.proposal))


PERMISSIONS: Mapping[str, tuple[type[Model], Any]] = {
    "programme.view_proposal": (Proposal, sees),
    "programme.propose": (Proposal, may_propose),
    "programme.change_proposal": (Proposal, may_change),
    "programme.open_proposal": (Proposal, may_change),
    "programme.withdraw_proposal": (Proposal, may_change),
    "programme.decline_proposal": (Proposal, may_decide),
    "programme.adopt_proposal": (Proposal, may_decide),
    "programme.make_edition": (Adoption, may_adopt),
    "programme.comment_proposal": (Comment, may_comment),
    "programme.take_side": (ProposalStance, may_take_side),
}
ACTIONS: Mapping[str, type[Model]] = {name: model for name, (model, _) in PERMISSIONS.items()}

for _name, (_, _rule) in PERMISSIONS.items():
    add_perm(_name, _rule)
