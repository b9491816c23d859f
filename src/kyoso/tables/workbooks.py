"""Workbooks: one sheet of an .xlsx file as text cells.

Calamine reads the cells. Before it does, the sheet's XML is looked through for what calamine
does not tell: how large a rectangle the cells span (calamine reserves all of it, and two cells
in opposite corners are enough to end the process), and which formulas have failed (they come
out empty, and empty means something else).
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat

import pyarrow as pa

from kyoso.core.text import Text
from kyoso.tables.given import Block, Given, Sheet, written

MOST_BYTES = 1 << 30
"""A workbook that unpacks to more is refused."""
MOST_CELLS = 30_000_000
"""A sheet whose cells span more is refused; a million rows of 30 columns just fit."""

_BLOCK_ROWS = 50_000


@dataclass(slots=True)
class Extent:
    """How far the cells of a sheet reach (counted from 1), and the formulas that failed."""

    rows: int = 0
    columns: int = 0
    failed: dict[tuple[int, int], str] = field(default_factory=dict)


def letters(position: int) -> str:
    """The letters of the column at ``position`` (0 is A) in a workbook."""
    found = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def open_workbook(given: Given) -> Sheet | None:
    """The sheet that holds the table; ``None`` where there is none, which is a problem."""
    import python_calamine

    try:
        with zipfile.ZipFile(given.path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MOST_BYTES:
                _tell_large(given, Text("it unpacks to more than 1 GB", "展開すると1GBを超えます"))
                return None
            parts = _sheets(archive)
            name = _sheet_name(given.declared.name, list(parts))
            if name is None:
                _tell_sheets(given, list(parts))
                return None
            given.sheet = name
            with archive.open(parts[name]) as stream:
                extent = extent_of(stream)
        if extent.rows * extent.columns > MOST_CELLS:
            last = f"{letters(extent.columns - 1)}{extent.rows}"
            _tell_large(
                given,
                Text("its cells reach to {last}", "{last}までセルがあります").format(last=last),
            )
            return None
        sheet = python_calamine.CalamineWorkbook.from_path(str(given.path)).get_sheet_by_name(name)
        # The first rows may be empty, the first columns as well: positions must stay.
        rows = sheet.to_python(skip_empty_area=False)
    except (
        *(zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError),
        *(
            OSError,
            LookupError,
            ValueError,
            EOFError,
            StopIteration,
            ET.ParseError,
            expat.ExpatError,
        ),
        *(python_calamine.CalamineError, python_calamine.WorksheetNotFound),
    ):
        given.tell(
            Text("the workbook cannot be opened", "ブックを開けません"),
            Text(
                "save it again as .xlsx, without a password",
                "パスワードなしの.xlsxで保存し直してください",
            ),
            code="workbook",
        )
        return None
    cells = _with_failed(rows, extent.failed)
    return Sheet([written(cell) for cell in cells[0]] if cells else [], _blocks(cells))


def extent_of(stream: IO[bytes]) -> Extent:
    """Look through the XML of a sheet (ECMA-376 Part 1, 18.3.1.4 ``c``)."""
    extent = Extent()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    row = column = 0
    text: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal row, column
        name = tag.rpartition(":")[2]
        if name == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif name == "c":
            row, column = _place(attributes.get("r"), row, column + 1)
            extent.rows, extent.columns = max(extent.rows, row), max(extent.columns, column)
            if attributes.get("t") == "e":
                extent.failed[row, column] = ""
                parser.EndElementHandler = end
        elif name == "v" and (row, column) in extent.failed:
            text.clear()
            parser.CharacterDataHandler = text.append

    def end(tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "v":
            parser.CharacterDataHandler = None
            extent.failed[row, column] = "".join(text).strip()
        elif name == "c":
            parser.EndElementHandler = None

    parser.StartElementHandler = start
    parser.ParseFile(stream)
    return extent


def _place(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """The row and column of a cell reference such as ``B4``; without one, the place given."""
    if reference is None:
        return row, column
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    position = 0
    for letter in reference[: len(reference) - len(digits)].upper():
        position = position * 26 + ord(letter) - ord("A") + 1
    return int(digits), position


def _with_failed(
    rows: Sequence[Sequence[object]], failed: Mapping[tuple[int, int], str]
) -> list[list[object]]:
    """The rows with ``#DIV/0!`` and its like in their places, which may lie beyond the rest."""
    height = max([len(rows), *(row for row, _ in failed)])
    width = max([len(rows[0]) if rows else 0, *(column for _, column in failed)])
    cells = [[*row, *[""] * (width - len(row))] for row in rows]
    cells += [[""] * width for _ in range(height - len(rows))]
    for (row, column), fault in failed.items():
        cells[row - 1][column - 1] = fault
    return cells


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The sheets of a workbook by name, with the part that holds each."""
    relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 -- expat bounds what entities expand to
    targets = {one.attrib["Id"]: one.attrib["Target"] for one in relations}
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    return {
        sheet.attrib["name"]: posixpath.normpath(
            posixpath.join("/xl", targets[_relation(sheet)])
        ).lstrip("/")
        for sheet in book.iter()
        if sheet.tag.endswith("}sheet")
    }


def _relation(sheet: ET.Element) -> str:
    # The namespace depends on whether the workbook is strict or transitional.
    return next(value for name, value in sheet.attrib.items() if name.endswith("}id"))


def _sheet_name(table: str, names: Sequence[str]) -> str | None:
    for name in names:
        if name.strip().lower() == table.lower():
            return name
    return names[0] if len(names) == 1 else None


def _blocks(rows: Sequence[Sequence[object]]) -> Iterator[Block]:
    """The rows under the header as text columns; those without content are passed over."""
    for first in range(1, len(rows), _BLOCK_ROWS):
        numbers, block = [], []
        for number, cells in enumerate(rows[first : first + _BLOCK_ROWS], start=first + 1):
            texts = [written(cell) for cell in cells]
            if any(texts):
                numbers.append(number)
                block.append(texts)
        if block:
            columns = zip(*block, strict=True)
            yield Block(
                pa.array(numbers, pa.int64()), [pa.array(one, pa.string()) for one in columns]
            )


def _tell_large(given: Given, how: Text) -> None:
    given.tell(
        Text("the workbook is too large ({how})", "ブックが大きすぎます（{how}）").format(how=how),
        Text(
            "delete what lies beyond the table, or give it as CSV or Parquet",
            "表の外のセルを削除するか、CSVまたはParquetで提出してください",
        ),
        code="too-large",
    )


def _tell_sheets(given: Given, names: Sequence[str]) -> None:
    given.tell(
        Text("the workbook has no sheet of this name", "この名前のシートがありません"),
        Text(
            "name the sheet {table}; it has {sheets}",
            "シート名を{table}にしてください（今は{sheets}）",
        ).format(table=given.declared.name, sheets=", ".join(names) or "–"),
        code="sheet",
    )
