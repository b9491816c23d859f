"""Joining two series of the same thing: ratios over common years, straight lines, trends.

Sums are exact (:func:`math.fsum`), so the order of the years plays no part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Ratio(NamedTuple):
    """By how much one series lies above another, from the years that both have.

    ``value`` is the factor. ``spread`` is the standard deviation (n − 1) of the yearly ratios in
    % of their mean, ``None`` for a single year; ``drift`` the largest difference between two
    yearly ratios in % of their mean.
    """

    value: float
    spread: float | None
    drift: float


class Trend(NamedTuple):
    """A straight line by least squares: its ``slope`` per year, and how far values lie off it.

    ``scatter`` is the residual standard deviation (n − 2) in % of the mean magnitude of the
    values, ``None`` where two years leave nothing over.
    """

    slope: float
    scatter: float | None


def ratios(upper: Sequence[float], lower: Sequence[float]) -> list[float]:
    """Year by year ``upper`` over ``lower``. Raises :class:`ZeroDivisionError` for a lower of 0."""
    return [one / other for one, other in zip(upper, lower, strict=True)]


def mean_of_ratios(upper: Sequence[float], lower: Sequence[float]) -> Ratio:
    """The mean of the yearly ratios (2006 IPCC Guidelines, Volume 1, Equation 5.1).

    >>> mean_of_ratios([3.0, 5.0], [2.0, 4.0]).value
    1.375
    """
    yearly = ratios(upper, lower)
    return _described(math.fsum(yearly) / len(yearly), yearly)


def ratio_of_sums(upper: Sequence[float], lower: Sequence[float]) -> Ratio:
    """The sum of one over the sum of the other: years weigh by their amount.

    >>> round(ratio_of_sums([3.0, 5.0], [2.0, 4.0]).value, 6)
    1.333333
    """
    return _described(math.fsum(upper) / math.fsum(lower), ratios(upper, lower))


def _described(value: float, yearly: Sequence[float]) -> Ratio:
    mean = math.fsum(yearly) / len(yearly)
    if mean == 0:
        return Ratio(value, None, math.inf)
    drift = 100.0 * (max(yearly) - min(yearly)) / abs(mean)
    if len(yearly) == 1:
        return Ratio(value, None, drift)
    variance = math.fsum((one - mean) ** 2 for one in yearly) / (len(yearly) - 1)
    return Ratio(value, 100.0 * math.sqrt(variance) / abs(mean), drift)


def between(at: int, left: tuple[int, float], right: tuple[int, float]) -> float:
    """The value at a year on the straight line between two known ones, each (year, value).

    >>> between(2003, (2000, 10.0), (2004, 30.0))
    25.0
    """
    share = (at - left[0]) / (right[0] - left[0])
    return left[1] * (1.0 - share) + right[1] * share


def trend(years: Sequence[int], values: Sequence[float]) -> Trend:
    """The straight line through at least two years.

    >>> trend([2000, 2001, 2002], [1.0, 3.0, 5.0])
    Trend(slope=2.0, scatter=0.0)
    """
    count = len(years)
    middle, mean = math.fsum(years) / count, math.fsum(values) / count
    offsets = [year - middle for year in years]
    slope = math.fsum(
        offset * (value - mean) for offset, value in zip(offsets, values, strict=True)
    ) / math.fsum(offset * offset for offset in offsets)
    if count == 2:
        return Trend(slope, None)
    off = math.fsum(
        (value - mean - slope * offset) ** 2 for offset, value in zip(offsets, values, strict=True)
    )
    magnitude = math.fsum(abs(value) for value in values) / count
    if magnitude == 0:
        return Trend(slope, 0.0)
    return Trend(slope, 100.0 * math.sqrt(off / (count - 2)) / magnitude)
