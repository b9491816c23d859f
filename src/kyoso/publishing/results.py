"""A result as a folder: its tables, its figures, its record. All of it, or nothing."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kyoso.core.text import Language
from kyoso.methods.result import Result
from kyoso.methods.running import on_example
from kyoso.publishing import charts
from kyoso.tables.writing import Format
from kyoso.tables.writing import write as write_table

RECORD = "result.json"


def write(
    result: Result, directory: Path, *, form: Format = "csv", language: Language = "en"
) -> list[Path]:
    """Write ``TABLE.csv`` (or ``.parquet``), ``figures/*.svg`` and ``result.json``.

    Everything is made in a hidden folder first and moved into place at the end. The record is
    taken away before the first file moves and comes last: where there is a ``result.json``, all
    that it tells of is there. Files of other names in ``directory`` are left alone. Answers the
    paths written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=".kyoso-", dir=directory))
    try:
        rows = {
            name: write_table(output.batches(), output.schema, workshop / f"{name}.{form}", form)
            for name, output in result.tables.items()
        }
        (workshop / "figures").mkdir()
        sample = on_example(result)
        for figure in result.method.figures:
            table = result.tables[figure.table].arrow()
            picture = charts.svg(figure, table, result.method, language, sample=sample)
            (workshop / "figures" / f"{figure.name}.svg").write_text(picture, encoding="utf-8")
        (workshop / RECORD).write_text(as_json(record(result, rows)), encoding="utf-8")
        return _move(workshop, directory)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def record(result: Result, rows: Mapping[str, int]) -> dict[str, Any]:
    """What ``result.json`` says: checks, provenance, and how many rows each table has."""
    return {**result.as_dict(), "tables": {name: {"rows": n} for name, n in rows.items()}}


def as_json(record: Mapping[str, Any]) -> str:
    """The record as it is written."""
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _move(workshop: Path, directory: Path) -> list[Path]:
    placed = []
    files = [path for path in workshop.rglob("*") if path.is_file()]
    (directory / RECORD).unlink(missing_ok=True)
    for made in sorted(files, key=lambda path: (path.name == RECORD, path)):
        place = directory / made.relative_to(workshop)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(made, place)  # noqa: PTH105 -- one system call, whole or not at all
        placed.append(place)
    return placed
