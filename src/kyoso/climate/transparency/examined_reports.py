"""A report that is examined, what is known beside it, and what comes of a check."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kyoso.climate.transparency.factors import BASES, Row, basis
from kyoso.climate.transparency.tables.roll_up import COUNTED
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.numerics.robust import Usual, usual

NOISE = 1e-9
"""So much, relatively, a value may lie over a physical limit: results are written rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is out of the ordinary.

    ``reach`` is in robust standard deviations, ``least`` the half-width in % of the median that
    is always usual, ``history`` and ``peers`` the fewest earlier years and other facilities that
    judge, ``slip`` the ratio from which a wrong unit is likely, ``margin`` in % the width added
    to the cited range of a factor.
    """

    reach: float = 5.0
    least: float = 25.0
    history: int = 4
    peers: int = 5
    slip: float = 100.0
    margin: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at; ``lower`` and ``upper`` are what was expected, in ``unit``."""

    check: str
    severity: str
    column: str
    reason: Text
    stream: str | None = None
    gas: str | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    unit: str | None = None


@dataclass(slots=True)
class Examined:
    """What came of one check: how many were tested, how many could not be and why."""

    tested: int = 0
    not_tested: int = 0
    note: Text | None = None
    findings: list[Finding] = field(default_factory=list)

    def pass_over(self, note: Text) -> None:
        self.not_tested += 1
        self.note = self.note or note


Alike = tuple[str, str, str, str]
"""What emissions per unit are compared in: category, source, gas, unit of the quantity."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is known beside the reports, the same for all of them.

    ``factors`` are by source in lower case; ``peers`` are lines of other facilities and
    ``production`` what they and the facilities examined made.
    """

    factors: Mapping[str, Sequence[Row]]
    peers: Sequence[Row] = ()
    production: Sequence[Row] = ()
    capacities: Sequence[Row] = ()
    limits: Limits = field(default_factory=Limits)

    @cached_property
    def peer_reports(self) -> Mapping[int, Mapping[str, Sequence[Row]]]:
        """Lines of peers by year and facility."""
        found: defaultdict[int, defaultdict[str, list[Row]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for row in self.peers:
            found[row["year"]][row["facility"]].append(row)
        return found

    @cached_property
    def peer_factors(self) -> Mapping[tuple[int, Alike], Mapping[str, float]]:
        """Emission in t per unit by year and what is alike, of each facility as a whole."""
        sums: defaultdict[tuple[int, Alike], defaultdict[str, list[tuple[float, float]]]]
        sums = defaultdict(lambda: defaultdict(list))
        for row in self.peers:
            if (found := per_basis(row)) is not None:
                alike, quantity = found
                sums[row["year"], alike][row["facility"]].append((row["mass"], quantity))
        return {
            key: {
                facility: math.fsum(mass for mass, _ in parts)
                / math.fsum(quantity for _, quantity in parts)
                for facility, parts in by_facility.items()
            }
            for key, by_facility in sums.items()
        }

    @cached_property
    def _ranges(self) -> dict[tuple[int, Alike, str], tuple[int, Usual | None]]:
        return {}

    def peer_range(self, year: int, alike: Alike, facility: str) -> tuple[int, Usual | None]:
        """How many other facilities are known, and what is usual among them if they judge."""
        others = self.peer_factors.get((year, alike), {})
        # A facility that is none of its peers has the same range as all others that are none.
        key = year, alike, facility if facility in others else ""
        if key not in self._ranges:
            known = [value for name, value in others.items() if name != facility]
            judge = len(known) >= self.limits.peers
            found = (
                usual(known, reach=self.limits.reach, least=self.limits.least) if judge else None
            )
            self._ranges[key] = len(known), found
        return self._ranges[key]

    @cached_property
    def made(self) -> Mapping[tuple[str, int], Sequence[Row]]:
        """What was made, by facility and year."""
        found: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in self.production:
            found[row["facility"], row["year"]].append(row)
        return found

    @cached_property
    def rated(self) -> Mapping[tuple[str, str], float]:
        """Fuel input at full load [MW] by facility and unit."""
        return {(row["facility"], row["unit_name"]): row["capacity"] for row in self.capacities}


@dataclass(frozen=True, kw_only=True)
class Report:
    """The lines of one report and of the facility's earlier years, and what is known beside."""

    facility: str
    year: int
    lines: Sequence[Row]
    earlier: Mapping[int, Sequence[Row]]
    beside: Beside

    @property
    def limits(self) -> Limits:
        return self.beside.limits

    @cached_property
    def streams(self) -> Mapping[str, Row]:
        """The first line of each stream, which has its quantity."""
        return _streams(self.lines)

    @cached_property
    def past(self) -> Mapping[int, Mapping[str, Row]]:
        """The same of each earlier year."""
        return {year: _streams(rows) for year, rows in sorted(self.earlier.items())}

    @cached_property
    def last(self) -> int | None:
        """The latest year before this one that there is a report of."""
        return max(self.earlier, default=None)

    @cached_property
    def emitted(self) -> Sequence[Row]:
        return [row for row in self.lines if row["boundary"] in COUNTED]

    def history(self, stream: str, unit: str) -> list[float]:
        """The quantities of a stream in earlier years, of those that ``unit`` can state."""
        rows = (streams[stream] for streams in self.past.values() if stream in streams)
        stated = (in_unit(row["quantity"], row["unit"], unit) for row in rows)
        return [quantity for quantity in stated if quantity is not None]


def _streams(lines: Sequence[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in sorted(lines, key=lambda one: (one["stream"], one["boundary"], one["gas"])):
        found.setdefault(row["stream"], row)
    return found


def in_unit(value: float, unit: str, wanted: str) -> float | None:
    """The value in another unit, ``None`` where it cannot be stated so."""
    try:
        return value * units.conversion(unit, wanted)
    except UnitError:
        return None


def per_basis(row: Row) -> tuple[Alike, float] | None:
    """What a line is compared in, and its quantity in that unit; nothing of nothing."""
    if row["boundary"] not in COUNTED or not row["quantity"] or not row["category"]:
        return None
    unit = BASES.get(basis(row["unit"]) or "")
    if unit is None:
        return None
    quantity = row["quantity"] * units.conversion(row["unit"], unit)
    return (row["category"], row["source"].lower(), row["gas"], unit), quantity


def few_years(years: int, limits: Limits) -> Text:
    return Text(
        "not enough history: {years} earlier years, {needed} needed",
        "履歴不足（過去{years}年、必要は{needed}年）",
    ).format(years=years, needed=limits.history)
