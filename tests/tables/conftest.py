"""What tests of tables share: a declared table, the door, and a look through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from kyoso.core.text import Text, same
from kyoso.tables.checking import check_declared, profile_of
from kyoso.tables.declaration import Column, Table, Type
from kyoso.tables.engine import DuckDB, Engine
from kyoso.tables.given import Given
from kyoso.tables.reading import read

Door = Callable[..., Given]


def column(name: str, kind: Type = Type.TEXT, **parts: object) -> Column:
    return Column(name=name, type=kind, meaning=Text(f"the {name}", f"その{name}"), **parts)  # type: ignore[arg-type]


ACTIVITY = Table(
    name="activity",
    title=same("activity"),
    key=("facility", "year"),
    columns=(
        column("facility"),
        column("year", Type.INTEGER, minimum=1990, maximum=2100),
        column("quantity", Type.NUMBER, unit="t", minimum=0),
        column("share", Type.NUMBER, unit="%", above=0, maximum=100, required=False),
        column("flared", Type.BOOLEAN, required=False, default=False),
        column("opened", Type.DATE, required=False),
        column("note", required=False),
    ),
)
HEADER = "facility,year,quantity,share,flared,opened,note"


@pytest.fixture
def database() -> Iterator[Engine]:
    with DuckDB() as engine:
        yield engine


@pytest.fixture
def door(database: Engine, tmp_path: Path) -> Door:
    """Bring content (or what lies at a path) through the door."""

    def through(
        content: str | bytes | Path, *, name: str = "activity.csv", table: Table = ACTIVITY
    ) -> Given:
        path = content if isinstance(content, Path) else tmp_path / name
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(table, path, database)

    return through


@pytest.fixture
def checked(door: Door, database: Engine) -> Callable[..., Given]:
    """Bring it through the door and test it against its declaration."""

    def through(
        content: str | bytes | Path, *, others: Mapping[str, Given] | None = None, **options: object
    ) -> Given:
        given = door(content, **options)
        profile = profile_of(given, database)
        check_declared(given, database, profile=profile, digest=None, others=others or {})
        return given

    return through


@pytest.fixture
def rows(database: Engine) -> Callable[[Given], list[dict[str, object]]]:
    """The rows of what came through, in the order of their numbers."""
    return lambda given: database.fetch(given.relation.order_by("row_")).to_pylist()
