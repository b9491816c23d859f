"""The result of a run: output tables, figures, checks, and where it all comes from."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from kyoso.core.text import Language, Text
from kyoso.tables.declaration import Table
from kyoso.tables.writing import rounded_batch

if TYPE_CHECKING:
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
class Input:
    """One input table as it was read: declared columns and units, and ``row_`` of the file.

    ``batches()`` streams it in the order of the file, in bounded memory.
    """

    declared: Table
    schema: pa.Schema
    stream: Callable[[], Iterator[pa.RecordBatch]]

    def batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self.stream():
            yield batch.cast(self.schema)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One output table: rows in key order, numbers to 12 significant digits.

    ``batches()`` streams it in bounded memory, ``arrow()`` holds it whole.
    """

    declared: Table
    schema: pa.Schema
    stream: Callable[[], Iterator[pa.RecordBatch]]

    @property
    def names(self) -> tuple[str, ...]:
        return self.declared.names

    def batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self.stream():
            yield rounded_batch(batch.cast(self.schema))

    def arrow(self) -> pa.Table:
        return pa.Table.from_batches(self.batches(), schema=self.schema)

    def loaded(self) -> Output:
        """The same table, held in memory and independent of the engine."""
        table = self.arrow()
        return Output(
            declared=self.declared, schema=self.schema, stream=lambda: iter(table.to_batches())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run made: output tables, checks, and the record of where it comes from.

    ``inputs`` are there while the engine is open, to walk back from a number to its rows.
    """

    method: Method
    tables: Mapping[str, Output]
    checks: Sequence[Check]
    provenance: Provenance
    inputs: Mapping[str, Input] = field(default_factory=dict)

    def loaded(self) -> Result:
        """The same result without its inputs, held in memory."""
        tables = {name: output.loaded() for name, output in self.tables.items()}
        return Result(
            method=self.method, tables=tables, checks=self.checks, provenance=self.provenance
        )

    def as_dict(self, language: Language | None = None) -> dict[str, object]:
        """The record that is written to ``result.json``."""
        return {
            "method": self.method.id,
            "title": self.method.title[language] if language else self.method.title.as_dict(),
            "checks": [check.as_dict(language) for check in self.checks],
            "provenance": self.provenance.as_dict(),
        }
