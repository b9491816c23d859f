"""What to look at in a submission, before it is handed in and when it is verified.

Its lines are held against the published earlier years of the facility and, for peers, against what
other facilities under the same rule set published of the same year in the same categories. What
others have not published, or keep confidential, has no part in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import QuerySet

from kyoso.climate.transparency import plausibility
from kyoso.climate.transparency.tables.facilities import FACTORS
from kyoso.climate.transparency.tables.plausibility import ERROR
from kyoso.core.text import Text
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities.enums import State
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.models import Run
from kyoso.hub.writing import short
from kyoso.methods import running
from kyoso.tables.engine import engine as open_engine
from kyoso.tables.reading import read

MOST_PEERS = 50
HISTORY = "year-on-year"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as it is read."""

    severity: str
    stream: str
    gas: str
    column: str
    value: str
    expected: str
    reason: Text

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


@dataclass(frozen=True, slots=True)
class Looked:
    """The findings, the worst first; ``few_years`` where the past is too short to judge by."""

    findings: Sequence[Found]
    few_years: bool

    @property
    def errors(self) -> Sequence[Found]:
        return [one for one in self.findings if one.is_error]


def looked_at(submission: Submission, run: Run | None = None) -> Looked | None:
    """What to look at in a submission; nothing where it is not calculated yet."""
    run = run or submission.run
    if run is None or (own := _lines(run)) is None:
        return None
    year = submission.report.year
    past = [table for one in _earlier(submission) if (table := _lines(one.run)) is not None]
    beside = [
        _named(table, str(one.report.facility_id))
        for one in others(submission)
        if (table := _lines(one.run)) is not None
    ]
    method = plausibility.METHOD
    tables = {"lines": plausibility.lines_of([*past, own]), "factors": _factors()}
    if beside:
        tables["peers"] = plausibility.lines_of(beside)
    outcome = plausibility.plausibility(tables, method.parse({"year": year}))
    summary = outcome.tables["summary"].to_pylist()
    return Looked(
        [_found(row) for row in outcome.tables["findings"].to_pylist()],
        any(row["check"] == HISTORY and row["not_tested"] for row in summary),
    )


def _lines(run: Run | None) -> pa.Table | None:
    path = None if run is None else store.tables_of(run.pk).get("lines")
    return None if path is None else pq.read_table(path)


def _named(table: pa.Table, facility: str) -> pa.Table:
    """Lines under a name of the facility that no other country's register uses."""
    at = table.schema.get_field_index("facility")
    return table.set_column(at, "facility", pa.array([facility] * table.num_rows, pa.string()))


def _published(submission: Submission) -> QuerySet[Submission]:
    return Submission.objects.filter(
        state=State.PUBLISHED, report__rule_set=submission.report.rule_set
    ).select_related("report", "run")


def _earlier(submission: Submission) -> QuerySet[Submission]:
    report = submission.report
    return _published(submission).filter(
        report__facility=report.facility_id, report__year__lt=report.year
    )


def others(submission: Submission) -> QuerySet[Submission]:
    """The published reports that a submission is held against, of other facilities."""
    report = submission.report
    categories = submission.plan.streams.exclude(category="").values("category")
    alike = (
        _published(submission)
        .filter(report__year=report.year, withheld=False, plan__streams__category__in=categories)
        .exclude(report__facility=report.facility_id)
    )
    return alike.distinct().order_by("-published_at", "pk")[:MOST_PEERS]


@cache
def _factors() -> pa.Table:
    """The factors that ship."""
    path = running.shipped(FACTORS)
    assert path is not None
    with open_engine("duckdb") as engine:
        given = read(FACTORS, path, engine)
        assert given.relation is not None
        return given.relation.select(*FACTORS.names).to_pyarrow()


def _found(row: Mapping[str, Any]) -> Found:
    unit = row["unit"] or ""

    def said(value: float | None) -> str:
        return "–" if value is None else short(value)

    lower, upper = row["lower"], row["upper"]
    none = lower is None and upper is None
    return Found(
        severity=row["severity"],
        stream=row["stream"] or "",
        gas=row["gas"] or "",
        column=row["column"],
        value="–" if row["value"] is None else f"{said(row['value'])} {unit}".strip(),
        expected="–" if none else f"{said(lower)} … {said(upper)} {unit}".strip(),
        reason=Text(row["reason_en"], row["reason_ja"]),
    )
