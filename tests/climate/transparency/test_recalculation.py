"""Logs of recalculations against differences worked out in the test, in fractions.

Potentials of CH4 over 100 years: SAR 21, AR4 25, AR5 28 (IPCC; SAR Table 4, AR4 Table 2.14, AR5
Table 8.A.1), those of N2O 298 (AR4) and 265 (AR5).
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.recalculation import METHOD, recalculation
from kyoso.climate.transparency.tables.series import NEW
from kyoso.core.errors import InputRefusedError
from kyoso.methods import running, tracing
from kyoso.methods.result import Result
from kyoso.tables.given import schema
from kyoso.tables.writing import write

HEADER = "country,category,gas,year,mass,co2e,notation"
WHY = "country,category,gas,first_year,last_year,reason,explanation"


def run(
    folder: Path, old: list[str], new: list[str], reasons: list[str] | None = None, **values: str
) -> Result:
    """Run on lines ``category,gas,year,mass,co2e,notation`` of one country."""
    inputs = {}
    for name, header, lines in (
        ("old", HEADER, old),
        ("new", HEADER, new),
        ("reasons", WHY, reasons),
    ):
        if lines is not None:
            inputs[name] = folder / f"{name}.csv"
            text = "\n".join([header, *(f"XAA,{line}" for line in lines)]) + "\n"
            inputs[name].write_text(text, encoding="utf-8")
    return running.run(METHOD, inputs, values)


def refused(folder: Path, *arguments: Any, **values: str) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, *arguments, **values)
    return caught.value.lines()


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def lines(result: Result, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in columns) for row in rows(result, "log")]


def test_new_potentials_are_a_line_apart_from_new_data(tmp_path: Path) -> None:
    """10 t CH4 at 25 become 12 t at 28: 250 → 280 → 336 t CO2e."""
    result = run(tmp_path, ["4A1,CH4,2020,10,,"], ["4A1,CH4,2020,12,,"], gwp_old="AR4")
    assert lines(result, "change", "old", "new", "difference", "relative", "reason") == [
        ("data", 280.0, 336.0, 56.0, 20.0, None),
        ("gwp", 250.0, 280.0, 30.0, 12.0, "gwp"),
    ]
    assert rows(result, "totals") == [
        {
            "country": "XAA", "year": 2020, "old": 250.0, "new": 336.0, "difference": 86.0,
            "relative": pytest.approx(float(Fraction(8600, 250)), rel=1e-11),
            "logged": 86.0, "lines": 2,
        }
    ]  # fmt: skip


def test_what_did_not_change_is_not_logged(tmp_path: Path) -> None:
    same = ["1A1a,CO2,2020,7,,", "4A1,CH4,2020,10,,"]
    assert lines(run(tmp_path, same, same), "category") == []
    assert lines(run(tmp_path, same, same, gwp_old="SAR"), "category", "change", "difference") == [
        ("4A1", "gwp", 70.0)
    ]


def test_a_value_on_one_side_only_is_added_or_removed_and_has_no_relative_change(
    tmp_path: Path,
) -> None:
    result = run(
        tmp_path,
        ["2F1a,HFC134a,2020,,,NE", "4C2,CO2,2020,5,,", "1A1a,CO2,2020,100,,"],
        ["2F1a,HFC134a,2020,2,,", "4C2,CO2,2020,,,NO", "1A1a,CO2,2020,100,,"],
    )
    assert lines(
        result, "category", "change", "old", "new", "relative", "old_notation", "new_notation"
    ) == [
        ("2F1a", "added", None, 2600.0, None, "NE", None),
        ("4C2", "removed", 5.0, None, -100.0, None, "NO"),
    ]
    assert rows(result, "totals")[0]["difference"] == 2595.0


def test_the_share_is_that_of_the_new_national_total(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        ["1A1a,CO2,2020,90,,", "2A1,CO2,2020,50,,"],
        ["1A1a,CO2,2020,80,,", "2A1,CO2,2020,50,,"],
    )
    assert lines(result, "share") == [(pytest.approx(float(Fraction(1000, 130)), rel=1e-11),)]


def test_memo_items_are_compared_and_not_counted(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        ["1A3ai,CO2,2020,90,,", "2A1,CO2,2020,50,,"],
        ["1A3ai,CO2,2020,95,,", "2A1,CO2,2020,51,,"],
    )
    assert lines(result, "category", "difference", "counted", "share") == [
        ("1A3ai", 5.0, False, None),
        ("2A1", 1.0, True, pytest.approx(100 / 51)),
    ]
    assert rows(result, "totals")[0]["logged"] == 1.0


def test_the_nearest_reason_is_taken_within_its_years(tmp_path: Path) -> None:
    given = [
        f"{category},CH4,{year},{{}},," for category in ("4A1", "4D1") for year in (2019, 2020)
    ]
    result = run(
        tmp_path,
        [line.format(10) for line in given],
        [line.format(11) for line in given],
        ["4,,,,other,waste survey", "4A,CH4,2020,,method,first-order decay"],
    )
    assert lines(result, "category", "year", "reason", "explanation") == [
        ("4A1", 2019, "other", "waste survey"),
        ("4A1", 2020, "method", "first-order decay"),
        ("4D1", 2019, "other", "waste survey"),
        ("4D1", 2020, "other", "waste survey"),
    ]


def test_without_masses_potentials_and_data_are_not_told_apart_and_that_is_said(
    tmp_path: Path,
) -> None:
    result = run(tmp_path, ["4A1,CH4,2020,,250,"], ["4A1,CH4,2020,10,,"], gwp_old="AR4")
    assert lines(result, "change", "difference") == [("data-and-gwp", 30.0)]
    apart = next(check for check in result.checks if check.id == "log.potentials-apart")
    assert (apart.verdict.value, apart.concerned) == ("look", 1)


def test_a_year_of_one_version_alone_is_no_recalculation(tmp_path: Path) -> None:
    result = run(tmp_path, ["2A1,CO2,2019,5,,"], ["2A1,CO2,2019,5,,", "2A1,CO2,2020,6,,"])
    assert (lines(result, "year"), [row["year"] for row in rows(result, "totals")]) == ([], [2019])
    years = next(check for check in result.checks if check.id == "totals.same-years")
    assert (years.verdict.value, years.concerned) == ("look", 1)


SOUND = ["2A1,CO2,2020,5,,"]


@pytest.mark.parametrize(
    ("old", "said"),
    [
        (
            ["4A1,CH4,2020,10,250,"],
            "old: row 2, column co2e: 250: not the mass times the AR5 potential of 28; it fits AR4",
        ),
        (
            ["4A1,CH4,2020,10,300,"],
            "old: row 2, column co2e: 300: not the mass times the AR5 potential of 28; correct one "
            "of them, or leave co2e empty",
        ),
        (
            ["4A1,CH4,2020,,,"],
            "old: row 2, column mass: neither a value nor a notation key; a mass, a CO2 "
            "equivalent or a key",
        ),
        (
            ["4A1,CH4,2020,10,,NO"],
            "old: row 2, column notation: NO: a value and a key that says there is none; leave "
            "one of them out",
        ),
        (
            ["4A1,CH4,2020,10,,", "4A,CH4,2020,10,,"],
            "old: row 3, column category: 4A: 4A1 below it is given as well, and would count "
            "twice; keep the lowest categories only",
        ),
        (
            ["4A1,CH4,2020,ten,,"],
            "old: row 2, column mass: ten: not a number; write a number such as 1234.5; leave the "
            "cell empty where there is none",
        ),
        (
            ["4A9,CH4,2020,10,,"],
            "old: row 2, column category: 4A9: not a known IPCC 2006 category; did you mean 4A, "
            "4A3, 4A2?",
        ),
    ],
)
def test_what_is_wrong_is_named_at_its_cell(tmp_path: Path, old: list[str], said: str) -> None:
    assert said in refused(tmp_path, old, SOUND)


def test_a_gas_without_a_potential_in_the_set_is_named(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, ["2F2,HFE356pcf3,2020,1,,"], SOUND, gwp_old="AR4")
    assert line.startswith("old: row 2, column gas: HFE356pcf3: AR4 gives no potential")


def test_two_reasons_at_once_are_refused(tmp_path: Path) -> None:
    reasons = ["2A1,CO2,2000,2020,error,", "2A1,CO2,2010,,factor,"]
    assert refused(tmp_path, SOUND, SOUND, reasons) == [
        "reasons: row 3, column first_year: 2010: another reason holds until 2020; let one end "
        "before the other begins"
    ]


categories = st.sampled_from(["1A1a", "1A3ai", "2A1", "3B1a", "4A1"])
gases = st.sampled_from(["CO2", "CH4", "N2O"])
masses = st.floats(min_value=-1e6, max_value=1e6).map(lambda value: round(value, 3))
versions = st.dictionaries(
    st.tuples(categories, gases, st.sampled_from([2019, 2020])), masses, max_size=20
)
sets = st.sampled_from(["SAR", "AR4", "AR5", "AR6"])


@given(old=versions, new=versions, gwp_old=sets, gwp_new=sets)
def test_the_log_sums_to_the_difference_of_totals(
    old: dict[tuple[str, str, int], float],
    new: dict[tuple[str, str, int], float],
    gwp_old: str,
    gwp_new: str,
) -> None:
    def table(version: dict[tuple[str, str, int], float]) -> pa.Table:
        return pa.Table.from_pylist(
            [
                {"country": "XAA", "category": c, "gas": g, "year": y, "mass": mass}
                for (c, g, y), mass in version.items()
            ],
            schema=schema(NEW),
        )

    values = METHOD.parse({"gwp_old": gwp_old, "gwp_new": gwp_new})
    outcome = recalculation({"old": table(old), "new": table(new)}, values)
    log = outcome.tables["log"].to_pylist()
    for total in outcome.tables["totals"].to_pylist():
        counted = [row for row in log if row["counted"] and row["year"] == total["year"]]
        summed = math.fsum(row["difference"] for row in counted)
        assert summed == pytest.approx(total["new"] - total["old"], abs=1e-3)
        assert total["logged"] == summed
    assert all(row["difference"] != 0 for row in log if row["change"] in ("data", "gwp"))
    assert next(check for check in outcome.checks if check.id == "totals.log-adds-up").verdict == (
        "passed"
    )


def test_a_total_walks_back_to_its_lines_values_and_reason(tmp_path: Path) -> None:
    kept = {}
    with running.running(METHOD, running.example_inputs(METHOD), {"gwp_old": "AR4"}) as result:
        for name, table in {**result.tables, **result.inputs}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            output = table.declared in METHOD.outputs
            columns = schema(table.declared) if output else table.schema
            write(table.batches(), columns, kept[name], "parquet")
    steps = tracing.trace(METHOD, "log", 8, kept)
    assert [(step.declared.name, step.count) for step in steps] == [
        ("log", 1),
        ("old", 1),
        ("new", 1),
        ("reasons", 1),
    ]
    assert steps[-1].rows["category"].to_pylist() == ["1A2f"]
