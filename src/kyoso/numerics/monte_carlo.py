"""Monte Carlo of a sum of products at two times, without ever holding its draws row by row.

Each row is an amount times two multipliers of mean one. The second may be shared by many rows;
either may be the same at both times or independent. What has to be drawn is drawn; what is
normal given the draws is not, but added up as means and variances and drawn once, for the sum:
that is exact, for a sum of independent normal numbers is normal.

Every multiplier has a stream of random numbers of its own, made of the seed and its name. So
its draws are the same in whatever order, block or thread it is worked on, and whichever other
rows there are, and fewer draws are the first of more.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kyoso.numerics.propagation import Integers, summed

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

QUANTILE = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""

_BLOCK = 256
"""Multipliers whose draws are added up before they are added to the others."""

_HALVINGS = 60
"""So often is an interval halved to find a root to the last digits of a double."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Multipliers:
    """Random numbers of mean one, each with a ``name``; all of shape (multipliers,).

    They are normal with standard ``deviation``, or the logarithm is where ``logarithmic``.
    ``same`` tells which have one value for both times.
    """

    name: Sequence[str]
    deviation: Array
    logarithmic: Booleans
    same: Booleans

    @property
    def variance(self) -> Array:
        """The variance of the multipliers themselves: s², or e^(s²) − 1."""
        square = self.deviation**2
        return np.where(self.logarithmic, np.expm1(square), square)


class Totals(NamedTuple):
    """The sums at both times, draw by draw, in the unit of the amounts; both (draws,)."""

    before: Array
    after: Array


def multipliers(
    name: Sequence[str], half_width: Array, *, same: Booleans, normal_up_to: float
) -> Multipliers:
    """Multipliers by half of their 95 % interval [%]: normal up to a width, lognormal above.

    A lognormal one has the mean one and a 95 % interval as wide as asked for, from s of
    :func:`log_deviation`.
    """
    logarithmic = half_width > normal_up_to
    deviation = half_width / (100 * QUANTILE)
    deviation[logarithmic] = log_deviation(half_width[logarithmic] / 100)
    return Multipliers(name=name, deviation=deviation, logarithmic=logarithmic, same=same)


def log_half_width(deviation: Array) -> Array:
    """Half of the 95 % interval of a lognormal number of mean one: e^(−s²/2)·sinh(z·s)."""
    return np.exp(-(deviation**2) / 2) * np.sinh(QUANTILE * deviation)


def _widest() -> tuple[float, float]:
    """The s with the widest interval, where tanh(z·s) = z/s, and half of that interval."""
    deviation = QUANTILE
    for _ in range(_HALVINGS):
        deviation = QUANTILE / float(np.tanh(QUANTILE * deviation))
    return deviation, float(log_half_width(np.array([deviation]))[0])


_WIDEST_DEVIATION, WIDEST = _widest()
"""No lognormal number of mean one has a 95 % interval with a half wider than ``WIDEST``."""


def log_deviation(half_width: Array) -> Array:
    """The smaller s of which :func:`log_half_width` is ``half_width``, at most :data:`WIDEST`."""
    low = np.zeros_like(half_width)
    high = np.full_like(half_width, _WIDEST_DEVIATION)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = log_half_width(middle) < half_width
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Products:
    """Rows that add up: amounts ``before`` and ``after``, each times two multipliers.

    ``own`` has one multiplier for each row; ``shared`` one for each group, of which ``group``
    says which is a row's.
    """

    before: Array
    after: Array
    own: Multipliers
    shared: Multipliers
    group: Integers


def simulate(products: Products, *, draws: int, seed: int, threads: int | None = None) -> Totals:
    """Draw the sums at both times. The answer does not depend on ``threads``, bit by bit.

    Memory is about 80 bytes for each draw and thread, however many rows there are.
    """
    plan = _plan(products)
    workers = threads or len(os.sched_getaffinity(0))
    sums = np.zeros((_SUMS, draws))
    groups = len(products.shared.name)
    starts = range(0, groups, _BLOCK)

    def block(start: int) -> Array:
        return _added(products, plan, range(start, min(start + _BLOCK, groups)), draws, seed)

    with ThreadPoolExecutor(workers) as pool:
        for wave in _waves(starts, workers):
            for one in pool.map(block, wave):
                sums += one
    return _with_the_normal_part(sums, draws, seed)


_SUMS = 5
_BEFORE, _AFTER, _VARIANCE_BEFORE, _VARIANCE_AFTER, _COVARIANCE = range(_SUMS)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What each group adds: see :func:`_plan`. ``drawn`` are its rows that have to be drawn."""

    mean: Array
    spread: Array
    drawn: Sequence[Sequence[int]]


def _plan(products: Products) -> _Plan:
    """For each group the sums over its rows whose own multiplier is normal.

    ``mean`` are the amounts at both times, (groups, 2). ``spread`` are the variances at both
    times and the covariance that the rows have while the shared multiplier is one, (groups, 3).
    """
    own, groups = products.own, len(products.shared.name)
    normal = ~own.logarithmic
    before, after = products.before * normal, products.after * normal
    square = own.deviation**2
    parts = (
        before,
        after,
        before**2 * square,
        after**2 * square,
        np.where(own.same, before * after * square, 0.0),
    )
    by_group = np.stack([summed(part, products.group, groups) for part in parts], axis=1)
    drawn: list[list[int]] = [[] for _ in range(groups)]
    for row in np.flatnonzero(own.logarithmic).tolist():
        drawn[products.group[row]].append(row)
    return _Plan(by_group[:, :2], by_group[:, 2:], drawn)


def _waves(starts: Sequence[int], workers: int) -> Iterator[Sequence[int]]:
    """As many blocks at a time as there are threads, so that few wait in memory."""
    for at in range(0, len(starts), workers):
        yield starts[at : at + workers]


def _added(products: Products, plan: _Plan, groups: range, draws: int, seed: int) -> Array:
    """The five sums over some groups: totals, variances and covariance; (5, draws)."""
    sums = np.zeros((_SUMS, draws))
    work, *room = np.empty((7, draws))
    of_group, of_row, amounts = (room[0], room[1]), (room[2], room[3]), (room[4], room[5])
    for group in groups:
        mean, rows = plan.mean[group].tolist(), plan.drawn[group]
        shared = _draw(products.shared, group, "shared", seed, of_group)
        for at in (0, 1) if rows else ():
            amounts[at].fill(mean[at])
        for row in rows:
            own = _draw(products.own, row, "own", seed, of_row)
            for at, size in enumerate((products.before[row], products.after[row])):
                np.multiply(own[at], size, out=work)
                np.add(amounts[at], work, out=amounts[at])
        for at, value in enumerate(shared):
            np.multiply(value, amounts[at] if rows else mean[at], out=work)
            sums[at] += work
        _add_spread(sums, plan.spread[group].tolist(), shared, work)
    return sums


def _add_spread(sums: Array, spread: Sequence[float], shared: Sequence[Array], work: Array) -> None:
    """Add the variances and the covariance of a group, given its shared multiplier."""
    places = (_VARIANCE_BEFORE, 0, 0), (_VARIANCE_AFTER, 1, 1), (_COVARIANCE, 0, 1)
    for (place, one, other), size in zip(places, spread, strict=True):
        if size:
            np.multiply(shared[one], shared[other], out=work)
            work *= size
            sums[place] += work


def _draw(
    of: Multipliers, at: int, kind: str, seed: int, out: tuple[Array, Array]
) -> tuple[Array, Array]:
    """The draws of a multiplier at both times, into the second of ``out`` only where they differ."""
    deviation, logarithmic, name = float(of.deviation[at]), bool(of.logarithmic[at]), of.name[at]
    if of.same[at]:
        _fill(out[0], deviation, _stream(seed, kind, "both", name), logarithmic=logarithmic)
        return out[0], out[0]
    for values, time in zip(out, ("before", "after"), strict=True):
        _fill(values, deviation, _stream(seed, kind, time, name), logarithmic=logarithmic)
    return out


def _fill(out: Array, deviation: float, random: np.random.Generator, *, logarithmic: bool) -> None:
    if deviation == 0:
        out.fill(1.0)
        return
    random.standard_normal(out=out)
    out *= deviation
    if not logarithmic:
        out += 1.0
        return
    out -= deviation**2 / 2
    np.exp(out, out=out)


def _stream(seed: int, *name: str) -> np.random.Generator:
    """The random numbers of a name: Philox, its key a hash of seed and name."""
    written = "\x1f".join((str(seed), *name)).encode()
    key = int.from_bytes(hashlib.blake2b(written, digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=key))


def _with_the_normal_part(sums: Array, draws: int, seed: int) -> Totals:
    """Add two correlated normal numbers with the variances and the covariance of each draw."""
    one, other = (_stream(seed, "normal part", str(at)).standard_normal(draws) for at in (0, 1))
    deviation = np.sqrt(sums[_VARIANCE_BEFORE])
    along = np.divide(
        sums[_COVARIANCE], deviation, out=np.zeros_like(deviation), where=deviation > 0
    )
    rest = np.sqrt(np.maximum(sums[_VARIANCE_AFTER] - along**2, 0.0))
    return Totals(sums[_BEFORE] + deviation * one, sums[_AFTER] + along * one + rest * other)
