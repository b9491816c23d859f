"""What stands before the annexes: the joint statement and the main text with its overview."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kyoso.programme.codes import may_follow
from kyoso.programme.dates import date_in
from kyoso.programme.editions import Clause, Commitment
from kyoso.programme.layout import Row
from kyoso.programme.paragraphs import Paragraph
from kyoso.programme.writing import Prose, Writer, is_date_line

_REMARK = re.compile(
    r"[ \u3000]*[（(]?(?P<remark>仮訳|暫定訳|(?:provisional|unofficial) translation)[)）]?$",
    re.IGNORECASE,
)


def without_remark(title: str) -> tuple[str, str | None]:
    found = _REMARK.search(title)
    return (title[: found.start()], found["remark"]) if found else (title, None)


def _is_remark(block: Paragraph) -> bool:
    return len(block.texts) == 1 and _REMARK.fullmatch(block.texts[0]) is not None


def _is_heading(block: Paragraph) -> bool:
    return (
        block.kind == "plain" and block.is_title and not (is_date_line(block) or _is_remark(block))
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


class Front:
    """What stands before the catalogue: the joint statement and the main text."""

    def __init__(self, blocks: Sequence[Paragraph], writer: Writer, *, opening: Row) -> None:
        self._blocks = blocks
        self._writer = writer
        self.pillars: list[Paragraph] = []
        self.sections: list[Paragraph] = []
        self.clauses: list[Clause] = []
        self.commitments: list[Commitment] = []
        self.committed: list[Paragraph] = []
        self.passages: list[Prose] = []
        self.date: date | None = None
        self.title, self.statement, main = self._titles()
        self._read_statement(blocks[:main])
        self._read_main(blocks[main:])
        self._read_date(opening)
        if self.title is None:
            writer.placing.notice("no-title", [opening])
        elif self.title is self.statement and self.commitments:
            writer.placing.notice("statement-title", self.title.rows)

    def _titles(self) -> tuple[Paragraph | None, Paragraph | None, int]:
        """The titles of programme and statement, and the index at which the main text begins."""
        blocks = self._blocks
        stop = _first_heading(blocks)
        committed = [i for i, block in enumerate(blocks[:stop]) if block.kind == "numbered"]
        headings = [i for i, block in enumerate(blocks[:stop]) if _is_heading(block)]
        own = [i for i in headings if i > max(committed, default=-1)]
        above = [i for i in own if all(_is_remark(block) for block in blocks[i + 1 : stop])]
        if not own:
            only = blocks[headings[0]] if headings else None
            return only, only, stop
        # A statement comes first where sentences stand between two titles.
        after_sentences = above and any(
            block.kind == "numbered" or not block.is_title for block in blocks[: above[-1]]
        )
        at = above[-1] if after_sentences else own[0]
        return blocks[at], blocks[headings[0]] if headings[0] < at else None, at

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
                self._writer.place(block, "date" if is_date_line(block) else "preamble")
                self.clauses.append(
                    Clause(part="closing" if -1 < last < index else "opening", text=text, **lines)
                )

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
                self.passages.append(Prose(None, block))
            elif self._is_torn(blocks, overview, index):
                self._writer.placing.leave(block.rows)
            else:
                self._writer.place(block, "prose")
                if not self.passages:
                    self.passages.append(Prose(None, None))
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
        lines = [block for block in self._blocks if is_date_line(block)]
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
