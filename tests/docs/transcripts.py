"""Reads what a page shows: files, filled workbooks, and commands with their output."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FENCE = re.compile(
    r"^``` \{ (?P<attributes>[^}]+) \}\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE
)
TITLE = re.compile(r'title="([^"]+)"')
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """A marked block: a file to write, rows for a sheet, or commands to run."""

    kind: Literal["file", "sheet", "tested"]
    title: str
    body: str
    fails: bool

    def commands(self) -> Iterator[tuple[str, str]]:
        """Each command with the output that the page shows for it."""
        for part in re.split(r"^\$ ", self.body, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown


def blocks(page: Path) -> list[Block]:
    """The marked blocks of a page, in order."""
    return [
        Block(
            kind=kind,
            title="".join(TITLE.findall(found["attributes"])),
            body=found["body"],
            fails=".fails" in found["attributes"].split(),
        )
        for found in FENCE.finditer(page.read_text(encoding="utf-8"))
        for kind in ("file", "sheet", "tested")
        if f".{kind}" in found["attributes"].split()
    ]


def fill(block: Block, folder: Path) -> None:
    """Type the rows of a block into the sheet that its title names, as a person would."""
    import openpyxl

    name, _, sheet = block.title.partition(", sheet ")
    book = openpyxl.load_workbook(folder / name)
    head, *rows = csv.reader(block.body.splitlines())
    page = book[sheet]
    assert [cell.value for cell in page[1]] == head
    page.delete_rows(2, page.max_row)
    for row in rows:
        page.append([_typed(value) for value in row])
    book.save(folder / name)


def _typed(written: str) -> str | float | int | None:
    for kind in (int, float):
        try:
            return kind(written)
        except ValueError:
            continue
    return written or None


def matches(shown: str, printed: str) -> bool:
    """Whether the output is what the page shows; ``…`` stands for whatever is left out."""
    pattern = re.escape(shown.strip("\n")).replace(re.escape(ELLIPSIS), ".*")
    return re.fullmatch(pattern, printed.strip("\n"), re.DOTALL) is not None
