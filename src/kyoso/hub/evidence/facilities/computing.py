"""What a submission comes to: the run of the method, its totals, what a correction changed."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.core.exceptions import ValidationError
from django.core.files import File

from kyoso.climate.transparency import rule_sets
from kyoso.climate.transparency.report_totals import SIGNS, TOTAL
from kyoso.core import hashes
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import services as evidence
from kyoso.hub.evidence import store
from kyoso.hub.evidence.enums import Origin
from kyoso.hub.evidence.enums import State as RunState
from kyoso.hub.evidence.facilities import lending, sheets
from kyoso.hub.evidence.facilities.errors import wrong
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.models import Run
from kyoso.hub.texts import language

THIRD_PARTY = "third-party"
PURCHASED, OTHER = "purchased", "other"
"""What stands for the category of lines without one."""

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Calculated:
    """A run with the factors of the country that it took, by key, with the value of each."""

    run: Run
    factors: Mapping[str, str]


def calculate(submission: Submission, *, actor: User | None) -> Calculated:
    """Run the method on plan and file of a submission; the run is the actor's.

    Without an actor it is a sample run. Raises ``ValidationError`` with what the method refuses,
    such as a factor that is in force no more; :class:`WrongStateError` where it does not end.
    """
    method = sheets.method()
    values = method.parse(lending.parameters(submission.plan))
    sent = evidence.Sent(
        submission.sheet_name,
        store.Stored(submission.sheet_sha256, submission.sheet_size or 0),
        Origin.UPLOAD,
    )
    streams = list(submission.plan.streams.all())
    inside = sheets.inputs_of(streams) if sent.name.endswith(".xlsx") else ("activity",)
    lent = lending.lent(submission.plan, submission.report.year)
    inputs = _beside(submission, lent) | dict.fromkeys(inside, sent)
    run = evidence.start_now(actor, method, values, inputs)
    evidence.execute(run.pk)
    run.refresh_from_db()
    if run.state == RunState.REFUSED:
        said = _said(run)
        evidence.delete(run)
        raise ValidationError({"file": said})
    if run.state != RunState.DONE:
        raise wrong("not_calculated")
    return Calculated(run, {} if lent is None else lent.keys)


def _said(run: Run) -> list[str]:
    tongue = language()
    return [f"{one['message'][tongue]}; {one['hint'][tongue]}" for one in run.problems]


def _beside(submission: Submission, lent: lending.Lent | None) -> dict[str, evidence.Sent]:
    found: dict[str, evidence.Sent] = {}
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.csv"
        sheets.write_plan(submission.plan, plan)
        for table, path in {"plan": plan, **lending.written(lent, plan.parent)}.items():
            with path.open("rb") as stream:
                found[table] = evidence.Sent(path.name, store.keep(File(stream)), Origin.UPLOAD)
    return found


def _rows(run: Run, table: str) -> list[Line]:
    path = store.tables_of(run.pk).get(table)
    return [] if path is None else pq.read_table(path).to_pylist()


def lines_of(run: Run) -> list[Line]:
    """The lines of a report, in the order of the method."""
    return _rows(run, "lines")


def key_of(line: Line) -> str:
    """The category of a line; what stands for it where it has none."""
    if str(line["boundary"]).startswith(PURCHASED):
        return PURCHASED
    return str(line["category"] or OTHER)


def by_category(lines: list[Line]) -> dict[str, float]:
    """What counts, in t CO2-equivalent by category; what was transferred is subtracted."""
    sums: dict[str, list[float]] = {}
    for line in lines:
        if line["counted"]:
            part = SIGNS[line["boundary"]] * (line["co2e"] or 0.0)
            sums.setdefault(key_of(line), []).append(part)
    return {key: math.fsum(parts) for key, parts in sorted(sums.items())}


def totals_of(run: Run) -> dict[str, Any]:
    """The total that the rule set counts with its interval, and the parts by category."""
    total = next((row for row in _rows(run, "totals") if row["boundary"] == TOTAL), None)
    interval = {
        name: None if total is None or total[key] is None else str(total[key])
        for name, key in (("total", "co2e"), ("lower", "lower"), ("upper", "upper"))
    }
    parts = {key: str(value) for key, value in by_category(lines_of(run)).items()}
    return {**interval, "categories": parts}


def digest_of(submission: Submission, run: Run) -> str:
    """What everything that is said of a submission later is bound to.

    Plan, entries, the factors of the country that were taken, and the result.
    """
    entries = submission.entries.order_by("stream__code").values_list(
        "stream__code", "quantity", "unit", "uncertainty", "heat_basis", "note"
    )
    factors = {"factors": _factors_of(run)} if submission.factors else {}
    return hashes.of_data(
        factors
        | {
            "plan": sheets.plan_rows(submission.plan),
            "rule_set": submission.plan.rule_set,
            "entries": [["" if cell is None else str(cell) for cell in row] for row in entries],
            "file": submission.sheet_sha256,
            "lines": hashes.of_path(store.tables_of(run.pk)["lines"]),
            "totals": hashes.of_path(store.tables_of(run.pk)["totals"]),
        }
    )


def _factors_of(run: Run) -> str:
    """The content of the table of factors that a run was given."""
    return run.inputs.get(table="factors").sha256


def differences(before: Submission, after: Mapping[str, Any]) -> dict[str, Any]:
    """Old and new per category that differs, and in total; ``of`` is the number of the old."""
    old, new = before.totals.get("categories", {}), after["categories"]
    return {
        "of": before.number,
        "total": [before.totals.get("total"), after["total"]],
        "categories": {
            key: [old.get(key), new.get(key)]
            for key in sorted({*old, *new})
            if old.get(key) != new.get(key)
        },
    }


def by_stream(lines: list[Line]) -> dict[str, float]:
    """What counts, in t CO2-equivalent by stream; what was transferred is subtracted."""
    sums: dict[str, list[float]] = {}
    for line in lines:
        if line["counted"]:
            part = SIGNS[line["boundary"]] * (line["co2e"] or 0.0)
            sums.setdefault(line["stream"], []).append(part)
    return {key: math.fsum(parts) for key, parts in sorted(sums.items())}


def needs_verifier(submission: Submission) -> bool:
    """Whether the rule set demands a third party's statement for a report of this size."""
    rules = rule_sets.known().get(submission.plan.rule_set)
    if rules is None:
        return True
    total = float(submission.totals.get("total") or 0)
    rows = rules.applying("verification", submission.report.year, total)
    return any(row["value"] == THIRD_PARTY for row in rows)
