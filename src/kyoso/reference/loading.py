"""The one loader and the one file format of reference data.

A reference file is UTF-8 CSV with a header at ``reference/<subject>/<name>.csv``. Its last
columns are always :data:`CITATION`: every row says where it comes from, under which licence
it is shipped and how well it was verified (DESIGN law 3). Names of columns that end in
``_en`` and ``_ja`` come in pairs and are filled together (law 8). An empty cell is absent.

The key of a file is its first column, unless ``reference/<subject>/keys.csv`` (columns
``table,key``; the key's columns joined by ``;``) or the caller says otherwise.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from kyoso.core import hashes
from kyoso.core.errors import NotFoundError, Problem, Problems, ReferenceDataError
from kyoso.core.text import Text

CITATION = ("document", "table", "year", "licence", "verification", "note")
"""The columns every file ends with: title of the source as cited; table, equation, section
or paragraph; year of the edition; licence; verification status; note."""

VERIFICATION: Mapping[str, Text] = {
    "two-sources": Text("two sources", "2つの出典で確認"),
    "one-source": Text("one source", "1つの出典で確認"),
    "unverified": Text("unverified", "未検証"),
}
"""How far a value was checked against its source, in words."""
VERIFICATIONS = tuple(VERIFICATION)

_REQUIRED = ("document", "licence", "verification")
_YEAR = re.compile(r"(\d{4})?")
_ROOT = Path(str(resources.files("kyoso.reference")))
_KEYS = "keys.csv"

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceTable:
    """One reference file as read: ``rows`` in file order, every cell a string.

    ``sha256`` is that of the file's bytes; it goes into the provenance of a result.
    ``unverified`` counts the rows of that status.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sha256: str
    unverified: int
    path: Path = field(repr=False)

    def by(self, column: str) -> dict[str, Row]:
        """Rows by a column whose values are unique; rows without a value are left out.

        Raises :class:`ReferenceDataError` when a value stands twice, since one row would
        silently hide the other.
        """
        self._know(column)
        found: dict[str, Row] = {}
        for row in self.rows:
            value = row[column]
            if value and found.setdefault(value, row) is not row:
                raise ReferenceDataError(
                    Text("the value stands in two rows", "同じ値が2行にあります"),
                    where=f"{self.name}, column {column}: {value}",
                    hint=Text("use where() for all of them", "where()で全行を取り出してください"),
                )
        return found

    def where(self, **values: str) -> tuple[Row, ...]:
        """The rows whose columns equal ``values``, in file order."""
        for column in values:
            self._know(column)
        return tuple(row for row in self.rows if all(row[c] == v for c, v in values.items()))

    def text(self, row: Row, stem: str) -> Text:
        """The text in ``<stem>_en`` and ``<stem>_ja``; :class:`ReferenceDataError` if absent."""
        found = self.texts(row, stem)
        if found is None:
            raise ReferenceDataError(
                Text("the row has no such text", "この行には該当する文章がありません"),
                where=f"{self.name}, column {stem}_en, {stem}_ja",
            )
        return found

    def texts(self, row: Row, stem: str) -> Text | None:
        """The text in ``<stem>_en`` and ``<stem>_ja``, or ``None`` where both are empty."""
        self._know(f"{stem}_en")
        english = row[f"{stem}_en"]
        return Text(english, row[f"{stem}_ja"]) if english else None

    def _know(self, column: str) -> None:
        if column not in self.columns:
            raise NotFoundError(
                Text("no such column", "その列はありません"),
                where=f"{self.name}, column {column}",
                hint=_one_of(self.columns),
            )


@cache
def catalogue() -> tuple[str, ...]:
    """The names of all reference files, ``<subject>/<name>``, sorted."""
    return tuple(
        sorted(
            f"{path.parent.name}/{path.stem}"
            for path in _ROOT.glob("*/*.csv")
            if path.name != _KEYS
        )
    )


@cache
def load(name: str, *, key: str | tuple[str, ...] | None = None) -> ReferenceTable:
    """Read and check the reference file ``name``, for example ``"programme/activities"``.

    ``key`` names the columns whose values are unique together (``()``: none). Raises
    :class:`NotFoundError` for an unknown name, and :class:`ReferenceDataError`, with every
    fault of the file at once, for one that does not keep the format.
    """
    if name not in catalogue():
        close = difflib.get_close_matches(name, catalogue(), n=3)
        raise NotFoundError(
            Text("no such reference file", "その参照データはありません"),
            where=name,
            hint=_one_of(close or catalogue()),
        )
    path = _ROOT / f"{name}.csv"
    if key is None:
        key = _declared_key(path)
    return read(path, name=name, key=(key,) if isinstance(key, str) else key)


def read(path: Path, *, name: str, key: tuple[str, ...] | None) -> ReferenceTable:
    """Read a file of the reference format from anywhere; ``key=None`` is its first column."""
    content = path.read_bytes()
    problems = Problems()
    header, records = _records(content, name, problems)
    columns = tuple(header)
    rows = tuple(MappingProxyType(dict(zip(columns, cells, strict=True))) for _, cells in records)
    if not problems:
        lines = [line for line, _ in records]
        for problem in _faults(name, lines, rows, columns[:1] if key is None else key):
            problems.add(problem)
    if problems:
        raise _refused(name, problems)
    return ReferenceTable(
        name=name,
        columns=columns,
        rows=rows,
        sha256=hashes.of_bytes(content),
        unverified=sum(row["verification"] == "unverified" for row in rows),
        path=path,
    )


def _declared_key(path: Path) -> tuple[str, ...] | None:
    """The key that the subject's ``keys.csv`` gives this file, if it does."""
    declarations = path.with_name(_KEYS)
    if not declarations.exists():
        return None
    with declarations.open(encoding="utf-8-sig", newline="") as stream:
        keys = {row["table"]: tuple(row["key"].split(";")) for row in csv.DictReader(stream)}
    return keys.get(path.stem)


def _records(
    content: bytes, name: str, problems: Problems
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header, and (spreadsheet row, cells) for each record; faults of shape are added."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        problems.add(
            Problem(
                table=name,
                row=content.count(b"\n", 0, fault.start) + 1,
                message=Text("not UTF-8", "UTF-8ではありません"),
                hint=Text("save the file as UTF-8", "UTF-8で保存してください"),
            )
        )
        return [], []
    header, *records = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    for problem in _header_faults(name, header):
        problems.add(problem)
    numbered = list(enumerate(records, start=2))
    for row, cells in numbered:
        if len(cells) != len(header):
            problems.add(
                Problem(
                    table=name,
                    row=row,
                    value=str(len(cells)),
                    message=Text("not as many cells as the header", "セルの数が見出しと異なります"),
                    hint=Text(
                        "give {n} cells; quote a cell that holds a comma",
                        "{n}個のセルにしてください。コンマを含むセルは引用符で囲みます",
                    ).format(n=len(header)),
                )
            )
    return header, [] if problems else numbered


def _header_faults(name: str, header: list[str]) -> Iterator[Problem]:
    if tuple(header[-len(CITATION) :]) != CITATION:
        yield Problem(
            table=name,
            row=1,
            value=",".join(header[-len(CITATION) :]),
            message=Text(
                "the citation columns do not close the header", "出典の列が末尾にありません"
            ),
            hint=Text(
                "end the header with {columns}", "見出しの末尾を{columns}としてください"
            ).format(columns=",".join(CITATION)),
        )
    for column in sorted({c for c in header if header.count(c) > 1 or not c}):
        yield Problem(
            table=name,
            row=1,
            column=column,
            message=Text("a column without a name of its own", "列名が空、または重複しています"),
            hint=Text("name every column once", "列ごとに異なる名前を付けてください"),
        )
    for english, japanese in _language_pairs(header):
        if english not in header or japanese not in header:
            yield Problem(
                table=name,
                row=1,
                column=english if english in header else japanese,
                message=Text("a text in one language only", "片方の言語の列しかありません"),
                hint=Text("add the column {column}", "{column}の列を加えてください").format(
                    column=japanese if english in header else english
                ),
            )


def _language_pairs(columns: list[str] | tuple[str, ...]) -> list[tuple[str, str]]:
    stems = dict.fromkeys(c[:-3] for c in columns if c.endswith(("_en", "_ja")))
    return [(f"{stem}_en", f"{stem}_ja") for stem in stems]


def _faults(
    name: str, lines: list[int], rows: tuple[Row, ...], key: tuple[str, ...]
) -> Iterator[Problem]:
    """What is wrong with the cells of rows that have the right shape."""
    for line, row in zip(lines, rows, strict=True):
        yield from _citation_faults(name, line, row)
        yield from _cell_faults(name, line, row)
    first: dict[tuple[str, ...], int] = {}
    for column in key:
        if rows and column not in rows[0]:
            yield Problem(
                table=name,
                row=1,
                column=column,
                message=Text("the key names no column", "キーに指定された列がありません"),
                hint=_one_of(tuple(rows[0])),
            )
            return
    for line, row in zip(lines, rows, strict=True):
        values = tuple(row[column] for column in key)
        if key and first.setdefault(values, line) != line:
            yield Problem(
                table=name,
                row=line,
                column=", ".join(key),
                value=", ".join(values),
                message=Text(
                    "the key stands in row {row} already", "同じキーが{row}行目にあります"
                ).format(row=first[values]),
                hint=Text("keep one of the rows", "どちらか一方の行だけを残してください"),
            )


def _citation_faults(name: str, line: int, row: Row) -> Iterator[Problem]:
    for column in _REQUIRED:
        if not row[column]:
            yield Problem(
                table=name,
                row=line,
                column=column,
                message=Text("empty", "空欄です"),
                hint=Text(
                    "every row says its source, its licence and how it was verified",
                    "各行に出典、利用許諾、検証状況を記入してください",
                ),
            )
    if row["verification"] and row["verification"] not in VERIFICATIONS:
        yield Problem(
            table=name,
            row=line,
            column="verification",
            value=row["verification"],
            message=Text("not a verification status", "検証状況の区分ではありません"),
            hint=_one_of(VERIFICATIONS),
        )
    if not _YEAR.fullmatch(row["year"]):
        yield Problem(
            table=name,
            row=line,
            column="year",
            value=row["year"],
            message=Text("not a year", "年ではありません"),
            hint=Text("four digits, or nothing", "4桁の数字、または空欄としてください"),
        )


def _cell_faults(name: str, line: int, row: Row) -> Iterator[Problem]:
    for column, value in row.items():
        if value != value.strip():
            yield Problem(
                table=name,
                row=line,
                column=column,
                value=repr(value),
                message=Text("spaces around the value", "値の前後に空白があります"),
                hint=Text("remove them", "空白を削除してください"),
            )
    for english, japanese in _language_pairs(tuple(row)):
        if bool(row[english]) != bool(row[japanese]):
            empty, filled = (english, japanese) if row[japanese] else (japanese, english)
            yield Problem(
                table=name,
                row=line,
                column=empty,
                message=Text("a text in one language only", "片方の言語しかありません"),
                hint=Text("translate {column}", "{column}を訳してください").format(column=filled),
            )


def _one_of(values: tuple[str, ...] | list[str]) -> Text:
    listed = ", ".join(values)
    return Text(f"one of: {listed}", f"次のいずれか：{listed}")


def _refused(name: str, problems: Problems) -> ReferenceDataError:
    ordered = problems.in_order()
    english = "\n".join(problem.line("en") for problem in ordered)
    japanese = "\n".join(problem.line("ja") for problem in ordered)
    return ReferenceDataError(
        Text(
            f"{problems.count} faults in the reference file\n{english}",
            f"参照データに{problems.count}件の問題があります\n{japanese}",
        ),
        where=f"{name}.csv",
    )
