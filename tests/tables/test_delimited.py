"""Text files: encodings, separators, quotation marks, rows that do not fit, and their numbers.

Python's own `csv` module says what the cells of a file are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.tables.declared import HEADER, column, lines, table

from kyoso.tables.given import Given

Door = Callable[..., Given]
Rows = Callable[[Given], list[dict[str, Any]]]

WORDS = table(column("a"), column("b", required=False), column("c", required=False), name="words")
CELLS = "one cell per column; put a value that holds a comma in quotation marks"


def row(facility: str, note: str = "") -> str:
    return f"{facility},2020,1,,,,{note}\n"


# --- encodings ----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_encodings_that_spreadsheets_write_are_found_out(
    door: Door, rows: Rows, encoding: str, line: str
) -> None:
    text = (HEADER + "\n" + row("東京第一工場", "①㈱髙橋・ｶﾌﾞ")).replace("\n", line)
    given = door(text.encode(encoding))
    assert lines(given) == []
    assert [(r["facility"], r["note"], r["row_"]) for r in rows(given)] == [
        ("東京第一工場", "①㈱髙橋・ｶﾌﾞ", 2)
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark_is_read_in_either_order(
    door: Door, rows: Rows, encoding: str
) -> None:
    given = door(("\ufeff" + HEADER + "\n" + row("施設")).encode(encoding))
    assert [r["facility"] for r in rows(given)] == ["施設"]


@pytest.mark.parametrize(
    ("encoding", "name", "unread"),
    [
        ("cp874", "โรงไฟฟ้า", "e2 c3 a7 e4 bf bf e9 d2"),  # Thai
        ("cp1258", "Nhà máy Đà Nẵng".replace("ẵ", "a"), "e0 20 6d e1 79 20 d0 e0"),  # Vietnamese
        ("cp1252", "Liège", "e8 67 65 2c 32 30 32 30"),
        ("cp1252", "“Café” l’Été", "93 43 61 66 e9 94 20 6c"),
        ("gbk", "北京", "b1 b1 be a9 2c 32 30 32"),
        ("big5", "台北", "a5 78 a5 5f 2c 32 30 32"),
        ("euc_jp", "東京", "c5 ec b5 fe 2c 32 30 32"),
        ("cp949", "서울", "bc ad bf ef 2c 32 30 32"),
    ],
)
def test_other_code_pages_are_refused_and_not_read_as_japanese(
    door: Door, encoding: str, name: str, unread: str
) -> None:
    given = door((HEADER + "\n" + row(name)).encode(encoding))
    assert lines(given) == [
        "activity: the text encoding is not recognised; "
        f"save the file as CSV UTF-8 (cannot read: {unread})"
    ]
    assert given.rows == 0


def test_utf_16_without_its_mark_is_refused(door: Door) -> None:
    given = door((HEADER + "\n" + row("A")).encode("utf-16-le"))
    assert lines(given) == [
        "activity: the text encoding is not recognised; "
        "save the file as CSV UTF-8 (cannot read: 00)"
    ]


def test_the_encoding_is_that_of_the_whole_file_and_not_of_its_beginning(
    door: Door, rows: Rows
) -> None:
    text = HEADER + "\n" + "".join(row(f"A{n}") for n in range(60_000)) + row("東京")
    given = door(text.encode("cp932"))
    assert (lines(given), rows(given)[-1]["facility"]) == ([], "東京")


# --- separators and quotation marks -------------------------------------------------------


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found_out(
    door: Door, rows: Rows, mark: str, line: str
) -> None:
    text = line.join([mark.join(HEADER.split(",")), mark.join(["A", "2020", "1.5", *[""] * 4]), ""])
    given = door(text)
    assert lines(given) == []
    assert [(r["facility"], r["quantity"], r["row_"]) for r in rows(given)] == [("A", 1.5, 2)]


def test_quotation_marks_hold_separators_line_breaks_and_themselves(door: Door, rows: Rows) -> None:
    given = door('a,b,c\n"x, y","1\n2","say ""hi"""\np,q,r\n', table=WORDS)
    assert [tuple(r.values()) for r in rows(given)] == [
        ("x, y", "1\n2", 'say "hi"', 2),
        ("p", "q", "r", 3),
    ]


def test_a_mark_for_inches_is_no_quotation_mark(door: Door, rows: Rows) -> None:
    given = door('a,b,c\nA,12" pipe,x\nB,3"-5",y\n', table=WORDS)
    assert lines(given) == []
    assert [r["b"] for r in rows(given)] == ['12" pipe', '3"-5"']


def test_a_quotation_that_does_not_end_is_named_where_it_begins(door: Door, rows: Rows) -> None:
    given = door('a,b,c\nA,x,\nB,"y,\nC,z,\n', table=WORDS)
    assert lines(given) == [
        "words: row 3: this row and those after it cannot be read; check the quotation marks"
    ]
    assert [r["a"] for r in rows(given)] == ["A"]


def test_line_breaks_in_a_header_cell_do_no_harm(door: Door, rows: Rows) -> None:
    given = door('"facility\n","quantity\n[kt]",year\nA,2,2020\n')
    assert (lines(given), rows(given)[0]["quantity"]) == ([], 2000.0)


# --- rows ---------------------------------------------------------------------------------


def test_rows_are_numbered_as_in_a_spreadsheet(door: Door, rows: Rows) -> None:
    given = door('a,b,c\n\nA,,\n,,\n"B\nB",,\n   \nC,,\n', table=WORDS)
    assert [(r["a"], r["row_"]) for r in rows(given)] == [("A", 3), ("B\nB", 5), ("C", 7)]


def test_rows_that_do_not_fit_the_header_are_all_named(door: Door, rows: Rows) -> None:
    given = door("a,b,c\nA,1\nB,1,2\nC,1,2,3\nD,1,2,\nE,1,5,,\nF\n", table=WORDS)
    assert lines(given) == [
        f"words: row 2: A,1: this row has 2 cells, the header has 3; {CELLS}",
        f"words: row 4: C,1,2,3: this row has 4 cells, the header has 3; {CELLS}",
        f"words: row 5: D,1,2,: this row has 4 cells, the header has 3; {CELLS}",
        f"words: row 6: E,1,5,,: this row has 5 cells, the header has 3; {CELLS}",
        f"words: row 7: F: this row has 1 cells, the header has 3; {CELLS}",
    ]
    assert [(r["a"], r["row_"]) for r in rows(given)] == [("B", 3)]


def test_a_decimal_comma_among_commas_does_not_shift_the_columns(door: Door) -> None:
    given = door(f"{HEADER}\nA,2020,1,5,,,,\n")
    assert lines(given) == [
        f"activity: row 2: A,2020,1,5,,,,: this row has 8 cells, the header has 7; {CELLS}"
    ]


@pytest.mark.parametrize(("mark", "name"), [(";", "a semicolon"), ("\t", "a tab")])
def test_the_hint_names_the_separator_of_the_file(door: Door, mark: str, name: str) -> None:
    given = door(f"a{mark}b{mark}c\nA{mark}1\n", table=WORDS)
    shown = f"A{mark}1".replace("\t", "␣")
    assert lines(given) == [
        f"words: row 2: {shown}: this row has 2 cells, the header has 3; "
        f"one cell per column; put a value that holds {name} in quotation marks"
    ]


def test_columns_without_name_and_value_do_no_harm(door: Door, rows: Rows) -> None:
    given = door("a,b,c,,\nA,1,2,,\nB,1,2\nC,1,2,\n", table=WORDS)
    assert lines(given) == []
    assert [(r["a"], r["row_"]) for r in rows(given)] == [("A", 2), ("B", 3), ("C", 4)]


def test_a_value_under_no_heading_is_named_by_the_letters_of_its_column(door: Door) -> None:
    given = door("a,,b,c,\nA,1,x,y,\nB,,x,y,note\n", table=WORDS)
    hint = "a value under no heading; name the column in row 1, or empty the cell"
    assert lines(given) == [
        f"words: row 2, column B: 1: {hint}",
        f"words: row 3, column E: note: {hint}",
    ]


@pytest.mark.parametrize("content", ["", "\n", "\n\n\n", "a,b,c", "a,b,c\n", "a,b,c\n,,\n\n", '"'])
def test_a_file_without_rows_says_so(door: Door, content: str) -> None:
    empty = "words: row 2: the table has no rows; write one row per record under the header"
    assert lines(door(content, table=WORDS)) == [empty]


def test_a_table_of_one_column_has_rows_as_well(door: Door, rows: Rows) -> None:
    given = door("a\nA\n\nB\n", table=table(column("a")))
    assert [(r["a"], r["row_"]) for r in rows(given)] == [("A", 2), ("B", 4)]


def test_very_long_cells_and_rows_are_read_or_named(door: Door, rows: Rows) -> None:
    long = "x" * 300_000
    given = door(f'a,b,c\n{long},,\n"{long}",1\nB,,\n', table=WORDS)
    assert [r["a"] for r in rows(given)] == [long, "B"]
    shown = '"' + "x" * 98 + "…"
    assert lines(given) == [
        f"words: row 3: {shown}: this row has 2 cells, the header has 3; {CELLS}"
    ]


def test_rows_keep_their_numbers_over_blocks(door: Door, rows: Rows) -> None:
    count = 40_000  # of 300 bytes: more than one block
    body = "".join(
        f"{n},{'y' * 290}\n" if n % 9_000 == 0 else f"{n},{'y' * 290},\n" for n in range(1, count)
    )
    given = door("a,b,c\n" + body, table=WORDS)
    assert [p.row for p in given.problems.in_order()] == [9_001, 18_001, 27_001, 36_001]
    assert all(int(r["a"]) + 1 == r["row_"] for r in rows(given))
    assert given.rows == count - 1 - 4


# --- against Python's csv module ----------------------------------------------------------

cells = st.text(st.sampled_from('xy1.,;"\n é東=-\t'), max_size=6)


@given(
    st.lists(st.lists(cells, min_size=1, max_size=5), max_size=12),
    st.sampled_from([("\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL)]),
)
@example([["x"], ["x", "y", "1"], ["", ""], ["1", "", "", "x"]], ("\n", csv.QUOTE_MINIMAL))
def test_cells_and_row_numbers_are_those_of_the_csv_module(
    door: Door, rows: Rows, written: list[list[str]], style: tuple[str, int]
) -> None:
    stream = io.StringIO(newline="")
    line, quoting = style
    csv.writer(stream, lineterminator=line, quoting=quoting).writerows([["a", "b", "c"], *written])
    given = door(stream.getvalue(), table=WORDS)
    there = [[cell.strip() for cell in one] for one in written]
    fit = [(at, one) for at, one in enumerate(there, start=2) if any(one) and len(one) == 3]
    found = [(r["row_"], [r[n] or "" for n in "abc"]) for r in rows(given)]
    assert found == fit
    ragged = [at for at, one in enumerate(there, start=2) if any(one) and len(one) != 3]
    assert [p.row for p in given.problems.in_order() if p.code == "ragged"] == ragged
