"""How often a token may ask: so many times in a minute, counted by all processes of the server."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

WINDOW = 60.0


def wait(key: str, limit: int, *, folder: Path, now: float) -> int:
    """Count one more; the seconds to wait where that is more than ``limit``, 0 if not.

    A minute of a key is a file in ``folder`` with a byte for each request: no other process comes
    between the adding of a byte and the place where it was added. ``now`` is in seconds.
    """
    minute = int(now // WINDOW)
    file = folder / f"{key}.{minute}"
    count = _added(file)
    if count == 1:
        _forget_others(file, key)
    return 0 if count <= limit else max(1, round((minute + 1) * WINDOW - now))


def _added(file: Path) -> int:
    """Add a byte; how many there are with it."""
    try:
        handle = _opened(file)
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = _opened(file)
    try:
        os.write(handle, b".")
        return os.lseek(handle, 0, os.SEEK_CUR)
    finally:
        os.close(handle)


def _opened(file: Path) -> int:
    return os.open(file, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)


def _forget_others(file: Path, key: str) -> None:
    for earlier in file.parent.glob(f"{key}.*"):
        if earlier != file:
            with suppress(OSError):  # another process was quicker, or still counts in it
                earlier.unlink()
