"""How the log tells of plans and submissions what their models do not say."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.core.text import Text
from kyoso.hub.evidence.facilities.models import Plan, Report
from kyoso.hub.record.telling import HIDDEN, Field, Title
from kyoso.hub.texts import say

FIELDS: Mapping[str, Field] = {
    "facilities.plan.authors": HIDDEN,
    "facilities.plan.streams": Field(
        "rows", label=say("facilities.field.streams"), model="facilities.stream"
    ),
    "facilities.submission.authors": HIDDEN,
    "facilities.submission.totals": HIDDEN,
    "facilities.submission.changes": HIDDEN,
    "facilities.submission.factors": HIDDEN,
    "facilities.submission.sheet_sha256": HIDDEN,
    "facilities.submission.sheet_size": HIDDEN,
    "facilities.plan.from_year": Field(),
    "facilities.report.year": Field(),
    "facilities.stream.unit": Field(label=say("facilities.field.unit")),
}


def _plan(one: Plan) -> Text:
    return say("facilities.plan.of", name=one.facility.name, n=one.number)


def _report(one: Report) -> Text:
    return say("facilities.report.title", name=one.facility.name, year=one.year)


TITLES: Mapping[str, Title] = {
    "facilities.plan": Title(_plan, ("facility",)),
    "facilities.report": Title(_report, ("facility",)),
}
