"""The declaration of a method (DESIGN §4).

Declare once: the command line, the web workbench, the template workbook and the documentation
page all come from it.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from kyoso.core.errors import UsageError
from kyoso.core.text import Language, Text
from kyoso.tables.declaration import bounds

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from kyoso.methods.result import Check
    from kyoso.tables.checking import Profile, Rule
    from kyoso.tables.declaration import Table

Value = str | float | int | bool
Values = Mapping[str, Value]


class ParametersError(UsageError):
    """Some parameters are off; ``faults`` has each of them, and ``line`` one line for each."""

    def __init__(self, faults: Sequence[UsageError]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        super().__init__(
            Text("parameters that are off: {n}", "正しくないパラメータ：{n}件").format(n=count),
            where=", ".join(fault.where for fault in self.faults),
        )

    def line(self, language: Language) -> str:
        return "\n".join(fault.line(language) for fault in self.faults)


class Kind(enum.StrEnum):
    """How a method calculates: as relational expressions, or on arrays."""

    RELATIONAL = "relational"
    ARRAY = "array"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A typed parameter with default and bounds; its type is that of the default.

    Raises :class:`ValueError` for a name that is not one, and for a default that the parameter
    itself would refuse.
    """

    name: str
    meaning: Text
    default: Value
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            message = f"parameter {self.name}: {'; '.join(faults)}"
            raise ValueError(message)

    def _faults(self) -> Iterator[str]:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            yield "a name is lower-case letters, digits and underscores"
        if self.choices and not isinstance(self.default, str):
            yield "choices are of text"
        elif len({choice.lower() for choice in self.choices}) != len(self.choices):
            yield "two choices are the same but for letter case"
        elif self._convert(self.default) != self.default or not self._fits(self.default):
            yield f"the default {self.default!r} is not {self.right()['en']}"

    def parse(self, written: Value) -> Value:
        """The value for what was written. Raises :class:`UsageError` naming what is right."""
        value = self._convert(written)
        if value is None or not self._fits(value):
            raise UsageError(
                Text("not a value of this parameter", "このパラメータの値ではありません"),
                where=f"-p {self.name}={written}",
                hint=self.right(),
            )
        return value

    def _convert(self, written: Value) -> Value | None:
        if isinstance(self.default, bool):
            words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
            return words.get(str(written).lower())
        if isinstance(self.default, str):
            match = [c for c in self.choices if c.lower() == str(written).lower()]
            return match[0] if match else str(written)
        # Python would take 2.5 and True for whole numbers, and 1_5 for 15.
        text = str(written).strip()
        if "_" in text:
            return None
        try:
            return int(text) if isinstance(self.default, int) else float(text)
        except ValueError:
            return None

    def _fits(self, value: Value) -> bool:
        if isinstance(value, str):
            return not self.choices or value in self.choices
        if isinstance(value, bool):
            return True
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        return low <= value <= high and (isinstance(value, int) or math.isfinite(value))

    def right(self) -> Text:
        """What would be right, in words."""
        if self.choices:
            return Text("one of {values}", "{values}のいずれか").format(
                values=", ".join(self.choices)
            )
        if isinstance(self.default, bool):
            return Text("yes or no", "yes または no")
        if isinstance(self.default, str):
            return Text("any text", "任意の文字列")
        number = (
            Text("a whole number", "整数")
            if isinstance(self.default, int)
            else Text("a number", "数値")
        )
        if self.minimum is None and self.maximum is None:
            return number
        return Text("{number}, {bounds}", "{number}、{bounds}").format(
            number=number, bounds=bounds(self.minimum, self.maximum)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a formula or value comes from: document, table or equation, year."""

    document: str
    place: str
    year: int
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart of an output table, declared as data; publishing draws it.

    ``bars``: one bar per value of ``category``, length ``value``, whiskers from ``lower`` to
    ``upper`` if given.
    ``lines``: ``value`` over ``x``, one line per ``category``.
    ``unit`` is the unit shown, into which the column's unit is converted.
    ``at`` names a column of which only the last value (the latest year) is drawn.
    ``added``: several values of one bar (the gases of a category) are one amount; a bar without one
    of them is not reported. They have no interval: those of the parts do not add up.
    """

    name: str
    title: Text
    kind: Literal["bars", "lines"]
    table: str
    value: str
    category: str
    x: str | None = None
    lower: str | None = None
    upper: str | None = None
    unit: str | None = None
    at: str | None = None
    facet: str | None = None
    added: bool = False


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which rows of a table the rows of an output table rest on; the walk back follows it.

    They are the rows of ``source`` (an output or input table) that hold the same values in the
    columns ``on`` (all rows where it names none), no later a value in ``until``, and the values of
    ``only``. Where that is not enough, ``choose`` picks among them: it is given a row of ``table`` with the columns ``on``
    and ``also``, and the rows of ``source`` that match it.
    """

    table: str
    source: str
    on: tuple[str, ...]
    until: str | None = None
    only: Mapping[str, Value] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    choose: Callable[[Row, Sequence[Row]], Sequence[Row]] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method's function returns: output tables, and checks on the result.

    Tables are Ibis expressions (relational) or Arrow tables (array); rows need no order, the
    runner puts them in key order.
    """

    tables: Mapping[str, ir.Table | pa.Table]
    checks: Sequence[Check] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One published calculation: a pure function and its declaration.

    ``function(tables, parameters)`` returns an :class:`Outcome`. Tables are Ibis expressions
    for relational methods, Arrow tables in key order for array methods.

    ``rules(tables, parameters)`` returns what is tested on the input beyond the declarations of
    its tables, so that all faults are named at once: it also runs where other cells are at
    fault, which it sees as absent. Its tables are Arrow tables: the digest of a table that has
    one, else the table itself.

    ``digests`` make a small table of a large one (the distinct values of some columns with
    sums and counts). Each is calculated once, read by the checks and rules instead of the
    table, and handed to ``function`` as ``tables["NAME.digest"]``. Their second argument has the
    extremes of the table's columns.

    ``origins`` say, table by table, what an output row rests on.

    ``reference`` names the shipped files that the method reads besides its input tables;
    ``example`` gives the file of each example input, relative to ``examples/`` in ``package``.

    Raises :class:`ValueError` that names everything wrong with the declaration.
    """

    id: str
    version: str
    kind: Kind
    title: Text
    summary: Text
    activities: tuple[str, ...]
    inputs: tuple[Table, ...]
    outputs: tuple[Table, ...]
    function: (
        Callable[[Mapping[str, ir.Table], Values], Outcome]
        | Callable[[Mapping[str, pa.Table], Values], Outcome]
    )
    rules: Callable[[Mapping[str, pa.Table], Values], Sequence[Rule]] = lambda _tables, _values: ()
    digests: Mapping[str, Callable[[ir.Table, Profile], ir.Table]] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    figures: tuple[Figure, ...] = ()
    origins: tuple[Origin, ...] = ()
    sources: tuple[Source, ...] = ()
    limits: tuple[Text, ...] = ()
    equations: Text | None = None
    reference: tuple[str, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)
    package: str = ""

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            message = f"method {self.id}: {'; '.join(faults)}"
            raise ValueError(message)

    def _faults(self) -> Iterator[str]:
        if not re.fullmatch(r"[a-z]+\.[a-z-]+\.[a-z0-9-]+", self.id):
            yield "an id is pillar.room.name in lower case"
        if not re.fullmatch(r"\d+\.\d+\.\d+", self.version):
            yield f"the version {self.version!r} is not of the form 1.2.3"
        for activity in self.activities:
            if not re.fullmatch(r"\d+(-\d+)+", activity):
                yield f"{activity!r} is not the code of an activity"
        if not self.inputs or not self.outputs:
            yield "a method has input tables and output tables"
        yield from self._repeated()
        yield from self._undrawable()
        if self.example and (lacking := self._lacking()):
            yield f"an example without a file for {', '.join(lacking)}"
        if dangling := list(self._dangling()):
            yield f"it names what it does not declare: {', '.join(dangling)}"

    def _repeated(self) -> Iterator[str]:
        named = {
            "inputs": [table.name for table in self.inputs],
            "outputs": [table.name for table in self.outputs],
            "parameters": [parameter.name for parameter in self.parameters],
            "figures": [figure.name for figure in self.figures],
        }
        for kind, names in named.items():
            for name in dict.fromkeys(names):
                if names.count(name) > 1:
                    yield f"two {kind} are called {name}"

    def _undrawable(self) -> Iterator[str]:
        for figure in self.figures:
            if figure.kind == "lines" and figure.x is None:
                yield f"figure {figure.name} draws lines over no x"
            if (figure.lower is None) is not (figure.upper is None):
                yield f"figure {figure.name} has one end of an interval"
            if figure.added and (figure.kind != "bars" or figure.lower is not None):
                yield f"figure {figure.name} adds up what has no sum: lines, or intervals"

    def _lacking(self) -> list[str]:
        """The input tables that a run on the example would miss."""
        needed = (t.name for t in self.inputs if t.shipped is None and not t.optional)
        return [name for name in needed if name not in self.example]

    def _dangling(self) -> Iterator[str]:
        inputs = {table.name: table.names for table in self.inputs}
        outputs = {table.name: table.names for table in self.outputs}
        yield from (name for name in (*self.example, *self.digests) if name not in inputs)
        for column in (column for table in self.inputs for column in table.columns):
            if column.refers_to and column.refers_to[1] not in inputs.get(column.refers_to[0], ()):
                yield ".".join(column.refers_to)
        for origin in self.origins:
            shared = (*origin.on, *([origin.until] if origin.until else ()))
            of, source = outputs.get(origin.table, ()), (inputs | outputs).get(origin.source, ())
            yield from (f"{origin.table}.{n}" for n in (*shared, *origin.also) if n not in of)
            yield from (f"{origin.source}.{n}" for n in (*shared, *origin.only) if n not in source)
        for figure in self.figures:
            drawn = (figure.value, figure.category, figure.x, figure.lower, figure.upper)
            for name in (*drawn, figure.at, figure.facet):
                if name is not None and name not in outputs.get(figure.table, ()):
                    yield f"{figure.table}.{name}"

    def input(self, name: str) -> Table:
        return _named(self.inputs, name)

    def output(self, name: str) -> Table:
        return _named(self.outputs, name)

    def parse(self, written: Mapping[str, Value]) -> dict[str, Value]:
        """Every parameter with its value; defaults where nothing was written.

        Raises :class:`ParametersError` with every unknown name and every value out of bounds.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        faults = [
            UsageError(
                Text("this method has no such parameter", "この手法にないパラメータです"),
                where=f"-p {name}",
                hint=Text("it has {names}", "使えるのは{names}").format(
                    names=", ".join(known) or "–"
                ),
            )
            for name in written
            if name not in known
        ]
        values: dict[str, Value] = {}
        for name, parameter in known.items():
            try:
                values[name] = parameter.parse(written.get(name, parameter.default))
            except UsageError as fault:
                faults.append(fault)
        if faults:
            raise ParametersError(faults)
        return values

    def as_dict(self, language: Language | None = None) -> dict[str, object]:
        """The declaration as data; texts in one language, or in both when none is given."""

        def text(value: Text | None) -> object:
            if value is None:
                return None
            return value[language] if language else value.as_dict()

        return {
            "id": self.id,
            "version": self.version,
            "kind": self.kind.value,
            "title": text(self.title),
            "summary": text(self.summary),
            "activities": list(self.activities),
            "inputs": [table.as_dict(language) for table in self.inputs],
            "parameters": [
                {
                    "name": p.name,
                    "meaning": text(p.meaning),
                    "type": {bool: "boolean", int: "integer", float: "number", str: "text"}[
                        type(p.default)
                    ],
                    "default": p.default,
                    "choices": list(p.choices) or None,
                    "minimum": p.minimum,
                    "maximum": p.maximum,
                    "unit": p.unit,
                }
                for p in self.parameters
            ],
            "outputs": [table.as_dict(language) for table in self.outputs],
            "figures": [
                {"name": f.name, "title": text(f.title), "kind": f.kind, "table": f.table}
                for f in self.figures
            ],
            "sources": [
                {"document": s.document, "place": s.place, "year": s.year, "link": s.link or None}
                for s in self.sources
            ],
            "limits": [text(limit) for limit in self.limits],
            "equations": text(self.equations),
            "reference": list(self.reference),
        }


def _named(tables: tuple[Table, ...], name: str) -> Table:
    for table in tables:
        if table.name == name:
            return table
    raise KeyError(name)
