"""The header against the declaration: names, units, slips of the pen, titles above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tables.declared import ACTIVITY, column, lines, table

from kyoso.tables.declaration import Type
from kyoso.tables.given import Given
from kyoso.tables.headers import heading, known

Door = Callable[..., Given]
Rows = Callable[[Given], list[dict[str, Any]]]

BY_ROW = table(
    column("fuel"),
    column("quantity", Type.NUMBER, unit_column="unit"),
    column("sold", Type.NUMBER, unit_column="unit", required=False),
    column("unit"),
    column("share", Type.NUMBER, unit="%", required=False),
)


@pytest.mark.parametrize(
    ("cell", "name", "unit"),
    [
        ("quantity", "quantity", None),
        ("quantity [kt]", "quantity", "kt"),
        ("quantity[kt]", "quantity", "kt"),
        (" quantity\n[ t CO2 ] ", "quantity", "t CO2"),
        ("ｑｕａｎｔｉｔｙ　［ｋｔ］", "quantity", "kt"),
        ("quantity [m³]", "quantity", "m3"),
        ("quantity []", "quantity", None),
        ("quantity [kt] *", "quantity [kt] *", None),
        ("[kt]", "", "kt"),
        ("", "", None),
    ],
)
def test_a_heading_is_a_name_and_perhaps_a_unit(cell: str, name: str, unit: str | None) -> None:
    assert heading(cell) == (name, unit)


@given(st.sampled_from(["t", "kt", "t CO2", "kg/TJ", "%"]), st.sampled_from(["", " ", "\u3000"]))
def test_what_a_column_is_called_is_found_again(unit: str, space: str) -> None:
    assert heading(f"quantity{space}[{unit}]") == ("quantity", unit)
    for one in ACTIVITY.columns:
        assert heading(one.heading()) == (one.name, one.unit)


def test_known_headings_are_counted() -> None:
    assert known(ACTIVITY, ["Facility", "quantity [kt]", "what", "", "YEAR"]) == 3


@pytest.mark.parametrize(
    ("unit", "quantity"),
    [("t", 2.0), ("kt", 2000.0), ("Gg", 2000.0), ("kg", 0.002), ("short_ton", 1.81436948),
     ("Mt", 2e6), ("ｋｔ", 2000.0)],
)  # fmt: skip
def test_a_column_in_another_unit_is_converted_at_the_door(
    door: Door, rows: Rows, unit: str, quantity: float
) -> None:
    given = door(f"facility,year,quantity [{unit}]\nA,2020,2\n")
    assert (lines(given), rows(given)[0]["quantity"]) == ([], quantity)


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("ton", "this unit has more than one meaning; write t (1,000 kg), short_ton or long_ton"),
        ("TJ", "not convertible to t; use t or a unit of the same kind"),
        ("xyz", "unknown unit; write a unit such as t, kg, Gg, TJ, kWh"),
    ],
)
def test_a_unit_that_does_not_fit_is_named_in_the_header(door: Door, unit: str, said: str) -> None:
    given = door(f"facility,year,quantity [{unit}]\nA,2020,2\n")
    assert lines(given) == [f"activity: row 1, column quantity: {unit}: {said}"]


def test_a_unit_on_a_column_that_has_none_is_refused(door: Door) -> None:
    given = door("facility,year [CE],quantity\nA,2020,2\n")
    assert lines(given) == [
        "activity: row 1, column year: CE: this column has no unit; write year alone"
    ]


def test_columns_that_a_workbook_holds_beside_are_passed_over(door: Door) -> None:
    beside = replace(ACTIVITY, beside=("unit_name",))
    given = door("facility,year,quantity,unit_name,extra\nA,2020,1,Boiler,e\n", table=beside)
    assert (lines(given), given.unused) == ([], ("extra",))


def test_columns_are_found_in_any_order_and_letter_case(door: Door, rows: Rows) -> None:
    given = door("NOTE,Quantity,Year,extra,FACILITY\nn,1,2020,e,A\n")
    assert lines(given) == []
    assert given.unused == ("extra",)
    assert rows(given) == [
        {"facility": "A", "year": 2020, "quantity": 1.0, "share": None, "flared": False,
         "opened": None, "note": "n", "row_": 2}
    ]  # fmt: skip


def test_everything_wrong_with_a_header_is_named_at_once(door: Door) -> None:
    given = door("facilty,note,quantity [ton],NOTE,Quantity\nA,x,1,y,2\n")
    assert lines(given) == [
        "activity: row 1, column facility: facilty: the column is missing; "
        "the header has facilty; write facility",
        "activity: row 1, column note: NOTE: the column stands twice in the header; "
        "keep one of them",
        "activity: row 1, column quantity: ton: this unit has more than one meaning; "
        "write t (1,000 kg), short_ton or long_ton",
        "activity: row 1, column quantity: Quantity: the column stands twice in the header; "
        "keep one of them",
        "activity: row 1, column year: the column is missing; add a column year: the year",
    ]


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("quantity (kt)", "quantity [kt]"),  # without the unit the numbers would be wrong
        ("quantity（千トン）", "quantity [千トン]"),
        ("Quantities [kt]", "quantity [kt]"),
        ("quantity_kt", "quantity [t]"),
        ("quantty", "quantity [t]"),
    ],
)
def test_the_hint_for_a_slip_keeps_the_unit(door: Door, slip: str, right: str) -> None:
    given = door(f"facility,year,{slip}\nA,2020,1\n")
    assert lines(given) == [
        f"activity: row 1, column quantity: {slip}: the column is missing; "
        f"the header has {slip}; write {right}"
    ]
    assert given.unused == ()


def test_a_slip_in_an_optional_column_is_not_passed_over(door: Door) -> None:
    given = door("facility,year,quantity,shares\nA,2020,1,50\n")
    assert lines(given) == [
        "activity: row 1, column share: shares: the column is missing; "
        "the header has shares; write share [%]"
    ]


def test_a_missing_column_is_said_in_japanese(door: Door) -> None:
    given = door("facility,quantity\nA,1\n")
    assert lines(given, "ja") == [
        "activity: row 1, column year: 列がありません; year列を加えてください：そのyear"
    ]


# --- units row by row ---------------------------------------------------------------------


def test_a_unit_in_the_header_stands_for_the_column_of_units(door: Door, rows: Rows) -> None:
    given = door("fuel,quantity [kt]\ncoal,1\ncoke,2\n", table=BY_ROW)
    assert lines(given) == []
    assert [(r["quantity"], r["unit"]) for r in rows(given)] == [(1.0, "kt"), (2.0, "kt")]
    assert "unit" in given.present


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("fuel,quantity [kt],unit",
         ["column unit: kt: the unit is stated in the header and row by row; "
          "state it in one place"]),
        ("fuel,quantity [kt],sold [t]",
         ["column sold: t: two columns share a unit and state two; write kt for both"]),
        ("fuel,quantity [ton],share",
         ["column quantity: ton: this unit has more than one meaning; "
          "write t (1,000 kg), short_ton or long_ton"]),
        ("fuel,quantity (kt),share",
         ["column quantity: quantity (kt): the column is missing; "
          "the header has quantity (kt); write quantity [kt]",
          "column unit: the column is missing; add a column unit: the unit"]),
    ],
)  # fmt: skip
def test_a_unit_is_stated_once_and_known(door: Door, header: str, said: list[str]) -> None:
    given = door(f"{header}\ncoal,1,2\n", table=BY_ROW)
    assert lines(given) == [f"t: row 1, {one}" for one in said]


# --- what stands above --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ("\n", 2),
        ("Table 1. Activity data,,\n\n", 3),
        ("表1　活動量,,\n作成日：令和7年9月4日,,\n,,\n", 4),
        ("sep=,\n", 2),
    ],
)
def test_titles_above_the_header_are_named_for_what_they_are(
    door: Door, above: str, row: int
) -> None:
    given = door(f"{above}facility,year,quantity\nA,2020,1\n")
    assert lines(given) == [
        f"activity: row {row}: the header stands in row {row}; "
        "delete the rows above it, so that it is row 1"
    ]
    assert given.rows == 0


def test_a_file_without_a_header_has_every_column_missing(door: Door) -> None:
    given = door("A,2020,1\nB,2020,2\n")
    assert lines(given) == [
        "activity: row 1, column facility: the column is missing; "
        "add a column facility: the facility",
        "activity: row 1, column quantity: the column is missing; "
        "add a column quantity [t]: the quantity",
        "activity: row 1, column year: the column is missing; add a column year: the year",
    ]


def test_an_empty_first_row_without_a_header_below_says_so(door: Door) -> None:
    assert lines(door(",,\nA,2020,1\n")) == [
        "activity: row 1: there is no header; write the names of the columns in row 1"
    ]


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_header_ends_in_rows_or_in_problems(door: Door, one: str, two: str) -> None:
    text = f"{one}\n{two}\nA,2020,1\n".encode("utf-8", "replace")
    given = door(text)
    assert given.problems or given.rows
