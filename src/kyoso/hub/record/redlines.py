"""What stood there against what stands there now: marked within a text, or one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from kyoso.core.text import Language
from kyoso.programme.comparing import Operation, Redline, redline

LONG = 180
"""A text that has more characters is shown in short, and whole on demand."""
AROUND = 40
"""So many characters stand around what changed where a text is shown in short."""
_WORTH_MARKING = 24
_MOST = 160_000
"""So many comparisons of characters take a few hundredths of a second; more are not made."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A change of a value in words. ``steps`` where it is marked within the text.

    ``language`` is that of the text where it is not the page's.
    """

    before: str
    after: str
    steps: Redline = ()
    language: Language | None = None

    @property
    def is_long(self) -> bool:
        whole = sum(len(text) for _, text in self.steps) or max(len(self.before), len(self.after))
        return whole > LONG

    @property
    def short_before(self) -> str:
        return shortened(self.before)

    @property
    def short_after(self) -> str:
        return shortened(self.after)

    @property
    def short_steps(self) -> Sequence[tuple[Operation, str]]:
        """The steps with what did not change left out but for its ends."""
        last = len(self.steps) - 1
        return [
            (operation, _cut(text, follows=at > 0, leads=at < last))
            if operation == "equal"
            else (operation, shortened(text))
            for at, (operation, text) in enumerate(self.steps)
        ]


def shortened(text: str) -> str:
    return text if len(text) <= LONG else f"{text[: LONG - AROUND].rstrip()} …"


def _cut(text: str, *, follows: bool, leads: bool) -> str:
    """What stays of a text that did not change: its start after a change, its end before one."""
    if len(text) <= 2 * AROUND:
        return text
    parts = (text[:AROUND] if follows else "", "…", text[-AROUND:] if leads else "")
    return " ".join(part for part in parts if part)


@lru_cache(maxsize=1024)
def set_against(before: str, after: str) -> Wording:
    """Two texts: marked where they have enough in common, otherwise one and the other."""
    steps = _steps(before, after) if min(len(before), len(after)) > _WORTH_MARKING else ()
    kept = sum(len(text) for operation, text in steps if operation == "equal")
    is_worth_it = 2 * kept > min(len(before), len(after))
    return Wording(before, after, steps if is_worth_it else ())


def _steps(before: str, after: str) -> Redline:
    """The steps between two texts; none where they would take long."""
    start = _shared(before, after)
    one, other = before[start:], after[start:]
    end = _shared(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    if len(one) * len(other) > _MOST:
        return ()
    kept = before[len(before) - end :]
    return tuple(_joined([("equal", before[:start]), *redline(one, other), ("equal", kept)]))


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _joined(steps: list[tuple[Operation, str]]) -> Iterator[tuple[Operation, str]]:
    """Without empty steps, and neighbours that are equal as one."""
    held = ""
    for operation, text in steps:
        if operation == "equal":
            held += text
            continue
        if held:
            yield "equal", held
            held = ""
        if text:
            yield operation, text
    if held:
        yield "equal", held
