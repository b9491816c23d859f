"""Pages of what reports add up to."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kyoso.hub import asking
from kyoso.hub.progress import selectors, showing, summing
from kyoso.hub.progress.enums import APPROVED

INDICATORS_A_PAGE = 25
REPORTS_A_PAGE = 50


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
    one = asking.found(lambda: selectors.round_(request.user, pk))
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
