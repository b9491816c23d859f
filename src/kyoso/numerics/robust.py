"""What is usual among a few numbers, so that a single odd one among them does not decide it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

NORMAL = 1 / statistics.NormalDist().inv_cdf(0.75)
"""Standard deviations of a normal distribution in one median absolute deviation, about 1.4826."""


class Usual(NamedTuple):
    """The median of some numbers and the range around it that is usual, in their unit."""

    median: float
    lower: float
    upper: float


def median_deviation(values: Sequence[float]) -> float:
    """The median of the absolute deviations from the median of at least one number.

    >>> median_deviation([1, 2, 3, 4, 100])
    1
    """
    middle = statistics.median(values)
    return statistics.median(abs(value - middle) for value in values)


def usual(values: Sequence[float], *, reach: float, least: float) -> Usual:
    """The median and ``reach`` standard deviations on both sides of it, estimated robustly.

    The deviation is that of the median absolute deviation in a normal distribution. Each side
    is at least ``least`` % of the median wide: numbers that hardly differ have no spread to
    judge by. The order of the values plays no part.
    """
    middle = statistics.median(values)
    half = max(reach * NORMAL * median_deviation(values), least / 100 * abs(middle))
    return Usual(middle, middle - half, middle + half)
