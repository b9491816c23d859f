"""Pages of a report: read, published, corrected, judged."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.hub import asking
from kyoso.hub.evidence import store
from kyoso.hub.progress import pages, selectors, services, showing
from kyoso.hub.progress.enums import APPROVED, OPEN, Part, State, Step
from kyoso.hub.progress.models import Report
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language, say

REVIEWED = (*(part.value for part in Part), "values", "milestones", "finance", "documents")
"""The fields of a report for which a reason may be given when it is returned."""


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A report with all that is in it; from here it is published or corrected."""
    one = pages.report(request, pk)
    if request.method == "POST":
        return _act_on_report(request, one)
    return _report_page(request, one)


@login_required
def _act_on_report(request: HttpRequest, one: Report) -> HttpResponse:
    user, act = asking.user(request), request.POST.get("act")
    if act == "publish":
        services.publish(
            one, actor=user, expected=asking.version(request), once=asking.once(request)
        )
        return redirect("progress:report", one.pk)
    if act != "revise":
        raise BadRequest("act")
    why = request.POST.get("why", "").strip()
    if not why:
        return _report_page(request, one, error=say("progress.fault.reason")[language()])
    draft = services.revise(one, actor=user, why=why, once=asking.once(request))
    return redirect("progress:write", draft.pk, Step.TEXTS)


def _report_page(request: HttpRequest, one: Report, *, error: str = "") -> HttpResponse:
    user = request.user
    asked = selectors.asked_of(one.requirement)
    before = selectors.earlier(one, user) if one.revision > 1 else None
    writes = user.has_perm("progress.write_report", one)
    context = pages.shown(request, one) | {
        "values": showing.value_rows(one, before, pages.runs_seen(request, one)),
        "before": before,
        "later": selectors.later(one, user),
        "completeness": selectors.completeness(one, asked),
        "may_write": writes and one.state in OPEN,
        "may_revise": writes and one.state in APPROVED,
        "may_review": one.state == State.SUBMITTED and user.has_perm("progress.review_report", one),
        "may_publish": one.state == State.ACCEPTED
        and user.has_perm("progress.publish_report", one),
        "events": history(one) if user.has_perm("progress.view_history", one) else None,
        "error": error,
        "once": asking.once(request),
    }
    return render(request, "progress/report.html", context, status=422 if error else 200)


@require_GET
def document(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A file of a report, to be kept; it is never shown in the page."""
    one = asking.found(lambda: selectors.documents_visible_to(request.user).get(pk=pk))
    content = store.content_of(one.sha256)
    if not content.exists():
        raise Http404
    return FileResponse(
        content.open("rb"),
        as_attachment=True,
        filename=one.name,
        content_type="application/octet-stream",
    )


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The report beside the one before it; accept it, or return it with reasons by field."""
    one = pages.report(request, pk)
    user = asking.user(request)
    if request.method != "POST":
        if not user.has_perm("progress.review_report", one) or one.state != State.SUBMITTED:
            allow(user, "progress.review_report", one)
            return redirect("progress:report", one.pk)
        return _review_page(request, one)
    act = request.POST.get("act")
    if act == "accept":
        services.accept(
            one, actor=user, expected=asking.version(request), once=asking.once(request)
        )
        return redirect("progress:report", one.pk)
    if act != "return":
        raise BadRequest("act")
    given = {name: request.POST.get(f"reason-{name or 'whole'}", "") for name in ("", *REVIEWED)}
    if not any(words.strip() for words in given.values()):
        allow(user, "progress.review_report", one)
        return _review_page(request, one, error=say("progress.fault.reason")[language()])
    services.send_back(
        one, actor=user, expected=asking.version(request), reasons=given, once=asking.once(request)
    )
    return redirect("progress:round", one.requirement.round_id)


def _review_page(request: HttpRequest, one: Report, *, error: str = "") -> HttpResponse:
    before = selectors.earlier(one, request.user)
    asked = selectors.asked_of(one.requirement)
    context = pages.shown(request, one) | {
        "before": before,
        "before_period": showing.period_of(before.requirement.round) if before else None,
        "parts": [
            (showing.part_of(one, part), showing.part_of(before, part) if before else None)
            for part in Part
        ],
        "values": showing.value_rows(one, before, pages.runs_seen(request, one)),
        "completeness": selectors.completeness(one, asked),
        "error": error,
        "once": asking.once(request),
    }
    return render(request, "progress/review.html", context, status=422 if error else 200)
