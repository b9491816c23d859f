"""The page in which the activity data of a draft are typed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kyoso.core.errors import InputRefusedError
from kyoso.hub import asking
from kyoso.hub.evidence.facilities import filling, reporting, selectors, taking
from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.errors import wrong_state
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.services import allow

FAULTS_SHOWN = 200


@login_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The activity data of a draft, stream by stream; saved through the door of the workbook."""
    user = asking.user(request)
    one = asking.found(lambda: selectors.draft(user, pk))
    allow(user, reporting.WRITE, one)
    if one.state != State.DRAFT:
        raise wrong_state(one)
    data = asking.sent(request)
    blocks = filling.blocks_of(one, data)
    if data is None:
        return _page(request, one, blocks)
    if data.get("act") == "more":
        return _page(request, one, filling.blocks_of(one, filling.with_one_more(blocks, data)))
    return _saved(request, one, blocks)


def _page(
    request: HttpRequest,
    one: Submission,
    blocks: Sequence[filling.Block],
    told: Sequence[filling.Told] = (),
) -> HttpResponse:
    context: dict[str, Any] = {
        "one": one,
        "blocks": blocks,
        "grows": any(block.grows for block in blocks),
        "version": request.POST.get("version", one.version),
        "told": told[:FAULTS_SHOWN],
    }
    return render(request, "facilities/entries.html", context, status=422 if told else 200)


def _saved(request: HttpRequest, one: Submission, blocks: Sequence[filling.Block]) -> HttpResponse:
    """Keep what was typed as a workbook and send it, or show what is wrong with it."""
    user, seen = asking.user(request), asking.version(request)
    name, stored = taking.as_workbook(one, filling.rows_of(blocks))
    try:
        taking.take(one, actor=user, expected=seen, name=name, stored=stored)
    except InputRefusedError as fault:
        return _page(request, one, blocks, filling.tell(blocks, fault.problems))
    except ValidationError as fault:
        return _page(request, one, blocks, [filling.Told("", "", asking.said(fault))])
    except ConflictError as fault:
        raise _cell_by_cell(fault, blocks) from fault
    return redirect("facilities:report", one.report_id)


def _cell_by_cell(fault: ConflictError, blocks: Sequence[filling.Block]) -> ConflictError:
    """The conflict with what was typed beside what the draft holds now."""
    yours = dict(filling.cells_of(blocks))
    there = dict(filling.cells_of(filling.blocks_of(fault.current, None)))
    places = [place for place in {**yours, **there} if yours.get(place) or there.get(place)]
    return ConflictError(
        fault.current,
        {place: yours.get(place, "") for place in places},
        {place: there.get(place, "") for place in places},
    )
