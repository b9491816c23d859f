"""Rice methane against exact arithmetic, finite differences and published scaled factors."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyoso import reference
from kyoso.cli import main
from kyoso.climate.transparency.rice_methane import METHOD
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry
from kyoso.methods.result import Result, Verdict
from kyoso.methods.running import example_inputs, run, running
from kyoso.methods.tracing import trace
from kyoso.tables.writing import write

HEADERS = {
    "fields": "country,year,stratum,region,water_regime,preseason,area [ha],period [day],"
    "area_uncertainty,period_uncertainty",
    "amendments": "country,year,stratum,amendment,rate [t/ha],rate_uncertainty",
    "baselines": "region,value,lower,upper,country_specific",
    "scaling": "kind,name,value,lower,upper",
}
FLOODED = "continuously flooded,not flooded under 180 days"
SCALING = ("water,wet,1,1,1", "preseason,dry,1,1,1", "amendment,straw,1,0.5,1.5")


def inputs(folder: Path, **lines: list[str] | tuple[str, ...]) -> dict[str, Path]:
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
    assert registry.get("climate.transparency.rice-methane") is METHOD


# --- against independent values -----------------------------------------------------------


def test_methane_is_the_factor_by_days_and_area_in_exact_arithmetic(tmp_path: Path) -> None:
    """Equations 5.1 and 5.2 in fractions: 1.22 · 0.55 · 0.89 kg/ha/day on 1,234.5 ha, 98 days."""
    fields = ["XAA,2023,a,Southeast Asia,multiple drainage,not flooded over 180 days,1234.5,98,,"]
    result = run(METHOD, inputs(tmp_path, fields=fields), {"gwp": "AR5"})
    daily = Fraction("1.22") * Fraction("0.55") * Fraction("0.89")
    mass = daily * Fraction("1234.5") * 98 / 1000
    (row,) = rows(result, "emissions")
    assert row["factor"] == float(f"{float(daily):.12g}")
    assert row["mass"] == pytest.approx(float(mass), rel=1e-11)
    (estimate,) = rows(result, "estimates")
    assert [estimate[name] for name in ("country", "year", "category", "gas")] == [
        *("XAA", 2023, "3C7", "CH4"),
    ]
    assert estimate["co2e"] == pytest.approx(float(mass * 28), rel=1e-11)


@pytest.mark.parametrize(("amendment", "scaling"), [("under", 2.88), ("over", 1.48)])
def test_five_tonnes_of_straw_scale_as_published(
    tmp_path: Path, amendment: str, scaling: float
) -> None:
    """2.88 and 1.48 for 5 t/ha of straw: a public digest of VM0051, from IPCC Equation 5.3."""
    paths = inputs(
        tmp_path,
        fields=[f"XAA,2023,a,World,{FLOODED},1,100,,"],
        amendments=[f"XAA,2023,a,straw {amendment} 30 days before cultivation,5,"],
    )
    (row,) = rows(run(METHOD, paths), "emissions")
    assert row["organic_scaling"] == pytest.approx(scaling, abs=0.005)


def test_several_amendments_add_up_before_the_power(tmp_path: Path) -> None:
    """Equation 5.3 by hand: (1 + 2·0.17 + 3·0.45)^0.59."""
    paths = inputs(
        tmp_path,
        fields=[f"XAA,2023,a,World,{FLOODED},1,100,,"],
        amendments=["XAA,2023,a,compost,2,", "XAA,2023,a,Green Manure,3,"],
    )
    (row,) = rows(run(METHOD, paths), "emissions")
    assert row["organic_scaling"] == pytest.approx((1 + 0.34 + 1.35) ** 0.59, rel=1e-11)
    assert row["amendments"] == "compost; green manure"


def test_the_interval_is_that_of_finite_differences(tmp_path: Path) -> None:
    """E = f·(1 + r·c)^0.59·t·A; every input moved by half of its interval, squares added."""

    def methane(f: float, r: float, c: float, t: float, area: float) -> float:
        return f * (1 + r * c) ** 0.59 * t * area / 1000

    at = (1.5, 4.0, 1.0, 100.0, 200.0)
    halves = (0.3, 0.4, 0.5, 5.0, 20.0)
    square = 0.0
    for number, half in enumerate(halves):
        step = [0.0] * 5
        step[number] = 1e-6
        up, down = (
            methane(*(x + sign * s for x, s in zip(at, step, strict=True))) for sign in (1, -1)
        )
        square += ((up - down) / 2e-6 * half) ** 2
    paths = inputs(
        tmp_path,
        fields=["XAA,2023,a,own,wet,dry,200,100,10,5"],
        amendments=["XAA,2023,a,straw,4,10"],
        baselines=["own,1.5,1.2,1.8,yes"],
        scaling=SCALING,
    )
    result = run(METHOD, paths)
    (row,), (estimate,) = rows(result, "emissions"), rows(result, "estimates")
    assert row["mass"] == pytest.approx(methane(*at))
    assert row["uncertainty"] == pytest.approx(100 * square**0.5 / methane(*at), rel=1e-7)
    assert estimate["upper"] == pytest.approx(methane(*at) + square**0.5, rel=1e-7)
    assert row["tier"] == 2
    assert estimate["how"] == "rice-methane, Tier 2, V4 Equations 5.1-5.3"


@settings(max_examples=8, deadline=None)
@given(areas=st.lists(st.floats(1, 1e6), min_size=2, max_size=4))
def test_fields_on_one_factor_are_no_more_certain_than_it(
    tmp_path_factory: pytest.TempPathFactory, areas: list[float]
) -> None:
    """With exact areas and days the total has just the 20 % of the factor that all share."""
    fields = [f"XAA,2023,s{n},own,wet,dry,{area!r},100,0,0" for n, area in enumerate(areas)]
    paths = inputs(
        tmp_path_factory.mktemp("rice"),
        fields=fields,
        baselines=["own,1.5,1.2,1.8,"],
        scaling=SCALING,
    )
    (estimate,) = rows(run(METHOD, paths), "estimates")
    assert estimate["uncertainty"] == pytest.approx(20)
    assert estimate["mass"] == pytest.approx(1.5 * sum(areas) / 10)


def test_an_area_without_uncertainty_leaves_the_estimate_without_an_interval(
    tmp_path: Path,
) -> None:
    fields = [f"XAA,2023,a,World,{FLOODED},9,100,,1", f"XAA,2023,b,World,{FLOODED},9,100,1,1"]
    result = run(METHOD, inputs(tmp_path, fields=fields))
    assert [row["uncertainty"] is None for row in rows(result, "emissions")] == [True, False]
    (estimate,) = rows(result, "estimates")
    assert [estimate[name] for name in ("lower", "upper", "uncertainty")] == [None] * 3
    (check,) = [one for one in result.checks if one.id == "uncertainty-known"]
    assert (check.verdict, check.tested, check.concerned) == (Verdict.LOOK, 2, 1)
    assert check.hint is not None
    assert check.hint["en"].endswith("XAA 2023 a")


def test_upland_rice_emits_nothing_and_that_is_known(tmp_path: Path) -> None:
    fields = ["XAA,2023,a,East Asia,upland,not flooded over 365 days,9,100,1,1"]
    result = run(METHOD, inputs(tmp_path, fields=fields))
    (estimate,) = rows(result, "estimates")
    assert (estimate["mass"], estimate["lower"], estimate["upper"]) == (0, 0, 0)


def test_the_command_line_takes_files_and_writes_the_estimates(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        fields=["XAA,2023,a,own,wet,dry,200,100,0,0"],
        baselines=["own,1.5,1.2,1.8,"],
        scaling=SCALING,
    )
    given_ = [part for name, path in paths.items() for part in ("-i", f"{name}={path}")]
    with pytest.raises(SystemExit) as left:
        main(["run", METHOD.id, *given_, "-o", str(tmp_path / "out"), "-p", "gwp=AR4"])
    assert left.value.code in (None, 0)
    with (tmp_path / "out" / "estimates.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert list(row.values()) == [
        *("XAA", "2023", "3C7", "CH4", "30", "750", "24", "36", "20"),
        *("rice-methane, Tier 1, V4 Equations 5.1-5.3", ""),
        *("水田のメタン、Tier 1、第4巻 式5.1-5.3", ""),
    ]


# --- bad input ----------------------------------------------------------------------------


def test_every_fault_is_named_at_its_cell_at_once(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        fields=[
            f"XAA,2023,a,Southeast Asa,{FLOODED},1,100,,",
            "XAA,2023,b,World,compost,not flooded under 180 days,1,100,,",
            f"XAA,2023,c,World,{FLOODED},-1,0,,",
            f"XAA,2023,c,World,{FLOODED},1,100,-5,",
        ],
        amendments=["XAA,2023,d,compost,1,", "XAA,2023,b,upland,x,"],
    )
    found = refusal(paths)
    assert [line.split(": ")[:3] for line in found] == [
        ["fields", "row 2, column region", "Southeast Asa"],
        ["fields", "row 3, column water_regime", "compost"],
        ["fields", "row 4, column area", "-1"],
        ["fields", "row 4, column period", "0"],
        ["fields", "row 5, column area_uncertainty", "-5"],
        ["fields", "row 5, column country", "XAA · 2023 · c"],
        ["amendments", "row 2, column stratum", "d"],
        ["amendments", "row 3, column amendment", "upland"],
        ["amendments", "row 3, column rate", "x"],
    ]
    assert "did you mean Southeast Asia" in found[0]
    assert "a factor of another kind: amendment; one of: continuously flooded" in found[1]


def test_a_factor_outside_its_interval_or_with_one_end_is_refused(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        fields=["XAA,2023,a,own,wet,dry,200,100,0,0"],
        baselines=["own,1.5,1.6,1.8,", "other,1,0.5,,"],
        scaling=SCALING,
    )
    assert refusal(paths) == [
        "baselines: row 2, column value: 1.5: outside its own interval, 1.6 to 1.8; "
        "check the three values and their unit",
        "baselines: row 3, column upper: one end of the interval alone; "
        "fill in both ends, or neither",
    ]


def test_an_area_in_another_unit_is_converted_at_the_door(tmp_path: Path) -> None:
    fields = [f"XAA,2023,a,World,{FLOODED},2,100,1,1"]
    paths = inputs(tmp_path, fields=fields)
    expected = rows(run(METHOD, paths), "estimates")
    text = paths["fields"].read_text(encoding="utf-8").replace("area [ha]", "area [km2]")
    paths["fields"].write_text(text.replace(",2,100,", ",0.02,100,"), encoding="utf-8")
    (row,) = rows(run(METHOD, paths), "estimates")
    assert row["mass"] == pytest.approx(expected[0]["mass"])


# --- what is shipped ----------------------------------------------------------------------


def test_shipped_factors_are_the_tables_of_the_2019_refinement() -> None:
    """Table 5.11 for the region; Tables 5.12–5.14 as transcribed in public."""
    baselines = reference.load("ghg/rice_baselines_ipcc2019").by("region")
    for region, expected in (
        ("Southeast Asia", ["1.22", "0.83", "1.81"]),
        ("East Asia", ["1.32", "0.89", "1.96"]),
    ):
        row = baselines[region]
        assert [row[name] for name in ("value", "lower", "upper")] == expected
        assert row["verification"] == row["bounds_verification"] == "two-sources"
    scaling = {
        row["name"]: row["value"] for row in reference.load("ghg/rice_scaling_ipcc2019").rows
    }
    assert scaling["single drainage"] == "0.71"
    assert scaling["flooded over 30 days"] == "2.41"
    assert scaling["farmyard manure"] == "0.21"


def test_what_was_not_verified_is_named(tmp_path: Path) -> None:
    fields = [f"XAA,2023,a,Southeast Asia,{FLOODED},1,100,1,1"]
    checks = {one.id: one for one in run(METHOD, inputs(tmp_path, fields=fields)).checks}
    assert checks["baselines.factors-verified"].verdict is Verdict.PASSED
    assert checks["baselines.intervals-verified"].verdict is Verdict.PASSED
    assert checks["scaling.factors-verified"].verdict is Verdict.PASSED
    assert checks["scaling.intervals-verified"].concerned == 2


def test_the_example_runs_and_its_estimate_goes_back_to_fields_and_factors(
    tmp_path: Path,
) -> None:
    kept = {}
    with running(METHOD, example_inputs(METHOD)) as result:
        for name, table in {**result.inputs, **result.tables}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            write(table.batches(), table.schema, kept[name], "parquet")
        made = rows(result, "estimates")
    assert [(row["country"], row["year"]) for row in made] == [
        *(("XAA", 2022), ("XAA", 2023), ("XAB", 2023)),
    ]
    behind = {step.declared.name: step.count for step in trace(METHOD, "estimates", 4, kept)}
    assert behind == {
        "estimates": 1,
        "emissions": 2,
        "fields": 2,
        "amendments": 2,
        "baselines": 1,
        "scaling": 6,
    }
