"""Pages of projects, and of pairs that look alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.evidence.store import content_of
from kyoso.hub.projects import parts, revising, selectors, services, showing
from kyoso.hub.projects.enums import (
    OPEN,
    UNDECIDED,
    UNREGISTERED,
    FinanceKind,
    RevisionState,
    State,
)
from kyoso.hub.projects.forms import (
    BasicsForm,
    JudgeForm,
    MilestoneForm,
    PartForm,
    ReasonForm,
    TagsForm,
)
from kyoso.hub.projects.models import Edit, Milestone, Pair, Project, Revision
from kyoso.hub.projects.wholes import Whole, as_it_is, as_revised
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.models import Versioned
from kyoso.hub.record.selectors import history as acts_on
from kyoso.hub.record.services import allow
from kyoso.hub.texts import say
from kyoso.reference.countries import countries

A_PAGE = 50
CONFLICT, UNFIT = 409, 422
HISTORY = 100

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _who(request: HttpRequest) -> User:
    """The person signed in; pages that ask for it stand behind ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


def _project(request: HttpRequest, pk: uuid.UUID) -> Project:
    try:
        return selectors.project(request.user, pk)
    except Project.DoesNotExist as fault:
        raise Http404 from fault


def _may(request: HttpRequest, project: Project) -> dict[str, bool]:
    """What the viewer may do to a project, in the state that it has."""
    allowed = {
        "change": (*OPEN, State.REGISTERED),
        "submit": OPEN,
        "send_back": (State.SUBMITTED,),
        "register": (State.SUBMITTED,),
        "complete": (State.REGISTERED,),
        "cancel": (*UNREGISTERED, State.REGISTERED),
    }
    return {
        act: project.state in states and request.user.has_perm(f"projects.{act}", project)
        for act, states in allowed.items()
    }


# --- reading ------------------------------------------------------------------------------


@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    """All projects that the viewer may see, narrowed as asked."""
    asked = {name: request.GET.get(name, "") for name in selectors.Wanted.__slots__}
    wanted = selectors.Wanted(**asked)
    seen = selectors.visible_to(request.user)
    found = selectors.in_lines(wanted.of(seen))
    counted = wanted.of(selectors.public().exclude(state=State.CANCELLED))
    query = urlencode({name: value for name, value in asked.items() if value})
    context = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "query": f"&{query}" if query else "",
        "wanted": wanted,
        "titles": selectors.titles_of_activities(),
        "places": countries(),
        "countries": selectors.countries_with_projects(seen),
        "initiatives": selectors.initiatives_with_projects(seen),
        "activities": selectors.activities_with_projects(seen),
        "states": State.values,
        "kinds": FinanceKind.values,
        "totals": list(selectors.totals(counted).items()),
        "may_begin": request.user.has_perm("projects.create"),
        "has_role": bool(standing(request.user).posts),
    }
    return render(request, "projects/projects.html", context)


@require_GET
def project(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A project with all that belongs to it."""
    one = _project(request, pk)
    money, tonnes = selectors.twice(request.user, one)
    pairs = selectors.pairs_of(request.user, one).select_related("first", "second", "part")
    revision = selectors.undecided(request.user, one)
    context = {
        "project": one,
        "revision": revision,
        "proposed": showing.waiting(as_it_is(one), revision) if revision else (),
        "texts": selectors.texts_of_activities([x.activity_id for x in one.activities.all()]),
        "places": countries(),
        "kinds": FinanceKind.values,
        "lines": selectors.own_lines(one),
        "money": money,
        "tonnes": tonnes,
        "finance": showing.flagged(list(one.finance.all()), money),
        "results": showing.framework(one),
        "returned": selectors.latest_return(one),
        "pairs": [(pair, _other(pair, one)) for pair in pairs],
        "may": _may(request, one),
        "reports": one.state == State.REGISTERED
        and request.user.has_perm("projects.report_milestone", Milestone(project=one)),
    }
    return render(request, "projects/project.html", context)


def _other(pair: Pair, one: Project) -> Project:
    return pair.second if pair.first_id == one.pk else pair.first


@require_GET
def history(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The acts on a project and its parts, those on the draft for its own people."""
    one = _project(request, pk)
    page = Paginator(selectors.history_of(one, request.user), HISTORY).get_page(
        request.GET.get("page")
    )
    context = {
        "project": one,
        "page": page,
        "events": page.object_list,
        "revisions": selectors.revisions_visible_to(request.user).filter(project=one),
    }
    return render(request, "projects/history.html", context)


@require_GET
def document(request: HttpRequest, pk: uuid.UUID, part: int) -> FileResponse:
    """A document of a project, as it was sent."""
    found = _project(request, pk).documents.exclude(sha256="").filter(pk=part).first()
    if found is None:
        raise Http404
    stream = content_of(found.sha256).open("rb")
    return FileResponse(
        stream, as_attachment=True, filename=found.name, content_type=found.content_type
    )


# --- writing ------------------------------------------------------------------------------


@login_required
@get_or_post
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    user = _who(request)
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
    return render(request, "projects/edit.html", context, status=_status(form))


def _status(form: Any) -> int:
    return UNFIT if form is not None and form.is_bound and form.errors else 200


@login_required
@get_or_post
def edit(request: HttpRequest, pk: uuid.UUID, step: str) -> HttpResponse:
    """One step of a project: its own fields, its links, or parts of one sort."""
    if step not in parts.STEPS:
        raise Http404
    user, one = _who(request), _project(request, pk)
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
    return render(request, "projects/edit.html", context, status=_status(form))


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
        status = max(status, _status(form))
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
@get_or_post
def edit_part(request: HttpRequest, pk: uuid.UUID, sort: str, part: int) -> HttpResponse:
    """A part of a project: changed, or taken out after one question."""
    user, one = _who(request), _project(request, pk)
    allow(user, "projects.change", one)
    services.check_open(one)
    kind = parts.KINDS.get(sort)
    whole, _ = _as_written(user, one)
    found = whole.find(sort, part) if kind else None
    if kind is None or found is None:
        raise Http404
    return _edit_part(request, user, whole, kind, found)


def _edit_part(
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
    return render(request, "projects/edit_part.html", context, status=_status(form))


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
    return render(request, "projects/remove_part.html", context, status=_status(form))


def _check(request: HttpRequest, one: Project) -> HttpResponse:
    """What is still missing, what looks alike, and the step into the public."""
    if (revision := selectors.undecided(request.user, one)) is not None:
        return redirect("projects:revision", revision.pk)
    may = _may(request, one)
    if not any(may[act] for act in ("change", "submit", "register")):
        allow(_who(request), "projects.change", one)
    pairs = selectors.pairs_of(request.user, one).select_related("first", "second", "part")
    context = {
        "project": one,
        "step": "check",
        "steps": parts.STEPS,
        "missing": showing.missing(one),
        "pairs": [(pair, _other(pair, one)) for pair in pairs],
        "may": may,
        "wrote": request.user in one.authors.all(),
        "returned": selectors.latest_return(one),
    }
    return render(request, "projects/check.html", context)


@login_required
@get_or_post
def act(request: HttpRequest, pk: uuid.UUID, what: str) -> HttpResponse:
    """Submit, return, register, complete or cancel a project, after one question."""
    verbs = {
        "submit": services.submit,
        "send_back": services.send_back,
        "register": services.register,
        "complete": services.complete,
        "cancel": services.cancel,
    }
    if what not in verbs:
        raise Http404
    user, one = _who(request), _project(request, pk)
    asks = what not in ("submit", "register")
    allow(user, f"projects.{what}", one)
    form = ReasonForm(one.version, request.POST or None, required=what in ("cancel", "send_back"))
    if request.method == "POST" and form.is_valid():
        why = {"why": form.cleaned_data["why"]} if asks else {}
        try:
            verbs[what](one, actor=user, expected=form.cleaned_data["version"], **why)  # type: ignore[operator]
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("projects:project", one.pk)
    words = {part: say(f"projects.act.{what}.{part}") for part in ("title", "lede", "submit")}
    context = {"project": one, "words": words, "asks": asks, "form": form}
    return render(request, "projects/act.html", context, status=_status(form))


@login_required
@get_or_post
def milestone(request: HttpRequest, pk: uuid.UUID, part: int) -> HttpResponse:
    """That a milestone of a registered project was reached: reported, or confirmed by another."""
    user, one = _who(request), _project(request, pk)
    found = one.milestones.filter(pk=part).first()
    if found is None:
        raise Http404
    found.project = one
    confirms = found.done is not None and not found.confirmed
    confirms = confirms and user.has_perm("projects.confirm_milestone", found)
    allow(user, f"projects.{'confirm' if confirms else 'report'}_milestone", found)
    form = MilestoneForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            if confirms:
                services.confirm_milestone(found, actor=user, expected=seen)
            else:
                done = form.cleaned_data["done"]
                services.report_milestone(found, actor=user, expected=seen, done=done)
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("projects:project", one.pk)
    context = {"project": one, "milestone": found, "form": form, "confirms": confirms}
    return render(request, "projects/milestone.html", context, status=_status(form))


# --- revisions ----------------------------------------------------------------------------


def _revision(request: HttpRequest, pk: uuid.UUID) -> Revision:
    """What is proposed, of a project that has all its parts at hand."""
    seen = selectors.with_edits(selectors.revisions_visible_to(request.user))
    found = seen.filter(pk=pk).first()
    if found is None:
        raise Http404
    found.project = _project(request, found.project_id)
    return found


_DECISIONS: Mapping[str, Callable[..., Revision]] = {
    "accept": revising.accept,
    "return": revising.send_back,
    "withdraw": revising.withdraw,
}


@login_required
@get_or_post
def revision(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is proposed for a registered project, old and new, and the decision about it."""
    user, one = _who(request), _revision(request, pk)
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
    user, project = _who(request), one.project
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
    status = max(status, *(_status(form) for form in forms.values()))
    return render(request, "projects/revision.html", context, status=status)


@login_required
@get_or_post
def edited(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """One edit of a revision: taken back, or changed where it stands."""
    user, one = _who(request), _revision(request, pk)
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
            return _shown(request, one, forms, status=UNFIT, faults=refused.messages)
        return redirect("projects:revision", one.pk)
    if found.removed:
        return redirect("projects:revision", one.pk)
    if found.adds:
        whole, kind = as_revised(as_it_is(project), one), parts.KINDS[found.sort]
        return _edit_part(request, user, whole, kind, whole.find(found.sort, -found.pk))
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


# --- pairs --------------------------------------------------------------------------------


@login_required
@require_GET
def pairs(request: HttpRequest) -> HttpResponse:
    """The pairs that wait for a person, or those that were judged."""
    if not standing(request.user).posts:
        raise Http404
    judged = request.GET.get("judged") == "1"
    found = selectors.pairs_visible_to(request.user)
    shown = found.exclude(verdict="") if judged else found.filter(waiting=True)
    page = Paginator(selectors.with_titles(shown), A_PAGE).get_page(request.GET.get("page"))
    selectors.fetch_shared(page)
    context = {
        "page": page,
        "rows": [
            (pair, showing.reasons(pair), selectors.judged_differently(pair)) for pair in page
        ],
        "judged": judged,
        "query": "&judged=1" if judged else "",
    }
    return render(request, "projects/pairs.html", context)


@login_required
@get_or_post
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Two projects side by side, why they look alike, what people made of them."""
    found = selectors.with_both(selectors.pairs_visible_to(request.user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    user = _who(request)
    form = JudgeForm(found, request.POST or None)
    if request.method == "POST":
        allow(user, "projects.judge", found)
        if form.is_valid():
            try:
                services.judge(
                    found,
                    actor=user,
                    verdict=form.cleaned_data["verdict"],
                    part=form.part,
                    reason=form.cleaned_data["reason"],
                    expected=form.cleaned_data["version"],
                    once=form.mark,
                )
            except ValidationError as refused:
                form.take(refused)
            else:
                return redirect("projects:pairs")
    context = {
        "pair": found,
        "sides": (found.first, found.second),
        "reasons": showing.reasons(found),
        "form": form,
        "differ": selectors.judged_differently(found),
        "may_judge": user.has_perm("projects.judge", found),
        "places": countries(),
    }
    return render(request, "projects/pair.html", context, status=_status(form))
