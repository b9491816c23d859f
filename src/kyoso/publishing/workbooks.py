"""Workbooks: templates in which a person fills in a method's input, and tables as downloads.

A template is the declaration of a method made tangible: what the door would refuse later, the
sheet refuses or questions while it is typed. It is read as any workbook: sheets by the name of
their table, the other sheets are passed over.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from kyoso import reference
from kyoso.core.errors import UsageError
from kyoso.core.text import Language, Text
from kyoso.core.units import COMMON
from kyoso.methods.declaration import Method
from kyoso.publishing import palette
from kyoso.publishing.charts.lettering import width
from kyoso.tables.declaration import Column, Table, Type

READ_ME = Text("Read me", "はじめに")
LISTS = Text("Lists", "選択肢")

_CHECKED_ROWS = 100_000
"""Rows under the header that check what is typed into them."""
MOST_ROWS = 1_048_575
"""Rows of a sheet, less the header (ECMA-376; Excel's limit)."""
_BLANK_YEAR = datetime(1980, 1, 1)  # noqa: DTZ001 -- Excel's times have no zone
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
_NARROWEST, _WIDEST = 10, 48
_YES_NO = ("yes", "no")
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so could be taken for a formula by a program that opens it (OWASP, CSV
injection)."""


# --- templates ----------------------------------------------------------------------------


def template(
    method: Method,
    path: Path,
    language: Language,
    *,
    rows: Mapping[str, pa.Table] | None = None,
) -> None:
    """Write an input workbook for ``method`` to ``path``.

    One sheet for each input table, with drop-downs, checks, units and notes in ``language``;
    in front a sheet that explains it, at the end one with the lists of the drop-downs. ``rows``
    fills tables in beforehand, by their names.
    """
    with _book(path) as book:
        _set_properties(book, method.title[language])
        formats = _Formats.of(book)
        _read_me(book, method, language, formats)
        sheets = {table.name: book.add_worksheet(table.name) for table in method.inputs}
        lists = _Lists(book.add_worksheet(LISTS[language]), LISTS[language], formats)
        for table in method.inputs:
            sheet = sheets[table.name]
            _set_print(sheet, f"{method.title[language]} – {table.title[language]}", heads=True)
            _headings(sheet, table, language, formats)
            for at, column in enumerate(table.columns):
                options = _validation(column, table, method, lists, language)
                letters = xl_col_to_name(at)
                sheet.data_validation(f"{letters}2:{letters}{_CHECKED_ROWS + 1}", options)
            given = (rows or {}).get(table.name)
            if given is not None:
                _fill(sheet, table.columns, given, formats)
        lists.close()


@dataclass(frozen=True, slots=True)
class _Formats:
    """The looks of cells in one workbook."""

    title: Any
    strong: Any
    soft: Any
    wrapped: Any
    head: Any
    required: Any
    optional: Any
    text: Any
    day: Any
    quoted: Any

    @classmethod
    def of(cls, book: Any) -> _Formats:
        head = {"valign": "vcenter", "bottom_color": palette.INK, "font_color": palette.INK}
        wrapped = {"text_wrap": True, "valign": "top"}
        return cls(
            title=book.add_format({"bold": True, "font_size": 17, "font_color": palette.INK}),
            strong=book.add_format({"bold": True, **wrapped}),
            soft=book.add_format({"font_color": palette.SOFT, **wrapped}),
            wrapped=book.add_format(wrapped),
            head=book.add_format({"bold": True, "bottom": 1, **head, **wrapped}),
            # A required column is told by weight and rule, not by colour.
            required=book.add_format({"bold": True, "bottom": 2, "num_format": "@", **head}),
            optional=book.add_format(
                {"bottom": 4, "num_format": "@", **head, "font_color": palette.SOFT}
            ),
            text=book.add_format({"num_format": "@"}),
            day=book.add_format({"num_format": "yyyy-mm-dd"}),
            quoted=book.add_format({"num_format": "@", "quote_prefix": True}),
        )


@dataclass(slots=True)
class _Lists:
    """The sheet behind the drop-downs, one column for each list that differs."""

    sheet: Any
    name: str
    formats: _Formats
    places: dict[tuple[str, ...], str] = field(default_factory=dict)

    def range_of(self, heading: str, values: Sequence[str]) -> str:
        """Where ``values`` stand, as a formula; written on the first call."""
        key = tuple(values)
        if key not in self.places:
            at = len(self.places)
            self.sheet.write_string(0, at, heading, self.formats.head)
            for row, value in enumerate(key, start=1):
                self.sheet.write_string(row, at, value, self.formats.text)
            self.sheet.set_column(at, at, _room(*key[:200], heading))
            letters = xl_col_to_name(at)
            self.places[key] = f"='{self.name}'!${letters}$2:${letters}${len(key) + 1}"
        return self.places[key]

    def close(self) -> None:
        self.sheet.freeze_panes(1, 0)
        _set_print(self.sheet, self.name, heads=True)


def _headings(sheet: Any, table: Table, language: Language, formats: _Formats) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 22)
    for at, column in enumerate(table.columns):
        cell_format = {Type.TEXT: formats.text, Type.DATE: formats.day}.get(column.type)
        sheet.set_column(at, at, _room(column.heading(), *column.allowed[:20]) + 2, cell_format)
        look = formats.required if column.required else formats.optional
        sheet.write_string(0, at, column.heading(), look)
        comment = "\n".join(_explained(column, language))
        lines = sum(1 + len(line) // 40 for line in comment.split("\n"))
        sheet.write_comment(
            0, at, comment, {"author": "Kyoso", "width": 300, "height": 18 * lines + 16}
        )


def _explained(column: Column, language: Language) -> Iterator[str]:
    """What a person must know to fill in a column, a line for each thing."""
    yield column.meaning[language]
    need = (
        Text("required", "必須")
        if column.required
        else Text("may be left empty", "空欄でもよい")
        if column.default is None
        else Text("if empty: {default}", "空欄の場合：{default}").format(
            default=_as_written(column.default)
        )
    )
    parts = (column.type.label[language], column.bounds(), need[language])
    yield (", " if language == "en" else "、").join(part for part in parts if part)
    if column.unit:
        yield Text(
            "unit {unit}; another of the same kind may stand in the brackets of the header",
            "単位は{unit}。見出しの角括弧の中を同種の別の単位に替えてもよい",
        ).format(unit=column.unit)[language]
    if column.unit_column:
        yield Text("its unit stands in {column}", "単位は{column}列に記入").format(
            column=column.unit_column
        )[language]
    if column.pattern_hint:
        yield column.pattern_hint[language]


def _as_written(value: object) -> str:
    if isinstance(value, bool):
        return _YES_NO[0] if value else _YES_NO[1]
    return str(value)


def _validation(
    column: Column, table: Table, method: Method, lists: _Lists, language: Language
) -> dict[str, Any]:
    """What the sheet checks in a column, and the message that it shows while one types.

    It stops what can only be wrong. Where another table or unit could make it right, it asks.
    """
    message = " / ".join(_explained(column, language))
    shown = {
        "input_title": column.heading()[:_LONGEST_TITLE],
        "input_message": _cut(message, _LONGEST_MESSAGE),
        "ignore_blank": True,
    }
    refused = {
        "error_title": column.name[:_LONGEST_TITLE],
        "error_message": _cut(_right(column, language), _LONGEST_MESSAGE),
    }
    values, closed = _choices(column, table, method)
    if values:
        source = lists.range_of(column.name, values)
        return {
            "validate": "list",
            "source": source,
            "error_type": "stop" if closed else "warning",
            **shown,
            **refused,
        }
    if column.refers_to:
        name, other = column.refers_to
        letters = xl_col_to_name(method.input(name).names.index(other))
        source = f"='{name}'!${letters}$2:${letters}${_CHECKED_ROWS + 1}"
        return {"validate": "list", "source": source, "error_type": "warning", **shown, **refused}
    if column.type in (Type.NUMBER, Type.INTEGER):
        return {
            **_bounds(column, xl_col_to_name(table.names.index(column.name))),
            **shown,
            **refused,
        }
    if column.type is Type.DATE:
        day = {"validate": "date", "criteria": ">=", "value": date(1900, 1, 1)}
        return {**day, **shown, **refused}
    return {"validate": "any", **shown}


def _right(column: Column, language: Language) -> str:
    """What would be right, for the message of refusal."""
    if column.allowed or column.refers_to:
        return Text("Choose from the list: {meaning}", "一覧から選んでください：{meaning}").format(
            meaning=column.meaning
        )[language]
    bounds = f" {column.bounds()}" if column.bounds() else ""
    return f"{column.type.label[language]}{bounds}: {column.meaning[language]}"


def _choices(column: Column, table: Table, method: Method) -> tuple[tuple[str, ...], bool]:
    """The values of a drop-down, and whether no other value can be right."""
    if column.allowed:
        return column.allowed, True
    if column.type is Type.BOOLEAN:
        return _YES_NO, True
    if column.refers_to:
        name, other = column.refers_to
        shipped = method.input(name).shipped
        if shipped is None:
            return (), False
        values = (row[other] for row in reference.load(shipped).rows)
        return tuple(dict.fromkeys(value for value in values if value)), False
    if any(column.name == one.unit_column for one in table.columns):
        return COMMON, False
    return (), False


def _bounds(column: Column, letters: str) -> dict[str, Any]:
    kind = "integer" if column.type is Type.INTEGER else "decimal"
    low, high, above = column.minimum, column.maximum, column.above
    # In another unit of the header other bounds hold; zero is zero in all of them.
    in_any_unit = column.unit is None and column.unit_column is None
    fixed = in_any_unit or all(bound in (None, 0) for bound in (low, high, above))
    strict = {"error_type": "stop" if fixed else "warning"}
    if above is not None and high is not None:
        cell = f"{letters}2"
        formula = f"=AND(ISNUMBER({cell}),{cell}>{above:g},{cell}<={high:g})"
        return {"validate": "custom", "value": formula, **strict}
    if above is not None:
        return {"validate": kind, "criteria": ">", "value": above, **strict}
    if low is not None and high is not None:
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high, **strict}
    if high is not None:
        return {"validate": kind, "criteria": "<=", "value": high, **strict}
    least = -1e15 if low is None else low
    return {"validate": kind, "criteria": ">=", "value": least, **strict}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


# --- the sheet that explains --------------------------------------------------------------

_HOW = (
    Text(
        "Each table has its own sheet. Keep the names of the sheets. One row for one record.",
        "表ごとに1枚のシートがあります。シート名は変えず、1件を1行に記入してください。",
    ),
    Text(
        "Columns with a bold heading are required; the others may be left empty or removed.",
        "太字の見出しの列は必須です。その他の列は空欄でも、列ごと削除しても構いません。",
    ),
    Text(
        "Leave empty what was not reported. Do not write 0 for it.",
        "報告のない値は空欄とし、0を記入しないでください。",
    ),
    Text(
        "A unit in the brackets of a heading may be replaced by another of the same kind: [t] by [kt].",
        "見出しの角括弧の単位は、[t]を[kt]とするなど、同種の別の単位に替えられます。",
    ),
    Text(
        "Point at a heading to read what belongs in the column.",
        "見出しにカーソルを合わせると、記入する内容が表示されます。",
    ),
    Text(
        "Codes such as 0306 keep their zero only in cells formatted as text, as these are.",
        "0306のようなコードの先頭のゼロを保つため、文字列の書式を変えないでください。",
    ),
)
_HEADS = (
    Text("table", "表"),
    Text("column", "列"),
    Text("type", "型"),
    Text("required", "必須"),
    Text("bounds", "範囲"),
    Text("if empty", "空欄の場合"),
)
_COLUMN_WIDTHS = (16, 26, 14, 10, 14, 12, 48, 48)


def _read_me(book: Any, method: Method, language: Language, formats: _Formats) -> None:
    sheet = book.add_worksheet(READ_ME[language])
    _set_print(sheet, method.title[language], heads=False)
    sheet.hide_gridlines(2)
    for at, wide in enumerate(_COLUMN_WIDTHS):
        sheet.set_column(at, at, wide)
    last = len(_COLUMN_WIDTHS) - 1
    other: Language = "en" if language == "ja" else "ja"
    sheet.write_string(0, 0, method.title[language], formats.title)
    sheet.write_string(1, 0, method.title[other], formats.soft)
    _block(sheet, 2, last, method.summary[language], formats.wrapped)
    sheet.write_string(3, 0, f"{method.id} {method.version}", formats.soft)
    sheet.write_string(5, 0, Text("How to fill it in", "記入のしかた")[language], formats.strong)
    row = 6
    for number, step in enumerate(_HOW, start=1):
        _block(sheet, row, last, f"{number}. {step[language]}", formats.wrapped)
        row += 1
    options = " ".join(f"-i {t.name}=FILE.xlsx" for t in method.inputs if not _may_be_absent(t))
    _block(sheet, row, last, f"{len(_HOW) + 1}. kyoso check {method.id} {options}", formats.wrapped)
    row += 2
    for table in method.inputs:
        if _may_be_absent(table):
            note = _absent(table).format(table=table.name)[language]
            _block(sheet, row, last, note, formats.wrapped)
            row += 1
    row += 1
    heads = [*(head[language] for head in _HEADS), "meaning", "意味"]
    for at, head in enumerate(heads):
        sheet.write_string(row, at, head, formats.head)
    for table in method.inputs:
        for column in table.columns:
            row += 1
            for at, text in enumerate(_described(table, column, language)):
                look = formats.strong if at == 1 and column.required else formats.wrapped
                sheet.write_string(row, at, text, look)


def _block(sheet: Any, row: int, last: int, text: str, look: Any) -> None:
    """A line over the whole width, as high as it needs."""
    sheet.merge_range(row, 0, row, last, text, look)
    characters = 0.9 * sum(_COLUMN_WIDTHS)
    sheet.set_row(row, 15 * math.ceil(width(text, 1) / 0.57 / characters))


def _may_be_absent(table: Table) -> bool:
    return table.optional or table.shipped is not None


def _absent(table: Table) -> Text:
    if table.shipped is None:
        return Text("{table} may be left out.", "{table}は省略できます。")
    return Text(
        "{table}: the shipped data are used unless you name this sheet with -i {table}=FILE.xlsx.",
        "{table}：-i {table}=FILE.xlsxと指定しない限り、同梱のデータを使用します。",
    )


def _described(table: Table, column: Column, language: Language) -> Iterator[str]:
    yield table.name
    yield column.heading()
    yield column.type.label[language]
    yield (Text("yes", "はい") if column.required else Text("no", "いいえ"))[language]
    yield column.bounds()
    yield "" if column.default is None else _as_written(column.default)
    yield column.meaning.en
    yield column.meaning.ja


# --- tables as downloads ------------------------------------------------------------------


def write_tables(
    tables: Mapping[str, pa.Table], path: Path, *, declared: Mapping[str, Table] | None = None
) -> None:
    """Write tables as a workbook, a sheet for each; the whole file, or nothing.

    Headings carry the unit where ``declared`` holds the table's declaration. What is absent is
    an empty cell; a text that could be taken for a formula stays text. Raises
    :class:`UsageError` for a table that has more rows than a sheet.
    """
    for name, table in tables.items():
        if table.num_rows > MOST_ROWS:
            raise UsageError(
                Text("too many rows for a workbook", "行数がブックの上限を超えています"),
                where=f"{name}: {table.num_rows:,}",
                hint=Text("take it as CSV or Parquet", "CSVまたはParquetで取得してください"),
            )
    with _book(path, constant_memory=True) as book:
        _set_properties(book, ", ".join(tables))
        formats = _Formats.of(book)
        for name, table in tables.items():
            columns = _columns(table, (declared or {}).get(name))
            sheet = book.add_worksheet(name)
            _set_print(sheet, name, heads=True)
            sheet.freeze_panes(1, 0)
            for at, column in enumerate(columns):
                sheet.set_column(at, at, _room(column.heading()) + 2)
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column.heading(), formats.head)
            _fill(sheet, columns, table, formats)


def _columns(table: pa.Table, declared: Table | None) -> tuple[Column, ...]:
    if declared is not None:
        return declared.columns
    nameless = Text("–", "–")
    return tuple(Column(name=name, type=Type.TEXT, meaning=nameless) for name in table.column_names)


def _fill(sheet: Any, columns: Sequence[Column], table: pa.Table, formats: _Formats) -> None:
    names = [column.name for column in columns if column.name in table.column_names]
    places = {column.name: at for at, column in enumerate(columns)}
    row = 0
    for batch in table.select(names).to_batches():
        for record in batch.to_pylist():
            row += 1
            for name, value in record.items():
                _write(sheet, row, places[name], value, formats)


def _write(sheet: Any, row: int, column: int, value: object, formats: _Formats) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, _as_written(value), formats.text)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats.day)
    else:
        text = str(value)
        look = formats.quoted if text.startswith(_ACTIVE) else formats.text
        sheet.write_string(row, column, text, look)


# --- every workbook -----------------------------------------------------------------------


@contextmanager
def _book(path: Path, *, constant_memory: bool = False) -> Iterator[Any]:
    """A workbook that appears at ``path`` when it is finished, and not at all if it fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kyoso-", dir=path.parent) as workshop:
        made = Path(workshop) / "made.xlsx"
        options = {
            "constant_memory": constant_memory,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        with xlsxwriter.Workbook(str(made), options) as book:
            yield book
        os.replace(made, path)  # noqa: PTH105 -- one system call, whole or not at all


def _set_properties(book: Any, title: str) -> None:
    # Without a time of its own the same workbook is the same bytes on any day.
    book.set_properties({"title": title, "author": "Kyoso", "created": _BLANK_YEAR})


def _set_print(sheet: Any, title: str, *, heads: bool) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
    sheet.set_header(f"&L{title.replace('&', '&&')}")
    sheet.set_footer("&LKyoso&R&P / &N")
    if heads:
        sheet.repeat_rows(0)


def _room(*texts: str) -> float:
    """A column's width, in characters, for the longest of some texts."""
    longest = max((width(text, 1) / 0.57 for text in texts), default=0.0)
    return min(max(longest + 1, _NARROWEST), _WIDEST)
