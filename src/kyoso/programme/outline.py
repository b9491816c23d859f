"""An outline without codes: numbered sections, measures ``(1)``, ``(2)`` …, goals with items.

::

    office that issues it               Title ～ subtitle ～
    1. Outline                          policy goals
    running text with (1), (2) …        a goal
    2. Plan                             one item a line
    (1) a measure                       another goal
    ・what it does                       …

Measures become the activities of the edition, with their number as printed, ``(1)``, as code and
nothing above them.
Goals are kept as goals, not as pillars: no measure belongs to one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from kyoso.core.text import Language
from kyoso.programme import numbering
from kyoso.programme.codes import NO_MARK, Mark, as_measure, measure_at, numbered_at
from kyoso.programme.dates import date_in
from kyoso.programme.editions import Activity, Edition, Goal, Item
from kyoso.programme.layout import Ends, Row, paragraph_ends, vocabulary
from kyoso.programme.numbering import Numbered
from kyoso.programme.paragraphs import Paragraph, paragraphs
from kyoso.programme.placing import Placing
from kyoso.programme.writing import Prose, Writer, is_date_line

_BULLET = re.compile(r"[・･•●○◦■□▪] *|[*–—-] ")
_GOALS = re.compile(r"目標|\b(?:goals?|objectives?)\b", re.IGNORECASE)
_FOUNDATION = re.compile(r"基盤|\b(?:foundations?|basis)\b", re.IGNORECASE)
_OFFICE = re.compile(
    r"[室課局省庁部]$|\b(?:office|division|bureau|ministry|secretariat)\b", re.IGNORECASE
)
_SUBTITLE = re.compile(r"(?P<title>.+?) *(?:[～~]| [―—–-] ) *(?P<subtitle>[^～~]+?) *[～~]?")
_ASIDE = re.compile(r"[【〔\[※]")


def has_measures(rows: Sequence[Row]) -> bool:
    """Whether some line opens with a measure such as ``(1) …``."""
    _, marks = _marked(rows)
    return any(mark.kind == "measure" for mark in marks)


def read(rows: Sequence[Row], language: Language, placing: Placing) -> Edition:
    """The edition in ``rows``; every row is placed in ``placing`` or noticed there."""
    ends, marks = _marked(rows)
    outline = _Outline(
        list(paragraphs(rows, marks, ends.at)), Writer(language, vocabulary(rows), placing)
    )
    placing.notices += numbering.measure_notices(
        [
            Numbered(one[0].number, one[0].first, one[-1].last, is_measure=True)
            for one in outline.measures
        ]
    )
    return outline.edition(rows[0])


def _marked(rows: Sequence[Row]) -> tuple[Ends, list[Mark]]:
    ends = paragraph_ends(rows, (), span=None)
    opens = (True, *ends.at)[: len(rows)]
    return ends, [_mark(row, opens=o) for row, o in zip(rows, opens, strict=True)]


def _mark(row: Row, *, opens: bool) -> Mark:
    if _BULLET.match(row.text):
        return Mark("bullet", (), 0)
    if not opens:
        return NO_MARK
    return measure_at(row.plain) or numbered_at(row.plain) or NO_MARK


@dataclass(slots=True)
class _Stanza:
    """Paragraphs without a blank line between them."""

    blocks: list[Paragraph]

    @property
    def is_list(self) -> bool:
        return len(self.blocks) > 1 or self.blocks[0].kind == "bullet"

    @property
    def is_heading(self) -> bool:
        block = self.blocks[0]
        return not self.is_list and block.kind == "plain" and _is_heading(block)


def _is_heading(block: Paragraph) -> bool:
    return block.is_title and not _ASIDE.match(block.texts[0])


class _Outline:
    """The parts of an outline, found in the order of the text."""

    def __init__(self, blocks: Sequence[Paragraph], writer: Writer) -> None:
        self._blocks = blocks
        self._writer = writer
        self.measures: list[list[Paragraph]] = []
        self._goals: list[tuple[Paragraph, list[Paragraph]]] = []
        self._passages: list[Prose] = []
        self._in_measure = False
        start = self._goals_start()
        self._announcement = blocks[start - 1] if start < len(blocks) else None
        self._title = next(filter(self._is_title, blocks[:start]), None)
        for block in blocks[:start]:
            self._read(block)
        self._read_goals(blocks[start:])

    def _goals_start(self) -> int:
        """The index after the heading that announces goals."""
        return next(
            (
                i
                for i, block in enumerate(self._blocks, start=1)
                if block.kind in ("plain", "numbered")
                and _is_heading(block)
                and _GOALS.search(block.texts[-1])
            ),
            len(self._blocks),
        )

    @staticmethod
    def _is_title(block: Paragraph) -> bool:
        text = block.texts[0]
        return (
            block.kind == "plain"
            and _is_heading(block)
            and not is_date_line(block)
            and not _OFFICE.search(text)
            and not _GOALS.search(text)
        )

    def _read(self, block: Paragraph) -> None:
        if block.kind == "measure":
            self._in_measure = True
            self.measures.append([block])
            self._writer.place(block, "activity")
        elif block.kind == "numbered" or block is self._announcement:
            self._open_prose(block)
            self._writer.place(block, "heading")
        elif block is self._title:
            self._in_measure = False
            self._writer.place(block, "title")
            self._open_prose(None)
        elif self._in_measure and (block.kind == "bullet" or not block.is_title):
            self.measures[-1].append(block)
            self._writer.place(block, "activity")
        else:
            if self._in_measure or not self._passages:
                self._open_prose(None)
            self._passages[-1].blocks.append(block)
            self._writer.place(block, "date" if is_date_line(block) else "prose")

    def _open_prose(self, heading: Paragraph | None) -> None:
        self._in_measure = False
        self._passages.append(Prose(None, heading))

    def _read_goals(self, blocks: Sequence[Paragraph]) -> None:
        """Goals are headings, each above its list; what stands between them is left."""
        stanzas = list(_stanzas(blocks))
        heads = {
            i
            for i, (stanza, below) in enumerate(pairwise(stanzas))
            if stanza.is_heading and below.is_list
        }
        last = max(heads, default=-1) + 1
        for index, stanza in enumerate(stanzas):
            if index in heads:
                self._goals.append((stanza.blocks[0], stanzas[index + 1].blocks))
                for block in (*stanza.blocks, *stanzas[index + 1].blocks):
                    self._writer.place(block, "goal")
            elif index > last or not heads:
                self._in_measure = False
                for block in stanza.blocks:
                    self._read(block)
            elif index - 1 not in heads:
                for block in stanza.blocks:
                    self._writer.placing.leave(block.rows)

    def edition(self, first: Row) -> Edition:
        title, subtitle = self._titles(first)
        day = next(
            (
                day
                for block in self._blocks
                if (is_date_line(block) or block is self._title)
                and (day := date_in(self._writer.text(block)))
            ),
            None,
        )
        if day is None:
            self._writer.placing.notice("no-date", [first])
        return Edition(
            title=title,
            subtitle=subtitle,
            date=day,
            language=self._writer.language,
            activities=tuple(map(self._activity, self.measures)),
            goals=tuple(self._goal_records()),
            passages=tuple(
                self._writer.passage(passage)
                for passage in self._passages
                if passage.heading or passage.blocks
            ),
        )

    def _titles(self, first: Row) -> tuple[str, str | None]:
        if self._title is None:
            self._writer.placing.notice("no-title", [first])
            return first.text, None
        text = self._writer.text(self._title)
        found = _SUBTITLE.fullmatch(text)
        return (found["title"], found["subtitle"]) if found else (text, None)

    def _activity(self, blocks: list[Paragraph]) -> Activity:
        return Activity(
            code=as_measure(blocks[0].number),
            pillar=None,
            section=None,
            group=None,
            annex=None,
            text=self._writer.words(self._writer.text(*blocks)),
            first_line=blocks[0].first,
            last_line=blocks[-1].last,
        )

    def _goal_records(self) -> Iterator[Goal]:
        counts = {"goal": 0, "foundation": 0}
        for head, items in self._goals:
            title = self._writer.text(head)
            kind: Literal["goal", "foundation"] = (
                "foundation" if _FOUNDATION.search(title) else "goal"
            )
            counts[kind] += 1
            yield Goal(
                code=_goal_code(kind, counts[kind]),
                kind=kind,
                title=self._writer.words(title),
                items=tuple(map(self._item, items)),
                first_line=head.first,
                last_line=items[-1].last,
            )

    def _item(self, block: Paragraph) -> Item:
        text = self._writer.text(block)
        bullet = _BULLET.match(text)
        words = self._writer.words(text[bullet.end() :] if bullet else text)
        return Item(text=words, first_line=block.first, last_line=block.last)


def _goal_code(kind: Literal["goal", "foundation"], count: int) -> str:
    """``1``, ``2`` … for goals; ``base``, ``base-2`` … for what they rest on."""
    if kind == "goal":
        return str(count)
    return "base" if count == 1 else f"base-{count}"


def _stanzas(blocks: Sequence[Paragraph]) -> Iterator[_Stanza]:
    stanza: list[Paragraph] = []
    for block in blocks:
        if stanza and block.rows[0].gap:
            yield _Stanza(stanza)
            stanza = []
        stanza.append(block)
    if stanza:
        yield _Stanza(stanza)
