"""What to look at in a submission, before it is handed in and when it is verified.

Its lines are held against the published earlier years of the facility and, for peers, against what
other facilities under the same rule set published of the same year in the same categories. What
others have not published, or keep confidential, has no part in it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import QuerySet

from kyoso.climate.transparency import plausibility
from kyoso.climate.transparency.tables.facilities import FACTORS
from kyoso.climate.transparency.tables.plausibility import ERROR, FINDINGS
from kyoso.core import hashes
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
KEPT = "plausible.json"
"""The findings as they are kept beside a run."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as it is read; ``pointed_at`` is its column in words."""

    severity: str
    stream: str
    gas: str
    column: str
    pointed_at: Text | None
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
    """What to look at in a submission; nothing where it is not calculated yet.

    It is worked out once and kept beside the run, with what it rests on: a report that is published
    later, or gives way, is another thing to rest on.
    """
    run = run or submission.run
    if run is None:
        return None
    rests = _resting(submission, run)
    kept = store.remembered(run.pk, KEPT)
    found: dict[str, Any] = {} if kept is None else json.loads(kept)
    if found.get("rests") != rests:
        if (made := _examined(rests)) is None:
            return None
        found = {"rests": rests, **made}
        store.remember(run.pk, KEPT, json.dumps(found).encode())
    return Looked([_found(row) for row in found["findings"]], found["few_years"])


def _resting(submission: Submission, run: Run) -> dict[str, Any]:
    """What the findings follow from: runs never change, and so their numbers stand for them."""
    peers = others(submission).values_list("run", "report__facility")
    return {
        "method": plausibility.METHOD.version,
        "factors": _factors_digest(),
        "year": submission.report.year,
        "own": str(run.pk),
        "past": sorted(map(str, _earlier(submission).values_list("run", flat=True))),
        "peers": sorted([str(peer), str(facility)] for peer, facility in peers),
    }


def _examined(rests: Mapping[str, Any]) -> dict[str, Any] | None:
    """The findings, and whether the past is too short; nothing where the lines are not there."""
    if (own := _lines(rests["own"])) is None:
        return None
    past = [table for run in rests["past"] if (table := _lines(run)) is not None]
    beside = [
        _named(table, facility)
        for run, facility in rests["peers"]
        if (table := _lines(run)) is not None
    ]
    method = plausibility.METHOD
    tables = {"lines": plausibility.lines_of([*past, own]), "factors": _factors()}
    if beside:
        tables["peers"] = plausibility.lines_of(beside)
    outcome = plausibility.plausibility(tables, method.parse({"year": rests["year"]}))
    summary = outcome.tables["summary"].to_pylist()
    return {
        "findings": outcome.tables["findings"].to_pylist(),
        "few_years": any(row["check"] == HISTORY and row["not_tested"] for row in summary),
    }


def _lines(run: str) -> pa.Table | None:
    path = store.tables_of(uuid.UUID(run)).get("lines")
    return None if path is None else pq.read_table(path)


def _named(table: pa.Table, facility: str) -> pa.Table:
    """Lines under a name of the facility that no other country's register uses."""
    at = table.schema.get_field_index("facility")
    return table.set_column(at, "facility", pa.array([facility] * table.num_rows, pa.string()))


def _published(submission: Submission) -> QuerySet[Submission]:
    return Submission.objects.filter(
        state=State.PUBLISHED, report__rule_set=submission.report.rule_set
    )


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


def _shipped() -> Path:
    path = running.shipped(FACTORS)
    assert path is not None
    return path


@cache
def _factors_digest() -> str:
    return hashes.of_path(_shipped())


@cache
def _factors() -> pa.Table:
    """The factors that ship."""
    path = _shipped()
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
        pointed_at=FINDINGS.told(row, "column"),
        value="–" if row["value"] is None else f"{said(row['value'])} {unit}".strip(),
        expected="–" if none else f"{said(lower)} … {said(upper)} {unit}".strip(),
        reason=Text(row["reason_en"], row["reason_ja"]),
    )
