"""How a desk is laid out: what is alike stands together, and long lists are cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kyoso.core.text import Text
from kyoso.hub.waiting import Item

SHOWN = 10
"""So many things of one sort are listed."""


@dataclass(frozen=True, slots=True)
class Group:
    """Things with which the same is to be done, most urgent first."""

    act: Text
    items: Sequence[Item]

    @property
    def shown(self) -> Sequence[Item]:
        return self.items[:SHOWN]

    @property
    def hidden(self) -> int:
        return max(0, len(self.items) - SHOWN)


@dataclass(frozen=True, slots=True)
class Layout:
    """What is late, what waits, and what others must do; a thing stands in one place only."""

    late: Sequence[Group]
    waiting: Sequence[Group]
    others: Sequence[Group]

    @property
    def is_empty(self) -> bool:
        return not (self.late or self.waiting)


def laid_out(items: Iterable[Item]) -> Layout:
    """Items in the order in which they were given, by part and by what is to be done."""
    listed = list(items)
    return Layout(
        late=grouped(one for one in listed if one.own and one.late),
        waiting=grouped(one for one in listed if one.own and not one.late),
        others=grouped(one for one in listed if not one.own),
    )


def grouped(items: Iterable[Item]) -> list[Group]:
    """The groups in the order of their first thing.

    Examples
    --------
    >>> grouped([])
    []
    """
    found: dict[Text, list[Item]] = {}
    for one in items:
        found.setdefault(one.act, []).append(one)
    return [Group(act, of) for act, of in found.items()]
