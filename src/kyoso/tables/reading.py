"""The door: a file becomes a typed relation with row numbers, or a list of problems.

Text files and workbooks are read as they are written and typed cell by cell, so that every
fault is named at its cell. Parquet is typed already and stays on disk.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kyoso.core import hashes
from kyoso.core.errors import LISTED, UsageError
from kyoso.core.text import Text
from kyoso.tables.cells import typed
from kyoso.tables.declaration import Column, Table
from kyoso.tables.delimited import open_text
from kyoso.tables.engine import Engine
from kyoso.tables.given import ROW, Block, Given, Sheet, schema
from kyoso.tables.headers import Match, match
from kyoso.tables.parquet import open_parquet
from kyoso.tables.workbooks import letters, open_workbook


def read(declared: Table, path: Path, engine: Engine) -> Given:
    """Bring the file at ``path`` through the door as ``declared``.

    Raises :class:`UsageError` for a path that is not there or of an unknown kind. Faults in
    the content are in the answer's ``problems``.
    """
    if not path.exists():
        raise UsageError(
            Text("there is no such file", "ファイルがありません"),
            where=f"{declared.name}={path}",
            hint=Text("check the path after -i TABLE=", "-i TABLE= の後のパスを確かめてください"),
        )
    kind = "parquet" if path.is_dir() else path.suffix.lower().lstrip(".")
    if kind not in ("parquet", "csv", "tsv", "txt", "xlsx", "xlsm"):
        raise UsageError(
            Text("files of this kind are not read", "この種類のファイルは読めません"),
            where=f"{declared.name}={path.name}",
            hint=Text(
                "give .csv, .xlsx, .parquet or a folder of Parquet files",
                ".csv、.xlsx、.parquet、またはParquetファイルのフォルダーを指定してください",
            ),
        )
    given = Given(
        declared=declared,
        path=path,
        sha256=_hash(declared, path),
        relation=engine.table(_numbered(declared).empty_table()),
    )
    if kind == "parquet":
        open_parquet(given, engine)
        return given
    sheet = open_workbook(given) if kind in ("xlsx", "xlsm") else open_text(given)
    if sheet is not None:
        _load(given, sheet, engine)
    return given


def _hash(declared: Table, path: Path) -> str:
    try:
        return hashes.of_path(path)
    except OSError as fault:
        raise UsageError(
            Text("the file cannot be read", "ファイルを読めません"),
            where=f"{declared.name}={path}",
            hint=Text(
                "close it in other programs, and check that you may read it",
                "ほかのプログラムで開いていれば閉じ、読み取りの権限を確かめてください",
            ),
        ) from fault


def _numbered(declared: Table) -> pa.Schema:
    return schema(declared).append(pa.field(ROW, pa.int64()))


def _load(given: Given, sheet: Sheet, engine: Engine) -> None:
    """Type the blocks of a sheet into one relation, collecting the problems of every cell."""
    found = match(given, sheet.header)
    if given.sheet is not None:
        unnamed = {letters(at): letters(at) for at, name in enumerate(sheet.header) if not name}
        given.letters = unnamed | {name: letters(at) for name, at in found.places.items()}
    tables = [_typed(given, sheet, found, block) for block in sheet.blocks]
    if not tables:
        if not given.problems:
            given.tell_empty()
        return
    table = pa.concat_tables(tables)
    given.rows = table.num_rows
    given.relation = engine.table(table)


def _typed(given: Given, sheet: Sheet, found: Match, block: Block) -> pa.Table:
    _tell_unnamed(given, sheet.header, block)
    arrays = [_column(given, column, sheet, found, block) for column in given.declared.columns]
    return pa.Table.from_arrays([*arrays, block.numbers], schema=_numbered(given.declared))


def _column(given: Given, column: Column, sheet: Sheet, found: Match, block: Block) -> pa.Array:
    at = found.places.get(column.name)
    if at is not None:
        cells = block.columns[at]
    else:
        cells = pa.repeat(found.constants.get(column.name, ""), len(block.numbers))
    values = typed(given, column, cells, block.numbers, points_may_group=sheet.points_may_group)
    if (factor := found.factors.get(column.name, 1.0)) != 1.0:
        values = pc.multiply(values, factor)
    return values if column.default is None else pc.fill_null(values, column.default)


def _tell_unnamed(given: Given, header: list[str], block: Block) -> None:
    """A value under no heading belongs to nothing: a slip of a column, or a note."""
    for at, name in enumerate(header):
        if name:
            continue
        positions = pc.indices_nonzero(pc.not_equal(block.columns[at], ""))
        first = positions[:LISTED]
        problems = [
            given.problem(
                Text("a value under no heading", "見出しのない列に値があります"),
                Text(
                    "name the column in row 1, or empty the cell",
                    "1行目に見出しを書くか、このセルを空にしてください",
                ),
                row=number,
                column=letters(at),
                value=value,
                code="unnamed",
            )
            for number, value in zip(
                block.numbers.take(first).to_pylist(),
                block.columns[at].take(first).to_pylist(),
                strict=True,
            )
        ]
        given.problems.extend(problems, len(positions))
