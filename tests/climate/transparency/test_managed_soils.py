"""Nitrous oxide of soils against exact arithmetic and a published difference of factors."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyoso import reference
from kyoso.cli import main
from kyoso.climate.transparency.managed_soils import METHOD
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry
from kyoso.methods.result import Result, Verdict
from kyoso.methods.running import example_inputs, run, running
from kyoso.methods.tracing import trace
from kyoso.tables.writing import write

HEADERS = {
    "inputs": "country,year,stratum,input,nitrogen [t],nitrogen_uncertainty,direct_factor,leaches",
    "drained": "country,year,stratum,area [ha],area_uncertainty,factor,factor_uncertainty",
    "factors": "name,value,lower,upper,country_specific",
    "residues": "country,year,stratum,crop,area [ha],harvest [kg/ha],above_ratio,above_nitrogen,"
    "removed,burnt,combustion_factor,below_ratio,below_nitrogen,renewed",
    "soil_carbon": "country,year,stratum,carbon_lost [t],carbon_to_nitrogen",
}
OWN = (
    "EF1,0.01,0.008,0.012,", "EF3,0.02,0.01,0.03,", "EF4,0.01,0.005,0.015,", "EF5,0.01,0,0.02,",
    "FracGASF,0.1,0.05,0.15,", "FracGASM,0.2,0.1,0.3,", "FracLEACH,0.3,0.2,0.4,",
)  # fmt: skip


def inputs(folder: Path, **lines: list[str] | tuple[str, ...]) -> dict[str, Path]:
    """Input files from their lines, each under the declared header."""
    paths = {}
    for name, rows in lines.items():
        paths[name] = folder / f"{name}.csv"
        paths[name].write_text("\n".join([HEADERS[name], *rows, ""]), encoding="utf-8")
    return paths


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def masses(result: Result) -> dict[tuple[object, object], object]:
    return {(row["input"], row["pathway"]): row["mass"] for row in rows(result, "emissions")}


def refusal(paths: dict[str, Path]) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(METHOD, paths)
    return caught.value.lines("en")


def test_the_registry_finds_the_method() -> None:
    assert registry.get("climate.transparency.managed-soils") is METHOD


# --- against independent values -----------------------------------------------------------


def test_every_input_takes_its_pathways_in_exact_arithmetic(tmp_path: Path) -> None:
    """Equations 11.1, 11.9, 11.10 in fractions, with the shipped factors of the 2019 Refinement."""
    wet = "EF1 other inputs wet climate"
    lines = [
        "XAA,2023,a,synthetic,100,,EF1 synthetic wet climate,yes",
        f"XAA,2023,a,organic,200,,{wet},yes",
        f"XAA,2023,a,residues,300,,{wet},yes",
        f"XAA,2023,a,mineralised,400,,{wet},no",
        "XAA,2023,a,pasture,500,,EF3 sheep and other animals,no",
    ]
    result = run(METHOD, inputs(tmp_path, inputs=lines))
    leached = Fraction("0.24") * Fraction("0.011")
    expected = {
        ("synthetic", "direct"): 100 * Fraction("0.016"),
        ("synthetic", "deposition"): 100 * Fraction("0.11") * Fraction("0.01"),
        ("synthetic", "leaching"): 100 * leached,
        ("organic", "direct"): 200 * Fraction("0.006"),
        ("organic", "deposition"): 200 * Fraction("0.21") * Fraction("0.01"),
        ("organic", "leaching"): 200 * leached,
        ("residues", "direct"): 300 * Fraction("0.006"),
        ("residues", "leaching"): 300 * leached,
        ("mineralised", "direct"): 400 * Fraction("0.006"),
        ("pasture", "direct"): 500 * Fraction("0.003"),
        ("pasture", "deposition"): 500 * Fraction("0.21") * Fraction("0.01"),
    }
    found = masses(result)
    assert found == {
        key: pytest.approx(float(nitrogen * Fraction(44, 28)), rel=1e-11)
        for key, nitrogen in expected.items()
    }
    direct = sum(value for key, value in expected.items() if key[1] == "direct")
    made = {row["category"]: row for row in rows(result, "estimates")}
    assert made["3C4"]["mass"] == pytest.approx(float(direct * Fraction(44, 28)), rel=1e-11)
    assert set(made) == {"3C4", "3C5"}
    assert made["3C4"]["gas"] == "N2O"


def test_nitrogen_of_residues_and_of_lost_carbon_is_worked_out_in_exact_arithmetic(
    tmp_path: Path,
) -> None:
    """Equation 11.6 of the 2019 Refinement and 11.8 of 2006, in fractions; the numbers are made up."""
    paths = inputs(
        tmp_path,
        inputs=[
            "XAA,2023,a,residues,,,EF1 other inputs wet climate,no",
            "XAA,2023,a,mineralised,,,EF1 other inputs wet climate,no",
            "XAA,2023,b,residues,7,,EF1 other inputs wet climate,no",
        ],
        residues=[
            "XAA,2023,a,maize,1000,5000,1.1,0.006,0.25,0.1,0.8,0.2,0.007,1",
            "XAA,2023,a,clover,400,3000,0.3,0.025,0,0,0.8,0.4,0.02,0.5",
        ],
        soil_carbon=["XAA,2023,a,4500,15"],
    )
    result = run(METHOD, paths)

    def part(*numbers: str) -> Fraction:
        area, crop, ag, n_ag, removed, burnt, c_f, rs, n_bg, renewed = map(Fraction, numbers)
        above = area * crop * ag * n_ag * (1 - removed - burnt * c_f)
        return (above + area * crop * (1 + ag) * rs * n_bg * renewed) / 1000

    maize = part("1000", "5000", "1.1", "0.006", "0.25", "0.1", "0.8", "0.2", "0.007", "1")
    clover = part("400", "3000", "0.3", "0.025", "0", "0", "0.8", "0.4", "0.02", "0.5")
    found = {(row["input"], row["crop"]): row["nitrogen"] for row in rows(result, "nitrogen")}
    assert found == {
        ("residues", "maize"): pytest.approx(float(maize)),
        ("residues", "clover"): pytest.approx(float(clover)),
        ("mineralised", "–"): 300.0,
    }
    made = {(row["stratum"], row["input"]): row["nitrogen"] for row in rows(result, "emissions")}
    assert made == {
        ("a", "residues"): pytest.approx(float(maize + clover)),
        ("a", "mineralised"): 300.0,
        ("b", "residues"): 7.0,
    }


def test_an_input_that_nobody_tells_of_makes_the_estimate_partial(tmp_path: Path) -> None:
    told = ("synthetic", "organic", "residues", "mineralised")
    lines = [f"XAA,2023,a,{one},0,,EF1 other inputs wet climate,no" for one in told]
    lines.append("XAA,2023,a,pasture,5,,EF3 sheep and other animals,no")
    estimates = rows(run(METHOD, inputs(tmp_path, inputs=lines)), "estimates")
    assert {row["category"]: row["not_estimated"] for row in estimates} == {
        "3C4": "drained organic soils (no row; 0 says that there is none)",
        "3C5": None,
    }
    drained = ["XAA,2023,a,0,,8,"]
    estimates = rows(run(METHOD, inputs(tmp_path, inputs=lines, drained=drained)), "estimates")
    assert [row["not_estimated"] for row in estimates] == [None, None]


def test_two_factors_of_flooded_rice_differ_as_published(tmp_path: Path) -> None:
    """0.00314 kg N2O per kg N between 0.005 and 0.003 (VM0051, from IPCC 2019, Table 11.1)."""
    lines = ["XAA,2023,a,synthetic,1,,EF1 drained,no", "XAA,2023,b,synthetic,1,,EF1 flooded,no"]
    own = [*OWN, "EF1 drained,0.005,0,0.016,", "EF1 flooded,0.003,0,0.01,"]
    result = run(METHOD, inputs(tmp_path, inputs=lines, factors=own))
    drained, flooded = (
        float(str(row["mass"])) for row in rows(result, "emissions") if row["pathway"] == "direct"
    )
    assert drained - flooded == pytest.approx(0.00314, abs=5e-6)


def test_drained_soils_emit_by_area(tmp_path: Path) -> None:
    """Equation 11.1 by hand: 1,000 ha · 8 kg · 44/28; 20 % and 60 % in quadrature."""
    paths = inputs(
        tmp_path,
        inputs=["XAA,2023,a,synthetic,0,0,EF1 all inputs,no"],
        drained=["XAA,2023,peat,1000,20,8,60"],
    )
    (row,) = [one for one in rows(run(METHOD, paths), "emissions") if one["input"] == "drained"]
    assert row["mass"] == pytest.approx(8 * 44 / 28)
    assert row["uncertainty"] == pytest.approx((400 + 3600) ** 0.5)


@settings(max_examples=8, deadline=None)
@given(nitrogen=st.lists(st.floats(1, 1e6), min_size=2, max_size=4))
def test_what_shares_factors_is_no_more_certain_than_they_are(
    tmp_path_factory: pytest.TempPathFactory, nitrogen: list[float]
) -> None:
    """Half-widths of 50 % of FracGASF and of EF4: √(50² + 50²) % of the deposition of all."""
    lines = [f"XAA,2023,s{n},synthetic,{one!r},0,EF1,no" for n, one in enumerate(nitrogen)]
    folder = tmp_path_factory.mktemp("soils")
    result = run(METHOD, inputs(folder, inputs=lines, factors=OWN))
    direct, indirect = rows(result, "estimates")
    assert direct["uncertainty"] == pytest.approx(20)
    assert indirect["uncertainty"] == pytest.approx(5000**0.5)


def test_a_factor_of_the_country_makes_tier_2(tmp_path: Path) -> None:
    own = ["EF1 here,0.004,0.003,0.005,yes", *OWN]
    lines = ["XAA,2023,a,synthetic,100,5,EF1 HERE,no"]
    direct, indirect = rows(run(METHOD, inputs(tmp_path, inputs=lines, factors=own)), "emissions")[
        ::-1
    ]
    assert (direct["pathway"], direct["tier"], direct["factors"]) == ("direct", 2, "EF1 here")
    assert (indirect["tier"], indirect["factors"]) == (1, "FracGASF; EF4")


def test_factors_without_an_interval_leave_the_estimate_without_one(tmp_path: Path) -> None:
    lines = ["XAA,2023,a,synthetic,100,5,EF1 all inputs,no"]
    result = run(METHOD, inputs(tmp_path, inputs=lines))
    assert [row["uncertainty"] for row in rows(result, "estimates")] == [None, None]
    checks = {one.id: one for one in result.checks}
    assert checks["uncertainty-known"].verdict is Verdict.LOOK
    assert checks["factors.factors-verified"].verdict is Verdict.PASSED


def test_the_command_line_takes_files_and_writes_the_estimates(tmp_path: Path) -> None:
    paths = inputs(tmp_path, inputs=["XAA,2023,a,synthetic,2800,0,EF1,no"], factors=OWN)
    given_ = [part for name, path in paths.items() for part in ("-i", f"{name}={path}")]
    with pytest.raises(SystemExit) as left:
        main(["run", METHOD.id, *given_, "-o", str(tmp_path / "out"), "-p", "gwp=AR5"])
    assert left.value.code in (None, 0)
    with (tmp_path / "out" / "estimates.csv").open(encoding="utf-8") as stream:
        direct, _ = csv.DictReader(stream)
    lacking = {
        "drained organic soils": "排水された有機質土壌",
        "dung and urine of grazing animals": "放牧家畜のふん尿",
        "mineralised with the loss of soil carbon": "土壌炭素の減少に伴う無機化",
        "organic fertiliser": "有機質肥料",
        "residues of crops": "作物残さ",
    }
    assert list(direct.values()) == [
        *("XAA", "2023", "3C4", "N2O", "44", "11660", "35.2", "52.8", "20"),
        "managed-soils, Tier 1, V4 Equation 11.1",
        "; ".join(f"{one} (no row; 0 says that there is none)" for one in lacking),
        "管理土壌、Tier 1、第4巻 式11.1",
        "；".join(f"{one}（行なし。該当がなければ0と記入）" for one in lacking.values()),
    ]


# --- bad input ----------------------------------------------------------------------------


def test_every_fault_is_named_at_its_cell_at_once(tmp_path: Path) -> None:
    text = HEADERS["inputs"] + ",volatilised_fraction,leached_fraction"
    lines = [
        "XAA,2023,a,synthetic,1,,EF1,yes,,",
        "XAA,2023,b,pasture,1,,EF1,no,,",
        "XAA,2023,c,organic,1,,EF3,no,,",
        "XAA,2023,d,organic,1,,FracGASF,no,EF4,",
        "XAA,2023,e,residues,1,,EF1,no,FracGASM,",
        "XAA,2023,f,manure,-1,,EF8,maybe,,",
    ]
    (tmp_path / "inputs.csv").write_text("\n".join([text, *lines, ""]), encoding="utf-8")
    own = [line for line in OWN if not line.startswith("FracLEACH")] + ["FracLOSS,1.2,,,"]
    paths = {**inputs(tmp_path, factors=own), "inputs": tmp_path / "inputs.csv"}
    assert sorted(": ".join(line.split(": ")[:2]) for line in refusal(paths)) == [
        "factors: row 8, column value",
        "inputs: row 2, column leached_fraction",
        "inputs: row 3, column direct_factor",
        "inputs: row 4, column direct_factor",
        "inputs: row 5, column direct_factor",
        "inputs: row 5, column volatilised_fraction",
        "inputs: row 6, column volatilised_fraction",
        "inputs: row 7, column direct_factor",
        "inputs: row 7, column input",
        "inputs: row 7, column leaches",
        "inputs: row 7, column nitrogen",
    ]


def test_nitrogen_is_given_or_worked_out_once_and_no_more_is_taken_than_grew(
    tmp_path: Path,
) -> None:
    paths = inputs(
        tmp_path,
        inputs=[
            "XAA,2023,a,residues,4,,EF1,no",
            "XAA,2023,b,residues,,,EF1,no",
            "XAA,2023,c,synthetic,,,EF1,no",
        ],
        residues=[
            "XAA,2023,a,maize,1,1,1,0.01,0,0,1,0.2,0.01,1",
            "XAA,2023,d,maize,1,1,1,0.01,0.8,0.5,0.5,0.2,0.01,1",
        ],
        soil_carbon=["XAA,2023,b,1,15"],
        factors=OWN,
    )
    assert sorted(": ".join(line.split(": ")[:3]) for line in refusal(paths)) == [
        "inputs: row 2, column nitrogen: 4",
        "inputs: row 3, column nitrogen: no nitrogen given; fill it in; residues and mineralised "
        "may come from the tables residues and soil_carbon",
        "inputs: row 4, column nitrogen: no nitrogen given; fill it in; residues and mineralised "
        "may come from the tables residues and soil_carbon",
        "residues: row 3, column removed: 0.8",
        "residues: row 3, column stratum: d",
        "soil_carbon: row 2, column stratum: b",
    ]


# --- what is shipped ----------------------------------------------------------------------


def test_shipped_factors_are_those_of_the_2019_refinement() -> None:
    """Tables 11.1 and 11.3, as two public implementations transcribe them."""
    shipped = reference.load("ghg/nitrogen_factors_ipcc2019").by("name")
    values = {name: row["value"] for name, row in shipped.items()}
    assert values["EF1 synthetic wet climate"] == "0.016"
    assert [values[name] for name in ("EF4", "EF5")] == ["0.01", "0.011"]
    assert [values[name] for name in ("FracGASF", "FracGASM", "FracLEACH")] == [
        *("0.11", "0.21", "0.24"),
    ]
    assert shipped["EF1 flooded rice"]["verification"] == "unverified"


def test_the_example_runs_and_its_estimate_goes_back_to_inputs_and_factors(
    tmp_path: Path,
) -> None:
    kept = {}
    with running(METHOD, example_inputs(METHOD)) as result:
        for name, table in {**result.inputs, **result.tables}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            write(table.batches(), table.schema, kept[name], "parquet")
        made = [(row["country"], row["year"], row["category"]) for row in rows(result, "estimates")]
    direct = made.index(("XAA", 2022, "3C4")) + 2
    behind = {step.declared.name: step.count for step in trace(METHOD, "estimates", direct, kept)}
    assert behind == {
        "estimates": 1, "emissions": 7, "inputs": 6, "drained": 1, "factors": 4,
        "nitrogen": 2, "residues": 2,
    }  # fmt: skip
