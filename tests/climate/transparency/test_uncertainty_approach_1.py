"""Approach 1 against the definitions of the guidelines' table, worked out in exact fractions.

The definitions are those of the project's notes on transparency (§4; 2006 IPCC Guidelines,
Volume 1, Equations 3.1 and 3.2, Table 3.2), and against the library ``uncertainties``, which knows
nothing of inventories. The guidelines' own worked example was not at hand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uncertainties import ufloat

from kyoso.climate.transparency.uncertainty_approach_1 import (
    METHOD,
    Lines,
    Propagated,
    propagate,
)
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry, running
from kyoso.methods.result import Check, Result, Verdict

HEADER = "category,gas,base,current,activity_uncertainty,factor_uncertainty"
FULL = f"{HEADER},activity_correlated,factor_correlated,shared_factor"

LINES = (
    "1A1a Coal,CO2,5200,6900,3,5,no,yes,",
    "1A1a Coal,N2O,24,31,3,80,yes,yes,",
    "2F1,HFC134a,0,310,20,30,no,no,",
    "3B1,CO2,-2300,-1950,15,40,no,yes,",
    "4A1,CH4,980,1270,25,45,yes,no,",
)


def run(folder: Path, *lines: str, header: str = FULL) -> Result:
    file = folder / "inventory.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return running.run(METHOD, {"inventory": file})


def refused(folder: Path, *lines: str, header: str = FULL) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, *lines, header=header)
    return caught.value.lines("en")


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def total(result: Result) -> dict[str, object]:
    (row,) = rows(result, "total")
    return row


def test_level_and_trend_are_those_of_the_library_uncertainties(tmp_path: Path) -> None:
    """Its first-order propagation, with one variable for all that is off in the same way.

    The trend is compared where all is off alike in both years, as the table takes the same
    absolute error in both where it is not. It differs a little: the table takes a step of 1 %, the
    library the derivative.
    """
    alike = [line.replace(",no,", ",yes,").replace(",no,", ",yes,") for line in LINES]
    shared = (
        "1A3b Cars,CO2,800,1100,4,6,yes,yes,petrol",
        "1A4b Boats,CO2,60,45,12,6,yes,yes,petrol",
    )
    found = total(run(tmp_path, *alike, *shared))
    known: dict[str, Any] = {}
    base: Any = 0.0
    current: Any = 0.0
    for line in (*alike, *shared):
        category, gas, before, after, activity, factor, _, _, name = line.split(",")
        own = f"{category} {gas}"
        off = known.setdefault(f"activity {own}", ufloat(1, float(activity) / 100))
        off *= known.setdefault(f"factor {name or own}", ufloat(1, float(factor) / 100))
        base, current = base + float(before) * off, current + float(after) * off
    trend = (current / base - 1) * 100
    assert found["level_uncertainty"] == pytest.approx(100 * current.s / current.n, rel=1e-11)
    assert found["trend"] == pytest.approx(trend.n, rel=1e-11)
    assert found["trend_uncertainty"] == pytest.approx(trend.s, rel=0.01)


def checked(result: Result, name: str) -> Check:
    (found,) = [check for check in result.checks if check.id == name]
    return found


def in_fractions(lines: tuple[str, ...]) -> tuple[dict[tuple[str, str], dict[str, float]], ...]:
    """The printed definitions, row by row: contributions, and the squares behind the total."""
    parsed = [line.split(",") for line in lines]
    base = sum(Fraction(one[2]) for one in parsed)
    current = sum(Fraction(one[3]) for one in parsed)
    level = (
        sum((Fraction(o[4]) ** 2 + Fraction(o[5]) ** 2) * Fraction(o[3]) ** 2 for o in parsed)
        / current**2
    )
    found, trend = {}, Fraction(0)
    for category, gas, *numbers, activity_correlated, factor_correlated, _ in parsed:
        c, d, u_a, u_f = (Fraction(one) for one in numbers)
        step = Fraction(1, 100)
        a = (current + step * d) / (base + step * c) * 100 - current / base * 100
        b = d / base
        square = {
            name: a**2 * u**2 if correlated == "yes" else b**2 * u**2 * 2
            for name, u, correlated in (
                ("trend_by_activity", u_a, activity_correlated),
                ("trend_by_factor", u_f, factor_correlated),
            )
        }
        trend += sum(square.values())
        found[category, gas] = {
            "combined_uncertainty": math.sqrt(u_a**2 + u_f**2),
            "variance_share": float((u_a**2 + u_f**2) * d**2 / current**2 / level * 100),
            "type_a_sensitivity": float(abs(a)),
            "type_b_sensitivity": float(abs(b)),
            "level_by_activity": float(u_a * abs(d) / abs(current)),
            "level_by_factor": float(u_f * abs(d) / abs(current)),
            **{name: math.sqrt(one) for name, one in square.items()},
        }
    in_all = {
        "level_uncertainty": math.sqrt(level),
        "trend": float((current - base) / base * 100),
        "trend_uncertainty": math.sqrt(trend),
    }
    return found, in_all


def test_the_registry_finds_the_method_and_its_contract() -> None:
    assert registry.get("climate.transparency.uncertainty-approach-1") is METHOD
    (given_table,) = METHOD.inputs
    assert given_table.name == "inventory"
    assert given_table.names == (
        "country",
        "category",
        "gas",
        "base",
        "current",
        "activity_uncertainty",
        "factor_uncertainty",
        "activity_correlated",
        "factor_correlated",
        "shared_factor",
    )
    defaults = {c.name: c.default for c in given_table.columns if not c.required}
    assert defaults == {
        "country": None,
        "activity_correlated": False,
        "factor_correlated": True,
        "shared_factor": None,
    }
    assert METHOD.output("total").names == (
        "level_uncertainty",
        "trend",
        "trend_uncertainty",
        "level_uncertainty_independent",
    )


def test_contributions_and_total_are_those_of_the_definitions(tmp_path: Path) -> None:
    result = run(tmp_path, *LINES)
    by_row, in_all = in_fractions(LINES)
    for row in rows(result, "contributions"):
        exact = by_row[row["category"], row["gas"]]
        assert {name: row[name] for name in exact} == pytest.approx(exact, rel=1e-10)
    in_all["level_uncertainty_independent"] = in_all["level_uncertainty"]
    assert total(result) == pytest.approx(in_all, rel=1e-11)


def test_one_coal_plant_by_hand(tmp_path: Path) -> None:
    """U = √(3² + 4²) = 5 %; alone, its sensitivity to a factor of both years is nothing.

    Trend 100 → 150: +50 %; B = 1.5, and through the activity data √2 · 1.5 · 3 points.
    """
    result = run(tmp_path, "1A1a,CO2,100,150,3,4", header=HEADER)
    assert total(result) == {
        "level_uncertainty": 5.0,
        "trend": 50.0,
        "trend_uncertainty": pytest.approx(4.5 * math.sqrt(2), rel=1e-11),
        "level_uncertainty_independent": 5.0,
    }
    (row,) = rows(result, "contributions")
    assert (row["type_a_sensitivity"], row["type_b_sensitivity"]) == (0.0, 1.5)
    assert (row["variance_share"], row["trend_by_factor"]) == (100.0, 0.0)


def test_correlation_is_taken_from_the_defaults_where_nothing_is_said(tmp_path: Path) -> None:
    said = [f"{line.rsplit(',', 3)[0]},no,yes," for line in LINES]
    silent = [line.rsplit(",", 3)[0] for line in LINES]
    result, other = run(tmp_path, *said), run(tmp_path, *silent, header=HEADER)
    for name in ("contributions", "total"):
        assert result.tables[name].arrow().equals(other.tables[name].arrow())


def test_removals_count_with_their_sign_in_totals_and_by_size_in_contributions(
    tmp_path: Path,
) -> None:
    """By hand: ΣD = 80; √((120·0.05)² + (40·0.3)²) = √(36 + 144) of 80."""
    result = run(tmp_path, "1A1a,CO2,100,120,0,5,,,", "3B1,CO2,-50,-40,0,30,,,")
    assert total(result)["level_uncertainty"] == pytest.approx(100 * math.sqrt(180) / 80, rel=1e-11)
    assert total(result)["trend"] == 60.0
    by_factor = {r["category"]: r["level_by_factor"] for r in rows(result, "contributions")}
    assert by_factor == {"1A1a": 7.5, "3B1": 15.0}


def test_a_net_removal_has_a_level_in_percent_of_its_size(tmp_path: Path) -> None:
    result = run(tmp_path, "1A1a,CO2,10,10,0,5,,,", "3B1,CO2,-50,-60,0,30,,,")
    assert total(result)["level_uncertainty"] == pytest.approx(
        100 * math.hypot(0.5, 18) / 50, rel=1e-11
    )
    assert total(result)["trend"] == 25.0


def test_a_base_year_of_zero_has_a_level_and_no_trend(tmp_path: Path) -> None:
    result = run(tmp_path, "1A1a,CO2,0,120,3,4,,,", "1A1b,CO2,0,5,3,4,,,")
    row = total(result)
    assert (row["trend"], row["trend_uncertainty"]) == (None, None)
    assert row["level_uncertainty"] == pytest.approx(5 * math.hypot(120, 5) / 125, rel=1e-11)
    assert {r["type_a_sensitivity"] for r in rows(result, "contributions")} == {None}
    assert checked(result, "trend-known").verdict is Verdict.LOOK
    assert checked(result, "level-known").verdict is Verdict.PASSED


def test_a_current_total_of_zero_has_no_percentage(tmp_path: Path) -> None:
    result = run(tmp_path, "1A1a,CO2,100,40,3,4,,,", "3B1,CO2,-50,-40,3,4,,,")
    row = total(result)
    assert (row["level_uncertainty"], row["trend"]) == (None, -100.0)
    assert {r["variance_share"] for r in rows(result, "contributions")} == {None}
    assert checked(result, "level-known").verdict is Verdict.LOOK


def test_a_base_total_that_one_percent_of_a_row_turns_has_no_trend_uncertainty(
    tmp_path: Path,
) -> None:
    result = run(tmp_path, "1A1a,CO2,201,210,3,4,,,", "3B1,CO2,-200,-180,3,4,,,")
    assert total(result)["trend_uncertainty"] is None
    assert checked(result, "trend-known").concerned == 1


def test_rows_that_share_a_factor_are_added_before_they_are_squared(tmp_path: Path) -> None:
    """By hand: (100 + 50)·10 % of 150 is 10 %, where two factors of their own make √1.25 / 1.5."""
    shared = run(tmp_path, "A,CO2,100,100,0,10,,,coal", "B,CO2,50,50,0,10,,,coal")
    alone = run(tmp_path, "A,CO2,100,100,0,10,,,", "B,CO2,50,50,0,10,,,")
    assert total(shared)["level_uncertainty"] == 10.0
    assert total(alone)["level_uncertainty"] == pytest.approx(
        10 * math.hypot(100, 50) / 150, rel=1e-11
    )
    parts = [row["variance_share"] for row in rows(shared, "contributions")]
    assert parts == pytest.approx([200 / 3, 100 / 3], rel=1e-11)


@given(
    st.lists(
        st.tuples(*[st.integers(1, 10_000)] * 2, st.integers(0, 200), st.booleans()),
        min_size=1,
        max_size=6,
    ),
    st.integers(2, 5),
)
def test_a_row_cut_into_parts_that_share_their_factor_stays_what_it_was(
    rows: list[tuple[int, int, int, bool]], parts: int
) -> None:
    """Without uncertainty of the activity data, parts of a category are the category."""

    def cut_into(cut: int) -> Propagated:
        base, current, factor, same = (np.repeat(column, cut) for column in zip(*rows, strict=True))
        return propagate(
            Lines(
                base=base / cut,
                current=current / cut,
                activity_uncertainty=np.zeros(len(base)),
                factor_uncertainty=factor.astype(np.float64),
                activity_correlated=np.zeros(len(base), np.bool_),
                factor_correlated=same,
                factor=np.repeat(np.arange(len(rows)), cut),
                factors=len(rows),
            )
        )

    whole, pieces = cut_into(1), cut_into(parts)
    for name in ("level_uncertainty", "trend", "trend_uncertainty"):
        assert getattr(pieces, name) == pytest.approx(getattr(whole, name), rel=1e-9, abs=1e-9)


REGION = f"country,{FULL}"


def region(folder: Path, *lines: str) -> Result:
    return run(folder, *lines, header=REGION)


def countries(result: Result) -> dict[str, dict[str, object]]:
    return {str(row["country"]): row for row in rows(result, "countries")}


def test_a_factor_that_two_countries_share_is_off_in_both_alike(tmp_path: Path) -> None:
    """Exact: v(D₁ + D₂)² where they share it, v(D₁² + D₂²) where each has its own."""
    one, other, v = Fraction(300), Fraction(100), Fraction(1, 100)
    line = "{},1A1a,CO2,200,{},0,10,no,yes,{}"
    shared = region(tmp_path, line.format("XAA", 300, "coal"), line.format("XAB", 100, "coal"))
    own = region(tmp_path, line.format("XAA", 300, ""), line.format("XAB", 100, ""))
    together = math.sqrt(v * (one + other) ** 2) / (one + other) * 100
    apart = math.sqrt(v * (one**2 + other**2)) / (one + other) * 100
    assert total(shared)["level_uncertainty"] == pytest.approx(together, rel=1e-11)
    assert total(shared)["level_uncertainty_independent"] == pytest.approx(apart, rel=1e-11)
    assert total(own)["level_uncertainty"] == pytest.approx(apart, rel=1e-11)
    of_shared, of_own = countries(shared), countries(own)
    assert of_shared["XAA"]["variance_share"] == pytest.approx(
        float(one * (one + other) / (one + other) ** 2 * 100), rel=1e-11
    )
    assert of_own["XAA"]["variance_share"] == pytest.approx(
        float(one**2 / (one**2 + other**2) * 100), rel=1e-11
    )
    assert {name: of_shared["XAB"][name] for name in ("current", "base", "trend")} == {
        "current": 100.0,
        "base": 200.0,
        "trend": -50.0,
    }
    assert of_shared["XAB"]["level_uncertainty"] == 10.0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("XAA", "XAB", "XAC")),
            *[st.integers(1, 10_000)] * 2,
            *[st.integers(1, 200)] * 2,
            st.sampled_from((None, "coal", "gas")),
        ),
        min_size=1,
        max_size=8,
    ),
    st.permutations(("XAA", "XAB", "XAC")),
)
def test_shares_of_countries_add_up_and_do_not_depend_on_their_names(
    given_rows: list[tuple[str, int, int, int, int, str | None]], renamed: list[str]
) -> None:
    to = dict(zip(("XAA", "XAB", "XAC"), renamed, strict=True))

    def calculated(rename: Mapping[str, str]) -> dict[str, list[dict[str, float]]]:
        names = ("country", "base", "current", "activity_uncertainty", "factor_uncertainty")
        columns = dict(zip((*names, "shared_factor"), zip(*given_rows, strict=True), strict=True))
        columns["country"] = [rename.get(code, code) for code in columns["country"]]
        number = len(given_rows)
        table = pa.table(
            {
                **{name: pa.array(columns[name], pa.float64()) for name in names[1:]},
                "country": pa.array(columns["country"]),
                "shared_factor": pa.array(columns["shared_factor"], pa.string()),
                "category": [f"S{at}" for at in range(number)],
                "gas": ["CO2"] * number,
                "activity_correlated": [False] * number,
                "factor_correlated": [True] * number,
            }
        )
        made = METHOD.function({"inventory": table}, {}).tables
        return {name: made[name].to_pylist() for name in ("countries", "total", "contributions")}

    before, after = calculated({}), calculated(to)
    assert math.fsum(row["variance_share"] for row in before["countries"]) == pytest.approx(100)
    assert after["total"] == before["total"]
    assert {row["country"]: row for row in after["countries"]} == {
        to[str(row["country"])]: row | {"country": to[str(row["country"])]}
        for row in before["countries"]
    }


def test_a_region_of_one_country_is_the_country(tmp_path: Path) -> None:
    alone, of_region = run(tmp_path, *LINES), region(tmp_path, *(f"XAA,{one}" for one in LINES))
    assert rows(alone, "countries") == []
    assert rows(of_region, "total") == rows(alone, "total")
    assert rows(of_region, "contributions") == [
        row | {"country": "XAA"} for row in rows(alone, "contributions")
    ]
    (row,) = rows(of_region, "countries")
    assert row["variance_share"] == pytest.approx(100, rel=1e-11)
    assert {name: row[name] for name in ("level_uncertainty", "trend_uncertainty")} == {
        name: total(alone)[name] for name in ("level_uncertainty", "trend_uncertainty")
    }


def test_faults_of_a_region_name_the_country(tmp_path: Path) -> None:
    assert refused(
        tmp_path,
        "XAA,1A4,CO2,100,100,3,5,,,coal",
        "XAB,1A4,CO2,100,100,3,6,,,coal",
        "XAB,1A4,CO2,100,100,3,5,,,",
        ",1A5,CO2,100,100,3,5,,,",
        header=REGION,
    ) == [
        "inventory: row 3, column factor_uncertainty: 6: XAA 1A4 CO2 has 5.0 for the same factor; "
        "write the same in all rows of a shared factor, or give each its own name",
        "inventory: row 4, column country: XAB · 1A4 · CO2: this record stands in row 3 already; "
        "one row for each country, category, gas",
        "inventory: row 5, column country: no country, where other rows name theirs; "
        "name the country of every row, or of none",
    ]


def test_order_and_unit_of_the_file_change_nothing(tmp_path: Path) -> None:
    plain = run(tmp_path, *LINES)
    turned = []
    for line in reversed(LINES):
        category, gas, base, current, *rest = line.split(",")
        turned.append(",".join([category, gas, base + "000", current + "000", *rest]))
    header = FULL.replace("base", "base [kg]").replace("current", "current [kg]")
    other = run(tmp_path, *turned, header=header)
    for name in ("contributions", "total"):
        assert other.tables[name].arrow().equals(plain.tables[name].arrow())


def test_every_fault_is_named_at_its_cell_at_once(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        "1A1a,CO2,100,NE,3,4,,,",
        "1A1b,CO2,,100,3,4,,,",
        "1A1c,CO2,100,100,-3,4,,,",
        "1A2,CO2,100,100,3,,,,",
        "1A2,co2,100,100,3,4,,,",
        ",CO2,100,100,3,4,,,",
        "1A3,CO2,100,100,3,4,maybe,,",
        "1A4,CO2,100,100,3,5,,,coal",
        "1A5,CO2,100,100,3,6,,,coal",
        "1A6,CO2,100,100,3,5,,no,coal",
    )
    assert [line.split(": ")[1] for line in lines] == [
        "row 2, column current",
        "row 3, column base",
        "row 4, column activity_uncertainty",
        "row 5, column factor_uncertainty",
        "row 6, column category",
        "row 7, column category",
        "row 8, column activity_correlated",
        "row 10, column factor_uncertainty",
        "row 11, column factor_correlated",
    ]
    assert lines[7].endswith(
        "6: 1A4 CO2 has 5.0 for the same factor; write the same in all rows of a shared factor, "
        "or give each its own name"
    )


def test_wide_and_absolutely_certain_rows_are_pointed_out(tmp_path: Path) -> None:
    lines = [
        "1A1a,CO2,1,1,3,4,,,",
        "3C4,N2O,1,1,3,140,,,",
        "2A1,CO2,1,1,0,0,,,",
        "2A2,CO2,0,0,0,0,,,",
    ]
    result = run(tmp_path, *lines)
    wide, zero = checked(result, "narrow-enough"), checked(result, "uncertainty-above-zero")
    assert (wide.verdict, wide.concerned, wide.tested) == (Verdict.LOOK, 1, 4)
    assert (zero.verdict, zero.concerned) == (Verdict.LOOK, 1)
    assert wide.hint["en"].endswith(": 3C4 N2O")
    assert zero.hint["en"].endswith(": 2A1 CO2")


def test_the_example_runs_and_is_pointed_to_approach_2(tmp_path: Path) -> None:
    result = running.run(METHOD, running.example_inputs(METHOD))
    shares: Mapping[str, list[float]] = result.tables["contributions"].arrow().to_pydict()
    assert math.fsum(shares["variance_share"]) == pytest.approx(100, rel=1e-11)
    assert checked(result, "narrow-enough").verdict is Verdict.LOOK
