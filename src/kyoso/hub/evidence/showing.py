"""A run as its page shows it: tables as read, checks in order, the chain behind a number."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kyoso.core.text import Language, Text, joined, same
from kyoso.hub.evidence import keeping, store
from kyoso.hub.evidence.models import Run
from kyoso.hub.texts import say
from kyoso.hub.writing import short
from kyoso.methods import tracing
from kyoso.methods.declaration import Method
from kyoso.methods.tracing import Step
from kyoso.publishing import words
from kyoso.tables.declaration import Column, Table, Type
from kyoso.tables.given import ROW

HASH = 12
LISTED = 10
"""So many allowed values are listed; more are counted."""
NAMED = 4
"""So many rows are named in a box of the chain; more are counted."""


# --- declarations -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declared:
    """A column as the page of its method shows it; ``rules`` say what a cell must be."""

    column: Column
    unit: Text | None
    rules: tuple[Text, ...]


def declared(table: Table, *, is_input: bool) -> list[Declared]:
    """The columns of a table, with their rules in words."""
    return [_declared(column, is_input=is_input) for column in table.columns]


def _declared(column: Column, *, is_input: bool) -> Declared:
    unit = None
    if column.unit:
        unit = same(words.unit(column.unit))
    elif column.unit_column:
        unit = say("evidence.column.unit_in", column=column.unit_column)
    return Declared(column, unit, tuple(_rules(column, is_input=is_input)))


def _rules(column: Column, *, is_input: bool) -> Iterator[Text]:
    if is_input and column.required:
        yield say("evidence.column.required")
    elif is_input and column.default is not None:
        yield say("evidence.column.default", value=_written(column.default))
    elif is_input:
        yield say("evidence.column.optional")
    if limits := column.bounds():
        yield same(limits)
    if column.refers_to:
        table, name = column.refers_to
        yield say("evidence.column.refers", table=table, column=name)
    if column.pattern_hint:
        yield column.pattern_hint
    if len(column.allowed) > LISTED:
        some = joined(column.offered()[:NAMED], ", ")
        yield say("evidence.column.one_of_many", n=len(column.allowed), some=some)
    elif column.allowed:
        yield say("evidence.column.one_of", values=joined(column.offered(), " / "))


def _written(value: object) -> Text:
    if isinstance(value, bool):
        return same("yes" if value else "no")
    return same(str(value))


# --- tables -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a table on a page."""

    name: str
    unit: str
    meaning: Text
    numeric: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as read; ``text`` is ``None`` where it is absent. ``leads`` opens its chain."""

    text: str | None
    numeric: bool
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row, and its number in the file of its table (the header is row 1)."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some rows of a table, of ``count`` that it has; ``first`` is the position of the first."""

    declared: Table
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    count: int
    first: int = 0

    @property
    def last(self) -> int:
        return self.first + len(self.lines)

    @property
    def has_more(self) -> bool:
        return self.count > len(self.lines)

    @property
    def fits_a_workbook(self) -> bool:
        return self.count <= keeping.MOST_ROWS


def output_sheet(
    run: Run, method: Method, name: str, language: Language, *, first: int = 0, count: int
) -> Sheet:
    """Rows of an output table; its main value leads to where it comes from."""
    declared = method.output(name)
    columns = declared.spoken(language)
    file = store.tables_of(run.pk)[name]
    rows = keeping.rows(file, first, count)
    traced = any(origin.table == name for origin in method.origins)
    lead = main_column(method, declared) if traced else None
    numbered = rows.append_column(ROW, pa.array(range(first + 2, first + 2 + rows.num_rows)))
    return Sheet(
        declared=declared,
        heads=_heads(columns),
        lines=_lines(method, declared, columns, numbered, language, lead=lead),
        count=pq.read_metadata(file).num_rows,
        first=first,
    )


def step_sheet(method: Method, step: Step, language: Language) -> Sheet:
    """The rows of a step, without the columns that none of them fills."""
    columns = step.declared.spoken(language)
    rows = step.rows.to_pylist()
    filled = [one for one in columns if any(step.declared.told(row, one.name) for row in rows)]
    return Sheet(
        declared=step.declared,
        heads=_heads(filled),
        lines=_lines(method, step.declared, filled, step.rows, language),
        count=step.count,
    )


def _heads(columns: Sequence[Column]) -> tuple[Head, ...]:
    return tuple(
        Head(c.name, words.unit(c.unit or ""), c.meaning, c.type is Type.NUMBER) for c in columns
    )


def _lines(
    method: Method,
    table: Table,
    columns: Sequence[Column],
    rows: pa.Table,
    language: Language,
    *,
    lead: Column | None = None,
) -> tuple[Line, ...]:
    def cell(column: Column, row: Mapping[str, Any]) -> Cell:
        value, numeric = row[column.name], column.type is Type.NUMBER
        if column.type is Type.TEXT:
            return Cell(words.told(method, table, row, column.name, language), numeric)
        if isinstance(value, float):
            return Cell(short(value), numeric, leads=column is lead)
        return Cell(words.cell(value, column, 0, language), numeric)

    return tuple(
        Line(record[ROW], tuple(cell(column, record) for column in columns))
        for record in rows.to_pylist()
    )


def main_column(method: Method, table: Table) -> Column | None:
    """The number that a table is about: the one its figure draws, else its first."""
    drawn = [figure.value for figure in method.figures if figure.table == table.name]
    if drawn:
        return table[drawn[0]]
    return next((c for c in table.columns if c.type is Type.NUMBER), None)


# --- checks and problems ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check of a run: what to look at comes first."""

    verdict: str
    title: Text
    table: str
    tested: int
    concerned: int
    rows: tuple[int, ...]
    hint: Text | None

    @property
    def numbers(self) -> str:
        """The first rows concerned, neighbours as a span: ``3, 7–9 …``."""
        spans: list[list[int]] = []
        for row in self.rows:
            if spans and row == spans[-1][1] + 1:
                spans[-1][1] = row
            else:
                spans.append([row, row])
        said = [f"{a}–{b}" if b > a else str(a) for a, b in spans[:NAMED]]
        more = self.concerned > sum(b - a + 1 for a, b in spans[:NAMED])
        return ", ".join(said) + (" …" if more else "")


def checks(run: Run) -> list[CheckLine]:
    """The checks of a run that is done."""
    found = [_check(one) for one in (run.record or {}).get("checks", ())]
    return sorted(found, key=lambda check: check.verdict == "passed")


def _check(one: Mapping[str, Any]) -> CheckLine:
    return CheckLine(
        verdict=one["verdict"],
        title=_text(one["title"]),
        table=one["table"],
        tested=one["tested"],
        concerned=one["concerned"],
        rows=tuple(one["rows"]),
        hint=_text(one["hint"]) if one["hint"] else None,
    )


def _text(both: Mapping[str, str]) -> Text:
    return Text(both["en"], both["ja"])


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A fault of a refused input: where it is, what stands there, what is right."""

    place: Text
    value: str | None
    message: Text
    hint: Text | None


def problems(run: Run) -> list[ProblemLine]:
    """The faults of a refused run, in the order of the file."""
    return [
        ProblemLine(
            place=place_of_problem(one),
            value=one.get("value"),
            message=_text(one["message"]),
            hint=_text(one["hint"]) if one["hint"] else None,
        )
        for one in run.problems
    ]


def place_of_problem(one: Mapping[str, Any]) -> Text:
    """Where a fault stands: table, file, sheet, row, column, cell as far as they are known."""
    parts = [
        say(f"evidence.problem.{name}", value=one[name])
        for name in ("file", "sheet", "row", "column", "cell")
        if one.get(name) is not None
    ]
    if one.get("table"):
        parts.insert(0, same(str(one["table"])))
    return joined(parts, Text(", ", "、"))


# --- where a number comes from ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """One box of the chain."""

    text: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A number, what it rests on link by link, and the rows of each link."""

    table: str
    row: int
    links: tuple[Link, ...]
    sheets: tuple[tuple[Step, Sheet], ...]


@lru_cache(maxsize=256)
def _steps(pk: uuid.UUID, method: str, table: str, row: int) -> list[Step]:
    """A result never changes, so neither does the walk back from one of its numbers."""
    return tracing.trace(keeping.method_of(method, pk), table, row, store.tables_of(pk))


def largest(run: Run, method: Method) -> tuple[str, int] | None:
    """The table and row of the largest main value: the number that a reader asks about first."""
    traced = {origin.table for origin in method.origins}
    drawn = [figure.table for figure in method.figures]
    for name in (*drawn, *(table.name for table in method.outputs)):
        column = main_column(method, method.output(name))
        if name not in traced or column is None:
            continue
        values = pq.read_table(store.tables_of(run.pk)[name], columns=[column.name])[column.name]
        if values.null_count < len(values):
            return name, pc.index(values, pc.max(values)).as_py() + 2
    return None


def chain(run: Run, method: Method, table: str, row: int, language: Language) -> Chain:
    """The chain behind a row of an output table. Raises ``NotFoundError``."""
    first, *behind = _steps(run.pk, method.id, table, row)
    steps = [first, *(step for step in behind if step.count)]
    return Chain(
        table=table,
        row=row,
        links=tuple(_links(run, method, steps)),
        sheets=tuple((step, step_sheet(method, step, language)) for step in steps[1:]),
    )


def _links(run: Run, method: Method, steps: Sequence[Step]) -> Iterator[Link]:
    start = steps[0]
    row = start.rows.to_pylist()[0]
    known = set(start.declared.key)
    yield Link(_amount(method, start.declared, row))
    keys = _told(start.declared, row, known)
    yield Link(say("evidence.chain.row", table=start.declared.title, keys=keys))
    for step in steps[1:]:
        yield _link(method, step, known)
    files = {one["table"]: one for one in (run.record or {})["provenance"]["inputs"]}
    for name in dict.fromkeys(step.declared.name for step in steps if step.is_input):
        used = files[name]
        note = say("evidence.chain.shipped" if used["shipped"] else "evidence.chain.file")
        yield Link(say("evidence.chain.hash", name=used["name"], sha=used["sha256"][:HASH]), note)


def _link(method: Method, step: Step, known: set[str]) -> Link:
    """Rows of one table: told in full if it is one, by their numbers or their count if more."""
    title = step.declared.title
    if step.count == 1:
        row = step.rows.to_pylist()[0]
        own = [name for name in step.declared.key if name not in known]
        amount = _amount(method, step.declared, row)
        said = say(
            "evidence.chain.one",
            table=title,
            row=row[ROW],
            amount=amount,
            what=_told(step.declared, row, own),
        )
        return Link(said, _cited(row))
    if step.is_input and step.count <= NAMED:
        rows = ", ".join(str(number) for number in step.rows[ROW].to_pylist())
        return Link(say("evidence.chain.some", table=title, rows=rows))
    return Link(say("evidence.chain.many", table=title, n=f"{step.count:,}"))


def _told(table: Table, row: Mapping[str, Any], names: Iterable[str]) -> Text | str:
    """What stands in some columns of a row, of those of its key; empty where nothing does."""
    given = [name for name in table.key if name in names and row[name] is not None]
    return table.line(row, given) if given else ""


def _amount(method: Method, table: Table, row: Mapping[str, Any]) -> Text:
    """The number that a row is about; all its numbers where it is about none in particular."""
    column = main_column(method, table)
    if column is None or (row[column.name] is None and column.required):
        return say("evidence.run.not_known")
    if not column.required:
        numbers = [c for c in table.columns if c.type is Type.NUMBER and row[c.name] is not None]
        return same(", ".join(f"{c.name} {_measured(c, row)}" for c in numbers) or "–")
    return same(_measured(column, row))


def _measured(column: Column, row: Mapping[str, Any]) -> str:
    unit = row.get(column.unit_column) if column.unit_column else column.unit
    written = short(row[column.name])
    return f"{written} {words.unit(unit)}" if unit else written


def _cited(row: Mapping[str, Any]) -> Text | None:
    """Document and table of a row of reference data."""
    if not row.get("document"):
        return None
    both = ", ".join(str(row[name]) for name in ("document", "table") if row.get(name))
    return same(both)
