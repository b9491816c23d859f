"""What changed from one edition to another: added, removed, renumbered, reworded, moved.

Items are paired by what they say, all at once: the pairing is the one with the greatest sum of
likenesses, so that one removed activity, after which the others move up a number, is one removal
and some new numbers, and not a row of rewordings. Likeness is the Dice coefficient of the items'
pairs of neighbouring characters (Japanese) and words (Latin script), each pair weighted by the
logarithm of its rarity over both editions (L. R. Dice, Ecology 26, 1945, pp. 297-302; inverse
document frequency: K. Spärck Jones, Journal of Documentation 28, 1972, pp. 11-21).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

from kyoso.core.text import Language, Text
from kyoso.programme.codes import number_of
from kyoso.programme.editions import Edition, Placed, Words
from kyoso.programme.layout import unwrapped
from kyoso.programme.sources import refused

ChangeKind = Literal["added", "removed", "moved", "renumbered", "reworded"]
Part = Literal["activity", "group", "section", "pillar", "commitment"]
Operation = Literal["equal", "insert", "delete"]
Redline = tuple[tuple[Operation, str], ...]

CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
PARTS: tuple[Part, ...] = get_args(Part)

LIKE_UNDER_SAME_CODE = 0.25
"""Two texts under one code are one item, reworded, from this likeness on; see ``LIKE_ELSEWHERE``."""
LIKE_ELSEWHERE = 0.5
"""Two texts under different codes are one item from this likeness on. Different activities of
SPACE 2025 reach 0.24 at most, so that both bounds part what differs."""
_SAME_CODE = 0.05
_SAME_SECTION = 0.01
"""What the same place adds to a likeness: it decides between equals, never against words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered item of an edition, in one language."""

    part: Part
    code: str
    section: str | None
    text: str
    first_line: int
    last_line: int

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "section": self.section,
            "text": self.text,
            "first_line": self.first_line,
            "last_line": self.last_line,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an item. ``kinds`` are in the order of :data:`CHANGE_KINDS`.

    ``redline``: what is equal and deleted makes the text before, equal and inserted that after.
    """

    kinds: tuple[ChangeKind, ...]
    before: Entry | None
    after: Entry | None
    redline: Redline

    @property
    def entry(self) -> Entry:
        """The item as it stands after, or stood before it was removed."""
        entry = self.after or self.before
        assert entry is not None
        return entry

    def as_dict(self) -> dict[str, Any]:
        return {
            "part": self.entry.part,
            "code": self.entry.code,
            "kinds": list(self.kinds),
            "before": self.before.as_dict() if self.before else None,
            "after": self.after.as_dict() if self.after else None,
            "redline": [list(step) for step in self.redline],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two editions and the changes between them, activities first, by code."""

    before: Edition
    after: Edition
    language: Language
    changes: tuple[Change, ...]
    unchanged: int
    """Activities that are the same in both."""
    by_number: bool = False
    """Items were paired by their numbers alone; see :func:`compare`."""

    def of(self, kind: ChangeKind, part: Part = "activity") -> tuple[Change, ...]:
        """The changes of one kind; a change of several kinds is among each of them."""
        return tuple(
            change for change in self.changes if kind in change.kinds and change.entry.part == part
        )

    def as_dict(self) -> dict[str, Any]:
        """One JSON object: the two heads, activities by kind of change, other parts apart."""
        return {
            "before": _head(self.before),
            "after": _head(self.after),
            "language": self.language,
            "by_number": self.by_number,
            "counts": {
                **{kind: len(self.of(kind)) for kind in CHANGE_KINDS},
                "unchanged": self.unchanged,
            },
            **{kind: [change.as_dict() for change in self.of(kind)] for kind in CHANGE_KINDS},
            "other_parts": [
                change.as_dict() for change in self.changes if change.entry.part != "activity"
            ],
        }


def _head(edition: Edition) -> dict[str, Any]:
    return {
        "title": edition.title,
        "date": edition.date.isoformat() if edition.date else None,
        "language": edition.language,
        "warnings": len(edition.warnings),
    }


def compare(before: Edition, after: Edition, *, by_number: bool = False) -> Comparison:
    """The changes from ``before`` to ``after``, in a language that both have.

    Blanks that only extraction or line breaks put in are no change. ``by_number`` is for a text
    and its summary, which say the same in other words: items are one where their numbers are,
    and the redline sets the whole of one against the whole of the other. Raises
    :class:`InputRefusedError` where the two have no language in common.
    """
    language = _common_language(before, after)
    entries = {
        part: (_entries(before, part, language), _entries(after, part, language)) for part in PARTS
    }
    pair = _pairs_by_number if by_number else _pairs
    line = _replaced if by_number else redline
    pairs = {part: pair(*entries[part]) for part in PARTS}
    sections = {one.code: other.code for one, other in pairs["section"] if one and other}
    changes = [
        change
        for part in PARTS
        for one, other in _in_order(pairs[part])
        if (change := _change(one, other, sections, line)).kinds
    ]
    touched = sum(change.after is not None for change in changes if change.entry.part == "activity")
    return Comparison(
        before=before,
        after=after,
        language=language,
        changes=tuple(changes),
        unchanged=len(after.activities) - touched,
        by_number=by_number,
    )


def _common_language(before: Edition, after: Edition) -> Language:
    sets = [
        set.intersection(*(set(one.text) for one in edition.activities))
        for edition in (before, after)
        if edition.activities
    ]
    common = set.intersection(*sets) if sets else {after.language}
    if not common:
        raise refused(
            after.title,
            Text("the two texts share no language", "二つの本文に共通の言語がありません"),
            Text("compare texts in one language", "同じ言語の本文どうしを比較してください"),
        )
    return after.language if after.language in common else min(common)


def _entries(edition: Edition, part: Part, language: Language) -> list[Entry]:
    return [
        Entry(part, code, section, unwrapped(words[language]), place.first_line, place.last_line)
        for code, section, words, place in _ITEMS[part](edition)
        if language in words
    ]


_Items = list[tuple[str, str | None, Words, Placed]]

_ITEMS: Mapping[Part, Callable[[Edition], _Items]] = {
    "activity": lambda e: [(one.code, one.section, one.text, one) for one in e.activities],
    "group": lambda e: [(one.code, one.section, one.title, one) for one in e.groups],
    "section": lambda e: [(one.code, None, one.title, one) for one in e.sections],
    "pillar": lambda e: [(one.code, None, one.title, one) for one in e.pillars],
    "commitment": lambda e: [(str(one.number), None, one.text, one) for one in e.commitments],
}


def _pairs(
    before: Sequence[Entry], after: Sequence[Entry]
) -> list[tuple[Entry | None, Entry | None]]:
    """Every entry once: with its counterpart, or with ``None``."""
    paired: dict[int, int] = {}
    if before and after:
        import numpy as np
        from scipy.optimize import linear_sum_assignment

        value = np.array(_worths(before, after))
        rows, columns = linear_sum_assignment(value, maximize=True)
        paired = {
            int(row): int(column)
            for row, column in zip(rows, columns, strict=True)
            if value[row, column] > 0
        }
    kept = set(paired.values())
    return [
        *((one, after[paired[i]] if i in paired else None) for i, one in enumerate(before)),
        *((None, other) for i, other in enumerate(after) if i not in kept),
    ]


def _pairs_by_number(
    before: Sequence[Entry], after: Sequence[Entry]
) -> list[tuple[Entry | None, Entry | None]]:
    """Every entry once; of several with one number, each has its own counterpart, in order."""
    waiting: dict[str, list[Entry]] = {}
    for other in reversed(after):
        waiting.setdefault(other.code, []).append(other)
    pairs = [(one, waiting[one.code].pop() if waiting.get(one.code) else None) for one in before]
    taken = {id(other) for _, other in pairs}
    return [*pairs, *((None, other) for other in after if id(other) not in taken)]


def _worths(before: Sequence[Entry], after: Sequence[Entry]) -> list[list[float]]:
    """The worth of pairing each of ``before`` with each of ``after``; 0 where it may not be."""
    bags = [_features(entry.text) for entry in (*before, *after)]
    frequency = Counter(feature for bag in bags for feature in bag)
    rarity = {
        feature: math.log1p(len(bags) / count) for feature, count in sorted(frequency.items())
    }
    mass = [sum(rarity[feature] * n for feature, n in bag.items()) for bag in bags]
    return [
        [
            _worth(one, other, _likeness(bags[i], bags[j], rarity, mass[i] + mass[j]))
            for j, other in enumerate(after, start=len(before))
        ]
        for i, one in enumerate(before)
    ]


_UNIT = re.compile(r"[A-Za-zÀ-ÿ0-9]+|\S")


def _features(text: str) -> Counter[tuple[str, str]]:
    """Neighbouring units of a text: Latin words and numbers are one, other characters each."""
    units = ["", *(unit.lower() for unit in _UNIT.findall(text)), ""]
    return Counter(pairwise(units))


def _likeness(
    one: Counter[tuple[str, str]],
    other: Counter[tuple[str, str]],
    rarity: Mapping[tuple[str, str], float],
    mass: float,
) -> float:
    shared = sum(rarity[feature] * min(n, other[feature]) for feature, n in one.items())
    return 2 * shared / mass


def _worth(one: Entry, other: Entry, likeness: float) -> float:
    same_code = one.code == other.code
    if likeness < (LIKE_UNDER_SAME_CODE if same_code else LIKE_ELSEWHERE):
        return 0.0
    return likeness + _SAME_CODE * same_code + _SAME_SECTION * (one.section == other.section)


def _in_order(
    pairs: Sequence[tuple[Entry | None, Entry | None]],
) -> list[tuple[Entry | None, Entry | None]]:
    """By number; what was removed stands before what has its number now."""

    def place(pair: tuple[Entry | None, Entry | None]) -> tuple[object, ...]:
        one, other = pair
        entry = other or one
        assert entry is not None
        return number_of(entry.code), other is not None, entry.first_line

    return sorted(pairs, key=place)


def _change(
    one: Entry | None,
    other: Entry | None,
    sections: Mapping[str, str],
    line: Callable[[str, str], Redline],
) -> Change:
    kinds: list[ChangeKind] = []
    if one is None:
        return Change(("added",), None, other, (("insert", other.text),) if other else ())
    if other is None:
        return Change(("removed",), one, None, (("delete", one.text),))
    if one.section is not None and sections.get(one.section, one.section) != other.section:
        kinds.append("moved")
    if one.code != other.code:
        kinds.append("renumbered")
    if one.text != other.text:
        kinds.append("reworded")
    return Change(tuple(kinds), one, other, line(one.text, other.text))


def _replaced(before: str, after: str) -> Redline:
    return (("equal", before),) if before == after else (("delete", before), ("insert", after))


_OPERATIONS: Mapping[int, Operation] = {-1: "delete", 0: "equal", 1: "insert"}


def redline(before: str, after: str) -> Redline:
    """The steps from one text to another, character by character, in pieces a person can read.

    >>> redline("二国間協力の推進", "二国間協力の強化")
    (('equal', '二国間協力の'), ('delete', '推進'), ('insert', '強化'))
    """
    from diff_match_patch import diff_match_patch

    differ = diff_match_patch()
    # Without a limit of time the same texts give the same steps on a busy machine too.
    differ.Diff_Timeout = 0
    steps = differ.diff_main(before, after)
    differ.diff_cleanupSemantic(steps)
    return tuple((_OPERATIONS[operation], text) for operation, text in steps)
