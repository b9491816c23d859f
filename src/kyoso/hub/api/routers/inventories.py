"""National inventories, their categories and recalculations, and the library of factors."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from kyoso.climate.transparency import categories
from kyoso.hub.accounts.models import User
from kyoso.hub.api import errors
from kyoso.hub.api.auth import EVIDENCE, PUBLIC, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page, page_of
from kyoso.hub.api.routers.evidence import RowOut, cell
from kyoso.hub.api.shapes import (
    BackSent,
    Both,
    Country,
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
from kyoso.hub.evidence.facilities import selectors as facilities
from kyoso.hub.evidence.facilities.forms import FileForm
from kyoso.hub.evidence.inventory import forms, library, selectors, services, showing, taking
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
    drawn_run: UUID | None
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
        drawn_run=shown_runs["drawn_run"],
        change_run=shown_runs["change_run"],
    )


_RUNS = ("run", "key_run", "uncertainty_run", "drawn_run", "change_run")


def _found(request: HttpRequest, pk: UUID) -> Inventory:
    return selectors.inventory(viewer(request), pk)


inventory = Resource(router, _found)


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


inventory.read("read_inventory", auth=PUBLIC)


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


@inventory.begin("begin_inventory")
def begin_inventory(by: Anew, body: InventorySent) -> Inventory:
    """The first of a country and year; one that is there is answered."""
    allow(by["actor"], services.WRITE, Inventory(country=body.country))
    form = errors.valid(forms.BeginForm([body.country], body.model_dump()))
    return services.begin(**by, **form.cleaned_data)


@inventory.post("/calculate", "calculate_inventory")
def calculate_inventory(one: Inventory, by: Seen, body: CalculationSent) -> Inventory:
    """From what facilities have published and the workbook that was sent last."""
    left_out = None if body.left_out is None else [str(each) for each in body.left_out]
    return services.calculate(one, **by, left_out=left_out)


@inventory.post("/workbook", "send_inventory_workbook")
def send_inventory_workbook(one: Inventory, by: Seen, file: Upload) -> Inventory:
    """National statistics and estimates; every fault is named, or the inventory is calculated."""
    allow(by["actor"], services.WRITE, one)
    name, stored = errors.valid(FileForm({}, {"file": file})).kept()
    return taking.take(one, **by, name=name, stored=stored)


@inventory.post("/recalculate", "recalculate_inventory")
def recalculate_inventory(one: Inventory, by: Anew, body: RecalculationSent) -> Inventory:
    """The next number of a published inventory; one on its way is answered."""
    gwp = body.gwp or ""
    return services.recalculate(one, **by, cause=body.cause, why=body.why, gwp=gwp)


# --- from hand to hand --------------------------------------------------------------------


@inventory.post("/submit", "submit_inventory")
def submit_inventory(one: Inventory, by: Seen) -> Inventory:
    return services.submit(one, **by)


@inventory.post("/return", "return_inventory")
def return_inventory(one: Inventory, by: Seen, body: BackSent) -> Inventory:
    """It is a draft again."""
    return services.send_back(one, **by, reason=body.reason)


@inventory.post("/accept", "accept_inventory")
def accept_inventory(one: Inventory, by: Seen) -> Inventory:
    """By somebody of the country who has written nothing in it."""
    return services.accept(one, **by)


@inventory.post("/publish", "publish_inventory")
def publish_inventory(one: Inventory, by: Seen) -> Inventory:
    """The number that was public before is replaced; by somebody who has written nothing in it."""
    return services.publish(one, **by)


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


factor = Resource(factors, _factor_of)


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


factor.read("read_factor", auth=PUBLIC)


@factor.begin("propose_factor")
def propose_factor(by: Anew, body: FactorSent) -> Factor:
    """From a run on samples that is done and that no factor rests on yet."""
    run = _run(by["actor"], body.run, by["once"])
    return library.propose(run, **by, **body.model_dump(exclude={"run"}))


def _run(who: User, pk: UUID, once: str | None) -> Run:
    """A run that a factor can rest on, or that it rests on by this act. Raises."""
    if once is not None and (made := Event.objects.filter(once=once).first()) is not None:
        return Run.objects.get(factors__pk=made.key)
    found = next((one for one in library.usable(who) if one.pk == pk), None)
    if found is None:
        raise errors.unknown("run")
    return found


@factor.post("/approve", "approve_factor")
def approve_factor(one: Factor, by: Seen) -> Factor:
    """By somebody of the country who neither sampled nor proposed it."""
    return library.approve(one, **by)


@factor.post("/return", "return_factor")
def return_factor(one: Factor, by: Seen, body: BackSent) -> Factor:
    return library.send_back(one, **by, reason=body.reason)


@factor.post("/end", "end_factor")
def end_factor(one: Factor, by: Seen, body: UntilSent) -> Factor:
    """The last year in which an approved factor holds."""
    return library.end(one, **by, until_year=body.until_year)
