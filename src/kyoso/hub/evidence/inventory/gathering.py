"""What the uncertainty of the region is calculated with: published inventories, country by country."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from kyoso import reference
from kyoso.climate.transparency import categories
from kyoso.core.places import members_on
from kyoso.hub.evidence.inventory import computing, sheets
from kyoso.hub.evidence.inventory.enums import State
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.programme.models import Programme
from kyoso.hub.texts import language, say
from kyoso.reference.countries import memberships


@dataclass(frozen=True, slots=True)
class Pair:
    """The published inventories of a country in both years."""

    inventory: Inventory
    base: Inventory


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of all countries, and what is not among them.

    ``countries`` has for each country that is in it the amounts of its inventory [t], the share of
    them that is in it [%], and the categories that are not, each with the reason; ``left_out`` the
    countries that are not in it at all, with theirs. Both as they are kept.
    """

    rows: Sequence[Mapping[str, Any]]
    pairs: Sequence[Pair]
    countries: Sequence[Mapping[str, Any]]
    left_out: Sequence[Mapping[str, str]]


def is_sample(country: str) -> bool:
    """Whether a country stands for no real one: the two are never added up."""
    return country in reference.sample_countries()


def _published(year: int, *, sample: bool) -> dict[str, Inventory]:
    found = Inventory.objects.filter(year=year, state=State.PUBLISHED).select_related("run")
    return {one.country: one for one in found if is_sample(one.country) is sample}


def choices() -> list[tuple[int, int, str, bool, int]]:
    """Year, base year, potentials, whether of sample countries, and how many countries have both."""
    years: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    found = Inventory.objects.filter(state=State.PUBLISHED).order_by("country", "year")
    for country, gwp, year in found.values_list("country", "gwp", "year"):
        years[country, gwp].append(year)
    counted: defaultdict[tuple[int, int, str, bool], int] = defaultdict(int)
    for (country, gwp), of_country in years.items():
        for year in of_country:
            for base in of_country:
                if base < year:
                    counted[year, base, gwp, is_sample(country)] += 1
    return [(*key, counted[key]) for key in sorted(counted, reverse=True)]


def pairs(year: int, base_year: int, gwp: str, *, sample: bool) -> list[Pair]:
    """The countries whose inventories of both years are published on these potentials."""
    now, then = (_published(each, sample=sample) for each in (year, base_year))
    return [
        Pair(now[code], then[code])
        for code in sorted(now)
        if code in then and now[code].gwp == then[code].gwp == gwp
    ]


def gathered(year: int, base_year: int, gwp: str, *, sample: bool) -> Gathered:
    """The rows of all countries. Raises ``ValidationError`` where they contradict each other."""
    rows: list[Mapping[str, Any]] = []
    kept: list[Pair] = []
    told: list[Mapping[str, Any]] = []
    left_out = list(_left_out(year, base_year, gwp, sample=sample))
    for pair in pairs(year, base_year, gwp, sample=sample):
        stated = sheets.stated(pair.inventory)
        both = computing.in_both(_run(pair.inventory), pair.base.run)
        own = computing.uncertain(both, stated)
        if not own:
            silent = {"country": pair.inventory.country, "inventory": str(pair.inventory.pk)}
            left_out.append(silent | {"why": "not_stated"})
            continue
        rows += [{"country": pair.inventory.country, **row} for row in own]
        kept.append(pair)
        told.append(_told(pair, both, own))
    if contradictions := list(_contradictions(rows)):
        raise ValidationError(contradictions)
    return Gathered(rows, kept, told, sorted(left_out, key=lambda one: one["country"]))


def _run(one: Inventory) -> Any:
    assert one.run is not None
    return one.run


def _left_out(year: int, base_year: int, gwp: str, *, sample: bool) -> Iterator[dict[str, str]]:
    """Countries without both years on these potentials, each with the first reason."""
    now, then = (_published(each, sample=sample) for each in (year, base_year))
    expected = (
        set(Inventory.objects.filter(state=State.PUBLISHED).values_list("country", flat=True))
        if sample
        else _members()
    )
    for code in sorted({*expected, *now, *then}):
        if is_sample(code) is not sample:
            continue
        for published, missing, other in (
            (now, "not_published", "other_gwp"),
            (then, "no_base", "base_other_gwp"),
        ):
            if code not in published:
                yield {"country": code, "why": missing}
                break
            if published[code].gwp != gwp:
                yield {"country": code, "why": other}
                break


def _members() -> set[str]:
    """The members of all programmes today: they are missed where they are not in it."""
    groups = Programme.objects.values_list("members_group", flat=True)
    today = timezone.localdate()
    return {code for group in groups for code in members_on(memberships(), group, today)}


def _told(
    pair: Pair, both: Sequence[computing.Compared], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """How much of a country is in it, and what is not."""
    there = {(row["category"], row["gas"]) for row in rows}
    compared = {(one.category, one.gas): one.current for one in both}
    own = computing.own_values(_run(pair.inventory))
    whole = math.fsum(abs(one.co2e) for one in own)
    part = math.fsum(abs(compared[key]) for key in there)
    missing = [
        [*key, f"{compared[key]:.12g}", "not_stated"] for key in sorted(compared.keys() - there)
    ]
    missing += [
        [one.category, one.gas, f"{one.co2e:.12g}", "no_base"]
        for one in own
        if not any(
            one.gas == gas and category in categories.lineage(one.category)
            for category, gas in compared
        )
    ]
    return {
        "country": pair.inventory.country,
        "total": pair.inventory.totals.get("total"),
        "covered": f"{100 * min(part / whole, 1.0):.12g}" if whole else None,
        "missing": missing,
    }


def _contradictions(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Shared factors of which countries state different uncertainties, in words."""
    by_factor: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in rows:
        if row["shared_factor"]:
            where = f"{row['country']} {row['category']} {row['gas']}"
            by_factor[row["shared_factor"]][row["factor_uncertainty"]].append(where)
    for factor, values in sorted(by_factor.items()):
        if len(values) > 1:
            said = "; ".join(
                f"{', '.join(where)}: {float(value):g} %" for value, where in values.items()
            )
            yield say("inventory.region.contradiction", factor=factor, said=said)[language()]


def shared_factors(
    rows: Sequence[Mapping[str, Any]],
) -> list[tuple[str, float, dict[str, list[str]]]]:
    """Factors that several rows name: the name, its uncertainty [%], the categories by country."""
    found: dict[str, tuple[float, defaultdict[str, list[str]]]] = {}
    for row in rows:
        if row["shared_factor"]:
            of = found.setdefault(
                row["shared_factor"], (float(row["factor_uncertainty"]), defaultdict(list))
            )
            of[1][row["country"]].append(f"{row['category']} {row['gas']}")
    return [(name, value, dict(places)) for name, (value, places) in sorted(found.items())]
