"""How the log tells of answers and proposals what their models do not say."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.core.text import Text, joined, same
from kyoso.hub.programme.proposals.models import Proposal
from kyoso.hub.record.telling import HIDDEN, Field, Title
from kyoso.hub.texts import say

_ANSWERS = "programme.participation"
_PROPOSALS = "programme.proposal"

FIELDS: Mapping[str, Field] = {
    f"{_ANSWERS}.programme": HIDDEN,
    f"{_ANSWERS}.changed_at": HIDDEN,
    f"{_ANSWERS}.reasons": Field("coded", words="programme.participation.field"),
    f"{_PROPOSALS}.writers": HIDDEN,
    f"{_PROPOSALS}.targets": Field(label=say("programme.proposals.field.of")),
    f"{_PROPOSALS}.texts": Field(
        "rows", label=say("programme.proposals.field.text"), model="programme.proposal"
    ),
    f"{_PROPOSALS}.author_name": HIDDEN,
    "programme.proposalstance.reason": Field(label=say("programme.proposals.field.side_reason")),
    "programme.comment.author_name": HIDDEN,
    "programme.adoption.by_name": HIDDEN,
    "programme.score.author_name": HIDDEN,
    "programme.score.value": Field("number"),
}


def _proposal(one: Proposal) -> Text:
    kind = say(f"programme.proposals.kind.{one.kind}")
    return joined((kind, *map(same, one.targets)), " ")


TITLES: Mapping[str, Title] = {"programme.proposal": Title(_proposal)}
