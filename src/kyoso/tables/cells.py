"""Text cells as typed values. What does not fit is named at its cell, nothing is guessed.

Digits of every script and full-width signs are the digits and signs they look like. A comma is
never read, for it groups thousands in one country and begins decimals in the next; the message
says how to write what it can mean.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from kyoso.core.errors import LISTED
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Type
from kyoso.tables.given import ARROW, MERGED, UNCALCULATED, Given

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_WHOLE = r"^[+-]?\d{1,18}(\.0*)?$"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_YES = ("yes", "true", "1", "はい")
_NO = ("no", "false", "0", "いいえ")
_NO_VALUE = r"^(#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|GETTING_DATA)|Err:\d+|[ƒ⊞] .*)$"
"""What stands in a cell without a value of its own: a formula's fault, or a mark of workbooks."""
_GROUPED = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
"""1.234 is a thousand and more where points group thousands."""

_SIGNS = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {ord("−"): ord("-")}
"""Full-width signs (U+FF01 to U+FF5E) and the minus of typography."""


def typed(
    given: Given,
    column: Column,
    cells: pa.StringArray,
    numbers: pa.Int64Array,
    *,
    points_may_group: bool = False,
) -> pa.Array:
    """``cells`` of ``column`` as its type; ``numbers`` are the rows they stand in.

    An empty cell is absent. A cell that does not fit is absent as well, and a problem. With
    ``points_may_group`` a column in which every point could also group thousands does not fit.
    """
    cells = pc.if_else(pc.equal(cells, ""), None, cells)
    failed = pc.match_substring_regex(cells, _NO_VALUE)
    _tell(given, column, cells, numbers, failed, said=_no_value)
    cells = pc.if_else(pc.fill_null(failed, False), None, cells)
    if column.type is Type.TEXT:
        return cells
    plain = _plain(cells)
    if _unit(given, column) == "%":
        plain = pc.replace_substring_regex(plain, r"\s*%$", "")
    values, fits = _converted(plain, column.type)
    _tell(given, column, cells, numbers, pc.invert(fits), said=_not_of_type)
    if points_may_group and column.type in (Type.NUMBER, Type.INTEGER):
        doubtful = _doubtful(plain)
        _tell(given, column, cells, numbers, doubtful, said=_two_meanings)
        values = pc.if_else(doubtful, None, values)
    return values


def _unit(given: Given, column: Column) -> str | None:
    """The unit in which the file gives a column."""
    return given.units[column.name][0] if column.name in given.units else column.unit


def _plain(cells: pa.StringArray) -> pa.StringArray:
    if pc.all(pc.string_is_ascii(cells), min_count=0).as_py():
        return cells
    return pa.array([None if one is None else _ascii(one) for one in cells.to_pylist()])


def _ascii(cell: str) -> str:
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
        for sign in cell.translate(_SIGNS)
    )


def _converted(cells: pa.StringArray, kind: Type) -> tuple[pa.Array, pa.BooleanArray]:
    """The values, absent where a cell is empty or unfit; and whether each cell fits."""
    if kind is Type.BOOLEAN:
        lower = pc.utf8_lower(cells)
        yes, no = (pc.is_in(lower, pa.array(words)) for words in (_YES, _NO))
        fits = pc.or_(pc.or_(yes, no), pc.is_null(cells))
        return pc.if_else(pc.or_(yes, no), yes, None), fits
    pattern = {Type.NUMBER: _NUMBER, Type.INTEGER: _WHOLE, Type.DATE: _DATE}[kind]
    formed = pc.fill_null(pc.match_substring_regex(cells, pattern), False)
    sound = pc.if_else(formed, cells, None)
    if kind is Type.DATE:
        values = pa.array([_day(cell) for cell in sound.to_pylist()], ARROW[kind])
    else:
        plain = pc.replace_substring_regex(sound, r"\.0*$", "") if kind is Type.INTEGER else sound
        values = pc.cast(pc.utf8_ltrim(plain, "+"), ARROW[kind])
    if kind is Type.NUMBER:  # 1e999 is written well and is no number
        values = pc.if_else(pc.is_finite(values), values, None)
    return values, pc.or_(pc.is_null(cells), pc.is_valid(values))


def _day(cell: str | None) -> date | None:
    try:
        return None if cell is None else date.fromisoformat(cell)
    except ValueError:  # a day that no month has
        return None


def _doubtful(cells: pa.StringArray) -> pa.BooleanArray:
    """Which cells have a point that may group thousands; none where another point cannot."""
    grouped = pc.fill_null(pc.match_substring_regex(cells, _GROUPED), False)
    decimal = pc.and_not(pc.match_substring(cells, "."), grouped)
    return pc.and_(grouped, not pc.any(decimal).as_py())


# --- what is said of a cell ---------------------------------------------------------------

_SEPARATORS = Text(
    "write {plain} with a point for decimals and no other separators",
    "小数点をピリオドとし、桁区切りを除いて{plain}と書いてください",
)
_UNIT_APART = Text(
    "write {plain} alone, without a unit", "単位を付けず、{plain}とだけ書いてください"
)
_Said = Callable[[Column, str], tuple[Text, Text]]


def _tell(
    given: Given,
    column: Column,
    cells: pa.StringArray,
    numbers: pa.Int64Array,
    unfit: pa.BooleanArray,
    *,
    said: _Said,
) -> None:
    positions = pc.indices_nonzero(pc.fill_null(unfit, False))
    rows = numbers.take(positions).to_pylist()
    if not rows:
        return
    given.faulty.setdefault(column.name, []).extend(rows)
    problems = []
    for at, row in zip(positions.to_pylist()[:LISTED], rows, strict=False):
        cell = cells[at].as_py()
        message, hint = said(column, cell)
        problems.append(
            given.problem(message, hint, row=row, column=column.name, value=cell, code="type")
        )
    given.problems.extend(problems, len(rows))


def _no_value(_column: Column, cell: str) -> tuple[Text, Text]:
    if cell.startswith(MERGED):
        return (
            Text("this cell is merged with others", "他のセルと結合されています"),
            Text(
                "undo the merge, and write the value in each",
                "結合を解き、各セルに値を書いてください",
            ),
        )
    if cell.startswith(UNCALCULATED):
        return (
            Text("this formula has not been calculated", "この数式は計算されていません"),
            Text(
                "open the workbook in a spreadsheet program and save it",
                "表計算ソフトで開き、保存し直してください",
            ),
        )
    return (
        Text("the formula in this cell has no value", "この数式の結果がエラーです"),
        Text("mend the formula, or write its value", "数式を直すか、値を書いてください"),
    )


def _two_meanings(_column: Column, cell: str) -> tuple[Text, Text]:
    plain = _ascii(cell)
    whole = plain.replace(".", "")
    return (
        Text("this can mean {whole} or {plain}", "{whole}とも{plain}とも読めます").format(
            whole=whole, plain=plain
        ),
        Text(
            "write {whole} or {plain}0, or save the file as .xlsx",
            "{whole}または{plain}0と書くか、.xlsxで保存してください",
        ).format(whole=whole, plain=plain),
    )


def _not_of_type(column: Column, cell: str) -> tuple[Text, Text]:
    message = Text("not a {type}", "{type}として読めません").format(type=column.type.label)
    plain = _ascii(cell)
    if column.type is Type.BOOLEAN:
        return message, Text("write yes or no", "yesまたはnoと書いてください")
    if column.type is Type.DATE:
        return message, Text(
            "write year, month and day as {day}", "年月日を{day}の形で書いてください"
        ).format(day=_year_first(plain) or "2025-09-04")
    readings = [one for one in _readings(plain) if column.type is Type.NUMBER or "." not in one]
    if readings:
        hint = _SEPARATORS if re.fullmatch(r"[\d\s.,'’_+-]+", plain) else _UNIT_APART
        return message, hint.format(plain=" / ".join(readings))
    if column.type is Type.INTEGER:
        return message, Text(
            "write a whole number such as 2023", "2023のような整数を書いてください"
        )
    return message, Text(
        "write a number such as 1234.5; leave the cell empty where there is none",
        "1234.5のような数値を書き、値がなければ空欄にしてください",
    )


def _year_first(cell: str) -> str | None:
    """The day of a date that begins with its year; of others the order is not known."""
    found = re.match(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)", cell)
    if not found:
        return None
    day = "{}-{:0>2}-{:0>2}".format(*found.groups())
    return day if _day(day) else None


def _readings(cell: str) -> list[str]:
    """How to write what a cell with separators, spaces or a unit can mean as a number."""
    bare = re.sub(r"\s*[°A-Za-z\u3040-\u9fff]\D*$", "", cell)  # 12 t, 95%, 2023年
    joined = re.sub(r"(?<=\d)[\s'’_](?=\d{3}(?!\d))", "", bare)  # 1 234 567
    readings = [joined] if joined != cell and re.match(_NUMBER, joined) else []
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", joined):
        readings.append(joined.replace(",", ""))
    if re.fullmatch(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+", joined):
        readings.append(joined.replace(".", "").replace(",", "."))
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}", joined):
        readings.append(joined.replace(".", ""))
    return readings
