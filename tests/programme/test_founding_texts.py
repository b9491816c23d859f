"""The two founding texts, read where they lie beside the checkout; they are not copied here.

Expected values were set down by reading the texts by eye: line numbers are those of the files,
a hash is that of the activity's words as they read without the page's line breaks.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from kyoso.core import hashes
from kyoso.programme.layout import rows_of
from kyoso.programme.reading import Reading, read, read_text

DOCUMENTS = Path(__file__).parents[3] / "shared" / "documents"
SPACE = DOCUMENTS / "space-2025-ja.txt"
CLEAN_ASIA = DOCUMENTS / "clean-asia-initiative-ja.txt"
PINNED = Path(__file__).parent / "data" / "space-2025-ja.csv"

pytestmark = pytest.mark.skipif(
    not (SPACE.is_file() and CLEAN_ASIA.is_file()),
    reason="the founding texts do not lie beside the checkout (../shared/documents)",
)


def lines() -> list[str]:
    return SPACE.read_text(encoding="utf-8").split("\n")


def unplaced(reading: Reading) -> set[int]:
    warned = {n for w in reading.edition.warnings for n in range(w.line, w.last_line + 1)}
    return {row.number for row in rows_of(reading.text)} - set(reading.roles) - warned


def told(reading: Reading) -> list[tuple[str, int, str | None]]:
    return [(one.kind, one.line, one.code) for one in reading.edition.warnings]


def test_space_2025_has_every_activity_on_its_lines_word_for_word() -> None:
    edition = read(SPACE).edition
    with PINNED.open(encoding="utf-8", newline="") as stream:
        pinned = [tuple(row.values()) for row in csv.DictReader(stream)]
    found = [
        (
            one.code,
            str(one.first_line),
            str(one.last_line),
            hashes.of_bytes(one.text["ja"].encode()),
        )
        for one in edition.activities
    ]
    assert len(pinned) == 43
    assert found == pinned


def test_space_2025_is_whole() -> None:
    reading = read(SPACE)
    edition = reading.edition
    assert (edition.date, edition.language, edition.remark) == (date(2025, 9, 4), "ja", "仮訳")
    assert "SPACE" in edition.title
    assert [one.code for one in edition.pillars] == ["1", "2", "3"]
    assert [(one.code, one.annex) for one in edition.sections] == [
        *(("1.1", "1"), ("1.2", "1"), ("1.3", "1"), ("1.4", "1")),
        *(("2.1", "2.1"), ("2.2", "2.2"), ("2.3", "2.3"), ("3.1", "3"), ("3.2", "3")),
    ]
    groups = ["1-2-1", "1-2-2", "1-2-3", "1-2-4", "2-3-1", "2-3-2", "2-3-3"]
    assert [one.code for one in edition.groups] == groups
    assert [one.code for one in edition.annexes] == ["1", "2.1", "2.2", "2.3", "3"]
    assert [(one.number, one.first_line, one.last_line) for one in edition.commitments] == [
        *((1, 124, 128), (2, 132, 134), (3, 138, 144), (4, 147, 149), (5, 152, 152))
    ]
    assert edition.warnings == ()
    assert unplaced(reading) == set()


def test_every_activity_of_space_2025_stands_in_the_annex_of_its_number() -> None:
    for one in read(SPACE).edition.activities:
        assert one.annex == (one.section if one.pillar == "2" else one.pillar)
        assert one.group == ("-".join(one.code.split("-")[:3]) if one.code.count("-") > 2 else None)


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="carriage returns"),
        pytest.param(lambda text: "\n".join(map(str.rstrip, text.split("\n"))), id="no marks"),
        pytest.param(lambda text: "\n".join(filter(str.strip, text.split("\n"))), id="no gaps"),
        pytest.param(lambda text: "\n".join(text.split()), id="a line a word"),
    ],
)
def test_the_activities_of_space_2025_do_not_hang_on_one_extraction(spoiled: object) -> None:
    assert callable(spoiled)
    expected = [
        (one.code, "".join(one.text["ja"].split())) for one in read(SPACE).edition.activities
    ]
    edition = read_text(spoiled(SPACE.read_text(encoding="utf-8"))).edition
    found = [(one.code, "".join(one.text["ja"].split())) for one in edition.activities]
    assert found == expected


# Lines are counted in the spoiled text: behind what was taken out they are lower.
@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        pytest.param((315, 317), [("missing", 315, "1-1-2")], id="an activity"),
        pytest.param(
            (315, 315), [("unplaced", 316, None), ("missing", 317, "1-1-2")], id="its first line"
        ),
        pytest.param((317, 317), [("cut-short", 315, "1-1-2")], id="its last line"),
        pytest.param((336, 336), [("no-section-heading", 336, "1.2")], id="a section heading"),
        pytest.param((337, 337), [("no-group-heading", 337, "1-2-1")], id="a group heading"),
        pytest.param((386, 388), [("empty-group", 385, "1-2-4")], id="all of a group"),
        pytest.param((390, 411), [("no-activities", 244, "1.3")], id="all of a section"),
        pytest.param((138, 144), [("missing-commitment", 140, None)], id="a commitment"),
        pytest.param((10, 10), [("date-in-text", 13, None)], id="the date line"),
        pytest.param((174, 174), [("statement-title", 6, None)], id="the title"),
        pytest.param(
            (307, 307),
            [("no-annex", 309, "1-1-1"), ("missing-annex", 426, "1")],
            id="the heading of annex 1",
        ),
    ],
)
def test_lines_taken_out_of_space_2025_are_missed(
    gone: tuple[int, int], expected: list[tuple[str, int, str | None]]
) -> None:
    first, last = gone
    text = lines()
    reading = read_text("\n".join([*text[: first - 1], *text[last:]]))
    assert told(reading) == expected
    assert unplaced(reading) == set()


def test_two_activities_of_space_2025_that_changed_places_are_noticed() -> None:
    text = lines()
    swapped = [*text[:314], *text[317:326], *text[314:317], *text[326:]]
    reading = read_text("\n".join(swapped))
    assert told(reading) == [("out-of-order", 324, "1-1-2")]
    texts = {one.code: one.text for one in read(SPACE).edition.activities}
    assert {one.code: one.text for one in reading.edition.activities} == texts


@pytest.mark.parametrize(
    ("line", "old", "new", "expected"),
    [
        (318, "1-1-3", "1-1-2", [("duplicate", 318, "1-1-2"), ("missing", 327, "1-1-3")]),
        (318, "1-1-3", "1-1-6", [("out-of-order", 318, "1-1-6"), ("missing", 327, "1-1-3")]),
        (
            477,
            "2-1-1",
            "2-2-1",
            [
                ("out-of-order", 477, "2-2-1"),
                ("wrong-annex", 477, "2-2-1"),
                ("missing", 478, "2-1-1"),
                ("duplicate", 561, "2-2-1"),
            ],
        ),
    ],
)
def test_renumbered_activities_of_space_2025_are_noticed(
    line: int, old: str, new: str, expected: list[tuple[str, int, str | None]]
) -> None:
    text = lines()
    text[line - 1] = text[line - 1].replace(old, new, 1)
    reading = read_text("\n".join(text))
    assert told(reading) == expected
    assert len(reading.edition.activities) == 43


def test_the_clean_asia_initiative_is_an_edition_of_measures_and_goals() -> None:
    reading = read(CLEAN_ASIA)
    edition = reading.edition
    assert edition.language == "ja"
    assert edition.date is None
    assert [(one.code, one.first_line, one.last_line) for one in edition.activities] == [
        ("(1)", 15, 17),
        ("(2)", 19, 21),
        ("(3)", 23, 25),
        ("(4)", 27, 31),
        ("(5)", 33, 35),
        ("(6)", 37, 40),
    ]
    assert [(one.code, one.kind, len(one.items)) for one in edition.goals] == [
        *(("1", "goal", 2), ("2", "goal", 3), ("3", "goal", 3), ("4", "goal", 2)),
        ("base", "foundation", 4),
    ]
    assert [(one.kind, one.line) for one in edition.warnings] == [("no-date", 3)]
    assert unplaced(reading) == set()


def test_the_words_of_the_clean_asia_initiative_are_all_there() -> None:
    source = CLEAN_ASIA.read_text(encoding="utf-8").split("\n")
    edition = read(CLEAN_ASIA).edition
    for one in edition.activities:
        printed = "".join("".join(source[one.first_line - 1 : one.last_line]).split())
        assert printed == one.code + "".join(one.text["ja"].split())
    for goal in edition.goals:
        assert goal.title["ja"] == "".join(source[goal.first_line - 1].split())
        for item in goal.items:
            assert item.text["ja"] == source[item.first_line - 1].removeprefix("- ")


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (19, [("no-date", 3, None), ("missing", 22, "(2)")]),
        (33, [("no-date", 3, None), ("missing", 36, "(5)")]),
    ],
)
def test_a_measure_taken_out_of_the_clean_asia_initiative_is_missed(
    gone: int, expected: list[tuple[str, int, str | None]]
) -> None:
    text = CLEAN_ASIA.read_text(encoding="utf-8").split("\n")
    reading = read_text("\n".join([*text[: gone - 1], *text[gone:]]))
    assert told(reading) == expected
