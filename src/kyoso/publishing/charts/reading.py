"""From a figure's declaration and its table to what is drawn: panels of bars or of lines.

Nothing is dropped in silence. What is too small for the page is named (``left_out``), a value
that is absent stays in its place as absent, and a year that a series skips is a gap in its line.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kyoso.core import units
from kyoso.core.text import Language
from kyoso.methods.declaration import Figure, Method
from kyoso.publishing import words
from kyoso.tables.declaration import Type

MOST_BARS = 20
MOST_LINES = 8
MOST_PANELS = 12

Row = Mapping[str, Any]
Groups = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where ``value`` is ``None``, its place is kept and says so."""

    label: str
    value: float | None
    lower: float | None = None
    upper: float | None = None

    def ends(self) -> tuple[float, float]:
        """The least and the greatest that is drawn of the bar and its whisker."""
        drawn = [x for x in (0.0, self.value, self.lower, self.upper) if x is not None]
        return min(drawn), max(drawn)


@dataclass(frozen=True, slots=True)
class Line:
    """One line; the points in order of x, a point without value is a gap."""

    label: str
    points: tuple[tuple[float, float | None], ...]

    def known(self) -> list[tuple[float, float]]:
        return [(x, y) for x, y in self.points if y is not None]


@dataclass(frozen=True, slots=True)
class BarPanel:
    """Bars that stand together under ``title``.

    There is no room for ``left_out``, which are smaller, nor for ``silent``, without a value.
    """

    title: str
    bars: tuple[Bar, ...]
    left_out: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinePanel:
    """Lines that stand together under ``title``. A style belongs to a label on all panels."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """All panels of a figure, in the unit shown, and what is not on them.

    ``styles`` are the labels of lines in the order of their styles. ``left_out`` are labels too
    small for the page, ``panels_left_out`` those of whole panels, ``silent`` of lines without a
    single value.
    """

    unit: str | None
    places: int
    bars: tuple[BarPanel, ...] = ()
    lines: tuple[LinePanel, ...] = ()
    styles: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    panels_left_out: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


def read(figure: Figure, table: pa.Table, method: Method, language: Language) -> Picture:
    """What ``figure`` shows of ``table``.

    Raises :class:`ValueError` for a figure that does not fit its table: several values for one
    mark, or an x that is no number.
    """
    unit, rows = _rows(figure, table, method)
    groups, dropped = _panels(figure, rows)
    named = tuple(_label(figure, method, figure.facet, group, language) for group in dropped)
    if figure.kind == "bars":
        bars = tuple(
            _bar_panel(figure, method, group, members, language)
            for group, members in groups.items()
        )
        places = words.decimals(bar.value for panel in bars for bar in panel.bars)
        return Picture(unit, places, bars=bars, panels_left_out=named)
    return _lines(figure, method, groups, unit=unit, dropped=named, language=language)


def _rows(figure: Figure, table: pa.Table, method: Method) -> tuple[str | None, list[Row]]:
    """The columns that are drawn, values in the unit shown."""
    declared = method.output(figure.table)
    measures = [name for name in (figure.value, figure.lower, figure.upper) if name]
    others = [name for name in (figure.category, figure.x, figure.at, figure.facet) if name]
    unit = declared[figure.value].unit
    factor = 1.0
    if figure.unit and unit:
        factor, unit = units.conversion(unit, figure.unit), figure.unit

    def shown(row: Row) -> Row:
        return {**row, **{n: row[n] * factor for n in measures if row[n] is not None}}

    chosen = list(dict.fromkeys([*others, *measures]))
    return unit, [shown(row) for row in table.select(chosen).to_pylist()]


def _panels(figure: Figure, rows: Sequence[Row]) -> tuple[Groups, tuple[str, ...]]:
    """Rows by facet, in order of appearance; the largest where they are too many, and the rest."""
    if figure.facet is None:
        return {"": rows}, ()
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row[figure.facet]), []).append(row)
    kept = set(_largest(groups, MOST_PANELS, lambda name: _size(figure, groups[name])))
    return (
        {name: members for name, members in groups.items() if name in kept},
        tuple(name for name in groups if name not in kept),
    )


def _size(figure: Figure, rows: Iterable[Row]) -> float:
    """The greatest amount in the rows; what reports nothing comes after what reports zero."""
    return max((abs(r[figure.value]) for r in rows if r[figure.value] is not None), default=-1.0)


def _largest(names: Iterable[str], most: int, size: Callable[[str], float]) -> list[str]:
    return sorted(names, key=lambda name: (-size(name), name))[:most]


def _bar_panel(
    figure: Figure, method: Method, group: str, rows: Sequence[Row], language: Language
) -> BarPanel:
    last = max((row[figure.at] for row in rows), default=None) if figure.at else None
    found: dict[str, Row | None] = {str(row[figure.category]): None for row in rows}
    for row in rows:
        if figure.at and row[figure.at] != last:
            continue
        name = str(row[figure.category])
        before = found[name]
        if before is not None and not figure.added:
            raise _ambiguous(figure, name)
        found[name] = row if before is None else _both(before, row, figure.value)

    def size(name: str) -> float:
        return _size(figure, [row] if (row := found[name]) else [])

    order = sorted(found, key=lambda name: (-size(name), name))
    title = [_label(figure, method, figure.facet, group, language)] if figure.facet else []
    if last is not None:
        title.append(str(last))
    return BarPanel(
        title=", ".join(title) if language == "en" else "、".join(title),
        bars=tuple(_bar(figure, method, name, found[name], language) for name in order[:MOST_BARS]),
        left_out=tuple(name for name in order[MOST_BARS:] if size(name) >= 0),
        silent=tuple(name for name in order[MOST_BARS:] if size(name) < 0),
    )


def _both(before: Row, row: Row, value: str) -> Row:
    """Two parts of one bar; what is absent of one is absent of both."""
    parts = (before[value], row[value])
    return {**row, value: None if None in parts else sum(parts)}


def _bar(figure: Figure, method: Method, name: str, row: Row | None, language: Language) -> Bar:
    label = _label(figure, method, figure.category, name, language)
    if row is None:
        return Bar(label, None)
    return Bar(
        label,
        row[figure.value],
        row[figure.lower] if figure.lower else None,
        row[figure.upper] if figure.upper else None,
    )


def _lines(
    figure: Figure,
    method: Method,
    groups: Groups,
    *,
    unit: str | None,
    dropped: tuple[str, ...],
    language: Language,
) -> Picture:
    x = _x(figure, method)
    step = _step(x, method.output(figure.table)[x].type, groups)
    rows = [row for members in groups.values() for row in members]
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(str(row[figure.category]), []).append(row)
    order = _largest(by_name, len(by_name), lambda name: _size(figure, by_name[name]))
    speaking = [name for name in order if _size(figure, by_name[name]) >= 0]
    drawn = speaking[:MOST_LINES]

    def label(name: str) -> str:
        return _label(figure, method, figure.category, name, language)

    panels = tuple(
        LinePanel(
            title=_label(figure, method, figure.facet, group, language) if figure.facet else "",
            lines=tuple(
                Line(label(name), points)
                for name in drawn
                if (points := _points(figure, x, name, members, step))
            ),
        )
        for group, members in groups.items()
    )
    return Picture(
        unit,
        words.decimals(row[figure.value] for row in rows),
        lines=panels,
        styles=tuple(label(name) for name in drawn),
        left_out=tuple(speaking[MOST_LINES:]),
        panels_left_out=dropped,
        silent=tuple(label(name) for name in order if name not in speaking),
    )


def _x(figure: Figure, method: Method) -> str:
    """The column of x, which lines must have and which must be a number."""
    if figure.x is None:
        message = f"figure {figure.name}: lines need an x"
        raise ValueError(message)
    kind = method.output(figure.table)[figure.x].type
    if kind not in (Type.INTEGER, Type.NUMBER):
        message = f"figure {figure.name}: x is a {kind}, lines need a number"
        raise ValueError(message)
    return figure.x


def _step(x: str, kind: Type, groups: Groups) -> int | None:
    """The distance of two neighbouring x where they are whole numbers; ``None`` otherwise."""
    xs = sorted({row[x] for members in groups.values() for row in members})
    if kind is Type.NUMBER or len(xs) < 2:
        return None
    return int(min(after - before for before, after in itertools.pairwise(xs)))


def _points(
    figure: Figure, x: str, name: str, rows: Sequence[Row], step: int | None
) -> tuple[tuple[float, float | None], ...]:
    found: dict[float, float | None] = {}
    for row in rows:
        if str(row[figure.category]) != name:
            continue
        if row[x] in found:
            raise _ambiguous(figure, name)
        found[row[x]] = row[figure.value]
    if step and found:
        first, last = int(min(found)), int(max(found))
        found |= {at: None for at in range(first, last, step) if at not in found}
    return tuple(sorted(found.items()))


def _ambiguous(figure: Figure, name: str) -> ValueError:
    message = (
        f"figure {figure.name}: several values for {name}; "
        "declare what else keeps them apart (at, facet, x)"
    )
    return ValueError(message)


def _label(
    figure: Figure, method: Method, column: str | None, code: str, language: Language
) -> str:
    if column is None:
        return code
    return words.label(method, method.output(figure.table)[column], code, language)
