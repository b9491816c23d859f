"""What the pages of rounds and reports have in common."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest

from kyoso.hub import asking
from kyoso.hub.evidence.selectors import visible_to as runs_visible_to
from kyoso.hub.progress import selectors, showing
from kyoso.hub.progress.enums import Part
from kyoso.hub.progress.models import Report, Requirement


def subject(one: Requirement) -> Any:
    """What a report is owed on, in words."""
    texts = selectors.texts_of([one.activity_id])
    return showing.subject_of(one, texts.get(one.activity_id or 0))


def report(request: HttpRequest, pk: uuid.UUID) -> Report:
    """A report that the reader may see. Raises ``Http404``."""
    found: Report = asking.found(lambda: selectors.report(request.user, pk))
    return found


def shown(request: HttpRequest, one: Report) -> dict[str, Any]:
    """What every page of a report says of it."""
    return {
        "report": one,
        "round": one.requirement.round,
        "subject": subject(one.requirement),
        "author": showing.author_of(one.requirement),
        "period": showing.period_of(one.requirement.round),
        "parts": [showing.part_of(one, part) for part in Part],
    }


def runs_seen(request: HttpRequest, one: Report) -> set[uuid.UUID]:
    """The cited runs that the reader may open."""
    cited = {value.run_id for value in one.values.all() if value.run_id is not None}
    if not cited:
        return set()
    return set(runs_visible_to(request.user).filter(pk__in=cited).values_list("pk", flat=True))
