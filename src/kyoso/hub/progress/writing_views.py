"""The pages in which a report is written, step by step."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kyoso.hub import asking
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import store
from kyoso.hub.progress import pages, selectors, services, showing, writing
from kyoso.hub.progress.enums import OPEN, Step
from kyoso.hub.progress.errors import wrong_state
from kyoso.hub.progress.forms import (
    ENDINGS,
    DocumentForm,
    TextsForm,
    ValuesForm,
    finance_forms,
    milestone_forms,
)
from kyoso.hub.progress.models import Report
from kyoso.hub.projects.models import Milestone as PlannedMilestone
from kyoso.hub.record.services import allow


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: uuid.UUID, step: str) -> HttpResponse:
    """The form of a report, one step at a time; each step is saved as it is sent."""
    if step not in Step.values:
        raise Http404
    one = pages.report(request, pk)
    user = asking.user(request)
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
    given = pages.shown(request, one) | context | {"step": step, "steps": list(Step)}
    return render(
        request, f"progress/write_{step.value}.html", given, status=422 if faulty else 200
    )


def _texts(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    form = TextsForm(one, request.POST if request.method == "POST" else None)
    if form.is_valid():
        writing.write_texts(one, actor=user, expected=asking.version(request), **form.values())
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
            writing.write_values(one, actor=user, expected=asking.version(request), answers=answers)
            return _next(one, Step.VALUES)
    return _step_page(request, one, Step.VALUES, form=form, faulty=posted)


def _milestones(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    planned = list(PlannedMilestone.objects.filter(project=one.requirement.project_id or None))
    posted = request.method == "POST"
    forms = milestone_forms(one, planned, request.POST if posted else None)
    if posted and all(form.is_valid() for form in forms):
        reached = [form.reached() for form in forms if not form.is_empty]
        writing.write_milestones(one, actor=user, expected=asking.version(request), reached=reached)
        return _next(one, Step.MILESTONES)
    return _step_page(request, one, Step.MILESTONES, forms=forms, faulty=posted)


def _finance(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    posted = request.method == "POST"
    forms = finance_forms(one, request.POST if posted else None)
    if posted and all(form.is_valid() for form in forms):
        sums = [form.sum() for form in forms if not form.is_empty]
        writing.write_finance(one, actor=user, expected=asking.version(request), sums=sums)
        return _next(one, Step.FINANCE)
    return _step_page(request, one, Step.FINANCE, forms=forms, faulty=posted)


def _documents(request: HttpRequest, user: User, one: Report) -> HttpResponse:
    form = DocumentForm()
    if request.method == "POST":
        if (removed := request.POST.get("remove")) is not None:
            chosen = [each for each in one.documents.all() if str(each.pk) == removed]
            for each in chosen:
                writing.remove_document(each, actor=user, expected=asking.version(request))
            return redirect("progress:write", one.pk, Step.DOCUMENTS)
        form = DocumentForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            writing.add_document(
                one,
                actor=user,
                expected=asking.version(request),
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
        services.submit(
            one, actor=user, expected=asking.version(request), once=asking.once(request)
        )
        return redirect("progress:report", one.pk)
    asked = selectors.asked_of(one.requirement)
    return _step_page(
        request,
        one,
        Step.CHECK,
        completeness=selectors.completeness(one, asked),
        values=showing.value_rows(one, None, pages.runs_seen(request, one)),
        once=asking.once(request),
    )


_STEPS: Mapping[Step, Callable[[HttpRequest, User, Report], HttpResponse]] = {
    Step.TEXTS: _texts,
    Step.VALUES: _values,
    Step.MILESTONES: _milestones,
    Step.FINANCE: _finance,
    Step.DOCUMENTS: _documents,
    Step.CHECK: _check,
}
