"""The answers of a member as a workbook that goes out filled in.

The sheet of answers has a hidden row of codes over the headings, and in hidden columns the
activity, the version and the mark of the answer as it went out: what comes back is recognised
by them, and so is what was left alone.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from django.core.signing import Signer
from xlsxwriter.utility import xl_col_to_name

from kyoso.core.text import Language
from kyoso.hub.accounts.models import User
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import ActivityText, Edition, Participation
from kyoso.hub.programme.participation import reading
from kyoso.hub.programme.participation.answers import NO_REPLY
from kyoso.hub.programme.participation.enums import ReasonKind
from kyoso.hub.programme.selectors import Member
from kyoso.hub.texts import say
from kyoso.publishing import palette

FORMAT = "1"
IDS = ("activity", "version", "seen")
_PLACE = ("code", "title")
_COLUMNS = (*IDS, *_PLACE, *reading.FIELDS)
MARKS = "kyoso"
_CODES_ROW, _HEADS_ROW = 2, 3
_WIDTHS = {
    "code": 9,
    "title": 38,
    "level": 14,
    "priority": 8,
    "reason": 36,
    "needs": 36,
    "focal_point": 30,
    "focal_name": 20,
    "focal_organisation": 26,
}
_USUAL_WIDTH = 13
_BLANK_YEAR = datetime(1980, 1, 1)  # noqa: DTZ001 -- Excel's times have no zone
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so could be taken for a formula (OWASP, CSV injection)."""


def made(
    edition: Edition,
    member: Member,
    rows: Sequence[tuple[ActivityText, Participation | None]],
    *,
    people: Sequence[User],
    language: Language,
) -> bytes:
    """The workbook of a member's answers, filled in; ``people`` can be chosen as focal points."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        title = say("programme.participation.book.title", name=member.name, edition=edition.title)
        # Without a time of its own the same workbook is the same bytes on any day.
        properties = {"title": title[language], "author": "Kyoso", "created": _BLANK_YEAR}
        book.set_properties(properties)
        sheet = book.add_worksheet(say("programme.participation.book.sheet")[language])
        lists = book.add_worksheet(say("programme.participation.book.lists")[language])
        writer = _Writer(sheet, _Looks.of(book), people, language)
        writer.head(title[language], member)
        for at, (text, stance) in enumerate(rows, start=_HEADS_ROW + 1):
            writer.row(at, text, stance)
        writer.checks(lists, len(rows))
        _put_marks(book.add_worksheet(MARKS), edition, member, language)
        lists.hide()
        sheet.activate()
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class _Looks:
    """The formats of cells."""

    title: Any
    badge: Any
    soft: Any
    head: Any
    fixed: Any
    text: Any
    quoted: Any

    @classmethod
    def of(cls, book: Any) -> _Looks:
        open_cell = {"locked": False, "text_wrap": True, "valign": "top", "bottom": 4}
        return cls(
            title=book.add_format({"bold": True, "font_size": 14, "font_color": palette.INK}),
            badge=book.add_format({"bold": True, "border": 1, "font_color": palette.INK}),
            soft=book.add_format({"font_color": palette.SOFT}),
            head=book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"}),
            fixed=book.add_format(
                {"font_color": palette.SOFT, "text_wrap": True, "valign": "top", "bottom": 4}
            ),
            # Days are text as well: in a cell of days a year would be taken for a day of 1905.
            text=book.add_format({"num_format": "@", **open_cell}),
            quoted=book.add_format({"num_format": "@", "quote_prefix": True, **open_cell}),
        )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the sheet of answers."""

    sheet: Any
    looks: _Looks
    people: Sequence[User]
    language: Language

    def head(self, title: str, member: Member) -> None:
        sheet, language = self.sheet, self.language
        first = _COLUMNS.index("code")
        sheet.write_string(0, first, title, self.looks.title)
        if member.sample:
            badge = say("portal.frame.sample")[language]
            sheet.write_string(0, _COLUMNS.index("needs"), badge, self.looks.badge)
            sheet.set_header(f"&L{title.replace('&', '&&')}&R{badge}")
        how = say("programme.participation.book.how")[language]
        sheet.write_string(1, first, how, self.looks.soft)
        for at, name in enumerate(_COLUMNS):
            sheet.write_string(_CODES_ROW, at, name)
            sheet.write_string(_HEADS_ROW, at, self._heading(name), self.looks.head)
            hidden = {"hidden": True} if name in IDS else None
            sheet.set_column(at, at, _WIDTHS.get(name, _USUAL_WIDTH), None, hidden)
        sheet.set_row(_CODES_ROW, None, None, {"hidden": True})
        sheet.freeze_panes(_HEADS_ROW + 1, len(IDS) + len(_PLACE))
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADS_ROW)
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _heading(self, name: str) -> str:
        if name in IDS:
            return name
        if name == "code":
            return say("programme.participation.book.code")[self.language]
        if name == "title":
            return say("programme.wall.activity")[self.language]
        return reading.field_name(name)[self.language]

    def row(self, at: int, text: ActivityText, stance: Participation | None) -> None:
        answer = stance.answer if stance else NO_REPLY
        fixed = (
            text.activity.key,
            str(stance.version if stance else 0),
            answer.digest(),
            text.code,
            text.title[self.language],
        )
        for column, value in enumerate(fixed):
            self.sheet.write_string(at, column, value, self.looks.fixed)
        values = reading.written(answer, self.people, self.language)
        for column, name in enumerate(reading.FIELDS, start=len(fixed)):
            if name == "priority" and answer.priority is not None:
                self.sheet.write_number(at, column, answer.priority, self.looks.text)
            else:
                self._text(at, column, values[name])

    def _text(self, row: int, column: int, value: str) -> None:
        if not value:
            self.sheet.write_blank(row, column, None, self.looks.text)
            return
        look = self.looks.quoted if value.startswith(_ACTIVE) else self.looks.text
        self.sheet.write_string(row, column, value, look)

    def checks(self, lists: Any, rows: int) -> None:
        """Drop-downs, and bounds that the sheet holds while one types."""
        yes = [reading.YES[self.language]]
        choices = {
            "level": [reading.level_name(level.value)[self.language] for level in Level],
            **{str(kind.value): yes for kind in ReasonKind},
            "focal_point": [reading.person_line(one) for one in self.people],
        }
        for at, (name, values) in enumerate(choices.items()):
            for row, value in enumerate(values):
                lists.write_string(row, at, value)
            if values:
                letter = xl_col_to_name(at)
                source = f"='{lists.get_name()}'!${letter}$1:${letter}${len(values)}"
                self._check(name, rows, {"validate": "list", "source": source})
        ranks = {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": rows}
        self._check("priority", rows, ranks)

    def _check(self, name: str, rows: int, options: Mapping[str, Any]) -> None:
        column = _COLUMNS.index(name)
        first = _HEADS_ROW + 1
        self.sheet.data_validation(first, column, first + rows - 1, column, dict(options))


def _put_marks(sheet: Any, edition: Edition, member: Member, language: Language) -> None:
    for row, (name, value) in enumerate(_marks(edition, member, language).items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()


def _marks(edition: Edition, member: Member, language: Language) -> dict[str, str]:
    """What the workbook is of; the last is the site's own mark, which no other site makes."""
    marks = {
        "format": FORMAT,
        "programme": edition.programme.key,
        "edition": edition.label,
        "member": member.code,
        "language": language,
        "sample": "yes" if member.sample else "no",
    }
    return {**marks, "mark": signed(marks)}


def signed(marks: Mapping[str, str]) -> str:
    """The mark of this site on a workbook of a member and programme."""
    signed = "|".join(marks.get(name, "") for name in ("format", "programme", "member"))
    return Signer(salt="kyoso.participation.workbook").signature(signed)
