"""Pages of projects."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from kyoso.hub import asking
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.evidence.store import content_of
from kyoso.hub.projects import pages, selectors, services, showing
from kyoso.hub.projects.enums import FinanceKind, State
from kyoso.hub.projects.forms import MilestoneForm, ReasonForm
from kyoso.hub.projects.models import Milestone, Project
from kyoso.hub.projects.wholes import as_it_is
from kyoso.hub.record.services import allow
from kyoso.hub.texts import say
from kyoso.reference.countries import countries

A_PAGE = 50
HISTORY = 100


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
    one = pages.project(request, pk)
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
        "pairs": [(pair, pages.other(pair, one)) for pair in pairs],
        "may": pages.may(request, one),
        "reports": one.state == State.REGISTERED
        and request.user.has_perm("projects.report_milestone", Milestone(project=one)),
    }
    return render(request, "projects/project.html", context)


@require_GET
def history(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The acts on a project and its parts, those on the draft for its own people."""
    one = pages.project(request, pk)
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
    found = pages.project(request, pk).documents.exclude(sha256="").filter(pk=part).first()
    if found is None:
        raise Http404
    stream = content_of(found.sha256).open("rb")
    return FileResponse(
        stream, as_attachment=True, filename=found.name, content_type=found.content_type
    )


@login_required
@pages.get_or_post
def act(request: HttpRequest, pk: uuid.UUID, what: str) -> HttpResponse:
    """Submit, return, register, complete or cancel a project, after one question."""
    verbs: Mapping[str, Callable[..., Project]] = {
        "submit": services.submit,
        "send_back": services.send_back,
        "register": services.register,
        "complete": services.complete,
        "cancel": services.cancel,
    }
    if what not in verbs:
        raise Http404
    user, one = asking.user(request), pages.project(request, pk)
    asks = what not in ("submit", "register")
    allow(user, f"projects.{what}", one)
    form = ReasonForm(one.version, request.POST or None, required=what in ("cancel", "send_back"))
    if request.method == "POST" and form.is_valid():
        why = {"why": form.cleaned_data["why"]} if asks else {}
        try:
            verbs[what](one, actor=user, expected=form.cleaned_data["version"], **why)
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("projects:project", one.pk)
    words = {part: say(f"projects.act.{what}.{part}") for part in ("title", "lede", "submit")}
    context = {"project": one, "words": words, "asks": asks, "form": form}
    return render(request, "projects/act.html", context, status=pages.status(form))


@login_required
@pages.get_or_post
def milestone(request: HttpRequest, pk: uuid.UUID, part: int) -> HttpResponse:
    """That a milestone of a registered project was reached: reported, or confirmed by another."""
    user, one = asking.user(request), pages.project(request, pk)
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
    return render(request, "projects/milestone.html", context, status=pages.status(form))
