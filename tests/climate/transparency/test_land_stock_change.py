"""Carbon of land against exact arithmetic; areas that do not balance are refused."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyoso.cli import main
from kyoso.climate.transparency import categories
from kyoso.climate.transparency.land_stock_change import METHOD, category
from kyoso.climate.transparency.tables.land import LANDS
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry
from kyoso.methods.result import Result, Verdict
from kyoso.methods.running import example_inputs, run, running
from kyoso.methods.tracing import trace
from kyoso.tables.writing import write

HEADERS = {
    "land": "country,year,land,area_before [ha],area_after [ha]",
    "conversions": "country,year,from_land,to_land,area [ha]",
    "strata": "country,year,stratum,land,former,area [ha]",
    "carbon": "country,year,stratum,pool,tier,gain [t],gain_uncertainty,loss [t],loss_uncertainty,"
    "stock_before [t],stock_before_uncertainty,stock_after [t],stock_after_uncertainty,"
    "interval [year]",
}
FOREST = {"land": ["XAA,2023,forest land,100,100"], "strata": ["XAA,2023,a,forest land,,100"]}


def inputs(folder: Path, **lines: list[str]) -> dict[str, Path]:
    """Input files from their lines, each under the declared header."""
    paths = {}
    for name, rows in lines.items():
        paths[name] = folder / f"{name}.csv"
        paths[name].write_text("\n".join([HEADERS[name], *rows, ""]), encoding="utf-8")
    return paths


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def refusal(paths: dict[str, Path]) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(METHOD, paths)
    return caught.value.lines("en")


def test_the_registry_finds_the_method() -> None:
    assert registry.get("climate.transparency.land-stock-change") is METHOD


# --- against independent values -----------------------------------------------------------


def test_both_forms_and_the_sum_of_pools_in_exact_arithmetic(tmp_path: Path) -> None:
    """Equations 2.3–2.5 in fractions; what the pools gain is removed from the air, 44/12 of it."""
    carbon = [
        "XAA,2023,a,above-ground biomass,1,90.5,,40.2,,,,,,",
        "XAA,2023,a,soils,2,,,,,1000,,1031,,7",
        "XAA,2023,a,litter,1,0,,12,,,,,,",
    ]
    result = run(METHOD, inputs(tmp_path, carbon=carbon, **FOREST))
    changes = {row["pool"]: row for row in rows(result, "changes")}
    biomass, soil = Fraction("90.5") - Fraction("40.2"), Fraction(31, 7)
    assert changes["above-ground biomass"]["change"] == pytest.approx(float(biomass), rel=1e-11)
    assert changes["soils"]["change"] == pytest.approx(float(soil), rel=1e-11)
    assert changes["litter"]["mass"] == 44
    (estimate,) = rows(result, "estimates")
    expected = -Fraction(44, 12) * (biomass + soil - 12)
    assert estimate["mass"] == estimate["co2e"] == pytest.approx(float(expected), rel=1e-11)
    assert (estimate["category"], estimate["gas"]) == ("3B1a", "CO2")
    assert estimate["how"] == (
        "land-stock-change, Tier 1, V4 Equation 2.4; land-stock-change, Tier 2, V4 Equation 2.5"
    )


def test_a_pool_without_data_is_not_estimated_and_not_zero(tmp_path: Path) -> None:
    carbon = ["XAA,2023,a,above-ground biomass,1,12,5,0,0,,,,,"]
    result = run(METHOD, inputs(tmp_path, carbon=carbon, **FOREST))
    silent = [row for row in rows(result, "changes") if row["form"] == "not-estimated"]
    assert [row["pool"] for row in silent] == [
        *("below-ground biomass", "dead wood", "litter", "soils"),
    ]
    assert {row[name] for row in silent for name in ("change", "mass", "tier")} == {None}
    checks = {one.id: one for one in result.checks}
    assert checks["all-pools-estimated"].concerned == 4
    assert checks["all-land-in-strata"].verdict is Verdict.PASSED


def test_the_interval_of_a_sink_reaches_beyond_zero(tmp_path: Path) -> None:
    """By hand: 30 ± 3 gained, 24 ± 12 lost: 6 ± √153 t of carbon, times −44/12."""
    carbon = ["XAA,2023,a,soils,1,30,10,24,50,,,,,"]
    (row,) = rows(run(METHOD, inputs(tmp_path, carbon=carbon, **FOREST)), "estimates")
    half = 153**0.5 * 44 / 12
    assert row["mass"] == pytest.approx(-22)
    assert (row["lower"], row["upper"]) == pytest.approx((-22 - half, -22 + half))
    assert row["uncertainty"] == pytest.approx(100 * half / 22)


@settings(max_examples=8, deadline=None)
@given(
    before=st.floats(1, 1e6, allow_subnormal=False),
    change=st.floats(-0.9, 2, allow_subnormal=False),
    years=st.integers(1, 20),
)
def test_the_two_forms_agree_on_the_same_change(
    tmp_path_factory: pytest.TempPathFactory, before: float, change: float, years: int
) -> None:
    """Equation 2.5 on two stocks is Equation 2.4 on their mean yearly difference."""
    after = before * (1 + change)
    yearly = (after - before) / years
    moved = f"{max(yearly, 0)!r},,{max(-yearly, 0)!r},"
    carbon = [
        f"XAA,2023,a,litter,1,{moved},,,,,",
        f"XAA,2023,a,soils,1,,,,,{before!r},,{after!r},,{years}",
    ]
    result = run(METHOD, inputs(tmp_path_factory.mktemp("land"), carbon=carbon, **FOREST))
    one, other = [row["change"] for row in rows(result, "changes") if row["change"] is not None]
    assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


def test_every_land_and_conversion_has_its_category_of_the_tree() -> None:
    found = {category(land, None) for land in LANDS}
    found |= {category(land, former) for land in LANDS for former in LANDS if land != former}
    assert found <= set(categories.codes())
    assert len(found) == 6 + 5 * 5 + 1
    assert category("settlements", "wetlands") == "3B5biv"


def test_the_command_line_takes_files_and_writes_the_estimates(tmp_path: Path) -> None:
    paths = inputs(tmp_path, carbon=["XAA,2023,a,soils,1,3,0,0,0,,,,,"], **FOREST)
    given_ = [part for name, path in paths.items() for part in ("-i", f"{name}={path}")]
    with pytest.raises(SystemExit) as left:
        main(["run", METHOD.id, *given_, "-o", str(tmp_path / "out")])
    assert left.value.code in (None, 0)
    with (tmp_path / "out" / "estimates.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert list(row.values()) == [
        *("XAA", "2023", "3B1a", "CO2", "-11", "-11", "-11", "-11", "0"),
        "land-stock-change, Tier 1, V4 Equation 2.4",
        "above-ground biomass of a (no data); below-ground biomass of a (no data); "
        "dead wood of a (no data); litter of a (no data)",
        "土地の炭素蓄積変化、Tier 1、第4巻 式2.4",
        "aの地上部バイオマス（データなし）；aの地下部バイオマス（データなし）；"
        "aの枯死木（データなし）；aのリター（データなし）",
    ]


# --- areas --------------------------------------------------------------------------------


def test_areas_that_balance_are_shown_with_what_came_and_went(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        land=["XAA,2023,forest land,100,70", "XAA,2023,cropland,50,80"],
        conversions=["XAA,2023,forest land,cropland,40", "XAA,2023,cropland,forest land,10"],
        strata=["XAA,2023,a,forest land,,60"],
        carbon=["XAA,2023,a,soils,1,3,0,0,0,,,,,"],
    )
    result = run(METHOD, paths)
    crop, forest = rows(result, "balance")
    names = ("area_before", "area_in", "area_out", "area_after", "area_in_strata")
    assert [forest[name] for name in names] == [100, 10, 40, 70, 60]
    assert [crop[name] for name in names] == [50, 40, 10, 80, 0]
    (check,) = [one for one in result.checks if one.id == "all-land-in-strata"]
    assert check.hint is not None
    assert "XAA 2023 cropland 80 ha" in check.hint["en"]


def test_areas_that_do_not_balance_are_refused_with_the_amounts(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        land=[
            "XAA,2022,forest land,100,100",
            "XAA,2023,forest land,90,70",
            "XAA,2023,cropland,50,80",
        ],
        conversions=["XAA,2023,forest land,cropland,30"],
        strata=["XAA,2023,a,forest land,,70"],
        carbon=["XAA,2023,a,soils,1,3,0,0,0,,,,,"],
    )
    assert refusal(paths) == [
        "land: row 3, column area_after: 70: 90 ha and 0 ha in, 30 ha out come to 60 ha; area in "
        "and area out must account for the difference: check both areas and the conversions",
        "land: row 3, column area_before: 90: the year before ends with 100 ha; "
        "write the same in both years",
    ]


def test_the_tolerance_forgives_rounding(tmp_path: Path) -> None:
    own = {**FOREST, "land": ["XAA,2023,forest land,100,100.8"]}
    paths = inputs(tmp_path, carbon=["XAA,2023,a,soils,1,3,0,0,0,,,,,"], **own)
    run(METHOD, paths)
    with pytest.raises(InputRefusedError):
        run(METHOD, paths, {"tolerance": 0.5})


# --- other bad input ----------------------------------------------------------------------


def test_every_fault_is_named_at_its_cell_at_once(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        land=["XAA,2023,forest land,100,100", "XAA,2023,desert,5,5"],
        conversions=["XAA,2023,wetlands,forest land,0", "XAA,2023,cropland,cropland,0"],
        strata=[
            "XAA,2023,a,forest land,forest land,60",
            "XAA,2023,b,forest land,,60",
            "XAA,2023,c,settlements,,1",
        ],
        carbon=[
            "XAA,2023,a,soils,1,3,,,,,,,,",
            "XAA,2023,a,litter,1,3,,3,,5,,5,,1",
            "XAA,2023,a,dead wood,1,,,,,,,,,",
            "XAA,2023,b,soils,4,,,,,-5,,5,,0",
            "XAA,2023,a,leaves,1,1,,0,,,,,,",
            "XAA,2023,y,soils,1,1,,0,,,,,,",
        ],
    )
    assert sorted(": ".join(line.split(": ")[:2]) for line in refusal(paths)) == [
        "carbon: row 2, column loss",
        "carbon: row 3, column gain",
        "carbon: row 4, column gain",
        "carbon: row 5, column interval",
        "carbon: row 5, column stock_before",
        "carbon: row 5, column tier",
        "carbon: row 6, column pool",
        "carbon: row 7, column stratum",
        "conversions: row 2, column from_land",
        "conversions: row 3, column to_land",
        "land: row 3, column land",
        "strata: row 2, column area",
        "strata: row 2, column former",
        "strata: row 3, column area",
        "strata: row 4, column land",
    ]


def test_the_example_runs_and_its_estimate_goes_back_to_carbon(tmp_path: Path) -> None:
    kept = {}
    with running(METHOD, example_inputs(METHOD)) as result:
        for name, table in {**result.inputs, **result.tables}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            write(table.batches(), table.schema, kept[name], "parquet")
        made = rows(result, "estimates")
    assert [row["category"] for row in made if row["year"] == 2022] == ["3B1a", "3B1bii", "3B2bi"]
    behind = {step.declared.name: step.count for step in trace(METHOD, "estimates", 2, kept)}
    assert behind == {"estimates": 1, "changes": 10, "strata": 2, "carbon": 4}
