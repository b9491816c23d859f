"""Programmes, their editions and activities in our own words, members, indicators. All public."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from kyoso.hub.api import etags
from kyoso.hub.api.auth import PUBLIC
from kyoso.hub.api.paging import Asked, Page, page, page_of
from kyoso.hub.api.shapes import Both, IfNoneMatch, Key, Source, absent, both, in_both, source
from kyoso.hub.programme import selectors
from kyoso.hub.programme.models import ActivityText, Edition, Heading, Indicator, Programme
from kyoso.hub.programme.selectors import Member

router = Router(tags=["programmes"], auth=PUBLIC)


class ProgrammeOut(Schema):
    key: str
    name: Both
    abbreviation: str | None
    members_group: str
    editions: list[str]
    source: Source


class EditionOut(Schema):
    programme: str
    label: str
    title: Both
    adopted: date | None
    adopted_at: Both | None
    source: Source


class HeadingOut(Schema):
    kind: str
    code: str
    parent: str | None
    title: Both


class EditionWhole(EditionOut):
    headings: list[HeadingOut]


class ActivityOut(Schema):
    """An activity as an edition states it; ``key`` stays the same from edition to edition."""

    programme: str
    edition: str
    key: str
    code: str
    slug: str
    title: Both
    aim: Both
    pillar: str | None
    section: str | None
    group: str | None
    annex: str | None
    source: Source


class Named(Schema):
    key: str
    name: Both
    basis: str | None


class ActivityWhole(ActivityOut):
    instruments: list[Named]
    frameworks: list[Named]
    bodies: list[Named]
    initiatives: list[Named]


class MemberOut(Schema):
    code: str
    name: Both
    partner: bool
    since: date | None
    until: date | None


class IndicatorOut(Schema):
    """Numbers that are not reported are null."""

    key: str
    section: str | None
    activity: str | None
    title: Both
    kind: str
    unit: Both
    direction: str | None
    baseline: float | None
    baseline_date: str | None
    target: float | None
    target_date: str | None
    value: float | None
    value_date: str | None
    source: Source


def _programme(one: Programme) -> ProgrammeOut:
    return ProgrammeOut(
        key=one.key,
        name=in_both(one.name),
        abbreviation=absent(one.abbreviation),
        members_group=one.members_group,
        editions=[edition.label for edition in one.editions.all()],
        source=source(one),
    )


def _edition(one: Edition) -> EditionOut:
    return EditionOut(
        programme=one.programme.key,
        label=one.label,
        title=in_both(one.title),
        adopted=one.adopted,
        adopted_at=both(one.adopted_at),
        source=source(one),
    )


def _heading(one: Heading) -> HeadingOut:
    return HeadingOut(
        kind=one.kind,
        code=one.code,
        parent=one.parent.code if one.parent else None,
        title=in_both(one.title),
    )


def _activity(edition: Edition, one: ActivityText) -> ActivityOut:
    return ActivityOut(
        programme=edition.programme.key,
        edition=edition.label,
        key=one.activity.key,
        code=one.code,
        slug=one.slug,
        title=in_both(one.title),
        aim=in_both(one.aim),
        pillar=one.pillar.code if one.pillar else None,
        section=one.section.code if one.section else None,
        group=one.group.code if one.group else None,
        annex=absent(one.annex),
        source=source(one),
    )


def _whole(edition: Edition, one: ActivityText) -> ActivityWhole:
    of = one.activity
    return ActivityWhole(
        **_activity(edition, one).model_dump(),
        instruments=[
            Named(key=link.instrument.key, name=in_both(link.instrument.name), basis=None)
            for link in of.instruments.all()
        ],
        frameworks=[
            Named(key=link.framework.key, name=in_both(link.framework.name), basis=link.basis)
            for link in of.frameworks.all()
        ],
        bodies=[
            Named(key=link.body.key, name=in_both(link.body.name), basis=link.basis)
            for link in of.bodies.all()
        ],
        initiatives=[
            Named(key=link.initiative.key, name=in_both(link.initiative.name), basis=link.basis)
            for link in of.initiatives.all()
        ],
    )


def _member(one: Member) -> MemberOut:
    return MemberOut(
        code=one.code,
        name=in_both(one.name),
        partner=one.partner,
        since=one.period.start,
        until=one.period.end,
    )


def _indicator(one: Indicator) -> IndicatorOut:
    return IndicatorOut(
        key=one.key,
        section=absent(one.section_code),
        activity=one.activity.key if one.activity else None,
        title=in_both(one.title),
        kind=one.kind,
        unit=in_both(one.unit),
        direction=absent(one.direction),
        baseline=one.baseline,
        baseline_date=absent(one.baseline_date),
        target=one.target,
        target_date=absent(one.target_date),
        value=one.value,
        value_date=absent(one.value_date),
        source=source(one),
    )


def programme_of(key: str) -> Programme:
    """The programme that an address names. Raises ``Http404``."""
    found = selectors.programmes().filter(key=key).first()
    if found is None:
        raise Http404
    return found


@router.get("", response=Page[ProgrammeOut], operation_id="list_programmes")
def list_programmes(request: HttpRequest, wanted: Asked) -> Page[ProgrammeOut]:
    return page(request, selectors.programmes(), wanted, _programme, order=("position", "pk"))


@router.get("/{key}", response=ProgrammeOut, operation_id="read_programme")
def read_programme(
    request: HttpRequest, response: HttpResponse, key: Key, if_none_match: IfNoneMatch
) -> ProgrammeOut:
    return etags.tag(request, response, _programme(programme_of(key)))


@router.get("/{key}/editions", response=Page[EditionOut], operation_id="list_editions")
def list_editions(request: HttpRequest, key: Key, wanted: Asked) -> Page[EditionOut]:
    found = selectors.all_editions().filter(programme=programme_of(key))
    return page(request, found, wanted, _edition, order=("label", "pk"))


@router.get("/{key}/editions/{label}", response=EditionWhole, operation_id="read_edition")
def read_edition(
    request: HttpRequest, response: HttpResponse, key: Key, label: Key, if_none_match: IfNoneMatch
) -> EditionWhole:
    one = selectors.edition(key, label)
    headings = [_heading(each) for each in one.headings.select_related("parent")]
    shown = EditionWhole(**_edition(one).model_dump(), headings=headings)
    return etags.tag(request, response, shown)


class ActivitiesWanted(Schema):
    pillar: Key | None = None
    section: Key | None = None


@router.get(
    "/{key}/editions/{label}/activities", response=Page[ActivityOut], operation_id="list_activities"
)
def list_activities(
    request: HttpRequest,
    key: Key,
    label: Key,
    wanted: Asked,
    only: Annotated[ActivitiesWanted, Query(...)],
) -> Page[ActivityOut]:
    edition = selectors.edition(key, label)
    texts = edition.activities.select_related("activity", "pillar", "section", "group")
    if only.pillar:
        texts = texts.filter(pillar__code=only.pillar)
    if only.section:
        texts = texts.filter(section__code=only.section)
    return page(
        request, texts, wanted, lambda one: _activity(edition, one), order=("position", "pk")
    )


@router.get(
    "/{key}/editions/{label}/activities/{slug}",
    response=ActivityWhole,
    operation_id="read_activity",
)
def read_activity(
    request: HttpRequest,
    response: HttpResponse,
    *,
    key: Key,
    label: Key,
    slug: Key,
    if_none_match: IfNoneMatch,
) -> ActivityWhole:
    edition = selectors.edition(key, label)
    return etags.tag(request, response, _whole(edition, selectors.activity_text(edition, slug)))


class MembersWanted(Schema):
    day: date | None = None


@router.get("/{key}/members", response=Page[MemberOut], operation_id="list_members")
def list_members(
    request: HttpRequest, key: Key, wanted: Asked, on: Annotated[MembersWanted, Query(...)]
) -> Page[MemberOut]:
    """Members and partners on a day, today if none is named."""
    found = selectors.members(programme_of(key), on.day or timezone.localdate())
    return page_of(request, found, wanted, _member)


@router.get("/{key}/indicators", response=Page[IndicatorOut], operation_id="list_indicators")
def list_indicators(request: HttpRequest, key: Key, wanted: Asked) -> Page[IndicatorOut]:
    found = programme_of(key).indicators.select_related("activity")
    return page(request, found, wanted, _indicator, order=("position", "pk"))
