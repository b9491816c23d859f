"""One suite on both engines: the same expression, the same answer, byte for byte."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry, running
from kyoso.tables.engine import DuckDB
from kyoso.tables.writing import write

FACILITY = "climate.transparency.facility-emissions"

spark = pytest.param(
    "spark",
    marks=[
        pytest.mark.spark,
        pytest.mark.long,
        pytest.mark.xdist_group("spark"),
        pytest.mark.filterwarnings("ignore"),  # PySpark's own, about its own parts
        pytest.mark.skipif(
            shutil.which("java") is None and os.environ.get("CI") != "true",
            reason="Spark needs a Java virtual machine (17 or newer)",
        ),
    ],
)
both = pytest.mark.parametrize("engine", ["duckdb", spark])


def written(engine: str, method: str, inputs: dict[str, Path], folder: Path) -> dict[str, bytes]:
    """The output tables as the bytes of their CSV files."""
    files = {}
    with running.running(registry.get(method), inputs, engine=engine) as result:
        for name, output in result.tables.items():
            path = folder / f"{engine}-{name}.csv"
            write(output.batches(), output.schema, path, "csv")
            files[name] = path.read_bytes()
    return files


def as_parquet(path: Path, folder: Path) -> Path:
    """The same lines as a folder of two Parquet files."""
    table = pa.csv.read_csv(path).rename_columns(
        [name.partition(" ")[0] for name in pa.csv.read_csv(path).column_names]
    )
    folder.mkdir()
    pq.write_table(table.slice(0, 20), folder / "a.parquet")
    pq.write_table(table.slice(20), folder / "b.parquet")
    return folder


@both
@pytest.mark.parametrize("method", [FACILITY, "pollution.circularity.e-waste-generation"])
def test_the_examples_give_the_bytes_of_the_embedded_engine(
    engine: str, method: str, tmp_path: Path
) -> None:
    inputs = running.example_inputs(registry.get(method))
    expected = written("duckdb", method, inputs, tmp_path)
    assert written(engine, method, inputs, tmp_path) == expected


@both
def test_a_folder_of_parquet_gives_the_bytes_of_the_csv(engine: str, tmp_path: Path) -> None:
    inputs = running.example_inputs(registry.get(FACILITY))
    expected = written("duckdb", FACILITY, inputs, tmp_path)
    folder = as_parquet(inputs["activity"], tmp_path / "parquet")
    assert written(engine, FACILITY, {"activity": folder}, tmp_path) == expected


@both
def test_faults_are_named_by_file_and_row(engine: str, tmp_path: Path) -> None:
    folder = as_parquet(
        running.example_inputs(registry.get(FACILITY))["activity"], tmp_path / "parquet"
    )
    table = pq.read_table(folder / "b.parquet")
    quantities = [-1.0, *table["quantity"].to_pylist()[1:]]
    table = table.set_column(table.column_names.index("quantity"), "quantity", [quantities])
    pq.write_table(table, folder / "b.parquet")
    with pytest.raises(InputRefusedError) as caught:
        written(engine, FACILITY, {"activity": folder}, tmp_path)
    assert caught.value.lines() == [
        "activity: row 2, column quantity, file b.parquet: -1: out of bounds; it must be ≥ 0"
    ]


def test_no_more_threads_start_than_there_is_memory_for() -> None:
    """100 MB and 200 MB feed one thread and two; 100 GB feed as many as there are cores."""
    threads = {}
    for memory in ("100MB", "200MB", "100GB"):
        with DuckDB(memory_limit=memory) as database:
            (threads[memory],) = database.backend.con.sql(
                "SELECT current_setting('threads')"
            ).fetchone()
    cores = len(os.sched_getaffinity(0))
    assert threads == {"100MB": 1, "200MB": min(cores, 2), "100GB": cores}
