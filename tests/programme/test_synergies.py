"""What many judges say together, and which pairs to examine next."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.programme.synergies import (
    Judgement,
    Subject,
    examined,
    pair_of,
    suggest,
    summary,
    tally,
)

values = st.lists(st.integers(-3, 3), min_size=1, max_size=9)
judgements = st.lists(
    st.builds(Judgement, st.sampled_from(["XAA", "XAB", "ASEAN"]), st.integers(-3, 3)),
    min_size=1,
    max_size=9,
)
subjects = st.dictionaries(
    st.sampled_from([f"1-1-{n}" for n in range(1, 9)]),
    st.fixed_dictionaries(
        {
            "framework": st.frozensets(st.sampled_from(["paris-6", "kmgbf-3", "sdg-13"])),
            "place": st.frozensets(st.sampled_from(["XAA", "XAB"])),
        }
    ),
).map(lambda found: [Subject(key, tags) for key, tags in found.items()])


# --- scores together ----------------------------------------------------------------------


@given(values)
def test_the_middle_is_that_of_the_standard_library_and_never_between_two_scores(
    given: list[int],
) -> None:
    found = summary(given)
    assert found.middle == (statistics.median_low(given), statistics.median_high(given))
    assert (found.count, found.lowest, found.highest) == (len(given), min(given), max(given))


def test_help_and_harm_never_meet_at_nothing() -> None:
    found = examined([Judgement("XAA", -2), Judgement("XAA", 2)])
    assert found is not None
    assert found.whole.middle == (-2, 2)
    assert (found.verdict, found.whole.spread, found.is_strong) == ("disputed", 4, False)


def test_what_differs_only_from_place_to_place_is_no_dispute() -> None:
    found = examined([Judgement("XAA", -2), Judgement("XAB", 2)])
    assert found is not None
    assert found.verdict == "by_place"
    assert list(found.by_place) == ["XAA", "XAB"]


@pytest.mark.parametrize(
    ("given", "verdict", "strong"),
    [
        ([3, 2], "synergy", True),
        ([3, 1], "synergy", False),
        ([0, 1], "synergy", False),
        ([0, 0, 3], "neutral", False),
        ([-3], "trade_off", True),
        ([-1, 0], "trade_off", False),
        ([-3, -3, 1], "disputed", False),
    ],
)
def test_a_verdict_follows_the_middle_unless_signs_differ(
    given: list[int], verdict: str, strong: bool
) -> None:
    found = examined([Judgement("XAA", value) for value in given])
    assert found is not None
    assert (found.verdict, found.is_strong) == (verdict, strong)


def test_no_score_is_unexamined_and_not_neutral() -> None:
    assert examined([]) is None


@given(judgements)
def test_differing_signs_are_never_summed_up_as_one(given: list[Judgement]) -> None:
    found = examined(given)
    assert found is not None
    signs = {(one.value > 0) - (one.value < 0) for one in given} - {0}
    assert (len(signs) == 2) == (found.verdict in ("disputed", "by_place"))


@given(judgements, st.randoms(use_true_random=False))
def test_the_order_of_scores_makes_no_difference(given: list[Judgement], random) -> None:
    shuffled = list(given)
    random.shuffle(shuffled)
    assert examined(shuffled) == examined(given)


@given(judgements)
def test_turning_the_scale_round_turns_the_verdict_round(given: list[Judgement]) -> None:
    found = examined(given)
    turned = examined([Judgement(one.place, -one.value) for one in given])
    assert found is not None
    assert turned is not None
    opposite = {"synergy": "trade_off", "trade_off": "synergy"}
    assert turned.verdict == opposite.get(found.verdict, found.verdict)


@pytest.mark.parametrize("value", [-4, 4])
def test_there_are_seven_points(value: int) -> None:
    with pytest.raises(ValueError, match="between -3 and 3"):
        Judgement("XAA", value)


# --- pairs worth examining ----------------------------------------------------------------


def test_a_rare_tag_tells_more_than_a_common_one() -> None:
    """Worked by hand: of four, two share a framework, three a body, all a place."""
    given = [
        Subject("a", {"framework": frozenset({"f"}), "body": frozenset(), "place": all_of}),
        Subject("b", {"framework": frozenset({"f"}), "body": frozenset({"s"}), "place": all_of}),
        Subject("c", {"framework": frozenset(), "body": frozenset({"s"}), "place": all_of}),
        Subject("d", {"framework": frozenset(), "body": frozenset({"s"}), "place": all_of}),
    ]
    found = suggest(given)
    assert [(one.pair, one.score) for one in found] == [
        (("a", "b"), math.log(4 / 2)),
        (("b", "c"), math.log(4 / 3)),
        (("b", "d"), math.log(4 / 3)),
        (("c", "d"), math.log(4 / 3)),
    ]
    assert [(one.kind, one.tag, one.of, one.among) for one in found[0].reasons] == [
        ("framework", "f", 2, 4)
    ]


all_of = frozenset({"XAA"})


@given(subjects, st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_makes_no_difference(given: list[Subject], random) -> None:
    shuffled = list(given)
    random.shuffle(shuffled)
    assert suggest(shuffled) == suggest(given)


@given(subjects)
def test_pairs_are_examined_in_either_order(given: list[Subject]) -> None:
    everything = suggest(given)
    half = [one.pair for one in everything[::2]]
    rest = everything[1::2]
    assert suggest(given, half) == rest
    assert suggest(given, [(two, one) for one, two in half]) == rest


@given(subjects)
def test_a_suggestion_is_no_more_than_its_reasons(given: list[Subject]) -> None:
    tags = {one.key: one.tags for one in given}
    for one in suggest(given):
        first, second = one.pair
        assert first < second
        assert one.score == math.fsum(reason.weight for reason in one.reasons) > 0
        for reason in one.reasons:
            assert reason.tag in tags[first][reason.kind] & tags[second][reason.kind]
            assert reason.of == sum(reason.tag in tags[key][reason.kind] for key in tags)


def test_what_falls_between_two_themes_is_counted_in_either_order() -> None:
    found = tally(
        [
            ("pollution", "climate", "synergy"),
            ("climate", "pollution", "synergy"),
            ("climate", "climate", "unexamined"),
        ]
    )
    assert found == {
        ("climate", "pollution"): {"synergy": 2},
        ("climate", "climate"): {"unexamined": 1},
    }
    assert pair_of("pollution", "climate") == ("climate", "pollution")
