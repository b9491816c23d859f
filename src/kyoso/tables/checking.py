"""Checks of values: what the declaration promises, and what a method adds as rules.

Nothing here walks over rows. Numbers are checked by their smallest and largest, categories by
their distinct values, keys by their hashes; only where something is wrong are the rows looked
up. The cost of a sound file is therefore one scan, whatever its size and engine.
"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from kyoso.core.errors import LISTED, SHOWN
from kyoso.core.text import Text, same
from kyoso.tables.declaration import Column, Type
from kyoso.tables.engine import Engine
from kyoso.tables.given import FILE, ROW, Given, written

if TYPE_CHECKING:
    import ibis.expr.types as ir

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
        """A bound of the magnitudes: 0 where there are no values, infinite where one is not finite."""
        ends = [abs(end) for end in (self.smallest, self.largest) if end is not None]
        return max(ends, default=0.0) if all(map(math.isfinite, ends)) else math.inf


@dataclass(frozen=True, slots=True)
class Place:
    """A row at fault, its file where a table is a folder, and the values that are to be shown."""

    row: int
    file: str
    shown: Mapping[str, Any]


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
    columns = [c for c in given.declared.columns if c.name in given.present and not c.is_category]
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
        if column.is_category:
            _check_category(checked, column, engine, others)
            continue
        extent = profile[column.name]
        blank = column.type is Type.TEXT and extent.count and extent.smallest < "!"
        if column.required and (blank or extent.count < given.rows):
            _tell_missing(checked, column, engine)
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
    for matching in _matching(given.relation, rule.broken, engine):
        places, count = _located(matching, engine, broken_=matching["broken_"])
        if rule.severity == "error":
            # A cell that has a fault already is not told another one that follows from it.
            fresh = [
                (place, broken)
                for place in places
                if (broken := rule.broken[place.shown["broken_"]])
                and (place.row, place.file, broken.column) not in told
            ]
            count -= len(places) - len(fresh)
            places = [place for place, _ in fresh]
            given.problems.extend(
                [
                    given.problem(
                        broken.message, broken.hint, row=place.row, column=broken.column,
                        value=broken.value, file=place.file, code=rule.id,
                    )
                    for place, broken in fresh
                ],
                count,
            )  # fmt: skip
        concerned += count
        rows.extend(place.row for place in places)
    finding = Finding(
        rule=rule, tested=given.rows, concerned=concerned, rows=tuple(sorted(rows)[:20])
    )
    checked.findings.append(finding)
    return finding


def _matching(relation: ir.Table, broken: Sequence[Broken], engine: Engine) -> Iterator[ir.Table]:
    """The rows that match one of ``broken``, with its position as ``broken_``.

    All that name the same columns are looked up at once: a rule may break in thousands of ways.
    """
    alike: dict[tuple[tuple[str, bool], ...], list[int]] = {}
    for at, one in enumerate(broken):
        shape = tuple(sorted((name, value is None) for name, value in one.where.items()))
        alike.setdefault(shape, []).append(at)
    for shape, positions in alike.items():
        absent = [name for name, is_none in shape if is_none]
        filled = [name for name, is_none in shape if not is_none]
        columns = {
            f"{n}_given_": pa.array([broken[at].where[n] for at in positions]) for n in filled
        }
        values = engine.table(pa.table({**columns, "broken_": pa.array(positions, pa.int64())}))
        rows = relation.filter(True, *(relation[name].isnull() for name in absent))
        equal = [rows[name] == values[f"{name}_given_"] for name in filled]
        yield rows.join(values, equal) if equal else rows.cross_join(values)


def _located(matching: ir.Table, engine: Engine, **shown: ir.Value) -> tuple[list[Place], int]:
    """The first rows of ``matching`` in the order of files and rows, and how many there are."""
    import ibis

    file = matching[FILE] if FILE in matching.columns else ibis.literal("")
    rows = matching.select(**{ROW: matching[ROW], FILE: file}, **shown)
    first = engine.fetch(rows.order_by(FILE, ROW).limit(LISTED)).to_pylist()
    places = [Place(one[ROW], one[FILE], one) for one in first]
    if len(places) < LISTED:
        return places, len(places)
    return places, int(engine.fetch(matching.aggregate(n=matching.count()))["n"][0].as_py())


# --- the declaration ----------------------------------------------------------------------


def _tell_missing(checked: Checked, column: Column, engine: Engine) -> None:
    given, value = checked.given, checked.given.relation[column.name]
    empty = value.isnull()
    if column.type is Type.TEXT:
        empty = empty | (value.strip() == "")
    absent = given.relation.filter(empty)
    if rows := given.faulty.get(column.name):  # absent as well, and named already
        named = engine.table(pa.table({ROW: pa.array(rows, pa.int64())}))
        absent = absent.anti_join(named, ROW)
    places, count = _located(absent, engine)
    given.problems.extend(
        [
            given.problem(
                Text("no value", "値がありません"),
                Text("fill in {meaning}", "「{meaning}」を記入してください").format(
                    meaning=column.meaning
                ),
                row=place.row,
                column=column.name,
                file=place.file,
                code="missing",
            )
            for place in places
        ],
        count,
    )


def _check_bounds(checked: Checked, column: Column, extent: Extent, engine: Engine) -> None:
    import ibis

    given = checked.given
    value = given.relation[column.name]
    low, high = extent.smallest, extent.largest
    if low is None:
        return
    finite = math.isfinite(low) and math.isfinite(high)
    # Ibis takes every number on Spark for finite, so infinity is compared.
    wrong: list[ir.BooleanValue] = [] if finite else [value.isnan(), value.abs() == math.inf]
    if column.minimum is not None and not low >= column.minimum:
        wrong.append(value < column.minimum)
    if column.above is not None and not low > column.above:
        wrong.append(value <= column.above)
    if column.maximum is not None and not high <= column.maximum:
        wrong.append(value > column.maximum)
    if not wrong:
        return
    places, count = _located(given.relation.filter(ibis.or_(*wrong)), engine, value=value)
    bounds = Text("it must be {right}", "{right}でなければなりません").format(
        right=f"{column.bounds()} {column.unit or ''}".strip()
    )
    number = Text(
        "write a number, or no value where there is none",
        "数値を書き、値がなければ空にしてください",
    )
    problems = []
    for place in places:
        shown = place.shown["value"]
        sound = math.isfinite(shown)
        problems.append(
            given.problem(
                Text("out of bounds", "範囲外の値です")
                if sound
                else Text("not a finite number", "有限の数値ではありません"),
                bounds if sound else number,
                row=place.row,
                column=column.name,
                value=_as_given(given, column, shown) if sound else shown,
                file=place.file,
                code="bounds" if sound else "type",
            )
        )
    given.problems.extend(problems, count)


def _as_given(given: Given, column: Column, value: float) -> object:
    """A number as the file has it, with the file's unit where that is not the declared one."""
    if column.name not in given.units:
        return value
    unit, factor = given.units[column.name]
    return f"{written(float(f'{value / factor:.15g}'))} {unit}"


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
    filled = [value for value in values if value is not None and value.strip()]
    if column.required and len(filled) < len(values):
        _tell_missing(checked, column, engine)
    allowed = _allowed(column, engine, others)
    known = None if allowed is None else {_folded(column, value) for value in allowed}
    pattern = re.compile(column.pattern) if column.pattern else None
    unknown = {v for v in filled if known is not None and _folded(column, v) not in known}
    formless = {v for v in filled if v not in unknown and pattern and not pattern.fullmatch(v)}
    if not unknown and not formless:
        return
    wrong = engine.table(pa.table({"wrong_": pa.array(sorted(unknown | formless), pa.string())}))
    value = given.relation[column.name]
    matching = given.relation.semi_join(wrong, value == wrong["wrong_"])
    places, count = _located(matching, engine, value=matching[column.name])
    kind = _kind(column)
    unknown_message = Text("not a known {kind}", "{kind}にない値です").format(kind=kind)
    form_message = Text("not in the expected form", "書式が違います")
    form_hint = column.pattern_hint or same(column.pattern or "–")
    hints = {
        value: _nearest(value, allowed or (), kind) if value in unknown else form_hint
        for value in dict.fromkeys(place.shown["value"] for place in places)
    }
    given.problems.extend(
        [
            given.problem(
                unknown_message if place.shown["value"] in unknown else form_message,
                hints[place.shown["value"]],
                row=place.row,
                column=column.name,
                value=place.shown["value"],
                file=place.file,
                code="category",
            )
            for place in places
        ],
        count,
    )


def _allowed(column: Column, engine: Engine, others: Mapping[str, Given]) -> Sequence[str] | None:
    """The closed list of a column; ``None`` where it has none, or where it cannot be read."""
    if column.refers_to is None:
        return column.allowed or None
    table, name = column.refers_to
    other = others.get(table)
    if other is None or not other.rows or name not in other.present:
        return None
    values = engine.fetch(other.relation.select(name).distinct())[name].to_pylist()
    return sorted(value for value in values if value is not None)


def _kind(column: Column) -> Text:
    """What the closed list of a column is called."""
    if column.refers_to is not None:
        return same(".".join(column.refers_to))
    return column.allowed_name or same(column.name)


def _folded(column: Column, value: str) -> str:
    return value.lower() if column.any_case else value


def _nearest(value: str, allowed: Sequence[str], kind: Text) -> Text:
    """The hint for a value that is not in a list: the nearest, else the list or some of it."""
    by_lower = {one.lower(): one for one in allowed}
    plain = unicodedata.normalize("NFKC", value[:SHOWN]).lower()
    same_letters = [by_lower[plain]] if plain in by_lower else []
    padded = [one for one in allowed if one.lstrip("0") == value.lstrip("0")]
    close = (
        same_letters
        or padded
        or [by_lower[near] for near in difflib.get_close_matches(plain, by_lower, n=3, cutoff=0.6)]
        or [by_lower[name] for name in by_lower if len(plain) >= 4 and name.startswith(plain)][:4]
    )
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
    if any(given.declared[name].required and name not in given.present for name in key):
        return
    relation = given.relation
    folded = {name: _part(given.declared[name], relation[name]) for name in key}
    compared = relation.select(**folded)
    places, count = _later(relation, folded, engine.repeated(compared, key), engine)
    given.problems.extend(
        [
            given.problem(
                _repeats(given, place),
                Text("one row for each {key}", "{key}ごとに1行にしてください").format(
                    key=", ".join(key)
                ),
                row=place.row,
                column=_filled(place, key)[0],
                value=" · ".join(written(place.shown[name]) for name in _filled(place, key)),
                file=place.file,
                code="repeated",
            )
            for place in places
        ],
        count,
    )
    title = Text("no {key} given twice", "{key}の重複なし").format(key=", ".join(key))
    checked.findings.append(
        Finding(
            rule=Rule(id="key", title=title, table=given.declared.name),
            tested=given.rows,
            concerned=count,
            rows=tuple(place.row for place in places[:20]),
        )
    )


def _part(column: Column, value: ir.Value) -> ir.Value:
    """A part of a key as it is compared: a text that may be absent is alike where it is absent."""
    if column.any_case:
        value = value.lower()
    may_lack = not column.required and column.default is None and column.type is Type.TEXT
    return value.fill_null("") if may_lack else value


def _filled(place: Place, key: Sequence[str]) -> list[str]:
    """The parts of a key that a row has."""
    return [name for name in key if place.shown[name] is not None]


def _repeats(given: Given, place: Place) -> Text:
    row, file = place.shown["first_"], place.shown["first_file_"]
    if given.folder and file != place.file:
        return Text(
            "this record stands in row {row} of {file} already",
            "{file}の{row}行目と重複しています",
        ).format(row=row, file=file)
    return Text("this record stands in row {row} already", "{row}行目と重複しています").format(
        row=row
    )


def _later(
    relation: ir.Table, folded: Mapping[str, ir.Value], repeated: pa.Table, engine: Engine
) -> tuple[list[Place], int]:
    """The rows that have a repeated key after the first of its rows, showing that and the key."""
    import ibis

    if not repeated.num_rows:
        return [], 0
    names = {name: f"{name}_folded_" for name in folded}
    keys = engine.table(repeated.rename_columns([names[name] for name in repeated.column_names]))
    marked = relation.mutate(**{names[name]: value for name, value in folded.items()})
    matching = marked.semi_join(keys, list(names.values()))
    order = [name for name in (FILE, ROW) if name in matching.columns]
    window = ibis.window(group_by=list(names.values()), order_by=order)
    ranked = matching.mutate(
        rank_=ibis.row_number().over(window),
        first_=matching[ROW].first().over(window),
        first_file_=matching[FILE].first().over(window)
        if FILE in matching.columns
        else ibis.literal(""),
    )
    later = ranked.filter(ranked["rank_"] > 0)
    shown = ("first_", "first_file_", *folded)
    return _located(later, engine, **{name: later[name] for name in shown})
