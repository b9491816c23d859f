"""Pages of countries' targets, their statements, and the files made of what is published."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.climate.transparency import common_tables as tables
from kyoso.hub import asking
from kyoso.hub.evidence.ndc import (
    chapters,
    drafting,
    forms,
    kinds,
    linked,
    selectors,
    services,
    showing,
)
from kyoso.hub.evidence.ndc.enums import Kind, State
from kyoso.hub.evidence.ndc.errors import wrong_state
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language
from kyoso.publishing import btr, documents, workbooks
from kyoso.publishing.documents import html
from kyoso.publishing.documents.model import Document
from kyoso.reference.countries import country as place
from kyoso.reference.countries import country_name

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


# --- countries ----------------------------------------------------------------------------


@require_GET
def countries(request: HttpRequest) -> HttpResponse:
    """The countries of which something is published, and where their targets stand."""
    own = selectors.own(request.user)
    context = {
        "rows": showing.countries(sorted({*selectors.countries(), *own})),
    }
    return render(request, "ndc/countries.html", context)


def _published(request: HttpRequest, code: str) -> drafting.Published:
    """What is published of a country; nothing at all is a page for its own people alone."""
    if place(code) is None:
        raise Http404
    found = drafting.Published.of(code)
    if not found.statements and code not in selectors.own(request.user):
        raise Http404
    return found


@require_GET
def country(request: HttpRequest, code: str) -> HttpResponse:
    """A country's targets tracked, its measures, projections and support."""
    found = _published(request, code)
    own = code in selectors.own(request.user)
    context = {
        "found": found,
        "own": own,
        "targets": showing.targets(found),
        "waiting": showing.not_tracked(found),
        "parts": showing.parts(found),
        "inventories": found.inventories,
        "forms": documents.FORMATS,
    }
    return render(request, "ndc/country.html", context)


# --- files --------------------------------------------------------------------------------


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _with_something(request: HttpRequest, code: str) -> drafting.Published:
    found = _published(request, code)
    if not found.statements and not found.inventories:
        raise Http404
    return found


def _with_inventories(request: HttpRequest, code: str) -> drafting.Published:
    """A file without any series cannot be opened by primap2."""
    found = _published(request, code)
    if not found.inventories:
        raise Http404
    return found


@require_GET
def common_tables(request: HttpRequest, code: str) -> HttpResponse:
    """The common tables of what is published, as a workbook."""
    found = _with_something(request, code)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.xlsx"
        made = tables.workbook_tables(drafting.common_rows(found))
        workbooks.write_tables(made, path, declared=tables.declared())
        content = path.read_bytes()
    return _file(content, f"kyoso-common-tables-{code}.xlsx", _TYPES["xlsx"])


@require_GET
def interchange(request: HttpRequest, code: str) -> HttpResponse:
    """The published inventories in primap2's interchange format."""
    name = f"kyoso-inventory-{code}"
    table, _ = drafting.interchange(_with_inventories(request, code), f"{name}.csv")
    return _file(table.encode(), f"{name}.csv", "text/csv; charset=utf-8")


@require_GET
def description(request: HttpRequest, code: str) -> HttpResponse:
    """What describes that file."""
    name = f"kyoso-inventory-{code}"
    _, about = drafting.interchange(_with_inventories(request, code), f"{name}.csv")
    return _file(about.encode(), f"{name}.yaml", "application/yaml; charset=utf-8")


def _document(found: drafting.Published, ways: chapters.Ways) -> Document:
    return btr.btr(chapters.draft(found, timezone.localdate(), ways), language())


@require_GET
def reading(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of the transparency report as it stands, to be read; what is missing on top."""
    found = _published(request, code)
    own = code in selectors.own(request.user)
    document = _document(found, chapters.Ways(entering=own))
    context = {
        "found": found,
        "own": own,
        "document": document,
        "fragment": html.fragment(document),
        "chapters": showing.chapters(document),
        "missing": sum(one.count for one in btr.silences(document)),
        "forms": documents.FORMATS if found.statements or found.inventories else (),
    }
    return render(request, "ndc/draft.html", context)


@require_GET
def draft(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The draft of the transparency report as a file, in the language of the page."""
    if form not in documents.FORMATS:
        raise Http404
    document = _document(_with_something(request, code), chapters.Ways.of_a_file())
    content = documents.render(document, form)
    name = f"kyoso-btr-{code}-{language()}-{document.date.isoformat()}.{form}"
    return _file(content, name, _TYPES[form])


# --- statements ---------------------------------------------------------------------------


@login_required
@require_GET
def statements(request: HttpRequest, code: str) -> HttpResponse:
    """What a country's people have stated: what is on its way, what is published."""
    user = asking.user(request)
    allow(user, "ndc.write_statement", Statement(country=code))
    context = {
        "code": code,
        "name": country_name(code),
        "groups": showing.statements(code),
    }
    return render(request, "ndc/statements.html", context)


def _begun(request: HttpRequest, kind: str) -> dict[str, str]:
    """What the address says already of the statement to be written: ``?heading=risks``."""
    return {key: request.GET[key] for key in kinds.TABLES[kind].key if key in request.GET}


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Begin a statement of a country."""
    user = asking.user(request)
    if kind not in Kind.values or place(code) is None:
        raise Http404
    allow(user, "ndc.write_statement", Statement(country=code))
    form = forms.StatementForm(kind, asking.sent(request), initial=_begun(request, kind))
    if form.is_valid():
        try:
            made = services.write(
                actor=user,
                country=code,
                kind=kind,
                content=form.cleaned_data,
                once=asking.once(request),
            )
        except ValidationError as fault:
            form.tell(fault)
        else:
            return redirect("ndc:statement", made.pk)
    context = {"form": form, "code": code, "name": country_name(code), "kind": kind,
               "once": asking.once(request)}  # fmt: skip
    return render(request, "ndc/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def statement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A statement, and what the reader may do with it."""
    one: Statement = asking.found(lambda: selectors.statement(request.user, pk))
    fault = None
    if request.method == "POST":
        if not request.user.is_authenticated:
            raise PermissionDenied
        try:
            return redirect("ndc:statement", _act(request, one).pk)
        except ValidationError as refused:
            fault = asking.said(refused)
    user = request.user
    writes = user.has_perm("ndc.write_statement", one)
    versions = selectors.numbers(user, one)
    context = {
        "one": one,
        "name": country_name(one.country),
        "lines": showing.lines(one),
        "pages": linked.titles(one.content.get("pages", "").splitlines()),
        "place": showing.place_of(one),
        "fault": fault,
        "writes": writes and one.state in (State.DRAFT, State.RETURNED),
        "submits": writes and one.state == State.DRAFT,
        "judges": one.state == State.SUBMITTED and user.has_perm("ndc.publish_statement", one),
        "corrects": writes and one.is_public and versions[0].pk == one.pk,
        "withdraws": one.state == State.PUBLISHED and user.has_perm("ndc.publish_statement", one),
        "versions": versions,
        "once": asking.once(request),
        "events": history(one) if writes else None,
    }
    return render(request, "ndc/statement.html", context, status=422 if fault else 200)


def _act(request: HttpRequest, one: Statement) -> Statement:
    user, act = asking.user(request), request.POST.get("act")
    reason = request.POST.get("reason", "")
    if act == "correct":
        return services.correct(one, actor=user, why=reason, once=asking.once(request))
    expected = asking.version(request)
    if act == "submit":
        return services.submit(one, actor=user, expected=expected)
    if act == "publish":
        return services.publish(one, actor=user, expected=expected)
    if act == "withdraw":
        return services.withdraw(one, actor=user, expected=expected, reason=reason)
    if act == "return":
        return services.send_back(one, actor=user, expected=expected, reason=reason)
    raise BadRequest(act)


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write a draft anew."""
    user = asking.user(request)
    one: Statement = asking.found(lambda: selectors.statement(user, pk))
    allow(user, "ndc.write_statement", one)
    if one.state not in (State.DRAFT, State.RETURNED):
        raise wrong_state(one)
    sent: Any = asking.sent(request)
    form = forms.StatementForm(one.kind, sent, initial=one.content)
    if form.is_valid():
        try:
            services.rewrite(
                one, actor=user, expected=asking.version(request), content=form.cleaned_data
            )
        except ValidationError as fault:
            form.tell(fault)
        else:
            return redirect("ndc:statement", one.pk)
    context = {"form": form, "code": one.country, "name": country_name(one.country),
               "kind": one.kind, "one": one}  # fmt: skip
    return render(request, "ndc/form.html", context, status=422 if form.errors else 200)
