"""Database settings from ``DATABASE_URL``; SQLite in the installation's folder without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kyoso.core.errors import UsageError
from kyoso.core.text import Text

SECONDS_OPEN = 60
MAPPED = 256 * 1024 * 1024
"""So many bytes of the file are read where the system keeps them, once for all connections."""


def sqlite(file: Path | str) -> dict[str, Any]:
    """SQLite for many readers and writers at once.

    IMMEDIATE takes the write lock when a transaction begins: one that reads first and writes
    later cannot be refused half-way, and no update is lost.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": SECONDS_OPEN,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            f"PRAGMA mmap_size={MAPPED};",
        },
    }


def parse(url: str) -> dict[str, Any]:
    """``postgresql://user:password@host:port/name?sslmode=require`` or ``sqlite:////path``.

    Reserved characters in user, password and name are percent-encoded. Raises
    :class:`UsageError` for another scheme or a URL without the name of a database.

    >>> parse("postgresql://kyoso:p%40ss@db.example:5433/hub")["PASSWORD"]
    'p@ss'
    """
    parts = urlsplit(url)
    name = unquote(parts.path[1:])
    if parts.scheme == "sqlite" and name:
        return sqlite(name)
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise UsageError(
            Text("not a database that Kyoso can use", "Kyosoで使えるデータベースではありません"),
            where="DATABASE_URL",
            hint=Text(
                "write postgresql://USER:PASSWORD@HOST:PORT/NAME or sqlite:////PATH",
                "postgresql://USER:PASSWORD@HOST:PORT/NAME または sqlite:////PATH と書いてください",
            ),
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": SECONDS_OPEN,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


@contextmanager
def snapshot() -> Iterator[None]:
    """All reads inside see the database as it is at the first of them; nobody waits for them.

    ``atomic`` would not do: on SQLite it takes the lock of the writer, on PostgreSQL each of its
    queries sees what was written meanwhile.
    """
    from django.db import connection

    begin = {"postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
    with connection.cursor() as cursor:
        cursor.execute(begin.get(connection.vendor, "BEGIN DEFERRED"))
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def file_of() -> Path | None:
    """The file of the database; ``None`` where a server keeps it."""
    from django.db import connection

    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


def is_empty() -> bool:
    """Whether the database holds nothing; one that is a file is not made by asking."""
    from django.db import connection

    file = file_of()
    return not file.exists() if file is not None else not connection.introspection.table_names()


@contextmanager
def another_file(file: Path) -> Iterator[None]:
    """Inside, SQLite works on ``file``; afterwards all of it is in that one file."""
    from django.db import connection

    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def drop_tables() -> None:
    """Remove every table of the database, within the transaction that is open."""
    from django.db import connection

    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)} CASCADE")
