"""Parquet at the door: kinds of columns, folders, absent and NaN, files that are none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.tables.declared import column, lines, table

from kyoso.tables.declaration import Type
from kyoso.tables.given import Given

Door = Callable[..., Given]
Rows = Callable[[Given], list[dict[str, Any]]]

NAN = float("nan")


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """A file with columns that replace or add to those of sound rows."""

    def into(name: str = "a.parquet", **columns: Any) -> Path:
        count = next((len(values) for values in columns.values() if values is not None), 1)
        sound = {
            "facility": [f"F{at}" for at in range(count)],
            "year": pa.array([2020] * count, pa.int64()),
            "quantity": pa.array([1.0] * count, pa.float64()),
        }
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(
            pa.table({k: v for k, v in (sound | columns).items() if v is not None}), path
        )
        return path

    return into


def test_a_file_is_read_with_its_row_numbers_and_defaults(
    checked: Door, rows: Rows, put: Any
) -> None:
    given = checked(put(share=[None, 50.0], opened=[date(2025, 9, 4), None], other=[1, 2]))
    assert (lines(given), given.rows, given.unused) == ([], 2, ("other",))
    assert rows(given) == [
        {"facility": "F0", "year": 2020, "quantity": 1.0, "share": None, "flared": False,
         "opened": date(2025, 9, 4), "note": None, "row_": 2},
        {"facility": "F1", "year": 2020, "quantity": 1.0, "share": 50.0, "flared": False,
         "opened": None, "note": None, "row_": 3},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("quantity", pa.array([1, 2], pa.int32())),
        ("quantity", pa.array([1, 2], pa.uint64())),
        ("quantity", pa.array([1, 2], pa.float32())),
        ("quantity", pa.array(np.array([1, 2], np.float16))),
        ("quantity", pa.array([1, 2]).cast(pa.decimal128(21, 2))),
        ("year", pa.array([2020, 2021], pa.int16())),
        ("year", pa.array([2020, 2021], pa.uint32())),
        ("facility", pa.array(["A", "B"], pa.large_string())),
        ("facility", pa.array(["A", "B"], pa.string_view())),
        ("facility", pa.array(["A", "B"]).dictionary_encode()),
        ("opened", pa.array([date(2025, 9, 4), None], pa.date64())),
        ("flared", pa.array([True, None])),
    ],
    ids=lambda one: one if isinstance(one, str) else str(one.type),
)
def test_kinds_that_hold_the_same_values_are_read(
    checked: Door, rows: Rows, put: Any, name: str, values: pa.Array
) -> None:
    given = checked(put(**{name: values}))
    assert lines(given) == []
    expected = [False if name == "flared" and v is None else v for v in values.to_pylist()]
    assert [row[name] for row in rows(given)] == expected


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("quantity", ["1", "2"], "string; make it a column of type number"),
        ("quantity", [True, False], "bool; make it a column of type number"),
        ("year", [2020.0, 2021.0], "double; make it a column of type whole number"),
        ("facility", [1, 2], "int64; make it a column of type text"),
        ("flared", [1, 0], "int64; make it a column of type yes or no"),
        ("opened", [datetime(2025, 9, 4), None], "timestamp[us]; make it a column of type date"),  # noqa: DTZ001 -- the case tested
        ("note", [["x"], []], "list<element: string>; make it a column of type text"),
    ],
)
def test_a_column_of_another_kind_is_refused(
    checked: Door, put: Any, name: str, values: list[Any], said: str
) -> None:
    assert lines(checked(put(**{name: values}))) == [
        f"activity: row 1, column {name}: the column holds {said}"
    ]


def test_a_unit_in_a_columns_name_converts_it(checked: Door, rows: Rows, put: Any) -> None:
    given = checked(put(quantity=None, **{"Quantity [kt]": [1.5, -2.0]}))
    assert rows(given)[0]["quantity"] == 1500.0
    assert lines(given) == [
        "activity: row 3, column quantity: -2 kt: out of bounds; it must be ≥ 0 t"
    ]


def test_missing_and_mistaken_columns_are_named_as_in_other_files(checked: Door, put: Any) -> None:
    assert lines(checked(put(quantity=None, quantty=[1.0]))) == [
        "activity: row 1, column quantity: quantty: the column is missing; "
        "the header has quantty; write quantity [t]"
    ]


def test_absent_is_missing_and_nan_is_no_number(checked: Door, put: Any) -> None:
    values = pa.array([1.0, None, NAN, float("inf"), -1.0], from_pandas=False)
    number = "not a finite number; write a number, or no value where there is none"
    assert lines(checked(put(quantity=values, share=values))) == [
        "activity: row 3, column quantity: no value; fill in the quantity",
        f"activity: row 4, column quantity: nan: {number}",
        f"activity: row 4, column share: nan: {number}",
        f"activity: row 5, column quantity: inf: {number}",
        f"activity: row 5, column share: inf: {number}",
        "activity: row 6, column quantity: -1: out of bounds; it must be ≥ 0 t",
        "activity: row 6, column share: -1: out of bounds; it must be > 0, ≤ 100 %",
    ]


def test_a_nan_among_many_numbers_is_found(checked: Door, put: Any) -> None:
    """The extremes in a file's own statistics leave NaN out."""
    values = np.linspace(0, 1, 300_000)
    values[200_000] = NAN
    given = checked(put(quantity=pa.array(values, from_pandas=False)))
    assert [(p.row, p.value) for p in given.problems.listed] == [(200_002, "nan")]


def test_an_empty_text_is_absent(checked: Door, rows: Rows, put: Any) -> None:
    given = checked(put(facility=["A", "", None, " "], note=["", "x", None, "y"]))
    assert lines(given) == [
        f"activity: row {row}, column facility: no value; fill in the facility" for row in (3, 4, 5)
    ]
    assert [row["note"] for row in rows(given)] == [None, "x", None, "y"]


def test_a_column_of_nothing_has_no_kind_and_is_absent(
    checked: Door, rows: Rows, put: Any, tmp_path: Path
) -> None:
    nothing = pa.nulls(1)
    put("a.parquet", note=nothing, share=nothing, opened=nothing, flared=nothing)
    put("b.parquet", note=["x"], share=[5.0], year=pa.nulls(1))
    given = checked(tmp_path)
    assert lines(given) == [
        "activity: row 2, column year, file b.parquet: no value; fill in the year"
    ]
    found = {r["file_"]: (r["note"], r["share"], r["flared"]) for r in rows(given)}
    assert found == {"a.parquet": (None, None, False), "b.parquet": ("x", 5.0, False)}


def test_a_whole_number_beyond_64_bits_with_sign_is_out_of_bounds(checked: Door, put: Any) -> None:
    given = checked(put(year=pa.array([2**64 - 1], pa.uint64())))
    assert lines(given) == [
        "activity: row 2, column year: 18446744073709551615: out of bounds; it must be 1990 … 2100"
    ]


# --- folders ------------------------------------------------------------------------------


def test_a_folder_is_one_table_and_its_rows_are_named_by_file(
    checked: Door, rows: Rows, put: Any, tmp_path: Path
) -> None:
    put("b.parquet", facility=["B", "A"])
    put("a.parquet", quantity=[1.0, -1.0], facility=["A", "C"])
    given = checked(tmp_path)
    assert lines(given) == [
        "activity: row 3, column quantity, file a.parquet: -1: out of bounds; it must be ≥ 0 t",
        "activity: row 3, column facility, file b.parquet: A · 2020: "
        "this record stands in row 2 of a.parquet already; one row for each facility, year",
    ]
    assert (given.rows, given.folder) == (4, True)
    assert {(r["file_"], r["row_"]) for r in rows(given)} == {
        (f, r) for f in ("a.parquet", "b.parquet") for r in (2, 3)
    }


def test_files_of_one_name_in_two_folders_are_told_apart(
    checked: Door, put: Any, tmp_path: Path
) -> None:
    put("2020/part-0.parquet", facility=["A"])
    put("2021/part-0.parquet", facility=["A"], quantity=[-1.0])
    assert lines(checked(tmp_path)) == [
        "activity: row 2, column facility, file 2021/part-0.parquet: A · 2020: this record stands "
        "in row 2 of 2020/part-0.parquet already; one row for each facility, year",
        "activity: row 2, column quantity, file 2021/part-0.parquet: -1: "
        "out of bounds; it must be ≥ 0 t",
    ]


def test_files_of_one_folder_may_differ_in_columns_that_may_be_absent(
    checked: Door, rows: Rows, put: Any, tmp_path: Path
) -> None:
    put("a.parquet", year=pa.array([2020], pa.int32()), note=["x"], mine=[1])
    put("b.parquet", facility=["B"], quantity=pa.array([2], pa.int64()), flared=[True])
    given = checked(tmp_path)
    assert (lines(given), given.unused) == ([], ("mine",))
    assert [(r["facility"], r["year"], r["quantity"], r["note"], r["flared"])
            for r in sorted(rows(given), key=lambda r: str(r["facility"]))] == [
        ("B", 2020, 2.0, None, True), ("F0", 2020, 1.0, "x", False),
    ]  # fmt: skip


def test_what_a_file_of_a_folder_lacks_or_has_otherwise_is_named(
    checked: Door, put: Any, tmp_path: Path
) -> None:
    put("a.parquet")
    put("b.parquet", quantity=None)
    put("c/c.parquet", year=["2020"], quantity=["1"])
    assert lines(checked(tmp_path)) == [
        "activity: row 1, column quantity, file b.parquet: the column is missing; "
        "add it, as in the other files",
        "activity: row 1, column quantity, file c/c.parquet: the column holds string; "
        "make it a column of type number",
        "activity: row 1, column year, file c/c.parquet: the column holds string; "
        "make it a column of type whole number",
    ]


@pytest.mark.parametrize("mark", ["._a.parquet", "_temporary/a.parquet", ".a.parquet.parquet"])
def test_what_systems_leave_beside_data_is_passed_over(
    checked: Door, put: Any, tmp_path: Path, mark: str
) -> None:
    put("a.parquet")
    beside = tmp_path / mark
    beside.parent.mkdir(exist_ok=True)
    beside.write_bytes(b"no table")
    given = checked(tmp_path)
    assert (lines(given), given.rows) == ([], 1)


def test_names_of_folders_are_no_values(checked: Door, put: Any, tmp_path: Path) -> None:
    put("year=1999/a.parquet")
    assert checked(tmp_path).problems.listed == []


# --- what is no table ---------------------------------------------------------------------


def test_every_file_that_is_none_is_named(checked: Door, put: Any, tmp_path: Path) -> None:
    put("a.parquet")
    (tmp_path / "b.parquet").write_bytes(b"")
    (tmp_path / "c.parquet").write_bytes(b"PAR1 broken PAR1")
    assert lines(checked(tmp_path)) == [
        f"activity: file {name}: not a Parquet file; write the file again"
        for name in ("b.parquet", "c.parquet")
    ]


def test_nothing_in_a_folder_or_a_file_is_a_table_without_rows(
    checked: Door, put: Any, tmp_path: Path
) -> None:
    empty = ["activity: row 2: the table has no rows; write one row per record under the header"]
    (tmp_path / "none").mkdir()
    assert lines(checked(tmp_path / "none")) == empty
    assert lines(checked(put(facility=pa.array([], pa.string())))) == empty


@pytest.mark.parametrize("name", ["row_", "file_", "file_row_number", "ROW_"])
def test_names_that_the_engines_need_are_refused(checked: Door, put: Any, name: str) -> None:
    assert lines(checked(put(**{name: [1]}))) == [
        f"activity: row 1, column {name}: this name is taken; give the column another name"
    ]


def test_a_unit_for_all_rows_serves_parquet_as_well(checked: Door, rows: Rows, put: Any) -> None:
    by_row = table(
        column("facility"), column("quantity", Type.NUMBER, unit_column="unit"), column("unit")
    )
    given = checked(put(quantity=None, **{"quantity [kt]": [1.0]}), table=by_row)
    assert [(r["quantity"], r["unit"]) for r in rows(given)] == [(1.0, "kt")]
