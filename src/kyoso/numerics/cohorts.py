"""Stocks of things that enter in yearly cohorts and leave at the end of their lifetimes.

Balance of every year and series: stock(t) − stock(t−1) = inflow(t) − outflow(t). Each year's
cohort is divided up by differences of the cumulative distribution of its lifetime, so whatever
has entered is either in the stock or has left (the inflow-driven dynamic stock model; van der
Voet et al. 2002; the class ``DynamicStockModel`` of ODYM).
"""

from __future__ import annotations

import enum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kyoso.core.errors import UsageError
from kyoso.core.text import Text
from kyoso.numerics.lifetimes import Array, Lifetime

_BLOCK = 256
"""Series worked on at a time: the working arrays of a block stay in the processor's cache."""


class InflowAt(enum.StrEnum):
    """When in its first year a cohort enters."""

    START = "start"
    MIDDLE = "middle"
    END = "end"

    @property
    def first_age(self) -> float:
        """The age of a cohort, in years, at the end of the year in which it enters."""
        return {"start": 1.0, "middle": 0.5, "end": 0.0}[self.value]


class Shares(NamedTuple):
    """What becomes of a cohort, by lifetime and year; the first year is that of its entry.

    ``kept[l, n]`` is the share still there at the end of year n, ``left[l, n]`` the share that
    leaves during year n. Both have the shape (lifetimes, years), and for every n the shares
    left up to n and the share kept at n make one.
    """

    kept: Array
    left: Array


class Flows(NamedTuple):
    """Stock at the end of each year, and outflow during it, in the unit of the inflow."""

    stock: Array
    outflow: Array


def year_end_ages(years: int, inflow_at: InflowAt) -> Array:
    """The age of a cohort at the end of its first, second … year; shape (years,)."""
    return np.arange(years, dtype=np.float64) + inflow_at.first_age


def shares(lifetime: Lifetime) -> Shares:
    """Divide cohorts up by their lifetimes at :func:`year_end_ages`, along the last axis.

    What leaves between two ages is the difference of whichever of the two shares is the
    smaller, because that one has more digits below one.
    """
    surviving, ended = lifetime
    left = ended.copy()
    left[..., 1:] = np.where(
        ended[..., 1:] < 0.5, np.diff(ended, axis=-1), -np.diff(surviving, axis=-1)
    )
    # The last bit of an exponential may rise where the exact function falls.
    return Shares(surviving, np.maximum(left, 0.0))


def inflow_driven(inflow: Array, shares: Shares, lifetime_of: npt.NDArray[np.intp]) -> Flows:
    """Stock and outflow that follow from the inflow of many series at once.

    ``inflow`` has the shape (series, years), in any unit; ``lifetime_of`` names for each series
    its row in ``shares``, which covers as many years. Before the first year nothing is there.
    Both answers have the shape of ``inflow``:

    - stock(t) = Σ_c inflow(c)·kept(t − c)
    - outflow(t) = Σ_c inflow(c)·left(t − c)

    The outflow is summed by itself rather than taken from the balance, which would leave small
    early outflows as differences of large stocks; the balance then holds to rounding. The sums
    run over cohorts in one order, each series by itself: a series gives the same bits alone,
    among others, in any order and with any number of threads. Memory is that of the two answers
    and a few blocks; no array has cohort and year as two axes.

    Raises :class:`UsageError` where an inflow is not a finite number, for an absent inflow is
    not an inflow of zero.
    """
    if not np.isfinite(inflow).all():
        series, year = np.argwhere(~np.isfinite(inflow))[0]
        raise UsageError(
            Text("the inflow is not a number", "流入量が数値ではありません"),
            where=f"series {series}, year {year}",
            hint=Text("give every year of a series", "系列のすべての年の値が必要です"),
        )
    stock, outflow = np.empty_like(inflow), np.empty_like(inflow)
    for start in range(0, len(inflow), _BLOCK):
        block = slice(start, start + _BLOCK)
        for share, answer in ((shares.kept, stock), (shares.left, outflow)):
            answer[block] = _spread(inflow[block], share[lifetime_of[block]])
    return Flows(stock, outflow)


def _spread(entered: Array, share: Array) -> Array:
    """Σ_c entered[:, c]·share[:, t − c] for every year t; all of shape (series, years)."""
    series, years = entered.shape
    # Series lie side by side, so that NumPy adds whole rows, cohort after cohort. A series alone
    # would be added up along its years, in another order; a second column keeps it in line.
    by_cohort, by_age = np.zeros((2, years, max(series, 2)))
    by_cohort[:, :series] = entered.T
    by_age[:, :series] = share.T[::-1]
    total: Array = np.empty_like(by_cohort)
    for year in range(years):
        entered_so_far, at_their_age = by_cohort[: year + 1], by_age[years - 1 - year :]
        np.einsum("cs,cs->s", entered_so_far, at_their_age, out=total[year])
    return total[:, :series].T
