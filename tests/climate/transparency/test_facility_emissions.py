"""Facility emissions against values worked out outside the code.

Independent sources: the carbon → factor arithmetic and the gas-boiler case are those of the
project's notes on transparency (100 TJ of natural gas, IPCC 2006 Tables 1.2, 1.4, 2.2 and the
potentials of AR4, AR5 and AR6); everything else is worked out by hand in the test, in
fractions, from the published table values named there.
"""

from __future__ import annotations

import csv
import math
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kyoso.climate.transparency.facility_emissions import METHOD
from kyoso.climate.transparency.factors import potentials
from kyoso.core.errors import InputRefusedError
from kyoso.methods import running
from kyoso.methods.result import Result

HEADER = "facility,country,year,category,source,quantity,unit,uncertainty"


def run(
    folder: Path, *lines: str, header: str = HEADER, factors: str = "", **values: str
) -> Result:
    """Run the method on lines of activity data."""
    inputs = {"activity": folder / "activity.csv"}
    inputs["activity"].write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    if factors:
        inputs["factors"] = folder / "factors.csv"
        inputs["factors"].write_text(factors, encoding="utf-8")
    return running.run(METHOD, inputs, values)


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def refused(folder: Path, *lines: str, **options: str) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, *lines, **options)
    return caught.value.lines()


@pytest.mark.parametrize(
    ("assessment", "co2e"), [("AR4", 5615.48), ("AR5", 5615.45), ("AR6", 5615.52)]
)
def test_a_gas_boiler_of_100_tj_has_the_emissions_of_the_notes(
    tmp_path: Path, assessment: str, co2e: float
) -> None:
    result = run(tmp_path, "F1,XAA,2023,1A1a,Natural Gas,100,TJ,5", gwp=assessment)
    mass = {row["gas"]: row["mass"] for row in rows(result, "emissions")}
    assert mass == {"CO2": 5610.0, "CH4": 0.1, "N2O": 0.01}
    assert rows(result, "totals")[0]["co2e"] == pytest.approx(co2e, abs=0.005)


@pytest.mark.parametrize(
    ("quantity", "unit", "terajoules"),
    [
        ("1", "TJ", Fraction(1)),
        ("1000", "GJ", Fraction(1)),
        ("1", "GWh", Fraction(36, 10)),
        ("10", "toe", Fraction(41868, 100000)),
        ("1", "Gg", Fraction(48)),  # net calorific value 48.0 TJ/Gg, Table 1.2
        ("1", "kt", Fraction(48)),
        ("1000", "t", Fraction(48)),
        ("1000000", "kg", Fraction(48)),
        ("2204.6226218487757", "lb", Fraction(48, 1000)),
    ],
)
def test_units_of_mass_and_energy_give_the_same_gas(
    tmp_path: Path, quantity: str, unit: str, terajoules: Fraction
) -> None:
    result = run(tmp_path, f"F1,XAA,2023,1A1a,natural gas,{quantity},{unit},")
    carbon_dioxide = next(r for r in rows(result, "emissions") if r["gas"] == "CO2")
    assert carbon_dioxide["mass"] == pytest.approx(float(terajoules * Fraction(561, 10)), rel=1e-11)


def test_lines_in_mixed_units_add_up_to_the_right_tonnes(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "F1,XAA,2023,1A2f,Anthracite,1,kt,",
        "F2,XAA,2023,1A2f,anthracite,500,t,",
        "F3,XAA,2023,1A2f,ANTHRACITE,26.7,TJ,",
    )
    # Anthracite: 26.7 TJ/Gg (Table 1.2); 98,300, 10 and 1.5 kg/TJ (Tables 1.4 and 2.3); AR5.
    energy = Fraction(267, 10) * (1 + Fraction(1, 2) + 1)
    per_terajoule = Fraction(98300) + 10 * 28 + Fraction(15, 10) * 265
    total = energy * per_terajoule / 1000
    assert rows(result, "totals") == [
        {
            "country": "XAA",
            "year": 2023,
            "category": "1A2f",
            "co2e": pytest.approx(float(total), rel=1e-11),
            "lower": None,
            "upper": None,
        }
    ]


@pytest.mark.parametrize(
    ("category", "methane"),
    [("1A1a", 1.0), ("1A2f", 10.0), ("1A4a", 10.0), ("1A4b", 300.0), ("1A4ci", 300.0)],
)
def test_methane_of_anthracite_depends_on_the_sector(
    tmp_path: Path, category: str, methane: float
) -> None:
    """Tables 2.2 to 2.5: 1, 10, 10 and 300 kg CH4 per TJ."""
    result = run(tmp_path, f"F1,XAA,2023,{category},Anthracite,1000,TJ,")
    assert next(r["mass"] for r in rows(result, "emissions") if r["gas"] == "CH4") == methane


def test_biogenic_carbon_dioxide_is_a_memo_item_and_its_other_gases_count(tmp_path: Path) -> None:
    result = run(tmp_path, "F1,XAA,2023,1A2d,Wood/Wood Waste,1000,TJ,10")
    lines = {row["gas"]: row for row in rows(result, "emissions")}
    assert (lines["CO2"]["mass"], lines["CO2"]["biogenic"]) == (112000.0, True)
    assert (lines["CH4"]["biogenic"], lines["N2O"]["biogenic"]) == (False, False)
    # 30 kg CH4 and 4 kg N2O per TJ (Table 2.3), AR5 potentials 28 and 265
    assert rows(result, "totals")[0]["co2e"] == 30 * 28 + 4 * 265


def test_clinker_has_the_printed_factor(tmp_path: Path) -> None:
    result = run(tmp_path, "F1,XAA,2023,2A1,Clinker,1,Mt,")
    assert [(r["gas"], r["mass"]) for r in rows(result, "emissions")] == [("CO2", 520000.0)]


FACTORS = """source,gas,sector,value,unit,lower,upper,net_calorific_value
fuel,CO2,all,100,t/TJ,90,110,
fuel,CH4,all,1,t/TJ,0.5,1.5,
"""


def test_intervals_follow_error_propagation_with_shared_factors(tmp_path: Path) -> None:
    result = run(
        tmp_path, "F1,XAA,2023,1A1a,fuel,10,TJ,3", "F2,XAA,2023,1A1a,fuel,20,TJ,4", factors=FACTORS
    )
    lines = {(r["facility"], r["gas"]): r["uncertainty"] for r in rows(result, "emissions")}
    assert lines["F1", "CO2"] == pytest.approx(math.hypot(3, 10), rel=1e-11)
    assert lines["F2", "CH4"] == pytest.approx(math.hypot(4, 50), rel=1e-11)
    per_unit = 100 + 28
    own = (10 * per_unit * 0.03) ** 2 + (20 * per_unit * 0.04) ** 2
    shared = (30 * 100 * 0.10) ** 2 + (30 * 28 * 0.50) ** 2
    half = math.sqrt(own + shared)
    (total,) = rows(result, "totals")
    assert total["co2e"] == 30 * per_unit
    assert total["lower"] == pytest.approx(30 * per_unit - half, rel=1e-11)
    assert total["upper"] == pytest.approx(30 * per_unit + half, rel=1e-11)


def test_an_unknown_part_leaves_the_interval_out_and_says_so(tmp_path: Path) -> None:
    result = run(
        tmp_path, "F1,XAA,2023,1A1a,fuel,10,TJ,3", "F2,XAA,2023,1A1a,fuel,20,TJ,", factors=FACTORS
    )
    (total,) = rows(result, "totals")
    assert (total["lower"], total["upper"]) == (None, None)
    silent = next(check for check in result.checks if check.id == "uncertainty-stated")
    assert (silent.verdict.value, silent.concerned, silent.tested) == ("look", 1, 2)


def test_a_factor_without_interval_is_not_a_factor_without_uncertainty(tmp_path: Path) -> None:
    factors = "source,gas,value,unit\nfuel,CO2,100,t/TJ\n"
    result = run(tmp_path, "F1,XAA,2023,1A1a,fuel,10,TJ,3", factors=factors)
    assert [r["uncertainty"] for r in rows(result, "emissions")] == [None]
    assert rows(result, "totals")[0]["lower"] is None


def test_a_line_of_nothing_emits_nothing_and_hides_no_interval(tmp_path: Path) -> None:
    result = run(
        tmp_path, "F1,XAA,2023,1A1a,fuel,10,TJ,3", "F2,XAA,2023,1A1a,fuel,0,TJ,", factors=FACTORS
    )
    (total,) = rows(result, "totals")
    assert total["co2e"] == 1280.0
    assert total["lower"] is None  # a quantity of zero may be wrong, too: its uncertainty is open


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "F1,XAA,2023,1A1a,Natural Gas,1,m3,",
            "activity: row 2, column unit: m3: this unit does not fit the source Natural Gas; "
            "use TJ, t or a unit of that kind",
        ),
        (
            "F1,XAA,2023,1A1a,Industrial Wastes,1,t,",
            "activity: row 2, column unit: t: this unit does not fit the source Industrial Wastes; "
            "use TJ or a unit of that kind",
        ),
        (
            "F1,XAA,2023,1A1a,Natural Gas,1,ton,",
            "activity: row 2, column unit: ton: this unit has more than one meaning; "
            "write t (1,000 kg), short_ton or long_ton",
        ),
        (
            "F1,XAA,2023,1A1a,Natral Gas,1,TJ,",
            "activity: row 2, column source: Natral Gas: not a known factors.source; "
            "did you mean Natural Gas?",
        ),
        (
            "F1,XAA,2023,2A1,Natural Gas,1,TJ,",
            "activity: row 2, column category: 2A1: no CH4, N2O factor of Natural Gas for this "
            "category; add the factors to the table factors; there are some for: commercial and "
            "institutional / energy industries / manufacturing industries and construction / "
            "residential; agriculture, forestry, fishing",
        ),
    ],
)
def test_a_line_that_meets_no_factor_is_named_with_what_is_right(
    tmp_path: Path, line: str, said: str
) -> None:
    assert refused(tmp_path, line) == [said]


def test_road_fuel_without_its_emission_control_is_asked_for_it(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, "F1,XAA,2023,1A3b,Motor Gasoline,1,t,")
    assert "Motor Gasoline (oxidation catalyst)" in line


def test_a_gas_that_the_report_does_not_know_is_refused(tmp_path: Path) -> None:
    factors = "source,gas,value,unit\nfoam,HFE356pcf3,1,t/t\n"
    assert potentials("AR5")["HFE356pcf3"] == 446.0
    (line,) = refused(tmp_path, "F1,XAA,2023,2F2,foam,1,t,", factors=factors, gwp="AR4")
    assert "AR4 gives no potential for HFE356pcf3" in line


def test_a_factor_in_an_impossible_unit_is_named_in_its_own_table(tmp_path: Path) -> None:
    factors = "source,gas,value,unit\nfuel,CO2,1,TJ/t\n"
    (line,) = refused(tmp_path, "F1,XAA,2023,1A1a,fuel,1,t,", factors=factors)
    assert line.startswith("factors: row 2, column unit: TJ/t: not the unit of a factor")


def test_totals_are_the_sums_of_their_lines(tmp_path: Path) -> None:
    chance = random.Random(2006)
    per_terajoule = {"peat": 106, "shale": 73, "tar": 1}
    sums: dict[int, Fraction] = {}
    lines = []
    for year in range(1990, 2030):
        for at in range(chance.randint(1, 30)):
            source, quantity = chance.choice(sorted(per_terajoule)), chance.randint(0, 10**9)
            lines.append(f"F{at},XAA,{year},1A1a,{source},{Decimal(quantity).scaleb(-3)},TJ,")
            part = Fraction(quantity, 1000) * per_terajoule[source]
            sums[year] = sums.get(year, Fraction()) + part
    factors = "\n".join(f"{source},CO2,{one},t/TJ" for source, one in per_terajoule.items())
    result = run(tmp_path, *lines, factors=f"source,gas,value,unit\n{factors}\n")
    found = {row["year"]: row["co2e"] for row in rows(result, "totals")}
    assert found == {year: float(f"{float(exact):.12g}") for year, exact in sums.items()}


def test_the_example_is_the_same_from_csv_workbook_order_and_parquet(tmp_path: Path) -> None:
    path = running.example_inputs(METHOD)["activity"]
    with path.open(encoding="utf-8") as stream:
        header, *lines = list(csv.reader(stream))
    backwards = tmp_path / "backwards.csv"
    with backwards.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *reversed(lines)])
    columns = dict(zip([*header[:-1], "uncertainty"], zip(*lines, strict=True), strict=True))
    table = pa.table(
        {
            **{
                name: pa.array(columns[name])
                for name in ("facility", "country", "category", "source", "unit")
            },
            "year": pa.array([int(year) for year in columns["year"]], pa.int32()),
            "quantity": pa.array([float(q) for q in columns["quantity"]]),
            "uncertainty": pa.array([float(u) for u in columns["uncertainty"]]),
        }
    )
    folder = tmp_path / "parquet"
    folder.mkdir()
    pq.write_table(table.slice(0, 20), folder / "a.parquet")
    pq.write_table(table.slice(20), folder / "b.parquet")
    results = [running.run(METHOD, {"activity": one}) for one in (path, backwards, folder)]
    for name in ("emissions", "totals"):
        tables = [result.tables[name].arrow() for result in results]
        assert tables[0].equals(tables[1])
        assert tables[0].equals(tables[2])
