"""Bilingual text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.core.text import LANGUAGES, Text, language_of, same


def test_a_text_is_read_by_language() -> None:
    text = Text("Facility", "施設")
    assert [text[language] for language in LANGUAGES] == ["Facility", "施設"]
    assert text.as_dict() == {"en": "Facility", "ja": "施設"}


@pytest.mark.parametrize(("en", "ja"), [("", "施設"), ("Facility", ""), ("", "")])
def test_both_languages_are_required(en: str, ja: str) -> None:
    with pytest.raises(ValueError, match="both languages"):
        Text(en, ja)


def test_values_are_filled_in_and_a_text_in_its_own_language() -> None:
    template = Text("{n} rows of {kind}", "{kind}の{n}行")
    assert template.format(n=3, kind=Text("country code", "国コード")) == Text(
        "3 rows of country code", "国コードの3行"
    )


@given(st.text())
def test_a_value_with_braces_is_not_taken_for_a_template(value: str) -> None:
    assert Text("a {v}", "あ{v}").format(v=value) == Text(f"a {value}", f"あ{value}")


def test_a_code_reads_the_same_in_both() -> None:
    assert same("kt") == Text("kt", "kt")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ja", "ja"),
        ("ja-JP", "ja"),
        ("ja_JP.UTF-8", "ja"),
        ("JA", "ja"),
        ("en_GB", "en"),
        ("C.UTF-8", "en"),
        ("th", "en"),
        ("", "en"),
        ("jav", "en"),
    ],
)
def test_the_language_of_a_code(code: str, language: str) -> None:
    assert language_of(code) == language
