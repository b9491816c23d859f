"""The way back from lines and totals of a report: to those rows they rest on, and to no others."""

from __future__ import annotations

import pytest
from tests.climate.transparency.facility_reports import factor, planned

from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.report_origins import ORIGINS_OF_LINES, lines_of_total

ORIGIN = {one.source: one for one in ORIGINS_OF_LINES}
DEFAULT = "2006 IPCC Guidelines, Volume 2, Table 1.4, 2006"


def chosen(source: str, row: Row, given: list[dict[str, object]]) -> list[Row]:
    choose = ORIGIN[source].choose
    assert choose is not None
    return list(choose(row, given))


def test_a_total_rests_on_what_counts_and_a_boundary_on_what_is_covered() -> None:
    lines = [
        {"boundary": "direct", "counted": True, "covered": True},
        {"boundary": "direct", "counted": False, "covered": False},
        {"boundary": "biogenic", "counted": False, "covered": True},
        {"boundary": "transferred", "counted": True, "covered": True},
    ]
    ways = {
        boundary: lines_of_total({"boundary": boundary}, lines)
        for boundary in ("total", "direct", "biogenic")
    }
    assert ways == {
        "total": [lines[0], lines[3]],
        "direct": [lines[0]],
        "biogenic": [lines[2]],
    }


def test_a_line_rests_on_the_entry_of_the_plan_that_held_in_its_year() -> None:
    entries = [planned(valid_until=2022), planned(valid_from=2023)]
    assert chosen("plan", {"year": 2023}, entries) == entries[1:]


@pytest.mark.parametrize(
    ("value", "cited", "at"),
    [(55000.0, "approved by XAA, 2022", 3), (56100.0, DEFAULT, 1), (1.0, DEFAULT, None)],
    ids=["own", "default", "none"],
)
def test_a_line_rests_on_the_factor_that_it_shows_own_or_default(
    value: float, cited: str, at: int | None
) -> None:
    rows = [
        factor(valid_until=2020),
        factor(valid_from=2021),
        factor(country="XAB", value=55000.0),
        factor(country="XAA", value=55000.0, document="approved by XAA", table=None, year=2022),
    ]
    line = {
        "year": 2023,
        "country": "XAA",
        "category": "1A1a",
        "method": "factor",
        "factor": value,
        "factor_source": cited,
    }
    assert chosen("factors", line, rows) == ([] if at is None else [rows[at]])
    assert chosen("factors", {**line, "method": "measurement"}, rows) == []


def test_bought_energy_rests_on_the_factor_of_its_boundary_in_the_country_first() -> None:
    rows: list[dict[str, object]] = [
        {"country": country, "method": method}
        for country in ("all", "XAA")
        for method in ("location", "market")
    ]
    ways = [
        chosen("electricity", {"country": country, "boundary": boundary}, rows)
        for country, boundary in [
            ("XAA", "purchased-location"), ("XAB", "purchased-market"), ("XAA", "direct"),
        ]
    ]  # fmt: skip
    assert ways == [[rows[2]], [rows[1]], []]
