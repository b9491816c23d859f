"""Runs a method: door, checks, calculation, key order, provenance.

The order is always the same, and every fault of every input is known before anything is
calculated. The clock is passed in; nothing else here depends on where or when it runs.
"""

from __future__ import annotations

import contextlib
import importlib.resources
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from kyoso import reference
from kyoso.core import hashes
from kyoso.core.errors import InputRefusedError, Problem, Problems, UsageError
from kyoso.core.text import Text
from kyoso.methods.declaration import Kind, Method, Value, Values
from kyoso.methods.result import (
    Check,
    Input,
    InputRecord,
    Output,
    Provenance,
    ReferenceRecord,
    Result,
    Verdict,
)
from kyoso.tables.checking import Checked, Rule, apply, check_declared, profile_of
from kyoso.tables.declaration import Table
from kyoso.tables.engine import Engine
from kyoso.tables.engine import engine as open_engine
from kyoso.tables.given import FILE, ROW, Given, schema
from kyoso.tables.reading import read

Progress = Callable[[float, Text], None]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Inputs that passed: relations for the function, checks and records for the result."""

    tables: Mapping[str, ir.Table]
    given: Mapping[str, Given]
    checks: tuple[Check, ...]


def check(
    method: Method,
    inputs: Mapping[str, Path],
    written: Mapping[str, Value] | None = None,
    *,
    engine: str = "duckdb",
) -> tuple[Check, ...]:
    """Only the checks of the inputs. Raises as :func:`run` does."""
    values = method.parse(written or {})
    with open_engine(engine) as database:
        return _prepare(method, inputs, values, database, _silent).checks


@contextlib.contextmanager
def running(
    method: Method,
    inputs: Mapping[str, Path],
    written: Mapping[str, Value] | None = None,
    *,
    engine: str = "duckdb",
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Iterator[Result]:
    """Run ``method`` on the files ``inputs`` (table name → path); the result while it is open.

    Large output tables are streamed from the engine, which is closed with the context. A table
    with a shipped default may be left out.

    Raises
    ------
    UsageError
        An unknown table or parameter, a file that is not there (exit status 2).
    InputRefusedError
        The input fails its checks, or what came of it does; every problem is named (exit
        status 1).
    """
    tell = progress or _silent
    values = method.parse(written or {})
    with open_engine(engine) as database:
        prepared = _prepare(method, inputs, values, database, tell)
        tell(0.5, Text("calculating", "計算しています"))
        outcome = method.function(_arguments(method, prepared, database), values)
        _refuse_failed(outcome.checks)
        tell(0.8, Text("putting rows in order", "行を整列しています"))
        outputs = {
            table.name: _output(table, outcome.tables[table.name], database)
            for table in method.outputs
        }
        yield Result(
            method=method,
            tables=outputs,
            checks=(*prepared.checks, *outcome.checks),
            provenance=_provenance(method, values, prepared, database, now or datetime.now(UTC)),
            inputs={name: _input(one, database) for name, one in prepared.given.items()},
        )
        tell(1.0, Text("done", "完了"))


def run(
    method: Method,
    inputs: Mapping[str, Path],
    written: Mapping[str, Value] | None = None,
    *,
    engine: str = "duckdb",
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Result:
    """Run ``method`` and hold the whole result in memory. Arguments as :func:`running`."""
    with running(method, inputs, written, engine=engine, progress=progress, now=now) as result:
        return result.loaded()


def example_inputs(method: Method) -> dict[str, Path]:
    """The shipped example files of a method, by table; empty where it ships none."""
    if not method.example:
        return {}
    folder = Path(str(importlib.resources.files(method.package))) / "examples"
    return {table: folder / name for table, name in method.example.items()}


def on_example(result: Result) -> bool:
    """Whether a result was calculated from a shipped example file, whatever it was called."""
    given = {record.sha256 for record in result.provenance.inputs}
    return any(hashes.of_path(path) in given for path in example_inputs(result.method).values())


def _silent(_share: float, _what: Text) -> None:
    pass


def _prepare(
    method: Method, inputs: Mapping[str, Path], values: Values, database: Engine, tell: Progress
) -> _Prepared:
    tell(0.0, Text("reading", "読み込んでいます"))
    given = _read(method, inputs, database)
    tell(0.2, Text("checking", "検査しています"))
    readable = {name: one for name, one in given.items() if one.readable}
    profiles = {name: profile_of(one, database) for name, one in given.items()}
    digests: dict[str, pa.Table] = {}
    relations: dict[str, ir.Table] = {name: one.relation for name, one in given.items()}
    for name, digest in method.digests.items():
        if name in readable:
            relation, fetched = database.keep(digest(readable[name].relation, profiles[name]))
            relations[digest_name(name)] = relation
            digests[name] = fetched
    checked = {
        name: check_declared(
            one, database, profile=profiles[name], digest=digests.get(name), others=given
        )
        for name, one in given.items()
    }
    for rule in _rules(method, readable, digests, values, database):
        apply(rule, checked[rule.table], database)
    problems = Problems()
    for one in given.values():
        problems.extend(one.problems.listed, one.problems.count)
    if problems:
        raise InputRefusedError(problems)
    return _Prepared(relations, given, tuple(_checks(checked)))


def digest_name(table: str) -> str:
    """Under this name a function finds the digest of an input table."""
    return f"{table}.digest"


def _read(method: Method, inputs: Mapping[str, Path], database: Engine) -> dict[str, Given]:
    known = {table.name: table for table in method.inputs}
    for name in inputs:
        if name not in known:
            raise UsageError(
                Text("this method has no such input table", "この手法にない入力表です"),
                where=f"-i {name}",
                hint=Text("it has {names}", "使えるのは{names}").format(names=", ".join(known)),
            )
    missing = [
        t.name for t in method.inputs if t.name not in inputs and not t.shipped and not t.optional
    ]
    if missing:
        raise UsageError(
            Text("an input table is not given", "入力表が足りません"),
            where=method.id,
            hint=Text("add {options}", "{options}を加えてください").format(
                options=" ".join(f"-i {name}=FILE" for name in missing)
            ),
        )
    return {
        name: read(table, path, database)
        for name, table in known.items()
        if (path := inputs.get(name) or shipped(table)) is not None
    }


def shipped(table: Table) -> Path | None:
    """The file that stands in for a table that is not given."""
    return None if table.shipped is None else Path(str(reference.load(table.shipped).path))


def _rules(
    method: Method,
    readable: Mapping[str, Given],
    digests: Mapping[str, pa.Table],
    values: Values,
    database: Engine,
) -> list[Rule]:
    """What the method adds, tested on digests; left out where a whole column is missing."""
    needed = [t.name for t in method.inputs if not t.optional or t.name in readable]
    if not all(name in readable for name in needed):
        return []
    tables = {
        name: digests[name] if name in digests else database.fetch(_declared(readable[name]))
        for name in needed
    }
    return list(method.rules(tables, values))


def _declared(given: Given) -> ir.Table:
    return given.relation.select(*given.declared.names)


def _arguments(
    method: Method, prepared: _Prepared, database: Engine
) -> Mapping[str, ir.Table] | Mapping[str, pa.Table]:
    if method.kind is Kind.RELATIONAL:
        return prepared.tables
    return {
        name: database.fetch(
            _declared(given).order_by(*(given.declared.key or given.declared.names))
        )
        for name, given in prepared.given.items()
    }


def _refuse_failed(checks: Sequence[Check]) -> None:
    """No result leaves that fails a check of its own."""
    problems = Problems()
    for one in checks:
        if one.verdict is Verdict.FAILED:
            problems.extend(
                [
                    Problem(
                        table=one.table,
                        row=row,
                        message=Text("this does not hold: {title}", "不成立：{title}").format(
                            title=one.title
                        ),
                        hint=one.hint
                        or Text(
                            "report it with the input; nothing was written",
                            "入力を添えて報告してください。何も書き出していません",
                        ),
                        code=one.id,
                    )
                    for row in one.rows or (None,)
                ],
                max(one.concerned, 1),
            )
    if problems:
        raise InputRefusedError(problems)


def _input(given: Given, database: Engine) -> Input:
    columns = schema(given.declared).append(pa.field(ROW, pa.int64()))
    order = [name for name in (FILE, ROW) if name in given.relation.columns]
    relation = given.relation.order_by(*order).select(*columns.names)
    return Input(declared=given.declared, schema=columns, stream=lambda: database.batches(relation))


def _output(table: Table, made: ir.Table | pa.Table, database: Engine) -> Output:
    order = table.key or table.names
    if isinstance(made, pa.Table):
        ordered = (
            made.select(list(table.names))
            .cast(schema(table))
            .sort_by([(name, "ascending") for name in order])
        )
        return Output(
            declared=table, schema=schema(table), stream=lambda: iter(ordered.to_batches())
        )
    relation = made.select(*table.names).order_by(*order)
    return Output(declared=table, schema=schema(table), stream=lambda: database.batches(relation))


def _checks(checked: Mapping[str, Checked]) -> Iterator[Check]:
    for table, one in checked.items():
        for finding in one.findings:
            verdict = Verdict.LOOK if finding.concerned else Verdict.PASSED
            yield Check(
                id=f"{table}.{finding.rule.id}",
                title=finding.rule.title,
                verdict=verdict,
                table=table,
                tested=finding.tested,
                concerned=finding.concerned,
                rows=finding.rows,
                hint=finding.rule.broken[0].hint if finding.rule.broken else None,
            )
        if one.given.unused and not _is_shipped(one.given):
            yield Check(
                id=f"{table}.unused-columns",
                title=Text("columns not used: {names}", "使われない列：{names}").format(
                    names=", ".join(one.given.unused)
                ),
                verdict=Verdict.LOOK,
                table=table,
                tested=one.given.rows,
                hint=Text("nothing was read from them", "これらの列は読み込んでいません"),
            )


def _provenance(
    method: Method, values: Values, prepared: _Prepared, database: Engine, now: datetime
) -> Provenance:
    records = tuple(
        InputRecord(
            table=name,
            name=one.declared.shipped
            if _is_shipped(one) and one.declared.shipped
            else one.path.name,
            sha256=one.sha256,
            rows=one.rows,
            shipped=_is_shipped(one),
        )
        for name, one in prepared.given.items()
    )
    names = dict.fromkeys([*(r.name for r in records if r.shipped), *method.reference])
    return Provenance(
        method=method.id,
        version=method.version,
        parameters=dict(values),
        inputs=records,
        reference=tuple(_reference(name) for name in names),
        software=f"kyoso {version('kyoso')}",
        engine=database.name,
        time=now.astimezone(UTC).isoformat(timespec="seconds"),
    )


def _is_shipped(given: Given) -> bool:
    return given.path == shipped(given.declared)


def _reference(name: str) -> ReferenceRecord:
    table = reference.load(name)
    return ReferenceRecord(
        name=name, sha256=table.sha256, rows=len(table.rows), unverified=table.unverified
    )
