"""Pages of rounds, of what is owed in them, and of reading lists."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kyoso.hub import asking
from kyoso.hub.accounts.models import User
from kyoso.hub.programme.models import Activity, Body
from kyoso.hub.progress import owing, pages, selectors, services, showing
from kyoso.hub.progress import rounds as duties
from kyoso.hub.progress.enums import OPEN, Step
from kyoso.hub.progress.forms import OwedForm, RoundForm
from kyoso.hub.progress.models import Report, ReportingRound, Requirement
from kyoso.hub.projects.selectors import visible_to as projects_visible_to
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language, say

DELIVERIES_A_PAGE = 50


# --- rounds ---------------------------------------------------------------------------------


@require_GET
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds, and what the reader owes in them."""
    own = owing.own_open(request.user, timezone.localdate())
    texts = selectors.texts_of(one.requirement.activity_id for one in own)
    context = {
        "rounds": selectors.rounds_listed(request.user),
        "own": [
            (one, showing.subject_of(one.requirement, texts.get(one.requirement.activity_id or 0)))
            for one in own
        ],
        "manages": request.user.has_perm("progress.manage_round", None),
        "reads": selectors.reads(request.user),
    }
    return render(request, "progress/rounds.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_round(request: HttpRequest) -> HttpResponse:
    """Open a round."""
    user = asking.user(request)
    allow(user, "progress.manage_round", ReportingRound())
    form = RoundForm(request.POST if request.method == "POST" else None, programmes=True)
    if form.is_valid():
        made = duties.open_round(actor=user, once=asking.once(request), **form.values())
        return redirect("progress:round", made.pk)
    return _round_form(request, form)


@login_required
@require_http_methods(["GET", "POST"])
def change_round(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change title and days of a round."""
    user = asking.user(request)
    one = asking.found(lambda: selectors.round_(user, pk))
    allow(user, "progress.manage_round", one)
    if request.method != "POST":
        return _round_form(request, RoundForm.of(one), one)
    form = RoundForm(request.POST, changes=True)
    if not form.is_valid():
        return _round_form(request, form, one)
    duties.change_round(
        one,
        actor=user,
        expected=asking.version(request),
        why=form.cleaned_data["why"],
        **form.values(),
    )
    return redirect("progress:round", one.pk)


def _round_form(
    request: HttpRequest, form: RoundForm, one: ReportingRound | None = None
) -> HttpResponse:
    context = {"form": form, "round": one, "once": asking.once(request)}
    status = 422 if form.errors else 200
    return render(request, "progress/round_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def round_(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who owes what in a round, what waits for a judgement; several may be judged at once."""
    one = asking.found(lambda: selectors.round_(request.user, pk))
    if request.method == "POST":
        return _act_on_round(request, one)
    return _round_page(request, one)


@login_required
def _act_on_round(request: HttpRequest, one: ReportingRound) -> HttpResponse:
    user, act = asking.user(request), request.POST.get("act", "")
    if act == "require":
        activities = Activity.objects.filter(
            programme=one.programme, pk__in=_numbers(request.POST.getlist("activity"))
        ).select_related("programme")
        duties.require_of_participants(actor=user, round=one, activities=activities)
    elif act == "require_projects":
        chosen = _uuids(request.POST.getlist("project"))
        for project in projects_visible_to(user).filter(pk__in=chosen).select_related("lead"):
            duties.require_of_project(actor=user, round=one, project=project)
    elif act in ("accept", "return", "publish"):
        return _act_on_reports(request, user, one, act)
    else:
        raise BadRequest("act")
    return redirect("progress:round", one.pk)


def _act_on_reports(
    request: HttpRequest, user: User, one: ReportingRound, act: str
) -> HttpResponse:
    versions: dict[uuid.UUID, int] = {}
    for chosen in request.POST.getlist("report"):
        key, _, version = chosen.partition(":")
        try:
            versions[uuid.UUID(key)] = int(version)
        except ValueError as fault:
            raise BadRequest("report") from fault
    found = selectors.visible_to(user).filter(requirement__round=one, pk__in=versions)
    reports = [(report, versions[report.pk]) for report in found.order_by("pk")]
    reason = request.POST.get("reason", "").strip()
    if not reports or (act == "return" and not reason):
        key = "progress.fault.reason" if reports else "progress.fault.none_chosen"
        return _round_page(request, one, error=say(key)[language()], reason=reason)
    if act == "accept":
        services.accept_all(reports, actor=user)
    elif act == "return":
        services.send_back_all(reports, actor=user, reason=reason)
    else:
        services.publish_all(reports, actor=user)
    return redirect("progress:round", one.pk)


def _round_page(
    request: HttpRequest, one: ReportingRound, *, error: str = "", reason: str = ""
) -> HttpResponse:
    user = request.user
    today = timezone.localdate()
    texts = selectors.activity_texts(one)
    matrix = owing.matrix(one, user, today, texts, page=request.GET.get("page"))
    manages = user.has_perm("progress.manage_round", one)
    lines = showing.owed_lines([*matrix.cells, *matrix.of_projects], manages=manages)

    def listed(reports: Sequence[Report]) -> list[tuple[Report, Any]]:
        return [
            (
                each,
                showing.subject_of(each.requirement, texts.get(each.requirement.activity_id or 0)),
            )
            for each in reports
        ]

    context = {
        "round": one,
        "period": showing.period_of(one),
        "matrix": matrix,
        "shown": matrix.page,
        "rows": [(row, showing.cells_of(row, lines)) for row in matrix.rows],
        "of_projects": [
            (each.requirement, lines[each.requirement.pk]) for each in matrix.of_projects
        ],
        "at_once": selectors.AT_ONCE,
        "to_review": listed(selectors.waiting_for(user, one)),
        "reviews": selectors.is_reviewer(user),
        "to_publish": listed(selectors.to_publish(user, one)),
        "manages": manages,
        "texts": list(texts.values()) if manages else [],
        "projects": selectors.projects_to_ask(one, user) if manages else [],
        "events": history(one)[:50] if manages else [],
        "error": error,
        "reason": reason,
    }
    return render(request, "progress/round.html", context, status=422 if error else 200)


def _numbers(written: Sequence[str]) -> list[int]:
    return [int(one) for one in written if one.isascii() and one.isdecimal()]


def _uuids(written: Sequence[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in written]
    except ValueError as fault:
        raise BadRequest("project") from fault


# --- what is owed ---------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def owed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a day off, or ask for a report no longer."""
    user = asking.user(request)
    one = _requirement(request, pk)
    allow(user, "progress.require", one)
    form = OwedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        version, why = asking.version(request), form.cleaned_data["why"]
        if request.POST.get("act") == "waive":
            duties.waive(one, actor=user, expected=version, why=why)
            return redirect("progress:round", one.round_id)
        if form.cleaned_data["due"] is not None:
            due = form.cleaned_data["due"]
            duties.put_off(one, actor=user, expected=version, due=due, why=why)
            return redirect("progress:round", one.round_id)
        form.add_error("due", say("progress.fault.day")[language()])
    context = {"owed": one, "subject": pages.subject(one), "form": form, "events": history(one)}
    return render(request, "progress/owed.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def begin(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin the report, or go on with the one that is begun."""
    one = _requirement(request, pk)
    report = services.begin(one, actor=asking.user(request), once=asking.once(request))
    if report.state in OPEN:
        return redirect("progress:write", report.pk, Step.TEXTS)
    return redirect("progress:report", report.pk)


def _requirement(request: HttpRequest, pk: uuid.UUID) -> Requirement:
    found: Requirement = asking.found(
        lambda: (
            selectors.concerning(request.user)
            .select_related("round__programme", "activity__programme", "project", "organisation")
            .get(pk=pk)
        )
    )
    return found


# --- reading lists --------------------------------------------------------------------------


@login_required
@require_GET
def reading(request: HttpRequest) -> HttpResponse:
    """The bodies for which the reader reads."""
    return render(
        request, "progress/reading.html", {"lists": selectors.reading_lists(request.user)}
    )


@login_required
@require_GET
def reading_list(request: HttpRequest, key: str) -> HttpResponse:
    """The accepted reports that went to a body."""
    readable = {body.key: body for body, _ in selectors.reading_lists(request.user)}
    body: Body | None = readable.get(key)
    if body is None:
        raise Http404
    paged = Paginator(selectors.reading_list(request.user, body), DELIVERIES_A_PAGE)
    shown = paged.get_page(request.GET.get("page"))
    found = list(shown)
    texts = selectors.texts_of(each.report.requirement.activity_id for each in found)
    context = {
        "body": body,
        "shown": shown,
        "deliveries": [
            (
                each,
                showing.subject_of(
                    each.report.requirement, texts.get(each.report.requirement.activity_id or 0)
                ),
                showing.period_of(each.report.requirement.round),
            )
            for each in found
        ],
    }
    return render(request, "progress/reading_list.html", context)
