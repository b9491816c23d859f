"""Where a score may speak of: the countries and regions of the reference data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kyoso.core.text import Text, same
from kyoso.reference.countries import countries, memberships, sample_countries


@cache
def regions() -> Mapping[str, Text]:
    """The groups of countries that have members, as places a score may speak of."""
    return {one.group: same(one.group) for one in memberships() if one.role == "member"}


def place_name(code: str) -> Text:
    """The name of a country or region; the code itself where it is known no more."""
    place = countries().get(code)
    return place.name if place else regions().get(code, same(code))


def is_known_place(code: str) -> bool:
    return code in countries() or code in regions()


def is_sample_place(code: str) -> bool:
    return code in sample_countries()
