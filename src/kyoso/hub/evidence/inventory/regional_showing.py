"""The uncertainty of the region as its page shows it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kyoso.core.text import Text
from kyoso.hub.evidence.inventory import gathering, showing
from kyoso.hub.evidence.inventory.models import Regional
from kyoso.hub.evidence.inventory.results import rows_of

TOP = 10
"""So many categories are shown; the page of the run has all."""


@dataclass(frozen=True, slots=True)
class CountryShown:
    """A country in the region: its amounts in t, its own uncertainty, its part in the region's."""

    name: Text
    inventory: Any
    year: int
    base: Any
    base_year: int
    current: str
    before: str
    level: str
    drawn: str
    trend: str
    trend_uncertainty: str
    share: str
    drawn_share: str
    covered: str
    missing: Sequence[tuple[str, Text, str, str, str]]


def total(one: Regional) -> tuple[str, str]:
    """What is in it of both years, in t CO2-equivalent: the base year, the year."""
    rows = rows_of(one.run, "countries")
    return (
        showing.tonnes(math.fsum(row["base"] for row in rows)),
        showing.tonnes(math.fsum(row["current"] for row in rows)),
    )


def countries(one: Regional) -> list[CountryShown]:
    """The countries, the largest part in the uncertainty of the region first."""
    drawn = {row["country"]: row for row in rows_of(one.drawn_run, "countries")}
    told = {each["country"]: each for each in one.made["countries"]}
    parts = {each.inventory.country: each for each in one.parts.select_related("inventory", "base")}
    rows = rows_of(one.run, "countries")
    rows.sort(key=lambda row: (-(row["variance_share"] or 0.0), row["country"]))
    return [
        _country(row, drawn.get(row["country"], {}), told[row["country"]], parts[row["country"]])
        for row in rows
    ]


def _country(
    row: Mapping[str, Any], drawn: Mapping[str, Any], told: Mapping[str, Any], part: Any
) -> CountryShown:
    percent = showing.percent
    return CountryShown(
        name=showing.country_name(row["country"]),
        inventory=part.inventory_id,
        year=part.inventory.year,
        base=part.base_id,
        base_year=part.base.year,
        current=showing.tonnes(row["current"]),
        before=showing.tonnes(row["base"]),
        level=percent(row["level_uncertainty"]),
        drawn=percent(drawn.get("level_uncertainty")),
        trend=percent(row["trend"]),
        trend_uncertainty=percent(row["trend_uncertainty"]),
        share=percent(row["variance_share"]),
        drawn_share=percent(drawn.get("variance_share")),
        covered=percent(None if told["covered"] is None else float(told["covered"])),
        missing=[
            (category, showing.category_name(category), gas, showing.tonnes(amount), why)
            for category, gas, amount, why in told["missing"]
        ],
    )


def left_out(one: Regional) -> list[tuple[Text, str, Any]]:
    """The countries that are not in it, why, and the inventory that says nothing."""
    return [
        (showing.country_name(each["country"]), each["why"], each.get("inventory"))
        for each in one.made["left_out"]
    ]


def categories(one: Regional) -> list[tuple[str, Text, str, str, str]]:
    """Category, gas and the share of all countries in the uncertainty of the region, top first."""
    added: defaultdict[tuple[str, str], list[list[float]]] = defaultdict(lambda: [[], []])
    for at, run in enumerate((one.run, one.drawn_run)):
        for row in rows_of(run, "contributions"):
            if row["variance_share"] is not None:
                added[row["category"], row["gas"]][at].append(row["variance_share"])
    shares = {
        key: [math.fsum(each) if each else None for each in both] for key, both in added.items()
    }
    order = sorted(shares, key=lambda key: (-(shares[key][0] or 0.0), key))
    found = []
    for code, gas in order[:TOP]:
        propagated, drawn = map(showing.percent, shares[code, gas])
        found.append((code, showing.category_name(code), gas, propagated, drawn))
    return found


def shared(one: Regional) -> list[tuple[str, str, list[tuple[Text, str]]]]:
    """Factors that rows share: the name, its uncertainty, the countries with their categories."""
    return [
        (
            name,
            showing.percent(value),
            [(showing.country_name(code), ", ".join(rows)) for code, rows in places.items()],
        )
        for name, value, places in gathering.shared_factors(rows_of(one.run, "inventory"))
    ]
