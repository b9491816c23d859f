"""Dates as ministries write them."""

from __future__ import annotations

from datetime import date

import pytest

from kyoso.programme.dates import date_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2031年 3 月 14日、みなと市", date(2031, 3, 14)),
        ("２０３１年３月１４日", date(2031, 3, 14)),
        ("令和13年3月14日", date(2031, 3, 14)),  # Reiwa 1 is 2019
        ("令和元年5月1日", date(2019, 5, 1)),
        ("Harbour Town, 14 March 2031", date(2031, 3, 14)),
        ("adopted on March 14th, 2031", date(2031, 3, 14)),
        ("2031-03-14", date(2031, 3, 14)),
        ("2031年2月30日、2031年3月14日", date(2031, 3, 14)),
        ("2031 年 3 月", None),
        ("昨年 11 月", None),
        ("2021-2025", None),
    ],
)
def test_the_first_full_date(text: str, expected: date | None) -> None:
    assert date_in(text) == expected
