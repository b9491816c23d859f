"""The reference format and its loader."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kyoso.core.errors import NotFoundError, ReferenceDataError
from kyoso.core.text import Text
from kyoso.reference import CITATION, ReferenceTable, catalogue, load
from kyoso.reference.loading import read

HEADER = "code,title_en,title_ja,value," + ",".join(CITATION)
GOOD = "a,Coal,石炭,1,IPCC 2006,Table 1.2,2006,facts; own words,one-source,"


def table(
    folder: Path, *lines: str, header: str = HEADER, key: tuple[str, ...] | None = None
) -> ReferenceTable:
    path = folder / "fuels.csv"
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return read(path, name="ghg/fuels", key=key)


def refusal(
    folder: Path, *lines: str, header: str = HEADER, key: tuple[str, ...] | None = None
) -> list[str]:
    """The lines of the refusal, without the first, which counts them."""
    with pytest.raises(ReferenceDataError) as caught:
        table(folder, *lines, header=header, key=key)
    first, *faults = caught.value.line("en").split("\n")
    assert first == f"ghg/fuels.csv: {len(faults)} faults in the reference file"
    return faults


def test_read_returns_rows_hash_and_counts(tmp_path: Path) -> None:
    unsure = "b,,,,IPCC 2006,Table 1.3,,facts; own words,unverified,"
    fuels = table(tmp_path, GOOD, unsure)
    assert fuels.name == "ghg/fuels"
    assert fuels.columns == ("code", "title_en", "title_ja", "value", *CITATION)
    assert [row["value"] for row in fuels.rows] == ["1", ""]
    assert fuels.unverified == 1
    assert fuels.sha256 == hashlib.sha256(fuels.path.read_bytes()).hexdigest()


def test_texts_are_absent_where_both_languages_are_empty(tmp_path: Path) -> None:
    fuels = table(tmp_path, GOOD, "b,,,,IPCC 2006,,,facts; own words,one-source,")
    assert fuels.texts(fuels.rows[0], "title") == Text("Coal", "石炭")
    assert fuels.texts(fuels.rows[1], "title") is None
    with pytest.raises(ReferenceDataError):
        fuels.text(fuels.rows[1], "title")


def test_by_indexes_filled_values_and_refuses_a_value_that_stands_twice(tmp_path: Path) -> None:
    other = GOOD.replace("a,Coal,石炭,1", "b,Oil,石油,")
    fuels = table(tmp_path, GOOD, other)
    assert fuels.by("code") == {"a": fuels.rows[0], "b": fuels.rows[1]}
    assert fuels.by("value") == {"1": fuels.rows[0]}
    with pytest.raises(ReferenceDataError):
        fuels.by("document")
    with pytest.raises(NotFoundError):
        fuels.by("colour")


def test_where_keeps_file_order(tmp_path: Path) -> None:
    other = GOOD.replace("a,Coal,石炭,1", "b,Oil,石油,2")
    fuels = table(tmp_path, GOOD, other)
    assert fuels.where(document="IPCC 2006") == fuels.rows
    assert fuels.where(document="IPCC 2006", value="2") == fuels.rows[1:]
    with pytest.raises(NotFoundError):
        fuels.where(colour="red")


def test_rows_cannot_be_changed(tmp_path: Path) -> None:
    row = table(tmp_path, GOOD).rows[0]
    with pytest.raises(TypeError):
        row["value"] = "2"  # type: ignore[index]


def test_a_file_without_citation_columns_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a,1", header="code,value") == [
        (
            "ghg/fuels: row 1: code,value: the citation columns do not close the header; "
            "end the header with document,table,year,licence,verification,note"
        )
    ]


def test_a_ragged_row_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, GOOD, "b,Oil") == [
        (
            "ghg/fuels: row 3: 2: not as many cells as the header; "
            "give 10 cells; quote a cell that holds a comma"
        )
    ]


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    faults = refusal(
        tmp_path,
        GOOD,
        "a,Coal,石炭,1,,Table 1.2,2006,,sure,",
        "c,Oil,, 2,IPCC 2006,,06,facts; own words,unverified,",
    )
    assert faults == [
        "ghg/fuels: row 3, column code: a: the key stands in row 2 already; keep one of the rows",
        (
            "ghg/fuels: row 3, column document: empty; "
            "every row says its source, its licence and how it was verified"
        ),
        (
            "ghg/fuels: row 3, column licence: empty; "
            "every row says its source, its licence and how it was verified"
        ),
        (
            "ghg/fuels: row 3, column verification: sure: not a verification status; "
            "one of: two-sources, one-source, unverified"
        ),
        "ghg/fuels: row 4, column title_ja: a text in one language only; translate title_en",
        "ghg/fuels: row 4, column value: ' 2': spaces around the value; remove them",
        "ghg/fuels: row 4, column year: 06: not a year; four digits, or nothing",
    ]


def test_a_key_of_several_columns(tmp_path: Path) -> None:
    other = GOOD.replace(",1,", ",2,")
    assert len(table(tmp_path, GOOD, other, key=("code", "value")).rows) == 2
    assert len(table(tmp_path, GOOD, GOOD, key=()).rows) == 2
    assert refusal(tmp_path, GOOD, other, GOOD, key=("code", "value")) == [
        (
            "ghg/fuels: row 4, column code, value: a, 1: the key stands in row 2 already; "
            "keep one of the rows"
        )
    ]
    assert refusal(tmp_path, GOOD, key=("fuel",)) == [
        "ghg/fuels: row 1, column fuel: the key names no column; "
        "one of: code, title_en, title_ja, value, " + ", ".join(CITATION)
    ]


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        (
            "code,title_en",
            "row 1, column title_en: a text in one language only; add the column title_ja",
        ),
        (
            "code,code",
            "row 1, column code: a column without a name of its own; name every column once",
        ),
    ],
)
def test_a_header_that_cannot_be_read_is_refused(tmp_path: Path, columns: str, fault: str) -> None:
    header = f"{columns}," + ",".join(CITATION)
    assert refusal(tmp_path, header=header) == [f"ghg/fuels: {fault}"]


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fuels.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n".encode("shift_jis"))
    with pytest.raises(ReferenceDataError, match="row 2: not UTF-8; save the file as UTF-8"):
        read(path, name="ghg/fuels", key=None)


def test_a_byte_order_mark_is_not_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "fuels.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n".encode("utf-8-sig"))
    assert read(path, name="ghg/fuels", key=None).columns[0] == "code"


def test_load_is_cached_and_names_what_exists() -> None:
    assert load("places/countries") is load("places/countries")
    with pytest.raises(NotFoundError) as caught:
        load("places/countrys")
    assert caught.value.line("en").startswith(
        "places/countrys: no such reference file; one of: places/countries"
    )


def test_catalogue_is_sorted_and_every_file_of_it_loads() -> None:
    assert list(catalogue()) == sorted(set(catalogue()))
    assert {name: load(name).name for name in catalogue()} == {n: n for n in catalogue()}


def test_a_declared_key_belongs_to_a_shipped_file() -> None:
    declared = [
        f"{path.parent.name}/{line.split(',')[0]}"
        for path in load("places/countries").path.parents[1].glob("*/keys.csv")
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    ]
    assert len(declared) == len(set(declared))
    assert set(declared) <= set(catalogue())
