"""An invented outline without codes: measures, goals and what they rest on."""

from __future__ import annotations

from datetime import date

from kyoso.programme.layout import rows_of
from kyoso.programme.reading import Reading, read_text

JAPANESE = """
みなと局湾岸課見守り室

1. 計画のあらまし

「湾の見守り 2030」は、①澄んだ水、②静かな浜、の二つを政策目標とし、(1)「見守りの部屋」を置いて知らせを集めるとともに、(2)「学びの輪」を作り、そのうえで(3)年ごとの集いを開くものであり、どの湾もその実りを分かち合うことをめざす。

2. 取組

(1) 「見守りの部屋」の設置

・部屋を置き、知らせを集め、
湾ごとに配る。

（２） 「学びの輪」の構築

・ BAYS の講師を招く。
・教材をつくる。

(3) 年ごとの集いの開催

毎年春に集いを開く。

3. 実り

水が澄む。

湾の見守り ～ 七つの湾を一つに～

令和12年 4 月 1 日

政策目標・進む向き

澄んだ水 の実現

色の物差しの共有
濁りのもとの調べ・知らせ

静かな浜の実現

流木の片づけ
夜の灯りを減らす

支えあう基盤

- 人の育ち
- ことばの用意

【湾ごとのならわしを大切にする】

集いと学びの輪により進める
"""

ENGLISH = """Watching the Bays

1. Plan

(1) A room for news
• Collect the news.
(2) A circle of learners
• Invite teachers.

Policy goals

Clear water

Share one ruler
Find what clouds the water

Foundations

- People
- Words
"""


def told(reading: Reading) -> list[tuple[str, int, str | None]]:
    return [(one.kind, one.line, one.code) for one in reading.edition.warnings]


def line_of(words: str, text: str = JAPANESE) -> int:
    return next(n for n, line in enumerate(text.split("\n"), start=1) if words in line)


def test_measures_are_activities_with_nothing_above_them() -> None:
    edition = read_text(JAPANESE).edition
    assert [
        (one.code, one.pillar, one.section, one.group, one.annex) for one in edition.activities
    ] == [
        ("(1)", None, None, None, None),
        ("(2)", None, None, None, None),
        ("(3)", None, None, None, None),
    ]
    assert [one.text["ja"] for one in edition.activities] == [
        "「見守りの部屋」の設置\n・部屋を置き、知らせを集め、湾ごとに配る。",
        "「学びの輪」の構築\n・ BAYS の講師を招く。\n・教材をつくる。",
        "年ごとの集いの開催\n毎年春に集いを開く。",
    ]


def test_goals_keep_their_items_and_stand_apart_from_their_foundation() -> None:
    edition = read_text(JAPANESE).edition
    assert [
        (one.code, one.kind, one.title["ja"], [item.text["ja"] for item in one.items])
        for one in edition.goals
    ] == [
        ("1", "goal", "澄んだ水の実現", ["色の物差しの共有", "濁りのもとの調べ・知らせ"]),
        ("2", "goal", "静かな浜の実現", ["流木の片づけ", "夜の灯りを減らす"]),
        ("base", "foundation", "支えあう基盤", ["人の育ち", "ことばの用意"]),
    ]
    assert edition.pillars == ()


def test_title_date_and_prose_of_an_outline() -> None:
    reading = read_text(JAPANESE)
    edition = reading.edition
    assert (edition.title, edition.subtitle) == ("湾の見守り", "七つの湾を一つに")
    assert edition.date == date(2030, 4, 1)
    assert [(one.number, one.title and one.title["ja"]) for one in edition.passages] == [
        (None, None),
        (1, "計画のあらまし"),
        (2, "取組"),
        (3, "実り"),
        (None, None),
        (None, "政策目標・進む向き"),
    ]
    assert edition.passages[-1].text["ja"] == (
        "【湾ごとのならわしを大切にする】\n集いと学びの輪により進める"
    )
    assert edition.warnings == ()
    assert {row.number for row in rows_of(JAPANESE)} == set(reading.roles)


def test_an_outline_in_english() -> None:
    edition = read_text(ENGLISH).edition
    assert edition.title == "Watching the Bays"
    assert [one.text["en"] for one in edition.activities] == [
        "A room for news\n• Collect the news.",
        "A circle of learners\n• Invite teachers.",
    ]
    assert [(one.code, len(one.items)) for one in edition.goals] == [("1", 2), ("base", 2)]
    assert [one.kind for one in edition.warnings] == ["no-date"]


def test_measures_missing_twice_or_out_of_order_are_named() -> None:
    missing = JAPANESE.replace("（２） 「学びの輪」の構築\n", "")
    assert told(read_text(missing)) == [("missing", line_of("(3) 年", missing), "(2)")]
    twice = JAPANESE.replace("(3) 年", "(2) 年")
    assert told(read_text(twice)) == [("duplicate", line_of("(2) 年", twice), "(2)")]
    swapped = JAPANESE.replace("(1) 「見", "(2) 「見").replace("（２） 「学", "（１） 「学")
    assert told(read_text(swapped)) == [("out-of-order", line_of("（１）", swapped), "(1)")]


def test_a_line_between_goals_that_is_no_goal_is_named() -> None:
    text = JAPANESE.replace("静かな浜の実現\n", "迷子の行\n\n静かな浜の実現\n")
    reading = read_text(text)
    assert told(reading) == [("unplaced", line_of("迷子", text), None)]
    assert len(reading.edition.goals) == 3
