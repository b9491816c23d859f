"""Pages of verifiers: the register, engaging one, and the work on a report."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms as django_forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.climate.transparency import materiality
from kyoso.hub import asking
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.facilities import plausible
from kyoso.hub.evidence.facilities import selectors as facilities
from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.models import Stream, Submission
from kyoso.hub.evidence.showing import checks
from kyoso.hub.evidence.verification import forms, judging, selectors, services, showing
from kyoso.hub.evidence.verification.enums import FindingState
from kyoso.hub.evidence.verification.models import Accreditation, Engagement, Finding
from kyoso.hub.record.services import allow

A_PAGE = 50

Bound = Mapping[str, django_forms.Form]


# --- the register -------------------------------------------------------------------------


def _regulated(request: HttpRequest) -> frozenset[str]:
    user = request.user
    if not isinstance(user, User):
        return frozenset()
    return user.standing.countries(Role.SECTOR_MINISTRY)


@require_GET
def verifiers(request: HttpRequest) -> HttpResponse:
    """Who may verify, where, for what, and until when."""
    found = selectors.accreditations()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    countries = _regulated(request)
    context = {"page": page, "today": timezone.localdate(), "countries": countries}
    return render(request, "verification/verifiers.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def accredit(request: HttpRequest) -> HttpResponse:
    """Enter a verifier into the register of a country."""
    user, countries = asking.user(request), _regulated(request)
    if not countries:
        allow(user, "verification.accredit", Accreditation())
    form = forms.AccreditForm(countries, selectors.verifiers(), asking.sent(request))
    if form.is_valid():
        try:
            services.accredit(actor=user, once=asking.once(request), **form.cleaned_data)
        except ValidationError as fault:
            form.tell(fault)
        else:
            return redirect("verification:verifiers")
    return _form_page(request, form, "verification.register.accredit", "verification.register.lede")


def _form_page(
    request: HttpRequest, form: django_forms.Form, title: str, lede: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "lede": lede, "once": asking.once(request)} | more
    status = 422 if form.errors else 200
    return render(request, "verification/form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def end_accreditation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Set the last day of an accreditation."""
    user = asking.user(request)
    one = get_object_or_404(selectors.accreditations(), pk=pk)
    allow(user, "verification.accredit", one)
    form = forms.EndForm(asking.sent(request))
    if form.is_valid():
        seen = asking.version(request)
        try:
            services.end_accreditation(one, actor=user, expected=seen, **form.cleaned_data)
        except ValidationError as fault:
            form.tell(fault)
        else:
            return redirect("verification:verifiers")
    more = {"version": request.POST.get("version", one.version), "accreditation": one}
    title = "verification.register.end"
    return _form_page(request, form, title, "verification.register.end_lede", **more)


# --- engaging -----------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def engage(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Engage a verifier of the facility's country for a report."""
    user = asking.user(request)
    report = asking.found(lambda: facilities.report(user, pk))
    allow(user, "verification.engage", report)
    known = selectors.verifiers().filter(
        pk__in=selectors.accredited(report.facility.country).values("organisation")
    )
    form = forms.EngageForm(known, asking.sent(request))
    if form.is_valid():
        try:
            services.engage(report, actor=user, once=asking.once(request), **form.cleaned_data)
        except ValidationError as fault:
            form.tell(fault)
        else:
            return redirect("facilities:report", report.pk)
    return _form_page(
        request, form, "verification.engage.title", "verification.engage.lede", report=report
    )


# --- the work -----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def engagement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The work on a report: independence, plan, visits, findings, statement."""
    one = asking.found(lambda: selectors.engagement(request.user, pk))
    if request.method == "POST":
        return _act(request, one)
    return _page(request, one)


def _streams(version: Submission | None, one: Engagement) -> list[Stream]:
    latest = version or one.report.submissions.order_by("number").last()
    return [] if latest is None else list(latest.plan.streams.all())


@login_required
def _act(request: HttpRequest, one: Engagement) -> HttpResponse:
    user, act = asking.user(request), request.POST.get("act", "")
    try:
        if act in _SIMPLE:
            _SIMPLE[act](request, one, user)
        elif act in _WRITTEN:
            form = _form_of(act, request, one, request.POST)
            if not form.is_valid():
                return _page(request, one, bound={act: form})
            try:
                _WRITTEN[act](request, one, user, form)
            except ValidationError as fault:
                form.tell(fault)
                return _page(request, one, bound={act: form})
        else:
            raise BadRequest("act")
    except ValidationError as fault:
        return _page(request, one, error=asking.said(fault))
    if not user.has_perm("verification.view_engagement", Engagement.objects.get(pk=one.pk)):
        return redirect("portal:desk")
    return redirect("verification:engagement", one.pk)


def _finding(request: HttpRequest, one: Engagement) -> Finding:
    asked = request.POST.get("finding", "")
    found = [finding for finding in one.findings.all() if str(finding.pk) == asked]
    if not found:
        raise BadRequest("finding")
    return found[0]


def _confirm(request: HttpRequest, one: Engagement, user: User) -> None:
    services.confirm_correction(
        _finding(request, one), actor=user, expected=asking.version(request),
        answer=request.POST.get("answer", ""),
    )  # fmt: skip


def _leave(request: HttpRequest, one: Engagement, user: User) -> None:
    services.leave_unresolved(
        _finding(request, one), actor=user, expected=asking.version(request),
        answer=request.POST.get("answer", ""),
    )  # fmt: skip


def _return(request: HttpRequest, one: Engagement, user: User) -> None:
    services.ask_for_correction(
        one, actor=user, expected=asking.version(request), reason=request.POST.get("reason", "")
    )


def _end(request: HttpRequest, one: Engagement, user: User) -> None:
    services.end_engagement(
        one, actor=user, expected=asking.version(request), reason=request.POST.get("reason", "")
    )


_SIMPLE: Mapping[str, Callable[[HttpRequest, Engagement, User], None]] = {
    "confirm": _confirm,
    "leave": _leave,
    "return": _return,
    "end": _end,
}


def _declare(request: HttpRequest, one: Engagement, user: User, form: Any) -> None:
    services.declare(one, actor=user, expected=asking.version(request), **form.cleaned_data)


def _plan(request: HttpRequest, one: Engagement, user: User, form: Any) -> None:
    services.plan(one, actor=user, expected=asking.version(request), **form.values())


def _visit(request: HttpRequest, one: Engagement, user: User, form: Any) -> None:
    services.visit(one, actor=user, once=asking.once(request), **form.values())


def _find(request: HttpRequest, one: Engagement, user: User, form: Any) -> None:
    services.find(one, actor=user, once=asking.once(request), **form.values())


def _sign(request: HttpRequest, one: Engagement, user: User, form: Any) -> None:
    services.sign(one, actor=user, expected=asking.version(request), **form.values())


_WRITTEN: Mapping[str, Callable[[HttpRequest, Engagement, User, Any], None]] = {
    "declare": _declare,
    "plan": _plan,
    "visit": _visit,
    "find": _find,
    "sign": _sign,
}


def _form_of(act: str, request: HttpRequest, one: Engagement, data: Any | None) -> Any:
    version = selectors.handed_in(one)
    if act == "declare":
        return forms.DeclareForm(data, initial={"independence": one.independence})
    if act == "plan":
        initial = forms.PlanForm.initial_of(one.strategic_analysis, one.sampling_plan)
        return forms.PlanForm(_streams(version, one), data, initial=initial)
    if act == "visit":
        return forms.VisitForm(data)
    if act == "find":
        return forms.FindForm(_streams(version, one), data)
    opinions = [] if version is None else materiality.admissible(_outcome(one, version))
    return forms.SignForm(opinions, data)


def _outcome(one: Engagement, version: Submission) -> materiality.Misstatement:
    return judging.outcome(one.findings.all(), version)


def _page(
    request: HttpRequest, one: Engagement, *, error: str = "", bound: Bound | None = None
) -> HttpResponse:
    user, version = request.user, selectors.handed_in(one)
    works = user.has_perm("verification.work", one)
    waits = version is not None and version.state == State.SUBMITTED
    signed = version is not None and any(
        statement.submission_id == version.pk for statement in one.statements.all()
    )
    needs = judging.needs(one, version, timezone.localdate())
    findings = list(one.findings.all())
    counting = [] if version is None else judging.counting(findings, version)
    context = {
        "engagement": one,
        "report": one.report,
        "version": version,
        "works": works and not signed,
        "finds": works and waits and bool(one.independence),
        "returns": works and waits and bool(counting),
        "signs": works and waits and all(need.is_met for need in needs),
        "ends": one.is_open and user.has_perm("verification.end_engagement", one),
        "signed": signed,
        "looked": None if version is None else plausible.looked_at(version),
        "needs": needs,
        "findings": [showing.shown(finding) for finding in findings],
        "open_findings": [
            finding.pk
            for finding in findings
            if finding.state != FindingState.CORRECTED and works and waits
        ],
        "judged": None if version is None else showing.judged(_outcome(one, version)),
        "total": None if version is None else showing.amount(judging.total_of(version)),
        "statements": [showing.signed(statement) for statement in one.statements.all()],
        "streams": _streams(version, one),
        "checks": [check for check in checks(version.run) if check.verdict != "passed"]
        if version is not None and version.run
        else (),
        "forms": {name: _form_of(name, request, one, None) for name in _WRITTEN}
        | dict(bound or {}),
        "once": asking.once(request),
        "error": error,
        "events": selectors.acts(one),
    }
    status = 422 if error or bound else 200
    return render(request, "verification/engagement.html", context, status=status)
