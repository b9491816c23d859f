"""Cells as people of many countries write them: what is read, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.tables.declared import column, lines, table

from kyoso.core.errors import LISTED
from kyoso.tables.declaration import Type
from kyoso.tables.given import Given

Checked = Callable[..., Given]
Rows = Callable[[Given], list[dict[str, Any]]]

VALUES = table(
    column("number", Type.NUMBER, unit="t", required=False),
    column("percent", Type.NUMBER, unit="%", required=False),
    column("whole", Type.INTEGER, required=False),
    column("day", Type.DATE, required=False),
    column("answer", Type.BOOLEAN, required=False),
    column("word", required=False),
)


@pytest.fixture(scope="session")
def read(checked: Checked, rows: Rows) -> Callable[[str, str], Any]:
    """What a cell of a column is read as, or what is said of it."""

    def of(name: str, cell: str, mark: str = "\t") -> Any:
        given = checked(f"{name}{mark}word\n{cell}{mark}x\n", table=VALUES, name="t.csv")
        head = f"t: row 2, column {name}: "
        return [one.removeprefix(head) for one in lines(given)] or rows(given)[0][name]

    return of


GENERAL = "write a number such as 1234.5; leave the cell empty where there is none"
POINT = "with a point for decimals and no other separators"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0.0),
        ("-0.5", -0.5),
        ("+1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1234567.891", 1234567.891),
        ("1.5e3", 1500.0),
        ("1.5E-03", 0.0015),
        ("00012", 12.0),
        ("１２３．５", 123.5),  # typed with a Japanese keyboard
        ("−１．５Ｅ３", -1500.0),
        ("๑๒๓.๕", 123.5),  # Thai
        ("၁၂၃", 123.0),  # Myanmar
        ("១២៣", 123.0),  # Khmer
        ("໑໒໓", 123.0),  # Lao
        ("\u00a0 5\u3000", 5.0),  # spaces that cannot be seen
        ("", None),
        ("  ", None),
    ],
)
def test_a_number_is_read(read: Any, cell: str, value: float | None) -> None:
    assert read("number", cell) == value


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("1,234", f"write 1234 / 1.234 {POINT}"),
        ("1,234.5", f"write 1234.5 {POINT}"),
        ("1,234,567", f"write 1234567 {POINT}"),
        ("1,5", f"write 1.5 {POINT}"),
        ("-0,25", f"write -0.25 {POINT}"),
        ("1.234,5", f"write 1234.5 {POINT}"),
        ("1.234.567", f"write 1234567 {POINT}"),
        ("1.234.567,8", f"write 1234567.8 {POINT}"),
        ("1 234", f"write 1234 {POINT}"),
        ("1 234 567,8", f"write 1234567.8 {POINT}"),
        ("1'234.5", f"write 1234.5 {POINT}"),
        ("１，２３４．５", f"write 1234.5 {POINT}"),
        ("12 t", "write 12 alone, without a unit"),
        ("1,234 t CO2e", GENERAL),
        ("1,234.5 トン", "write 1234.5 alone, without a unit"),
        ("12%", GENERAL),
        ("1e999", GENERAL),
        ("5²", GENERAL),
        ("½", GENERAL),
        ("1 2", GENERAL),
        ("12,34,567", GENERAL),
        ("=1+2", GENERAL),
        ("n/a", GENERAL),
        ("-", GENERAL),
        ("…", GENERAL),
        ("NaN", GENERAL),
        ("inf", GENERAL),
        ("0x10", GENERAL),
        ("1_000", f"write 1000 {POINT}"),
        ("<0.1", GENERAL),
        ("約100", GENERAL),
        ("(100)", GENERAL),
        ("1-2", GENERAL),
    ],
)
def test_what_is_no_number_is_told_how_to_write_it(read: Any, cell: str, hint: str) -> None:
    assert read("number", cell) == [f"{cell}: not a number; {hint}"]


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009"])
def test_thousands_in_spaces_that_cannot_be_seen(read: Any, space: str) -> None:
    shown = "\u2423"
    assert read("number", f"1{space}234,5") == [
        f"1{shown}234,5: not a number; write 1234.5 {POINT}"
    ]


def test_the_same_is_said_in_japanese(checked: Checked) -> None:
    given = checked('number,day,answer\n"1,234.5",,\n,9/4/2025,\n,,多分\n', table=VALUES)
    assert lines(given, "ja") == [
        "t: row 2, column number: 1,234.5: 数値として読めません; "
        "小数点をピリオドとし、桁区切りを除いて1234.5と書いてください",
        "t: row 3, column day: 9/4/2025: 日付として読めません; "
        "年月日を2025-09-04の形で書いてください",
        "t: row 4, column answer: 多分: はい・いいえとして読めません; yesまたはnoと書いてください",
    ]


@pytest.mark.parametrize("cell", ["50%", "50 %", "５０％", "50"])
def test_a_percent_sign_is_read_where_the_unit_is_per_cent(read: Any, cell: str) -> None:
    assert read("percent", cell) == 50.0


def test_a_percent_sign_is_not_read_where_the_file_states_another_unit(checked: Checked) -> None:
    given = checked("percent [1]\n0.5\n50%\n", table=VALUES)
    assert lines(given) == [f"t: row 3, column percent: 50%: not a number; {GENERAL}"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("2023", 2023), ("2023.0", 2023), ("-5", -5), ("+5", 5), ("２０２３", 2023), ("007", 7),
     ("999999999999999999", 999999999999999999), ("", None)],
)  # fmt: skip
def test_a_whole_number_is_read(read: Any, cell: str, value: int | None) -> None:
    assert read("whole", cell) == value


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("2023.5", "write a whole number such as 2023"),
        ("1e3", "write a whole number such as 2023"),
        ("FY2023", "write a whole number such as 2023"),
        ("令和5年", "write a whole number such as 2023"),
        ("2023年", "write 2023 alone, without a unit"),
        ("2,023", f"write 2023 {POINT}"),
        ("1000000000000000000000", "write a whole number such as 2023"),
        ("2023-04-01", "write a whole number such as 2023"),
        ("2022/23", "write a whole number such as 2023"),
    ],
)
def test_what_is_no_whole_number_is_told_how_to_write_it(read: Any, cell: str, hint: str) -> None:
    assert read("whole", cell) == [f"{cell}: not a whole number; {hint}"]


def test_a_day_is_read(read: Any) -> None:
    assert read("day", "2025-09-04") == date(2025, 9, 4)
    assert read("day", "２０２５－０９－０４") == date(2025, 9, 4)
    assert read("day", "2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("2025/9/5", "2025-09-05"),  # as a Japanese Excel saves it
        ("2025年9月5日", "2025-09-05"),
        ("2025.09.05", "2025-09-05"),
        ("2025-9-5", "2025-09-05"),
        ("2025-09-05 00:00:00", "2025-09-05"),
        ("05/09/2025", "2025-09-04"),  # May or September: only the form is shown
        ("2025-02-30", "2025-09-04"),
        ("2568-13-01", "2025-09-04"),
        ("45905", "2025-09-04"),
    ],
)
def test_what_is_no_day_is_told_how_to_write_it(read: Any, cell: str, form: str) -> None:
    assert read("day", cell) == [f"{cell}: not a date; write year, month and day as {form}"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("yes", True), ("YES", True), ("TRUE", True), ("1", True), ("はい", True),
     ("no", False), ("No", False), ("false", False), ("0", False), ("いいえ", False), ("", None)],
)  # fmt: skip
def test_yes_and_no_are_read(read: Any, cell: str, value: bool | None) -> None:
    assert read("answer", cell) is value


@pytest.mark.parametrize("cell", ["y", "○", "2", "maybe"])
def test_what_is_neither_is_told_so(read: Any, cell: str) -> None:
    assert read("answer", cell) == [f"{cell}: not a yes or no; write yes or no"]


@pytest.mark.parametrize("name", ["number", "whole", "day", "answer"])
@pytest.mark.parametrize(
    "cell", ["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#VALUE!", "#SPILL!", "Err:502"]
)
def test_a_formula_that_failed_is_named_for_what_it_is(read: Any, name: str, cell: str) -> None:
    assert read(name, cell) == [
        f"{cell}: the formula in this cell has no value; mend the formula, or write its value"
    ]


def test_a_formula_that_failed_is_no_text_either(checked: Checked) -> None:
    given = checked("word\n#N/A\n#1 mill\n=A1\n+81 3\n-\n@x\n", table=VALUES)
    assert lines(given) == [
        "t: row 2, column word: #N/A: the formula in this cell has no value; "
        "mend the formula, or write its value"
    ]


def test_a_text_is_kept_as_it_is(checked: Checked, rows: Rows) -> None:
    cells = ["=A1", "+81 3", "@x", "ﾄｳｷｮｳ", "Ｔｏｋｙｏ", "007", "1,5", "yes", "TRUE", "-0"]
    given = checked("\n".join(["word\tnumber", *(f"{one}\t1" for one in cells)]), table=VALUES)
    assert [row["word"] for row in rows(given)] == cells


# --- points between thousands -------------------------------------------------------------


def columns(name: str, *cells: str) -> str:
    return "\n".join([f"{name};word", *(f"{cell};x" for cell in cells)])


def test_a_point_that_may_group_thousands_is_not_taken_for_a_decimal_one(checked: Checked) -> None:
    given = checked(columns("number", "1.234", "12.500", "7"), table=VALUES)
    assert lines(given) == [
        "t: row 2, column number: 1.234: this can mean 1234 or 1.234; "
        "write 1234 or 1.2340, or save the file as .xlsx",
        "t: row 3, column number: 12.500: this can mean 12500 or 12.500; "
        "write 12500 or 12.5000, or save the file as .xlsx",
    ]


@pytest.mark.parametrize("sure", ["0.125", "1.5", "1234.567", "1.2345", "2.0e3"])
def test_one_point_that_cannot_group_thousands_settles_it(
    checked: Checked, rows: Rows, sure: str
) -> None:
    given = checked(columns("number", "1.234", sure), table=VALUES)
    assert [row["number"] for row in rows(given)] == [1.234, float(sure)]
    assert lines(given) == []


def test_a_whole_number_with_a_point_and_noughts_is_doubtful_as_well(checked: Checked) -> None:
    given = checked(columns("whole", "1.000"), table=VALUES)
    assert lines(given) == [
        "t: row 2, column whole: 1.000: this can mean 1000 or 1.000; "
        "write 1000 or 1.0000, or save the file as .xlsx"
    ]


def test_where_commas_part_the_columns_a_point_is_a_decimal_one(
    checked: Checked, rows: Rows
) -> None:
    given = checked("number,word\n1.234,x\n", table=VALUES)
    assert (rows(given)[0]["number"], lines(given)) == (1.234, [])


# --- invariants ---------------------------------------------------------------------------


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(5e-324)
@example(1.7976931348623157e308)
@example(-0.0)
def test_every_number_is_read_back_from_its_shortest_form(read: Any, value: float) -> None:
    assert read("number", repr(value)) == value


@given(st.lists(st.text(max_size=8), min_size=1, max_size=30))
def test_a_cell_is_read_or_named_and_never_both_or_neither(
    checked: Checked, rows: Rows, cells: list[str]
) -> None:
    plain = [cell.translate(dict.fromkeys(map(ord, '"\t\r\n\0'))) for cell in cells]
    text = "number\tword\n" + "".join(f"{cell}\tx\n" for cell in plain)
    given = checked(text.encode("utf-8", "replace"), table=VALUES)
    named = {problem.row for problem in given.problems.listed}
    assert given.problems.count == len(named)
    for at, (cell, row) in enumerate(zip(plain, rows(given), strict=True), start=2):
        absent = row["number"] is None
        assert absent == (at in named or not cell.strip())


def test_faults_beyond_those_listed_are_counted(checked: Checked) -> None:
    given = checked("number\n" + "x\n" * (LISTED + 500), table=VALUES)
    assert (len(given.problems.listed), given.problems.count) == (LISTED, LISTED + 500)
    assert lines(given)[-1] == f"t: row 1001, column number: x: not a number; {GENERAL}"
