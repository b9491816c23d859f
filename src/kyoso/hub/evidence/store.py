"""Files of runs under ``KYOSO_HOME``: what was sent, by its hash; what came of it, by run.

A file is written beside its place and moved there, so that it is whole or not there.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File

from kyoso.core.errors import KyosoError
from kyoso.hub.evidence.models import RunInput

CHUNK = 1 << 20
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is kept: its address and its size in bytes."""

    sha256: str
    size: int


def _folder(name: str) -> Path:
    place = Path(settings.KYOSO_HOME) / "evidence" / name
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep(content: File[bytes]) -> Stored:
    """Keep a file under the hash of its content; the same content is kept once."""
    digest, size = hashlib.sha256(), 0
    handle, written = tempfile.mkstemp(dir=_folder("objects"), prefix=".new-")
    with os.fdopen(handle, "wb") as stream:
        for chunk in content.chunks(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            stream.write(chunk)
    place = content_of(digest.hexdigest())
    place.parent.mkdir(mode=0o700, exist_ok=True)
    Path(written).replace(place)
    return Stored(digest.hexdigest(), size)


def content_of(sha256: str) -> Path:
    """Where the content with this hash lies."""
    return _folder("objects") / sha256[:2] / sha256


_holders: list[Callable[[str], bool]] = []


def hold(holds: Callable[[str], bool]) -> None:
    """Have another app asked whether it holds a content, before that is forgotten."""
    _holders.append(holds)


def forget(hashes: Iterable[str]) -> None:
    """Remove contents that no run reads and no other app holds."""
    for sha256 in set(hashes):
        held = RunInput.objects.filter(sha256=sha256).exists()
        if not held and not any(holds(sha256) for holds in _holders):
            content_of(sha256).unlink(missing_ok=True)


@contextmanager
def taken_over(stored: Stored, before: str) -> Iterator[None]:
    """A kept file takes the place of the content ``before``; where it is refused it is not kept."""
    try:
        yield
    except (KyosoError, ValidationError):
        forget([stored.sha256])
        raise
    if before:
        forget([before])


def safe_name(name: str) -> str:
    """A sent file's own name without folders, and short enough for any disk; its ending stays.

    >>> safe_name("../../etc/passwd.csv"), safe_name("2023年度 活動量.xlsx")
    ('passwd.csv', '2023年度 活動量.xlsx')
    """
    last = re.split(r"[/\\]", name)[-1].lstrip(".")
    printable = "".join(sign for sign in last if sign.isprintable()).strip() or "file"
    stem, dot, ending = printable.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending)]}{dot}{ending[:10]}" if dot else printable


@contextmanager
def laid_out(inputs: Iterable[RunInput]) -> Iterator[tuple[Path, Mapping[str, Path]]]:
    """A folder to work in, with the inputs of a run in it under the names they were sent by."""
    with tempfile.TemporaryDirectory(dir=_folder("work")) as place:
        paths = {}
        for one in inputs:
            path = Path(place) / "inputs" / one.table / one.name
            path.parent.mkdir(parents=True)
            path.symlink_to(content_of(one.sha256))
            paths[one.table] = path
        yield Path(place), paths


def folder_of(run: uuid.UUID) -> Path:
    """Where the result of a run lies."""
    return _folder("runs") / str(run)


def publish(made: Path, run: uuid.UUID) -> None:
    """Move a result to its place; one that is there already gives way."""
    remove(run)
    made.rename(folder_of(run))


def remember(run: uuid.UUID, name: str, content: bytes) -> None:
    """Keep what follows from a result beside it, while there is one; it goes with the run."""
    if folder_of(run).exists():
        handle, written = tempfile.mkstemp(dir=_folder("work"))
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(written).replace(folder_of(run) / name)


def remembered(run: uuid.UUID, name: str) -> bytes | None:
    """What was kept beside a result under a name."""
    place = folder_of(run) / name
    return place.read_bytes() if place.exists() else None


def remove(run: uuid.UUID) -> None:
    """Remove the result of a run, if there is one."""
    shutil.rmtree(folder_of(run), ignore_errors=True)


def tables_of(run: uuid.UUID) -> dict[str, Path]:
    """The tables that are kept of a run, its inputs as read and its outputs, by name."""
    place = folder_of(run)
    return {
        file.stem: file
        for part in ("inputs", "tables")
        for file in sorted((place / part).glob("*.parquet"))
    }


def clear_work() -> None:
    """Remove what killed processes left behind."""
    shutil.rmtree(_folder("work"), ignore_errors=True)
    for left in _folder("objects").glob(".new-*"):
        left.unlink(missing_ok=True)
