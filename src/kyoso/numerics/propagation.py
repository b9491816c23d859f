"""Propagation of errors through sums of products, at one time and between two times.

An uncertainty is half of a 95 % interval in % of the value. Signs are kept: what is taken away
counts against what is added.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

ABSENT = math.nan
"""What has no value, such as a share of nothing."""


class Sensitivities(NamedTuple):
    """Change of the relative change of the sum [percentage points] per 1 % of one of its terms.

    ``joint`` is for a term that is 1 % larger at both times, ``single`` for one that is 1 %
    larger at the later time alone. Both have the sign of the change.
    """

    joint: Array
    single: Array


def combined(*uncertainties: Array) -> Array:
    """The uncertainty of a product of independent factors [%]: √Σ U² (2006 IPCC, Equation 3.1)."""
    answer = np.zeros_like(uncertainties[0])
    for one in uncertainties:
        answer = np.hypot(answer, one)
    return answer


def total(values: Array) -> float:
    """The sum, as if added with twice the digits, in one order that no processor changes.

    Neighbours are added pair by pair until one number is left, and what rounding drops of each
    pair is added up beside it (Ogita, Rump, Oishi 2005, Sum2).
    """
    size = 1 << max(len(values) - 1, 0).bit_length()
    sums, lost = np.zeros((2, size))
    sums[: len(values)] = values
    while len(sums) > 1:
        one, other = sums[::2], sums[1::2]
        sums = one + other
        back = sums - one
        lost = lost[::2] + lost[1::2] + ((one - (sums - back)) + (other - back))
    return float(sums[0] + lost[0])


def half_width(*parts: Array) -> float:
    """Half of the interval of a sum of independent ``parts``, given their own: √Σ p²."""
    return math.sqrt(math.fsum(total(part * part) for part in parts))


def summed(values: Array, group: Integers, groups: int) -> Array:
    """The sum of the values of each group, added in their order; (groups,)."""
    added: Array = np.bincount(group, weights=values, minlength=groups).astype(np.float64)
    return added


def relative_change(before: Array, after: Array) -> float:
    """(Σ after − Σ before) / Σ before [%]; absent where Σ before is zero."""
    start = total(before)
    return (total(after) - start) / start * 100 if start else ABSENT


def sensitivities(before: Array, after: Array, together: Array | None = None) -> Sensitivities:
    """The sensitivities of :func:`relative_change` to each term (2006 IPCC, Table 3.2).

    With B = Σ before, A = Σ after, and b, a a term of theirs, ``joint`` is what the table
    defines as the difference of two changes,

        ((A + a/100)/(B + b/100) − A/B)·100 = (a − b·A/B)/(B + b/100),

    written as on the right, where nearly equal numbers are not subtracted; the derivative has B
    in the denominator instead. ``single`` is a/B. Both are absent where B is zero; ``joint``
    also where 1 % of the term takes B to zero or past it, for there the step says nothing.

    Where terms can only move together, ``together`` is for each the sum of b over all that move
    with it. It takes the place of b in the denominator, and the ``joint`` of those terms add up to
    that of their sum.
    """
    start, end = total(before), total(after)
    if start == 0:
        absent = np.full_like(before, ABSENT)
        return Sensitivities(absent, absent)
    moved = start + (before if together is None else together) / 100
    sound = moved * math.copysign(1.0, start) > 0
    joint = np.full_like(before, ABSENT)
    joint[sound] = (after - before * (end / start))[sound] / moved[sound]
    return Sensitivities(joint, after / start)
