"""The sample proposal, through the same services as any other."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from kyoso.core.text import Text, language_of
from kyoso.hub.accounts.models import User
from kyoso.hub.programme.models import Activity, ActivityText, Edition, Programme
from kyoso.hub.programme.proposals import services
from kyoso.hub.programme.proposals.enums import Side
from kyoso.hub.programme.proposals.models import (
    Adoption,
    Comment,
    Origin,
    Proposal,
    ProposalStance,
)
from kyoso.hub.programme.proposals.shapes import proposed

SAMPLE_PROPOSALS = Path(__file__).parent / "sample" / "proposals.toml"


@transaction.atomic
def load_sample_proposals() -> int:
    """The proposals of the sample logins; answers how many there are. Safe to repeat."""
    if not Proposal.objects.filter(sample=True).exists():
        authors = {user.email: user for user in User.objects.filter(sample=True)}
        data = tomllib.loads(SAMPLE_PROPOSALS.read_text(encoding="utf-8"))
        for one in data["proposal"]:
            _load(one, authors)
    return Proposal.objects.filter(sample=True).count()


def _load(data: dict[str, Any], authors: dict[str, User]) -> None:
    author = authors[data["author"]]
    draft = services.propose(
        actor=author,
        programme=Programme.objects.get(key=data["programme"]),
        kind=data["kind"],
        targets=data["targets"],
        texts=[proposed(text) for text in data["texts"]],
        reason=Text(**data["reason"]),
        member=data["member"],
    )
    one = services.open_proposal(draft, actor=author, expected=draft.version)
    for said in data["stances"]:
        services.take_side(
            one,
            actor=authors[said["author"]],
            member=said["member"],
            side=Side(said["side"]),
            reason=said["reason"],
            language=language_of(said["language"]),
        )
    for said in data["comments"]:
        services.comment(
            one,
            actor=authors[said["author"]],
            words=said["words"],
            language=language_of(said["language"]),
        )


@transaction.atomic
def remove_sample_proposals() -> None:
    """No sample proposal is left, nor an edition or an activity that came of one."""
    sample = Proposal.objects.filter(sample=True)
    editions = list(Adoption.objects.filter(sample=True).values_list("edition", flat=True))
    for said in (Origin, ProposalStance, Comment):
        said._default_manager.filter(proposal__in=sample).delete()
    Adoption.objects.filter(edition__in=editions).delete()
    sample.delete()
    texts = ActivityText.objects.filter(edition__in=editions)
    made = set(texts.values_list("activity", flat=True))
    texts.delete()
    Edition.objects.filter(pk__in=editions).delete()
    Activity.objects.filter(pk__in=made, texts__isnull=True).delete()
