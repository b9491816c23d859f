"""What is withheld, checked as somebody would who knows every cell that is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.category_trees import Node, Trees
from kyoso.climate.transparency.withholding import LEAST, Reporters, withheld

TREE = ("XAA", 2023, "CO2", "total")


def grown(*lines: tuple[str, str, float, bool]) -> dict[str, Node]:
    """The tree of lines: category, reporter, mass, confidential."""
    trees = Trees()
    for category, reporter, mass, secret in lines:
        by = Reporters(frozenset({reporter}))
        trees.report(TREE, category, mass, by=by, secret=secret, known_from=None)
    return trees.trees[TREE]


def hidden(*lines: tuple[str, str, float, bool]) -> set[str]:
    return set(withheld({code: node.cell() for code, node in grown(*lines).items()}))


OTHERS = (("1A1a", "A", 5.0, False), ("1A1a", "B", 6.0, False), ("1A1a", "D", 7.0, False))


def test_nothing_is_withheld_where_nothing_is_confidential() -> None:
    assert hidden(("1A1b", "C", 9.0, False), *OTHERS) == set()


def test_three_reporters_are_enough() -> None:
    lines = [("1A1b", name, 9.0, True) for name in ("A", "B", "C")]
    assert hidden(*lines, *OTHERS) == set()


def test_one_facility_with_three_lines_is_one_reporter() -> None:
    lines = [("1A1b", "C", mass, True) for mass in (1.0, 2.0, 3.0)]
    assert hidden(*lines, *OTHERS) == {"1A1b", "1A1a"}


def test_a_neighbour_is_withheld_too_or_the_difference_would_tell() -> None:
    assert hidden(("1A1b", "C", 9.0, True), *OTHERS) == {"1A1b", "1A1a"}


def test_of_several_neighbours_the_smallest_that_are_needed_are_withheld() -> None:
    shown = [("1A1ci", name, 1.0, False) for name in ("E", "F")]
    assert hidden(("1A1b", "C", 9.0, True), *shown, *OTHERS) == {"1A1b", "1A1c", "1A1ci"}


def test_where_neighbours_do_not_suffice_the_category_above_is_withheld() -> None:
    far = [("1A2a", name, 50.0, False) for name in ("X", "Y", "Z")]
    lines = (("1A1b", "C", 9.0, True), ("1A1a", "A", 5.0, False), *far)
    assert hidden(*lines) == {"1A1b", "1A1", "1A2", "1A2a"}


def test_what_stands_at_a_category_itself_is_protected_like_a_neighbour() -> None:
    under = [("1A1ai", name, 5.0, False) for name in ("A", "B", "D")]
    assert hidden(("1A1a", "C", 9.0, True), *under) == {"1A1ai"}


leaves = st.sampled_from(["1A1a", "1A1b", "1A1ci", "1A1cii", "1A2a", "1A2d", "2A1", "2A2", "4A1"])
line = st.tuples(leaves, st.sampled_from("ABCDEFGH"), st.integers(1, 99).map(float), st.booleans())


@given(lines=st.lists(line, min_size=1, max_size=14))
def test_no_sum_that_can_be_found_by_subtraction_rests_on_too_few(
    lines: list[tuple[str, str, float, bool]],
) -> None:
    nodes = grown(*lines)
    withheld_ = hidden(*lines)
    for code, node in nodes.items():
        sensitive = node.confidential and len(node.reporters.names) < LEAST
        assert not sensitive or code in withheld_
        concealed = [one for one in categories.children(code) if one in withheld_]
        if code not in withheld_ and concealed:
            behind = {name for one in concealed for name in nodes[one].reporters.names}
            own = node.own
            assert len(behind | (own.names if own else set())) >= LEAST
        if code in withheld_ and categories.children(code) and node.own is None:
            assert concealed  # else it were the sum of what is shown


@given(lines=st.lists(line, min_size=1, max_size=14))
def test_totals_hold_all_that_is_withheld(lines: list[tuple[str, str, float, bool]]) -> None:
    assert grown(*lines)["0"].total == sum(mass for _, _, mass, _ in lines)
