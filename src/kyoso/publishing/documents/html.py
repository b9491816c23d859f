"""A document as one HTML page: nothing outside it is asked for, and it prints as it reads."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from kyoso.core.text import Language, Text
from kyoso.publishing import fonts, palette
from kyoso.publishing import words as reading
from kyoso.publishing.documents.model import (
    Body,
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
    Source,
    Sources,
    Span,
    Table,
)

_STYLE = Path(__file__).with_name("report.css")
_EMBEDDED = ("latin", "scripts", "jp-marks")
"""About 100 kB. Other letters fall back to a face of the reader's machine."""
_FEW = 3
"""So many columns fit on a phone; a wider table is moved from side to side."""
_CONTENTS = Text("Contents", "目次")
_DATED = Text("As of {day}", "{day}現在")


def render(document: Document) -> str:
    """The page. Accessible by its structure: one h1, headings in order, heads of tables named."""
    language = document.language
    dated = _DATED.format(day=reading.day(document.date, language))[language]
    marks = "".join(f' <span class="mark">{escape(mark)}</span>' for mark in document.marks)
    parts = [
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(document.title)}</title>",
        f"<style>\n{_style()}</style>\n</head>\n<body>",
        f'<header>\n<p class="house" lang="ja">Kyoso 共創</p>\n<h1>{escape(document.title)}</h1>',
        f'<p class="subtitle">{escape(document.subtitle)}</p>',
        f'<p class="dated">{escape(dated)}{marks}</p>\n</header>',
        f'<nav aria-label="{_CONTENTS[language]}">\n<ol>',
        *(f'<li><a href="#{place}">{escape(text)}</a></li>' for place, text in contents(document)),
        "</ol>\n</nav>\n<main>",
        *_blocks(document, widths=True),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def fragment(document: Document) -> str:
    """The blocks alone, without any inline style, for a page that has its own style sheet.

    Headings begin at h2; those of a pillar have its class (``theme-climate``).
    """
    return "\n".join(_blocks(document, widths=False))


def contents(document: Document) -> list[tuple[str, str]]:
    """The anchors and texts of the headings of level 1."""
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    return [(anchor(at), heading.text) for at, heading in enumerate(headings) if heading.level == 1]


@cache
def _style() -> str:
    colours = {"ink": palette.INK, "soft": palette.SOFT, "line": palette.RULE}
    colours |= {"paper": palette.PAPER, "mark": palette.MARK}
    tokens = "".join(f"--{name}:{value};" for name, value in colours.items())
    faces = "".join(
        fonts.web_face(face, f"data:font/{face.path.suffix[1:]};base64,{_base64(face.path)}")
        for face in fonts.WEB_FACES
        if face.subset in _EMBEDDED
    )
    themes = "".join(
        f".theme-{pillar}{{--colour:{colour}}}" for pillar, colour in palette.PILLARS.items()
    )
    return f"{faces}:root{{{tokens}}}\n{themes}\n{_STYLE.read_text(encoding='utf-8')}"


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode("ascii")


def anchor(at: int) -> str:
    """The anchor of a heading, by its place among the headings of its document."""
    return f"section-{at + 1}"


def _blocks(document: Document, *, widths: bool) -> Iterator[str]:
    at = 0
    for block in document.blocks:
        if isinstance(block, Heading):
            yield _heading(block, anchor(at), document.language)
            at += 1
        else:
            yield _block(block, document.language, widths=widths)


def _heading(heading: Heading, place: str, language: Language) -> str:
    level = heading.level + 1
    code = f'<span class="code">{escape(heading.code)}</span> ' if heading.code else ""
    beside = f' <span class="beside">{_line(heading.beside, language)}</span>'
    pillar = next((p for p, colour in palette.PILLARS.items() if colour == heading.colour), "")
    theme = f' class="theme-{pillar}"' if pillar else ""
    return (
        f'<h{level} id="{place}"{theme}>{code}{escape(heading.text)}'
        f"{beside if heading.beside else ''}</h{level}>"
    )


def _block(block: Body, language: Language, *, widths: bool) -> str:
    match block:
        case Paragraph():
            html = f"<p>{_line(block.content, language)}</p>"
        case Note():
            html = f'<p class="note" role="note">{_line(block.content, language)}</p>'
        case Bullets():
            items = "".join(f"<li>{_line(item, language)}</li>\n" for item in block.items)
            html = f"<ul>\n{items}</ul>"
        case Table():
            html = _table(block, language, widths=widths)
        case Chart():
            html = (
                f"<figure>\n<figcaption>{escape(block.caption)}</figcaption>\n{block.svg}"
                f"{_table(block.table, language, widths=widths)}\n</figure>"
            )
        case Sources():
            entries = "".join(_source(entry, language) for entry in block.entries)
            html = f'<ol class="sources">\n{entries}</ol>'
        case PageBreak():
            html = '<div class="page-break"></div>'
    return html


def _line(content: Line, language: Language) -> str:
    return "".join(_span(span, language) for span in content)


def _span(span: Span, language: Language) -> str:
    text = escape(span.text)
    lang = f' lang="{span.language}"' if span.language and span.language != language else ""
    if span.role == "plain":
        text = f"<span{lang}>{text}</span>" if lang else text
    else:
        # Japanese has no slanted letters; there the words alone say that a value is missing.
        slanted = span.role == "missing" and (span.language or language) != "ja"
        tag = {"strong": "strong", "missing": "em" if slanted else "span"}.get(span.role, "span")
        text = f'<{tag} class="{span.role}"{lang}>{text}</{tag}>'
    return f'<a href="{escape(span.link)}">{text}</a>' if span.link else text


def _table(table: Table, language: Language, *, widths: bool) -> str:
    heads = "".join(
        f'<th scope="col"{_side(column.numeric)}{_width(share) if widths else ""}>'
        f"{escape(column.heading)}"
        + (f' <span class="unit">{escape(column.unit)}</span>' if column.unit else "")
        + "</th>"
        for column, share in zip(table.columns, _shares(table), strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            _cell(cell, language, first=at == 0, numeric=column.numeric)
            for at, (cell, column) in enumerate(zip(row, table.columns, strict=True))
        )
        + "</tr>\n"
        for row in table.rows
    )
    hidden = "" if table.captioned else ' class="unseen"'
    wide = ' class="wide"' if len(table.columns) > _FEW else ""
    note = f'\n<p class="table-note">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<div class="scroll" role="group" aria-label="{escape(table.caption)}" tabindex="0">\n'
        f"<table{wide}>\n<caption{hidden}>{escape(table.caption)}</caption>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>{note}"
    )


def _shares(table: Table) -> list[float]:
    whole = sum(column.share for column in table.columns)
    return [column.share / whole for column in table.columns]


def _width(share: float) -> str:
    return f' style="width:{share:.1%}"'


def _side(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _cell(cell: Cell, language: Language, *, first: bool, numeric: bool) -> str:
    tag, scope = ("th", ' scope="row"') if first else ("td", "")
    return f"<{tag}{scope}{_side(numeric)}>{_content(cell, language)}</{tag}>"


def _content(cell: Cell, language: Language) -> str:
    if cell is None:
        return _span(Span(reading.NOT_REPORTED[language], "missing"), language)
    if isinstance(cell, Picture):
        return cell.svg.strip()
    return _line(cell, language)


def _source(source: Source, language: Language) -> str:
    cited = ", ".join(escape(part) for part in (source.document, source.place, source.year) if part)
    if source.link:
        cited = f'<a href="{escape(source.link)}">{cited}</a>'
    status = f" {_line(source.status, language)}" if source.status else ""
    return f"<li>{cited}{status}</li>\n"
