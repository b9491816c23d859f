"""How values read on a page: numbers, dates, places and codes, and the words for what is not there.

Missing is never zero (law 1), neither as a word nor by rounding: what is absent is called so,
and what is too small for the digits shown is called smaller than them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from kyoso import reference
from kyoso.core import days
from kyoso.core.text import Language, Text
from kyoso.tables.declaration import Column, Table, Type

if TYPE_CHECKING:
    from kyoso.methods.declaration import Method

NOT_REPORTED = Text("not reported", "未報告")
SAMPLE = Text("sample data", "見本データ")
UNVERIFIED = reference.VERIFICATION["unverified"]

_DIGITS = 4


def decimals(values: Iterable[float | None]) -> int:
    """As many decimals as give the largest of ``values`` four significant digits.

    >>> decimals([154.58, 17.0, None])
    1
    """
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    if largest == 0:
        return 0
    return max(0, _DIGITS - 1 - math.floor(math.log10(largest)))


def number(value: float, places: int) -> str:
    """``value`` with ``places`` decimals and separated thousands; never a false zero.

    >>> number(154580, 0), number(-0.5, 1), number(0.002, 1), number(0.0, 1)
    ('154,580', '−0.5', '< 0.1', '0.0')
    """
    written = f"{abs(value):,.{places}f}"
    if value and not written.strip("0.,"):
        least = f"{10.0**-places:.{places}f}"
        return f"< {least}" if value > 0 else f"> −{least}"
    return f"−{written}" if value < 0 else written


def plain(written: str) -> str:
    """A number from a reference file with separated thousands, its decimals as written.

    >>> plain("2400000"), plain("19.4")
    ('2,400,000', '19.4')
    """
    whole, point, fraction = written.partition(".")
    return f"{int(whole):,}{point}{fraction}"


def day(value: date, language: Language) -> str:
    """``4 September 2025``, ``2025年9月4日``."""
    return days.day(value)[language]


def period(written: str, language: Language) -> str:
    """A period of a reference file as read: ``2025-09`` is ``September 2025``."""
    return days.period(written)[language]


def title_of(method: Method, column: str, code: str) -> Text | None:
    """What a code of an output column stands for, where a reference file of the method says so.

    A country is named by the list of places; any other code by the file that the column
    declares, else by the file among the method's reference data whose first column has the name
    of the column and that holds titles.
    """
    if column == "country":
        place = reference.country(code)
        return place.name if place else None
    declared = {
        one.named_by: None
        for table in (*method.outputs, *method.inputs)
        for one in table.columns
        if one.name == column and one.named_by
    }
    return _titles(tuple(declared) or method.reference, column).get(code)


@cache
def _titles(files: tuple[str, ...], column: str) -> dict[str, Text]:
    for name in files:
        table = reference.load(name)
        if table.columns[0] == column and "title_en" in table.columns:
            return {
                row[column]: title
                for row in table.rows
                if (title := table.texts(row, "title")) is not None
            }
    return {}


def label(method: Method, column: Column, code: str, language: Language) -> str:
    """A code in words, or with its title, where it has them: ``0108 Fridges``."""
    return _titled(method, column.name, column.said(code), language)


def told(
    method: Method, table: Table, row: Mapping[str, object], name: str, language: Language
) -> str | None:
    """What a row tells in a text column, as :func:`label` says it; ``None`` where nothing."""
    text = table.told(row, name)
    return None if text is None else _titled(method, name, text, language)


def _titled(method: Method, column: str, said: Text, language: Language) -> str:
    title = title_of(method, column, said.en)
    return f"{said.en} {title[language]}" if title else said[language]


def cell(value: object, column: Column, places: int, language: Language) -> str | None:
    """A value of a table as read, ``None`` where it is absent."""
    if value is None:
        return None
    if isinstance(value, bool):
        return Text("yes", "はい")[language] if value else Text("no", "いいえ")[language]
    if column.type is Type.NUMBER and isinstance(value, int | float):
        return number(value, places)
    if isinstance(value, date):
        return day(value, language)
    return str(value)


def unit(written: str) -> str:
    """A unit as printed: the indices of gases and powers stand low and high.

    >>> unit("t CO2"), unit("m3")
    ('t CO₂', 'm³')
    """
    low = written.replace("CO2", "CO₂").replace("CH4", "CH₄").replace("N2O", "N₂O")
    return re.sub(r"\b([kcdm]?m)([23])\b", lambda m: m[1] + "⁰¹²³"[int(m[2])], low)
