"""Errors and problems: the line format is a contract with scripts (DESIGN §4)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.core.errors import (
    LISTED,
    SHOWN,
    InputRefusedError,
    KyosoError,
    NotFoundError,
    Problem,
    Problems,
    UnitError,
    UsageError,
)
from kyoso.core.text import Text


def problem(**parts: object) -> Problem:
    whole = {
        "table": "activity",
        "message": Text("not a number", "数値として読めません"),
        "hint": Text("write a number such as 1234.5", "1234.5のような数値を書いてください"),
        **parts,
    }
    return Problem(**whole)  # type: ignore[arg-type]


def test_the_line_of_a_problem_is_table_row_column_value_fault_remedy() -> None:
    said = problem(row=7, column="quantity", value="12 t")
    assert said.line() == (
        "activity: row 7, column quantity: 12 t: not a number; write a number such as 1234.5"
    )
    assert said.line("ja") == (
        "activity: row 7, column quantity: 12 t: 数値として読めません; "
        "1234.5のような数値を書いてください"
    )


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({}, "activity: not a number"),
        ({"row": 1}, "activity: row 1: not a number"),
        ({"column": "unit"}, "activity: column unit: not a number"),
        ({"value": ""}, "activity: : not a number"),
        (
            {"row": 3, "column": "unit", "value": "T", "sheet": "Sheet 1", "cell": "G3"},
            "activity: row 3, column unit, sheet Sheet 1, cell G3: T: not a number",
        ),
        (
            {"row": 3, "column": "unit", "file": "part-0.parquet"},
            "activity: row 3, column unit, file part-0.parquet: not a number",
        ),
    ],
)
def test_a_line_names_only_the_parts_there_are(parts: dict[str, object], place: str) -> None:
    assert problem(**parts).line() == f"{place}; write a number such as 1234.5"


def test_a_problem_as_data_has_the_same_parts() -> None:
    assert problem(row=7, column="quantity", value="12 t", code="type").as_dict("ja") == {
        "table": "activity",
        "row": 7,
        "column": "quantity",
        "value": "12 t",
        "sheet": None,
        "cell": None,
        "file": None,
        "code": "type",
        "message": "数値として読めません",
        "hint": "1234.5のような数値を書いてください",
    }


@given(st.text())
def test_no_value_breaks_the_line_or_writes_on_the_terminal(value: str) -> None:
    line = problem(row=2, column="source", value=value).line()
    assert line.isprintable()
    assert line.startswith("activity: row 2, column source: ")
    assert len(line) < SHOWN + 100


def test_a_long_value_is_cut_and_says_so() -> None:
    assert problem(value="x" * 5_000).as_dict()["value"] == "x" * (SHOWN - 1) + "…"


def test_a_thousand_problems_are_listed_and_all_are_counted() -> None:
    problems = Problems()
    for row in range(2, 1_502):
        problems.add(problem(row=row))
    problems.extend([problem(row=1_502), problem(row=1_503)], 400)
    assert (len(problems.listed), problems.count) == (LISTED, 1_900)
    refused = InputRefusedError(problems)
    assert refused.lines()[-1] == "… and 900 more problems"
    assert refused.lines("ja")[-1] == "… ほかに900件の問題があります"
    assert len(refused.lines()) == LISTED + 1


def test_problems_come_in_the_order_of_tables_files_rows_and_columns() -> None:
    problems = Problems()
    for table, file, row, column in (
        ("b", None, 9, "x"),
        ("a", "2.parquet", 2, "x"),
        ("a", "1.parquet", 5, "x"),
        ("b", None, 2, "y"),
        ("b", None, 2, "x"),
        ("b", None, None, None),
    ):
        problems.add(problem(table=table, file=file, row=row, column=column))
    assert [(p.table, p.file, p.row, p.column) for p in problems.in_order()] == [
        ("b", None, None, None),
        ("b", None, 2, "x"),
        ("b", None, 2, "y"),
        ("b", None, 9, "x"),
        ("a", "1.parquet", 5, "x"),
        ("a", "2.parquet", 2, "x"),
    ]


def test_no_problems_are_false() -> None:
    problems = Problems()
    assert not problems
    problems.add(problem())
    assert problems


def test_an_error_says_where_what_and_what_would_be_right() -> None:
    error = UsageError(
        Text("no such engine", "そのエンジンはありません"),
        where="--engine dask",
        hint=Text("duckdb or spark", "duckdbまたはsparkを指定してください"),
    )
    assert str(error) == "--engine dask: no such engine; duckdb or spark"
    assert error.line("ja") == (
        "--engine dask: そのエンジンはありません; duckdbまたはsparkを指定してください"
    )


def test_an_error_needs_neither_place_nor_hint_and_takes_plain_words() -> None:
    assert str(KyosoError("stop")) == "stop"
    assert KyosoError("stop", hint="go").line("ja") == "stop; go"
    assert KyosoError("stop").hint is None


@pytest.mark.parametrize(
    ("kind", "codes", "also"),
    [
        (UsageError, "usage", ValueError),
        (NotFoundError, "not-found", LookupError),
        (UnitError, "unit", ValueError),
    ],
)
def test_errors_have_a_stable_code_and_are_what_python_expects(
    kind: type[KyosoError], codes: str, also: type[Exception]
) -> None:
    error = kind("stop")
    assert error.code == codes
    assert isinstance(error, KyosoError)
    assert isinstance(error, also)


def test_refused_input_is_one_error_with_all_its_problems_as_data() -> None:
    problems = Problems()
    problems.add(problem(row=2))
    problems.add(problem(row=3))
    refused = InputRefusedError(problems)
    assert str(refused) == "problems in the input: 2"
    assert refused.line("ja") == "入力に2件の問題があります"
    assert json.loads(json.dumps([one.as_dict() for one in refused.problems]))[1]["row"] == 3
