"""Workbooks as Excel, LibreOffice and scripts write them, made here by XlsxWriter and openpyxl."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tables.declared import HEADER, lines

from kyoso.tables import workbooks
from kyoso.tables.given import Given
from kyoso.tables.workbooks import extent_of, letters

Door = Callable[..., Given]
Rows = Callable[[Given], list[dict[str, Any]]]

HEADINGS = HEADER.split(",")


def book(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook with these cells; a pair is a value and its number format."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        for name, cells in sheets.items():
            sheet = made.add_worksheet(name)
            for r, row in enumerate(cells):
                for c, cell in enumerate(row):
                    if cell is None:
                        continue
                    value, form = cell if isinstance(cell, tuple) else (cell, None)
                    if isinstance(value, date) and form is None:
                        form = "yyyy/m/d"
                    sheet.write(r, c, value, made.add_format({"num_format": form} if form else {}))
    return stream.getvalue()


def activity(*rows: Sequence[Any], header: Sequence[Any] = HEADINGS) -> bytes:
    return book({"activity": [header, *rows]})


def altered(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one of its parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(entry, change(text.decode()).encode() if entry.filename == part else text)
    return stream.getvalue()


@pytest.fixture(scope="module")
def read(checked: Door) -> Door:
    return lambda content, **more: checked(content, **{"name": "a.xlsx"} | more)


def place(row: int, column: str, sheet: str = "activity") -> str:
    """Where a fault stands, as a message begins."""
    at = letters(HEADINGS.index(column)) if column in HEADINGS else column
    return f"activity: row {row}, column {column}, sheet {sheet}, cell {at}{row}: "


# --- cells --------------------------------------------------------------------------------


def test_cells_of_every_kind_are_read(read: Door, rows: Rows) -> None:
    given = read(
        activity(
            ["A", 2020, 1.5, 50, True, date(2025, 9, 4), "x\ny"],
            ["B", 2020.0, 0, None, "no", "2025-09-04", 7],
            [101, "2020", "2.5", "12.5", None, None, date(2025, 9, 4)],
        )
    )
    assert lines(given) == []
    names = [*HEADINGS, "row_"]
    assert [[row[name] for name in names] for row in rows(given)] == [
        ["A", 2020, 1.5, 50.0, True, date(2025, 9, 4), "x\ny", 2],
        ["B", 2020, 0.0, None, False, date(2025, 9, 4), "7", 3],
        ["101", 2020, 2.5, 12.5, False, None, "2025-09-04", 4],
    ]


def test_faults_are_named_by_sheet_and_cell(read: Door) -> None:
    given = read(
        activity(
            ["A", date(2020, 1, 1), "x", 0, "maybe", datetime(2025, 9, 4, 12, 30)],  # noqa: DTZ001 -- a workbook knows no time zone
            [None, 2020.5, -1],
        )
    )
    assert lines(given) == [
        place(2, "flared") + "maybe: not a yes or no; write yes or no",
        place(2, "opened") + "2025-09-04T12:30:00: not a date; "
        "write year, month and day as 2025-09-04",
        place(2, "quantity") + "x: not a number; write a number such as 1234.5; "
        "leave the cell empty where there is none",
        place(2, "share") + "0: out of bounds; it must be > 0, ≤ 100 %",
        place(2, "year") + "2020-01-01: not a whole number; write a whole number such as 2023",
        place(3, "facility").removesuffix(": ") + ": no value; fill in the facility",
        place(3, "quantity") + "-1: out of bounds; it must be ≥ 0 t",
        place(3, "year") + "2020.5: not a whole number; write a whole number such as 2023",
    ]


def test_a_unit_in_the_header_converts_and_faults_show_what_the_cell_has(
    read: Door, rows: Rows
) -> None:
    header = [*HEADINGS[:2], "quantity [kt]", *HEADINGS[3:]]
    given = read(activity(["A", 2020, 1.5], ["B", 2020, -0.1], header=header))
    assert lines(given) == [place(3, "quantity") + "-0.1 kt: out of bounds; it must be ≥ 0 t"]
    assert rows(given)[0]["quantity"] == 1500.0


@pytest.mark.parametrize("form", ["0%", "0.00%", '0.0"約" %', "[Red]0%;-0%"])
def test_a_percentage_is_read_as_it_is_shown(read: Door, rows: Rows, form: str) -> None:
    given = read(activity(["A", 2020, 1, (0.125, form)]))
    assert (lines(given), rows(given)[0]["share"]) == ([], 12.5)


@pytest.mark.parametrize("form", ["0.0", '0.0" % of all"', r"0.0\%", "General"])
def test_a_percent_sign_that_only_stands_beside_the_number_changes_nothing(
    read: Door, rows: Rows, form: str
) -> None:
    given = read(activity(["A", 2020, 1, (12.5, form)]))
    assert (lines(given), rows(given)[0]["share"]) == ([], 12.5)


def test_a_percentage_of_tonnes_is_no_number(read: Door) -> None:
    given = read(activity(["A", 2020, (0.5, "0%")]))
    assert lines(given) == [
        place(2, "quantity") + "50%: not a number; write a number such as 1234.5; "
        "leave the cell empty where there is none"
    ]


def test_readings_for_japanese_words_are_not_read_as_text(read: Door, rows: Rows) -> None:
    def with_reading(text: str) -> str:
        return text.replace("<t>東京</t>", '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>')

    content = altered(activity(["東京", 2020, 1]), "xl/sharedStrings.xml", with_reading)
    assert rows(read(content))[0]["facility"] == "東京"


def test_empty_rows_count_and_are_passed_over(read: Door, rows: Rows) -> None:
    given = read(activity(["A", 2020, 1], [], [" ", None, "\u3000"], ["B", 2020, 1]))
    assert (lines(given), [(r["facility"], r["row_"]) for r in rows(given)]) == (
        [], [("A", 2), ("B", 5)],
    )  # fmt: skip


def test_a_repeated_record_is_named_by_its_cell(read: Door) -> None:
    given = read(activity(["A", 2020, 1], ["A", 2020, 2]))
    assert lines(given) == [
        place(3, "facility") + "A · 2020: this record stands in row 2 already; "
        "one row for each facility, year"
    ]


def test_a_note_beside_the_table_is_named_by_its_cell(read: Door) -> None:
    given = read(activity(["A", 2020, 1, None, None, None, None, None, "see B"]))
    assert lines(given) == [
        "activity: row 2, column I, sheet activity, cell I2: see B: "
        "a value under no heading; name the column in row 1, or empty the cell"
    ]


# --- formulas -----------------------------------------------------------------------------


def formulas(*cells: tuple[str, Any]) -> bytes:
    """Rows with a formula and its stored value under `quantity` and `note`."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        sheet = made.add_worksheet("activity")
        sheet.write_row(0, 0, HEADINGS)
        for row, (formula, value) in enumerate(cells, start=1):
            sheet.write_row(row, 0, [f"A{row}", 2020])
            sheet.write_formula(row, 2, formula, None, value)
            sheet.write_formula(row, 6, formula, None, value)
    return stream.getvalue()


def test_the_stored_value_of_a_formula_is_read(read: Door, rows: Rows) -> None:
    given = read(formulas(("=1+1.5", 2.5), ("=VALUE(2)", "2")))
    assert lines(given) == []
    assert [(r["quantity"], r["note"]) for r in rows(given)] == [(2.5, "2.5"), (2.0, "2")]


@pytest.mark.parametrize("fault", ["#DIV/0!", "#N/A", "#REF!", "#NAME?", "#VALUE!"])
def test_a_formula_that_failed_is_named(read: Door, fault: str) -> None:
    said = f"{fault}: the formula in this cell has no value; mend the formula, or write its value"
    given = read(formulas(("=1/0", fault)))
    assert lines(given) == [place(2, "note") + said, place(2, "quantity") + said]


def test_a_formula_that_nobody_calculated_is_not_taken_for_nothing(read: Door) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "activity"
    sheet.append(HEADINGS)
    sheet.append(["A", 2020, "=1+1", "=SUM(1,2)"])
    stream = io.BytesIO()
    made.save(stream)
    said = (
        "this formula has not been calculated; open the workbook in a spreadsheet program "
        "and save it"
    )
    given = read(stream.getvalue())
    assert lines(given) == [
        place(2, "quantity") + f"ƒ =1+1: {said}",
        place(2, "share") + f"ƒ =SUM(1,2): {said}",
    ]
    assert lines(given, "ja")[0] == place(2, "quantity") + (
        "ƒ =1+1: この数式は計算されていません; 表計算ソフトで開き、保存し直してください"
    )


def test_the_nought_that_stands_in_for_a_value_is_not_taken_for_one(read: Door) -> None:
    given = read(formulas(("=1+1", 0)))  # XlsxWriter does not calculate
    assert [p.value for p in given.problems.in_order()] == ["ƒ =1+1", "ƒ =1+1"]


def test_a_formula_worth_nought_is_read_where_the_workbook_was_calculated(
    read: Door, rows: Rows
) -> None:
    def as_excel(text: str) -> str:
        return re.sub(r' fullCalcOnLoad="1"', "", text)

    given = read(altered(formulas(("=1-1", 0)), "xl/workbook.xml", as_excel))
    assert (lines(given), rows(given)[0]["quantity"]) == ([], 0.0)


def test_a_formula_worth_an_empty_text_is_an_empty_cell(read: Door, rows: Rows) -> None:
    def empty(text: str) -> str:
        return text.replace("<f>X</f><v>gone</v>", "<f>X</f><v></v>")

    content = altered(formulas(("=X", "gone")), "xl/worksheets/sheet1.xml", empty)
    given = read(content)
    assert lines(given) == [
        place(2, "quantity").removesuffix(": ") + ": no value; fill in the quantity"
    ]
    assert rows(given)[0]["note"] is None


# --- merged cells -------------------------------------------------------------------------


def test_merged_cells_are_named_and_not_taken_for_empty_ones(read: Door) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        sheet = made.add_worksheet("activity")
        sheet.write_row(0, 0, HEADINGS)
        for row in (1, 2, 3):
            sheet.write_row(row, 1, [2019 + row, 1])
        sheet.merge_range("A2:A3", "Plant")
        sheet.write("A4", "Other")
        sheet.merge_range("D3:D4", 50)
        sheet.merge_range("G2:G4", "")
    said = "this cell is merged with others; undo the merge, and write the value in each"
    assert lines(read(stream.getvalue())) == [
        place(3, "facility") + f"⊞ A2:A3: {said}",
        place(4, "share") + f"⊞ D3:D4: {said}",
    ]


# --- sheets -------------------------------------------------------------------------------

TABLE = [HEADINGS, ["A", 2020, 1]]


@pytest.mark.parametrize("name", ["activity", "Activity", "ACTIVITY "])
def test_the_sheet_of_the_tables_name_is_read(read: Door, rows: Rows, name: str) -> None:
    given = read(book({"other": [["x"]], name: TABLE}))
    assert (lines(given), rows(given)[0]["facility"], given.sheet) == ([], "A", name)


def test_the_only_sheet_is_read_whatever_its_name(read: Door) -> None:
    given = read(book({"シート1": TABLE}))
    assert (lines(given), given.rows) == ([], 1)


def test_the_only_sheet_that_can_be_seen_is_read(read: Door) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        for at, row in enumerate(TABLE):
            made_sheet = made.get_worksheet_by_name("Sheet1") or made.add_worksheet("Sheet1")
            made_sheet.write_row(at, 0, row)
        made.add_worksheet("lists").hide()
        made.add_worksheet("more").very_hidden()
    given = read(stream.getvalue())
    assert (lines(given), given.rows, given.sheet) == ([], 1, "Sheet1")


def test_among_several_sheets_the_right_one_is_asked_for(read: Door) -> None:
    given = read(book({"2023年度": TABLE, "Sheet2": []}))
    assert lines(given) == [
        "activity: the workbook has no sheet of this name; "
        "name the sheet activity; it has 2023年度, Sheet2"
    ]


def test_titles_above_the_header_are_named_for_what_they_are(read: Door) -> None:
    given = read(book({"activity": [["活動量データ"], [], *TABLE]}))
    assert lines(given) == [
        "activity: row 3, sheet activity: the header stands in row 3; "
        "delete the rows above it, so that it is row 1"
    ]


@pytest.mark.parametrize("cells", [[], [HEADINGS], [HEADINGS, [" "]]])
def test_a_sheet_without_rows_says_so(read: Door, cells: Any) -> None:
    assert lines(read(book({"activity": cells}))) == [
        "activity: row 2, sheet activity: the table has no rows; "
        "write one row per record under the header"
    ]


def test_a_table_that_does_not_begin_in_column_a_keeps_its_places(read: Door) -> None:
    given = read(book({"activity": [[None, *HEADINGS], [None, "A", 2020, -1]]}))
    assert lines(given) == [
        "activity: row 2, column quantity, sheet activity, cell D2: -1: "
        "out of bounds; it must be ≥ 0 t"
    ]


# --- what cannot be opened ----------------------------------------------------------------

CLOSED = "activity: the workbook cannot be opened; save it again as .xlsx, without a password"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"facility,year\n",
        b"PK\x03\x04 cut off",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ],
    ids=["empty", "text", "cut off", "old or locked"],
)
def test_a_file_that_only_bears_the_name_is_named(read: Door, content: bytes) -> None:
    assert lines(read(content)) == [CLOSED]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_damaged_part_is_named(read: Door, part: str) -> None:
    assert lines(read(altered(activity(["A", 2020, 1]), part, lambda text: text[:-40]))) in (
        [CLOSED],
        [CLOSED.replace("activity:", "activity: sheet activity:")],
    )


@settings(max_examples=20)
@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=40))
def test_no_damage_ends_in_an_error_of_another_kind(read: Door, at: int, noise: bytes) -> None:
    content = bytearray(activity(["A", 2020, 1]))
    content[at : at + len(noise)] = noise
    given = read(bytes(content))
    assert given.problems or given.rows == 1


def test_two_cells_in_opposite_corners_do_not_end_the_process(read: Door) -> None:
    def far(text: str) -> str:
        return text.replace(
            "</row></sheetData>",
            '</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        )

    content = altered(activity(["A", 2020, 1]), "xl/worksheets/sheet1.xml", far)
    assert lines(read(content)) == [
        "activity: sheet activity: the workbook is too large (its cells reach to XFD1048576); "
        "delete what lies beyond the table, or give it as CSV or Parquet"
    ]


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    read: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_BYTES", 1_000)
    assert lines(read(activity(["A", 2020, 1]))) == [
        "activity: the workbook is too large (it unpacks to more than 1 GB); "
        "delete what lies beyond the table, or give it as CSV or Parquet"
    ]


def test_entities_that_grow_without_end_are_refused(read: Door) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE w [<!ENTITY e0 "ha">{levels}]>'

    def grown(text: str) -> str:
        head, tail = text.split("?>", 1)
        return f"{head}?>{bomb}{tail}".replace("<sheetData>", "&e11;<sheetData>")

    content = altered(activity(["A", 2020, 1]), "xl/worksheets/sheet1.xml", grown)
    assert [p.code for p in read(content).problems.listed] == ["workbook"]


# --- the look through the XML -------------------------------------------------------------


def test_cells_without_references_are_counted_on() -> None:
    xml = b"<w><row><c/><c/></row><row><c/><c/><c t='e'><v>#N/A</v></c></row></w>"
    extent = extent_of(io.BytesIO(xml))
    assert (extent.rows, extent.columns, extent.shown) == (2, 3, {(2, 3): "#N/A"})


def test_names_with_a_prefix_are_the_same_names() -> None:
    xml = b"<x:w xmlns:x='y'><x:row r='4'><x:c r='AB4' t='e'><x:v> #REF! </x:v></x:c></x:row></x:w>"
    extent = extent_of(io.BytesIO(xml))
    assert (extent.rows, extent.columns, extent.shown) == (4, 28, {(4, 28): "#REF!"})


@pytest.mark.parametrize(("at", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"),
                                         (702, "AAA"), (16383, "XFD")])  # fmt: skip
def test_columns_have_the_letters_of_a_spreadsheet(at: int, name: str) -> None:
    assert letters(at) == name
    assert workbooks._place(f"{name}7") == (7, at + 1)


def test_a_file_of_a_new_kind_in_the_same_folder_is_no_workbook(read: Door, tmp_path: Path) -> None:
    path = tmp_path / "~$activity.xlsx"  # what Excel lays beside an open workbook
    path.write_bytes(b"\x05user" + bytes(160))
    assert lines(read(path)) == [CLOSED]
