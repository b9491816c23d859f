"""How the log tells of plans and submissions what their models do not say."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.hub.record.telling import HIDDEN, Field
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
