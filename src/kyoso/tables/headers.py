"""The header of a file against the declaration: which column is which, and in which unit."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table
from kyoso.tables.given import Given

LOOKED_AT = 20
"""In so many rows a header is looked for that does not stand in row 1."""

_UNIT = re.compile(r"\[([^\[\]]*)\]$")
_ROUND = re.compile(r"\(([^()]*)\)$")


@dataclass(slots=True)
class Match:
    """Where each declared column stands, its factor to the declared unit, and constants.

    A constant is the unit that a header states for a column whose unit is otherwise given row
    by row; it stands for the column of units. ``refused`` are the columns of units for which a
    header states no known unit.
    """

    places: dict[str, int] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)


def heading(cell: str) -> tuple[str, str | None]:
    """The name and the unit in a header cell; full-width forms are what they look like.

    >>> heading("quantity [kt]")
    ('quantity', 'kt')
    """
    return _apart(cell, _UNIT)


def _apart(cell: str, brackets: re.Pattern[str]) -> tuple[str, str | None]:
    cell = unicodedata.normalize("NFKC", cell).strip()
    if found := brackets.search(cell):
        return cell[: found.start()].strip(), found[1].strip() or None
    return cell, None


def known(declared: Table, header: Iterable[str]) -> int:
    """How many cells of a header name a declared column."""
    names = {name.lower() for name in declared.names}
    return sum(1 for cell in header if heading(cell)[0].lower() in names)


def is_on_top(given: Given, rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of ``rows``, those at the top of a file, can be its header.

    Titles above the header, which many tables have, are named for what they are.
    """
    counts = [known(given.declared, row) for row in rows]
    if counts and counts[0]:
        return True
    best = max(range(len(rows)), key=counts.__getitem__, default=0)
    required = sum(1 for column in given.declared.columns if column.required)
    if best and counts[best] * 2 >= max(required, 1):
        given.tell(
            Text("the header stands in row {row}", "見出しが{row}行目にあります").format(
                row=best + 1
            ),
            Text(
                "delete the rows above it, so that it is row 1",
                "上の行を削除し、見出しを1行目にしてください",
            ),
            row=best + 1,
            code="header-row",
        )
        return False
    if rows and any(rows[0]):
        return True
    if any(any(row) for row in rows):
        given.tell(
            Text("there is no header", "見出しがありません"),
            Text("write the names of the columns in row 1", "1行目に列名を書いてください"),
            row=1,
            code="header-row",
        )
    else:
        given.tell_empty()
    return False


def match(given: Given, header: Sequence[str]) -> Match:
    """Find the declared columns in ``header``; what is wrong goes to the problems."""
    by_name = {column.name.lower(): column for column in given.declared.columns}
    found = Match()
    strangers: list[str] = []
    for at, cell in enumerate(header):
        name, unit = heading(cell)
        column = by_name.get(name.lower())
        if column is None:
            strangers += [cell] if cell else []
        elif column.name in found.places:
            given.tell(
                Text("the column stands twice in the header", "見出しに同じ列が2つあります"),
                Text("keep one of them", "一方だけにしてください"),
                row=1,
                column=column.name,
                value=cell,
                code="column-twice",
            )
        else:
            found.places[column.name] = at
            if unit is not None:
                _match_unit(given, column, unit, found)
    given.present = frozenset(found.places) | frozenset(found.constants)
    _tell_missing(given, strangers, told=found.refused)
    for name in found.constants.keys() & found.places.keys():
        given.tell(
            Text(
                "the unit is stated in the header and row by row",
                "単位が見出しと行の両方にあります",
            ),
            Text("state it in one place", "どちらか一方に書いてください"),
            row=1,
            column=name,
            value=found.constants[name],
            code="unit-twice",
        )
    return found


def _match_unit(given: Given, column: Column, unit: str, found: Match) -> None:
    try:
        if column.unit_column is not None:
            _share_unit(given, column, column.unit_column, unit, found)
            return
        factor = _factor(column, unit)
    except UnitError as fault:
        if column.unit_column is not None:
            found.refused.add(column.unit_column)
        given.tell(
            fault.message,
            fault.hint or Text("check the unit", "単位を確かめてください"),
            row=1,
            column=column.name,
            value=unit,
            code="unit",
        )
        return
    found.factors[column.name] = factor
    if unit != column.unit:
        given.units = {**given.units, column.name: (unit, factor)}


def _share_unit(given: Given, column: Column, units_in: str, unit: str, found: Match) -> None:
    """Let the unit of a header stand for the column of units. Raises :class:`UnitError`."""
    units.is_compatible(unit, unit)
    if found.constants.setdefault(units_in, unit) != unit:
        given.tell(
            Text("two columns share a unit and state two", "単位を共有する列の単位が違います"),
            Text("write {unit} for both", "どちらも{unit}としてください").format(
                unit=found.constants[units_in]
            ),
            row=1,
            column=column.name,
            value=unit,
            code="unit-twice",
        )


def _factor(column: Column, unit: str) -> float:
    if column.unit is None:
        raise UnitError(
            Text("this column has no unit", "この列に単位はありません"),
            hint=Text("write {name} alone", "{name}とだけ書いてください").format(name=column.name),
        )
    return units.conversion(unit, column.unit)


def _tell_missing(given: Given, strangers: Sequence[str], *, told: Collection[str]) -> None:
    """Columns that are missing, and columns of the file that look like a slip of the pen."""
    absent = {c.name: c for c in given.declared.columns if c.name not in given.present}
    slips: dict[str, str] = {}
    for stranger in dict.fromkeys(strangers):
        name = _read_kindly(stranger)[0].lower()
        close = difflib.get_close_matches(name[:100], absent, n=1, cutoff=0.75)
        if close:
            slips.setdefault(close[0], stranger)
    for name, column in absent.items():
        slip = slips.get(name)
        if slip is not None or (column.required and name not in told):
            given.tell(
                Text("the column is missing", "列がありません"),
                _add(column) if slip is None else _mend(column, slip),
                row=1,
                column=name,
                value=slip,
                code="column-missing",
            )
    known = {*slips.values(), *given.declared.beside}
    given.unused = tuple(s for s in dict.fromkeys(strangers) if s not in known)


def _read_kindly(cell: str) -> tuple[str, str | None]:
    """As :func:`heading`; a unit in round brackets is seen as well."""
    name, unit = heading(cell)
    return (name, unit) if unit else _apart(cell, _ROUND)


def _add(column: Column) -> Text:
    return Text("add a column {name}: {meaning}", "{name}列を加えてください：{meaning}").format(
        name=column.heading(), meaning=column.meaning
    )


def _mend(column: Column, slip: str) -> Text:
    """How to write the heading, with the unit that the slip states: it must not get lost."""
    unit = _read_kindly(slip)[1] if column.unit or column.unit_column else None
    return Text(
        "the header has {slip}; write {name}", "見出しの{slip}を{name}と直してください"
    ).format(slip=slip, name=f"{column.name} [{unit}]" if unit else column.heading())
