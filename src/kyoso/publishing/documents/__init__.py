"""Documents: one content model, set as HTML, as PDF and as Word (decision 4)."""

from __future__ import annotations

import os
import tempfile
from functools import lru_cache
from pathlib import Path

from kyoso.publishing.documents.model import Document

__all__ = ["FORMATS", "render", "write"]

FORMATS = ("html", "pdf", "docx")


@lru_cache(maxsize=8)
def render(document: Document, form: str) -> bytes:
    """``document`` in one of :data:`FORMATS`. Same document, same bytes, set once."""
    from kyoso.publishing.documents import docx, html, pdf

    if form == "html":
        return html.render(document).encode()
    return {"pdf": pdf.render, "docx": docx.render}[form](document)


def write(document: Document, directory: Path, name: str) -> list[Path]:
    """Write ``name.html``, ``name.pdf`` and ``name.docx``; all of them, or none.

    Answers the paths. Raises :class:`kyoso.publishing.fonts.MissingGlyphError` for text that
    cannot be printed.
    """
    made = {form: render(document, form) for form in FORMATS}
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kyoso-", dir=directory) as workshop:
        for form, content in made.items():
            (Path(workshop) / form).write_bytes(content)
        paths = [directory / f"{name}.{form}" for form in FORMATS]
        for path, form in zip(paths, FORMATS, strict=True):
            os.replace(Path(workshop) / form, path)  # noqa: PTH105 -- one system call, whole or not
    return paths
