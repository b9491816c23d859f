"""The walk back from one number: its row, the rows it rests on, the rows those rest on.

Nothing is calculated again. The tables of a run are read as they were kept, and the method's
declared origins say which rows belong together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from kyoso.core.errors import NotFoundError
from kyoso.core.text import Text
from kyoso.methods.declaration import Method, Origin
from kyoso.tables.declaration import Table
from kyoso.tables.engine import DuckDB
from kyoso.tables.given import ROW

SHOWN = 20
"""So many rows of a step are fetched; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The rows of one table behind a number: how many, and the first of them.

    ``rows`` has the declared columns and ``row_``, the row as the table's file counts it.
    ``of`` names the table whose rows rest on these; the first step has none.
    """

    declared: Table
    is_input: bool
    of: str | None
    count: int
    rows: pa.Table


def trace(method: Method, table: str, row: int, kept: Mapping[str, Path]) -> list[Step]:
    """The steps behind row ``row`` (the header is row 1) of the output ``table``.

    ``kept`` holds every table of the run as Parquet, outputs in key order, inputs with their
    ``row_``. Raises :class:`NotFoundError` for a row or table that is not there.
    """
    outputs = {one.name: one for one in method.outputs}
    if table not in outputs:
        raise NotFoundError(
            Text("this method has no such table", "この手法にない表です"), where=table
        )
    with DuckDB() as database:
        first = _output(database, kept[table]).filter(ibis._[ROW] == row)
        start = _step(database, outputs[table], None, first, is_input=False)
        if start.count == 0:
            raise NotFoundError(
                Text("the table has no such row", "表にない行です"),
                where=f"{table}: {row}",
                hint=Text("take a row of the table", "表にある行を指定してください"),
            )
        return [start, *_behind(method, database, table, first, kept)]


def _behind(
    method: Method, database: DuckDB, table: str, rows: ir.Table, kept: Mapping[str, Path]
) -> Iterator[Step]:
    """What the rows of a table rest on, nearest first."""
    inputs = {one.name: one for one in method.inputs}
    for origin in method.origins:
        if origin.table != table or origin.source not in kept:
            continue
        file = kept[origin.source]
        is_input = origin.source in inputs
        source = inputs[origin.source] if is_input else method.output(origin.source)
        candidates = database.backend.read_parquet(file) if is_input else _output(database, file)
        found, _ = database.keep(_matching(database, origin, source, rows, candidates))
        yield _step(database, source, table, found, is_input=is_input)
        yield from _behind(method, database, origin.source, found, kept)


def _output(database: DuckDB, file: Path) -> ir.Table:
    return database.parquet([file]).drop("file_")


def _matching(
    database: DuckDB, origin: Origin, source: Table, rows: ir.Table, candidates: ir.Table
) -> ir.Table:
    until = (origin.until,) if origin.until else ()
    for name, value in origin.only.items():
        candidates = candidates.filter(candidates[name] == value)
    if not origin.on and not until and origin.choose is None:
        return candidates
    asking = rows.select(*origin.on, *until, *origin.also).distinct()

    def same(name: str) -> ir.BooleanValue:
        one, other = asking[name], candidates[name]
        if source[name].any_case:
            one, other = one.lower(), other.lower()
        return one == other if source[name].required else one.identical_to(other)

    predicates = [same(name) for name in origin.on]
    if origin.until:
        predicates.append(candidates[origin.until] <= asking[origin.until])
    if origin.choose is None:
        return candidates.semi_join(asking, predicates)
    chosen: set[int] = set()
    matched = candidates.semi_join(asking, predicates) if predicates else candidates
    possible = database.fetch(matched).to_pylist()
    for one in database.fetch(asking).to_pylist():
        matching = [row for row in possible if _alike(origin, source, one, row)]
        chosen.update(row[ROW] for row in origin.choose(one, matching))
    return candidates.filter(candidates[ROW].isin(sorted(chosen)))


def _alike(
    origin: Origin, source: Table, one: Mapping[str, object], other: Mapping[str, object]
) -> bool:
    return all(
        str(one[name]).lower() == str(other[name]).lower()
        if source[name].any_case
        else one[name] == other[name]
        for name in origin.on
    )


def _step(
    database: DuckDB, declared: Table, of: str | None, rows: ir.Table, *, is_input: bool
) -> Step:
    shown = rows.select(*declared.names, ROW).order_by(ROW).limit(SHOWN)
    return Step(
        declared=declared,
        is_input=is_input,
        of=of,
        count=int(rows.count().to_pyarrow().as_py()),
        rows=database.fetch(shown),
    )
