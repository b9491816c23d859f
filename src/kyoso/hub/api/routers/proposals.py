"""Proposals to change the text of a programme, what is said to them, and new editions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from kyoso.core.text import Language
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import PARTICIPATES, PUBLIC, actor, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.routers.programmes import programme_of
from kyoso.hub.api.shapes import (
    Both,
    BothSent,
    BothWordsSent,
    Country,
    Key,
    Once,
    Sent,
    Why,
    absent,
    in_both,
    listed,
    moment,
)
from kyoso.hub.programme.proposals import adopting, services
from kyoso.hub.programme.proposals.enums import Kind, Side, State
from kyoso.hub.programme.proposals.models import Proposal, ProposalStance
from kyoso.hub.programme.proposals.shapes import MOST, Proposed
from kyoso.hub.programme.proposals.visibility import visible_to

router = Router(tags=["proposals"])

ProposalKind = Annotated[Kind, listed(Kind)]
ProposalState = Annotated[State, listed(State)]
ProposalSide = Annotated[Side, listed(Side)]
_Words = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]


class ProposedOut(Schema):
    """An activity as it would stand; null is what stays as it is."""

    code: str
    title: Both | None
    text: Both | None


class ProposalOut(Schema):
    id: UUID
    version: int
    programme: str
    edition: str
    kind: ProposalKind
    state: ProposalState
    member: str | None
    targets: list[str]
    author: str
    day: date
    opened_at: str | None
    decided_at: str | None
    adopted_in: str | None
    sample: bool


class CommentOut(Schema):
    author: str
    words: str
    language: str
    at: str


class SideTakenOut(Schema):
    """``version`` is what the next answer of the member rests on."""

    member: str
    side: ProposalSide
    reason: str | None
    version: int


class ProposalWhole(ProposalOut):
    """``comments`` and ``sides`` are for people with a role."""

    texts: list[ProposedOut]
    reason: Both
    answer: str | None
    comments: list[CommentOut] | None
    sides: list[SideTakenOut] | None


class ProposedSent(Sent):
    code: Annotated[str, Field(max_length=20, pattern=r"^[0-9()-]*$")]
    title: BothSent | None = None
    text: BothWordsSent | None = None

    def proposed(self) -> Proposed:
        return Proposed(
            self.code,
            self.title.text() if self.title else None,
            self.text.text() if self.text else None,
        )


class RewriteSent(Sent):
    texts: Annotated[list[ProposedSent], Field(max_length=MOST)] = []
    reason: BothWordsSent


class ProposalSent(RewriteSent):
    programme: Key
    kind: ProposalKind
    targets: Annotated[list[Key], Field(max_length=MOST)] = []
    member: Country | None = None


class DeclineSent(Sent):
    answer: _Words


class TakeBackSent(Sent):
    why: Why = ""


class CommentSent(Sent):
    words: _Words
    language: Language


class SideSent(Sent):
    side: ProposalSide
    reason: Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")] = ""
    language: Language


class AdoptionSent(Sent):
    programme: Key
    proposals: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    label: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9.-]+$")]
    title: BothSent
    adopted: date
    adopted_at: BothSent | None = None


class AdoptedOut(Schema):
    programme: str
    edition: str
    before: str
    at: str


class ProposalsWanted(Schema):
    programme: Key | None = None
    state: ProposalState | None = None
    member: Country | None = None
    sample: bool = False


# --- shown --------------------------------------------------------------------------------


def _line(one: Proposal) -> ProposalOut:
    return ProposalOut(
        id=one.pk,
        version=one.version,
        programme=one.programme.key,
        edition=one.edition.label,
        kind=Kind(one.kind),
        state=State(one.state),
        member=absent(one.member),
        targets=one.targets,
        author=one.author_name,
        day=one.day,
        opened_at=moment(one.opened_at),
        decided_at=moment(one.decided_at),
        adopted_in=one.adopted_in.label if one.adopted_in else None,
        sample=one.sample,
    )


def _seen(request: HttpRequest) -> QuerySet[Proposal]:
    return visible_to(viewer(request)).select_related("programme", "edition", "adopted_in")


def _found(request: HttpRequest, pk: UUID) -> Proposal:
    return _seen(request).get(pk=pk)


@errors.shows(Proposal)
def shown(request: HttpRequest, one: Proposal) -> ProposalWhole:
    now = _found(request, one.pk)
    talks = bool(standing(viewer(request)).posts)
    return ProposalWhole(
        **_line(now).model_dump(),
        texts=[ProposedOut(**text) for text in now.texts],
        reason=in_both(now.reason),
        answer=absent(now.answer),
        comments=[
            CommentOut(
                author=each.author_name,
                words=each.words,
                language=each.language,
                at=moment(each.at) or "",
            )
            for each in now.comments.all()
        ]
        if talks
        else None,
        sides=[_side(each) for each in now.stances.all()] if talks else None,
    )


def _side(one: ProposalStance) -> SideTakenOut:
    return SideTakenOut(
        member=one.member, side=Side(one.side), reason=absent(one.reason), version=one.version
    )


@errors.shows(ProposalStance)
def side_shown(_request: HttpRequest, one: ProposalStance) -> SideTakenOut:
    return _side(one)


proposal = Resource(router, _found, auth=PARTICIPATES)


# --- operations ---------------------------------------------------------------------------


@router.get("", response=Page[ProposalOut], auth=PUBLIC, operation_id="list_proposals")
def list_proposals(
    request: HttpRequest, wanted: Asked, only: Annotated[ProposalsWanted, Query(...)]
) -> Page[ProposalOut]:
    """Adopted ones for everybody; open ones for people with a role; drafts for their own side."""
    found = _seen(request)
    if not only.sample:
        found = found.filter(sample=False)
    if only.programme:
        found = found.filter(programme__key=only.programme)
    if only.state:
        found = found.filter(state=only.state)
    if only.member:
        found = found.filter(member=only.member)
    return page(request, found, wanted, _line)


proposal.read("read_proposal", auth=PUBLIC)


def _proposed(texts: Sequence[ProposedSent]) -> list[Proposed]:
    return [text.proposed() for text in texts]


@proposal.begin("propose")
def propose(by: Anew, body: ProposalSent) -> Proposal:
    """A draft, for a member or, without one, for the secretariat."""
    return services.propose(
        **by,
        programme=programme_of(body.programme),
        kind=body.kind,
        targets=body.targets,
        texts=_proposed(body.texts),
        reason=body.reason.text(),
        member=body.member or "",
    )


@proposal.put("change_proposal")
def change_proposal(one: Proposal, by: Seen, body: RewriteSent) -> Proposal:
    return services.change_proposal(
        one, **by, texts=_proposed(body.texts), reason=body.reason.text()
    )


@proposal.post("/open", "open_proposal")
def open_proposal(one: Proposal, by: Seen) -> Proposal:
    return services.open_proposal(one, **by)


@proposal.post("/withdraw", "withdraw_proposal")
def withdraw_proposal(one: Proposal, by: Seen, body: TakeBackSent) -> Proposal:
    return services.withdraw_proposal(one, **by, why=body.why)


@proposal.post("/decline", "decline_proposal")
def decline_proposal(one: Proposal, by: Seen, body: DeclineSent) -> Proposal:
    """By the secretariat, by somebody who has not written in it."""
    return services.decline_proposal(one, **by, answer=body.answer)


@proposal.post("/comments", "comment_on_proposal")
def comment_on_proposal(one: Proposal, by: Anew, body: CommentSent) -> Proposal:
    services.comment(one, **by, words=body.words, language=body.language)
    return one


@proposal.put("take_side", "/sides/{member}")
def take_side(one: Proposal, by: Seen, member: Country, body: SideSent) -> ProposalStance:
    """How a member stands to an open proposal; the first answer rests on ``"v0"``."""
    return services.take_side(
        one, **by, member=member, side=body.side, language=body.language, reason=body.reason
    )


@router.post(
    "/adoptions", response={201: AdoptedOut}, auth=PARTICIPATES, operation_id="adopt_proposals"
)
def adopt_proposals(
    request: HttpRequest, body: AdoptionSent, idempotency_key: Once
) -> Status[AdoptedOut]:
    """The next edition, made of the latest one and of open proposals."""
    chosen = list(_seen(request).filter(pk__in=body.proposals))
    if len(chosen) != len(set(body.proposals)):
        raise errors.unknown("proposals")
    made = adopting.adopt(
        actor=actor(request),
        programme=programme_of(body.programme),
        proposals=chosen,
        label=body.label,
        title=body.title.text(),
        adopted=body.adopted,
        adopted_at=body.adopted_at.text() if body.adopted_at else None,
        once=etags.once(request),
    )
    done = AdoptedOut(
        programme=body.programme,
        edition=made.edition.label,
        before=made.before.label,
        at=moment(made.at) or "",
    )
    return Status(201, done)
