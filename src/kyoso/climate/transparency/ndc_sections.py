"""The sections of a transparency report that people write: their headings, and what one holds.

The headings are in our own words and follow the modalities of the transparency framework (decision
18/CMA.1, annex), which could not be read as a whole. What was seen of it: chapter II is on the
inventory (decision 5/CMA.3, paragraph 1 (a)); section A of chapter III is on national
circumstances and institutional arrangements (UNEP Copenhagen Climate Centre, workshop on tracking
progress, Panama City, October 2023); chapter IV has nine sections A to I, the first three with these
subjects (UNEP, Preparing the adaptation chapter of BTRs, 2025, in a summary), the second of
them also with this title (NAP Global Network, questions on the adaptation chapter). The rest of
chapter IV and chapter VI are unverified: no letter or paragraph is given for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kyoso.climate.transparency.tables.columns import COUNTRY
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

CIRCUMSTANCES, SUPPORT, ADAPTATION = "circumstances", "support", "adaptation"
"""The chapters of the draft that have such sections."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its chapter of the draft, its place in the annex, and how that was verified."""

    chapter: str
    title: Text
    place: str
    verification: str = "unverified"


HEADINGS: Mapping[str, Heading] = {
    "circumstances": Heading(
        CIRCUMSTANCES, Text("National circumstances", "国内の状況"), "III.A", "one-source"
    ),
    "arrangements": Heading(
        CIRCUMSTANCES,
        Text("Institutional arrangements for tracking the NDC", "NDCの進捗を把握する体制"),
        "III.A",
        "one-source",
    ),
    "inventory-arrangements": Heading(
        CIRCUMSTANCES,
        Text("How the inventory is made and will be improved", "インベントリの作成体制と改善計画"),
        "II",
        "one-source",
    ),
    "support-circumstances": Heading(
        SUPPORT,
        Text("Circumstances and strategies behind the support needed", "支援の必要性の背景と戦略"),
        "VI",
    ),
    "adaptation-circumstances": Heading(
        ADAPTATION,
        Text(
            "Circumstances, institutions and laws that matter for adaptation",
            "適応に関わる状況・体制・法制度",
        ),
        "IV.A",
        "one-source",
    ),
    "risks": Heading(
        ADAPTATION,
        Text("Impacts, risks and vulnerabilities", "影響・リスク・脆弱性"),
        "IV.B",
        "two-sources",
    ),
    "priorities": Heading(
        ADAPTATION,
        Text("Priorities of adaptation, and what stands in the way", "適応の優先課題と障壁"),
        "IV.C",
        "one-source",
    ),
    "plans": Heading(
        ADAPTATION, Text("Strategies, plans and actions", "適応の戦略・計画・行動"), "IV"
    ),
    "implementation": Heading(ADAPTATION, Text("What has been done", "適応の実施状況"), "IV"),
    "monitoring": Heading(
        ADAPTATION, Text("Monitoring and evaluation", "モニタリングと評価"), "IV"
    ),
    "loss-and-damage": Heading(ADAPTATION, Text("Loss and damage", "損失と損害"), "IV"),
    "cooperation": Heading(
        ADAPTATION, Text("Cooperation, experience and lessons", "協力・経験・教訓"), "IV"
    ),
    "other-adaptation": Heading(
        ADAPTATION, Text("Other information on adaptation", "適応に関するその他の情報"), "IV"
    ),
}


def place_of(key: str) -> Text:
    """Where a heading stands in the decision.

    >>> place_of("risks").en
    'decision 18/CMA.1, annex, chapter IV.B'
    """
    return Text(
        "decision 18/CMA.1, annex, chapter {place}", "決定18/CMA.1附属書、第{place}章"
    ).format(place=HEADINGS[key].place)


def _prose(name: str, meaning: Text) -> Column:
    return Column(name=name, type=Type.TEXT, meaning=meaning, required=False)


SECTIONS = Table(
    name="sections",
    title=Text("Sections in words", "文章の節"),
    key=("country", "heading"),
    columns=(
        COUNTRY,
        Column(
            name="heading",
            type=Type.TEXT,
            meaning=Text("heading", "見出し"),
            allowed=tuple(HEADINGS),
            allowed_name=Text("heading", "見出し"),
        ),
        _prose(
            "text_en",
            Text("text in English; an empty line begins a paragraph", "本文（英語、空行で改段落）"),
        ),
        _prose("text_ja", Text("text in Japanese", "本文（日本語）")),
        _prose("sources", Text("sources, one on each line", "出典（1行に1件）")),
        _prose(
            "pages",
            Text(
                "activities, projects and reports of this site, one address on each line",
                "このサイトの活動・事業・報告のアドレス（1行に1件）",
            ),
        ),
    ),
)
"""What a country writes under a heading, in English, Japanese or both."""
PROSE = frozenset({"text_en", "text_ja", "sources", "pages"})
"""Columns whose lines are kept."""
