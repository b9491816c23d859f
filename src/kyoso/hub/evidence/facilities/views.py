"""Pages of facilities and their plans."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.core.errors import InputRefusedError
from kyoso.hub import asking
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.facilities import forms, reported, reporting, selectors, services, showing
from kyoso.hub.evidence.facilities.enums import PLAN_OPEN, PlanState
from kyoso.hub.evidence.facilities.errors import wrong_state
from kyoso.hub.evidence.facilities.models import Facility, Plan, Submission
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow

A_PAGE = 50


# --- facilities ---------------------------------------------------------------------------


@require_GET
def facilities(request: HttpRequest) -> HttpResponse:
    """The facilities that the reader sees, of all countries or of the one that is asked for."""
    found = selectors.listed(request.user).prefetch_related("reports__submissions__statement")
    asked = request.GET.get("country", "")
    if asked:
        found = found.filter(country=asked)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "page": page,
        "query": f"&{urlencode({'country': asked})}" if asked else "",
        "rows": [(showing.listed(one, today), reported.latest(one)) for one in page.object_list],
        "registers": bool(_regulated(request)),
    }
    return render(request, "facilities/facilities.html", context)


def _regulated(request: HttpRequest) -> frozenset[str]:
    user = request.user
    if not isinstance(user, User):
        return frozenset()
    return user.standing.countries(Role.SECTOR_MINISTRY)


@login_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Enter a facility into the register."""
    user, countries = asking.user(request), _regulated(request)
    if not countries:
        allow(user, "facilities.register_facility", Facility())
    form = forms.RegisterForm(countries, asking.sent(request))
    if form.is_valid():
        try:
            made = services.register(actor=user, once=asking.once(request), **form.values())
        except ValidationError as fault:
            form.tell(fault)
        else:
            return redirect("facilities:facility", made.pk)
    return _form_page(request, form, "facilities.list.register")


def _form_page(
    request: HttpRequest, form: django_forms.Form, title: str, one: Facility | None = None
) -> HttpResponse:
    context = {"form": form, "title": title, "facility": one, "once": asking.once(request)}
    status = 422 if form.errors else 200
    return render(request, "facilities/form.html", context, status=status)


@require_GET
def facility(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A facility: who operates it, its permits and units, plans and reports."""
    one = asking.found(lambda: selectors.facility(request.user, pk))
    user = request.user
    changes = user.has_perm("facilities.change_facility", one)
    concerned = user.has_perm("facilities.view_unit", one)
    context = {
        "facility": one,
        "operator": showing.operator_on(one, timezone.localdate()),
        "changes": changes,
        "adds_units": user.has_perm("facilities.add_unit", one),
        "operates": user.has_perm("facilities.write_plan", one),
        "concerned": concerned,
        "events": history(one) if concerned else None,
    }
    return render(request, "facilities/facility.html", context)


def _operator(one: Facility, data: Any | None) -> forms.OperatorForm:
    return forms.OperatorForm(one.country, data)


def _plan_form(one: Facility, data: Any | None) -> forms.PlanForm:
    last = one.plans.order_by("number").last()
    rule_set = "" if last is None else last.rule_set
    year = timezone.localdate().year
    return forms.PlanForm(data, initial={"rule_set": rule_set, "from_year": year})


_ADDED: Mapping[str, tuple[str, Callable[[Facility, Any | None], Any], Callable[..., Any]]] = {
    "operator": ("facilities.change_facility", _operator, services.set_operator),
    "permit": (
        "facilities.change_facility",
        lambda _, data: forms.PermitForm(data),
        services.add_permit,
    ),
    "unit": ("facilities.add_unit", lambda _, data: forms.UnitForm(data), services.add_unit),
    "plan": ("facilities.write_plan", _plan_form, services.begin_plan),
    "report": ("facilities.write_plan", lambda _, data: forms.YearForm(data), reporting.begin),
}
_TITLES = {
    "operator": "set_operator",
    "permit": "add_permit",
    "unit": "add_unit",
    "plan": "begin_plan",
    "report": "begin_report",
}


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: uuid.UUID, what: str) -> HttpResponse:
    """Add an operator, a permit, a unit, a plan or a report to a facility."""
    user = asking.user(request)
    one = asking.found(lambda: selectors.facility(user, pk))
    if what not in _ADDED:
        raise Http404
    permission, form_of, act = _ADDED[what]
    allow(user, permission, one)
    form = form_of(one, asking.sent(request))
    if form.is_valid():
        try:
            made = act(one, actor=user, once=asking.once(request), **form.cleaned_data)
        except ValidationError as fault:
            form.tell(fault)
        else:
            return _after(one, made)
    return _form_page(request, form, f"facilities.facility.{_TITLES[what]}", one)


def _after(one: Facility, made: Any) -> HttpResponse:
    if isinstance(made, Plan):
        to = "facilities:write" if made.state in PLAN_OPEN else "facilities:plan"
        return redirect(to, made.pk)
    if isinstance(made, Submission):
        return redirect("facilities:report", made.report_id)
    return redirect("facilities:facility", one.pk)


# --- plans --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A monitoring plan with its streams; handing it in and judging it."""
    one = asking.found(lambda: selectors.plan(request.user, pk))
    if request.method == "POST":
        return _act_on_plan(request, one)
    return _plan_page(request, one)


@login_required
def _act_on_plan(request: HttpRequest, one: Plan) -> HttpResponse:
    user, act = asking.user(request), request.POST.get("act", "")
    seen = asking.version(request)
    try:
        if act == "submit":
            services.submit_plan(one, actor=user, expected=seen)
        elif act == "approve":
            services.approve_plan(one, actor=user, expected=seen)
        elif act == "return":
            reason = request.POST.get("reason", "")
            services.return_plan(one, actor=user, expected=seen, reason=reason)
        else:
            raise BadRequest("act")
    except ValidationError as fault:
        return _plan_page(request, one, error=asking.said(fault))
    except InputRefusedError as fault:
        return _plan_page(request, one, faults=showing.faults(fault.problems))
    return redirect("facilities:plan", one.pk)


def _plan_page(request: HttpRequest, one: Plan, error: str = "", faults: Any = ()) -> HttpResponse:
    user = request.user
    judges = one.state == PlanState.SUBMITTED and user.has_perm("facilities.approve_plan", one)
    context = {
        "plan": one,
        "rule_set": showing.rule_set_name(one.rule_set),
        "writes": one.state in PLAN_OPEN and user.has_perm("facilities.write_plan", one),
        "judges": judges,
        "events": history(one),
        "error": error,
        "faults": faults,
        "fault_count": len(faults),
    }
    status = 422 if error or faults else 200
    return render(request, "facilities/plan.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The form of a plan: a row for each stream."""
    user = asking.user(request)
    one = asking.found(lambda: selectors.plan(user, pk))
    allow(user, "facilities.write_plan", one)
    if one.state not in PLAN_OPEN:
        raise wrong_state(one)
    data = asking.sent(request)
    initial = {"rule_set": one.rule_set, "from_year": one.from_year}
    form = forms.PlanForm(data, initial=initial)
    rows = forms.stream_forms(one, data)
    if data is not None and _is_saved(request, one, form, rows):
        return redirect("facilities:plan", one.pk)
    version = one.version if data is None else data.get("version", one.version)
    faulty = bool(form.errors or any(row.errors for row in rows))
    context = {"plan": one, "form": form, "rows": rows, "version": version, "faulty": faulty}
    return render(request, "facilities/write.html", context, status=422 if faulty else 200)


def _is_saved(
    request: HttpRequest, one: Plan, form: forms.PlanForm, rows: list[forms.StreamForm]
) -> bool:
    if not (forms.are_whole(rows) and form.is_valid()):
        return False
    streams = [row.row() for row in rows if row.is_stream]
    try:
        services.write_plan(
            one,
            actor=asking.user(request),
            expected=asking.version(request),
            rows=streams,
            **form.cleaned_data,
        )
    except ValidationError as fault:
        form.tell(fault)
        return False
    return True
