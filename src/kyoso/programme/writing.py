"""From paragraphs to records: their words by language, their rows in the account of lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from kyoso.core.text import Language
from kyoso.programme.codes import Number, written
from kyoso.programme.dates import date_in
from kyoso.programme.editions import Passage, Words
from kyoso.programme.layout import joined
from kyoso.programme.paragraphs import Paragraph
from kyoso.programme.placing import Placing, Role

_DATE_LINE = 80
"""Columns; a date in a longer line is part of a sentence."""


def is_date_line(block: Paragraph) -> bool:
    return (
        block.kind == "plain"
        and block.width <= _DATE_LINE
        and date_in(block.texts[0]) is not None
        and block.is_title
    )


@dataclass(slots=True)
class Prose:
    """Prose that is still growing."""

    annex: Number | None
    heading: Paragraph | None
    blocks: list[Paragraph] = field(default_factory=list)


class Writer:
    """Puts paragraphs on record: their words in the language of the text, their rows in place."""

    def __init__(self, language: Language, vocabulary: frozenset[str], placing: Placing) -> None:
        self.language = language
        self.placing = placing
        self._vocabulary = vocabulary

    def text(self, *blocks: Paragraph) -> str:
        return "\n".join(joined(block.texts, self._vocabulary) for block in blocks)

    def joined(self, *texts: str) -> str:
        return joined(texts, self._vocabulary)

    def words(self, text: str) -> Words:
        return {self.language: text}

    def place(self, block: Paragraph, role: Role) -> None:
        self.placing.place(block.rows, role)

    def passage(self, passage: Prose) -> Passage:
        blocks = [block for block in (passage.heading, *passage.blocks) if block]
        heading = passage.heading
        return Passage(
            annex=written(passage.annex) if passage.annex else None,
            number=heading.number[0] if heading and heading.number else None,
            title=self.words(self.text(heading)) if heading else None,
            text=self.words(self.text(*passage.blocks)),
            first_line=blocks[0].first,
            last_line=blocks[-1].last,
        )
