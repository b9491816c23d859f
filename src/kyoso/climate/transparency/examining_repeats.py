"""Checks for what stands twice: one meter, one quantity, last year's quantity again."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator

from kyoso.climate.transparency.examined_reports import NOISE, Examined, Finding, Report, in_unit
from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.tables.plausibility import INFORMATION, WARNING
from kyoso.core.text import Text

_TELLING_DIGITS = 3
"""Two quantities with so many digits are hardly the same by chance; our choice."""


def duplicates(report: Report) -> Examined:
    """One meter for two streams, one quantity written twice, last year's quantity again."""
    done = Examined(tested=len(report.streams))
    rows = list(report.streams.values())
    told: set[frozenset[str]] = set()
    by_meter: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["meter"] and row["meter"].strip():
            by_meter[row["meter"].strip().lower()].append(row)
    for shared in by_meter.values():
        for one, two in itertools.combinations(shared, 2):
            told.add(frozenset((one["stream"], two["stream"])))
            same = _equal(one, two)
            done.findings.append(
                _twice(
                    two,
                    WARNING if same and two["quantity"] else INFORMATION,
                    "meter",
                    Text(
                        "meter {meter} stands at stream {stream} as well, with the same quantity: "
                        "counted twice?",
                        "計測器{meter}はストリーム{stream}にも同じ量であります。二重計上ではありませんか",
                    )
                    if same
                    else Text(
                        "meter {meter} serves stream {stream} as well",
                        "計測器{meter}はストリーム{stream}にも使われています",
                    ),
                    meter=two["meter"],
                    stream=one["stream"],
                )
            )
    by_source: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if _telling(row):
            by_source[row["source"].lower()].append(row)
    for one, two in itertools.chain.from_iterable(
        itertools.combinations(alike, 2) for alike in by_source.values()
    ):
        if _equal(one, two) and frozenset((one["stream"], two["stream"])) not in told:
            done.findings.append(
                _twice(
                    two,
                    WARNING,
                    "quantity",
                    Text(
                        "the same quantity of the same source as stream {stream}: copied?",
                        "ストリーム{stream}と排出源も量も同じです。写し間違いではありませんか",
                    ),
                    stream=one["stream"],
                )
            )
    done.findings.extend(_again(report))
    return done


def _equal(one: Row, two: Row) -> bool:
    other = in_unit(one["quantity"], one["unit"], two["unit"])
    return other is not None and math.isclose(other, two["quantity"], rel_tol=NOISE)


def _telling(row: Row) -> bool:
    """Whether a quantity has so many digits that it is hardly the same by chance."""
    digits = f"{row['quantity']:.11e}".partition("e")[0].replace(".", "").rstrip("0")
    return len(digits) >= _TELLING_DIGITS


def _twice(row: Row, severity: str, column: str, reason: Text, **said: object) -> Finding:
    return Finding(
        check="duplicates",
        severity=severity,
        column=column,
        stream=row["stream"],
        value=row["quantity"],
        unit=row["unit"],
        reason=reason.format(**said),
    )


def _again(report: Report) -> Iterator[Finding]:
    if report.last is None:
        return
    before = report.past[report.last]
    for stream, row in report.streams.items():
        if stream in before and _equal(before[stream], row) and _telling(row):
            yield _twice(
                row,
                INFORMATION,
                "quantity",
                Text("exactly the quantity of {year}", "{year}年とまったく同じ量です"),
                year=report.last,
            )
