"""Many answers of a member written at once: from a page or a workbook to what is recorded.

Every row carries the version and the mark of the answer that its author saw. A row left as it
was seen changes nothing; one that somebody else changed meanwhile is shown beside theirs, and
its author chooses. Nothing is recorded while one row waits for a choice or has a fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from django.http import QueryDict

from kyoso.hub.accounts.models import User
from kyoso.hub.programme.models import ActivityText, Participation, Programme
from kyoso.hub.programme.participation import answers, reading, selectors, services
from kyoso.hub.programme.participation.answers import NO_REPLY, Answer, Fault
from kyoso.hub.texts import language

MINE, THEIRS = "mine", "theirs"
_IN_SIGHT = ("level", "priority")
"""What a row of the form shows without being opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One row as its author wrote it.

    ``expected`` and ``seen`` are version and mark of the answer that was seen. Where a choice
    was asked for, ``asked`` is the version that stood beside it.
    """

    values: Mapping[str, str]
    expected: int
    seen: str
    choice: str = ""
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of two answers that differ, as written; empty where there is nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row as the page asks for it."""

    name: str
    value: str
    faults: Sequence[Fault]

    @property
    def is_day(self) -> bool:
        return self.name in ("since", "until")


@dataclass(slots=True)
class Row:
    """One activity of the form: what is written, what is recorded, and what is to be done."""

    text: ActivityText
    stance: Participation | None
    typed: Typed
    recorded: Mapping[str, str]
    answer: Answer
    faults: list[Fault] = field(default_factory=list)
    conflict: bool = False

    @property
    def slug(self) -> str:
        return self.text.slug

    @property
    def now(self) -> Answer:
        return self.stance.answer if self.stance else NO_REPLY

    @property
    def version(self) -> int:
        return services.version(self.stance)

    @property
    def state(self) -> str:
        """What the form carries of the answer that was seen."""
        return f"{self.typed.expected}:{self.typed.seen}"

    @property
    def values(self) -> Mapping[str, str]:
        return self.typed.values

    @property
    def is_changed(self) -> bool:
        """Whether its author wrote another answer than they saw, and it is not so already."""
        return self.answer != self.now and self.answer.digest() != self.typed.seen

    @property
    def is_stale(self) -> bool:
        """Whether it was changed, by its author and meanwhile by somebody else."""
        return self.is_changed and self.typed.expected != self.version

    @property
    def is_withdrawal(self) -> bool:
        return self.is_changed and not self.faults and self.answer == NO_REPLY

    @property
    def has_more(self) -> bool:
        """Whether more than level and rank is written."""
        return any(self.values.get(name) for name in reading.FIELDS if name not in _IN_SIGHT)

    @property
    def opens(self) -> bool:
        """Whether something is wrong that stands out of sight."""
        return any(fault.field not in _IN_SIGHT for fault in self.faults)

    @property
    def differences(self) -> list[Difference]:
        """What changes, field by field: before is what is recorded, after what is written."""
        after = self.values if self.answer != NO_REPLY else {}
        return [
            Difference(name, self.recorded.get(name, ""), after.get(name, ""))
            for name in reading.FIELDS
            if self.recorded.get(name, "") != after.get(name, "")
        ]

    @property
    def level_faults(self) -> list[Fault]:
        """What is wrong with the answer as a whole, and with what has no place of its own."""
        placed = {"priority", *(one.name for one in (*self.long_fields, *self.short_fields))}
        return [fault for fault in self.faults if fault.field not in placed]

    @property
    def priority_faults(self) -> list[Fault]:
        return self._faults_of("priority")

    @property
    def long_fields(self) -> list[Field]:
        return [self._field(name) for name in ("reason", "needs")]

    @property
    def short_fields(self) -> list[Field]:
        return [
            self._field(name) for name in ("focal_name", "focal_organisation", "since", "until")
        ]

    def _field(self, name: str) -> Field:
        return Field(name, self.values.get(name, ""), self._faults_of(name))

    def _faults_of(self, name: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.field == name]


@dataclass(slots=True)
class Form:
    """Rows of one member, with why they are recorded where another answers for it."""

    programme: Programme
    member: str
    people: Sequence[User]
    rows: list[Row]
    why: str = ""
    needs_why: bool = False
    confirmed: bool = False

    @property
    def changed(self) -> list[Row]:
        return [row for row in self.rows if row.is_changed]

    @property
    def conflicts(self) -> list[Row]:
        return [row for row in self.rows if row.conflict]

    @property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if row.faults]

    @property
    def withdrawals(self) -> list[Row]:
        return [row for row in self.rows if row.is_withdrawal and not row.conflict]

    @property
    def asks_to_confirm(self) -> bool:
        """Whether answers are taken back, which is asked once."""
        return bool(self.withdrawals) and not self.confirmed

    @property
    def lacks_why(self) -> bool:
        return self.needs_why and not self.why and bool(self.changed)

    @property
    def is_ready(self) -> bool:
        return not (self.wrong or self.conflicts or self.asks_to_confirm or self.lacks_why)

    def cells(self) -> list[services.Cell]:
        """What is to be recorded."""
        return [
            services.Cell(
                activity=row.text.activity, answer=row.answer, expected=row.version, seen=""
            )
            for row in self.changed
        ]

    @classmethod
    def made(
        cls,
        texts: Sequence[ActivityText],
        typed: Mapping[str, Typed],
        *,
        programme: Programme,
        member: str,
        people: Sequence[User],
        stances: Mapping[int, Participation],
    ) -> Self:
        """The form with all that is wrong named; rows that were not sent are as recorded."""
        everyone = [*people, *_kept(people, stances)]
        rows = [_row(text, stances.get(text.activity_id), everyone, typed) for text in texts]
        _merge([row for row in rows if row.is_stale and not row.faults], everyone)
        form = cls(programme, member, everyone, rows)
        form._check(stances)
        return form

    def _check(self, stances: Mapping[int, Participation]) -> None:
        changed = self.changed
        found = services.faults_of(
            {row.text.activity_id: row.answer for row in changed},
            beside={pk: stance.answer for pk, stance in stances.items()},
            codes={row.text.activity_id: row.text.code for row in self.rows},
            people=[one.pk for one in self.people],
        )
        for row in changed:
            told = {fault.field for fault in row.faults}
            row.faults += [
                fault for fault in found.get(row.text.activity_id, ()) if fault.field not in told
            ]
            chosen = row.typed.choice == MINE and row.typed.asked == row.version
            row.conflict = row.is_stale and not chosen


def _merge(stale: Sequence[Row], people: Sequence[User]) -> None:
    """Keep of answers that were changed meanwhile what their author did not change."""
    if not stale:
        return
    seen = {row.stance: row.typed.expected for row in stale if row.stance is not None}
    bases = selectors.answers_at(seen)
    for row in stale:
        base = bases.get(row.text.activity_id, NO_REPLY)
        if base.digest() != row.typed.seen:
            continue
        row.answer = answers.merged(base, row.answer, row.now)
        if row.answer != NO_REPLY:
            values = reading.written(row.answer, people, language())
            row.typed = replace(row.typed, values=values)


def _kept(people: Sequence[User], stances: Mapping[int, Participation]) -> list[User]:
    """The focal points that are named already, though they act for the country no more."""
    known = {one.pk for one in people}
    named = (stance.focal_point for stance in stances.values())
    return list({one.pk: one for one in named if one and one.pk not in known}.values())


def _row(
    text: ActivityText,
    stance: Participation | None,
    people: Sequence[User],
    typed: Mapping[str, Typed],
) -> Row:
    now = stance.answer if stance else NO_REPLY
    recorded = reading.written(now, people, language())
    given = typed.get(text.slug)
    if given is None or given.choice == THEIRS:
        same = Typed(values=recorded, expected=services.version(stance), seen=now.digest())
        return Row(text, stance, same, recorded, now)
    answer, faults = reading.read(given.values, people, replied=now != NO_REPLY)
    if not faults:
        # As it is read: a day for a month, one word for another.
        shown = reading.written(answer, people, language()) if answer != NO_REPLY else given.values
        given = replace(given, values=shown)
    return Row(text, stance, given, recorded, answer, faults)


def typed_of(post: QueryDict, slugs: Sequence[str]) -> dict[str, Typed]:
    """What the page sent, by activity; a row without its state was not on the page."""
    found = {}
    for slug in slugs:
        expected, _, seen = post.get(f"state-{slug}", "").partition(":")
        if not expected.isdecimal():
            continue
        asked = post.get(f"asked-{slug}", "")
        found[slug] = Typed(
            values={name: post.get(f"{name}-{slug}", "") for name in reading.FIELDS},
            expected=int(expected),
            seen=seen,
            choice=post.get(f"choice-{slug}", ""),
            asked=int(asked) if asked.isdecimal() else None,
        )
    return found
