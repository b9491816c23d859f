"""Ranks by share, and which of the largest together reach a threshold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_DIGITS = 12
"""Shares that differ only beyond these digits are equal: their order must not hang on rounding."""

_PLACES = 10
"""So many places of a cumulative share [%] are compared with a threshold."""


class Ranking(NamedTuple):
    """Rows from the largest share to the smallest.

    ``order`` holds their positions; ``share`` and ``cumulative`` [%] and ``within`` are in that
    order. ``within`` tells who is needed to reach the threshold.
    """

    order: npt.NDArray[np.intp]
    share: Array
    cumulative: Array
    within: npt.NDArray[np.bool_]


def ranking(weights: Array, threshold: float) -> Ranking:
    """Rank ``weights`` (not negative, any unit) and find the fewest that reach ``threshold`` %.

    The one that crosses the threshold is among them; one after the threshold was reached
    exactly is not. Equal shares keep the order they came in. Without any weight there is no
    share, and the ranking is empty.
    """
    total = math.fsum(weights)
    if total == 0:
        nothing = np.empty(0)
        return Ranking(np.empty(0, np.intp), nothing, nothing, np.empty(0, np.bool_))
    shares = weights / total * 100
    order = np.argsort([-float(f"{one:.{_DIGITS}g}") for one in shares.tolist()], kind="stable")
    share = shares[order]
    cumulative = np.fromiter(running(share.tolist()), np.float64, len(share))
    before = np.concatenate(([0.0], cumulative[:-1]))
    return Ranking(order, share, cumulative, np.round(before, _PLACES) < threshold)


def running(values: Iterable[float]) -> Iterator[float]:
    """The sum so far, after each value; what rounding drops is carried along (Neumaier 1974)."""
    total = lost = 0.0
    for value in values:
        added = total + value
        small, large = sorted((total, value), key=abs)
        lost += (large - added) + small
        total = added
        yield total + lost
