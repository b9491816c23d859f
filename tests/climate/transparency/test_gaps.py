"""What is not estimated, and how it is told: properties on any part of the tree of categories."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency import categories, gaps
from kyoso.core.text import SEMICOLON, Text, joined, same

TREE = ("XAA", 2023, "CH4", "total")
CODES = st.sampled_from(categories.codes())
SAID = st.builds(Text, *(st.text(min_size=1, max_size=12),) * 2)
REASONS = st.dictionaries(CODES, st.none() | SAID, max_size=6)


def stated(category: str, notation: str, why: str | None) -> dict[str, object]:
    return {
        "country": "XAA", "year": 2023, "category": category, "gas": "CH4",
        "notation": notation, "explanation": why,
    }  # fmt: skip


def test_of_the_keys_ne_alone_says_that_something_is_not_estimated() -> None:
    keys = [
        stated("4A", "NE", "old sites"),
        stated("4B", "NO", "none"),
        stated("3C7", "NE", None),
        stated("1A3di", "NE", "ports"),
    ]
    assert gaps.keyed(keys) == {
        TREE: {"4A": same("old sites"), "3C7": None},
        ("XAA", 2023, "CH4", "bunkers"): {"1A3di": same("ports")},
    }


def test_an_estimate_without_words_leaves_nothing_out() -> None:
    rows = [stated("4A", "", None) | {"not_estimated": why} for why in (None, "", "old sites")]
    assert gaps.partial(rows) == {TREE: {"4A": same("old sites")}}
    assert gaps.partial(rows[:2]) == {}


@given(first=REASONS, second=REASONS)
def test_reasons_come_together_in_the_order_of_the_guidelines(
    first: dict[str, Text | None], second: dict[str, Text | None]
) -> None:
    (merged,) = gaps.together({TREE: first}, {TREE: second}).values()
    assert merged == {**first, **second}
    assert list(merged) == [code for code in categories.codes() if code in merged]


@given(reasons=REASONS, valued=st.sets(CODES))
def test_what_stands_beside_values_is_just_what_has_one(
    reasons: dict[str, Text | None], valued: set[str]
) -> None:
    beside = gaps.beside({TREE: reasons}, {TREE: valued}).get(TREE, {})
    assert beside == {code: why for code, why in reasons.items() if code in valued}
    assert gaps.beside({TREE: reasons}, {}) == {}


@given(reasons=REASONS, category=CODES)
def test_a_category_tells_its_own_gap_first_and_all_below_it(
    reasons: dict[str, Text | None], category: str
) -> None:
    (ordered,) = gaps.together({TREE: reasons}).values()
    told = gaps.told(ordered, category)
    below = {category, *categories.below(category)}
    assert len(told) == len(below & set(reasons))
    said = joined(told, SEMICOLON) if told else None
    assert gaps.is_own(category, said and said.en) == (category in reasons)
    assert gaps.stands(reasons, category) == any(
        category in {c, *categories.below(c)} for c in reasons
    )


def test_a_withheld_value_is_a_value() -> None:
    cells = ((1.0, None), (1.0, "NE"), (None, "C"), (None, "NE"), (None, None))
    found = [gaps.has_value({"total": total, "notation": key}) for total, key in cells]
    assert found == [True, True, True, False, False]
