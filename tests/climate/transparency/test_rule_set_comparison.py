"""Two rule sets on one facility: effects worked out by hand, in fractions, from cited values.

Factors are those of IPCC 2006 Tables 1.4 and 2.2 (natural gas: 56,100, 1 and 0.1 kg/TJ),
potentials those of AR4 and AR5 (25 and 28 for CH4, 298 and 265 for N2O, 22,800 and 23,500 for
SF6) as in the project's notes on transparency.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.climate.transparency.facility_reports import factor, planned, reported, table

from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.rule_set_comparison import METHOD, rule_set_comparison
from kyoso.climate.transparency.rule_sets import known
from kyoso.climate.transparency.tables import plans as declared
from kyoso.climate.transparency.tables.rule_sets import PROVISIONS, RULE_SETS
from kyoso.core.errors import InputRefusedError, UsageError
from kyoso.methods import running
from kyoso.methods.declaration import Outcome
from kyoso.methods.result import Result

PLAN = (
    "facility,country,stream,category,source,approach,tier,meter_uncertainty",
    "F1,XAA,S1,1A1a,Natural Gas,calculation,1,5",
    "F1,XAA,S2,,Grid,purchased-energy,,",
    "F1,XAA,S3,2G1,SF6,calculation,1,",
    "F1,XAA,S4,,CO2,transfer,,",
    "F1,XAA,S5,2B2,N2O,measurement,3,",
)
ACTIVITY = (
    "facility,year,stream,quantity,unit",
    "F1,2022,S1,100,TJ",
    "F1,2022,S2,1000,MWh",
    "F1,2022,S3,1,t",
    "F1,2022,S4,500,t",
    "F1,2022,S5,2,t",
)
GRID = """source,country,year,method,value,unit
Grid,XAA,2022,location,0.6,t/MWh
Grid,XAA,2022,market,0.45,t/MWh
"""
SHIPPED = ("asean-pasti", "eu-ets", "jp-shk", "us-40cfr98")


def run(
    folder: Path,
    a: str,
    b: str,
    *,
    plan: Sequence[str] = PLAN,
    activity: Sequence[str] = ACTIVITY,
    others: Mapping[str, str] | None = None,
    gwp: str = "rule-set",
) -> Result:
    given_ = {"plan": "\n".join(plan), "activity": "\n".join(activity), "electricity": GRID}
    inputs = {}
    for name, text in (given_ | dict(others or {})).items():
        inputs[name] = folder / f"{name}.csv"
        inputs[name].write_text(f"{text}\n", encoding="utf-8")
    return running.run(METHOD, inputs, {"a": a, "b": b, "gwp": gwp})


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def effects(result: Result) -> dict[tuple[str, str], object]:
    """The effects of what moves the total."""
    return {
        (str(row["provision"]), str(row["item"])): row["effect"]
        for row in rows(result, "differences")
        if row["provision"] in ("boundary", "gas", "gwp")
    }


def test_every_step_from_japan_to_the_european_scheme_is_worked_out_by_hand(
    tmp_path: Path,
) -> None:
    # Japan 2022: AR4, market-based electricity, all gases. EU 2022: AR5, direct, CO2 and the N2O
    # of nitric acid, less what was transferred.
    result = run(tmp_path, "jp-shk", "eu-ets")
    assert effects(result) == {
        ("boundary", "purchased-market"): -450.0,
        ("boundary", "transferred"): -500.0,
        ("gas", "CH4"): -2.5,
        ("gas", "N2O"): pytest.approx(-2.98, rel=1e-12),
        ("gas", "SF6"): -22800.0,
        ("gwp", "N2O"): 2.0 * (265 - 298),
    }
    (total,) = rows(result, "totals")
    before = Fraction(5610) + Fraction(25, 10) + Fraction(298, 100) + 450 + 22800 + 2 * 298
    after = Fraction(5610) + 2 * 265 - 500
    assert total["total_a"] == pytest.approx(float(before), rel=1e-12)
    assert total["total_b"] == float(after)
    assert total["difference"] == total["explained"] == pytest.approx(float(after - before))
    assert (total["verdict_a"], total["verdict_b"]) == ("reached", "open")


def test_a_gas_covered_in_some_categories_is_covered_in_part(tmp_path: Path) -> None:
    result = run(tmp_path, "jp-shk", "eu-ets")
    found = {row["item"]: row for row in rows(result, "differences") if row["provision"] == "gas"}
    values = {gas: (row["value_a"], row["value_b"]) for gas, row in found.items()}
    assert values == {
        "CH4": ("covered", "not-covered"),
        "N2O": ("covered", "in-part"),
        "SF6": ("covered", "not-covered"),
    }
    assert found["N2O"]["explanation_en"] == (
        "N2O in the categories of this facility: covered by Japan SHK, covered in part by EU ETS."
    )
    assert found["N2O"]["explanation_ja"] == (
        "この施設の区分でのN2O：日本SHK制度では対象、EU ETSでは一部対象。"
    )


def test_potentials_are_a_step_of_their_own_for_each_gas(tmp_path: Path) -> None:
    result = run(tmp_path, "us-40cfr98", "asean-pasti")
    assert effects(result) == {
        ("boundary", "purchased-location"): 600.0,
        ("gwp", "CH4"): pytest.approx(0.1 * (28 - 25), rel=1e-12),
        ("gwp", "N2O"): pytest.approx(2.01 * (265 - 298), rel=1e-12),
        ("gwp", "SF6"): 700.0,
    }
    found = [row for row in rows(result, "differences") if row["item"] == "SF6"]
    assert [(row["value_a"], row["value_b"]) for row in found] == [("AR4: 22800", "AR5: 23500")]


def test_what_moves_no_total_is_compared_in_words(tmp_path: Path) -> None:
    result = run(tmp_path, "us-40cfr98", "eu-ets")
    found = {
        row["provision"]: (row["value_a"], row["value_b"], row["effect"])
        for row in rows(result, "differences")
        if row["provision"] not in ("boundary", "gas", "gwp")
    }
    assert found["materiality"] == ("not stated", "5 % (<= 500000 t)", 0.0)
    assert found["threshold"] == (
        "25000 t CO2e; Table A-3 listed category: reached",
        "20 MW: open",
        0.0,
    )
    assert found["verification"] == ("administrator", "third-party", 0.0)
    assert "tier" not in found  # both have tiers 1 to 4
    assert "deadline" not in {
        row["provision"] for row in rows(run(tmp_path, "jp-shk", "jp-shk"), "differences")
    }


def test_a_rule_set_does_not_differ_from_itself(tmp_path: Path) -> None:
    result = run(tmp_path, "jp-shk", "jp-shk")
    assert rows(result, "differences") == []
    (total,) = rows(result, "totals")
    assert total["difference"] == 0.0


def test_one_way_is_the_other_way_back(tmp_path: Path) -> None:
    there, back = run(tmp_path, "jp-shk", "eu-ets"), run(tmp_path, "eu-ets", "jp-shk")
    (out,), (home,) = rows(there, "totals"), rows(back, "totals")
    assert (out["total_a"], out["total_b"]) == (home["total_b"], home["total_a"])
    assert out["difference"] == -float(str(home["difference"]))


def test_a_gas_without_potential_in_the_first_set_comes_in_with_that_of_the_second(
    tmp_path: Path,
) -> None:
    # HFC-152 has no potential in AR4 and 16 in AR5; the first rule set does not cover it.
    own = """rule_set,provision,value,text_en,text_ja
old,title,X,Old,旧
old,gas,CO2,CO2,CO2
old,gwp,AR4,AR4,AR4
old,boundary,direct,direct,直接
"""
    plan = (PLAN[0], "F1,XAA,S1,2E1,HFC152,calculation,1,")
    activity = (ACTIVITY[0], "F1,2022,S1,3,t")
    result = run(
        tmp_path, "old", "asean-pasti", plan=plan, activity=activity, others={"rule_sets": own}
    )
    assert effects(result) == {
        ("boundary", "purchased-location"): 0.0,
        ("gas", "HFC152"): 48.0,
        ("gwp", "all"): 0.0,
    }


def test_tiers_that_one_side_does_not_allow_are_told_and_not_refused(tmp_path: Path) -> None:
    plan = [line.replace("calculation,1,5", "calculation,4,5") for line in PLAN]
    result = run(tmp_path, "asean-pasti", "eu-ets", plan=plan)
    found = {check.id: check for check in result.checks if check.id.startswith("tiers-allowed")}
    assert {name: check.concerned for name, check in found.items()} == {
        "tiers-allowed.asean-pasti": 1,
        "tiers-allowed.eu-ets": 0,
    }


def test_a_rule_set_without_potentials_asks_for_them_once(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        run(tmp_path, "vn-decree06", "vn-decree06")
    lines = caught.value.lines()
    assert len(lines) == 5  # the rows of the year
    assert lines[0] == (
        "activity: row 2, column year: 2022: Viet Nam Decree 06/2022 states no set of potentials for "
        "this year; name one with -p gwp="
    )
    given_ = run(tmp_path, "vn-decree06", "jp-shk", gwp="AR5")
    assert ("gwp", "SF6") in effects(given_)


def test_an_unknown_rule_set_is_named_with_its_parameter(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="-p b=nowhere: there is no such rule set"):
        run(tmp_path, "jp-shk", "nowhere")


def test_all_rule_sets_stand_against_each_other_in_every_provision(tmp_path: Path) -> None:
    found = rows(run(tmp_path, "jp-shk", "eu-ets"), "harmonisation")
    assert len(found) == len(PROVISIONS) * len(known())
    cells = {(row["provision"], row["rule_set"]): row for row in found}
    assert cells["materiality", "eu-ets"]["value"] == "5 % (<= 500000 t); 2 % (> 500000 t)"
    assert cells["materiality", "jp-shk"]["value"] is None
    assert cells["materiality", "jp-shk"]["text_ja"] == "記載なし。"
    assert cells["gwp", "jp-shk"]["value"] == "AR4 (2015–2022); AR5 (2023–)"
    assert cells["gwp", "jp-shk"]["verification"] == "unverified"  # the weaker of the two
    assert cells["threshold", "sg-cpa"]["value"] == "2000 t CO2e"


@given(
    quantities=st.tuples(*(st.integers(0, 10**6) for _ in range(5))),
    a=st.sampled_from(SHIPPED),
    b=st.sampled_from(SHIPPED),
    order=st.randoms(use_true_random=False),
)
def test_effects_add_up_to_the_difference_whatever_is_reported(
    quantities: tuple[int, ...], a: str, b: str, order: random.Random
) -> None:
    units = ("GJ", "kWh", "g", "kg", "kg")
    activity = [
        reported(year=2022, stream=f"S{at}", quantity=float(quantity), unit=unit)
        for at, (quantity, unit) in enumerate(zip(quantities, units, strict=True), 1)
    ]
    first = compared(activity, a, b)
    (total,) = first.tables["totals"].to_pylist()
    check = next(one for one in first.checks if one.id == "differences-explained")
    assert (check.verdict.value, total["explained"]) == ("passed", total["difference"])
    listed = sum(row["effect"] for row in first.tables["differences"].to_pylist())
    largest = abs(total["total_a"]) + abs(total["total_b"]) + 1
    assert listed == pytest.approx(total["difference"], abs=1e-9 * largest)
    order.shuffle(activity)
    second = compared(activity, a, b)
    for name in ("differences", "totals"):
        assert first.tables[name].to_pylist() == second.tables[name].to_pylist()


def compared(activity: Sequence[Row], a: str, b: str) -> Outcome:
    """The plan of :data:`PLAN` under two rule sets, without a file."""
    bought = {"approach": "purchased-energy", "category": None, "tier": None}
    weighed = {"approach": "calculation", "category": "2G1"}
    grid = {"source": "Grid", "country": "XAA", "year": 2022, "gas": "CO2", "unit": "t/MWh"}
    tables = {
        "plan": table(
            declared.PLAN,
            planned(),
            planned(stream="S2", source="Grid", **bought),
            planned(stream="S3", source="SF6", **weighed),
            planned(stream="S4", source="CO2", **{**bought, "approach": "transfer"}),
            planned(stream="S5", source="N2O", approach="measurement", category="2B2", tier=3),
        ),
        "activity": table(declared.ACTIVITY, *activity),
        "factors": table(
            declared.DATED_FACTORS,
            factor(),
            factor(gas="CH4", value=1.0, sector="energy industries"),
            factor(gas="N2O", value=0.1, sector="energy industries"),
        ),
        "electricity": table(
            declared.ELECTRICITY,
            {**grid, "method": "location", "value": 0.6},
            {**grid, "method": "market", "value": 0.45},
        ),
        "rule_sets": table(RULE_SETS),
    }
    return rule_set_comparison(tables, METHOD.parse({"a": a, "b": b}))
