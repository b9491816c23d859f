"""How activities work on each other: what many judges say together, and what nobody has judged.

Scores stand on the seven points from -3 (cancelling) to +3 (indivisible) of M. Nilsson,
D. Griggs, M. Visbeck, Nature 534 (2016), pp. 320-322. They are ranks, not amounts: nothing here
takes their mean. Two who disagree are both kept (DESIGN law 10).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

LOWEST, HIGHEST = -3, 3
STRONG = 2
"""A synergy or trade-off is strong from this value on, in either direction."""

Verdict = Literal["unexamined", "synergy", "neutral", "trade_off", "disputed", "by_place"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One author's score for one place."""

    place: str
    value: int

    def __post_init__(self) -> None:
        if not LOWEST <= self.value <= HIGHEST:
            message = f"a score is between {LOWEST} and {HIGHEST}, not {self.value}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Summary:
    """What several scores say: how many, the middle one or two, the ends.

    With an even number of scores the median lies between two of them; both are kept, since the
    point between -2 and +2 would say that there is no effect where one says harm and one says
    help.
    """

    count: int
    middle: tuple[int, int]
    lowest: int
    highest: int

    @property
    def spread(self) -> int:
        """How many points the two ends are apart."""
        return self.highest - self.lowest

    @property
    def signs_differ(self) -> bool:
        """Whether one author sees harm where another sees help."""
        return self.lowest < 0 < self.highest


def summary(values: Iterable[int]) -> Summary:
    """The summary of at least one value.

    >>> summary([3, -2, 1])
    Summary(count=3, middle=(1, 1), lowest=-2, highest=3)
    """
    found = sorted(values)
    count = len(found)
    middle = (found[(count - 1) // 2], found[count // 2])
    return Summary(count, middle, found[0], found[-1])


@dataclass(frozen=True, slots=True)
class Examined:
    """A pair that was scored: all its scores together, and those of each place by themselves."""

    whole: Summary
    by_place: Mapping[str, Summary]

    @property
    def verdict(self) -> Verdict:
        """Disputed where signs differ within a place; by place where only places differ."""
        if any(one.signs_differ for one in self.by_place.values()):
            return "disputed"
        if self.whole.signs_differ:
            return "by_place"
        low, high = self.whole.middle
        if low == high == 0:
            return "neutral"
        return "synergy" if high > 0 else "trade_off"

    @property
    def is_strong(self) -> bool:
        """Whether even the weaker of the middle scores is strong, and no sign contradicts."""
        clear = self.verdict in ("synergy", "trade_off")
        return clear and min(abs(value) for value in self.whole.middle) >= STRONG


def examined(judgements: Sequence[Judgement]) -> Examined | None:
    """The scores of a pair together; ``None`` where there are none: unexamined is not neutral."""
    if not judgements:
        return None
    places: dict[str, list[int]] = defaultdict(list)
    for one in judgements:
        places[one.place].append(one.value)
    return Examined(
        whole=summary(one.value for one in judgements),
        by_place={place: summary(places[place]) for place in sorted(places)},
    )


# --- pairs worth examining ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """An activity and what it is tagged with, by kind of tag (framework, place, body …)."""

    key: str
    tags: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Shared:
    """A tag that two activities have in common; ``of`` of ``among`` activities have it."""

    kind: str
    tag: str
    of: int
    among: int

    @property
    def weight(self) -> float:
        """The logarithm of the tag's rarity: nothing for one that all have.

        Inverse document frequency: K. Spärck Jones, Journal of Documentation 28 (1972),
        pp. 11-21.
        """
        return math.log(self.among / self.of)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two activities that share what few share, and have not been examined together.

    ``score`` is the sum of the weights of ``reasons``, the weightiest first.
    """

    pair: tuple[str, str]
    score: float
    reasons: tuple[Shared, ...]


def pair_of(one: str, other: str) -> tuple[str, str]:
    """The pair in its one order."""
    return (one, other) if one <= other else (other, one)


def suggest(
    subjects: Sequence[Subject], examined: Collection[tuple[str, str]] = ()
) -> list[Suggestion]:
    """The pairs not in ``examined`` that share a tag which not all have, the most telling first.

    Pairs of equal score stand by their keys. The order of ``subjects``, of ``examined`` and
    within its pairs makes no difference.
    """
    seen = {pair_of(*pair) for pair in examined}
    having: dict[tuple[str, str], list[str]] = defaultdict(list)
    for subject in sorted(subjects, key=lambda one: one.key):
        for kind, tags in subject.tags.items():
            for tag in tags:
                having[kind, tag].append(subject.key)
    reasons: dict[tuple[str, str], list[Shared]] = defaultdict(list)
    for (kind, tag), keys in having.items():
        shared = Shared(kind, tag, len(keys), len(subjects))
        if shared.weight > 0:
            for pair in combinations(keys, 2):
                reasons[pair].append(shared)
    found = [
        Suggestion(
            pair=pair,
            # The sum is rounded once, so that it does not depend on the order of its parts.
            score=math.fsum(one.weight for one in shared),
            reasons=tuple(sorted(shared, key=lambda one: (-one.weight, one.kind, one.tag))),
        )
        for pair, shared in reasons.items()
        if pair not in seen
    ]
    return sorted(found, key=lambda one: (-one.score, one.pair))


def tally(verdicts: Iterable[tuple[str, str, Verdict]]) -> dict[tuple[str, str], Counter[Verdict]]:
    """How often each verdict falls between each two themes; the order of the two is none."""
    found: dict[tuple[str, str], Counter[Verdict]] = defaultdict(Counter)
    for one, other, verdict in verdicts:
        found[pair_of(one, other)][verdict] += 1
    return dict(found)
