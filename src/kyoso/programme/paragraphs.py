"""From rows to paragraphs: each opens with a mark (a number, a heading) or after an end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kyoso.programme.codes import Mark, MarkKind, Number
from kyoso.programme.layout import Row, width

_SENTENCE = re.compile(r"[。．.;；:：、,]$")
_TITLE_ROWS = 3


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Rows that belong together. ``texts`` are theirs, without the mark of the first.

    ``is_whole``: its last row surely or probably ends a paragraph.
    """

    mark: Mark
    rows: tuple[Row, ...]
    texts: tuple[str, ...]
    is_whole: bool

    @property
    def kind(self) -> MarkKind:
        return self.mark.kind

    @property
    def number(self) -> Number:
        return self.mark.number

    @property
    def first(self) -> int:
        return self.rows[0].number

    @property
    def last(self) -> int:
        return self.rows[-1].last

    @property
    def is_title(self) -> bool:
        """Whether it reads as a heading: a few lines that are no sentence."""
        return len(self.rows) <= _TITLE_ROWS and not _SENTENCE.search(self.texts[-1])

    @property
    def width(self) -> int:
        return sum(map(width, self.texts))


def paragraphs(
    rows: Sequence[Row], marks: Sequence[Mark], ends: Sequence[bool]
) -> Iterator[Paragraph]:
    """The rows in paragraphs; a mark without words takes the next paragraph as its words."""
    start = 0
    for index in range(1, len(rows) + 1):
        if index < len(rows):
            wordless = all(not text for text in _texts(rows[start:index], marks[start]))
            if marks[index].kind == "plain" and (wordless or not ends[index - 1]):
                continue
        run = tuple(rows[start:index])
        yield Paragraph(marks[start], run, _texts(run, marks[start]), ends[index - 1])
        start = index


def _texts(rows: Sequence[Row], mark: Mark) -> tuple[str, ...]:
    return (rows[0].text[mark.begins :], *(row.text for row in rows[1:]))
