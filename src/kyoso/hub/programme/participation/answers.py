"""A member's answer on one activity, by itself: what it says, and what is wrong with it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from kyoso.core import hashes
from kyoso.core.text import Text
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.participation.enums import ReasonKind

LONGEST_TEXT = 2000
LONGEST_NAME = 200
RANKED = (Level.LEAD, Level.PARTICIPATE, Level.INTERESTED)
"""The levels that can have a rank: who wants none of an activity does not rank it."""

_TEXTS = {
    "reason": LONGEST_TEXT,
    "needs": LONGEST_TEXT,
    "focal_name": LONGEST_NAME,
    "focal_organisation": LONGEST_NAME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a member says on one activity. An empty ``level`` is no reply.

    ``reasons`` are kinds (:class:`ReasonKind`), ``reason`` is why in words. ``focal_point`` is
    the number of an account; without one ``focal_name`` and ``focal_organisation`` name the
    person.
    """

    level: str = ""
    priority: int | None = None
    reasons: tuple[str, ...] = ()
    reason: str = ""
    needs: str = ""
    focal_point: int | None = None
    focal_name: str = ""
    focal_organisation: str = ""
    since: date | None = None
    until: date | None = None

    def as_dict(self) -> dict[str, object]:
        """The answer as plain data."""
        days = {name: one.isoformat() if one else None for name, one in self._days().items()}
        return asdict(self) | {"reasons": list(self.reasons)} | days

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Answer:
        """What :meth:`as_dict` gave."""
        days = {
            name: date.fromisoformat(data[name]) if data[name] else None
            for name in ("since", "until")
        }
        return cls(**{**data, **days, "reasons": tuple(data["reasons"])})

    def digest(self) -> str:
        """A short mark of the answer: two answers that say the same have the same."""
        return hashes.of_data(self.as_dict())[:16]

    def _days(self) -> dict[str, date | None]:
        return {"since": self.since, "until": self.until}


NO_REPLY = Answer()

_TOGETHER = (
    ("level",),
    ("priority",),
    ("reasons",),
    ("reason",),
    ("needs",),
    ("focal_point", "focal_name", "focal_organisation"),
    ("since",),
    ("until",),
)
"""The fields of an answer, with those in one group that say one thing."""


def merged(base: Answer, mine: Answer, theirs: Answer) -> Answer:
    """Their answer with what I changed of ``base``: what only they changed is kept.

    Taking an answer back concerns it as a whole, so then mine stands by itself.
    """
    if NO_REPLY in (mine, theirs):
        return mine
    changed = {
        name: getattr(mine, name)
        for group in _TOGETHER
        if any(getattr(mine, name) != getattr(base, name) for name in group)
        for name in group
    }
    return replace(theirs, **changed)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of an answer, and what would be right."""

    field: str
    message: Text
    hint: Text


def tidy(text: str) -> str:
    r"""A text as it is kept: lines end in one sign, and no control characters are left.

    >>> tidy(" a\r\nb\x00 ")
    'a\nb'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or not _is_control(sign)).strip()


def _is_control(sign: str) -> bool:
    """Whether a workbook could not hold the sign (XML 1.0, production 2) or nobody could see it."""
    return unicodedata.category(sign) in ("Cc", "Cs") or ord(sign) & 0xFFFE == 0xFFFE


def faults(answer: Answer, *, ranks: int | None = None) -> list[Fault]:
    """Everything that is wrong with an answer; ``ranks`` is how many activities can be ranked."""
    if answer == NO_REPLY:
        return []
    return [
        *_level_faults(answer),
        *_rank_faults(answer, ranks),
        *_text_faults(answer),
        *_person_faults(answer),
        *_day_faults(answer),
    ]


def _level_faults(answer: Answer) -> list[Fault]:
    found = []
    if answer.level not in Level.values:
        found.append(
            Fault(
                "level",
                Text("the answer is missing", "回答がありません")
                if not answer.level
                else Text("not an answer that can be given", "選べない回答です"),
                Text(
                    "choose one from the list, or empty the other cells of the row",
                    "一覧から選ぶか、この行のほかの欄を空にしてください",
                ),
            )
        )
    if set(answer.reasons) - set(ReasonKind.values):
        found.append(
            Fault(
                "reasons",
                Text("not a kind of reason", "理由の種類ではありません"),
                Text("choose from the list", "一覧から選んでください"),
            )
        )
    return found


def _rank_faults(answer: Answer, ranks: int | None) -> list[Fault]:
    if answer.priority is None:
        return []
    if answer.priority < 1 or (ranks is not None and answer.priority > ranks):
        span = f"1–{ranks}" if ranks else "1, 2, 3 …"
        return [
            Fault(
                "priority",
                Text("not a rank", "順位になっていません"),
                Text(
                    "write a whole number, {span}, or leave it empty",
                    "{span}の整数を書くか、空欄にしてください",
                ).format(span=span),
            )
        ]
    if answer.level in Level.values and answer.level not in RANKED:
        return [
            Fault(
                "priority",
                Text("what is not wanted now has no rank", "見送る活動に順位は付きません"),
                Text(
                    "empty the rank, or choose another answer",
                    "順位を空にするか、別の回答を選んでください",
                ),
            )
        ]
    return []


def _text_faults(answer: Answer) -> list[Fault]:
    return [
        Fault(
            name,
            Text("too long: {n} characters", "長すぎます（{n}字）").format(
                n=len(getattr(answer, name))
            ),
            Text("at most {most}", "{most}字まで").format(most=most),
        )
        for name, most in _TEXTS.items()
        if len(getattr(answer, name)) > most
    ]


def _person_faults(answer: Answer) -> list[Fault]:
    if answer.focal_point is not None and (answer.focal_name or answer.focal_organisation):
        return [
            Fault(
                "focal_name",
                Text("two focal points are named", "窓口が二重に書かれています"),
                Text(
                    "choose a person with an account, or write a name and an organisation",
                    "アカウントのある人を選ぶか、氏名と組織を書いてください",
                ),
            )
        ]
    if answer.focal_organisation and not answer.focal_name:
        return [
            Fault(
                "focal_name",
                Text("the focal point has no name", "窓口の氏名がありません"),
                Text("write the person's name as well", "氏名も書いてください"),
            )
        ]
    return []


def _day_faults(answer: Answer) -> list[Fault]:
    if answer.since and answer.until and answer.until < answer.since:
        return [
            Fault(
                "until",
                Text("the period ends before it begins", "期間の終わりが始まりより前です"),
                Text("write a day not before {day}", "{day}以後の日を書いてください").format(
                    day=answer.since.isoformat()
                ),
            )
        ]
    return []


def rank_clashes(answers: Mapping[int, Answer]) -> dict[int, list[int]]:
    """The activities whose rank another has as well, each with those others."""
    by_rank: dict[int, list[int]] = defaultdict(list)
    for activity, answer in answers.items():
        if answer.priority is not None:
            by_rank[answer.priority].append(activity)
    return {
        one: [other for other in shared if other != one]
        for shared in by_rank.values()
        if len(shared) > 1
        for one in shared
    }
