"""The clock of a report: not yet due, due, overdue, escalated; worked out, never stored."""

from __future__ import annotations

from datetime import date, timedelta

from kyoso.hub.progress.enums import Clock


def clock(
    *, day: date, opens: date, due: date, escalates_after: int, handed_in: bool, waived: bool
) -> Clock:
    """Where the clock of one requirement stands on ``day``.

    The day ``due`` itself is in time. A report that was returned runs again: it is not handed in.
    """
    if waived:
        return Clock.WAIVED
    if handed_in:
        return Clock.REPORTED
    if day < opens:
        return Clock.NOT_YET_DUE
    if day <= due:
        return Clock.DUE
    return Clock.ESCALATED if day > due + timedelta(days=escalates_after) else Clock.OVERDUE


def days_late(*, day: date, due: date) -> int:
    """How many days after ``due`` a day is; 0 for one in time."""
    return max(0, (day - due).days)
