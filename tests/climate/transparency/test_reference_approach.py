"""The reference approach against arithmetic in fractions, written apart from the method.

Net calorific values and CO2 factors are those of the 2006 IPCC Guidelines, Volume 2, Tables 1.2
and 1.4, as shipped: crude oil 42.3 TJ/Gg and 73,300 kg/TJ, gasoline 44.3 and 69,300, jet kerosene
44.1 and 71,500, other bituminous coal 25.8 and 94,600, natural gas 56,100.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.reference_approach import METHOD
from kyoso.climate.transparency.reference_comparison import compared
from kyoso.climate.transparency.reference_supply import apparent_consumption
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry, running, tracing
from kyoso.methods.result import Result
from kyoso.tables.given import schema
from kyoso.tables.writing import write

HEADER = (
    "country,year,source,group,kind,unit,production,imports,exports,international_bunkers,"
    "stock_change,excluded"
)
CRUDE = "XAA,2023,Crude Oil,liquid,primary,kt,3000,8000,500,0,100,0"
GAS = "XAA,2023,Natural Gas,gaseous,primary,TJ,210000,60000,0,0,0,18000"


def run(
    folder: Path, *balance: str, sectoral: tuple[str, ...] = (), more: str = "", **values: str
) -> Result:
    inputs = {"balance": folder / "balance.csv"}
    inputs["balance"].write_text("\n".join([HEADER + more, *balance, ""]), encoding="utf-8")
    if sectoral:
        inputs["sectoral"] = folder / "sectoral.csv"
        head = "country,year,group,energy,co2,explanation"
        inputs["sectoral"].write_text("\n".join([head, *sectoral, ""]), encoding="utf-8")
    return running.run(METHOD, inputs, values)


def refused(folder: Path, *balance: str, more: str = "") -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, *balance, more=more)
    return caught.value.lines("en")


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def verdicts(result: Result) -> dict[str, str]:
    return {check.id: check.verdict.value for check in result.checks}


def test_the_registry_finds_the_method() -> None:
    assert registry.get("climate.transparency.reference-approach") is METHOD


def test_a_primary_fuel_in_mass_becomes_energy_carbon_and_carbon_dioxide(tmp_path: Path) -> None:
    """10,400 kt · 42.3 TJ/Gg; · 73.3 t/TJ · 12/44 carbon."""
    energy = Fraction(3000 + 8000 - 500 - 100) * Fraction("42.3")
    co2 = energy * Fraction("73.3") / 1000
    (row,) = rows(run(tmp_path, CRUDE), "apparent")
    assert (row["consumption"], row["co2"]) == (
        pytest.approx(float(energy), rel=1e-12),
        pytest.approx(float(co2), rel=1e-12),
    )
    assert row["carbon"] == pytest.approx(float(co2 * Fraction(12, 44)), rel=1e-12)


def test_what_is_excluded_leaves_the_carbon_dioxide_and_stays_in_the_consumption(
    tmp_path: Path,
) -> None:
    (row,) = rows(run(tmp_path, GAS), "apparent")
    assert (row["consumption"], row["excluded"]) == (270000.0, 18000.0)
    assert row["co2"] == pytest.approx(float(Fraction(252000) * Fraction("56.1") / 1000), rel=1e-12)
    assert row["excluded_carbon"] == pytest.approx(
        float(Fraction(18000) * Fraction("56.1") / 1000 * Fraction(12, 44)), rel=1e-12
    )


def test_a_secondary_fuel_that_leaves_the_country_takes_its_carbon_out(tmp_path: Path) -> None:
    """Jet kerosene made of the crude oil and bunkered: (100 − 50 − 600) kt."""
    jet = "XAA,2023,Jet Kerosene,liquid,secondary,kt,,100,50,600,0,0"
    result = run(tmp_path, CRUDE, jet, sectoral=("XAA,2023,liquid,1,1,",))
    (liquid,) = rows(result, "comparison")
    energy = Fraction(10400) * Fraction("42.3") - Fraction(550) * Fraction("44.1")
    assert liquid["reference_energy"] == pytest.approx(float(energy), rel=1e-12)


def test_units_of_one_balance_may_differ(tmp_path: Path) -> None:
    """1 ktoe is 41.868 TJ; a volume meets the calorific value of its own row."""
    result = run(
        tmp_path,
        "XAA,2023,Diesel Oil,liquid,secondary,ktoe,,100,0,0,0,0,,",
        "XAA,2023,Motor Gasoline,liquid,secondary,t,,1000,0,0,0,0,,",
        "XAA,2023,Natural Gas,gaseous,primary,m3,2000000,0,0,0,0,0,36.2,MJ/m3",
        "XAA,2023,Other Bituminous Coal,solid,primary,kt,0,10,0,0,0,0,24.9,TJ/kt",
        more=",net_calorific_value,calorific_unit",
    )
    assert {row["source"]: row["consumption"] for row in rows(result, "apparent")} == {
        "Diesel Oil": pytest.approx(4186.8, rel=1e-12),
        "Motor Gasoline": pytest.approx(44.3, rel=1e-12),
        "Natural Gas": pytest.approx(72.4, rel=1e-12),
        "Other Bituminous Coal": pytest.approx(249.0, rel=1e-12),
    }


def test_biomass_is_listed_and_not_compared(tmp_path: Path) -> None:
    wood = "XAA,2023,Wood/Wood Waste,biomass,primary,TJ,1000,0,0,0,0,0"
    result = run(tmp_path, CRUDE, wood)
    assert {row["source"]: row["counted"] for row in rows(result, "apparent")} == {
        "Crude Oil": True,
        "Wood/Wood Waste": False,
    }
    assert [row["group"] for row in rows(result, "comparison")] == ["liquid"]


# --- the comparison -----------------------------------------------------------------------

GAS_TJ, GAS_GG = 252000.0, 14137.2


@pytest.mark.parametrize(
    ("energy", "co2", "told", "verdict"),
    [
        ("240000", "13464", "", "within"),  # both 5 % exactly
        ("239900", "13464", "", "unexplained"),
        ("240000", "13000", "", "unexplained"),
        ("239900", "13000", "losses of the grid", "explained"),
        ("270000", "15000", "", "unexplained"),
        ("", "13464", "", "not-compared"),
        ("0", "13464", "", "unexplained"),
    ],
)
def test_a_difference_above_the_level_asks_for_an_explanation(
    tmp_path: Path, energy: str, co2: str, told: str, verdict: str
) -> None:
    result = run(tmp_path, GAS, sectoral=(f"XAA,2023,gaseous,{energy},{co2},{told}",))
    (row,) = rows(result, "comparison")
    assert row["verdict"] == verdict
    expected = {"unexplained": "look"}.get(verdict, "passed")
    assert verdicts(result)["comparison.explained"] == expected


def test_differences_are_in_percent_of_the_sectors(tmp_path: Path) -> None:
    (row,) = rows(run(tmp_path, GAS, sectoral=("XAA,2023,gaseous,240000,15000,",)), "comparison")
    assert row["energy_difference"] == pytest.approx(5.0, rel=1e-12)
    assert row["co2_difference"] == pytest.approx(
        float(100 * (Fraction("14137.2") / 15000 - 1)), rel=1e-10
    )


def test_the_level_is_a_parameter(tmp_path: Path) -> None:
    sectoral = ("XAA,2023,gaseous,230000,13000,",)
    strict = rows(run(tmp_path, GAS, sectoral=sectoral), "comparison")
    wide = rows(run(tmp_path, GAS, sectoral=sectoral, threshold="10"), "comparison")
    assert [strict[0]["verdict"], wide[0]["verdict"]] == ["unexplained", "within"]


def test_the_sum_says_which_groups_it_contains(tmp_path: Path) -> None:
    coal = "XAA,2023,Other Bituminous Coal,solid,primary,kt,0,10,0,0,0,0"
    result = run(
        tmp_path,
        CRUDE,
        GAS,
        coal,
        sectoral=("XAA,2023,liquid,440000,32000,", "XAA,2023,gaseous,252000,14000,"),
    )
    found = {row["group"]: row for row in rows(result, "comparison")}
    assert found["all-fossil"]["groups"] == "liquid, gaseous"
    assert found["all-fossil"]["sectoral_energy"] == 692000.0
    assert found["all-fossil"]["reference_energy"] == pytest.approx(439920.0 + 252000.0, rel=1e-12)
    assert found["solid"]["verdict"] == "not-compared"
    assert verdicts(result)["comparison.both-sides"] == "look"


def test_what_sectors_burn_without_any_supply_is_not_compared(tmp_path: Path) -> None:
    found = rows(run(tmp_path, CRUDE, sectoral=("XAA,2023,solid,100,9,",)), "comparison")
    assert [(row["group"], row["reference_co2"], row["verdict"]) for row in found] == [
        ("liquid", pytest.approx(32246.136, rel=1e-12), "not-compared"),
        ("solid", None, "not-compared"),
    ]


amounts = st.integers(min_value=0, max_value=10**9)


@given(amounts, amounts, amounts, amounts, st.integers(min_value=-(10**9), max_value=10**9))
def test_apparent_consumption_is_the_sum_of_its_signed_flows(
    production: int, imports: int, exports: int, bunkers: int, stock: int
) -> None:
    row = {
        "production": float(production), "imports": float(imports), "exports": float(exports),
        "international_bunkers": float(bunkers), "stock_change": float(stock),
    }  # fmt: skip
    assert apparent_consumption(row) == production + imports - exports - bunkers - stock


@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(-1e5, 1e5)), min_size=1),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_fuels_changes_nothing(
    fuels: list[tuple[float, float, float]], shuffled: Any
) -> None:
    apparent = [
        {
            "country": "XAA", "year": 2023, "source": str(at), "group": "liquid",
            "consumption": one[0], "excluded": one[1], "co2": one[2], "counted": True,
        }
        for at, one in enumerate(fuels)
    ]  # fmt: skip
    before = list(compared(apparent, [], 5.0))
    shuffled.shuffle(apparent)
    assert list(compared(apparent, [], 5.0)) == before


# --- bad input ----------------------------------------------------------------------------


def test_every_fault_is_named_at_its_cell_at_once(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        "XAA,2023,Crude Oil,liquid,primary,kt,,1,0,0,0,0,,,",
        "XAA,2023,Motor Gasoline,liquid,secondary,kt,5,1,0,0,0,0,,,",
        "XAA,2023,Natural Gas,gaseous,primary,m3,1,0,0,0,0,0,,,",
        "XAA,2023,Clinker,other-fossil,secondary,t,,1,0,0,0,0,,,",
        "XAA,2023,Diesel Oil,biomass,secondary,TJ,,1,0,0,0,0,GCV,,",
        "XAA,2023,Lignite,solid,primary,m3,1,0,0,0,0,0,,11,TJ/Gg",
        "XAA,2023,Anthracite,solid,primary,m3,1,0,0,0,0,0,,11,",
        more=",heat_basis,net_calorific_value,calorific_unit",
    )
    assert sorted(line.split(":")[1].strip() + ":" + line.split(":")[2] for line in lines) == [
        "row 2, column production: no production of a primary fuel; write 0 where there is none",
        "row 3, column production: 5",
        "row 4, column unit: m3",
        "row 5, column source: Clinker",
        "row 6, column group: biomass",
        "row 6, column heat_basis: GCV",
        "row 7, column calorific_unit: TJ/Gg",
        "row 8, column calorific_unit: a calorific value and its unit go together; fill in both or neither",
    ]


def test_an_unknown_fuel_is_named_with_the_nearest(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, "XAA,2023,Crude Oli,liquid,primary,kt,1,1,0,0,0,0")
    assert line == (
        "balance: row 2, column source: Crude Oli: not a known factors.source; "
        "did you mean Crude Oil?"
    )


def test_more_leaving_than_coming_is_worth_a_look(tmp_path: Path) -> None:
    result = run(tmp_path, "XAA,2023,Crude Oil,liquid,primary,kt,1,1,5,0,0,1")
    found = verdicts(result)
    assert found["apparent.primary-positive"] == "look"
    assert found["apparent.excluded-within"] == "look"


# --- the whole way ------------------------------------------------------------------------


def test_the_example_compares_two_countries_and_leads_back_to_the_balance(tmp_path: Path) -> None:
    kept = {}
    with running.running(METHOD, running.example_inputs(METHOD)) as result:
        for name, table in {**result.tables, **result.inputs}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            columns = schema(table.declared) if table.declared in METHOD.outputs else table.schema
            write(table.batches(), columns, kept[name], "parquet")
        found = [(r["country"], r["group"], r["verdict"]) for r in rows(result, "comparison")]
    assert found == [
        ("XAA", "all-fossil", "within"),
        ("XAA", "gaseous", "within"),
        ("XAA", "liquid", "within"),
        ("XAA", "solid", "explained"),
        ("XAB", "gaseous", "not-compared"),
        ("XAB", "liquid", "within"),
    ]
    steps = tracing.trace(METHOD, "comparison", 5, kept)
    assert [(step.declared.name, step.count) for step in steps] == [
        ("comparison", 1),
        ("apparent", 2),
        ("balance", 2),
        ("factors", 2),
        ("sectoral", 1),
    ]
