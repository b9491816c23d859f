"""What the lines and totals of a report rest on: plan, activity data and factors."""

from __future__ import annotations

from collections.abc import Sequence

from kyoso.climate.transparency.dated_factors import cited
from kyoso.climate.transparency.factors import Row, for_category
from kyoso.climate.transparency.report_totals import TOTAL
from kyoso.climate.transparency.rule_sets import LOCATION, MARKET
from kyoso.climate.transparency.tables.plans import ANY
from kyoso.methods.declaration import Origin


def lines_of_total(row: Row, lines: Sequence[Row]) -> list[Row]:
    if row["boundary"] == TOTAL:
        return [line for line in lines if line["counted"]]
    return [line for line in lines if line["covered"] and line["boundary"] == row["boundary"]]


def _entries_in_force(line: Row, entries: Sequence[Row]) -> list[Row]:
    return [one for one in entries if one["valid_from"] <= line["year"] <= one["valid_until"]]


def _factors_of_line(line: Row, factors: Sequence[Row]) -> list[Row]:
    if not str(line["method"]).startswith("factor"):
        return []
    now = [
        one
        for one in _entries_in_force(line, factors)
        if (one["value"], cited(one)) == (line["factor"], line["factor_source"])
    ]
    for near in (line["country"], ANY):
        held, _ = for_category([one for one in now if one["country"] == near], line["category"])
        if held:
            return held
    return []


def _bought(line: Row, factors: Sequence[Row]) -> list[Row]:
    method = {LOCATION: "location", MARKET: "market"}.get(str(line["boundary"]))
    of_method = [one for one in factors if one["method"] == method]
    own = [one for one in of_method if one["country"] == line["country"]]
    return own or [one for one in of_method if one["country"] == ANY]


ORIGINS_OF_LINES = (
    Origin(table="lines", source="activity", on=("facility", "year", "stream")),
    Origin(
        table="lines",
        source="plan",
        on=("facility", "stream"),
        also=("year",),
        choose=_entries_in_force,
    ),
    Origin(
        table="lines",
        source="factors",
        on=("source", "gas"),
        also=("year", "country", "category", "method", "factor", "factor_source"),
        choose=_factors_of_line,
    ),
    Origin(
        table="lines",
        source="electricity",
        on=("source", "gas", "year"),
        also=("country", "boundary"),
        choose=_bought,
    ),
)
