"""How members stand to activities. The level is public, the rest for people with a role."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import PARTICIPATES, PUBLIC, actor, viewer
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.routers.programmes import programme_of
from kyoso.hub.api.shapes import (
    Country,
    IfMatch,
    IfNoneMatch,
    Key,
    LineOrNone,
    Number,
    Sent,
    Why,
    WordsOrNone,
    absent,
    moment,
)
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import Activity, Participation
from kyoso.hub.programme.participation import answers, selectors, services
from kyoso.hub.programme.participation.answers import Answer
from kyoso.hub.programme.participation.enums import ReasonKind

router = Router(tags=["participation"])


class DetailsOut(Schema):
    """What people with a role read: why, what is needed, who answers, for how long."""

    priority: int | None
    reasons: list[str]
    reason: str | None
    needs: str | None
    focal_point: int | None
    focal_name: str | None
    focal_organisation: str | None
    since: date | None
    until: date | None


class StanceOut(Schema):
    """How a member stands to an activity. ``level`` is null where there is no reply."""

    programme: str
    activity: str
    member: str
    level: Level | None
    sample: bool
    version: int
    changed_at: str | None
    details: DetailsOut | None


class StanceSent(Sent):
    """A whole answer: what is not sent is empty afterwards.

    ``why`` says on whose word the secretariat answers for a member.
    """

    level: Level
    priority: Annotated[int | None, Field(ge=1, le=1000)] = None
    reasons: Annotated[list[ReasonKind], Field(max_length=len(ReasonKind))] = []
    reason: WordsOrNone = None
    needs: WordsOrNone = None
    focal_point: Number | None = None
    focal_name: LineOrNone = None
    focal_organisation: LineOrNone = None
    since: date | None = None
    until: date | None = None
    why: Why = ""

    def answer(self) -> Answer:
        return Answer(
            level=self.level.value,
            priority=self.priority,
            reasons=tuple(one.value for one in self.reasons),
            reason=answers.tidy(self.reason or ""),
            needs=answers.tidy(self.needs or ""),
            focal_point=self.focal_point,
            focal_name=answers.tidy(self.focal_name or ""),
            focal_organisation=answers.tidy(self.focal_organisation or ""),
            since=self.since,
            until=self.until,
        )


class StancesWanted(Schema):
    programme: Key | None = None
    member: Country | None = None
    activity: Key | None = None
    level: Level | None = None
    sample: bool = False


class WithdrawalWanted(Schema):
    why: Why = ""


def _stance(viewer_: Viewer, one: Participation) -> StanceOut:
    reads_all = bool(standing(viewer_).posts) and bool(one.level)
    return StanceOut(
        programme=one.programme.key,
        activity=one.activity.key,
        member=one.member,
        level=Level(one.level) if one.level else None,
        sample=one.sample,
        version=services.version(one),
        changed_at=moment(one.changed_at),
        details=_details(one) if reads_all else None,
    )


def _details(one: Participation) -> DetailsOut:
    return DetailsOut(
        priority=one.priority,
        reasons=one.reasons,
        reason=absent(one.reason),
        needs=absent(one.needs),
        focal_point=one.focal_point_id,
        focal_name=absent(one.focal_name),
        focal_organisation=absent(one.focal_organisation),
        since=one.since,
        until=one.until,
    )


@errors.shows(Participation)
def shown(request: HttpRequest, one: Participation) -> StanceOut:
    return _stance(viewer(request), one)


def _found(programme: str, member: str, activity: str) -> Participation:
    """The answer as it is, unsaved where there is none yet. Raises ``Http404``."""
    of = programme_of(programme)
    about = Activity.objects.filter(programme=of, key=activity).first()
    if about is None or selectors.member_of(of, member, timezone.localdate()) is None:
        raise Http404
    one = selectors.stances(of, member).get(about.pk) or services.unsaved(of, member)
    one.programme, one.activity = of, about
    return one


@router.get("", response=Page[StanceOut], auth=PUBLIC, operation_id="list_participation")
def list_participation(
    request: HttpRequest, wanted: Asked, only: Annotated[StancesWanted, Query(...)]
) -> Page[StanceOut]:
    """All answers; a member and activity that are not among them have no reply."""
    rows = Participation.objects.answered().select_related("programme", "activity")
    names = {"programme": "programme__key", "activity": "activity__key"}
    chosen = {
        names.get(name, name): value
        for name, value in only.model_dump(exclude={"sample"}).items()
        if value is not None
    }
    if not only.sample:
        rows = rows.filter(sample=False)
    who = viewer(request)
    return page(request, rows.filter(**chosen), wanted, lambda one: _stance(who, one))


@router.get(
    "/{programme}/{member}/{activity}",
    response=StanceOut,
    auth=PUBLIC,
    operation_id="read_participation",
)
def read_participation(
    request: HttpRequest,
    response: HttpResponse,
    *,
    programme: Key,
    member: Country,
    activity: Key,
    if_none_match: IfNoneMatch,
) -> StanceOut:
    one = _found(programme, member, activity)
    return etags.tag(request, response, shown(request, one), services.version(one))


@router.put(
    "/{programme}/{member}/{activity}",
    response=StanceOut,
    auth=PARTICIPATES,
    operation_id="put_participation",
)
def put_participation(
    request: HttpRequest,
    response: HttpResponse,
    *,
    programme: Key,
    member: Country,
    activity: Key,
    body: StanceSent,
    if_match: IfMatch,
) -> StanceOut:
    """The answer of a member in place of the one that was seen, also where there was none."""
    one = _found(programme, member, activity)
    cell = services.Cell(
        activity=one.activity, answer=body.answer(), expected=etags.expected(request)
    )
    services.record_answers(
        actor=actor(request), programme=one.programme, member=member, cells=[cell], why=body.why
    )
    now = _found(programme, member, activity)
    return etags.tag(request, response, shown(request, now), services.version(now))


@router.delete(
    "/{programme}/{member}/{activity}",
    response=StanceOut,
    auth=PARTICIPATES,
    operation_id="withdraw_participation",
)
def withdraw_participation(
    request: HttpRequest,
    response: HttpResponse,
    *,
    programme: Key,
    member: Country,
    activity: Key,
    reason: Annotated[WithdrawalWanted, Query(...)],
    if_match: IfMatch,
) -> StanceOut:
    """There is no reply again; the history stays."""
    one = _found(programme, member, activity)
    expected = etags.expected(request)
    if services.version(one):
        services.withdraw(one, actor=actor(request), expected=expected, why=reason.why)
    now = _found(programme, member, activity)
    return etags.tag(request, response, shown(request, now), services.version(now))
