"""What an edition is: one dated version of a programme's text, as records.

A record knows the lines of the file it was read from (``first_line`` to ``last_line``, counted
from 1, both included). Words of the text are kept by language, as printed: only the breaks that
the page made are taken out. Codes are written in one way: pillar ``1``, section ``1.2``, group
``1-2-3``, activity ``1-2-3-2`` or ``1-1-4``, measure ``(1)``, annex ``1`` or ``2.1``.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self, TypeVar, cast

from kyoso.core.errors import InputRefusedError, Problem, Problems
from kyoso.core.text import LANGUAGES, Language, Text
from kyoso.programme.notices import MESSAGES, Kind

Words = Mapping[Language, str]
"""The words of a text by language; at least one."""

Record = TypeVar("Record", bound="Placed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Something that stands on lines of the text."""

    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pillar(Placed):
    code: str
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex(Placed):
    code: str
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Placed):
    """A section as the overview announces it, or as its annex heads it where there is none.

    ``annex`` is the annex whose heading or sub-heading opens it; ``annex_title`` is the title
    there, which may differ from the announced one; both are ``None`` where no annex does.
    """

    code: str
    pillar: str
    annex: str | None
    title: Words
    annex_title: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Placed):
    code: str
    pillar: str
    section: str
    annex: str | None
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Placed):
    """A numbered activity.

    Pillar, section and group follow from its code, ``annex`` is where it stands. A measure of a
    text without codes has its number as printed, ``(1)``, as code and nothing above it.
    """

    code: str
    pillar: str | None
    section: str | None
    group: str | None
    annex: str | None
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Placed):
    """A paragraph of the joint statement beside its numbered commitments."""

    part: Literal["opening", "closing"]
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(Placed):
    number: int
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Placed):
    """Prose under a heading (``title``, with ``number`` where it has one) or under none.

    ``annex`` is ``None`` in the main text. Paragraphs are separated by a line feed; a heading
    with nothing but activities below it has an empty text.
    """

    annex: str | None
    number: int | None
    title: Words | None
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Placed):
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Placed):
    """A policy goal, or a foundation the goals rest on, of a text without codes."""

    code: str
    kind: Literal["goal", "foundation"]
    title: Words
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the reader could not place or doubts; ``kind`` is stable, ``message`` is for people.

    ``line`` to ``last_line`` are the lines concerned; ``code`` is the number concerned.
    """

    kind: Kind
    line: int
    last_line: int
    code: str | None
    values: Mapping[str, str]

    @property
    def message(self) -> Text:
        sides = {name: self.values.get(name) or edge for name, edge in _EDGES.items()}
        return MESSAGES[self.kind].format(**{**self.values, **sides}, code=self.code)

    def as_dict(self, language: Language) -> dict[str, Any]:
        return {
            "line": self.line,
            "last_line": self.last_line,
            "code": self.code,
            "kind": self.kind,
            "message": self.message[language],
            "values": dict(self.values),
        }


_EDGES: Mapping[str, Text] = {
    "before": Text("the beginning", "冒頭"),
    "after": Text("the end", "末尾"),
}
"""What stands on a side where there is no number."""

_PARTS: Mapping[str, type[Placed]] = {
    "pillars": Pillar,
    "sections": Section,
    "groups": Group,
    "annexes": Annex,
    "commitments": Commitment,
    "preamble": Clause,
    "passages": Passage,
    "goals": Goal,
    "activities": Activity,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One dated version of a programme's text, parts in the order of the text.

    ``statement`` is the title of the joint statement that carries the programme, ``remark``
    what the title line adds to the title (a provisional translation says so there).
    """

    title: str
    date: date | None
    language: Language
    subtitle: str | None = None
    statement: str | None = None
    remark: str | None = None
    pillars: tuple[Pillar, ...] = ()
    sections: tuple[Section, ...] = ()
    groups: tuple[Group, ...] = ()
    annexes: tuple[Annex, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    preamble: tuple[Clause, ...] = ()
    passages: tuple[Passage, ...] = ()
    goals: tuple[Goal, ...] = ()
    activities: tuple[Activity, ...] = ()
    warnings: tuple[Notice, ...] = ()

    def as_dict(self, language: Language = "en") -> dict[str, Any]:
        """The edition as one JSON object; ``language`` is that of the warnings' messages."""
        return {
            "edition": {
                "title": self.title,
                "subtitle": self.subtitle,
                "statement": self.statement,
                "remark": self.remark,
                "date": self.date.isoformat() if self.date else None,
                "language": self.language,
            },
            **{part: [_plain(record) for record in getattr(self, part)] for part in _PARTS},
            "warnings": [notice.as_dict(language) for notice in self.warnings],
        }

    @classmethod
    def from_dict(cls, data: object, *, source: str = "edition.json") -> Self:
        """The inverse of :meth:`as_dict`. Raises :class:`InputRefusedError` naming ``source``."""
        try:
            return cls._from_dict(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problems = Problems()
            problems.add(
                Problem(
                    table=source,
                    value=str(error)[:200],
                    message=Text("this is not an edition", "版のデータとして読めません"),
                    hint=Text(
                        "give the edition.json that `kyoso programme read` wrote",
                        "`kyoso programme read`が書き出したedition.jsonを指定してください",
                    ),
                )
            )
            raise InputRefusedError(problems) from error

    @classmethod
    def _from_dict(cls, data: Any) -> Self:
        head = dict(data["edition"])
        if head["language"] not in LANGUAGES:
            message = f"language {head['language']}"
            raise ValueError(message)
        head["date"] = date.fromisoformat(head["date"]) if head["date"] else None
        parts: dict[str, Any] = {
            part: tuple(_record(kind, record) for record in data.get(part, ()))
            for part, kind in _PARTS.items()
        }
        notices = tuple(_notice(notice) for notice in data["warnings"])
        return cls(**head, **parts, warnings=notices)


COLUMNS = (
    *("code", "pillar", "section", "group", "annex"),
    *("text", "language", "first_line", "last_line"),
)
"""The columns of ``activities.csv``: one row for every activity and language of its text."""


def activities_csv(activities: Iterable[Activity]) -> str:
    """The activities as CSV (:data:`COLUMNS`); an absent pillar, section, group is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in activities:
        above = (one.code, one.pillar, one.section, one.group, one.annex)
        for language, text in one.text.items():
            writer.writerow((*above, text, language, one.first_line, one.last_line))
    return stream.getvalue()


def _plain(record: Placed) -> dict[str, Any]:
    """The record with what it is before where it stands."""
    data = dataclasses.asdict(record)
    lines = {name: data.pop(name) for name in ("first_line", "last_line")}
    return {**data, **lines}


def _record(kind: type[Record], data: Mapping[str, Any]) -> Record:
    values = dict(data)
    if "items" in values:
        values["items"] = tuple(_record(Item, item) for item in values["items"])
    for name in ("title", "text"):
        if name in values:
            _require_words(values[name], optional=kind is Passage and name == "title")
    if not isinstance(values["first_line"], int) or not isinstance(values.get("code", ""), str):
        message = f"{values}"
        raise TypeError(message)
    return kind(**values)


def _require_words(words: Any, *, optional: bool) -> None:
    if optional and words is None:
        return
    if not words or not all(
        language in LANGUAGES and isinstance(text, str) for language, text in words.items()
    ):
        message = f"words by language expected, not {words!r}"
        raise ValueError(message)


def _notice(data: Mapping[str, Any]) -> Notice:
    if data["kind"] not in MESSAGES:
        message = f"warning {data['kind']}"
        raise ValueError(message)
    return Notice(
        kind=cast("Kind", data["kind"]),
        line=data["line"],
        last_line=data["last_line"],
        code=data["code"],
        values=dict(data["values"]),
    )
