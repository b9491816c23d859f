"""The factors that a country approved, lent to the reports of its facilities.

Another app keeps the library and makes itself known here; without one nothing is lent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from kyoso.hub.evidence.facilities.enums import Approach
from kyoso.hub.evidence.facilities.models import Plan, Submission


@dataclass(frozen=True, slots=True)
class Lent:
    """Factors of a country as the method reads them, with those that ship.

    ``keys`` are of those that hold in the year asked for, with the value and unit of each.
    """

    keys: Mapping[str, str]
    content: bytes


Lender = Callable[[str, AbstractSet[str], int], Lent | None]
"""What a country approved for some sources (in small letters), with what holds in a year."""

_known: list[Lender] = []


def lend(lender: Lender) -> None:
    """Make a library of countries' factors known."""
    _known.append(lender)


def lent(plan: Plan, year: int) -> Lent | None:
    """What the streams of a plan take that stand at a tier of the country's own factors."""
    sources = _asking(plan, year)
    if not sources:
        return None
    found = (lender(plan.facility.country, sources, year) for lender in _known)
    return next((one for one in found if one is not None), None)


def _asking(plan: Plan, year: int) -> frozenset[str]:
    """The sources, in small letters, for which a plan asks for the country's factors."""
    from kyoso.climate.transparency import rule_sets

    rules = rule_sets.known().get(plan.rule_set)
    if rules is None:
        return frozenset()
    tiers = rules.country_tiers(year)
    streams = plan.streams.filter(approach=Approach.CALCULATION, tier__in=tiers)
    return frozenset(source.lower() for source in streams.values_list("source", flat=True))


def keys(submission: Submission) -> dict[str, str]:
    """The factors that a submission would take if it were calculated now."""
    found = lent(submission.plan, submission.report.year)
    return {} if found is None else dict(found.keys)


def parameters(plan: Plan) -> dict[str, str]:
    """What the method is run with on a plan."""
    from kyoso.climate.transparency.facility_report import BY_TIER

    return {"rule_set": plan.rule_set, "country_factors": BY_TIER}


def written(lent: Lent | None, folder: Path) -> dict[str, Path]:
    """The table of factors as a file in a folder; none where nothing is lent."""
    if lent is None:
        return {}
    path = folder / "factors.csv"
    path.write_bytes(lent.content)
    return {"factors": path}
