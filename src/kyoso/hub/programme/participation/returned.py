"""A workbook of answers that came back: opened within bounds, every bad cell named.

The sheet of answers is known by its hidden row of codes, a row by its hidden activity, so that
columns may be moved and rows deleted. A row that is missing changes nothing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import python_calamine

from kyoso.core.errors import KyosoError, Problem
from kyoso.core.text import Text
from kyoso.hub.programme.models import ActivityText, Edition
from kyoso.hub.programme.participation import reading
from kyoso.hub.programme.participation.answers import Fault
from kyoso.hub.programme.participation.forms import Typed
from kyoso.hub.programme.participation.workbook import IDS, MARKS, signed
from kyoso.hub.programme.selectors import Member
from kyoso.hub.texts import language, say
from kyoso.tables.given import UNCALCULATED, written
from kyoso.tables.workbooks import UNREADABLE, Extent, extent_of, letters, parts_of

MOST_BYTES = 2 << 20
"""Bytes of a workbook that is sent; one that went out has some 20 KB."""
MOST_UNPACKED = 50 << 20
MOST_PARTS = 200
MOST_ROWS, MOST_COLUMNS = 5_000, 200

_LOOKED_AT = 20
"""The row of codes is looked for in so many rows: someone may have put some above it."""

Cells = Sequence[Sequence[object]]


class WorkbookRefusedError(KyosoError, ValueError):
    """The file as a whole cannot be used."""

    code = "workbook-refused"


@dataclass(slots=True)
class Given:
    """What a workbook says: rows as they are written, where each cell stands, and bad cells.

    ``absent`` are the activities of which it has no row.
    """

    sheet: str
    rows: dict[str, Typed] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    absent: list[ActivityText] = field(default_factory=list)

    def tell(self, cell: str, value: str, message: Text, hint: Text) -> None:
        self.problems.append(
            Problem(
                table="participation",
                message=message,
                hint=hint,
                value=value,
                sheet=self.sheet,
                cell=cell,
            )
        )

    def place_of(self, slug: str, name: str) -> str:
        """Sheet and cell of a field."""
        place = say(
            "programme.participation.book.place", sheet=self.sheet, cell=self.places[slug, name]
        )
        return place[language()]

    def problem_at(self, slug: str, fault: Fault) -> Problem:
        """A fault of an answer, at the cell where it stands."""
        name = fault.field if (slug, fault.field) in self.places else "level"
        return Problem(
            table="participation",
            message=fault.message,
            hint=fault.hint,
            column=name,
            value=self.rows[slug].values.get(name, ""),
            sheet=self.sheet,
            cell=self.places[slug, name],
        )


def read(content: bytes, edition: Edition, member: Member, texts: Sequence[ActivityText]) -> Given:
    """Every row of a workbook that came back. Raises :class:`WorkbookRefusedError`."""
    sheets, extents = _opened(content)
    _refuse_other(sheets.get(MARKS, []), edition, member)
    found = _answers(sheets)
    if found is None:
        raise WorkbookRefusedError(
            Text("the hidden row of codes is gone", "隠された列コードの行がありません"),
            hint=_fresh(),
        )
    name, at, columns = found
    given = Given(name)
    _tell_merged(given, extents[name], at)
    reader = _Rows(given, columns, {text.activity.key: text.slug for text in texts}, extents[name])
    for number, cells in enumerate(sheets[name][at + 2 :], start=at + 3):
        reader.take(number, cells)
    given.absent = [text for text in texts if text.slug not in given.rows]
    return given


def _fresh() -> Text:
    return Text(
        "take a fresh workbook from this page and copy your answers into it",
        "このページから新しいブックを取得し、回答を写してください",
    )


def _opened(content: bytes) -> tuple[dict[str, Cells], dict[str, Extent]]:
    """The cells of every sheet, and how far they reach. Raises :class:`WorkbookRefusedError`."""
    if len(content) > MOST_BYTES:
        raise _too_large(Text("more than {n} MB", "{n}MB超").format(n=MOST_BYTES >> 20))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive)
            extents = {}
            for name, part in parts_of(archive).items():
                with archive.open(part) as stream:
                    extents[name] = extent_of(stream)
        for extent in extents.values():
            _refuse_vast(extent)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells: dict[str, Cells] = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in extents
        }
    except WorkbookRefusedError:
        raise
    except (*UNREADABLE, python_calamine.CalamineError) as fault:
        raise WorkbookRefusedError(
            Text("the file cannot be opened as a workbook", "ブックとして開けないファイルです"),
            hint=Text(
                "save it as .xlsx, without a password",
                "パスワードなしの.xlsxで保存し直してください",
            ),
        ) from fault
    return cells, extents


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    """Unpack everything once, within bounds: sizes that an archive declares may be untrue."""
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise _too_large(Text("{n} parts", "部品{n}個").format(n=len(entries)))
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        unpacked = Text("unpacks to more than {n} MB", "展開すると{n}MB超")
        raise _too_large(unpacked.format(n=MOST_UNPACKED >> 20))
    for entry in entries:
        if b"<!DOCTYPE" in archive.read(entry):
            raise WorkbookRefusedError(
                Text("the workbook declares entities", "ブックに実体宣言が含まれています"),
                where=entry.filename,
                hint=_fresh(),
            )


def _refuse_vast(extent: Extent) -> None:
    if extent.rows > MOST_ROWS or extent.columns > MOST_COLUMNS:
        last = f"{letters(extent.columns - 1)}{extent.rows}"
        raise _too_large(
            Text("its cells reach to {last}", "{last}までセルがあります").format(last=last)
        )


def _too_large(how: Text) -> WorkbookRefusedError:
    return WorkbookRefusedError(
        Text("the workbook is too large ({how})", "ブックが大きすぎます（{how}）").format(how=how),
        hint=Text(
            "delete what lies beyond the answers, or take a fresh workbook",
            "回答以外のセルを削除するか、新しいブックを使ってください",
        ),
    )


def _refuse_other(cells: Cells, edition: Edition, member: Member) -> None:
    marks = {written(row[0]): written(row[1]) for row in cells if len(row) > 1}
    if marks.get("mark") != signed(marks):
        raise WorkbookRefusedError(
            Text("this workbook did not come from this site", "このサイトのブックではありません"),
            hint=_fresh(),
        )
    if (marks["programme"], marks["member"]) != (edition.programme.key, member.code):
        raise WorkbookRefusedError(
            Text(
                "this workbook is of {member} in {programme}",
                "このブックは{programme}の{member}のものです",
            ).format(member=marks["member"], programme=marks["programme"]),
            hint=Text(
                "send it on the page of that country and programme",
                "その国とプログラムのページから送ってください",
            ),
        )


def _answers(
    sheets: Mapping[str, Cells],
) -> tuple[str, int, dict[str, int]] | None:
    """The sheet of answers, the position of its row of codes, and where each code stands."""
    for name, rows in sheets.items():
        for at, cells in enumerate(rows[:_LOOKED_AT]):
            places = {written(cell): column for column, cell in enumerate(cells)}
            if all(code in places for code in (*IDS, *reading.FIELDS)):
                return name, at, places
    return None


def _tell_merged(given: Given, extent: Extent, at: int) -> None:
    for merged in extent.merged:
        first = merged.partition(":")[0]
        if int(first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0) > at + 2:
            given.tell(
                merged,
                "",
                Text("merged cells", "セルが結合されています"),
                Text("take the cells apart again", "結合を解除してください"),
            )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Takes the rows of the sheet one by one."""

    given: Given
    columns: Mapping[str, int]
    slugs: Mapping[str, str]
    extent: Extent

    def take(self, number: int, cells: Sequence[object]) -> None:
        values = {name: _cell(cells[self.columns[name]]) for name in (*IDS, *reading.FIELDS)}
        if not any(values.values()):
            return
        places = {name: f"{letters(self.columns[name])}{number}" for name in values}
        slug = self.slugs.get(values["activity"])
        if slug is None or not values["version"].isdecimal() or not values["seen"]:
            self.given.tell(
                places["activity"],
                values["activity"],
                Text("the row belongs to no activity", "この行に当たる協力活動がありません"),
                Text(
                    "delete the row, or take a fresh workbook and copy your answers into it",
                    "行を削除するか、新しいブックに回答を写してください",
                ),
            )
        elif slug in self.given.rows:
            self.given.tell(
                places["level"],
                values["level"],
                Text("the activity has a row already", "同じ協力活動の行がもう一つあります"),
                Text("keep one of the two rows", "どちらか一方の行だけを残してください"),
            )
        else:
            self._keep(slug, values, places, number)

    def _keep(
        self, slug: str, values: Mapping[str, str], places: Mapping[str, str], number: int
    ) -> None:
        for name in reading.FIELDS:
            self.given.places[slug, name] = places[name]
            if shown := self.extent.shown.get((number, self.columns[name] + 1)):
                # Calamine reads a formula that failed, or that nobody worked out, as nothing.
                self.given.tell(
                    places[name],
                    shown.removeprefix(UNCALCULATED),
                    Text("a formula without a value", "値のない数式です"),
                    Text("write the value itself", "値そのものを書いてください"),
                )
        self.given.rows[slug] = Typed(
            values={name: values[name] for name in reading.FIELDS},
            expected=int(values["version"]),
            seen=values["seen"],
        )


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return written(value)
