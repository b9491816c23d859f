"""Installations of their own: a folder and a database that processes of the tests work on.

On the database at hand: SQLite in the folder, or one more database on the server that
``DATABASE_URL`` names.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
SERVER = os.environ.get("DATABASE_URL", "")
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Installation:
    """Where it lies, and the environment in which its commands run."""

    folder: Path
    url: str = ""

    @property
    def env(self) -> dict[str, str]:
        own = {"KYOSO_HOME": str(self.folder), "DATABASE_URL": self.url, "KYOSO_LANGUAGE": "en"}
        return os.environ | own | {"DJANGO_SETTINGS_MODULE": "kyoso.hub.settings"}

    def kyoso(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What a command of Kyoso says."""
        return self.python("-m", "kyoso", *arguments)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def script(self, text: str, *arguments: str) -> str:
        """What a script prints that works inside the installation; fails with its own words."""
        done = self.python("-c", f"import django; django.setup()\n{text}", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, text: str, *arguments: str) -> subprocess.Popen[str]:
        """The same, running on while the test goes on."""
        return subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup()\n{text}", *arguments],
            env=self.env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )


def _statement(text: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(text)


@contextmanager
def empty(folder: Path) -> Iterator[Installation]:
    """Nothing yet: no tables, no folder."""
    if not SERVER:
        yield Installation(folder)
        return
    name = f"test_own_{os.getpid()}_{next(_numbers)}"
    _statement(f"CREATE DATABASE {name}")
    try:
        yield Installation(folder, urlsplit(SERVER)._replace(path=f"/{name}").geturl())
    finally:
        _statement(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def made(folder: Path) -> Iterator[Installation]:
    """With its tables and both programmes."""
    with empty(folder) as one:
        done = one.kyoso("manage", "migrate", "-v", "0")
        assert done.returncode == 0, done.stderr
        one.script("from kyoso.hub.programme.services import load_catalogue; load_catalogue()")
        yield one
