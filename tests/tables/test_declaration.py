"""Declared tables: what a declaration promises, and which declarations are none."""

from __future__ import annotations

from typing import Any

import pytest
from tests.tables.declared import ACTIVITY, column, table

from kyoso.core.text import Text, same
from kyoso.tables.declaration import Type, bounds


@pytest.mark.parametrize(
    ("parts", "symbols"),
    [
        ((None, None), ""),
        ((0, None), "≥ 0"),
        ((None, 100), "≤ 100"),
        ((1990, 2100), "1990 … 2100"),
        ((0.5, 1e6), "0.5 … 1000000"),
        ((None, None, 0), "> 0"),
        ((None, 100, 0), "> 0, ≤ 100"),
        ((-273.15, None), "≥ -273.15"),
    ],
)
def test_bounds_are_shown_in_symbols(parts: tuple[Any, ...], symbols: str) -> None:
    low, high, *above = parts
    assert bounds(low, high, above=above[0] if above else None) == symbols


def test_a_column_is_found_by_its_name() -> None:
    assert ACTIVITY["quantity"].heading() == "quantity [t]"
    assert ACTIVITY["year"].heading() == "year"
    assert ACTIVITY["year"].bounds() == "1990 … 2100"
    assert ACTIVITY.names == (
        "facility", "year", "quantity", "share", "flared", "opened", "note",
    )  # fmt: skip
    with pytest.raises(KeyError):
        ACTIVITY["Year"]


@pytest.mark.parametrize(
    ("columns", "parts", "fault"),
    [
        ([column("a"), column("a")], {}, "a column is repeated: a, a"),
        ([column("A b"), column("1")], {}, "names are lower case: A b, 1"),
        ([column("a")], {"key": ("b",)}, "not declared: b"),
        ([column("a", Type.NUMBER, unit_column="unit")], {}, "not declared: unit"),
        ([column("a", Type.INTEGER, unit="t")], {}, "a unit is a number's: a"),
        ([column("a", unit="t")], {}, "a unit is a number's: a"),
        ([column("a", Type.INTEGER, allowed=("1",))], {},
         "a closed list or pattern is a text's: a"),
        ([column("a", Type.DATE, pattern=".*")], {}, "a closed list or pattern is a text's: a"),
        ([column("a", allowed=("b", "c"), words={"b": Text("bee", "蜂")})], {},
         "words are of the allowed values: a"),
        ([column("a", japanese="a_ja")], {}, "their Japanese is not declared: a"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused(
    columns: list[Any], parts: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ValueError) as caught:
        table(*columns, **parts)
    assert str(caught.value) == f"table t: {fault}"


def test_a_reader_meets_sentences_in_one_language_and_in_the_other_where_there_is_no_more() -> None:
    pair = table(column("how", japanese="how_ja"), column("how_ja"), column("name"))
    assert [one.name for one in pair.spoken("ja")] == ["how_ja", "name"]
    assert [one.name for one in pair.spoken("en")] == ["how", "name"]
    cases = {
        ("by weight", "重量による"): Text("by weight", "重量による"),
        ("by weight", None): Text("by weight", "by weight"),
        ("", "重量による"): Text("重量による", "重量による"),
        (None, None): None,
    }
    for (english, japanese), told in cases.items():
        row = {"how": english, "how_ja": japanese, "name": None}
        assert (pair.told(row, "how"), pair.told(row, "how_ja")) == (told, told)
        assert pair.told(row, "name") is pair.told({"name": ""}, "name") is None
    assert pair.told({"how": "of a table kept before"}, "how") == same("of a table kept before")


def test_every_type_has_a_name_in_both_languages() -> None:
    assert {kind: (kind.label.en, kind.label.ja) for kind in Type} == {
        Type.TEXT: ("text", "文字列"),
        Type.INTEGER: ("whole number", "整数"),
        Type.NUMBER: ("number", "数値"),
        Type.BOOLEAN: ("yes or no", "はい・いいえ"),
        Type.DATE: ("date", "日付"),
    }


def test_a_declaration_is_data() -> None:
    declared = table(
        column("kind", allowed=("a", "b"), any_case=True, default="a", required=False,
               words={"a": Text("ay", "甲"), "b": Text("bee", "乙")}),
        column("amount", Type.NUMBER, unit="t", above=0, maximum=5),
        key=("kind",),
        shipped="some/file",
        title=Text("Small", "小表"),
    )  # fmt: skip
    common = {
        "unit": None, "unit_column": None, "required": True, "default": None, "minimum": None,
        "above": None, "maximum": None, "allowed": None, "refers_to": None, "pattern": None,
        "words": None, "japanese": None, "ignore_case": False,
    }  # fmt: skip
    assert declared.as_dict("ja") == {
        "name": "t", "title": "小表", "key": ["kind"], "default": "some/file", "optional": True,
        "columns": [
            common | {"name": "kind", "type": "text", "meaning": "そのkind", "required": False,
                      "default": "a", "allowed": ["a", "b"], "ignore_case": True,
                      "words": {"a": "甲", "b": "乙"}},
            common | {"name": "amount", "type": "number", "meaning": "そのamount", "unit": "t",
                      "above": 0, "maximum": 5},
        ],
    }  # fmt: skip
    assert declared.as_dict()["title"] == {"en": "Small", "ja": "小表"}
    assert declared.as_dict("en")["title"] == "Small"
