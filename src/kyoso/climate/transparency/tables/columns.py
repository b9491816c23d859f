"""Columns that several tables of this room share."""

from __future__ import annotations

from kyoso import reference
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Type

VERIFICATIONS = ("two-sources", "one-source", "unverified")

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
FACILITY = Column(
    name="facility", type=Type.TEXT, meaning=Text("facility, by its identifier", "施設の識別番号")
)
