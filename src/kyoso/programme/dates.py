"""The date of an edition, as texts in Japanese and English write it."""

from __future__ import annotations

import re
from datetime import date

from kyoso.programme.layout import PLAIN

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH = "|".join(_MONTHS)
_REIWA = 2018
"""The first year of Reiwa is 2019."""

_FORMS = (
    re.compile(r"(?P<y>\d{4}) *年 *(?P<m>\d{1,2}) *月 *(?P<d>\d{1,2}) *日"),
    re.compile(r"令和 *(?P<era>\d{1,2}|元) *年 *(?P<m>\d{1,2}) *月 *(?P<d>\d{1,2}) *日"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? +(?P<m>{_MONTH}),? +(?P<y>\d{{4}})", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<m>{_MONTH}) +(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? +(?P<y>\d{{4}})", re.IGNORECASE
    ),
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"),
)


def date_in(text: str) -> date | None:
    """The first full date in ``text``; ``None`` where there is none that exists.

    >>> date_in("2025年 9 月 4日、ランカウイ"), date_in("Langkawi, 4 September 2025")
    (datetime.date(2025, 9, 4), datetime.date(2025, 9, 4))
    """
    plain = text.translate(PLAIN)
    found = [match for form in _FORMS for match in form.finditer(plain)]
    for match in sorted(found, key=re.Match.start):
        parts = match.groupdict()
        month = parts["m"].lower()
        number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
        try:
            return date(_year(parts), number, int(parts["d"]))
        except ValueError:
            continue
    return None


def _year(parts: dict[str, str]) -> int:
    if "y" in parts:
        return int(parts["y"])
    return _REIWA + (1 if parts["era"] == "元" else int(parts["era"]))
