"""An invented programme is printed in many layouts and must be read back as it was."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.programme.published import (
    ENGLISH,
    JAPANESE,
    Codes,
    Group,
    Page,
    Pillar,
    Programme,
    Section,
    printed,
)

from kyoso.core.errors import InputRefusedError
from kyoso.programme.editions import Edition
from kyoso.programme.layout import rows_of, unwrapped
from kyoso.programme.reading import Reading, language_in, open_edition, read, read_text

BOTH = pytest.mark.parametrize("programme", [JAPANESE, ENGLISH], ids=["ja", "en"])
ODD_CODES = (
    *(Codes(dash=dash) for dash in "-‐‑‒–—−－ー"),
    Codes(after="．"),
    Codes(after=" "),
    Codes(after="\u3000"),
    Codes(after="", full_width=True, dash="－"),
    Codes(after=".", alone=True),
    Codes(after="", alone=True),
)
PAGES = {
    "as published": Page(),
    "no marks at ends": Page(marks_ends=False),
    "no blank lines": Page(marks_ends=False, blank_lines=False),
    "narrow": Page(columns=56, rows=17),
    "page numbers": Page(numbers=True),
    "form feeds": Page(numbers=True, form_feeds=True, marks_ends=False, blank_lines=False),
    "odd codes": Page(codes=ODD_CODES),
    "odd codes, no marks": Page(codes=ODD_CODES[::-1], marks_ends=False),
}


def found(edition: Edition) -> list[tuple[object, ...]]:
    language = edition.language
    return [
        (one.code, one.pillar, one.section, one.group, one.annex, unwrapped(one.text[language]))
        for one in edition.activities
    ]


def expected(programme: Programme) -> list[tuple[object, ...]]:
    """The activities as :func:`found`: a blank beside Japanese is lost where a line broke on it."""
    return [(*places, unwrapped(text)) for *places, text in programme.activities()]


def told(reading: Reading) -> list[tuple[str, str | None]]:
    return [(one.kind, one.code) for one in reading.edition.warnings]


@BOTH
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_what_was_printed_is_read_back(programme: Programme, page: Page) -> None:
    edition = read_text(printed(programme, page)).edition
    language = programme.language
    assert found(edition) == expected(programme)
    assert edition.language == language
    assert edition.date == date(2031, 3, 14)
    assert (edition.statement, edition.title) == (programme.statement, programme.title)
    assert [one.text[language] for one in edition.commitments] == list(programme.commitments)
    assert [(one.code, one.title[language]) for one in edition.groups] == programme.groups()
    assert [one.title[language] for one in edition.pillars] == [p.title for p in programme.pillars]
    assert [one.title[language] for one in edition.sections] == [
        section.title for pillar in programme.pillars for section in pillar.sections
    ]
    assert edition.warnings == ()


@BOTH
def test_paragraphs_of_statement_and_prose_are_kept_apart(programme: Programme) -> None:
    edition = read_text(printed(programme)).edition
    language = programme.language
    assert [one.text[language] for one in edition.preamble] == [
        programme.date_line,
        *programme.clauses,
        programme.closing,
    ]
    main = [one for one in edition.passages if one.annex is None]
    assert [(one.title and one.title[language], one.text[language]) for one in main] == list(
        programme.headings
    )
    annexes = [
        f"{p}.{s}"
        for p, pillar in enumerate(programme.pillars, start=1)
        for s, _ in enumerate(pillar.sections, start=1)
        if pillar.annexes == "each"
    ]
    assert [
        (one.annex, one.title and one.title[language], one.text[language])
        for one in edition.passages
        if one.annex
    ] == [(annex, *prose) for annex in annexes for prose in programme.annex_prose]


def test_lines_are_those_of_the_file() -> None:
    text = printed(JAPANESE)
    lines = text.split("\n")
    for one in read_text(text).edition.activities:
        between = "".join("".join(lines[one.first_line - 1 : one.last_line]).split())
        assert between == f"{one.code}." + "".join(one.text["ja"].split())


def test_a_programme_may_grow() -> None:
    # A section, a pillar, a group and an activity that no published edition has.
    fifth = Section(
        "風と砂",
        (
            "砂の道を朝と夕べに歩いて、砂の高さと風の向きを同じ用紙に書き残す会の開催",
            Group("風の声", ("風の音を集める", "風の歌を作る")),
        ),
    )
    grown = replace(
        JAPANESE,
        pillars=(
            replace(JAPANESE.pillars[0], sections=(*JAPANESE.pillars[0].sections, fifth)),
            *JAPANESE.pillars[1:],
            Pillar("人の輪", (Section("人の健康", ("浜を歩く会の開催", "歩いた人の声を残す")),)),
        ),
    )
    for page in PAGES.values():
        edition = read_text(printed(grown, page)).edition
        assert found(edition) == expected(grown)
        assert edition.warnings == ()


def spoil(old: str, new: str, text: str | None = None) -> Reading:
    source = printed(JAPANESE, Page(rows=None)) if text is None else text
    assert old in source
    return read_text(source.replace(old, new, 1))


def test_a_code_divided_between_lines_or_pages_is_put_together() -> None:
    for cut in (
        "1-\n\n2-1-2. ",
        "1-2\n\n-1-2. ",
        "1-2-1-\n\n\n\n \n\n - 4 - \n\n\n\n2. ",
        "1-2-1\n-2.",
    ):
        assert found(spoil("1-2-1-2. ", cut).edition) == expected(JAPANESE)


def test_a_code_at_the_end_of_a_line_of_text_begins_an_activity() -> None:
    reading = spoil("推定 \n1-1-3. 浜", "推定 1-1-3.\n浜")
    assert found(reading.edition) == expected(JAPANESE)
    assert reading.edition.warnings == ()


@pytest.mark.parametrize(
    "beginning",
    [
        "2031-2034 年の",
        "1.5℃ の",
        "3-5 割の",
        "12 の",
        "附属書 2.1 に沿った",
        "2. 0 版の",
        "40 以上の",
    ],
)
def test_numbers_that_begin_a_line_of_text_are_no_codes(beginning: str) -> None:
    text = f"岸から沖へ向かう見守りの輪を広げ、さらに多くの湾でそれを続けるための、\n\n{beginning}記録の作成"
    reading = spoil("衛星（TIDE シリーズ）による濁りの推定", text)
    second = next(one for one in reading.edition.activities if one.code == "1-1-2")
    assert second.text["ja"] == "".join(text.split("\n"))
    assert len(reading.edition.activities) == len(expected(JAPANESE))
    assert reading.edition.warnings == ()


def test_a_reference_that_wraps_to_the_start_of_a_line_is_no_activity() -> None:
    text = "衛星（TIDE シリーズ）による濁りの推定及び、先に挙げたところの活動\n\n1-1-1 及び色見本の照合"
    reading = spoil("衛星（TIDE シリーズ）による濁りの推定", text)
    assert told(reading) == [("mention", "1-1-1")]
    assert [one.code for one in reading.edition.activities] == [
        code for code, *_ in JAPANESE.activities()
    ]


def test_a_number_alone_before_the_annexes_is_no_activity() -> None:
    reading = spoil("これからの十年に", "2-1-1. これからの十年に")
    assert told(reading) == [("mention", "2-1-1")]
    assert found(reading.edition) == expected(JAPANESE)


def test_a_line_that_belongs_nowhere_is_named() -> None:
    reading = spoil("\n1-1-2. ", "\n迷子の行。 \n1-1-2. ")
    (notice,) = reading.edition.warnings
    line = reading.text.split("\n").index("迷子の行。 ") + 1
    assert (notice.kind, notice.line, notice.values["text"]) == ("unplaced", line, "迷子の行。")
    assert line not in reading.roles
    assert found(reading.edition) == expected(JAPANESE)


def test_points_under_an_activity_belong_to_it() -> None:
    reading = spoil("推定 \n1-1-3.", "推定 \n・朝の濁り \n・夕べの濁り \n1-1-3.")
    second = reading.edition.activities[1]
    assert second.text["ja"].split("\n")[1:] == ["・朝の濁り", "・夕べの濁り"]
    assert reading.edition.warnings == ()


def test_a_group_without_activities_is_a_group() -> None:
    empty = Section("流れと熱", (*JAPANESE.pillars[0].sections[1].items, Group("音の記録", ())))
    programme = replace(
        JAPANESE,
        pillars=(
            replace(JAPANESE.pillars[0], sections=(JAPANESE.pillars[0].sections[0], empty)),
            *JAPANESE.pillars[1:],
        ),
    )
    reading = read_text(printed(programme))
    assert [one.code for one in reading.edition.groups][:3] == ["1-2-1", "1-2-2", "1-2-3"]
    assert told(reading) == [("empty-group", "1-2-3")]


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("\n1.1 色と濁り", "\n1.1 色と濁り \n1.3 風", [("no-activities", "1.3")]),
        ("\n3-2. 道しるべ", "\n", [("no-section-heading", "3.2")]),
        ("1-2-1. 流れの図", "", [("no-group-heading", "1-2-1")]),
        (
            "2-2-2. 浮き",
            "2-2-3. 浮き",
            [
                ("empty-group", "2-2-3"),
                ("no-group-heading", "2-2-2"),
                ("out-of-order", "2-2-2-1"),
            ],
        ),
        ("3-2-2. ", "3-2-1. ", [("duplicate", "3-2-1")]),
        (
            "\n2-1-2. ",
            "\n2-2-3. ",
            [("out-of-order", "2-2-3"), ("wrong-annex", "2-2-3")],
        ),
        ("1-1-2. 衛星（TIDE シリーズ）による濁りの推定", "1-1-2. ", [("no-text", "1-1-2")]),
        ("3-2-2. 道", "3-2-2-1-1. 道", [("no-group-heading", "3-2-2"), ("too-deep", "3-2-2-1-1")]),
        ("2. めざすもの", "めざすもの", [("missing-heading", None)]),
        ("附属書 3. 森のつながり", "", [("wrong-annex", "3-1-1"), ("wrong-annex-run", "3-2-1")]),
        ("1 水の見守り", "", [("no-pillar-heading", "1")]),
        ("\n2.1 流木", "", [("not-announced", "2.1")]),
    ],
)
def test_faulty_numbers_are_named(old: str, new: str, faults: list[tuple[str, str | None]]) -> None:
    assert sorted(told(spoil(old, new))) == sorted(faults)


def test_a_duplicate_is_kept_beside_the_first() -> None:
    edition = spoil("3-2-2. ", "3-2-1. ").edition
    assert [one.code for one in edition.activities][-2:] == ["3-2-1", "3-2-1"]
    (notice,) = edition.warnings
    assert (notice.line, notice.values["first"]) == (
        edition.activities[-1].first_line,
        str(edition.activities[-2].first_line),
    )


def test_annexes_alone_are_read_and_what_they_lack_is_said() -> None:
    text = printed(ENGLISH)
    reading = read_text(text[text.index("Annex 1. ") :])
    assert found(reading.edition) == expected(ENGLISH)
    assert reading.edition.date is None
    assert told(reading) == [("no-date", None), ("no-title", None)]


@pytest.mark.parametrize(
    "text", ["", " \n\n", "an ordinary letter\nof two lines\n", "3.5 Mt\n2025-2030"]
)
def test_a_text_without_a_programme_is_refused(text: str) -> None:
    with pytest.raises(InputRefusedError):
        read_text(text)


def test_language_is_told_by_its_letters() -> None:
    assert language_in("ASEAN における GOSAT シリーズと PaSTI の利用") == "ja"
    assert language_in("The 共創 partnership") == "en"


def test_a_file_is_opened_as_text_or_as_the_record_of_an_earlier_reading(tmp_path: Path) -> None:
    text = tmp_path / "plan.txt"
    text.write_text(printed(JAPANESE), encoding="utf-8")
    edition = read(text).edition
    record = tmp_path / "edition.json"
    record.write_text("not json", encoding="utf-8")
    with pytest.raises(InputRefusedError):
        open_edition(record)
    assert open_edition(text) == edition


def test_the_smallest_programme_is_one_activity_under_its_annex() -> None:
    edition = read_text("七湾計画\n1 水の見守り\n附属書 1 水\n1-1-1. 色を測る").edition
    assert found(edition) == [("1-1-1", "1", "1.1", None, "1", "色を測る")]
    assert edition.title == "七湾計画"


LINES = {
    "ja": printed(JAPANESE).split("\n"),
    "ja, no marks": printed(JAPANESE, Page(marks_ends=False)).split("\n"),
    "en": printed(ENGLISH, Page(marks_ends=False, blank_lines=False)).split("\n"),
}
STRAYS = st.sampled_from(
    [
        *(
            "迷子の行",
            "stray words",
            "12",
            "- 4 -",
            "1.5℃",
            "2.2",
            "3-3",
            "1-",
            "2-2-",
            "1-1-1",
            "５．",
        ),
        *(
            "9-9-9. x",
            "1-2-3-4-5. x",
            "附属書 7",
            "Annex 2.1 of",
            "(1) x",
            "1. x",
            "2-1-1、",
            "・x",
            "\f",
        ),
    ]
)
MUTATION = st.one_of(
    st.tuples(st.just("drop"), st.integers(0, 400), st.just("")),
    st.tuples(st.just("repeat"), st.integers(0, 400), st.just("")),
    st.tuples(st.just("swap"), st.integers(0, 400), st.just("")),
    st.tuples(st.just("break"), st.integers(0, 400), st.just("")),
    st.tuples(st.just("unmark"), st.integers(0, 400), st.just("")),
    st.tuples(st.just("renumber"), st.integers(0, 400), st.sampled_from("123456789")),
    st.tuples(st.just("insert"), st.integers(0, 400), STRAYS),
)


def mutated(lines: list[str], mutations: list[tuple[str, int, str]]) -> str:
    text = list(lines)
    for kind, at, words in mutations:
        index = at % len(text)
        if kind == "drop":
            del text[index]
        elif kind == "repeat":
            text.insert((index * 7) % len(text), text[index])
        elif kind == "swap":
            other = (index * 5) % len(text)
            text[index], text[other] = text[other], text[index]
        elif kind == "break":
            text[index : index + 1] = [text[index][:6], text[index][6:]]
        elif kind == "unmark":
            text[index] = text[index].rstrip()
        elif kind == "renumber":
            text[index] = re.sub(r"\d", words, text[index], count=1)
        else:
            text.insert(index, words)
    return "\n".join(text)


def words_on_record(edition: Edition) -> str:
    """All texts of an edition, without blanks."""

    def strings(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            return [each for one in value.values() for each in strings(one)]
        if isinstance(value, list | tuple):
            return [each for one in value for each in strings(one)]
        return []

    data = edition.as_dict()
    del data["warnings"]
    return "\0".join("".join(one.split()) for one in strings(data))


LONGEST_MARK = 16
"""Characters before the words of a line: ``付属文書2.1``, ``1-2-3-4-5.``, two halves of a code."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(LINES)), st.lists(MUTATION, max_size=6))
def test_no_line_is_ever_dropped_silently(
    layout: str, mutations: list[tuple[str, int, str]]
) -> None:
    """The invariant of the reader: placed lines and warned lines are all lines with words, and
    the words of a placed line are in the record.
    """
    text = mutated(LINES[layout], mutations)
    try:
        reading = read_text(text)
    except InputRefusedError:
        assert not re.search(r"^[1-9]-[1-9]-[1-9]\. ", text, re.MULTILINE)
        return
    warned = {n for one in reading.edition.warnings for n in range(one.line, one.last_line + 1)}
    rows = rows_of(text)
    assert {row.number for row in rows} <= set(reading.roles) | warned
    record = words_on_record(reading.edition)
    for row in rows:
        if row.number in warned or reading.roles[row.number] in ("page", "title"):
            continue
        words = "".join(row.text.split()).rstrip("-")
        assert any(words[start:] in record for start in range(min(LONGEST_MARK, len(words)) + 1))
