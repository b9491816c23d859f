"""One document in three settings: each is read back by another program and compared."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import docx
import pypdf
import pypdfium2
import pytest
from docx.oxml.ns import qn

from kyoso.core.text import LANGUAGES, Language, Text
from kyoso.publishing import documents, fonts
from kyoso.publishing.documents import model
from kyoso.publishing.documents.model import Span, line

HOSTILE = r"""# $x^2$ *b* _i_ <b>&amp; "q" it's `c` @ref [l] {f} \n // ~ -- #let(x)"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="140" height="18" viewBox="0 0 140 18">'
    '<title>half</title><rect width="70" height="18" fill="#0b5c7a"/></svg>'
)
TABLE = model.Table(
    caption="Sorts",
    columns=(
        model.Column(heading="name", share=3),
        model.Column(heading="mass", unit="t", numeric=True),
        model.Column(heading="course"),
    ),
    rows=(
        (line("Coal"), line("1,200"), model.Picture(SVG, "half", 140)),
        (line(Span("石炭 ", language="ja"), HOSTILE), None, line(Span("none set", "soft"))),
        *((line(f"row {n}"), line(str(n)), None) for n in range(60)),
    ),
    note="The first of many.",
)


def document(language: Language) -> model.Document:
    return model.Document(
        title=Text("Report on # and $", "＃と＄の報告")[language],
        subtitle=Text("A subtitle, 4 < 5", "副題、4 < 5")[language],
        date=date(2026, 11, 24),
        language=language,
        marks=(Text("sample data", "見本データ")[language],),
        blocks=(
            model.Heading(level=1, code="1", text=Text("Climate", "気候")[language],
                          beside=line("beside it"), colour="#0b5c7a"),
            model.Paragraph(line(HOSTILE, Span("strong", "strong"), Span("soft", "soft"))),
            model.Heading(level=2, code="1.1", text="CO₂ & <others>", colour="#0b5c7a"),
            model.Note(line(Span("unverified", "mark"), " 16 of 525")),
            model.Bullets((line("first"), line("second ", Span("link", link="https://a.example/?a=1&b=2")))),
            TABLE,
            model.Heading(level=3, text="Third"),
            model.Chart(caption="A chart", svg=SVG, description="half of all", table=TABLE),
            model.PageBreak(),
            model.Heading(level=1, text=Text("Sources", "出典")[language]),
            model.Sources((
                model.Source(document="IPCC 2006", place="Table 1.2", year="2006",
                             link="https://b.example/", status=line(Span("one source", "soft"))),
                model.Source(document="Own"),
            )),
        ),
    )  # fmt: skip


class Page(HTMLParser):
    """Headings, and tables as lists of rows of cell texts, of an HTML page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.headings: list[tuple[int, str]] = []
        self.tables: list[list[list[str]]] = []
        self.addresses: list[str] = []
        self.language = ""
        self._inside: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.language = self.language or known.get("lang") or ""
        self.addresses += [known[name] or "" for name in ("src", "href") if name in known]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag not in ("meta", "link", "br"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag  # well-formed, which an old reader is grateful for

    def handle_data(self, data: str) -> None:
        if "svg" in self._inside:
            return
        if self._inside and re.fullmatch("h[1-6]", " ".join(
            tag for tag in self._inside if re.fullmatch("h[1-6]", tag)
        )):  # fmt: skip
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
        if "td" in self._inside or ("th" in self._inside and "table" in self._inside):
            self.tables[-1][-1][-1] += data


def pdf_text(content: bytes) -> str:
    """All text of a PDF, without spaces and line ends, which setting decides."""
    opened = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_range() for page in opened]
    return squeezed("".join(pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s|\u200b|\ufffe", "", text)


def expected_headings(document: model.Document) -> list[tuple[int, str]]:
    found = [b for b in document.blocks if isinstance(b, model.Heading)]
    return [
        (b.level, " ".join(p for p in (b.code, b.text, model.words(b.beside)) if p)) for b in found
    ]


def expected_tables(document: model.Document, missing: str) -> list[list[list[str]]]:
    tables = [b.table if isinstance(b, model.Chart) else b for b in document.blocks]
    return [
        [
            [f"{c.heading} {c.unit}".strip() for c in table.columns],
            *(
                [
                    missing if c is None else model.words(c) if isinstance(c, tuple) else ""
                    for c in row
                ]
                for row in table.rows
            ),
        ]
        for table in tables
        if isinstance(table, model.Table)
    ]


@pytest.fixture(params=LANGUAGES)
def made(request: pytest.FixtureRequest) -> model.Document:
    return document(request.param)


def missing(document: model.Document) -> str:
    return Text("not reported", "未報告")[document.language]


def test_html_says_what_the_document_says(made: model.Document) -> None:
    page = Page(documents.render(made, "html").decode())
    assert page.language == made.language
    assert page.headings == [
        (1, made.title),
        *((level + 1, text) for level, text in expected_headings(made)),
    ]
    assert page.tables == expected_tables(made, missing(made))


def test_html_asks_for_nothing_outside_itself(made: model.Document) -> None:
    html = documents.render(made, "html").decode()
    outside = [a for a in Page(html).addresses if not a.startswith(("#", "data:"))]
    assert outside == ["https://a.example/?a=1&b=2", "https://b.example/"]  # links, not fetched
    fetched = re.findall(r"url\(\"?([^)\"]{1,20})", html)
    assert {address[:10] for address in fetched} == {"data:font/"}


def test_word_says_what_the_document_says(made: model.Document) -> None:
    word = docx.Document(io.BytesIO(documents.render(made, "docx")))
    headings = [
        (int(p.style.name[-1]), p.text)
        for p in word.paragraphs
        if p.style.name.startswith("Heading")
    ]
    assert headings == expected_headings(made)
    assert word.paragraphs[1].text == made.title
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in word.tables]
    assert tables == expected_tables(made, missing(made))


def test_pdf_says_what_the_document_says(made: model.Document) -> None:
    content = documents.render(made, "pdf")
    text = pdf_text(content)
    for place, said in model.texts(made):
        assert squeezed(said) in text, (place, said)
    assert text.count(squeezed(missing(made))) == 2 * 61
    outline = list(bookmarks(pypdf.PdfReader(io.BytesIO(content)).outline, 1))
    assert [(level, squeezed(name)) for level, name in outline] == [
        (level, squeezed(name)) for level, name in expected_headings(made)
    ]


def bookmarks(entries: list[Any], level: int) -> Iterator[tuple[int, str]]:
    for entry in entries:
        if isinstance(entry, list):
            yield from bookmarks(entry, level + 1)
        else:
            yield level, entry.title


def pdf_fonts(content: bytes) -> set[str]:
    """The names of all fonts of a PDF, each of which must be embedded."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    found = set()
    for page in reader.pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in descendant["/FontDescriptor"].get_object()
            found.add(str(descendant["/BaseFont"]).split("+")[1])
    return found


def test_pdf_is_set_in_the_shipped_faces_alone(made: model.Document) -> None:
    used = pdf_fonts(documents.render(made, "pdf"))
    assert used <= {path.stem for path in fonts.FACES.values()}
    assert {"NotoSans-Regular", "NotoSansJP-Regular"} <= used


def test_pdf_is_tagged_titled_dated_and_of_a_language(made: model.Document) -> None:
    reader = pypdf.PdfReader(io.BytesIO(documents.render(made, "pdf")))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- pypdf's own boolean
    assert str(root["/Lang"]) == {"en": "en-GB", "ja": "ja-JP"}[made.language]
    assert reader.metadata.title == made.title
    assert reader.metadata.creation_date.date() == made.date
    about = root["/Metadata"].get_data().decode()
    # PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2) as a file claims them in its metadata.
    assert re.search(r"pdfuaid:part[=>\"]+1", about)
    assert re.search(r"pdfaid:part[=>\"]+2", about)
    assert re.search(r"pdfaid:conformance[=>\"]+A", about)


def test_pdf_pages_carry_title_and_number(made: model.Document) -> None:
    opened = pypdfium2.PdfDocument(documents.render(made, "pdf"))
    pages = [squeezed(page.get_textpage().get_text_range()) for page in opened]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in page
        assert squeezed(made.title) in page


def test_a_character_that_no_face_has_is_refused_with_its_place(tmp_path: Path) -> None:
    made = model.Document(
        title="t", subtitle="s", date=date(2026, 1, 1), language="en",
        blocks=(model.Heading(level=1, text="Plants"), model.Paragraph(line("ភ"))),
    )  # fmt: skip
    with pytest.raises(fonts.MissingGlyphError) as caught:
        documents.write(made, tmp_path / "out", "report")
    assert caught.value.where == "Plants"
    assert not (tmp_path / "out").exists()


def test_all_three_are_written_and_nothing_else(made: model.Document, tmp_path: Path) -> None:
    paths = documents.write(made, tmp_path, "report")
    assert paths == [tmp_path / f"report.{form}" for form in ("html", "pdf", "docx")]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert [path.read_bytes() for path in paths] == [
        documents.render(made, form) for form in documents.FORMATS
    ]


def test_word_names_east_asian_faces_and_stand_ins(made: model.Document) -> None:
    content = documents.render(made, "docx")
    word = docx.Document(io.BytesIO(content))
    chosen = [e.attrib for e in word.styles.element.iter(qn("w:rFonts"))]
    assert {e.get(qn("w:eastAsia")) for e in chosen} == {fonts.JAPANESE}
    assert {e.get(qn("w:ascii")) for e in chosen} == {fonts.LATIN}
    assert [name for e in chosen for name in e if name.endswith("Theme")] == []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        table = ET.fromstring(archive.read("word/fontTable.xml"))
    assert {font.get(qn("w:name")) for font in table} == set(fonts.FAMILIES)


def test_word_has_language_dates_repeating_heads_and_told_pictures(made: model.Document) -> None:
    word = docx.Document(io.BytesIO(documents.render(made, "docx")))
    locale = {"en": "en-GB", "ja": "ja-JP"}[made.language]
    assert word.core_properties.language == locale
    assert word.core_properties.title == made.title
    assert word.core_properties.created.date() == made.date
    defaults = word.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert (defaults.get(qn("w:val")), defaults.get(qn("w:eastAsia"))) == (locale, "ja-JP")
    for table in word.tables:
        heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert heads == [True, *[False] * 62]
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Sorts"
    told = [p.get("descr") for p in word.element.body.iter(qn("wp:docPr"))]
    assert told == ["half", "half of all", "half"]
    spoken = [e.get(qn("w:eastAsia")) for e in word.element.body.iter(qn("w:lang"))]
    assert spoken == ([] if made.language == "ja" else ["ja-JP"] * 3)


def test_word_slants_what_is_missing_but_not_in_japanese(made: model.Document) -> None:
    word = docx.Document(io.BytesIO(documents.render(made, "docx")))
    run = word.tables[0].rows[2].cells[1].paragraphs[0].runs[0]
    assert (run.text, bool(run.italic)) == (missing(made), made.language == "en")


def test_html_slants_what_is_missing_but_not_in_japanese(made: model.Document) -> None:
    html = documents.render(made, "html").decode()
    tag = {"en": "em", "ja": "span"}[made.language]
    assert html.count(f'<{tag} class="missing">{missing(made)}</{tag}>') == 2 * 61


@pytest.mark.parametrize("form", documents.FORMATS)
def test_same_document_gives_the_same_bytes(form: str, made: model.Document) -> None:
    assert documents.render(made, form) == documents.render(made, form)


def test_a_row_with_a_cell_too_many_is_no_table() -> None:
    with pytest.raises(ValueError, match=r"table 'T': rows \[1\] have not one cell a column"):
        model.Table(caption="T", columns=(model.Column(heading="a"),),
                    rows=((line("1"),), (line("1"), line("2"))))  # fmt: skip


def test_a_heading_that_skips_a_level_is_no_document() -> None:
    with pytest.raises(ValueError, match="heading 'Deep': level 3 follows 1"):
        model.Document(
            title="t", subtitle="s", date=date(2026, 1, 1), language="en",
            blocks=(model.Heading(level=1, text="Top"), model.Heading(level=3, text="Deep")),
        )  # fmt: skip


def test_a_caption_said_by_the_heading_is_told_but_not_shown() -> None:
    made = model.Document(
        title="t", subtitle="s", date=date(2026, 1, 1), language="en",
        blocks=(model.Table(caption="Unseen", columns=(model.Column(heading="a"),),
                            rows=((line("1"),),), captioned=False),),
    )  # fmt: skip
    assert '<caption class="unseen">Unseen</caption>' in documents.render(made, "html").decode()
    assert "Unseen" not in pdf_text(documents.render(made, "pdf"))
    word = docx.Document(io.BytesIO(documents.render(made, "docx")))
    assert "Unseen" not in [paragraph.text for paragraph in word.paragraphs]
    assert word.tables[0]._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Unseen"
