"""The draft of a biennial transparency report: its chapters from what is published, and no more.

What nobody reported is called so in its place. Every figure leads back to the run that it is a
number of, and from there to the facility and its meter. The draft is a content model: HTML, PDF
and Word are made of it as of any document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kyoso.core.text import LANGUAGES, Language, Text
from kyoso.publishing import words
from kyoso.publishing.documents import model
from kyoso.publishing.documents.model import Span, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: a text in both languages, or a code; ``link`` where it leads further."""

    text: Text | str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What was not reported; ``enter`` is where it would be entered, for those who may."""

    enter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column."""

    text: Text
    unit: str = ""
    numeric: bool = False
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of a chapter."""

    caption: Text
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell | Missing]]
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart in both languages with the numbers in it."""

    caption: Text
    svg: Text
    description: Text
    grid: Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """What somebody wrote, in English, Japanese or both; an empty line begins a paragraph.

    ``about`` says who wrote and approved it when. A reader of the language that is not there is
    shown the other one.
    """

    en: str = ""
    ja: str = ""
    about: Cell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a chapter: text, lists, drawings and tables; one without any is not reported.

    ``points`` are listed after the text. ``enter`` is where it would be entered.
    """

    title: Text
    text: Text | None = None
    prose: Prose | None = None
    points: Sequence[Cell] = ()
    grids: Sequence[Grid] = ()
    drawings: Sequence[Drawing] = ()
    enter: str = ""

    @property
    def is_silent(self) -> bool:
        said = self.text or self.prose or self.points or self.grids or self.drawings
        return not said


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that is published of a country, chapter by chapter."""

    country: Text
    as_of: date
    sample: bool
    circumstances: Sequence[Part] = ()
    inventory: Sequence[Part] = ()
    tracking: Sequence[Part] = ()
    measures: Sequence[Part] = ()
    projections: Sequence[Part] = ()
    support: Sequence[Part] = ()
    adaptation: Sequence[Part] = ()
    sources: Sequence[Cell] = ()


_DRAFT = Text("draft", "草案")
_CHAPTERS = (
    Text(
        "National circumstances and greenhouse gas inventory",
        "国内の状況と温室効果ガスインベントリ",
    ),
    Text(
        "Tracking progress of the nationally determined contribution",
        "国が決定する貢献（NDC）の進捗",
    ),
    Text("Mitigation policies and measures", "緩和の政策と措置"),
    Text("Projections of emissions and removals", "排出・吸収量の見通し"),
    Text("Support needed and received", "必要とする支援と受けた支援"),
    Text("Climate impacts and adaptation", "気候変動の影響と適応"),
)
_ABOUT = Text(
    "Made from published data alone. A figure leads back to its calculation, and from there to the "
    "facility and its meter.",
    "公開済みのデータだけから作成しました。各数値から計算へ、さらに施設と計器へたどることができます。",
)


def btr(content: Content, language: Language) -> model.Document:
    """The draft in one language."""
    chapters = (
        (*content.circumstances, *content.inventory),
        content.tracking,
        content.measures,
        content.projections,
        content.support,
        content.adaptation,
    )
    marks = (_DRAFT[language], *((words.SAMPLE[language],) if content.sample else ()))
    return model.Document(
        title=Text("Biennial transparency report: {country}", "隔年透明性報告書：{country}").format(
            country=content.country
        )[language],
        subtitle=Text("Draft", "草案")[language],
        date=content.as_of,
        language=language,
        marks=marks,
        blocks=(
            model.Paragraph(line(_ABOUT[language])),
            *(
                block
                for number, (title, parts) in enumerate(
                    zip(_CHAPTERS, chapters, strict=True), start=1
                )
                for block in _chapter(number, title, parts, language)
            ),
            *_sources(content.sources, language),
        ),
    )


def _chapter(
    number: int, title: Text, parts: Sequence[Part], language: Language
) -> Iterator[model.Block]:
    yield model.Heading(level=1, code=str(number), text=title[language])
    for part in parts or (Part(title=title),):
        if part.title != title:
            yield model.Heading(level=2, text=part.title[language])
        if part.text is not None:
            yield model.Paragraph(line(part.text[language]))
        if part.prose is not None:
            yield from _prose(part.prose, language)
        if part.points:
            yield model.Bullets(tuple(_line(one, language) for one in part.points))
        for drawing in part.drawings:
            yield model.Chart(
                caption=drawing.caption[language],
                svg=drawing.svg[language],
                description=drawing.description[language],
                table=_table(drawing.grid, language, under=drawing.caption),
            )
        for grid in part.grids:
            yield _table(grid, language, under=part.title)
        if part.is_silent:
            yield model.Paragraph(_missing(Missing(part.enter), language))


def _prose(prose: Prose, language: Language) -> Iterator[model.Block]:
    written: dict[Language, str] = {"en": prose.en, "ja": prose.ja}
    spoken = language if written[language] else next(one for one in LANGUAGES if written[one])
    for paragraph in written[spoken].split("\n\n"):
        yield model.Paragraph(line(Span(paragraph, language=spoken)))
    if prose.about is not None:
        text = _text(prose.about, language)
        yield model.Paragraph(line(Span(text, "soft", link=prose.about.link)))


def _missing(one: Missing, language: Language) -> model.Line:
    return line(Span(words.NOT_REPORTED[language], "missing", link=one.enter))


def _table(grid: Grid, language: Language, *, under: Text) -> model.Table:
    """The table; what the heading above it says already is not said again."""
    return model.Table(
        caption=grid.caption[language],
        captioned=grid.caption != under,
        columns=tuple(
            model.Column(
                heading=head.text[language],
                unit=words.unit(head.unit),
                numeric=head.numeric,
                share=head.share,
            )
            for head in grid.heads
        ),
        rows=tuple(tuple(_cell(cell, language) for cell in row) for row in grid.rows),
        note=grid.note[language] if grid.note else "",
    )


def _cell(cell: Cell | Missing, language: Language) -> model.Cell:
    if isinstance(cell, Missing):
        return _missing(cell, language) if cell.enter else None
    return _line(cell, language)


def _line(cell: Cell, language: Language) -> model.Line:
    return line(Span(_text(cell, language), link=cell.link))


def _text(cell: Cell, language: Language) -> str:
    return cell.text[language] if isinstance(cell.text, Text) else cell.text


def _sources(sources: Sequence[Cell], language: Language) -> Iterator[model.Block]:
    if not sources:
        return
    yield model.Heading(level=1, text=Text("Where the figures come from", "数値の来歴")[language])
    yield model.Sources(
        tuple(
            model.Source(
                document=_text(one, language),
                link=one.link,
            )
            for one in sources
        )
    )


# --- what is missing ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not reported: what it is called, how many values, where to enter it."""

    label: str
    count: int
    enter: str


@dataclass(frozen=True, slots=True)
class Silence:
    """What is not reported under a heading; ``at`` counts the headings of the document."""

    at: int
    heading: model.Heading
    gaps: tuple[Gap, ...]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.gaps)


_OF = Text("{row}: {columns}", "{row}：{columns}")
_AND = Text(", ", "、")


def silences(document: model.Document) -> list[Silence]:
    """Everything that a document calls not reported, heading by heading."""
    found: list[Silence] = []
    headings = [block for block in document.blocks if isinstance(block, model.Heading)]
    gaps: dict[int, list[Gap]] = {}
    at = -1
    for block in document.blocks:
        if isinstance(block, model.Heading):
            at += 1
        else:
            gaps.setdefault(at, []).extend(_gaps(block, document.language, headings[at : at + 1]))
    for place, these in gaps.items():
        if these:
            found.append(Silence(place, headings[place], tuple(these)))
    return found


def _gaps(block: model.Body, language: Language, under: Sequence[model.Heading]) -> Iterator[Gap]:
    if isinstance(block, model.Chart):
        yield from _gaps(block.table, language, under)
    elif isinstance(block, model.Paragraph):
        for span in block.content:
            if span.role == "missing":
                yield Gap(under[0].text, 1, span.link)
    elif isinstance(block, model.Table):
        for row in block.rows:
            yield from _gaps_of_row(block, row, language)


def _gaps_of_row(
    table: model.Table, row: Sequence[model.Cell], language: Language
) -> Iterator[Gap]:
    """One for each place of entry; the first cell says what the row is about."""
    columns: dict[str, list[str]] = {}
    for column, cell in zip(table.columns, row, strict=True):
        if cell is None:
            columns.setdefault("", []).append(column.heading)
        elif isinstance(cell, tuple) and any(span.role == "missing" for span in cell):
            columns.setdefault(cell[0].link, []).append(column.heading)
    about = row[0]
    name = model.words(about) if isinstance(about, tuple) else ""
    for link, named in columns.items():
        label = _OF[language].format(row=name, columns=_AND[language].join(named))
        yield Gap(label, len(named), link)
