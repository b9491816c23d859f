"""Uncertainty of an inventory and of its trend by error propagation (IPCC Approach 1).

The table of the guidelines treats what is correlated between the two years (as a rule the
emission factor) through the Type A sensitivity, and what is not (the activity data) through
Type B. Rows that name the same factor are fully correlated in it, also across the countries of a
region.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kyoso.climate.transparency.tables.inventory import (
    CONTRIBUTIONS,
    COUNTRIES,
    INVENTORY,
    TOTAL,
)
from kyoso.core.text import Text
from kyoso.methods.declaration import (
    Figure,
    Kind,
    Method,
    Origin,
    Outcome,
    Source,
    Values,
)
from kyoso.methods.result import Check, Verdict
from kyoso.numerics.propagation import (
    Array,
    Integers,
    Sensitivities,
    combined,
    half_width,
    relative_change,
    sensitivities,
    summed,
    total,
)
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.declaration import Table
from kyoso.tables.given import schema

WIDE = 30.0
"""Above about so many % a normal distribution and its linear propagation mislead (unverified)."""

KEY = INVENTORY.key

_NAMED = 8
"""So many categories are named in a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The rows of an inventory as arrays: emissions in t CO2e, uncertainties in %.

    ``factor`` is the number of each row's emission factor, of ``factors`` in all; rows that name
    a shared factor have the same number.
    """

    base: Array
    current: Array
    activity_uncertainty: Array
    factor_uncertainty: Array
    activity_correlated: npt.NDArray[np.bool_]
    factor_correlated: npt.NDArray[np.bool_]
    factor: Integers
    factors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Propagated:
    """What Approach 1 makes of an inventory; what has no value is NaN.

    By row: the contributions through activity data and factor to the level (% of the total) and
    to the trend (percentage points), with their signs. In all: the level uncertainty (%), what it
    would be were no factor shared, the trend (%) and its uncertainty (percentage points).
    """

    sensitivity: Sensitivities
    level_by_activity: Array
    level_by_factor: Array
    trend_by_activity: Array
    trend_by_factor: Array
    level_uncertainty: float
    level_uncertainty_independent: float
    trend: float
    trend_uncertainty: float


def lines_of(inventory: pa.Table) -> Lines:
    """The arrays of an inventory whose uncertainties are all stated."""
    numbers = {
        name: inventory[name].to_numpy()
        for name in ("base", "current", "activity_uncertainty", "factor_uncertainty")
    }
    correlated = {
        name: inventory[name].to_numpy().astype(np.bool_)
        for name in ("activity_correlated", "factor_correlated")
    }
    factor, factors = _factors(inventory["shared_factor"])
    return Lines(**numbers, **correlated, factor=factor, factors=factors)


def _factors(shared: pa.ChunkedArray) -> tuple[Integers, int]:
    """The number of each row's factor: shared ones first, then those of single rows."""
    names = shared.combine_chunks().dictionary_encode()
    number = np.asarray(pc.fill_null(names.indices, -1), np.intp)
    own = number < 0
    number[own] = len(names.dictionary) + np.arange(own.sum())
    return number, len(names.dictionary) + int(own.sum())


def propagate(lines: Lines) -> Propagated:
    """Approach 1 of the 2006 IPCC Guidelines, Volume 1, Table 3.2."""
    current = total(lines.current)
    of_total = lines.current / current if current else np.full_like(lines.current, math.nan)
    level_by_activity = lines.activity_uncertainty * of_total
    level_by_factor = lines.factor_uncertainty * of_total
    sensitivity = sensitivities(lines.base, lines.current)
    of_factor = summed(lines.base, lines.factor, lines.factors)[lines.factor]
    by_factor = sensitivities(lines.base, lines.current, of_factor)
    trend_by_activity = _to_trend(
        sensitivity, lines.activity_uncertainty, lines.activity_correlated
    )
    trend_by_factor = _to_trend(by_factor, lines.factor_uncertainty, lines.factor_correlated)

    def together(activity: Array, factor: Array) -> float:
        return half_width(activity, summed(factor, lines.factor, lines.factors))

    return Propagated(
        sensitivity=sensitivity,
        level_by_activity=level_by_activity,
        level_by_factor=level_by_factor,
        trend_by_activity=trend_by_activity,
        trend_by_factor=trend_by_factor,
        level_uncertainty=together(level_by_activity, level_by_factor),
        level_uncertainty_independent=half_width(level_by_activity, level_by_factor),
        trend=relative_change(lines.base, lines.current),
        trend_uncertainty=together(trend_by_activity, trend_by_factor),
    )


def _to_trend(
    sensitivity: Sensitivities, uncertainty: Array, correlated: npt.NDArray[np.bool_]
) -> Array:
    return np.where(
        correlated, sensitivity.joint * uncertainty, sensitivity.single * uncertainty * math.sqrt(2)
    )


def variance_share(lines: Lines, found: Propagated) -> Array:
    """The share [%] of each row in the variance of the total; they add up to 100.

    A row that shares its factor has its part of their common variance, which is negative where
    it counts against the others.
    """
    shared = summed(found.level_by_factor, lines.factor, lines.factors)[lines.factor]
    variance = found.level_by_activity**2 + found.level_by_factor * shared
    if not found.level_uncertainty > 0:
        return np.full_like(variance, math.nan)
    return variance / found.level_uncertainty**2 * 100


# --- the countries of a region ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A country of a region: its rows alone, and which rows of the whole they are."""

    country: str
    rows: Integers
    inventory: pa.Table
    lines: Lines


def places(inventory: pa.Table) -> Iterator[Place]:
    """The countries that the rows name, by their codes; none where none is named."""
    named = inventory["country"].combine_chunks().dictionary_encode()
    number = np.asarray(pc.fill_null(named.indices, -1), np.intp)
    for country, at in sorted((code, at) for at, code in enumerate(named.dictionary.to_pylist())):
        rows = np.flatnonzero(number == at)
        own = inventory.take(pa.array(rows))
        yield Place(country=country, rows=rows, inventory=own, lines=lines_of(own))


def amounts(place: Place) -> dict[str, Any]:
    """The country, and its emissions of both years [t CO2e]."""
    return {
        "country": place.country,
        "current": total(place.lines.current),
        "base": total(place.lines.base),
    }


def share_of(place: Place, shares: Array) -> float:
    """The part of a country in shares by row; absent where they are."""
    return total(shares[place.rows])


def _countries(inventory: pa.Table, shares: Array) -> Iterator[dict[str, Any]]:
    for place in places(inventory):
        alone = propagate(place.lines)
        yield {
            **amounts(place),
            "level_uncertainty": alone.level_uncertainty,
            "trend": alone.trend,
            "trend_uncertainty": alone.trend_uncertainty,
            "variance_share": share_of(place, shares),
        }


def table_of(rows: Iterable[Mapping[str, Any]], declared: Table) -> pa.Table:
    """A table of rows, with what is not a number absent."""
    made = list(rows)
    return pa.table(
        {
            field.name: pa.array([row[field.name] for row in made], field.type, from_pandas=True)
            for field in schema(declared)
        }
    )


def absent_where_nan(values: Array | Sequence[float]) -> pa.Array:
    """A column in which what has no value is absent."""
    return pa.array(values, pa.float64(), from_pandas=True)


def uncertainty_approach_1(tables: Mapping[str, pa.Table], _values: Values) -> Outcome:
    """Contributions by category and gas, and the uncertainty of the total and of the trend."""
    inventory = tables["inventory"]
    lines = lines_of(inventory)
    found = propagate(lines)
    shares = variance_share(lines, found)
    columns = {
        "combined_uncertainty": combined(lines.activity_uncertainty, lines.factor_uncertainty),
        "variance_share": shares,
        "type_a_sensitivity": np.abs(found.sensitivity.joint),
        "type_b_sensitivity": np.abs(found.sensitivity.single),
        "level_by_activity": np.abs(found.level_by_activity),
        "level_by_factor": np.abs(found.level_by_factor),
        "trend_by_activity": np.abs(found.trend_by_activity),
        "trend_by_factor": np.abs(found.trend_by_factor),
    }
    contributions = inventory.select(list(KEY))
    for name, values in columns.items():
        contributions = contributions.append_column(name, absent_where_nan(values))
    in_all = pa.table({name: absent_where_nan([getattr(found, name)]) for name in TOTAL.names})
    return Outcome(
        tables={
            "contributions": contributions,
            "total": in_all,
            "countries": table_of(_countries(inventory, shares), COUNTRIES),
        },
        checks=(
            *known(found),
            certain(inventory, lines),
            _narrow(inventory, columns["combined_uncertainty"]),
        ),
    )


# --- what a reader of the result must know ------------------------------------------------


def known(found: Propagated) -> Iterator[Check]:
    """Whether the total and the trend have an uncertainty at all."""
    level, trend = math.isfinite(found.level_uncertainty), math.isfinite(found.trend_uncertainty)
    yield Check(
        id="level-known",
        title=Text("a total of the current year", "当該年の合計あり"),
        verdict=Verdict.PASSED if level else Verdict.LOOK,
        table="total",
        tested=1,
        concerned=int(not level),
        hint=None
        if level
        else Text(
            "emissions and removals add up to zero, of which there is no percentage",
            "排出と吸収の合計がゼロのため、その割合は求められません",
        ),
    )
    yield Check(
        id="trend-known",
        title=Text("a total of the base year to compare with", "比較できる基準年の合計あり"),
        verdict=Verdict.PASSED if trend else Verdict.LOOK,
        table="total",
        tested=1,
        concerned=int(not trend),
        hint=None
        if trend
        else Text(
            "the base year's total is zero, or so small that 1 % of a category turns its sign; "
            "choose another base year, or leave removals out",
            "基準年の合計がゼロであるか、区分の1％で符号が変わるほど小さいため、"
            "基準年を変えるか、吸収を除いてください",
        ),
    )


def certain(inventory: pa.Table, lines: Lines) -> Check:
    """Whether every row that emits has an uncertainty: a row without one is rarely certain."""
    something = (lines.base != 0) | (lines.current != 0)
    zero = something & (lines.activity_uncertainty == 0) & (lines.factor_uncertainty == 0)
    return _of_rows(
        inventory,
        zero,
        name="uncertainty-above-zero",
        title=Text("an uncertainty above zero for every row", "すべての行の不確かさがゼロを超える"),
        hint=Text(
            "0 % says that the figure is exact; that no interval is known is not the same: {names}",
            "0％は値が正確であることを意味し、区間が不明なこととは異なります：{names}",
        ),
    )


def _narrow(inventory: pa.Table, uncertainty: Array) -> Check:
    return _of_rows(
        inventory,
        uncertainty > WIDE,
        name="narrow-enough",
        title=Text(
            "no combined uncertainty above about 30 % (this border is not verified)",
            "合成した不確かさが約30％以下（この目安は未検証）",
        ),
        hint=Text(
            "compare with uncertainty-approach-2, which draws them from skewed distributions: {names}",
            "歪んだ分布から抽出するuncertainty-approach-2と比べてください：{names}",
        ),
    )


def _of_rows(
    inventory: pa.Table, concerned: npt.NDArray[np.bool_], *, name: str, title: Text, hint: Text
) -> Check:
    rows = inventory.select(list(KEY)).filter(pa.array(concerned))
    names = [_name(row) for row in rows.slice(0, _NAMED).to_pylist()]
    shown = ", ".join(names) + (" …" if rows.num_rows > _NAMED else "")
    return Check(
        id=name,
        title=title,
        verdict=Verdict.LOOK if rows.num_rows else Verdict.PASSED,
        table="inventory",
        tested=inventory.num_rows,
        concerned=rows.num_rows,
        hint=hint.format(names=shown) if names else None,
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Rows that share a factor agree on it; of a region every row names its country."""
    return (
        Rule(
            id="country-named",
            title=Text("a country in all rows or in none", "国の記入が全行にあるか、全行にない"),
            table="inventory",
            broken=tuple(_without_country(tables["inventory"])),
        ),
        Rule(
            id="shared-factor",
            title=Text(
                "rows that share a factor agree on it", "共有する排出係数の不確かさと相関が一致"
            ),
            table="inventory",
            broken=tuple(_disagreeing(tables["inventory"])),
        ),
    )


def _name(row: Mapping[str, Any]) -> str:
    """A row as it is told from others: ``XAA 1A1a CO2``."""
    return " ".join(row[name] for name in KEY if row[name] is not None)


def _without_country(inventory: pa.Table) -> Iterator[Broken]:
    """Rows that name no country where others do: nobody knows whose they are."""
    absent = inventory["country"].null_count
    if not 0 < absent < inventory.num_rows:
        return
    yield Broken(
        where={"country": None},
        column="country",
        message=Text("no country, where other rows name theirs", "他の行に国がありますが空欄です"),
        hint=Text(
            "name the country of every row, or of none",
            "全行に国を記入するか、全行を空欄にしてください",
        ),
    )


def _disagreeing(inventory: pa.Table) -> Iterator[Broken]:
    """Rows that say of a shared factor what its first row does not."""
    sharing = inventory.filter(pc.is_valid(inventory["shared_factor"]))
    first: dict[str, Mapping[str, Any]] = {}
    order = [(name, "ascending") for name in KEY]
    for row in sharing.sort_by(order).to_pylist():
        known_row = first.setdefault(row["shared_factor"], row)
        for column in ("factor_uncertainty", "factor_correlated"):
            if None in (row[column], known_row[column]) or row[column] == known_row[column]:
                continue
            yield Broken(
                where={name: row[name] for name in (*KEY, "shared_factor")},
                column=column,
                value=row[column],
                message=Text(
                    "{row} has {value} for the same factor",
                    "同じ排出係数について{row}では{value}です",
                ).format(row=_name(known_row), value=known_row[column]),
                hint=Text(
                    "write the same in all rows of a shared factor, or give each its own name",
                    "排出係数を共有する行はすべて同じにするか、別の名称にしてください",
                ),
            )


_EQUATIONS = Text(
    r"""For a category and gas, $C$ and $D$ are the emissions of the base and the current year [t CO₂e], $U_A$ and $U_F$ the
uncertainties of activity data and emission factor: half of the 95 % interval [%].

Combined uncertainty, its share $h$ of the variance of the current year, and the level uncertainty [%]:

$$U = \sqrt{U_A^2 + U_F^2}, \qquad h = \frac{(U D)^2}{\sum (U D)^2}, \qquad
U_{level} = \frac{\sqrt{\sum (U D)^2}}{\left| \sum D \right|}$$

Sensitivities of the trend: a category is 1 % larger in both years (A), or in the current year alone (B) [percentage points]:

$$A = \left| 100\,\frac{\sum D + D/100}{\sum C + C/100} - 100\,\frac{\sum D}{\sum C} \right|, \qquad
B = \left| \frac{D}{\sum C} \right|$$

Contribution to the uncertainty of the trend, of the factor and of the activity data each [percentage points]:

$$u = A\,U \ \text{where correlated between the years}, \qquad u = \sqrt{2}\,B\,U \ \text{where not}$$

$$U_{trend} = \sqrt{\sum \left( u_F^2 + u_A^2 \right)}$$

Rows that name the same `shared_factor` are fully correlated in it, in one country or in several: their contributions through it
are added, with their signs, before they are squared, and the step of 1 % is one of all of them. Were no factor shared, the level
uncertainty would be $U_{level}$ of the equation above for all rows, which `level_uncertainty_independent` tells.

The share of a country $k$ of a region in the variance of the total is the sum over its rows, the inner sum being over all rows of
the region that share the factor,

$$h_k = \frac{\sum_{k} \left( (U_A D)^2 + U_F^2\,D \sum D \right)}{(U_{level} \sum D)^2}$$
""",
    r"""区分・ガスごとに、$C$、$D$を基準年と当該年の排出量 [t CO₂e]、$U_A$、$U_F$を活動量と排出係数の不確かさ（95％区間の半幅 [%]）とする。

合成した不確かさ、当該年の分散に占める割合$h$、合計の不確かさ [%] は次のとおり。

$$U = \sqrt{U_A^2 + U_F^2}, \qquad h = \frac{(U D)^2}{\sum (U D)^2}, \qquad
U_{level} = \frac{\sqrt{\sum (U D)^2}}{\left| \sum D \right|}$$

変化率の感度（区分が両年で1％大きいとき（A）、当該年だけ1％大きいとき（B））[パーセントポイント]：

$$A = \left| 100\,\frac{\sum D + D/100}{\sum C + C/100} - 100\,\frac{\sum D}{\sum C} \right|, \qquad
B = \left| \frac{D}{\sum C} \right|$$

排出係数と活動量それぞれの、変化率の不確かさへの寄与 [パーセントポイント]（前者は両年で相関する場合、後者は相関しない場合）：

$$u = A\,U, \qquad u = \sqrt{2}\,B\,U$$

$$U_{trend} = \sqrt{\sum \left( u_F^2 + u_A^2 \right)}$$

同じ`shared_factor`をもつ行は、国が異なっても、その排出係数について完全に相関するものとし、全行を同時に1％増加させ、寄与を符号付きで
合計してから二乗する。`level_uncertainty_independent`は、全行を独立として上の$U_{level}$の式で求めた値である。

地域の国$k$が合計の分散に占める割合は、国の行についての和である（内側の和は、その排出係数を共有する地域の全行にわたる）。

$$h_k = \frac{\sum_{k} \left( (U_A D)^2 + U_F^2\,D \sum D \right)}{(U_{level} \sum D)^2}$$
""",
)

GUIDELINES = "2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 1"

SHARED_LIMIT = Text(
    "Rows are independent of each other but for a factor that they share by name. Activity data "
    "that several gases of one fuel share are taken as independent, which makes the uncertainty "
    "of the total a little too small.",
    "行どうしは、名称により共有する排出係数を除いて独立とする。同じ燃料の複数のガスに共通する活動量も独立として"
    "扱うため、合計の不確かさはやや過小となる。",
)

REGION_LIMIT = Text(
    "Of a region, the uncertainty holds for the rows that are given: what countries have not reported is not in it. Countries "
    "are independent of each other but for factors that they share by name; a factor under two names "
    "makes the region look more certain than it is. The gases of all rows must be weighed with the same warming potentials.",
    "地域の不確かさは与えられた行についての値であり、報告のない国や区分を含まない。国どうしは、名称により共有する排出係数を"
    "除いて独立とする。同じ排出係数に別の名称があると、不確かさは過小となる。全行のガスは同じ地球温暖化係数によること。",
)

METHOD = Method(
    id="climate.transparency.uncertainty-approach-1",
    version="1.1.0",
    kind=Kind.ARRAY,
    title=Text(
        "Uncertainty of an inventory by error propagation (Approach 1)",
        "誤差伝播によるインベントリの不確かさ（アプローチ1）",
    ),
    summary=Text(
        "How certain is the total of an inventory, and how certain is its trend? The uncertainties "
        "of activity data and emission factors are propagated to both, and each category's part "
        "in them is shown: what is best improved first.",
        "インベントリの合計と変化率はどの程度確かか。活動量と排出係数の不確かさを両者に伝播させ、"
        "区分ごとの寄与を示すことで、どこから改善すべきかがわかる。",
    ),
    activities=("1-1-1", "1-1-2", "1-1-3"),
    inputs=(INVENTORY,),
    outputs=(CONTRIBUTIONS, TOTAL, COUNTRIES),
    function=uncertainty_approach_1,
    rules=rules,
    figures=(
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
            name="trend",
            title=Text(
                "Uncertainty of the trend through emission factors, by category",
                "区分別の排出係数による変化率の不確かさ",
            ),
            kind="bars",
            table="contributions",
            value="trend_by_factor",
            category="category",
            facet="gas",
            added=True,
        ),
    ),
    origins=(
        Origin(table="contributions", source="inventory", on=KEY),
        Origin(table="total", source="contributions", on=()),
        Origin(table="countries", source="contributions", on=("country",)),
    ),
    sources=(
        Source(document=GUIDELINES, place="Chapter 3, Equations 3.1 and 3.2", year=2006),
        Source(document=GUIDELINES, place="Chapter 3, Table 3.2 (Approach 1)", year=2006),
    ),
    limits=(
        Text(
            "The Type A sensitivity is that of the guidelines' table, the effect of a step of 1 %. "
            "The exact derivative has the base year's total alone in its denominator and is a "
            "little larger for a source.",
            "タイプA感度はガイドラインの表の定義（1％の増加の効果）による。厳密な微分は分母が基準年の合計のみとなり、"
            "排出源ではやや大きい。",
        ),
        Text(
            "Propagation is linear and symmetric. Where uncertainties are wide or skewed, Approach 2 "
            "shows what this leaves out; the two are best reported side by side.",
            "誤差伝播は線形かつ対称である。不確かさが大きい、または歪んでいる場合は、アプローチ2の結果と並べて報告する"
            "ことが望ましい。",
        ),
        SHARED_LIMIT,
        REGION_LIMIT,
        Text(
            "In the figure on the trend, countries of one category and gas are added without their signs: as if fully correlated.",
            "変化率の図では、同じ区分・ガスの国別の値を、完全に相関するものとして符号なしで合計する。",
        ),
        Text(
            "Correlation between the years is full or none. Removals are negative; where they "
            "outweigh emissions in the base year, the trend is in % of a net removal.",
            "年間の相関は完全な相関か無相関のいずれかである。吸収は負とし、基準年に吸収が排出を上回るとき、"
            "変化率は純吸収量に対する％となる。",
        ),
        Text(
            "That a normal distribution serves up to about 30 % is not verified against the guidelines.",
            "正規分布の目安（約30％以下）はガイドラインと照合していない（未検証）。",
        ),
    ),
    equations=_EQUATIONS,
    example={"inventory": "uncertainty-approach-1/inventory.csv"},
    package=__package__ or "",
)
