"""What tests of tables share: the door, and a look through it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from tests.tables.declared import ACTIVITY

from kyoso.tables.checking import check_declared, profile_of
from kyoso.tables.declaration import Table
from kyoso.tables.engine import DuckDB, Engine
from kyoso.tables.given import Given
from kyoso.tables.reading import read

Door = Callable[..., Given]


@pytest.fixture(scope="session")
def database() -> Iterator[Engine]:
    with DuckDB() as engine:
        yield engine


@pytest.fixture(scope="session")
def door(database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Door:
    """Bring content (or what lies at a path) through the door."""
    numbers = itertools.count()

    def through(
        content: str | bytes | Path, *, name: str = "activity.csv", table: Table = ACTIVITY
    ) -> Given:
        if isinstance(content, Path):
            return read(table, content, database)
        path = tmp_path_factory.getbasetemp() / f"{next(numbers)}-{name}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(table, path, database)

    return through


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def rows(database: Engine) -> Callable[[Given], list[dict[str, object]]]:
    """The rows of what came through, in the order of their numbers."""
    return lambda given: database.fetch(given.relation.order_by("row_")).to_pylist()
