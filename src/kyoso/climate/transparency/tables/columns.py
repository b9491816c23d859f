"""Columns that several tables of this room share."""

from __future__ import annotations

from dataclasses import replace

from kyoso import reference
from kyoso.climate.transparency.categories import TREE, codes
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Type

VERIFICATIONS = reference.VERIFICATIONS
BOUNDARY_WORDS = {
    "direct": Text("direct emissions", "直接排出"),
    "biogenic": Text("biogenic CO2, a memo item", "生物由来CO2（メモ項目）"),
    "transferred": Text("CO2 transferred out", "施設外へ移送したCO2"),
    "received": Text("CO2 received", "受け入れたCO2"),
    "purchased-location": Text(
        "purchased electricity and heat by the grid", "購入した電気・熱（ロケーション基準）"
    ),
    "purchased-market": Text(
        "purchased electricity and heat by the contract", "購入した電気・熱（マーケット基準）"
    ),
    "sold": Text("electricity and heat sold", "販売した電気・熱"),
}
"""What a line of a facility's report is of."""
NOTATIONS = ("NE", "NO", "NA", "IE", "C", "FX")
"""Why a cell has no value: not estimated, not occurring, not applicable, included elsewhere,
confidential, flexibility used."""

COUNTRY = Column(
    name="country",
    type=Type.TEXT,
    meaning=Text("country, ISO 3166-1 alpha-3", "国（ISO 3166-1 アルファ3）"),
    allowed=tuple(reference.countries()),
    allowed_name=Text("country code", "国コード"),
)
YEAR = Column(
    name="year",
    type=Type.INTEGER,
    meaning=Text("calendar year", "暦年"),
    minimum=1900,
    maximum=2100,
)
CATEGORY = Column(
    name="category",
    type=Type.TEXT,
    meaning=Text("IPCC 2006 category such as 1A1a", "IPCC 2006年区分（1A1aなど）"),
    pattern=r"[1-5][A-Z]\d{0,2}(?:(?<=\d)[a-z](?:[ivx]{1,4}\d{0,2})?)?",
    pattern_hint=Text(
        "an IPCC 2006 code without dots or brackets, such as 1A1a, 1A2f or 2A1",
        "1A1a、1A2f、2A1のような、点や括弧のないIPCC 2006年の区分コード",
    ),
)
TREE_CATEGORY = Column(
    name="category",
    type=Type.TEXT,
    meaning=Text(
        "category of the IPCC 2006 tree such as 1A1a, or one above it",
        "IPCC 2006年の区分の体系にある区分（1A1aなど、またはその上位）",
    ),
    allowed=codes(),
    allowed_name=Text("IPCC 2006 category", "IPCC 2006年区分"),
    named_by=TREE,
)
GAS = Column(
    name="gas",
    type=Type.TEXT,
    meaning=Text("gas", "ガス"),
    allowed=tuple(row["gas"] for row in reference.load("ghg/gwp100").rows),
    allowed_name=Text("gas", "ガス"),
)
FACILITY = Column(
    name="facility", type=Type.TEXT, meaning=Text("facility, by its identifier", "施設の識別番号")
)


def with_japanese(*columns: Column) -> tuple[Column, ...]:
    """Columns of text, and after them those that say the same in Japanese.

    >>> [one.name for one in with_japanese(NOT_ESTIMATED)]
    ['not_estimated', 'not_estimated_ja']
    """
    meaning = Text("{meaning}; in Japanese", "{meaning}。日本語")
    return (
        *(replace(one, japanese=f"{one.name}_ja") for one in columns),
        *(
            replace(
                one,
                name=f"{one.name}_ja",
                meaning=meaning.format(meaning=one.meaning),
                required=False,
            )
            for one in columns
        ),
    )


NOT_ESTIMATED = Column(
    name="not_estimated",
    type=Type.TEXT,
    meaning=Text(
        "what is not estimated of it, and why; empty where nothing is left out",
        "推計していない部分とその理由（すべて推計していれば空欄）",
    ),
    required=False,
)
"""What makes a value partial: it holds what was estimated, and the rest is no zero."""
CITATION = (
    *(
        Column(name=name, type=Type.TEXT, meaning=meaning, required=False)
        for name, meaning in (
            ("document", Text("source of the values", "値の出典")),
            ("table", Text("table or equation in the source", "出典の表または式")),
        )
    ),
    Column(
        name="year",
        type=Type.INTEGER,
        meaning=Text("year of the edition", "版の年"),
        required=False,
    ),
    Column(name="licence", type=Type.TEXT, meaning=Text("licence", "利用条件"), required=False),
    Column(
        name="verification",
        type=Type.TEXT,
        meaning=Text("verification of the values", "値の検証状況"),
        allowed=VERIFICATIONS,
        words=reference.VERIFICATION,
        required=False,
        default="unverified",
    ),
    Column(name="note", type=Type.TEXT, meaning=Text("note", "注記"), required=False),
)
"""Where the values of a row come from; all may be left out, and then the row is unverified."""
