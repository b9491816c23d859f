"""Approach 2 against closed forms and Approach 1; the kernel has its own tests in numerics."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from kyoso.climate.transparency.uncertainty_approach_2 import (
    METHOD,
    WIDEST_STATED,
)
from kyoso.core.errors import InputRefusedError, UsageError
from kyoso.methods import registry, running
from kyoso.methods.result import Check, Result, Verdict
from kyoso.tables.writing import write

HEADER = (
    "category,gas,base,current,activity_uncertainty,factor_uncertainty,"
    "activity_correlated,factor_correlated,shared_factor"
)

NARROW = (
    "1A1a,CO2,5200,6900,3,5,no,yes,",
    "1A2,CO2,1480,1310,6,5,no,no,",
    "2A1,CO2,890,1240,2,4,yes,yes,",
    "3B1,CO2,-600,-500,5,10,no,yes,",
)


def run(folder: Path, *lines: str, **values: str | float) -> Result:
    file = folder / "inventory.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return running.run(METHOD, {"inventory": file}, values)


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def total(result: Result) -> dict[str, float]:
    (row,) = rows(result, "total")
    return row


def checked(result: Result, name: str) -> Check:
    (found,) = [check for check in result.checks if check.id == name]
    return found


def log_deviation(half: float) -> float:
    """The s of a lognormal of mean one whose 95 % interval by SciPy is twice ``half`` wide."""

    def width(s: float) -> float:
        lower, upper = stats.lognorm(s=s, scale=math.exp(-(s**2) / 2)).ppf((0.025, 0.975))
        return (upper - lower) / 2

    return optimize.brentq(lambda s: width(s) - half, 1e-6, 1.9, xtol=1e-14)


def test_the_registry_finds_the_method_and_its_contract() -> None:
    assert registry.get("climate.transparency.uncertainty-approach-2") is METHOD
    (given_table,) = METHOD.inputs
    assert given_table is registry.get("climate.transparency.uncertainty-approach-1").inputs[0]
    names = {"mean", "lower", "upper", "level_uncertainty", "trend", "trend_uncertainty"}
    assert names <= set(METHOD.output("total").names)
    assert {p.name: p.default for p in METHOD.parameters} == {
        "draws": 10_000,
        "seed": 1,
        "normal_below": 30.0,
    }


def test_two_lognormals_have_the_interval_of_the_closed_form(tmp_path: Path) -> None:
    """The product of two lognormals is lognormal; its percentiles are known exactly."""
    draws = 200_000
    row = total(run(tmp_path, "3C4,N2O,0,500,80,150,,,", draws=draws))
    s = math.hypot(log_deviation(0.8), log_deviation(1.5))
    exact = stats.lognorm(s=s, scale=500 * math.exp(-(s**2) / 2))
    for name, end in (("lower", 0.025), ("upper", 0.975)):
        at = exact.ppf(end)
        error = math.sqrt(end * (1 - end) / draws) / exact.pdf(at)
        assert row[name] == pytest.approx(at, abs=5 * error)
    assert row["mean"] == pytest.approx(exact.mean(), abs=5 * exact.std() / math.sqrt(draws))
    half = (row["upper"] - row["lower"]) / 2
    assert row["level_uncertainty"] == pytest.approx(100 * half / row["mean"], rel=1e-10)


def test_a_normal_with_one_certain_factor_has_the_interval_that_was_stated(tmp_path: Path) -> None:
    row = total(run(tmp_path, "1A1a,CO2,1000,1000,20,0,,,", draws=200_000))
    assert (row["lower"], row["upper"]) == pytest.approx((800, 1200), rel=0.005)
    assert row["level_uncertainty"] == pytest.approx(20, rel=0.01)
    # Two independent normals of 20 % each: their ratio, by Hinkley's exact distribution function.
    deviation = 0.2 / stats.norm.ppf(0.975)

    def ratio(value: float) -> float:
        """P(A ≤ value·B) for B > 0, which 10 deviations see to: a normal difference."""
        return float(stats.norm.cdf((value - 1) / (deviation * math.hypot(1, value))))

    ends = [optimize.brentq(lambda v, e=end: ratio(v) - e, 0.1, 5) for end in (0.025, 0.975)]
    assert row["trend_lower"] == pytest.approx(100 * (ends[0] - 1), abs=0.3)
    assert row["trend_upper"] == pytest.approx(100 * (ends[1] - 1), abs=0.5)


def test_a_factor_shared_by_both_years_leaves_the_trend_alone(tmp_path: Path) -> None:
    row = total(run(tmp_path, "3C4,N2O,100,150,0,140,,yes,"))
    assert (row["trend"], row["trend_lower"], row["trend_upper"]) == pytest.approx((50, 50, 50))
    apart = total(run(tmp_path, "3C4,N2O,100,150,0,140,,no,"))
    assert apart["trend_uncertainty"] > 100


def by_derivatives(lines: tuple[str, ...]) -> float:
    """The uncertainty of the trend to first order: exact derivatives in both years, in quadrature."""
    parsed = [line.split(",") for line in lines]
    start, end = (sum(float(one[at]) for one in parsed) for at in (2, 3))
    squares = []
    for one in parsed:
        later, earlier = float(one[3]) / start, float(one[2]) * end / start**2
        for uncertainty, correlated in ((one[4], one[6]), (one[5], one[7])):
            size = abs(later - earlier) if correlated == "yes" else math.hypot(later, earlier)
            squares.append((size * float(uncertainty)) ** 2)
    return math.sqrt(math.fsum(squares))


def test_narrow_uncertainties_agree_with_approach_1(tmp_path: Path) -> None:
    """Levels within the sampling error of 200,000 draws and what is not linear; trends within the
    10 % of the notes on transparency (§4), for √2 · Type B takes both years for alike, and with
    the derivatives that do not as closely as levels."""
    first, second = rows(run(tmp_path, *NARROW, draws=200_000), "comparison")
    assert (first["approach"], second["approach"]) == (1, 2)
    assert second["level_uncertainty"] == pytest.approx(first["level_uncertainty"], rel=0.01)
    assert second["trend_uncertainty"] == pytest.approx(first["trend_uncertainty"], rel=0.1)
    assert second["trend_uncertainty"] == pytest.approx(by_derivatives(NARROW), rel=0.015)
    one = registry.get("climate.transparency.uncertainty-approach-1")
    propagated = running.run(one, {"inventory": tmp_path / "inventory.csv"})
    (exact,) = rows(propagated, "total")
    assert first == {"approach": 1} | {name: exact[name] for name in first if name in exact}


def test_rows_that_share_a_factor_draw_it_once(tmp_path: Path) -> None:
    lines = [f"1A1a {at},CO2,100,100,0,20,,,{{}}" for at in range(16)]
    alone = total(run(tmp_path, *(line.format("") for line in lines), draws=50_000))
    together = total(run(tmp_path, *(line.format("coal") for line in lines), draws=50_000))
    assert alone["level_uncertainty"] == pytest.approx(5, rel=0.03)
    assert together["level_uncertainty"] == pytest.approx(20, rel=0.03)


def region(folder: Path, *lines: str, **values: str | float) -> Result:
    file = folder / "region.csv"
    file.write_text("\n".join([f"country,{HEADER}", *lines]) + "\n", encoding="utf-8")
    return running.run(METHOD, {"inventory": file}, values)


def test_a_factor_that_two_countries_share_has_the_variance_of_their_sum(tmp_path: Path) -> None:
    """Exact variance of the factor: v(D₁ + D₂)² against v(D₁² + D₂²) were it each one's own."""
    result = region(
        tmp_path,
        "XAA,1A1a,CO2,200,300,0,20,no,yes,coal",
        "XAB,1A1a,CO2,200,100,0,20,no,yes,coal",
        draws=50_000,
    )
    row = total(result)
    assert row["level_uncertainty"] == pytest.approx(20, rel=0.03)
    apart = 20 * math.hypot(300, 100) / 400
    assert row["level_uncertainty_independent"] == pytest.approx(apart, rel=0.03)
    shares = {one["country"]: one["variance_share"] for one in rows(result, "countries")}
    assert shares == pytest.approx({"XAA": 75, "XAB": 25}, rel=1e-11)


def test_each_country_of_a_region_is_what_it_is_alone(tmp_path: Path) -> None:
    """The same draws: alone in the region and in an inventory of its own, to the last bit."""
    other = ("1A1a,CO2,500,800,3,5,no,yes,coal", "3C7,CH4,300,280,40,60,no,yes,")
    alone = {"XAA": run(tmp_path, *NARROW, draws=2000), "XAB": run(tmp_path, *other, draws=2000)}
    whole = region(
        tmp_path,
        *(f"XAA,{line}" for line in NARROW),
        *(f"XAB,{line}" for line in other),
        draws=2000,
    )
    names = ("level_uncertainty", "trend", "trend_uncertainty")
    for row in rows(whole, "countries"):
        of_country = total(alone[str(row["country"])])
        assert {name: row[name] for name in names} == {name: of_country[name] for name in names}
    assert math.fsum(row["variance_share"] for row in rows(whole, "countries")) == pytest.approx(
        100, rel=1e-11
    )
    single = region(tmp_path, *(f"XAB,{line}" for line in other), draws=2000)
    assert rows(single, "total") == rows(alone["XAB"], "total")


def test_shares_of_the_variance_are_those_of_all_draws_by_hand(tmp_path: Path) -> None:
    """Var(D·a·f) = D²·((1 + v_a)(1 + v_f) − 1); with a shared factor cov = D·D'·v_f besides."""
    lines = ("A,CO2,1,100,10,20,,,coal", "B,CO2,1,50,15,20,,,coal", "C,N2O,1,80,5,90,,,")
    found = {row["category"]: row for row in rows(run(tmp_path, *lines), "contributions")}
    z = stats.norm.ppf(0.975)
    v10, v15, v20, v5 = ((u / 100 / z) ** 2 for u in (10, 15, 20, 5))
    v90 = math.expm1(log_deviation(0.9) ** 2)
    own = {
        "A": 100**2 * ((1 + v10) * (1 + v20) - 1) + 100 * 50 * v20,
        "B": 50**2 * ((1 + v15) * (1 + v20) - 1) + 100 * 50 * v20,
        "C": 80**2 * ((1 + v5) * (1 + v90) - 1),
    }
    for name, variance in own.items():
        share = 100 * variance / sum(own.values())
        assert found[name]["variance_share"] == pytest.approx(share, rel=1e-9)
        parts = ("activity_share", "factor_share", "joint_share")
        assert math.fsum(found[name][part] for part in parts) == pytest.approx(share, rel=1e-9)
    assert found["C"]["activity_share"] == pytest.approx(
        100 * 80**2 * v5 / sum(own.values()), rel=1e-9
    )


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    def written(name: str, lines: tuple[str, ...], **values: float) -> bytes:
        result = run(tmp_path, *lines, **values)
        for table, output in result.tables.items():
            write(output.batches(), output.schema, tmp_path / f"{name}-{table}.csv", "csv")
        return b"".join((tmp_path / f"{name}-{t.name}.csv").read_bytes() for t in METHOD.outputs)

    first = written("first", NARROW, draws=2000)
    assert written("again", NARROW, draws=2000) == first
    assert written("turned", NARROW[::-1], draws=2000) == first
    assert written("seed", NARROW, draws=2000, seed=2) != first


def test_the_convergence_of_many_draws_holds_the_result_of_few(tmp_path: Path) -> None:
    many = rows(run(tmp_path, *NARROW, draws=10_000), "convergence")
    assert [row["draws"] for row in many] == [1000 * step for step in range(1, 11)]
    few = rows(run(tmp_path, *NARROW, draws=3000), "convergence")[-1]
    assert few == many[2]
    result = run(tmp_path, *NARROW, draws=10_000)
    of_all = ("trend", "level_uncertainty_independent")
    assert {name: value for name, value in total(result).items() if name not in of_all} == {
        name: value for name, value in many[-1].items() if name not in ("draws", "seed")
    }
    assert checked(result, "settled").verdict is Verdict.PASSED


def test_too_few_draws_are_not_taken_for_settled(tmp_path: Path) -> None:
    result = run(tmp_path, "3C4,N2O,100,150,60,300,,,", draws=100)
    assert checked(result, "settled").verdict is Verdict.LOOK


def test_a_base_total_of_both_signs_has_no_trend_interval(tmp_path: Path) -> None:
    result = run(tmp_path, "1A1a,CO2,100,150,5,5,,,", "3B1,CO2,-90,-60,5,30,,,")
    row = total(result)
    assert (row["trend"], row["trend_lower"], row["trend_uncertainty"]) == (800.0, None, None)
    assert row["level_uncertainty"] > 0
    assert checked(result, "base-has-one-sign").verdict is Verdict.LOOK


def test_a_base_of_zero_has_no_trend(tmp_path: Path) -> None:
    row = total(run(tmp_path, "2F1,HFC134a,0,150,5,5,,,"))
    assert (row["trend"], row["trend_uncertainty"]) == (None, None)


def test_removals_stay_removals(tmp_path: Path) -> None:
    row = total(run(tmp_path, "3B1,CO2,-100,-100,0,150,,,"))
    assert row["lower"] < row["mean"] < row["upper"] < 0
    assert row["mean"] == pytest.approx(-100, rel=0.05)
    assert row["level_uncertainty"] == pytest.approx(150, rel=0.1)


def test_without_any_uncertainty_the_total_is_itself(tmp_path: Path) -> None:
    result = run(tmp_path, "A,CO2,80,100,0,0,,,", "B,CO2,20,50,0,0,,,")
    assert total(result) == {
        "mean": 150.0,
        "lower": 150.0,
        "upper": 150.0,
        "level_uncertainty": 0.0,
        "trend": 50.0,
        "trend_lower": 50.0,
        "trend_upper": 50.0,
        "trend_uncertainty": 0.0,
        "level_uncertainty_independent": 0.0,
    }
    assert [row["variance_share"] for row in rows(result, "contributions")] == [None, None]
    assert checked(result, "uncertainty-above-zero").concerned == 2


def test_the_border_of_the_normal_distribution_is_a_parameter(tmp_path: Path) -> None:
    line = "3C7,CH4,100,100,0,60,,,"
    skewed, even = (
        total(run(tmp_path, line, draws=50_000, normal_below=border)) for border in (30, 60)
    )
    assert even["lower"] == pytest.approx(40, abs=1.5)
    s = log_deviation(0.6)
    exact = stats.lognorm(s=s, scale=100 * math.exp(-(s**2) / 2)).ppf(0.025)
    assert skewed["lower"] == pytest.approx(exact, abs=1)


def test_an_interval_wider_than_a_distribution_can_have_is_named_at_its_cell(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputRefusedError) as caught:
        run(tmp_path, "A,CO2,1,1,341,340,,,", "B,CO2,1,1,3,500,,,", "C,CO2,1,1,342,5,,,")
    assert WIDEST_STATED == 341
    first, second = caught.value.lines("en")
    assert first.startswith("inventory: row 3, column factor_uncertainty: 500")
    assert first.endswith(
        "at most 341 %; half of the interval from lower to upper end, in % of the mean"
    )
    assert second.startswith("inventory: row 4, column activity_uncertainty: 342")


def test_parameters_out_of_bounds_are_refused(tmp_path: Path) -> None:
    for wrong in ({"draws": 99}, {"draws": 1_000_001}, {"seed": -1}, {"normal_below": 101}):
        with pytest.raises(UsageError):
            run(tmp_path, *NARROW, **wrong)


def test_a_large_seed_is_told_to_its_last_digit(tmp_path: Path) -> None:
    seed = 2**63 - 1
    result = run(tmp_path, *NARROW, draws=100, seed=seed)
    assert {row["seed"] for row in rows(result, "convergence")} == {seed}
    assert json.loads(json.dumps(result.provenance.as_dict()))["parameters"]["seed"] == seed


def test_the_example_is_wider_by_approach_2_and_settles(tmp_path: Path) -> None:
    result = running.run(METHOD, running.example_inputs(METHOD))
    first, second = rows(result, "comparison")
    assert second["trend_uncertainty"] > first["trend_uncertainty"]
    verdicts = {c.id: c.verdict for c in result.checks if c.id in ("settled", "as-worked-out")}
    assert set(verdicts.values()) == {Verdict.PASSED}
    shares = [row["variance_share"] for row in rows(result, "contributions")]
    assert np.sum(shares) == pytest.approx(100, rel=1e-11)
