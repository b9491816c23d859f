"""Key categories against Equations 4.1 to 4.3 in exact fractions, and their border cases.

The equations are those of the project's notes on transparency (§5; 2006 IPCC Guidelines, Volume
1, Chapter 4). The guidelines' own worked example was not at hand.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.key_categories import METHOD, trend_assessment
from kyoso.core.errors import InputRefusedError, UsageError
from kyoso.methods import registry, running
from kyoso.methods.result import Check, Result, Verdict

HEADER = "category,gas,base,current,activity_uncertainty,factor_uncertainty"

LINES = (
    "1A1a,CO2,5200,6900,3,5",
    "1A3b,CO2,3900,4720,5,2",
    "2F1,HFC134a,0,310,20,30",
    "3A1,CH4,1150,1090,10,35",
    "3B1,CO2,-2300,-1950,15,40",
    "3C4,N2O,720,765,15,140",
    "4A1,CH4,980,1270,25,45",
)

AMOUNTS = st.lists(
    st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6)), min_size=1, max_size=20
)


def run(folder: Path, *lines: str, header: str = HEADER, **values: float) -> Result:
    file = folder / "inventory.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return running.run(METHOD, {"inventory": file}, values)


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def keys(result: Result, table: str) -> list[str]:
    return [row["category"] for row in rows(result, table) if row["key"]]


def checked(result: Result, name: str) -> Check:
    (found,) = [check for check in result.checks if check.id == name]
    return found


def printed_trend(base: list[Fraction], current: list[Fraction]) -> list[Fraction]:
    """Equation 4.2 as it is printed, Equation 4.3 where a category has nothing in the base year."""
    size = sum(abs(one) for one in base)
    change = (sum(current) - sum(base)) / abs(sum(base))
    return [
        abs(c) / size * abs((d - c) / abs(c) - change) if c else abs(d) / size
        for c, d in zip(base, current, strict=True)
    ]


def ranked(weights: dict[str, Fraction], threshold: int) -> list[dict[str, object]]:
    total, so_far, found = sum(weights.values()), Fraction(0), []
    for rank, (name, weight) in enumerate(
        sorted(weights.items(), key=lambda item: (-item[1], item[0])), start=1
    ):
        key = 100 * so_far < threshold * total
        so_far += weight
        found.append(
            {
                "rank": rank,
                "category": name,
                "share": pytest.approx(float(100 * weight / total), rel=1e-10),
                "cumulative": pytest.approx(float(100 * so_far / total), rel=1e-10),
                "key": key,
            }
        )
    return found


def test_the_registry_finds_the_method_and_its_contract() -> None:
    assert registry.get("climate.transparency.key-categories") is METHOD
    for name in ("level", "trend"):
        assert METHOD.output(name).names == (
            "rank",
            "category",
            "gas",
            "share",
            "cumulative",
            "key",
        )
    defaults = {parameter.name: parameter.default for parameter in METHOD.parameters}
    assert defaults == {"threshold": 95.0, "threshold_with_uncertainty": 90.0}


@pytest.mark.parametrize("threshold", [85, 95])
def test_all_five_assessments_are_those_of_the_equations(tmp_path: Path, threshold: int) -> None:
    result = run(tmp_path, *LINES, threshold=threshold)
    parsed = [line.split(",") for line in LINES]
    names = [one[0] for one in parsed]
    base, current = ([Fraction(one[at]) for one in parsed] for at in (2, 3))
    trend = dict(zip(names, printed_trend(base, current), strict=True))
    level = {name: abs(d) for name, d in zip(names, current, strict=True)}
    # A weight of √(U_A² + U_F²), to 40 digits: a fraction has no root.
    combined = {
        one[0]: Fraction(np.format_float_positional(float(np.hypot(int(one[4]), int(one[5])))))
        for one in parsed
    }
    expected = {
        "level": (level, threshold),
        "base_level": ({n: abs(c) for n, c in zip(names, base, strict=True)}, threshold),
        "trend": (trend, threshold),
        "level_with_uncertainty": ({n: level[n] * combined[n] for n in names}, 90),
        "trend_with_uncertainty": ({n: trend[n] * combined[n] for n in names}, 90),
    }
    for name, (weights, limit) in expected.items():
        found = [{k: v for k, v in row.items() if k != "gas"} for row in rows(result, name)]
        assert found == ranked(weights, limit), name
    union = {row["category"]: row["criteria"] for row in rows(result, "categories")}
    assert union == {
        name: ", ".join(table for table in expected if name in keys(result, table))
        for name in names
        if any(name in keys(result, table) for table in expected)
    }


@given(AMOUNTS.filter(lambda pairs: sum(c for c, _ in pairs) != 0))
def test_the_trend_is_that_of_the_printed_equation(pairs: list[tuple[int, int]]) -> None:
    base, current = ([Fraction(pair[at]) for pair in pairs] for at in (0, 1))
    found = trend_assessment(*np.array(pairs, np.float64).T)
    exact = printed_trend(base, current)
    largest = max(1.0, *(float(abs(one)) for one in exact)) * len(pairs)
    change = abs(float((sum(current) - sum(base)) / sum(base)))
    assert found.tolist() == pytest.approx(
        [float(one) for one in exact], rel=1e-9, abs=1e-12 * largest * max(1.0, change)
    )


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), min_size=1, max_size=20))
def test_for_sources_the_trend_is_the_exact_derivative_of_the_change(
    pairs: list[tuple[int, int]],
) -> None:
    """Notes on transparency §5: T = |D/ΣC − C·ΣD/ΣC²|, the derivative behind Type A."""
    start, end = (sum(pair[at] for pair in pairs) for at in (0, 1))
    exact = [abs(Fraction(d, start) - Fraction(c * end, start**2)) for c, d in pairs]
    found = trend_assessment(*np.array(pairs, np.float64).T)
    assert found.tolist() == pytest.approx(
        [float(one) for one in exact], rel=1e-9, abs=1e-11 * max(1.0, end / start)
    )


def test_the_category_that_crosses_the_line_is_key_and_the_next_is_not(tmp_path: Path) -> None:
    lines = ["A,CO2,1,600,1,1", "B,CO2,2,340,1,1", "C,CO2,3,20,1,1", "D,CO2,4,40,1,1"]
    result = run(tmp_path, *lines)
    assert [row["cumulative"] for row in rows(result, "level")] == [60, 94, 98, 100]
    assert keys(result, "level") == ["A", "B", "D"]


def test_ties_stand_in_the_order_of_category_and_gas(tmp_path: Path) -> None:
    lines = ["B,CO2,1,5,1,1", "A,N2O,1,5,1,1", "A,CH4,1,5,1,1"]
    found = [(row["category"], row["gas"]) for row in rows(run(tmp_path, *lines), "level")]
    assert found == [("A", "CH4"), ("A", "N2O"), ("B", "CO2")]


def test_a_base_year_of_zero_has_a_level_and_an_empty_trend_that_says_why(tmp_path: Path) -> None:
    result = run(tmp_path, "A,CO2,0,5,1,1", "B,CO2,0,6,1,1")
    assert [len(rows(result, name)) for name in ("level", "base_level", "trend")] == [2, 0, 0]
    check = checked(result, "trend-assessed")
    assert check.verdict is Verdict.LOOK
    assert check.hint["en"].startswith("the base year's total is zero")


def test_categories_that_change_in_step_have_no_trend_to_rank(tmp_path: Path) -> None:
    """All grow by 10 %: what is left of that in floating point must not become a ranking."""
    result = run(tmp_path, "A,CO2,0.1,0.11,1,1", "B,CO2,0.7,0.77,1,1", "C,CO2,1.3,1.43,1,1")
    assert rows(result, "trend") == []
    assert checked(result, "trend-assessed").hint["en"] == "all categories changed as the total did"


def test_without_uncertainties_approach_2_is_left_out_and_said(tmp_path: Path) -> None:
    lines = [",".join(line.split(",")[:4]) for line in LINES]
    result = run(tmp_path, *lines, header="category,gas,base,current")
    assert len(rows(result, "level")) == len(LINES)
    assert rows(result, "level_with_uncertainty") == rows(result, "trend_with_uncertainty") == []
    check = checked(result, "uncertainty-stated")
    assert (check.verdict, check.concerned) == (Verdict.LOOK, len(LINES))
    assert checked(result, "approach-2-verified").verdict is Verdict.PASSED


def test_one_category_without_uncertainty_is_not_ranked_as_certain(tmp_path: Path) -> None:
    result = run(tmp_path, *LINES, "5A,N2O,10,20,3,", "5B,CO2,0,0,,")
    assert rows(result, "level_with_uncertainty") == []
    assert checked(result, "uncertainty-stated").concerned == 1
    assert len(rows(run(tmp_path, *LINES, "5B,CO2,0,0,,"), "level_with_uncertainty")) == 8


@pytest.mark.parametrize(
    ("threshold", "verdict", "said"),
    [
        (95, Verdict.PASSED, None),
        (100, Verdict.PASSED, None),
        (85, Verdict.LOOK, "whoever uses this flexibility"),
        (84.9, Verdict.LOOK, "below what decision 18/CMA.1, annex, paragraph 25, allows"),
    ],
)
def test_a_threshold_below_the_usual_is_told_and_below_the_allowed_as_well(
    tmp_path: Path, threshold: float, verdict: Verdict, said: str | None
) -> None:
    check = checked(run(tmp_path, *LINES, threshold=threshold), "threshold-usual")
    assert check.verdict is verdict
    if said is None:
        assert check.hint is None
    else:
        assert check.hint["en"].startswith(said)


def test_a_threshold_out_of_bounds_is_refused(tmp_path: Path) -> None:
    for wrong in (49, 101):
        with pytest.raises(UsageError):
            run(tmp_path, *LINES, threshold=wrong)


def test_faults_are_named_at_their_cells(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        run(tmp_path, "A,CO2,NO,5,1,1", "B,CO2,5,5,-1,1", "C,CO2,5,5,1,1", "C,CO2,5,5,1,1")
    assert [line.split(": ")[1] for line in caught.value.lines("en")] == [
        "row 2, column base",
        "row 3, column activity_uncertainty",
        "row 5, column category",
    ]


def test_the_example_has_every_assessment(tmp_path: Path) -> None:
    result = running.run(METHOD, running.example_inputs(METHOD))
    for table in METHOD.outputs:
        assert rows(result, table.name), table.name
