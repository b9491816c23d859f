"""Uncertainty of 12,000 facilities × 5 sources by Approaches 1 and 2: Kyoso and its peers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measuring import Case, Contender, Goal, Job

FACILITIES, SOURCES, DRAWS = 12_000, 5, 10_000
NORMAL_UP_TO = 30.0
"""Wider uncertainties [%] are lognormal."""

PROPAGATED, PROPAGATED_WHOLE = "kyoso, approach 1, kernel", "kyoso, approach 1, whole method"
BY_HAND, PEER = "NumPy by hand, approach 1", "uncertainties 3.2.3, approach 1"
DRAWN, DRAWN_WHOLE = "kyoso, approach 2, kernel", "kyoso, approach 2, whole method"
ALL_DRAWN = "NumPy by hand, approach 2"

Array = npt.NDArray[np.float64]
Answer = dict[str, float]
"""Level uncertainty [%], and uncertainty of the trend [percentage points]."""


def make(folder: Path) -> None:
    """Random inventories of two years as arrays, and the same as a file for the method.

    One factor in five is wider than a normal distribution serves.
    """
    random = np.random.default_rng(20250904)
    rows = FACILITIES * SOURCES
    base = random.lognormal(8, 1.5, rows)
    numbers = {
        "base": base,
        "current": base * random.uniform(0.7, 1.3, rows),
        "activity_uncertainty": random.uniform(0.5, 10, rows),
        "factor_uncertainty": np.where(
            random.random(rows) < 0.2, random.uniform(30, 150, rows), random.uniform(1, 25, rows)
        ),
    }
    np.savez(folder / "arrays.npz", **numbers)  # type: ignore[arg-type]  # names cannot clash
    columns = [values.tolist() for values in numbers.values()]
    lines = [
        f"F{row // SOURCES:05d} S{row % SOURCES},CO2," + ",".join(map(repr, values))
        for row, values in enumerate(zip(*columns, strict=True))
    ]
    header = ",".join(["category", "gas", *numbers])
    (folder / "inventory.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")


def arrays(folder: Path) -> tuple[Array, Array, Array, Array]:
    with np.load(folder / "arrays.npz") as file:
        return (
            file["base"],
            file["current"],
            file["activity_uncertainty"],
            file["factor_uncertainty"],
        )


def keep(answer: Answer, path: Path) -> None:
    path.write_text(json.dumps(answer), encoding="utf-8")


def keep_result(result: Any, path: Path) -> None:
    (row,) = result.tables["total"].arrow().to_pylist()
    keep({name: row[name] for name in ("level_uncertainty", "trend_uncertainty")}, path)


# --- approach 1 ---------------------------------------------------------------------------


def propagation(folder: Path) -> Job:
    from kyoso.climate.transparency.uncertainty_approach_1 import Lines, propagate

    base, current, activity, factor = arrays(folder)
    rows = len(base)
    lines = Lines(
        base=base,
        current=current,
        activity_uncertainty=activity,
        factor_uncertainty=factor,
        activity_correlated=np.zeros(rows, np.bool_),
        factor_correlated=np.ones(rows, np.bool_),
        factor=np.arange(rows),
        factors=rows,
    )

    def job() -> Answer:
        found = propagate(lines)
        return {
            "level_uncertainty": found.level_uncertainty,
            "trend_uncertainty": found.trend_uncertainty,
        }

    return job


def propagation_by_hand(folder: Path) -> Job:
    base, current, activity, factor = arrays(folder)

    def job() -> Answer:
        start, end = base.sum(), current.sum()
        level = np.sqrt(((activity**2 + factor**2) * current**2).sum()) / end
        step = (end + current / 100) / (start + base / 100) * 100 - end / start * 100
        trend = (step * factor) ** 2 + 2 * (current / start * activity) ** 2
        return {"level_uncertainty": float(level), "trend_uncertainty": math.sqrt(trend.sum())}

    return job


def uncertainties(folder: Path) -> Job:
    """Numbers with derivatives to each of 180,000 variables; to first order, without the step."""
    import uncertainties as peer

    base, current, activity, factor = (one.tolist() for one in arrays(folder))

    def job() -> Answer:
        before: Any = 0.0
        after: Any = 0.0
        for c, d, u_a, u_f in zip(base, current, activity, factor, strict=True):
            shared = peer.ufloat(1, u_f / 100)
            before += c * peer.ufloat(1, u_a / 100) * shared
            after += d * peer.ufloat(1, u_a / 100) * shared
        return {
            "level_uncertainty": after.s / after.n * 100,
            "trend_uncertainty": (after / before).s * 100,
        }

    return job


# --- approach 2 ---------------------------------------------------------------------------


def drawing(folder: Path) -> Job:
    from kyoso.numerics.monte_carlo import Products, multipliers, simulate

    base, current, activity, factor = arrays(folder)
    rows = len(base)

    def job() -> Answer:
        names = [str(row) for row in range(rows)]
        products = Products(
            before=base,
            after=current,
            own=multipliers(
                names, activity, same=np.zeros(rows, np.bool_), normal_up_to=NORMAL_UP_TO
            ),
            shared=multipliers(
                names, factor, same=np.ones(rows, np.bool_), normal_up_to=NORMAL_UP_TO
            ),
            group=np.arange(rows),
        )
        return _described(*simulate(products, draws=DRAWS, seed=1))

    return job


def _described(before: Array, after: Array) -> Answer:
    def half(values: Array) -> float:
        lower, upper = np.quantile(values, (0.025, 0.975))
        return float(upper - lower) / 2

    return {
        "level_uncertainty": half(after) / float(after.mean()) * 100,
        "trend_uncertainty": half(after / before) * 100,
    }


def all_drawn(folder: Path) -> Job:
    """Every multiplier drawn, a block of rows at a time: no draw is kept."""
    from kyoso.numerics.monte_carlo import QUANTILE, log_deviation

    base, current, activity, factor = arrays(folder)

    def job() -> Answer:
        random = np.random.default_rng(1)
        before, after = np.zeros(DRAWS), np.zeros(DRAWS)
        wide = factor > NORMAL_UP_TO
        deviation = factor / 100 / QUANTILE
        deviation[wide] = log_deviation(factor[wide] / 100)
        spread = activity / 100 / QUANTILE
        block = 16
        shared, own = np.empty((block, DRAWS)), np.empty((block, DRAWS))
        for start in range(0, len(base), block):
            at = slice(start, start + block)
            rows = len(base[at])
            random.standard_normal(out=shared[:rows])
            shared[:rows] *= deviation[at, np.newaxis]
            narrow, skewed = np.flatnonzero(~wide[at]), np.flatnonzero(wide[at])
            shared[narrow] += 1
            square = deviation[at][skewed, np.newaxis] ** 2
            shared[skewed] = np.exp(shared[skewed] - square / 2)
            for total, amount in ((before, base), (after, current)):
                random.standard_normal(out=own[:rows])
                own[:rows] *= spread[at, np.newaxis]
                own[:rows] += 1
                own[:rows] *= shared[:rows]
                np.add(total, amount[at] @ own[:rows], out=total)
        return _described(before, after)

    return job


def whole(approach: int) -> Callable[[Path], Job]:
    """Files in, all checks, calculation, key order, rounding."""

    def prepare(folder: Path) -> Job:
        from kyoso.methods import registry
        from kyoso.methods.running import example_inputs, run

        method = registry.get(f"climate.transparency.uncertainty-approach-{approach}")
        values = {"draws": DRAWS} if approach == 2 else {}
        run(method, example_inputs(method))  # imports what a run imports
        return lambda: run(method, {"inventory": folder / "inventory.csv"}, values)

    return prepare


ALIKE = {
    PROPAGATED: (BY_HAND, 1e-12, 1e-9),
    PROPAGATED_WHOLE: (BY_HAND, 1e-11, 1e-9),
    # Derivatives for both years, where the table has √2 times that of one.
    PEER: (BY_HAND, 1e-9, 0.05),
    # The half of an interval from 10,000 draws is known to about 1 %.
    DRAWN: (ALL_DRAWN, 0.05, 0.05),
    DRAWN_WHOLE: (ALL_DRAWN, 0.05, 0.05),
}
"""Against whom an answer is held, and how far level and trend may be off, relative to theirs."""


def same(answers: Mapping[str, Path]) -> None:
    """Propagation to propagation written by hand, draws to all draws."""
    loaded = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in answers.items()}
    for name, (other, *allowed) in ALIKE.items():
        for measure, most in zip(("level_uncertainty", "trend_uncertainty"), allowed, strict=True):
            off = abs(loaded[name][measure] / loaded[other][measure] - 1)
            assert off <= most, f"{name}: {measure} differs by {off:.2g} of it"


CASE = Case(
    name="uncertainty",
    title=f"{FACILITIES} facilities × {SOURCES} sources, {DRAWS} draws",
    make=make,
    contenders=(
        Contender(name=PROPAGATED, prepare=propagation, keep=keep),
        Contender(name=PROPAGATED_WHOLE, prepare=whole(1), keep=keep_result),
        Contender(name=BY_HAND, prepare=propagation_by_hand, keep=keep),
        Contender(name=PEER, prepare=uncertainties, keep=keep),
        Contender(name=DRAWN, prepare=drawing, keep=keep),
        Contender(name=DRAWN_WHOLE, prepare=whole(2), keep=keep_result),
        Contender(name=ALL_DRAWN, prepare=all_drawn, keep=keep),
    ),
    same=same,
    against=DRAWN,
    rounds=1,
    goals=(
        Goal(
            text="approach 1, CPU time of the kernel",
            value=lambda measured: measured[PROPAGATED].cpu,
            limit=0.5,
            unit="s",
        ),
        Goal(
            text="approach 1, CPU time of the whole method",
            value=lambda measured: measured[PROPAGATED_WHOLE].cpu,
            limit=0.5,
            unit="s",
        ),
        Goal(
            text="approach 1, CPU time of uncertainties to that of the kernel",
            value=lambda measured: measured[PEER].cpu / measured[PROPAGATED].cpu,
            limit=20,
            unit="×",
            at_least=True,
        ),
        Goal(
            text="approach 2, CPU time of the whole method",
            value=lambda measured: measured[DRAWN_WHOLE].cpu,
            limit=60,
            unit="s",
        ),
        Goal(
            text="approach 2, peak memory of the whole method",
            value=lambda measured: measured[DRAWN_WHOLE].peak,
            limit=2000,
            unit="MB",
        ),
        Goal(
            text="approach 2, CPU time of NumPy by hand to that of the kernel",
            value=lambda measured: measured[ALL_DRAWN].cpu / measured[DRAWN].cpu,
            limit=1,
            unit="×",
            at_least=True,
        ),
    ),
)
