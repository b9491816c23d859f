"""Stocks that decay by a constant share of what is there: first-order decay.

What enters in a year is there for a part of that year before decay begins, or decays from the
day it enters; the caller says for which part of the year of entry it decays. Balance of every
year and series: stock(t) − stock(t−1) = inflow(t) − decayed(t).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kyoso.core.errors import UsageError
from kyoso.core.text import Text

Array = npt.NDArray[np.float64]


class Decay(NamedTuple):
    """Stock at the end of each year, and what decayed during it, in the unit of the inflow."""

    stock: Array
    decayed: Array


def first_order(inflow: Array, rate: Array, part_of_first_year: Array) -> Decay:
    """Stock and decay that follow from the inflow of many series at once.

    ``inflow`` has the shape (years, series), in any unit; ``rate`` is k [1/year] and
    ``part_of_first_year`` f, the part of the year of entry in which what has entered decays
    [years, 0 … 1], both of the shape (series,). Before the first year nothing is there. With
    inflow D:

    - stock(t) = D(t)·e^(−k·f) + stock(t−1)·e^(−k)
    - decayed(t) = D(t)·(1 − e^(−k·f)) + stock(t−1)·(1 − e^(−k))

    (2006 IPCC Guidelines, Volume 5, Chapter 3.) The work is done year by year on all series,
    each element by itself: a series gives the same bits alone, among others, in any order and
    with any number of threads.

    Raises :class:`UsageError` where an inflow is not a finite number, for an absent inflow is
    not an inflow of zero.
    """
    if not np.isfinite(inflow).all():
        year, series = np.argwhere(~np.isfinite(inflow))[0]
        raise UsageError(
            Text("the inflow is not a number", "流入量が数値ではありません"),
            where=f"series {series}, year {year}",
            hint=Text("give every year of a series", "系列のすべての年の値が必要です"),
        )
    # Of slow decay 1 − e^(−x) would leave few digits.
    kept, lost = np.exp(-rate), -np.expm1(-rate)
    kept_at_first, lost_at_first = (
        np.exp(-rate * part_of_first_year),
        -np.expm1(-rate * part_of_first_year),
    )
    stock, decayed = np.empty_like(inflow), np.empty_like(inflow)
    there = np.zeros(inflow.shape[1])
    for year, entered in enumerate(inflow):
        decayed[year] = entered * lost_at_first + there * lost
        there = entered * kept_at_first + there * kept
        stock[year] = there
    return Decay(stock, decayed)
