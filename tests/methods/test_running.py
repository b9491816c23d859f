"""A run: what goes in is checked whole, what comes out is the same every time, or nothing."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.methods.declared import GIVEN, MADE, NAME, method, multiplied

from kyoso import reference
from kyoso.core.errors import InputRefusedError, Problem, UsageError
from kyoso.core.text import Text, same
from kyoso.methods import registry, running
from kyoso.methods.declaration import Kind, Method, Outcome, Values
from kyoso.methods.result import Check, Verdict
from kyoso.publishing import results
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.declaration import Column, Table, Type

FACILITY = registry.get("climate.transparency.facility-emissions")
E_WASTE = registry.get("pollution.circularity.e-waste-generation")
SHIPPED = [pytest.param(method, id=method.id) for method in (FACILITY, E_WASTE)]

THEN = datetime(2025, 9, 4, 12, 0, tzinfo=timezone(timedelta(hours=9)))


def file_of(folder: Path, text: str, name: str = "given.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def rows(result: Any, table: str = "made") -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in result.tables[table].arrow().to_pylist()]


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- what is asked ------------------------------------------------------------------------


def test_a_run_calculates_with_the_parameters_written(tmp_path: Path) -> None:
    path = file_of(tmp_path, "name,amount\nb,1\na,0.5\n")
    assert rows(running.run(method(), {"given": path})) == [("a", 1.0), ("b", 2.0)]
    assert rows(running.run(method(), {"given": path}, {"times": "3"})) == [("a", 1.5), ("b", 3.0)]


def test_parameters_are_refused_before_a_file_is_opened(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        running.run(method(), {"given": tmp_path / "none.csv"}, {"times": "99", "turns": "1"})
    assert caught.value.line("en").splitlines() == [
        "-p turns: this method has no such parameter; it has times",
        "-p times=99: not a value of this parameter; a number, 0.5 … 10",
    ]


@pytest.mark.parametrize(
    ("inputs", "line"),
    [
        ({}, "pillar.room.small: an input table is not given; add -i given=FILE"),
        (
            {"given": "given.csv", "gifts": "given.csv"},
            "-i gifts: this method has no such input table; it has given",
        ),
    ],
)
def test_inputs_that_are_not_those_of_the_method_are_named(
    inputs: Mapping[str, str], line: str, tmp_path: Path
) -> None:
    file_of(tmp_path, "name,amount\na,1\n")
    with pytest.raises(UsageError) as caught:
        running.run(method(), {name: tmp_path / path for name, path in inputs.items()})
    assert caught.value.line("en") == line


def test_a_file_that_is_not_there_and_an_engine_that_is_none_are_named(tmp_path: Path) -> None:
    missing = tmp_path / "none.csv"
    with pytest.raises(UsageError) as caught:
        running.run(method(), {"given": missing})
    assert caught.value.where == f"given={missing}"
    with pytest.raises(UsageError) as caught:
        running.check(method(), {"given": missing}, engine="duck")
    assert caught.value.line("en") == "--engine duck: no such engine; duckdb or spark"


def test_a_table_with_a_shipped_default_or_an_optional_one_may_be_left_out(tmp_path: Path) -> None:
    more = Table(name="more", title=same("more"), columns=(NAME,), optional=True)
    seen: list[list[str]] = []

    def function(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
        seen.append(sorted(tables))
        return multiplied(tables, values)

    declared = method(inputs=(GIVEN, more), function=function)
    path = file_of(tmp_path, "name,amount\na,1\n")
    running.run(declared, {"given": path})
    running.run(declared, {"given": path, "more": file_of(tmp_path, "name\nx\n", "more.csv")})
    assert seen == [["given"], ["given", "more"]]


# --- what is refused ----------------------------------------------------------------------


def named_b(tables: Mapping[str, pa.Table], _values: Values) -> list[Rule]:
    names = tables["given"]["name"].to_pylist()
    broken = [
        Broken(where={"name": name}, column="name", value=name,
               message=Text("not b", "bではない"), hint=Text("write b", "bと記入"))
        for name in dict.fromkeys(names) if name not in {"b", None}
    ]  # fmt: skip
    return [Rule(id="b", title=same("b"), table="given", broken=broken)]


def test_faults_of_the_declaration_and_of_the_rules_are_named_together(tmp_path: Path) -> None:
    path = file_of(tmp_path, "name,amount\nb,x\na,1\n,2\nb,3\n")
    with pytest.raises(InputRefusedError) as caught:
        running.run(method(rules=named_b), {"given": path})
    assert [(p.row, p.column, p.code) for p in caught.value.problems] == [
        (2, "amount", "type"),
        (3, "name", "b"),
        (4, "name", "missing"),
        (5, "name", "repeated"),
    ]


def test_faults_of_all_tables_are_named_together(tmp_path: Path) -> None:
    lifetimes = file_of(tmp_path, "product,distribution,shape,scale\n0001,weibul,1,2\n", "l.csv")
    market = file_of(tmp_path, "country,product,year,quantity\nXAA,0001,2020,-1\n", "m.csv")
    with pytest.raises(InputRefusedError) as caught:
        running.check(E_WASTE, {"market": market, "lifetimes": lifetimes})
    assert [(p.table, p.row, p.column) for p in caught.value.problems] == [
        ("market", 2, "quantity"),
        ("lifetimes", 2, "distribution"),
    ]


ODD = ["", "0", "-1", "1e400", "nan", "-inf", "9" * 25, "1e308", "true", "2023-01-01", "漢字", '"', "=1+1",
       "１２", "all", "kg/TJ", "t", "m3", "0001", "FIXED", "1A1a", "XAA", "natural gas"]  # fmt: skip


def whole_input(declared: Method) -> dict[str, list[list[str]]]:
    """The first rows of the example, and shipped tables whole, as cells."""
    short = running.example_inputs(declared)
    paths = {
        table.name: short.get(table.name) or running.shipped(table) for table in declared.inputs
    }
    cells = {
        name: list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        for name, path in paths.items()
        if path is not None
    }
    return {name: rows[:12] if name in short else rows for name, rows in cells.items()}


@settings(max_examples=8)
@given(data=st.data())
@pytest.mark.parametrize("declared", SHIPPED)
def test_whatever_stands_in_a_cell_the_answer_is_a_result_or_a_refusal(
    declared: Method, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    inputs = whole_input(declared)
    for _ in range(data.draw(st.integers(1, 3), "cells")):
        rows = inputs[data.draw(st.sampled_from(sorted(inputs)), "table")]
        row = data.draw(st.integers(1, len(rows) - 1), "row")
        column = data.draw(st.integers(0, len(rows[0]) - 1), "column")
        rows[row][column] = data.draw(st.sampled_from(ODD), "value")
    paths = {name: folder / f"{name}.csv" for name in inputs}
    for name, path in paths.items():
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(inputs[name])
    faults: list[Problem] = []
    tables: list[str] = []
    try:
        tables = list(running.run(declared, paths).tables)
    except InputRefusedError as refused:
        faults = refused.problems
    assert bool(faults) is not bool(tables)
    assert [fault for fault in faults if fault.table not in inputs or not fault.column] == []


def test_a_result_that_fails_a_check_of_its_own_is_not_handed_out(tmp_path: Path) -> None:
    def function(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
        checks = [
            Check(id=f"made.{verdict}", title=Text("it adds up", "合計が合う"), verdict=verdict,
                  table="made", tested=2, concerned=2, rows=(2, 3))
            for verdict in Verdict
        ]  # fmt: skip
        return Outcome(multiplied(tables, values).tables, checks)

    path = file_of(tmp_path, "name,amount\na,1\nb,2\n")
    with pytest.raises(InputRefusedError) as caught:
        running.run(method(function=function), {"given": path})
    assert caught.value.lines() == [
        f"made: row {row}: this does not hold: it adds up; report it with the input; "
        "nothing was written"
        for row in (2, 3)
    ]


def test_checks_come_with_the_result_in_order_and_say_how_many_rows_they_saw(
    tmp_path: Path,
) -> None:
    path = file_of(tmp_path, "name,amount,remark\nb,1,x\n")
    checks = running.check(method(rules=named_b), {"given": path})
    assert [(one.id, one.verdict, one.tested, one.concerned) for one in checks] == [
        ("given.cells", "passed", 1, 0),
        ("given.key", "passed", 1, 0),
        ("given.b", "passed", 1, 0),
        ("given.unused-columns", "look", 1, 0),
    ]
    assert checks == tuple(running.run(method(rules=named_b), {"given": path}).checks)


# --- provenance ---------------------------------------------------------------------------


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_record_holds_all_that_makes_the_result_again() -> None:
    inputs = running.example_inputs(FACILITY)
    result = running.run(FACILITY, inputs, {"gwp": "ar6"}, now=THEN)
    names = ("ghg/factors_ipcc2006", "ghg/gwp100", "ghg/category_sectors")
    tables = {name: reference.load(name) for name in names}
    assert result.provenance.as_dict() == {
        "method": FACILITY.id,
        "version": FACILITY.version,
        "parameters": {"gwp": "AR6"},
        "inputs": [
            {
                "table": "activity",
                "name": "activity.csv",
                "sha256": digest(inputs["activity"]),
                "rows": len(inputs["activity"].read_text(encoding="utf-8").splitlines()) - 1,
                "shipped": False,
            },
            {
                "table": "factors",
                "name": "ghg/factors_ipcc2006",
                "sha256": digest(tables["ghg/factors_ipcc2006"].path),
                "rows": len(tables["ghg/factors_ipcc2006"].rows),
                "shipped": True,
            },
        ],
        "reference": [
            {
                "name": name,
                "sha256": digest(table.path),
                "rows": len(table.rows),
                "unverified": sum(row["verification"] == "unverified" for row in table.rows),
            }
            for name, table in tables.items()
        ],
        "software": f"kyoso {version('kyoso')}",
        "engine": "duckdb",
        "time": "2025-09-04T03:00:00+00:00",
    }


def test_a_replaced_table_is_an_input_and_no_longer_a_reference(tmp_path: Path) -> None:
    own = file_of(tmp_path, "product,distribution,mean\n0306,fixed,2\n", "own.csv")
    market = file_of(tmp_path, "country,product,year,quantity\nXAA,0306,2020,5\n", "market.csv")
    record = running.run(E_WASTE, {"market": market, "lifetimes": own}).provenance
    assert [(one.name, one.sha256, one.shipped) for one in record.inputs] == [
        ("market.csv", digest(market), False),
        ("own.csv", digest(own), False),
    ]
    assert [one.name for one in record.reference] == list(E_WASTE.reference)


def test_the_time_is_now_where_none_is_given(tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    made = running.run(method(), {"given": file_of(tmp_path, "name,amount\na,1\n")})
    time = datetime.fromisoformat(made.provenance.time)
    assert before <= time <= datetime.now(UTC)


# --- the same again -----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("declared", SHIPPED)
def test_the_same_input_gives_the_same_bytes_but_for_the_time(
    declared: Method, form: Any, tmp_path: Path
) -> None:
    for folder, now in (("one", THEN), ("two", THEN + timedelta(days=1))):
        with running.running(declared, running.example_inputs(declared), now=now) as result:
            results.write(result, tmp_path / folder, form=form)
    one, two = content(tmp_path / "one"), content(tmp_path / "two")
    one["result.json"] = one["result.json"].replace(b"2025-09-04T03", b"2025-09-05T03")
    assert one == two


def as_csv(table: pa.Table, folder: Path) -> Path:
    pa.csv.write_csv(table, folder / "table.csv")
    return folder / "table.csv"


def as_parquet(table: pa.Table, folder: Path) -> Path:
    pq.write_table(table, folder / "table.parquet", row_group_size=7)
    return folder / "table.parquet"


def as_folder(table: pa.Table, folder: Path) -> Path:
    (folder / "parts").mkdir()
    for at in range(0, table.num_rows, 17):
        pq.write_table(table.slice(at, 17), folder / "parts" / f"{at}.parquet")
    return folder / "parts"


def as_workbook(table: pa.Table, folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "table.xlsx") as book:
        sheet = book.add_worksheet("table")
        sheet.write_row(0, 0, table.column_names)
        for at, row in enumerate(table.to_pylist(), start=1):
            for column, value in enumerate(row.values()):
                if value is not None:
                    sheet.write(at, column, value)
    return folder / "table.xlsx"


def example_of(declared: Method) -> tuple[str, pa.Table]:
    """The one example input of a method: its name, and its rows with plain headings."""
    ((name, path),) = running.example_inputs(declared).items()
    texts = [column.name for column in declared.input(name).columns if column.type is Type.TEXT]
    options = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(texts, pa.string()), strings_can_be_null=True
    )
    table = pa.csv.read_csv(path, convert_options=options)
    return name, table.rename_columns([one.partition(" ")[0] for one in table.column_names])


@pytest.mark.parametrize("form", [as_csv, as_parquet, as_folder, as_workbook])
@pytest.mark.parametrize("declared", SHIPPED)
def test_rows_in_any_order_and_any_kind_of_file_give_the_same_bytes(
    declared: Method, form: Any, tmp_path: Path
) -> None:
    declared = replace(declared, figures=())
    name, table = example_of(declared)
    order = list(range(table.num_rows))
    random.Random(20250904).shuffle(order)
    expected = running.run(declared, running.example_inputs(declared), now=THEN)
    found = running.run(declared, {name: form(table.take(order), tmp_path)}, now=THEN)
    for folder, result in ((tmp_path / "a", expected), (tmp_path / "b", found)):
        results.write(result, folder)
    one, two = content(tmp_path / "a"), content(tmp_path / "b")
    checks = [json.loads(files.pop("result.json"))["checks"] for files in (one, two)]
    assert one == two
    assert checks[0] == checks[1]


amounts = st.lists(
    st.floats(min_value=-1e15, max_value=1e15).filter(lambda x: x == 0 or abs(x) > 1e-12),
    min_size=1,
    max_size=30,
)


@settings(max_examples=10)
@given(values=amounts, seed=st.integers(0, 1000))
def test_a_digest_does_not_depend_on_the_order_of_rows(
    values: list[float], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Sums of floating-point numbers in another order differ; those of a digest do not."""
    folder = tmp_path_factory.mktemp("digest")
    table = pa.table({"name": [f"n{at}" for at in range(len(values))], "amount": values})
    order = list(range(len(values)))
    random.Random(seed).shuffle(order)
    found = []
    for at, one in enumerate((table, table.take(order))):
        pq.write_table(one, folder / f"{at}.parquet")
        result = running.run(summed(), {"given": folder / f"{at}.parquet"})
        found.append(rows(result))
    assert found[0] == found[1]


def summed() -> Method:
    from kyoso.tables.engine import exact_sum

    def by_all(given: Any, profile: Any) -> Any:
        return given.aggregate(
            amount=exact_sum(given.amount, largest=profile["amount"].magnitude), rows=given.count()
        )

    made = Table(
        name="made",
        title=same("made"),
        columns=(
            Column(name="amount", type=Type.NUMBER, meaning=same("amount")),
            Column(name="rows", type=Type.INTEGER, meaning=same("rows")),
        ),
    )
    return method(
        kind=Kind.RELATIONAL,
        outputs=(made,),
        digests={"given": by_all},
        function=lambda tables, _values: Outcome({"made": tables["given.digest"]}),
    )


def test_an_output_has_its_declared_columns_types_and_order(tmp_path: Path) -> None:
    def function(_tables: Mapping[str, pa.Table], _values: Values) -> Outcome:
        table = pa.table({"more": [1, 2, 3], "amount": [3, 1, None], "name": ["b", "ä", "B"]})
        return Outcome({"made": table})

    path = file_of(tmp_path, "name,amount\na,1\n")
    made = running.run(method(function=function), {"given": path}).tables["made"]
    assert made.arrow().schema == pa.schema([("name", pa.string()), ("amount", pa.float64())])
    assert made.arrow().to_pylist() == [
        {"name": "B", "amount": None},
        {"name": "b", "amount": 3.0},
        {"name": "ä", "amount": 1.0},
    ]
    assert made.names == MADE.names


def test_inputs_are_handed_out_in_the_order_of_files_and_rows(tmp_path: Path) -> None:
    for name, names in (("b", ["x", "w"]), ("a", ["z", "y"])):
        table = pa.table({"name": names, "amount": [1.0, 2.0]})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    with running.running(method(), {"given": tmp_path}) as result:
        found = pa.Table.from_batches(result.inputs["given"].batches()).to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("z", 1.0, 2), ("y", 2.0, 3), ("x", 1.0, 2), ("w", 2.0, 3),
    ]  # fmt: skip


def test_progress_goes_from_nothing_to_done(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    running.run(
        method(),
        {"given": file_of(tmp_path, "name,amount\na,1\n")},
        progress=lambda share, what: told.append((share, what["en"])),
    )
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((0.0, "reading"), (1.0, "done"))


# --- all or nothing -----------------------------------------------------------------------


def test_a_failure_while_tables_are_written_leaves_what_was_there(tmp_path: Path) -> None:
    def failing() -> Any:
        yield from made.tables["made"].batches()
        raise OSError(28, "No space left on device")

    path = file_of(tmp_path, "name,amount\na,1\n")
    made = running.run(method(), {"given": path}, now=THEN)
    results.write(made, tmp_path / "out")
    before = content(tmp_path / "out")
    later = running.run(method(), {"given": path}, {"times": "3"}, now=THEN)
    broken = replace(later.tables["made"], stream=failing)
    with pytest.raises(OSError, match="No space left"):
        results.write(replace(later, tables={"made": broken}), tmp_path / "out")
    assert content(tmp_path / "out") == before


KILLED = """
import dataclasses, os, signal, sys
from pathlib import Path
from kyoso.methods import registry, running
from kyoso.publishing import results

moves, after, move = 0, int(sys.argv[2]), os.replace

def dying(source, target):
    global moves
    if moves == after:
        os.kill(os.getpid(), signal.SIGKILL)
    moves += 1
    move(source, target)

os.replace = dying
method = dataclasses.replace(registry.get(sys.argv[3]), figures=())
results.write(running.run(method, running.example_inputs(method), {"gwp": "AR6"}), Path(sys.argv[1]))
"""


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_process_killed_while_files_move_leaves_no_record_of_what_is_not_there(
    moved: int, tmp_path: Path
) -> None:
    """Three files are moved to where the result of another run lies already."""
    declared = replace(FACILITY, figures=())
    out = tmp_path / "out"
    found = running.run(declared, running.example_inputs(declared), now=THEN)
    results.write(found, out)
    before = content(out)
    assert sorted(before) == ["emissions.csv", "result.json", "totals.csv"]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(out), str(moved), declared.id], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    after = content(out)
    assert [name for name in after if not name.startswith(".")] == ["emissions.csv", "totals.csv"]
    assert [after[name] == before[name] for name in ("emissions.csv", "totals.csv")] == [
        moved < 1,
        moved < 2,
    ]
    results.write(found, out)
    assert {name: content(out)[name] for name in before} == before
