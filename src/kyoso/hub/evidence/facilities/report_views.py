"""Pages of the yearly reports of facilities."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.core.errors import InputRefusedError
from kyoso.hub import asking
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import (
    companions,
    computing,
    forms,
    plausible,
    reporting,
    selectors,
    sheets,
    showing,
    taking,
)
from kyoso.hub.evidence.facilities.enums import JUDGED, State
from kyoso.hub.evidence.facilities.models import Report, Submission
from kyoso.hub.evidence.selectors import visible_to as runs_visible_to
from kyoso.hub.evidence.showing import checks
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language

FAULTS_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A report: its versions, what each comes to, and what may be done to the latest."""
    one = asking.found(lambda: selectors.report(request.user, pk))
    if request.method == "POST":
        return _act_on_report(request, one)
    return _report_page(request, one)


def _chosen(request: HttpRequest, one: Report) -> Submission | None:
    """The version that the address names; else the latest that the reader sees."""
    versions = list(one.submissions.all())
    asked = request.GET.get("version", "")
    if not asked:
        return versions[0] if versions else None
    found = [version for version in versions if str(version.number) == asked]
    if not found:
        raise Http404
    return found[0]


@login_required
def _act_on_report(request: HttpRequest, one: Report) -> HttpResponse:
    user, act = asking.user(request), request.POST.get("act", "")
    version = next(iter(one.submissions.all()), None)
    if version is None:
        raise Http404
    seen = asking.version(request)
    try:
        if act == "upload":
            return _uploaded(request, one, version, seen)
        if act == "submit":
            reporting.submit(version, actor=user, expected=seen)
        elif act == "publish":
            reporting.publish(version, actor=user, expected=seen)
        elif act == "return":
            reason = request.POST.get("reason", "")
            reporting.send_back(version, actor=user, expected=seen, reason=reason)
        elif act == "correct":
            why = request.POST.get("why", "")
            reporting.correct(version, actor=user, why=why, once=asking.once(request))
        else:
            raise BadRequest("act")
    except ValidationError as fault:
        return _report_page(request, one, error=asking.said(fault))
    return redirect("facilities:report", one.pk)


def _uploaded(request: HttpRequest, one: Report, version: Submission, seen: int) -> HttpResponse:
    allow(asking.user(request), reporting.WRITE, version)
    form = forms.FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _report_page(request, one, form=form)
    name, stored = form.kept()
    try:
        taking.take(version, actor=asking.user(request), expected=seen, name=name, stored=stored)
    except InputRefusedError as fault:
        return _report_page(request, one, refused=fault)
    return redirect("facilities:report", one.pk)


def _report_page(
    request: HttpRequest,
    one: Report,
    *,
    error: str = "",
    form: forms.FileForm | None = None,
    refused: InputRefusedError | None = None,
) -> HttpResponse:
    version = _chosen(request, one)
    context: dict[str, Any] = {
        "report": one,
        "rule_set": showing.rule_set_name(one.rule_set),
        "version": version,
        "form": form or forms.FileForm(),
        "error": error,
        "once": asking.once(request),
        "fault_count": 0 if refused is None else refused.count,
        "faults": [] if refused is None else showing.faults(refused.problems[:FAULTS_SHOWN]),
    }
    if version is not None:
        context |= _of_version(request, one, version)
    status = 422 if error or refused or (form and form.errors) else 200
    return render(request, "facilities/report.html", context, status=status)


def _of_version(request: HttpRequest, one: Report, version: Submission) -> dict[str, Any]:
    user = request.user
    inside = user.has_perm("facilities.open_submission", version)
    is_latest = version == next(iter(one.submissions.all()))
    writes = is_latest and user.has_perm("facilities.write_submission", version)
    judges = version.state in JUDGED and user.has_perm(reporting.JUDGE, version)
    before = showing.compared_with(version)
    seen = {other.number: other for other in one.submissions.all()}
    runs = runs_visible_to(user).filter(pk=version.run_id) if version.run_id else None
    return {
        "inside": inside,
        "writes": writes and version.state == State.DRAFT,
        "corrects": writes and version.state in (State.RETURNED, State.PUBLISHED),
        "judges": judges,
        "needs_verifier": version.state == State.SUBMITTED
        and inside
        and computing.needs_verifier(version),
        "entries": version.entries.select_related("stream__unit") if inside else (),
        "result": showing.result(version, inside=inside),
        "looked": plausible.looked_at(version) if inside else None,
        "compared": None if before is None else seen.get(before),
        "changes": showing.changes(version)
        if inside or (before in seen and not version.withheld)
        else (),
        "parts": list(companions.parts(user, one, version)),
        "checks": [check for check in checks(version.run) if check.verdict != "passed"]
        if inside and version.run
        else (),
        "sees_run": runs is not None and runs.exists(),
        "events": history(version) if inside else None,
    }


# --- files --------------------------------------------------------------------------------


@require_GET
def workbook(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The workbook of a draft: the streams of its plan, and what the draft holds."""
    one = asking.found(lambda: selectors.draft(request.user, pk))
    name = f"{one.report.facility.code}-{one.report.year}.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        sheets.made(one.plan, one.report.year, path, language(), sheets.held(one))
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@require_GET
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The file of a submission as it was sent, to be kept."""
    one = asking.found(lambda: selectors.opened_to(request.user).get(pk=pk))
    if not one.sheet_sha256 or not store.content_of(one.sheet_sha256).exists():
        raise Http404
    return FileResponse(
        store.content_of(one.sheet_sha256).open("rb"),
        as_attachment=True,
        filename=one.sheet_name,
        content_type="application/octet-stream",
    )
