"""Splicing against exact fractions, worked out in the test from Equation 5.1 of the 2006 IPCC
Guidelines, Volume 1, and from the definitions of the other techniques.
"""

from __future__ import annotations

import csv
import statistics
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.tables.series import SERIES
from kyoso.climate.transparency.time_series_splicing import METHOD, time_series_splicing
from kyoso.core.errors import InputRefusedError
from kyoso.methods import running
from kyoso.methods.declaration import ParametersError
from kyoso.methods.result import Result
from kyoso.tables.given import schema

HEADERS = {
    "series": "country,category,gas,year,version,value",
    "surrogate": "country,category,gas,year,value",
    "choices": "country,category,gas,method,first_year,last_year",
}


def run(folder: Path, *series: str, **more: Any) -> Result:
    """Run on lines ``year,version,value`` of one series; other tables as whole lines."""
    tables = {"series": [f"XAA,2A1,CO2,{line}" for line in series]}
    tables |= {name: more.pop(name) for name in ("surrogate", "choices") if name in more}
    inputs = {}
    for name, lines in tables.items():
        inputs[name] = folder / f"{name}.csv"
        inputs[name].write_text("\n".join([HEADERS[name], *lines]) + "\n", encoding="utf-8")
    return running.run(METHOD, inputs, more)


def refused(folder: Path, *series: str, **more: Any) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, *series, **more)
    return caught.value.lines()


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def values(result: Result) -> dict[int, float]:
    return {row["year"]: row["value"] for row in rows(result, "spliced")}


OVERLAP = (
    "2000,old,90", "2001,old,100", "2002,old,110", "2003,old,120",
    "2001,new,105", "2002,new,112", "2003,new,126", "2004,new,130",
)  # fmt: skip
NEW = {2001: 105.0, 2002: 112.0, 2003: 126.0, 2004: 130.0}


def test_an_overlap_multiplies_by_the_mean_of_yearly_ratios(tmp_path: Path) -> None:
    result = run(tmp_path, *OVERLAP)
    yearly = [Fraction(105, 100), Fraction(112, 110), Fraction(126, 120)]
    ratio = sum(yearly) / 3
    assert values(result) == NEW | {2000: pytest.approx(float(90 * ratio), rel=1e-11)}
    spread = 100 * statistics.stdev(map(float, yearly)) / float(ratio)
    drift = float(100 * (max(yearly) - min(yearly)) / ratio)
    assert rows(result, "joins") == [
        {
            "country": "XAA", "category": "2A1", "gas": "CO2", "method": "overlap",
            "first_overlap": 2001, "last_overlap": 2003, "overlap_years": 3,
            "ratio": pytest.approx(float(ratio), rel=1e-11),
            "spread": pytest.approx(spread, rel=1e-9),
            "drift": pytest.approx(drift, rel=1e-9),
            "filled": 1,
        }
    ]  # fmt: skip


def test_the_ratio_of_sums_is_another_estimator_under_its_own_name(tmp_path: Path) -> None:
    result = run(tmp_path, *OVERLAP, method="overlap-of-sums")
    ratio = Fraction(105 + 112 + 126, 100 + 110 + 120)
    assert values(result)[2000] == pytest.approx(float(90 * ratio), rel=1e-11)
    assert rows(result, "spliced")[0]["method"] == "overlap-of-sums"


def test_every_spliced_value_carries_what_it_rests_on_and_a_new_one_does_not(
    tmp_path: Path,
) -> None:
    spliced, observed, *_ = rows(run(tmp_path, *OVERLAP), "spliced")
    assert {name: spliced[name] for name in ("method", "first_overlap", "overlap_years")} == {
        "method": "overlap",
        "first_overlap": 2001,
        "overlap_years": 3,
    }
    assert observed["method"] == "new"
    assert [observed[name] for name in ("ratio", "spread", "first_overlap")] == [None] * 3


def test_a_surrogate_moves_with_its_statistic_from_the_nearest_known_year(tmp_path: Path) -> None:
    statistic = [f"XAA,2A1,CO2,{y},{s}" for y, s in ((2000, 8), (2001, 9), (2002, 10), (2004, 12))]
    result = run(
        tmp_path, "2001,new,90", "2003,new,121", "2002,new,100",
        method="surrogate", surrogate=statistic,
    )  # fmt: skip
    assert values(result) == {
        2000: float(Fraction(90) * 8 / 9),
        2001: 90.0,
        2002: 100.0,
        2003: 121.0,
        2004: float(Fraction(100) * 12 / 10),
    }
    joins = {row["first_overlap"]: (row["ratio"], row["filled"]) for row in rows(result, "joins")}
    assert joins == {2001: (10.0, 1), 2002: (10.0, 1)}


def test_gaps_are_filled_along_a_straight_line(tmp_path: Path) -> None:
    result = run(tmp_path, "2000,new,10", "2003,new,16", "2004,new,20", method="interpolation")
    assert values(result) == {2000: 10.0, 2001: 12.0, 2002: 14.0, 2003: 16.0, 2004: 20.0}
    (join,) = rows(result, "joins")
    assert (join["first_overlap"], join["last_overlap"], join["ratio"]) == (2000, 2003, None)


TREND = ("2000,new,100", "2001,new,104", "2002,new,105", "2003,new,109")


def test_a_trend_goes_on_from_the_last_year_by_the_slope_of_least_squares(tmp_path: Path) -> None:
    asked = ["XAA,2A1,CO2,trend,1999,2005"]
    found = values(run(tmp_path, *TREND, choices=asked))
    offsets = [Fraction(n, 2) for n in (-3, -1, 1, 3)]
    slope = sum(o * v for o, v in zip(offsets, (100, 104, 105, 109), strict=True)) / sum(
        o * o for o in offsets
    )
    assert found[1999] == float(100 - slope)
    assert (found[2004], found[2005]) == (float(109 + slope), float(109 + 2 * slope))


def test_a_trend_is_never_taken_for_all_series_at_once(tmp_path: Path) -> None:
    with pytest.raises(ParametersError, match="trend"):
        run(tmp_path, *TREND, method="trend")


@pytest.mark.parametrize(
    ("series", "options", "said"),
    [
        (
            ("2000,old,9", "2001,old,10", "2002,old,10", "2001,new,10", "2002,new,13"),
            {},
            "series: row 6, column value: 13: the ratio drifts: 1 in 2001, 1.3 in 2002, a "
            "difference of 26.1 % of the mean, more than 10 %; find out why, choose another "
            "method in the table choices, or set -p drift=",
        ),
        (
            ("2000,old,9", "2001,old,10", "2001,new,11"),
            {},
            "series: row 2, column year: 2000: old and new version have 1 years in common: 2001; "
            "an overlap of at least 2 years, another method in the table choices, or "
            "-p overlap_years=",
        ),
        (
            ("2000,old,9", "2001,old,0", "2001,new,11", "2002,old,3", "2002,new,3"),
            {},
            "series: row 3, column value: 0: there is no ratio to zero: this value, or the sum of "
            "all; choose another method for this series in the table choices",
        ),
        (
            ("2000,old,9", "2002,old,10"),
            {"method": "interpolation"},
            "series: row 2, column version: old: the new version has no value at all; give at "
            "least one value of the new version",
        ),
        (
            ("2000,old,9", "2002,new,10"),
            {"method": "surrogate"},
            "series: row 3, column category: 2A1: no statistic for this series in a year of the "
            "new version; add it to the table surrogate, or choose another method",
        ),
        (
            TREND,
            {"choices": ["XAA,2A1,CO2,trend,1999,"]},
            "choices: row 2, column last_year: a trend needs the years to fill; fill in "
            "first_year and last_year, in this order",
        ),
        (
            ("2000,new,10", "2001,new,30", "2002,new,10", "2003,new,30"),
            {"choices": ["XAA,2A1,CO2,trend,2004,2005"]},
            "choices: row 2, column method: too volatile for a trend: values scatter about it by "
            "63.2 % of their mean, more than 10 %; use a surrogate or better data",
        ),
        (
            ("2000,new,10", "2001,new,11"),
            {"choices": ["XAA,2A1,CO2,trend,2004,2005"]},
            "choices: row 2, column method: 2 known years show no trend; at least 3 years",
        ),
        (
            ("2000,new,10", "2001,new,6", "2002,new,2"),
            {"choices": ["XAA,2A1,CO2,trend,2003,2005"]},
            "choices: row 2, column last_year: the trend falls below zero in 2003; extrapolate to "
            "fewer years",
        ),
        (
            ("2000,new,10",),
            {"choices": ["XAA,2A2,CO2,surrogate,,"]},
            "choices: row 2, column category: 2A2: no such series; country, category and gas as "
            "in the table series",
        ),
        (
            ("2000,new,10", "2000,new,11"),
            {},
            "series: row 3, column country: XAA · 2A1 · CO2 · 2000 · new: this record stands in "
            "row 2 already; one row for each country, category, gas, year, version",
        ),
    ],
)
def test_what_cannot_be_spliced_is_named_at_its_cell(
    tmp_path: Path, series: tuple[str, ...], options: dict[str, Any], said: str
) -> None:
    assert refused(tmp_path, *series, **options) == [said]


def test_the_limits_are_parameters(tmp_path: Path) -> None:
    series = ("2000,old,9", "2001,old,10", "2002,old,10", "2001,new,10", "2002,new,13")
    assert values(run(tmp_path, *series, drift=30))[2000] == pytest.approx(9 * 1.15)
    one = ("2000,old,9", "2001,old,10", "2001,new,11")
    result = run(tmp_path, *one, overlap_years=1)
    assert values(result)[2000] == pytest.approx(9.9)
    (join,) = rows(result, "joins")
    assert (join["spread"], join["drift"]) == (None, 0.0)
    thin = next(check for check in result.checks if check.id == "joins.several-years")
    assert (thin.verdict.value, thin.concerned) == ("look", 1)


def test_sums_that_cancel_have_no_ratio(tmp_path: Path) -> None:
    series = ("2000,old,9", "2001,old,10", "2002,old,-10", "2001,new,10", "2002,new,-10")
    assert len(refused(tmp_path, *series, method="overlap-of-sums")) == 2


def test_years_that_stay_missing_are_absent_and_said(tmp_path: Path) -> None:
    result = run(tmp_path, "2000,new,1", "2004,new,2")
    assert values(result) == {2000: 1.0, 2004: 2.0}
    gaps = next(check for check in result.checks if check.id == "spliced.years-complete")
    assert (gaps.verdict.value, gaps.concerned) == ("look", 3)


@given(
    old=st.dictionaries(st.integers(1990, 2020), st.integers(1, 10**6), min_size=3, max_size=20),
    factor=st.fractions(min_value=Fraction(1, 10), max_value=10, max_denominator=100),
    shared=st.integers(min_value=2, max_value=5),
)
def test_new_values_stay_and_a_constant_factor_is_found(
    old: dict[int, int], factor: Fraction, shared: int
) -> None:
    new = {year: float(old[year] * factor) for year in sorted(old)[-shared:]}
    lines = [
        {"country": "XAA", "category": "2A1", "gas": "CO2", "year": year, "version": version}
        | {"value": float(value)}
        for version, series in (("old", old), ("new", new))
        for year, value in series.items()
    ]
    given = {"series": pa.Table.from_pylist(lines, schema=schema(SERIES))}
    outcome = time_series_splicing(given, METHOD.parse({}))
    found = {row["year"]: row["value"] for row in outcome.tables["spliced"].to_pylist()}
    assert {year: found[year] for year in new} == new
    for year, value in old.items():
        assert found[year] == pytest.approx(float(value * factor), rel=1e-13)


def test_the_example_runs_and_its_order_plays_no_part(tmp_path: Path) -> None:
    inputs = running.example_inputs(METHOD)
    backwards = dict(inputs)
    with inputs["series"].open(encoding="utf-8") as stream:
        header, *lines = csv.reader(stream)
    backwards["series"] = tmp_path / "series.csv"
    with backwards["series"].open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *reversed(lines)])
    one, other = (running.run(METHOD, given) for given in (inputs, backwards))
    for name in ("spliced", "joins"):
        assert one.tables[name].arrow().equals(other.tables[name].arrow())
    methods = {row["method"] for row in rows(one, "spliced")}
    assert methods == {"new", "overlap", "surrogate", "interpolation", "trend"}
