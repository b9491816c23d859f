"""The catalogue of methods: a page for each from its declaration, and their index."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from generating import activities
from generating.markdown import (
    classed,
    code,
    definitions,
    joined,
    lede,
    other,
    page,
    scrolling,
    soft,
    table,
)
from kyoso import reference
from kyoso.core.text import LANGUAGES, Language, Text
from kyoso.methods.declaration import Figure, Method, Origin, Parameter
from kyoso.methods.registry import methods
from kyoso.methods.running import example_inputs
from kyoso.tables.declaration import Column, Table, says_more

SHOWN_ROWS = 6
SHOWN_VALUES = 12
SHOWN_OF_MANY = 4

_ACTIVITY = Text("Serves", "対応する協力活動")
_FACTS = {
    "id": Text("Identifier", "ID"),
    "version": Text("Version", "版"),
    "kind": Text("Calculates", "計算の方式"),
}
_KINDS = {
    "relational": Text("on tables, with DuckDB or Spark", "表の演算（DuckDBまたはSpark）"),
    "array": Text("on arrays, with NumPy", "配列の演算（NumPy）"),
}
_TRY = Text("Try it", "試してみる")
_TRY_TEXT = Text(
    "The first two commands run the example that comes with the method. The third writes an "
    "input workbook with drop-downs, units and notes for your own data.",
    "はじめの2行は、手法に同梱された例を計算します。3行目は、選択肢、単位、説明の入った入力用ブックを作ります。",
)
_INPUT = Text("Input", "入力")
_OUTPUT = Text("Output", "出力")
_PARAMETERS = Text("Parameters", "パラメータ")
_FIGURES = Text("Figures", "図")
_ORIGINS = Text("Where a number comes from", "数値の根拠")
_ORIGIN_HEAD = (
    Text("a row of", "この表の行は"),
    Text("rests on the rows of", "この表の行に基づく"),
    Text("with the same", "同じ値の列"),
)
_UNTIL = Text("{names}, and no later `{column}`", "{names}（`{column}`はそれ以前）")
_EQUATIONS = Text("Equations", "数式")
_SOURCES = Text("Sources", "出典")
_LIMITS = Text("Limits of validity", "適用の限界")
_REFERENCE = Text("Reference data it reads", "用いる参照データ")
_NONE = Text("This method has no parameters.", "この手法にはパラメータがありません。")
_KEY = Text("One row for each {names}.", "{names}ごとに1行。")
_SHIPPED = Text(
    "If you do not give this table, the shipped one is used: {table}.",
    "この表を渡さないときは、同梱の{table}を用います。",
)
_OPTIONAL = Text("This table may be left out.", "この表は省略できます。")
_EXAMPLE = Text("First rows of the example:", "例の先頭の行：")
_EXAMPLE_MADE_UP = Text(
    "First rows of the example, whose countries are made up:",
    "例の先頭の行（国は架空のものです）：",
)
_COLUMN_HEAD = (
    Text("column", "列"),
    Text("meaning", "意味"),
    Text("what may stand there", "記入できる値"),
)
_REQUIRED = Text("required", "必須")
_DEFAULT = Text("optional, `{value}` if empty", "任意（空欄は`{value}`）")
_OPTIONAL_COLUMN = Text("optional", "任意")
_MAY_BE_EMPTY = Text("may be empty", "空欄あり")
_MOST_CODES = 12
"""So many codes of a column are listed with their words."""
_BY_NAME = Text("pages say {n} known terms by their names", "ページでは既知の{n}語を名称で示す")
_IN_UNIT = Text("in {unit}", "単位 {unit}")
_UNIT_COLUMN = Text("in the unit that `{name}` names", "単位は列`{name}`のもの")
_REFERS = Text("a `{column}` of `{table}`", "`{table}`の`{column}`にある値")
_MANY = Text("{n} values: {first} …", "{n}個の値：{first} …")
_ANY_CASE = Text("letter case ignored", "大文字と小文字は区別しない")
_PARAMETER_HEAD = (
    Text("parameter", "パラメータ"),
    Text("meaning", "意味"),
    Text("what may stand there", "指定できる値"),
)
_IF_NOT_GIVEN = Text("`{value}` if not given", "指定しないときは`{value}`")
_FIGURE_HEAD = (Text("figure", "図"), Text("shows", "内容"))
_DRAWN = Text("{form}, drawn from `{table}`", "{form}、`{table}`から作図")
_FORMS = {
    "bars": Text("bars", "棒"),
    "lines": Text("lines", "折れ線"),
}
_INDEX_TITLE = Text("Methods", "手法")
_INDEX_LEDE = Text(
    "A method is one published calculation: its function, its tables, its sources and its limits. "
    "Each page is made from the declaration that the command line and the site also use.",
    "手法とは、公表された一つの計算です。関数、表、出典、限界を備えます。"
    "どのページも、コマンドラインとサイトが用いるのと同じ宣言から作られています。",
)
_INDEX_HEAD = (
    Text("method", "手法"),
    Text("version", "版"),
    Text("serves", "対応する協力活動"),
    Text("in a sentence", "概要"),
)


def pages() -> Iterator[tuple[str, str]]:
    """Path and text of every page of the catalogue, in both languages."""
    for language in LANGUAGES:
        folder = f"{'ja/' if language == 'ja' else ''}methods"
        yield f"{folder}/index.md", _index(language)
        for method in methods().values():
            yield f"{folder}/{method.id}.md", _page(method, language)


def _index(language: Language) -> str:
    rows = (
        (
            f"[{method.title[language]}]({method.id}.md)<br>{other(method.title, language)}",
            method.version,
            ", ".join(method.activities),
            method.summary[language],
        )
        for method in methods().values()
    )
    head = [text[language] for text in _INDEX_HEAD]
    return page(
        language, f"# {_INDEX_TITLE[language]}", lede(_INDEX_LEDE[language]), table(head, rows)
    )


def _page(method: Method, language: Language) -> str:
    return page(
        language,
        f"# {method.title[language]}",
        lede(method.summary[language]),
        _facts(method, language),
        _trying(method, language),
        *_inputs(method, language),
        *_parameters(method, language),
        *_outputs(method, language),
        *_figures(method, language),
        *_origins(method, language),
        *_equations(method, language),
        *_sources(method, language),
        *_limits(method, language),
        *_references(method, language),
    )


def _facts(method: Method, language: Language) -> str:
    titles = activities.titles()
    served = "<br>".join(
        f"[{code(one)} {titles[one][language]}](../activities.md#{activities.anchor('space', one)})"
        if one in titles
        else code(one)
        for one in method.activities
    )
    rows = (
        (_FACTS["id"][language], f"`{method.id}`"),
        (_FACTS["version"][language], method.version),
        (_FACTS["kind"][language], _KINDS[method.kind.value][language]),
        (_ACTIVITY[language], served),
        ("日本語" if language == "en" else "English", _elsewhere(method, language)),
    )
    return classed("facts", definitions(rows))


def _elsewhere(method: Method, language: Language) -> str:
    path = f"../ja/methods/{method.id}.md" if language == "en" else f"../../methods/{method.id}.md"
    return f"[{other(method.title, language)}]({path})"


def _trying(method: Method, language: Language) -> str:
    commands = [f"kyoso example {method.id} -o example"] if method.example else []
    given = " ".join(
        f"-i {name}=example/{name}{path.suffix}" for name, path in example_inputs(method).items()
    )
    if method.example:
        commands.append(f"kyoso run {method.id} {given} -o result")
    commands.append(f"kyoso template {method.id} -o input.xlsx")
    lines = "\n".join(commands)
    return f"## {_TRY[language]}\n\n{_TRY_TEXT[language]}\n\n```sh\n{lines}\n```"


def _inputs(method: Method, language: Language) -> Iterator[str]:
    yield f"## {_INPUT[language]}"
    examples = example_inputs(method)
    for given in method.inputs:
        yield _table(given, language)
        if given.name in examples:
            yield _example(examples[given.name], language)


def _example(path: Path, language: Language) -> str:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    countries = {row[head.index("country")] for row in rows} if "country" in head else set()
    made_up = bool(countries) and countries <= set(reference.sample_countries())
    said = (_EXAMPLE_MADE_UP if made_up else _EXAMPLE)[language]
    return said + "\n\n" + _first_rows(said.rstrip(":："), head, rows[:SHOWN_ROWS])


def _first_rows(label: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return scrolling(label, table([f"`{name}`" for name in head], rows))


def _heading(declared: Table, language: Language) -> Iterator[str]:
    yield f"### `{declared.name}` {declared.title[language]}"
    if declared.key:
        names = ", ".join(f"`{name}`" for name in declared.key)
        yield _KEY[language].format(names=names)


def _table(declared: Table, language: Language) -> str:
    parts = [*_heading(declared, language)]
    if declared.shipped:
        link = _link(declared.shipped, language)
        parts.append(_SHIPPED[language].format(table=link))
    elif declared.optional:
        parts.append(_OPTIONAL[language])
    head = [text[language] for text in _COLUMN_HEAD]
    rows = [_column(one, language) for one in declared.columns]
    parts.append(classed("columns", table(head, rows)))
    return "\n\n".join(parts)


def _column(column: Column, language: Language) -> Sequence[str]:
    return (
        _named(column, _need(column, language), language),
        column.meaning[language],
        "; ".join(_allowed(column, language)),
    )


def _made(column: Column, language: Language) -> Sequence[str]:
    absent = "" if column.required else _MAY_BE_EMPTY[language]
    meaning = column.meaning[language]
    if column.words:
        codes = ", ".join(_coded(column, code, language) for code in column.words)
        many = _BY_NAME[language].format(n=len(column.words))
        meaning = f"{meaning}<br>{soft(codes if len(column.words) <= _MOST_CODES else many)}"
    return _named(column, absent, language), meaning


def _coded(column: Column, code: str, language: Language) -> str:
    """A code as files have it, with what pages say in its place."""
    said = column.words.get(code)
    if said is None or not says_more(said[language], code):
        return f"`{code}`"
    return f"`{code}` {said[language]}"


def _named(column: Column, need: str, language: Language) -> str:
    nature = filter(None, (column.type.label[language], _unit(column, language), need))
    return f"`{column.name}`<br>{soft(', '.join(nature))}"


def _unit(column: Column, language: Language) -> str:
    if column.unit_column:
        return _UNIT_COLUMN[language].format(name=column.unit_column)
    return _IN_UNIT[language].format(unit=column.unit) if column.unit else ""


def _need(column: Column, language: Language) -> str:
    if column.required:
        return _REQUIRED[language]
    if column.default is None:
        return _OPTIONAL_COLUMN[language]
    default = column.default
    written = ("no", "yes")[default] if isinstance(default, bool) else default
    return _DEFAULT[language].format(value=written)


def _allowed(column: Column, language: Language) -> Iterator[str]:
    if bounds := column.bounds():
        yield bounds
    if column.allowed:
        many = len(column.allowed) > SHOWN_VALUES
        some = column.allowed[: SHOWN_OF_MANY if many else SHOWN_VALUES]
        shown = ", ".join(_coded(column, value, language) for value in some)
        yield _MANY[language].format(n=len(column.allowed), first=shown) if many else shown
    if column.refers_to:
        name, its = column.refers_to
        yield _REFERS[language].format(table=name, column=its)
    if column.pattern_hint:
        yield column.pattern_hint[language]
    if column.any_case:
        yield _ANY_CASE[language]


def _parameters(method: Method, language: Language) -> Iterator[str]:
    yield f"## {_PARAMETERS[language]}"
    if not method.parameters:
        yield _NONE[language]
        return
    head = [text[language] for text in _PARAMETER_HEAD]
    rows = [_parameter(one, language) for one in method.parameters]
    yield classed("columns", table(head, rows))


def _parameter(one: Parameter, language: Language) -> Sequence[str]:
    unit = _IN_UNIT[language].format(unit=one.unit) if one.unit else ""
    default = _IF_NOT_GIVEN[language].format(value=one.default)
    return (
        f"`{one.name}`<br>{soft(', '.join(filter(None, (unit, default))))}",
        one.meaning[language],
        one.right()[language],
    )


def _outputs(method: Method, language: Language) -> Iterator[str]:
    yield f"## {_OUTPUT[language]}"
    for made in method.outputs:
        head = [text[language] for text in _COLUMN_HEAD[:2]]
        rows = [_made(one, language) for one in made.columns]
        yield "\n\n".join((*_heading(made, language), classed("columns", table(head, rows))))


def _figures(method: Method, language: Language) -> Iterator[str]:
    if not method.figures:
        return
    yield f"## {_FIGURES[language]}"
    head = [text[language] for text in _FIGURE_HEAD]
    rows = [_figure(method, one, language) for one in method.figures]
    yield classed("columns", table(head, rows))


def _figure(method: Method, one: Figure, language: Language) -> Sequence[str]:
    unit = one.unit or method.output(one.table)[one.value].unit
    drawn = _DRAWN[language].format(form=_FORMS[one.kind][language], table=one.table)
    said = [drawn, _IN_UNIT[language].format(unit=unit)] if unit else [drawn]
    return f"`{one.name}.svg`<br>{soft(', '.join(said))}", one.title[language]


def _origins(method: Method, language: Language) -> Iterator[str]:
    if method.origins:
        yield f"## {_ORIGINS[language]}"
        head = [text[language] for text in _ORIGIN_HEAD]
        yield table(head, (_origin(one, language) for one in method.origins))


def _origin(one: Origin, language: Language) -> Sequence[str]:
    names = ", ".join(f"`{name}`" for name in one.on)
    if one.until:
        names = _UNTIL[language].format(names=names, column=one.until)
    return f"`{one.table}`", f"`{one.source}`", names


def _equations(method: Method, language: Language) -> Iterator[str]:
    if method.equations:
        yield f"## {_EQUATIONS[language]}"
        yield joined(method.equations[language])


def _sources(method: Method, language: Language) -> Iterator[str]:
    yield f"## {_SOURCES[language]}"
    yield "\n".join(
        f"- {f'[{one.document}]({one.link})' if one.link else one.document}, {one.year}: {one.place}"
        for one in method.sources
    )


def _limits(method: Method, language: Language) -> Iterator[str]:
    if method.limits:
        yield f"## {_LIMITS[language]}"
        yield "\n".join(f"- {limit[language]}" for limit in method.limits)


def _references(method: Method, language: Language) -> Iterator[str]:
    names = [*(one.shipped for one in method.inputs if one.shipped), *method.reference]
    if names:
        yield f"## {_REFERENCE[language]}"
        yield "\n".join(f"- {_link(name, language)}" for name in dict.fromkeys(names))


def _link(name: str, language: Language) -> str:
    up = "../" if language == "en" else "../../"
    return f"[`{name}`]({up}reference.md#{name.replace('/', '-')})"
