"""How the log tells of plans and submissions what their models do not say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from kyoso.climate.transparency.names import called
from kyoso.core.text import Text
from kyoso.hub.evidence.facilities.models import Plan, Report
from kyoso.hub.evidence.facilities.showing import rule_set_name
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
    "facilities.plan.rule_set": Field(term=rule_set_name),
    "facilities.report.rule_set": Field(term=rule_set_name),
    "facilities.stream.source": Field(term=partial(called, "source")),
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
