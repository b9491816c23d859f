"""Key categories of an inventory by level and trend, with and without uncertainty.

A category is key where it is one of the few that together make up nearly all of the inventory,
or nearly all of what moves it from its base year.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from kyoso.climate.transparency.tables.inventory import CATEGORIES, INVENTORY_TO_RANK, RANKS
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
from kyoso.numerics.propagation import ABSENT, Array, combined
from kyoso.numerics.ranking import ranking

USUAL = 95.0
"""The threshold of Approach 1 [%]."""

LOWEST = 85.0
"""The lowest threshold [%] that flexibility allows: decision 18/CMA.1, annex, paragraph 25."""

USUAL_WITH_UNCERTAINTY = 90.0
"""The threshold of Approach 2 [%] (unverified)."""

_SAME = 1e-12
"""Of the numbers compared: a difference of two changes below this is rounding."""


def level_assessment(emissions: Array) -> Array:
    """L = |E| / Σ|E|, here without the division, in the unit of ``emissions`` (Equation 4.1)."""
    return np.abs(emissions)


def trend_assessment(base: Array, current: Array) -> Array:
    """T = |E₀|/Σ|E₀| · |(E_t − E₀)/|E₀| − (ΣE_t − ΣE₀)/|ΣE₀|| (Equation 4.2), without unit.

    Written as |E_t − E₀ − |E₀|·(ΣE_t − ΣE₀)/|ΣE₀|| / Σ|E₀|, which is Equation 4.3 where a
    category has no emissions in the base year. Absent where the base year's total is zero.
    """
    start = math.fsum(base)
    if start == 0:
        return np.full_like(base, ABSENT)
    moved, in_step = current - base, np.abs(base) * ((math.fsum(current) - start) / abs(start))
    apart = np.abs(moved - in_step)
    apart[apart <= _SAME * (np.abs(current) + np.abs(base) + np.abs(in_step))] = 0.0
    return apart / math.fsum(np.abs(base))


def key_categories(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Every assessment as a table in the order of ranks, and the categories key by any of them."""
    inventory = tables["inventory"]
    base, current = (inventory[name].to_numpy() for name in ("base", "current"))
    uncertainty, silent = _uncertainty(inventory)
    level, trend = level_assessment(current), trend_assessment(base, current)
    weights = {
        "level": level,
        "base_level": level_assessment(base),
        "trend": trend,
        "level_with_uncertainty": level * uncertainty,
        "trend_with_uncertainty": trend * uncertainty,
    }
    usual, with_uncertainty = (
        float(values["threshold"]),
        float(values["threshold_with_uncertainty"]),
    )
    keys = inventory.select(["category", "gas"])
    made = {
        name: _ranked(
            keys, weight, with_uncertainty if name.endswith("with_uncertainty") else usual
        )
        for name, weight in weights.items()
    }
    return Outcome(
        tables={**made, "categories": _by_any(made)},
        checks=(
            _threshold(usual),
            *_assessed(made, base),
            _stated(inventory.num_rows, silent),
            _verified(made),
        ),
    )


def _uncertainty(inventory: pa.Table) -> tuple[Array, int]:
    """The combined uncertainty of each row [%], and how many rows that emit state none.

    Where one of these does not, no share of it can be told: all are absent.
    """
    activity, factor = (
        inventory[name].to_numpy().astype(np.float64)
        for name in ("activity_uncertainty", "factor_uncertainty")
    )
    uncertainty = combined(activity, factor)
    nothing = (inventory["base"].to_numpy() == 0) & (inventory["current"].to_numpy() == 0)
    uncertainty[nothing & np.isnan(uncertainty)] = 0.0
    silent = int(np.isnan(uncertainty).sum())
    return (np.full_like(uncertainty, ABSENT) if silent else uncertainty), silent


def _ranked(keys: pa.Table, weights: Array, threshold: float) -> pa.Table:
    """The ranks of an assessment; none where it is absent or zero for all."""
    known = weights if np.isfinite(weights).all() else np.zeros_like(weights)
    found = ranking(known, threshold)
    columns = {
        "rank": pa.array(np.arange(1, len(found.order) + 1)),
        **{name: keys[name].take(pa.array(found.order)) for name in keys.column_names},
        "share": pa.array(found.share),
        "cumulative": pa.array(found.cumulative),
        "key": pa.array(found.within),
    }
    return pa.table(columns)


def _by_any(made: Mapping[str, pa.Table]) -> pa.Table:
    criteria: dict[tuple[str, str], list[str]] = {}
    for name, table in made.items():
        found = table.filter(table["key"])
        for key in zip(found["category"].to_pylist(), found["gas"].to_pylist(), strict=True):
            criteria.setdefault(key, []).append(name)
    return pa.table(
        {
            "category": pa.array([key[0] for key in criteria], pa.string()),
            "gas": pa.array([key[1] for key in criteria], pa.string()),
            "criteria": pa.array([", ".join(names) for names in criteria.values()], pa.string()),
        }
    )


# --- what a reader of the result must know ------------------------------------------------


def _threshold(usual: float) -> Check:
    if usual >= USUAL:
        hint = None
    elif usual >= LOWEST:
        hint = Text(
            "whoever uses this flexibility (decision 18/CMA.1, annex, paragraph 25) marks it FX and "
            "states the provision, the constraint and the time frame to improve",
            "この柔軟性（決定18/CMA.1附属書第25項）を用いる場合は、FXと記し、該当する規定、制約、改善の期限を"
            "示します",
        )
    else:
        hint = Text(
            "below what decision 18/CMA.1, annex, paragraph 25, allows: with flexibility {lowest:g} %",
            "決定18/CMA.1附属書第25項の認める下限（柔軟性を用いる場合{lowest:g}％）を下回ります",
        ).format(lowest=LOWEST)
    return Check(
        id="threshold-usual",
        title=Text("a threshold of {usual:g} %", "閾値{usual:g}％").format(usual=USUAL),
        verdict=Verdict.LOOK if hint else Verdict.PASSED,
        table="level",
        tested=1,
        concerned=int(hint is not None),
        hint=hint,
    )


def _assessed(made: Mapping[str, pa.Table], base: Array) -> Iterator[Check]:
    """Whether the trend could be assessed; an empty table must not look like no key category."""
    known = made["trend"].num_rows > 0
    no_base = Text(
        "the base year's total is zero, so there is no trend to compare with",
        "基準年の合計がゼロのため、変化率を求められません",
    )
    in_step = Text(
        "all categories changed as the total did",
        "すべての区分が合計と同じ割合で変化しています",
    )
    yield Check(
        id="trend-assessed",
        title=Text("a trend to assess", "評価できるトレンドあり"),
        verdict=Verdict.PASSED if known else Verdict.LOOK,
        table="trend",
        tested=1,
        concerned=int(not known),
        hint=None if known else in_step if math.fsum(base) else no_base,
    )


def _stated(rows: int, silent: int) -> Check:
    return Check(
        id="uncertainty-stated",
        title=Text(
            "uncertainty of activity data and factor stated for every category",
            "すべての区分に活動量と排出係数の不確かさの記載あり",
        ),
        verdict=Verdict.LOOK if silent else Verdict.PASSED,
        table="inventory",
        tested=rows,
        concerned=silent,
        hint=Text(
            "without them there is no assessment with uncertainty (Approach 2)",
            "記載がないため、不確かさを加味した評価（アプローチ2）は行っていません",
        )
        if silent
        else None,
    )


def _verified(made: Mapping[str, pa.Table]) -> Check:
    """That the rule of Approach 2 is shown as not verified wherever it was used."""
    used = [name for name, one in made.items() if name.endswith("uncertainty") and one.num_rows]
    return Check(
        id="approach-2-verified",
        title=Text(
            "threshold with uncertainty verified against the guidelines",
            "不確かさを加味した評価の閾値をガイドラインと照合済み",
        ),
        verdict=Verdict.LOOK if used else Verdict.PASSED,
        table="level_with_uncertainty",
        tested=len(used),
        concerned=len(used),
        hint=Text(
            "that Approach 2 goes up to {usual:g} % is not verified",
            "アプローチ2の閾値{usual:g}％は未検証です",
        ).format(usual=USUAL_WITH_UNCERTAINTY)
        if used
        else None,
    )


_EQUATIONS = Text(
    r"""$E_0$ and $E_t$ are the emissions or removals of a category and gas in the base and the current year [t CO₂e].

Level (Equation 4.1):

$$L = \frac{|E_t|}{\sum |E_t|}$$

Trend (Equation 4.2), and where the category has none in the base year (Equation 4.3):

$$T = \frac{|E_0|}{\sum |E_0|} \left| \frac{E_t - E_0}{|E_0|} - \frac{\sum E_t - \sum E_0}{\left| \sum E_0 \right|} \right|,
\qquad T = \frac{|E_t|}{\sum |E_0|}$$

Categories are ranked by their share of $\sum L$ or $\sum T$. Key are those that, from the largest on, are needed to reach the
threshold; the one that crosses it is key. With uncertainty (Approach 2), $L$ and $T$ are weighted by $U = \sqrt{U_A^2 + U_F^2}$.
""",
    r"""$E_0$、$E_t$を、区分・ガスごとの基準年と当該年の排出量または吸収量 [t CO₂e] とする。

レベル評価（式4.1）：

$$L = \frac{|E_t|}{\sum |E_t|}$$

トレンド評価（式4.2）。右は基準年の値がゼロの場合（式4.3）：

$$T = \frac{|E_0|}{\sum |E_0|} \left| \frac{E_t - E_0}{|E_0|} - \frac{\sum E_t - \sum E_0}{\left| \sum E_0 \right|} \right|,
\qquad T = \frac{|E_t|}{\sum |E_0|}$$

$\sum L$、$\sum T$に占める割合の大きい順に並べ、累積割合が閾値に達するまでの区分をキーカテゴリーとする。閾値をまたぐ区分も含む。
不確かさを加味する評価（アプローチ2）では、$L$、$T$に$U = \sqrt{U_A^2 + U_F^2}$を掛ける。
""",
)

_GUIDELINES = "2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 1"

METHOD = Method(
    id="climate.transparency.key-categories",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text("Key categories of an inventory", "インベントリのキーカテゴリー"),
    summary=Text(
        "The categories that matter most to the total of an inventory and to its trend, by the two "
        "approaches of the IPCC guidelines, with the threshold that a country uses.",
        "インベントリの合計と変化に最も影響する区分を、IPCCガイドラインの二つのアプローチと各国の用いる閾値により"
        "特定する。",
    ),
    activities=("1-1-1", "1-1-2"),
    inputs=(INVENTORY_TO_RANK,),
    outputs=(*RANKS, CATEGORIES),
    function=key_categories,
    parameters=(
        Parameter(
            name="threshold",
            meaning=Text(
                "cumulative share up to which categories are key; 85 at least, by flexibility",
                "キーカテゴリーとする累積割合（柔軟性を用いる場合は85以上）",
            ),
            default=USUAL,
            minimum=50.0,
            maximum=100.0,
            unit="%",
        ),
        Parameter(
            name="threshold_with_uncertainty",
            meaning=Text(
                "the same for Approach 2 (the default is not verified)",
                "アプローチ2の累積割合（既定値は未検証）",
            ),
            default=USUAL_WITH_UNCERTAINTY,
            minimum=50.0,
            maximum=100.0,
            unit="%",
        ),
    ),
    figures=(
        Figure(
            name="level",
            title=Text("Share of the level, by category", "区分別のレベル評価の割合"),
            kind="bars",
            table="level",
            value="share",
            category="category",
            facet="gas",
        ),
        Figure(
            name="trend",
            title=Text("Share of the trend, by category", "区分別のトレンド評価の割合"),
            kind="bars",
            table="trend",
            value="share",
            category="category",
            facet="gas",
        ),
    ),
    origins=tuple(
        Origin(table=name, source="inventory", on=("category", "gas"))
        for name in (*(table.name for table in RANKS), "categories")
    ),
    sources=(
        Source(document=_GUIDELINES, place="Chapter 4, Equations 4.1 and 4.2", year=2006),
        Source(
            document=_GUIDELINES,
            place="Chapter 4, Equation 4.3; Approach 2 (both not verified)",
            year=2006,
        ),
        Source(
            document="Decision 18/CMA.1, annex: modalities, procedures and guidelines",
            place="paragraph 25",
            year=2018,
        ),
    ),
    limits=(
        Text(
            "An assessment holds for the rows given. Run it once with and once without land use, "
            "and with rows as finely divided as your inventory reports them.",
            "評価は入力された行について行う。土地利用を含む場合と含まない場合のそれぞれについて、インベントリの報告と同じ"
            "区分の細かさで実行すること。",
        ),
        Text(
            "Equation 4.3, for categories without emissions in the base year, and the 90 % of "
            "Approach 2 are not verified against the guidelines.",
            "基準年の値がゼロの区分に用いる式4.3と、アプローチ2の90％はガイドラインと照合していない（未検証）。",
        ),
        Text(
            "An assessment that cannot be made is an empty table, and a check says why. Qualitative "
            "criteria of the guidelines are not part of this.",
            "評価できない場合は空の表とし、その理由を検査に示す。ガイドラインの定性的基準は含まない。",
        ),
    ),
    equations=_EQUATIONS,
    example={"inventory": "key-categories/inventory.csv"},
    package=__package__ or "",
)
