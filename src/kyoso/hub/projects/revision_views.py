"""Pages of what waits in a registered project."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from kyoso.hub import asking
from kyoso.hub.evidence.store import content_of
from kyoso.hub.projects import pages, parts, revising, selectors, showing
from kyoso.hub.projects.edit_views import part_page
from kyoso.hub.projects.enums import UNDECIDED, RevisionState
from kyoso.hub.projects.forms import ReasonForm
from kyoso.hub.projects.models import Revision
from kyoso.hub.projects.wholes import as_it_is, as_revised
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.selectors import history as acts_on
from kyoso.hub.record.services import allow

CONFLICT = 409


def _revision(request: HttpRequest, pk: uuid.UUID) -> Revision:
    """What is proposed, of a project that has all its parts at hand."""
    seen = selectors.with_edits(selectors.revisions_visible_to(request.user))
    found = seen.filter(pk=pk).first()
    if found is None:
        raise Http404
    found.project = pages.project(request, found.project_id)
    return found


_DECISIONS: Mapping[str, Callable[..., Revision]] = {
    "accept": revising.accept,
    "return": revising.send_back,
    "withdraw": revising.withdraw,
}


@login_required
@pages.get_or_post
def revision(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is proposed for a registered project, old and new, and the decision about it."""
    user, one = asking.user(request), _revision(request, pk)
    act = request.POST.get("act", "")
    forms = _decisions(one, act, request.POST)
    form = forms.get(act)
    if form is None or not form.is_valid():
        return _shown(request, one, forms)
    why = {} if act == "accept" else {"why": form.cleaned_data["why"]}
    try:
        _DECISIONS[act](one, actor=user, expected=form.cleaned_data["version"] or 0, **why)
    except ConflictError:
        now = _revision(request, pk)
        return _shown(request, now, _decisions(now), status=409)
    except ValidationError as refused:
        form.take(refused)
        return _shown(request, one, forms)
    return redirect("projects:project", one.project_id)


def _decisions(one: Revision, act: str = "", data: Any = None) -> dict[str, ReasonForm]:
    seen = selectors.seen_of(one)
    return {
        name: ReasonForm(
            seen,
            data if act == name else None,
            required=name == "return",
            auto_id=f"{name}_%s",
        )
        for name in _DECISIONS
    }


def _shown(
    request: HttpRequest,
    one: Revision,
    forms: Mapping[str, ReasonForm],
    *,
    status: int = 200,
    faults: Sequence[str] = (),
) -> HttpResponse:
    user, project = asking.user(request), one.project
    undecided = one.state in UNDECIDED
    context = {
        "project": project,
        "revision": one,
        "proposed": showing.waiting(as_it_is(project), one),
        "forms": forms,
        "faults": faults,
        "changed": status == CONFLICT,
        "decides": one.state == RevisionState.WAITING
        and user.has_perm("projects.accept_revision", one),
        "wrote": any(author.pk == user.pk for author in one.authors.all()),
        "withdraws": undecided and user.has_perm("projects.withdraw_revision", one),
        "writes": undecided and user.has_perm("projects.change", project),
        "events": acts_on(one),
    }
    status = max(status, *(pages.status(form) for form in forms.values()))
    return render(request, "projects/revision.html", context, status=status)


@login_required
@pages.get_or_post
def edited(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """One edit of a revision: taken back, or changed where it stands."""
    user, one = asking.user(request), _revision(request, pk)
    project = one.project
    allow(user, "projects.change", project)
    found = next((x for x in one.edits.all() if x.pk == number and not x.is_empty), None)
    if found is None or one.state not in UNDECIDED:
        raise Http404
    if "take_back" in request.POST:
        version = request.POST.get("version", "")
        try:
            revising.take_back(
                found, actor=user, expected=int(version) if version.isdecimal() else 0
            )
        except ValidationError as refused:
            forms = _decisions(one)
            return _shown(request, one, forms, status=pages.UNFIT, faults=refused.messages)
        return redirect("projects:revision", one.pk)
    if found.removed:
        return redirect("projects:revision", one.pk)
    if found.adds:
        whole, kind = as_revised(as_it_is(project), one), parts.KINDS[found.sort]
        return part_page(request, user, whole, kind, whole.find(found.sort, -found.pk))
    if found.sort in parts.KINDS:
        return redirect("projects:edit_part", project.pk, found.sort, int(found.key))
    step = "tags" if {"tags", "themes"} >= set(found.values) else "basics"
    return redirect("projects:edit", project.pk, step)


@login_required
@require_GET
def edited_file(request: HttpRequest, pk: uuid.UUID, number: int) -> FileResponse:
    """The file that an edit proposes, as it was sent."""
    edits = _revision(request, pk).edits.exclude(sha256="")
    found = edits.filter(pk=number).first()
    if found is None:
        raise Http404
    return FileResponse(
        content_of(found.sha256).open("rb"),
        as_attachment=True,
        filename=found.values["name"],
        content_type=found.values["content_type"],
    )
