"""The reading lists of the bodies to which accepted reports are sent."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from kyoso.hub.api.auth import READS, viewer
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.routers.reports import ReportOut, report_line
from kyoso.hub.api.shapes import Both, Key, in_both, moment
from kyoso.hub.programme.models import Body
from kyoso.hub.progress import selectors
from kyoso.hub.progress.models import Delivery

router = Router(tags=["bodies"], auth=READS)


class DeliveryOut(Schema):
    """That an accepted report stands on a body's reading list."""

    id: int
    at: str
    body: str
    report: ReportOut


class BodyOut(Schema):
    key: str
    name: Both
    reports: int


def _delivery(one: Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=one.pk, at=moment(one.at) or "", body=one.body.key, report=report_line(one.report)
    )


@router.get("", response=list[BodyOut], operation_id="list_reading_lists")
def list_reading_lists(request: HttpRequest) -> list[BodyOut]:
    """The bodies whose reading lists the client may open."""
    return [
        BodyOut(key=body.key, name=in_both(body.name), reports=count)
        for body, count in selectors.reading_lists(viewer(request))
    ]


@router.get("/{key}/reports", response=Page[DeliveryOut], operation_id="read_reading_list")
def read_reading_list(request: HttpRequest, key: Key, wanted: Asked) -> Page[DeliveryOut]:
    body = Body.objects.get(key=key)
    found = selectors.reading_list(viewer(request), body).select_related(
        "body", "report__requirement__round"
    )
    return page(request, found, wanted, _delivery, order=("-at", "-pk"))
