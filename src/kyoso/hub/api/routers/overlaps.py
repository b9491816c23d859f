"""Pairs of projects that look alike, and what people judged of them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from kyoso.hub.api import errors
from kyoso.hub.api.auth import PROJECTS, READS, viewer
from kyoso.hub.api.operations import Resource, SeenAnew
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.shapes import Both, Number, Sent, in_both, moment
from kyoso.hub.projects import selectors, services
from kyoso.hub.projects.enums import Verdict
from kyoso.hub.projects.models import Judgement, Pair, Project
from kyoso.hub.texts import language, say

router = Router(tags=["overlaps"], auth=READS)


class SideOut(Schema):
    id: UUID
    title: Both
    sample: bool


class JudgementOut(Schema):
    """What a person made of a pair; those who disagree are all kept."""

    id: int
    verdict: Verdict
    part: UUID | None
    reason: str
    judge: str
    judged_at: str


class PairOut(Schema):
    """Two projects that look alike; ``score`` from 0 to 1, ``reasons`` by aspect.

    ``verdict`` is that of the latest judgement; ``part`` names the project that is part of the
    other.
    """

    id: int
    version: int
    first: SideOut
    second: SideOut
    score: float
    reasons: list[dict[str, Any]]
    waiting: bool
    verdict: Verdict | None
    part: UUID | None
    judgements: list[JudgementOut]


class JudgementSent(Sent):
    verdict: Verdict
    reason: Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]
    part: UUID | None = None


class PairsWanted(Schema):
    project: UUID | None = None
    waiting: bool | None = None
    verdict: Verdict | None = None
    sample: bool = False


def _side(one: Project) -> SideOut:
    return SideOut(id=one.pk, title=in_both(one.title), sample=one.sample)


def _judgement(one: Judgement) -> JudgementOut:
    return JudgementOut(
        id=one.pk,
        verdict=Verdict(one.verdict),
        part=one.part_id,
        reason=one.reason,
        judge=one.judge_name,
        judged_at=moment(one.judged_at) or "",
    )


def _pair(one: Pair) -> PairOut:
    return PairOut(
        id=one.pk,
        version=one.version,
        first=_side(one.first),
        second=_side(one.second),
        score=one.score,
        reasons=one.reasons,
        waiting=one.waiting,
        verdict=Verdict(one.verdict) if one.verdict else None,
        part=one.part_id,
        judgements=[_judgement(each) for each in one.judgements.all()],
    )


@errors.shows(Pair)
def shown(request: HttpRequest, one: Pair) -> PairOut:
    return _pair(_found(request, one.pk))


def _found(request: HttpRequest, pk: Number) -> Pair:
    return selectors.with_both(selectors.pairs_visible_to(viewer(request))).get(pk=pk)


overlap = Resource(router, _found, path="/{int:pk}", auth=PROJECTS)


@router.get("", response=Page[PairOut], operation_id="list_overlaps")
def list_overlaps(
    request: HttpRequest, wanted: Asked, only: Annotated[PairsWanted, Query(...)]
) -> Page[PairOut]:
    """The pairs of which the client may see both projects."""
    who = viewer(request)
    found = selectors.pairs_visible_to(who)
    if only.project:
        found = selectors.pairs_of(who, selectors.visible_to(who).get(pk=only.project))
    if not only.sample:
        found = found.filter(first__sample=False)
    if only.waiting is not None:
        found = found.filter(waiting=only.waiting)
    if only.verdict:
        found = found.filter(verdict=only.verdict)
    return page(request, selectors.with_both(found), wanted, _pair)


overlap.read("read_overlap")


@overlap.post("/judgements", "judge_overlap")
def judge_overlap(one: Pair, by: SeenAnew, body: JudgementSent) -> Pair:
    """Same, related, part of or different; by somebody who wrote neither."""
    services.judge(one, **by, verdict=body.verdict, reason=body.reason, part=_part(one, body.part))
    return one


def _part(pair: Pair, pk: UUID | None) -> Project | None:
    if pk is None:
        return None
    found = next((side for side in (pair.first, pair.second) if side.pk == pk), None)
    if found is None:
        raise ValidationError({"part": say("projects.fault.part")[language()]})
    return found
