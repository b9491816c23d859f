"""Wastewater against bonsai_ipcc and arithmetic in fractions.

Values named as such were worked out with bonsai_ipcc 0.5.3 (MIT), module waste.wastewater:
ww_domestic, tow_system, ef_ch4_treat, ch4_emissions_treatment, ch4_emissions_system_ind,
tn_domestic, n2o_plants, n_effluent_dom_system (in kg; here in t). Its sums over systems and its
nitrous oxide of the effluent are not taken: the one scales by 10⁻⁵, the other lacks 44/28.
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.wastewater import METHOD, domestic_organics
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry, running, tracing
from kyoso.methods.result import Result
from kyoso.tables.given import schema
from kyoso.tables.writing import write

HEADERS = {
    "systems": "system,basis,methane_capacity,methane_correction_factor,factor_uncertainty,country_specific",
    "population": "country,year,group,persons,organics,activity_uncertainty",
    "pathways": "country,year,group,system,share,co_discharge,sludge,recovered",
    "industry": "country,year,industry,system,production,wastewater,organics,share,sludge,recovered",
    "nitrogen": "country,year,group,treatment,persons,protein,nitrogen_fraction,household,"
    "non_consumed,co_discharge,share,plant_factor,removed,sludge,effluent_factor",
}
PLANT, SEPTIC, LAGOON = "Plant,BOD,0.6,0.05,,", "Septic,BOD,0.6,0.5,,", "Lagoon,COD,0.25,0.8,,"
URBAN = "XAA,2023,urban,3100000,45,"


def run(folder: Path, values: dict[str, str] | None = None, **tables: tuple[str, ...]) -> Result:
    inputs = {}
    for name, lines in tables.items():
        inputs[name] = folder / f"{name}.csv"
        inputs[name].write_text("\n".join([HEADERS[name], *lines, ""]), encoding="utf-8")
    return running.run(METHOD, inputs, values or {})


def refused(folder: Path, **tables: tuple[str, ...]) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, **tables)
    return caught.value.lines("en")


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def test_the_registry_finds_the_method() -> None:
    assert registry.get("climate.transparency.wastewater") is METHOD


# --- against independent values -----------------------------------------------------------


def test_methane_of_domestic_wastewater_is_that_of_bonsai_ipcc(tmp_path: Path) -> None:
    """Plant: 0.4 of the group, I = 1.25, 6,500 t sludge, 120 t recovered."""
    result = run(
        tmp_path,
        systems=(PLANT, SEPTIC),
        population=(URBAN,),
        pathways=("XAA,2023,urban,Plant,0.4,1.25,6500,120", "XAA,2023,urban,septic,0.6,1,0,0"),
    )
    plant = rows(result, "methane")[0]
    assert plant["organics"] == pytest.approx(25458750.0 / 1000, rel=1e-12)
    assert plant["mass"] == pytest.approx(448762.5 / 1000, rel=1e-12)
    septic = Fraction(3100000) * 45 * 365 / 10**6 * Fraction("0.6") * Fraction("0.3")
    (estimate,) = rows(result, "estimates")
    assert (estimate["category"], estimate["gas"]) == ("4D1", "CH4")
    assert estimate["mass"] == pytest.approx(448.7625 + float(septic), rel=1e-12)
    assert estimate["co2e"] == pytest.approx(28 * estimate["mass"], rel=1e-11)


def test_methane_of_industrial_wastewater_is_that_of_bonsai_ipcc(tmp_path: Path) -> None:
    """640,000 t · 9 m3/t · 10 kg COD/m3, of which 0.7; 1,500 t sludge, 50 t recovered."""
    result = run(
        tmp_path,
        systems=(LAGOON,),
        industry=("XAA,2023,starch,Lagoon,640000,9,10,0.7,1500,50",),
    )
    (row,) = rows(result, "methane")
    assert (row["category"], row["group"]) == ("4D2", "starch")
    assert row["mass"] == pytest.approx(7714000.0 / 1000, rel=1e-12)


def test_nitrous_oxide_is_that_of_bonsai_ipcc(tmp_path: Path) -> None:
    head = "XAA,2023,urban,{},3100000,24,0.16,1.1,1.1,1.25,{},{},{},0,0.005"
    result = run(
        tmp_path,
        systems=(PLANT,),
        nitrogen=(head.format("plant", 0.4, 0.01, 0.4), head.format("none", 0.6, 0, 0)),
    )
    none, plant = rows(result, "nitrous_oxide")
    assert plant["nitrogen"] + none["nitrogen"] == pytest.approx(18004800.0 / 1000, rel=1e-11)
    assert plant["plants"] == pytest.approx(113173.0285714286 / 1000, rel=1e-11)
    assert plant["discharged"] == pytest.approx(4321152.0 / 1000, rel=1e-11)
    effluent = Fraction("4321.152") * Fraction("0.005") * 44 / 28
    assert plant["effluent"] == pytest.approx(float(effluent), rel=1e-11)
    (estimate,) = rows(result, "estimates")
    assert (estimate["category"], estimate["gas"]) == ("4D1", "N2O")
    assert estimate["mass"] == pytest.approx(plant["mass"] + none["mass"], rel=1e-11)


def test_the_form_of_2006_is_the_one_without_plants_and_with_sludge(tmp_path: Path) -> None:
    """N = P · protein · 0.16 · F_NON-CON · F_IND-COM − N_sludge; N2O = N · EF · 44/28."""
    line = "XAA,2023,all,none,1000000,25,0.16,1,1.4,1.25,1,0,0,300,0.005"
    (row,) = rows(run(tmp_path, systems=(PLANT,), nitrogen=(line,)), "nitrous_oxide")
    nitrogen = Fraction(25000) * Fraction("0.16") * Fraction("1.4") * Fraction("1.25") - 300
    assert row["discharged"] == pytest.approx(float(nitrogen), rel=1e-12)
    assert row["mass"] == pytest.approx(float(nitrogen * Fraction("0.005") * 44 / 28), rel=1e-11)


def test_systems_that_share_a_factor_are_correlated_and_groups_share_their_load(
    tmp_path: Path,
) -> None:
    """Two groups in one system: U² = (U_F · ΣE)² + Σ (U_A · E_i)², with E = 1:3."""
    result = run(
        tmp_path,
        systems=("Septic,BOD,0.6,0.5,40,",),
        population=("XAA,2023,a,1000,40,15", "XAA,2023,b,3000,40,12"),
        pathways=("XAA,2023,a,Septic,1,1,0,0", "XAA,2023,b,Septic,1,1,0,0"),
    )
    (estimate,) = rows(result, "estimates")
    expected = math.sqrt(40**2 + (15 * 0.25) ** 2 + (12 * 0.75) ** 2)
    assert estimate["uncertainty"] == pytest.approx(expected, rel=1e-11)


def test_without_an_interval_the_estimate_has_none_and_says_so(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        systems=(SEPTIC,),
        population=(URBAN,),
        pathways=("XAA,2023,urban,Septic,1,1,0,0",),
    )
    (estimate,) = rows(result, "estimates")
    assert (estimate["lower"], estimate["uncertainty"]) == (None, None)
    looks = {check.id for check in result.checks if check.verdict == "look"}
    assert looks == {"uncertainty-known", "systems.factors-verified"}


def test_a_factor_of_the_country_makes_it_tier_2(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        systems=("Septic,BOD,0.6,0.5,,yes",),
        population=(URBAN,),
        pathways=("XAA,2023,urban,Septic,1,1,0,0",),
    )
    assert [row["tier"] for row in rows(result, "methane")] == [2]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_no_organics_are_lost_between_the_pathways(parts: list[int]) -> None:
    """Whatever the division, the loads come to persons · organics · 365."""
    group = {"persons": 1e6, "organics": 40.0}
    whole = sum(parts)
    loads = [domestic_organics(group, {"co_discharge": 1.0, "share": p / whole}) for p in parts]
    assert math.fsum(loads) == pytest.approx(14600.0, rel=1e-12)


# --- bad input ----------------------------------------------------------------------------


def test_shares_that_do_not_come_to_one_are_named(tmp_path: Path) -> None:
    (line,) = refused(
        tmp_path,
        systems=(PLANT, SEPTIC),
        population=(URBAN,),
        pathways=("XAA,2023,urban,Plant,0.4,1,0,0", "XAA,2023,urban,Septic,0.5,1,0,0"),
    )
    assert line.startswith(
        "pathways: row 2, column share: 0.4: the shares of this group come to 0.9, not 1; "
    )


def test_organics_and_factor_must_be_measured_alike(tmp_path: Path) -> None:
    (line,) = refused(
        tmp_path,
        systems=(LAGOON,),
        population=(URBAN,),
        pathways=("XAA,2023,urban,Lagoon,1,1,0,0",),
    )
    assert line.startswith(
        "pathways: row 2, column system: Lagoon: organics as BOD, and the factor of the system is "
        "per COD; "
    )


def test_no_more_is_taken_away_than_there_is(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        systems=(SEPTIC, LAGOON),
        population=("XAA,2023,a,1000,40,", "XAA,2023,b,1000,40,"),
        pathways=("XAA,2023,a,Septic,1,1,15,0", "XAA,2023,b,Septic,1,1,0,4.4"),
        industry=("XAA,2023,starch,Lagoon,1000,1,1,1,0,0.21",),
        nitrogen=("XAA,2023,a,none,1000,25,0.16,1,1,1,1,0,0,5,0.005",),
    )
    assert lines == [
        "pathways: row 2, column sludge: 15: more than there is; at most 14.6 t",
        "pathways: row 3, column recovered: 4.4: more than there is; at most 4.38 t",
        "industry: row 2, column recovered: 0.21: more than there is; at most 0.2 t",
        "nitrogen: row 2, column sludge: 5: more than there is; "
        "at most the nitrogen that treatment leaves",
    ]


def test_groups_without_population_or_pathway_and_wastewater_treated_twice(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        systems=(SEPTIC, LAGOON, "Reactor,COD,0.25,0.8,,"),
        population=(URBAN, "XAA,2022,rural,1000,40,"),
        pathways=("XAA,2023,urban,Septic,1,1,0,0", "XAA,2023,rural,Septic,1,1,0,0"),
        industry=(
            "XAA,2023,starch,Lagoon,1000,1,1,0.7,0,0",
            "XAA,2023,starch,Reactor,1000,1,1,0.7,0,0",
        ),
    )
    assert [line.split(";")[0] for line in lines] == [
        "population: row 3, column group: rural: nowhere for its wastewater to go",
        "pathways: row 3, column group: rural: no population of this group in this country and year",
        "industry: row 2, column share: 0.7: the shares of this industry come to 1.4, more than 1",
        "industry: row 3, column share: 0.7: the shares of this industry come to 1.4, more than 1",
    ]


def test_a_share_above_one_and_an_unknown_system_are_named_together(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        systems=(SEPTIC,),
        population=(URBAN,),
        pathways=("XAA,2023,urban,Septik,1.5,1,0,0",),
    )
    assert [line.split(":")[1].strip() for line in lines] == [
        "row 2, column share",
        "row 2, column system",
    ]


# --- the whole way ------------------------------------------------------------------------


def test_the_example_goes_back_from_an_estimate_to_population_and_systems(tmp_path: Path) -> None:
    kept = {}
    with running.running(METHOD, running.example_inputs(METHOD)) as result:
        for name, table in {**result.tables, **result.inputs}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            columns = schema(table.declared) if table.declared in METHOD.outputs else table.schema
            write(table.batches(), columns, kept[name], "parquet")
        found = [(r["year"], r["category"], r["gas"]) for r in rows(result, "estimates")]
    assert found == [
        (year, category, gas)
        for year in (2022, 2023)
        for category, gas in (("4D1", "CH4"), ("4D1", "N2O"), ("4D2", "CH4"))
    ]
    steps = {s.declared.name: s.count for s in tracing.trace(METHOD, "estimates", 2, kept)}
    assert steps["methane"] == 5
    assert (steps["pathways"], steps["population"], steps["systems"]) == (5, 2, 3)
    assert steps.get("nitrous_oxide", 0) == 0
