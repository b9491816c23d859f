"""An answer as people write it, in a page or in a workbook, and back.

Words are taken in both languages and as codes, days as a year, half, quarter, month or day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from kyoso.core.errors import UsageError
from kyoso.core.periods import Period
from kyoso.core.text import LANGUAGES, Language, Text
from kyoso.hub.accounts.models import User
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.participation.answers import NO_REPLY, Answer, Fault, tidy
from kyoso.hub.programme.participation.enums import ReasonKind
from kyoso.hub.texts import say

FIELDS = (
    *("level", "priority"),
    *(str(kind.value) for kind in ReasonKind),
    *("reason", "needs", "focal_point", "focal_name", "focal_organisation", "since", "until"),
)
"""What is written down of an answer, in this order."""
TEXTS = ("reason", "needs", "focal_name", "focal_organisation")

YES = Text("yes", "はい")
_YES = frozenset({"yes", "on", "1", "x", "はい", "○", "true"})
_NO = frozenset({"", "no", "0", "いいえ", "-", "–", "false"})
_FULL_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_ADDRESS = re.compile(r"<([^<>]+)>\s*$")


def field_name(field: str) -> Text:
    """The heading of a field."""
    return say(f"programme.participation.field.{field}")


def level_name(level: str) -> Text:
    """The word for an answer."""
    return say(f"programme.level.{level or 'none'}")


def person_line(person: User) -> str:
    """A person as a list names them: the address tells two of one name apart."""
    return f"{tidy(person.display_name)} <{person.email}>"


def written(answer: Answer, people: Sequence[User], language: Language) -> dict[str, str]:
    """An answer as it is written in ``language``: what :func:`read` reads as the same answer."""
    person = next((one for one in people if one.pk == answer.focal_point), None)
    return {
        "level": level_name(answer.level)[language] if answer.level else "",
        "priority": "" if answer.priority is None else str(answer.priority),
        **{str(kind.value): YES[language] if kind in answer.reasons else "" for kind in ReasonKind},
        **{name: getattr(answer, name) for name in TEXTS},
        "focal_point": person_line(person) if person else "",
        "since": answer.since.isoformat() if answer.since else "",
        "until": answer.until.isoformat() if answer.until else "",
    }


def read(
    values: Mapping[str, str], people: Sequence[User], *, replied: bool
) -> tuple[Answer, list[Fault]]:
    """The answer that is written, and every field that cannot be read.

    An empty level takes back the answer of a member that has ``replied``, with all that belongs
    to it. Without a reply it is one only if nothing else is written.
    """
    given = {name: _normal(values.get(name, "")) for name in FIELDS}
    texts = {name: tidy(values.get(name, "")) for name in TEXTS}
    if not given["level"] and (replied or not any(given.values())):
        return NO_REPLY, []
    level, faults = _level(given["level"])
    priority = _rank(given["priority"], faults)
    reasons = tuple(_reasons(given, faults))
    person = _person(given["focal_point"], people, faults)
    since = _day("since", given["since"], faults)
    until = _day("until", given["until"], faults)
    answer = Answer(
        level=level,
        priority=priority,
        reasons=reasons,
        focal_point=person,
        since=since,
        until=until,
        **texts,
    )
    return answer, faults


def _normal(value: str) -> str:
    """A value as it is compared: full-width signs are as good as others."""
    return unicodedata.normalize("NFKC", value).strip()


@cache
def _levels() -> Mapping[str, Level]:
    found = {level.value: level for level in Level}
    for level in Level:
        found |= {
            _normal(level_name(level.value)[language]).casefold(): level for language in LANGUAGES
        }
    return found


@cache
def _silences() -> frozenset[str]:
    return frozenset(_normal(level_name("")[language]).casefold() for language in LANGUAGES)


def _level(value: str) -> tuple[str, list[Fault]]:
    word = value.casefold()
    if word in _levels():
        return _levels()[word].value, []
    if not word:
        return "", []  # a fault of the answer as a whole
    message = (
        Text("no reply is an empty row", "回答しない行は空にします")
        if word in _silences()
        else Text("not an answer that can be given", "選べない回答です")
    )
    hint = Text("one of: {en}", "次のいずれか：{ja}").format(
        en=", ".join(level_name(one.value).en for one in Level),
        ja="、".join(level_name(one.value).ja for one in Level),
    )
    return "", [Fault("level", message, hint)]


def _rank(value: str, faults: list[Fault]) -> int | None:
    if not value:
        return None
    if value.isascii() and value.isdecimal() and len(value) <= 4:
        return int(value)
    faults.append(
        Fault(
            "priority",
            Text("not a rank", "順位になっていません"),
            Text(
                "write a whole number such as 1, or leave it empty",
                "1のような整数を書くか、空欄にしてください",
            ),
        )
    )
    return None


def _reasons(given: Mapping[str, str], faults: list[Fault]) -> Iterator[str]:
    for kind in ReasonKind:
        value = given[kind.value].casefold()
        if value in _YES:
            yield str(kind.value)
        elif value not in _NO:
            faults.append(
                Fault(
                    kind.value,
                    Text("neither yes nor empty", "「はい」でも空欄でもありません"),
                    Text(
                        "write yes where it is a reason; words belong under “Reason in words”",
                        "該当する場合は「はい」とし、説明は「理由の説明」欄に書いてください",
                    ),
                )
            )


def _person(value: str, people: Sequence[User], faults: list[Fault]) -> int | None:
    if not value:
        return None
    bracketed = _ADDRESS.search(value)
    address = (bracketed.group(1) if bracketed else value).strip().casefold()
    for person in people:
        if _normal(person.email).casefold() == address:
            return person.pk
    faults.append(
        Fault(
            "focal_point",
            Text("no such person acts for this country", "この国を担当する人ではありません"),
            Text(
                "choose from the list, or write a name and an organisation in the next columns",
                "一覧から選ぶか、次の欄に氏名と組織を書いてください",
            ),
        )
    )
    return None


def _day(field: str, value: str, faults: list[Fault]) -> date | None:
    """A day, or the first or last day of what is written."""
    if not value:
        return None
    try:
        full = _FULL_DAY.fullmatch(value)
        if full:
            return date(*map(int, full.groups()))
        period = Period.parse(value.removesuffix("年"))
        found = period.start if field == "since" else period.end
    except (UsageError, ValueError):
        found = None
    if found is None or "/" in value:
        faults.append(
            Fault(
                field,
                Text("not a day", "日付として読めません"),
                Text(
                    "write 2026, 2026-Q2, 2026-04 or 2026-04-15",
                    "2026、2026-Q2、2026-04、2026-04-15のように書いてください",
                ),
            )
        )
        return None
    return found
