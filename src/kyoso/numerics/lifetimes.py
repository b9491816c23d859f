"""Lifetime distributions: which share of things that began together is still there at an age.

Every distribution gives two numbers for an age: the share that is still there and the share
that has ended. Neither is calculated as one minus the other, so the first few ends of a long
life and the last few survivors of a short one keep all their digits.

Ages and parameters broadcast against each other. Ages are in the unit of the scale, mean or
standard deviation, here years, and not negative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kyoso.core.errors import UsageError
from kyoso.core.text import Text

Array = npt.NDArray[np.float64]


class Lifetime(NamedTuple):
    """Shares at some ages, both within 0–1: still there, and ended at that age or before."""

    surviving: Array
    ended: Array


@dataclass(frozen=True, slots=True)
class Distribution:
    """A lifetime distribution: the parameters it ``needs``, by name, and ``at`` some ages."""

    needs: tuple[str, ...]
    at: Callable[..., Lifetime]


def weibull(age: npt.ArrayLike, shape: npt.ArrayLike, scale: npt.ArrayLike) -> Lifetime:
    """Weibull lifetimes: surviving = exp(−(age/scale)^shape), mean scale·Γ(1 + 1/shape).

    Raises :class:`UsageError` for a parameter that is not a positive number.
    """
    shape, scale = _positive(shape=shape, scale=scale)
    with np.errstate(over="ignore"):  # an infinite hazard: nothing survives
        hazard = (_ages(age) / scale) ** shape
    return Lifetime(np.exp(-hazard), -np.expm1(-hazard))


def lognormal(
    age: npt.ArrayLike, mean: npt.ArrayLike, standard_deviation: npt.ArrayLike
) -> Lifetime:
    """Lognormal lifetimes by the mean and standard deviation of the lifetime itself.

    With μ and σ of the lifetime, its logarithm is normal with variance s² = ln(1 + σ²/μ²) and
    mean ln μ − s²/2. Raises :class:`UsageError` for a parameter that is not a positive number.
    """
    mean, deviation = _positive(mean=mean, standard_deviation=standard_deviation)
    variance = np.log1p((deviation / mean) ** 2)
    with np.errstate(divide="ignore"):  # ln 0 = −∞: nothing has ended at age 0
        z = (np.log(_ages(age)) - np.log(mean) + variance / 2) / np.sqrt(variance)
    return _of_normal(z)


def normal(age: npt.ArrayLike, mean: npt.ArrayLike, standard_deviation: npt.ArrayLike) -> Lifetime:
    """Normal lifetimes; the share with a negative lifetime has ended at age 0 already.

    Raises :class:`UsageError` for a parameter that is not a positive number.
    """
    mean, deviation = _positive(mean=mean, standard_deviation=standard_deviation)
    return _of_normal((_ages(age) - mean) / deviation)


def fixed(age: npt.ArrayLike, mean: npt.ArrayLike) -> Lifetime:
    """One lifetime for all: everything is there while age < mean, and nothing from then on.

    Raises :class:`UsageError` for a mean that is not a positive number.
    """
    (mean,) = _positive(mean=mean)
    there = _ages(age) < mean
    return Lifetime(there.astype(np.float64), (~there).astype(np.float64))


DISTRIBUTIONS: Mapping[str, Distribution] = MappingProxyType(
    {
        "weibull": Distribution(("shape", "scale"), weibull),
        "lognormal": Distribution(("mean", "standard_deviation"), lognormal),
        "normal": Distribution(("mean", "standard_deviation"), normal),
        "fixed": Distribution(("mean",), fixed),
    }
)
"""Every distribution by its name."""


def _of_normal(z: Array) -> Lifetime:
    from scipy.special import ndtr

    return Lifetime(ndtr(-z), ndtr(z))


def _ages(age: npt.ArrayLike) -> Array:
    ages = np.asarray(age, np.float64)
    if not np.all(ages >= 0):
        raise UsageError(
            Text("not an age", "年齢ではありません"),
            where=f"age={ages[~(ages >= 0)].flat[0]:g}",
            hint=Text("zero or a positive number", "0以上の数値を指定してください"),
        )
    return ages


def _positive(**parameters: npt.ArrayLike) -> tuple[Array, ...]:
    arrays = {name: np.asarray(value, np.float64) for name, value in parameters.items()}
    for name, array in arrays.items():
        sound = (array > 0) & np.isfinite(array)
        if not np.all(sound):
            raise UsageError(
                Text("not a parameter of a lifetime", "寿命分布のパラメータではありません"),
                where=f"{name}={array[~sound].flat[0]:g}",
                hint=Text("a positive number", "正の数値を指定してください"),
            )
    return tuple(arrays.values())
