"""Pages of national inventories."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.climate.transparency import categories
from kyoso.core.errors import InputRefusedError
from kyoso.core.text import Text
from kyoso.hub import asking
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import keeping, store
from kyoso.hub.evidence.facilities import selectors as facility_selectors
from kyoso.hub.evidence.facilities import showing as facility_showing
from kyoso.hub.evidence.facilities.forms import FileForm
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.facilities.rules import OF_A_COUNTRY
from kyoso.hub.evidence.inventory import forms, selectors, services, sheets, showing, taking
from kyoso.hub.evidence.inventory.enums import State
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.selectors import visible_to as runs_visible_to
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language

A_PAGE, A_PAGE_OF_REPORTS = 50, 20
FAULTS_SHOWN = 200
TABLES = ("inventory", "totals", "reconciliation", "completeness")
"""What can be taken of an inventory; a confidential line is in none of them."""


def _countries(request: HttpRequest) -> frozenset[str]:
    user = request.user
    return user.standing.countries(*OF_A_COUNTRY) if isinstance(user, User) else frozenset()


@require_GET
def inventories(request: HttpRequest) -> HttpResponse:
    """The inventories that the reader sees, by country and year."""
    found = selectors.visible_to(request.user).exclude(state=State.REPLACED)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            (one, showing.country_name(one.country), showing.tonnes(one.totals.get("total")))
            for one in page.object_list
        ],
        "begins": bool(_countries(request)),
    }
    return render(request, "inventory/inventories.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the inventory of a year."""
    user, countries = asking.user(request), _countries(request)
    if not countries:
        allow(user, services.WRITE, Inventory())
    form = forms.BeginForm(countries, asking.sent(request))
    if form.is_valid():
        made = services.begin(actor=user, once=asking.once(request), **form.cleaned_data)
        return redirect("inventory:inventory", made.pk)
    context = {"form": form, "once": asking.once(request)}
    return render(request, "inventory/begin.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def inventory(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """An inventory: what it comes to, what it rests on, and what may be done with it."""
    one = asking.found(lambda: selectors.inventory(request.user, pk))
    return _act(request, one) if request.method == "POST" else _page(request, one)


@login_required
def _act(request: HttpRequest, one: Inventory) -> HttpResponse:
    user, act = asking.user(request), request.POST.get("act", "")
    seen = asking.version(request)
    try:
        if act == "upload":
            return _uploaded(request, one, seen)
        if act == "calculate":
            left_out = request.POST.getlist("left_out")
            services.calculate(one, actor=user, expected=seen, left_out=left_out)
        elif act == "submit":
            services.submit(one, actor=user, expected=seen)
        elif act == "accept":
            services.accept(one, actor=user, expected=seen)
        elif act == "publish":
            services.publish(one, actor=user, expected=seen)
        elif act == "return":
            reason = request.POST.get("reason", "")
            services.send_back(one, actor=user, expected=seen, reason=reason)
        elif act == "recalculate":
            return _recalculated(request, one)
        else:
            raise BadRequest("act")
    except ValidationError as fault:
        return _page(request, one, error=asking.said(fault))
    except InputRefusedError as refused:
        return _page(request, one, refused=refused)
    return redirect("inventory:inventory", one.pk)


def _uploaded(request: HttpRequest, one: Inventory, seen: int) -> HttpResponse:
    user = asking.user(request)
    allow(user, services.WRITE, one)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, one, form=form)
    name, stored = form.kept()
    taking.take(one, actor=user, expected=seen, name=name, stored=stored)
    return redirect("inventory:inventory", one.pk)


def _recalculated(request: HttpRequest, one: Inventory) -> HttpResponse:
    user = asking.user(request)
    allow(user, services.WRITE, one)
    form = forms.RecalculateForm(request.POST)
    if not form.is_valid():
        return _page(request, one, recalculation=form)
    made = services.recalculate(one, actor=user, once=asking.once(request), **form.cleaned_data)
    return redirect("inventory:inventory", made.pk)


def _page(
    request: HttpRequest,
    one: Inventory,
    *,
    error: str = "",
    form: FileForm | None = None,
    recalculation: forms.RecalculateForm | None = None,
    refused: InputRefusedError | None = None,
) -> HttpResponse:
    user = request.user
    inside = user.has_perm("inventory.open_inventory", one)
    writes = user.has_perm(services.WRITE, one)
    is_open = one.state in (State.SUBMITTED, State.ACCEPTED)
    drafting = writes and one.state == State.DRAFT
    recalculates = (
        writes and one.state == State.PUBLISHED and selectors.open_of(one.country, one.year) is None
    )
    taken, now = selectors.taken(one), selectors.to_take(one)
    context: dict[str, Any] = {
        "inventory": one,
        "country": showing.country_name(one.country),
        "inside": inside,
        "drafting": drafting,
        "judges": is_open and user.has_perm(services.ACCEPT, one),
        "recalculates": recalculates,
        "form": form or FileForm(),
        "recalculation": recalculation
        or (forms.RecalculateForm(initial={"gwp": one.gwp}) if recalculates else None),
        "error": error,
        "once": asking.once(request),
        "fault_count": 0 if refused is None else refused.count,
        "faults": []
        if refused is None
        else facility_showing.faults(refused.problems[:FAULTS_SHOWN]),
        "numbers": selectors.numbers(user, one),
        "parts": _by_rule_set(taken),
        "reported": _by_rule_set(selectors.reported(one.country, one.year)) if drafting else [],
        "later": showing.since(taken, now)
        if one.run_id is not None and one.state in (*_FRESH, State.PUBLISHED)
        else [],
        "other_factors": one.run_id is not None
        and one.state in (*_FRESH, State.PUBLISHED)
        and selectors.has_other_factors(one),
        "factors": selectors.factors_of(one),
        "events": history(one) if inside else None,
    }
    if one.run is not None:
        context |= _result(request, one, inside=inside)
    status = 422 if error or refused or _has_faults(form, recalculation) else 200
    return render(request, "inventory/inventory.html", context, status=status)


_FRESH = (State.DRAFT, State.SUBMITTED, State.ACCEPTED)


def _by_rule_set(found: Iterable[Submission]) -> list[tuple[Submission, Text]]:
    return [(each, facility_showing.rule_set_name(each.report.rule_set)) for each in found]


def _has_faults(*given: Any) -> bool:
    return any(one is not None and bool(one.errors) for one in given)


def _result(request: HttpRequest, one: Inventory, *, inside: bool) -> dict[str, Any]:
    assert one.run is not None
    shown = runs_visible_to(request.user)
    published = list(selectors.published(one.country))
    titles = {table.name: table.title for table in sheets.method().outputs}
    return {
        "tree": showing.tree(one),
        "total": showing.tonnes(one.totals.get("total")),
        "without": showing.tonnes(one.totals.get("without_lulucf")),
        "uncertainty": showing.uncertainty(one),
        "memo": showing.memo(one),
        "reconciled": showing.reconciled(one),
        "completeness": showing.completeness(one),
        "checks": showing.problems_in_run(one) if inside else [],
        "changes": showing.changes(one),
        "trend": showing.trend(published, language()),
        "sees_run": shown.filter(pk=one.run.pk).exists(),
        "tables": [(name, titles[name]) for name in TABLES],
    }


@require_GET
def category(request: HttpRequest, pk: uuid.UUID, code: str) -> HttpResponse:
    """A category of an inventory: gas by gas, and the facility reports and estimates behind it."""
    one = asking.found(lambda: selectors.inventory(request.user, pk))
    if one.run is None or code not in categories.codes():
        raise Http404
    gases = showing.gases(one, code)
    if not gases:
        raise Http404
    page = Paginator(_reporting(request, one, code), A_PAGE_OF_REPORTS)
    shown_page = page.get_page(request.GET.get("page"))
    shown = runs_visible_to(request.user)
    context = {
        "inventory": one,
        "country": showing.country_name(one.country),
        "code": code,
        "name": showing.category_name(code),
        "gases": gases,
        "lacking": [each for each in gases if each.not_estimated],
        "compared": showing.reconciled(one, code),
        "sources": showing.sources(code, list(shown_page.object_list)),
        "page": shown_page,
        "estimates": showing.cited(one, code),
        "under": [
            branch for branch in showing.tree(one) if branch.code in categories.children(code)
        ],
        "sees_run": shown.filter(pk=one.run.pk).exists(),
        "above": categories.lineage(code)[:0:-1],
    }
    return render(request, "inventory/category.html", context)


def _reporting(request: HttpRequest, one: Inventory, code: str) -> list[tuple[Submission, bool]]:
    """The submissions behind a category that the reader sees, and whether their inside is open."""
    taken = selectors.taken(one)
    keys = [each.pk for each in taken]
    user = request.user
    seen, opened = (
        set(found(user).filter(pk__in=keys).values_list("pk", flat=True))
        for found in (facility_selectors.submissions_visible_to, facility_selectors.opened_to)
    )
    codes = {each.report.facility.code for each in taken if each.pk in opened}
    reporting = showing.reporting(one, code, codes)
    return [
        (each, each.pk in opened)
        for each in taken
        if each.pk in seen and each.report.facility.code in reporting
    ]


# --- files --------------------------------------------------------------------------------


@require_GET
def workbook(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The empty workbook of a draft."""
    one = asking.found(lambda: selectors.inventory(request.user, pk))
    if not request.user.has_perm("inventory.open_inventory", one):
        raise Http404
    name = f"inventory-{one.country}-{one.year}.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        sheets.made(one, path, language())
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@require_GET
def sent(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The workbook of an inventory as it was sent."""
    one = asking.found(lambda: selectors.inventory(request.user, pk))
    is_open = request.user.has_perm("inventory.open_inventory", one)
    if not is_open or not one.sheet_sha256 or not store.content_of(one.sheet_sha256).exists():
        raise Http404
    return FileResponse(
        store.content_of(one.sheet_sha256).open("rb"),
        as_attachment=True,
        filename=one.sheet_name,
        content_type="application/octet-stream",
    )


@require_GET
def table(request: HttpRequest, pk: uuid.UUID, table: str, form: str) -> HttpResponseBase:
    """A table of an inventory as a file."""
    one = asking.found(lambda: selectors.inventory(request.user, pk))
    if one.run is None or table not in TABLES or form not in keeping.FORMS:
        raise Http404
    stream = keeping.download(store.tables_of(one.run.pk)[table], sheets.method(), table, form)
    name = f"inventory-{one.country}-{one.year}-{one.number}-{table}.{form}"
    return FileResponse(stream, as_attachment=True, filename=name)
