"""Text files with separators: CSV as spreadsheets of many countries write it.

The encoding is found out, the separator is a comma, semicolon or tab. Rows are numbered as in
a spreadsheet: an empty line counts, a line break in quotation marks does not. Arrow reads the
rows in blocks; those that do not fit the header are looked at one by one.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from kyoso.core.errors import Problem, Problems
from kyoso.core.text import Text
from kyoso.tables.given import Block, Given, Sheet
from kyoso.tables.headers import LOOKED_AT, is_on_top, known

_BLOCK_BYTES = 8 << 20
"""Also the longest row that can be read."""

_ENCODINGS = ("utf-8-sig", "cp932")
_JAPANESE = re.compile(rb"(?:[\x81-\x98][\x40-\x7e\x80-\xfc]){2}")
"""Two common characters of code page 932 in a row.

Thai, Vietnamese, Chinese and French code pages read as Japanese too, but as rare kanji and
half-width kana, hardly ever as these.
"""

_NAMES = {
    ",": Text("a comma", "カンマ"),
    ";": Text("a semicolon", "セミコロン"),
    "\t": Text("a tab", "タブ"),
}


def open_text(given: Given) -> Sheet | None:
    """Header and rows of the file; ``None`` where it cannot be read, which is a problem."""
    try:
        encoding, quotes = _encoding(given.path)
    except UnicodeDecodeError as fault:
        given.tell(
            Text("the text encoding is not recognised", "文字コードを判別できません"),
            Text(
                "save the file as CSV UTF-8 (cannot read: {bytes})",
                "CSV UTF-8で保存してください（読めない箇所：{bytes}）",
            ).format(bytes=fault.object[fault.start : fault.start + 8].hex(" ")),
            code="encoding",
        )
        return None
    tops = {mark: _top(given.path, encoding, mark) for mark in ",;\t"}
    delimiter = max(
        tops, key=lambda mark: max((known(given.declared, r) for r in tops[mark]), default=0)
    )
    top = tops[delimiter]
    if not is_on_top(given, top):
        return None
    header = top[0]
    named = max(at for at, cell in enumerate(header, start=1) if cell)
    rows = _Rows(given, encoding, delimiter, width=len(header), named=named)
    # Quotation marks come in pairs, unless one is not closed or stands for inches.
    if quotes % 2:
        rows.end = _unclosed(given.path, encoding, delimiter)
    # Where decimals begin with a comma, columns are parted by semicolons.
    return Sheet(header, rows.blocks(), points_may_group=delimiter == ";")


def _encoding(path: Path) -> tuple[str, int]:
    """The encoding of a text file, and how many quotation marks it holds.

    UTF-8 with or without mark, UTF-16 with mark, or the Japanese code page of Excel. Raises
    :class:`UnicodeDecodeError` of the first attempt when none of them reads the file.
    """
    with path.open("rb") as stream:
        marked = stream.read(2) in (b"\xff\xfe", b"\xfe\xff")
    refused: UnicodeDecodeError | None = None
    for encoding in ("utf-16",) if marked else _ENCODINGS:
        if encoding == "cp932" and not _is_japanese(path):
            continue
        try:
            return encoding, _quotes(path, encoding)
        except UnicodeDecodeError as fault:
            refused = refused or fault
    assert refused is not None
    raise refused


def _quotes(path: Path, encoding: str) -> int:
    count = 0
    with path.open(encoding=encoding, newline="") as text:
        while part := text.read(1 << 20):
            if "\0" in part:  # UTF-16 without its mark
                raise UnicodeDecodeError(encoding, b"\0", 0, 1, "no text has this character")
            count += part.count('"')
    return count


def _is_japanese(path: Path) -> bool:
    with path.open("rb") as stream:
        return any(_JAPANESE.search(part) for part in iter(lambda: stream.read(1 << 20), b""))


def _top(path: Path, encoding: str, delimiter: str) -> list[list[str]]:
    """The first rows of the file."""
    rows: list[list[str]] = []
    with path.open(encoding=encoding, newline="") as stream, contextlib.suppress(csv.Error):
        rows.extend(itertools.islice(csv.reader(stream, delimiter=delimiter), LOOKED_AT))
    return [[cell.strip() for cell in row] for row in rows]


def _unclosed(path: Path, encoding: str, delimiter: str) -> int | None:
    """The number of the row from which on quotation marks cannot be told apart."""
    number = 0
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        while True:
            try:
                number += 1
                next(reader)
            except StopIteration:
                return None
            except csv.Error:
                return number


@dataclass(slots=True)
class _Rows:
    """The rows under the header. ``width`` cells are expected, those after ``named`` have no name."""

    given: Given
    encoding: str
    delimiter: str
    width: int
    named: int
    end: int | None = None
    _apart: list[int] = field(default_factory=list)
    _padded: list[tuple[int, list[str]]] = field(default_factory=list)
    _ragged: Problems = field(default_factory=Problems)

    def blocks(self) -> Iterator[Block]:
        next_number = 1
        for batch in self._batches():
            numbers = self._numbers(next_number, batch.num_rows)
            if len(numbers):
                next_number = int(numbers[-1]) + 1
                yield from self._block(pa.array(numbers), batch.columns)
            yield from self._padded_block()
        yield from self._padded_block()
        self.given.problems.extend(self._ragged.listed, self._ragged.count)
        if self.end is not None:
            self._tell_unreadable(self.end)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        names = [str(at) for at in range(self.width)]
        try:
            yield from pyarrow.csv.open_csv(
                self.given.path,
                # One thread, for only then are rows apart numbered.
                read_options=pyarrow.csv.ReadOptions(
                    use_threads=False,
                    block_size=_BLOCK_BYTES,
                    column_names=names,
                    encoding="utf8" if self.encoding == "utf-8-sig" else self.encoding,
                ),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._apart_from_the_rest,
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid:
            self._tell_unreadable(_unclosed(self.given.path, self.encoding, self.delimiter))
            self.end = None

    def _numbers(self, first: int, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The numbers of ``count`` rows from ``first`` on, past the rows that were put apart."""
        numbers = np.arange(first, first + count + len(self._apart), dtype=np.int64)
        numbers = numbers[~np.isin(numbers, self._apart)][:count]
        if count:
            self._apart = [number for number in self._apart if number > numbers[-1]]
        return numbers

    def _block(self, numbers: pa.Int64Array, columns: list[pa.StringArray]) -> Iterator[Block]:
        columns = [pc.utf8_trim_whitespace(column) for column in columns]
        filled = reduce(pc.or_, (pc.not_equal(column, "") for column in columns))
        wanted = pc.and_(filled, pc.greater(numbers, 1))
        if self.end is not None:
            wanted = pc.and_(wanted, pc.less(numbers, self.end))
        if not pc.all(wanted).as_py():
            numbers = numbers.filter(wanted)
            columns = [column.filter(wanted) for column in columns]
        if len(numbers):
            yield Block(numbers, columns)

    def _padded_block(self) -> Iterator[Block]:
        if self._padded:
            numbers = pa.array([number for number, _ in self._padded], pa.int64())
            cells = zip(*(cells for _, cells in self._padded), strict=True)
            self._padded = []
            yield from self._block(numbers, [pa.array(column, pa.string()) for column in cells])

    def _apart_from_the_rest(self, row: pyarrow.csv.InvalidRow) -> str:
        """Keep a row that lacks only empty cells without a name; tell of others."""
        self._apart.append(row.number)
        cells = self._cells(row.text)
        if row.number > 1 and any(cells) and (self.end is None or row.number < self.end):
            if self.named <= len(cells) <= self.width:
                self._padded.append((row.number, cells + [""] * (self.width - len(cells))))
            else:
                self._ragged.add(self._problem(row.number, row.text, len(cells)))
        return "skip"

    def _cells(self, text: str) -> list[str]:
        lines = text.splitlines(keepends=True)
        try:
            cells = next(csv.reader(lines, delimiter=self.delimiter), [])
        except csv.Error:  # longer than the module reads
            cells = text.split(self.delimiter)
        return [cell.strip() for cell in cells]

    def _problem(self, number: int, text: str, cells: int) -> Problem:
        return self.given.problem(
            Text(
                "this row has {n} cells, the header has {width}",
                "この行のセルは{n}個、見出しは{width}個です",
            ).format(n=cells, width=self.named if cells < self.named else self.width),
            Text(
                "one cell per column; put a value that holds {mark} in quotation marks",
                "列ごとに1セルとし、{mark}を含む値は引用符で囲んでください",
            ).format(mark=_NAMES[self.delimiter]),
            row=number,
            value=text.strip(),
            code="ragged",
        )

    def _tell_unreadable(self, row: int | None) -> None:
        self.given.tell(
            Text("this row and those after it cannot be read", "この行と後続の行が読めません"),
            Text("check the quotation marks", "引用符を確かめてください"),
            row=row,
            code="ragged",
        )
