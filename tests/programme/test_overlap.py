"""Likeness of projects: values worked out by hand, and what holds of any two projects."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.core.periods import Period
from kyoso.core.text import Text, same
from kyoso.programme import overlap
from kyoso.programme.overlap import Likeness, Profile, Spot, compare, distances, is_material, parts

TITLE = Text("Training on inventories", "インベントリ作成研修")
SUMMARY = Text("Courses for ministry staff.", "省庁職員向けの研修を行う。")


def profile(key: str, **given: object) -> Profile:
    return Profile(**({"key": key, "title": TITLE, "summary": SUMMARY} | given))  # type: ignore[arg-type]


def alike(one: Profile, other: Profile) -> Likeness:
    return compare(one, [other], at_least=0.0)[0]


def value(one: Profile, other: Profile, aspect: str) -> float:
    return next(r.value for r in alike(one, other).reasons if r.aspect == aspect)


# --- text ---------------------------------------------------------------------------------


def test_words_and_pairs_of_characters_stand_beside_each_other() -> None:
    assert parts("PaSTIを通じた透明性") == ("pasti", "た透", "を通", "明性", "透明", "通じ")


def test_case_width_and_words_of_grammar_do_not_matter() -> None:
    assert parts("The ＭＲＶ of Cities") == ("citie", "mrv")


def test_thai_and_khmer_are_cut_into_pairs_of_characters() -> None:
    assert parts("ขยะ") == ("ขย", "ยะ")
    assert parts("ទឹក") == ("ទឹ", "ឹក")


@given(st.text("abc de", min_size=1), st.text("abc de", min_size=1))
def test_texts_are_as_alike_as_their_dice_coefficient(a: str, b: str) -> None:
    """Against Dice's coefficient counted out on multisets (Dice, 1945)."""
    one, other = (profile(k, title=same(t), summary=same(t)) for k, t in (("1", a), ("2", b)))
    some, others = Counter(parts(a)), Counter(parts(b))
    dice = 2 * (some & others).total() / (some.total() + others.total())
    assert value(one, other, "text") == pytest.approx(dice)


def test_the_language_in_which_texts_are_more_alike_decides() -> None:
    other = profile("2", title=Text("Waste banks", TITLE.ja), summary=Text("Shops.", SUMMARY.ja))
    reason = next(r for r in alike(profile("1"), other).reasons if r.aspect == "text")
    assert (reason.value, reason.evidence["language"]) == (1.0, "ja")


# --- place and time -----------------------------------------------------------------------


def test_a_degree_of_a_meridian_is_its_share_of_the_circle() -> None:
    found = distances([Spot(frozenset(), "XAA", 0.0, 0.0)], [Spot(frozenset(), "XAA", 1.0, 0.0)])
    assert found[0, 0] == pytest.approx(2 * math.pi * 6371.0088 / 360)


def test_antipodes_are_half_a_circle_apart() -> None:
    found = distances([Spot(frozenset(), "XAA", 90.0, 0.0)], [Spot(frozenset(), "XAA", -90.0, 9.0)])
    assert found[0, 0] == pytest.approx(math.pi * 6371.0088)


def test_places_are_the_mean_of_shared_countries_and_near_sites() -> None:
    """One country of two shared: 1/2. Sites 50 km apart: exp(-1)."""
    degrees = 50 / (2 * math.pi * 6371.0088 / 360)
    here = Spot(frozenset({"a"}), "XAA", 10.0, 100.0)
    there = Spot(frozenset({"b"}), "XAA", 10.0 + degrees, 100.0)
    one = profile("1", countries=frozenset({"XAA"}), spots=(here,))
    other = profile("2", countries=frozenset({"XAA", "XAB"}), spots=(there,))
    assert value(one, other, "place") == pytest.approx((0.5 + math.exp(-1)) / 2)
    evidence = next(r.evidence for r in alike(one, other).reasons if r.aspect == "place")
    assert evidence == {"countries": ["XAA"], "names": [], "km": 50.0}


def test_a_city_of_the_same_name_and_country_is_the_same_without_coordinates() -> None:
    one = profile("1", spots=(Spot(frozenset({"Kota A", "A市"}), "XAA"),))
    other = profile("2", spots=(Spot(frozenset({"Ａ市"}), "XAA"), Spot(frozenset({"B"}), "XAA")))
    elsewhere = profile("3", spots=(Spot(frozenset({"A市"}), "XAB"),))
    assert value(one, other, "place") == (1.0 + 0.5) / 2
    assert value(one, elsewhere, "place") == 0.0


def test_times_are_shared_days_over_all_days() -> None:
    """2025 and the second half of 2025 with 2026: 184 days of 730."""
    one = profile("1", period=Period(date(2025, 1, 1), date(2025, 12, 31)))
    other = profile("2", period=Period(date(2025, 7, 1), date(2026, 12, 31)))
    apart = profile("3", period=Period(date(2027, 1, 1), date(2027, 12, 31)))
    assert value(one, other, "time") == pytest.approx(184 / 730)
    assert value(one, apart, "time") == 0.0


def test_with_an_open_end_only_the_starts_are_compared() -> None:
    one = profile("1", period=Period(date(2025, 1, 1), None))
    other = profile("2", period=Period(date(2025, 1, 1), date(2026, 1, 1)))
    assert value(one, other, "time") == 1.0


# --- the whole ----------------------------------------------------------------------------


def test_the_weights_sum_to_one() -> None:
    assert sum(overlap.WEIGHTS.values()) == pytest.approx(1)


def test_what_one_side_does_not_state_is_not_compared_and_not_held_against_it() -> None:
    one = profile("1", countries=frozenset({"XAA"}), tags=frozenset({"sdg-13"}))
    likeness = alike(one, profile("2"))
    assert likeness.score == 1.0
    assert [(r.aspect, r.weight) for r in likeness.reasons] == [("text", 1.0)]


def test_the_score_is_the_mean_of_what_was_compared_by_weight() -> None:
    """Same text (0.40), no shared partner (0.15): 0.40 / 0.55."""
    one, other = profile("1", partners=frozenset({"a"})), profile("2", partners=frozenset({"b"}))
    assert alike(one, other).score == pytest.approx(0.40 / 0.55)


def test_the_project_itself_is_passed_over_and_the_unlike_are_not_listed() -> None:
    unlike = profile("2", title=Text("Wetlands", "湿地"), summary=Text("Birds.", "渡り鳥。"))
    assert compare(profile("1"), [profile("1"), unlike]) == []
    assert compare(profile("1"), []) == []


names = st.frozensets(st.sampled_from(["a", "b", "c", "d"]), max_size=3)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31)) | st.none()
words = st.text("水銀研修 waste ごみ", min_size=1, max_size=12)
texts = st.builds(Text, words, words)
spots = st.builds(
    lambda name, country, at: Spot(frozenset({name}), country, *(at or (None, None))),
    st.sampled_from("xyz"),
    st.sampled_from(["XAA", "XAB"]),
    st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
periods = st.builds(
    lambda a, b: Period(*sorted((a, b))) if a and b else Period(a, b), days, days
)  # fmt: skip


def profiles(key: str) -> st.SearchStrategy[Profile]:
    return st.builds(
        Profile,
        key=st.just(key),
        title=texts,
        summary=texts,
        countries=names,
        spots=st.lists(spots, max_size=3).map(tuple),
        period=periods,
        partners=names,
        tags=names,
        activities=names,
    )


@given(profiles("1"), profiles("2"))
def test_the_score_is_symmetric_and_a_share(one: Profile, other: Profile) -> None:
    there, back = alike(one, other), alike(other, one)
    assert there.score == pytest.approx(back.score)
    assert 0 <= there.score <= 1
    assert all(0 <= reason.value <= 1 for reason in there.reasons)
    assert sum(reason.weight for reason in there.reasons) == pytest.approx(1)
    assert sum(r.weight * r.value for r in there.reasons) == pytest.approx(there.score)


@given(profiles("1"))
def test_a_project_is_wholly_alike_to_one_of_the_same_content(one: Profile) -> None:
    twin = Profile(**{name: getattr(one, name) for name in one.__slots__} | {"key": "2"})
    assert alike(one, twin).score == pytest.approx(1)


@given(profiles("0"), st.lists(profiles("x"), min_size=1, max_size=6))
def test_comparing_with_many_is_comparing_with_each(one: Profile, others: list[Profile]) -> None:
    named = [
        Profile(**{name: getattr(other, name) for name in other.__slots__} | {"key": str(at + 1)})
        for at, other in enumerate(others)
    ]
    together = {likeness.key: likeness.score for likeness in compare(one, named, at_least=0.0)}
    assert together == pytest.approx({other.key: alike(one, other).score for other in named})


def test_a_pair_is_asked_about_again_when_score_or_aspect_moved_far() -> None:
    before = (0.60, {"text": 0.5, "place": 0.5})
    assert not is_material(before, before)
    assert not is_material(before, (0.65, {"text": 0.6, "place": 0.5}))
    assert is_material(before, (0.75, {"text": 0.6, "place": 0.5}))
    assert is_material(before, (0.60, {"text": 0.5, "place": 0.25}))
    assert is_material(before, (0.60, {"text": 0.5}))
