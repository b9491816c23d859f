"""Pages of the library of countries' own factors."""

from __future__ import annotations

import io
import uuid
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.hub import asking
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.facilities.rules import OF_A_COUNTRY
from kyoso.hub.evidence.inventory import forms, library, selectors, showing, taken
from kyoso.hub.evidence.inventory.models import Factor
from kyoso.hub.evidence.selectors import visible_to as runs_visible_to
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow

A_PAGE = 50


def _countries(request: HttpRequest) -> frozenset[str]:
    user = request.user
    return user.standing.countries(*OF_A_COUNTRY) if isinstance(user, User) else frozenset()


@require_GET
def factors(request: HttpRequest) -> HttpResponse:
    """The library, to be searched by source or country."""
    found = selectors.factors_visible_to(request.user)
    asked = request.GET.get("q", "").strip()[:80]
    if asked:
        found = found.filter(Q(source__icontains=asked) | Q(country__iexact=asked))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    places = Factor.objects.filter(state="approved").order_by("country")
    context = {
        "page": page,
        "q": asked,
        "query": f"&{urlencode({'q': asked})}" if asked else "",
        "rows": [showing.factor(one) for one in page.object_list],
        "proposes": bool(_countries(request)),
        "places": [
            (code, showing.country_name(code))
            for code in places.values_list("country", flat=True).distinct()
        ],
    }
    return render(request, "inventory/factors.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Hand in the factor that a run on samples found."""
    user, countries = asking.user(request), _countries(request)
    if not countries:
        allow(user, library.PROPOSE, Factor())
    found = library.usable(user)
    form = forms.FactorForm(
        found, countries, asking.sent(request), initial={"run": request.GET.get("run", "")}
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        run = next(one for one in found if str(one.pk) == values.pop("run"))
        try:
            made = library.propose(run, actor=user, once=asking.once(request), **values)
        except ValidationError as fault:
            form.tell(fault)
        else:
            return redirect("inventory:factor", made.pk)
    context = {"form": form, "once": asking.once(request), "found": found}
    status = 422 if form.errors else 200
    return render(request, "inventory/factor_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A factor with what it rests on; judging it, and saying when it ends."""
    one = asking.found(lambda: selectors.factors_visible_to(request.user).get(pk=pk))
    return _act(request, one) if request.method == "POST" else _page(request, one)


@login_required
def _act(request: HttpRequest, one: Factor) -> HttpResponse:
    user, act, seen = asking.user(request), request.POST.get("act", ""), asking.version(request)
    try:
        if act == "approve":
            library.approve(one, actor=user, expected=seen)
        elif act == "return":
            reason = request.POST.get("reason", "")
            library.send_back(one, actor=user, expected=seen, reason=reason)
        elif act == "end":
            year = request.POST.get("until_year", "")
            if not year.isdecimal() or len(year) > 4:
                return _page(request, one, error=showing.said("fault.until"))
            library.end(one, actor=user, expected=seen, until_year=int(year))
        else:
            raise BadRequest("act")
    except ValidationError as fault:
        return _page(request, one, error=asking.said(fault))
    return redirect("inventory:factor", one.pk)


def _page(request: HttpRequest, one: Factor, *, error: str = "") -> HttpResponse:
    user = request.user
    may = user.has_perm(library.APPROVE, one)
    inside = one.country in _countries(request)
    context = {
        "factor": one,
        "shown": showing.factor(one),
        "judges": may and one.state == "submitted",
        "ends": may and one.is_approved and one.until_year is None,
        "sees_run": runs_visible_to(user).filter(pk=one.run_id).exists(),
        "inventories": selectors.published(one.country).filter(year__gte=one.from_year)
        if one.is_approved
        else [],
        "reports": taken.by_reports(user, one),
        "error": error,
        "events": history(one) if inside else None,
    }
    return render(request, "inventory/factor.html", context, status=422 if error else 200)


@require_GET
def table(request: HttpRequest, country: str) -> HttpResponse:
    """The factors of a country as facility reports take them: the shipped ones and its own."""
    if not selectors.approved(country):
        raise Http404
    stream = io.StringIO()
    library.write(country, stream)
    answer = HttpResponse(stream.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="factors-{country}.csv"'
    return answer
