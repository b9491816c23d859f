"""How activities work on each other: what scores say together, and the single scores."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Annotated
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from kyoso.core.text import Language
from kyoso.hub.accounts.models import User
from kyoso.hub.api import errors
from kyoso.hub.api.auth import PARTICIPATES, PUBLIC, READS, actor, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page, page_of
from kyoso.hub.api.routers.programmes import programme_of
from kyoso.hub.api.routers.projects import activities_of
from kyoso.hub.api.shapes import Key, ScopeOfActivity, Sent, Slug, Why, absent
from kyoso.hub.evidence import selectors as evidence
from kyoso.hub.evidence.models import Run
from kyoso.hub.programme.models import Framework
from kyoso.hub.programme.synergies import selectors, services, visibility
from kyoso.hub.programme.synergies.models import Score
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language, say

router = Router(tags=["synergies"])
scores = Router(tags=["scores"])

_Value = Annotated[int, Field(ge=-3, le=3)]
_Words = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]
_Link = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
_Place = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9-]+$")]


class SynergyOut(Schema):
    """What the scores of a pair say together; nothing takes their mean.

    ``median_low`` and ``median_high`` are the middle scores, the same where their number is odd.
    """

    activity: str
    with_activity: str | None
    with_framework: str | None
    verdict: str
    strong: bool
    scores: int
    median_low: int
    median_high: int
    lowest: int
    highest: int
    places: list[str]
    sample: bool


class ScoreOut(Schema):
    """One author's judgement of a pair in one place, from -3 (cancelling) to 3 (indivisible)."""

    id: UUID
    version: int
    activity: str
    with_activity: str | None
    with_framework: str | None
    place: str
    value: int
    reason: str
    language: str
    evidence_link: str | None
    evidence_run: UUID | None
    author: str
    own: bool
    day: date
    withdrawn: bool
    sample: bool


class JudgedSent(Sent):
    value: _Value
    reason: _Words
    language: Language
    evidence_link: _Link = ""
    evidence_run: UUID | None = None


class ScoreSent(JudgedSent):
    """A pair of activities, or an activity and a framework, in a place."""

    activity: ScopeOfActivity
    with_activity: ScopeOfActivity | None = None
    with_framework: Slug | None = None
    place: _Place


class WithdrawSent(Sent):
    why: Why = ""


class SynergiesWanted(Schema):
    place: _Place | None = None
    sample: bool = False


class ScoresWanted(Schema):
    activity: ScopeOfActivity | None = None
    place: _Place | None = None
    own: bool = False
    sample: bool = False


# --- together -----------------------------------------------------------------------------


@router.get(
    "/{key}/synergies", response=Page[SynergyOut], auth=PUBLIC, operation_id="list_synergies"
)
def list_synergies(
    request: HttpRequest, key: Key, wanted: Asked, only: Annotated[SynergiesWanted, Query(...)]
) -> Page[SynergyOut]:
    """Every pair of a programme that was scored; a pair that is not here is unexamined."""
    found = Score.objects.filter(first__programme=programme_of(key), withdrawn=False)
    if not only.sample:
        found = found.filter(sample=False)
    if only.place:
        found = found.filter(place=only.place)
    pairs: dict[tuple[str, str, str], list[Score]] = defaultdict(list)
    named = found.select_related("first__programme", "second__programme", "framework")
    for one in named:
        pairs[_names(one)].append(one)
    rows = [_together(names, pairs[names]) for names in sorted(pairs)]
    return page_of(request, rows, wanted, lambda row: row)


def _names(one: Score) -> tuple[str, str, str]:
    programme = one.first.programme.key
    return (
        f"{programme}/{one.first.key}",
        f"{programme}/{one.second.key}" if one.second else "",
        one.framework.key if one.framework else "",
    )


def _together(names: tuple[str, str, str], several: list[Score]) -> SynergyOut:
    found = selectors.together(several)
    assert found is not None
    whole = found.examined.whole
    return SynergyOut(
        activity=names[0],
        with_activity=absent(names[1]),
        with_framework=absent(names[2]),
        verdict=found.examined.verdict,
        strong=found.examined.is_strong,
        scores=whole.count,
        median_low=whole.middle[0],
        median_high=whole.middle[1],
        lowest=whole.lowest,
        highest=whole.highest,
        places=list(found.examined.by_place),
        sample=found.sample,
    )


# --- single scores ------------------------------------------------------------------------


@errors.shows(Score)
def shown(request: HttpRequest, one: Score) -> ScoreOut:
    names = _names(one)
    return ScoreOut(
        id=one.pk,
        version=one.version,
        activity=names[0],
        with_activity=absent(names[1]),
        with_framework=absent(names[2]),
        place=one.place,
        value=one.value,
        reason=one.reason,
        language=one.language,
        evidence_link=absent(one.evidence_link),
        evidence_run=one.evidence_run_id,
        author=one.author_name,
        own=one.author_id is not None and one.author_id == request.user.pk,
        day=one.day,
        withdrawn=one.withdrawn,
        sample=one.sample,
    )


def _found(request: HttpRequest, pk: UUID) -> Score:
    return (
        visibility.visible_to(viewer(request))
        .select_related("first__programme", "second__programme", "framework")
        .get(pk=pk)
    )


score = Resource(scores, _found, auth=PARTICIPATES)


@scores.get("", response=Page[ScoreOut], auth=READS, operation_id="list_scores")
def list_scores(
    request: HttpRequest, wanted: Asked, only: Annotated[ScoresWanted, Query(...)]
) -> Page[ScoreOut]:
    found = visibility.visible_to(viewer(request)).select_related(
        "first__programme", "second__programme", "framework"
    )
    if not only.sample:
        found = found.filter(sample=False)
    if only.activity:
        [one] = activities_of([only.activity], "activity")
        found = found.filter(first=one) | found.filter(second=one)
    if only.place:
        found = found.filter(place=only.place)
    if only.own:
        found = found.filter(author=actor(request))
    return page(request, found, wanted, lambda one: shown(request, one))


score.read("read_score", auth=READS)


def _pair(body: ScoreSent) -> services.Pair:
    [one] = activities_of([body.activity], "activity")
    if (body.with_activity is None) == (body.with_framework is None):
        raise ValidationError({"with_activity": say("api.fault.one_other")[language()]})
    if body.with_framework is not None:
        framework = Framework.objects.filter(key=body.with_framework).first()
        if framework is None:
            raise errors.unknown("with_framework")
        return services.pair(one, framework)
    [other] = activities_of([body.with_activity or ""], "with_activity")
    if other.pk == one.pk or other.programme_id != one.programme_id:
        raise ValidationError({"with_activity": say("api.fault.one_other")[language()]})
    return services.pair(one, other)


def _run(who: User, pk: UUID | None) -> Run | None:
    if pk is None:
        return None
    found = evidence.visible_to(who).filter(pk=pk).first()
    if found is None:
        raise errors.unknown("evidence_run")
    return found


@score.begin("give_score")
def give_score(by: Anew, body: ScoreSent) -> Score:
    """One's own first score of a pair in a place."""
    return services.score(
        **by,
        of=_pair(body),
        place=body.place,
        value=body.value,
        reason=body.reason,
        language=body.language,
        evidence_link=body.evidence_link,
        evidence_run=_run(by["actor"], body.evidence_run),
        expected=0,
    )


@score.put("change_score")
def change_score(one: Score, by: Seen, body: JudgedSent) -> Score:
    """One's own score in place of the one that was seen."""
    allow(by["actor"], "programme.score", one)
    return services.score(
        **by,
        of=services.Pair(one.first, one.second, one.framework),
        place=one.place,
        value=body.value,
        reason=body.reason,
        language=body.language,
        evidence_link=body.evidence_link,
        evidence_run=_run(by["actor"], body.evidence_run),
    )


@score.post("/withdraw", "withdraw_score")
def withdraw_score(one: Score, by: Seen, body: WithdrawSent) -> Score:
    return services.withdraw(one, **by, why=body.why)
