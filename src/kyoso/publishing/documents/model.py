"""The one content model: what a document says, apart from how it is set.

A report is made once, as these blocks, and set three times. Nothing here knows of a format, and
no renderer knows of a report: what one of them shows, all of them show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kyoso.core.text import Language
from kyoso.publishing.palette import INK

Role = Literal["plain", "strong", "soft", "code", "missing", "mark"]
"""``code``: the number of an activity, small and soft. ``missing``: a value that is not there.
``mark``: what a reader must not overlook, such as sample or unverified."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line. ``language`` where it is not that of the document."""

    text: str
    role: Role = "plain"
    language: Language | None = None
    link: str = ""


Line = tuple[Span, ...]


def line(*parts: str | Span) -> Line:
    """A line of plain text and spans; empty parts are left out."""
    spans = (Span(part) if isinstance(part, str) else part for part in parts)
    return tuple(span for span in spans if span.text)


def words(content: Line) -> str:
    """The bare text of a line."""
    return "".join(span.text for span in content)


@dataclass(frozen=True, slots=True)
class Picture:
    """A small drawing inside a cell; ``description`` says all of it."""

    svg: str
    description: str
    width: int
    """In px of 1/96 inch."""


Cell = Line | Picture | None
"""``None`` is a value that was not reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table. The unit stands in the head. ``share`` is its part of the width."""

    heading: str
    unit: str = ""
    numeric: bool = False
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its head on every page. ``caption`` names it, ``note`` says what it leaves out.

    The first cell of a row is what the row is about. Without ``captioned`` the heading above has
    said the caption already; it is then told only to those who cannot see that.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    captioned: bool = True

    def __post_init__(self) -> None:
        wrong = [at for at, row in enumerate(self.rows) if len(row) != len(self.columns)]
        if wrong:
            message = f"table {self.caption!r}: rows {wrong} have not one cell a column"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of level 1 to 3, its code before it and its explanation beside it."""

    level: Literal[1, 2, 3]
    text: str
    code: str = ""
    beside: Line = ()
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Paragraph:
    content: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What must be known to read what stands around it."""

    content: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing and the numbers in it."""

    caption: str
    svg: str
    description: str
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source as cited, and how well what rests on it was verified."""

    document: str
    place: str = ""
    year: str = ""
    link: str = ""
    status: Line = ()


@dataclass(frozen=True, slots=True)
class Sources:
    entries: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a page, where there are pages."""


Body = Paragraph | Bullets | Note | Table | Chart | Sources | PageBreak
Block = Heading | Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document in one language. ``marks`` are said of all of it: sample data, draft.

    Raises :class:`ValueError` where a heading skips a level: a reader who moves by headings
    would look for what is not there.
    """

    title: str
    subtitle: str
    date: date
    language: Language
    blocks: tuple[Block, ...]
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        level = 0
        for block in self.blocks:
            if isinstance(block, Heading):
                if block.level > level + 1:
                    message = f"heading {block.text!r}: level {block.level} follows {level}"
                    raise ValueError(message)
                level = block.level


def texts(document: Document) -> Iterator[tuple[str, str]]:
    """Everything that a reader reads, each with the place where it stands."""
    yield "title", document.title
    yield "subtitle", document.subtitle
    for mark in document.marks:
        yield "mark", mark
    place = document.title
    for block in document.blocks:
        if isinstance(block, Heading):
            place = block.text
        for text in _texts(block):
            yield place, text


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield from (block.code, block.text, words(block.beside))
        case Paragraph() | Note():
            yield words(block.content)
        case Bullets():
            yield from (words(item) for item in block.items)
        case Table():
            yield from _table_texts(block)
        case Chart():
            yield block.caption
            yield from _table_texts(block.table)
        case Sources():
            for entry in block.entries:
                yield from (entry.document, entry.place, entry.year, words(entry.status))
        case PageBreak():
            pass


def _table_texts(table: Table) -> Iterator[str]:
    yield from (table.caption, table.note)
    for column in table.columns:
        yield from (column.heading, column.unit)
    for row in table.rows:
        yield from (words(cell) for cell in row if isinstance(cell, tuple))
