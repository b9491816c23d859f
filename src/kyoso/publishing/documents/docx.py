"""A document as a Word file that a secretariat can go on working in: real styles, real tables.

Word takes fonts from the reader's machine. The file asks for the Noto families, in Japanese text
by the East Asian attribute that Word reads apart, and names what stands in where they are absent.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, cast

from kyoso.core.text import Language, Text
from kyoso.publishing import fonts, palette
from kyoso.publishing import words as reading
from kyoso.publishing.charts import png
from kyoso.publishing.documents.model import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
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
    line,
)

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as Grid
    from docx.table import _Cell, _Row
    from docx.text.paragraph import Paragraph as WordParagraph
    from docx.text.run import Run

_DATED = Text("As of {day}", "{day}現在")
_TEXT_WIDTH_CM = 16.8
_PICTURE_LIMIT_CM = 22.0
_TWIPS_PER_CM = 567.0
_SIZES = {"Normal": 9.5, "Title": 22, "Subtitle": 11, "Caption": 9, "List Bullet": 9.5}
_HEADINGS = {1: 13.0, 2: 11.0, 3: 9.5}
_LOCALES = {"en": "en-GB", "ja": "ja-JP"}
_CELL, _NUMBER = "Table Cell", "Table Number"
_CELL_MARGIN = "45"
"""In twips, 0.8 mm: as in the PDF, for which the widths of columns are worked out."""
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_STAND_INS = {fonts.LATIN: "Segoe UI", fonts.JAPANESE: "Yu Gothic"}


def render(document: Document) -> bytes:
    """The file. Same document, same bytes: its times are the document's date."""
    import docx

    word = docx.Document()
    _set_page(word, document)
    _set_styles(word, document.language)
    _set_properties(word, document)
    writer = _Writer(word, document.language)
    writer.front(document)
    for block in document.blocks:
        writer.block(block)
    stream = io.BytesIO()
    word.save(stream)
    return _settled(stream.getvalue())


class _Writer:
    """Appends blocks to a Word document."""

    def __init__(self, word: Word, language: Language) -> None:
        self._word = word
        self._language: Language = language
        self._style_ids = {style.name: style.style_id for style in word.styles}

    def front(self, document: Document) -> None:
        """Name of the house, title, subtitle, date and what is said of all of it."""
        house = self._paragraph("Normal")
        self._runs(house, line(Span("Kyoso 共創", "strong", "ja")))
        self._runs(self._paragraph("Title"), line(document.title))
        self._runs(self._paragraph("Subtitle"), line(document.subtitle))
        dated = _DATED.format(day=reading.day(document.date, document.language))
        marks = [part for mark in document.marks for part in ("  ", Span(mark, "mark"))]
        self._runs(self._paragraph("Normal"), line(dated[document.language], *marks))

    def block(self, block: Block) -> None:
        from docx.enum.text import WD_BREAK

        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                self._runs(self._paragraph("Normal"), block.content)
            case Note():
                note = self._paragraph("Normal")
                _border(note, "left", palette.MARK, eighths=18)
                self._runs(note, block.content)
            case Bullets():
                for item in block.items:
                    self._runs(self._paragraph("List Bullet"), item)
            case Table():
                self._table(block)
            case Chart():
                caption = self._paragraph("Caption")
                self._runs(caption, line(block.caption))
                self._picture(self._paragraph("Normal"), block.svg, block.description, None)
                self._table(block.table)
            case Sources():
                self._sources(block.entries)
            case PageBreak():
                self._paragraph("Normal").add_run().add_break(WD_BREAK.PAGE)

    def _paragraph(self, style: str) -> WordParagraph:
        paragraph = self._word.add_paragraph()
        # By its id: python-docx looks for a name in all styles, for each paragraph anew.
        paragraph._p.style = self._style_ids[style]  # noqa: SLF001
        return paragraph

    def _heading(self, heading: Heading) -> None:
        paragraph = self._paragraph(f"Heading {heading.level}")
        if heading.level == 2:
            _border(paragraph, "bottom", heading.colour, eighths=12)
        if heading.code:
            self._runs(paragraph, line(Span(f"{heading.code} ", "code")))
        name = paragraph.add_run(heading.text)
        _colour(name, heading.colour)
        if heading.beside:
            self._runs(paragraph, line(Span(" ", "soft"), *heading.beside), bold=False)

    def _runs(self, paragraph: WordParagraph, content: Line, *, bold: bool | None = None) -> None:
        for span in content:
            run = self._link(paragraph, span.link) if span.link else paragraph.add_run()
            run.text = span.text
            if bold is not None:
                run.bold = bold
            language = span.language or self._language
            match span.role:
                case "strong":
                    run.bold = True
                case "soft" | "code":
                    _colour(run, palette.SOFT)
                    run.bold = False
                case "missing":
                    _colour(run, palette.SOFT)
                    run.italic = language != "ja"
                case "mark":
                    _colour(run, palette.MARK)
                    run.bold = False
                    _framed(run)
                case "plain":
                    pass
            if language != self._language:
                _language(run, language)  # the schema wants it last

    def _link(self, paragraph: WordParagraph, address: str) -> Run:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.text.run import Run

        identifier = paragraph.part.relate_to(
            address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        link = _element("w:hyperlink", {"r:id": identifier})
        run = _element("w:r")
        link.append(run)
        paragraph._p.append(link)  # noqa: SLF001 -- python-docx has no call for links
        return Run(run, paragraph)

    def _picture(
        self, paragraph: WordParagraph, svg: str, description: str, width_cm: float | None
    ) -> None:
        from docx.shared import Cm

        run = paragraph.add_run()
        shape = run.add_picture(io.BytesIO(png(svg)))
        ratio = shape.height / shape.width
        wide = width_cm or min(_TEXT_WIDTH_CM, _PICTURE_LIMIT_CM / ratio)
        shape.width, shape.height = Cm(wide), Cm(wide * ratio)
        shape._inline.docPr.set("descr", description)  # noqa: SLF001 -- nor for what is told

    def _sources(self, entries: Iterable[Source]) -> None:
        from docx.shared import Cm, Pt

        for number, entry in enumerate(entries, start=1):
            cited = ", ".join(part for part in (entry.document, entry.place, entry.year) if part)
            paragraph = self._paragraph("Normal")
            paragraph.paragraph_format.left_indent = Cm(0.7)
            paragraph.paragraph_format.first_line_indent = Cm(-0.7)
            paragraph.paragraph_format.space_after = Pt(2)
            status = (Span(" "), *entry.status) if entry.status else ()
            self._runs(paragraph, line(f"{number}.\t", Span(cited, link=entry.link), *status))

    def _table(self, table: Table) -> None:
        from docx.shared import Cm

        if table.captioned:
            self._runs(self._paragraph("Caption"), line(table.caption))
        grid = self._word.add_table(rows=2, cols=len(table.columns))
        grid.autofit = False
        element = grid._tbl  # noqa: SLF001 -- borders, name for readers, rows by copy
        _table_properties(element, table.caption)
        whole = sum(column.share for column in table.columns)
        widths = [_TEXT_WIDTH_CM * column.share / whole for column in table.columns]
        for place, width in zip(grid.columns, widths, strict=True):
            place.width = Cm(width)
        head, body = grid.rows
        for row in (head, body):
            _row_properties(row, head=row is head)
            for cell, column, width in zip(row.cells, table.columns, widths, strict=True):
                self._cell(cell, column, width)
        for cell, column in zip(head.cells, table.columns, strict=True):
            unit = (Span(f" {column.unit}", "soft"),) if column.unit else ()
            self._runs(cell.paragraphs[0], line(Span(column.heading, "strong"), *unit))
            _bottom(cell)
        self._rows(grid, body._tr, table.rows)  # noqa: SLF001
        note = self._paragraph("Normal")
        self._runs(note, line(Span(table.note, "soft")))

    def _rows(self, grid: Grid, empty: Any, rows: Iterable[Sequence[Cell]]) -> None:
        """Each row is a copy of the ``empty`` one, which goes."""
        from docx.oxml.ns import qn
        from docx.text.paragraph import Paragraph as WordParagraph

        for cells in rows:
            row = deepcopy(empty)
            empty.addprevious(row)
            for place, cell in zip(row.iter(qn("w:p")), cells, strict=True):
                self._fill(WordParagraph(place, grid), cell)
        empty.getparent().remove(empty)

    def _cell(self, cell: _Cell, column: Column, width: float) -> None:
        from docx.shared import Cm

        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph._p.style = self._style_ids[_NUMBER if column.numeric else _CELL]  # noqa: SLF001

    def _fill(self, paragraph: WordParagraph, cell: Cell) -> None:
        if isinstance(cell, Picture):
            self._picture(paragraph, cell.svg, cell.description, cell.width * 2.54 / 96)
            return
        missing = (Span(reading.NOT_REPORTED[self._language], "missing"),)
        self._runs(paragraph, missing if cell is None else cell)


# --- the document as a whole --------------------------------------------------------------


def _set_page(word: Word, document: Document) -> None:
    from docx.shared import Cm

    section = word.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21.0 - _TEXT_WIDTH_CM) / 2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    footer = section.footer.paragraphs[0]
    _colour(footer.add_run(f"{document.title}    "), palette.SOFT)
    for before, field in (("", "PAGE"), (" / ", "NUMPAGES")):
        if before:
            _colour(footer.add_run(before), palette.SOFT)
        footer._p.append(_field(field))  # noqa: SLF001 -- python-docx has no call for fields


def _field(name: str) -> BaseOxmlElement:
    field: BaseOxmlElement = _element("w:fldSimple", {"w:instr": name})
    run, text = _element("w:r"), _element("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    return field


def _set_styles(word: Word, language: Language) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    root = word.styles.element
    for chosen in root.iter(qn("w:rFonts")):
        chosen.attrib.clear()
        for script in ("ascii", "hAnsi", "cs"):
            chosen.set(qn(f"w:{script}"), fonts.LATIN)
        chosen.set(qn("w:eastAsia"), fonts.JAPANESE)
    for spoken in root.iter(qn("w:lang")):
        spoken.set(qn("w:val"), _LOCALES[language])
        spoken.set(qn("w:eastAsia"), _LOCALES["ja"])
    sizes = _SIZES | {f"Heading {level}": size for level, size in _HEADINGS.items()}
    for name, size in sizes.items():
        style: ParagraphStyle = word.styles[name]
        style.font.size = Pt(size)
        style.font.italic = False
        style.font.bold = name == "Title" or name.startswith(("Heading", "Caption"))
        soft = name == "Subtitle"
        style.font.color.rgb = RGBColor.from_string((palette.SOFT if soft else palette.INK)[1:])
        style.paragraph_format.space_after = Pt(4)
        style.paragraph_format.line_spacing = 1.35 if language == "ja" else 1.2
        style.paragraph_format.keep_with_next = name.startswith(("Heading", "Caption"))
    for level, above in ((1, 20), (2, 14), (3, 10)):
        heading: ParagraphStyle = word.styles[f"Heading {level}"]
        heading.paragraph_format.space_before = Pt(above)
    _add_cell_styles(word)
    _replace_borders(word.styles["Title"].element, ())
    _replace_borders(word.styles["Heading 1"].element, (("top", palette.INK, 6),))


def _add_cell_styles(word: Word) -> None:
    """What stands in tables has styles of its own, so that an editor can change all of it."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for name in (_CELL, _NUMBER):
        style = cast("ParagraphStyle", word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
        style.base_style = word.styles["Normal"]
        style.font.size = Pt(8)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = 1.1
        if name == _NUMBER:
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _set_properties(word: Word, document: Document) -> None:
    properties = word.core_properties
    properties.title = document.title
    properties.subject = document.subtitle
    properties.author = "Kyoso"
    properties.last_modified_by = "Kyoso"
    properties.comments = ""
    properties.language = _LOCALES[document.language]
    properties.created = properties.modified = datetime.combine(document.date, time())
    package = word.part.package
    assert package is not None
    for identifier, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):  # a picture of python-docx's own template
            del package.rels[identifier]


def _settled(content: bytes) -> bytes:
    """The archive with fixed times and our table of fonts, so that it depends on nothing else."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in made.namelist():
            part = _font_table() if name == "word/fontTable.xml" else made.read(name)
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)
    return stream.getvalue()


def _font_table() -> bytes:
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    entries = "".join(
        f'<w:font w:name="{family}"><w:altName w:val="{other}"/></w:font>'
        for family, other in _STAND_INS.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{namespace}">{entries}</w:fonts>'.encode()


# --- what python-docx has no words for ----------------------------------------------------


def _element(tag: str, attributes: dict[str, str] | None = None) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        element.set(qn(name), value)
    return element


def _colour(run: Run, colour: str) -> None:
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor.from_string(colour[1:])


def _language(run: Run, language: Language) -> None:
    locale = _LOCALES[language]
    name = "w:eastAsia" if language == "ja" else "w:val"
    run._r.get_or_add_rPr().append(_element("w:lang", {name: locale}))  # noqa: SLF001 -- no call


def _framed(run: Run) -> None:
    frame = {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": palette.MARK[1:]}
    run._r.get_or_add_rPr().append(_element("w:bdr", frame))  # noqa: SLF001 -- no call


def _side(side: str, colour: str, eighths: int) -> Any:
    """A border of so many eighths of a point."""
    line_ = {"w:val": "single", "w:sz": str(eighths), "w:space": "4", "w:color": colour[1:]}
    return _element(f"w:{side}", line_)


def _border(paragraph: WordParagraph, side: str, colour: str, *, eighths: int) -> None:
    _replace_borders(paragraph._p, ((side, colour, eighths),))  # noqa: SLF001 -- no call


def _replace_borders(owner: Any, sides: Iterable[tuple[str, str, int]]) -> None:
    """Set the borders of a paragraph or a style; none takes those of the template away."""
    from docx.oxml.ns import qn

    properties = owner.get_or_add_pPr()
    for old in properties.findall(qn("w:pBdr")):
        properties.remove(old)
    borders = _element("w:pBdr")
    for side, colour, eighths in sides:
        borders.append(_side(side, colour, eighths))
    after = properties.find(qn("w:spacing"))
    if after is None:
        properties.append(borders)
    else:
        after.addprevious(borders)  # the schema fixes the order of these


def _table_properties(table: Any, caption: str) -> None:
    from docx.oxml.ns import qn

    properties = table.tblPr
    borders = _element("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(_side(side, palette.RULE, 4))
    properties.append(borders)
    layout = properties.find(qn("w:tblLayout"))
    if layout is not None:
        properties.remove(layout)
        properties.append(layout)
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", {"w:w": _CELL_MARGIN, "w:type": "dxa"}))
    properties.append(margins)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
        properties.append(look)
    properties.append(_element("w:tblCaption", {"w:val": caption}))


def _row_properties(row: _Row, *, head: bool) -> None:
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 -- no call
    properties.append(_element("w:cantSplit"))
    if head:
        properties.append(_element("w:tblHeader"))


def _bottom(cell: _Cell) -> None:
    borders = _element("w:tcBorders")
    borders.append(_side("bottom", palette.INK, 6))
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 -- no call
