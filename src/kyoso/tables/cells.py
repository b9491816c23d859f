"""Text cells as typed values. What does not fit is named at its cell, nothing is guessed."""

from __future__ import annotations

import re
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from kyoso.core.errors import LISTED
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Type
from kyoso.tables.given import ARROW, Given

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_WHOLE = r"^[+-]?\d{1,18}(\.0*)?$"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_YES = ("yes", "true", "1", "はい")
_NO = ("no", "false", "0", "いいえ")
_FORMULA_ERROR = r"^#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|GETTING_DATA)$"


def typed(given: Given, column: Column, cells: pa.StringArray, numbers: pa.Int64Array) -> pa.Array:
    """``cells`` of ``column`` as its type; ``numbers`` are the rows they stand in.

    An empty cell is absent. A cell that does not fit is absent as well, and a problem.
    """
    cells = pc.if_else(pc.equal(cells, ""), None, cells)
    broken = pc.match_substring_regex(cells, _FORMULA_ERROR)
    if pc.any(broken).as_py():
        _tell(given, column, cells, numbers, broken)
        cells = pc.if_else(broken, None, cells)
    if column.type is Type.TEXT:
        return cells
    values, fits = _converted(cells, column.type)
    if not pc.all(fits).as_py():
        _tell(given, column, cells, numbers, pc.invert(fits))
    return values


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
    return values, pc.or_(pc.is_null(cells), pc.is_valid(values))


def _day(cell: str | None) -> date | None:
    try:
        return None if cell is None else date.fromisoformat(cell)
    except ValueError:  # a day that no month has
        return None


def _tell(
    given: Given,
    column: Column,
    cells: pa.StringArray,
    numbers: pa.Int64Array,
    unfit: pa.BooleanArray,
) -> None:
    positions = pc.indices_nonzero(pc.fill_null(unfit, False))
    rows = numbers.take(positions).to_pylist()
    given.faulty.setdefault(column.name, []).extend(rows)
    problems = []
    for at, row in zip(positions.to_pylist()[:LISTED], rows, strict=False):
        cell = cells[at].as_py()
        message, hint = _said(column.type, cell)
        problems.append(
            given.problem(message, hint, row=row, column=column.name, value=cell, code="type")
        )
    given.problems.extend(problems, len(rows))


def _said(kind: Type, cell: str) -> tuple[Text, Text]:
    if re.match(_FORMULA_ERROR, cell):
        return (
            Text("the formula in this cell has no value", "この数式の結果がエラーです"),
            Text("mend the formula, or write its value", "数式を直すか、値を書いてください"),
        )
    return Text("not a {type}", "{type}として読めません").format(type=kind.label), _hint(kind, cell)


def _hint(kind: Type, cell: str) -> Text:
    if kind is Type.BOOLEAN:
        return Text("write yes or no", "yesまたはnoと書いてください")
    if kind is Type.DATE:
        return Text("write it as 2025-09-04", "2025-09-04の形で書いてください")
    if kind is Type.INTEGER:
        return Text("write a whole number such as 2023", "2023のような整数を書いてください")
    readings = _readings(cell)
    if readings:
        return Text(
            "write {plain} with a point for decimals and no other separators",
            "小数点をピリオドとし、桁区切りを除いて{plain}と書いてください",
        ).format(plain=" / ".join(readings))
    return Text(
        "write a number such as 1234.5; leave the cell empty where there is none",
        "1234.5のような数値を書き、値がなければ空欄にしてください",
    )


def _readings(cell: str) -> list[str]:
    """What a number with commas can mean: they group thousands, or one of them is the point."""
    readings = []
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", cell):
        readings.append(cell.replace(",", ""))
    if re.fullmatch(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+", cell):
        readings.append(cell.replace(".", "").replace(",", "."))
    return readings
