"""Editions compared: every change found, and no more."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programme.published import (
    ENGLISH,
    JAPANESE,
    Group,
    Page,
    Pillar,
    Programme,
    Section,
    printed,
)

from kyoso.core.errors import InputRefusedError
from kyoso.programme.comparing import Change, Comparison, compare, redline
from kyoso.programme.editions import Edition
from kyoso.programme.reading import read_text

FIRST, SECOND, THIRD = JAPANESE.pillars[0].sections[0].items


def edition(programme: Programme, page: Page = Page()) -> Edition:  # noqa: B008 -- frozen
    return read_text(printed(programme, page)).edition


def with_section(items: Sequence[str | Group], programme: Programme = JAPANESE) -> Programme:
    """The programme with other items in its first section."""
    pillar = programme.pillars[0]
    section = replace(pillar.sections[0], items=tuple(items))
    changed = replace(pillar, sections=(section, *pillar.sections[1:]))
    return replace(programme, pillars=(changed, *programme.pillars[1:]))


def changes(comparison: Comparison) -> list[tuple[tuple[str, ...], str | None, str | None]]:
    return [
        (one.kinds, one.before and one.before.code, one.after and one.after.code)
        for one in comparison.changes
        if one.entry.part == "activity"
    ]


@pytest.mark.parametrize("programme", [JAPANESE, ENGLISH], ids=["ja", "en"])
def test_an_edition_is_like_itself_however_its_lines_break(programme: Programme) -> None:
    other = edition(programme, Page(columns=58, marks_ends=False, numbers=True))
    comparison = compare(edition(programme), other)
    assert comparison.changes == ()
    assert comparison.unchanged == len(list(programme.activities()))


def test_one_removal_is_one_removal_though_the_others_move_up() -> None:
    items = (*JAPANESE.pillars[0].sections[0].items, "潮の満ち引きの暦", "海鳥の数を数える会")
    before = edition(with_section(items))
    after = edition(with_section([*items[:1], *items[2:]]))
    assert changes(compare(before, after)) == [
        (("removed",), "1-1-2", None),
        (("renumbered",), "1-1-3", "1-1-2"),
        (("renumbered",), "1-1-4", "1-1-3"),
        (("renumbered",), "1-1-5", "1-1-4"),
    ]
    assert changes(compare(after, before)) == [
        (("added",), None, "1-1-2"),
        (("renumbered",), "1-1-2", "1-1-3"),
        (("renumbered",), "1-1-3", "1-1-4"),
        (("renumbered",), "1-1-4", "1-1-5"),
    ]


def test_a_rewording_shows_its_characters() -> None:
    assert isinstance(SECOND, str)
    before = edition(JAPANESE)
    after = edition(with_section([FIRST, SECOND.replace("推定", "予測"), THIRD]))
    comparison = compare(before, after)
    assert changes(comparison) == [(("reworded",), "1-1-2", "1-1-2")]
    assert comparison.changes[0].redline == (
        ("equal", "衛星（TIDEシリーズ）による濁りの"),
        ("delete", "推定"),
        ("insert", "予測"),
    )


def test_renumbered_and_reworded_at_once() -> None:
    assert isinstance(THIRD, str)
    after = edition(with_section([FIRST, THIRD.replace("配布", "貸し出し"), SECOND]))
    assert changes(compare(edition(JAPANESE), after)) == [
        (("renumbered", "reworded"), "1-1-3", "1-1-2"),
        (("renumbered",), "1-1-2", "1-1-3"),
    ]


def test_moved_to_another_section() -> None:
    first, last = JAPANESE.pillars[0], JAPANESE.pillars[-1]
    assert isinstance(SECOND, str)
    without = with_section([FIRST, THIRD])
    grown = replace(last.sections[0], items=(*last.sections[0].items, SECOND))
    after = replace(
        without,
        pillars=(*without.pillars[:-1], replace(last, sections=(grown, *last.sections[1:]))),
    )
    assert first.title
    assert changes(compare(edition(JAPANESE), edition(after))) == [
        (("renumbered",), "1-1-3", "1-1-2"),
        (("moved", "renumbered"), "1-1-2", "3-1-2"),
    ]


def test_activities_of_a_section_with_a_new_number_have_not_moved() -> None:
    last = JAPANESE.pillars[-1]
    new = Section("磯の生きもの", ("磯の生きものの名前を覚える本を、子どもと作る。",))
    after = replace(
        JAPANESE, pillars=(*JAPANESE.pillars[:-1], replace(last, sections=(new, *last.sections)))
    )
    comparison = compare(edition(JAPANESE), edition(after))
    assert changes(comparison) == [
        (("added",), None, "3-1-1"),
        (("renumbered",), "3-1-1", "3-2-1"),
        (("renumbered",), "3-2-1", "3-3-1"),
        (("renumbered",), "3-2-2", "3-3-2"),
    ]
    assert [
        (one.kinds, one.entry.code) for one in comparison.changes if one.entry.part == "section"
    ] == [
        (("added",), "3.1"),
        (("renumbered",), "3.2"),
        (("renumbered",), "3.3"),
    ]


def test_another_text_under_an_old_number_is_another_activity() -> None:
    after = edition(with_section([FIRST, "小舟をこぐ大会", THIRD]))
    assert changes(compare(edition(JAPANESE), after)) == [
        (("removed",), "1-1-2", None),
        (("added",), None, "1-1-2"),
    ]


def test_commitments_groups_and_pillars_are_compared_too() -> None:
    pillar = replace(JAPANESE.pillars[0], title="水と空の見守り")
    after = replace(
        JAPANESE,
        commitments=JAPANESE.commitments[1:],
        pillars=(pillar, *JAPANESE.pillars[1:]),
    )
    found = compare(edition(JAPANESE), edition(after)).changes
    assert [(one.entry.part, one.kinds, one.entry.code) for one in found] == [
        ("pillar", ("reworded",), "1"),
        ("commitment", ("removed",), "1"),
        ("commitment", ("renumbered",), "1"),
        ("commitment", ("renumbered",), "2"),
    ]


def test_a_whole_pillar_may_come_and_go() -> None:
    four = replace(
        JAPANESE,
        pillars=(*JAPANESE.pillars, Pillar("人の輪", (Section("集い", ("浜の歌を習う集い",)),))),
    )
    comparison = compare(edition(JAPANESE), edition(four))
    assert changes(comparison) == [(("added",), None, "4-1-1")]
    assert changes(compare(edition(four), edition(JAPANESE))) == [(("removed",), "4-1-1", None)]


def test_texts_without_a_common_language_are_refused() -> None:
    with pytest.raises(InputRefusedError):
        compare(edition(JAPANESE), edition(ENGLISH))


def test_the_object_sorts_changes_by_kind() -> None:
    after = edition(with_section([FIRST, THIRD]))
    data = compare(edition(JAPANESE), after).as_dict()
    assert data["counts"] == {
        "added": 0,
        "removed": 1,
        "moved": 0,
        "renumbered": 1,
        "reworded": 0,
        "unchanged": len(list(JAPANESE.activities())) - 2,
    }
    (removed,) = data["removed"]
    assert (removed["code"], removed["after"], removed["redline"][0][0]) == (
        "1-1-2",
        None,
        "delete",
    )
    (renumbered,) = data["renumbered"]
    assert (renumbered["before"]["code"], renumbered["after"]["code"]) == ("1-1-3", "1-1-2")
    assert data["other_parts"] == []


@given(
    st.text(alphabet="水の色を測るab ", max_size=40),
    st.text(alphabet="水の色を測るab ", max_size=40),
)
def test_a_redline_holds_both_texts(before: str, after: str) -> None:
    steps = redline(before, after)
    assert "".join(text for operation, text in steps if operation != "insert") == before
    assert "".join(text for operation, text in steps if operation != "delete") == after


WORDS = [
    "湾",
    "水",
    "色",
    "濁り",
    "流木",
    "網",
    "炭",
    "苗木",
    "道",
    "歌",
    "暦",
    "鳥",
    "波",
    "風",
    "砂",
    "灯り",
]


def invented(seed: int) -> str:
    chosen = random.Random(seed)
    return (
        "と".join(chosen.sample(WORDS, 6)) + "を" + "、".join(chosen.sample(WORDS, 5)) + "へ伝える"
    )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 10_000), min_size=2, max_size=12, unique=True),
    st.data(),
)
def test_any_selection_in_any_order_is_recognised(seeds: list[int], data: st.DataObject) -> None:
    texts = [invented(seed) for seed in seeds]
    kept = data.draw(st.permutations(texts).map(lambda some: some[: max(1, len(some) - 2)]))
    found = compare(edition(with_section(texts)), edition(with_section(kept)))
    removed: list[Change] = [one for one in found.changes if one.kinds == ("removed",)]
    assert sorted(one.entry.text for one in removed) == sorted(set(texts) - set(kept))
    assert found.of("added") == ()
    assert found.of("reworded") == ()
    assert [one.after and one.after.text for one in found.of("renumbered")] == [
        text for index, text in enumerate(kept) if texts.index(text) != index
    ]


def test_a_summary_is_paired_with_its_text_by_number_alone() -> None:
    text = edition(JAPANESE)
    summary = replace(
        text,
        activities=tuple(replace(one, text={"ja": f"要約{one.code}"}) for one in text.activities),
    )
    comparison = compare(summary, text, by_number=True)
    assert comparison.by_number
    assert {change.kinds for change in comparison.changes} == {("reworded",)}
    assert [change.redline for change in comparison.of("reworded")] == [
        (("delete", f"要約{change.entry.code}"), ("insert", change.entry.text))
        for change in comparison.of("reworded")
    ]
    assert len(comparison.of("reworded")) == len(text.activities)


def test_by_number_an_item_of_one_side_only_is_added_or_removed() -> None:
    text = edition(JAPANESE)
    fewer = replace(text, activities=text.activities[1:])
    [added] = compare(fewer, text, by_number=True).changes
    [removed] = compare(text, fewer, by_number=True).changes
    assert (added.kinds, removed.kinds) == (("added",), ("removed",))
    assert added.entry.code == removed.entry.code == text.activities[0].code
