"""The published layout: a joint statement, a main text with an overview, annexes of coded items.

::

    title of the joint statement        Title of the programme          Annex 1. …
    date line                           1. Background                   1.1. …  (section)
    clauses                             …                               1-1-1. …  (activity)
    1. … 5. …  (commitments)            3. Outline                      1.2 …
    closing                             1 …  (pillar)                   1-2-1. …  (group)
                                        1.1 …  (section)                1-2-1-1. …  (activity)

Any part may be absent. What opens a line decides what it is, together with what surrounds it;
nothing here knows the words of a particular edition.
"""

from __future__ import annotations

from collections.abc import Sequence

from kyoso.core.text import Language
from kyoso.programme import numbering
from kyoso.programme.catalogue import Catalogue, CodedItem
from kyoso.programme.codes import Number, code_at, written
from kyoso.programme.editions import Activity, Annex, Edition, Group, Pillar, Section
from kyoso.programme.front import Front, without_remark
from kyoso.programme.layout import Row, vocabulary
from kyoso.programme.marking import marked
from kyoso.programme.numbering import Found, Numbered
from kyoso.programme.paragraphs import Paragraph, paragraphs
from kyoso.programme.placing import Placing
from kyoso.programme.writing import Prose, Writer


def read(rows: Sequence[Row], language: Language, placing: Placing) -> Edition:
    """The edition in ``rows``; every row is placed in ``placing`` or noticed there."""
    text = marked(rows)
    writer = Writer(language, vocabulary(rows), placing)
    blocks = list(paragraphs(text.rows, text.marks, text.ends.at))
    for row in (text.rows[index] for index in text.mentions):
        at = code_at(row.plain)
        placing.notice("mention", [row], code=written(at[0]) if at else None)
    if text.ends.certain:
        # The file marks ends of paragraphs, and the last row of these has none.
        for block in (block for block in blocks if not block.is_whole):
            code = written(block.number) if block.kind == "code" else None
            placing.notice("cut-short", block.rows[-1:], code=code)
    opening = text.rows[text.start].number
    start = next(i for i, block in enumerate(blocks) if block.last >= opening)
    front = Front(blocks[:start], writer, opening=rows[0])
    catalogue = Catalogue(blocks[start:], writer, certain=text.ends.certain)
    found = Found(
        pillars=[_numbered(block) for block in front.pillars],
        announced=[_numbered(block) for block in front.sections],
        annexes=[_numbered(block) for block in catalogue.annexes],
        headings=[_numbered(block) for block, _ in catalogue.headings],
        coded=[item.numbered() for item in catalogue.items],
        commitments=[_numbered(block) for block in front.committed],
        passages=_headings(front.passages + catalogue.passages),
    )
    placing.notices += numbering.notices(found)
    return _edition(front, catalogue, writer, rows[0])


def _headings(passages: Sequence[Prose]) -> list[list[Numbered]]:
    """The numbered headings, those of one annex together."""
    by_annex: dict[Number | None, list[Numbered]] = {}
    for passage in passages:
        if passage.heading:
            by_annex.setdefault(passage.annex, []).append(_numbered(passage.heading))
    return list(by_annex.values())


def _numbered(block: Paragraph) -> Numbered:
    return Numbered(block.number, block.first, block.last)


def _edition(front: Front, catalogue: Catalogue, writer: Writer, first: Row) -> Edition:
    title, remark = without_remark(writer.text(front.title) if front.title else first.text)
    return Edition(
        title=title,
        remark=remark,
        statement=writer.text(front.statement) if front.statement else None,
        date=front.date,
        language=writer.language,
        pillars=_pillars(front, catalogue, writer),
        sections=_sections(front, catalogue, writer),
        groups=tuple(_group(item, writer) for item in catalogue.items if item.is_group),
        annexes=tuple(
            Annex(code=written(block.number), title=writer.words(writer.text(block)), **_at(block))
            for block in catalogue.annexes
        ),
        commitments=tuple(front.commitments),
        preamble=tuple(front.clauses),
        passages=tuple(map(writer.passage, (*front.passages, *catalogue.passages))),
        activities=tuple(_activity(item, writer) for item in catalogue.items if not item.is_group),
    )


def _at(first: Paragraph, last: Paragraph | None = None) -> dict[str, int]:
    return {"first_line": first.first, "last_line": (last or first).last}


def _pillars(front: Front, catalogue: Catalogue, writer: Writer) -> tuple[Pillar, ...]:
    """The pillars of the overview; without one, those that have an annex to themselves."""
    heads = front.pillars or [block for block in catalogue.annexes if len(block.number) == 1]
    return tuple(
        Pillar(code=written(block.number), title=writer.words(writer.text(block)), **_at(block))
        for block in heads
    )


def _sections(front: Front, catalogue: Catalogue, writer: Writer) -> tuple[Section, ...]:
    """Sections as announced, then those that only an annex heads."""
    heads: dict[Number, tuple[Paragraph, Number | None]] = {}
    for block, annex in catalogue.headings:
        heads.setdefault(block.number, (block, annex))
    for block in catalogue.annexes:
        if len(block.number) == 2:
            heads.setdefault(block.number, (block, block.number))
    announced = {block.number for block in front.sections}
    served = {item.number[:2] for item in catalogue.items}
    unannounced = [
        block
        for number, (block, _) in heads.items()
        if number not in announced and (block.kind == "section" or number in served)
    ]
    sections = []
    for block in (*front.sections, *unannounced):
        head, annex = heads.get(block.number, (None, None))
        section = Section(
            code=written(block.number),
            pillar=written(block.number[:1]),
            annex=written(annex) if annex else None,
            title=writer.words(writer.text(block)),
            annex_title=writer.words(writer.text(head)) if head else None,
            **_at(block),
        )
        sections.append(section)
    return tuple(sections)


def _group(item: CodedItem, writer: Writer) -> Group:
    return Group(
        code=written(item.number),
        pillar=written(item.number[:1]),
        section=written(item.number[:2]),
        annex=written(item.annex) if item.annex else None,
        title=writer.words(item.text),
        **_at(item.blocks[0], item.blocks[-1]),
    )


def _activity(item: CodedItem, writer: Writer) -> Activity:
    return Activity(
        code=written(item.number),
        pillar=written(item.number[:1]),
        section=written(item.number[:2]),
        group=written(item.number[:3]) if len(item.number) > 3 else None,
        annex=written(item.annex) if item.annex else None,
        text=writer.words(item.text),
        **_at(item.blocks[0], item.blocks[-1]),
    )
