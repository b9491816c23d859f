"""What is done to the answers of members.

Several answers of a member are one act: all are recorded or none. Ranks are judged over all
answers of the member, under a lock, so that two who write at once cannot give one rank twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from kyoso.core import hashes
from kyoso.core.errors import KyosoError
from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import rules
from kyoso.hub.programme.models import Activity, Participation, Programme
from kyoso.hub.programme.participation import answers, selectors
from kyoso.hub.programme.participation.answers import NO_REPLY, Answer, Fault
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import allow, change, create, log

PERMISSION = "programme.record_stance"
CODES_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One answer as it is to be.

    ``expected`` is the version that its author saw, 0 where there was no reply; ``seen`` the
    mark of the answer that they saw: who leaves an answer as they saw it changes nothing, even
    if it was changed meanwhile. Both are ``None`` for an act that does not depend on them.
    """

    activity: Activity
    answer: Answer
    expected: int | None = None
    seen: str | None = None


class AnswersRefusedError(KyosoError, ValueError):
    """Some answers are not sound; ``faults`` has what is wrong by activity."""

    code = "answers-refused"

    def __init__(self, faults: Mapping[int, Sequence[Fault]]) -> None:
        self.faults = faults
        first = next(iter(faults.values()))[0]
        super().__init__(first.message, where=first.field, hint=first.hint)


class ReasonMissingError(KyosoError, ValueError):
    """Who answers for a member without being its focal point says why."""

    code = "reason-missing"

    def __init__(self) -> None:
        super().__init__(
            Text("you answer for another", "代理の回答です"),
            where="why",
            hint=Text(
                "write on whose word you record it, such as a letter with its date",
                "何に基づいて記録するのか（文書と日付など）を書いてください",
            ),
        )


class AnswersConflictError(ConflictError):
    """Somebody else changed some of these answers meanwhile; ``current`` has them by activity."""

    def __init__(self, current: Mapping[int, Participation], first: Cell) -> None:
        self.answers = current
        super().__init__(next(iter(current.values())), first.answer.as_dict())


def unsaved(programme: Programme, member: str) -> Participation:
    """An answer of ``member`` that is not there yet: what permissions are asked of."""
    return Participation(
        programme=programme, member=member, sample=rules.is_sample(member), level=""
    )


@transaction.atomic
def record_answers(
    *,
    actor: User | None,
    programme: Programme,
    member: str,
    cells: Sequence[Cell],
    why: str = "",
    once: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> list[Participation]:
    """Record what ``member`` answers; answer the rows that changed. Safe to repeat.

    With ``once`` the act as a whole is carried out once, and ``data`` says what it came from.

    Raises :class:`NotAllowedError`, :class:`ReasonMissingError`, :class:`AnswersConflictError`,
    :class:`AnswersRefusedError`.
    """
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    allow(actor, PERMISSION, unsaved(locked, member))
    if once is not None and Event.objects.filter(once=once).exists():
        return []
    rows = {
        row.activity_id: row
        for row in Participation.objects.select_for_update().filter(programme=locked, member=member)
    }
    changed = [cell for cell in cells if _changes(cell, rows.get(cell.activity.pk))]
    if not changed:
        return []
    _refuse_stale(changed, rows, locked, member)
    if actor is not None and not why and member not in selectors.answering(actor):
        raise ReasonMissingError
    people = {one.pk: one for one in selectors.contacts(member)}
    _refuse_unsound(changed, rows, locked, people)
    Participation.objects.filter(pk__in=[row.pk for row in _reranked(changed, rows)]).update(
        priority=None
    )
    done = [_write(cell, rows, locked, member, people, actor=actor, why=why) for cell in changed]
    if once is not None:
        told = {"member": member, "answers": len(done), **(data or {})}
        log(actor=actor, act="programme.stances_imported", record=locked, once=once, data=told)
    return done


def _changes(cell: Cell, row: Participation | None) -> bool:
    now = row.answer if row else NO_REPLY
    return cell.answer != now and cell.answer.digest() != cell.seen


def _refuse_stale(
    cells: Sequence[Cell],
    rows: Mapping[int, Participation],
    programme: Programme,
    member: str,
) -> None:
    stale = [
        cell
        for cell in cells
        if cell.expected is not None and cell.expected != version(rows.get(cell.activity.pk))
    ]
    if not stale:
        return
    current = {}
    for cell in stale:
        gone = unsaved(programme, member)
        gone.activity = cell.activity
        current[cell.activity.pk] = rows.get(cell.activity.pk, gone)
    raise AnswersConflictError(current, stale[0])


def version(row: Participation | None) -> int:
    """The version of a cell; 0 where there is no row."""
    return row.version if row is not None and row.pk else 0


def _refuse_unsound(
    cells: Sequence[Cell],
    rows: Mapping[int, Participation],
    programme: Programme,
    people: Mapping[int, User],
) -> None:
    activities = list(Activity.objects.filter(programme=programme))
    found = faults_of(
        {cell.activity.pk: cell.answer for cell in cells},
        beside={pk: row.answer for pk, row in rows.items()},
        codes={one.pk: one.key for one in activities},
        people=people,
    )
    if found:
        raise AnswersRefusedError(found)


def faults_of(
    given: Mapping[int, Answer],
    *,
    beside: Mapping[int, Answer],
    codes: Mapping[int, str],
    people: Iterable[int],
) -> dict[int, list[Fault]]:
    """What is wrong with answers, each by itself and its rank among all of the member.

    ``beside`` are the member's answers as they are, ``codes`` the activities of the programme.
    """
    found = {pk: answers.faults(answer, ranks=len(codes)) for pk, answer in given.items()}
    known = set(people)
    for pk, answer in given.items():
        kept = beside.get(pk, NO_REPLY).focal_point
        if answer.focal_point is not None and answer.focal_point not in {*known, kept}:
            found[pk].append(_unknown_person())
    for pk, others in answers.rank_clashes({**beside, **given}).items():
        if pk in given:
            found[pk].append(_shared_rank([codes.get(other, "–") for other in others]))
    return {pk: faults for pk, faults in found.items() if faults}


def _unknown_person() -> Fault:
    return Fault(
        "focal_point",
        Text("no such person acts for this country", "この国を担当する人ではありません"),
        Text(
            "choose from the list, or write a name and an organisation",
            "一覧から選ぶか、氏名と組織を書いてください",
        ),
    )


def _shared_rank(codes: Sequence[str]) -> Fault:
    named = ", ".join(codes[:CODES_NAMED]) + (" …" if len(codes) > CODES_NAMED else "")
    return Fault(
        "priority",
        Text("{codes} has this rank as well", "{codes}と同じ順位です").format(codes=named),
        Text("give each rank once", "同じ順位は一度だけ使ってください"),
    )


def _reranked(cells: Sequence[Cell], rows: Mapping[int, Participation]) -> list[Participation]:
    """The rows whose rank goes: another row of the same act may take it, in any order."""
    found = [(rows[cell.activity.pk], cell) for cell in cells if cell.activity.pk in rows]
    return [row for row, cell in found if row.priority not in (None, cell.answer.priority)]


def _write(
    cell: Cell,
    rows: Mapping[int, Participation],
    programme: Programme,
    member: str,
    people: Mapping[int, User],
    *,
    actor: User | None,
    why: str,
) -> Participation:
    row = rows.get(cell.activity.pk)
    fields = _fields(cell.answer, row, people)
    if row is None:
        new = unsaved(programme, member)
        new.activity = cell.activity
        for name, value in fields.items():
            setattr(new, name, value)
        return create(new, actor=actor, act=selectors.CREATED, why=why)
    before, after = row.answer.as_dict(), cell.answer.as_dict()
    told = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    withdrawn = cell.answer == NO_REPLY
    return change(
        row,
        actor=actor,
        act="programme.stance_withdrawn" if withdrawn else "programme.stance_changed",
        expected=cell.expected,
        why=why,
        data={"changes": told},
        changed_at=timezone.now(),
        **fields,
    )


def _fields(
    answer: Answer, row: Participation | None, people: Mapping[int, User]
) -> dict[str, Any]:
    """The answer as the model's fields."""
    fields: dict[str, Any] = {
        name: value
        for name, value in answer.as_dict().items()
        if name not in ("since", "until", "focal_point")
    }
    kept = row.focal_point if row is not None else None
    chosen = people.get(answer.focal_point or 0, kept)
    return {
        **fields,
        "since": answer.since,
        "until": answer.until,
        "focal_point": chosen if answer.focal_point is not None else None,
    }


def withdraw(
    stance: Participation, *, actor: User | None, expected: int | None, why: str = ""
) -> Participation:
    """Take an answer back: there is no reply again, and the history stays. Safe to repeat.

    Raises :class:`NotAllowedError`, :class:`ReasonMissingError`, :class:`ConflictError`.
    """
    record_answers(
        actor=actor,
        programme=stance.programme,
        member=stance.member,
        cells=[Cell(activity=stance.activity, answer=NO_REPLY, expected=expected)],
        why=why,
    )
    stance.refresh_from_db()
    return stance


def import_mark(programme: Programme, member: str, content: bytes) -> str:
    """The mark by which a workbook that is sent again is recognised."""
    return hashes.of_data(["participation", programme.key, member, hashes.of_bytes(content)])
