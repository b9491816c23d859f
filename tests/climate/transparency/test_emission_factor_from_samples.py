"""Factors from samples against SciPy, exact fractions and published values."""

from __future__ import annotations

import csv
import math
import statistics
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kyoso import reference
from kyoso.cli import main
from kyoso.climate.transparency.emission_factor_from_samples import METHOD
from kyoso.climate.transparency.sampled_quantities import default_range
from kyoso.core.errors import InputRefusedError, UsageError
from kyoso.methods import registry
from kyoso.methods.declaration import Value
from kyoso.methods.result import Check, Result, Verdict
from kyoso.methods.running import example_inputs, running
from kyoso.methods.running import run as run_method
from kyoso.methods.tracing import trace
from kyoso.tables.writing import write

HEADER = "plant,date,value,unit,weight"
COAL = {"quantity": "carbon_content", "fuel": "Other Bituminous Coal"}


def given_samples(folder: Path, *lines: str, header: str = HEADER) -> dict[str, Path]:
    path = folder / "samples.csv"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return {"samples": path}


def run(folder: Path, *lines: str, header: str = HEADER, **values: Value) -> Result:
    return run_method(METHOD, given_samples(folder, *lines, header=header), values)


def factor(result: Result) -> dict[str, object]:
    (row,) = result.tables["factor"].arrow().to_pylist()
    return row


def refusal(folder: Path, *lines: str, header: str = HEADER, **values: Value) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, *lines, header=header, **values)
    return caught.value.lines("en")


def check(result: Result, name: str) -> Check:
    (found,) = [one for one in result.checks if one.id == name]
    return found


def samples(values: list[float], unit: str = "kg/TJ", weights: list[float] | None = None) -> list[str]:  # fmt: skip
    """One sample a month, from three plants in turn."""
    return [
        f"P{at % 3},{2020 + at // 12}-{at % 12 + 1:02d}-01,{value!r},{unit},"
        + (repr(weights[at]) if weights else "")
        for at, value in enumerate(values)
    ]


TWELVE = [94.1, 95.3, 93.8, 96.0, 94.9, 95.5, 94.4, 95.1, 93.9, 96.2, 95.0, 94.7]


def test_the_registry_finds_the_method_by_its_contract_name() -> None:
    assert registry.get("climate.transparency.emission-factor-from-samples") is METHOD


def test_the_contract_names_tables_and_columns() -> None:
    assert METHOD.input("samples").names[:5] == ("plant", "date", "value", "unit", "weight")
    assert not METHOD.input("samples")["weight"].required
    contract = {
        *("mean", "lower", "upper", "samples", "outliers"),
        *("default_lower", "default_upper", "within_default"),
    }
    assert contract <= set(METHOD.output("factor").names)


# --- against independent values -----------------------------------------------------------


def test_mean_and_interval_are_those_of_scipys_t_interval(tmp_path: Path) -> None:
    row = factor(run(tmp_path, *samples(TWELVE)))
    low, high = stats.t.interval(
        0.95, len(TWELVE) - 1, loc=statistics.fmean(TWELVE), scale=stats.sem(TWELVE)
    )
    assert row["unit"] == "kg/TJ"
    assert [row[name] for name in ("mean", "lower", "upper")] == pytest.approx(
        [statistics.fmean(TWELVE), low, high], rel=1e-11
    )
    assert row["uncertainty"] == pytest.approx(50 * (high - low) / row["mean"], rel=1e-11)
    assert (row["samples"], row["outliers"]) == (12, 0)
    assert (row["default_lower"], row["default_upper"], row["within_default"]) == (None,) * 3


def test_weighted_mean_and_interval_are_those_of_exact_fractions(tmp_path: Path) -> None:
    weights = [float(40 + 7 * at) for at in range(12)]
    row = factor(run(tmp_path, *samples(TWELVE, weights=weights)))
    x, w = [Fraction(str(v)) for v in TWELVE], [Fraction(v) for v in weights]
    mean = sum(a * b for a, b in zip(w, x, strict=True)) / sum(w)
    squares = sum((a * (b - mean)) ** 2 for a, b in zip(w, x, strict=True))
    half = stats.t.ppf(0.975, 11) * math.sqrt(squares / sum(w) ** 2 * Fraction(12, 11))
    assert row["mean"] == pytest.approx(float(mean), rel=1e-11)
    assert row["upper"] - row["mean"] == pytest.approx(half, rel=1e-8)


@pytest.mark.parametrize(
    ("fuel", "carbon", "published"),
    [
        ("Natural Gas", 15.3, 56100),
        ("Anthracite", 26.8, 98300),
        ("Other Bituminous Coal", 25.8, 94600),
        ("Diesel Oil", 20.2, 74100),
        ("Blast Furnace Gas", 70.8, 260000),
    ],
)
def test_carbon_content_gives_the_published_factor(
    tmp_path: Path, fuel: str, carbon: float, published: int
) -> None:
    """2006 Guidelines, V2, Tables 1.3 and 1.4, the latter with three significant figures."""
    lines = samples([carbon - 0.1, carbon, carbon + 0.1], "kg/GJ")
    row = factor(run(tmp_path, *lines, quantity="carbon_content", fuel=fuel))
    assert row["unit"] == "kg/TJ"
    assert float(f"{row['mean']:.3g}") == published
    assert row["within_default"] is True


def test_oxidation_and_its_uncertainty_enter_the_factor(tmp_path: Path) -> None:
    """By hand: 25 · 44/12 · 1000 · 0.98, and √(2² + 1.5²) = 2.5 % where samples have 2 %."""
    spread = 0.5 / float(stats.t.ppf(0.975, 2) / math.sqrt(3))
    lines = samples([25 - spread, 25.0, 25 + spread], "kg/GJ")
    row = factor(run(tmp_path, *lines, **COAL, oxidation=0.98, oxidation_uncertainty=1.5))
    assert row["mean"] == pytest.approx(25 * 44 / 12 * 1000 * 0.98, rel=1e-11)
    assert row["uncertainty"] == pytest.approx(2.5, rel=1e-10)


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.floats(1, 200), min_size=3, max_size=30),
    unit=st.sampled_from(["g/MJ", "t/TJ", "kg/GJ", "t CO2/TJ"]),
)
def test_a_unit_changes_nothing_but_the_figures(
    tmp_path_factory: pytest.TempPathFactory, values: list[float], unit: str
) -> None:
    """1 t/TJ is 1,000 kg/TJ, as are 1 g/MJ and 1 kg/GJ."""
    folder = tmp_path_factory.mktemp("unit")
    given = factor(run(folder, *samples(values, unit), quantity="co2_emission_factor"))
    plain = factor(
        run(folder, *samples([1000 * v for v in values]), quantity="co2_emission_factor")
    )
    for name in ("mean", "lower", "upper"):
        assert given[name] == pytest.approx(plain[name], rel=1e-9, abs=1e-6)


def test_the_command_line_takes_a_file_and_writes_the_table_of_the_contract(
    tmp_path: Path,
) -> None:
    """By hand: 2 ± t(0.975, 2)·1/√3 t/TJ, in kg/TJ."""
    paths = given_samples(tmp_path, *samples([1.0, 2.0, 3.0], "t/TJ"))
    given = ["-i", f"samples={paths['samples']}", "-p", "quantity=co2_emission_factor"]
    with pytest.raises(SystemExit) as left:
        main(["run", METHOD.id, *given, "-o", str(tmp_path / "out")])
    assert left.value.code in (None, 0)
    with (tmp_path / "out" / "factor.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    half = 1000 * stats.t.ppf(0.975, 2) / math.sqrt(3)
    assert (row["mean"], row["samples"], row["outliers"]) == ("2000", "3", "0")
    assert float(row["upper"]) == pytest.approx(2000 + half, rel=1e-11)
    assert (row["default_lower"], row["within_default"]) == ("", "")


# --- units and bases ----------------------------------------------------------------------


def test_samples_in_several_units_are_brought_to_one(tmp_path: Path) -> None:
    lines = [
        "P,2023-01-01,94600,kg/TJ,",
        "P,2023-02-01,94.6,t/TJ,",
        "P,2023-03-01,94.6,kg CO2/GJ,",
    ]
    row = factor(run(tmp_path, *lines, quantity="co2_emission_factor"))
    assert [row[name] for name in ("mean", "lower", "upper")] == [94600, 94600, 94600]


def test_as_sampled_takes_the_unit_of_the_first_sample_or_the_one_that_is_stated(
    tmp_path: Path,
) -> None:
    lines = ["B,2023-01-01,2000,kg/TJ,", "A,2023-01-01,1,t/TJ,", "C,2023-01-01,3,t/TJ,"]
    first, stated = factor(run(tmp_path, *lines)), factor(run(tmp_path, *lines, factor_unit="g/MJ"))
    assert (first["mean"], first["unit"]) == (2, "t/TJ")
    assert (stated["mean"], stated["unit"]) == (2, "g/MJ")


@pytest.mark.parametrize(
    ("quantity", "value", "expected"),
    [("co2_emission_factor", 50000.0, 50000 / 0.9), ("net_calorific_value", 50.0, 45.0)],
)
def test_the_gross_basis_is_converted_by_the_ratio_that_is_stated(
    tmp_path: Path, quantity: str, value: float, expected: float
) -> None:
    unit = "kg/TJ" if quantity == "co2_emission_factor" else "MJ/kg"
    lines = samples([value] * 3, unit)
    result = run(tmp_path, *lines, quantity=quantity, basis="gross", net_per_gross=0.9)
    assert factor(result)["mean"] == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(
    ("unit", "values", "said"),
    [
        (
            "kg C/GJ",
            {"quantity": "co2_emission_factor"},
            "not a unit of co2_emission_factor; use kg/TJ, kg CO2/TJ or a unit of that kind, "
            "or state another quantity with -p quantity=",
        ),
        (
            "kg CO2/GJ",
            {"quantity": "carbon_content"},
            "not a unit of carbon_content; use kg/GJ, kg C/GJ or a unit of that kind, "
            "or state another quantity with -p quantity=",
        ),
        ("kg/t", {"quantity": "net_calorific_value"}, "not a unit of net_calorific_value; use TJ"),
        ("TJ/Gg", {}, "not convertible to kg/TJ; use kg/TJ or a unit of the same kind"),
        ("kg/ton", {}, "this unit has more than one meaning; write t (1,000 kg)"),
    ],
)
def test_a_unit_that_does_not_fit_is_named_at_its_cell(
    tmp_path: Path, unit: str, values: dict[str, Value], said: str
) -> None:
    lines = [*samples([1.0, 2.0, 3.0]), f"Z,2023-01-01,1,{unit},"]
    found = [line for line in refusal(tmp_path, *lines, **values) if "row 5" in line]
    assert found[0].startswith(f"samples: row 5, column unit: {unit}: {said}")


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"basis": "gross", "quantity": "carbon_content"}, ["-p basis=gross: the ratio is not"]),
        ({"basis": "gross"}, ["-p basis=gross: how energy enters", "-p basis=gross: the ratio"]),
        ({"net_per_gross": 0.9}, ["-p net_per_gross=0.9: used only with -p basis=gross"]),
        ({"oxidation": 0.98}, ["-p oxidation=0.98: used only with -p quantity=carbon_content"]),
        (
            {"factor_unit": "kg/TJ", **COAL},
            ["-p factor_unit=kg/TJ: used only with -p quantity=as_sampled"],
        ),
        ({"factor_unit": "ton"}, ["-p factor_unit=ton: this unit has more than one meaning"]),
    ],
)
def test_parameters_that_do_not_fit_each_other_are_refused(
    tmp_path: Path, values: dict[str, Value], where: list[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        run(tmp_path, *samples(TWELVE, "kg/GJ"), **values)
    lines = caught.value.line("en").split("\n")
    assert [line.startswith(part) for line, part in zip(lines, where, strict=True)] == [
        True for _ in where
    ]


# --- outliers and what the reader is told -------------------------------------------------


@pytest.mark.parametrize("rule", ["grubbs", "iqr", "mad"])
def test_an_outlier_is_listed_counted_and_left_out(tmp_path: Path, rule: str) -> None:
    lines = samples([*TWELVE, 130.0])
    result = run(tmp_path, *lines, outliers=rule)
    row, plain = factor(result), factor(run(tmp_path, *samples(TWELVE)))
    assert (row["samples"], row["outliers"]) == (12, 1)
    assert [row[n] for n in ("mean", "lower", "upper")] == [
        plain[n] for n in ("mean", "lower", "upper")
    ]
    judged = result.tables["judged"].arrow().to_pylist()
    (out,) = [one for one in judged if not one["used"]]
    assert out["value"] == 130.0
    assert out["limit_upper"] < 130.0
    assert check(result, "outliers").rows == (judged.index(out) + 2,)


def test_no_sample_is_left_out_unless_a_rule_was_declared(tmp_path: Path) -> None:
    row = factor(run(tmp_path, *samples([*TWELVE, 130.0])))
    assert (row["samples"], row["outliers"]) == (13, 0)


def test_a_factor_outside_its_default_range_is_flagged_and_asked_for_a_reason(
    tmp_path: Path,
) -> None:
    lines = samples([29.0, 29.1, 29.2], "kg C/GJ")
    flagged = check(run(tmp_path, *lines, **COAL), "default-range")
    assert flagged.verdict is Verdict.LOOK
    assert flagged.hint is not None
    assert flagged.hint["en"].endswith("-p reason=")
    result = run(tmp_path, *lines, **COAL, reason="high-rank seam")
    row = factor(result)
    assert (row["default_lower"], row["default_upper"]) == (89500, 99700)  # V2, Table 1.4
    assert (row["within_default"], row["reason"]) == (False, "high-rank seam")
    assert check(result, "default-range").verdict is Verdict.LOOK


def test_ranges_are_those_of_the_shipped_factors() -> None:
    """2006 Guidelines, V2, Tables 1.2 and 1.4: natural gas."""
    heat = default_range("Natural Gas", "net_calorific_value", "other")
    assert heat is not None
    assert (heat.lower, heat.upper, heat.verification) == (46.5, 50.4, "one-source")
    assert default_range("Natural Gas", "ch4_emission_factor", "other") is None
    methane = default_range("Natural Gas", "ch4_emission_factor", "energy industries")
    assert methane is not None
    assert (methane.lower, methane.upper, methane.verification) == (0.3, 3, "unverified")
    assert default_range("Waste Oils", "co2_emission_factor", "other") is None
    assert default_range("other", "co2_emission_factor", "other") is None


def test_every_fuel_that_can_be_named_has_a_default_calorific_value() -> None:
    (fuels,) = [p.choices for p in METHOD.parameters if p.name == "fuel"]
    rows = reference.load("ghg/factors_ipcc2006").rows
    heated = {row["source"] for row in rows if row["net_calorific_value"]}
    assert set(fuels) == {"other", *heated}


def test_a_plant_that_dominates_and_few_samples_are_told(tmp_path: Path) -> None:
    lines = ["A,2023-01-01,1,kg/TJ,70", "B,2023-01-01,2,kg/TJ,20", "C,2023-01-01,3,kg/TJ,10"]
    result = run(tmp_path, *lines)
    balanced = check(result, "plants-balanced")
    assert (balanced.verdict, balanced.tested, balanced.concerned) == (Verdict.LOOK, 3, 1)
    assert balanced.hint is not None
    assert balanced.hint["en"].startswith("A has 70 %")
    assert check(result, "enough-samples").verdict is Verdict.LOOK
    assert check(run(tmp_path, *samples(TWELVE)), "plants-balanced").verdict is Verdict.PASSED


def test_samples_without_a_laboratory_are_marked(tmp_path: Path) -> None:
    lines = ["A,2023-01-01,1,kg/TJ,L", "B,2023-01-01,2,kg/TJ,", "C,2023-01-01,3,kg/TJ,L"]
    result = run(tmp_path, *lines, header="plant,date,value,unit,laboratory")
    stated = check(result, "samples.laboratory-stated")
    assert (stated.verdict, stated.concerned, stated.rows) == (Verdict.LOOK, 1, (3,))


# --- bad input ----------------------------------------------------------------------------


def test_weights_are_given_for_all_samples_or_for_none(tmp_path: Path) -> None:
    lines = ["A,2023-01-01,1,kg/TJ,5", "B,2023-01-01,2,kg/TJ,", "C,2023-01-01,3,kg/TJ,"]
    assert [line.split("; ")[0] for line in refusal(tmp_path, *lines)] == [
        "samples: row 3, column weight: no weight, while other samples have one",
        "samples: row 4, column weight: no weight, while other samples have one",
    ]


def test_too_few_samples_are_refused_also_where_outliers_make_them_few(tmp_path: Path) -> None:
    (line,) = refusal(tmp_path, *samples([1.0, 2.0]))
    assert line.startswith(
        "samples: row 2, column value: 1: 2 samples without outliers, fewer than 3; "
    )
    values = [*TWELVE, 130.0]
    (line,) = refusal(tmp_path, *samples(values), outliers="grubbs", minimum_samples=13)
    assert "12 samples without outliers, fewer than 13" in line


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    lines = [
        "A,2023-01-01,-1,kg/TJ,1",
        "A,2023-01-01,2,kg/TJ,1",
        "B,2023-13-01,3,kg/TJ,1",
        "C,2023-01-01,much,kg/TJ,1",
        "D,2023-01-01,1,kg/TX,0",
        ",2023-01-01,1,kg/TJ,",
    ]
    assert [line.split(": ")[1] for line in refusal(tmp_path, *lines)] == [
        "row 2, column value",
        "row 3, column plant",
        "row 4, column date",
        "row 5, column value",
        "row 6, column unit",
        "row 6, column weight",
        "row 7, column plant",
        "row 7, column weight",
    ]


# --- what is shipped ----------------------------------------------------------------------


def test_the_example_runs_and_its_factor_goes_back_to_the_samples(tmp_path: Path) -> None:
    kept = {}
    with running(METHOD, example_inputs(METHOD), COAL) as result:
        for name, table in {**result.inputs, **result.tables}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            write(table.batches(), table.schema, kept[name], "parquet")
        assert factor(result)["within_default"] is True
    behind = {step.declared.name: step.count for step in trace(METHOD, "factor", 2, kept)}
    assert behind == {"factor": 1, "judged": 18, "samples": 18}


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    lines = samples([*TWELVE, 130.0], weights=[float(9 + at) for at in range(13)])
    result, turned = (run(tmp_path, *one, outliers="grubbs") for one in (lines, lines[::-1]))
    for table in ("factor", "judged"):
        assert result.tables[table].arrow().equals(turned.tables[table].arrow())
