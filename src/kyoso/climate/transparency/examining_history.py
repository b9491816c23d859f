"""Checks against the facility's earlier years."""

from __future__ import annotations

from collections.abc import Sequence

from kyoso.climate.transparency.examined_reports import Examined, Finding, Limits, Report, few_years
from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.tables.plausibility import ERROR, INFORMATION, WARNING
from kyoso.core.text import Text
from kyoso.numerics.robust import usual


def year_on_year(report: Report) -> Examined:
    """The quantity of each stream against what was usual in earlier years."""
    done = Examined()
    limits = report.limits
    for stream, row in report.streams.items():
        past = report.history(stream, row["unit"])
        if slipped := _slip(row, past, limits):
            done.tested += 1
            done.findings.append(slipped)
            continue
        if len(past) < limits.history:
            done.pass_over(few_years(len(past), limits))
            continue
        done.tested += 1
        expected = usual(past, reach=limits.reach, least=limits.least)
        if not expected.lower <= row["quantity"] <= expected.upper:
            done.findings.append(
                Finding(
                    check="year-on-year",
                    severity=WARNING,
                    column="quantity",
                    stream=stream,
                    value=row["quantity"],
                    lower=max(0.0, expected.lower),
                    upper=expected.upper,
                    unit=row["unit"],
                    reason=Text(
                        "far from the {n} earlier years, whose median is {median:.6g} {unit}",
                        "過去{n}年の中央値{median:.6g} {unit}から大きく離れています",
                    ).format(n=len(past), median=expected.median, unit=row["unit"]),
                )
            )
    return done


def _slip(row: Row, past: Sequence[float], limits: Limits) -> Finding | None:
    """A quantity that looks as if it were written in another unit than before."""
    filled = sorted(quantity for quantity in past if quantity > 0)
    if not filled or not row["quantity"]:
        return None
    low, high = filled[0] / limits.slip, filled[-1] * limits.slip
    if low < row["quantity"] < high:
        return None
    return Finding(
        check="year-on-year",
        severity=ERROR,
        column="unit",
        stream=row["stream"],
        value=row["quantity"],
        lower=filled[0],
        upper=filled[-1],
        unit=row["unit"],
        reason=Text(
            "more than {slip:g} times off all earlier years: a unit is likely wrong",
            "過去のどの年とも{slip:g}倍以上異なります。単位の誤りが疑われます",
        ).format(slip=limits.slip),
    )


def streams_complete(report: Report) -> Examined:
    """Every stream and gas of the last report stands in this one."""
    done = Examined()
    if report.last is None:
        done.pass_over(Text("not enough history: no earlier report", "履歴不足（過去の報告なし）"))
        return done
    before = {(row["stream"], row["gas"]): row for row in report.earlier[report.last]}
    now = {(row["stream"], row["gas"]) for row in report.lines}
    told: set[str] = set()
    done.tested = len({stream for stream, _ in before} | set(report.streams))
    for (stream, gas), row in sorted(before.items()):
        if (stream, gas) in now or stream in told:
            continue
        whole = stream not in report.streams
        told.add(stream)
        done.findings.append(
            Finding(
                check="streams-complete",
                severity=WARNING,
                column="stream" if whole else "gas",
                stream=stream,
                gas=None if whole else gas,
                value=row["quantity"] if whole else row["mass"],
                unit=row["unit"] if whole else "t",
                reason=Text(
                    "reported for {year} and not now; write 0 if it did not run, or end it in the "
                    "plan",
                    "{year}年には報告があります。稼働がなければ0とし、廃止なら計画で終了してください",
                ).format(year=report.last)
                if whole
                else Text(
                    "{gas} of this stream was reported for {year} and is not now",
                    "{year}年に報告された{gas}がありません",
                ).format(gas=gas, year=report.last),
            )
        )
    old = {stream for stream, _ in before}
    done.findings.extend(
        Finding(
            check="streams-complete",
            severity=INFORMATION,
            column="stream",
            stream=stream,
            value=row["quantity"],
            unit=row["unit"],
            reason=Text("new since {year}", "{year}年の報告にないストリームです").format(
                year=report.last
            ),
        )
        for stream, row in report.streams.items()
        if stream not in old
    )
    if report.last < report.year - 1:
        done.findings.append(
            Finding(
                check="streams-complete",
                severity=INFORMATION,
                column="year",
                value=float(report.last),
                reason=Text(
                    "the last report before this one is of {year}", "この前の報告は{year}年です"
                ).format(year=report.last),
            )
        )
    return done
