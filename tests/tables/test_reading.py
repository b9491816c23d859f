"""The door as a whole: one file of each kind is the same table; what is no file is wrong usage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from tests.tables.declared import ACTIVITY, HEADER, lines

from kyoso.core.errors import UsageError
from kyoso.tables.engine import Engine
from kyoso.tables.given import Given, schema
from kyoso.tables.reading import read

Door = Callable[..., Given]
Rows = Callable[[Given], list[dict[str, Any]]]

RECORDS = [
    {"facility": "東京", "year": 2020, "quantity": 1.5, "share": None, "flared": True,
     "opened": date(2025, 9, 4), "note": "x, y"},
    {"facility": "Ha Noi", "year": 2021, "quantity": 0.0, "share": 12.5, "flared": False,
     "opened": None, "note": None},
]  # fmt: skip
TEXT = (
    f"{HEADER}\n"
    '東京,2020,1.5,,yes,2025-09-04,"x, y"\n'
    "Ha Noi,2021,0,12.5,no,,\n"
)  # fmt: skip


def put(path: Path) -> Path:
    """The records in the kind of file that the name says."""
    if path.suffix.lower() == ".parquet":
        pq.write_table(pa.Table.from_pylist(RECORDS, schema=schema(ACTIVITY)), path)
    elif path.suffix.lower() in (".xlsx", ".xlsm"):
        with xlsxwriter.Workbook(path) as made:
            sheet = made.add_worksheet("activity")
            day = made.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_row(0, 0, HEADER.split(","))
            for at, record in enumerate(RECORDS, start=1):
                for column, value in enumerate(record.values()):
                    sheet.write(at, column, value, day if isinstance(value, date) else None)
    else:
        path.write_text(TEXT, "utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["a.csv", "A.CSV", "a.tsv", "a.txt", "a.xlsx", "a.XLSX", "a.parquet", "a.b.csv"]
)
def test_one_table_is_the_same_from_every_kind_of_file(
    checked: Door, rows: Rows, tmp_path: Path, name: str
) -> None:
    given = checked(put(tmp_path / name))
    assert lines(given) == []
    assert rows(given) == [record | {"row_": at} for at, record in enumerate(RECORDS, start=2)]
    assert (given.rows, given.present, given.readable) == (2, frozenset(ACTIVITY.names), True)


def test_a_folder_of_parquet_is_a_table_whatever_its_name(checked: Door, tmp_path: Path) -> None:
    folder = tmp_path / "data.csv"
    folder.mkdir()
    put(folder / "a.parquet")
    assert (checked(folder).rows, checked(folder).folder) == (2, True)


def test_what_came_in_is_known_by_its_hash(door: Door, tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv")
    assert door(path).sha256 == hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.json", "a", "a.csv.gz"])
def test_other_kinds_of_files_are_wrong_usage(database: Engine, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(UsageError) as caught:
        read(ACTIVITY, tmp_path / name, database)
    assert str(caught.value) == (
        f"activity={name}: files of this kind are not read; "
        "give .csv, .xlsx, .parquet or a folder of Parquet files"
    )


def test_a_path_without_a_file_is_wrong_usage(database: Engine, tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    with pytest.raises(UsageError) as caught:
        read(ACTIVITY, path, database)
    assert str(caught.value) == (
        f"activity={path}: there is no such file; check the path after -i TABLE="
    )


def test_a_file_that_cannot_be_opened_is_wrong_usage(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "a.csv")

    def locked(*_: object) -> None:  # as by Excel on Windows; a test may run as root
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("kyoso.core.hashes.of_path", locked)
    with pytest.raises(UsageError) as caught:
        read(ACTIVITY, path, database)
    assert str(caught.value) == (
        f"activity={path}: the file cannot be read; "
        "close it in other programs, and check that you may read it"
    )


def test_a_default_fills_what_is_absent_and_nothing_else(checked: Door, rows: Rows) -> None:
    given = checked("facility,year,quantity,flared,share\nA,2020,1,,\nB,2020,2,yes,\n")
    assert [(r["flared"], r["share"], r["note"]) for r in rows(given)] == [
        (False, None, None), (True, None, None),
    ]  # fmt: skip


def test_missing_is_never_nought(checked: Door, rows: Rows) -> None:
    given = checked("facility,year,quantity\nA,2020,\n")
    assert rows(given)[0]["quantity"] is None
    assert lines(given) == ["activity: row 2, column quantity: no value; fill in the quantity"]


def test_what_is_at_fault_is_absent_and_not_told_to_be_missing_as_well(checked: Door) -> None:
    given = checked("facility,year,quantity\nA,2020,x\nB,,1\n")
    assert lines(given) == [
        "activity: row 2, column quantity: x: not a number; write a number such as 1234.5; "
        "leave the cell empty where there is none",
        "activity: row 3, column year: no value; fill in the year",
    ]


def test_a_number_too_large_for_its_declared_unit_is_named(checked: Door) -> None:
    given = checked("facility,year,quantity [Mt]\nA,2020,1e305\n")
    assert lines(given) == [
        "activity: row 2, column quantity: inf: not a finite number; "
        "write a number, or no value where there is none"
    ]
