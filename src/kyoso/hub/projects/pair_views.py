"""Pages of projects that look alike."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from kyoso.hub import asking
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.projects import pages, selectors, services, showing
from kyoso.hub.projects.forms import JudgeForm
from kyoso.hub.record.services import allow
from kyoso.reference.countries import countries

A_PAGE = 50


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
@pages.get_or_post
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Two projects side by side, why they look alike, what people made of them."""
    found = selectors.with_both(selectors.pairs_visible_to(request.user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    user = asking.user(request)
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
    return render(request, "projects/pair.html", context, status=pages.status(form))
