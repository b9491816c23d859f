"""A result as part of a document: what was calculated, from what, how far it can be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa

from kyoso.core.text import Language, Text
from kyoso.methods.declaration import Figure
from kyoso.methods.result import Check, Result, Verdict
from kyoso.methods.running import on_example
from kyoso.publishing import charts, palette, words
from kyoso.publishing.charts.lettering import width
from kyoso.publishing.documents import model
from kyoso.publishing.documents.model import Span, line
from kyoso.tables import declaration

ROWS = 12
"""So many rows of a table are printed; the note says how many there are."""

_NOT_KNOWN = Text("not known", "不明")
"""What a method could not calculate; it was not asked of anybody, so nobody left it out."""
_HASH = 12
_LONGEST_CELL = 9
"""In em."""
_ACROSS = 58.0
"""In em; so wide are the columns of a table that can be read on a page."""
_VERDICTS = {
    Verdict.PASSED: ("✓", Text("passed", "合格")),
    Verdict.LOOK: ("▲", Text("to look at", "要確認")),
    # The multiplication sign stands for ✕, which no Noto Sans face has.
    Verdict.FAILED: ("×", Text("failed", "不合格")),
}


def is_sample(result: Result) -> bool:
    """Whether the result speaks of a sample country or was calculated from a shipped example."""
    return on_example(result) or any(
        charts.shows_sample(output.arrow()) for output in result.tables.values()
    )


def blocks(result: Result, language: Language) -> Iterator[model.Block]:
    """The result under a heading of level 2: figures and tables, checks, record, limits."""
    method = result.method
    yield model.Heading(
        level=2,
        code=" ".join(method.activities),
        text=method.title[language],
        beside=line(f"{method.id} {method.version}"),
        colour=palette.of_method(method.id),
    )
    yield model.Paragraph(line(method.summary[language]))
    if is_sample(result):
        yield model.Note(line(Span(words.SAMPLE[language], "mark"), " ", _SAMPLE_NOTE[language]))
    yield from _warnings(result, language)
    for figure in method.figures:
        yield _chart(figure, result, language)
    drawn = {figure.table for figure in method.figures}
    for output in method.outputs:
        if output.name not in drawn:
            yield _table(output, result.tables[output.name].arrow(), result, language)
    yield _checks(result.checks, language)
    yield _record(result, language)
    if method.limits:
        yield model.Heading(level=3, text=Text("Limits", "適用の限界")[language])
        yield model.Bullets(tuple(line(limit[language]) for limit in method.limits))


_SAMPLE_NOTE = Text(
    "Calculated from the shipped example; it says nothing of any real country.",
    "同梱の例題データによる計算結果であり、実在の国を表すものではありません。",
)


def _warnings(result: Result, language: Language) -> Iterator[model.Block]:
    """What stands on unverified ground, said where the result is shown (law 3)."""
    look = [check for check in result.checks if check.verdict is not Verdict.PASSED]
    for check in look:
        said = check.title[language]
        if check.hint:
            said += (": " if language == "en" else "：") + check.hint[language]
        yield model.Note(line(Span("▲", "strong"), f" {said}"))
    unverified = [record for record in result.provenance.reference if record.unverified]
    if unverified:
        names = (", " if language == "en" else "、").join(
            Text("{name} ({n} of {all} rows)", "{name}（{all}行中{n}行）").format(
                name=one.name, n=one.unverified, all=one.rows
            )[language]
            for one in unverified
        )
        yield model.Note(line(Span(words.UNVERIFIED[language], "mark"), " ", names))


def _chart(figure: Figure, result: Result, language: Language) -> model.Chart:
    method = result.method
    table = result.tables[figure.table].arrow()
    drawn = (figure.facet, figure.at, figure.category, figure.x, figure.value, figure.lower,
             figure.upper)  # fmt: skip
    return model.Chart(
        caption=figure.title[language],
        svg=charts.svg(figure, table, method, language, sample=on_example(result), titled=False),
        description=charts.description(figure, table, method, language),
        table=_table(
            method.output(figure.table),
            charts.drawn(figure, table),
            result,
            language,
            first=[name for name in drawn if name],
        ),
    )


def _table(
    declared: declaration.Table,
    table: pa.Table,
    result: Result,
    language: Language,
    first: Sequence[str] = (),
) -> model.Table:
    """The first rows, in as many columns as the page is wide; the ``first`` take precedence."""
    rows = table.slice(0, ROWS).to_pylist()
    numeric = (declaration.Type.NUMBER, declaration.Type.INTEGER)
    places = {
        column.name: words.decimals(row[column.name] for row in rows)
        for column in declared.columns
        if column.type is declaration.Type.NUMBER
    }

    def cell(column: declaration.Column, row: Mapping[str, object]) -> model.Cell:
        if column.type is declaration.Type.TEXT:
            read = words.told(result.method, declared, row, column.name, language)
        else:
            read = words.cell(row[column.name], column, places.get(column.name, 0), language)
        return line(Span(_NOT_KNOWN[language], "missing") if read is None else read)

    cells = {
        column.name: [cell(column, row) for row in rows] for column in declared.spoken(language)
    }
    shares = {name: _share(declared[name], told) for name, told in cells.items()}
    printed = _fitting(shares, _precedence(declared, cells, rows, first))
    columns = [column for column in declared.columns if column.name in printed]
    return model.Table(
        caption=declared.title[language],
        columns=tuple(
            model.Column(
                heading=column.name,
                unit=words.unit(column.unit or ""),
                numeric=column.type in numeric and column.name != "year",
                share=shares[column.name],
            )
            for column in columns
        ),
        rows=tuple(zip(*(cells[column.name] for column in columns), strict=True)),
        note=_extent(len(rows), table.num_rows, language)
        + _legend(columns, language)
        + _left_out([name for name in shares if name not in printed], language),
    )


def _precedence(
    declared: declaration.Table,
    names: Iterable[str],
    rows: Sequence[Mapping[str, object]],
    first: Sequence[str],
) -> list[str]:
    """What names a row comes after the ``first``; then what is measured, told, and empty."""

    def rank(name: str) -> int:
        if name in (*first, *declared.key):
            return name not in first
        if all(row[name] is None for row in rows):
            return 4
        return 3 if declared[name].type is declaration.Type.TEXT else 2

    return sorted(names, key=rank)


def _fitting(shares: Mapping[str, float], order: Sequence[str]) -> set[str]:
    """The columns that fit across a page, by precedence; one that does not is left out."""
    printed: set[str] = set()
    room = _ACROSS
    for name in order:
        if shares[name] <= room or not printed:
            printed.add(name)
            room -= shares[name]
    return printed


def _share(column: declaration.Column, cells: Sequence[model.Cell]) -> float:
    """The part of the width by what stands in the column; long text takes two lines.

    A word is never broken: the longest sets the least width.
    """
    texts = [model.words(cell) for cell in cells if isinstance(cell, tuple)]
    words_ = [column.name, *(word for text in texts for word in text.split())]
    longest = max((width(text, 1) for text in texts), default=0)
    least = 1.15 * max(width(word, 1) for word in words_)
    return max(least, min(longest, _LONGEST_CELL)) + 0.8


def _extent(shown: int, all_: int, language: Language) -> str:
    if shown == all_:
        return Text("{n} rows.", "全{n}行。").format(n=f"{all_:,}")[language]
    return Text("The first {shown} of {n} rows.", "全{n}行のうち最初の{shown}行。").format(
        shown=shown, n=f"{all_:,}"
    )[language]


def _legend(columns: Sequence[declaration.Column], language: Language) -> str:
    """What the columns mean; their names are those of the files, the same in every language."""
    meanings = (f"{column.name}: {column.meaning[language]}" for column in columns)
    return (
        (" " if language == "en" else "") + "; ".join(meanings) + ("." if language == "en" else "")
    )


def _left_out(names: Sequence[str], language: Language) -> str:
    if not names:
        return ""
    return Text(
        " Too wide to print, and in the files of the run: {names}.",
        "紙幅のため省略（計算結果のファイルに収録）：{names}。",
    ).format(names=", ".join(names))[language]


def _checks(checks: Sequence[Check], language: Language) -> model.Table:
    passed = sum(check.verdict is Verdict.PASSED for check in checks)
    return model.Table(
        caption=Text(
            "Checks: {passed} passed, {look} to look at", "検査：合格{passed}件、要確認{look}件"
        ).format(passed=passed, look=len(checks) - passed)[language],
        columns=(
            model.Column(heading=Text("verdict", "判定")[language], share=1.3),
            model.Column(heading=Text("what was tested", "検査の内容")[language], share=5),
            model.Column(heading=Text("table", "表")[language], share=1.3),
            model.Column(heading=Text("rows", "行数")[language], numeric=True),
            model.Column(heading=Text("concerned", "該当")[language], numeric=True),
        ),
        rows=tuple(
            (
                line(Span(_VERDICTS[check.verdict][0], "strong"), " ",
                     _VERDICTS[check.verdict][1][language]),
                line(check.title[language]),
                line(check.table),
                line(f"{check.tested:,}"),
                line(f"{check.concerned:,}"),
            )
            for check in checks
        ),
    )  # fmt: skip


def _record(result: Result, language: Language) -> model.Table:
    """Where the numbers come from, enough to make them again."""
    provenance = result.provenance
    rows = [
        (Text("method", "手法"), f"{provenance.method} {provenance.version}"),
        *(
            (Text("parameter {name}", "パラメータ {name}").format(name=name), str(value))
            for name, value in provenance.parameters.items()
        ),
        *(
            (
                Text("input {name}", "入力 {name}").format(name=record.table),
                f"{record.name}, {record.rows:,}, SHA-256 {record.sha256[:_HASH]}…",
            )
            for record in provenance.inputs
        ),
        *(
            (
                Text("reference data", "参照データ"),
                f"{record.name}, {record.rows:,}, SHA-256 {record.sha256[:_HASH]}…",
            )
            for record in provenance.reference
        ),
        (Text("software", "ソフトウェア"), f"{provenance.software}, {provenance.engine}"),
        (Text("calculated at", "計算日時"), provenance.time),
    ]
    return model.Table(
        caption=Text("Where these numbers come from", "数値の来歴")[language],
        columns=(
            model.Column(heading=Text("what", "項目")[language], share=1),
            model.Column(
                heading=Text("name, rows, hash", "名称、行数、ハッシュ値")[language], share=3
            ),
        ),
        rows=tuple((line(name[language]), line(value)) for name, value in rows),
    )
