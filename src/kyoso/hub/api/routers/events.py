"""The log of acts, for those who watch over it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from kyoso.hub.api import etags
from kyoso.hub.api.auth import READS, viewer
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.shapes import IfNoneMatch, Number, absent
from kyoso.hub.record import selectors
from kyoso.hub.record.models import Event

router = Router(tags=["events"], auth=READS)

_Name = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9._-]+$")]


class EventOut(Schema):
    """An entry of the log. Its hash covers all entries before it."""

    number: int
    at: datetime
    actor: str | None
    act: str
    kind: str
    key: str
    data: dict[str, Any]
    hash: str


class EventsWanted(Schema):
    """``kind`` and ``key`` name a record: ``programme.participation`` and its number."""

    act: _Name | None = None
    kind: _Name | None = None
    key: _Name | None = None


def _event(one: Event) -> EventOut:
    return EventOut(
        number=one.number,
        at=one.at,
        actor=absent(one.actor_name),
        act=one.act,
        kind=one.kind,
        key=one.key,
        data=one.data,
        hash=one.hash,
    )


@router.get("", response=Page[EventOut], operation_id="list_events")
def list_events(
    request: HttpRequest, wanted: Asked, only: Annotated[EventsWanted, Query(...)]
) -> Page[EventOut]:
    """In the order in which they were done; whoever does not watch over the log sees none."""
    found = selectors.visible_to(viewer(request))
    chosen = {name: value for name, value in only.model_dump().items() if value is not None}
    return page(request, found.filter(**chosen), wanted, _event, order=("number",))


@router.get("/{int:number}", response=EventOut, operation_id="read_event")
def read_event(
    request: HttpRequest, response: HttpResponse, number: Number, if_none_match: IfNoneMatch
) -> EventOut:
    one = selectors.visible_to(viewer(request)).get(number=number)
    return etags.tag(request, response, _event(one))
