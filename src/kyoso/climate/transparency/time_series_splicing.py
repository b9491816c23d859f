"""Time series made whole where data or method changed on the way.

A series of an inventory has an old and a new version, or gaps. The new values are kept as they
are; other years are filled by one declared method, and every filled value carries what it rests
on (2006 IPCC Guidelines, Volume 1, Chapter 5).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency.tables.series import (
    CHOICES,
    CHOSEN,
    JOINS,
    OBSERVED,
    SERIES,
    SERIES_KEY,
    SPLICED,
    SURROGATE,
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
from kyoso.numerics.splicing import Ratio, between, mean_of_ratios, ratio_of_sums, trend
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.given import schema

Key = tuple[str, str, str]
Yearly = dict[int, float]

LEAST_FOR_TREND = 3
"""With two years every trend fits."""


@dataclass(slots=True)
class Task:
    """One series and how it is to be spliced. ``chosen`` is its row of the table of choices."""

    key: Key
    method: str
    old: Yearly = field(default_factory=dict)
    new: Yearly = field(default_factory=dict)
    statistic: Yearly = field(default_factory=dict)
    chosen: Mapping[str, int | None] | None = None

    def at(self, year: int, version: str) -> dict[str, object]:
        """Where a value of this series stands."""
        return {**self.named(), "year": year, "version": version}

    def named(self) -> dict[str, object]:
        return dict(zip(SERIES_KEY, self.key, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """What was filled by one join, and what the join rests on."""

    method: str
    overlap: tuple[int, ...]
    values: Yearly
    ratio: float | None = None
    spread: float | None = None
    drift: float | None = None

    def columns(self) -> dict[str, object]:
        return {
            "method": self.method,
            "first_overlap": self.overlap[0],
            "last_overlap": self.overlap[-1],
            "overlap_years": len(self.overlap),
            "ratio": self.ratio,
            "spread": self.spread,
        }


# --- one series ---------------------------------------------------------------------------


def splice(task: Task, values: Values) -> Iterator[Join | Broken]:
    """The joins of one series, or what stands in their way and where."""
    if task.method in ("overlap", "overlap-of-sums"):
        yield from _by_overlap(task, values)
    elif not task.new:
        yield _nothing_new(task)
    elif task.method == "surrogate":
        yield from _by_surrogate(task, values)
    elif task.method == "interpolation":
        yield from _by_interpolation(task)
    else:
        yield from _by_trend(task, values)


def _by_overlap(task: Task, values: Values) -> Iterator[Join | Broken]:
    """y₀ = x₀ · mean of yᵢ/xᵢ over the years that both versions have (Equation 5.1)."""
    wanted = sorted(set(task.old) - set(task.new))
    if not wanted:
        return
    common = sorted(set(task.old) & set(task.new))
    least = int(values["overlap_years"])
    if len(common) < least:
        yield Broken(
            where=task.at(wanted[-1], "old"),
            column="year",
            value=wanted[-1],
            message=Text(
                "old and new version have {n} years in common: {years}",
                "旧系列と新系列に共通する年が{n}年です：{years}",
            ).format(n=len(common), years=_listed(common)),
            hint=Text(
                "an overlap of at least {least} years, another method in the table choices, or "
                "-p overlap_years=",
                "{least}年以上の重なり、choicesの表での別の手法、または -p overlap_years= が必要です",
            ).format(least=least),
        )
        return
    zeros = [year for year in common if task.old[year] == 0]
    if task.method == "overlap-of-sums" and math.fsum(task.old[year] for year in common) == 0:
        zeros = common
    if zeros:
        yield from (_no_ratio(task, year) for year in zeros)
        return
    estimate = mean_of_ratios if task.method == "overlap" else ratio_of_sums
    ratio = estimate([task.new[y] for y in common], [task.old[y] for y in common])
    if ratio.drift > float(values["drift"]):
        yield _drifts(task, common, task.old, ratio, float(values["drift"]))
        return
    yield Join(
        method=task.method,
        overlap=tuple(common),
        values={year: task.old[year] * ratio.value for year in wanted},
        ratio=ratio.value,
        spread=ratio.spread,
        drift=ratio.drift,
    )


def _by_surrogate(task: Task, values: Values) -> Iterator[Join | Broken]:
    """y₀ = y_t · s₀/s_t, t being the year nearest to 0 that the new version and s both have."""
    common = sorted(set(task.new) & set(task.statistic))
    if not common:
        yield Broken(
            where=task.at(min(task.new), "new"),
            column="category",
            value=task.key[1],
            message=Text(
                "no statistic for this series in a year of the new version",
                "新系列の年に、この系列の統計がありません",
            ),
            hint=Text(
                "add it to the table surrogate, or choose another method",
                "surrogateの表に加えるか、別の手法を選んでください",
            ),
        )
        return
    ratio = mean_of_ratios([task.new[y] for y in common], [task.statistic[y] for y in common])
    if ratio.drift > float(values["drift"]):
        yield _drifts(task, common, task.statistic, ratio, float(values["drift"]))
        return
    by_anchor: dict[int, Yearly] = {}
    for year in sorted(set(task.statistic) - set(task.new)):
        anchor = min(common, key=lambda known: (abs(known - year), known))
        value = task.new[anchor] * task.statistic[year] / task.statistic[anchor]
        by_anchor.setdefault(anchor, {})[year] = value
    for anchor, filled in by_anchor.items():
        yield Join(
            method=task.method,
            overlap=(anchor,),
            values=filled,
            ratio=task.new[anchor] / task.statistic[anchor],
            spread=ratio.spread,
            drift=ratio.drift,
        )


def _by_interpolation(task: Task) -> Iterator[Join]:
    """A straight line between the known years on both sides of a gap."""
    known = sorted(task.new)
    for left, right in itertools.pairwise(known):
        ends = (left, task.new[left]), (right, task.new[right])
        filled = {year: between(year, *ends) for year in range(left + 1, right)}
        if filled:
            yield Join(method=task.method, overlap=(left, right), values=filled)


def _by_trend(task: Task, values: Values) -> Iterator[Join | Broken]:
    """y₀ = y_t + b · (0 − t), b the slope of all known years, t the known year nearest to 0."""
    asked = task.chosen or {}
    first, last = asked.get("first_year"), asked.get("last_year")
    if first is None or last is None or first > last:
        yield _at_choice(
            task,
            "last_year" if first is not None else "first_year",
            Text("a trend needs the years to fill", "外挿する年の範囲が必要です"),
            Text(
                "fill in first_year and last_year, in this order",
                "first_year、last_yearの順に記入してください",
            ),
        )
        return
    known = sorted(task.new)
    if len(known) < LEAST_FOR_TREND:
        yield _at_choice(
            task,
            "method",
            Text("{n} known years show no trend", "既知の{n}年分では傾向が分かりません").format(
                n=len(known)
            ),
            Text("at least {n} years", "{n}年以上が必要です").format(n=LEAST_FOR_TREND),
        )
        return
    line = trend(known, [task.new[year] for year in known])
    limit = float(values["volatility"])
    if line.scatter is not None and line.scatter > limit:
        yield _at_choice(
            task,
            "method",
            Text(
                "too volatile for a trend: values scatter about it by {scatter} % of their mean, "
                "more than {limit} %",
                "変動が大きく傾向を外挿できません（平均の{scatter}％のばらつき、上限{limit}％）",
            ).format(scatter=f"{line.scatter:.3g}", limit=f"{limit:g}"),
            Text("use a surrogate or better data", "代理統計またはより良いデータを用いてください"),
        )
        return
    filled = {}
    for year in range(first, last + 1):
        if year not in task.new:
            anchor = min(known, key=lambda one: (abs(one - year), one))
            filled[year] = task.new[anchor] + line.slope * (year - anchor)
    if filled and min(task.new.values()) >= 0 > min(filled.values()):
        year = next(year for year, value in sorted(filled.items()) if value < 0)
        yield _at_choice(
            task,
            "first_year" if year < known[0] else "last_year",
            Text("the trend falls below zero in {year}", "傾向は{year}年に負になります").format(
                year=year
            ),
            Text("extrapolate to fewer years", "外挿する年を減らしてください"),
        )
        return
    if filled:
        yield Join(method=task.method, overlap=tuple(known), values=filled, spread=line.scatter)


def _nothing_new(task: Task) -> Broken:
    return Broken(
        where=task.at(min(task.old), "old"),
        column="version",
        value="old",
        message=Text("the new version has no value at all", "新系列に値が一つもありません"),
        hint=Text("give at least one value of the new version", "新系列の値を加えてください"),
    )


def _no_ratio(task: Task, year: int) -> Broken:
    return Broken(
        where=task.at(year, "old"),
        column="value",
        value=task.old[year],
        message=Text(
            "there is no ratio to zero: this value, or the sum of all",
            "ゼロに対する比は求められません（この値または合計がゼロ）",
        ),
        hint=Text(
            "choose another method for this series in the table choices",
            "choicesの表でこの系列に別の手法を選んでください",
        ),
    )


def _drifts(task: Task, common: Sequence[int], lower: Yearly, ratio: Ratio, limit: float) -> Broken:
    """The year whose ratio lies farthest from the middle of all is where to look first."""
    yearly = {year: task.new[year] / lower[year] for year in common}
    middle = sum(yearly.values()) / len(yearly)
    worst = max(common, key=lambda year: (abs(yearly[year] - middle), year))
    low, high = (pick(common, key=yearly.__getitem__) for pick in (min, max))
    return Broken(
        where=task.at(worst, "new"),
        column="value",
        value=task.new[worst],
        message=Text(
            "the ratio drifts: {low} in {low_year}, {high} in {high_year}, a difference of "
            "{drift} % of the mean, more than {limit} %",
            "比が一定ではありません（{low_year}年{low}、{high_year}年{high}、差は平均の{drift}％、"
            "上限{limit}％）",
        ).format(
            low=f"{yearly[low]:.4g}",
            low_year=low,
            high=f"{yearly[high]:.4g}",
            high_year=high,
            drift=f"{ratio.drift:.3g}",
            limit=f"{limit:g}",
        ),
        hint=Text(
            "find out why, choose another method in the table choices, or set -p drift=",
            "理由を確かめ、choicesの表で別の手法を選ぶか、-p drift= を設定してください",
        ),
    )


def _at_choice(task: Task, column: str, message: Text, hint: Text) -> Broken:
    return Broken(where=task.named(), column=column, message=message, hint=hint)


def _listed(years: Sequence[int]) -> str:
    return ", ".join(map(str, years)) or "–"


# --- all series ---------------------------------------------------------------------------


def tasks(tables: Mapping[str, pa.Table], values: Values) -> list[Task]:
    """The series in key order; rows with an absent part are left to the checks of their table."""
    found: dict[Key, Task] = {}
    for row in tables["series"].to_pylist():
        if None in row.values():
            continue
        task = found.setdefault(_key(row), Task(_key(row), str(values["method"])))
        (task.new if row["version"] == "new" else task.old)[row["year"]] = row["value"]
    for row in _rows(tables, "surrogate"):
        if None not in row.values() and row["value"] > 0 and _key(row) in found:
            found[_key(row)].statistic[row["year"]] = row["value"]
    for row in _rows(tables, "choices"):
        if row["method"] is not None and _key(row) in found:
            task = found[_key(row)]
            task.method, task.chosen = row["method"], row
    return [found[key] for key in sorted(found)]


def _rows(tables: Mapping[str, pa.Table], name: str) -> list[dict[str, Any]]:
    return tables[name].to_pylist() if name in tables else []


def _key(row: Mapping[str, object]) -> Key:
    country, category, gas = (str(row[name]) for name in SERIES_KEY)
    return country, category, gas


def rules(tables: Mapping[str, pa.Table], values: Values) -> Sequence[Rule]:
    """Every series can be spliced as it is asked to, and choices are for series that are there."""
    broken = [
        (task, one)
        for task in tasks(tables, values)
        for one in splice(task, values)
        if isinstance(one, Broken)
    ]
    title = Text("every series can be spliced", "すべての系列を接続できる")
    of_choices = [one for task, one in broken if set(one.where) == set(SERIES_KEY)]
    found = [
        Rule(
            id="splice",
            title=title,
            table="series",
            broken=[one for _, one in broken if one not in of_choices],
        )
    ]
    if "choices" in tables:
        found.append(Rule(id="splice", title=title, table="choices", broken=of_choices))
    found.extend(
        Rule(
            id="series-known",
            title=Text("for series that are there", "存在する系列についての行である"),
            table=name,
            broken=tuple(_strangers(tables, name)),
        )
        for name in ("choices", "surrogate")
        if name in tables
    )
    return found


def _strangers(tables: Mapping[str, pa.Table], name: str) -> Iterator[Broken]:
    known = {_key(row) for row in tables["series"].to_pylist()}
    for key in sorted({_key(row) for row in _rows(tables, name)} - known):
        if "None" not in key:
            yield Broken(
                where=dict(zip(SERIES_KEY, key, strict=True)),
                column="category",
                value=key[1],
                message=Text("no such series", "この系列はありません"),
                hint=Text(
                    "country, category and gas as in the table series",
                    "seriesの表と同じ国・区分・ガスにしてください",
                ),
            )


def time_series_splicing(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Spliced series [t], and the joins they rest on."""
    spliced: list[dict[str, object]] = []
    joined: list[dict[str, object]] = []
    gaps = 0
    for task in tasks(tables, values):
        of = {**task.named(), "series": f"{task.key[1]} {task.key[2]}"}
        made = {year: {"value": value, "method": OBSERVED} for year, value in task.new.items()}
        for join in splice(task, values):
            assert isinstance(join, Join)  # the rules have refused all else
            joined.append({**of, **join.columns(), "drift": join.drift, "filled": len(join.values)})
            made |= {y: {"value": v, **join.columns()} for y, v in join.values.items()}
        spliced.extend({**of, "year": year, **parts} for year, parts in made.items())
        gaps += max(made) - min(made) + 1 - len(made)
    return Outcome(
        tables={
            "spliced": pa.Table.from_pylist(spliced, schema=schema(SPLICED)),
            "joins": pa.Table.from_pylist(joined, schema=schema(JOINS)),
        },
        checks=tuple(_checks(spliced, joined, gaps)),
    )


def _checks(
    spliced: Sequence[Mapping[str, object]], joined: Sequence[Mapping[str, object]], gaps: int
) -> Iterator[Check]:
    """What a reader of the result must know: years still missing, joins on a single year."""
    yield Check(
        id="spliced.years-complete",
        title=Text("no year is missing within a series", "どの系列にも年の抜けがない"),
        verdict=Verdict.LOOK if gaps else Verdict.PASSED,
        table="spliced",
        tested=len(spliced) + gaps,
        concerned=gaps,
        hint=Text("years without a value are absent, not zero", "値のない年はゼロではなく空欄です"),
    )
    alone = (one["ratio"] is not None and one["spread"] is None for one in joined)
    thin = sum(alone)
    yield Check(
        id="joins.several-years",
        title=Text("every ratio rests on several years", "どの比も複数の年に基づく"),
        verdict=Verdict.LOOK if thin else Verdict.PASSED,
        table="joins",
        tested=len(joined),
        concerned=thin,
        hint=Text("one year may be an exception", "1年だけでは例外かもしれません"),
    )


_EQUATIONS = Text(
    r"""$x$ is the old series, $y$ the new one. New values are never changed. For a year $0$ that only the old one has,
with $m \ldots n$ the years that both have:

$$\mathrm{overlap:} \quad y_0 = x_0 \cdot \frac{1}{n - m + 1} \sum_{i = m}^{n} \frac{y_i}{x_i} \qquad
\mathrm{overlap\ of\ sums:} \quad y_0 = x_0 \cdot \frac{\sum_i y_i}{\sum_i x_i}$$

With a statistic $s$ that moves with emissions, and $t$ the nearest known year (the earlier of two):

$$\mathrm{surrogate:} \quad y_0 = y_t \cdot \frac{s_0}{s_t}$$

Between known years $a < 0 < b$, and beyond them with the least-squares slope $\beta$ of all known years:

$$\mathrm{interpolation:} \quad y_0 = y_a + (y_b - y_a) \cdot \frac{0 - a}{b - a} \qquad
\mathrm{trend:} \quad y_0 = y_t + \beta \cdot (0 - t)$$

Refused are ratios $r_i$ with $(\max r_i - \min r_i) / |\bar r|$ above `drift`, and trends about which values scatter by more
than `volatility` % of their mean magnitude (residual standard deviation). Both limits are our choice.
""",
    r"""$x$ を旧系列、$y$ を新系列とする。新系列の値は変えない。旧系列だけにある年 $0$ について、両方にある年を $m \ldots n$ として：

$$\mathrm{overlap:} \quad y_0 = x_0 \cdot \frac{1}{n - m + 1} \sum_{i = m}^{n} \frac{y_i}{x_i} \qquad
\mathrm{overlap\ of\ sums:} \quad y_0 = x_0 \cdot \frac{\sum_i y_i}{\sum_i x_i}$$

排出量と連動する統計を $s$、最も近い既知の年（同じ近さなら早い方）を $t$ として：

$$\mathrm{surrogate:} \quad y_0 = y_t \cdot \frac{s_0}{s_t}$$

既知の年 $a < 0 < b$ の間、またはその外側（$\beta$ は既知のすべての年の最小二乗の傾き）について：

$$\mathrm{interpolation:} \quad y_0 = y_a + (y_b - y_a) \cdot \frac{0 - a}{b - a} \qquad
\mathrm{trend:} \quad y_0 = y_t + \beta \cdot (0 - t)$$

年ごとの比 $r_i$ の $(\max r_i - \min r_i) / |\bar r|$ が`drift`を超える場合と、傾向からのばらつき（残差の標準偏差）が値の大きさの平均の
`volatility`％を超える場合は受け付けない。いずれの上限も当プロジェクトの選択である。
""",
)

METHOD = Method(
    id="climate.transparency.time-series-splicing",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text("Splicing of time series", "時系列の接続"),
    summary=Text(
        "An inventory must be comparable over all its years. Where data or method changed, the "
        "years that only the old way covers are joined to the new series by a declared method, "
        "and every joined value says what it rests on.",
        "インベントリは全年を通じて比較可能でなければならない。データや手法が変わったとき、旧来の方法しかない年を"
        "宣言した手法で新系列に接続し、接続した値ごとに根拠を示す。",
    ),
    activities=("1-1-1", "1-1-2", "1-1-3"),
    inputs=(SERIES, SURROGATE, CHOICES),
    outputs=(SPLICED, JOINS),
    function=time_series_splicing,
    rules=rules,
    parameters=(
        Parameter(
            name="method",
            meaning=Text(
                "how series are spliced that the table choices does not name; a trend must be "
                "asked for there",
                "choicesの表にない系列の接続方法（trendはchoicesの表でのみ指定できる）",
            ),
            default="overlap",
            choices=CHOSEN,
        ),
        Parameter(
            name="overlap_years",
            meaning=Text(
                "least number of years that both versions must share (our choice)",
                "両系列に共通する年の最少数（当プロジェクトの選択）",
            ),
            default=2,
            minimum=1,
        ),
        Parameter(
            name="drift",
            meaning=Text(
                "largest difference between two yearly ratios, in % of their mean (our choice)",
                "年ごとの比の差の上限（平均に対する％、当プロジェクトの選択）",
            ),
            default=10.0,
            minimum=0,
            unit="%",
        ),
        Parameter(
            name="volatility",
            meaning=Text(
                "largest scatter of values about a trend, in % of their mean (our choice)",
                "傾向からのばらつきの上限（平均に対する％、当プロジェクトの選択）",
            ),
            default=10.0,
            minimum=0,
            unit="%",
        ),
    ),
    figures=(
        Figure(
            name="spliced",
            title=Text("Spliced series", "接続後の系列"),
            kind="lines",
            table="spliced",
            value="value",
            category="series",
            x="year",
            facet="country",
        ),
    ),
    origins=tuple(
        Origin(table=output, source=source, on=SERIES_KEY)
        for output in ("spliced", "joins")
        for source in ("series", "surrogate", "choices")
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 1",
            place="Chapter 5, splicing techniques; Equation 5.1",
            year=2006,
        ),
    ),
    limits=(
        Text(
            "A ratio presumes that old and new series differ by a constant factor. It is refused "
            "where the yearly ratios differ by more than the limit; below it, look at drift and "
            "spread before you trust it.",
            "比による接続は、新旧の系列が一定の倍率で異なることを前提とする。年ごとの比の差が上限を超えれば受け付けない。"
            "上限以下でも、driftとspreadを確かめること。",
        ),
        Text(
            "The mean of yearly ratios is the guidelines' estimator; the ratio of sums lets large "
            "years weigh more and gives another value.",
            "ガイドラインの推定量は年ごとの比の平均である。合計の比は大きな年を重く扱い、異なる値になる。",
        ),
        Text(
            "A trend is a last resort, never for volatile categories such as fires or land use, "
            "and says nothing about why emissions change.",
            "傾向の外挿は最後の手段であり、火災や土地利用のような変動の大きい区分には用いない。変化の理由も示さない。",
        ),
        Text(
            "The guidelines' text was read in a reprint; the limits of drift and volatility are "
            "not from there.",
            "ガイドラインの本文は再録版で確認した。driftとvolatilityの上限はガイドラインの値ではない。",
        ),
    ),
    equations=_EQUATIONS,
    example={
        name: f"time-series-splicing/{name}.csv" for name in ("series", "surrogate", "choices")
    },
    package=__package__ or "",
)
