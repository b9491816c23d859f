"""Organisations, and who acts for them in which role since when."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from kyoso.hub.accounts import selectors, services
from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Membership, Organisation
from kyoso.hub.api import errors
from kyoso.hub.api.auth import ADMIN, READS, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.shapes import Both, BothSent, Country, Number, Sent, Why, absent, in_both

organisations = Router(tags=["organisations"], auth=READS)
memberships = Router(tags=["memberships"], auth=READS)

ScopeName = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9./()-]*$")]


class OrganisationOut(Schema):
    id: int
    version: int
    name: Both
    abbreviation: str | None
    kind: OrganisationKind
    country: str | None
    sample: bool


class OrganisationSent(Sent):
    name: BothSent
    kind: OrganisationKind
    abbreviation: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    country: Country | None = None
    why: Why = ""


class MembershipOut(Schema):
    """A person in a role, from a day until a day; ``until`` is null while it goes on."""

    id: int
    version: int
    user: int
    name: str
    organisation: int
    role: Role
    country: str | None
    scope: str | None
    since: date
    until: date | None


class MembershipSent(Sent):
    user: Number
    organisation: Number
    role: Role
    country: Country | None = None
    scope: ScopeName = ""
    since: date | None = None


class EndSent(Sent):
    until: date
    why: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class OrganisationsWanted(Schema):
    country: Country | None = None
    kind: OrganisationKind | None = None
    sample: bool = False


class MembershipsWanted(Schema):
    """``on`` is a day: those that hold then."""

    organisation: Number | None = None
    role: Role | None = None
    on: date | None = None
    sample: bool = False


@errors.shows(Organisation)
def organisation_shown(_request: HttpRequest, one: Organisation) -> OrganisationOut:
    return OrganisationOut(
        id=one.pk,
        version=one.version,
        name=in_both(one.name),
        abbreviation=absent(one.abbreviation),
        kind=OrganisationKind(one.kind),
        country=absent(one.country),
        sample=one.sample,
    )


@errors.shows(Membership)
def membership_shown(_request: HttpRequest, one: Membership) -> MembershipOut:
    return MembershipOut(
        id=one.pk,
        version=one.version,
        user=one.user_id,
        name=one.user.display_name,
        organisation=one.organisation_id,
        role=Role(one.role),
        country=absent(one.country),
        scope=absent(one.scope),
        since=one.since,
        until=one.until,
    )


# --- organisations ------------------------------------------------------------------------


@organisations.get("", response=Page[OrganisationOut], operation_id="list_organisations")
def list_organisations(
    request: HttpRequest, wanted: Asked, only: Annotated[OrganisationsWanted, Query(...)]
) -> Page[OrganisationOut]:
    found = selectors.organisations_visible_to(viewer(request))
    if not only.sample:
        found = found.filter(sample=False)
    if only.country:
        found = found.filter(country=only.country)
    if only.kind:
        found = found.filter(kind=only.kind)
    return page(request, found, wanted, lambda one: organisation_shown(request, one))


def _organisation(request: HttpRequest, pk: Number) -> Organisation:
    return selectors.organisations_visible_to(viewer(request)).get(pk=pk)


organisation = Resource(organisations, _organisation, path="/{int:pk}", auth=ADMIN)


organisation.read("read_organisation")


@organisation.begin("add_organisation")
def add_organisation(by: Anew, body: OrganisationSent) -> Organisation:
    return services.add_organisation(
        **by,
        name=body.name.text(),
        kind=body.kind,
        abbreviation=body.abbreviation,
        country=body.country or "",
    )


@organisation.put("change_organisation")
def change_organisation(one: Organisation, by: Seen, body: OrganisationSent) -> Organisation:
    return services.change_organisation(
        one,
        **by,
        name=body.name.text(),
        kind=body.kind,
        abbreviation=body.abbreviation,
        country=body.country or "",
        why=body.why,
    )


# --- memberships --------------------------------------------------------------------------


@memberships.get("", response=Page[MembershipOut], operation_id="list_memberships")
def list_memberships(
    request: HttpRequest, wanted: Asked, only: Annotated[MembershipsWanted, Query(...)]
) -> Page[MembershipOut]:
    found = selectors.memberships_visible_to(viewer(request)).select_related("user")
    if only.on:
        found = found.filter(pk__in=selectors.active_on(only.on).values("pk"))
    if not only.sample:
        found = found.filter(organisation__sample=False)
    if only.organisation:
        found = found.filter(organisation=only.organisation)
    if only.role:
        found = found.filter(role=only.role)
    return page(request, found, wanted, lambda one: membership_shown(request, one))


def _membership(request: HttpRequest, pk: Number) -> Membership:
    return selectors.memberships_visible_to(viewer(request)).select_related("user").get(pk=pk)


membership = Resource(memberships, _membership, path="/{int:pk}", auth=ADMIN)


membership.read("read_membership")


@membership.begin("appoint")
def appoint(by: Anew, body: MembershipSent) -> Membership:
    who = by["actor"]
    seen = selectors.organisations_visible_to(who)
    return services.appoint(
        **by,
        user=selectors.users_visible_to(who).get(pk=body.user),
        organisation=seen.get(pk=body.organisation),
        role=body.role,
        country=body.country or "",
        scope=body.scope,
        since=body.since or timezone.localdate(),
    )


@membership.post("/end", "end_membership")
def end_membership(one: Membership, by: Seen, body: EndSent) -> Membership:
    return services.end_membership(one, **by, until=body.until, why=body.why)
