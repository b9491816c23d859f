"""Livestock against exact arithmetic and ratios that a public implementation prints."""

from __future__ import annotations

import csv
import math
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyoso.cli import main
from kyoso.climate.transparency.livestock import METHOD
from kyoso.climate.transparency.livestock_energy import growth_ratio, maintenance_ratio, net_energy
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry
from kyoso.methods.result import Result, Verdict
from kyoso.methods.running import example_inputs, run, running
from kyoso.methods.tracing import trace
from kyoso.tables.writing import write

Line = dict[str, object]
COW = {
    "weight": 400, "maintenance_coefficient": 0.386, "activity_coefficient": 0.17,
    "weight_gain": 0.2, "mature_weight": 500, "growth_coefficient": 0.8, "milk": 6,
    "milk_fat": 4, "work": 2, "pregnant": 60, "pregnancy_coefficient": 0.1, "digestibility": 55,
    "urinary_energy": 4, "ash": 8, "methane_share": 6.5, "methane_share_uncertainty": 20,
    "gross_energy_uncertainty": 15,
}  # fmt: skip


EWE = {
    "weight": 38, "maintenance_coefficient": 0.22, "activity_coefficient": 0.011,
    "weight_gain": 0.05, "weaning_weight": 12, "growth_a": 2.2, "growth_b": 0.4, "milk": 0.3,
    "milk_energy": 4.5, "wool": 2.5, "wool_energy": 23, "pregnant": 60,
    "pregnancy_coefficient": 0.08, "digestibility": 58, "methane_share": 6.5,
}  # fmt: skip


def inputs(folder: Path, **tables: list[Line]) -> dict[str, Path]:
    """Input files of rows, each with the place ``XAA 2023`` and herd ``a`` unless it says."""
    paths = {}
    for name, lines in tables.items():
        rows = [{"country": "XAA", "year": 2023, "herd": "a", **line} for line in lines]
        if name == "factors":
            rows = list(lines)
        paths[name] = folder / f"{name}.csv"
        with paths[name].open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(dict.fromkeys(n for row in rows for n in row)))
            writer.writeheader()
            writer.writerows(rows)
    return paths


def herd(**line: object) -> Line:
    return {"species": "other cattle", "head": 1000, "head_uncertainty": 10, **line}


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def by_process(result: Result) -> dict[str, dict[str, object]]:
    return {str(row["process"]): row for row in rows(result, "emissions")}


def refusal(paths: dict[str, Path]) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(METHOD, paths)
    return caught.value.lines("en")


def test_the_registry_finds_the_method() -> None:
    assert registry.get("climate.transparency.livestock") is METHOD


# --- against independent values -----------------------------------------------------------


def test_tier_1_is_head_by_factor_with_uncertainties_in_quadrature(tmp_path: Path) -> None:
    """Equations 10.19 and 3.1 by hand: 1,000 head of 47 kg, 10 % and 30 %."""
    herds = [herd(enteric_factor=47, enteric_factor_uncertainty=30)]
    result = run(METHOD, inputs(tmp_path, herds=herds))
    (row,) = rows(result, "emissions")
    assert (row["process"], row["category"], row["gas"], row["tier"]) == (
        *("enteric", "3A1aii", "CH4", 1),
    )
    assert (row["mass"], row["co2e"]) == (47, 47 * 28)
    assert row["uncertainty"] == pytest.approx(math.sqrt(1000))


def test_ratios_of_energy_are_those_a_public_implementation_prints() -> None:
    """REM 0.514 and REG 0.308 at a digestibility of 65 %: tests of the R package herdr."""
    assert round(maintenance_ratio(65), 3) == 0.514
    assert round(growth_ratio(65), 3) == 0.308


def test_enteric_methane_of_tier_2_in_forty_digits(tmp_path: Path) -> None:
    """Equations 10.3, 10.4, 10.6, 10.8, 10.11, 10.13–10.16, 10.21 written out in decimals."""
    with localcontext() as context:
        context.prec = 40
        d = {name: Decimal(str(value)) for name, value in COW.items()}
        maintenance = d["maintenance_coefficient"] * d["weight"] ** Decimal("0.75")
        growth = (
            Decimal("22.02")
            * (d["weight"] / (d["growth_coefficient"] * d["mature_weight"])) ** Decimal("0.75")
            * d["weight_gain"] ** Decimal("1.097")
        )
        kept = maintenance * (
            1 + d["activity_coefficient"] + Decimal("0.1") * d["work"] + Decimal("0.06")
        ) + d["milk"] * (Decimal("1.47") + Decimal("0.4") * d["milk_fat"])
        de = d["digestibility"]
        rem, reg = (
            a - b * de / 1000 + c * de * de / 100_000 - e / de
            for a, b, c, e in (
                map(Decimal, ("1.123", "4.092", "1.126", "25.4")),
                map(Decimal, ("1.164", "5.160", "1.308", "37.4")),
            )
        )
        gross = (kept / rem + growth / reg) / (de / 100)
        factor = gross * d["methane_share"] / 100 * 365 / Decimal("55.65")
        solids = gross * (1 - de / 100 + Decimal("0.04")) * Decimal("0.92") / Decimal("18.45")
    result = run(METHOD, inputs(tmp_path, herds=[herd()], feeding=[COW]))
    (energy,), line = rows(result, "energy"), by_process(result)["enteric"]
    assert energy["gross_energy"] == pytest.approx(float(gross), rel=1e-11)
    assert energy["volatile_solids"] == pytest.approx(float(solids), rel=1e-11)
    assert line["factor"] == pytest.approx(float(factor), rel=1e-11)
    assert line["tier"] == 2
    assert line["uncertainty"] == pytest.approx(math.sqrt(10**2 + 15**2 + 20**2))


def test_gross_energy_of_lambs_and_ewes_in_forty_digits(tmp_path: Path) -> None:
    """Equations 10.3, 10.5, 10.7, 10.9, 10.12–10.16 for sheep, written out in decimals.

    Their form is that of two public implementations, bonsai_ipcc and ON-sheep-LCA; the numbers are
    made up. A lamb of 12 kg at weaning has 12 + 365 · 0.05 kg at the end.
    """
    with localcontext() as context:
        context.prec = 40
        d = {name: Decimal(str(value)) for name, value in EWE.items()}
        maintenance = d["maintenance_coefficient"] * d["weight"] ** Decimal("0.75")
        last = d["weaning_weight"] + 365 * d["weight_gain"]
        growth = (
            (last - d["weaning_weight"])
            * (d["growth_a"] + d["growth_b"] / 2 * (d["weaning_weight"] + last))
            / 365
        )
        kept = (
            maintenance * (1 + d["pregnant"] / 100 * d["pregnancy_coefficient"])
            + d["activity_coefficient"] * d["weight"]
            + d["milk"] * d["milk_energy"]
        )
        wool = d["wool"] * d["wool_energy"] / 365
        de = d["digestibility"]
        rem, reg = (
            a - b * de / 1000 + c * de * de / 100_000 - e / de
            for a, b, c, e in (
                map(Decimal, ("1.123", "4.092", "1.126", "25.4")),
                map(Decimal, ("1.164", "5.160", "1.308", "37.4")),
            )
        )
        gross = (kept / rem + (growth + wool) / reg) / (de / 100)
    result = run(METHOD, inputs(tmp_path, herds=[herd(species="sheep")], feeding=[EWE]))
    (energy,), line = rows(result, "energy"), by_process(result)["enteric"]
    assert energy["gross_energy"] == pytest.approx(float(gross), rel=1e-11)
    assert energy["wool"] == pytest.approx(float(wool), rel=1e-11)
    assert energy["growth"] == pytest.approx(float(growth), rel=1e-11)
    assert energy["work_energy"] is None
    assert (line["category"], line["tier"]) == ("3A1c", 2)


def test_manure_methane_of_tier_2_is_the_share_of_its_capacity(tmp_path: Path) -> None:
    """Equation 10.23 in fractions: 365 · 2.5 · 0.13 · 0.67 · (0.04 · 0.7 + 0.01 · 0.3)."""
    systems = [
        {"system": "heap", "share": 70, "methane_conversion": 4},
        {"system": "pasture", "share": 30, "pasture": "yes", "methane_conversion": 1},
    ]
    herds = [herd(volatile_solids=2.5, methane_capacity=0.13)]
    line = by_process(run(METHOD, inputs(tmp_path, herds=herds, systems=systems)))["manure-methane"]
    converted = Fraction("0.04") * Fraction("0.7") + Fraction("0.01") * Fraction("0.3")
    expected = 365 * Fraction("2.5") * Fraction("0.13") * Fraction("0.67") * converted
    assert line["factor"] == pytest.approx(float(expected), rel=1e-11)
    assert (line["category"], line["tier"]) == ("3A2aii", 2)


def test_nitrous_oxide_of_kept_manure_leaves_pasture_out(tmp_path: Path) -> None:
    """Equations 10.25–10.29 in fractions: 40 kg N, 70 % kept, EF3 0.01, gas 30 %, leach 2 %."""
    systems = [
        {
            "system": "heap",
            "share": 70,
            "direct_factor": 0.01,
            "volatilised": 30,
            "leached": 2,
        },
        {"system": "pasture", "share": 30, "pasture": "yes"},
    ]
    paths = inputs(tmp_path, herds=[herd(nitrogen_excretion=40)], systems=systems)
    found = by_process(run(METHOD, paths))
    nitrogen = 1000 * 40 * Fraction("0.7") * Fraction(44, 28) / 1000
    for process, part, category in (
        ("direct", Fraction("0.01"), "3A2aii"),
        ("deposition", Fraction("0.3") * Fraction("0.01"), "3C6"),
        ("leaching", Fraction("0.02") * Fraction("0.011"), "3C6"),
    ):
        row = found[f"manure-{process}"]
        assert row["mass"] == pytest.approx(float(nitrogen * part), rel=1e-11)
        assert (row["category"], row["gas"], row["tier"]) == (category, "N2O", 1)


def test_estimates_add_up_herds_of_a_category(tmp_path: Path) -> None:
    herds = [
        herd(herd="a", enteric_factor=40, enteric_factor_uncertainty=0, head_uncertainty=0),
        herd(herd="b", enteric_factor=60, enteric_factor_uncertainty=0, head_uncertainty=10),
        herd(herd="c", species="goats", enteric_factor=5, enteric_factor_uncertainty=20),
    ]
    result = run(METHOD, inputs(tmp_path, herds=herds), {"gwp": "AR6"})
    goats, cattle = sorted(rows(result, "estimates"), key=lambda row: float(str(row["mass"])))
    assert (goats["category"], goats["mass"]) == ("3A1d", 5)
    assert (cattle["category"], cattle["mass"], cattle["co2e"]) == ("3A1aii", 100, 2790)
    assert (cattle["lower"], cattle["upper"]) == (94, 106)
    assert cattle["how"] == "livestock, Tier 1, V4 Equations 10.19, 10.20"


def test_one_factor_in_two_herds_is_one_factor(tmp_path: Path) -> None:
    """By hand: 30 % of the sum, not 30 %/√2 of it."""
    own = {"enteric_factor": 47, "enteric_factor_uncertainty": 30, "head_uncertainty": 0}
    herds = [herd(herd=name, **own) for name in ("a", "b")]
    (row,) = rows(run(METHOD, inputs(tmp_path, herds=herds)), "estimates")
    assert row["uncertainty"] == pytest.approx(30)


@settings(max_examples=30, deadline=None)
@given(weight=st.floats(50, 900), gain=st.floats(0, 2), milk=st.floats(0, 40))
def test_energy_is_needed_for_more_of_anything(weight: float, gain: float, milk: float) -> None:
    less = net_energy({**COW, "weight": weight, "weight_gain": gain, "milk": milk})
    more = net_energy({**COW, "weight": weight + 1, "weight_gain": gain + 0.1, "milk": milk + 1})
    for name in ("maintenance", "activity", "growth", "lactation", "work_energy", "pregnancy"):
        assert more[name] > less[name]


def test_what_is_not_estimated_is_named_and_is_no_row(tmp_path: Path) -> None:
    herds = [herd(enteric_factor=47), herd(herd="hens", species="Poultry", manure_factor=0.02)]
    result = run(METHOD, inputs(tmp_path, herds=herds))
    assert [row["process"] for row in rows(result, "emissions")] == ["enteric", "manure-methane"]
    (check,) = [one for one in result.checks if one.id == "all-estimated"]
    assert (check.verdict, check.tested, check.concerned) == (Verdict.LOOK, 9, 7)


def test_an_estimate_without_some_herds_says_which_and_why(tmp_path: Path) -> None:
    herds = [herd(enteric_factor=47), herd(herd="b")]
    (row,) = rows(run(METHOD, inputs(tmp_path, herds=herds)), "estimates")
    assert (row["category"], row["mass"]) == ("3A1aii", 47.0)
    assert row["not_estimated"] == "b: methane from the gut (no enteric_factor or feeding)"
    assert row["not_estimated_ja"] == "b：消化管メタン（enteric_factorまたはfeedingなし）"


def test_the_command_line_takes_files_and_writes_the_estimates(tmp_path: Path) -> None:
    herds = [herd(enteric_factor=50, enteric_factor_uncertainty=0, head_uncertainty=0)]
    paths = inputs(tmp_path, herds=herds)
    with pytest.raises(SystemExit) as left:
        main(["run", METHOD.id, "-i", f"herds={paths['herds']}", "-o", str(tmp_path / "out")])
    assert left.value.code in (None, 0)
    with (tmp_path / "out" / "estimates.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert list(row.values())[:9] == [
        *("XAA", "2023", "3A1aii", "CH4", "50", "1400", "50", "50", "0"),
    ]


# --- bad input ----------------------------------------------------------------------------


def test_two_ways_and_strangers_are_named_at_their_cells(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        herds=[
            herd(
                enteric_factor=47,
                manure_factor=2,
                nitrogen_excretion=40,
                deposition_factor="EF9",
            ),
            herd(herd="hens", species="poultry", enteric_factor=1),
        ],
        feeding=[COW, {**COW, "herd": "b"}],
        systems=[
            {"system": "heap", "share": 60, "methane_conversion": 4},
            {"system": "pit", "share": 30},
            {"herd": "c", "system": "pit", "share": 100},
        ],
    )
    assert sorted(": ".join(line.split(": ")[:2]) for line in refusal(paths)) == [
        "feeding: row 3, column herd",
        "herds: row 2, column deposition_factor",
        "herds: row 2, column enteric_factor",
        "herds: row 2, column manure_factor",
        "herds: row 3, column enteric_factor",
        "systems: row 2, column share",
        "systems: row 3, column methane_conversion",
        "systems: row 3, column share",
        "systems: row 4, column herd",
    ]


def test_gross_energy_that_cannot_be_worked_out_names_what_is_missing(tmp_path: Path) -> None:
    without = {name: value for name, value in COW.items() if name not in {"milk", "mature_weight"}}
    paths = inputs(
        tmp_path,
        herds=[
            herd(),
            herd(herd="b"),
            herd(herd="c", species="swine"),
            herd(herd="d", species="goats"),
        ],
        feeding=[
            without,
            {**COW, "herd": "b", "digestibility": 0.55},
            {**COW, "herd": "c"},
            {**COW, "herd": "d"},
        ],
    )
    assert sorted(line.split(": ")[1] for line in refusal(paths)) == [
        "row 2, column mature_weight",
        "row 2, column milk",
        "row 3, column digestibility",
        "row 4, column gross_energy",
        "row 5, column growth_a",
        "row 5, column growth_b",
        "row 5, column milk_energy",
        "row 5, column weaning_weight",
        "row 5, column wool",
    ]


def test_bounds_of_cells_are_kept(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        herds=[herd(head=-1, species="cow"), herd(herd="b", head="many")],
        systems=[{"system": "heap", "share": 120}],
    )
    assert sorted(line.split(": ")[1] for line in refusal(paths)) == [
        "row 2, column head",
        "row 2, column share",
        "row 2, column species",
        "row 3, column head",
    ]


def test_the_example_runs_and_its_estimate_goes_back_to_herds_and_feed(tmp_path: Path) -> None:
    kept = {}
    with running(METHOD, example_inputs(METHOD)) as result:
        for name, table in {**result.inputs, **result.tables}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            write(table.batches(), table.schema, kept[name], "parquet")
        made = rows(result, "estimates")
    assert {row["category"] for row in made} == {
        *("3A1ai", "3A1aii", "3A1b", "3A1d", "3A1h"),
        *("3A2ai", "3A2aii", "3A2b", "3A2d", "3A2h", "3A2i", "3C6"),
    }
    indirect = [row["category"] for row in made].index("3C6") + 2
    behind = {step.declared.name: step.count for step in trace(METHOD, "estimates", indirect, kept)}
    assert behind["emissions"] == 6
    assert behind["herds"] == 3
    assert behind["factors"] == 14
