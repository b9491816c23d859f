"""Means of samples with their intervals, and rules for outliers.

All sums are exact (``math.fsum``), so that the order of the samples changes no bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

IQR_REACH = 1.5
"""Beyond the quartiles, in interquartile ranges (Tukey, Exploratory Data Analysis, 1977)."""
MAD_REACH = 3.5 / 0.6745
"""From the median, in median absolute deviations (Iglewicz and Hoaglin, 1993)."""
SIGNIFICANCE = 0.05
"""Of Grubbs' test, two-sided (Grubbs, Technometrics 11, 1969)."""


class Mean(NamedTuple):
    """A mean and half of its confidence interval, both in the unit of the samples."""

    mean: float
    half_width: float


class Judged(NamedTuple):
    """Which samples a rule keeps, and the limits within which each would be kept.

    Limits are NaN where the rule sets none.
    """

    kept: npt.NDArray[np.bool_]
    lower: Array
    upper: Array


def mean_interval(values: Array, weights: Array | None = None, *, confidence: float = 0.95) -> Mean:
    """Weighted mean of at least two samples and half of its confidence interval.

    With x̄ = Σwx/Σw the variance of the mean is Σw²(x − x̄)²/(Σw)² · n/(n − 1), which is s²/n
    where all weights are the same, and the half-width is Student's t with n − 1 degrees of
    freedom times its root. Weights are above zero, in any unit.
    """
    count = len(values)
    weight = np.ones(count) if weights is None else weights
    total = math.fsum(weight)
    mean = math.fsum(weight * values) / total
    # What the first sum lost is added again: digits that samples have in common do not matter.
    mean += math.fsum(weight * (values - mean)) / total
    squares = math.fsum((weight * (values - mean)) ** 2)
    variance = squares / total**2 * count / (count - 1)
    quantile = _student(count - 1, (1 + confidence) / 2)
    return Mean(mean, quantile * math.sqrt(variance))


def _student(freedom: int, probability: float) -> float:
    """The quantile of Student's distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))


def all_kept(values: Array) -> Judged:
    """No sample is an outlier."""
    return Judged(np.ones(len(values), np.bool_), *(np.full(len(values), np.nan) for _ in "lu"))


def by_quartiles(values: Array) -> Judged:
    """Outliers lie more than 1.5 interquartile ranges beyond the quartiles.

    Quartiles interpolate between samples (type 7 of Hyndman and Fan). Where half of the samples
    are the same there is no spread to judge by, and all are kept.
    """
    low, high = np.percentile(values, [25, 75])
    reach = IQR_REACH * (high - low)
    return _within(values, low - reach, high + reach)


def by_deviations(values: Array) -> Judged:
    """Outliers have a modified z-score above 3.5: 0.6745·|x − median| / MAD.

    MAD is the median absolute deviation from the median. Where half of the samples are the same
    there is no spread to judge by, and all are kept.
    """
    middle = np.median(values)
    reach = MAD_REACH * np.median(np.abs(values - middle))
    return _within(values, middle - reach, middle + reach)


def _within(values: Array, lower: float, upper: float) -> Judged:
    if not lower < upper:
        return all_kept(values)
    kept = (values >= lower) & (values <= upper)
    return Judged(kept, np.full(len(values), lower), np.full(len(values), upper))


def by_grubbs(values: Array) -> Judged:
    """Outliers are found by Grubbs' two-sided test at 5 %, one after another.

    The sample farthest from the mean is one where its distance in standard deviations is above
    (n − 1)/√n · √(t²/(n − 2 + t²)), t being the quantile of Student's distribution with n − 2
    degrees of freedom at 1 − 0.05/(2n). It is left out, and the rest is tested again. The limits
    of a sample are those of the test in which it was left out, or else of the last one.
    """
    kept, lower, upper = all_kept(values)
    while (count := int(kept.sum())) >= 3:
        mean = math.fsum(values[kept]) / count
        deviation = math.sqrt(math.fsum((values[kept] - mean) ** 2) / (count - 1))
        quantile = _student(count - 2, 1 - SIGNIFICANCE / (2 * count))
        critical = (count - 1) / math.sqrt(count * (1 + (count - 2) / quantile**2))
        if deviation == 0:
            break
        lower[kept], upper[kept] = mean - critical * deviation, mean + critical * deviation
        distance = np.where(kept, np.abs(values - mean), -1.0)
        farthest = int(distance.argmax())
        if distance[farthest] <= critical * deviation:
            break
        kept[farthest] = False
    return Judged(kept, lower, upper)


OUTLIER_RULES: Mapping[str, Callable[[Array], Judged]] = {
    "none": all_kept,
    "grubbs": by_grubbs,
    "iqr": by_quartiles,
    "mad": by_deviations,
}
"""Rules for outliers by name; each takes the values of three samples or more."""
