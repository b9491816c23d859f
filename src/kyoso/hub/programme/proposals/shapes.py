"""What each kind of proposal holds: how many activities it concerns, how many texts it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kyoso.core.text import Text
from kyoso.hub.programme.proposals.enums import Kind

MOST = 10
"""Activities that one proposal may merge, or parts into which it may split one."""
TITLE = 200
WORDS = 8000


@dataclass(frozen=True, slots=True)
class Shape:
    """Fewest and most activities concerned and texts made; ``worded`` texts have their words."""

    targets: tuple[int, int]
    texts: tuple[int, int]
    worded: bool = True
    numbered: bool = True
    """Whether it gives numbers; a rewording keeps the one that is there."""


SHAPES: Mapping[str, Shape] = {
    Kind.REWORD: Shape((1, 1), (1, 1), numbered=False),
    Kind.NEW: Shape((0, 0), (1, 1)),
    Kind.MERGE: Shape((2, MOST), (1, 1)),
    Kind.SPLIT: Shape((1, 1), (2, MOST)),
    Kind.END: Shape((1, 1), (0, 0), worded=False, numbered=False),
    Kind.RENUMBER: Shape((1, 1), (1, 1), worded=False),
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """An activity as a proposal would have it; what is ``None`` stays as it is."""

    code: str
    title: Text | None = None
    words: Text | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "title": self.title.as_dict() if self.title else None,
            "text": self.words.as_dict() if self.words else None,
        }


def proposed(data: Mapping[str, Any]) -> Proposed:
    """The inverse of :meth:`Proposed.as_dict`. Raises ``KeyError``, ``TypeError``, ``ValueError``."""

    def read(name: str) -> Text | None:
        words = data[name]
        return None if words is None else Text(words["en"], words["ja"])

    return Proposed(str(data["code"]), read("title"), read("text"))


def faults_of(kind: str, targets: Sequence[str], texts: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with the shape of a proposal; empty where nothing is."""
    shape = SHAPES.get(kind)
    if shape is None:
        return ["not a kind of proposal"]
    faults = []
    for name, found, (fewest, most) in (
        ("activities", targets, shape.targets),
        ("texts", texts, shape.texts),
    ):
        if not fewest <= len(found) <= most:
            faults.append(f"{kind}: {len(found)} {name}, not {fewest} to {most}")
    if len(set(targets)) != len(targets):
        faults.append("an activity is named twice")
    try:
        read = [proposed(text) for text in texts]
    except (KeyError, TypeError, ValueError):
        return [*faults, "a text needs a number, and its words in both languages"]
    if any((one.title is None or one.words is None) == shape.worded for one in read):
        faults.append("a text needs title and words" if shape.worded else "only the number changes")
    if len({one.code for one in read}) != len(read):
        faults.append("a number is given twice")
    return faults
