"""Editions as JSON, both ways, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from tests.programme.published import ENGLISH, JAPANESE, printed
from tests.programme.test_outline import JAPANESE as OUTLINE

from kyoso.core.errors import InputRefusedError
from kyoso.programme.editions import COLUMNS, Edition, activities_csv
from kyoso.programme.notices import MESSAGES
from kyoso.programme.reading import read_text

DAMAGED = printed(JAPANESE).replace("\n1-1-2. ", "\n迷子の行。 \n1-1-4. ")


@pytest.mark.parametrize("text", [printed(JAPANESE), printed(ENGLISH), OUTLINE, DAMAGED])
def test_an_edition_survives_json(text: str) -> None:
    edition = read_text(text).edition
    written = json.dumps(edition.as_dict("ja"), ensure_ascii=False)
    assert Edition.from_dict(json.loads(written)) == edition


def test_the_object_has_the_promised_parts() -> None:
    # DESIGN §4, command line.
    data = read_text(DAMAGED).edition.as_dict("en")
    assert {
        "edition",
        "pillars",
        "sections",
        "groups",
        "commitments",
        "activities",
        "warnings",
    } <= set(data)
    assert {"title", "date", "language"} <= set(data["edition"])
    assert data["edition"]["date"] == "2031-03-14"
    assert data["activities"][0] == {
        "code": "1-1-1",
        "pillar": "1",
        "section": "1.1",
        "group": None,
        "annex": "1",
        "text": {"ja": next(JAPANESE.activities())[-1]},
        "first_line": data["activities"][0]["first_line"],
        "last_line": data["activities"][0]["last_line"],
    }
    assert [(one["code"], one["message"]) for one in data["warnings"]] == [
        (None, "could not be placed: 迷子の行。"),
        ("1-1-2", "1-1-2 is missing: 1-1-1 is followed by 1-1-3"),
        ("1-1-3", "1-1-3 is out of order: it stands between 1-1-4 and 1.2"),
    ]


def test_messages_are_in_both_languages() -> None:
    edition = read_text(DAMAGED).edition
    assert [one["message"] for one in edition.as_dict("ja")["warnings"]][1] == (
        "1-1-2が欠けています（1-1-1の次が1-1-3です）"
    )
    assert all(text.en.isascii() or "“" in text.en for text in MESSAGES.values())


def test_activities_as_csv() -> None:
    edition = read_text(printed(JAPANESE)).edition
    table = list(csv.DictReader(io.StringIO(activities_csv(edition.activities))))
    assert tuple(table[0]) == COLUMNS
    assert [
        (
            row["code"],
            row["pillar"],
            row["section"],
            row["group"] or None,
            row["annex"],
            row["text"],
        )
        for row in table
    ] == [
        (one.code, one.pillar, one.section, one.group, one.annex, one.text["ja"])
        for one in edition.activities
    ]


def spoiled(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(read_text(DAMAGED).edition.as_dict()))
    return {**data, **changes}


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        {"edition": {}},
        spoiled(edition={"title": "x", "date": "yesterday", "language": "ja"}),
        spoiled(edition={"title": "x", "date": None, "language": "xx"}),
        spoiled(edition={"title": "x", "date": None, "language": "ja", "colour": "blue"}),
        spoiled(activities=[{"code": "1-1-1"}]),
        spoiled(groups=[{"code": 1, "title": {"ja": "x"}, "first_line": 1}]),
        spoiled(pillars=[{"code": "1", "title": "words", "first_line": 1, "last_line": 1}]),
        spoiled(warnings=[{"kind": "unknown"}]),
    ],
)
def test_what_is_no_edition_is_refused(data: object) -> None:
    with pytest.raises(InputRefusedError) as refused:
        Edition.from_dict(data, source="old.json")
    assert refused.value.lines("en")[0].startswith("old.json: ")
