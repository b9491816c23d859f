"""Fugitive emissions against Equation 4.1.7 of the guidelines and arithmetic in fractions.

2006 IPCC Guidelines, Volume 2, Equation 4.1.7: on average 1.2 m3 methane per t coal of surface
mines, and 0.67·10⁻⁶ Gg/m3 at 20 °C and one atmosphere.
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.fugitive import METHOD, tonnes
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry, running, tracing
from kyoso.methods.result import Result
from kyoso.tables.given import schema
from kyoso.tables.writing import write

HEADERS = {
    "activity": "country,year,category,segment,quantity,unit,activity_uncertainty",
    "factors": "segment,gas,value,unit,lower,upper,density",
    "recovered": "country,year,category,segment,gas,mass",
}
MINE, PIPE = "Mine,CH4,1.2,m3/t,0.3,2.0,0.67", "Pipe,CH4,2.5,t/km,,,"
COAL = "XAA,2023,1B1aii1,Mine,10,Mt,5"


def run(
    folder: Path,
    *activity: str,
    factors: tuple[str, ...] = (MINE, PIPE),
    recovered: tuple[str, ...] = (),
) -> Result:
    inputs = {}
    tables = {"activity": activity, "factors": factors, "recovered": recovered}
    for name, lines in tables.items():
        if lines:
            inputs[name] = folder / f"{name}.csv"
            inputs[name].write_text("\n".join([HEADERS[name], *lines, ""]), encoding="utf-8")
    return running.run(METHOD, inputs)


def refused(folder: Path, *activity: str, **tables: tuple[str, ...]) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, *activity, **tables)
    return [line.split(";")[0] for line in caught.value.lines("en")]


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    return result.tables[table].arrow().to_pylist()


def test_the_registry_finds_the_method() -> None:
    assert registry.get("climate.transparency.fugitive") is METHOD


def test_a_surface_mine_emits_as_in_equation_4_1_7(tmp_path: Path) -> None:
    """10 Mt · 1.2 m3/t · 0.67·10⁻⁶ Gg/m3 = 8.04 Gg."""
    (row,) = rows(run(tmp_path, COAL), "estimates")
    gigagrams = Fraction(10**7) * Fraction("1.2") * Fraction("0.67") / 10**6
    assert (row["category"], row["gas"]) == ("1B1aii1", "CH4")
    assert row["mass"] == pytest.approx(float(gigagrams * 1000), rel=1e-12)
    assert row["co2e"] == pytest.approx(28 * 8040.0, rel=1e-12)


def test_the_interval_joins_quantity_and_factor(tmp_path: Path) -> None:
    """Half of 0.3–2.0 is 0.85 of 1.2."""
    (row,) = rows(run(tmp_path, COAL), "estimates")
    assert row["uncertainty"] == pytest.approx(math.hypot(5, 100 * 0.85 / 1.2), rel=1e-11)


def test_what_is_recovered_does_not_escape(tmp_path: Path) -> None:
    result = run(tmp_path, COAL, recovered=("XAA,2023,1B1aii1,mine,CH4,1040",))
    (row,) = rows(result, "emissions")
    assert (row["generated"], row["recovered"], row["mass"]) == pytest.approx((8040, 1040, 7000))


def test_each_gas_of_a_segment_is_estimated(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "XAA,2023,1B2biii4,Pipe,400,km,",
        factors=(PIPE, "Pipe,CO2,30,kg/km,,,"),
    )
    found = {row["gas"]: row["mass"] for row in rows(result, "estimates")}
    assert found == {"CH4": pytest.approx(1000.0), "CO2": pytest.approx(12.0)}


@given(st.floats(1e-3, 1e3), st.floats(0.1, 5))
def test_the_unit_of_the_quantity_changes_nothing(value: float, density: float) -> None:
    """A factor per t holds for 1 kt as for 1,000 t, by volume and by mass alike."""
    by_volume = {"unit": "m3/t", "value": value, "density": density}
    by_mass = {"unit": "kg/t", "value": value * density, "density": None}
    for factor in (by_volume, by_mass):
        assert tonnes(factor, "kt") == pytest.approx(1000 * tonnes(factor, "t"), rel=1e-12)
    assert value * tonnes(by_volume, "Mt") == pytest.approx(
        by_mass["value"] * tonnes(by_mass, "Mt"), rel=1e-12
    )


# --- bad input ----------------------------------------------------------------------------


def test_units_that_give_no_gas_are_named(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        "XAA,2023,1B1aii1,Mine,10,km,",
        "XAA,2023,1B2biii4,Pipe,10,t,",
        "XAA,2023,1B1ai1,Deep,10,t,",
        factors=(MINE, PIPE, "Deep,CH4,18,m3/t,,,"),
    )
    assert lines == [
        "activity: row 2, column unit: km: with the factor of CH4 in m3/t this gives no mass of gas",
        "activity: row 3, column unit: t: with the factor of CH4 in t/km this gives no mass of gas",
        "activity: row 4, column unit: t: with the factor of CH4 in m3/t this gives no mass of gas",
    ]


def test_a_category_stands_under_1b_and_not_beside_one_above_it(tmp_path: Path) -> None:
    lines = refused(tmp_path, COAL, "XAA,2023,1B1a,Mine,3,Mt,", "XAA,2023,1A1a,Pipe,3,km,")
    assert lines == [
        "activity: row 2, column category: 1B1aii1: 1B1a above it is given as well",
        "activity: row 4, column category: 1A1a: no category of fugitive emissions",
    ]


def test_no_more_is_recovered_than_set_free_and_nothing_where_nothing_is(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        COAL,
        recovered=(
            "XAA,2023,1B1aii1,Mine,CH4,8041",
            "XAA,2023,1B1aii1,Mine,CO2,1",
            "XAA,2022,1B1aii1,Mine,CH4,1",
        ),
    )
    assert lines == [
        "recovered: row 2, column mass: 8041: more recovered than set free",
        "recovered: row 3, column gas: CO2: nothing of this kind is set free here",
        "recovered: row 4, column segment: Mine: nothing of this kind is set free here",
    ]


def test_a_factor_outside_its_interval_is_named(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, COAL, factors=("Mine,CH4,2.4,m3/t,0.3,2.0,0.67",))
    assert line == "factors: row 2, column value: 2.4: outside its own interval, 0.3 to 2"


def test_the_example_goes_back_from_an_estimate_to_activity_and_recovery(tmp_path: Path) -> None:
    kept = {}
    with running.running(METHOD, running.example_inputs(METHOD)) as result:
        for name, table in {**result.tables, **result.inputs}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            columns = schema(table.declared) if table.declared in METHOD.outputs else table.schema
            write(table.batches(), columns, kept[name], "parquet")
        assert rows(result, "estimates")[0]["category"] == "1B1ai1"
    steps = {s.declared.name: s.count for s in tracing.trace(METHOD, "estimates", 2, kept)}
    assert steps == {"estimates": 1, "emissions": 1, "activity": 1, "factors": 1, "recovered": 1}
