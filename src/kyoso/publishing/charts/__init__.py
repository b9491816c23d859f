"""Charts of declared figures as SVG, without a browser; each goes with its table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from kyoso import reference
from kyoso.core.text import Language, Text
from kyoso.methods.declaration import Figure, Method
from kyoso.publishing import palette, words
from kyoso.publishing.charts.drawing import NARROW, WIDTH, draw, png
from kyoso.publishing.charts.framing import Frame, framed
from kyoso.publishing.charts.reading import Bar, Picture, read

__all__ = ["NARROW", "description", "drawn", "png", "shows_sample", "svg"]

_NAMED = 40
"""More names than these say nothing to a reader; the others are counted."""


def svg(
    figure: Figure,
    table: pa.Table,
    method: Method,
    language: Language,
    *,
    sample: bool = False,
    titled: bool = True,
    wide: int = WIDTH,
) -> str:
    """``figure`` of ``table``, an output table of ``method``, as an SVG of its own.

    Without ``titled`` the title is left to the page around it. The tag on sample data is set
    where ``sample`` says so and wherever the table speaks of a sample country. A page that stands
    on phones has one that is ``NARROW`` before the other, and shows one of them. Same input, same
    bytes. Raises :class:`ValueError` for a figure that does not fit its table.
    """
    picture = read(figure, table, method, language)
    drawing = draw(picture, palette.of_method(method.id), language, wide)
    called = f"{method.id}-{figure.name}{'' if wide == WIDTH else '-narrow'}"
    return framed(
        drawing,
        Frame(
            name=re.sub(r"[^a-z0-9]+", "-", called),
            title=figure.title[language],
            titled=titled,
            subtitle=_subtitle(figure, picture, method, language),
            notes=[note[language] for note in _notes(figure, picture)],
            description=_description(picture, language),
            sample=sample or shows_sample(table),
            language=language,
        ),
    )


def description(figure: Figure, table: pa.Table, method: Method, language: Language) -> str:
    """The picture in words, for those who cannot see it: every value, or both ends of a line."""
    return _description(read(figure, table, method, language), language)


def drawn(figure: Figure, table: pa.Table) -> pa.Table:
    """The rows of ``table`` that ``figure`` draws: the last ``at`` of every panel, or all."""
    if figure.at is None or table.num_rows == 0:
        return table
    panels = table[figure.facet].to_pylist() if figure.facet else [None] * table.num_rows
    moments = table[figure.at].to_pylist()
    last: dict[object, object] = {}
    for panel, moment in zip(panels, moments, strict=True):
        last[panel] = max(last.get(panel, moment), moment)
    return table.filter(
        pa.array([moment == last[panel] for panel, moment in zip(panels, moments, strict=True)])
    )


def shows_sample(table: pa.Table) -> bool:
    """Whether any row of the table is of a sample country."""
    if "country" not in table.column_names or table.num_rows == 0:
        return False
    codes = pa.array(sorted(reference.sample_countries()), pa.string())
    return bool(pc.any(pc.is_in(table["country"], value_set=codes)).as_py())


def _subtitle(figure: Figure, picture: Picture, method: Method, language: Language) -> str:
    """What is measured, in which unit, and what the thin line is."""
    meaning = method.output(figure.table)[figure.value].meaning[language]
    parts = [meaning if language == "ja" else meaning[:1].upper() + meaning[1:]]
    if picture.unit:
        parts.append(words.unit(picture.unit))
    if any(bar.lower is not None for panel in picture.bars for bar in panel.bars):
        parts.append(
            Text("thin line: interval, lower to upper end", "細線：区間（下限から上限）")[language]
        )
    if len(picture.lines) > 1:
        parts.append(Text("each panel has its own scale", "目盛りは図ごとに異なる")[language])
    return (", " if language == "en" else "、").join(parts)


def _notes(figure: Figure, picture: Picture) -> Iterator[Text]:
    smaller = Text("not drawn, smaller: {names}", "以下は値が小さいため省略：{names}")
    silent = Text("not reported: {names}", "未報告：{names}")
    if not any(panel.bars for panel in picture.bars) and not picture.styles and not picture.silent:
        yield Text("No data.", "データなし。")
    for panel in picture.bars:
        for what, names in ((smaller, panel.left_out), (silent, panel.silent)):
            yield from _note(what, names, panel.title)
    yield from _note(smaller, picture.left_out)
    yield from _note(silent, picture.silent)
    yield from _note(
        Text("no panel, smaller: {names}", "以下は値が小さいため図を省略：{names}"),
        picture.panels_left_out,
    )
    if any(y is None for panel in picture.lines for line in panel.lines for _, y in line.points):
        yield Text("A gap in a line: not reported.", "線の途切れは未報告を示す。")
    bars = [bar for panel in picture.bars for bar in panel.bars if bar.value is not None]
    if figure.lower and any(bar.lower is None or bar.upper is None for bar in bars):
        yield Text(
            "Without a thin line: the interval is not known.", "細線のない項目は区間が不明。"
        )


def _note(what: Text, names: Sequence[str], panel: str = "") -> Iterator[Text]:
    if not names:
        return
    note = what.format(names=_names(names))
    if panel:
        yield Text(f"{panel}: {note.en}", f"{panel}：{note.ja}")
    else:
        yield Text(note.en[:1].upper() + note.en[1:], note.ja)


def _names(names: Sequence[str]) -> Text:
    listed = names[:_NAMED]
    if len(names) == len(listed):
        return Text(", ".join(listed), "、".join(listed))
    return Text("{names} and {n} more", "{names}ほか{n}件").format(
        names=Text(", ".join(listed), "、".join(listed)), n=len(names) - len(listed)
    )


def _description(picture: Picture, language: Language) -> str:
    """The picture in words: every bar with its value, every line with its ends."""
    parts = [_said_of_bars(p.title, p.bars, picture.places, language) for p in picture.bars]
    for panel in picture.lines:
        lines = []
        for line in panel.lines:
            ends = line.known()
            if ends:
                first, last = ends[0], ends[-1]
                lines.append(
                    f"{line.label} {first[0]:g}: {words.number(first[1], picture.places)}"
                    f" – {last[0]:g}: {words.number(last[1], picture.places)}"
                )
        parts.append(f"{panel.title}: " * bool(panel.title) + "; ".join(lines))
    unit = [words.unit(picture.unit)] if picture.unit else []
    return ". ".join([*unit, *parts])


def _said_of_bars(title: str, bars: Sequence[Bar], places: int, language: Language) -> str:
    said = []
    for bar in bars:
        if bar.value is None:
            said.append(f"{bar.label} {words.NOT_REPORTED[language]}")
            continue
        interval = ""
        if bar.lower is not None and bar.upper is not None:
            interval = f" ({words.number(bar.lower, places)}–{words.number(bar.upper, places)})"
        said.append(f"{bar.label} {words.number(bar.value, places)}{interval}")
    return f"{title}: " * bool(title) + "; ".join(said)
