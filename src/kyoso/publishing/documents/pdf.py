"""A document as PDF, set by Typst with the shipped faces and no others.

The words travel as data, not as markup: the typesetting in ``report.typ`` reads them, and no
character in them can mean anything to it. The file is tagged, and keeps PDF/A-2a (archiving) and
PDF/UA-1 (accessibility).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kyoso.core.text import Language, Text
from kyoso.publishing import fonts, palette
from kyoso.publishing import words as reading
from kyoso.publishing.documents.model import (
    Block,
    Bullets,
    Cell,
    Chart,
    Document,
    Heading,
    Line,
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Sources,
    Span,
    Table,
    texts,
)

if TYPE_CHECKING:
    import typst

_SETTING = Path(__file__).with_name("report.typ")
_DATED = Text("As of {day}", "{day}現在")


def render(document: Document) -> bytes:
    """The PDF. Same document, same bytes: its time is the document's date.

    Raises :class:`kyoso.publishing.fonts.MissingGlyphError` naming the place of a character that
    no shipped face can draw.
    """
    import typst

    for place, text in texts(document):
        fonts.require(text, where=place)
    midnight = datetime.combine(document.date, time(), UTC)
    return typst.compile(
        _SETTING,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_as_data(document), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(midnight.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[fonts.FOLDER],
    )


def _as_data(document: Document) -> dict[str, Any]:
    language = document.language
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "dated": _DATED.format(day=reading.day(document.date, language))[language],
        "date": [document.date.year, document.date.month, document.date.day],
        "marks": list(document.marks),
        "language": language,
        "region": {"en": "GB", "ja": "JP"}[language],
        "families": list(fonts.FAMILIES),
        "colours": {
            "ink": palette.INK,
            "soft": palette.SOFT,
            "rule": palette.RULE,
            "mark": palette.MARK,
        },
        "blocks": [_block(block, language) for block in document.blocks],
    }


def _block(block: Block, language: Language) -> dict[str, Any]:
    data: dict[str, Any]
    match block:
        case Heading():
            data = {
                "kind": "heading",
                "level": block.level,
                "code": block.code,
                "text": block.text,
                "beside": _line(block.beside, language),
                "colour": block.colour,
            }
        case Paragraph():
            data = {"kind": "paragraph", "content": _line(block.content, language)}
        case Note():
            data = {"kind": "note", "content": _line(block.content, language)}
        case Bullets():
            data = {"kind": "bullets", "items": [_line(item, language) for item in block.items]}
        case Table():
            data = {"kind": "table", **_table(block, language)}
        case Chart():
            data = {
                "kind": "chart",
                "caption": block.caption,
                "svg": block.svg,
                "description": block.description,
                "table": _table(block.table, language),
            }
        case Sources():
            data = {
                "kind": "sources",
                "entries": [
                    {
                        "cited": ", ".join(
                            part for part in (entry.document, entry.place, entry.year) if part
                        ),
                        "link": entry.link,
                        "status": _line(entry.status, language),
                    }
                    for entry in block.entries
                ],
            }
        case PageBreak():
            data = {"kind": "page-break"}
    return data


def _table(table: Table, language: Language) -> dict[str, Any]:
    return {
        "caption": table.caption if table.captioned else "",
        "note": table.note,
        "columns": [
            {
                "heading": column.heading,
                "unit": column.unit,
                "numeric": column.numeric,
                "share": column.share,
            }
            for column in table.columns
        ],
        "rows": [[_cell(cell, language) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell, language: Language) -> dict[str, Any]:
    if isinstance(cell, Picture):
        return {
            "svg": cell.svg,
            "description": cell.description,
            "points": cell.width * 72 / 96,
        }
    missing = (Span(reading.NOT_REPORTED[language], "missing"),)
    return {"content": _line(missing if cell is None else cell, language)}


def _line(content: Line, language: Language) -> list[dict[str, str]]:
    return [
        {
            "text": span.text,
            "role": span.role,
            "language": span.language or language,
            "link": span.link,
        }
        for span in content
    ]
