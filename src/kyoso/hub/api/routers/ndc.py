"""Countries' targets and how they are tracked; what countries state for their reports."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, Query, Router, Schema

from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import EVIDENCE, PUBLIC, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page, page_of
from kyoso.hub.api.routers.evidence import cell
from kyoso.hub.api.shapes import (
    BackSent,
    Both,
    Country,
    IfNoneMatch,
    Sent,
    Why,
    absent,
    chosen,
    in_both,
    listed,
    moment,
)
from kyoso.hub.evidence.ndc import drafting, selectors, services, showing
from kyoso.hub.evidence.ndc.enums import Kind, State
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.publishing import documents
from kyoso.reference.countries import country as place

router = Router(tags=["ndc"], auth=PUBLIC)
statements = Router(tags=["statements"], auth=EVIDENCE)

KindOfStatement = Annotated[Kind, listed(Kind)]
StateOfStatement = Annotated[State, listed(State)]
_Column = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9_]+$")]
_Cell = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
_Content = Annotated[dict[_Column, _Cell], Field(max_length=60)]


class TrackedOut(Schema):
    """A target and where it stands in its latest year; what is not known is null.

    ``balance`` is the value with what was transferred and used taken into account, ``level`` what
    the target allows, ``gap`` the one less the other, all in ``unit``; ``progress`` in %.
    """

    target: str
    kind: str
    indicator: str
    unit: str
    reference_year: int | None
    reference_value: float | None
    target_year: int | None
    latest_year: int | None
    value: float | None
    adjustment: float | None
    balance: float | None
    level: float | None
    gap: float | None
    progress: float | None
    status: str
    reason: str | None


class IndicatorYearOut(Schema):
    """A target in a year; ``inventory`` is the national inventory that its value comes from."""

    target: str
    year: int
    indicator: str
    unit: str
    value: float | None
    first_transferred: float | None
    used: float | None
    adjustment: float | None
    balance: float | None
    level: float | None
    gap: float | None
    progress: float | None
    indicative: bool
    status: str
    reason: str | None
    inventory: UUID | None


class FileLink(Schema):
    """A file that the site makes of what is published."""

    name: str
    form: str
    href: str


class CountryListed(Schema):
    """A country of which something is published, and the number of its targets."""

    country: str
    name: Both
    targets: int
    sample: bool


class CountryTracked(Schema):
    """What is published of a country: its targets, tracked by ``run``, and the files of it."""

    country: str
    name: Both
    sample: bool
    targets: list[TrackedOut]
    run: UUID | None
    inventories: list[UUID]
    files: list[FileLink]


class StatementOut(Schema):
    """One thing that a country states: a target, a measure, a transfer, a projection, support.

    ``content`` has what was written, by the columns of the kind's table; a column that is not
    there is not reported. A correction is the next ``number``.
    """

    id: UUID
    version: int
    country: str
    kind: KindOfStatement
    name: str
    number: int
    state: StateOfStatement
    content: dict[str, str]
    why: str | None
    reason: str | None
    published_at: str | None
    sample: bool


class StatementSent(Sent):
    """``content`` by the columns of the kind's table, numbers as text."""

    country: Country
    kind: KindOfStatement
    content: _Content


class ContentSent(Sent):
    content: _Content


class StatementCorrected(Sent):
    why: Why = ""


class CountryStatementsWanted(Schema):
    country: Country | None = None
    kind: KindOfStatement | None = None
    state: StateOfStatement | None = None
    sample: bool = False


# --- tracked ------------------------------------------------------------------------------

_NAMES = {"common_tables": "xlsx", "interchange": "csv", "description": "yaml"}


def _published(code: str) -> drafting.Published:
    """What is published of a country. Raises ``Http404`` where nothing is."""
    found = drafting.Published.of(code)
    if place(code) is None or not (found.statements or found.inventories):
        raise Http404
    return found


def _files(request: HttpRequest, code: str) -> list[FileLink]:
    def link(name: str, form: str, *more: str) -> FileLink:
        way = reverse(f"ndc:{name}", args=[code, *more])
        return FileLink(name=name, form=form, href=request.build_absolute_uri(way))

    tables = [link(name, form) for name, form in _NAMES.items()]
    return [*tables, *(link("draft", form, form) for form in documents.FORMATS)]


def _of(shape: type[Schema], row: dict[str, Any], **more: Any) -> Any:
    """A row of the tracking in its shape."""
    wanted = [name for name in shape.model_fields if name in row]
    return shape(**{name: cell(row[name]) for name in wanted}, **more)


@router.get("", response=list[CountryListed], operation_id="list_tracked_countries")
def list_tracked_countries(request: HttpRequest) -> list[CountryListed]:
    """The countries of which targets or other statements are published."""
    return [
        CountryListed(
            country=one.code, name=in_both(one.name), targets=one.targets, sample=one.sample
        )
        for one in showing.countries(selectors.countries())
    ]


@router.get("/{code}", response=CountryTracked, operation_id="read_tracked_country")
def read_tracked_country(
    request: HttpRequest, response: HttpResponse, code: Country, if_none_match: IfNoneMatch
) -> CountryTracked:
    return etags.tag(request, response, _country(request, _published(code)))


def _country(request: HttpRequest, found: drafting.Published) -> CountryTracked:
    return CountryTracked(
        country=found.country,
        name=in_both(found.name),
        sample=found.is_sample,
        targets=[_of(TrackedOut, row) for row in found.summary],
        run=None if found.tracking is None else found.tracking.run_id,
        inventories=[one.pk for one in found.inventories],
        files=_files(request, found.country),
    )


@router.get(
    "/{code}/years", response=Page[IndicatorYearOut], operation_id="list_indicators_by_year"
)
def list_indicators_by_year(
    request: HttpRequest, code: Country, wanted: Asked
) -> Page[IndicatorYearOut]:
    """Target by target, year by year, with the inventory behind each value."""
    found = _published(code)

    def shown(row: dict[str, Any]) -> Any:
        behind = found.behind.get((row["indicator"], row["year"]))
        return _of(IndicatorYearOut, row, inventory=None if behind is None else behind.pk)

    return page_of(request, found.tracked, wanted, shown)


# --- statements ---------------------------------------------------------------------------


def _line(one: Statement) -> StatementOut:
    return StatementOut(
        id=one.pk,
        version=one.version,
        country=one.country,
        kind=Kind(one.kind),
        name=one.name,
        number=one.number,
        state=State(one.state),
        content=one.content,
        why=absent(one.why),
        reason=absent(one.reason),
        published_at=moment(one.published_at),
        sample=one.sample,
    )


@errors.shows(Statement)
def shown(_request: HttpRequest, one: Statement) -> StatementOut:
    return _line(one)


def _found(request: HttpRequest, pk: UUID) -> Statement:
    return selectors.statement(viewer(request), pk)


statement = Resource(statements, _found)


@statements.get("", response=Page[StatementOut], auth=PUBLIC, operation_id="list_statements")
def list_statements(
    request: HttpRequest, wanted: Asked, only: Annotated[CountryStatementsWanted, Query(...)]
) -> Page[StatementOut]:
    """What is or was published; what is on its way for the country's own people."""
    found = selectors.visible_to(viewer(request))
    if not only.sample:
        found = found.filter(sample=False)
    return page(request, found.filter(**chosen(only)), wanted, _line, order=("begun_at", "pk"))


statement.read("read_statement", auth=PUBLIC)


@statement.begin("begin_statement")
def begin_statement(by: Anew, body: StatementSent) -> Statement:
    """Every column that is wrong is named."""
    return services.write(**by, country=body.country, kind=body.kind, content=body.content)


@statement.put("rewrite_statement")
def rewrite_statement(one: Statement, by: Seen, body: ContentSent) -> Statement:
    """All of a draft anew; what it is about stays."""
    return services.rewrite(one, **by, content=body.content)


@statement.post("/submit", "submit_statement")
def submit_statement(one: Statement, by: Seen) -> Statement:
    return services.submit(one, **by)


@statement.post("/return", "return_statement")
def return_statement(one: Statement, by: Seen, body: BackSent) -> Statement:
    return services.send_back(one, **by, reason=body.reason)


@statement.post("/publish", "publish_statement")
def publish_statement(one: Statement, by: Seen) -> Statement:
    """By another person of the country; the targets are tracked anew."""
    return services.publish(one, **by)


@statement.post("/withdraw", "withdraw_statement")
def withdraw_statement(one: Statement, by: Seen, body: BackSent) -> Statement:
    """It stays to be read, and holds no more."""
    return services.withdraw(one, **by, reason=body.reason)


@statement.post("/correct", "correct_statement")
def correct_statement(one: Statement, by: Anew, body: StatementCorrected) -> Statement:
    """The next number of what is published; one that is on its way is answered."""
    return services.correct(one, **by, why=body.why)
