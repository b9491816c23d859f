"""Who belonged to what when."""

from __future__ import annotations

from datetime import date

import pytest

from kyoso.core.periods import Period
from kyoso.core.places import Membership, Place, members_on
from kyoso.core.text import Text

MEMBERSHIPS = [
    Membership("XAB", "group", "member", Period(date(2000, 1, 1), None)),
    Membership("XAA", "group", "member", Period(date(2025, 10, 26), None)),
    Membership("XAC", "group", "member", Period(None, date(2010, 6, 30))),
    Membership("XAD", "group", "partner", Period(None, None)),
    Membership("XAE", "other", "member", Period(None, None)),
    # left and came back
    Membership("XAF", "group", "member", Period(None, date(2001, 12, 31))),
    Membership("XAF", "group", "member", Period(date(2020, 1, 1), None)),
]


@pytest.mark.parametrize(
    ("day", "members"),
    [
        (date(1999, 12, 31), ["XAC", "XAF"]),
        (date(2000, 1, 1), ["XAB", "XAC", "XAF"]),
        (date(2010, 6, 30), ["XAB", "XAC"]),
        (date(2010, 7, 1), ["XAB"]),
        (date(2025, 10, 25), ["XAB", "XAF"]),
        (date(2025, 10, 26), ["XAA", "XAB", "XAF"]),
    ],
)
def test_members_are_those_of_the_day(day: date, members: list[str]) -> None:
    assert members_on(MEMBERSHIPS, "group", day) == members


def test_partners_are_asked_for_by_their_role() -> None:
    assert members_on(MEMBERSHIPS, "group", date(2025, 1, 1), role="partner") == ["XAD"]


def test_a_place_has_a_code_and_a_name_in_both_languages() -> None:
    place = Place("XAA", Text("Sample A", "見本A"))
    assert (place.code, place.name["ja"]) == ("XAA", "見本A")
