"""The activity map: every activity of both programmes and the methods that serve it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from generating.markdown import classed, code, lede, other, page, table
from kyoso import reference
from kyoso.core.text import LANGUAGES, Language, Text
from kyoso.methods.registry import serving
from kyoso.reference import Row

_TITLE = Text("Activity map", "協力活動の対応表")
_LEDE = Text(
    "What serves each activity of the two programmes today. Titles are our own words, not the "
    "official text. Where nothing serves an activity yet, it says so.",
    "二つのプログラムの各協力活動に、いま何が対応しているかを示します。題名は独自の要約であり、公式の文言ではありません。"
    "対応するものがまだないところには、そう記します。",
)
_COUNT_HEAD = (
    Text("programme", "プログラム"),
    Text("activities", "協力活動"),
    Text("served by a method", "手法あり"),
    Text("not yet", "未対応"),
)
_HEAD = (Text("activity", "協力活動"), Text("served by", "対応する手法"))
_NOT_YET = Text("not yet", "未対応")
_ON_THE_SITE: Mapping[tuple[str, str], Text] = {
    ("space", "1-1-1"): Text(
        "on the site: register of facilities, monitoring plans, yearly reports",
        "サイト上：施設の登録、監視計画、年次報告",
    ),
}
_MEASURES = Text("Measures", "施策")


def pages() -> Iterator[tuple[str, str]]:
    """Path and text of the map in both languages."""
    yield from (
        (f"{'ja/' if language == 'ja' else ''}activities.md", _page(language))
        for language in LANGUAGES
    )


def anchor(programme: str, activity: str) -> str:
    """The place of an activity on the map."""
    return f"{programme}-{activity.strip('()')}"


@cache
def titles() -> Mapping[str, Text]:
    """The titles of SPACE's activities by code."""
    table_ = reference.load("programme/activities")
    return {row["code"]: table_.text(row, "title") for row in table_.where(programme="space")}


def _page(language: Language) -> str:
    programmes = reference.load("programme/programmes").rows
    counted = [text[language] for text in _COUNT_HEAD]
    return page(
        language,
        f"# {_TITLE[language]}",
        lede(_LEDE[language]),
        table(counted, (_counts(one, language) for one in programmes), numbers=(1, 2, 3)),
        *(part for one in programmes for part in _programme(one, language)),
    )


def _counts(programme: Row, language: Language) -> tuple[str, ...]:
    codes = [row["code"] for row in _activities(programme["id"])]
    served = sum(bool(serving(one)) for one in codes)
    return _name(programme)[language], str(len(codes)), str(served), str(len(codes) - served)


def _name(programme: Row) -> Text:
    return reference.load("programme/programmes").text(programme, "name")


def _activities(programme: str) -> tuple[Row, ...]:
    return reference.load("programme/activities").where(programme=programme)


def _programme(programme: Row, language: Language) -> Iterator[str]:
    name = _name(programme)
    yield f"## {name[language]} {{ #{programme['id']} }}"
    for title, mark, rows in _parts(programme["id"], language):
        yield f"### {title} {{ {mark} }}"
        head = [text[language] for text in _HEAD]
        yield classed("map", table(head, (_row(row, language) for row in rows)))


def _parts(programme: str, language: Language) -> Iterator[tuple[str, str, list[Row]]]:
    """The sections of a programme that has them, with their activities; else all measures."""
    sections = reference.load("programme/sections")
    rows = _activities(programme)
    for section in sections.where(programme=programme):
        title = sections.text(section, "title")
        yield (
            f"{code(section['code'])} {title[language]} {other(title, language)}",
            f"#{programme}-{section['code'].replace('.', '-')}-section .pillar-{section['pillar']}",
            [row for row in rows if row["section"] == section["code"]],
        )
    rest = [row for row in rows if not row["section"]]
    if rest:
        yield _MEASURES[language], f"#{programme}-measures", rest


def _row(row: Row, language: Language) -> tuple[str, str]:
    title = reference.load("programme/activities").text(row, "title")
    place = anchor(row["programme"], row["code"])
    named = f'<a id="{place}"></a>{code(row["code"])} {title[language]}<br>{other(title, language)}'
    methods = serving(row["code"])
    serves = [f"[{one.title[language]}](methods/{one.id}.md)" for one in methods]
    if (there := _ON_THE_SITE.get((row["programme"], row["code"]))) is not None:
        serves.append(there[language])
    return named, "<br>".join(serves) or f'<span class="absent">{_NOT_YET[language]}</span>'
