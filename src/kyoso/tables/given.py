"""What came through the door: a relation with row numbers, and the faults found so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from kyoso.core.errors import Problem, Problems
from kyoso.core.text import Text
from kyoso.tables.declaration import Table, Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROW = "row_"
"""The column that carries the row as a spreadsheet counts it: the header is row 1."""
FILE = "file_"
"""The column that carries the file name where a table is a folder of files."""

UNCALCULATED = "ƒ "
"""Before the formula of a cell whose value no program has worked out."""
MERGED = "⊞ "
"""Before the range of merged cells that a cell belongs to, but not as its first."""

ARROW: Mapping[Type, pa.DataType] = {
    Type.TEXT: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.DATE: pa.date32(),
}


def schema(declared: Table) -> pa.Schema:
    """The columns of a declared table as Arrow has them."""
    return pa.schema([pa.field(c.name, ARROW[c.type]) for c in declared.columns])


@dataclass(slots=True)
class Given:
    """One input as it came through the door.

    ``relation`` has the declared columns in the declared unit, plus :data:`ROW` (and
    :data:`FILE`). ``problems`` are the faults found so far; cells at fault are absent in the
    relation; ``faulty`` has their rows by column. ``present`` are the declared columns that the
    file has, ``unused`` its columns that no declaration names, ``units`` the unit of a column
    that the file gives in another than the declared one, with its factor.
    """

    declared: Table
    path: Path
    sha256: str
    relation: ir.Table
    rows: int = 0
    problems: Problems = field(default_factory=Problems)
    unused: tuple[str, ...] = ()
    present: frozenset[str] = frozenset()
    faulty: dict[str, list[int]] = field(default_factory=dict)
    units: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    sheet: str | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    folder: bool = False

    @property
    def readable(self) -> bool:
        """Whether there are rows with every column that a row must have."""
        return self.rows > 0 and all(
            column.name in self.present for column in self.declared.columns if column.required
        )

    def tell(
        self,
        message: Text,
        hint: Text,
        *,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        file: str | None = None,
        code: str = "invalid",
    ) -> None:
        """Add one fault; arguments as :meth:`problem`."""
        self.problems.add(
            self.problem(message, hint, row=row, column=column, value=value, file=file, code=code)
        )

    def problem(
        self,
        message: Text,
        hint: Text,
        *,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        file: str | None = None,
        code: str = "invalid",
    ) -> Problem:
        """A fault at a row and column of this input, with sheet and cell where it has them."""
        letters = self.letters.get(column or "")
        return Problem(
            table=self.declared.name,
            message=message,
            hint=hint,
            row=row,
            column=column,
            value=None if value is None else written(value),
            file=file if self.folder else None,
            sheet=self.sheet,
            cell=f"{letters}{row}" if letters and row is not None else None,
            code=code,
        )

    def tell_empty(self) -> None:
        """Say that there is nothing under the header, or no header at all."""
        self.tell(
            Text("the table has no rows", "データの行がありません"),
            Text("write one row per record under the header", "見出しの下に1件1行で書いてください"),
            row=2,
            code="empty",
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file as text, with the number of each row."""

    numbers: pa.Int64Array
    columns: list[pa.StringArray]


@dataclass(slots=True)
class Sheet:
    """A file as written: header cells, then blocks of rows, each as wide as the header.

    Rows without content are left out. ``points_may_group`` says that the file comes from where
    a point may stand between thousands.
    """

    header: list[str]
    blocks: Iterator[Block]
    points_may_group: bool = False


def written(value: object) -> str:
    """A cell as a person reads it: ``2023`` for 2023.0, dates as 2025-09-04."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
