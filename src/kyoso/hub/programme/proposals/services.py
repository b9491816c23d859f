"""What is done to proposals, from the first words to the decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kyoso.core.text import Language, Text
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import selectors as programmes
from kyoso.hub.programme.models import Edition, Programme
from kyoso.hub.programme.proposals.checking import faults
from kyoso.hub.programme.proposals.enums import Side, State
from kyoso.hub.programme.proposals.models import Comment, Proposal, ProposalStance
from kyoso.hub.programme.proposals.shapes import Proposed, faults_of, proposed
from kyoso.hub.programme.rules import is_sample
from kyoso.hub.record.errors import ConflictError, WrongStateError
from kyoso.hub.record.services import allow, change, create
from kyoso.hub.texts import say


@transaction.atomic
def propose(
    *,
    actor: User,
    programme: Programme,
    kind: str,
    targets: Sequence[str] = (),
    texts: Sequence[Proposed] = (),
    reason: Text,
    member: str = "",
    once: str | None = None,
) -> Proposal:
    """Draft a change to the latest edition, for a member or, without one, for the secretariat.

    Raises ``NotAllowedError``, ``ValidationError`` by the field of the form.
    """
    edition = programmes.latest_edition(programme.key)
    _require_sound(edition, kind, targets, texts)
    one = Proposal(
        programme=programme,
        edition=edition,
        kind=kind,
        member=member,
        organisation_id=_organisation(actor, member),
        targets=list(targets),
        texts=[text.as_dict() for text in texts],
        reason=reason,
        writers=[actor.pk],
        author_name=actor.display_name,
        day=timezone.localdate(),
        sample=actor.sample or is_sample(member),
    )
    return create(
        one, actor=actor, act="programme.proposed", permission="programme.propose", once=once
    )


def _organisation(actor: User, member: str) -> int | None:
    """For whom the author acts: the organisation of the post for the member, or of the first."""
    posts = actor.standing.posts
    fitting = [post for post in posts if post.country == member] or list(posts)
    return fitting[0].organisation if fitting else None


def _require_sound(
    edition: Edition, kind: str, targets: Sequence[str], texts: Sequence[Proposed]
) -> None:
    misshapen = faults_of(kind, targets, [text.as_dict() for text in texts])
    found = faults(edition, kind, targets, texts) if not misshapen else {"targets": misshapen}
    if found:
        raise ValidationError(found)


@transaction.atomic
def change_proposal(
    one: Proposal,
    *,
    actor: User,
    texts: Sequence[Proposed],
    reason: Text,
    expected: int,
) -> Proposal:
    """Rewrite a draft, on the latest edition. Who rewrites is an author of it from then on."""
    current = _locked(one)
    allow(actor, "programme.change_proposal", current)
    _require_state(current, {State.DRAFT})
    edition = programmes.latest_edition(current.programme.key)
    _require_sound(edition, current.kind, current.targets, texts)
    written = [text.as_dict() for text in texts]
    if (written, reason, edition.pk) == (current.texts, current.reason, current.edition_id):
        return current
    return change(
        current,
        actor=actor,
        act="programme.proposal_changed",
        permission="programme.change_proposal",
        expected=expected,
        edition=edition,
        texts=written,
        reason=reason,
        writers=_with(current.writers, actor),
    )


def _with(writers: Collection[int], actor: User) -> list[int]:
    return sorted({*writers, actor.pk})


def _locked(one: Proposal) -> Proposal:
    return (
        Proposal.objects.select_for_update(of=("self",)).select_related("programme").get(pk=one.pk)
    )


def _require_state(one: Proposal, allowed: Collection[str]) -> None:
    if one.state not in allowed:
        raise WrongStateError(
            say(
                "programme.proposals.wrong_state",
                state=say(f"programme.proposals.state.{one.state}"),
            ),
            where=str(one.pk),
            hint=say(f"programme.proposals.instead.{one.state}"),
        )


@transaction.atomic
def _move(
    one: Proposal,
    *,
    actor: User,
    to: State,
    allowed: Collection[str],
    verb: str,
    act: str,
    expected: int | None,
    why: str = "",
    **fields: Any,
) -> Proposal:
    """Bring a proposal into a state; one that is in it already stays as it is."""
    current = _locked(one)
    allow(actor, f"programme.{verb}", current)
    if current.state == to:
        return current
    _require_state(current, allowed)
    return change(
        current,
        actor=actor,
        act=f"programme.{act}",
        permission=f"programme.{verb}",
        expected=expected,
        why=why,
        state=to,
        **fields,
    )


@transaction.atomic
def open_proposal(one: Proposal, *, actor: User, expected: int) -> Proposal:
    """Put a draft before all members; it is set on the latest edition and stays as it is."""
    current = _locked(one)
    edition = programmes.latest_edition(current.programme.key)
    if current.state == State.DRAFT:
        _require_sound(
            edition, current.kind, current.targets, [proposed(text) for text in current.texts]
        )
    return _move(
        one,
        actor=actor,
        to=State.OPEN,
        allowed={State.DRAFT},
        verb="open_proposal",
        act="proposal_opened",
        expected=expected,
        edition=edition,
        opened_at=timezone.now(),
        writers=_with(current.writers, actor),
    )


def withdraw_proposal(one: Proposal, *, actor: User, expected: int, why: str = "") -> Proposal:
    """Its own side takes it back; what was said to it stays."""
    return _move(
        one,
        actor=actor,
        to=State.WITHDRAWN,
        allowed={State.DRAFT, State.OPEN},
        verb="withdraw_proposal",
        act="proposal_withdrawn",
        expected=expected,
        why=why,
        decided_at=timezone.now(),
    )


def decline_proposal(one: Proposal, *, actor: User, expected: int, answer: str) -> Proposal:
    """The secretariat, another person than who wrote it, declines it and says why."""
    if not answer.strip():
        raise ValidationError({"answer": say("programme.proposals.fault.no_answer").en})
    return _move(
        one,
        actor=actor,
        to=State.DECLINED,
        allowed={State.OPEN},
        verb="decline_proposal",
        act="proposal_declined",
        expected=expected,
        answer=answer,
        decided_at=timezone.now(),
    )


# --- what is said to it -------------------------------------------------------------------


@transaction.atomic
def comment(
    one: Proposal, *, actor: User, words: str, language: Language, once: str | None = None
) -> Comment:
    """Say something to an open proposal."""
    current = _locked(one)
    said = Comment(
        proposal=current,
        words=words,
        language=language,
        author=actor,
        author_name=actor.display_name,
        organisation_id=_organisation(actor, ""),
    )
    allow(actor, "programme.comment_proposal", said)
    _require_state(current, {State.OPEN})
    return create(
        said,
        actor=actor,
        act="programme.proposal_commented",
        permission="programme.comment_proposal",
        once=once,
    )


@transaction.atomic
def take_side(
    one: Proposal,
    *,
    actor: User,
    member: str,
    side: Side,
    language: Language,
    reason: str = "",
    expected: int | None = None,
    once: str | None = None,
) -> ProposalStance:
    """How a member stands to an open proposal, in place of what it said before.

    ``expected`` is the version that the focal point saw, 0 for none.
    """
    current = _locked(one)
    fields: dict[str, Any] = {"side": side, "reason": reason, "language": language}
    stance = ProposalStance.objects.filter(proposal=current, member=member).first()
    made = ProposalStance(proposal=current, member=member, **fields)
    allow(actor, "programme.take_side", made)
    _require_state(current, {State.OPEN})
    if stance is None:
        return create(
            made,
            actor=actor,
            act="programme.side_taken",
            permission="programme.take_side",
            once=once,
        )
    if all(getattr(stance, name) == value for name, value in fields.items()):
        return stance
    if expected == 0:
        raise ConflictError(stance, fields)
    return change(
        stance,
        actor=actor,
        act="programme.side_taken",
        permission="programme.take_side",
        expected=expected,
        once=once,
        **fields,
    )
