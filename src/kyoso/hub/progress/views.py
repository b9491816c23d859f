"""Pages of rounds and reports."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import store
from kyoso.hub.evidence.selectors import visible_to as runs_visible_to
from kyoso.hub.programme.models import Activity, Body
from kyoso.hub.progress import rounds as duties
from kyoso.hub.progress import selectors, services, showing, summing
from kyoso.hub.progress.enums import APPROVED, OPEN, Part, State, Step
from kyoso.hub.progress.errors import wrong_state
from kyoso.hub.progress.forms import (
    ENDINGS,
    DocumentForm,
    OwedForm,
    RoundForm,
    TextsForm,
    ValuesForm,
    finance_forms,
    milestone_forms,
)
from kyoso.hub.progress.models import Report, ReportingRound, Requirement
from kyoso.hub.projects.models import Milestone as PlannedMilestone
from kyoso.hub.projects.selectors import visible_to as projects_visible_to
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language, say

DELIVERIES_A_PAGE = 50
PROJECTS_A_PAGE = 50
INDICATORS_A_PAGE = 25
REPORTS_A_PAGE = 50
REVIEWED = (*(part.value for part in Part), "values", "milestones", "finance", "documents")
"""The fields of a report for which a reason may be given when it is returned."""


def _found(get: Callable[[], Any]) -> Any:
    try:
        return get()
    except ObjectDoesNotExist as fault:
        raise Http404 from fault


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _version(request: HttpRequest, name: str = "version") -> int:
    """The version that the author saw; a form without it was not made by these pages."""
    try:
        return int(request.POST[name])
    except (KeyError, ValueError) as fault:
        raise BadRequest(name) from fault


def _once(request: HttpRequest) -> str | None:
    return request.POST.get("once") or None


def _mark() -> str:
    return uuid.uuid4().hex


# --- rounds ---------------------------------------------------------------------------------


@require_GET
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds, and what the reader owes in them."""
    own = selectors.own_open(request.user, timezone.localdate())
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
    user = _user(request)
    allow(user, "progress.manage_round", ReportingRound())
    form = RoundForm(request.POST if request.method == "POST" else None, programmes=True)
    if form.is_valid():
        made = duties.open_round(actor=user, once=_once(request), **form.values())
        return redirect("progress:round", made.pk)
    return _round_form(request, form)


@login_required
@require_http_methods(["GET", "POST"])
def change_round(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change title and days of a round."""
    user = _user(request)
    one = _found(lambda: selectors.round_(user, pk))
    allow(user, "progress.manage_round", one)
    if request.method != "POST":
        return _round_form(request, RoundForm.of(one), one)
    form = RoundForm(request.POST, changes=True)
    if not form.is_valid():
        return _round_form(request, form, one)
    duties.change_round(
        one,
        actor=user,
        expected=_version(request),
        why=form.cleaned_data["why"],
        **form.values(),
    )
    return redirect("progress:round", one.pk)


def _round_form(
    request: HttpRequest, form: RoundForm, one: ReportingRound | None = None
) -> HttpResponse:
    context = {"form": form, "round": one, "once": request.POST.get("once") or _mark()}
    status = 422 if form.errors else 200
    return render(request, "progress/round_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def round_(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who owes what in a round, what waits for a judgement; several may be judged at once."""
    one = _found(lambda: selectors.round_(request.user, pk))
    if request.method == "POST":
        return _act_on_round(request, one)
    return _round_page(request, one)


@login_required
def _act_on_round(request: HttpRequest, one: ReportingRound) -> HttpResponse:
    user, act = _user(request), request.POST.get("act", "")
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
    matrix = selectors.matrix(one, user, today, texts)
    shown = Paginator(matrix.projects, PROJECTS_A_PAGE).get_page(request.GET.get("page"))
    of_projects = selectors.owed_in(one, shown, user, today)
    manages = user.has_perm("progress.manage_round", one)
    lines = showing.owed_lines([*matrix.cells, *of_projects], manages=manages)

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
        "shown": shown,
        "rows": [(row, showing.cells_of(row, lines)) for row in matrix.rows],
        "of_projects": [(each.requirement, lines[each.requirement.pk]) for each in of_projects],
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
    user = _user(request)
    one = _requirement(request, pk)
    allow(user, "progress.require", one)
    form = OwedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        version, why = _version(request), form.cleaned_data["why"]
        if request.POST.get("act") == "waive":
            duties.waive(one, actor=user, expected=version, why=why)
            return redirect("progress:round", one.round_id)
        if form.cleaned_data["due"] is not None:
            due = form.cleaned_data["due"]
            duties.put_off(one, actor=user, expected=version, due=due, why=why)
            return redirect("progress:round", one.round_id)
        form.add_error("due", say("progress.fault.day")[language()])
    context = {"owed": one, "subject": _subject(one), "form": form, "events": history(one)}
    return render(request, "progress/owed.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def begin(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin the report, or go on with the one that is begun."""
    one = _requirement(request, pk)
    report = services.begin(one, actor=_user(request), once=_once(request))
    if report.state in OPEN:
        return redirect("progress:write", report.pk, Step.TEXTS)
    return redirect("progress:report", report.pk)


def _requirement(request: HttpRequest, pk: uuid.UUID) -> Requirement:
    found: Requirement = _found(
        lambda: (
            selectors.concerning(request.user)
            .select_related("round__programme", "activity__programme", "project", "organisation")
            .get(pk=pk)
        )
    )
    return found


def _subject(one: Requirement) -> Any:
    texts = selectors.texts_of([one.activity_id])
    return showing.subject_of(one, texts.get(one.activity_id or 0))


# --- a report -------------------------------------------------------------------------------


def _report(request: HttpRequest, pk: uuid.UUID) -> Report:
    found: Report = _found(lambda: selectors.report(request.user, pk))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A report with all that is in it; from here it is published or corrected."""
    one = _report(request, pk)
    if request.method == "POST":
        return _act_on_report(request, one)
    return _report_page(request, one)


@login_required
def _act_on_report(request: HttpRequest, one: Report) -> HttpResponse:
    user, act = _user(request), request.POST.get("act")
    if act == "publish":
        services.publish(one, actor=user, expected=_version(request), once=_once(request))
        return redirect("progress:report", one.pk)
    if act != "revise":
        raise BadRequest("act")
    why = request.POST.get("why", "").strip()
    if not why:
        return _report_page(request, one, error=say("progress.fault.reason")[language()])
    draft = services.revise(one, actor=user, why=why, once=_once(request))
    return redirect("progress:write", draft.pk, Step.TEXTS)


def _report_page(request: HttpRequest, one: Report, *, error: str = "") -> HttpResponse:
    user = request.user
    asked = selectors.asked_of(one.requirement)
    before = selectors.earlier(one, user) if one.revision > 1 else None
    writes = user.has_perm("progress.write_report", one)
    context = _shown(request, one) | {
        "values": showing.value_rows(one, before, _runs_seen(request, one)),
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
        "once": _mark(),
    }
    return render(request, "progress/report.html", context, status=422 if error else 200)


def _shown(request: HttpRequest, one: Report) -> dict[str, Any]:
    return {
        "report": one,
        "round": one.requirement.round,
        "subject": _subject(one.requirement),
        "author": showing.author_of(one.requirement),
        "period": showing.period_of(one.requirement.round),
        "parts": [showing.part_of(one, part) for part in Part],
    }


def _runs_seen(request: HttpRequest, one: Report) -> set[uuid.UUID]:
    cited = {value.run_id for value in one.values.all() if value.run_id is not None}
    if not cited:
        return set()
    return set(runs_visible_to(request.user).filter(pk__in=cited).values_list("pk", flat=True))


@require_GET
def document(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A file of a report, to be kept; it is never shown in the page."""
    one = _found(lambda: selectors.documents_visible_to(request.user).get(pk=pk))
    content = store.content_of(one.sha256)
    if not content.exists():
        raise Http404
    return FileResponse(
        content.open("rb"),
        as_attachment=True,
        filename=one.name,
        content_type="application/octet-stream",
    )


# --- writing --------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: uuid.UUID, step: str) -> HttpResponse:
    """The form of a report, one step at a time; each step is saved as it is sent."""
    if step not in Step.values:
        raise Http404
    one = _report(request, pk)
    user = _user(request)
    allow(user, "progress.write_report", one)
    if one.state not in OPEN:
        if request.method == "POST":
            raise wrong_state(one)
        return redirect("progress:report", one.pk)
    return _STEPS[Step(step)](request, user, one)


def _next(one: Report, step: Step) -> HttpResponse:
    steps = list(Step)
    return redirect("progress:write", one.pk, steps[steps.index(step) + 1])


def _step_page(
    request: HttpRequest, one: Report, step: Step, *, faulty: bool = False, **context: Any
) -> HttpResponse:
    given = _shown(request, one) | context | {"step": step, "steps": list(Step)}
    return render(
        request, f"progress/write_{step.value}.html", given, status=422 if faulty else 200
    )


def _texts(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    form = TextsForm(one, request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.write_texts(one, actor=user, expected=_version(request), **form.values())
        return _next(one, Step.TEXTS)
    return _step_page(request, one, Step.TEXTS, form=form, faulty=bool(form.errors))


def _values(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    asked = selectors.asked_of(one.requirement)
    posted = request.method == "POST"
    form = ValuesForm(one, asked, request.POST if posted else None)
    if posted and form.is_valid():
        runs = selectors.runs_to_cite(user, one, form.cited())
        answers = form.answers(runs)
        if answers is not None:
            services.write_values(one, actor=user, expected=_version(request), answers=answers)
            return _next(one, Step.VALUES)
    return _step_page(request, one, Step.VALUES, form=form, faulty=posted)


def _milestones(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    planned = list(PlannedMilestone.objects.filter(project=one.requirement.project_id or None))
    posted = request.method == "POST"
    forms = milestone_forms(one, planned, request.POST if posted else None)
    if posted and all(form.is_valid() for form in forms):
        reached = [form.reached() for form in forms if not form.is_empty]
        services.write_milestones(one, actor=user, expected=_version(request), reached=reached)
        return _next(one, Step.MILESTONES)
    return _step_page(request, one, Step.MILESTONES, forms=forms, faulty=posted)


def _finance(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    posted = request.method == "POST"
    forms = finance_forms(one, request.POST if posted else None)
    if posted and all(form.is_valid() for form in forms):
        sums = [form.sum() for form in forms if not form.is_empty]
        services.write_finance(one, actor=user, expected=_version(request), sums=sums)
        return _next(one, Step.FINANCE)
    return _step_page(request, one, Step.FINANCE, forms=forms, faulty=posted)


def _documents(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    form = DocumentForm()
    if request.method == "POST":
        if (removed := request.POST.get("remove")) is not None:
            chosen = [each for each in one.documents.all() if str(each.pk) == removed]
            for each in chosen:
                services.remove_document(each, actor=user, expected=_version(request))
            return redirect("progress:write", one.pk, Step.DOCUMENTS)
        form = DocumentForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            services.add_document(
                one,
                actor=user,
                expected=_version(request),
                name=store.safe_name(str(file.name)),
                stored=store.keep(file),
            )
            return redirect("progress:write", one.pk, Step.DOCUMENTS)
    return _step_page(
        request,
        one,
        Step.DOCUMENTS,
        form=form,
        kinds=", ".join(ENDINGS),
        megabytes=showing.upload_limit(),
        faulty=bool(form.errors),
    )


def _check(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    if request.method == "POST":
        services.submit(one, actor=user, expected=_version(request), once=_once(request))
        return redirect("progress:report", one.pk)
    asked = selectors.asked_of(one.requirement)
    return _step_page(
        request,
        one,
        Step.CHECK,
        completeness=selectors.completeness(one, asked),
        values=showing.value_rows(one, None, _runs_seen(request, one)),
        once=_mark(),
    )


_STEPS: Mapping[Step, Callable[[HttpRequest, User, Report], HttpResponse]] = {
    Step.TEXTS: _texts,
    Step.VALUES: _values,
    Step.MILESTONES: _milestones,
    Step.FINANCE: _finance,
    Step.DOCUMENTS: _documents,
    Step.CHECK: _check,
}


# --- judging --------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The report beside the one before it; accept it, or return it with reasons by field."""
    one = _report(request, pk)
    user = _user(request)
    if request.method != "POST":
        if not user.has_perm("progress.review_report", one) or one.state != State.SUBMITTED:
            allow(user, "progress.review_report", one)
            return redirect("progress:report", one.pk)
        return _review_page(request, one)
    act = request.POST.get("act")
    if act == "accept":
        services.accept(one, actor=user, expected=_version(request), once=_once(request))
        return redirect("progress:report", one.pk)
    if act != "return":
        raise BadRequest("act")
    given = {name: request.POST.get(f"reason-{name or 'whole'}", "") for name in ("", *REVIEWED)}
    if not any(words.strip() for words in given.values()):
        allow(user, "progress.review_report", one)
        return _review_page(request, one, error=say("progress.fault.reason")[language()])
    services.send_back(
        one, actor=user, expected=_version(request), reasons=given, once=_once(request)
    )
    return redirect("progress:round", one.requirement.round_id)


def _review_page(request: HttpRequest, one: Report, *, error: str = "") -> HttpResponse:
    before = selectors.earlier(one, request.user)
    asked = selectors.asked_of(one.requirement)
    context = _shown(request, one) | {
        "before": before,
        "before_period": showing.period_of(before.requirement.round) if before else None,
        "parts": [
            (showing.part_of(one, part), showing.part_of(before, part) if before else None)
            for part in Part
        ],
        "values": showing.value_rows(one, before, _runs_seen(request, one)),
        "completeness": selectors.completeness(one, asked),
        "error": error,
        "once": _mark(),
    }
    return render(request, "progress/review.html", context, status=422 if error else 200)


# --- what it adds up to ---------------------------------------------------------------------


@require_GET
def totals(request: HttpRequest) -> HttpResponse:
    """The programme from its pillars to its activities, with what a round's reports add up to."""
    listed = list(selectors.rounds_visible_to(request.user))
    asked = request.GET.get("round", "")
    chosen = next((one for one in listed if str(one.pk) == asked), None)
    chosen = chosen or (summing.latest_with_reports(request.user) if listed else None)
    chosen = chosen or (listed[0] if listed else None)
    context: dict[str, Any] = {"rounds": listed, "round": chosen}
    if chosen is not None:
        picture = summing.picture(chosen, request.user, of_projects=False)
        context |= {
            "picture": picture,
            "period": showing.period_of(chosen),
            "rows": [
                (one, [showing.total_line(total, picture.units) for total in one.totals])
                for one in picture.places
            ],
            "inside": bool(summing.states_for(request.user) == APPROVED),
        }
    return render(request, "progress/totals.html", context)


@require_GET
def place(request: HttpRequest, pk: uuid.UUID, kind: str, code: str) -> HttpResponse:
    """One activity, section or pillar: its totals with every answer in them, its reports."""
    one = _found(lambda: selectors.round_(request.user, pk))
    found = summing.opened(one, request.user, kind, code)
    if found is None:
        raise Http404
    indicators = Paginator(found.indicators, INDICATORS_A_PAGE).get_page(request.GET.get("page"))
    reports = Paginator(found.reports, REPORTS_A_PAGE).get_page(request.GET.get("reports"))
    sums = summing.sums(found, list(indicators), list(reports))
    context = {
        "round": one,
        "period": showing.period_of(one),
        "place": found,
        "indicators": indicators,
        "rows": [showing.total_row(total, sums) for total in sums.totals],
        "paged": reports,
        "reports": [sums.sources[str(report)] for report in reports],
        "inside": bool(summing.states_for(request.user) == APPROVED),
    }
    return render(request, "progress/place.html", context)


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
