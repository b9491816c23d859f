"""Waste that is burnt, against bonsai_ipcc and arithmetic in fractions.

Values named as such were worked out with bonsai_ipcc 0.5.3 (MIT), module waste.incineration:
co2_emissions, ch4_emissions, n2o_emissions (in Gg; here in t).
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyoso.climate.transparency.waste_incineration import METHOD
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry, running, tracing
from kyoso.methods.result import Result
from kyoso.tables.given import schema
from kyoso.tables.writing import write

HEADERS = {
    "waste_types": "waste_type,dry_matter,carbon,fossil,fossil_uncertainty,country_specific",
    "technologies": "technology,kind,oxidation,methane_factor,nitrous_oxide_factor,"
    "methane_uncertainty,nitrous_oxide_uncertainty",
    "burnt": "country,year,waste_type,technology,mass,energy_category,activity_uncertainty",
    "population": "country,year,group,waste_type,technology,persons,burning,waste_per_person,burnt,"
    "activity_uncertainty",
}
MIXED = "Mixed,0.6,0.4,0.5,,"
FURNACE, FIRE = "Furnace,incineration,0.9,60,50,,", "Fire,open-burning,0.6,6000,120,,"


def run(
    folder: Path,
    burnt: tuple[str, ...],
    *,
    population: tuple[str, ...] = (),
    waste_types: tuple[str, ...] = (MIXED,),
    technologies: tuple[str, ...] = (FURNACE, FIRE),
) -> Result:
    inputs = {}
    tables = {"waste_types": waste_types, "technologies": technologies}
    tables |= {"burnt": burnt} if burnt else {}
    tables |= {"population": population} if population else {}
    for name, lines in tables.items():
        inputs[name] = folder / f"{name}.csv"
        inputs[name].write_text("\n".join([HEADERS[name], *lines, ""]), encoding="utf-8")
    return running.run(METHOD, inputs)


def refused(
    folder: Path, burnt: tuple[str, ...] = (), population: tuple[str, ...] = ()
) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, burnt, population=population)
    return caught.value.lines("en")


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def masses(result: Result) -> dict[tuple[str, bool], float]:
    return {(row["gas"], row["biogenic"]): row["mass"] for row in rows(result, "emissions")}


def test_the_registry_finds_the_method() -> None:
    assert registry.get("climate.transparency.waste-incineration") is METHOD


def test_the_gases_are_those_of_bonsai_ipcc(tmp_path: Path) -> None:
    """100 Gg, dry 0.6, carbon 0.4, fossil 0.5, oxidation 0.9; 60 and 50 kg/Gg."""
    found = masses(run(tmp_path, ("XAA,2023,Mixed,Furnace,100,,",)))
    assert found["CO2", False] == pytest.approx(39.6 * 1000, rel=1e-12)
    assert found["CH4", False] == pytest.approx(0.006 * 1000, rel=1e-12)
    assert found["N2O", False] == pytest.approx(0.005 * 1000, rel=1e-12)


def test_what_people_burn_in_the_open_is_worked_out_in_exact_arithmetic(tmp_path: Path) -> None:
    """Equation 5.7 in fractions for two groups, which are one line; the numbers are made up."""
    result = run(
        tmp_path,
        ("XAA,2023,Mixed,Furnace,100,,10",),
        population=(
            "XAA,2023,rural,Mixed,Fire,2000000,0.6,0.4,0.5,40",
            "XAA,2023,urban,mixed,fire,1000000,0.1,0.7,0.4,40",
        ),
    )
    groups = [
        Fraction(2000000) * Fraction("0.6") * Fraction("0.4") * Fraction("0.5") * 365 / 10**6,
        Fraction(1000000) * Fraction("0.1") * Fraction("0.7") * Fraction("0.4") * 365 / 10**6,
    ]
    (row,) = [
        one
        for one in rows(result, "emissions")
        if (one["technology"], one["gas"]) == ("Fire", "CH4")
    ]
    assert row["waste"] == pytest.approx(float(sum(groups)), rel=1e-12)
    assert row["mass"] == pytest.approx(float(sum(groups) * 6), rel=1e-12)
    assert row["category"] == "4C2"
    estimate = next(one for one in rows(result, "estimates") if one["category"] == "4C2")
    assert estimate["how"] == "waste-incineration, Tier 1, V5 Equations 5.1, 5.4, 5.5, 5.7"


def test_people_burn_in_the_open_and_nothing_counts_twice(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        ("XAA,2023,Mixed,Fire,1,,",),
        population=(
            "XAA,2023,rural,mixed,fire,10,0.6,0.4,0.5,",
            "XAA,2023,rural,Mixed,Furnace,10,0.6,0.4,1.5,",
        ),
    )
    assert sorted(": ".join(line.split(": ")[:3]) for line in told) == [
        "population: row 2, column waste_type: mixed",
        "population: row 3, column burnt: 1.5",
        "population: row 3, column technology: Furnace",
    ]
    assert refused(tmp_path)[0].endswith("give the table burnt, population, or both")


def test_biogenic_carbon_dioxide_is_a_memo_item(tmp_path: Path) -> None:
    textile = "Textile,0.8,0.5,0.3,,"
    result = run(tmp_path, ("XAA,2023,textile,furnace,10,,",), waste_types=(textile,))
    carbon = Fraction(10000) * Fraction("0.8") * Fraction("0.5") * Fraction("0.9") * 44 / 12
    assert masses(result)["CO2", True] == pytest.approx(float(carbon * 7 / 10), rel=1e-12)
    estimates = {row["gas"]: row["mass"] for row in rows(result, "estimates")}
    assert estimates["CO2"] == pytest.approx(float(carbon * 3 / 10), rel=1e-12)


@settings(max_examples=15, deadline=None)
@given(*(st.floats(0.01, 1) for _ in range(4)))
def test_fossil_and_biogenic_carbon_are_all_that_oxidises(
    tmp_path_factory: pytest.TempPathFactory, dry: float, carbon: float, fossil: float, of: float
) -> None:
    """44/12 of the carbon that is burnt, whatever its origin."""
    result = run(
        tmp_path_factory.mktemp("burnt"),
        ("XAA,2023,W,T,1,,",),
        waste_types=(f"W,{dry!r},{carbon!r},{fossil!r},,",),
        technologies=(f"T,incineration,{of!r},0,0,,",),
    )
    found = masses(result)
    assert found["CO2", False] + found["CO2", True] == pytest.approx(
        1000 * dry * carbon * of * 44 / 12, rel=1e-10
    )


def test_what_is_burnt_stands_where_it_belongs(tmp_path: Path) -> None:
    """In a plant 4C1, in the open 4C2, for its heat under fuel combustion."""
    result = run(
        tmp_path,
        (
            "XAA,2022,Mixed,Furnace,1,1A1a,",
            "XAA,2023,Mixed,Furnace,2,,",
            "XAA,2023,Mixed,Fire,3,,",
        ),
    )
    methane = {
        (row["year"], row["category"]): row["mass"]
        for row in rows(result, "estimates")
        if row["gas"] == "CH4"
    }
    assert methane == {
        (2022, "1A1a"): pytest.approx(0.06),
        (2023, "4C1"): pytest.approx(0.12),
        (2023, "4C2"): pytest.approx(18.0),
    }


def test_a_shared_factor_is_correlated_and_a_factor_of_nothing_needs_no_interval(
    tmp_path: Path,
) -> None:
    """U² = 100² + Σ (10·share)² for methane of two types in one furnace; food is not fossil."""
    result = run(
        tmp_path,
        ("XAA,2023,Food,Furnace,1,,10", "XAA,2023,Plastic,Furnace,3,,10"),
        waste_types=("Food,0.4,0.4,0,,", "Plastic,1,0.75,1,20,"),
        technologies=("Furnace,incineration,1,60,0,100,",),
    )
    found = {row["gas"]: row["uncertainty"] for row in rows(result, "estimates")}
    assert found == {
        "CH4": pytest.approx(math.sqrt(100**2 + 2.5**2 + 7.5**2), rel=1e-11),
        "CO2": pytest.approx(math.sqrt(10**2 + 20**2), rel=1e-11),
        "N2O": None,
    }
    looks = {check.id for check in result.checks if check.verdict == "look"}
    assert looks == {"waste_types.factors-verified", "technologies.factors-verified"}


def test_heat_is_used_under_fuel_combustion_and_not_of_open_fires(tmp_path: Path) -> None:
    lines = refused(tmp_path, ("XAA,2023,Mixed,Furnace,1,4C1,", "XAA,2023,Mixed,Fire,1,1A1a,"))
    assert [line.split(";")[0] for line in lines] == [
        "burnt: row 2, column energy_category: 4C1: no category of fuel combustion",
        "burnt: row 3, column energy_category: 1A1a: nobody uses the heat of open burning",
    ]


def test_negative_masses_and_unknown_names_are_named_together(tmp_path: Path) -> None:
    lines = refused(tmp_path, ("XAA,2023,Mixd,Furnace,-1,,",))
    assert sorted(line.split(": ")[1] for line in lines) == [
        "row 2, column mass",
        "row 2, column waste_type",
    ]


def test_the_example_goes_back_from_an_estimate_to_the_waste(tmp_path: Path) -> None:
    kept = {}
    with running.running(METHOD, running.example_inputs(METHOD)) as result:
        for name, table in {**result.tables, **result.inputs}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            columns = schema(table.declared) if table.declared in METHOD.outputs else table.schema
            write(table.batches(), columns, kept[name], "parquet")
        first = [tuple(row[n] for n in ("year", "category", "gas")) for row in rows(result, "estimates")][:2]  # fmt: skip
    assert first == [(2022, "1A1a", "CH4"), (2022, "1A1a", "CO2")]
    steps = {s.declared.name: s.count for s in tracing.trace(METHOD, "estimates", 3, kept)}
    assert steps == {
        "estimates": 1, "emissions": 3, "burnt": 3, "population": 0, "waste_types": 3,
        "technologies": 1,
    }  # fmt: skip
