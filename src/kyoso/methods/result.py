"""The result of a run: output tables, figures, checks, and where it all comes from."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kyoso.core.text import Language, Text

if TYPE_CHECKING:
    import pyarrow as pa

    from kyoso.methods.declaration import Method


class Verdict(enum.StrEnum):
    """What came of a check: passed, worth a look, or failed (which refuses the input)."""

    PASSED = "passed"
    LOOK = "look"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing tested on input or result: what, verdict, the rows concerned, the hint.

    ``rows`` lists the first rows concerned as in a spreadsheet; ``tested`` and ``concerned``
    count rows.
    """

    id: str
    title: Text
    verdict: Verdict
    table: str
    tested: int
    concerned: int = 0
    rows: tuple[int, ...] = ()
    hint: Text | None = None

    def as_dict(self, language: Language | None = None) -> dict[str, object]:
        hint = self.hint
        return {
            "id": self.id,
            "title": self.title[language] if language else self.title.as_dict(),
            "verdict": self.verdict.value,
            "table": self.table,
            "tested": self.tested,
            "concerned": self.concerned,
            "rows": list(self.rows),
            "hint": None if hint is None else hint[language] if language else hint.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRecord:
    """One input as it was: where from, its hash and size."""

    table: str
    name: str
    sha256: str
    rows: int
    shipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRecord:
    """One shipped data file that the result rests on, and what in it is not verified."""

    name: str
    sha256: str
    rows: int
    unverified: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is needed to make the same result again, and the time it was made."""

    method: str
    version: str
    parameters: Mapping[str, str | float | int | bool]
    inputs: tuple[InputRecord, ...]
    reference: tuple[ReferenceRecord, ...]
    software: str
    engine: str
    time: str

    def as_dict(self) -> dict[str, object]:
        return {
            "method": self.method,
            "version": self.version,
            "parameters": dict(self.parameters),
            "inputs": [
                {
                    "table": i.table,
                    "name": i.name,
                    "sha256": i.sha256,
                    "rows": i.rows,
                    "shipped": i.shipped,
                }
                for i in self.inputs
            ],
            "reference": [
                {"name": r.name, "sha256": r.sha256, "rows": r.rows, "unverified": r.unverified}
                for r in self.reference
            ],
            "software": self.software,
            "engine": self.engine,
            "time": self.time,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run made. ``tables`` are Arrow tables in key order, rounded to 12 digits."""

    method: Method
    tables: Mapping[str, pa.Table]
    checks: Sequence[Check]
    provenance: Provenance

    def as_dict(self, language: Language | None = None) -> dict[str, object]:
        """The record that is written to ``result.json``."""
        return {
            "method": self.method.id,
            "title": self.method.title[language] if language else self.method.title.as_dict(),
            "tables": {
                name: {"rows": table.num_rows, "columns": table.column_names}
                for name, table in self.tables.items()
            },
            "checks": [check.as_dict(language) for check in self.checks],
            "provenance": self.provenance.as_dict(),
        }
