"""The door: a file becomes a typed relation with row numbers, or a list of problems.

Text files and workbooks are read as they are written and typed cell by cell, so that every
fault is named at its cell. Parquet is typed already: it stays on disk, and only its columns
are compared with the declaration here; its values are checked by
:mod:`kyoso.tables.checking` like everybody else's.
"""

from __future__ import annotations

import csv
import difflib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from kyoso.core import hashes, units
from kyoso.core.errors import Problem, Problems, UnitError, UsageError
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kyoso.tables.engine import Engine

ROW = "row_"
"""The column that carries the row as a spreadsheet counts it: the header is row 1."""
FILE = "file_"
"""The column that carries the file name where a table is a folder of files."""

_BLOCK = 50_000
_MOST_BYTES_UNPACKED = 2 << 30

_HEADING = re.compile(r"\s*(?P<name>.*?)\s*(?:[\[［](?P<unit>[^\]］]*)[\]］])?\s*")
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_WHOLE = r"^[+-]?\d{1,18}(\.0*)?$"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_YES = ("yes", "true", "1", "はい")
_NO = ("no", "false", "0", "いいえ")

ARROW: Mapping[Type, pa.DataType] = {
    Type.TEXT: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.DATE: pa.date32(),
}


@dataclass(slots=True)
class Given:
    """One input as it came through the door.

    ``relation`` has the declared columns in the declared unit, plus :data:`ROW` (and
    :data:`FILE`). ``problems`` are the faults found so far; cells at fault are absent in the
    relation; ``faulty`` has their rows by column. ``present`` are the declared columns that the
    file has, ``unused`` its columns that no declaration names.
    """

    declared: Table
    path: Path
    sha256: str
    relation: ir.Table
    rows: int
    problems: Problems = field(default_factory=Problems)
    unused: tuple[str, ...] = ()
    present: frozenset[str] = frozenset()
    faulty: dict[str, list[int]] = field(default_factory=dict)
    sheet: str | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    folder: bool = False

    def problem(  # noqa: PLR0913 -- the parts of a problem
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
        """A problem at a row and column of this input, with sheet and cell where it has them."""
        letter = self.letters.get(column or "")
        return Problem(
            table=self.declared.name,
            message=message,
            hint=hint,
            row=row,
            column=column,
            value=None if value is None else written(value),
            file=file if self.folder else None,
            sheet=self.sheet,
            cell=f"{letter}{row}" if letter and row is not None else None,
            code=code,
        )


@dataclass(slots=True)
class _Sheet:
    """A file as written: header cells, then blocks of text columns with their row numbers."""

    header: list[str]
    blocks: Iterator[tuple[list[int], list[list[str]]]]
    name: str | None = None


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
    given = Given(
        declared=declared,
        path=path,
        sha256=hashes.of_path(path),
        relation=engine.table(_empty(declared)),
        rows=0,
    )
    if kind == "parquet":
        _open_parquet(given, engine)
    elif kind in ("csv", "tsv", "txt"):
        _load(given, _csv(given), engine)
    elif kind in ("xlsx", "xlsm", "xls", "ods"):
        _load(given, _workbook(given), engine)
    else:
        raise UsageError(
            Text("files of this kind are not read", "この種類のファイルは読めません"),
            where=f"{declared.name}={path.name}",
            hint=Text(
                "give .csv, .xlsx, .parquet or a folder of Parquet files",
                ".csv、.xlsx、.parquet、またはParquetファイルのフォルダーを指定してください",
            ),
        )
    return given


def written(value: object) -> str:
    """A cell as a person reads it: ``2023`` for 2023.0, dates as 2025-09-04."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value.isoformat() if hasattr(value, "isoformat") else value).strip()


def letter(position: int) -> str:
    """The letters of the column at ``position`` (0 is A) in a workbook."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _empty(declared: Table) -> pa.Table:
    return _schema(declared).empty_table()


def _schema(declared: Table) -> pa.Schema:
    fields = [pa.field(c.name, ARROW[c.type]) for c in declared.columns]
    return pa.schema([*fields, pa.field(ROW, pa.int64())])


# --- text files and workbooks -------------------------------------------------------------


def _csv(given: Given) -> _Sheet | None:
    try:
        encoding = _encoding(given.path)
    except UnicodeDecodeError as fault:
        given.problems.add(
            given.problem(
                Text("the text encoding is not recognised", "文字コードを判別できません"),
                Text(
                    "save the file as CSV UTF-8 (cannot read: {bytes})",
                    "CSV UTF-8で保存してください（読めない箇所：{bytes}）",
                ).format(bytes=fault.object[fault.start : fault.start + 8].hex(" ")),
                code="encoding",
            )
        )
        return None
    csv.field_size_limit(1 << 20)
    with given.path.open(encoding=encoding, newline="") as stream:
        first = stream.readline()
    delimiter = max(",;\t", key=lambda mark: _known(given.declared, first.rstrip().split(mark)))
    rows = _csv_rows(given.path, encoding, delimiter)
    header = [cell.strip() for cell in next(rows, [])]
    return _Sheet(header, _blocks(given, rows, len(header), str.strip))


def _csv_rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        yield from csv.reader(stream, delimiter=delimiter)


def _encoding(path: Path) -> str:
    """UTF-8 with or without mark, UTF-16 with mark, or the Japanese code page of Excel.

    Raises :class:`UnicodeDecodeError` of the UTF-8 attempt when none of them reads the file.
    """
    with path.open("rb") as stream:
        start = stream.read(2)
    if start in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    refused: UnicodeDecodeError | None = None
    for encoding in ("utf-8-sig", "cp932"):
        try:
            with path.open(encoding=encoding, newline="") as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError as fault:
            refused = refused or fault
        else:
            return encoding
    assert refused is not None
    raise refused


def _known(declared: Table, cells: Iterable[str]) -> int:
    names = {name.lower() for name in declared.names}
    found = (_HEADING.fullmatch(cell.strip().strip('"')) for cell in cells)
    return sum(1 for cell in found if cell and cell["name"].lower() in names)


def _blocks(
    given: Given, rows: Iterable[Sequence[object]], width: int, text: Callable[[Any], str]
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Blocks of rows as text columns. Empty rows are passed over; ragged rows are problems."""
    numbers: list[int] = []
    block: list[list[str]] = []
    iterator = enumerate(rows, start=2)
    while True:
        try:
            number, cells = next(iterator)
        except StopIteration:
            break
        except csv.Error as fault:
            given.problems.add(
                given.problem(
                    Text(
                        "this row cannot be read ({fault})", "この行は読めません（{fault}）"
                    ).format(fault=fault),
                    Text("check the quotation marks", "引用符を確かめてください"),
                    row=(numbers[-1] if numbers else 1) + 1,
                    code="ragged",
                )
            )
            break
        texts = [text(cell) for cell in cells]
        if not any(texts):
            continue
        if len(texts) < width or any(texts[width:]):
            given.problems.add(
                given.problem(
                    Text(
                        "this row has {n} cells, the header has {width}",
                        "この行のセルは{n}個、見出しは{width}個です",
                    ).format(n=len(texts), width=width),
                    Text(
                        "one cell per column; put a value that holds a comma in quotation marks",
                        "列ごとに1セルとし、カンマを含む値は引用符で囲んでください",
                    ),
                    row=number,
                    code="ragged",
                )
            )
            continue
        numbers.append(number)
        block.append(texts[:width])
        if len(block) == _BLOCK:
            yield numbers, _columns(block, width)
            numbers, block = [], []
    if block:
        yield numbers, _columns(block, width)


def _columns(block: list[list[str]], width: int) -> list[list[str]]:
    return [list(column) for column in zip(*block, strict=True)] if width else []


def _workbook(given: Given) -> _Sheet | None:
    import python_calamine

    if zipfile.is_zipfile(given.path):
        with zipfile.ZipFile(given.path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > _MOST_BYTES_UNPACKED:
            given.problems.add(
                given.problem(
                    Text("the workbook unpacks to more than 2 GB", "展開後2GBを超えるファイルです"),
                    Text("give a large table as Parquet", "大きな表はParquetで提出してください"),
                    code="too-large",
                )
            )
            return None
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(given.path))
    except python_calamine.CalamineError as fault:
        given.problems.add(
            given.problem(
                Text(
                    "the workbook cannot be opened ({fault})", "ブックを開けません（{fault}）"
                ).format(fault=fault),
                Text(
                    "save it again as .xlsx, without a password",
                    "パスワードなしの.xlsxで保存し直してください",
                ),
                code="workbook",
            )
        )
        return None
    name = _sheet_name(given.declared.name, book.sheet_names)
    if name is None:
        given.problems.add(
            given.problem(
                Text("the workbook has no sheet of this name", "この名前のシートがありません"),
                Text(
                    "name the sheet {table}; it has {sheets}",
                    "シート名を{table}にしてください（今は{sheets}）",
                ).format(table=given.declared.name, sheets=", ".join(book.sheet_names)),
                code="sheet",
            )
        )
        return None
    given.sheet = name
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    header = [written(cell) for cell in rows[0]] if rows else []
    while header and not header[-1]:
        header.pop()
    return _Sheet(header, _blocks(given, rows[1:], len(header), written), name)


def _sheet_name(table: str, names: Sequence[str]) -> str | None:
    for name in names:
        if name.strip().lower() == table.lower():
            return name
    return names[0] if len(names) == 1 else None


def _load(given: Given, sheet: _Sheet | None, engine: Engine) -> None:
    """Type the blocks of a sheet into one relation, collecting the problems of every cell."""
    if sheet is None:
        return
    places, factors, constants = _match(given, sheet.header)
    typed: list[pa.Table] = []
    for numbers, columns in sheet.blocks:
        arrays = []
        for column in given.declared.columns:
            at = places.get(column.name)
            if at is None:
                cells = [constants.get(column.name, "")] * len(numbers)
            else:
                cells = columns[at]
            array = _typed(given, column, pa.array(cells, pa.string()), numbers)
            if (factor := factors.get(column.name, 1.0)) != 1.0:
                array = pc.multiply(array, factor)
            arrays.append(_filled(column, array))
        arrays.append(pa.array(numbers, pa.int64()))
        typed.append(pa.Table.from_arrays(arrays, schema=_schema(given.declared)))
    table = pa.concat_tables(typed) if typed else _empty(given.declared)
    given.rows = table.num_rows
    given.relation = engine.table(table)
    if table.num_rows == 0 and not given.problems:
        _report_empty(given)


def _report_empty(given: Given) -> None:
    given.problems.add(
        given.problem(
            Text("the table has no rows", "データの行がありません"),
            Text("write one row per record under the header", "見出しの下に1件1行で書いてください"),
            row=2,
            code="empty",
        )
    )


def _filled(column: Column, array: pa.Array) -> pa.Array:
    return array if column.default is None else pc.fill_null(array, column.default)


def _match(
    given: Given, header: Sequence[str]
) -> tuple[dict[str, int], dict[str, float], dict[str, str]]:
    """Where each declared column stands, its factor to the declared unit, and constants.

    A constant is the unit that a header states for a column whose unit is otherwise given row
    by row.
    """
    declared = given.declared
    by_name = {column.name.lower(): column for column in declared.columns}
    places: dict[str, int] = {}
    factors: dict[str, float] = {}
    constants: dict[str, str] = {}
    strangers: dict[str, int] = {}
    for at, cell in enumerate(header):
        found = _HEADING.fullmatch(cell)
        name, unit = (found["name"], found["unit"]) if found else (cell, None)
        column = by_name.get(name.lower())
        if column is None:
            if cell:
                strangers[cell] = at
            continue
        if column.name in places:
            given.problems.add(
                given.problem(
                    Text("the column stands twice in the header", "見出しに同じ列が2つあります"),
                    Text("keep one of them", "一方だけにしてください"),
                    row=1,
                    column=column.name,
                    value=cell,
                    code="column-twice",
                )
            )
            continue
        places[column.name] = at
        if unit is not None and (unit := unit.strip()):
            _match_unit(given, column, unit, factors, constants)
    given.present = frozenset(places) | frozenset(constants)
    if given.sheet is not None:
        given.letters = {name: letter(at) for name, at in places.items()}
    _report_columns(given, strangers, header)
    for name in constants.keys() & places.keys():
        given.problems.add(
            given.problem(
                Text(
                    "the unit is stated in the header and row by row",
                    "単位が見出しと行の両方にあります",
                ),
                Text("state it in one place", "どちらか一方に書いてください"),
                row=1,
                column=name,
                value=constants[name],
                code="unit-twice",
            )
        )
    return places, factors, constants


def _match_unit(
    given: Given,
    column: Column,
    unit: str,
    factors: dict[str, float],
    constants: dict[str, str],
) -> None:
    if column.unit_column is not None:
        constants[column.unit_column] = unit
        return
    try:
        if column.unit is None:
            raise UnitError(
                Text("this column has no unit", "この列に単位はありません"),
                hint=Text("write {name} alone", "{name}とだけ書いてください").format(
                    name=column.name
                ),
            )
        factors[column.name] = units.conversion(unit, column.unit)
    except UnitError as fault:
        given.problems.add(
            given.problem(
                fault.message,
                fault.hint or Text("check the unit", "単位を確かめてください"),
                row=1,
                column=column.name,
                value=unit,
                code="unit",
            )
        )


def _report_columns(given: Given, strangers: Mapping[str, int], header: Sequence[str]) -> None:
    """Columns that are missing, and columns of the file that look like a slip of the pen."""
    absent = [c for c in given.declared.columns if c.name not in given.present]
    slips: dict[str, str] = {}
    for stranger in strangers:
        name = (_HEADING.fullmatch(stranger) or {"name": stranger})["name"].lower()
        close = difflib.get_close_matches(name, [c.name for c in absent], n=1, cutoff=0.75)
        if close:
            slips[close[0]] = stranger
    for column in absent:
        slip = slips.get(column.name)
        if slip is None and not column.required:
            continue
        given.problems.add(
            given.problem(
                Text("the column is missing", "列がありません"),
                Text(
                    "the header has {slip}; write {name}", "見出しの{slip}を{name}と直してください"
                ).format(slip=slip, name=column.name)
                if slip
                else Text(
                    "add a column {name}: {meaning}", "{name}列を加えてください：{meaning}"
                ).format(name=column.heading(), meaning=column.meaning),
                row=1,
                column=column.name,
                value=slip,
                code="column-missing",
            )
        )
    given.unused = tuple(stranger for stranger in strangers if stranger not in slips.values())


def _typed(given: Given, column: Column, cells: pa.Array, numbers: Sequence[int]) -> pa.Array:
    """Text cells as the column's type; empty is absent, what does not fit is a problem."""
    cells = pc.if_else(pc.equal(cells, ""), None, cells)
    if column.type is Type.TEXT:
        return cells
    if column.type is Type.BOOLEAN:
        lower = pc.utf8_lower(cells)
        yes, no = (pc.is_in(lower, pa.array(words)) for words in (_YES, _NO))
        fits = pc.or_(yes, no)
        values = pc.if_else(fits, yes, None)
    else:
        pattern = {Type.NUMBER: _NUMBER, Type.INTEGER: _WHOLE, Type.DATE: _DATE}[column.type]
        fits = pc.match_substring_regex(cells, pattern)
        values, fits = _cast(pc.if_else(fits, cells, None), fits, column.type)
    for at in pc.indices_nonzero(pc.invert(pc.fill_null(fits, True))).to_pylist():
        cell = cells[at].as_py()
        given.faulty.setdefault(column.name, []).append(numbers[at])
        given.problems.add(
            given.problem(
                Text("not a {type}", "{type}として読めません").format(type=column.type.label),
                _type_hint(column.type, cell),
                row=numbers[at],
                column=column.name,
                value=cell,
                code="type",
            )
        )
    return pc.if_else(pc.and_kleene(pc.is_valid(cells), fits), values, None)


def _cast(cells: pa.Array, fits: pa.Array, kind: Type) -> tuple[pa.Array, pa.Array]:
    if kind is Type.NUMBER:
        return pc.cast(cells, pa.float64()), fits
    if kind is Type.INTEGER:
        return pc.cast(pc.replace_substring_regex(cells, r"\.0*$", ""), pa.int64()), fits
    try:
        return pc.cast(cells, pa.date32()), fits
    except pa.ArrowInvalid:  # a day that no month has; find which
        days = [_day(cell) for cell in cells.to_pylist()]
        return pa.array(days, pa.date32()), pc.and_(fits, pc.is_valid(pa.array(days, pa.date32())))


def _day(cell: str | None) -> object:
    from datetime import date

    try:
        return None if cell is None else date.fromisoformat(cell)
    except ValueError:
        return None


def _type_hint(kind: Type, cell: str) -> Text:
    if kind is Type.BOOLEAN:
        return Text("write yes or no", "yesまたはnoと書いてください")
    if kind is Type.DATE:
        return Text("write it as 2025-09-04", "2025-09-04の形で書いてください")
    if kind is Type.INTEGER:
        return Text("write a whole number such as 2023", "2023のような整数を書いてください")
    plain = cell.replace(",", "")
    if re.match(_NUMBER, plain):
        return Text(
            "write {plain} without thousands separators, with a point for decimals",
            "桁区切りを除き{plain}と書いてください（小数点はピリオド）",
        ).format(plain=plain)
    return Text(
        "write a number such as 1234.5; leave the cell empty where there is none",
        "1234.5のような数値を書き、値がなければ空欄にしてください",
    )


# --- Parquet ------------------------------------------------------------------------------

_FITS = {
    Type.TEXT: lambda t: pa.types.is_string(t) or pa.types.is_large_string(t),
    Type.INTEGER: pa.types.is_integer,
    Type.NUMBER: lambda t: (
        pa.types.is_integer(t) or pa.types.is_floating(t) or pa.types.is_decimal(t)
    ),
    Type.BOOLEAN: pa.types.is_boolean,
    Type.DATE: lambda t: pa.types.is_date(t) or pa.types.is_timestamp(t),
}


_IBIS = {
    Type.TEXT: "string",
    Type.INTEGER: "int64",
    Type.NUMBER: "float64",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
}


def _open_parquet(given: Given, engine: Engine) -> None:
    import ibis
    import pyarrow.parquet as pq

    given.folder = given.path.is_dir()
    files = sorted(given.path.rglob("*.parquet")) if given.folder else [given.path]
    if not files:
        _report_empty(given)
        return
    try:
        schemas = {file: pq.read_schema(file) for file in files}
        given.rows = sum(pq.read_metadata(file).num_rows for file in files)
    except (pa.ArrowInvalid, OSError) as fault:
        given.problems.add(
            given.problem(
                Text(
                    "not a Parquet file ({fault})", "Parquetファイルとして読めません（{fault}）"
                ).format(fault=str(fault).split("\n")[0][:120]),
                Text("write the file again", "ファイルを書き出し直してください"),
                code="parquet",
            )
        )
        return
    header = schemas[files[0]].names
    places, factors, constants = _match(given, header)
    for file, schema in schemas.items():
        _compare_schema(given, file, schema, {name: header[at] for name, at in places.items()})
    if given.problems:
        return
    if given.rows == 0:
        _report_empty(given)
        return
    raw = engine.parquet(files)
    columns: dict[str, ir.Value] = {}
    for column in given.declared.columns:
        kind = _IBIS[column.type]
        if column.name in places:
            value = raw[header[places[column.name]]]
            # Whole numbers of any width serve as they are; Parquet then knows their extremes.
            if column.type is not Type.INTEGER or not value.type().is_integer():
                value = value.cast(kind)
            if (factor := factors.get(column.name, 1.0)) != 1.0:
                value = value * factor
            if column.default is not None:
                value = value.fill_null(column.default)
        else:
            value = ibis.literal(constants.get(column.name, column.default)).cast(kind)
        columns[column.name] = value
    place = {ROW: raw[ROW], FILE: raw[FILE]} if given.folder else {ROW: raw[ROW]}
    given.relation = raw.select(**columns, **place)


def _compare_schema(given: Given, file: Path, schema: pa.Schema, names: Mapping[str, str]) -> None:
    for column in given.declared.columns:
        if column.name not in names:
            continue
        try:
            kind = schema.field(names[column.name]).type
        except KeyError:
            kind = pa.null()
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if not _FITS[column.type](kind):
            given.problems.add(
                given.problem(
                    Text("the column holds {kind}", "列の型は{kind}です").format(kind=kind),
                    Text("a column of type {type}", "{type}の列にしてください").format(
                        type=column.type.label
                    ),
                    row=1,
                    column=column.name,
                    file=file.name,
                    code="type",
                )
            )
