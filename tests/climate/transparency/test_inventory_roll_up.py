"""The roll-up against sums worked out in the test, in fractions.

Factors are the published ones that the tests name: natural gas 48.0 TJ/Gg and 56,100 kg CO2, 1 kg
CH4, 0.1 kg N2O per TJ in energy industries (2006 IPCC Guidelines, Volume 2, Tables 1.2, 1.4, 2.2);
wood 112,000 kg CO2 per TJ (Table 1.4); AR5 potentials 28 and 265.
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.common_tables import inventory_rows
from kyoso.climate.transparency.inventory_roll_up import METHOD
from kyoso.climate.transparency.reconciliation import reconcile
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry, running, tracing
from kyoso.methods.result import Result
from kyoso.tables.given import schema
from kyoso.tables.writing import write

HEADERS = {
    "lines": "facility,country,year,category,source,stream,gas,mass,co2e,gwp,boundary,quantity,"
    "unit,version,confidential",
    "national": "country,year,category,source,quantity,unit",
    "notations": "country,year,category,gas,notation,explanation",
    "estimates": "country,year,category,gas,mass,how,not_estimated",
    "factors": "source,gas,value,unit,biogenic",
}


def line(facility: str, category: str, mass: object = "", **other: object) -> str:
    """A line of a facility report of XAA in 2023; natural gas and CO2 if not said otherwise."""
    parts: dict[str, object] = {
        "facility": facility, "country": "XAA", "year": 2023, "category": category,
        "source": "Natural Gas", "stream": "", "gas": "CO2", "mass": mass, **other,
    }  # fmt: skip
    return ",".join(str(parts.get(name, "")) for name in HEADERS["lines"].split(","))


def given_files(folder: Path, **tables: list[str]) -> dict[str, Path]:
    inputs = {}
    for name, lines in tables.items():
        inputs[name] = folder / f"{name}.csv"
        columns = HEADERS[name].count(",")
        filled = [row + "," * (columns - row.count(",")) for row in lines]
        inputs[name].write_text("\n".join([HEADERS[name], *filled]) + "\n", encoding="utf-8")
    return inputs


def run(
    folder: Path, lines: list[str], values: dict[str, Any] | None = None, **tables: list[str]
) -> Result:
    return running.run(METHOD, given_files(folder, lines=lines, **tables), values or {})


def refused(folder: Path, lines: list[str], **tables: list[str]) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, lines, **tables)
    return caught.value.lines()


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def cells(result: Result, *columns: str, gas: str = "CO2", item: str = "total") -> dict[str, Any]:
    """Columns of the inventory by category."""
    return {
        row["category"]: tuple(row[name] for name in columns)
        if len(columns) > 1
        else row[columns[0]]
        for row in rows(result, "inventory")
        if (row["gas"], row["item"]) == (gas, item)
    }


def look(result: Result, name: str) -> tuple[str, int]:
    found = next(check for check in result.checks if check.id == name)
    return found.verdict.value, found.concerned


# --- sums ---------------------------------------------------------------------------------


def test_lines_add_up_along_the_tree_to_the_national_total(tmp_path: Path) -> None:
    result = run(tmp_path, [line("F1", "1A1ai", 10), line("F2", "1A1b", 5), line("F3", "2A1", 2.5)])
    assert cells(result, "total") == {
        "0": 17.5, "1": 15.0, "1A": 15.0, "1A1": 15.0, "1A1a": 10.0, "1A1ai": 10.0,
        "1A1b": 5.0, "2": 2.5, "2A": 2.5, "2A1": 2.5,
    }  # fmt: skip


def test_gases_stay_masses_and_meet_in_co2_equivalents(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        [line("F1", "4A1", 2, gas="CH4"), line("F1", "4A1", 1, gas="N2O"), line("F1", "4A1", 7)],
    )
    assert cells(result, "total", "co2e", gas="CH4")["4A1"] == (2.0, 56.0)
    assert [(row["category"], row["total"]) for row in rows(result, "totals")] == [
        ("0", 2 * 28 + 265 + 7),
        ("4", 2 * 28 + 265 + 7),
    ]


def test_a_co2_equivalent_without_mass_becomes_the_mass_of_its_own_potentials(
    tmp_path: Path,
) -> None:
    lines = [line("F1", "4A1", "", co2e=280, gwp="AR5", gas="CH4"), line("F2", "4A1", 3, gas="CH4")]
    assert cells(run(tmp_path, lines), "total", gas="CH4")["4A1"] == 13.0


def test_biogenic_carbon_and_bunkers_are_memo_items(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        [
            line("F1", "1A2d", 100, source="Wood/Wood Waste", boundary="biogenic"),
            line("F2", "1A3ai", 40, source="Jet Kerosene"),
            line("F3", "1A3aii", 4, source="Jet Kerosene"),
        ],
    )
    assert cells(result, "total")["0"] == 4.0
    assert cells(result, "total", item="biogenic")["0"] == 100.0
    assert cells(result, "total", item="bunkers")["1A3a"] == 40.0
    assert cells(result, "total")["1A3a"] == 4.0


def test_emissions_of_facilities_go_in_as_they_come_out(tmp_path: Path) -> None:
    """The line by line table of facility-emissions, with wood as a memo item, is a table of lines."""
    facilities = registry.get("climate.transparency.facility-emissions")
    made = running.run(facilities, running.example_inputs(facilities))
    output = made.tables["emissions"]
    write(output.batches(), output.schema, tmp_path / "lines.csv", "csv")
    result = running.run(METHOD, {"lines": tmp_path / "lines.csv"})
    expected = rows(made, "totals")
    for country, year in {(row["country"], row["year"]) for row in expected}:
        counted = [r["co2e"] for r in expected if (r["country"], r["year"]) == (country, year)]
        (total,) = (
            row["total"]
            for row in rows(result, "totals")
            if (row["country"], row["year"], row["category"]) == (country, year, "0")
        )
        assert total == pytest.approx(math.fsum(counted), rel=1e-10)
    assert cells(result, "total", item="biogenic")["0"] > 0


def test_facility_reports_go_in_as_they_come_out(tmp_path: Path) -> None:
    """Direct lines are counted; what is bought, transferred or biogenic is not in the total."""
    reports = registry.get("climate.transparency.facility-report")
    output = running.run(reports, running.example_inputs(reports)).tables["lines"]
    write(output.batches(), output.schema, tmp_path / "lines.csv", "csv")
    direct = {
        (row["facility"], row["stream"], row["gas"], row["year"]): row["mass"]
        for row in output.arrow().to_pylist()
        if row["boundary"] == "direct" and row["gas"] == "CO2"
    }
    result = running.run(METHOD, {"lines": tmp_path / "lines.csv"})
    counted = [
        row["total"]
        for row in rows(result, "inventory")
        if (row["category"], row["gas"]) == ("0", "CO2") and row["item"] in ("total", "bunkers")
    ]
    assert math.fsum(counted) == pytest.approx(math.fsum(direct.values()), rel=1e-10)


def test_energy_bought_and_sold_is_not_counted_a_second_time(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        [
            line("F1", "1A1ai", 10),
            line("F1", "", 3, source="Electricity", boundary="sold"),
            line("F2", "", 3, source="Electricity", boundary="purchased-location"),
        ],
    )
    assert cells(result, "total")["0"] == 10.0
    assert look(result, "lines.inside-boundary") == ("look", 2)


@pytest.mark.parametrize(("choice", "total"), [("kept", 100.0), ("subtracted", 80.0)])
def test_transferred_carbon_stays_or_is_subtracted_as_chosen(
    tmp_path: Path, choice: str, total: float
) -> None:
    lines = [
        line("F1", "1A1ai", 100),
        line("F1", "1A1ai", 20, boundary="transferred"),
        line("F2", "1C2b", 15, boundary="received"),
    ]
    result = run(tmp_path, lines, {"transferred": choice})
    assert cells(result, "total")["0"] == total
    behind = {row["boundary"] for row in rows(result, "basis")}
    assert behind == {"direct"} | ({"transferred"} if choice == "subtracted" else set())
    assert look(result, "lines.transfers-arrive") == ("look", 1)  # 20 t were sent, 15 t arrived


def test_only_the_last_version_of_a_report_counts(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        [
            line("F1", "1A1ai", 10, version=1),
            line("F1", "1A1ai", 7, version=2, gas="CH4"),
            line("F1", "1A1ai", 12, version=2),
            line("F2", "1A1ai", 1, version=1),
        ],
    )
    assert cells(result, "total")["1A1ai"] == 13.0
    assert look(result, "lines.last-version") == ("look", 1)


@given(
    masses=st.lists(
        st.tuples(
            st.sampled_from(["1A1ai", "1A1a", "1A1b", "1A2f", "1B1", "2A1", "3C7", "4A1"]),
            st.decimals(min_value=0, max_value=10**6, places=3),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_a_category_is_the_sum_of_those_below_and_of_its_own_lines(
    masses: list[tuple[str, object]],
) -> None:
    lines = pa.Table.from_pylist(
        [
            {
                "country": "XAA", "year": 2023, "category": category, "source": "fuel",
                "unit": None, "gas": "CO2", "boundary": "direct", "biogenic": False,
                "confidential": False, "gwp": None, "current": True, "lines": 1, "empty": 0, "stated": 0,
                "mass": float(str(mass)), "co2e": None, "quantity": None,
            }
            for category, mass in masses
        ]
    )  # fmt: skip
    import ibis

    tables = {
        "lines": ibis.memtable(lines),
        "lines.digest": ibis.memtable(lines),
        "factors": ibis.memtable(pa.Table.from_pylist([], schema=schema(METHOD.input("factors")))),
    }
    outcome = METHOD.function(tables, METHOD.parse({}))
    total = {row["category"]: row["total"] for row in outcome.tables["inventory"].to_pylist()}
    own = {code: [Fraction(str(mass)) for at, mass in masses if at == code] for code in total}
    for code, value in total.items():
        below = [Fraction(total[child]) for child in categories.children(code) if child in total]
        assert value == pytest.approx(float(sum(below) + sum(own[code])), rel=1e-12)
    assert total["0"] == pytest.approx(float(sum(Fraction(str(mass)) for _, mass in masses)))


# --- twice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        line("F1", "1A1ai", 10),  # by the owner, after the operator
        line("F1", "1A2f", 10),  # in another category
        line("F1", "1A1ai", 10, country="XAB"),  # in another country
        line("F1", "1A1ai", 10, source="NATURAL GAS"),
    ],
)
def test_what_is_reported_twice_is_refused_at_its_cell(tmp_path: Path, again: str) -> None:
    (said,) = refused(tmp_path, [line("F1", "1A1ai", 10), again])
    assert said.startswith("lines: row 3, column facility: F1 · 2023 ·")
    assert (
        "this record stands in row 2 already; one row for each facility, year, source, stream"
        in (said)
    )


def test_two_streams_of_a_fuel_in_two_categories_are_not_twice(tmp_path: Path) -> None:
    lines = [line("F1", "1A1ai", 10, stream="boiler"), line("F1", "1A2f", 4, stream="kiln")]
    assert cells(run(tmp_path, lines), "total")["1"] == 14.0


# --- reconciliation -------------------------------------------------------------------------

GAS = ("56.1", "0.001", "0.0001")
"""t of CO2, CH4 and N2O per TJ of natural gas in energy industries."""


def test_what_national_statistics_have_beyond_facilities_is_added_at_tier_1(tmp_path: Path) -> None:
    """100 TJ and 1 kt (48 TJ) are reported of 200 TJ: 52 TJ are left."""
    result = run(
        tmp_path,
        [
            line("F1", "1A1ai", 5000, quantity=100, unit="TJ"),
            line("F2", "1A1aii", 2500, quantity=1, unit="kt"),
        ],
        national=["XAA,2023,1A1a,natural gas,200,TJ"],
    )
    assert rows(result, "reconciliation") == [
        {
            "country": "XAA", "year": 2023, "category": "1A1a", "source": "natural gas",
            "unit": "TJ", "national": 200.0, "facilities": 148.0, "residual": 52.0,
            "coverage": 74.0, "verdict": "remainder",
        }
    ]  # fmt: skip
    left = [float(52 * Fraction(factor)) for factor in GAS]
    for gas, expected, reported in zip(
        ("CO2", "CH4", "N2O"), left, (7500.0, None, None), strict=True
    ):
        found = cells(result, "from_facilities", "remainder", "total", gas=gas)
        assert found["1A1a"] == (
            reported,
            pytest.approx(expected, rel=1e-11),
            pytest.approx((reported or 0) + expected, rel=1e-11),
        )
    coverage = cells(result, "coverage")
    assert coverage["1A1a"] == pytest.approx(100 * 7500 / (7500 + 52 * 56.1), rel=1e-11)
    assert coverage["1A1ai"] is None  # what is left is known for 1A1a as a whole


def test_the_unit_of_national_statistics_plays_no_part(tmp_path: Path) -> None:
    """1 kt of natural gas is 48 TJ, and 1 GWh 3.6 TJ."""
    lines = [line("F1", "1A1ai", 5, quantity=24, unit="TJ")]
    left = []
    for quantity, unit in ((48, "TJ"), (1, "kt"), (1000, "t"), (Fraction(48000, 36) * 10, "MWh")):
        national = [f"XAA,2023,1A1a,Natural Gas,{float(quantity)!r},{unit}"]
        left.append(cells(run(tmp_path, lines, national=national), "remainder")["1A1a"])
    assert left == [pytest.approx(24 * 56.1, rel=1e-11)] * 4


def test_more_than_there_is_is_named_with_its_amounts_and_not_corrected(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        [line("F1", "1A1a", 50, quantity=120, unit="TJ")],
        national=["XAA,2023,1A1a,Natural Gas,100,TJ"],
    )
    (found,) = rows(result, "reconciliation")
    assert (found["residual"], found["verdict"], found["coverage"]) == (-20.0, "exceeds", None)
    assert cells(result, "from_facilities", "remainder", "total")["0"] == (50.0, None, 50.0)
    over = next(check for check in result.checks if check.id == "reconciliation.no-excess")
    assert over.hint is not None
    assert over.hint.en == "XAA 2023 1A1a Natural Gas: 120 > 100 TJ (-20)"


def test_a_small_residual_within_the_tolerance_is_a_match(tmp_path: Path) -> None:
    lines = [line("F1", "1A1a", 50, quantity=99.9, unit="TJ")]
    national = ["XAA,2023,1A1a,Natural Gas,100,TJ"]
    for tolerance, verdict in (("0.05", "remainder"), ("0.2", "matches")):
        result = run(tmp_path, lines, {"tolerance": tolerance}, national=national)
        assert rows(result, "reconciliation")[0]["verdict"] == verdict


def test_a_stream_with_many_gases_is_compared_once(tmp_path: Path) -> None:
    """F1 reports three gases of its 60 TJ, F2 only measures CO2 of its 30 TJ, F3 methane of 5 TJ."""
    lines = [
        *(line("F1", "1A1a", 1, gas=gas, quantity=60, unit="TJ") for gas in ("CO2", "CH4", "N2O")),
        line("F2", "1A1a", 1, quantity=30, unit="TJ"),
        line("F3", "1A1a", 1, gas="CH4", quantity=5, unit="TJ"),
    ]
    result = run(tmp_path, lines, national=["XAA,2023,1A1a,Natural Gas,100,TJ"])
    assert rows(result, "reconciliation")[0]["facilities"] == 95.0


def test_without_a_national_figure_coverage_is_not_known(tmp_path: Path) -> None:
    result = run(tmp_path, [line("F1", "1A1a", 50, quantity=120, unit="GJ")])
    assert rows(result, "reconciliation") == [
        {
            "country": "XAA", "year": 2023, "category": "1A1a", "source": "Natural Gas",
            "unit": "TJ", "national": None, "facilities": 0.12, "residual": None,
            "coverage": None, "verdict": "no-national",
        }
    ]  # fmt: skip
    assert set(cells(result, "coverage").values()) == {None}


def test_a_national_figure_that_no_facility_stands_behind_is_all_remainder(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        [line("F1", "2A1", 50, source="Clinker")],
        national=["XAA,2023,1A2d,Wood/Wood Waste,10,TJ"],
    )
    assert cells(result, "from_facilities", "remainder", "coverage", item="biogenic")["1A2d"] == (
        None,
        1120.0,
        0.0,
    )


@given(
    national=st.floats(min_value=0, max_value=1e9),
    facilities=st.lists(st.floats(min_value=0, max_value=1e8), max_size=10),
    tolerance=st.floats(min_value=0, max_value=100),
)
def test_national_is_what_facilities_report_and_what_is_left(
    national: float, facilities: list[float], tolerance: float
) -> None:
    stream = ("XAA", 2023, "1A1ai", "fuel")
    quantities = [{"source": "fuel", "unit": "TJ", "quantity": value} for value in facilities]
    figure = {"source": "fuel", "unit": "TJ", "quantity": national}
    (found,) = reconcile(
        {stream: quantities} if quantities else {},
        {("XAA", 2023, "1A1a", "fuel"): figure},
        {},
        tolerance,
    )
    assert found.residual is not None
    assert (found.facilities or 0) + found.residual == pytest.approx(national, abs=1e-6)
    assert (found.facilities is None) == (not facilities)
    off = national - math.fsum(facilities)
    if abs(off) > tolerance / 100 * national + 1e-6:
        assert found.verdict == ("remainder" if off > 0 else "exceeds")


# --- confidential, notation keys, completeness ------------------------------------------------


def test_a_confidential_cell_is_withheld_with_a_neighbour_and_the_total_kept(
    tmp_path: Path,
) -> None:
    result = run(
        tmp_path,
        [
            line("F1", "1A1b", 9, confidential="yes", quantity=1, unit="TJ"),
            *(line(f"G{n}", "1A1ai", n, quantity=1, unit="TJ") for n in (1, 2, 3)),
        ],
        national=["XAA,2023,1A1b,Natural Gas,2,TJ"],
    )
    found = cells(result, "total", "notation")
    assert found["1A1b"] == found["1A1a"] == found["1A1ai"] == (None, "C")
    assert found["1A1"] == (pytest.approx(15 + 56.1), None)
    assert rows(result, "totals")[0]["total"] == pytest.approx(
        15 + 56.1 + 0.001 * 28 + 0.0001 * 265
    )
    secret = next(row for row in rows(result, "reconciliation") if row["category"] == "1A1b")
    assert (secret["facilities"], secret["residual"], secret["verdict"]) == (
        None,
        None,
        "confidential",
    )
    assert look(result, "inventory.nothing-withheld") == ("look", 3)


def test_three_reporters_of_each_gas_are_needed(tmp_path: Path) -> None:
    lines = [line(f"F{n}", "1A1b", n, confidential="yes") for n in range(1, 6)]
    assert cells(run(tmp_path, lines), "total")["1A1b"] == 15.0
    lines.append(line("F1", "1A1b", 9, gas="CH4", confidential="yes"))
    assert cells(run(tmp_path, lines), "notation", gas="CH4")["1A1b"] == "C"


def test_a_notation_key_stands_in_its_column_and_never_as_a_number(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        [line("F1", "1A1a", 9)],
        notations=["XAA,2023,2B3,N2O,NO", "XAA,2023,1A1a,CO2,FX", "XAA,2023,1B1,CH4,NE"],
    )
    assert cells(result, "total", "notation", gas="N2O") == {"2B3": (None, "NO")}
    assert cells(result, "total", "notation")["1A1a"] == (9.0, "FX")
    status = {
        (row["category"], row["gas"]): (row["status"], row["notation"], row["found_in"])
        for row in rows(result, "completeness")
    }
    assert look(result, "notations.keys-explained") == ("look", 1)
    assert status["2B3", "N2O"] == ("notation", "NO", "2B3")
    assert status["1B1ai1", "CH4"] == ("notation", "NE", "1B1")
    assert status["1A1aii", "CO2"] == ("notation", "FX", "1A1a")
    assert status["2A1", "CO2"] == ("missing", None, None)


def test_a_value_in_a_higher_category_covers_those_below_and_says_so(tmp_path: Path) -> None:
    result = run(tmp_path, [line("F1", "1A1a", 9), line("F2", "2F1a", 1, gas="HFC134a")])
    status = {
        (row["category"], row["gas"]): (row["status"], row["found_in"])
        for row in rows(result, "completeness")
    }
    assert status["1A1aii", "CO2"] == ("above", "1A1a")
    assert status["1A1b", "CO2"] == ("missing", None)
    assert status["2F1a", "HFCs"] == ("reported", "2F1a")


# --- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "tables", "said"),
    [
        (
            [line("F1", "", 1)],
            {},
            "lines: row 2, column category: an emission without a category; fill in the category, "
            "or the boundary if it is energy bought or sold",
        ),
        (
            [line("F1", "1A1a")],
            {},
            "lines: row 2, column mass: neither a mass nor a CO2 equivalent; fill in one of them; "
            "leave the line out where nothing is known",
        ),
        (
            [line("F1", "4A1", gas="CH4", co2e=250, gwp="AR4")],
            {},
            "lines: row 2, column gwp: AR4: not the potentials of this inventory, which are AR5; "
            "give the mass, or a CO2 equivalent with AR5 potentials",
        ),
        (
            [line("F1", "4A1", gas="CH4", co2e=250)],
            {},
            "lines: row 2, column gwp: a CO2 equivalent of unknown potentials; give the mass, or a "
            "CO2 equivalent with AR5 potentials",
        ),
        (
            [line("F1", "1A1a", -1)],
            {},
            "lines: row 2, column mass: -1: out of bounds; it must be ≥ 0 t",
        ),
        (
            [line("F1", "1A1a", 1, quantity=5, unit="m3")],
            {"national": ["XAA,2023,1A1a,Natural Gas,100,TJ"]},
            "lines: row 2, column unit: m3: this unit does not fit the source Natural Gas; use TJ, "
            "t or a unit of that kind",
        ),
        (
            [line("F1", "1A1a", 1, quantity=5, unit="ton")],
            {},
            "lines: row 2, column unit: ton: this unit has more than one meaning; write t (1,000 "
            "kg), short_ton or long_ton",
        ),
        (
            [line("F1", "1A1a", 1, quantity=5)],
            {},
            "lines: row 2, column unit: a quantity without a unit; fill in the unit",
        ),
        (
            [line("F0", "1A1a", 1, quantity=5, unit="TJ"), line("F1", "1A1a", 1)],
            {"national": ["XAA,2023,1A1a,Natural Gas,100,TJ"]},
            "lines: row 3, column quantity: no quantity to compare with national statistics; fill "
            "it in, or what the facility uses would be counted a second time",
        ),
        (
            [line("F1", "1A1a", 1)],
            {"national": ["XAA,2023,1A2,Diesel Oil,1,t", "XAA,2023,1A2f,Diesel Oil,1,t"]},
            "national: row 3, column category: 1A2f: 1A2 above it is given as well, and would "
            "count twice; keep one of the levels",
        ),
        (
            [line("F1", "1A1a", 1)],
            {"national": ["XAA,2023,1A1a,Natral Gas,1,t"]},
            "national: row 2, column source: Natral Gas: not a known factors.source; did you mean "
            "Natural Gas?",
        ),
        (
            [line("F1", "1A1ai", 1)],
            {"notations": ["XAA,2023,1A1,CO2,NO"]},
            "notations: row 2, column notation: NO: facilities report an emission here; take the "
            "key or the value away",
        ),
        (
            [line("F1", "2A1", 1)],
            {
                "national": ["XAA,2023,1A1a,Natural Gas,1,t"],
                "notations": ["XAA,2023,1A1,CH4,NO"],
            },
            "notations: row 2, column notation: NO: national statistics give an activity here; "
            "take the key or the value away",
        ),
    ],
)
def test_what_is_wrong_is_named_at_its_cell(
    tmp_path: Path, lines: list[str], tables: dict[str, list[str]], said: str
) -> None:
    assert refused(tmp_path, lines, **tables) == [said]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    lines = [
        line("F1", "", 1),
        line("F2", "9Z", 1),
        line("F3", "1A1a"),
        line("F4", "2F2", 1, gas="HFE999"),
        line("F5", "1A1a", 1, quantity=5, unit="zz"),
    ]
    said = refused(tmp_path, lines, notations=["XAA,2023,2B3,N2O,??"])
    assert [one.split(":")[1].strip() for one in said] == [
        "row 2, column category",
        "row 3, column category",
        "row 4, column mass",
        "row 5, column gas",
        "row 6, column unit",
        "row 2, column notation",
    ]


# --- engines, order, the walk back ------------------------------------------------------------


def test_csv_parquet_and_any_order_give_the_same_tables(tmp_path: Path) -> None:
    inputs = running.example_inputs(METHOD)
    text = inputs["lines"].read_text(encoding="utf-8").splitlines()
    backwards = tmp_path / "backwards.csv"
    backwards.write_text("\n".join([text[0], *reversed(text[1:])]) + "\n", encoding="utf-8")
    names = text[0].split(",")
    values = list(zip(*(row.split(",") for row in text[1:]), strict=True))
    columns: dict[str, Any] = dict(zip(names, values, strict=True))
    columns["year"] = [int(year) for year in columns["year"]]
    for name in ("mass", "quantity"):
        columns[name] = pa.array([float(v) if v else None for v in columns[name]])
    for name in ("category", "unit"):
        columns[name] = pa.array([v or None for v in columns[name]])
    columns["confidential"] = [v == "yes" for v in columns["confidential"]]
    pq.write_table(pa.table(columns), tmp_path / "lines.parquet")
    first, *others = (
        running.run(METHOD, {**inputs, "lines": lines})
        for lines in (inputs["lines"], backwards, tmp_path / "lines.parquet")
    )
    for name, output in first.tables.items():
        for other in others:
            assert other.tables[name].arrow().equals(output.arrow()), name


def test_the_example_and_uneven_gases_are_the_same_on_each_engine(
    engine_name: str, tmp_path: Path
) -> None:
    """Versions, confidential lines and streams with different gases are asked of the engine."""
    lines = [
        line("F1", "1A1a", 1, quantity=60, unit="TJ", version=1),
        line("F1", "1A1a", 2, quantity=61, unit="TJ", version=2, confidential="yes"),
        line("F1", "1A1a", 2, gas="CH4", quantity=61, unit="TJ", version=2),
        line("F2", "1A1a", 3, quantity=30.5, unit="TJ"),
        line("F3", "1A1b", 3, quantity=1, unit="kt"),
        line("F3", "", 3, source="Electricity", boundary="sold"),
    ]
    inputs = given_files(tmp_path, lines=lines, national=["XAA,2023,1A1a,Natural Gas,100,TJ"])
    for given_ in (inputs, running.example_inputs(METHOD)):
        here = running.run(METHOD, given_, engine=engine_name)
        there = running.run(METHOD, given_)
        for name, output in there.tables.items():
            assert here.tables[name].arrow().equals(output.arrow()), name
    found = rows(running.run(METHOD, inputs), "reconciliation")
    assert [row["verdict"] for row in found] == ["confidential", "no-national"]


def test_a_total_walks_back_through_the_inventory_to_lines_statistics_and_factors(
    tmp_path: Path,
) -> None:
    kept = {}
    with running.running(METHOD, running.example_inputs(METHOD)) as result:
        for name, table in {**result.tables, **result.inputs}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            write(table.batches(), table.schema, kept[name], "parquet")
    names = [(step.of, step.declared.name) for step in tracing.trace(METHOD, "totals", 2, kept)]
    assert names == [
        (None, "totals"),
        ("totals", "inventory"),
        ("inventory", "basis"),
        ("basis", "lines"),
        ("inventory", "reconciliation"),
        ("reconciliation", "national"),
        ("reconciliation", "estimates"),
        ("reconciliation", "factors"),
    ]


# --- national estimates -------------------------------------------------------------------


def test_an_estimate_of_a_category_holds_what_facilities_report_and_the_rest_is_added(
    tmp_path: Path,
) -> None:
    result = run(
        tmp_path,
        [line("F1", "4A1", 20, gas="CH4"), line("F2", "4A2", 5, gas="CH4")],
        estimates=["XAA,2023,4A,CH4,100,first-order decay"],
    )
    parts = cells(result, "from_facilities", "remainder", "total", "coverage", gas="CH4")
    assert parts["4A"] == parts["0"] == (25.0, 75.0, 100.0, 25.0)
    assert parts["4A1"] == (20.0, None, 20.0, None)
    row = next(one for one in rows(result, "reconciliation") if one["unit"] == "t")
    assert (row["source"], row["national"], row["facilities"]) == ("CH4 (estimate)", 100.0, 25.0)
    assert (row["residual"], row["coverage"], row["verdict"]) == (75.0, 25.0, "remainder")


def test_a_removal_is_negative_and_facilities_that_exceed_an_estimate_are_named(
    tmp_path: Path,
) -> None:
    result = run(
        tmp_path,
        [line("F1", "4A1", 20, gas="CH4")],
        estimates=["XAA,2023,3B1,CO2,-500,stock difference", "XAA,2023,4A1,CH4,15,decay"],
    )
    assert cells(result, "total")["0"] == -500.0
    assert cells(result, "total", gas="CH4")["0"] == 20.0
    verdicts = {one["source"]: one["verdict"] for one in rows(result, "reconciliation")}
    assert verdicts["CH4 (estimate)"] == "exceeds"
    assert look(result, "reconciliation.no-excess") == ("look", 1)


def test_an_inventory_may_rest_on_estimates_alone(tmp_path: Path) -> None:
    inputs = given_files(tmp_path, estimates=["XAA,2023,3C7,CH4,2,Tier 1"])
    result = running.run(METHOD, inputs)
    assert [(row["category"], row["total"]) for row in rows(result, "totals")] == [
        ("0", 56.0), ("3", 56.0),
    ]  # fmt: skip


def test_an_estimate_of_nothing_is_zero_and_not_missing(tmp_path: Path) -> None:
    result = running.run(METHOD, given_files(tmp_path, estimates=["XAA,2023,4C2,CH4,0,no fires"]))
    assert cells(result, "total", "co2e", gas="CH4")["4C2"] == (0.0, 0.0)
    status = {(row["category"], row["gas"]): row["status"] for row in rows(result, "completeness")}
    assert status["4C2", "CH4"] == "reported"


# --- partial estimates --------------------------------------------------------------------


def test_of_a_partial_estimate_the_part_counts_and_the_rest_is_ne_with_its_reason(
    tmp_path: Path,
) -> None:
    result = run(
        tmp_path,
        [line("F1", "4A1", 20, gas="CH4")],
        estimates=[
            "XAA,2023,3A1aii,CH4,47,Tier 1,goats: no census",
            "XAA,2023,4A1,CH4,50,decay,sites before 1990",
            "XAA,2023,4B,CH4,3,Tier 1,",
        ],
        notations=["XAA,2023,4D2,CH4,NE"],
    )
    of = cells(result, "total", "notation", "coverage", "not_estimated", gas="CH4")
    assert of["3A1aii"] == (47.0, "NE", None, "3A1aii: goats: no census")
    assert of["4A1"] == (50.0, "NE", None, "4A1: sites before 1990")
    assert of["4B"] == (3.0, None, 0.0, None)
    assert of["4D2"] == (None, "NE", None, "4D2")
    assert of["0"] == (
        100.0, None, None, "3A1aii: goats: no census; 4A1: sites before 1990; 4D2",
    )  # fmt: skip
    total = next(row for row in rows(result, "totals") if row["category"] == "4")
    assert total["not_estimated"] == "4A1 CH4: sites before 1990; 4D2 CH4"
    row = next(one for one in rows(result, "reconciliation") if one["category"] == "4A1")
    assert (row["residual"], row["coverage"]) == (30.0, None)
    assert look(result, "estimates.whole") == ("look", 2)


def test_completeness_tells_what_is_partial_from_what_is_reported_and_what_is_missing(
    tmp_path: Path,
) -> None:
    inputs = given_files(
        tmp_path,
        estimates=[
            "XAA,2023,3A1aii,CH4,47,Tier 1,goats: no census", "XAA,2023,4A,CH4,50,decay,no old sites",
            "XAA,2023,4B,CH4,3,Tier 1,",
        ],
        notations=["XAA,2023,4A,CH4,FX", "XAA,2023,4D2,CH4,NE"],
    )  # fmt: skip
    result = running.run(METHOD, inputs)
    status = {
        (row["category"], row["gas"]): tuple(
            row[name] for name in ("status", "notation", "found_in", "not_estimated")
        )
        for row in rows(result, "completeness")
    }
    assert status["3A1aii", "CH4"] == ("partial", "NE", "3A1aii", "goats: no census")
    assert status["4A1", "CH4"] == ("partial", "FX", "4A", "no old sites")
    assert status["4B", "CH4"] == ("reported", None, "4B", None)
    assert status["4D2", "CH4"] == ("notation", "NE", "4D2", None)
    assert status["3A1ai", "CH4"] == ("missing", None, None, None)
    assert cells(result, "notation", gas="CH4")["4A"] == "FX"


def test_a_key_that_says_nothing_is_estimated_does_not_stand_at_a_part(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        [],
        estimates=["XAA,2023,4A,CH4,50,decay,"],
        notations=["XAA,2023,4A,CH4,NE"],
    )
    assert told[-1] == (
        "notations: row 2, column notation: NE: a national estimate is given here; take the key "
        "away; what the estimate leaves out is said in its not_estimated"
    )


# --- categories that facilities alone report ----------------------------------------------


def test_ne_beside_what_facilities_report_says_what_they_leave_out(tmp_path: Path) -> None:
    """In the inventory, its totals, the completeness and the rows of the common tables."""
    small = "plants below 3 kt a year"
    result = run(
        tmp_path,
        [line("F1", "2C1", 20), line("F2", "2C1", 10), line("F3", "2A2", 7)],
        notations=[f"XAA,2023,2C1,CO2,NE,{small}"],
    )
    of = cells(result, "total", "notation", "coverage", "not_estimated")
    assert of["2C1"] == (30.0, "NE", None, f"2C1: {small}")
    assert of["2C"] == (30.0, None, None, f"2C1: {small}")
    assert of["2A2"] == (7.0, None, None, None)
    assert rows(result, "totals")[0]["not_estimated"] == f"2C1 CO2: {small}"
    status = {
        (row["category"], row["gas"]): tuple(
            row[name] for name in ("status", "notation", "found_in", "not_estimated")
        )
        for row in rows(result, "completeness")
    }
    assert status["2C1", "CO2"] == ("partial", "NE", "2C1", small)
    assert status["2A2", "CO2"] == ("reported", None, "2A2", None)
    common = {
        row["category"]: row for row in inventory_rows(rows(result, "inventory"), categories.group)
    }
    assert (common["2C1"]["co2"], common["2C1"]["co2_key"]) == (30.0, "NE")
    assert common["2C1"]["not_estimated"] == f"CO2 2C1: {small}"


def test_what_facilities_alone_report_is_named_until_its_coverage_is_stated(
    tmp_path: Path,
) -> None:
    """National statistics, an estimate, or NE at or above state it; biogenic carbon is a memo."""
    lines = [
        line("F1", "2C1", 20),
        line("F1", "2C1", 1, gas="CH4"),
        line("F2", "1A1a", 56.1, quantity=1, unit="TJ"),
        line("F3", "4A1", 3, gas="CH4", source="Waste"),
        line("F4", "1A2d", 112, source="Wood", boundary="biogenic"),
    ]
    known = {
        "national": ["XAA,2023,1A1a,Natural Gas,2,TJ"],
        "estimates": ["XAA,2023,4A,CH4,3,decay"],
    }
    checks = {
        said: next(
            check
            for check in run(tmp_path, lines, notations=[row], **known).checks
            if check.id == "inventory.coverage-stated"
        )
        for said, row in {
            "nothing": "XAA,2023,2B3,N2O,NO,",
            "of one gas": "XAA,2023,2C1,CO2,NE,small plants",
        }.items()
    }
    hint = checks["nothing"].hint
    assert hint is not None
    assert hint.en.startswith("facilities only; coverage not stated: XAA 2023 2C1 CH4 CO2. ")
    assert hint.ja.startswith("施設報告のみで網羅性の記入なし：XAA 2023 2C1 CH4 CO2。")
    assert (checks["nothing"].tested, checks["nothing"].concerned) == (3, 1)
    hint = checks["of one gas"].hint
    assert hint is not None
    assert "stated: XAA 2023 2C1 CH4. " in hint.en
    stated = ["XAA,2023,2C,CO2,NE,small plants", "XAA,2023,2C1,CH4,NE,small plants"]
    result = run(tmp_path, lines, notations=stated, **known)
    assert look(result, "inventory.coverage-stated") == ("passed", 0)


def test_ne_above_several_values_leaves_whole_what_national_figures_tell_all_of(
    tmp_path: Path,
) -> None:
    result = run(
        tmp_path,
        [line("F1", "1A2a", 56.1, quantity=1, unit="TJ"), line("F2", "1A2f", 9, source="Tyres")],
        national=["XAA,2023,1A2a,Natural Gas,1,TJ"],
        notations=["XAA,2023,1A2,CO2,NE,small kilns"],
    )
    status = {
        row["category"]: tuple(row[name] for name in ("status", "found_in", "not_estimated"))
        for row in rows(result, "completeness")
        if row["gas"] == "CO2"
    }
    assert status["1A2a"] == ("reported", "1A2a", None)
    assert status["1A2f"] == ("partial", "1A2", "small kilns")
    assert status["1A2c"] == ("notation", "1A2", "small kilns")
    of = cells(result, "coverage", "not_estimated")
    assert of["1A2a"] == (100.0, None)
    assert of["1A2"] == (None, "1A2: small kilns")


def test_biogenic_carbon_neither_fills_a_cell_nor_contradicts_a_key(tmp_path: Path) -> None:
    """It is a memo item: a mill that burns wood alone has no carbon dioxide to count."""
    lines = [line("F1", "1A2d", 112, source="Wood", boundary="biogenic"), line("F2", "2A1", 5)]
    found = {}
    for key in ("1A2d,CO2,NO,wood alone", "2B3,N2O,NO,"):
        result = run(tmp_path, lines, notations=[f"XAA,2023,{key}"])
        found[key[:4]] = next(
            (row["status"], row["notation"])
            for row in rows(result, "completeness")
            if (row["category"], row["gas"]) == ("1A2d", "CO2")
        )
    assert found == {"1A2d": ("notation", "NO"), "2B3,": ("missing", None)}
    assert cells(result, "total", item="biogenic")["1A2d"] == 112.0


def test_a_withheld_cell_stays_withheld_beside_its_key_and_stands_once(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        [line("F1", "2C1", 20, confidential="yes"), line("F2", "2A1", 5), line("F3", "2A1", 5)],
        notations=["XAA,2023,2C1,CO2,NE,small plants"],
    )
    of = [row for row in rows(result, "inventory") if row["category"] == "2C1"]
    assert [(row["total"], row["notation"], row["not_estimated"]) for row in of] == [
        (None, "C", "2C1: small plants")
    ]


def test_ne_beside_a_value_needs_what_is_left_out_and_no_estimate_that_says_it(
    tmp_path: Path,
) -> None:
    lines = [line("F1", "2C1", 20), line("F2", "4A1", 3, gas="CH4")]
    told = refused(
        tmp_path,
        lines,
        estimates=["XAA,2023,4A,CH4,50,decay,"],
        notations=["XAA,2023,2C1,CO2,NE,", "XAA,2023,4A1,CH4,NE,small sites"],
    )
    assert told == [
        "notations: row 2, column notation: NE: facilities report an emission here; say in "
        "explanation what they leave out, such as facilities below the threshold, or take the key "
        "away",
        "notations: row 3, column notation: NE: a national estimate is given here; take the key "
        "away; what the estimate leaves out is said in its not_estimated",
    ]


def test_what_is_counted_twice_is_refused_with_both_names(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        [line("F1", "2A1", 1, gas="CO2", source="Clinker", quantity=1, unit="kt")],
        national=["XAA,2023,1A1a,Natural Gas,100,TJ"],
        estimates=[
            "XAA,2023,1A1,CO2,9,own", "XAA,2023,4A1,CH4,1,own", "XAA,2023,4A,CH4,3,own",
        ],
        notations=["XAA,2023,4A1,CH4,NO"],
    )  # fmt: skip
    assert [one.partition(" is counted in ")[2].partition(" already")[0] for one in told[:2]] == [
        "1A1a Natural Gas", "4A",
    ]  # fmt: skip
    assert told[2].startswith("notations: row 2, column notation: NO: a national estimate is given")
    assert len(told) == 3
