"""Pages in which a project is begun and written, step by step."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kyoso.hub import asking
from kyoso.hub.accounts.models import User
from kyoso.hub.projects import pages, parts, revising, selectors, services, showing
from kyoso.hub.projects.forms import BasicsForm, PartForm, ReasonForm, TagsForm
from kyoso.hub.projects.models import Edit, Project, Revision
from kyoso.hub.projects.wholes import Whole, as_it_is, as_revised
from kyoso.hub.record.models import Versioned
from kyoso.hub.record.services import allow


@login_required
@pages.get_or_post
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    user = asking.user(request)
    allow(user, "projects.create", Project())
    form = BasicsForm(user, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin(actor=user, once=form.mark, **form.values())
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("projects:edit", made.pk, "places")
    context = {"form": form, "step": "basics", "steps": parts.STEPS}
    return render(request, "projects/edit.html", context, status=pages.status(form))


@login_required
@pages.get_or_post
def edit(request: HttpRequest, pk: uuid.UUID, step: str) -> HttpResponse:
    """One step of a project: its own fields, its links, or parts of one sort."""
    if step not in parts.STEPS:
        raise Http404
    user, one = asking.user(request), pages.project(request, pk)
    if step == "check":
        return _check(request, one)
    allow(user, "projects.change", one)
    services.check_open(one)
    if step in ("basics", "tags"):
        return _edit_own(request, user, one, step)
    return _edit_parts(request, user, one, step)


def _verbs(one: Project) -> Any:
    """The verbs that write in a project: at once, or proposing to another person."""
    return revising if services.is_revised(one) else services


def _as_written(user: User, one: Project) -> tuple[Whole, Revision | None]:
    """The project as its people have written it, and the revision in which a part of it waits."""
    revision = selectors.undecided(user, one)
    return as_revised(as_it_is(one), revision), revision


def _edit_own(request: HttpRequest, user: User, one: Project, step: str) -> HttpResponse:
    data = request.POST or None
    whole, revision = _as_written(user, one)
    form = BasicsForm(user, whole, data) if step == "basics" else TagsForm(whole, data)
    if services.is_revised(one):
        form.ask_why()
    if request.method == "POST" and form.is_valid():
        try:
            _verbs(one).revise(
                one,
                actor=user,
                expected=form.cleaned_data["version"],
                once=form.mark,
                why=form.why,
                **form.values(),
            )
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("projects:edit", one.pk, _after(step))
    context = {
        "form": form,
        "step": step,
        "steps": parts.STEPS,
        "project": one,
        "revision": revision,
        "revised": services.is_revised(one),
    }
    return render(request, "projects/edit.html", context, status=pages.status(form))


def _after(step: str) -> str:
    return parts.STEPS[parts.STEPS.index(step) + 1]


def _edit_parts(request: HttpRequest, user: User, one: Project, step: str) -> HttpResponse:
    sent = request.POST.get("sort", "")
    whole, revision = _as_written(user, one)
    sorts: list[tuple[parts.Kind, list[tuple[Any, Edit | None]], PartForm]] = []
    status = 200
    for kind in parts.of_step(step):
        is_sent = request.method == "POST" and sent == kind.name
        given = (request.POST, request.FILES) if is_sent else ()
        form = PartForm(kind, whole, None, *given, auto_id=f"{kind.name}_%s")
        if services.is_revised(one):
            form.ask_why()
        if is_sent and form.is_valid():
            try:
                _verbs(one).add_part(form.made(), actor=user, once=form.mark, why=form.why)
            except ValidationError as refused:
                form.take(refused)
            else:
                return redirect("projects:edit", one.pk, step)
        status = max(status, pages.status(form))
        sorts.append((kind, whole.listed(kind.name), form))
    context = {
        "sorts": sorts,
        "step": step,
        "steps": parts.STEPS,
        "after": _after(step),
        "project": one,
        "revision": revision,
        "revised": services.is_revised(one),
    }
    return render(request, "projects/edit_parts.html", context, status=status)


@login_required
@pages.get_or_post
def edit_part(request: HttpRequest, pk: uuid.UUID, sort: str, part: int) -> HttpResponse:
    """A part of a project: changed, or taken out after one question."""
    user, one = asking.user(request), pages.project(request, pk)
    allow(user, "projects.change", one)
    services.check_open(one)
    kind = parts.KINDS.get(sort)
    whole, _ = _as_written(user, one)
    found = whole.find(sort, part) if kind else None
    if kind is None or found is None:
        raise Http404
    return part_page(request, user, whole, kind, found)


def part_page(
    request: HttpRequest, user: User, whole: Whole, kind: parts.Kind, found: Any
) -> HttpResponse:
    one = whole.project
    if "remove" in request.GET:
        return _remove_part(request, user, one, kind, found)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PartForm(kind, whole, found, *given)
    if services.is_revised(one):
        form.ask_why()
    if request.method == "POST" and form.is_valid():
        try:
            _verbs(one).change_part(
                found,
                actor=user,
                expected=form.cleaned_data["version"],
                once=form.mark,
                why=form.why,
                **form.values(),
            )
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("projects:edit", one.pk, kind.step)
    context = {
        "form": form,
        "kind": kind,
        "part": found,
        "project": one,
        "revised": services.is_revised(one),
    }
    return render(request, "projects/edit_part.html", context, status=pages.status(form))


def _remove_part(
    request: HttpRequest, user: User, one: Project, kind: parts.Kind, found: Versioned
) -> HttpResponse:
    revised = services.is_revised(one)
    form = ReasonForm(found.version, request.POST or None, required=False)
    if request.method == "POST" and form.is_valid():
        expected, why = form.cleaned_data["version"] or 0, form.cleaned_data["why"]
        try:
            _verbs(one).remove_part(found, actor=user, expected=expected, why=why)
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("projects:edit", one.pk, kind.step)
    context = {"kind": kind, "part": found, "project": one, "form": form, "revised": revised}
    return render(request, "projects/remove_part.html", context, status=pages.status(form))


def _check(request: HttpRequest, one: Project) -> HttpResponse:
    """What is still missing, what looks alike, and the step into the public."""
    if (revision := selectors.undecided(request.user, one)) is not None:
        return redirect("projects:revision", revision.pk)
    may = pages.may(request, one)
    if not any(may[act] for act in ("change", "submit", "register")):
        allow(asking.user(request), "projects.change", one)
    pairs = selectors.pairs_of(request.user, one).select_related("first", "second", "part")
    context = {
        "project": one,
        "step": "check",
        "steps": parts.STEPS,
        "missing": showing.missing(one),
        "pairs": [(pair, pages.other(pair, one)) for pair in pairs],
        "may": may,
        "wrote": request.user in one.authors.all(),
        "returned": selectors.latest_return(one),
    }
    return render(request, "projects/check.html", context)
