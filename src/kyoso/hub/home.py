"""Where an installation keeps what it must not lose: database, evidence, runs, secret key.

Settings only read; :func:`prepare` is the one place that writes, and is called by the commands
that start something.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEY_FILE = "secret-key"
PASSING = ".cache"
"""Folder of what may be lost at any time; it is in no backup."""


def folder() -> Path:
    """``KYOSO_HOME``, else ``var`` in the working directory; absolute."""
    return Path(os.environ.get("KYOSO_HOME") or "var").absolute()


def secret_key() -> str:
    """``KYOSO_SECRET_KEY``, else the key of the folder, else one that lasts for this process."""
    if key := os.environ.get("KYOSO_SECRET_KEY"):
        return key
    file = folder() / KEY_FILE
    return file.read_text().strip() if file.exists() else secrets.token_urlsafe(50)


def prepare() -> Path:
    """Make the folder and its secret key where they are missing; both readable by the owner only."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_secret(place / KEY_FILE, secrets.token_urlsafe(50))
    return place


def write_secret(file: Path, secret: str) -> str:
    """Keep ``secret`` in ``file`` unless one is there already; answers the one that is kept."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as stream:
        stream.write(secret)
    return secret
