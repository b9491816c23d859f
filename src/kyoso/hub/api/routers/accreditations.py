"""The register of those who may verify."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from kyoso.hub.api import errors
from kyoso.hub.api.auth import EVIDENCE, PUBLIC
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.shapes import BackSent, Both, Country, Line, Number, Sent, in_both
from kyoso.hub.evidence.verification import selectors, services
from kyoso.hub.evidence.verification.models import Accreditation

router = Router(tags=["accreditations"], auth=EVIDENCE)

_Category = Annotated[str, Field(pattern=r"^[1-5]([A-Z][A-Za-z0-9]{0,10})?$")]


class AccreditationOut(Schema):
    """That an organisation may verify in a country; all IPCC categories where none is named."""

    id: UUID
    version: int
    organisation: int
    name: Both
    body: str
    number: str
    country: str
    categories: list[str]
    since: date
    until: date | None


class AccreditationSent(Sent):
    organisation: Number
    body: Line
    number: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
    country: Country
    categories: Annotated[list[_Category], Field(max_length=60)] = []
    since: date
    until: date | None = None


class LastDaySent(BackSent):
    until: date


class AccreditationsWanted(Schema):
    country: Country | None = None


def _accreditation(one: Accreditation) -> AccreditationOut:
    return AccreditationOut(
        id=one.pk,
        version=one.version,
        organisation=one.organisation_id,
        name=in_both(one.organisation.name),
        body=one.body,
        number=one.number,
        country=one.country,
        categories=one.categories,
        since=one.since,
        until=one.until,
    )


@errors.shows(Accreditation)
def accreditation_shown(_request: HttpRequest, one: Accreditation) -> AccreditationOut:
    return _accreditation(one)


def _found(_request: HttpRequest, pk: UUID) -> Accreditation:
    return selectors.accreditations().get(pk=pk)


accreditation = Resource(router, _found)


@router.get("", response=Page[AccreditationOut], auth=PUBLIC, operation_id="list_accreditations")
def list_accreditations(
    request: HttpRequest, wanted: Asked, only: Annotated[AccreditationsWanted, Query(...)]
) -> Page[AccreditationOut]:
    """Who may verify, where, for what, and until when."""
    found = selectors.accreditations()
    if only.country:
        found = found.filter(country=only.country)
    return page(request, found, wanted, _accreditation)


@accreditation.begin("accredit")
def accredit(by: Anew, body: AccreditationSent) -> Accreditation:
    """By the regulator of the country."""
    verifier = selectors.verifiers().filter(pk=body.organisation).first()
    if verifier is None:
        raise errors.unknown("organisation")
    sent = body.model_dump(exclude={"organisation"})
    return services.accredit(organisation=verifier, **by, **sent)


@accreditation.post("/end", "end_accreditation")
def end_accreditation(one: Accreditation, by: Seen, body: LastDaySent) -> Accreditation:
    return services.end_accreditation(one, **by, until=body.until, reason=body.reason)
