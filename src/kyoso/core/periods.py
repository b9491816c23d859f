"""Periods: what a value, a membership or a report is about, with both ends included."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from kyoso.core.errors import UsageError
from kyoso.core.text import Text

_FORM = re.compile(
    r"(?P<year>[12]\d{3})(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` to ``end``, both included; ``None`` is open.

    >>> Period.parse("2025-H2")
    Period(start=datetime.date(2025, 7, 1), end=datetime.date(2025, 12, 31))
    """

    start: date | None
    end: date | None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise UsageError(
                Text("a period ends before it starts", "期間の終わりが始まりより前です"),
                where=f"{self.start}/{self.end}",
                hint=Text("give the earlier date first", "早い日付を先に書いてください"),
            )

    @classmethod
    def parse(cls, form: str) -> Period:
        """A year, half, quarter, month, or two of these with a slash: ``2021/2025-Q2``.

        An empty side of the slash is open. Raises :class:`UsageError` for anything else.
        """
        first, slash, last = form.partition("/")
        if slash and "/" not in last:
            start = cls.parse(first).start if first.strip() else None
            return cls(start, cls.parse(last).end if last.strip() else None)
        found = _FORM.fullmatch(form.strip())
        if found is None:
            raise UsageError(
                Text("not a period", "期間として読めません"),
                where=form,
                hint=Text(
                    "2025, 2025-H1, 2025-Q1, 2025-01 or 2021/2025",
                    "2025、2025-H1、2025-Q1、2025-01、2021/2025のように書いてください",
                ),
            )
        year = int(found["year"])
        months = 1 if found["month"] else 3 if found["quarter"] else 6 if found["half"] else 12
        number = int(found["month"] or found["quarter"] or found["half"] or 1)
        last_month = number * months
        return cls(
            date(year, last_month - months + 1, 1),
            date(year, last_month, calendar.monthrange(year, last_month)[1]),
        )

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether the two share at least one day."""
        return (self.start is None or other.end is None or self.start <= other.end) and (
            other.start is None or self.end is None or other.start <= self.end
        )
