"""The published layout: a joint statement, a main text with an overview, annexes of coded items.

::

    title of the joint statement        Title of the programme          Annex 1. …
    date line                           1. Background                   1.1. …  (section)
    clauses                             …                               1-1-1. …  (activity)
    1. … 5. …  (commitments)            3. Outline                      1.2 …
    closing                             1 …  (pillar)                   1-2-1. …  (group)
                                        1.1 …  (section)                1-2-1-1. …  (activity)

Any part may be absent. What opens a line decides what it is, together with what surrounds it;
nothing here knows the words of a particular edition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal

from kyoso.core.text import Language
from kyoso.programme import numbering
from kyoso.programme.codes import Number, code_at, may_follow, written
from kyoso.programme.dates import date_in
from kyoso.programme.editions import (
    Activity,
    Annex,
    Clause,
    Commitment,
    Edition,
    Group,
    Notice,
    Passage,
    Pillar,
    Section,
    Words,
)
from kyoso.programme.layout import Row, joined, vocabulary
from kyoso.programme.marking import marked
from kyoso.programme.numbering import Found, Numbered
from kyoso.programme.paragraphs import Paragraph, paragraphs
from kyoso.programme.placing import Placing, Role

_BULLET = re.compile(
    r"[*–—-] |[・･•●○◦■□▪]|[①-⑳]|(?:[a-z]|[ivx]+)\) |\((?:[a-z]|\d{1,2}|[ivx]+)\)"
)
_REMARK = re.compile(
    r"[ \u3000]*[（(]?(?P<remark>仮訳|暫定訳|(?:provisional|unofficial) translation)[)）]?$",
    re.IGNORECASE,
)
_DATE_LINE = 80
"""Columns; a date in a longer line is part of a sentence."""


def read(rows: Sequence[Row], language: Language, placing: Placing) -> Edition:
    """The edition in ``rows``; every row is placed in ``placing`` or noticed there."""
    text = marked(rows)
    writer = _Writer(language, vocabulary(rows), placing)
    blocks = list(paragraphs(text.rows, text.marks, text.ends.at))
    for row in (text.rows[index] for index in text.mentions):
        at = code_at(row.plain)
        placing.notice("mention", [row], code=written(at[0]) if at else None)
    if text.ends.certain:
        for block in blocks:
            # The file marks ends of paragraphs, and the last row here has none.
            if not text.ends.at[text.rows.index(block.rows[-1])]:
                code = written(block.number) if block.kind == "code" else None
                placing.notice("cut-short", block.rows[-1:], code=code)
    first = text.rows[text.start].number if text.start < len(text.rows) else None
    start = next((i for i, block in enumerate(blocks) if block.first == first), len(blocks))
    front = _Front(blocks[:start], writer, opening=rows[0])
    catalogue = _Catalogue(blocks[start:], writer, certain=text.ends.certain)
    found = Found(
        pillars=[_numbered(block) for block in front.pillars],
        announced=[_numbered(block) for block in front.sections],
        annexes=[_numbered(block) for block in catalogue.annexes],
        headings=[_numbered(block) for block, _ in catalogue.headings],
        coded=[item.numbered() for item in catalogue.items],
        commitments=[_numbered(block) for block in front.committed],
        passages=_headings(front.passages + catalogue.passages),
    )
    placing.notices += numbering.notices(found)
    return _edition(front, catalogue, writer, rows[0])


def _headings(passages: Sequence[_Passage]) -> list[list[Numbered]]:
    """The numbered headings, those of one annex together."""
    by_annex: dict[Number | None, list[Numbered]] = {}
    for passage in passages:
        if passage.heading:
            by_annex.setdefault(passage.annex, []).append(_numbered(passage.heading))
    return list(by_annex.values())


def _numbered(block: Paragraph) -> Numbered:
    return Numbered(block.number, block.first, block.last)


@dataclass(slots=True)
class _Passage:
    """Prose that is still growing."""

    annex: Number | None
    heading: Paragraph | None
    blocks: list[Paragraph] = field(default_factory=list)


class _Writer:
    """Puts paragraphs on record: their words in the language of the text, their rows in place."""

    def __init__(
        self, language: Language, vocabulary: frozenset[str], placing: Placing
    ) -> None:
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

    def passage(self, passage: _Passage) -> Passage:
        blocks = [block for block in (passage.heading, *passage.blocks) if block]
        heading = passage.heading
        return Passage(
            annex=written(passage.annex) if passage.annex else None,
            number=heading.number[0] if heading else None,
            title=self.words(self.text(heading)) if heading else None,
            text=self.words(self.text(*passage.blocks)),
            first_line=blocks[0].first,
            last_line=blocks[-1].last,
        )


def _is_date_line(block: Paragraph) -> bool:
    return (
        block.kind == "plain"
        and block.width <= _DATE_LINE
        and date_in(block.texts[0]) is not None
        and block.is_title
    )


def _is_remark(block: Paragraph) -> bool:
    return len(block.texts) == 1 and _REMARK.fullmatch(block.texts[0]) is not None


def _is_heading(block: Paragraph) -> bool:
    return block.kind == "plain" and block.is_title and not (
        _is_date_line(block) or _is_remark(block)
    )


def _first_heading(blocks: Sequence[Paragraph]) -> int:
    """The index of the first numbered heading or overview entry; commitments are sentences.

    Numbers that rise together are of one sort, so that a damaged line changes nothing.
    """
    runs: list[list[int]] = []
    for index, block in enumerate(blocks):
        if block.kind in ("pillar", "section"):
            runs.append([index])
        elif block.kind == "numbered":
            if runs and block.number > blocks[runs[-1][-1]].number:
                runs[-1].append(index)
            else:
                runs.append([index])
    for run in runs:
        if sum(blocks[index].is_title for index in run) * 2 > len(run):
            return run[0]
    return len(blocks)


class _Front:
    """What stands before the catalogue: the joint statement and the main text."""

    def __init__(self, blocks: Sequence[Paragraph], writer: _Writer, *, opening: Row) -> None:
        self._blocks = blocks
        self._writer = writer
        self.pillars: list[Paragraph] = []
        self.sections: list[Paragraph] = []
        self.title: Paragraph | None = None
        self.statement: Paragraph | None = None
        self.clauses: list[Clause] = []
        self.commitments: list[Commitment] = []
        self.committed: list[Paragraph] = []
        self.passages: list[_Passage] = []
        self.date: date | None = None
        main = self._read_title()
        self._read_statement(blocks[:main])
        self._read_main(blocks[main:])
        self._read_date(opening)
        if self.title is None:
            writer.placing.notice("no-title", [opening])
        elif self.title is self.statement and self.commitments:
            writer.placing.notice("statement-title", self.title.rows)

    def _read_title(self) -> int:
        """Find the title of the programme; the index at which its main text begins."""
        blocks = self._blocks
        stop = _first_heading(blocks)
        committed = [i for i, block in enumerate(blocks[:stop]) if block.kind == "numbered"]
        headings = [i for i, block in enumerate(blocks[:stop]) if _is_heading(block)]
        own = [i for i in headings if i > max(committed, default=-1)]
        above = [i for i in own if all(_is_remark(block) for block in blocks[i + 1 : stop])]
        if not own:
            self.title = self.statement = blocks[headings[0]] if headings else None
            return stop
        # A statement comes first where sentences stand between two titles.
        after_sentences = above and any(
            block.kind == "numbered" or not block.is_title for block in blocks[: above[-1]]
        )
        at = above[-1] if after_sentences else own[0]
        self.title = blocks[at]
        self.statement = blocks[headings[0]] if headings[0] < at else None
        return at

    def _read_statement(self, blocks: Sequence[Paragraph]) -> None:
        last = max((i for i, block in enumerate(blocks) if block.kind == "numbered"), default=-1)
        for index, block in enumerate(blocks):
            if block.kind == "plain" and self._follows_gap(blocks, index):
                self._writer.placing.notice("perhaps-rest", block.rows)
            lines = {"first_line": block.first, "last_line": block.last}
            text = self._writer.words(self._writer.text(block))
            if block is self.statement:
                self._writer.place(block, "title")
            elif block.kind == "numbered":
                self._writer.place(block, "commitment")
                self.committed.append(block)
                self.commitments.append(Commitment(number=block.number[0], text=text, **lines))
            else:
                self._writer.place(block, "date" if _is_date_line(block) else "preamble")
                part = "closing" if -1 < last < index else "opening"
                self.clauses.append(Clause(part=part, text=text, **lines))

    @staticmethod
    def _follows_gap(blocks: Sequence[Paragraph], index: int) -> bool:
        """Whether a commitment is missing between the two about this paragraph."""
        below = next((b.number for b in blocks[index:] if b.kind == "numbered"), None)
        above = next((b.number for b in blocks[index::-1] if b.kind == "numbered"), (0,))
        return below is not None and above != (0,) and below > (above[0] + 1,)

    def _read_main(self, blocks: Sequence[Paragraph]) -> None:
        overview = [i for i, block in enumerate(blocks) if block.kind in ("pillar", "section")]
        for index, block in enumerate(blocks):
            if block is self.title:
                self._writer.place(block, "title")
            elif block.kind == "pillar":
                self._writer.place(block, "heading")
                self.pillars.append(block)
            elif block.kind == "section":
                self._writer.place(block, "heading")
                self.sections.append(block)
            elif block.kind == "numbered":
                self._writer.place(block, "heading")
                self.passages.append(_Passage(None, block))
            elif self._is_torn(blocks, overview, index):
                self._writer.placing.leave(block.rows)
            else:
                self._writer.place(block, "prose")
                if not self.passages:
                    self.passages.append(_Passage(None, None))
                self.passages[-1].blocks.append(block)

    @staticmethod
    def _is_torn(blocks: Sequence[Paragraph], overview: Sequence[int], index: int) -> bool:
        """Whether a number is missing in the overview just where this paragraph stands."""
        above = max((i for i in overview if i < index), default=None)
        below = min((i for i in overview if i > index), default=None)
        if above is None or below is None:
            return False
        return not may_follow(blocks[below].number, blocks[above].number)

    def _read_date(self, opening: Row) -> None:
        placing = self._writer.placing
        lines = [block for block in self._blocks if _is_date_line(block)]
        titles = [block for block in (self.title, self.statement) if block]
        for block in (*lines, *titles):
            if day := date_in(self._writer.text(block)):
                self.date = day
                return
        clauses = {clause.first_line for clause in self.clauses if clause.part == "opening"}
        for block in self._blocks:
            if block.first in clauses and (day := date_in(self._writer.text(block))):
                self.date = day
                placing.notice("date-in-text", block.rows)
                return
        placing.notice("no-date", [opening])


@dataclass(slots=True)
class _Item:
    """A coded item of the catalogue: an activity, or the heading of a group."""

    blocks: list[Paragraph]
    annex: Number | None
    is_group: bool
    is_doubtful: bool
    lines: list[str]

    @property
    def number(self) -> Number:
        return self.blocks[0].number

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def numbered(self) -> Numbered:
        return Numbered(
            number=self.number,
            line=self.blocks[0].first,
            last_line=self.blocks[-1].last,
            annex=self.annex,
            is_group=self.is_group,
            is_doubtful=self.is_doubtful,
            has_text=bool(self.text),
        )


class _Catalogue:
    """The annexes: sections, groups, activities, and the prose that introduces them."""

    def __init__(self, blocks: Sequence[Paragraph], writer: _Writer, *, certain: bool) -> None:
        self._writer = writer
        self._certain = certain
        self._order = [block.number for block in blocks if block.kind in ("code", "section")]
        self._passed = 0
        self._state: Literal["annex", "prose", "heading", "activity"] = "annex"
        self.annexes: list[Paragraph] = []
        self.headings: list[tuple[Paragraph, Number | None]] = []
        self.items: list[_Item] = []
        self.passages: list[_Passage] = []
        for block, below in pairwise((*blocks, None)):
            if block is None:
                break
            if block.kind == "code":
                self._read_item(block)
            elif block.kind == "plain":
                self._read_plain(block, before_item=below is not None and below.kind == "code")
            else:
                self._read_heading(block)

    @property
    def _annex(self) -> Number | None:
        return self.annexes[-1].number if self.annexes else None

    def _read_heading(self, block: Paragraph) -> None:
        self._writer.place(block, "heading")
        if block.kind == "annex":
            self.annexes.append(block)
            self._state = "annex"
        elif block.kind == "numbered":
            self.passages.append(_Passage(self._annex, block))
            self._state = "prose"
        else:
            self.headings.append((block, self._annex))
            self._passed += 1
            self._state = "heading"

    def _read_item(self, block: Paragraph) -> None:
        is_group, is_doubtful = self._is_group(block)
        self._writer.place(block, "heading" if is_group else "activity")
        self._passed += 1
        self._state = "heading" if is_group else "activity"
        self.items.append(
            _Item([block], self._annex, is_group, is_doubtful, [self._writer.text(block)])
        )

    def _is_group(self, block: Paragraph) -> tuple[bool, bool]:
        """Whether a code heads a group; whether that is in doubt because nothing is in it."""
        number = block.number
        if len(number) != 3:
            return False, False
        groups = {other[:3] for other in self._order if len(other) > 3}
        if number in groups:
            # Of several with one number, the heading is the one with its own items below.
            heads = [i for i in range(len(self._order)) if self._heads_group(i, number)]
            return not heads or self._passed in heads, False
        in_groups = any(group[:2] == number[:2] for group in groups)
        is_doubtful = in_groups and block.is_title and len(block.rows) == 1
        return is_doubtful, is_doubtful

    def _heads_group(self, index: int, number: Number) -> bool:
        below = self._order[index + 1 : index + 2]
        return self._order[index] == number and any(
            len(item) > 3 and item[:3] == number for item in below
        )

    def _read_plain(self, block: Paragraph, *, before_item: bool) -> None:
        torn = self._is_torn()
        if self._state in ("annex", "prose"):
            if torn and before_item:
                self._writer.placing.notice("perhaps-rest", block.rows)
            self._add_prose(block)
        elif self._state == "activity" and _BULLET.match(block.texts[0]):
            self._add_to_item(block, as_line=True)
        elif torn or (self._certain and self._state == "activity"):
            self._writer.placing.leave(block.rows)
        elif self._state == "heading":
            self._add_prose(block)
        else:
            self._add_to_item(block, as_line=False)

    def _is_torn(self) -> bool:
        """Whether a number is missing just here: what follows does not follow what went before."""
        sides = self._order[max(self._passed - 1, 0) : self._passed + 1]
        return not may_follow(sides[-1], sides[0] if self._passed else ()) if sides else False

    def _add_prose(self, block: Paragraph) -> None:
        self._writer.place(block, "prose")
        if self._state != "prose":
            self.passages.append(_Passage(self._annex, None))
            self._state = "prose"
        self.passages[-1].blocks.append(block)

    def _add_to_item(self, block: Paragraph, *, as_line: bool) -> None:
        self._writer.place(block, "activity")
        item = self.items[-1]
        item.blocks.append(block)
        text = self._writer.text(block)
        if as_line:
            item.lines.append(text)
        else:
            item.lines[-1] = self._writer.joined(item.lines[-1], text)


def _edition(front: _Front, catalogue: _Catalogue, writer: _Writer, first: Row) -> Edition:
    title, remark = _without_remark(writer.text(front.title) if front.title else first.text)
    return Edition(
        title=title,
        remark=remark,
        statement=writer.text(front.statement) if front.statement else None,
        date=front.date,
        language=writer.language,
        pillars=_pillars(front, catalogue, writer),
        sections=_sections(front, catalogue, writer),
        groups=tuple(_group(item, writer) for item in catalogue.items if item.is_group),
        annexes=tuple(
            Annex(code=written(block.number), title=writer.words(writer.text(block)), **_at(block))
            for block in catalogue.annexes
        ),
        commitments=tuple(front.commitments),
        preamble=tuple(front.clauses),
        passages=tuple(map(writer.passage, (*front.passages, *catalogue.passages))),
        activities=tuple(_activity(item, writer) for item in catalogue.items if not item.is_group),
    )


def _at(first: Paragraph, last: Paragraph | None = None) -> dict[str, int]:
    return {"first_line": first.first, "last_line": (last or first).last}


def _without_remark(title: str) -> tuple[str, str | None]:
    found = _REMARK.search(title)
    return (title[: found.start()], found["remark"]) if found else (title, None)


def _pillars(front: _Front, catalogue: _Catalogue, writer: _Writer) -> tuple[Pillar, ...]:
    """The pillars of the overview; without one, those that have an annex to themselves."""
    heads = front.pillars or [block for block in catalogue.annexes if len(block.number) == 1]
    return tuple(
        Pillar(code=written(block.number), title=writer.words(writer.text(block)), **_at(block))
        for block in heads
    )


def _sections(front: _Front, catalogue: _Catalogue, writer: _Writer) -> tuple[Section, ...]:
    """Sections as announced, then those that only an annex heads."""
    heads: dict[Number, tuple[Paragraph, Number | None]] = {}
    for block in catalogue.annexes:
        if len(block.number) == 2:
            heads.setdefault(block.number, (block, block.number))
    for block, annex in catalogue.headings:
        heads.setdefault(block.number, (block, annex))
    announced = {block.number for block in front.sections}
    served = {item.number[:2] for item in catalogue.items}
    unannounced = [
        block
        for number, (block, _) in heads.items()
        if number not in announced and (block.kind == "section" or number in served)
    ]
    sections = []
    for block in (*front.sections, *unannounced):
        head, annex = heads.get(block.number, (None, None))
        section = Section(
            code=written(block.number),
            pillar=written(block.number[:1]),
            annex=written(annex) if annex else None,
            title=writer.words(writer.text(block)),
            annex_title=writer.words(writer.text(head)) if head else None,
            **_at(block),
        )
        sections.append(section)
    return tuple(sections)


def _group(item: _Item, writer: _Writer) -> Group:
    return Group(
        code=written(item.number),
        pillar=written(item.number[:1]),
        section=written(item.number[:2]),
        annex=written(item.annex) if item.annex else None,
        title=writer.words(item.text),
        **_at(item.blocks[0], item.blocks[-1]),
    )


def _activity(item: _Item, writer: _Writer) -> Activity:
    return Activity(
        code=written(item.number),
        pillar=written(item.number[:1]),
        section=written(item.number[:2]),
        group=written(item.number[:3]) if len(item.number) > 3 else None,
        annex=written(item.annex) if item.annex else None,
        text=writer.words(item.text),
        **_at(item.blocks[0], item.blocks[-1]),
    )
