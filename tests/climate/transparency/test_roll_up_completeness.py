"""How cells are filled, told once more from what lies below each category."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kyoso.climate.transparency import categories, gaps
from kyoso.climate.transparency.category_trees import Trees
from kyoso.climate.transparency.roll_up_completeness import completeness_of
from kyoso.climate.transparency.withholding import Reporters
from kyoso.core.text import same

PLACE = ("XAA", 2023)
TREE = (*PLACE, "CO2", "total")
CODES = ("1", "1A", "1A1", "1A1a", "1A1ai", "1A1aii", "1A1b", "1A2", "1A2a", "1A2f", "2C", "2C1")
LEAVES = [code for code in categories.codes() if not categories.children(code)]
BELOW = {code: {code, *categories.below(code)} for code in CODES}
"""Each of these codes with all that it stands above."""


def grown(*lines: str, settled: frozenset[str] = frozenset()) -> Trees:
    """A tonne at each category; of ``settled`` ones national statistics tell all."""
    trees = Trees()
    for code in lines:
        known = code if code in settled else None
        trees.report(TREE, code, 1.0, by=Reporters(), secret=False, known_from=known)
    return trees


def filled(
    trees: Trees, keys: dict[str, str], partial: dict[str, str] | None = None
) -> dict[str, dict[str, Any]]:
    """The CO2 rows by category."""
    stated = [
        {
            "country": "XAA", "year": 2023, "category": code, "gas": "CO2", "notation": key,
            "explanation": "why",
        }
        for code, key in keys.items()
    ]  # fmt: skip
    reasons: dict[Any, gaps.Reasons] = {TREE: partial or {}}
    trees.leave_open(reasons)
    rows = list(completeness_of([PLACE], trees, stated, reasons))
    cells = [(row["category"], row["gas"]) for row in rows]
    assert cells == [(code, gas) for code in LEAVES for gas in categories.gases(code)]
    return {row["category"]: row for row in rows if row["gas"] == "CO2"}


@settings(max_examples=25, deadline=None)
@given(
    lines=st.sets(st.sampled_from(CODES)),
    keys=st.dictionaries(st.sampled_from(CODES), st.sampled_from(("NE", "NO", "IE", "FX"))),
)
def test_a_cell_has_its_value_or_a_key_or_a_value_above_or_nothing(
    lines: set[str], keys: dict[str, str]
) -> None:
    for code, row in filled(grown(*lines), keys).items():
        keyed = [above for above in keys if code in BELOW[above]]
        above = [line for line in lines if code in BELOW[line]]
        expected = (
            "reported" if code in lines
            else "notation" if keyed
            else "above" if above
            else "missing"
        )  # fmt: skip
        assert row["status"] == expected
        nearest = max(keyed if expected == "notation" else above, key=len, default=None)
        assert row["found_in"] == (code if expected == "reported" else nearest)
        assert row["notation"] == keys.get(row["found_in"])


@settings(max_examples=25, deadline=None)
@given(
    lines=st.sets(st.sampled_from(CODES), min_size=1),
    settled=st.frozensets(st.sampled_from(CODES)),
    left=st.sampled_from(CODES),
)
def test_a_value_is_partial_where_something_at_or_above_is_left_out_and_nothing_tells_all(
    lines: set[str], settled: frozenset[str], left: str
) -> None:
    rows = filled(grown(*lines, settled=settled), {}, {left: same("small plants")})
    for code in lines & set(rows):
        told = code in settled and code != left
        is_part = code in BELOW[left] and not told
        row = rows[code]
        assert row["status"] == ("partial" if is_part else "reported")
        assert (row["found_in"], row["notation"], row["not_estimated"]) == (
            (left, "NE", "small plants") if is_part else (code, None, None)
        )


def test_a_part_above_covers_those_below_as_a_part_and_keeps_a_key_of_its_own() -> None:
    of = filled(grown("1A2"), {"1A2": "FX"}, {"1A2": same("small kilns")})
    assert (of["1A2f"]["status"], of["1A2f"]["notation"], of["1A2f"]["not_estimated"]) == (
        "partial", "FX", "small kilns",
    )  # fmt: skip
    of = filled(grown("1A2f"), {"1A2": "NE"}, {"1A2": same("why")})
    assert (of["1A2f"]["status"], of["1A2a"]["status"]) == ("partial", "notation")
