"""The list of decisions, from the heads of their files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from generating.markdown import lede, page, table

FOLDER = Path(__file__).parents[1] / "decisions"
_LEDE = (
    "Each page says what was asked, what was decided, why, and what it costs. A decision is not "
    "rewritten: a later one replaces it and says so."
)
_HEADING = re.compile(r"# (\d+) · (.+)")


def pages() -> Iterator[tuple[str, str]]:
    """Path and text of the page."""
    rows = (_row(path) for path in sorted(FOLDER.glob("[0-9]*.md")))
    head = ("no.", "decision")
    yield "decisions.md", page("en", "# Decisions", lede(_LEDE), table(head, rows, numbers=(0,)))


def _row(path: Path) -> tuple[str, str]:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    found = _HEADING.fullmatch(first)
    if found is None:
        message = f"{path.name}: begin with “# 5 · What was decided”"
        raise ValueError(message)
    return found[1], f"[{found[2]}](../decisions/{path.name})"
