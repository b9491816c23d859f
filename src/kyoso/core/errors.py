"""One root for everything that Kyoso refuses, and the one shape of a fault in input.

An error says what is wrong, where, and what would be right. Faults in input are
collected (:class:`Problem`) and refused together (:class:`InputRefusedError`), so that a person
mends a file once and not once per fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kyoso.core.text import Language, Text, same

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED = 1_000
"""At most so many problems are listed; all are counted (method contract, DESIGN §4)."""

SHOWN = 100
"""So many characters of a value are shown in a message."""


class KyosoError(Exception):
    """The root. ``code`` is stable, ``where`` is the place, ``hint`` is the remedy."""

    code = "error"

    def __init__(self, message: Text | str, *, where: str = "", hint: Text | str = "") -> None:
        self.message = same(message) if isinstance(message, str) else message
        self.where = where
        self.hint = same(hint) if isinstance(hint, str) and hint else hint or None
        super().__init__(self.line("en"))

    def line(self, language: Language) -> str:
        """``where: what is wrong; what would be right``."""
        head = f"{self.where}: " if self.where else ""
        tail = f"; {self.hint[language]}" if isinstance(self.hint, Text) else ""
        return f"{head}{self.message[language]}{tail}"


class UsageError(KyosoError, ValueError):
    """The call itself is off: an unknown method, a parameter out of bounds (exit status 2)."""

    code = "usage"


class NotFoundError(UsageError, LookupError):
    """A name that should exist does not."""

    code = "not-found"


class UnitError(KyosoError, ValueError):
    """A unit that is unknown, ambiguous or of another dimension."""

    code = "unit"


class ReferenceDataError(KyosoError, ValueError):
    """A shipped data file that does not keep its own contract."""

    code = "reference-data"


def one_line(value: str) -> str:
    """A value as a message shows it: not longer than :data:`SHOWN`, in one line.

    No cell of a file can break a line of the list or write on a terminal.
    """
    shown = value if len(value) <= SHOWN else f"{value[: SHOWN - 1]}…"
    return "".join(sign if sign.isprintable() else "␣" for sign in shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in an input table.

    ``row`` counts as in a spreadsheet: the header is row 1. ``sheet`` and ``cell`` are set
    for workbooks, ``file`` where a table is a folder of files.
    """

    table: str
    message: Text
    hint: Text
    row: int | None = None
    column: str | None = None
    value: str | None = None
    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    code: str = "invalid"

    def line(self, language: Language = "en") -> str:
        """``TABLE: row N, column NAME: VALUE: what is wrong; what would be right``."""
        place = [f"row {self.row}"] if self.row is not None else []
        if self.column is not None:
            place.append(f"column {self.column}")
        if self.sheet is not None:
            place.append(f"sheet {self.sheet}")
        if self.cell is not None:
            place.append(f"cell {self.cell}")
        if self.file is not None:
            place.append(f"file {self.file}")
        parts = [self.table]
        if place:
            parts.append(", ".join(place))
        if self.value is not None:
            parts.append(one_line(self.value))
        parts.append(f"{self.message[language]}; {self.hint[language]}")
        return ": ".join(parts)

    def as_dict(self, language: Language = "en") -> dict[str, object]:
        """The same parts as data."""
        return {
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "value": None if self.value is None else one_line(self.value),
            "sheet": self.sheet,
            "cell": self.cell,
            "file": self.file,
            "code": self.code,
            "message": self.message[language],
            "hint": self.hint[language],
        }


@dataclass(slots=True)
class Problems:
    """A growing list of problems that keeps the first :data:`LISTED` and counts them all."""

    listed: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.listed) < LISTED:
            self.listed.append(problem)

    def extend(self, problems: Sequence[Problem], count: int | None = None) -> None:
        """Add some problems; ``count`` when there are more of them than were fetched."""
        self.listed.extend(problems[: LISTED - len(self.listed)])
        self.count += len(problems) if count is None else count

    def __bool__(self) -> bool:
        return self.count > 0

    def in_order(self) -> list[Problem]:
        """By table in order of appearance, then file, row and column."""
        tables = {table: at for at, table in enumerate(dict.fromkeys(p.table for p in self.listed))}
        return sorted(
            self.listed,
            key=lambda p: (tables[p.table], p.file or "", p.row or 0, p.column or ""),
        )


class InputRefusedError(KyosoError, ValueError):
    """The input fails its checks; every problem is named (exit status 1)."""

    code = "input-refused"

    def __init__(self, problems: Problems) -> None:
        self.problems = problems.in_order()
        self.count = problems.count
        super().__init__(
            Text("problems in the input: {n}", "入力に{n}件の問題があります").format(n=self.count)
        )

    def lines(self, language: Language = "en") -> list[str]:
        """One line per problem, then how many are not listed."""
        lines = [problem.line(language) for problem in self.problems]
        if (rest := self.count - len(self.problems)) > 0:
            more = Text("… and {n} more problems", "… ほかに{n}件の問題があります").format(n=rest)
            lines.append(more[language])
        return lines
