"""How members stand to activities. The level is public, the rest for people with a role."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.api import errors
from kyoso.hub.api.auth import PARTICIPATES, PUBLIC, viewer
from kyoso.hub.api.operations import Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.routers.programmes import programme_of
from kyoso.hub.api.shapes import (
    Country,
    Key,
    LineOrNone,
    Number,
    Sent,
    Why,
    WordsOrNone,
    absent,
    chosen,
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


def _at(programme: str, member: str, activity: str) -> Participation:
    """The answer as it is, unsaved where there is none yet. Raises ``Http404``."""
    of = programme_of(programme)
    about = Activity.objects.filter(programme=of, key=activity).first()
    if about is None or selectors.member_of(of, member, timezone.localdate()) is None:
        raise Http404
    one = selectors.stances(of, member).get(about.pk) or services.unsaved(of, member)
    one.programme, one.activity = of, about
    return one


def _found(_request: HttpRequest, programme: Key, member: Country, activity: Key) -> Participation:
    return _at(programme, member, activity)


def _now(one: Participation) -> Participation:
    return _at(one.programme.key, one.member, one.activity.key)


participation = Resource(router, _found, path="/{programme}/{member}/{activity}", auth=PARTICIPATES)


@router.get("", response=Page[StanceOut], auth=PUBLIC, operation_id="list_participation")
def list_participation(
    request: HttpRequest, wanted: Asked, only: Annotated[StancesWanted, Query(...)]
) -> Page[StanceOut]:
    """All answers; a member and activity that are not among them have no reply."""
    rows = Participation.objects.answered().select_related("programme", "activity")
    names = {"programme": "programme__key", "activity": "activity__key"}
    if not only.sample:
        rows = rows.filter(sample=False)
    who = viewer(request)
    return page(request, rows.filter(**chosen(only, names)), wanted, lambda one: _stance(who, one))


participation.read("read_participation", auth=PUBLIC)


@participation.put("put_participation")
def put_participation(one: Participation, by: Seen, body: StanceSent) -> Participation:
    """The answer of a member in place of the one that was seen, also where there was none."""
    cell = services.Cell(activity=one.activity, answer=body.answer(), expected=by["expected"])
    services.record_answers(
        actor=by["actor"], programme=one.programme, member=one.member, cells=[cell], why=body.why
    )
    return _now(one)


@participation.delete("withdraw_participation")
def withdraw_participation(
    one: Participation, by: Seen, reason: Annotated[WithdrawalWanted, Query(...)]
) -> Participation:
    """There is no reply again; the history stays."""
    if services.version(one):
        services.withdraw(one, **by, why=reason.why)
    return _now(one)
