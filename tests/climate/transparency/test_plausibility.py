"""Checks before a report is handed in: what is found, what is not, and what cannot be judged.

Ranges are those of the 2006 IPCC Guidelines, Volume 2, as shipped: natural gas 54,300–58,300 kg
CO2/TJ (Table 1.4) and 46.5–50.4 TJ/Gg (Table 1.2). Robust ranges are worked out in the tests by
hand: median ± reach · 1.4826 · MAD.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kyoso.climate.transparency import facility_report
from kyoso.climate.transparency.examination import TESTS, examine
from kyoso.climate.transparency.examined_reports import Beside
from kyoso.climate.transparency.plausibility import METHOD, findings_of, lines_of
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry, running, tracing
from kyoso.methods.result import Result
from kyoso.tables.given import schema
from kyoso.tables.writing import write

HEADER = "facility,year,stream,unit_name,category,source,gas,boundary,quantity,unit,mass,co2e,meter"


def gas(year: int, quantity: float, *, factor: float = 56.1, **other: str) -> str:
    """A line of natural gas [TJ] with its CO2 by a factor in t/TJ."""
    row = {
        "facility": "F", "stream": "S1", "unit_name": "", "category": "1A1ai",
        "source": "Natural Gas", "gas": "CO2", "boundary": "direct", "unit": "TJ", "meter": "",
    } | other  # fmt: skip
    mass = quantity * factor
    return (
        f"{row['facility']},{year},{row['stream']},{row['unit_name']},{row['category']},"
        f"{row['source']},{row['gas']},{row['boundary']},{quantity!r},{row['unit']},"
        f"{mass!r},{mass!r},{row['meter']}"
    )


def run(folder: Path, *lines: str, values: dict[str, str] | None = None, **tables: str) -> Result:
    inputs = {}
    for name, text in {"lines": "\n".join([HEADER, *lines, ""]), **tables}.items():
        inputs[name] = folder / f"{name}.csv"
        inputs[name].write_text(text, encoding="utf-8")
    return running.run(METHOD, inputs, values or {})


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def found(result: Result) -> list[tuple[Any, ...]]:
    names = ("check", "severity", "stream", "column")
    return [tuple(row[name] for name in names) for row in rows(result, "findings")]


def of(result: Result, check: str) -> dict[str, Any]:
    (row,) = [row for row in rows(result, "summary") if row["check"] == check]
    return row


STEADY = [gas(year, quantity) for year, quantity in ((2019, 100.3), (2020, 104.1), (2021, 96.7), (2022, 99.2))]  # fmt: skip


def test_the_registry_finds_the_method() -> None:
    assert registry.get("climate.transparency.plausibility") is METHOD


def test_a_sound_report_has_no_findings(tmp_path: Path) -> None:
    result = run(tmp_path, *STEADY, gas(2023, 108.9))
    assert found(result) == []
    assert {row["check"] for row in rows(result, "summary")} == set(TESTS)


# --- history ------------------------------------------------------------------------------


def test_a_quantity_far_from_its_history_is_a_warning_with_the_range(tmp_path: Path) -> None:
    """Median 99.75, deviations 0.55, 4.35, 3.05, 0.55: MAD 1.8; 5 · 1.4826 · 1.8 = 13.34 < 25 %."""
    result = run(tmp_path, *STEADY, gas(2023, 150.0))
    (row,) = rows(result, "findings")
    assert (row["check"], row["severity"], row["column"]) == ("year-on-year", "warning", "quantity")
    assert (row["value"], row["unit"]) == (150.0, "TJ")
    assert (row["lower"], row["upper"]) == pytest.approx((99.75 * 0.75, 99.75 * 1.25), rel=1e-12)
    assert row["reason_en"] == "far from the 4 earlier years, whose median is 99.75 TJ"
    assert row["reason_ja"] == "過去4年の中央値99.75 TJから大きく離れています"


def test_a_history_that_varies_widens_the_range(tmp_path: Path) -> None:
    """Median 130, deviations 60, 30, 30, 60: MAD 45; 5 · 1.4826 · 45 = 333.6."""
    past = [gas(2019, 70.0), gas(2020, 100.0), gas(2021, 160.0), gas(2022, 190.0)]
    assert found(run(tmp_path, *past, gas(2023, 460.0))) == []
    (row,) = rows(run(tmp_path, *past, gas(2023, 470.0)), "findings")
    assert (row["lower"], row["upper"]) == (0.0, pytest.approx(130 + 5 * 1.482602218505602 * 45))


def test_a_short_history_is_said_to_be_short_and_alarms_nobody(tmp_path: Path) -> None:
    result = run(tmp_path, *STEADY[2:], gas(2023, 400.0))
    assert found(result) == []
    row = of(result, "year-on-year")
    assert (row["tested"], row["not_tested"]) == (0, 1)
    assert row["note_en"] == "not enough history: 2 earlier years, 4 needed"
    assert row["note_ja"] == "履歴不足（過去2年、必要は4年）"


def test_the_thresholds_are_parameters(tmp_path: Path) -> None:
    result = run(tmp_path, *STEADY[2:], gas(2023, 400.0), values={"minimum_history": "2"})
    assert found(result) == [("year-on-year", "warning", "S1", "quantity")]
    wide = {"minimum_history": "2", "least": "500"}
    assert found(run(tmp_path, *STEADY[2:], gas(2023, 400.0), values=wide)) == []


def test_a_quantity_in_another_unit_than_before_is_compared_as_energy(tmp_path: Path) -> None:
    """100,000 GJ are 100 TJ, and 100 TJ written as GJ are a thousandth."""
    sound = gas(2023, 100000.0, factor=0.0561, unit="GJ")
    assert found(run(tmp_path, *STEADY, sound)) == []
    slipped = gas(2023, 101.5, factor=0.0561, unit="GJ")
    assert found(run(tmp_path, *STEADY, slipped)) == [("year-on-year", "error", "S1", "unit")]


def test_one_earlier_year_is_enough_to_see_a_wrong_unit(tmp_path: Path) -> None:
    result = run(tmp_path, gas(2022, 99.2), gas(2023, 99200.0))
    assert found(result) == [("year-on-year", "error", "S1", "unit")]


def test_a_stream_or_gas_that_is_gone_is_a_warning_and_a_new_one_is_told(tmp_path: Path) -> None:
    methane = gas(2022, 99.2, factor=0.001, gas="CH4")
    result = run(
        tmp_path,
        *STEADY,
        methane,
        gas(2022, 5.0, stream="S2"),
        gas(2023, 101.5),
        gas(2023, 7.0, stream="S3"),
    )
    assert found(result) == [
        ("streams-complete", "warning", "S1", "gas"),
        ("streams-complete", "warning", "S2", "stream"),
        ("streams-complete", "information", "S3", "stream"),
    ]


def test_a_year_left_out_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, gas(2020, 99.2), gas(2023, 101.5))
    assert found(result) == [("streams-complete", "information", None, "year")]


# --- factors and physics ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "unit", "severity"),
    [
        (54.3, "TJ", None),
        (58.3, "TJ", None),
        (54.2, "TJ", "warning"),
        (58.4, "TJ", "warning"),
        (56.1 * 1000, "TJ", "error"),
        (56.1 / 1000, "TJ", "error"),
        (54.3 * 46.5 / 1000, "t", None),  # the calorific value widens the range
        (58.3 * 50.4 / 1000, "t", None),
        (54.3 * 46.4 / 1000, "t", "warning"),
        (58.3 * 50.5 / 1000, "t", "warning"),
    ],
)
def test_the_implied_factor_is_held_against_the_cited_range(
    tmp_path: Path, factor: float, unit: str, severity: str | None
) -> None:
    result = run(tmp_path, gas(2023, 100.0, factor=factor, unit=unit))
    severities = [r["severity"] for r in rows(result, "findings") if r["check"] == "implied-factor"]
    assert severities == ([severity] if severity else [])


def test_a_range_that_is_not_verified_only_informs(tmp_path: Path) -> None:
    """Methane of natural gas in energy industries: 1 kg/TJ, 0.3–3 not checked against the table."""
    result = run(tmp_path, gas(2023, 100.0, factor=0.004, gas="CH4"))
    (row,) = rows(result, "findings")
    assert (row["severity"], row["value"], row["unit"]) == ("information", 4.0, "kg/TJ")
    assert row["reason_en"].endswith("which is not verified itself")


def test_a_margin_widens_the_cited_range(tmp_path: Path) -> None:
    line = gas(2023, 100.0, factor=59.0)
    assert [row["check"] for row in rows(run(tmp_path, line), "findings")] == ["implied-factor"]
    assert found(run(tmp_path, line, values={"margin": "2"})) == []


def test_more_carbon_than_fuel_cannot_be(tmp_path: Path) -> None:
    """3.7 t CO2 of 1 t fuel hold 1.009 t of carbon; coal of 3.6 t could be carbon throughout."""
    lines = [
        gas(2023, 10.0, factor=each, stream=name, source="Anthracite", unit="t")
        for name, each in (("S1", 3.6), ("S2", 3.7))
    ]
    result = run(tmp_path, *lines)
    over = [row for row in rows(result, "findings") if row["check"] == "carbon-limit"]
    assert [(r["stream"], r["severity"], r["upper"]) for r in over] == [("S2", "error", 10.0)]
    assert over[0]["value"] == pytest.approx(37 * 12 / 44, rel=1e-12)


def test_a_unit_takes_no_more_fuel_than_its_hours_allow(tmp_path: Path) -> None:
    """10 MW over 8,760 h are 315.36 TJ, and over the 8,784 h of a leap year 316.224 TJ."""
    capacities = "facility,unit_name,capacity\nF,Boiler,10\n"
    for year, quantity, errors in ((2023, 315.3, 0), (2023, 315.4, 1), (2024, 316.2, 0)):
        half = [gas(year, quantity / 2, stream=s, unit_name="Boiler", meter=s) for s in "AB"]
        result = run(tmp_path, *half, capacities=capacities)
        assert of(result, "capacity-limit")["errors"] == errors


def test_no_more_is_transferred_than_arises(tmp_path: Path) -> None:
    def moved(mass: float) -> str:
        return gas(2023, mass, factor=1.0, stream="T", source="CO2", boundary="transferred",
                   category="", unit="t")  # fmt: skip

    assert found(run(tmp_path, gas(2023, 100.0), moved(5610.0))) == []
    result = run(tmp_path, gas(2023, 100.0), moved(5611.0))
    assert found(result) == [("transfer-balance", "error", None, "mass")]


# --- what stands twice --------------------------------------------------------------------


def test_a_meter_of_two_streams_is_a_warning_where_the_quantities_are_equal(tmp_path: Path) -> None:
    one = gas(2023, 123.4, meter="GM-1")
    equal = gas(2023, 123400.0, factor=0.0561, stream="S2", unit="GJ", meter="gm-1 ")
    assert found(run(tmp_path, one, equal)) == [("duplicates", "warning", "S2", "meter")]
    other = gas(2023, 88.0, stream="S2", meter="GM-1")
    assert found(run(tmp_path, one, other)) == [("duplicates", "information", "S2", "meter")]


def test_a_copied_quantity_is_told_and_a_round_one_is_not(tmp_path: Path) -> None:
    copied = [gas(2023, 123.4), gas(2023, 123.4, stream="S2")]
    assert found(run(tmp_path, *copied)) == [("duplicates", "warning", "S2", "quantity")]
    round_ones = [gas(2023, 120.0), gas(2023, 120.0, stream="S2")]
    assert found(run(tmp_path, *round_ones)) == []


def test_the_quantity_of_last_year_again_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, gas(2022, 123.4), gas(2023, 123.4))
    assert found(result) == [("duplicates", "information", "S1", "quantity")]


# --- category, peers, intensity -----------------------------------------------------------


def test_a_process_is_no_fuel_and_a_gas_must_be_foreseen(tmp_path: Path) -> None:
    clinker = gas(2023, 100.0, factor=0.52, source="Clinker", unit="t")
    assert found(run(tmp_path, clinker))[0] == ("category-fits", "warning", "S1", "category")
    coke = gas(2023, 100.0, factor=107.0, source="Coke Oven Coke and Lignite Coke", category="2C1")
    assert found(run(tmp_path, coke)) == [("category-fits", "information", "S1", "category")]
    sf6 = gas(2023, 1.0, factor=1.0, source="SF6", gas="SF6", unit="t", category="2A1")
    assert found(run(tmp_path, sf6)) == [("category-fits", "warning", "S1", "gas")]


def peers(*factors: float) -> str:
    lines = [gas(2023, 50.0 + at, factor=one, facility=f"P{at}") for at, one in enumerate(factors)]
    return "\n".join([HEADER, *lines, ""])


def test_an_emission_per_unit_far_from_that_of_peers_is_a_warning(tmp_path: Path) -> None:
    """Median 56.1, 25 % around it always usual: 42.075–70.125 t/TJ."""
    others = peers(56.0, 56.1, 55.9, 56.2, 58.0)
    near = run(tmp_path, gas(2023, 100.0, factor=58.2), peers=others)
    assert found(near) == []
    far = run(tmp_path, gas(2023, 100.0, factor=71.0), peers=others)
    (row,) = [row for row in rows(far, "findings") if row["check"] == "peers"]
    assert (row["lower"], row["upper"], row["unit"]) == (
        pytest.approx(42.075), pytest.approx(70.125), "t/TJ",
    )  # fmt: skip


def test_few_peers_judge_nobody(tmp_path: Path) -> None:
    result = run(tmp_path, gas(2023, 100.0), peers=peers(20.0, 21.0))
    assert found(result) == []
    assert of(result, "peers")["note_en"] == "not enough peers: 2 in the year, 5 needed"


def test_the_emission_per_product_is_held_against_history_and_peers(tmp_path: Path) -> None:
    """Twice the gas for the same paper, while the quantity itself is still usual."""
    past = [gas(year, 100.0 * (1 + at)) for at, year in enumerate(range(2018, 2023))]
    production = "facility,year,product,quantity,unit\n" + "".join(
        f"F,{year},Paper,{10 * (1 + at)},kt\n" for at, year in enumerate(range(2018, 2023))
    )
    same = run(tmp_path, *past, gas(2023, 400.0), production=production + "F,2023,paper,40000,t\n")
    assert found(same) == []
    result = run(tmp_path, *past, gas(2023, 400.0), production=production + "F,2023,paper,20,kt\n")
    (row,) = rows(result, "findings")
    assert (row["check"], row["unit"]) == ("intensity", "t CO2e/kt")
    assert (row["value"], row["lower"], row["upper"]) == pytest.approx((1122.0, 420.75, 701.25))
    assert of(result, "intensity")["note_en"] == "not enough peers: 0 in the year, 5 needed"


def test_steady_facilities_raise_few_alarms(tmp_path: Path) -> None:
    """200 facilities whose gas varies by 8 % a year (normal, seed 1): at most 1 % have a finding."""
    draw = random.Random(1)
    lines = [
        gas(year, round(draw.gauss(100, 8), 4), facility=f"F{at:03}")
        for at in range(200)
        for year in range(2018, 2024)
    ]
    result = run(tmp_path, *lines)
    assert len(rows(result, "findings")) <= 2


# --- input and the whole way --------------------------------------------------------------


def test_an_unknown_unit_is_an_error_of_the_input(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        run(tmp_path, gas(2023, 1.0, unit="TJs!"))
    (line,) = caught.value.lines("en")
    assert line.startswith("lines: row 2, column unit: TJs!: unknown unit")


def test_a_year_that_a_facility_has_no_report_of_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, gas(2022, 1.0), gas(2023, 1.0, facility="G"), values={"year": "2022"})
    assert {row["facility"] for row in rows(result, "summary")} == {"F"}
    (check,) = [one for one in result.checks if one.id == "reports-examined"]
    assert (check.verdict.value, check.concerned) == ("look", 1)


def test_the_lines_of_facility_reports_fit_as_they_are(tmp_path: Path) -> None:
    """What a report run wrote is examined, as tables and as the file of the command line."""
    report = running.run(facility_report.METHOD, running.example_inputs(facility_report.METHOD))
    lines = report.tables["lines"].arrow()
    years = sorted(set(lines["year"].to_pylist()))
    parts = [lines.filter(pa.compute.equal(lines["year"], year)) for year in years]
    joined = lines_of(parts)
    assert joined.num_rows == lines.num_rows
    done = list(examine(joined.to_pylist(), Beside(factors={})))
    assert {report.year for report, _, _ in done} == {
        max(y for f, y in zip(lines["facility"].to_pylist(), lines["year"].to_pylist(), strict=True) if f == one)
        for one in set(lines["facility"].to_pylist())
    }  # fmt: skip
    path = tmp_path / "lines.csv"
    write(report.tables["lines"].batches(), lines.schema, path, "csv")
    result = running.run(METHOD, {"lines": path})
    assert [row for row in rows(result, "findings") if row["severity"] == "error"] == []


def test_the_pure_function_finds_what_the_method_finds(tmp_path: Path) -> None:
    """The same rows from reports handed over one by one, whatever their order."""
    path = tmp_path / "lines.csv"
    lines = [*STEADY, gas(2023, 150.0), gas(2022, 5.0, stream="S2")]
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    with running.running(METHOD, {"lines": path}) as result:
        given, factors = (
            pa.Table.from_batches(result.inputs[name].batches(), result.inputs[name].schema)
            for name in ("lines", "factors")
        )
        written = rows(result, "findings")
    told = findings_of([given.slice(at, 1) for at in reversed(range(given.num_rows))], factors)
    assert [row["check"] for row in told] == ["streams-complete", "year-on-year"]
    names = ("number", "check", "severity", "stream", "column", "reason_ja")
    assert [[one[n] for n in names] for one in told] == [[one[n] for n in names] for one in written]


def test_the_example_finds_what_was_put_into_it_and_leads_back_to_the_lines(tmp_path: Path) -> None:
    kept = {}
    with running.running(METHOD, running.example_inputs(METHOD)) as result:
        for name, table in {**result.tables, **result.inputs}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            columns = schema(table.declared) if table.declared in METHOD.outputs else table.schema
            write(table.batches(), columns, kept[name], "parquet")
        told = found(result)
    assert told[:3] == [
        ("year-on-year", "error", "S2", "unit"),
        ("capacity-limit", "error", None, "quantity"),
        ("capacity-limit", "error", None, "quantity"),
    ]
    assert {one[0] for one in told if one[1] == "warning"} == {
        "streams-complete",
        "duplicates",
        "year-on-year",
        "intensity",
    }
    steps = {step.declared.name: step.count for step in tracing.trace(METHOD, "findings", 2, kept)}
    assert steps == {"findings": 1, "lines": 18, "production": 6}
