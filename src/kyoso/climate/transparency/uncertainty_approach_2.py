"""Uncertainty of an inventory and of its trend by Monte Carlo (IPCC Approach 2).

Every emission is activity data times a factor, each with its own distribution; the sums of both
years are drawn many times. A factor is drawn once for both years where it is correlated, and
once for all rows that name it, in whichever country of a region.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kyoso.climate.transparency import uncertainty_approach_1 as approach_1
from kyoso.climate.transparency.tables.inventory import (
    COMPARISON,
    CONVERGENCE,
    DRAWN_CONTRIBUTIONS,
    DRAWN_COUNTRIES,
    DRAWN_TOTAL,
    INVENTORY,
)
from kyoso.core.text import Text
from kyoso.methods.declaration import (
    Figure,
    Kind,
    Method,
    Origin,
    Outcome,
    Parameter,
    Source,
    Values,
)
from kyoso.methods.result import Check, Verdict
from kyoso.numerics.monte_carlo import WIDEST, Products, Totals, multipliers, simulate
from kyoso.numerics.propagation import Array, summed, total
from kyoso.tables.checking import Broken, Rule

STEPS = 10
"""The result is told after each tenth of the draws."""

SETTLED = 3.0
"""From half of the draws on, intervals may differ by so many % from that of all: our own choice.

With 10,000 draws of a normal total, the sampling error of half of the draws is about 1 %.
"""

FAR = 5.0
"""A mean or deviation so many of its standard errors from its exact value is no accident."""

WIDEST_STATED = math.floor(WIDEST * 100)
"""The widest uncertainty [%] that a lognormal distribution of that mean can have, in whole %."""

_INTERVAL = (0.025, 0.975)

_SEPARATOR = "\x1f"


def products_of(inventory: pa.Table, lines: approach_1.Lines, normal_below: float) -> Products:
    """Activity data as each row's own multiplier, emission factors as the shared ones.

    The rows of one country are called as those of an inventory that names none: their draws are
    the same.
    """
    key = [name for name in approach_1.KEY if name != "country" or _is_region(inventory)]
    keys = [_SEPARATOR.join(row.values()) for row in inventory.select(key).to_pylist()]
    names = [
        f"row{_SEPARATOR}{key}" if shared is None else f"name{_SEPARATOR}{shared}"
        for key, shared in zip(keys, inventory["shared_factor"].to_pylist(), strict=True)
    ]
    first = np.zeros(lines.factors, np.intp)
    first[lines.factor[::-1]] = np.arange(len(lines.factor))[::-1]
    return Products(
        before=lines.base,
        after=lines.current,
        own=multipliers(
            keys,
            lines.activity_uncertainty,
            same=lines.activity_correlated,
            normal_up_to=normal_below,
        ),
        shared=multipliers(
            [names[row] for row in first.tolist()],
            lines.factor_uncertainty[first],
            same=lines.factor_correlated[first],
            normal_up_to=normal_below,
        ),
        group=lines.factor,
    )


def _is_region(inventory: pa.Table) -> bool:
    return int(pc.count_distinct(inventory["country"]).as_py()) > 1


def shares(products: Products) -> tuple[dict[str, Array], float]:
    """Each row's shares [%] of the variance of the current total, and that variance [t²].

    They follow from the variances v of the multipliers and are exact. With D a row's amount,
    activity D²·v_A, factor v_F·D·Σ D over the rows that share it, joint D²·v_A·v_F; all add up
    to the variance of the total.
    """
    after, group = products.after, products.group
    of_activity, of_factor = products.own.variance, products.shared.variance[group]
    together = summed(after, group, len(products.shared.name))[group]
    parts = {
        "activity_share": after**2 * of_activity,
        "factor_share": after * together * of_factor,
        "joint_share": after**2 * of_activity * of_factor,
    }
    variance = math.fsum(total(part) for part in parts.values())
    if not variance > 0:
        return {name: np.full_like(after, math.nan) for name in ("variance_share", *parts)}, 0.0
    parts = {name: part / variance * 100 for name, part in parts.items()}
    parts["variance_share"] = np.sum(list(parts.values()), axis=0)
    return parts, variance


def described(totals: Totals, lines: approach_1.Lines) -> dict[str, float]:
    """The columns of ``total`` from the draws of both years; what has no value is NaN.

    The interval runs from the 2.5th to the 97.5th percentile. The trend is that of the
    inventory itself. It has no interval where the base year's total takes both signs, for then
    the trend runs through infinity.
    """
    lower, upper = np.quantile(totals.after, _INTERVAL).tolist()
    mean = float(np.mean(totals.after))
    base = total(lines.base)
    trend_lower = trend_upper = math.nan
    if base and bool(np.all(totals.before * base > 0)):
        trends = (totals.after / totals.before - 1) * 100
        trend_lower, trend_upper = np.quantile(trends, _INTERVAL).tolist()
    return {
        "mean": mean,
        "lower": lower,
        "upper": upper,
        "level_uncertainty": (upper - lower) / 2 / abs(mean) * 100 if mean else math.nan,
        "trend": (total(lines.current) - base) / base * 100 if base else math.nan,
        "trend_lower": trend_lower,
        "trend_upper": trend_upper,
        "trend_uncertainty": (trend_upper - trend_lower) / 2,
    }


@dataclass(frozen=True, slots=True)
class Drawing:
    """How the totals of an inventory are drawn."""

    draws: int
    seed: int
    normal_below: float

    def described(self, inventory: pa.Table) -> dict[str, float]:
        """What all draws of an inventory come to."""
        lines = approach_1.lines_of(inventory)
        products = products_of(inventory, lines, self.normal_below)
        return described(simulate(products, draws=self.draws, seed=self.seed), lines)

    def level_independent(self, inventory: pa.Table, level: float) -> float:
        """The level uncertainty [%] were no factor shared; ``level`` where none is."""
        shared = inventory["shared_factor"].drop_null()
        if pc.count_distinct(shared).as_py() == len(shared):
            return level
        at = inventory.schema.get_field_index("shared_factor")
        alone = inventory.set_column(at, "shared_factor", pa.nulls(inventory.num_rows, pa.string()))
        return self.described(alone)["level_uncertainty"]


def _countries(
    inventory: pa.Table,
    by_row: Mapping[str, Array],
    drawing: Drawing,
    last: Mapping[str, float],
) -> Iterator[dict[str, Any]]:
    """The countries of a region, each drawn by itself as well; ``last`` is what all came to."""
    for place in approach_1.places(inventory):
        alone = drawing.described(place.inventory) if _is_region(inventory) else last
        names = ("level_uncertainty", "trend", "trend_uncertainty")
        yield {
            **approach_1.amounts(place),
            **{name: alone[name] for name in names},
            **{name: approach_1.share_of(place, column) for name, column in by_row.items()},
        }


def uncertainty_approach_2(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """The total and the trend with their intervals, how they settled, and what they come from."""
    inventory = tables["inventory"]
    draws, seed = int(values["draws"]), int(values["seed"])
    drawing = Drawing(draws, seed, float(values["normal_below"]))
    lines = approach_1.lines_of(inventory)
    products = products_of(inventory, lines, drawing.normal_below)
    totals = simulate(products, draws=draws, seed=seed)
    steps = [
        {"draws": count, "seed": seed, **described(_first(totals, count), lines)}
        for count in (draws * step // STEPS for step in range(1, STEPS + 1))
    ]
    propagated = approach_1.propagate(lines)
    by_row, variance = shares(products)
    contributions = inventory.select(list(approach_1.KEY))
    for name, column in by_row.items():
        contributions = contributions.append_column(name, approach_1.absent_where_nan(column))
    last = steps[-1]
    independent = drawing.level_independent(inventory, last["level_uncertainty"])
    approaches = [
        {"approach": 1, **{name: getattr(propagated, name) for name in COMPARISON.names[1:]}},
        {"approach": 2, **{name: last[name] for name in COMPARISON.names[1:]}},
    ]
    return Outcome(
        tables={
            "total": _table(
                [last | {"level_uncertainty_independent": independent}], DRAWN_TOTAL.names
            ),
            "contributions": contributions,
            "convergence": _table(steps, CONVERGENCE.names),
            "comparison": _table(approaches, COMPARISON.names),
            "countries": approach_1.table_of(
                _countries(inventory, by_row, drawing, last), DRAWN_COUNTRIES
            ),
        },
        checks=(
            *approach_1.known(propagated),
            _one_sign(last),
            approach_1.certain(inventory, lines),
            _settled(steps),
            _as_worked_out(totals, total(lines.current), variance),
        ),
    )


def _first(totals: Totals, count: int) -> Totals:
    return Totals(totals.before[:count], totals.after[:count])


def _table(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> pa.Table:
    return pa.table(
        {name: pa.array([row[name] for row in rows], from_pandas=True) for name in names}
    )


# --- what a reader of the result must know ------------------------------------------------


def _one_sign(last: Mapping[str, float]) -> Check:
    known = math.isfinite(last["trend_uncertainty"])
    return Check(
        id="base-has-one-sign",
        title=Text(
            "a base year's total of one sign in all draws", "基準年の合計の符号が全抽出で一定"
        ),
        verdict=Verdict.PASSED if known else Verdict.LOOK,
        table="total",
        tested=1,
        concerned=int(not known),
        hint=None
        if known
        else Text(
            "the base year's total may be zero, so the trend has no interval; "
            "leave removals out, or report the two totals",
            "基準年の合計がゼロとなりうるため、変化率の区間はありません。吸収を除くか、両年の合計を報告してください",
        ),
    )


def _settled(steps: Sequence[Mapping[str, float]]) -> Check:
    """Whether the widths of the intervals have come to rest by half of the draws."""
    later = steps[len(steps) // 2 - 1 :]
    off = [
        step
        for step in later
        if any(
            abs(step[name] - steps[-1][name]) > SETTLED / 100 * steps[-1][name]
            for name in ("level_uncertainty", "trend_uncertainty")
        )
    ]
    return Check(
        id="settled",
        title=Text(
            "intervals within {limit:g} % of the last from half of the draws on",
            "後半の抽出を通じて区間の幅の変動が{limit:g}％以内",
        ).format(limit=SETTLED),
        verdict=Verdict.LOOK if off else Verdict.PASSED,
        table="convergence",
        tested=len(later),
        concerned=len(off),
        hint=Text("draw more with -p draws=", "-p draws= で抽出回数を増やしてください")
        if off
        else None,
    )


def _as_worked_out(totals: Totals, mean: float, variance: float) -> Check:
    """Mean and deviation of the draws against their exact values."""
    count, drawn = len(totals.after), totals.after - mean
    deviation = math.sqrt(variance)
    off = abs(float(np.mean(drawn))) > FAR * deviation / math.sqrt(count)
    if deviation:
        square = (drawn / deviation) ** 2
        off = off or abs(float(np.mean(square)) - 1) > FAR * float(np.std(square)) / math.sqrt(
            count
        )
    return Check(
        id="as-worked-out",
        title=Text(
            "mean and deviation of the draws as worked out",
            "抽出値の平均と標準偏差が理論値に一致",
        ),
        verdict=Verdict.LOOK if off else Verdict.PASSED,
        table="total",
        tested=2,
        concerned=int(off),
        hint=Text(
            "the draws are too few for distributions this wide; use more with -p draws=",
            "分布の幅に対して抽出回数が足りません。-p draws= で増やしてください",
        )
        if off
        else None,
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], values: Values) -> Sequence[Rule]:
    """Besides the rules of Approach 1, a distribution must be able to be as wide as is stated."""
    return (
        *approach_1.rules(tables, values),
        Rule(
            id="width-possible",
            title=Text("uncertainties that a distribution can have", "分布として成り立つ不確かさ"),
            table="inventory",
            broken=tuple(_too_wide(tables["inventory"])),
        ),
    )


def _too_wide(inventory: pa.Table) -> Iterator[Broken]:
    for column in ("activity_uncertainty", "factor_uncertainty"):
        stated = inventory[column].combine_chunks().to_numpy(zero_copy_only=False)
        wide = np.unique(stated[stated > WIDEST_STATED])
        for value in wide[np.isfinite(wide)].tolist():
            yield Broken(
                where={column: value},
                column=column,
                value=value,
                message=Text(
                    "no lognormal distribution of this mean has so wide an interval",
                    "この平均の対数正規分布はこれほど広い区間をもちません",
                ),
                hint=Text(
                    "at most {most} %; half of the interval from lower to upper end, in % of the mean",
                    "{most}％以下としてください（下限から上限までの幅の半分、平均に対する％）",
                ).format(most=WIDEST_STATED),
            )


_EQUATIONS = Text(
    r"""For a category and gas, $C$ and $D$ are the emissions of the base and the current year [t CO₂e]. Each draw $k$ has a total for
each of the years, of factors $f$ and activity data $a$ of mean one:

$$E_0 = \sum C\,a_0\,f_0, \qquad E_t = \sum D\,a_t\,f_t$$

$f_0 = f_t$ where the factor is correlated between the years, $a_0 = a_t$ where the activity data are; else they are independent.
Rows that name the same `shared_factor` have the same $f$.

With $u$ half of the 95 % interval as a share of the mean and $z = 1.95996$, a multiplier is the first of these up to the width
`normal_below`, the second above it:

$$1 + \frac{u}{z}\,x, \qquad e^{s x - s^2/2}$$

for $x$ from the standard normal distribution and $s$ from

$$e^{-s^2/2} \sinh(z\,s) = u$$

so that the mean is one and the 95 % interval is $2u$ wide. The level uncertainty is half of the interval between the 2.5th and
97.5th percentiles of $E_t$ in % of its mean; that of the trend half of the interval of $100\,(E_t / E_0 - 1)$.

Of the variance of $E_t$ a row has the exact share, with $v = u^2/z^2$ or $v = e^{s^2} - 1$ and the inner sum over the rows that share its
factor,

$$\frac{D^2 v_a + D\,v_f \sum D + D^2 v_a v_f}{Var(E_t)}$$

The share of a country of a region is the sum of those of its rows, the inner sum running over all countries that share the factor.
Its own uncertainty is drawn from its rows alone, with the same random numbers as its own inventory. Where factors are shared, all
is drawn once more with a factor of its own for each row: `level_uncertainty_independent`.
""",
    r"""区分・ガスごとに、$C$、$D$を基準年と当該年の排出量 [t CO₂e] とする。平均1の排出係数$f$と活動量$a$により、各抽出で両年の合計を求める。

$$E_0 = \sum C\,a_0\,f_0, \qquad E_t = \sum D\,a_t\,f_t$$

排出係数が両年で相関するとき$f_0 = f_t$、活動量が相関するとき$a_0 = a_t$とし、それ以外は独立とする。同じ`shared_factor`をもつ行の$f$は同一である。

$u$を95％区間の半幅（平均に対する比）、$z = 1.95996$とし、$u$が`normal_below`以下のとき左の式、それを超えるとき右の式による。

$$1 + \frac{u}{z}\,x, \qquad e^{s x - s^2/2}$$

$x$は標準正規分布に従い、$s$は次式で定める。

$$e^{-s^2/2} \sinh(z\,s) = u$$

このとき平均は1、95％区間の幅は$2u$となる。合計の不確かさは$E_t$の2.5～97.5パーセンタイル区間の半幅（平均に対する％）、
変化率の不確かさは$100\,(E_t / E_0 - 1)$の区間の半幅である。

$E_t$の分散に占める行の割合は、$v = u^2/z^2$または$v = e^{s^2} - 1$、内側の和を排出係数を共有する行についての和として、厳密に次式となる。

$$\frac{D^2 v_a + D\,v_f \sum D + D^2 v_a v_f}{Var(E_t)}$$

地域の国の割合はその行の割合の和である（内側の和は、排出係数を共有するすべての国にわたる）。国だけの不確かさは、その行のみから、国のインベントリと
同じ乱数により求める。排出係数が共有される場合は、行ごとに別の排出係数として全体を再度抽出し、`level_uncertainty_independent`を求める。
""",
)

METHOD = Method(
    id="climate.transparency.uncertainty-approach-2",
    version="1.1.0",
    kind=Kind.ARRAY,
    title=Text(
        "Uncertainty of an inventory by Monte Carlo (Approach 2)",
        "モンテカルロ法によるインベントリの不確かさ（アプローチ2）",
    ),
    summary=Text(
        "The total of an inventory and its trend, drawn many times from the distributions of "
        "activity data and emission factors: also right where uncertainties are wide, skewed or "
        "shared, and shown beside Approach 1.",
        "活動量と排出係数の分布から多数回抽出し、インベントリの合計と変化率の区間を求める。不確かさが大きい、歪んでいる、"
        "または共有される場合にも適用でき、アプローチ1の結果と並べて示す。",
    ),
    activities=("1-1-1", "1-1-2", "1-1-3"),
    inputs=(INVENTORY,),
    outputs=(DRAWN_TOTAL, DRAWN_CONTRIBUTIONS, CONVERGENCE, COMPARISON, DRAWN_COUNTRIES),
    function=uncertainty_approach_2,
    rules=rules,
    parameters=(
        Parameter(
            name="draws",
            meaning=Text("number of draws", "抽出回数"),
            default=10_000,
            minimum=100,
            maximum=1_000_000,
        ),
        Parameter(
            name="seed",
            meaning=Text(
                "seed of the random numbers: the same seed gives the same result",
                "乱数のシード（同じ値からは同じ結果が得られる）",
            ),
            default=1,
            minimum=0,
            maximum=2**63 - 1,
        ),
        Parameter(
            name="normal_below",
            meaning=Text(
                "uncertainty up to which a distribution is normal, lognormal above "
                "(the default is not verified)",
                "正規分布を用いる不確かさの上限、超えるものは対数正規分布（既定値は未検証）",
            ),
            default=approach_1.WIDE,
            minimum=0.0,
            maximum=100.0,
            unit="%",
        ),
    ),
    figures=(
        Figure(
            name="comparison",
            title=Text(
                "Level uncertainty by Approaches 1 and 2", "アプローチ1・2による合計の不確かさ"
            ),
            kind="bars",
            table="comparison",
            value="level_uncertainty",
            category="approach",
        ),
        Figure(
            name="variance",
            title=Text(
                "Share of the variance of the total, by category", "区分別の合計の分散に占める割合"
            ),
            kind="bars",
            table="contributions",
            value="variance_share",
            category="category",
            facet="gas",
            added=True,
        ),
        Figure(
            name="convergence",
            title=Text(
                "Level uncertainty over the number of draws, by seed",
                "抽出回数と合計の不確かさ（シード別）",
            ),
            kind="lines",
            table="convergence",
            value="level_uncertainty",
            category="seed",
            x="draws",
        ),
    ),
    origins=(
        Origin(table="total", source="inventory", on=()),
        Origin(table="contributions", source="inventory", on=approach_1.KEY),
        Origin(table="convergence", source="inventory", on=()),
        Origin(table="comparison", source="inventory", on=()),
        Origin(table="countries", source="inventory", on=("country",)),
    ),
    sources=(
        Source(
            document=approach_1.GUIDELINES,
            place="Chapter 3, Approach 2: Monte Carlo simulation",
            year=2006,
        ),
        Source(
            document=approach_1.GUIDELINES, place="Chapter 3, Table 3.2 (Approach 1)", year=2006
        ),
    ),
    limits=(
        Text(
            "The border between normal and lognormal, 30 % by default, is not verified against the "
            "guidelines; set it with -p normal_below=.",
            "正規分布と対数正規分布の境界（既定値30％）はガイドラインと照合していない（未検証）。"
            "-p normal_below= で変更できる。",
        ),
        Text(
            "A lognormal distribution keeps the mean and the width of the interval, not its two "
            "ends; it can be {most} % wide at most. Removals keep their sign.",
            "対数正規分布は平均と区間の幅を保つが、上下限それぞれは保たない。半幅は最大{most}％である。"
            "吸収の符号は保たれる。",
        ).format(most=WIDEST_STATED),
        Text(
            "A normal distribution can fall below zero; at 30 % this happens once in more than "
            "10 billion draws, at 100 % once in 40.",
            "正規分布は負の値をとりうる。その頻度は30％では100億回に1回未満、100％では40回に1回である。",
        ),
        Text(
            "Normal activity data are not drawn row by row: given the factors their sum is normal, "
            "and is drawn once with its exact variance. The distribution of the totals is the same.",
            "正規分布の活動量は行ごとに抽出しない。排出係数を与えたときその和は正規分布に従うため、厳密な分散により"
            "一括して抽出する。合計の分布は変わらない。",
        ),
        Text(
            "Contributions are worked out from the distributions, not from the draws, and hold for "
            "the level; for the trend see Approach 1. Random numbers are NumPy's Philox, one stream "
            "for each name; another version of NumPy may draw others.",
            "寄与は抽出値ではなく分布から求めたもので、合計についての値である。変化率への寄与はアプローチ1による。"
            "乱数はNumPyのPhiloxを名称ごとに用い、NumPyの版により異なることがある。",
        ),
        approach_1.SHARED_LIMIT,
        approach_1.REGION_LIMIT,
    ),
    equations=_EQUATIONS,
    example={"inventory": "uncertainty-approach-2/inventory.csv"},
    package=__package__ or "",
)
