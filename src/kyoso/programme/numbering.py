"""Whether the numbers of a text are whole: missing, twice, out of order, in the wrong annex."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kyoso.programme.codes import Number, as_measure, written
from kyoso.programme.editions import Notice
from kyoso.programme.notices import Kind

MAX_LEVELS = 4
_SINGLY = 9
"""So many missing numbers in a row are named one by one, more as a range."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number on its line. ``annex`` is where it stands (coded items only)."""

    number: Number
    line: int
    last_line: int
    annex: Number | None = None
    is_group: bool = False
    has_text: bool = True
    is_doubtful: bool = False
    is_measure: bool = False

    @property
    def code(self) -> str:
        return self.written(self.number)

    def written(self, number: Number) -> str:
        """Another number of the kind that this one is."""
        return as_measure(number) if self.is_measure else written(number)


@dataclass(slots=True)
class Found:
    """All numbers of a text by what they number, each list in the order of the text."""

    pillars: list[Numbered] = field(default_factory=list)
    announced: list[Numbered] = field(default_factory=list)
    annexes: list[Numbered] = field(default_factory=list)
    headings: list[Numbered] = field(default_factory=list)
    coded: list[Numbered] = field(default_factory=list)
    commitments: list[Numbered] = field(default_factory=list)
    passages: list[list[Numbered]] = field(default_factory=list)
    """The numbered headings of the main text and of each annex."""


def notices(found: Found) -> list[Notice]:
    """Everything that is wrong with the numbers, in no particular order."""
    lists = (found.pillars, found.announced, found.annexes, found.headings, found.coded)
    return [
        *_missing((*found.pillars, *found.announced, *found.headings, *found.coded), found.annexes),
        *_missing_annexes(found.annexes),
        *(each for items in lists for each in _duplicates(items)),
        *_out_of_order(found.headings, found.coded),
        *_misplaced(found),
        *_without_heading(found),
        *_overview(found),
        *_singular(found.coded),
        *_counted(found.commitments, "missing-commitment", "duplicate-commitment"),
        *(
            each
            for headings in found.passages
            for each in _counted(headings, "missing-heading", "duplicate-heading")
        ),
    ]


def notice(kind: Kind, where: Numbered, code: str | None = None, **values: str) -> Notice:
    """A notice about the lines of ``where``; ``code`` where it is not the number there."""
    return Notice(
        kind=kind,
        line=where.line,
        last_line=where.last_line,
        code=code or where.code,
        values=values,
    )


def gaps(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of positive integers absent below the greatest: first and last of each.

    >>> list(gaps([2, 5]))
    [(1, 1), (3, 4)]
    """
    last = 0
    for number in sorted(set(numbers)):
        if number > last + 1:
            yield last + 1, number - 1
        last = number


def _missing(items: Iterable[Numbered], annexes: Iterable[Numbered] = ()) -> Iterator[Notice]:
    """Numbers absent among their like. An annex stands for the section or pillar it is about."""
    places: dict[Number, Numbered] = {}
    for item in items:
        for level in range(1, len(item.number) + 1):
            places.setdefault(item.number[:level], item)
    for item in annexes:
        places.setdefault(item.number, item)
        places.setdefault(item.number[:1], item)
    for parent, children in _families(places):
        for first, last in gaps(children):
            after = (*parent, last + 1)
            before = (*parent, first - 1) if first > 1 else parent
            below = places[after]
            sides = {"before": below.written(before), "after": below.written(after)}
            if last - first >= _SINGLY:
                run = {"last": below.written((*parent, last)), **sides}
                yield notice("missing-run", below, below.written((*parent, first)), **run)
                continue
            for step in range(first, last + 1):
                yield notice("missing", below, below.written((*parent, step)), **sides)


def _missing_annexes(annexes: Sequence[Numbered]) -> Iterator[Notice]:
    places: dict[Number, Numbered] = {}
    for item in annexes:
        places.setdefault(item.number, item)
        places.setdefault(item.number[:1], item)
    for parent, children in _families(places):
        for first, last in gaps(children):
            for step in range(first, last + 1):
                after = places[(*parent, last + 1)]
                yield notice("missing-annex", after, written((*parent, step)), after=after.code)


def _families(numbers: Iterable[Number]) -> list[tuple[Number, list[int]]]:
    families: dict[Number, list[int]] = {}
    for number in numbers:
        families.setdefault(number[:-1], []).append(number[-1])
    return sorted(families.items())


def measure_notices(measures: Sequence[Numbered]) -> list[Notice]:
    """Everything that is wrong with the numbers of measures, which have one level."""
    return [*_missing(measures), *_duplicates(measures), *_out_of_order(measures)]


def _duplicates(items: Sequence[Numbered]) -> Iterator[Notice]:
    for item, first in _twice(items):
        yield notice("duplicate", item, first=str(first.line))


def _twice(items: Sequence[Numbered]) -> list[tuple[Numbered, Numbered]]:
    """Every item whose number stood before, with the first of that number."""
    seen: dict[Number, Numbered] = {}
    return [
        (item, first) for item in items if (first := seen.setdefault(item.number, item)) is not item
    ]


def _out_of_order(*lists: Sequence[Numbered]) -> Iterator[Notice]:
    again = {item for items in lists for item, _ in _twice(items)}
    items = sorted(
        (item for items in lists for item in items if item not in again),
        key=lambda item: item.line,
    )
    kept = in_order([item.number for item in items])
    index = 0
    while index < len(items):
        if index in kept:
            index += 1
            continue
        stop = index + 1
        while (
            stop < len(items) and stop not in kept and items[stop].number > items[stop - 1].number
        ):
            stop += 1
        before = items[index - 1].code if index else ""
        after = items[stop].code if stop < len(items) else ""
        if stop == index + 1:
            yield notice("out-of-order", items[index], before=before, after=after)
        else:
            end = items[stop - 1].code
            yield notice("out-of-order-run", items[index], last=end, before=before, after=after)
        index = stop


def in_order(numbers: Sequence[Number]) -> set[int]:
    """Indexes of a longest ascending selection; of two that change places the first is kept.

    >>> sorted(in_order([(1,), (3,), (2,), (4,)]))
    [0, 1, 3]
    """
    # Patience sorting from the end, on descending ranks.
    ranks = {number: rank for rank, number in enumerate(sorted(set(numbers), reverse=True))}
    tails: list[int] = []
    holders: list[int] = []
    after: dict[int, int | None] = {}
    for index in range(len(numbers) - 1, -1, -1):
        rank = ranks[numbers[index]]
        pile = bisect.bisect_right(tails, rank)
        after[index] = holders[pile - 1] if pile else None
        if pile == len(tails):
            tails.append(rank)
            holders.append(index)
        else:
            tails[pile], holders[pile] = rank, index
    kept: set[int] = set()
    at = holders[-1] if holders else None
    while at is not None:
        kept.add(at)
        at = after[at]
    return kept


def _misplaced(found: Found) -> Iterator[Notice]:
    """Items in an annex that is not theirs; together where theirs has lost its heading."""
    headed = {item.number for item in found.annexes}
    lost: list[Numbered] = []
    for item in found.coded:
        if item.annex is None or item.number[: len(item.annex)] == item.annex:
            continue
        if any(item.number[: len(annex)] == annex for annex in headed):
            yield notice("wrong-annex", item, annex=written(item.annex))
        else:
            lost.append(item)
    for annex, section in dict.fromkeys((item.annex, item.number[:2]) for item in lost):
        run = [item for item in lost if (item.annex, item.number[:2]) == (annex, section)]
        where = {"annex": written(annex or ())}
        if len(run) == 1:
            yield notice("wrong-annex", run[0], **where)
        else:
            yield notice("wrong-annex-run", run[0], last=run[-1].code, **where)
    outside = next((item for item in found.coded if item.annex is None), None)
    if outside is not None:
        yield notice("no-annex", outside)


def _without_heading(found: Found) -> Iterator[Notice]:
    sections = {item.number for item in (*found.headings, *found.annexes)}
    groups = {item.number for item in found.coded if item.is_group}
    for item in _firsts(found.coded, 2):
        if item.number[:2] not in sections:
            yield notice("no-section-heading", item, written(item.number[:2]), activity=item.code)
    for item in _firsts([item for item in found.coded if len(item.number) > 3], 3):
        if item.number[:3] not in groups:
            yield notice("no-group-heading", item, written(item.number[:3]), activity=item.code)


def _firsts(items: Iterable[Numbered], levels: int) -> list[Numbered]:
    """The first item of every branch of ``levels`` levels."""
    firsts: dict[Number, Numbered] = {}
    for item in items:
        firsts.setdefault(item.number[:levels], item)
    return list(firsts.values())


def _overview(found: Found) -> Iterator[Notice]:
    """What the overview announces against what stands; silent where there is no overview."""
    if not found.announced and not found.pillars:
        return
    pillars = {item.number for item in found.pillars}
    for item in _firsts((*found.announced, *found.coded), 1):
        if item.number[:1] not in pillars:
            yield notice("no-pillar-heading", item, written(item.number[:1]))
    announced = {item.number for item in found.announced}
    for item in _firsts((*found.headings, *found.coded), 2):
        if item.number[:2] not in announced:
            yield notice("not-announced", item, written(item.number[:2]))
    served = {item.number[:2] for item in found.coded if not item.is_group}
    named = {number[:1] for number in (*announced, *served)}
    for item in (*found.announced, *found.pillars):
        if item.number not in served | named:
            yield notice("no-activities", item)


def _singular(coded: Sequence[Numbered]) -> Iterator[Notice]:
    for item in coded:
        if item.is_doubtful:
            yield notice("empty-group", item)
        if len(item.number) > MAX_LEVELS:
            yield notice("too-deep", item)
        if not item.has_text:
            yield notice("no-text", item)


def _counted(items: Sequence[Numbered], missing: Kind, duplicate: Kind) -> Iterator[Notice]:
    """Plainly counted items: gaps and repetitions, without a code of their own."""
    places = {item.number[0]: item for item in reversed(items)}
    for first, last in gaps(places):
        for number in range(first, last + 1):
            yield _uncoded(missing, places[last + 1], number=str(number))
    for item, first_such in _twice(items):
        yield _uncoded(duplicate, item, number=str(item.number[0]), first=str(first_such.line))


def _uncoded(kind: Kind, where: Numbered, **values: str) -> Notice:
    return Notice(kind=kind, line=where.line, last_line=where.last_line, code=None, values=values)
