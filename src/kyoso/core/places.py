"""Places and who belonged to what when: facts about members are dated data (law 12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kyoso.core.periods import Period
from kyoso.core.text import Text


@dataclass(frozen=True, slots=True)
class Place:
    """A country or area by its ISO 3166-1 alpha-3 code."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Membership:
    """``place`` belongs to ``group`` in ``role`` (member, partner) during ``period``."""

    place: str
    group: str
    role: str
    period: Period


def members_on(
    memberships: Iterable[Membership], group: str, day: date, *, role: str = "member"
) -> list[str]:
    """The codes of the places that belonged to ``group`` in ``role`` on ``day``, sorted."""
    return sorted(
        {m.place for m in memberships if m.group == group and m.role == role and day in m.period}
    )
