"""Activity data that came in, by file, page or program: taken over, and what they come to foreseen."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.files import File

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import reporting, sheets
from kyoso.hub.evidence.facilities.models import Submission


def as_workbook(submission: Submission, rows: sheets.Held) -> tuple[str, store.Stored]:
    """Keep what was typed, cell by cell, as the workbook in which it would have come; its name."""
    plan, report = submission.plan, submission.report
    tables = sheets.tables_of(plan, report.year, list(plan.streams.select_related("unit")))
    name = f"{report.facility.code}-{report.year}.xlsx".lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        sheets.write_typed(tables, rows, path)
        with path.open("rb") as stream:
            return name, store.keep(File(stream))


def take(
    submission: Submission, *, actor: User | None, expected: int, name: str, stored: store.Stored
) -> Submission:
    """Take a kept file over into a draft and compute what the report will come to.

    Raises what :func:`reporting.upload` raises; the file that was sent is not kept then.
    """
    with store.taken_over(stored, submission.sheet_sha256):
        sent = reporting.upload(
            submission, actor=actor, expected=expected, name=name, stored=stored
        )
    return reporting.foresee(sent, actor=actor)
