"""The activity data of a report typed into a page: the tables of the workbook as forms.

Which columns there are, what they mean and what may stand in them comes from the tables'
declaration. Nothing is judged here: what was typed goes through the door of the workbook, and the
faults that it names are shown beside their fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from kyoso.core.errors import Problem
from kyoso.hub.evidence.facilities import sheets
from kyoso.hub.evidence.facilities.forms import said
from kyoso.hub.evidence.facilities.models import Stream, Submission
from kyoso.hub.evidence.showing import place_of_problem
from kyoso.hub.texts import language
from kyoso.tables.declaration import Column, Table, Type
from kyoso.tables.given import written

MOST_LINES = 100
"""So many lines of a table that grows are taken from a page."""
_LONGEST_LIST = 30
"""A longer list is offered while one types; a shorter one is a drop-down."""
_MOST_SIGNS = 500
_HEAD = 2
"""The row of a sheet in which the first line stands."""


class LineForm(forms.Form):
    """The columns of one line; ``offered`` are values that may stand in a column."""

    def __init__(
        self, columns: Sequence[Column], offered: Mapping[str, Sequence[str]], *args: Any, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        for column in columns:
            self.fields[column.name] = _field(column)
        for column in columns:
            if values := offered.get(column.name, column.allowed):
                self._offer(column, values)

    def _offer(self, column: Column, values: Sequence[str]) -> None:
        """Offer values: in a drop-down where they are few, and what is there already with them."""
        one = self.fields[column.name]
        if len(values) > _LONGEST_LIST or not (column.allowed or column.name == "unit"):
            one.widget.attrs["list"] = list_of(column)
            return
        there = str(self[column.name].value() or "")
        more = [there] if there and there not in values else []
        one.widget = forms.Select(
            attrs=one.widget.attrs,
            choices=[("", "–"), *((value, value) for value in (*values, *more))],
        )


def list_of(column: Column) -> str:
    """What the list of a column is called in the page."""
    return f"list-{column.name}"


def _field(column: Column) -> forms.CharField:
    attrs: dict[str, str] = {"autocomplete": "off"}
    if column.type in (Type.NUMBER, Type.INTEGER):
        attrs["inputmode"] = "decimal"
    if column.required:
        attrs["aria-required"] = "true"
    unit = f" [{column.unit}]" if column.unit else ""
    return forms.CharField(
        required=False,
        max_length=_MOST_SIGNS,
        label=said(f"column.{column.name}") + unit,
        help_text=column.meaning[language()],
        widget=forms.TextInput(attrs=attrs),
    )


@dataclass(slots=True)
class Line:
    """One line of a table: its form, and what stands in its other columns."""

    form: LineForm
    known: Mapping[str, Any]
    start: Mapping[str, str]
    stream: Stream | None = None
    row: int = 0

    @property
    def cells(self) -> dict[str, str]:
        """What was typed or, before that, what stands there."""
        return {name: str(self.form[name].value() or "").strip() for name in self.form.fields}

    @property
    def is_blank(self) -> bool:
        """Whether nothing was added to what stands in a new line."""
        return all(value in ("", self.start.get(name, "")) for name, value in self.cells.items())


@dataclass(slots=True)
class Block:
    """A table with its lines; one without streams grows."""

    table: Table
    lines: list[Line]
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def grows(self) -> bool:
        return self.table.name != sheets.ACTIVITY

    def rows(self) -> list[dict[str, Any]]:
        """The lines as rows of the sheet; one that is blank where the table grows is none."""
        found: list[dict[str, Any]] = []
        for line in self.lines:
            if self.grows and line.is_blank:
                line.row = 0
                continue
            line.row = _HEAD + len(found)
            found.append({**line.known, **line.cells})
        return found


@dataclass(frozen=True, slots=True)
class Told:
    """A fault in the list on top: where, to which field it leads, what is wrong."""

    place: str
    anchor: str
    text: str


# --- the page as it is made ---------------------------------------------------------------


def blocks_of(submission: Submission, data: Any | None) -> list[Block]:
    """The tables of a draft as forms: with what was sent, else with what the draft holds."""
    plan, year = submission.plan, submission.report.year
    streams = list(plan.streams.select_related("unit"))
    there = sheets.held(submission) if data is None else {}
    blocks = []
    for table in sheets.tables_of(plan, year, streams):
        rows = there.get(table.name, ())
        if table.name == sheets.ACTIVITY:
            lines = _of_streams(submission, table, streams, rows, data)
            blocks.append(Block(table, lines))
        else:
            blocks.append(_growing(submission, table, streams, rows, data))
    return blocks


def _initial(row: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, str]:
    return {one.name: written(row.get(one.name)) for one in columns}


def _of_streams(
    submission: Submission,
    table: Table,
    streams: Sequence[Stream],
    rows: Sequence[Mapping[str, Any]],
    data: Any | None,
) -> list[Line]:
    by_stream = {row["stream"]: row for row in rows}
    lines = []
    for at, stream in enumerate(streams):
        known = sheets.planned(submission.plan, submission.report.year, stream)
        columns = [one for one in table.columns if one.name not in known]
        form = LineForm(
            columns,
            {"unit": sheets.units_of(stream)},
            data,
            prefix=f"{table.name}-{at}",
            initial=_initial(by_stream.get(stream.code, {}), columns),
        )
        lines.append(Line(form, known, {}, stream))
    return lines


def _growing(
    submission: Submission,
    table: Table,
    streams: Sequence[Stream],
    rows: Sequence[Mapping[str, Any]],
    data: Any | None,
) -> Block:
    """A line for each row that is there, or for each that was sent; at least one."""
    report = submission.report
    start = {"country": report.facility.country, "year": str(report.year)}
    named = [name for one in streams for name in (one.source, one.contract) if name]
    offered = {"source": tuple(dict.fromkeys(named))}
    count = len(rows) if data is None else _sent_lines(table.name, data)
    given = [_initial(row, table.columns) for row in rows] or [start]
    lines = [
        Line(
            LineForm(
                table.columns,
                offered,
                data,
                prefix=f"{table.name}-{at}",
                initial=given[at] if at < len(given) else start,
            ),
            {},
            start,
        )
        for at in range(max(count, 1))
    ]
    lists = {
        list_of(one): offered.get(one.name, one.allowed)
        for one in table.columns
        if one.name in offered or len(one.allowed) > _LONGEST_LIST
    }
    return Block(table, lines, lists)


def _sent_lines(name: str, data: Any) -> int:
    """How many lines of a table were sent."""
    sent = (key.split("-") for key in data if key.startswith(f"{name}-"))
    numbers = [int(at) for _, at, *_ in sent if at.isdecimal()]
    return min(max(numbers, default=-1) + 1, MOST_LINES)


def with_one_more(blocks: Sequence[Block], data: Any) -> Any:
    """What was sent, with one more line of each table that grows."""
    more = data.copy()
    for block in blocks:
        if block.grows and len(block.lines) < MOST_LINES:
            at, start = len(block.lines), block.lines[0].start
            for one in block.table.columns:
                more[f"{block.table.name}-{at}-{one.name}"] = start.get(one.name, "")
    return more


# --- what comes of it ---------------------------------------------------------------------


def rows_of(blocks: Sequence[Block]) -> sheets.Held:
    """What was typed, as rows of the sheets."""
    return {block.table.name: block.rows() for block in blocks}


def tell(blocks: Sequence[Block], problems: Sequence[Problem]) -> list[Told]:
    """Put faults beside the fields in which they stand; the list of all of them."""
    told = []
    for problem in problems:
        line = _line_of(blocks, problem)
        text = f"{problem.message[language()]}; {problem.hint[language()]}"
        if line is None:
            told.append(Told(place_of_problem(problem.as_dict())[language()], "", text))
            continue
        form, name = line.form, problem.column or ""
        if problem.table == sheets.PLAN or name not in form.fields:
            name = next(iter(form.fields))
        form.add_error(name, text)
        told.append(
            Told(f"{place_of(line)}, {form.fields[name].label}", form[name].id_for_label, text)
        )
    return told


def _line_of(blocks: Sequence[Block], problem: Problem) -> Line | None:
    """The line that a fault speaks of; the rows of the plan are its streams."""
    named = sheets.ACTIVITY if problem.table == sheets.PLAN else problem.table
    lines = (line for block in blocks if block.table.name == named for line in block.lines)
    found = [line for line in lines if line.row == problem.row]
    if not found and named == sheets.ELECTRICITY:
        return next(line for block in blocks if block.grows for line in block.lines)
    return found[0] if found else None


def place_of(line: Line) -> str:
    """What a line is called: its stream, or its number."""
    if line.stream is not None:
        return line.stream.code
    return said("entries.line", n=int(str(line.form.prefix).rpartition("-")[2]) + 1)


def cells_of(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Every cell of some tables with where it stands."""
    for block in blocks:
        for line in block.lines:
            for name, value in line.cells.items():
                yield f"{place_of(line)}, {line.form.fields[name].label}", value
