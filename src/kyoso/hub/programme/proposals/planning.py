"""What a set of proposals makes of an edition, and where they contradict each other. Pure.

An activity keeps its identity: one that is reworded or renumbered is the same; of those that are
merged the first named goes on with the merged text; of the parts of a split the first goes on,
the others are new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kyoso.hub.programme.proposals.enums import Kind
from kyoso.hub.programme.proposals.shapes import Proposed

ConflictKind = Literal["same_activity", "same_code", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A proposal as far as it decides what comes of activities; ``key`` names it."""

    key: str
    kind: str
    targets: tuple[str, ...]
    texts: tuple[Proposed, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why proposals cannot be adopted together, or one not any more.

    ``subject`` is the activity, or for ``same_code`` the number, that they contend for.
    """

    kind: ConflictKind
    subject: str
    proposals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An origin: from the activity ``source`` (``None``: from nothing) by a proposal."""

    source: str | None
    kind: str
    proposal: str


@dataclass(slots=True)
class Entry:
    """An activity of the next edition; ``activity`` is ``None`` for one that is new.

    ``words`` are those of a proposal, ``None`` where title and text of the edition before stay.
    """

    activity: str | None
    code: str
    words: Proposed | None = None
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """The next edition: its activities, and those that end with the proposal that ends them."""

    entries: tuple[Entry, ...]
    ended: tuple[tuple[str, str], ...]


def conflicts(
    wanted: Sequence[Wanted], current: Mapping[str, str], changed: Collection[tuple[str, str]] = ()
) -> list[Conflict]:
    """Every reason why ``wanted`` cannot be adopted together, in a fixed order.

    ``current`` gives the number of each activity of the latest edition. ``changed`` holds
    (proposal, activity) where the activity reads otherwise than when the proposal was written.
    A rewording and a new number for one activity are no contradiction; anything else on one
    activity is.
    """
    found = [
        Conflict("gone", target, (one.key,))
        for one in wanted
        for target in one.targets
        if target not in current
    ]
    found += [Conflict("changed", target, (key,)) for key, target in sorted(changed)]
    on: dict[str, list[Wanted]] = defaultdict(list)
    for one in wanted:
        for target in one.targets:
            on[target].append(one)
    found += [
        Conflict("same_activity", target, tuple(one.key for one in several))
        for target, several in on.items()
        if len(several) > 1 and sorted(one.kind for one in several) != _BESIDE
    ]
    if not found:
        found += _same_codes(plan(wanted, current))
    return sorted(found, key=lambda one: (one.kind, one.subject, one.proposals))


_BESIDE = sorted((Kind.REWORD, Kind.RENUMBER))


def _same_codes(made: Plan) -> Iterator[Conflict]:
    by_code: dict[str, list[Entry]] = defaultdict(list)
    for entry in made.entries:
        by_code[entry.code].append(entry)
    for code, several in by_code.items():
        if len(several) > 1:
            keys = dict.fromkeys(link.proposal for entry in several for link in entry.links)
            yield Conflict("same_code", code, tuple(keys))


def plan(wanted: Sequence[Wanted], current: Mapping[str, str]) -> Plan:
    """The next edition, which ``wanted`` without conflicts makes of ``current``."""
    entries = {key: Entry(key, code) for key, code in current.items()}
    new: list[Entry] = []
    ended: list[tuple[str, str]] = []
    for one in wanted:
        if one.kind == Kind.END:
            ended += [(target, one.key) for target in one.targets]
            continue
        if one.kind == Kind.NEW:
            new += [_made(text, one, None) for text in one.texts]
            continue
        goes_on, *others = one.targets
        entry, text = entries[goes_on], one.texts[0]
        if one.kind != Kind.REWORD:
            entry.code = text.code
        if text.words is not None:
            entry.words = text
        entry.links += [Link(target, one.kind, one.key) for target in one.targets]
        for merged in others:
            del entries[merged]
        new += [_made(part, one, goes_on) for part in one.texts[1:]]
    for target, _ in ended:
        del entries[target]
    return Plan((*entries.values(), *new), tuple(ended))


def _made(text: Proposed, one: Wanted, source: str | None) -> Entry:
    return Entry(None, text.code, text, [Link(source, one.kind, one.key)])
