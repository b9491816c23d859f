"""Database settings from ``DATABASE_URL``; SQLite in the installation's folder without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kyoso.core.errors import UsageError
from kyoso.core.text import Text

SECONDS_OPEN = 60


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
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
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
