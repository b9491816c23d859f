"""The draft of a biennial transparency report: chapters, what is missing, and the way back."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest

from kyoso.core.text import Language, Text
from kyoso.publishing import btr, documents
from kyoso.publishing.documents import html, model

_RUN = "https://kyoso.example/en/runs/1/"
CONTENT = btr.Content(
    country=Text("Sample A", "見本国A"),
    as_of=date(2026, 11, 1),
    sample=True,
    inventory=(
        btr.Part(
            title=Text("Emissions", "排出量"),
            grids=(
                btr.Grid(
                    caption=Text("Emissions by sector", "部門別排出量"),
                    heads=(
                        btr.Head(text=Text("sector", "部門"), share=2),
                        btr.Head(text=Text("2022", "2022年"), unit="t CO2e", numeric=True),
                    ),
                    rows=(
                        (btr.Cell(text=Text("Energy", "エネルギー")), btr.Cell(text="61,240", link=_RUN)),
                        (btr.Cell(text=Text("Waste", "廃棄物")), btr.Missing()),
                    ),
                ),
            ),
        ),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "missing", "title"),
    [
        ("en", "not reported", "Biennial transparency report: Sample A"),
        ("ja", "未報告", "隔年透明性報告書：見本国A"),
    ],
)
def test_what_nobody_reported_is_called_so_in_its_chapter(
    language: Language, missing: str, title: str
) -> None:
    document = btr.btr(CONTENT, language)
    assert document.title == title
    texts = [text for _, text in model.texts(document)]
    chapters = [b.code for b in document.blocks if isinstance(b, model.Heading) and b.level == 1]
    assert chapters == ["1", "2", "3", "4", "5", "6"]
    # Tracking, measures, projections, support and adaptation.
    assert texts.count(missing) == 5
    table = next(block for block in document.blocks if isinstance(block, model.Table))
    assert table.rows[1][1] is None


def test_what_is_missing_is_counted_part_by_part_and_leads_to_where_it_is_entered() -> None:
    part = btr.Part(
        title=Text("Measures", "措置"),
        grids=(
            btr.Grid(
                caption=Text("Measures", "措置"),
                heads=(btr.Head(text=Text("name", "名称")), btr.Head(text=Text("gases", "ガス"))),
                rows=((btr.Cell(text="Act"), btr.Missing("/enter/1/")),),
            ),
        ),
    )
    needed = btr.Part(title=Text("Support needed", "必要な支援"), enter="/enter/2/")
    content = btr.Content(
        country=Text("Sample A", "見本国A"),
        as_of=date(2026, 11, 1),
        sample=True,
        measures=(part,),
        support=(needed,),
    )
    for language, first in (("en", "Act: gases"), ("ja", "Act：ガス")):
        document = btr.btr(content, language)
        found = {one.heading.text: one.gaps for one in btr.silences(document)}
        headings = [block for block in document.blocks if isinstance(block, model.Heading)]
        assert all(headings[one.at] == one.heading for one in btr.silences(document))
        gaps = [gap for one in found.values() for gap in one]
        assert (first, 1, "/enter/1/") in [(one.label, one.count, one.enter) for one in gaps]
        assert found[needed.title[language]][0].enter == "/enter/2/"
        # Beside these two: inventory, tracking, projections and adaptation.
        assert sum(one.count for one in gaps) == 6
    page = html.fragment(btr.btr(content, "en"))
    assert '<a href="/enter/1/"><em class="missing">not reported</em></a>' in page


def test_what_somebody_wrote_stands_in_its_chapter_in_the_language_that_there_is() -> None:
    about = btr.Cell(text=Text("Version 2", "第2版"), link="/statements/1/")
    both = btr.Prose(en="One.\n\nTwo.", ja="一。", about=about)
    content = btr.Content(
        country=Text("Sample A", "見本国A"),
        as_of=date(2026, 11, 1),
        sample=True,
        circumstances=(btr.Part(title=Text("Circumstances", "状況"), prose=both),),
        adaptation=(
            btr.Part(
                title=Text("Risks", "リスク"),
                prose=btr.Prose(en="Floods."),
                points=(btr.Cell(text=Text("A project", "事業"), link="/projects/1/"),),
            ),
        ),
    )
    said = {}
    for language in ("en", "ja"):
        blocks = btr.btr(content, language).blocks
        spans = [b.content[0] for b in blocks if isinstance(b, model.Paragraph)]
        said[language] = [(one.text, one.language) for one in spans if one.role == "plain"][1:]
        assert ("soft", "/statements/1/") in [(one.role, one.link) for one in spans]
        points = [item[0] for b in blocks if isinstance(b, model.Bullets) for item in b.items]
        assert [one.link for one in points] == ["/projects/1/"]
    assert said["en"] == [("One.", "en"), ("Two.", "en"), ("Floods.", "en")]
    assert said["ja"] == [("一。", "ja"), ("Floods.", "en")]


def test_every_figure_leads_back_to_its_run() -> None:
    table = next(b for b in btr.btr(CONTENT, "en").blocks if isinstance(b, model.Table))
    cell = table.rows[0][1]
    assert isinstance(cell, tuple)
    assert [(span.text, span.link) for span in cell] == [("61,240", _RUN)]


def test_a_draft_of_sample_data_says_both() -> None:
    assert btr.btr(CONTENT, "en").marks == ("draft", "sample data")
    assert btr.btr(CONTENT, "ja").marks == ("草案", "見本データ")


def test_the_word_file_holds_table_link_and_silence() -> None:
    word = docx.Document(io.BytesIO(documents.render(btr.btr(CONTENT, "en"), "docx")))
    table = word.tables[0]
    assert [cell.text for cell in table.rows[2].cells] == ["Waste", "not reported"]
    links = [one.target_ref for one in word.part.rels.values() if one.is_external]
    assert links == [_RUN]


def test_the_draft_can_be_printed_in_both_languages() -> None:
    for language in ("en", "ja"):
        assert documents.render(btr.btr(CONTENT, language), "pdf").startswith(b"%PDF")
