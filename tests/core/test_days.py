"""Days and periods as people write them in the two languages."""

from __future__ import annotations

import pytest

from kyoso.core import days


@pytest.mark.parametrize(
    ("written", "english", "japanese"),
    [
        ("2025", "2025", "2025年"),
        ("2025-Q3", "Q3 2025", "2025年第3四半期"),
        ("2025-H2", "second half of 2025", "2025年下半期"),
        ("2025-09", "September 2025", "2025年9月"),
        ("2025-09-04", "4 September 2025", "2025年9月4日"),
        ("2021/2025-Q2", "2021–Q2 2025", "2021年～2025年第2四半期"),
        ("2021/", "2021–", "2021年～"),
        ("baseline", "baseline", "baseline"),
        ("2025-13", "2025-13", "2025-13"),
    ],
)
def test_a_period_is_written_as_each_language_writes_it(
    written: str, english: str, japanese: str
) -> None:
    assert (days.period(written).en, days.period(written).ja) == (english, japanese)
