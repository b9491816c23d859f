"""What a verifier's findings come to: the misstatement of a report, and the opinions that it allows.

What is compared with the level of the rule set is the **net** misstatement: the absolute value of
the sum of what was found less what was reported, over the reported total. It is the error of the
number that counts, in which too much here and too little there cancel out. The **gross** one, in
which nothing cancels, is worked out beside it: above the level it does not make a total wrong, but
it is said, and no opinion is without qualification then.

All is exact (fractions): whether five percent are exceeded is no matter of rounding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kyoso.climate.transparency.rule_sets import RuleSet

MISSTATEMENT, NON_CONFORMITY, RECOMMENDATION = (
    "misstatement",
    "non_conformity",
    "recommendation",
)
UNQUALIFIED, QUALIFIED, ADVERSE = "unqualified", "qualified", "adverse"

MATERIAL = "material"
"""The net misstatement is above the level; any is where there is no level or no total."""
OFFSETTING = "offsetting"
"""The gross misstatement is above the level, the net one is not."""
UNQUANTIFIED = "unquantified"
"""A misstatement without a quantity: it counts as qualitative, never as zero."""
UNRESOLVED = "non_conformity"
"""A non-conformity was not corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding that was not corrected. Quantities in t CO2-equivalent, as far as they are known.

    ``reported`` and ``found`` are of the same thing: a stream, or the total.
    """

    kind: str
    reported: Decimal | None = None
    found: Decimal | None = None

    @property
    def difference(self) -> Fraction | None:
        """What was found less what was reported."""
        if self.reported is None or self.found is None:
            return None
        return Fraction(self.found) - Fraction(self.reported)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misstatement:
    """What the findings that are not corrected come to.

    ``net`` and ``gross`` in t CO2-equivalent, ``share`` and ``gross_share`` of the reported total
    in %, absent where there is no total to compare with; ``level`` is the materiality in %, absent
    where the rule set states none. ``grounds`` say what stands against an opinion without
    qualification.
    """

    net: Fraction
    gross: Fraction
    share: Fraction | None
    gross_share: Fraction | None
    level: Fraction | None
    unquantified: int
    grounds: tuple[str, ...]

    @property
    def is_material(self) -> bool:
        return MATERIAL in self.grounds


def level_of(rules: RuleSet, year: int, total: Decimal | None) -> Fraction | None:
    """The materiality level in % for a facility of that total (t CO2-equivalent), if there is one.

    Where several rows apply the strictest holds.
    """
    if total is None:
        return None
    rows = rules.applying("materiality", year, float(total))
    return min((Fraction(str(row["value"])) for row in rows), default=None)


def misstatement(
    findings: Iterable[Finding], *, total: Decimal | None, level: Fraction | None
) -> Misstatement:
    """What the findings that are not corrected come to, beside a reported total (t CO2-equivalent).

    >>> found = Finding(kind=MISSTATEMENT, reported=Decimal(100), found=Decimal(106))
    >>> worked_out = misstatement([found], total=Decimal(100), level=Fraction(5))
    >>> float(worked_out.share), worked_out.grounds
    (6.0, ('material',))
    """
    given = list(findings)
    wrong = [one.difference for one in given if one.kind == MISSTATEMENT]
    known = [one for one in wrong if one is not None]
    net, gross = abs(sum(known, Fraction(0))), sum(map(abs, known), Fraction(0))
    share, gross_share = _share(net, total), _share(gross, total)
    grounds = {
        MATERIAL: _exceeds(net, share, level),
        OFFSETTING: _exceeds(gross, gross_share, level) and not _exceeds(net, share, level),
        UNQUANTIFIED: len(known) < len(wrong),
        UNRESOLVED: any(one.kind == NON_CONFORMITY for one in given),
    }
    return Misstatement(
        net=net,
        gross=gross,
        share=share,
        gross_share=gross_share,
        level=level,
        unquantified=len(wrong) - len(known),
        grounds=tuple(name for name, holds in grounds.items() if holds),
    )


def _share(amount: Fraction, total: Decimal | None) -> Fraction | None:
    """Percent of a total; nothing of a total that is not known or is zero."""
    return None if not total else amount / abs(Fraction(total)) * 100


def _exceeds(amount: Fraction, share: Fraction | None, level: Fraction | None) -> bool:
    """Whether an amount is above the level; without level or total any amount is."""
    if not amount:
        return False
    return share is None or level is None or share > level


def admissible(found: Misstatement) -> tuple[str, ...]:
    """The opinions that the findings allow.

    Without qualification only where nothing stands against it; adverse only where something does.
    """
    if not found.grounds:
        return (UNQUALIFIED, QUALIFIED)
    return (QUALIFIED, ADVERSE)


def verifies(opinion: str, found: Misstatement) -> bool:
    """Whether a report with this opinion counts as verified: not adverse, and not material."""
    return opinion != ADVERSE and not found.is_material
