"""Gaps, repetitions and order of numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kyoso.programme.codes import Number
from kyoso.programme.numbering import Found, Numbered, gaps, in_order, measure_notices, notices


def numbered(*numbers: Number, annex: Number | None = None) -> list[Numbered]:
    return [
        Numbered(number, line, line, annex=annex) for line, number in enumerate(numbers, start=1)
    ]


@given(st.sets(st.integers(min_value=1, max_value=60)))
def test_gaps_are_what_is_absent_below_the_greatest(numbers: set[int]) -> None:
    absent = {n for first, last in gaps(numbers) for n in range(first, last + 1)}
    assert absent == set(range(1, max(numbers, default=0))) - numbers


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 9)), max_size=9))
def test_what_is_in_order_is_a_longest_ascending_selection(numbers: list[Number]) -> None:
    kept = sorted(in_order(numbers))
    selection = [numbers[index] for index in kept]
    assert selection == sorted(selection)
    # Every selection, tried one by one.
    longest = 0
    for mask in range(1 << len(numbers)):
        tried = [number for index, number in enumerate(numbers) if mask >> index & 1]
        if tried == sorted(tried):
            longest = max(longest, len(tried))
    assert len(kept) == longest


def test_many_missing_numbers_are_named_as_a_range() -> None:
    (one,) = measure_notices(numbered((1,), (40,)))
    assert (one.kind, one.code, one.values["last"], one.line) == ("missing-run", "2", "39", 2)


def test_a_block_that_moved_is_named_once() -> None:
    (one,) = measure_notices(numbered((3,), (4,), (5,), (6,), (1,), (2,)))
    assert (one.kind, one.code, one.values["last"], one.line) == ("out-of-order-run", "1", "2", 5)
    assert one.message["en"] == ("1 to 2 are out of order: they stand between 6 and the end")
    assert one.message["ja"] == "1から2までの順序が違います（6と末尾の間に置かれています）"


def test_an_annex_without_its_heading_is_missed_between_its_neighbours() -> None:
    found = Found(
        annexes=numbered((1,), (2, 1), (2, 3), (3,)), coded=numbered((1, 1, 1), annex=(1,))
    )
    kinds = {(one.kind, one.code, one.line) for one in notices(found)}
    assert ("missing-annex", "2.2", 3) in kinds


def test_whole_numbers_give_no_notice() -> None:
    found = Found(
        pillars=numbered((1,)),
        announced=numbered((1, 1), (1, 2)),
        annexes=numbered((1,)),
        headings=[Numbered((1, 1), 10, 10), Numbered((1, 2), 13, 13)],
        coded=[
            Numbered((1, 1, 1), 11, 11, annex=(1,)),
            Numbered((1, 1, 2), 12, 12, annex=(1,)),
            Numbered((1, 2, 1), 14, 14, annex=(1,), is_group=True),
            Numbered((1, 2, 1, 1), 15, 15, annex=(1,)),
        ],
        commitments=numbered((1,), (2,)),
        passages=[numbered((1,), (2,)), numbered((1,), (2,))],
    )
    assert notices(found) == []
