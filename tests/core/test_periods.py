"""Periods: both ends included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.core.errors import UsageError
from kyoso.core.periods import Period


@pytest.mark.parametrize(
    ("form", "start", "end"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025-Q1", date(2025, 1, 1), date(2025, 3, 31)),
        ("2025-Q4", date(2025, 10, 1), date(2025, 12, 31)),
        ("2025-H1", date(2025, 1, 1), date(2025, 6, 30)),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2021/2025-Q2", date(2021, 1, 1), date(2025, 6, 30)),
        ("2025-Q2/2025-Q2", date(2025, 4, 1), date(2025, 6, 30)),
        ("2021/", date(2021, 1, 1), None),
        ("/2025", None, date(2025, 12, 31)),
        ("/", None, None),
        (" 2021 / 2025 ", date(2021, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_is_read_with_both_its_ends(
    form: str, start: date | None, end: date | None
) -> None:
    assert Period.parse(form) == Period(start, end)


@pytest.mark.parametrize(
    "form",
    ["", "25", "2025-13", "2025-00", "2025-Q5", "2025-H3", "2025-1", "2025/2026/2027", "0000",
     "2025-Q1-2", "next year", "2025-02-30", "２０２５"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_examples(form: str) -> None:
    with pytest.raises(UsageError) as caught:
        Period.parse(form)
    assert caught.value.hint is not None
    assert "2025-H1" in caught.value.hint.en


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(UsageError, match="before it starts"):
        Period.parse("2025/2021")


@given(st.text())
def test_free_text_is_a_period_or_an_error(form: str) -> None:
    try:
        period = Period.parse(form)
    except UsageError:
        return
    assert period.start is None or period.end is None or period.start <= period.end


DAYS = st.dates(date(1990, 1, 1), date(1990, 3, 1))
ENDS = st.none() | DAYS


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, end = draw(ENDS), draw(ENDS)
    return Period(*sorted((start, end))) if start and end else Period(start, end)


@given(periods(), periods())
def test_two_periods_overlap_when_a_day_lies_in_both(one: Period, two: Period) -> None:
    days = [date(1989, 12, 1) + timedelta(days=n) for n in range(150)]
    shared = any(day in one and day in two for day in days)
    assert one.overlaps(two) == shared
    assert two.overlaps(one) == shared
