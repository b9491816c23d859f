"""Targets tracked against exact fractions worked out in the test.

The averages of first transfers are the vector of the house's notes on Article 6.2: a host with
0, 10, 20, 30, 40, 50, 50, 50, 50, 60 kt in 2021 to 2030 and emissions of 1,000 kt in 2030.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.ndc_progress import Goal, Transfer, in_year, over_period
from kyoso.climate.transparency.ndc_tracking import METHOD
from kyoso.core.errors import InputRefusedError
from kyoso.methods import running, tracing
from kyoso.methods.result import Result
from kyoso.tables.given import schema
from kyoso.tables.writing import write

HEADS = {
    "targets": "country,target,kind,indicator,unit,direction,denominator,reference_year,"
    "reference_value,share,level,first_year,target_year,gwp,lulucf,cooperation,treatment",
    "values": "country,indicator,year,value,unit,gwp,lulucf,source",
    "adjustments": "country,target,year,first_transferred,used,unit",
    "trajectory": "country,target,year,level",
}
FIRST = (0, 10, 20, 30, 40, 50, 50, 50, 50, 60)
BASE = "T,base-year,E,kt CO2e,,,2015,1200,20,,2021,2030,AR5,without"


def run(folder: Path, **tables: list[str]) -> Result:
    """Run on lines of one country, XAA."""
    inputs = {}
    for name, lines in tables.items():
        inputs[name] = folder / f"{name}.csv"
        text = "\n".join([HEADS[name], *(f"XAA,{line}" for line in lines)]) + "\n"
        inputs[name].write_text(text, encoding="utf-8")
    return running.run(METHOD, inputs, {})


def refused(folder: Path, **tables: list[str]) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, **tables)
    return caught.value.lines()


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def one(result: Result, year: int) -> dict[str, Any]:
    return next(row for row in rows(result, "tracking") if row["year"] == year)


def transfers(target: str = "T") -> list[str]:
    return [f"{target},{year},{amount},0,kt CO2e" for year, amount in enumerate(FIRST, 2021)]


def test_averaging_is_indicative_each_year_and_applied_in_the_year_of_the_target(
    tmp_path: Path,
) -> None:
    values = [f"E,{year},1000,kt CO2e,,,made up" for year in range(2021, 2031)]
    result = run(
        tmp_path,
        targets=[f"{BASE},yes,averaging"],
        values=values,
        adjustments=transfers(),
    )
    found = rows(result, "tracking")
    averages = [Fraction(sum(FIRST[: n + 1]), n + 1) for n in range(10)]
    assert [row["adjustment"] for row in found] == [
        pytest.approx(float(one), rel=1e-11) for one in averages
    ]
    assert [row["indicative"] for row in found] == [True] * 9 + [False]
    assert found[-1]["balance"] == 1036.0
    # 20 % below 1,200 kt are 960 kt: 76 kt are left, and the target is missed.
    assert (found[-1]["level"], found[-1]["gap"], found[-1]["status"]) == (
        960.0,
        76.0,
        "not-achieved",
    )
    assert found[-1]["progress"] == pytest.approx(float(Fraction(100 * 164, 240)), rel=1e-11)


def test_an_annual_treatment_counts_the_transfers_of_the_year(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        targets=[f"{BASE},yes,annual"],
        values=["E,2030,1000,kt CO2e,,,made up"],
        adjustments=["T,2030,60,0,kt CO2e"],
    )
    assert one(result, 2030)["balance"] == 1060.0


def test_who_uses_outcomes_subtracts_them_and_acquiring_alone_changes_nothing(
    tmp_path: Path,
) -> None:
    result = run(
        tmp_path,
        targets=["T,fixed-level,E,kt CO2e,,,,,,440,2021,2030,,,yes,annual"],
        values=["E,2030,500,kt CO2e,,,made up"],
        adjustments=["T,2030,0,60,kt CO2e"],
    )
    assert one(result, 2030)["balance"] == 440.0
    assert one(result, 2030)["status"] == "achieved"


def test_a_balance_equals_the_ledger_to_the_tonne(tmp_path: Path) -> None:
    """Decimal amounts that no binary number holds, in two units: 58,810.1 kt + 123,456.7 t."""
    result = run(
        tmp_path,
        targets=["T,fixed-level,E,t CO2e,,,,,,58933556.7,2021,2030,,,yes,annual"],
        values=["E,2030,58810.1,kt CO2e,,,made up"],
        adjustments=["T,2030,123456.9,0.2,t CO2e"],
    )
    found = one(result, 2030)
    assert (found["balance"], found["gap"], found["status"]) == (58933556.7, 0.0, "achieved")


def test_a_trajectory_is_met_over_its_period(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        targets=["T,trajectory,E,kt CO2e,,,,,,,2021,2023,,,yes,multi-year"],
        values=[f"E,{2021 + n},{value},kt CO2e,,,x" for n, value in enumerate((103, 99, 97))],
        adjustments=["T,2021,1,0,kt CO2e", "T,2022,0,0,kt CO2e", "T,2023,0,4.5,kt CO2e"],
        trajectory=["T,2021,101", "T,2022,99", "T,2023,96"],
    )
    summary = rows(result, "summary")[0]
    # Σ E + Σ FT − Σ U = 299 + 1 − 4.5 = 295.5; Σ levels = 296.
    assert (summary["period_balance"], summary["period_level"]) == (295.5, 296.0)
    assert summary["status"] == "achieved"
    assert [row["status"] for row in rows(result, "tracking")] == [
        "not-achieved",
        "achieved",
        "achieved",
    ]


def test_an_intensity_adjusts_its_numerator(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        targets=["T,intensity,E,t CO2e / MUSD,,GDP,2015,,45,,2021,2030,,,yes,annual"],
        values=[
            "E,2015,600,kt CO2e,,,x", "GDP,2015,1500,MUSD,,,x",
            "E,2030,540,kt CO2e,,,x", "GDP,2030,2500,MUSD,,,x",
        ],
        adjustments=["T,2030,10,0,kt CO2e"],
    )  # fmt: skip
    found = one(result, 2030)
    assert (found["value"], found["balance"], found["level"]) == (216.0, 220.0, 220.0)
    assert found["status"] == "achieved"
    assert rows(result, "summary")[0]["reference_value"] == 400.0


def test_another_metric_turns_the_sign(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        targets=["T,fixed-level,RE,GWh,increase,,,,,900,2021,2030,,,yes,annual"],
        values=["RE,2030,950,GWh,,,x"],
        adjustments=["T,2030,80,0,GWh"],
    )
    found = one(result, 2030)
    assert (found["balance"], found["gap"], found["status"]) == (870.0, 30.0, "not-achieved")


@pytest.mark.parametrize(
    ("target", "values", "adjustments", "reason"),
    [
        (f"{BASE},,", ["E,2030,1,kt CO2e,,,x"], None, "cooperation-not-stated"),
        (f"{BASE},yes,", ["E,2030,1,kt CO2e,,,x"], ["T,2030,1,0,"], "treatment-not-declared"),
        (f"{BASE},yes,annual", ["E,2030,1,kt CO2e,,,x"], ["T,2029,1,0,"], "adjustments-missing"),
        (f"{BASE},yes,averaging", ["E,2030,1,kt CO2e,,,x"], ["T,2030,1,0,"], "adjustments-missing"),
        ("T,base-year,E,kt CO2e,,,2015,,20,,,2030,,,no,", ["E,2030,1,kt CO2e,,,x"], None, "no-reference"),
        ("T,policies,M,measures,increase,,,,,,,2030,,,no,", ["M,2023,9,measures,,,x"], None, "no-level"),
        (f"{BASE},no,", ["F,2030,1,kt CO2e,,,x"], None, "no-value"),
        (
            "T,intensity,E,t CO2e / MUSD,,GDP,2015,400,45,,,2030,,,no,",
            ["E,2030,1,kt CO2e,,,x"], None, "no-denominator",
        ),
        (
            "T,intensity,I,t/MUSD,,,2015,400,45,,2021,2030,,,yes,annual",
            ["I,2030,220,t/MUSD,,,x"], ["T,2030,1,0,t/MUSD"], "no-denominator",
        ),
    ],
)  # fmt: skip
def test_what_is_lacking_has_a_name_and_nothing_takes_its_place(
    tmp_path: Path, target: str, values: list[str], adjustments: list[str] | None, reason: str
) -> None:
    extra = {} if adjustments is None else {"adjustments": adjustments}
    result = run(tmp_path, targets=[target], values=values, **extra)
    summary = rows(result, "summary")[0]
    assert (summary["status"], summary["reason"]) == ("not-determinable", reason)
    if reason not in ("no-reference", "no-level"):
        assert summary["balance"] is None


def test_a_trajectory_with_a_silent_year_is_open_and_has_no_sum(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        targets=["T,trajectory,E,kt CO2e,,,,,,,2021,2023,,,no,"],
        values=["E,2021,100,kt CO2e,,,x", "E,2023,90,kt CO2e,,,x"],
        trajectory=["T,2021,101", "T,2022,99", "T,2023,96"],
    )
    summary = rows(result, "summary")[0]
    assert (summary["status"], summary["reason"]) == ("not-determinable", "period-incomplete")
    assert (summary["period_balance"], summary["period_level"]) == (None, None)


def test_faults_are_named_at_their_cells_all_at_once(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        targets=[
            "A,base-year,E,kt CO2e,,,,100,,,,2030,AR5,,,",
            "B,base-year,E,kt CO2e,,,2031,100,120,,,2030,AR5,,no,annual",
            "C,business-as-usual,E,kt CO2e,,,,100,20,81,,2030,AR5,,,",
            "D,trajectory,E,kt CO2e,,,,,,,2021,2030,AR5,,yes,averaging",
            "F,intensity,E,kt CO2e,,GDP,2015,,10,,,2030,AR5,,,",
        ],
        values=["E,2020,5,kt CO2e,AR4,,x", "E,2021,5,GWh,AR5,,x"],
        adjustments=["A,2031,1,0,kt CO2e", "Z,2030,1,0,kt CO2e", "A,2029,1,0,GWh"],
        trajectory=["A,2021,7"],
    )
    places = [line.split(": ")[0] + ": " + line.split(": ")[1] for line in lines]
    for place in (
        "targets: row 2, column reference_year",
        "targets: row 2, column share",
        "targets: row 3, column share",
        "targets: row 3, column reference_year",
        "targets: row 3, column treatment",
        "targets: row 4, column level",
        "targets: row 5, column kind",
        "targets: row 5, column treatment",
        "targets: row 6, column unit",
        "values: row 2, column gwp",
        "values: row 3, column unit",
        "adjustments: row 2, column year",
        "adjustments: row 3, column target",
        "adjustments: row 4, column unit",
        "trajectory: row 2, column target",
    ):
        assert place in places, (place, lines)


def test_the_level_of_a_wrong_share_is_said(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        targets=["C,business-as-usual,E,kt CO2e,,,,100,20,81,,2030,AR5,,,"],
        values=["E,2020,5,kt CO2e,,,x"],
    )
    assert lines == [
        "targets: row 2, column level: 81: not the reference value changed by the share; "
        "80, or leave one of them out"
    ]


def test_the_example_runs_and_a_summary_leads_back_to_its_values(tmp_path: Path) -> None:
    kept = {}
    with running.running(METHOD, running.example_inputs(METHOD), {}) as result:
        found = result.tables["summary"].arrow().to_pylist()
        for name, table in {**result.tables, **result.inputs}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            output = table.declared in METHOD.outputs
            columns = schema(table.declared) if output else table.schema
            write(table.batches(), columns, kept[name], "parquet")
    assert {row["target"]: row["status"] for row in found} == {
        "Emissions 2030": "under-way",
        "Intensity 2030": "under-way",
        "Renewable power 2025": "achieved",
        "Baseline 2030": "not-determinable",
        "Budget 2021-2024": "not-achieved",  # 77,730 − 50 kt against 77,600 kt
        "Measures": "not-determinable",
    }
    row = next(at for at, one in enumerate(found, start=2) if one["target"] == "Emissions 2030")
    steps = tracing.trace(METHOD, "summary", row, kept)
    assert [step.declared.name for step in steps if step.count] == [
        "summary", "tracking", "values", "adjustments", "targets", "targets",
    ]  # fmt: skip
    assert steps[2].rows["value"].to_pylist()[-1] == 54115.4
    row = next(at for at, one in enumerate(found, start=2) if one["target"] == "Intensity 2030")
    above, below = tracing.trace(METHOD, "summary", row, kept)[2:4]
    assert above.rows["value"].to_pylist()[-1] == 54115.4
    values = below.rows.to_pylist()
    assert [(one["indicator"], one["year"], one["value"]) for one in values] == [
        ("gdp", 2015, 82000.0), ("gdp", 2021, 96500.0), ("gdp", 2022, 100400.0),
        ("gdp", 2023, 104900.0), ("gdp", 2024, 109700.0),
    ]  # fmt: skip


amounts = st.integers(0, 10**9).map(lambda n: Fraction(n, 1000))


@given(
    st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=8),
    st.sampled_from(["annual", "averaging"]),
)
def test_transfers_move_the_balance_by_what_was_transferred_less_what_was_used(
    years: list[tuple[Fraction, Fraction, Fraction]], treatment: str
) -> None:
    first, last = 2021, 2020 + len(years)
    goal = Goal(
        kind="fixed-level",
        target_year=last,
        level=Fraction(1),
        first_year=first,
        treatment=treatment,
        values={first + n: one[0] for n, one in enumerate(years)},
        transfers={first + n: Transfer(first=f, used=u) for n, (_, f, u) in enumerate(years)},
    )
    found = in_year(goal, last)
    net = [f - u for _, f, u in years]
    moved = net[-1] if treatment == "annual" else sum(net) / len(net)
    assert found.balance == years[-1][0] + moved
    assert found.indicative is False


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=8))
def test_a_period_is_met_exactly_where_the_sums_say_so(
    years: list[tuple[Fraction, Fraction]],
) -> None:
    goal = Goal(
        kind="trajectory",
        target_year=2020 + len(years),
        cooperation=False,
        values={2021 + n: value for n, (value, _) in enumerate(years)},
        levels={2021 + n: level for n, (_, level) in enumerate(years)},
    )
    found = over_period(goal, [in_year(goal, year) for year in goal.years()])
    met = sum(v for v, _ in years) <= sum(level for _, level in years)
    assert found.status == ("achieved" if met else "not-achieved")
