"""Lines, page furniture, ends of paragraphs, joining."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.programme.published import wrapped

from kyoso.programme.layout import (
    Row,
    joined,
    paragraph_ends,
    rows_of,
    unwrapped,
    vocabulary,
    width,
    without_furniture,
)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = "\ufeffone\r\n\r\n\u3000\r\ntwo \rthree\n\ffour\u2028still four\x0b\x85\n"
    assert [(row.number, row.text, row.trailing, row.gap, row.page) for row in rows_of(text)] == [
        (1, "one", False, 0, 0),
        (4, "two", True, 2, 0),
        (5, "three", False, 0, 0),
        (6, "four\u2028still four", True, 0, 1),
    ]


@given(st.text(alphabet="あa1 \n\r\f\t\u3000", max_size=60))
def test_every_line_with_words_is_a_row(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    expected = [(n, line.strip()) for n, line in enumerate(lines, start=1) if line.strip()]
    assert [(row.number, row.text) for row in rows_of(text)] == expected


@pytest.mark.parametrize(
    "number", ["- 7 -", "－７－", "7", "7/31", "Page 7 of 31", "p. 7", "7 ページ"]
)
def test_page_numbers_are_furniture(number: str) -> None:
    rows, furniture = without_furniture(rows_of(f"a line\n\n\n\n{number}\n\n\n\nand more"))
    assert [row.text for row in rows] == ["a line", "and more"]
    assert [row.text for row in furniture] == [number]


def test_a_number_inside_a_page_is_text() -> None:
    rows, furniture = without_furniture(rows_of("the target\n12\nof them"))
    assert [row.text for row in rows] == ["the target", "12", "of them"]
    assert furniture == []


def test_a_line_at_the_head_of_every_page_is_furniture() -> None:
    text = "\n\f".join(f"Plan of the Bays\npage {n} text\nmore" for n in ("one", "two", "three"))
    rows, furniture = without_furniture(rows_of(text))
    assert [row.text for row in furniture] == ["Plan of the Bays", "more"] * 3
    assert [row.text for row in rows] == ["page one text", "page two text", "page three text"]


def test_width_counts_full_width_characters_twice() -> None:
    assert (width("ASEAN"), width("日本"), width("ｱ（A）")) == (5, 4, 6)


def rows(*lines: str) -> list[Row]:
    return rows_of("\n".join(lines))


def test_blanks_at_line_ends_mark_paragraphs_where_they_stand_before_all_numbers() -> None:
    found = rows(
        "1-1-1 aaaaaaaaaaaa", "bbbb ", "1-1-2 c ", "1-1-3 dddddddddddddd", "eee ", "1-1-4 f"
    )
    ends = paragraph_ends(found, {0, 2, 3, 5}, span=None)
    assert ends.certain
    assert ends.at == (False, True, True, False, True, True)


def test_blanks_at_all_line_ends_mark_nothing() -> None:
    found = rows("1-1-1 aaaaaaaaaaaaaaaaaaaaaaaaa ", "b ", "1-1-2 ccccccccccccccccccccccccc ", "d ")
    assert not paragraph_ends(found, {0, 2}, span=None).certain


def test_without_marks_a_line_ends_its_paragraph_where_the_next_word_would_have_fitted() -> None:
    lines = wrapped("湾の水の色を同じ物差しで測り、その結果を毎年たがいに見せ合う。" * 3, 40)
    found = rows(*lines, "小さな見出し", *lines)
    ends = paragraph_ends(found, (), span=None)
    assert not ends.certain
    assert [index for index, end in enumerate(ends.at) if end] == [
        len(lines) - 1,
        len(lines),
        len(found) - 1,
    ]


def test_a_text_that_is_not_wrapped_has_a_paragraph_a_line() -> None:
    found = rows("長い行" * 60, "短い行", "つづく行、", "その続き")
    assert paragraph_ends(found, (), span=None).at == (True, True, False, True)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("衛星を用", "いた推定"), "衛星を用いた推定"),
        (("日 ASEAN", "気候"), "日 ASEAN気候"),
        (("the water", "and the land"), "the water and the land"),
        (("計画 2025-", "2030（案）"), "計画 2025-2030（案）"),
        (("2025–", "2030"), "2025–2030"),
        (("water and/", "or land"), "water and/or land"),
        (("the co-", "benefits"), "the co-benefits"),
        (("a far-", "reaching aim"), "a far-reaching aim"),
        (("to strength-", "en it"), "to strengthen it"),
        (("to measure\u00ad", "ment"), "to measurement"),
        (("growth –", "and more"), "growth – and more"),
        (("see (", "note"), "see (note"),
        (("the list", ", which"), "the list, which"),
        (("低炭素型 社会の", "実現"), "低炭素型社会の実現"),
        (("環境大臣会合 (EAS)", "の開催"), "環境大臣会合 (EAS)の開催"),
    ],
)
def test_wrapped_lines_are_joined_as_their_script_wants(lines: tuple[str, ...], text: str) -> None:
    known = vocabulary(rows_of("we strengthen far-reaching measurement"))
    assert joined(lines, known) == text


@given(
    st.text(alphabet="湾の水色をはかる、。（）", min_size=1, max_size=80),
    st.integers(min_value=2, max_value=30),
)
def test_japanese_wrapped_at_any_width_is_rejoined(text: str, columns: int) -> None:
    assert joined(wrapped(text, columns)) == text


@given(
    st.lists(st.text(alphabet="abcxyz", min_size=1, max_size=9), min_size=1, max_size=20),
    st.integers(min_value=1, max_value=40),
)
def test_english_wrapped_at_any_width_is_rejoined(words: list[str], columns: int) -> None:
    text = " ".join(words)
    assert joined(wrapped(text, columns)) == text


@given(
    st.text(alphabet="湾の水ab1（ ", min_size=1, max_size=60).filter(str.strip),
    st.integers(min_value=2, max_value=20),
    st.integers(min_value=2, max_value=20),
)
def test_two_wrappings_of_one_text_are_equal_when_unwrapped(
    text: str, one: int, other: int
) -> None:
    whole = " ".join(text.split())
    assert unwrapped(joined(wrapped(whole, one))) == unwrapped(joined(wrapped(whole, other)))
