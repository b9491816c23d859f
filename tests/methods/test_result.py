"""What a result hands out: rounded rows in batches or whole, checks and record as data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.methods.declared import MADE, method

from kyoso.core.text import Text, same
from kyoso.methods import running
from kyoso.methods.result import Check, Output, Result, Verdict

SCHEMA = pa.schema([("name", pa.string()), ("amount", pa.float64())])


@pytest.fixture
def result(tmp_path: Path) -> Result:
    path = tmp_path / "given.csv"
    path.write_text("name,amount\nb,1\na,0.1\n", encoding="utf-8")
    return running.run(
        method(), {"given": path}, {"times": 3}, now=datetime(2025, 9, 4, tzinfo=UTC)
    )


def two_batches() -> Iterator[pa.RecordBatch]:
    yield pa.record_batch({"name": ["a", "b"], "amount": pa.array([1 / 3, None])})
    yield pa.record_batch({"name": ["c", "d"], "amount": pa.array([2e15 / 3, 1])})


def test_numbers_have_twelve_significant_digits_and_absent_stays_absent() -> None:
    output = Output(declared=MADE, schema=SCHEMA, stream=two_batches)
    assert output.arrow()["amount"].to_pylist() == [
        0.333333333333, None, 666666666667000.0, 1.0,
    ]  # fmt: skip
    assert [batch.num_rows for batch in output.batches()] == [2, 2]
    assert output.names == ("name", "amount")


def test_batches_take_the_types_that_are_declared() -> None:
    output = Output(
        declared=MADE,
        schema=SCHEMA,
        stream=lambda: iter([pa.record_batch({"name": ["a"], "amount": pa.array([2], pa.int8())})]),
    )
    assert output.arrow() == pa.table({"name": ["a"], "amount": [2.0]}, schema=SCHEMA)


def test_a_table_without_rows_still_has_its_columns() -> None:
    output = Output(declared=MADE, schema=SCHEMA, stream=lambda: iter(()))
    assert output.arrow() == SCHEMA.empty_table()


def test_what_is_loaded_no_longer_asks_its_source() -> None:
    asked: list[int] = []

    def stream() -> Iterator[pa.RecordBatch]:
        asked.append(1)
        return two_batches()

    output = Output(declared=MADE, schema=SCHEMA, stream=stream)
    loaded = output.loaded()
    assert loaded.arrow() == loaded.arrow() == output.arrow()
    assert len(asked) == 2  # once to load, once for the comparison


def test_a_check_is_data_in_one_language_or_both() -> None:
    check = Check(
        id="made.small", title=Text("small", "小さい"), verdict=Verdict.LOOK, table="made",
        tested=9, concerned=2, rows=(3, 5), hint=Text("look", "見よ"),
    )  # fmt: skip
    plain = {
        "id": "made.small", "verdict": "look", "table": "made",
        "tested": 9, "concerned": 2, "rows": [3, 5],
    }  # fmt: skip
    assert check.as_dict("ja") == plain | {"title": "小さい", "hint": "見よ"}
    assert check.as_dict() == plain | {
        "title": {"en": "small", "ja": "小さい"},
        "hint": {"en": "look", "ja": "見よ"},
    }


def test_a_check_without_a_hint_has_none() -> None:
    check = Check(id="c", title=same("c"), verdict=Verdict.PASSED, table="made", tested=0)
    assert (check.as_dict()["hint"], check.as_dict("en")["hint"]) == (None, None)


def test_the_record_is_data_and_holds_method_checks_and_provenance(result: Result) -> None:
    record = json.loads(json.dumps(result.as_dict("en"), allow_nan=False))
    assert list(record) == ["method", "title", "checks", "provenance"]
    assert (record["method"], record["title"]) == ("pillar.room.small", "small")
    assert [one["id"] for one in record["checks"]] == ["given.cells", "given.key"]
    assert record["provenance"]["parameters"] == {"times": 3.0}
    assert record["provenance"]["time"] == "2025-09-04T00:00:00+00:00"
    assert json.loads(json.dumps(result.as_dict()))["title"] == {"en": "small", "ja": "small"}


def test_a_result_held_in_memory_says_what_the_open_one_said(result: Result) -> None:
    again = result.loaded()
    assert again.as_dict() == result.as_dict()
    assert again.tables["made"].arrow().to_pylist() == [
        {"name": "a", "amount": 0.3},
        {"name": "b", "amount": 3.0},
    ]
    assert dict(again.inputs) == {}
