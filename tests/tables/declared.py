"""A declared table with a column of every type, and how its problems read."""

from __future__ import annotations

from typing import Any

from kyoso.core.text import Text, same
from kyoso.tables.declaration import Column, Table, Type
from kyoso.tables.given import Given


def column(name: str, kind: Type = Type.TEXT, **parts: Any) -> Column:
    return Column(name=name, type=kind, meaning=Text(f"the {name}", f"その{name}"), **parts)


def table(*columns: Column, **parts: Any) -> Table:
    return Table(**{"name": "t", "title": same("t"), "columns": columns} | parts)


ACTIVITY = table(
    column("facility"),
    column("year", Type.INTEGER, minimum=1990, maximum=2100),
    column("quantity", Type.NUMBER, unit="t", minimum=0),
    column("share", Type.NUMBER, unit="%", above=0, maximum=100, required=False),
    column("flared", Type.BOOLEAN, required=False, default=False),
    column("opened", Type.DATE, required=False),
    column("note", required=False),
    name="activity",
    title=same("activity"),
    key=("facility", "year"),
)
HEADER = "facility,year,quantity,share,flared,opened,note"


def lines(given: Given, language: Any = "en") -> list[str]:
    return [problem.line(language) for problem in given.problems.in_order()]
