"""Workbooks: one sheet of an .xlsx file as text cells.

Calamine reads the cells. Before it does, the sheet's XML is looked through for what calamine
does not tell: how large a rectangle the cells span (calamine reserves all of it, and two cells
in opposite corners are enough to end the process), and which cells show a person something
other than calamine reads (:class:`Extent`).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat

import pyarrow as pa

from kyoso.core.text import Text
from kyoso.tables.given import MERGED, UNCALCULATED, Block, Given, Sheet, written
from kyoso.tables.headers import LOOKED_AT, is_on_top

MOST_BYTES = 1 << 30
"""A workbook that unpacks to more is refused."""
MOST_CELLS = 30_000_000
"""A sheet whose cells span more is refused; a million rows of 30 columns just fit."""

_BLOCK_ROWS = 50_000
UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,  # a way to pack that Python does not know
    RuntimeError,  # a password
    OSError,
    EOFError,
    LookupError,
    ValueError,
    ET.ParseError,
    expat.ExpatError,
)
"""What damaged workbooks, and files that only bear the name, raise."""

Place = tuple[int, int]
"""Row and column of a cell, counted from 1."""


@dataclass(slots=True)
class Extent:
    """How far the cells of a sheet reach, and those that show another thing than they hold.

    ``shown`` has by place what stands for the cell: the fault of a formula (``#DIV/0!``), a
    formula whose value no program has worked out (marked :data:`UNCALCULATED`), a percentage as
    it reads (``50%`` is stored as 0.5). ``merged`` are the merged ranges.
    """

    rows: int = 0
    columns: int = 0
    shown: dict[Place, str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Book:
    """What the parts of a workbook say of its sheets."""

    parts: Mapping[str, str]
    hidden: frozenset[str]
    percent: frozenset[str]
    stale: bool

    def sheet_of(self, table: str) -> str | None:
        """The sheet that bears the name of the table, or the only one that a person sees."""
        for name in self.parts:
            if name.strip().lower() == table.lower():
                return name
        seen = [name for name in self.parts if name not in self.hidden]
        return seen[0] if len(seen) == 1 else None


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
        cells = _cells(given)
    except (*UNREADABLE, python_calamine.CalamineError, python_calamine.WorksheetNotFound):
        given.tell(
            Text("the workbook cannot be opened", "ブックを開けません"),
            Text(
                "save it again as .xlsx, without a password",
                "パスワードなしの.xlsxで保存し直してください",
            ),
            code="workbook",
        )
        return None
    if cells is None:
        return None
    top = [[written(cell) for cell in row] for row in cells[:LOOKED_AT]]
    return Sheet(top[0], _blocks(cells)) if is_on_top(given, top) else None


def _cells(given: Given) -> list[list[object]] | None:
    """The cells of the table's sheet; ``None`` where it cannot be used, which is a problem."""
    import python_calamine

    with zipfile.ZipFile(given.path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
            _tell_large(given, Text("it unpacks to more than 1 GB", "展開すると1GBを超えます"))
            return None
        book = _book(archive)
        name = book.sheet_of(given.declared.name)
        if name is None:
            _tell_sheets(given, list(book.parts))
            return None
        given.sheet = name
        with archive.open(book.parts[name]) as stream:
            extent = extent_of(stream, percent=book.percent, stale=book.stale)
    if extent.rows * extent.columns > MOST_CELLS:
        last = f"{letters(extent.columns - 1)}{extent.rows}"
        reach = Text("its cells reach to {last}", "{last}までセルがあります").format(last=last)
        _tell_large(given, reach)
        return None
    sheet = python_calamine.CalamineWorkbook.from_path(str(given.path)).get_sheet_by_name(name)
    # The first rows may be empty, the first columns as well: positions must stay.
    return _as_shown(sheet.to_python(skip_empty_area=False), extent)


def parts_of(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The part of the archive that holds each sheet, by the sheet's name."""
    return _book(archive).parts


def extent_of(
    stream: IO[bytes], *, percent: frozenset[str] = frozenset(), stale: bool = False
) -> Extent:
    """Look through the XML of a sheet (ECMA-376 Part 1, 18.3.1.4 ``c``).

    ``percent`` are the styles that show percentages. In a ``stale`` workbook a formula's 0 is
    the stand-in of a program that does not calculate.
    """
    look = _Look(percent, stale, expat.ParserCreate())
    look.parser.buffer_text = True
    look.parser.StartElementHandler = look.start
    look.parser.ParseFile(stream)
    return look.extent


@dataclass(slots=True)
class _Look:
    """One pass over a sheet. Most cells are only counted; of others formula and value are read."""

    percent: frozenset[str]
    stale: bool
    parser: expat.XMLParserType
    extent: Extent = field(default_factory=Extent)
    _at: Place = (0, 0)
    _kind: str = ""
    _is_percent: bool = False
    _text: list[str] = field(default_factory=list)
    _found: dict[str, str] = field(default_factory=dict)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._at = int(attributes.get("r", self._at[0] + 1)), 0
        elif name == "f" or (name == "v" and self.parser.EndElementHandler is not None):
            self.parser.EndElementHandler = self.end
            self.parser.CharacterDataHandler = self._text.append
        elif name == "mergeCell":
            self.extent.merged.append(attributes["ref"])

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("r")
        self._at = _place(reference) if reference else (self._at[0], self._at[1] + 1)
        extent = self.extent
        extent.rows = max(extent.rows, self._at[0])
        extent.columns = max(extent.columns, self._at[1])
        self._kind = attributes.get("t", "n")
        self._is_percent = self._kind == "n" and attributes.get("s", "") in self.percent
        if self._is_percent or self._kind == "e":
            self.parser.EndElementHandler = self.end

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("f", "v"):
            self.parser.CharacterDataHandler = None
            self._found[name] = "".join(self._text).strip()
            self._text.clear()
        elif name == "c":
            self.parser.EndElementHandler = None
            if shown := self._shown():
                self.extent.shown[self._at] = shown
            self._found.clear()

    def _shown(self) -> str:
        """What stands for a cell with a formula ``f`` and value ``v``, if not the value."""
        value = self._found.get("v")
        formula = self._found.get("f")
        if formula is not None:
            empty = value is None or (value == "" and self._kind != "str")
            stand_in = self.stale and self._kind == "n" and value == "0"
            if empty or stand_in:
                return f"{UNCALCULATED}={formula}"
        if not value:
            return ""
        if self._kind == "e":
            return value
        return f"{float(value) * 100:.15g}%" if self._is_percent else ""


def _place(reference: str) -> Place:
    """The row and column of a cell reference such as ``B4``."""
    head = reference.rstrip("0123456789")
    return int(reference[len(head) :]), _position(head)


@lru_cache(maxsize=1 << 14)  # as many columns as a sheet can have
def _position(head: str) -> int:
    position = 0
    for letter in head.upper():
        position = position * 26 + ord(letter) - ord("A") + 1
    return position


def _as_shown(rows: Sequence[Sequence[object]], extent: Extent) -> list[list[object]]:
    """The rows as a person sees them; faults of formulas may lie beyond what calamine reads."""
    height = max([len(rows), *(row for row, _ in extent.shown)])
    width = max([len(rows[0]) if rows else 0, *(column for _, column in extent.shown)])
    cells = [[*row, *[""] * (width - len(row))] for row in rows]
    cells += [[""] * width for _ in range(height - len(rows))]
    for (row, column), shown in extent.shown.items():
        cells[row - 1][column - 1] = shown
    for merged in extent.merged:
        _mark_merged(cells, merged)
    return cells


def _mark_merged(cells: list[list[object]], merged: str) -> None:
    """A value that is shown over several rows is stored in the first: the rest must be told."""
    (top, left), (bottom, right) = map(_place, merged.split(":"))
    if top < 2 or top > len(cells) or left > len(cells[0]) or cells[top - 1][left - 1] == "":
        return
    for row in cells[top - 1 : bottom]:
        for at in range(left - 1, min(right, len(row))):
            if row[at] == "":
                row[at] = f"{MERGED}{merged}"


def _book(archive: zipfile.ZipFile) -> _Book:
    relations = _parsed(archive, "xl/_rels/workbook.xml.rels")
    targets = {one.attrib["Id"]: one.attrib["Target"] for one in relations}
    book = _parsed(archive, "xl/workbook.xml")
    sheets = [one for one in book.iter() if one.tag.endswith("}sheet")]
    return _Book(
        parts={
            sheet.attrib["name"]: posixpath.normpath(
                posixpath.join("/xl", targets[_relation(sheet)])
            ).lstrip("/")
            for sheet in sheets
        },
        hidden=frozenset(
            s.attrib["name"] for s in sheets if s.get("state", "visible") != "visible"
        ),
        percent=_percent(archive),
        stale=any(
            one.get("fullCalcOnLoad") in ("1", "true")
            for one in book.iter()
            if one.tag.endswith("}calcPr")
        ),
    )


def _parsed(archive: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))  # noqa: S314 -- expat bounds what entities expand to


def _relation(sheet: ET.Element) -> str:
    # The namespace depends on whether the workbook is strict or transitional.
    return next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")


def _percent(archive: zipfile.ZipFile) -> frozenset[str]:
    """The cell styles that show percentages (ECMA-376 Part 1, 18.8.30 ``numFmt``)."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = _parsed(archive, "xl/styles.xml")
    formats = {"9", "10"} | {
        one.attrib["numFmtId"]
        for one in styles.iter()
        if one.tag.endswith("}numFmt")
        and "%" in re.sub(r'"[^"]*"|\\.', "", one.get("formatCode", ""))
    }
    used = next((one for one in styles if one.tag.endswith("}cellXfs")), ())
    return frozenset(str(at) for at, one in enumerate(used) if one.get("numFmtId") in formats)


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
