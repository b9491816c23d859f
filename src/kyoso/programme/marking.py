"""What every line of the published layout opens with: the numbers that are numbers.

A line may begin with digits for many reasons: a code, a heading, a quantity, a year, a
reference in running text that happened to wrap there. Form alone does not tell; a candidate
is taken as a mark where its surroundings bear it out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kyoso.programme import codes
from kyoso.programme.codes import NO_MARK, Mark, Number
from kyoso.programme.layout import Ends, Row, paragraph_ends

_STEP = r"[1-9]\d?"
_DIVIDED = re.compile(rf"(?<![\d-]){_STEP}(?: ?- ?{_STEP})*(?: ?-)?$")
_AT_END = re.compile(rf"(?<![\d-])(?P<code>{_STEP}(?:-{_STEP}){{2,}}) *[.:]? *$")
_SENTENCE_END = re.compile(r"[。．.;；:：]$")

_SPAN = 20
"""Rows each way within which the width of a full row is measured."""
_TITLE_ROWS = 3


@dataclass(frozen=True, slots=True)
class Marked:
    """Rows with their marks. The catalogue of coded items begins at row ``start``.

    ``mentions``: indexes of rows that open with a code which is only a reference.
    """

    rows: tuple[Row, ...]
    ends: Ends
    marks: tuple[Mark, ...]
    start: int
    mentions: tuple[int, ...]


def marked(rows: Sequence[Row]) -> Marked:
    """Find the marks of a text in the published layout."""
    marker = _Marker(whole_codes(rows))
    return Marked(
        rows=tuple(marker.rows),
        ends=marker.ends,
        marks=tuple(marker.marks),
        start=marker.start,
        mentions=tuple(marker.mentions),
    )


def has_codes(rows: Sequence[Row]) -> bool:
    """Whether some line opens with a code of three levels or more."""
    return any(
        codes.code_at(row.plain) and not codes.is_named_in_passing(row.plain)
        for row in whole_codes(rows)
    )


def whole_codes(rows: Sequence[Row]) -> list[Row]:
    """The rows with every code whole and at the start of a row.

    A code that was divided by the end of a line or page is put together; one that begins at
    the end of a line of text is given a row of its own, if it is the number due there and
    stands nowhere else.
    """
    known = Counter(at[0] for row in rows if (at := codes.code_at(row.plain)))
    whole: list[Row] = []
    waiting = list(reversed(rows))
    last: Number = ()
    while waiting:
        row = waiting.pop()
        if waiting and (together := _together(row, waiting[-1])):
            waiting[-1] = together
            continue
        last = _number(row) or last
        parts = _parted(row, waiting[-1], last, known) if waiting else None
        if parts:
            whole.append(parts[0])
            waiting.append(parts[1])
            known[_number(parts[1])] += 1
        else:
            whole.append(row)
    return whole


def _number(row: Row) -> Number:
    at = codes.code_at(row.plain)
    return at[0] if at else ()


def _together(row: Row, following: Row) -> Row | None:
    """The two rows as one where a code, or an annex and its number, is divided between them."""
    if codes.ANNEX_ALONE.fullmatch(row.plain) and codes.annex_at(f"{row.plain} {following.plain}"):
        return replace(
            following, number=row.number, text=f"{row.text} {following.text}", gap=row.gap
        )
    divided = _DIVIDED.fullmatch(row.plain)
    if divided is None or not (row.plain.endswith("-") or following.plain.startswith("-")):
        return None
    text = row.text + following.text
    code = codes.CODE.match(replace(row, text=text).plain)
    if code is None or code.end() <= len(row.text):
        return None
    return replace(following, number=row.number, text=text, gap=row.gap)


def _parted(row: Row, following: Row, last: Number, known: Counter[Number]) -> list[Row] | None:
    """The row in two where a code that is due begins at its end."""
    tail = _AT_END.search(row.plain) or _DIVIDED.search(row.plain)
    if tail is None or not row.text[: tail.start()].strip():
        return None
    beginning = replace(row, text=row.text[tail.start() :], gap=0)
    number = _number(_together(beginning, following) or beginning)
    if not number or known[number] or not codes.may_follow(number, last):
        return None
    return [replace(row, text=row.text[: tail.start()].rstrip(), trailing=True), beginning]


class _Marker:
    """One pass after the other, from the surest marks to the least sure."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.plain = [row.plain for row in rows]
        self.marks = [NO_MARK] * len(rows)
        found = {i: at for i, plain in enumerate(self.plain) if (at := codes.code_at(plain))}
        self.ends = paragraph_ends(rows, found.keys(), span=_SPAN)
        self.mentions = [i for i in found if self._is_mention(i, found)]
        for i in found.keys() - set(self.mentions):
            self.marks[i] = Mark("code", *found[i])
        self._mark_annexes()
        self.start = self._start()
        self._mark_front()
        self._mark_sections()
        self._mark_numbered()

    def _opens(self, index: int) -> bool:
        return index == 0 or self.ends.at[index - 1]

    def _is_title(self, index: int) -> bool:
        """Whether the paragraph that begins here is a heading: few rows, no sentence."""
        for at in range(index, min(index + _TITLE_ROWS, len(self.rows))):
            if self.ends.at[at] or self._kind(at + 1) != "plain":
                return not _SENTENCE_END.search(self.rows[at].text)
        return False

    def _kind(self, index: int) -> str:
        return self.marks[index].kind if index < len(self.marks) else "plain"

    def _free(self, start: int, stop: int) -> Iterator[int]:
        return (i for i in range(start, stop) if self.marks[i] is NO_MARK)

    def _codes(self, start: int = 0) -> Iterator[Number]:
        return (mark.number for mark in self.marks[start:] if mark.kind == "code")

    def _is_mention(self, index: int, found: dict[int, tuple[Number, int]]) -> bool:
        stands = any(
            number == found[index][0]
            and at != index
            and self._opens(at)
            and not codes.is_named_in_passing(self.plain[at])
            for at, (number, _) in found.items()
        )
        if codes.is_named_in_passing(self.plain[index]):
            return stands or not self._opens(index)
        return stands and self.ends.certain and not self._opens(index)

    def _mark_annexes(self) -> None:
        """Headings of annexes: those with coded items below; else the last that may be one.

        A list of contents and running text name annexes too.
        """
        candidates = [
            (i, mark) for i, plain in enumerate(self.plain) if (mark := codes.annex_at(plain))
        ]
        chosen: dict[Number, list[tuple[int, Mark]]] = {}
        spare: dict[Number, tuple[int, Mark]] = {}
        for (index, mark), (stop, _) in pairwise((*candidates, (len(self.rows), NO_MARK))):
            holds = any(self.marks[i].kind == "code" for i in range(index, stop))
            if self._opens(index) and holds:
                chosen.setdefault(mark.number, []).append((index, mark))
            elif holds or (self._opens(index) and self._is_title(index)):
                spare[mark.number] = (index, mark)
        first = min(
            (place for places in chosen.values() for place in places),
            key=lambda place: place[0],
            default=None,
        )
        for number, (index, mark) in spare.items():
            # Before the first annex with items, only a lower number with a title is believed.
            if (
                first is None
                or index > first[0]
                or (number < first[1].number and self.plain[index][mark.begins :])
            ):
                chosen.setdefault(number, [(index, mark)])
        for places in chosen.values():
            for index, mark in places:
                self.marks[index] = mark

    def _start(self) -> int:
        """The first annex heading, or the first code with the section heading just above it.

        A code before the first annex begins the catalogue only where the next code follows on
        from it; one that stands there alone is a reference.
        """
        annex = next((i for i, mark in enumerate(self.marks) if mark.kind == "annex"), None)
        coded = [(i, mark.number) for i, mark in enumerate(self.marks) if mark.kind == "code"]
        early = [
            i
            for (i, number), (_, following) in pairwise(coded)
            if (annex is None or i < annex) and codes.may_follow(following, number)
        ]
        first = early[0] if early else annex if annex is not None else coded[0][0]
        for index in (i for i, _ in coded if i < first):
            self.marks[index] = NO_MARK
            self.mentions.append(index)
        for index in range(first - 1, max(first - 1 - _TITLE_ROWS, -1), -1) if early else ():
            section = codes.section_at(self.plain[index])
            if section and section.number == self.marks[first].number[:2]:
                return index
        return first

    def _mark_front(self) -> None:
        """Pillars and sections as the overview announces them, where anything comes of them."""
        served = {mark.number[0] for mark in self.marks if mark.kind in ("annex", "code")}
        sections = self._announced()
        pillars = self._pillars(sections, served)
        known = served | {mark.number[0] for mark in pillars.values()}
        for index, mark in (*sections.items(), *pillars.items()):
            if mark.number[0] in known:
                self.marks[index] = mark

    def _announced(self) -> dict[int, Mark]:
        sections: dict[int, Mark] = {}
        last: Number = ()
        for index in self._free(0, self.start):
            section = codes.section_at(self.plain[index])
            due = section is not None and codes.may_follow(section.number, last)
            if section and (self._opens(index) or (due and self._is_title(index))):
                sections[index] = section
                last = section.number
        return sections

    def _pillars(self, sections: Mapping[int, Mark], served: Collection[int]) -> dict[int, Mark]:
        """Headings just above their sections; then one that is next and written as they are."""
        pillars: dict[int, Mark] = {}
        last = 0
        for index in self._free(0, self.start):
            pillar = codes.pillar_at(self.plain[index])
            if pillar is None or index in sections or not self._opens(index):
                continue
            number = pillar.number[0]
            below = next((i for i in sections if i > index), None)
            heads = (
                below is not None
                and below - index <= _TITLE_ROWS
                and sections[below].number[0] == number
            )
            alike = any(self._is_bare(index) == self._is_bare(other) for other in pillars)
            bare = self._is_bare(index) and not codes.is_count(self.plain[index])
            if (heads and (number in served or alike or not pillars)) or (
                number == last + 1 and alike and bare and self._is_title(index)
            ):
                pillars[index] = pillar
                last = number
        return pillars

    def _is_bare(self, index: int) -> bool:
        """Whether the number of a pillar stands without a full stop."""
        return re.match(rf"{_STEP} ", self.plain[index]) is not None

    def _mark_sections(self) -> None:
        """Section headings in the catalogue."""
        announced = {mark.number for mark in self.marks[: self.start] if mark.kind == "section"}
        last: Number = ()
        for index in self._free(self.start, len(self.rows)):
            mark = codes.section_at(self.plain[index])
            if mark is None:
                continue
            due = next(self._codes(index), None)
            heads = due is not None and due[:2] == mark.number
            expected = mark.number in announced or codes.may_follow(mark.number, last)
            opens, title = self._opens(index), self._is_title(index)
            if (heads and (opens or title)) or (expected and opens and title):
                self.marks[index] = mark
                last = mark.number

    def _mark_numbered(self) -> None:
        """Numbered headings and paragraphs. One that is due counts even after a lost line."""
        last = 0
        for index, plain in enumerate(self.plain):
            if self.marks[index].kind == "annex":
                last = 0
            if self.marks[index] is not NO_MARK or index in self.mentions:
                continue
            mark = codes.numbered_at(plain)
            due = mark is not None and mark.number[0] == last + 1
            if mark and (self._opens(index) or (due and (last or self._is_title(index)))):
                self.marks[index] = mark
                last = mark.number[0]
