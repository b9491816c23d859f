"""Counting once what two projects both report: money, and tonnes.

Two projects report the same when their rows carry the same transaction reference, or when a person
has judged that one project is the other or part of it. The rule is stated with every total:

- of rows with one reference, kind, unit and period, those of one project count: the project that
  reports most of it. Where the amounts differ, that is said; it may be one transaction shared out;
- of a project that is part of another, rows of a kind and unit that the other reports as well do
  not count. Where the other reports none, they do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Because = Literal["reference", "verdict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An amount that a project reports. ``unit`` is a currency or a unit of mass."""

    key: str
    project: str
    kind: str
    unit: str
    amount: Decimal
    reference: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Bond:
    """A person's verdict: what ``part`` reports stands in what ``whole`` reports."""

    whole: str
    part: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A claim that does not count, why, the project that counts instead.

    ``differs`` where both report the same reference with different amounts.
    """

    claim: Claim
    because: Because
    instead: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """Totals by kind and unit, and what was left out of them."""

    totals: Mapping[tuple[str, str], Decimal]
    left_out: tuple[LeftOut, ...]


def count_once(claims: Sequence[Claim], bonds: Iterable[Bond] = ()) -> Counted:
    """The totals of ``claims``, each amount once. The order of either argument does not matter."""
    by_verdict = _by_verdict(claims, _wholes(bonds))
    left_keys = {one.claim.key for one in by_verdict}
    by_reference = _by_reference([claim for claim in claims if claim.key not in left_keys])
    left = (*by_verdict, *by_reference)
    left_keys |= {one.claim.key for one in by_reference}
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for claim in claims:
        if claim.key not in left_keys:
            totals[claim.kind, claim.unit] += claim.amount
    return Counted(dict(totals), tuple(sorted(left, key=lambda one: one.claim.key)))


def _wholes(bonds: Iterable[Bond]) -> Mapping[str, frozenset[str]]:
    """For each part all projects that it stands in, through others as well."""
    above: dict[str, set[str]] = defaultdict(set)
    for bond in bonds:
        above[bond.part].add(bond.whole)
    found = {}
    for part in above:
        seen: set[str] = set()
        waiting = [part]
        while waiting:
            for whole in above.get(waiting.pop(), ()):
                if whole not in seen:
                    seen.add(whole)
                    waiting.append(whole)
        found[part] = frozenset(seen - {part})
    return found


def _by_verdict(
    claims: Sequence[Claim], wholes: Mapping[str, frozenset[str]]
) -> tuple[LeftOut, ...]:
    reporting: dict[tuple[str, str], set[str]] = defaultdict(set)
    for claim in claims:
        reporting[claim.kind, claim.unit].add(claim.project)

    def instead_of(claim: Claim) -> str | None:
        """The whole that counts. Of projects that are part of each other the smaller key does."""
        able = sorted(
            whole
            for whole in wholes.get(claim.project, frozenset())
            if whole in reporting[claim.kind, claim.unit]
            and (claim.project not in wholes.get(whole, frozenset()) or whole < claim.project)
        )
        return able[0] if able else None

    found = ((claim, instead_of(claim)) for claim in claims)
    return tuple(LeftOut(claim, "verdict", instead) for claim, instead in found if instead)


def _by_reference(claims: Sequence[Claim]) -> tuple[LeftOut, ...]:
    alike: dict[tuple[str, str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.reference:
            alike[claim.reference, claim.kind, claim.unit, claim.period].append(claim)
    found: list[LeftOut] = []
    for group in alike.values():
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for claim in group:
            sums[claim.project] += claim.amount
        kept = min(sums, key=lambda project: (-sums[project], project))
        found += [
            LeftOut(claim, "reference", kept, sums[claim.project] != sums[kept])
            for claim in group
            if claim.project != kept
        ]
    return tuple(found)
