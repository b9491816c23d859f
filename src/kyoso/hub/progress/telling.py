"""How the log tells of rounds and reports what their models do not say."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.core.text import Text, joined, same
from kyoso.hub.progress.enums import Part
from kyoso.hub.progress.models import Report, Requirement
from kyoso.hub.progress.showing import subject_of
from kyoso.hub.record.telling import HIDDEN, Field, Title
from kyoso.hub.texts import say

_REPORT = "progress.report"
_ROUND = "progress.reportinground"


def _rows(name: str, model: str) -> Field:
    return Field("rows", label=say(f"progress.part.{name}"), model=f"progress.{model}")


def _labels(kind: str, section: str, *names: str) -> Mapping[str, Field]:
    return {f"{kind}.{name}": Field(label=say(f"progress.{section}.{name}")) for name in names}


FIELDS: Mapping[str, Field] = {
    **{f"{_REPORT}.{part}": Field(label=say(f"progress.part.{part}")) for part in Part},
    **{
        f"{_REPORT}.{part}_translation": Field(
            label=say("progress.write.translation_of", part=say(f"progress.part.{part}"))
        )
        for part in Part
    },
    f"{_REPORT}.translation_language": Field(
        "coded",
        label=say("progress.write.translation_language"),
        words="record.language",
    ),
    f"{_REPORT}.values": _rows("values", "value"),
    f"{_REPORT}.milestones": _rows("milestones", "milestone"),
    f"{_REPORT}.finance": _rows("finance", "finance"),
    f"{_REPORT}.documents": Field(label=say("progress.part.documents")),
    f"{_REPORT}.authors": HIDDEN,
    f"{_REPORT}.translated": HIDDEN,
    f"{_REPORT}.reasons": Field(
        "coded", label=say("progress.report.reasons"), words="progress.part"
    ),
    "progress.value.indicator": Field(
        "named", label=say("progress.report.indicator"), model="programme.indicator", by="key"
    ),
    "progress.value.run_row": Field("number", label=say("progress.write.run_row")),
    **_labels(
        "progress.value",
        "write",
        "number",
        "unit",
        "numerator",
        "denominator",
        "statement",
        "group",
        "run_table",
    ),
    **_labels("progress.milestone", "report", "reached"),
    "progress.milestone.name": Field(label=say("progress.report.milestone")),
    **_labels("progress.finance", "report", "source", "amount", "currency"),
    f"{_ROUND}.starts": Field("day", label=say("progress.form.starts")),
    f"{_ROUND}.ends": Field("day", label=say("progress.form.ends")),
    f"{_ROUND}.opens": Field("day", label=say("progress.form.opens")),
    f"{_ROUND}.due": Field("day", label=say("progress.form.due")),
    f"{_ROUND}.escalates_after": Field("number", label=say("progress.form.escalates_after")),
}


def _requirement(one: Requirement) -> Text:
    about = () if one.activity is None else (same(one.activity.key),)
    return joined((*about, subject_of(one), one.round.title), " ")


def _report(one: Report) -> Text:
    return _requirement(one.requirement)


_SUBJECT = ("activity", "project", "round")

TITLES: Mapping[str, Title] = {
    "progress.requirement": Title(_requirement, _SUBJECT),
    _REPORT: Title(_report, tuple(f"requirement__{name}" for name in _SUBJECT)),
}
