"""How days and periods read in the two languages."""

from __future__ import annotations

import re
from datetime import date

from kyoso.core.text import Text, same

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])"
    r"|(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d{2}))?))?",
    re.ASCII,
)
_HALVES = {"1": Text("first half", "上半期"), "2": Text("second half", "下半期")}


def day(value: date) -> Text:
    """A day as text.

    >>> day(date(2025, 9, 4))
    Text(en='4 September 2025', ja='2025年9月4日')
    """
    return Text(
        f"{value.day} {_MONTHS[value.month - 1]} {value.year}",
        f"{value.year}年{value.month}月{value.day}日",
    )


def period(written: str) -> Text:
    """A year, half, quarter, month, day or span as text; anything else as it is written.

    >>> period("2025-09"), period("2021/2025")
    (Text(en='September 2025', ja='2025年9月'), Text(en='2021–2025', ja='2021年～2025年'))
    >>> period("2025-Q2"), period("2025-H1")
    (Text(en='Q2 2025', ja='2025年第2四半期'), Text(en='first half of 2025', ja='2025年上半期'))
    """
    first, slash, last = written.partition("/")
    if slash:
        return Text("{first}–{last}", "{first}～{last}").format(
            first=period(first) if first else "", last=period(last) if last else ""
        )
    found = _FORM.fullmatch(written)
    if found is None:
        return same(written)
    return day(date.fromisoformat(written)) if found["day"] else _part_of_a_year(found)


def _part_of_a_year(found: re.Match[str]) -> Text:
    year, quarter = found["year"], found["quarter"]
    if found["month"]:
        month = int(found["month"])
        return Text(f"{_MONTHS[month - 1]} {year}", f"{year}年{month}月")
    if quarter:
        return Text(f"Q{quarter} {year}", f"{year}年第{quarter}四半期")
    if found["half"]:
        return Text("{half} of {year}", "{year}年{half}").format(
            half=_HALVES[found["half"]], year=year
        )
    return Text(year, f"{year}年")
