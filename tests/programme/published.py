"""An invented programme, printed in the published layout with all its quirks.

The words are made up; nothing here says anything about a real programme. :func:`printed` gives
the text as a PDF extractor would, :class:`Programme` says what a reader must find in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kyoso.programme.layout import width

Language = Literal["en", "ja"]


@dataclass(frozen=True)
class Group:
    title: str
    activities: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    title: str
    items: tuple[str | Group, ...]


@dataclass(frozen=True)
class Pillar:
    title: str
    sections: tuple[Section, ...]
    annexes: Literal["one", "each"] = "one"
    """One annex for the pillar, or one for each section."""


@dataclass(frozen=True)
class Programme:
    language: Language
    statement: str
    date_line: str
    clauses: tuple[str, ...]
    commitments: tuple[str, ...]
    closing: str
    title: str
    headings: tuple[tuple[str, str], ...]
    """Numbered headings of the main text, each with its paragraph; the third has the overview."""
    pillars: tuple[Pillar, ...]
    annex_prose: tuple[tuple[str, str], ...]
    """Numbered headings with prose at the top of every annex of one section."""

    def activities(self) -> Iterator[tuple[str, str, str, str | None, str, str]]:
        """Code, pillar, section, group, annex and text of every activity, in order."""
        for p, pillar in enumerate(self.pillars, start=1):
            for s, section in enumerate(pillar.sections, start=1):
                place = (str(p), f"{p}.{s}")
                annex = str(p) if pillar.annexes == "one" else f"{p}.{s}"
                for i, item in enumerate(section.items, start=1):
                    if isinstance(item, str):
                        yield f"{p}-{s}-{i}", *place, None, annex, item
                        continue
                    for a, text in enumerate(item.activities, start=1):
                        yield f"{p}-{s}-{i}-{a}", *place, f"{p}-{s}-{i}", annex, text

    def groups(self) -> list[tuple[str, str]]:
        return [
            (f"{p}-{s}-{i}", item.title)
            for p, pillar in enumerate(self.pillars, start=1)
            for s, section in enumerate(pillar.sections, start=1)
            for i, item in enumerate(section.items, start=1)
            if isinstance(item, Group)
        ]


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Codes:
    """How codes are written: a dash, a point or what else follows, the digits, a line alone."""

    dash: str = "-"
    after: str = ". "
    full_width: bool = False
    alone: bool = False

    def written(self, code: str) -> str:
        digits = code.replace("-", self.dash)
        return (digits.translate(FULL_WIDTH) if self.full_width else digits) + self.after


@dataclass(frozen=True)
class Page:
    """What the page does to the words."""

    columns: int = 72
    marks_ends: bool = True
    """A blank at the end of a paragraph and none elsewhere."""
    blank_lines: bool = True
    """A blank line after every wrapped line."""
    rows: int | None = 30
    """A page break after so many rows, wherever it falls."""
    numbers: bool = False
    form_feeds: bool = False
    codes: Sequence[Codes] = field(default=(Codes(),))
    """Used in turn."""


def printed(programme: Programme, page: Page = Page()) -> str:
    return _paged(list(_rows(_paragraphs(programme, page), page)), page)


@dataclass(frozen=True)
class _Paragraph:
    text: str
    gap: bool = True
    """A line with only a blank stands above."""


def _paragraphs(programme: Programme, page: Page) -> Iterator[_Paragraph]:
    ja = programme.language == "ja"
    yield _Paragraph(programme.statement)
    yield _Paragraph(programme.date_line)
    yield from map(_Paragraph, programme.clauses)
    for number, text in enumerate(programme.commitments, start=1):
        yield _Paragraph(
            f"{str(number).translate(FULL_WIDTH)}． {text}" if ja else f"{number}. {text}"
        )
    yield _Paragraph(programme.closing)
    yield _Paragraph(programme.title)
    for number, (title, text) in enumerate(programme.headings, start=1):
        yield _Paragraph(f"{number}. {title}")
        yield _Paragraph(text, gap=False)
        if number == 3:
            yield from _overview(programme)
    codes = _turns(page.codes)
    for p, pillar in enumerate(programme.pillars, start=1):
        if pillar.annexes == "one":
            yield _Paragraph(f"{'附属書' if ja else 'Annex'} {p}. {pillar.title}")
        for s, section in enumerate(pillar.sections, start=1):
            if pillar.annexes == "one":
                heading = (f"{p}.{s}. ", f"{p}.{s} ", f"{p}-{s}. ")[(p + s) % 3]
                yield _Paragraph(heading + section.title)
            else:
                word = ("附属書", "付属文書")[s % 2] if ja else "Annex"
                yield _Paragraph(f"{word} {p}.{s} {section.title}")
                yield from _headed(programme.annex_prose)
            yield from _catalogue(f"{p}-{s}", section, codes)


def _headed(prose: Sequence[tuple[str, str]]) -> Iterator[_Paragraph]:
    for number, (title, text) in enumerate(prose, start=1):
        yield _Paragraph(f"{number}. {title}")
        yield _Paragraph(text, gap=False)


def _catalogue(place: str, section: Section, codes: Iterator[Codes]) -> Iterator[_Paragraph]:
    for i, item in enumerate(section.items, start=1):
        code = f"{place}-{i}"
        if isinstance(item, str):
            yield from _coded(code, item, next(codes))
            continue
        yield _Paragraph(Codes(after=". ").written(code) + item.title)
        for a, text in enumerate(item.activities, start=1):
            yield from _coded(f"{code}-{a}", text, next(codes))


def _turns(codes: Sequence[Codes]) -> Iterator[Codes]:
    while True:
        yield from codes


def _coded(code: str, text: str, codes: Codes) -> Iterator[_Paragraph]:
    if codes.alone:
        yield _Paragraph(codes.written(code), gap=False)
        yield _Paragraph(text, gap=False)
    else:
        yield _Paragraph(codes.written(code) + text, gap=False)


def _overview(programme: Programme) -> Iterator[_Paragraph]:
    for p, pillar in enumerate(programme.pillars, start=1):
        yield _Paragraph(f"{p} {pillar.title}")
        for s, section in enumerate(pillar.sections, start=1):
            yield _Paragraph(f"{p}.{s} {section.title}", gap=False)


def _rows(paragraphs: Iterator[_Paragraph], page: Page) -> Iterator[list[str]]:
    """Rows, each with the blank lines above it."""
    for paragraph in paragraphs:
        above = [" " if page.marks_ends else ""] if paragraph.gap else []
        lines = wrapped(paragraph.text, page.columns)
        for index, line in enumerate(lines):
            last = index == len(lines) - 1
            yield [*above, line + (" " if last and page.marks_ends else "")]
            above = [""] if page.blank_lines else []


def wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns``: broken between Japanese characters and Latin words."""
    lines, line = [], ""
    for unit in _units(text):
        if width(line + unit.rstrip()) > columns and line:
            lines.append(line.rstrip())
            line = unit.lstrip()
        else:
            line += unit
    return [*lines, line.rstrip()]


def _units(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        if char.isascii() and not char.isspace():
            word += char
            continue
        if word:
            yield word
            word = ""
        yield char
    if word:
        yield word


def _paged(rows: list[list[str]], page: Page) -> str:
    lines: list[str] = ["", " ", ""]
    number = 1
    for index, row in enumerate(rows, start=1):
        lines += row
        if page.rows and index % page.rows == 0:
            feed = "\f" if page.form_feeds else ""
            foot = ["", "", "", f"- {number} -" if number % 2 else str(number)]
            lines += [*(foot if page.numbers else ["", ""]), "", " ", "", " ", feed]
            number += 1
    return "\n".join(lines) + "\n"


JAPANESE = Programme(
    language="ja",
    statement="ひびきあう七つの湾の約束に関する共同声明",
    date_line="2031年 3 月 14日、みなと市",
    clauses=(
        "わたしたちは、2031 年 3 月 14 日、第 4 回の湾の集いに加わった：",
        (
            "七つの湾が一つの海でつながり、海の色も魚の道も分けられないことを思い、2029 年に始めた"
            "「波の見守り」が 120 の浜へ広がったことを喜び；"
        ),
        "これからの十年に、湾ごとの知恵を持ち寄る意思を確かめ；",
        "以下を約束する：",
    ),
    commitments=(
        (
            "湾の水の色を同じ物差しで測り、その結果を毎年たがいに見せ合い、浜に住む人が読めることばで"
            "伝える。"
        ),
        "子どもの海の学びを助ける。",
        "嵐の前ぶれを早く知らせ合い、2040 年までに半分以上の湾で知らせの仕組みを整えるよう努める。",
    ),
    closing="わたしたちは、この約束を「七湾計画（BAYS）2031」にしたがって進める。",
    title="七湾計画（BAYS）2031",
    headings=(
        (
            "はじまり",
            "湾の集いは 2019 年に始まり、漁の人、船の人、学ぶ人が加わって、少しずつ大きくなった。",
        ),
        (
            "めざすもの",
            "この計画は、湾の水と森と暮らしを 3 つの面から守ることをめざす。2035 年には見直しを行う。",
        ),
        ("あらまし", "七湾計画は、以下の 3 つの柱からなる："),
        (
            "進め方",
            "どの湾も、自らの事情に応じて、附属書 1 及び附属書 2.1 の活動に加わるかを決める。",
        ),
    ),
    pillars=(
        Pillar(
            "水の見守り",
            (
                Section(
                    "色と濁り",
                    (
                        (
                            "岸から 30 m の水を BAYS の物差しで測り、その記録を 5-10 年にわたって残すための"
                            "測り手の育成と、湾どうしの見くらべの会の開催"
                        ),
                        "衛星（TIDE シリーズ）による濁りの推定",
                        (
                            "浜の学校における色見本の配布と、i) 色見本の作り直し、ii) 夜の水の観察、"
                            "iii) 読み方の手引きの作成"
                        ),
                    ),
                ),
                Section(
                    "流れと熱",
                    (
                        Group(
                            "流れの図",
                            (
                                "湾口の流れを 2031-2034 年に測り、流れの図 2.0 を作る",
                                "流れの図を使った漂流物の行方の予測と、TIDE を使う人への講習の実施",
                            ),
                        ),
                        Group(
                            "熱の記録",
                            ("深さ 10 m ごとの水温を記録し、1.5℃ を超える変化を知らせる",),
                        ),
                    ),
                ),
            ),
        ),
        Pillar(
            "浜の片づけ",
            (
                Section(
                    "流木",
                    ("流木の量の調査。", "流木を炭にする炉の試作及び、炉を使う人の集まりの運営。"),
                ),
                Section(
                    "網と浮き",
                    (
                        Group(
                            "網の回収",
                            ("使い終えた網を港で集める箱の設置。", "集めた網の糸への再生。"),
                        ),
                        Group(
                            "浮きの見直し",
                            (
                                "割れにくい浮きの共同開発と、附属書 D の一覧に基づく材料の選び方の整理。",
                            ),
                        ),
                    ),
                ),
            ),
            annexes="each",
        ),
        Pillar(
            "森のつながり",
            (
                Section("苗木", ("海辺の苗木を育てる畑を、湾ごとに一つ以上設ける。",)),
                Section(
                    "道しるべ",
                    (
                        "森から海へ下る道に道しるべを立て、歩く人の数を数える。",
                        "道の記録を BAYS の地図に載せる。",
                    ),
                ),
            ),
        ),
    ),
    annex_prose=(
        ("いまのようす", "浜に流れ着くものの量は、この 20 年で 3.5 倍になったと見られている。"),
        ("期待される姿", "どの浜でも、片づけの日が月に一度ある。"),
    ),
)

ENGLISH = Programme(
    language="en",
    statement="Joint Statement on the Promise of the Seven Bays",
    date_line="Harbour Town, 14 March 2031",
    clauses=(
        "We, the keepers of the seven bays, met on 14 March 2031 at the fourth gathering;",
        (
            "Recalling that one sea joins the seven bays, and that neither the colour of its water nor"
            " the path of its fish can be divided, and welcoming the 120 beaches of the wave watch;"
        ),
        "Have agreed as follows:",
    ),
    commitments=(
        (
            "Measure the colour of the water with one ruler, show each other the results every year, and"
            " tell them in words that people on the beach can read."
        ),
        "Help children to learn about the sea.",
    ),
    closing="We will pursue this promise through the Plan of the Seven Bays.",
    title="Plan of the Seven Bays (BAYS) 2031",
    headings=(
        (
            "Beginnings",
            "The gathering began in 2019 and grew slowly, as fishers and sailors joined.",
        ),
        (
            "Aim",
            "The plan keeps water, forest and life in the bays from 3 sides, and is reviewed in 2035.",
        ),
        ("Outline", "The plan has the following pillars:"),
        (
            "Ways of working",
            "Every bay decides which of the activities in Annex 1 and Annex 2.1 it joins.",
        ),
    ),
    pillars=(
        Pillar(
            "Watching the water",
            (
                Section(
                    "Colour",
                    (
                        (
                            "Train people to measure the water 30 m from the shore with the BAYS ruler, keep"
                            " the record for 5-10 years, and hold meetings at which the bays compare what"
                            " they found, with far-reaching use of low-cost tools"
                        ),
                        "Estimate turbidity from the TIDE satellites",
                    ),
                ),
                Section(
                    "Currents",
                    (
                        Group(
                            "Maps of currents",
                            (
                                (
                                    "Measure the currents at the mouths of the bays in 2031-2034 and draw"
                                    " version 2.0 of the map, so that drifting things can be foreseen"
                                ),
                                "Teach the use of the map",
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Pillar(
            "Clearing the beach",
            (
                Section(
                    "Driftwood",
                    ("Survey the amount of driftwood.", "Try a kiln that makes charcoal of it."),
                ),
                Section("Nets", ("Set up boxes for worn nets in every harbour.",)),
            ),
            annexes="each",
        ),
    ),
    annex_prose=(
        ("Where we stand", "What drifts ashore is thought to have grown 3.5 times in 20 years."),
        ("Expected outcomes", "Every beach has a day of clearing in every month."),
    ),
)
