"""Emission factors with country and dates: which of them a stream takes in a year."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import pyarrow as pa

from kyoso.climate.transparency.factors import (
    Row,
    basis,
    factor_basis,
    for_category,
    half_width,
    is_per_energy,
    per_unit,
)
from kyoso.climate.transparency.report_faults import Fault
from kyoso.climate.transparency.tables.plans import ANY
from kyoso.core.text import Text
from kyoso.tables.checking import Broken

CountryTiers = Callable[[int], AbstractSet[int]]
"""The tiers at which a country's own factors are taken, by year."""


@dataclass(frozen=True, slots=True)
class PerUnit:
    """A factor in t per unit as written, with what lines need of it.

    ``basis`` is the calorific value that a factor of energy holds for.
    """

    mass: float
    basis: str | None
    calorific_uncertainty: float | None
    direct: bool
    uncertainty: float | None
    source: str | None
    identity: tuple[object, ...]


@dataclass(slots=True)
class Held:
    """The factors that hold, one per gas; gases without one; factors only out of their dates.

    ``own`` are all of the country where the tier asks for one of them, and ``twice`` those of
    them of which another holds in the same year.
    """

    now: list[Row] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    expired: list[Row] = field(default_factory=list)
    own: list[Row] | None = None
    twice: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Factors:
    """The factors by source, and what was looked up before."""

    table: pa.Table
    country_tiers: CountryTiers | None
    by_source: dict[str, list[Row]] = field(init=False)
    looked_up: dict[tuple[str, str, str, int, bool | None], Held] = field(
        init=False, default_factory=dict
    )
    converted: dict[tuple[int, str], PerUnit] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        needed = ("source", "gas", "value", "unit", "country", "valid_from", "valid_until")
        self.by_source = {}
        for row in self.table.to_pylist():
            if None not in [row[name] for name in needed]:
                self.by_source.setdefault(row["source"].lower(), []).append(row)

    def of(self, plan: Row, year: int) -> Held:
        """The factors for an entry of the plan in a year; what of a country holds goes first."""
        own = None if self.country_tiers is None else plan["tier"] in self.country_tiers(year)
        key = (plan["source"].lower(), plan["country"], plan["category"], year, own)
        if key not in self.looked_up:
            self.looked_up[key] = self._of(*key)
        return self.looked_up[key]

    def _of(self, source: str, country: str, category: str, year: int, own: bool | None) -> Held:
        found = Held()
        places = (ANY,) if own is False else (country, ANY)
        near = [row for row in self.by_source[source] if row["country"] in places]
        for gas in dict.fromkeys(row["gas"] for row in near):
            of_gas = [row for row in near if row["gas"] == gas]
            now = _in_force(of_gas, year)
            if chosen := _nearest_country(now, places, category):
                found.now.append(chosen)
            elif once := _nearest_country(of_gas, places, category):
                found.expired.append(once)
            else:
                found.lacking.append(gas)
        if not near:
            found.lacking += dict.fromkeys(row["gas"] for row in self.by_source[source])
        if own:
            found.own = [row for row in near if row["country"] == country]
            found.twice = _twice(found.now, found.own, year)
        return found

    def per(self, row: Row, unit: str) -> PerUnit:
        """A factor per unit as written. Raises :class:`UnitError` where the two cannot meet."""
        key = (id(row), unit)  # the rows live as long as this table of them
        if key not in self.converted:
            self.converted[key] = _per_unit(row, unit)
        return self.converted[key]

    def twice(self) -> Iterator[Fault]:
        """Factors of which two hold in one year."""
        alike: dict[tuple[str, ...], list[Row]] = {}
        for rows in self.by_source.values():
            for row in rows:
                key = (row["source"], row["gas"], row["sector"], row["country"])
                alike.setdefault(tuple(part.lower() for part in key), []).append(row)
        for rows in alike.values():
            ordered = sorted(rows, key=lambda row: (row["valid_from"], row["valid_until"]))
            for before, row in itertools.pairwise(ordered):
                if row["valid_from"] <= before["valid_until"]:
                    yield Fault("factors-one", _overlapping(row, before))


def _per_unit(row: Row, unit: str) -> PerUnit:
    mass, calorific = per_unit(row, unit)
    return PerUnit(
        mass=mass,
        basis=row["heat_basis"] if is_per_energy(row["unit"]) else None,
        calorific_uncertainty=calorific,
        direct=basis(unit) == factor_basis(row["unit"]),
        uncertainty=half_width(row["value"], row["lower"], row["upper"]),
        source=cited(row),
        identity=_identity(row),
    )


def _identity(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in ("source", "gas", "sector", "country", "valid_from"))


def cited(row: Row) -> str | None:
    """Document, table and year of a factor, as a line says them."""
    parts = (row["document"], row["table"], row.get("year"))
    return ", ".join(str(part) for part in parts if part is not None) or None


def _overlapping(row: Row, before: Row) -> Broken:
    place = ("source", "gas", "sector", "country", "valid_from")
    return Broken(
        where={name: row[name] for name in place},
        column="valid_from",
        value=row["valid_from"],
        message=Text(
            "the factor from {year} still holds", "{year}年からの係数がまだ有効です"
        ).format(year=before["valid_from"]),
        hint=Text(
            "end one factor in the year before the next begins",
            "前の係数は次の係数が始まる前年で終えてください",
        ),
    )


def fitting(rows: Sequence[Row], category: str) -> list[Row]:
    """Those of some factors that hold in a category, whatever their years."""
    return [row for row in rows if for_category([row], category)[0]]


def _twice(now: Sequence[Row], own: Sequence[Row], year: int) -> list[Row]:
    """Those of the factors that hold of which another one of the same holds in the year."""
    held = [_identity(row)[:-1] for row in _in_force(own, year)]
    return [row for row in now if held.count(_identity(row)[:-1]) > 1]


def _in_force(rows: Sequence[Row], year: int) -> list[Row]:
    return [row for row in rows if row["valid_from"] <= year <= row["valid_until"]]


def _nearest_country(rows: Sequence[Row], places: Sequence[str], category: str) -> Row | None:
    for near in places:
        chosen, _ = for_category([row for row in rows if row["country"] == near], category)
        if chosen:
            return chosen[0]
    return None
