"""Countries and who belonged to what when, read from ``reference/places``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from kyoso.core.periods import Period
from kyoso.core.places import Membership, Place
from kyoso.core.text import Text, same
from kyoso.reference.loading import load


@cache
def countries() -> Mapping[str, Place]:
    """Every place by its ISO 3166-1 alpha-3 code, the sample countries included."""
    table = load("places/countries")
    return MappingProxyType(
        {row["code"]: Place(row["code"], table.text(row, "name")) for row in table.rows}
    )


@cache
def sample_countries() -> frozenset[str]:
    """The codes that stand for no real country and mark sample data."""
    return frozenset(row["code"] for row in load("places/countries").where(sample="yes"))


def country(code: str) -> Place | None:
    """The place with this alpha-3 code, or ``None``."""
    return countries().get(code)


def country_name(code: str) -> Text:
    """The name of the place with this alpha-3 code; the code itself where there is none."""
    found = country(code)
    return found.name if found else same(code)


@cache
def memberships() -> tuple[Membership, ...]:
    """All memberships and partnerships with their dates; an open end is ``None``."""
    return tuple(
        Membership(
            place=row["place"],
            group=row["group"],
            role=row["role"],
            period=Period(_day(row["from"]), _day(row["until"])),
        )
        for row in load("places/memberships").rows
    )


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None
