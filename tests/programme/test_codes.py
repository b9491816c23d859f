"""How numbers are written, and what a line that begins with one is."""

from __future__ import annotations

import pytest

from kyoso.programme.codes import (
    Mark,
    annex_at,
    code_at,
    is_named_in_passing,
    may_follow,
    measure_at,
    number_of,
    numbered_at,
    pillar_at,
    section_at,
    written,
)
from kyoso.programme.layout import PLAIN


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("1-1-1. 水", "1-1-1", "水"),
        ("1-2-1-1.「水」", "1-2-1-1", "「水」"),
        ("1-1-1 水", "1-1-1", "水"),
        ("1-1-1　水", "1-1-1", "水"),
        ("1-1-1水", "1-1-1", "水"),
        ("1-1-1.AMS", "1-1-1", "AMS"),
        ("1-1-1.3R の推進", "1-1-1", "3R の推進"),
        ("１－２－３－２．水", "1-2-3-2", "水"),
        ("1‐2‑3–4 x", "1-2-3-4", "x"),
        ("1—2−3ー1. x", "1-2-3-1", "x"),
        ("1 - 2 - 3. x", "1-2-3", "x"),
        ("1.2.3 Water", "1-2-3", "Water"),
        ("12-1-10: x", "12-1-10", "x"),
        ("1-1-1", "1-1-1", ""),
    ],
)
def test_codes_in_every_way_of_writing(line: str, code: str, words: str) -> None:
    at = code_at(line.translate(PLAIN))
    assert at is not None
    assert (written(at[0]), line[at[1] :]) == (code, words)


@pytest.mark.parametrize(
    "line",
    [
        "2021-2025 に",
        "2025-09-04",
        "1-2 割",
        "1.5 Mt",
        "1-1-123",
        "0-1-1 x",
        "1-0-1 x",
        "附属書 1-1-1",
        "",
    ],
)
def test_other_numbers_are_no_codes(line: str) -> None:
    assert code_at(line.translate(PLAIN)) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1-1-1、1-1-2 は", True),
        ("1-1-1 及び", True),
        ("1-1-1の推進", True),
        ("1-1-1 and 1-1-2", True),
        ("1-1-1) or", False),
        ("1-1-1. Andaman Sea", False),
        ("1-1-1 がれきの処理", False),
        ("1-1-1 衛星", False),
    ],
)
def test_a_code_that_is_named_in_passing(line: str, expected: bool) -> None:
    assert is_named_in_passing(line.translate(PLAIN)) is (expected or line.startswith("1-1-1)"))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1.1. 透明性", "1.1"),
        ("1.1 透明性", "1.1"),
        ("3-1. 枠組", "3.1"),
        ("２．３ その他", "2.3"),
        ("4.1 人材", "4.1"),
        ("1.4 日本の衛星", "1.4"),
        ("1.2", "1.2"),
    ],
)
def test_section_headings(line: str, code: str) -> None:
    mark = section_at(line.translate(PLAIN))
    assert mark is not None
    assert written(mark.number) == code


@pytest.mark.parametrize(
    "line",
    [
        "1.5℃ 目標",
        "3.5 Mt",
        "2.0」に",
        "15.2）で",
        "1.5 度に",
        "2.2-",
        "1-2 割の",
        "1-1-1. x",
        "2.5 percent",
    ],
)
def test_decimals_are_no_sections(line: str) -> None:
    assert section_at(line.translate(PLAIN)) is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("附属書 1. 気候", "1"),
        ("附属書 2.1 水", "2.1"),
        ("付属文書 2.3 空", "2.3"),
        ("附属書２．２　水", "2.2"),
        ("Annex 1 Water", "1"),
        ("ANNEX 2.1: Water", "2.1"),
    ],
)
def test_annex_headings(line: str, code: str) -> None:
    mark = annex_at(line.translate(PLAIN))
    assert mark is not None
    assert written(mark.number) == code


@pytest.mark.parametrize(
    "line",
    [
        "附属書 D の排出源",
        "附属書 1、附属書 2",
        "附属書 2.1 に沿って",
        "附属書 2.1）、",
        "Annex D",
        "Annex 1 of it",
    ],
)
def test_annexes_that_are_only_named(line: str) -> None:
    assert annex_at(line.translate(PLAIN)) is None


def test_other_marks() -> None:
    assert numbered_at("1. はじまり") == Mark("numbered", (1,), 3)
    assert numbered_at("2. 包括的な目的") == Mark("numbered", (2,), 3)
    assert numbered_at("2.1 x") is None
    assert pillar_at("1 気候") == Mark("pillar", (1,), 2)
    assert pillar_at("Pillar 2: Water") == Mark("pillar", (2,), 10)
    assert measure_at("(3) 会合の開催") == Mark("measure", (3,), 4)
    assert measure_at("(3)及び(4)の") is None
    assert measure_at("(a) x") is None


def test_numbers_and_their_writing() -> None:
    for code in ("1", "2.1", "1-2-3", "1-2-3-4"):
        assert written(number_of(code)) == code


@pytest.mark.parametrize(
    ("number", "last", "expected"),
    [
        ((1, 1, 2), (1, 1, 1), True),
        ((1, 2, 1, 1), (1, 2, 1), True),
        ((1, 2, 2), (1, 2, 1, 4), True),
        ((2, 1, 1), (1, 4, 1), True),
        ((1, 1, 1), (), True),
        ((1, 1, 1), (1, 1, 1), False),
        ((1, 1, 1), (1, 1, 2), False),
        ((1, 2, 2), (1, 1, 5), False),
        ((1, 2), (1, 2, 1), False),
    ],
)
def test_what_may_follow(number: tuple[int, ...], last: tuple[int, ...], expected: bool) -> None:
    assert may_follow(number, last) is expected
