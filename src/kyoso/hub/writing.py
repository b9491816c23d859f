"""How numbers, days and periods are written in the two languages."""

from __future__ import annotations

from datetime import date

from kyoso.core.text import Text, same


def number(value: float) -> str:
    """Thousands separated, and no more digits than the number has (12 at most).

    >>> number(154580.25), number(1e-7), number(-3.0)
    ('154,580.25', '1e-07', '-3')
    """
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    digits = f"{value:.12g}"
    if "e" in digits or "n" in digits:
        return digits
    whole, _, fraction = digits.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}.{fraction}" if fraction else f"{int(whole):,}"


def short(value: float) -> str:
    """Four significant digits at least, where the full number stands elsewhere.

    >>> short(154580.25), short(0.123456)
    ('154,580', '0.1235')
    """
    return number(float(round(value))) if abs(value) >= 1000 else number(float(f"{value:.4g}"))


def day(value: date) -> Text:
    """A day as text.

    >>> day(date(2025, 9, 4))
    Text(en='4 September 2025', ja='2025年9月4日')
    """
    return Text(
        f"{value.day} {value:%B} {value.year}", f"{value.year}年{value.month}月{value.day}日"
    )


def period(written: str) -> Text:
    """A year, month or span of the reference data as text.

    >>> period("2025-09"), period("2021/2025")
    (Text(en='September 2025', ja='2025年9月'), Text(en='2021–2025', ja='2021年–2025年'))
    """
    first, slash, last = written.partition("/")
    if slash:
        start, end = period(first), period(last)
        return Text(f"{start.en}–{end.en}", f"{start.ja}–{end.ja}")
    year, _, month = written.partition("-")
    if month.isdecimal():
        return Text(f"{date(int(year), int(month), 1):%B} {year}", f"{year}年{int(month)}月")
    return Text(written, f"{written}年") if year.isdecimal() else same(written)
