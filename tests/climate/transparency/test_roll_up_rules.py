"""What a roll-up refuses, told once more from what lies below each category."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.roll_up_rules import rules
from kyoso.climate.transparency.tables.facilities import FACTORS
from kyoso.climate.transparency.tables.roll_up import ESTIMATES, NATIONAL, STATED
from kyoso.tables.declaration import Table
from kyoso.tables.given import schema

CODES = ("1A", "1A1", "1A1a", "1A1ai", "1A1b", "1A2", "1A2a", "1A2f")
BELOW = {code: {code, *categories.below(code)} for code in CODES}
"""Each code with all that it stands above."""
LINE = {
    "country": "XAA", "year": 2023, "source": "Natural Gas", "unit": None, "gas": "CO2",
    "boundary": "direct", "biogenic": False, "confidential": False, "gwp": None, "current": True,
    "lines": 1, "empty": 0, "stated": 0, "mass": 1.0, "co2e": None, "quantity": None,
}  # fmt: skip
GAS = {
    "source": "Natural Gas", "gas": "CO2", "sector": "all", "value": 56100.0, "unit": "kg/TJ",
    "biogenic": False, "net_calorific_value": 48.0, "verification": "two-sources",
}  # fmt: skip


def table(declared: Table, *rows: dict[str, Any]) -> pa.Table:
    place = {"country": "XAA", "year": 2023}
    return pa.Table.from_pylist(
        [dict.fromkeys(declared.names) | place | row for row in rows], schema=schema(declared)
    )


def broken(rule: str, **tables: pa.Table) -> dict[str, list[Any]]:
    """What is broken, by table: categories."""
    given_ = {"factors": table(FACTORS, GAS), **tables}
    found = rules(given_, {"gwp": "AR5", "transferred": "kept"})
    return {
        one.table: [each.where["category"] for each in one.broken]
        for one in found
        if one.id == rule
    }


@settings(max_examples=60, deadline=None)
@given(
    lines=st.sets(st.sampled_from(CODES), min_size=1, max_size=2),
    estimated=st.sets(st.sampled_from(CODES), max_size=2),
    keyed=st.sampled_from(CODES),
    notation=st.sampled_from(("NE", "NO", "NA", "IE", "FX", "C")),
    why=st.sampled_from((None, "small plants")),
)
def test_a_key_contradicts_a_value_unless_ne_says_what_is_left_out(
    lines: set[str], estimated: set[str], keyed: str, notation: str, why: str | None
) -> None:
    found = broken(
        "nothing-contradicted",
        lines=pa.Table.from_pylist([LINE | {"category": code} for code in sorted(lines)]),
        estimates=table(
            ESTIMATES,
            *({"category": code, "gas": "CO2", "mass": 1.0} for code in sorted(estimated)),
        ),
        notations=table(
            STATED,
            {"category": keyed, "gas": "CO2", "notation": notation, "explanation": why},
        ),
    )
    reported, there = lines & BELOW[keyed], estimated & BELOW[keyed]
    over = {code for code in estimated if keyed in BELOW[code]}
    contradicts = {
        "NE": bool(there or (reported and (over or why is None))),
        "FX": False,
        "C": False,
    }.get(notation, bool(reported or there))
    assert found == {"notations": [keyed] if contradicts else []}


@settings(max_examples=40, deadline=None)
@given(codes=st.sets(st.sampled_from(CODES), min_size=1))
def test_of_national_figures_those_are_refused_that_lie_below_another(codes: set[str]) -> None:
    figures = table(
        NATIONAL,
        *(
            {"category": code, "source": "Natural Gas", "quantity": 1.0, "unit": "TJ"}
            for code in sorted(codes)
        ),
    )
    refused = set(broken("counted-once", national=figures)["national"])
    kept = codes - refused
    assert all(one == other or other not in BELOW[one] for one in kept for other in kept)
    assert all(any(one != other and one in BELOW[other] for other in codes) for one in refused)


@settings(max_examples=40, deadline=None)
@given(
    lines=st.sets(st.sampled_from(CODES), max_size=2),
    estimated=st.sets(st.sampled_from(CODES), min_size=1, max_size=3),
)
def test_an_estimate_holds_the_facilities_below_it_and_repeats_nothing_above(
    lines: set[str], estimated: set[str]
) -> None:
    found = broken(
        "counted-once",
        lines=pa.Table.from_pylist(
            [LINE | {"category": code} for code in sorted(lines)] or [LINE | {"category": "2C1"}]
        ),
        estimates=table(
            ESTIMATES,
            *({"category": code, "gas": "CO2", "mass": 1.0} for code in sorted(estimated)),
        ),
    )["estimates"]
    assert found == [
        code
        for code in sorted(estimated)
        if any(code != other and code in BELOW[other] for other in lines | estimated)
    ]
