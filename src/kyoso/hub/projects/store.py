"""Documents of projects: what is sent is checked, then kept where all contents lie.

A document is only ever handed out as a download; nothing of it is opened here but the list of
what an Office file holds, so that a file that unpacks to a multiple of itself is refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import File

from kyoso.core.text import Text
from kyoso.hub.evidence import store
from kyoso.hub.texts import say

MEGABYTES = 20
UNPACKED = 200 << 20
OFFICE = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."

KINDS: Mapping[str, tuple[bytes, str]] = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".docx": (OFFICE, f"{_OFFICE}wordprocessingml.document"),
    ".xlsx": (OFFICE, f"{_OFFICE}spreadsheetml.sheet"),
    ".pptx": (OFFICE, f"{_OFFICE}presentationml.presentation"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".csv": (b"", "text/csv"),
    ".txt": (b"", "text/plain"),
}
"""Endings that are taken: how such a file begins, and as what it is handed out."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept."""

    sha256: str
    size: int
    content_type: str


def fault(file: Any) -> Text | None:
    """Why a file that was sent is not taken; ``None`` if it is."""
    ending = Path(str(file.name)).suffix.lower()
    if ending not in KINDS:
        return say("projects.file.kind", name=Path(str(file.name)).name, known=" ".join(KINDS))
    if (file.size or 0) > MEGABYTES << 20:
        return say("projects.file.size", megabytes=MEGABYTES)
    if not file.size:
        return say("projects.file.empty")
    return misfit(file)


def misfit(file: Any) -> Text | None:
    """That a file is not what its ending, one that is taken, says; ``None`` if it is."""
    ending = Path(str(file.name)).suffix.lower()
    begins, _ = KINDS[ending]
    file.seek(0)
    if file.read(len(begins)) != begins:
        return say("projects.file.content", ending=ending)
    if begins == OFFICE and not _is_office(file):
        return say("projects.file.content", ending=ending)
    return None


def _is_office(file: Any) -> bool:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    named = {entry.filename for entry in entries}
    return "[Content_Types].xml" in named and sum(e.file_size for e in entries) <= UNPACKED


def keep(file: File[bytes]) -> Kept:
    """Keep a file where all contents lie, with the kind it is handed out as."""
    file.seek(0)
    stored = store.keep(file)
    _, content_type = KINDS[Path(str(file.name)).suffix.lower()]
    return Kept(stored.sha256, stored.size, content_type)
