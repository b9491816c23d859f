"""Checks of values: what the declaration promises, and what a method adds as rules.

Nothing here walks over rows. Numbers are checked by their smallest and largest, categories by
their distinct values, keys by their hashes; only where something is wrong are the rows looked
up. The cost of a sound file is therefore one scan, whatever its size and engine.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from kyoso.core.errors import LISTED, Problem
from kyoso.core.text import Text, same
from kyoso.tables.declaration import Column, Table, Type
from kyoso.tables.engine import Engine
from kyoso.tables.reading import FILE, ROW, Given, written

Where = Mapping[str, object]
"""Values of some columns: the rows that have all of them. ``None`` matches absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Rows that break a rule: those that match ``where``, and what to say of them.

    ``column`` and ``value`` are what the message points at.
    """

    where: Where
    message: Text
    hint: Text
    column: str | None = None
    value: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing tested on an input table, and where it does not hold.

    ``severity`` is ``error`` (the input is refused) or ``look`` (the result carries a mark).
    """

    id: str
    title: Text
    table: str
    broken: Sequence[Broken] = ()
    severity: Literal["error", "look"] = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule with what came of it: how many rows it concerns, and the first of them."""

    rule: Rule
    tested: int
    concerned: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many values a column has, and their extremes where they have an order."""

    count: int
    smallest: Any = None
    largest: Any = None

    @property
    def magnitude(self) -> float:
        """A bound of the magnitudes of a column of finite numbers; 0 where it has none."""
        ends = [abs(end) for end in (self.smallest, self.largest) if end is not None]
        return max((end for end in ends if math.isfinite(end)), default=0.0)


Profile = Mapping[str, Extent]


@dataclass(slots=True)
class Checked:
    """One table after its checks. ``digest`` is a small table with the values of some columns."""

    given: Given
    digest: pa.Table | None = None
    findings: list[Finding] = field(default_factory=list)
    clean: bool = True


def profile_of(given: Given, engine: Engine) -> Profile:
    """For every column that is no category how many values are there, and the extremes.

    A category is known by its distinct values, which say all of this and more.
    """
    columns = [c for c in given.declared.columns if c.name in given.present and not _is_category(c)]
    if not given.rows:
        return {}
    found: dict[str, Any] = {}
    # Apart, the numbers' extremes come out of a Parquet file's own statistics.
    for texts in (False, True):
        measures: dict[str, ir.Scalar] = {}
        for column in columns:
            if (column.type is Type.TEXT) is texts:
                measures.update(_extent(given.relation, column))
        if measures:
            found.update(engine.fetch(given.relation.aggregate(**measures)).to_pylist()[0])
    return {
        column.name: Extent(
            count=found[f"{column.name}.count"],
            smallest=found.get(f"{column.name}.smallest"),
            largest=found.get(f"{column.name}.largest"),
        )
        for column in columns
    }


def _extent(relation: ir.Table, column: Column) -> dict[str, ir.Scalar]:
    value = relation[column.name]
    measures = {f"{column.name}.count": value.count()}
    if column.type in (Type.NUMBER, Type.INTEGER, Type.TEXT):
        measures[f"{column.name}.smallest"] = value.min()
    if column.type in (Type.NUMBER, Type.INTEGER):
        measures[f"{column.name}.largest"] = value.max()
    return measures


def _is_category(column: Column) -> bool:
    return bool(column.allowed or column.pattern or column.refers_to)


def check_declared(
    given: Given,
    engine: Engine,
    *,
    profile: Profile,
    digest: pa.Table | None,
    others: Mapping[str, Given],
) -> Checked:
    """Test ``given`` against its declaration; problems go to ``given.problems``.

    ``profile`` is that of :func:`profile_of`.
    ``digest`` holds, for the columns it has, every value that occurs in the table; categories
    in it are read from there. ``others`` are the inputs that ``refers_to`` points to.
    """
    checked = Checked(given=given, digest=digest)
    if given.rows == 0:
        checked.clean = False
        return checked
    columns = [c for c in given.declared.columns if c.name in given.present]
    for column in columns:
        if _is_category(column):
            _check_category(checked, column, engine, others)
            continue
        extent = profile[column.name]
        blank = column.type is Type.TEXT and (extent.smallest or "!") < "!"
        if column.required and (blank or extent.count < given.rows):
            _report_missing(checked, column, engine)
        if column.type in (Type.NUMBER, Type.INTEGER):
            _check_bounds(checked, column, extent, engine)
    title = Text(
        "every cell filled, readable, in bounds and known", "すべてのセルの記入・書式・範囲・値"
    )
    checked.findings.append(
        Finding(rule=Rule(id="cells", title=title, table=given.declared.name), tested=given.rows)
    )
    if given.declared.key:
        _check_key(checked, engine)
    checked.clean = not given.problems
    return checked


def apply(rule: Rule, checked: Checked, engine: Engine) -> Finding:
    """Look up the rows that break ``rule``; an error becomes problems of its table."""
    given = checked.given
    concerned = 0
    rows: list[int] = []
    told = {(p.row, p.file or "", p.column) for p in given.problems.listed}
    for broken in rule.broken:
        listed, count = _rows(given.relation, broken.where, engine)
        if rule.severity == "error":
            # A cell that has a fault already is not told another one that follows from it.
            fresh = [place for place in listed if (*place, broken.column) not in told]
            count -= len(listed) - len(fresh)
            listed = fresh
            given.problems.extend(_problems(given, broken, listed, rule.id), count)
        concerned += count
        rows.extend(row for row, _ in listed)
    finding = Finding(rule=rule, tested=given.rows, concerned=concerned, rows=tuple(rows[:20]))
    checked.findings.append(finding)
    return finding


def _problems(
    given: Given, broken: Broken, listed: Sequence[tuple[int, str]], code: str
) -> list[Problem]:
    return [
        given.problem(
            broken.message,
            broken.hint,
            row=row,
            column=broken.column,
            value=broken.value,
            file=file,
            code=code,
        )
        for row, file in listed
    ]


def _rows(relation: ir.Table, where: Where, engine: Engine) -> tuple[list[tuple[int, str]], int]:
    """The first rows (with their file) that match, and how many there are."""
    matching = relation.filter(*(_equals(relation[name], value) for name, value in where.items()))
    return _located(matching, engine)


def _located(matching: ir.Table, engine: Engine) -> tuple[list[tuple[int, str]], int]:
    count = int(engine.fetch(matching.aggregate(n=matching.count()))["n"][0].as_py())
    if count == 0:
        return [], 0
    file = matching[FILE] if FILE in matching.columns else ibis.literal("")
    places = matching.select(row=matching[ROW], file=file)
    first = engine.fetch(places.order_by("file", "row").limit(LISTED)).to_pylist()
    return [(place["row"], place["file"].rsplit("/", 1)[-1]) for place in first], count


def _equals(column: ir.Value, value: object) -> ir.BooleanValue:
    return column.isnull() if value is None else column == value


# --- the declaration ----------------------------------------------------------------------


def _report(
    checked: Checked, matching: ir.Table, column: Column, message: Text, hint: Text, engine: Engine,
    *, code: str, shown: ir.Value | None = None,
) -> None:  # fmt: skip
    given = checked.given
    _, count = _located(matching, engine)
    if count == 0:
        return
    file = matching[FILE] if FILE in matching.columns else ibis.literal("")
    value = matching[column.name] if shown is None else shown
    places = matching.select(row=matching[ROW], file=file, value=value)
    first = engine.fetch(places.order_by("file", "row").limit(LISTED)).to_pylist()
    given.problems.extend(
        [
            given.problem(
                message, hint, row=place["row"], column=column.name, value=place["value"],
                file=place["file"].rsplit("/", 1)[-1], code=code,
            )
            for place in first
        ],
        count,
    )  # fmt: skip


def _report_missing(checked: Checked, column: Column, engine: Engine) -> None:
    given, value = checked.given, checked.given.relation[column.name]
    empty = value.isnull()
    if column.type is Type.TEXT:
        empty = empty | (value.strip() == "")
    absent = given.relation.filter(empty)
    if rows := given.faulty.get(column.name):  # absent as well, and named already
        named = engine.table(pa.table({ROW: pa.array(rows, pa.int64())}))
        absent = absent.anti_join(named, ROW)
    _report(
        checked,
        absent,
        column,
        Text("no value", "値がありません"),
        Text("fill in {meaning}", "「{meaning}」を記入してください").format(meaning=column.meaning),
        engine,
        code="missing",
    )


def _check_bounds(checked: Checked, column: Column, extent: Extent, engine: Engine) -> None:
    value = checked.given.relation[column.name]
    low, high = extent.smallest, extent.largest
    if low is None:
        return
    wrong: list[ir.BooleanValue] = []
    if column.type is Type.NUMBER and not (math.isfinite(low) and math.isfinite(high)):
        wrong += [value.isnan(), value.isinf()]
    if column.minimum is not None and low < column.minimum:
        wrong.append(value < column.minimum)
    if column.above is not None and low <= column.above:
        wrong.append(value <= column.above)
    if column.maximum is not None and high > column.maximum:
        wrong.append(value > column.maximum)
    if wrong:
        unit = f" {column.unit}" if column.unit else ""
        right = (column.bounds() or "a finite number") + (unit if column.bounds() else "")
        _report(
            checked, checked.given.relation.filter(ibis.or_(*wrong)), column,
            Text("out of bounds", "範囲外の値です"),
            Text("it must be {right}", "{right}でなければなりません").format(right=right),
            engine, code="bounds",
        )  # fmt: skip


def _check_category(
    checked: Checked, column: Column, engine: Engine, others: Mapping[str, Given]
) -> None:
    given = checked.given
    source = checked.digest
    if source is not None and column.name in source.column_names:
        values = source[column.name].unique().to_pylist()
    else:
        distinct = given.relation.select(column.name).distinct()
        values = engine.fetch(distinct)[column.name].to_pylist()
    allowed, kind = _allowed(column, engine, others)
    known = {_folded(column, value) for value in allowed} if allowed is not None else None
    pattern = re.compile(column.pattern) if column.pattern else None
    wrong: dict[object, Text] = {}
    filled = [v for v in values if v is not None and str(v).strip()]
    if column.required and len(filled) < len(values):
        _report_missing(checked, column, engine)
    for value in filled:
        if known is not None and _folded(column, value) not in known:
            wrong[value] = _nearest(column, str(value), allowed or (), kind)
        elif pattern is not None and not pattern.fullmatch(str(value)):
            wrong[value] = column.pattern_hint or same(column.pattern or "")
    message = Text("not a known {kind}", "{kind}にない値です").format(kind=kind) if allowed is not None else Text(
        "not in the expected form", "書式が違います"
    )  # fmt: skip
    for value, hint in sorted(wrong.items(), key=lambda item: str(item[0])):
        broken = Broken(
            where={column.name: value}, message=message, hint=hint, column=column.name, value=value
        )
        listed, count = _rows(given.relation, broken.where, engine)
        given.problems.extend(_problems(given, broken, listed, "category"), count)


def _allowed(
    column: Column, engine: Engine, others: Mapping[str, Given]
) -> tuple[Sequence[str] | None, Text]:
    if column.refers_to is not None:
        table, name = column.refers_to
        relation = others[table].relation
        values = engine.fetch(relation.select(name).distinct())[name].to_pylist()
        return sorted(str(v) for v in values if v is not None), same(f"{table}.{name}")
    kind = column.allowed_name or same(column.name)
    return (column.allowed or None), kind


def _folded(column: Column, value: object) -> str:
    text = str(value)
    return text.lower() if column.any_case else text


def _nearest(column: Column, value: str, allowed: Sequence[str], kind: Text) -> Text:
    """The hint for a value that is not in a list: the whole list if short, else the nearest."""
    padded = [one for one in allowed if one.lstrip("0") == value.lstrip("0")]
    folded = {one.lower(): one for one in allowed}
    close = padded or [
        folded[near]
        for near in difflib.get_close_matches(value.lower(), list(folded), n=3, cutoff=0.6)
    ]
    if close:
        return Text("did you mean {values}?", "{values}ではありませんか").format(
            values=", ".join(close)
        )
    if len(allowed) <= 12:
        return Text("one of {values}", "{values}のいずれか").format(values=", ".join(allowed))
    return Text(
        "one of the {n} values of {kind}, such as {some}",
        "{kind}の{n}個の値のいずれか（{some}など）",
    ).format(n=len(allowed), kind=kind, some=", ".join(allowed[:3]))


def _check_key(checked: Checked, engine: Engine) -> None:
    """Name every row whose key stood before in the table; the first to have it is not wrong."""
    given = checked.given
    key = given.declared.key
    if not set(key) <= given.present:
        return
    relation = given.relation
    folded = {name: relation[name].lower() for name in key if given.declared[name].any_case}
    compared = relation.mutate(**folded) if folded else relation
    concerned: list[int] = []
    for where in engine.repeated(compared, key).slice(0, LISTED).to_pylist():
        (first, *later), count = _rows(compared, where, engine)
        concerned.extend(row for row, _ in later)
        message = Text(
            "this record stands in row {row} already", "{row}行目と重複しています"
        ).format(row=first[0])
        hint = Text("one row for each {key}", "{key}ごとに1行にしてください").format(
            key=", ".join(key)
        )
        value = " · ".join(written(where[name]) for name in key)
        given.problems.extend(
            [
                given.problem(
                    message, hint, row=row, column=key[0], value=value, file=file, code="repeated"
                )
                for row, file in later
            ],
            count - 1,
        )
    title = Text("no {key} given twice", "{key}の重複なし").format(key=", ".join(key))
    checked.findings.append(
        Finding(
            rule=Rule(id="key", title=title, table=given.declared.name),
            tested=given.rows,
            concerned=len(concerned),
            rows=tuple(concerned[:20]),
        )
    )
