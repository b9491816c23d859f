"""Checks of values: every fault of a file at once, each at its row, all counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from tests.tables.declared import ACTIVITY, HEADER, column, lines, table

from kyoso.core.errors import LISTED
from kyoso.core.text import Text, same
from kyoso.tables.checking import (
    Broken,
    Checked,
    Extent,
    Rule,
    apply,
    check_declared,
    profile_of,
)
from kyoso.tables.declaration import Table, Type
from kyoso.tables.engine import Engine, engine
from kyoso.tables.given import Given
from kyoso.tables.reading import read

Door = Callable[..., Given]

COUNTRIES = ("JPN", "VNM", "THA")
LIST = table(
    column("country", allowed=COUNTRIES, allowed_name=Text("country code", "国コード"), required=False),
    column("fuel", allowed=("Coal", "Coke oven gas"), any_case=True, required=False),
    column("code", required=False, pattern=r"\d[A-Z]\d?", pattern_hint=Text("as 1A1", "1A1の形")),
    column("note", required=False),
)  # fmt: skip


def activity(*rows: str) -> str:
    return "\n".join([HEADER, *(f"{row}{',' * (6 - row.count(','))}" for row in rows), ""])


# --- everything at once -------------------------------------------------------------------

MISTAKES = activity(
    "A,2020,1",
    "A,2020,1",
    ",2020,1",
    "B,,1",
    "C,2020,",
    "D,1989,1",
    "E,2101,1",
    "F,2020,-0.5",
    "G,2020,1,0",
    "H,2020,1,100.1",
    "I,20 20,1",
    "J,2020,viele",
    "K,2020,1,50,perhaps",
    "L,2020,1,50,yes,4.9.2025",
    "M,2020,#REF!",
    "N,2020,1,50,yes,2025-09-04,note,more",
    "O",
    "A,2020,2",
)  # fmt: skip
NAMED = [
    "row 3, column facility: A · 2020: this record stands in row 2 already; "
    "one row for each facility, year",
    "row 4, column facility: no value; fill in the facility",
    "row 5, column year: no value; fill in the year",
    "row 6, column quantity: no value; fill in the quantity",
    "row 7, column year: 1989: out of bounds; it must be 1990 … 2100",
    "row 8, column year: 2101: out of bounds; it must be 1990 … 2100",
    "row 9, column quantity: -0.5: out of bounds; it must be ≥ 0 t",
    "row 10, column share: 0: out of bounds; it must be > 0, ≤ 100 %",
    "row 11, column share: 100.1: out of bounds; it must be > 0, ≤ 100 %",
    "row 12, column year: 20 20: not a whole number; write a whole number such as 2023",
    "row 13, column quantity: viele: not a number; write a number such as 1234.5; "
    "leave the cell empty where there is none",
    "row 14, column flared: perhaps: not a yes or no; write yes or no",
    "row 15, column opened: 4.9.2025: not a date; write year, month and day as 2025-09-04",
    "row 16, column quantity: #REF!: the formula in this cell has no value; "
    "mend the formula, or write its value",
    "row 17: N,2020,1,50,yes,2025-09-04,note,more: this row has 8 cells, the header has 7; "
    "one cell per column; put a value that holds a comma in quotation marks",
    "row 18, column quantity: no value; fill in the quantity",
    "row 18, column year: no value; fill in the year",
    "row 19, column facility: A · 2020: this record stands in row 2 already; "
    "one row for each facility, year",
]


def test_every_mistake_in_a_file_is_named_at_once(checked: Door) -> None:
    given = checked(MISTAKES)
    assert lines(given) == [f"activity: {one}" for one in NAMED]
    assert given.problems.count == len(NAMED)


def test_problems_are_data_with_the_same_parts(checked: Door) -> None:
    given = checked(activity("A,2020,-1"))
    assert [p.as_dict("ja") for p in given.problems.in_order()] == [{
        "table": "activity", "row": 2, "column": "quantity", "value": "-1", "sheet": None,
        "cell": None, "file": None, "code": "bounds", "message": "範囲外の値です",
        "hint": "≥ 0 tでなければなりません",
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A{n},2020,-{n}", "row 1001, column quantity: -1000: out of bounds; it must be ≥ 0 t"),
        ("A{n},2020,", "row 1001, column quantity: no value; fill in the quantity"),
        ("A,2020,1", "row 1002, column facility: A · 2020: this record stands in row 2 already; "
                     "one row for each facility, year"),
    ],
)  # fmt: skip
def test_a_thousand_are_listed_and_all_are_counted(checked: Door, row: str, said: str) -> None:
    given = checked(activity(*(row.format(n=n) for n in range(1, 2_502))))
    repeats = row.startswith("A,")
    assert given.problems.count == (2_500 if repeats else 2_501)
    assert len(given.problems.listed) == LISTED
    assert lines(given)[-1] == f"activity: {said}"


def test_a_sound_file_has_findings_and_no_problems(checked: Door, database: Engine) -> None:
    given = checked(activity("A,2020,1", "B,2020,0"))
    done = check_declared(
        given, database, profile=profile_of(given, database), digest=None, others={}
    )
    assert (lines(given), done.clean) == ([], True)
    assert [(f.rule.id, f.tested, f.concerned, f.rows) for f in done.findings] == [
        ("cells", 2, 0, ()),
        ("key", 2, 0, ()),
    ]


# --- bounds and profiles ------------------------------------------------------------------


def test_a_profile_has_counts_and_extremes(door: Door, database: Engine) -> None:
    given = door(activity("B,2020,1.5", "A,2021,", "C,2019,-3,,,2025-09-04"))
    assert profile_of(given, database) == {
        "facility": Extent(count=3, smallest="A"),
        "year": Extent(count=3, smallest=2019, largest=2021),
        "quantity": Extent(count=2, smallest=-3.0, largest=1.5),
        "share": Extent(count=0),
        "flared": Extent(count=3),
        "opened": Extent(count=1),
        "note": Extent(count=0),
    }


def test_the_magnitude_bounds_every_value() -> None:
    assert Extent(count=0).magnitude == 0.0
    assert Extent(count=2, smallest=-3.0, largest=1.5).magnitude == 3.0
    assert Extent(count=1, smallest=2020, largest=2020).magnitude == 2020
    for end in (math.nan, math.inf):
        assert Extent(count=1, smallest=1.0, largest=end).magnitude == math.inf


def test_values_on_their_bounds_are_within_them(checked: Door) -> None:
    assert lines(checked(activity("A,1990,0,100", "B,2100,1,0.0001"))) == []


# --- closed lists -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("JP", "did you mean JPN?"),
        ("jpn", "did you mean JPN?"),
        ("ＪＰＮ", "did you mean JPN?"),
        ("日本", "one of JPN, VNM, THA"),
    ],
)
def test_a_value_that_is_not_in_the_list_gets_the_nearest(
    checked: Door, value: str, hint: str
) -> None:
    given = checked(f"country,note\n{value},x\nJPN,y\n{value},z\n", table=LIST)
    said = f"column country: {value}: not a known country code; {hint}"
    assert lines(given) == [f"t: row 2, {said}", f"t: row 4, {said}"]


def test_a_long_list_is_shown_in_part(checked: Door) -> None:
    many = table(column("a", allowed=tuple(f"value {n:02}" for n in range(20))))
    assert lines(checked("a\n???\n", table=many)) == [
        "t: row 2, column a: ???: not a known a; "
        "one of the 20 values of a, such as value 00, value 01, value 02"
    ]


def test_noughts_that_a_spreadsheet_took_away_are_asked_for(checked: Door) -> None:
    keys = table(column("product", allowed=("0101", "1001", "0001")))
    assert lines(checked("product\n101\n", table=keys)) == [
        "t: row 2, column product: 101: not a known product; did you mean 0101?"
    ]


def test_letter_case_is_free_only_where_declared(checked: Door) -> None:
    given = checked("country,fuel\nJPN,COAL\nVNM,coke OVEN gas\nTha,coal\n", table=LIST)
    assert lines(given) == [
        "t: row 4, column country: Tha: not a known country code; did you mean THA?"
    ]


def test_a_form_is_kept(checked: Door) -> None:
    given = checked("code,note\n1A,\n1A12,\n1.A,\n,x\n", table=LIST)
    assert lines(given, "ja") == [
        "t: row 3, column code: 1A12: 書式が違います; 1A1の形",
        "t: row 4, column code: 1.A: 書式が違います; 1A1の形",
    ]


def test_a_thousand_different_unknown_values_are_looked_up_in_seconds(checked: Door) -> None:
    many = table(column("a", allowed=tuple(f"facility {n}" for n in range(300))))
    given = checked("a\n" + "".join(f"unknown works {n}\n" for n in range(1_500)), table=many)
    assert (given.problems.count, len(given.problems.listed)) == (1_500, LISTED)


REFERRING = table(column("source", refers_to=("factors", "source"), any_case=True), name="activity")
FACTORS = table(column("source"), column("gas"), name="factors")


def test_a_reference_to_another_table_is_looked_up_there(checked: Door, door: Door) -> None:
    factors = door("source,gas\nCoal,CO2\nCoal,CH4\nDiesel,CO2\n", table=FACTORS)
    given = checked("source\ncoal\nDeisel\n", table=REFERRING, others={"factors": factors})
    assert lines(given) == [
        "activity: row 3, column source: Deisel: not a known factors.source; did you mean Diesel?"
    ]


@pytest.mark.parametrize("factors", ["source,gas\n", "name,gas\nx,y\n"])
def test_a_reference_to_a_table_that_cannot_be_read_says_nothing(
    checked: Door, door: Door, factors: str
) -> None:
    other = door(factors, table=FACTORS)
    assert lines(checked("source\nwhat\n", table=REFERRING, others={"factors": other})) == []


def test_categories_are_read_from_a_digest_that_has_them(door: Door, database: Engine) -> None:
    given = door("country,note\nJP,x\nJPN,y\n", table=LIST)
    digest = pa.table({"country": ["JPN"]})  # says that nothing else occurs
    profile = profile_of(given, database)
    check_declared(given, database, profile=profile, digest=digest, others={})
    assert lines(given) == []


# --- keys ---------------------------------------------------------------------------------


def test_keys_meet_without_regard_to_case_where_declared(checked: Door) -> None:
    free = table(column("a", any_case=True), column("b"), key=("a", "b"))
    given = checked("a,b\nx,1\nX,1\nx,2\n", table=free)
    assert lines(given) == [
        "t: row 3, column a: X · 1: this record stands in row 2 already; one row for each a, b"
    ]


def test_a_part_of_a_key_that_may_be_absent_is_alike_where_it_is(checked: Door) -> None:
    loose = table(column("b", required=False), column("a"), key=("b", "a"))
    assert lines(checked("b,a\n1,x\n,x\n,x\n,y\n", table=loose)) == [
        "t: row 4, column a: x: this record stands in row 3 already; one row for each b, a"
    ]


@settings(max_examples=20)
@drawn(st.lists(st.tuples(st.sampled_from("AB"), st.integers(2020, 2022)), min_size=1, max_size=15))
def test_every_row_but_the_first_of_a_key_is_named(
    checked: Door, keys: list[tuple[str, int]]
) -> None:
    given = checked(activity(*(f"{f},{y},1" for f, y in keys)))
    again = [at for at, key in enumerate(keys, start=2) if key in keys[: at - 2]]
    assert [p.row for p in given.problems.in_order()] == again
    firsts = [f"this record stands in row {keys.index(keys[at - 2]) + 2} already" for at in again]
    assert [p.message.en for p in given.problems.in_order()] == firsts


# --- rules of a method --------------------------------------------------------------------


def rule(*broken: Broken, severity: Any = "error") -> Rule:
    return Rule(id="r", title=same("r"), table="activity", broken=broken, severity=severity)


def bad(where: dict[str, object], column: str | None = "note", value: object = "v") -> Broken:
    return Broken(
        where=where, message=same("wrong"), hint=same("mend it"), column=column, value=value
    )


def after_checks(given: Given, database: Engine) -> Checked:
    profile = profile_of(given, database)
    return check_declared(given, database, profile=profile, digest=None, others={})


def test_a_rule_names_the_rows_that_break_it(door: Door, database: Engine) -> None:
    given = door(activity("A,2020,1", "B,2020,1", "C,2021,1,50", "D,2021,1"))
    finding = apply(
        rule(
            bad({"facility": "A", "year": 2020}),
            bad({"year": 2021, "share": None}, "year", 2021),
            bad({"facility": "none"}),
        ),
        after_checks(given, database),
        database,
    )
    assert lines(given) == [
        "activity: row 2, column note: v: wrong; mend it",
        "activity: row 5, column year: 2021: wrong; mend it",
    ]
    assert (finding.tested, finding.concerned, finding.rows) == (4, 2, (2, 5))


def test_a_rule_on_absent_values_alone(door: Door, database: Engine) -> None:
    given = door(activity("A,2020,1", "B,2020,1,50"))
    apply(
        rule(bad({"share": None, "note": None}, "share", None)),
        after_checks(given, database),
        database,
    )
    assert lines(given) == ["activity: row 2, column share: wrong; mend it"]


def test_a_rule_that_asks_for_a_look_refuses_nothing(door: Door, database: Engine) -> None:
    given = door(activity(*(f"A{n},2020,1" for n in range(30)), "B,2021,1"))
    checked = after_checks(given, database)
    finding = apply(rule(bad({"year": 2020}), severity="look"), checked, database)
    assert lines(given) == []
    assert (finding.concerned, finding.rows) == (30, tuple(range(2, 22)))
    assert checked.findings[-1] is finding


def test_a_cell_at_fault_is_not_told_what_follows_from_it(door: Door, database: Engine) -> None:
    given = door(activity("A,2020,-1", "B,2020,1"))
    finding = apply(
        rule(bad({"year": 2020}, "quantity", 1)), after_checks(given, database), database
    )
    assert lines(given) == [
        "activity: row 2, column quantity: -1: out of bounds; it must be ≥ 0 t",
        "activity: row 3, column quantity: 1: wrong; mend it",
    ]
    assert finding.concerned == 1


def test_thousands_of_ways_to_break_a_rule_are_counted(door: Door, database: Engine) -> None:
    given = door(activity(*(f"A{n},2020,1" for n in range(1_700))))
    broken = [bad({"facility": f"A{n}"}, "facility", n) for n in range(1_700)]
    finding = apply(rule(*broken), after_checks(given, database), database)
    assert (given.problems.count, finding.concerned, len(given.problems.listed)) == (
        1_700,
        1_700,
        LISTED,
    )


# --- on both engines ----------------------------------------------------------------------


def folder_of(tmp_path: Path) -> Path:
    for name, facilities, quantities, shares in (
        ("x/a.parquet", ["A", "B", None], [1.0, None, 2.0], [None, math.nan, 50.0]),
        ("y/a.parquet", ["A", "C", ""], [-1.0, math.inf, 0.0], [100.5, None, None]),
    ):
        (tmp_path / name).parent.mkdir()
        pq.write_table(
            pa.table(
                {
                    "facility": facilities,
                    "year": pa.array([2020] * 3, pa.int32()),
                    "quantity": pa.array(quantities, pa.float64(), from_pandas=False),
                    "share": pa.array(shares, pa.float64(), from_pandas=False),
                }
            ),
            tmp_path / name,
        )
    return tmp_path


@pytest.mark.filterwarnings("ignore:::pyspark")
def test_both_engines_name_the_same_faults(engine_name: str, tmp_path: Path) -> None:
    number = "not a finite number; write a number, or no value where there is none"
    with engine(engine_name) as database:
        given = read(ACTIVITY, folder_of(tmp_path), database)
        checked = after_checks(given, database)
        apply(rule(bad({"facility": "C", "year": 2020}, "facility", "C")), checked, database)
    assert lines(given) == [
        "activity: row 3, column quantity, file x/a.parquet: no value; fill in the quantity",
        f"activity: row 3, column share, file x/a.parquet: nan: {number}",
        "activity: row 4, column facility, file x/a.parquet: no value; fill in the facility",
        "activity: row 2, column facility, file y/a.parquet: A · 2020: "
        "this record stands in row 2 of x/a.parquet already; one row for each facility, year",
        "activity: row 2, column quantity, file y/a.parquet: -1: out of bounds; it must be ≥ 0 t",
        "activity: row 2, column share, file y/a.parquet: 100.5: "
        "out of bounds; it must be > 0, ≤ 100 %",
        "activity: row 3, column facility, file y/a.parquet: C: wrong; mend it",
        f"activity: row 3, column quantity, file y/a.parquet: inf: {number}",
        "activity: row 4, column facility, file y/a.parquet: no value; fill in the facility",
    ]


@pytest.mark.filterwarnings("ignore:::pyspark")
def test_both_engines_find_unknown_values_and_repeats_in_text_files(
    engine_name: str, tmp_path: Path
) -> None:
    free: Table = table(
        column("country", allowed=COUNTRIES, any_case=True),
        column("amount", Type.NUMBER, required=False),
        key=("country",),
    )
    path = tmp_path / "t.csv"
    path.write_text("country,amount\njpn,1\nXYZ,\nJPN,x\n", "utf-8")
    with engine(engine_name) as database:
        given = read(free, path, database)
        after_checks(given, database)
    assert lines(given) == [
        "t: row 3, column country: XYZ: not a known country; one of JPN, VNM, THA",
        "t: row 4, column amount: x: not a number; write a number such as 1234.5; "
        "leave the cell empty where there is none",
        "t: row 4, column country: JPN: this record stands in row 2 already; "
        "one row for each country",
    ]
