"""Areas of land, from a ledger of conversions that balances by how it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.land_rules import conversions_of, rules
from kyoso.climate.transparency.tables.land import CARBON, CONVERSIONS, LAND, LANDS, STRATA
from kyoso.tables.given import schema

LAND_USES = tuple(LANDS)
YEARS = (2021, 2022)
DECLARED = {"land": LAND, "strata": STRATA, "carbon": CARBON, "conversions": CONVERSIONS}
MOVES = st.lists(
    st.tuples(
        st.sampled_from(YEARS), st.sampled_from(LAND_USES), st.sampled_from(LAND_USES),
        st.integers(1, 500),
    ).filter(lambda move: move[1] != move[2]),
    unique_by=lambda move: move[:3],
    max_size=8,
)  # fmt: skip


def ledger(moves: Sequence[tuple[int, str, str, int]]) -> dict[str, list[dict[str, Any]]]:
    """Areas of two years that begin with 10,000 ha of each land, moved as the moves say."""
    areas = dict.fromkeys(LAND_USES, 10_000.0)
    land = []
    for year in YEARS:
        before = dict(areas)
        for when, source, target, area in moves:
            if when == year:
                areas[source] -= area
                areas[target] += area
        land += [
            {"country": "XAA", "year": year, "land": use, "area_before": before[use],
             "area_after": areas[use]}
            for use in LAND_USES
        ]  # fmt: skip
    return {
        "land": land,
        "conversions": [
            {"country": "XAA", "year": year, "from_land": a, "to_land": b, "area": float(area)}
            for year, a, b, area in moves
        ],
        "strata": [],
        "carbon": [],
    }


def tables_of(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, pa.Table]:
    return {
        name: pa.Table.from_pylist(
            [dict.fromkeys(DECLARED[name].names) | dict(row) for row in several],
            schema=schema(DECLARED[name]),
        )
        for name, several in rows.items()
    }


def broken(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[tuple[object, ...]]]:
    """What is broken, by rule: the places and the column."""
    return {
        rule.id: [(*one.where.values(), one.column) for one in rule.broken]
        for rule in rules(tables_of(rows), {"tolerance": 0.5})
        if rule.broken
    }


@given(moves=MOVES)
def test_a_ledger_of_conversions_balances_and_its_sums_are_told_both_ways(
    moves: list[tuple[int, str, str, int]],
) -> None:
    rows = ledger(moves)
    assert broken(rows) == {}
    into, out = conversions_of(tables_of(rows))
    assert sum(map(sum, into.values())) == sum(map(sum, out.values())) == sum(m[3] for m in moves)


@given(moves=MOVES, at=st.integers(0, len(LAND_USES) - 1), by=st.sampled_from((-1.0, 0.4, 0.6)))
def test_an_area_that_is_off_breaks_its_own_balance_and_the_year_after(
    moves: list[tuple[int, str, str, int]], at: int, by: float
) -> None:
    rows = ledger(moves)
    rows["land"][at]["area_after"] += by
    use = LAND_USES[at]
    off = {
        "areas-balance": [("XAA", 2021, use, "area_after")],
        "years-follow": [("XAA", 2022, use, "area_before")],
    }
    assert broken(rows) == (off if abs(by) > 0.5 else {})


@pytest.mark.parametrize(
    ("area", "former", "land", "found"),
    [
        (10_000.0, None, "cropland", None),
        (10_000.5, None, "cropland", None),
        (10_001.0, None, "cropland", ("XAA", 2021, "cropland", "area")),
        (1.0, "cropland", "cropland", ("XAA", 2021, "a", "former")),
    ],
)
def test_strata_fit_into_their_land(
    area: float, former: str | None, land: str, found: tuple[object, ...] | None
) -> None:
    place = {"country": "XAA", "year": 2021}
    rows = ledger(())
    rows["strata"] = [{**place, "stratum": "a", "land": land, "former": former, "area": area}]
    assert broken(rows) == ({} if found is None else {"strata-fit": [found]})


@pytest.mark.parametrize(
    ("given_", "columns"),
    [
        ({"gain": 1.0, "loss": 0.0}, []),
        ({"stock_before": 1.0, "stock_after": 2.0, "interval": 5}, []),
        ({"gain": 1.0}, ["loss"]),
        ({"stock_before": 1.0, "interval": 5}, ["stock_after"]),
        ({}, ["gain"]),
        ({"gain": 1.0, "loss": 0.0, "interval": 5}, ["gain"]),
    ],
)
def test_carbon_has_one_form_and_that_whole(given_: dict[str, float], columns: list[str]) -> None:
    place = {"country": "XAA", "year": 2021, "stratum": "a"}
    rows = ledger(())
    rows["strata"] = [{**place, "land": "cropland", "area": 1.0}]
    rows["carbon"] = [{**place, "pool": "litter", **given_}]
    assert [found[-1] for found in broken(rows).get("one-form", [])] == columns
