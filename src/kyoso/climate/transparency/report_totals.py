"""What a rule set makes of the emissions of a report: what counts, and what it comes to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kyoso.climate.transparency.factors import potentials
from kyoso.climate.transparency.report_emissions import Emission
from kyoso.climate.transparency.rule_sets import (
    DIRECT,
    LOCATION,
    MARKET,
    TRANSFERRED,
    RuleSet,
    kind,
)

OF_RULE_SET = "rule-set"
"""The parameter ``gwp`` that leaves the choice to the rule set."""


TOTAL = "total"


SIGNS: Mapping[str, float] = {DIRECT: 1.0, LOCATION: 1.0, MARKET: 1.0, TRANSFERRED: -1.0}
"""How what counts enters the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An emission with what the rule set makes of it; ``co2e`` in t.

    ``tier`` is the one that the factor of the line reaches, which may be below that of the plan.
    """

    emission: Emission
    tier: int | None
    co2e: float | None
    covered: bool
    counts: bool


def warming_of(rules: RuleSet, year: int, gwp: str) -> str | None:
    """The set of potentials of a year: that of the rule set, else the one asked for, if any."""
    return rules.potentials(year) or (None if gwp == OF_RULE_SET else gwp)


def counted(emissions: Iterable[Emission], rules: RuleSet, gwp: str) -> Iterator[Counted]:
    """Emissions under a rule set; those of a year without potentials are left out."""
    of_year: dict[int, tuple[Mapping[str, float], frozenset[str]] | None] = {}
    for one in emissions:
        if one.year not in of_year:
            assessment = warming_of(rules, one.year, gwp)
            of_year[one.year] = (
                None if assessment is None else (potentials(assessment), rules.boundaries(one.year))
            )
        if (found := of_year[one.year]) is None:
            continue
        warming, boundaries = found
        potential = warming.get(one.gas)
        covered = rules.covers(one.gas, one.category, one.year)
        yield Counted(
            emission=one,
            tier=rules.tier_reached(one.planned_tier, one.year, own_factor=one.own_factor),
            co2e=None if potential is None else one.mass * potential,
            covered=covered,
            counts=covered and one.boundary in boundaries,
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """A total in t CO2-equivalent with its 95 % interval, absent where a part is not known."""

    co2e: float
    lower: float | None
    upper: float | None


def amount(lines: Sequence[Counted], *, signed: bool = False) -> Amount:
    """The total of some lines and its 95 % interval (t CO2-equivalent).

    The gases of a stream share its activity data, lines with one factor share it, lines that go
    through one calorific value share that; everything else is independent. Half-width² =
    Σ_streams (U_A ΣE)² + Σ_factors (U_F ΣE)² + Σ_fuels (U_NCV ΣE)² (IPCC 2006, Volume 1,
    Equations 3.1 and 3.2). ``signed`` subtracts what was transferred.
    """
    shares: dict[tuple[object, ...], tuple[list[float], float | None]] = {}

    def share(key: tuple[object, ...], part: float, uncertainty: float | None) -> None:
        shares.setdefault(key, ([], uncertainty))[0].append(part)

    parts = []
    for line in lines:
        one = line.emission
        part = (line.co2e or 0.0) * (SIGNS[one.boundary] if signed else 1.0)
        parts.append(part)
        share(("stream", one.stream), part, one.activity_uncertainty)
        if one.factor_key is not None:
            share(("factor", *one.factor_key), part, one.factor_uncertainty)
        if one.calorific_key is not None:
            share(("calorific", one.calorific_key), part, one.calorific_uncertainty)
    co2e = math.fsum(parts)
    halves = []
    for some, uncertainty in shares.values():
        sum_ = math.fsum(some)
        if uncertainty is None:
            if sum_ != 0:
                return Amount(co2e, None, None)
            continue
        halves.append(sum_ * uncertainty / 100)
    half = math.sqrt(math.fsum(one * one for one in halves))
    lower = co2e - half
    return Amount(co2e, max(0.0, lower) if co2e >= 0 else lower, co2e + half)


def by_report(lines: Iterable[Counted]) -> dict[tuple[str, int], list[Counted]]:
    """The lines of each facility and year."""
    reports: dict[tuple[str, int], list[Counted]] = {}
    for line in lines:
        reports.setdefault((line.emission.facility, line.emission.year), []).append(line)
    return dict(sorted(reports.items()))


def emitted(lines: Sequence[Counted]) -> float:
    """What counts before anything transferred is subtracted (t CO2-equivalent)."""
    return math.fsum(
        line.co2e or 0.0 for line in lines if line.counts and line.emission.boundary != TRANSFERRED
    )


def total(lines: Sequence[Counted]) -> Amount:
    """What the rule set counts in one report (t CO2-equivalent)."""
    return amount([line for line in lines if line.counts], signed=True)


def verdict(lines: Sequence[Counted], rules: RuleSet) -> str:
    """Whether what counts in one report reaches a threshold of the rule set."""
    year = lines[0].emission.year
    by_kind: dict[str, list[float]] = {}
    for line in lines:
        one = line.emission
        of_energy = one.gas == "CO2" and (one.category is None or one.category.startswith("1"))
        if line.counts and one.boundary == DIRECT and not of_energy:
            by_kind.setdefault(kind(one.gas), []).append(line.co2e or 0.0)
    sums = {name: math.fsum(some) for name, some in by_kind.items()}
    return rules.verdict(year, emitted(lines), sums)
