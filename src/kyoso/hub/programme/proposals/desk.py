"""What proposals put on a person's desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kyoso.core.text import Text, same
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.programme.models import Edition
from kyoso.hub.programme.proposals.enums import State
from kyoso.hub.programme.proposals.models import Proposal
from kyoso.hub.programme.proposals.visibility import visible_to
from kyoso.hub.programme.rules import is_sample
from kyoso.hub.texts import say
from kyoso.hub.waiting import Item, News, page
from kyoso.reference.countries import country


def items(user: User) -> Iterator[Item]:
    """Proposals to stand to, to decide on, to open."""
    found = standing(user)
    if not found.has(Role.FOCAL_POINT, Role.SECRETARIAT):
        return
    waiting = visible_to(user).filter(state__in=(State.OPEN, State.DRAFT))
    for one in waiting.prefetch_related("stances").order_by("opened_at", "day", "pk"):
        if one.state == State.DRAFT:
            if user.pk in one.writers:
                yield _item(one, "open")
            continue
        if user.has_perm("programme.adopt_proposal", one):
            yield _item(one, "decide")
        answered = {stance.member for stance in one.stances.all()}
        for member in sorted(found.countries(Role.FOCAL_POINT) - answered - {one.member}):
            if is_sample(member) == one.sample:
                yield _item(one, "side", member)


def _item(one: Proposal, act: str, member: str = "") -> Item:
    place = country(member) if member else None
    return Item(
        key=f"programme.proposal/{one.pk}/{act}/{member}",
        act=say(f"programme.desk.{act}"),
        of=_name(one),
        to=page("programme:proposal", one.pk),
        note=say("programme.desk.for_member", member=place.name) if place else None,
        sample=one.sample,
    )


def _name(one: Proposal) -> Text:
    """What a proposal is about: its kind, and the activities or numbers concerned."""
    codes = one.targets or [text["code"] for text in one.texts]
    return say(
        "programme.desk.proposal",
        kind=say(f"programme.proposals.kind.{one.kind}"),
        codes=same(" + ".join(codes) or "–"),
    )


def news() -> Sequence[News]:
    """What was opened, said and decided, and the editions that came of it."""
    return (
        News(
            acts=(
                "programme.proposal_opened",
                "programme.proposal_declined",
                "programme.proposal_withdrawn",
                "programme.proposal_adopted",
                "programme.proposal_commented",
            ),
            seen=lambda user: visible_to(user).exclude(opened_at=None),
            of=lambda rows: {one.pk: _name(one) for one in rows},
            to=lambda one: page("programme:proposal", one.pk),
        ),
        News(
            acts=("programme.edition_adopted",),
            seen=lambda _user: Edition.objects.select_related("programme"),
            of=_titles,
            to=lambda one: page("programme:edition", one.programme.key, one.label),
        ),
    )


def _titles(rows: Sequence[Any]) -> dict[Any, Text]:
    return {one.pk: one.title for one in rows}
