"""Composting and digestion against Equations 4.1 and 4.2 in fractions.

bonsai_ipcc 0.5.3 is no witness here: it multiplies g/kg by Gg with 10⁻² where 10⁻³ belongs.
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kyoso.climate.transparency.waste_biological_treatment import METHOD
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry, running, tracing
from kyoso.methods.result import Result
from kyoso.tables.given import schema
from kyoso.tables.writing import write

HEADERS = {
    "treatments": "treatment,basis,methane_factor,nitrous_oxide_factor,methane_uncertainty,"
    "nitrous_oxide_uncertainty",
    "treated": "country,year,waste_type,treatment,mass,basis,recovered,activity_uncertainty",
}
COMPOST, DIGESTION = "Compost,wet,4,0.25,90,80", "Digestion,wet,1,0,,"


def run(folder: Path, *treated: str, header: str = HEADERS["treated"]) -> Result:
    inputs = {name: folder / f"{name}.csv" for name in HEADERS}
    inputs["treated"].write_text("\n".join([header, *treated, ""]), encoding="utf-8")
    inputs["treatments"].write_text(
        "\n".join([HEADERS["treatments"], COMPOST, DIGESTION, ""]), encoding="utf-8"
    )
    return running.run(METHOD, inputs)


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def test_the_registry_finds_the_method() -> None:
    assert registry.get("climate.transparency.waste-biological-treatment") is METHOD


def test_methane_and_nitrous_oxide_are_mass_by_factor_less_what_is_recovered(
    tmp_path: Path,
) -> None:
    """42 Gg · 4 g/kg = 168 t; 30 Gg · 1 g/kg − 5 t = 25 t; 42 Gg · 0.25 g/kg = 10.5 t."""
    result = run(tmp_path, "XAA,2023,food,compost,42,wet,0,", "XAA,2023,food,Digestion,30,wet,5,")
    found = {(row["treatment"], row["gas"]): row["mass"] for row in rows(result, "emissions")}
    assert found == {
        ("Compost", "CH4"): float(Fraction(42 * 10**9) * 4 / 1000 / 10**6),
        ("Compost", "N2O"): 10.5,
        ("Digestion", "CH4"): 25.0,
        ("Digestion", "N2O"): 0.0,
    }
    estimates = {row["gas"]: (row["category"], row["mass"]) for row in rows(result, "estimates")}
    assert estimates == {"CH4": ("4B", 193.0), "N2O": ("4B", 10.5)}


def test_a_mass_in_another_unit_is_converted_at_the_door(tmp_path: Path) -> None:
    header = HEADERS["treated"].replace("mass", "mass [t]")
    result = run(tmp_path, "XAA,2023,food,Compost,42000,wet,0,", header=header)
    assert [row["mass"] for row in rows(result, "estimates")] == [168.0, 10.5]


def test_what_is_treated_alike_shares_its_factor(tmp_path: Path) -> None:
    result = run(tmp_path, "XAA,2023,a,Compost,10,wet,0,20", "XAA,2023,b,Compost,30,wet,0,20")
    found = {row["gas"]: row["uncertainty"] for row in rows(result, "estimates")}
    masses = (20 * 0.25) ** 2 + (20 * 0.75) ** 2
    assert found == {
        "CH4": pytest.approx(math.sqrt(90**2 + masses), rel=1e-11),
        "N2O": pytest.approx(math.sqrt(80**2 + masses), rel=1e-11),
    }


def test_wet_and_dry_are_never_mixed_and_no_more_is_recovered_than_generated(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputRefusedError) as caught:
        run(tmp_path, "XAA,2023,food,Compost,42,dry,0,", "XAA,2023,food,Digestion,30,wet,31,")
    assert caught.value.lines("en") == [
        "treated: row 2, column basis: dry: the factors of this treatment are by wet weight; "
        "give the mass on that basis, by the dry matter of the waste",
        "treated: row 3, column recovered: 31: more recovered than generated; at most 30 t",
    ]


def test_the_example_goes_back_from_an_estimate_to_the_waste(tmp_path: Path) -> None:
    kept = {}
    with running.running(METHOD, running.example_inputs(METHOD)) as result:
        for name, table in {**result.tables, **result.inputs}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            columns = schema(table.declared) if table.declared in METHOD.outputs else table.schema
            write(table.batches(), columns, kept[name], "parquet")
        assert [(r["year"], r["gas"]) for r in rows(result, "estimates")] == [
            (2022, "CH4"),
            (2022, "N2O"),
            (2023, "CH4"),
            (2023, "N2O"),
        ]
    steps = {s.declared.name: s.count for s in tracing.trace(METHOD, "estimates", 2, kept)}
    assert steps == {"estimates": 1, "emissions": 3, "treated": 3, "treatments": 2}
