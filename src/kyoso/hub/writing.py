"""How numbers, days and periods are written in the two languages."""

from __future__ import annotations

from kyoso.core.days import day, period

__all__ = ["day", "number", "period", "short"]


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
