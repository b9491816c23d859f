"""The account of a text's lines: every line has a role, or a notice says that it has none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kyoso.programme.editions import Notice
from kyoso.programme.layout import Row, joined
from kyoso.programme.notices import Kind

Role = Literal[
    "title", "date", "preamble", "commitment", "heading", "prose", "activity", "goal", "page"
]

_SHOWN = 40
"""Characters of an unplaced text that its notice quotes."""


@dataclass(slots=True)
class Placing:
    """Roles by line number, and the notices collected on the way."""

    roles: dict[int, Role] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def place(self, rows: Iterable[Row], role: Role) -> None:
        for row in rows:
            for number in {row.number, row.last}:
                self.roles.setdefault(number, role)

    def notice(
        self, kind: Kind, rows: Sequence[Row], *, code: str | None = None, **values: str
    ) -> None:
        """Say something about ``rows``, which stand together."""
        first, last = rows[0].number, rows[-1].last
        self.notices.append(Notice(kind=kind, line=first, last_line=last, code=code, values=values))

    def leave(self, rows: Sequence[Row]) -> None:
        """Say of ``rows`` that they could not be placed."""
        text = joined([row.text for row in rows])
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        self.notice("unplaced", rows, text=shown)
