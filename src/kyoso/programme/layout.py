"""The page as found: lines, page furniture, where a paragraph ends, how wrapped lines rejoin.

A published text is extracted from a PDF line by line. What the page did to the words is undone
here, from what can be measured on the page (blanks at line ends, widths), never from what the
words mean.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))

PLAIN = str.maketrans(
    {
        **{chr(ord("０") + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("‐‑‒–—―−－ー﹣ｰ", "-"),
        "．": ".",
        "：": ":",
        "（": "(",
        "）": ")",
        "\u3000": " ",
        "\u00a0": " ",
        "\u2003": " ",
        "\u2002": " ",
        "\t": " ",
    }
)
"""One character for one, so that a place found in the plain form is the same in the text."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line with something on it, or two between which a number was divided (to ``last``).

    ``trailing``: a blank stands at its end. ``gap`` counts the blank lines before it.
    """

    number: int
    last: int
    text: str
    trailing: bool
    gap: int
    page: int

    @property
    def plain(self) -> str:
        return self.text.translate(PLAIN)


def rows_of(text: str) -> list[Row]:
    """The lines of ``text`` that are not blank, numbered as an editor numbers them.

    Only line feed, carriage return and both together end a line; a form feed begins a page.
    """
    rows: list[Row] = []
    page, last = 0, 0
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        page += raw.count("\f")
        line = raw.translate(_INVISIBLE)
        if words := line.strip():
            trailing = line[-1].isspace()
            rows.append(Row(number, number, words, trailing, number - last - 1, page))
            last = number
    return rows


# The plain form of a line has a hyphen for the long vowel of "ページ".
_PAGE_NUMBER = re.compile(
    r"[-<(]\s*\d{1,3}\s*[->)]|page\s*\d{1,3}(\s*(of|/)\s*\d{1,3})?|p\.\s*\d{1,3}"
    r"|\d{1,3}\s*/\s*\d{1,3}(ペ-ジ)?|\d{1,3}\s*ペ-ジ",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d{1,3}")
_PAGE_GAP = 3
_OFTEN = 3


def without_furniture(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows that belong to the text, and those that belong to the page.

    Page numbers, and the first or last row of a page that is the same on half of the pages.
    A bare number counts as a page number only where a page begins or ends.
    """
    edges = _page_edges(rows)
    repeated = Counter(rows[index].text for index in edges)
    pages = len({row.page for row in rows})
    furniture = {
        index
        for index, row in enumerate(rows)
        if _PAGE_NUMBER.fullmatch(row.plain)
        or (
            index in edges
            and (
                _BARE_NUMBER.fullmatch(row.plain) is not None
                or (pages > 1 and repeated[row.text] >= max(_OFTEN, pages / 2))
            )
        )
    }
    text = [row for index, row in enumerate(rows) if index not in furniture]
    return text, [rows[index] for index in sorted(furniture)]


def _page_edges(rows: Sequence[Row]) -> set[int]:
    """Indexes of rows at the top or foot of a page: by form feeds, else by a run of blank lines."""
    edges = set()
    for index in range(1, len(rows)):
        above, below = rows[index - 1], rows[index]
        if above.page != below.page or below.gap >= _PAGE_GAP:
            edges |= {index - 1, index}
    if rows and rows[-1].page > 0:
        edges |= {0, len(rows) - 1}
    return edges


def width(text: str) -> int:
    """Columns on a page of fixed pitch: two for a full-width character, one for another."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


_GOES_ON = re.compile(r"[、，,・･(（「『［\[/／＆&-]$|\b(?:and|or|the|of|to|for|in|with|by)$")
_CLAUSE_END = re.compile(r"[;；:：]$")
_SENTENCE_END = re.compile(r"[。．.;；:：!！?？」]$")
_AT_LEAST = 3
_MOSTLY = 0.8
_SELDOM = 0.6
_NEARLY = 0.85
_WIDEST_PAGE = 180
_NARROWEST_PAGE = 50
_RARE = 0.04


@dataclass(frozen=True, slots=True)
class Ends:
    """Which rows end their paragraph. ``certain``: the file marks them, they are not guessed."""

    at: tuple[bool, ...]
    certain: bool


def paragraph_ends(rows: Sequence[Row], heads: Collection[int], *, span: int | None) -> Ends:
    """Where paragraphs end, given the indexes of rows that surely begin one (``heads``).

    Word processors print a blank at the end of a paragraph and none where a line wraps. Where
    the rows before ``heads`` show this habit it is taken as the mark; elsewhere a row ends its
    paragraph when the next word would still have fitted on it. The width of a full row is
    measured within ``span`` rows, as parts of a text are set in different widths (``None``:
    over the whole text). A text with lines that no page could hold is not wrapped at all.
    """
    widths = [width(row.text) for row in rows]
    full = [_full(widths, index, span) for index in range(len(rows))]
    if _marks_ends(
        rows, heads, [one >= _NEARLY * whole for one, whole in zip(widths, full, strict=True)]
    ):
        return Ends((*(row.trailing for row in rows[:-1]), True), certain=True)
    if sum(one > _WIDEST_PAGE for one in widths) > _RARE * len(widths):
        return Ends((*(not _GOES_ON.search(row.text) for row in rows[:-1]), True), certain=False)
    short = [
        _stops_short(row.text, below.text, full[index])
        for index, (row, below) in enumerate(pairwise(rows))
    ]
    usual = statistics.median_low([row.gap for row in rows]) if rows else 0
    ends = [
        short[index]
        or _CLAUSE_END.search(row.text) is not None
        or (
            _SENTENCE_END.search(row.text) is not None
            and (below.gap > usual or _stands_alone(below.text, short[index + 1 : index + 2]))
        )
        for index, (row, below) in enumerate(pairwise(rows))
    ]
    return Ends((*ends, True), certain=False)


def _marks_ends(rows: Sequence[Row], heads: Collection[int], is_full: Sequence[bool]) -> bool:
    """Whether a blank at the end of a line marks the end of a paragraph.

    It stands before what begins a paragraph, and seldom on full rows, most of which wrap.
    """
    before = [rows[index - 1].trailing for index in heads if index]
    wrapping = [
        row.trailing
        for below, (row, full) in enumerate(zip(rows, is_full, strict=True), start=1)
        if full and below not in heads
    ]
    return (
        len(before) >= _AT_LEAST
        and statistics.mean(before) >= _MOSTLY
        and (not wrapping or statistics.mean(wrapping) <= _SELDOM)
    )


def _full(widths: Sequence[int], index: int, span: int | None) -> int:
    """The width of a full row about here: nine rows of ten are not wider, no page is narrower."""
    start, stop = (0, len(widths)) if span is None else (max(0, index - span), index + span + 1)
    near = sorted(widths[start:stop])
    return max(near[min(len(near) - 1, len(near) * 9 // 10)], _NARROWEST_PAGE)


_INDENT = 12
"""Columns by which a hanging indent, which extraction removes, may narrow a full row."""


def _stops_short(text: str, following: str, full: int) -> bool:
    if _GOES_ON.search(text):
        return False
    first = re.match(r"[A-Za-z0-9][^\s\u3000-\u9fff\uff00-\uffef]*|.", following)
    needs = width(first[0]) if first else 0
    slack = 2 if _SENTENCE_END.search(text) else _INDENT
    return width(text) + needs + slack <= full


def _stands_alone(text: str, short: Sequence[bool]) -> bool:
    """Whether a row after the end of a sentence is a heading: short, and no sentence itself."""
    return short == [True] and not _SENTENCE_END.search(text)


_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:-[A-Za-zÀ-ÿ]+)*")
_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_BLANK_IN_JAPANESE = re.compile(rf"(?<=[{_WIDE}]) +(?=[{_WIDE}])")
_BLANK_BESIDE_JAPANESE = re.compile(rf"(?<=[{_WIDE}]) | (?=[{_WIDE}])")
_ENDS_WIDE = re.compile(rf"[{_WIDE}]$")
_BEGINS_WIDE = re.compile(rf"^[{_WIDE}]")
_ENDS_TIGHT = re.compile(r"[/(\[]$|\S[–—‐‑]$")
_BEGINS_TIGHT = re.compile(r"[,.;:)\]!?%/]|[–—‐‑-]\S")
_SOFT_HYPHENS = "\u00ad\u0002\ufffe"


def vocabulary(rows: Sequence[Row]) -> frozenset[str]:
    """The Latin words of the text, in lower case, as they stand inside a line."""
    return frozenset(
        word.lower() for row in rows for word in _WORD.findall(row.text.rstrip("-" + _SOFT_HYPHENS))
    )


def joined(texts: Sequence[str], words: Collection[str] = ()) -> str:
    """Wrapped lines as one text: Japanese without a blank, Latin words with one.

    A word divided by a hyphen at a line's end is closed up where ``words`` has it in one piece.

    >>> joined(["ASEAN の測", "定を支援", "する"])
    'ASEAN の測定を支援する'
    >>> joined(["the plan 2025-", "2030 and", "its goals"])
    'the plan 2025-2030 and its goals'
    """
    text = ""
    for following in filter(None, texts):
        text = _join(text, following, words) if text else following
    return _BLANK_IN_JAPANESE.sub("", text)


def _join(text: str, following: str, words: Collection[str]) -> str:
    if text[-1] in _SOFT_HYPHENS:
        return text[:-1] + following
    if text.endswith("-"):
        return _hyphenated(text, following, words)
    closes_up = (
        _ENDS_WIDE.search(text)
        or _BEGINS_WIDE.match(following)
        or _ENDS_TIGHT.search(text)
        or _BEGINS_TIGHT.match(following)
    )
    return text + ("" if closes_up else " ") + following


def _hyphenated(text: str, following: str, words: Collection[str]) -> str:
    left = re.search(r"([A-Za-zÀ-ÿ]+)-$", text)
    right = re.match(r"[a-zà-ÿ]+", following)
    if left and right:
        whole = (left[1] + right[0]).lower()
        if whole in words and f"{left[1]}-{right[0]}".lower() not in words:
            return text[:-1] + following
    elif text.endswith(" -"):
        return f"{text} {following}"
    return text + following


def unwrapped(text: str) -> str:
    r"""``text`` without the blanks that line breaks and extraction leave beside Japanese.

    Two extractions of one text are equal in this form, wherever their lines broke.

    >>> unwrapped("日 ASEAN の\n行動 計画  of  2025")
    '日ASEANの行動計画of 2025'
    """
    return _BLANK_BESIDE_JAPANESE.sub("", re.sub(r"\s+", " ", text)).strip()
