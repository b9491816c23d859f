"""What verifiers have signed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema

from kyoso.hub.api import errors
from kyoso.hub.api.auth import PUBLIC, viewer
from kyoso.hub.api.operations import Resource
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.shapes import Both, amount, in_both, listed, moment
from kyoso.hub.evidence.verification import selectors
from kyoso.hub.evidence.verification.enums import Level, Opinion
from kyoso.hub.evidence.verification.models import Statement

router = Router(tags=["verification-statements"], auth=PUBLIC)

LevelOfAssurance = Annotated[Level, listed(Level)]
OpinionGiven = Annotated[Opinion, listed(Opinion)]


class VerificationStatementOut(Schema):
    """What a verifier signed on one version of a report; it never changes."""

    id: UUID
    engagement: UUID
    submission: UUID
    digest: str
    level: LevelOfAssurance
    opinion: OpinionGiven
    misstatement: str
    gross: str
    share: str | None
    materiality: str | None
    grounds: list[str]
    text: str
    organisation: int
    name: Both
    signed_at: str


class StatementsWanted(Schema):
    submission: UUID | None = None


def statement_out(one: Statement) -> VerificationStatementOut:
    by = one.engagement.organisation
    return VerificationStatementOut(
        id=one.pk,
        engagement=one.engagement_id,
        submission=one.submission_id,
        digest=one.digest,
        level=Level(one.level),
        opinion=Opinion(one.opinion),
        misstatement=amount(one.misstatement) or "0",
        gross=amount(one.gross) or "0",
        share=amount(one.share),
        materiality=amount(one.materiality),
        grounds=one.grounds,
        text=one.text,
        organisation=by.pk,
        name=in_both(by.name),
        signed_at=moment(one.signed_at) or "",
    )


@errors.shows(Statement)
def shown(_request: HttpRequest, one: Statement) -> VerificationStatementOut:
    return statement_out(one)


def _signed(request: HttpRequest) -> QuerySet[Statement]:
    found = selectors.statements_visible_to(viewer(request))
    return found.select_related("engagement__organisation")


def _found(request: HttpRequest, pk: UUID) -> Statement:
    return _signed(request).get(pk=pk)


@router.get(
    "", response=Page[VerificationStatementOut], operation_id="list_verification_statements"
)
def list_verification_statements(
    request: HttpRequest, wanted: Asked, only: Annotated[StatementsWanted, Query(...)]
) -> Page[VerificationStatementOut]:
    """On what is public, and those of one's own work or facilities."""
    found = _signed(request)
    if only.submission:
        found = found.filter(submission=only.submission)
    return page(request, found, wanted, statement_out, order=("-signed_at", "pk"))


Resource(router, _found).read("read_verification_statement")
