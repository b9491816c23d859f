"""Content addresses: SHA-256 of files, of data, and of a chain of entries (law 7)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

CHAIN_START = "0" * 64


def of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def of_path(path: Path) -> str:
    """SHA-256 of a file; of a folder, the hash over its files' names and hashes in order."""
    if path.is_dir():
        listing = "".join(
            f"{file.relative_to(path).as_posix()}\0{of_path(file)}\n"
            for file in sorted(p for p in path.rglob("*") if p.is_file())
        )
        return of_bytes(listing.encode())
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def canonical(data: object) -> bytes:
    """The one JSON form of some data: sorted keys, no spaces, UTF-8. NaN is refused."""
    return json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def of_data(data: object) -> str:
    return of_bytes(canonical(data))


def chained(previous: str, entry: object) -> str:
    """The hash of an entry in a chain: it covers the entry and all that came before."""
    return of_bytes(previous.encode() + canonical(entry))
