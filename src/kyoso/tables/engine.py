"""The relational engine: Ibis expressions on the embedded DuckDB, or on a Spark cluster.

Both engines offer the same few things, so that one expression has one answer (DESIGN §4):
register a table, open Parquet with its row numbers, fetch, stream, and find repeated keys.
"""

from __future__ import annotations

import itertools
import math
import os
import re
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kyoso.core.errors import UsageError
from kyoso.core.text import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

EngineName = Literal["duckdb", "spark"]

_BYTES = {unit: 1024**power for power, unit in enumerate(("bytes", "KiB", "MiB", "GiB", "TiB"))}
_BYTES_A_THREAD = 95 * 1024**2
"""Sixty million rows were sorted with 75 MB for each thread; with 19 MB they were not."""

_BATCH_ROWS = 125_000

# A file is called what it is called: no sign in its name stands for others.
_DUCKDB_GLOB = re.compile(r"[*?\[]")
_HADOOP_GLOB = re.compile(r"[*?\[\]{}\\]")


_numbers = itertools.count(1)


def _new_name() -> str:
    """A name that no other relation of this process has."""
    return f"kyoso_{next(_numbers)}"


class Engine(ABC):
    """What methods need of a database; ``backend`` is the Ibis connection."""

    name: EngineName
    backend: Any

    @abstractmethod
    def table(self, table: pa.Table) -> ir.Table:
        """An Arrow table as a relation."""

    @abstractmethod
    def parquet(self, files: Sequence[Path]) -> ir.Table:
        """Parquet files as one relation.

        ``row_`` is a row's number in its file (the header counts as row 1), ``file_`` that file's
        path as it stands in ``files``.
        """

    @abstractmethod
    def repeated(self, relation: ir.Table, key: Sequence[str]) -> pa.Table:
        """The values of ``key`` that occur more than once in ``relation``; absent parts never do."""

    @abstractmethod
    def batches(self, relation: ir.Table) -> Iterator[pa.RecordBatch]:
        """The rows of ``relation`` in its own order, in batches, in bounded memory."""

    def fetch(self, relation: ir.Table) -> pa.Table:
        """The rows of ``relation`` in its own order as one Arrow table."""
        return self.backend.to_pyarrow(relation)

    def keep(self, relation: ir.Table) -> tuple[ir.Table, pa.Table]:
        """Calculate ``relation`` once; the answer as a relation again, and as Arrow."""
        fetched = self.fetch(relation)
        return self.table(fetched), fetched

    @abstractmethod
    def close(self) -> None:
        """Give back memory and files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class DuckDB(Engine):
    """The embedded engine. Larger work than memory goes to a temporary folder."""

    name: EngineName = "duckdb"

    def __init__(self, *, memory_limit: str | None = None, threads: int | None = None) -> None:
        import duckdb
        import ibis

        limit = memory_limit or os.environ.get("KYOSO_MEMORY", "500MB")
        self._folder = tempfile.TemporaryDirectory(prefix="kyoso-")
        try:
            self.backend = ibis.duckdb.connect(
                memory_limit=limit,
                temp_directory=self._folder.name,
                # Every result is put in key order at its end; file order on the way is waste.
                preserve_insertion_order=False,
                **({"threads": threads} if threads else {}),
            )
        except duckdb.Error as fault:
            self._folder.cleanup()
            raise UsageError(
                Text("not an amount of memory", "メモリ量として読めません"),
                where=f"KYOSO_MEMORY={limit}",
                hint=Text("write it as 800MB or 2GB", "800MB、2GBのように書いてください"),
            ) from fault
        self._connection = self.backend.con
        if not threads:
            self._feed_threads()

    def _feed_threads(self) -> None:
        """Start no more threads than there is memory for: each holds some of a sort or join.

        A machine of many cores would else run out of memory where one of few does not.
        """
        sql = "SELECT current_setting('memory_limit'), current_setting('threads')"
        ((limit, threads),) = self._connection.execute(sql).fetchall()
        amount, unit = limit.split()
        fed = int(float(amount) * _BYTES[unit] / _BYTES_A_THREAD)
        self._connection.execute(f"SET threads = {max(1, min(threads, fed))}")

    def table(self, table: pa.Table) -> ir.Table:
        name = _new_name()
        self._connection.register(f"{name}_arrow", table)
        self._connection.execute(f'CREATE TEMP TABLE "{name}" AS FROM "{name}_arrow"')
        self._connection.unregister(f"{name}_arrow")
        return self.backend.table(name)

    def parquet(self, files: Sequence[Path]) -> ir.Table:
        name = _new_name()
        listed = ", ".join(
            "'" + _DUCKDB_GLOB.sub(r"[\g<0>]", str(file)).replace("'", "''") + "'" for file in files
        )
        self._connection.execute(
            f'CREATE TEMP VIEW "{name}" AS FROM read_parquet([{listed}], '
            "file_row_number = true, filename = 'file_', union_by_name = true, "
            "hive_partitioning = false)"
        )
        raw = self.backend.table(name)
        return raw.mutate(row_=raw["file_row_number"] + 2).drop("file_row_number")

    def repeated(self, relation: ir.Table, key: Sequence[str]) -> pa.Table:
        """Find repeated keys by sorting their hashes: 8 bytes a row, no hash table of strings.

        Rows whose hashes meet are compared by their values, so a collision does no harm.
        """
        whole = relation.filter(*(relation[name].notnull() for name in key)).select(*key)
        rows = self.backend.compile(whole)
        hashes = self._hashes(rows, key)
        hashes.sort()
        met = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
        if met.size:
            hash_of = ", ".join(f'"{name}"' for name in key)
            self._connection.register("met_", pa.table({"h": met}))
            sql = f"SELECT * FROM ({rows}) WHERE hash({hash_of}) IN (SELECT h FROM met_)"  # noqa: S608
            suspects = self._connection.execute(sql).fetch_arrow_table()
            self._connection.unregister("met_")
        else:
            suspects = whole.schema().to_pyarrow().empty_table()
        counted = suspects.group_by(list(key)).aggregate([([], "count_all")])
        return counted.filter(pc.greater(counted["count_all"], 1)).select(list(key))

    def _hashes(self, rows: str, key: Sequence[str]) -> np.ndarray[Any, np.dtype[np.uint64]]:
        names = ", ".join(f'"{name}"' for name in key)
        sql = f"SELECT hash({names}) AS h FROM ({rows})"  # noqa: S608
        return np.asarray(self._connection.execute(sql).fetchnumpy()["h"])

    def batches(self, relation: ir.Table) -> Iterator[pa.RecordBatch]:
        yield from self.backend.to_pyarrow_batches(relation, chunk_size=_BATCH_ROWS)

    def close(self) -> None:
        self.backend.disconnect()
        self._folder.cleanup()


_LOCAL_PATH = (
    "regexp_replace(url_decode(replace(_metadata.file_path, '+', '%2B')), '^file:/+', '/')"
)
"""Spark names a file by its URI."""


class Spark(Engine):
    """A Spark session: the running one, or a local one on this machine."""

    name: EngineName = "spark"

    def __init__(self) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError as fault:
            raise UsageError(
                Text("Spark is not installed", "Sparkがインストールされていません"),
                where="--engine spark",
                hint=Text(
                    "install kyoso[spark] and a Java virtual machine (17 or newer)",
                    "kyoso[spark]とJava（17以降）を導入してください",
                ),
            ) from fault
        import warnings

        import ibis

        self._views: list[str] = []
        self._own = SparkSession.getActiveSession() is None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._session = (
                SparkSession.builder.appName("kyoso")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.execution.arrow.pyspark.enabled", "true")
                .config("spark.ui.showConsoleProgress", "false")
                .getOrCreate()
            )
            self._session.sparkContext.setLogLevel("ERROR")
            self.backend = ibis.pyspark.connect(self._session)

    def table(self, table: pa.Table) -> ir.Table:
        return self._named(self._session.createDataFrame(table), _new_name())

    def parquet(self, files: Sequence[Path]) -> ir.Table:
        # Spark takes the columns and their types from one file; so only files alike go together.
        alike: dict[pa.Schema, list[str]] = {}
        for file in files:
            alike.setdefault(pq.read_schema(file).remove_metadata(), []).append(
                _HADOOP_GLOB.sub(r"\\\g<0>", str(file))
            )
        frames = [
            self._session.read.parquet(*group).selectExpr(
                "*", "_metadata.row_index + 2 AS row_", f"{_LOCAL_PATH} AS file_"
            )
            for group in alike.values()
        ]
        whole = reduce(lambda one, two: one.unionByName(two, allowMissingColumns=True), frames)
        return self._named(whole, _new_name())

    def _named(self, frame: Any, name: str) -> ir.Table:
        frame.createOrReplaceTempView(name)
        self._views.append(name)
        return self.backend.table(name)

    def _frame(self, relation: ir.Table) -> Any:
        """``relation`` as Spark has it. Ibis goes through pandas, where absent and NaN are one."""
        from ibis.expr.operations import InMemoryTable

        for table in relation.op().find(InMemoryTable):
            self._named(
                self._session.createDataFrame(table.data.to_pyarrow(table.schema)), table.name
            )
        return self._session.sql(self.backend.compile(relation))

    def fetch(self, relation: ir.Table) -> pa.Table:
        return self._frame(relation).toArrow().cast(relation.schema().to_pyarrow())

    def repeated(self, relation: ir.Table, key: Sequence[str]) -> pa.Table:
        whole = relation.filter(*(relation[name].notnull() for name in key))
        counted = whole.group_by(*key).aggregate(count_=whole.count())
        return self.fetch(counted.filter(counted["count_"] > 1).select(*key))

    def batches(self, relation: ir.Table) -> Iterator[pa.RecordBatch]:
        schema = relation.schema().to_pyarrow()
        rows = self._frame(relation).toLocalIterator()  # one partition at a time
        while some := list(itertools.islice(rows, _BATCH_ROWS)):
            columns = zip(*some, strict=True)
            arrays = [
                pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def close(self) -> None:
        for view in self._views:
            self._session.catalog.dropTempView(view)
        if self._own:
            self._session.stop()


def engine(name: str) -> Engine:
    """The engine of that name. Raises :class:`UsageError` for any other."""
    if name == "duckdb":
        return DuckDB()
    if name == "spark":
        return Spark()
    raise UsageError(
        Text("no such engine", "そのエンジンはありません"),
        where=f"--engine {name}",
        hint=Text("duckdb or spark", "duckdbまたはsparkを指定してください"),
    )


def exact_sum(value: ir.NumericColumn, *, largest: float) -> ir.NumericScalar:
    """The sum of numbers, the same in any order, with any threads, on any engine.

    Floating-point addition depends on its order; integer addition does not. Each number is
    scaled by a power of two so that ``largest`` (a bound of their magnitudes) stays below
    2**62, and cut at the point into a whole number and 32 bits after it; both are added as
    integers and rounded once. What is lost lies 94 bits below ``largest`` (where that is above 1e-279). The sum of no values
    is absent. Where ``largest`` is not finite the numbers have no exact sum, and the answer is
    not finite either.
    """
    if not math.isfinite(largest):
        return value.sum()
    scale = 2.0 ** min(62 - math.frexp(largest)[1], 990)
    scaled = value * scale
    whole = scaled.floor()
    rest = ((scaled - whole.cast("float64")) * 2.0**32).floor()
    total = _long(whole).sum() * 2**32 + _long(rest).sum()
    # The engines read a number from its digits alike; from 128 bits they do not.
    return total.cast("string").cast("float64") / (scale * 2.0**32)


def _long(value: ir.IntegerColumn) -> ir.NumericColumn:
    """Whole numbers whose sum cannot overflow: DuckDB sees to it itself, Spark must be told."""
    return value.cast("decimal(19, 0)") if value.get_backend().name == "pyspark" else value
