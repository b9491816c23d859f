"""A country's targets tracked: indicator, transfers, balance, level, progress, and what is open.

The fields are those of the structured summary of a biennial transparency report. Whatever cannot
be determined is named; nothing is put in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency.ndc_progress import (
    PER,
    Goal,
    Summary,
    Transfer,
    Year,
    exact,
    in_year,
    mass_of,
    summary,
)
from kyoso.climate.transparency.ndc_rules import Name, Row, rules
from kyoso.climate.transparency.tables.ndc import (
    ADJUSTMENTS,
    COURSE,
    CURVES,
    DECREASE,
    OPEN,
    SUMMARY,
    TARGETS,
    TRACKING,
    VALUES,
    WHY,
)
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check, Verdict
from kyoso.tables.given import schema

ARTICLE_6 = Source(
    document="Decision 2/CMA.3, annex: guidance on cooperative approaches",
    place="paragraphs 7 to 9",
    year=2021,
)
"""The paragraphs on corresponding adjustments; not read against the decision itself."""


def ndc_tracking(tables: Mapping[str, pa.Table], _values: Values) -> Outcome:
    """Every target year by year and in one line, with the lines of a chart."""
    rows = tables["targets"].to_pylist()
    goals = dict(zip([_name(row) for row in rows], _goals(rows, tables), strict=True))
    years = {name: [in_year(goal, y) for y in goal.years()] for name, goal in goals.items()}
    sums = {name: summary(goal, years[name]) for name, goal in goals.items()}
    made = {
        TRACKING: [r for row in rows for r in _tracked(row, years[_name(row)])],
        SUMMARY: [_summed(row, goals[_name(row)], sums[_name(row)]) for row in rows],
        CURVES: [r for row in rows for r in _curves(row, goals[_name(row)], years[_name(row)])],
    }
    return Outcome(
        tables={
            table.name: pa.Table.from_pylist(found, schema=schema(table))
            for table, found in made.items()
        },
        checks=tuple(_checks(made[SUMMARY], made[TRACKING], tables["values"])),
    )


def _name(row: Row) -> Name:
    return row["country"], row["target"]


# --- from rows to goals -------------------------------------------------------------------


def _goals(rows: Sequence[Row], tables: Mapping[str, pa.Table]) -> Iterator[Goal]:
    series: defaultdict[Name, dict[int, tuple[Fraction, str]]] = defaultdict(dict)
    for one in tables["values"].to_pylist():
        series[one["country"], one["indicator"]][one["year"]] = (exact(one["value"]), one["unit"])
    moved = _by_target(tables, "adjustments")
    courses = _by_target(tables, "trajectory")
    for row in rows:
        divided = row["denominator"] is not None
        unit = row["unit"].partition(PER)[0] if divided else row["unit"]
        yield Goal(
            kind=row["kind"],
            target_year=row["target_year"],
            direction=row["direction"] or DECREASE,
            reference_year=row["reference_year"],
            reference=_exact(row["reference_value"]),
            share=_exact(row["share"]),
            level=_exact(row["level"]),
            first_year=row["first_year"],
            cooperation=row["cooperation"],
            treatment=row["treatment"],
            counts_up=mass_of(unit) is None and mass_of(unit.partition(PER)[0]) is None,
            values=_in_unit(series[row["country"], row["indicator"]], unit),
            divisors=_in_unit(
                series[row["country"], row["denominator"]], row["unit"].partition(PER)[2]
            )
            if divided
            else None,
            transfers={
                one["year"]: Transfer(
                    first=_converted(exact(one["first_transferred"]), one["unit"], unit),
                    used=_converted(exact(one["used"]), one["unit"], unit),
                )
                for one in moved[_name(row)]
            },
            levels={one["year"]: exact(one["level"]) for one in courses[_name(row)]},
        )


def _exact(value: float | None) -> Fraction | None:
    return None if value is None else exact(value)


def _by_target(tables: Mapping[str, pa.Table], name: str) -> Mapping[Name, list[Row]]:
    found: defaultdict[Name, list[Row]] = defaultdict(list)
    for row in tables[name].to_pylist() if name in tables else ():
        found[_name(row)].append(row)
    return found


def _in_unit(series: Mapping[int, tuple[Fraction, str]], unit: str) -> Mapping[int, Fraction]:
    return {year: _converted(value, written, unit) for year, (value, written) in series.items()}


def _converted(value: Fraction, written: str, unit: str) -> Fraction:
    """An amount of greenhouse gases in another multiple of t CO2e; anything else as it is."""
    given, wanted = mass_of(written), mass_of(unit)
    return value if given is None or wanted is None else value * given / wanted


# --- from goals to rows -------------------------------------------------------------------


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _about(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("country", "target", "indicator", "unit")}


def _tracked(row: Row, years: Sequence[Year]) -> Iterator[dict[str, Any]]:
    for one in years:
        yield {
            **_about(row),
            "denominator": row["denominator"],
            "year": one.year,
            "value": _number(one.value),
            "first_transferred": _number(one.transfer.first) if one.transfer else None,
            "used": _number(one.transfer.used) if one.transfer else None,
            "adjustment": _number(one.adjustment),
            "indicative": one.indicative,
            "balance": _number(one.balance),
            "level": _number(one.level),
            "gap": _number(one.gap),
            "progress": _number(one.progress),
            "status": one.status,
            "reason": one.reason,
        }


def _summed(row: Row, goal: Goal, found: Summary) -> dict[str, Any]:
    latest, period = found.latest, found.period
    return {
        **_about(row),
        "kind": row["kind"],
        "reference_year": row["reference_year"],
        "reference_value": _number(goal.base),
        "latest_year": latest.year if latest else None,
        "value": _number(latest.value) if latest else None,
        "first_transferred": _number(found.first_transferred),
        "used": _number(found.used),
        "adjustment": _number(latest.adjustment) if latest else None,
        "balance": _number(latest.balance) if latest else None,
        "target_year": row["target_year"],
        "level": _number(found.level),
        "gap": _number(latest.gap) if latest else None,
        "progress": _number(latest.progress) if latest else None,
        "period_balance": _number(period.balance) if period else None,
        "period_level": _number(period.level) if period else None,
        "status": found.status,
        "reason": found.reason,
    }


def _curves(row: Row, goal: Goal, years: Sequence[Year]) -> Iterator[dict[str, Any]]:
    """The lines of a chart; an adjusted balance only where transfers count."""
    about = {"country": row["country"], "target": row["target"], "unit": row["unit"]}
    for one in years:
        level = one.level if goal.levels or goal.is_due(one.year) else None
        shown = {
            "value": one.value,
            "balance": one.balance if one.adjustment is not None else None,
            "level": level,
        }
        for series, amount in shown.items():
            if amount is not None:
                yield {**about, "series": series, "year": one.year, "amount": float(amount)}


def _checks(summed: Sequence[Row], tracked: Sequence[Row], values: pa.Table) -> Iterator[Check]:
    open_ = [row for row in summed if row["status"] == OPEN]
    reasons = sorted({row["reason"] for row in open_})
    said = (
        Text(
            ", ".join(WHY[reason].en for reason in reasons),
            "、".join(WHY[reason].ja for reason in reasons),
        )
        if reasons
        else None
    )
    yield _look(
        "summary.determinable",
        Text("every target can be determined", "すべての目標が判定可能"),
        "summary",
        [row["status"] == OPEN for row in summed],
        said,
    )
    yield _look(
        "tracking.final-adjustments",
        Text("adjustments are final, not averages under way", "調整量が確定値（途中の平均でない）"),
        "tracking",
        [row["indicative"] for row in tracked],
        Text("they become final in the target year", "目標年に確定します"),
    )
    used = {(row["country"], row["indicator"]) for row in summed}
    bases = values.select(["country", "indicator", "source"]).to_pylist()
    yield _look(
        "values.rest-on-something",
        Text("every value says what it rests on", "すべての値に根拠の記入あり"),
        "values",
        [row["source"] is None and (row["country"], row["indicator"]) in used for row in bases],
        Text("fill in source", "sourceを記入してください"),
    )


def _look(
    name: str, title: Text, table: str, concerned: Sequence[bool], hint: Text | None
) -> Check:
    return Check(
        id=name,
        title=title,
        verdict=Verdict.LOOK if any(concerned) else Verdict.PASSED,
        table=table,
        tested=len(concerned),
        concerned=sum(concerned),
        rows=tuple(at for at, one in enumerate(concerned, start=2) if one)[:20],
        hint=hint if any(concerned) else None,
    )


def _divisors(row: Row, values: Sequence[Row]) -> Sequence[Row]:
    """Of an intensity: the value in a year of what it is divided by."""
    return [value for value in values if value["indicator"] == row["denominator"]]


# --- the declaration ----------------------------------------------------------------------


_EQUATIONS = Text(
    r"""With the value $V_t$ of the indicator, first transfers $F_t$ and use $U_t$ of a year $t$, the balance is

$$B_t = V_t + A_t$$

$$A_t = F_t - U_t \quad (annual, multi\text{-}year) \qquad A_t = \frac{\sum_{s=a}^{t} (F_s - U_s)}{t - a + 1} \quad (averaging)$$

where $a$ is the first year of the period. For a metric other than greenhouse gases the sign of $A_t$ is turned. An intensity is $(V_t + A_t) / D_t$ with the denominator $D_t$.

The level of a target with reference value $R$ and share $s$ (in %), the gap and the progress are

$$L = R \cdot (1 - \frac{s}{100}) \qquad gap = B_t - L \qquad progress = 100 \cdot \frac{R - B_t}{R - L}$$

with $1 + s/100$ and $L - B_t$ for an indicator that is to rise. A single-year target is achieved where $gap \le 0$ in its year; a trajectory where $\sum B_t \le \sum L_t$ over its years.
""",
    r"""年 $t$ の指標の値を $V_t$、最初の移転量を $F_t$、利用量を $U_t$ とすると、調整後の収支は

$$B_t = V_t + A_t$$

$$A_t = F_t - U_t \quad (annual, multi\text{-}year) \qquad A_t = \frac{\sum_{s=a}^{t} (F_s - U_s)}{t - a + 1} \quad (averaging)$$

$a$ は実施期間の初年である。温室効果ガス以外の指標では $A_t$ の符号を逆にする。原単位は、分母を $D_t$ として $(V_t + A_t) / D_t$ である。

基準値 $R$、割合 $s$（％）の目標について、水準、差、到達率は

$$L = R \cdot (1 - \frac{s}{100}) \qquad gap = B_t - L \qquad progress = 100 \cdot \frac{R - B_t}{R - L}$$

増やす目標では $1 + s/100$、$L - B_t$ とする。単年目標は目標年に $gap \le 0$ なら達成、経路目標は期間を通じて $\sum B_t \le \sum L_t$ なら達成である。
""",
)

METHOD = Method(
    id="climate.transparency.ndc-tracking",
    version="1.1.0",
    kind=Kind.ARRAY,
    title=Text("Tracking of NDC targets", "NDC目標の進捗"),
    summary=Text(
        "Indicators against the targets of a country's nationally determined contribution, of any "
        "type, with first transfers and use of mitigation outcomes: balance, level, progress, and "
        "a name for everything that is lacking.",
        "国が決定する貢献（NDC）の目標（種類を問わない）に対する指標の進捗を、緩和成果の移転と利用を調整して示す。"
        "収支、水準、到達率と、判定に不足するものの名称を出力する。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(TARGETS, VALUES, ADJUSTMENTS, COURSE),
    outputs=(TRACKING, SUMMARY, CURVES),
    function=ndc_tracking,
    rules=rules,
    figures=(
        Figure(
            name="progress",
            title=Text("Progress from reference value to level", "基準値から目標水準までの到達率"),
            kind="lines",
            table="tracking",
            value="progress",
            category="target",
            x="year",
            facet="country",
        ),
    ),
    origins=(
        Origin(table="summary", source="tracking", on=("country", "target")),
        Origin(table="summary", source="targets", on=("country", "target")),
        Origin(table="tracking", source="values", on=("country", "indicator", "year")),
        Origin(
            table="tracking",
            source="values",
            on=("country", "year"),
            also=("denominator",),
            choose=_divisors,
        ),
        Origin(table="tracking", source="adjustments", on=("country", "target"), until="year"),
        Origin(table="tracking", source="trajectory", on=("country", "target", "year")),
        Origin(table="tracking", source="targets", on=("country", "target")),
        Origin(table="curves", source="tracking", on=("country", "target", "year")),
    ),
    sources=(
        ARTICLE_6,
        Source(
            document="Decision 18/CMA.1, annex: modalities, procedures and guidelines for the "
            "transparency framework",
            place="chapter III",
            year=2018,
        ),
    ),
    limits=(
        Text(
            "The treatment of transfers is asked of the user, once for the period; without it the "
            "balance of a country that uses cooperative approaches is not determinable.",
            "移転の算定方法は期間を通じて一つを利用者に求める。協力的アプローチを利用する国でこれがなければ、収支は判定不能とする。",
        ),
        Text(
            "A single-year target is judged in its year alone; a year after it is not tracked.",
            "単年目標は目標年だけで判定し、それより後の年は扱わない。",
        ),
        Text(
            "Whether a target of policies is met is not calculated unless it has a level.",
            "水準のない政策目標の達成は計算しない。",
        ),
        Text(
            "Amounts are exact to 12 significant digits.",
            "量は有効数字12桁まで正確である。",
        ),
        Text(
            "The paragraphs of the decisions are cited from a second source and not yet read "
            "against the decisions.",
            "決定の段落番号は二次資料により、原文とは未照合である。",
        ),
    ),
    equations=_EQUATIONS,
    example={
        name: f"ndc-tracking/{name}.csv"
        for name in ("targets", "values", "adjustments", "trajectory")
    },
    package=__package__ or "",
)
