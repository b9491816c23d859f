"""Numbers with their uncertainty, carried to first order through sums, products and powers.

What a number owes to each independent cause is kept apart and with its sign, so that a cause
that comes in twice (one factor behind many lines, one quantity in several terms) counts once and
in full.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A value and what it moves by, cause by cause.

    ``parts`` is for each independent cause the change of the value when the cause moves up by
    half of its 95 % interval; ``unknown`` are causes that matter and have no known interval.
    """

    value: float
    parts: Mapping[Hashable, float] = field(default_factory=dict)
    unknown: frozenset[Hashable] = frozenset()

    @classmethod
    def stated(cls, value: float, percent: float | None, cause: Hashable) -> Self:
        """A value with half of its interval in % of it, or ``None`` where that is not known."""
        if percent is None:
            return cls(value, unknown=frozenset((cause,)))
        return cls(value, {cause: value * percent / 100})

    @classmethod
    def between(
        cls, value: float, lower: float | None, upper: float | None, cause: Hashable
    ) -> Self:
        """A value with the ends of its interval, of which half the width is taken."""
        if lower is None or upper is None:
            return cls(value, unknown=frozenset((cause,)))
        return cls(value, {cause: (upper - lower) / 2})

    @property
    def half_width(self) -> float | None:
        """Half of the 95 % interval: √Σ part²; ``None`` where a cause is unknown."""
        return None if self.unknown else math.hypot(*self.parts.values())

    @property
    def percent(self) -> float | None:
        """Half of the interval in % of the value; ``None`` where unknown or of nothing."""
        half = self.half_width
        return None if half is None or not self.value else 100 * half / abs(self.value)

    def __add__(self, other: Uncertain | float) -> Uncertain:
        other = _as_uncertain(other)
        return _moved(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __sub__(self, other: Uncertain | float) -> Uncertain:
        other = _as_uncertain(other)
        return _moved(self.value - other.value, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other: Uncertain | float) -> Uncertain:
        other = _as_uncertain(other)
        return _moved(self.value * other.value, ((self, other.value), (other, self.value)))

    def __truediv__(self, other: Uncertain | float) -> Uncertain:
        other = _as_uncertain(other)
        quotient = self.value / other.value
        return _moved(quotient, ((self, 1 / other.value), (other, -quotient / other.value)))

    def __pow__(self, exponent: float) -> Uncertain:
        """The power of a positive number, or of any number to a whole exponent."""
        slope = exponent * self.value ** (exponent - 1) if exponent else 0.0
        return _moved(self.value**exponent, ((self, slope),))


def total(terms: Iterable[Uncertain]) -> Uncertain:
    """The sum, in which no digit is lost whatever the order of the terms."""
    kept = list(terms)
    parts: defaultdict[Hashable, list[float]] = defaultdict(list)
    for term in kept:
        for cause, part in term.parts.items():
            parts[cause].append(part)
    return Uncertain(
        math.fsum(term.value for term in kept),
        {cause: math.fsum(changes) for cause, changes in parts.items()},
        frozenset[Hashable]().union(*(term.unknown for term in kept)),
    )


def _as_uncertain(number: Uncertain | float) -> Uncertain:
    return number if isinstance(number, Uncertain) else Uncertain(number)


def _moved(value: float, operands: Iterable[tuple[Uncertain, float]]) -> Uncertain:
    """A value that moves by each operand times its slope."""
    parts: dict[Hashable, float] = {}
    unknown: frozenset[Hashable] = frozenset()
    for operand, slope in operands:
        if not slope:
            continue
        unknown |= operand.unknown
        for cause, part in operand.parts.items():
            parts[cause] = parts.get(cause, 0.0) + slope * part
    return Uncertain(value, parts, unknown)
