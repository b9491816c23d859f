"""The engines: exact sums against Python's fractions, files by their names, repeated keys.

What is asked of DuckDB is asked of Spark: `engine_name` is each in turn.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kyoso.core.errors import UsageError
from kyoso.tables.engine import DuckDB, Engine, engine, exact_sum

pytestmark = pytest.mark.filterwarnings("ignore:::pyspark")


@pytest.fixture
def opened(engine_name: str) -> Iterator[Engine]:
    with engine(engine_name) as one:
        yield one


def numbers(values: list[float | None]) -> pa.Table:
    return pa.table({"v": pa.array(values, pa.float64(), from_pandas=False)})


def summed(database: Engine, values: list[float | None], largest: float | None = None) -> Any:
    bound = max((abs(v) for v in values if v is not None), default=0.0)
    relation = database.table(numbers(values))
    total = exact_sum(relation.v, largest=bound if largest is None else largest)
    return database.fetch(relation.aggregate(s=total))["s"][0].as_py()


def rounded_once(values: list[float]) -> float:
    return float(sum(map(Fraction, values), Fraction(0)))


# From a kilogram to a gigatonne, in tonnes: 94 bits hold all digits of all of them.
sizes = st.floats(1e-3, 1e9) | st.integers(1, 10**9).map(float)
amounts = sizes | sizes.map(lambda size: -size) | st.just(0.0)


@given(st.lists(amounts, min_size=1, max_size=60))
@example([0.1] * 10)
@example([1e9, 1e-3, -1e9])
@example([2.0**53, 1.0, 1.0])
@example([2.0**53, 1.0, 2.0**-30])
@example([0.0])
def test_a_sum_is_the_fraction_rounded_once(database: Engine, values: list[float]) -> None:
    assert summed(database, values) == rounded_once(values)


@given(st.lists(amounts, min_size=2, max_size=40), st.randoms(use_true_random=False))
def test_a_sum_is_the_same_in_any_order_and_under_any_bound(
    database: Engine, values: list[float], chance: random.Random
) -> None:
    expected = summed(database, values)
    chance.shuffle(values)
    assert summed(database, values) == expected
    assert summed(database, values, largest=2e9) == expected


def test_a_sum_of_many_rows_is_the_same_with_any_number_of_threads() -> None:
    chance = random.Random(20)
    values: list[float | None] = [
        chance.gauss(0, 1) * 10 ** chance.uniform(-6, 6) for _ in range(300_000)
    ]
    expected = math.fsum(v for v in values if v is not None)
    for threads in (1, 2, 7):
        with DuckDB(threads=threads) as database:
            assert summed(database, values) == expected


def test_both_engines_sum_alike(opened: Engine) -> None:
    chance = random.Random(4)
    values: list[float | None] = [
        chance.gauss(0, 1) * 10 ** chance.uniform(-6, 6) for _ in range(2_000)
    ]
    assert summed(opened, values) == rounded_once([v for v in values if v is not None])
    assert summed(opened, [-v for v in values if v is not None]) == -summed(opened, values)
    assert summed(opened, [1e15] * 3_000 + [0.1]) == rounded_once([1e15] * 3_000 + [0.1])


def test_the_sum_of_nothing_is_absent_and_absent_values_add_nothing(opened: Engine) -> None:
    assert summed(opened, []) is None
    assert summed(opened, [None, None]) is None
    assert summed(opened, [None, 0.1, None, 0.2]) == rounded_once([0.1, 0.2])


def test_what_is_not_finite_stays_so_and_stops_nothing(opened: Engine) -> None:
    assert math.isnan(summed(opened, [math.nan, 1.0], largest=math.nan))
    assert summed(opened, [math.inf, 1.0], largest=math.inf) == math.inf


@pytest.mark.parametrize("largest", [1e-250, 1e-30, 1.0, 1e30, 1e300])
def test_sums_hold_at_every_size(database: Engine, largest: float) -> None:
    values: list[float | None] = [largest, largest / 3, -largest / 7]
    assert summed(database, values) == rounded_once([v for v in values if v is not None])


def test_absent_and_nan_stay_apart_on_the_way_in_and_out(opened: Engine) -> None:
    there = opened.fetch(opened.table(numbers([math.nan, None, 1.5])))["v"].to_pylist()
    assert sorted(map(str, there)) == ["1.5", "None", "nan"]


def test_absent_and_nan_stay_apart_in_tables_made_on_the_way(opened: Engine) -> None:
    made = ibis.memtable(numbers([math.nan, None, 1.5]))
    key = opened.table(pa.table({"w": pa.array([1], pa.int64())}))
    there = opened.fetch(key.cross_join(made).select("v"))["v"].to_pylist()
    assert sorted(map(str, there)) == ["1.5", "None", "nan"]


NAMES = ["a.parquet", "a [1].parquet", "b*?.parquet", "{1,2}.parquet", "it's.parquet",
         "c+d%20e.parquet", "施設.parquet", "sub/a.parquet"]  # fmt: skip


def test_files_are_called_what_they_are_called(opened: Engine, tmp_path: Path) -> None:
    files = [tmp_path / name for name in NAMES]
    for at, file in enumerate(files):
        file.parent.mkdir(exist_ok=True)
        pq.write_table(pa.table({"v": [at, at]}), file)
    for at, file in enumerate(files):  # one alone: no sign in its name stands for the others
        assert sorted(opened.fetch(opened.parquet([file]))["v"].to_pylist()) == [at, at]
    every = opened.fetch(opened.parquet(files)).select(["v", "row_", "file_"]).to_pylist()
    assert sorted(tuple(row.values()) for row in every) == [
        (at, row, str(file)) for at, file in enumerate(files) for row in (2, 3)
    ]


def test_files_of_different_columns_make_one_relation(opened: Engine, tmp_path: Path) -> None:
    one, two = tmp_path / "1.parquet", tmp_path / "2.parquet"
    pq.write_table(pa.table({"k": pa.array([1], pa.int32()), "v": [0.5]}), one)
    pq.write_table(pa.table({"v": [2], "k": pa.array([2], pa.int64()), "w": ["x"]}), two)
    found = opened.fetch(opened.parquet([one, two]).order_by("file_"))
    assert found.select(["k", "v", "w", "row_"]).to_pylist() == [
        {"k": 1, "v": 0.5, "w": None, "row_": 2},
        {"k": 2, "v": 2.0, "w": "x", "row_": 2},
    ]


def test_repeated_keys_are_found_and_absent_parts_never_repeat(opened: Engine) -> None:
    keys = pa.table(
        {
            "a": ["x", "x", "y", "y", None, None, "z"],
            "b": pa.array([1, 1, 1, 2, 1, 1, None], pa.int64()),
        }
    )
    found = opened.repeated(opened.table(keys), ("a", "b"))
    assert found.to_pylist() == [{"a": "x", "b": 1}]
    assert opened.repeated(opened.table(keys.slice(2)), ("a", "b")).to_pylist() == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=20))
def test_repeated_keys_are_those_that_counting_finds(
    database: Engine, keys: list[tuple[str, int]]
) -> None:
    relation = database.table(
        pa.table(
            {
                "a": pa.array([a for a, _ in keys], pa.string()),
                "b": pa.array([b for _, b in keys], pa.int64()),
            }
        )
    )
    found = {tuple(row.values()) for row in database.repeated(relation, ("a", "b")).to_pylist()}
    assert found == {key for key in keys if keys.count(key) > 1}


def test_rows_are_streamed_in_their_own_order(opened: Engine) -> None:
    count = 300_000
    relation = opened.table(pa.table({"v": list(range(count))}))
    batches = list(opened.batches(relation.order_by(relation.v.desc())))
    assert len(batches) > 1
    assert pa.Table.from_batches(batches)["v"].to_pylist() == list(range(count))[::-1]


def test_what_is_kept_is_calculated_once_and_the_same(opened: Engine) -> None:
    relation = opened.table(numbers([1.5, None, 2.5]))
    kept, fetched = opened.keep(relation.aggregate(n=relation.v.count()))
    assert fetched.to_pylist() == opened.fetch(kept).to_pylist() == [{"n": 2}]


def test_an_unknown_engine_is_wrong_usage() -> None:
    with pytest.raises(UsageError) as caught:
        engine("sqlite")
    assert str(caught.value) == "--engine sqlite: no such engine; duckdb or spark"


def test_an_amount_of_memory_that_is_none_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KYOSO_MEMORY", "much")
    with pytest.raises(UsageError) as caught:
        DuckDB()
    assert str(caught.value) == (
        "KYOSO_MEMORY=much: not an amount of memory; write it as 800MB or 2GB"
    )


def test_work_larger_than_memory_goes_to_a_folder_that_is_gone_afterwards(tmp_path: Path) -> None:
    with DuckDB(memory_limit="40MB", threads=1) as database:
        folder = Path(database._folder.name)
        relation = database.table(pa.table({"v": list(range(500_000))}))
        ordered = relation.mutate(w=relation.v.cast("string").repeat(8)).order_by(ibis.desc("w"))
        assert sum(batch.num_rows for batch in database.batches(ordered)) == 500_000
        assert folder.exists()
    assert not folder.exists()
