"""The annexes: sections, groups, activities, and the prose that introduces them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from kyoso.programme.codes import Number, may_follow
from kyoso.programme.numbering import Numbered
from kyoso.programme.paragraphs import Paragraph
from kyoso.programme.writing import Prose, Writer

_BULLET = re.compile(r"[*–—-] |[・･•●○◦■□▪]|[①-⑳]|(?:[a-z]|[ivx]+)\) |\((?:[a-z]|\d{1,2}|[ivx]+)\)")


@dataclass(slots=True)
class CodedItem:
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


class Catalogue:
    """The annexes: sections, groups, activities, and the prose that introduces them."""

    def __init__(self, blocks: Sequence[Paragraph], writer: Writer, *, certain: bool) -> None:
        self._writer = writer
        self._certain = certain
        self._order = [block.number for block in blocks if block.kind in ("code", "section")]
        self._passed = 0
        self._state: Literal["annex", "prose", "heading", "activity"] = "annex"
        self.annexes: list[Paragraph] = []
        self.headings: list[tuple[Paragraph, Number | None]] = []
        self.items: list[CodedItem] = []
        self.passages: list[Prose] = []
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
            self.passages.append(Prose(self._annex, block))
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
            CodedItem([block], self._annex, is_group, is_doubtful, [self._writer.text(block)])
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
        """Whether a number is missing just here: the next one is no first and follows no last."""
        if self._passed == len(self._order):
            return False
        above = self._order[self._passed - 1] if self._passed else ()
        below = self._order[self._passed]
        return below[-1] > 1 and not may_follow(below, above)

    def _add_prose(self, block: Paragraph) -> None:
        self._writer.place(block, "prose")
        if self._state != "prose":
            self.passages.append(Prose(self._annex, None))
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
