"""How far a target is met: exact arithmetic on plain values, and a name for whatever is lacking.

All amounts are fractions in the unit of the target's indicator, so that a balance equals the
ledger to the last digit. Nothing is guessed: what is not stated makes the answer open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kyoso.climate.transparency.tables.ndc import (
    ACHIEVED,
    AVERAGING,
    BASE_YEAR,
    DECREASE,
    INCOMPLETE,
    INTENSITY,
    MISSED,
    NO_ADJUSTMENT,
    NO_DENOMINATOR,
    NO_LEVEL,
    NO_REFERENCE,
    NO_TREATMENT,
    NO_VALUE,
    NOT_STATED,
    OPEN,
    RELATIVE,
    TRAJECTORY,
    UNDER_WAY,
)

MASSES: Mapping[str, int] = {
    "t CO2e": 1,
    "kt CO2e": 1_000,
    "Gg CO2e": 1_000,
    "Mt CO2e": 1_000_000,
}
"""Units of greenhouse gases in which a balance is formed, in t CO2e."""

PER = " / "
"""What stands between the two units of an intensity."""


def exact(value: float) -> Fraction:
    """The decimal that was written: 15 digits, free of the traces of binary numbers.

    >>> exact(0.1) + exact(0.2) == exact(0.3)
    True
    """
    return Fraction(f"{value:.15g}")


def mass_of(unit: str) -> int | None:
    """How many t CO2e the unit holds; ``None`` where it measures something else.

    >>> mass_of("kt CO2e"), mass_of("MWh")
    (1000, None)
    """
    return MASSES.get(unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """First transfers and use of a year [unit of the numerator]."""

    first: Fraction
    used: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A target and all that is known for it.

    ``values`` and ``divisors`` are by year, in the unit of the numerator and of the denominator;
    without a denominator ``divisors`` is ``None``. ``levels`` is the trajectory. ``counts_up``
    marks a metric other than greenhouse gases, for which transfers count with the other sign
    (decision 2/CMA.3, annex, paragraph 9).
    """

    kind: str
    target_year: int
    direction: str = DECREASE
    reference_year: int | None = None
    reference: Fraction | None = None
    share: Fraction | None = None
    level: Fraction | None = None
    first_year: int | None = None
    cooperation: bool | None = None
    treatment: str | None = None
    counts_up: bool = False
    values: Mapping[int, Fraction] = field(default_factory=dict)
    divisors: Mapping[int, Fraction] | None = None
    transfers: Mapping[int, Transfer] = field(default_factory=dict)
    levels: Mapping[int, Fraction] = field(default_factory=dict)

    def value(self, year: int, added: Fraction = Fraction(0)) -> Fraction | None:
        """The indicator in a year, with what transfers add to the numerator."""
        if year not in self.values:
            return None
        whole = self.values[year] + added
        if self.divisors is None:
            return whole
        divisor = self.divisors.get(year)
        return whole / divisor if divisor else None

    @property
    def base(self) -> Fraction | None:
        """The reference value: as stated, else the indicator in the reference year."""
        if self.reference is not None or self.reference_year is None:
            return self.reference
        return self.value(self.reference_year) if self.kind in (BASE_YEAR, INTENSITY) else None

    def level_in(self, year: int) -> Fraction | None:
        """The level of a year: that of the trajectory, else the one of the target year."""
        if self.kind == TRAJECTORY:
            return self.levels.get(year)
        if self.level is not None or self.kind not in RELATIVE:
            return self.level
        if self.base is None or self.share is None:
            return None
        sign = -1 if self.direction == DECREASE else 1
        return self.base * (1 + sign * self.share / 100)

    @property
    def is_cooperating(self) -> bool | None:
        """As stated; reported transfers state it as well."""
        return True if self.transfers else self.cooperation

    def is_due(self, year: int) -> bool:
        """Whether the target is to be met in the year."""
        return year in self.levels if self.kind == TRAJECTORY else year == self.target_year

    def years(self) -> Sequence[int]:
        """The years that are tracked: those with a value, and those in which the target is due."""
        due = self.levels if self.kind == TRAJECTORY else (self.target_year,)
        return sorted(year for year in {*self.values, *due} if year <= self.target_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What transfers add to the numerator of a year, or what is lacking to say so.

    ``amount`` is ``None`` where none count: before the period, and without cooperation.
    """

    amount: Fraction | None = None
    indicative: bool = False
    lacking: str | None = None


def adjustment(goal: Goal, year: int) -> Adjustment:
    """The corresponding adjustment of a year (decision 2/CMA.3, annex, paragraphs 7 to 9)."""
    if goal.is_cooperating is False or (goal.first_year is not None and year < goal.first_year):
        return Adjustment()
    if goal.is_cooperating is None:
        return Adjustment(lacking=NOT_STATED)
    if goal.treatment is None or (goal.treatment == AVERAGING and goal.first_year is None):
        return Adjustment(lacking=NO_TREATMENT)
    averaged = goal.treatment == AVERAGING and goal.first_year is not None
    first = goal.first_year if averaged and goal.first_year is not None else year
    counted = [goal.transfers.get(one) for one in range(first, year + 1)]
    known = [one for one in counted if one is not None]
    if len(known) < len(counted):
        return Adjustment(lacking=NO_ADJUSTMENT)
    net = sum((one.first - one.used for one in known), Fraction(0)) / len(known)
    return Adjustment(
        amount=-net if goal.counts_up else net, indicative=averaged and year < goal.target_year
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One year of a target."""

    year: int
    value: Fraction | None
    transfer: Transfer | None
    adjustment: Fraction | None
    indicative: bool
    balance: Fraction | None
    level: Fraction | None
    gap: Fraction | None
    progress: Fraction | None
    status: str
    reason: str | None


def in_year(goal: Goal, year: int) -> Year:
    """What is known of a year, and what comes of it."""
    value, level, found = goal.value(year), goal.level_in(year), adjustment(goal, year)
    # An average of an intensity's numerator is only known where its denominator is.
    mixed = goal.kind == INTENSITY and goal.divisors is None and found.amount is not None
    balance = None
    if value is not None and found.lacking is None and not mixed:
        balance = goal.value(year, found.amount or Fraction(0))
    lacking = _lacking(goal, year, found, mixed=mixed, level=level)
    gap = None
    if balance is not None and level is not None:
        gap = balance - level if goal.direction == DECREASE else level - balance
    return Year(
        year=year,
        value=value,
        transfer=goal.transfers.get(year),
        adjustment=found.amount,
        indicative=found.indicative,
        balance=balance,
        level=level,
        gap=gap,
        progress=_progress(goal.base, balance, level),
        status=_status(goal, year, gap, lacking),
        reason=lacking,
    )


def _lacking(
    goal: Goal, year: int, found: Adjustment, *, mixed: bool, level: Fraction | None
) -> str | None:
    """The first thing that is lacking, the value before what is done with it."""
    if year not in goal.values:
        return NO_VALUE
    if mixed or goal.value(year) is None:
        return NO_DENOMINATOR
    if found.lacking is not None:
        return found.lacking
    if level is None:
        if goal.kind == TRAJECTORY and not goal.is_due(year):
            return None
        without = goal.kind in RELATIVE and goal.share is not None and goal.base is None
        return NO_REFERENCE if without else NO_LEVEL
    return None


def _progress(
    base: Fraction | None, balance: Fraction | None, level: Fraction | None
) -> Fraction | None:
    if base is None or balance is None or level is None or base == level:
        return None
    return 100 * (base - balance) / (base - level)


def _status(goal: Goal, year: int, gap: Fraction | None, lacking: str | None) -> str:
    if lacking is not None:
        return OPEN
    if not goal.is_due(year):
        return UNDER_WAY
    assert gap is not None
    return ACHIEVED if gap <= 0 else MISSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A trajectory over its period: sums over the years that are due and known so far."""

    balance: Fraction | None
    level: Fraction | None
    status: str
    reason: str | None


def over_period(goal: Goal, years: Sequence[Year]) -> Period:
    """Σ balances against Σ levels; open while a year before the latest is open.

    A multi-year target is met where the sum of its balances is no more than that of its levels
    (decision 2/CMA.3, annex, paragraph 7 (b)).
    """
    due = [one for one in years if goal.is_due(one.year)]
    known = [one for one in due if one.balance is not None and one.level is not None]
    if not known:
        first = next((one.reason for one in due if one.reason), NO_LEVEL)
        return Period(balance=None, level=None, status=OPEN, reason=first)
    balance = sum((one.balance for one in known if one.balance is not None), Fraction(0))
    level = sum((one.level for one in known if one.level is not None), Fraction(0))
    if any(one not in known for one in due if one.year <= known[-1].year):
        return Period(balance=None, level=None, status=OPEN, reason=INCOMPLETE)
    if len(known) < len(due):
        return Period(balance=balance, level=level, status=UNDER_WAY, reason=None)
    over = balance - level if goal.direction == DECREASE else level - balance
    return Period(
        balance=balance, level=level, status=ACHIEVED if over <= 0 else MISSED, reason=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A target in one line: its latest year with a value, and where it stands."""

    latest: Year | None
    first_transferred: Fraction | None
    used: Fraction | None
    level: Fraction | None
    period: Period | None
    status: str
    reason: str | None


def summary(goal: Goal, years: Sequence[Year]) -> Summary:
    """The structured summary of a target from its years."""
    valued = [one for one in years if one.year in goal.values]
    latest = valued[-1] if valued else None
    told = [
        one
        for year, one in sorted(goal.transfers.items())
        if latest is not None and year <= latest.year
    ]
    period = over_period(goal, years) if goal.kind == TRAJECTORY else None
    if period is not None:
        status, reason = period.status, period.reason
    elif latest is None:
        status, reason = OPEN, NO_VALUE
    else:
        status, reason = latest.status, latest.reason
    return Summary(
        latest=latest,
        first_transferred=sum((one.first for one in told), Fraction(0)) if told else None,
        used=sum((one.used for one in told), Fraction(0)) if told else None,
        level=goal.level_in(goal.target_year),
        period=period,
        status=status,
        reason=reason,
    )
