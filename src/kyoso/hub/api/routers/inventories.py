"""National inventories, their categories and recalculations, and the library of factors."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from kyoso.climate.transparency import categories
from kyoso.core.errors import InputRefusedError
from kyoso.hub.accounts.models import User
from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import EVIDENCE, PUBLIC, actor, viewer
from kyoso.hub.api.paging import Asked, Page, page, page_of
from kyoso.hub.api.routers.evidence import RowOut, cell
from kyoso.hub.api.shapes import (
    BackSent,
    Both,
    Country,
    IfMatch,
    IfNoneMatch,
    Once,
    Sent,
    Upload,
    Year,
    absent,
    chosen,
    in_both,
    listed,
    moment,
)
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import selectors as facilities
from kyoso.hub.evidence.facilities.forms import FileForm
from kyoso.hub.evidence.inventory import forms, library, selectors, services, showing
from kyoso.hub.evidence.inventory.enums import Cause, FactorState, Potentials, State
from kyoso.hub.evidence.inventory.models import Factor, Inventory
from kyoso.hub.evidence.inventory.results import rows_of
from kyoso.hub.evidence.inventory.views import TABLES
from kyoso.hub.evidence.models import Run
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import allow

router = Router(tags=["inventories"], auth=EVIDENCE)
factors = Router(tags=["factors"], auth=EVIDENCE)

_MOST = 5000
"""At most so many facility reports are left out of one inventory."""

StateOfInventory = Annotated[State, listed(State)]
CauseOfRecalculation = Annotated[Cause, listed(Cause)]
SetOfPotentials = Annotated[Potentials, listed(Potentials)]
StateOfFactor = Annotated[FactorState, listed(FactorState)]
_Table = Annotated[str, Field(max_length=60, pattern=r"^[a-z_]+$")]
_Words = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class InventoryOut(Schema):
    """The inventory of a country and year; a recalculation is the next ``number``.

    Totals are in t CO2-equivalent; what is not reported or withheld is null.
    """

    id: UUID
    version: int
    country: str
    year: int
    number: int
    state: StateOfInventory
    gwp: str
    total: str | None
    without_lulucf: str | None
    cause: CauseOfRecalculation | None
    why: str | None
    published_at: str | None
    sample: bool


class InventoryWhole(InventoryOut):
    """An inventory with what it rests on; ``changes`` has before and after of a recalculation.

    ``submissions`` are the facility reports in it that one may see, ``factors`` the country's own
    factors, ``outdated`` whether something it rests on has changed since.
    """

    base_year: int | None
    submitted_at: str | None
    accepted_at: str | None
    reason: str | None
    sheet_name: str | None
    changes: dict[str, Any] | None
    submissions: list[UUID]
    factors: list[UUID]
    outdated: bool | None
    run: UUID | None
    key_run: UUID | None
    uncertainty_run: UUID | None
    change_run: UUID | None


class InventoryCategoryOut(Schema):
    """A category with its total in t CO2-equivalent; ``notation`` where there is none.

    ``key``: it is a key category by level or trend.
    """

    category: str
    name: Both
    above: str | None
    total: str | None
    notations: list[str]
    key: bool


class FactorOut(Schema):
    """A country's own factor, its 95 % interval and the default range; years both included."""

    id: UUID
    version: int
    country: str
    source: str
    quantity: str
    gas: str | None
    sector: str
    value: float
    lower: float
    upper: float
    unit: str
    basis: str | None
    samples: int
    outliers: int
    default_lower: float | None
    default_upper: float | None
    within_default: bool | None
    why_outside: str | None
    from_year: int
    until_year: int | None
    state: StateOfFactor
    reason: str | None
    run: UUID | None
    approved_at: str | None
    sample: bool


class InventorySent(Sent):
    country: Country
    year: Year
    gwp: SetOfPotentials = Potentials.AR5


class CalculationSent(Sent):
    """``left_out`` are the facility reports that are not taken; null leaves them as they are."""

    left_out: Annotated[list[UUID], Field(max_length=_MOST)] | None = None


class RecalculationSent(Sent):
    cause: CauseOfRecalculation
    why: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
    gwp: SetOfPotentials | None = None


class FactorSent(Sent):
    """The factor that a run on samples found; ``source`` and ``gas`` where the run has none."""

    run: UUID
    country: Country
    from_year: Year
    until_year: Year | None = None
    source: Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")] = ""
    gas: Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9()-]*$")] = ""
    why_outside: _Words = ""


class UntilSent(Sent):
    until_year: Year


class InventoriesWanted(Schema):
    country: Country | None = None
    year: Year | None = None
    state: StateOfInventory | None = None
    sample: bool = False


class FactorsWanted(Schema):
    """``year`` finds those that hold in it."""

    country: Country | None = None
    source: Annotated[str | None, Field(max_length=120, pattern=r"^[^\x00]*$")] = None
    year: Year | None = None
    sample: bool = False


# --- shown --------------------------------------------------------------------------------


def _line(one: Inventory) -> InventoryOut:
    return InventoryOut(
        id=one.pk,
        version=one.version,
        country=one.country,
        year=one.year,
        number=one.number,
        state=State(one.state),
        gwp=one.gwp,
        total=one.totals.get("total"),
        without_lulucf=one.totals.get("without_lulucf"),
        cause=Cause(one.cause) if one.cause else None,
        why=absent(one.why),
        published_at=moment(one.published_at),
        sample=one.sample,
    )


@errors.shows(Inventory)
def shown(request: HttpRequest, one: Inventory) -> InventoryWhole:
    """The inventory as it is now, as far as the client may see it."""
    who = viewer(request)
    now = selectors.inventory(who, one.pk)
    inside = who.has_perm("inventory.open_inventory", now)
    taken = facilities.submissions_visible_to(who).filter(inventory_parts__inventory=now)
    keys = {name: getattr(now, f"{name}_id") for name in _RUNS}
    seen = set(runs.visible_to(who).filter(pk__in=keys.values()).values_list("pk", flat=True))
    shown_runs = {name: key if key in seen else None for name, key in keys.items()}
    return InventoryWhole(
        **_line(now).model_dump(),
        base_year=now.base_year,
        submitted_at=moment(now.submitted_at),
        accepted_at=moment(now.accepted_at),
        reason=absent(now.reason) if inside else None,
        sheet_name=absent(now.sheet_name) if inside else None,
        changes=now.changes or None,
        submissions=sorted(taken.values_list("pk", flat=True)),
        factors=[UUID(key) for key in now.factors],
        outdated=selectors.is_outdated(now) if inside and now.run_id else None,
        run=shown_runs["run"],
        key_run=shown_runs["key_run"],
        uncertainty_run=shown_runs["uncertainty_run"],
        change_run=shown_runs["change_run"],
    )


_RUNS = ("run", "key_run", "uncertainty_run", "change_run")


def _answer(request: HttpRequest, response: HttpResponse, one: Inventory) -> InventoryWhole:
    whole = shown(request, one)
    return etags.tag(request, response, whole, whole.version)


def _found(request: HttpRequest, pk: UUID) -> Inventory:
    return selectors.inventory(viewer(request), pk)


# --- reading ------------------------------------------------------------------------------


@router.get("", response=Page[InventoryOut], auth=PUBLIC, operation_id="list_inventories")
def list_inventories(
    request: HttpRequest, wanted: Asked, only: Annotated[InventoriesWanted, Query(...)]
) -> Page[InventoryOut]:
    """What is or was published; what is on its way for the country's own people."""
    found = selectors.visible_to(viewer(request))
    if not only.sample:
        found = found.filter(sample=False)
    order = ("country", "-year", "-number", "pk")
    return page(request, found.filter(**chosen(only)), wanted, _line, order=order)


@router.get("/{uuid:pk}", response=InventoryWhole, auth=PUBLIC, operation_id="read_inventory")
def read_inventory(
    request: HttpRequest, response: HttpResponse, pk: UUID, if_none_match: IfNoneMatch
) -> InventoryWhole:
    return _answer(request, response, _found(request, pk))


@router.get(
    "/{uuid:pk}/categories",
    response=Page[InventoryCategoryOut],
    auth=PUBLIC,
    operation_id="list_inventory_categories",
)
def list_inventory_categories(
    request: HttpRequest, pk: UUID, wanted: Asked
) -> Page[InventoryCategoryOut]:
    """The categories that have a value or a notation key, in the order of the guidelines."""
    one = _found(request, pk)
    totals = one.totals.get("categories", {})
    notations: dict[str, set[str]] = {}
    for row in rows_of(one.run, "inventory", ["category", "notation"]):
        notations.setdefault(row["category"], set()).update({row["notation"]} - {None, ""})
    keys = {row["category"] for row in rows_of(one.key_run, "categories")}
    found = [
        InventoryCategoryOut(
            category=code,
            name=in_both(showing.category_name(code)),
            above=next(iter(categories.lineage(code)[1:]), None),
            total=totals.get(code),
            notations=sorted(notations[code]),
            key=code in keys,
        )
        for code in categories.codes()
        if code in notations
    ]
    return page_of(request, found, wanted, lambda row: row)


@router.get(
    "/{uuid:pk}/key-categories",
    response=Page[RowOut],
    auth=PUBLIC,
    operation_id="list_key_categories",
)
def list_key_categories(request: HttpRequest, pk: UUID, wanted: Asked) -> Page[RowOut]:
    """Category, gas and by which criteria: level or trend, with uncertainty or without."""
    one = _found(request, pk)
    return page_of(request, rows_of(one.key_run, "categories"), wanted, _row)


@router.get(
    "/{uuid:pk}/tables/{table}",
    response=Page[RowOut],
    auth=PUBLIC,
    operation_id="read_inventory_table",
)
def read_inventory_table(
    request: HttpRequest, pk: UUID, table: _Table, wanted: Asked
) -> Page[RowOut]:
    """``inventory``, ``totals``, ``reconciliation`` or ``completeness``, row by row."""
    one = _found(request, pk)
    if table not in TABLES:
        raise Http404
    return page_of(request, rows_of(one.run, table), wanted, _row)


def _row(row: dict[str, Any]) -> RowOut:
    return RowOut(values={name: cell(value) for name, value in row.items()})


# --- building -----------------------------------------------------------------------------


@router.post("", response={201: InventoryWhole}, operation_id="begin_inventory")
def begin_inventory(
    request: HttpRequest, response: HttpResponse, body: InventorySent, idempotency_key: Once
) -> Status[InventoryWhole]:
    """The first of a country and year; one that is there is answered."""
    who, sent = actor(request), body.model_dump()
    allow(who, services.WRITE, Inventory(country=body.country))
    form = forms.BeginForm([body.country], sent)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    made = services.begin(actor=who, once=etags.once(request), **form.cleaned_data)
    return Status(201, _answer(request, response, made))


@router.post("/{uuid:pk}/calculate", response=InventoryWhole, operation_id="calculate_inventory")
def calculate_inventory(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    body: CalculationSent,
    if_match: IfMatch,
) -> InventoryWhole:
    """From what facilities have published and the workbook that was sent last."""
    left_out = None if body.left_out is None else [str(one) for one in body.left_out]
    done = services.calculate(
        _found(request, pk),
        actor=actor(request),
        expected=etags.expected(request),
        left_out=left_out,
    )
    return _answer(request, response, done)


@router.post("/{uuid:pk}/workbook", response=InventoryWhole, operation_id="send_inventory_workbook")
def send_inventory_workbook(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, file: Upload, if_match: IfMatch
) -> InventoryWhole:
    """National statistics and estimates; every fault is named, or the inventory is calculated."""
    one, who, expected = _found(request, pk), actor(request), etags.expected(request)
    allow(who, services.WRITE, one)
    form = FileForm({}, {"file": file})
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    name, stored = store.safe_name(str(file.name)).lower(), store.keep(file)
    try:
        done = services.calculate(one, actor=who, expected=expected, name=name, stored=stored)
    except InputRefusedError:
        store.forget([stored.sha256])
        raise
    if one.sheet_sha256:
        store.forget([one.sheet_sha256])
    return _answer(request, response, done)


@router.post(
    "/{uuid:pk}/recalculate", response={201: InventoryWhole}, operation_id="recalculate_inventory"
)
def recalculate_inventory(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    body: RecalculationSent,
    idempotency_key: Once,
) -> Status[InventoryWhole]:
    """The next number of a published inventory; one on its way is answered."""
    made = services.recalculate(
        _found(request, pk),
        actor=actor(request),
        cause=body.cause,
        why=body.why,
        gwp=body.gwp or "",
        once=etags.once(request),
    )
    return Status(201, _answer(request, response, made))


# --- from hand to hand --------------------------------------------------------------------


@router.post("/{uuid:pk}/submit", response=InventoryWhole, operation_id="submit_inventory")
def submit_inventory(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, if_match: IfMatch
) -> InventoryWhole:
    one, expected = _found(request, pk), etags.expected(request)
    done = services.submit(one, actor=actor(request), expected=expected)
    return _answer(request, response, done)


@router.post("/{uuid:pk}/return", response=InventoryWhole, operation_id="return_inventory")
def return_inventory(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: BackSent, if_match: IfMatch
) -> InventoryWhole:
    """It is a draft again."""
    one, expected = _found(request, pk), etags.expected(request)
    done = services.send_back(one, actor=actor(request), expected=expected, reason=body.reason)
    return _answer(request, response, done)


@router.post("/{uuid:pk}/accept", response=InventoryWhole, operation_id="accept_inventory")
def accept_inventory(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, if_match: IfMatch
) -> InventoryWhole:
    """By somebody of the country who has written nothing in it."""
    one, expected = _found(request, pk), etags.expected(request)
    done = services.accept(one, actor=actor(request), expected=expected)
    return _answer(request, response, done)


@router.post("/{uuid:pk}/publish", response=InventoryWhole, operation_id="publish_inventory")
def publish_inventory(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, if_match: IfMatch
) -> InventoryWhole:
    """The number that was public before is replaced; by somebody who has written nothing in it."""
    one, expected = _found(request, pk), etags.expected(request)
    done = services.publish(one, actor=actor(request), expected=expected)
    return _answer(request, response, done)


# --- factors ------------------------------------------------------------------------------


def _factor(one: Factor) -> FactorOut:
    """A factor; whoever sees it sees the run that it rests on."""
    same = ("version", "country", "source", "quantity", "sector", "value", "lower", "upper",
            "unit", "samples", "outliers", "default_lower", "default_upper", "within_default",
            "from_year", "until_year", "sample")  # fmt: skip
    return FactorOut(
        id=one.pk,
        gas=absent(one.gas),
        basis=absent(one.basis),
        why_outside=absent(one.why_outside),
        state=FactorState(one.state),
        reason=absent(one.reason),
        run=one.run_id,
        approved_at=moment(one.approved_at),
        **{name: getattr(one, name) for name in same},
    )


@errors.shows(Factor)
def factor_shown(_request: HttpRequest, one: Factor) -> FactorOut:
    return _factor(one)


def _factor_of(request: HttpRequest, pk: UUID) -> Factor:
    return selectors.factors_visible_to(viewer(request)).get(pk=pk)


@factors.get("", response=Page[FactorOut], auth=PUBLIC, operation_id="list_factors")
def list_factors(
    request: HttpRequest, wanted: Asked, only: Annotated[FactorsWanted, Query(...)]
) -> Page[FactorOut]:
    """The library of the region: what is approved; what is on its way for its country."""
    found = selectors.factors_visible_to(viewer(request))
    if not only.sample:
        found = found.filter(sample=False)
    if only.country:
        found = found.filter(country=only.country)
    if only.source:
        found = found.filter(source__icontains=only.source)
    if only.year:
        found = found.filter(from_year__lte=only.year).exclude(until_year__lt=only.year)
    return page(request, found, wanted, _factor, order=("submitted_at", "pk"))


@factors.get("/{uuid:pk}", response=FactorOut, auth=PUBLIC, operation_id="read_factor")
def read_factor(
    request: HttpRequest, response: HttpResponse, pk: UUID, if_none_match: IfNoneMatch
) -> FactorOut:
    one = _factor_of(request, pk)
    return etags.tag(request, response, _factor(one), one.version)


@factors.post("", response={201: FactorOut}, operation_id="propose_factor")
def propose_factor(
    request: HttpRequest, response: HttpResponse, body: FactorSent, idempotency_key: Once
) -> Status[FactorOut]:
    """From a run on samples that is done and that no factor rests on yet."""
    who, once = actor(request), etags.once(request)
    made = library.propose(
        _run(who, body.run, once), actor=who, once=once, **body.model_dump(exclude={"run"})
    )
    return Status(201, etags.tag(request, response, _factor(made), made.version))


def _run(who: User, pk: UUID, once: str | None) -> Run:
    """A run that a factor can rest on, or that it rests on by this act. Raises."""
    if once is not None and (made := Event.objects.filter(once=once).first()) is not None:
        return Run.objects.get(factors__pk=made.key)
    found = next((one for one in library.usable(who) if one.pk == pk), None)
    if found is None:
        raise errors.unknown("run")
    return found


@factors.post("/{uuid:pk}/approve", response=FactorOut, operation_id="approve_factor")
def approve_factor(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, if_match: IfMatch
) -> FactorOut:
    """By somebody of the country who neither sampled nor proposed it."""
    one, expected = _factor_of(request, pk), etags.expected(request)
    done = library.approve(one, actor=actor(request), expected=expected)
    return etags.tag(request, response, _factor(done), done.version)


@factors.post("/{uuid:pk}/return", response=FactorOut, operation_id="return_factor")
def return_factor(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: BackSent, if_match: IfMatch
) -> FactorOut:
    one, expected = _factor_of(request, pk), etags.expected(request)
    done = library.send_back(one, actor=actor(request), expected=expected, reason=body.reason)
    return etags.tag(request, response, _factor(done), done.version)


@factors.post("/{uuid:pk}/end", response=FactorOut, operation_id="end_factor")
def end_factor(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: UntilSent, if_match: IfMatch
) -> FactorOut:
    """The last year in which an approved factor holds."""
    one, expected = _factor_of(request, pk), etags.expected(request)
    done = library.end(one, actor=actor(request), expected=expected, until_year=body.until_year)
    return etags.tag(request, response, _factor(done), done.version)
