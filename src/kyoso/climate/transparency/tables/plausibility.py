"""The tables of the checks before a report is handed in."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.tables.columns import CATEGORY, FACILITY, GAS, YEAR
from kyoso.climate.transparency.tables.plans import LINES as REPORT_LINES
from kyoso.climate.transparency.tables.roll_up import BOUNDARIES, DIRECT
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

ERROR, WARNING, INFORMATION = "error", "warning", "information"
SEVERITY_WORDS = {
    ERROR: Text("cannot be right", "ありえない値"),
    WARNING: Text("mend it or know the reason", "訂正または理由の確認"),
    INFORMATION: Text("worth knowing", "参考"),
}
SEVERITIES = tuple(SEVERITY_WORDS)
CHECK_WORDS = {
    "streams-complete": Text("the same streams and gases as before", "前回と同じストリームとガス"),
    "duplicates": Text("nothing given twice", "二重の記入"),
    "year-on-year": Text("quantity against earlier years", "過去の年との量の比較"),
    "implied-factor": Text("implied factor in the cited range", "単位当たり排出量と係数の範囲"),
    "category-fits": Text("source and gas fit the category", "区分と排出源・ガスの整合"),
    "carbon-limit": Text("no more carbon than fuel", "炭素量の上限"),
    "capacity-limit": Text("no more fuel than the unit can take", "設備の定格の上限"),
    "transfer-balance": Text("no more CO2 transferred than arises", "移送したCO2の収支"),
    "peers": Text("emission per quantity against peers", "同業施設との比較"),
    "intensity": Text("emissions per product", "製品当たりの排出量"),
}

_BOUNDARY = replace(
    REPORT_LINES["boundary"],
    meaning=Text(
        "direct, biogenic (memo item), transferred, received, purchased-location, purchased-market "
        "or sold",
        "direct（直接）、biogenic（メモ項目）、transferred・received（移送・受入）、purchased-location・"
        "purchased-market・sold（購入・販売したエネルギー）",
    ),
    allowed=BOUNDARIES,
    allowed_name=Text("boundary", "算定範囲"),
    required=False,
    default=DIRECT,
)

LINES = Table(
    name="lines",
    title=Text(
        "Lines of facility reports, this year's and those of earlier years",
        "施設報告の明細（今年と過年度）",
    ),
    key=("facility", "year", "stream", "boundary", "gas"),
    columns=(
        FACILITY,
        YEAR,
        REPORT_LINES["stream"],
        REPORT_LINES["unit_name"],
        replace(CATEGORY, required=False),
        replace(REPORT_LINES["source"], any_case=True),
        GAS,
        _BOUNDARY,
        replace(REPORT_LINES["quantity"], minimum=0),
        REPORT_LINES["unit"],
        replace(REPORT_LINES["mass"], minimum=0),
        replace(REPORT_LINES["co2e"], minimum=0, required=False),
        REPORT_LINES["meter"],
    ),
)

PEERS = Table(
    name="peers",
    title=Text(
        "Lines of other facilities of the same trade, which are not examined",
        "同業の他施設の明細（検査の対象外）",
    ),
    key=LINES.key,
    optional=True,
    columns=LINES.columns,
)

PRODUCTION = Table(
    name="production",
    title=Text("Output of facilities and their peers", "施設と同業施設の生産量"),
    key=("facility", "year", "product"),
    optional=True,
    columns=(
        FACILITY,
        YEAR,
        Column(
            name="product",
            type=Type.TEXT,
            meaning=Text("what is made", "製品"),
            any_case=True,
        ),
        Column(
            name="quantity",
            type=Type.NUMBER,
            meaning=Text("quantity made in the year", "その年の生産量"),
            unit_column="unit",
            minimum=0,
        ),
        Column(name="unit", type=Type.TEXT, meaning=Text("unit of the quantity", "量の単位")),
    ),
)

CAPACITIES = Table(
    name="capacities",
    title=Text("Rated fuel input of emission units", "排出設備の定格燃料投入量"),
    key=("facility", "unit_name"),
    optional=True,
    columns=(
        FACILITY,
        replace(REPORT_LINES["unit_name"], required=True),
        Column(
            name="capacity",
            type=Type.NUMBER,
            meaning=Text(
                "fuel input at full load, net calorific value",
                "全負荷での燃料投入量（低位発熱量）",
            ),
            unit="MW",
            above=0,
        ),
    ),
)

_CHECK = Column(
    name="check",
    type=Type.TEXT,
    meaning=Text("check, by its name under equations", "検査（数式の欄の名称）"),
    allowed=tuple(CHECK_WORDS),
    words=CHECK_WORDS,
)

COLUMN_WORDS = {
    "stream": Text("source stream", "排出源ストリーム"),
    "category": Text("category", "区分"),
    "gas": Text("gas", "ガス"),
    "year": Text("year", "年"),
    "quantity": Text("quantity", "量"),
    "unit": Text("unit", "単位"),
    "mass": Text("mass of the gas", "ガスの質量"),
    "co2e": Text("CO2 equivalent", "CO2換算量"),
    "meter": Text("meter", "計測器"),
}
"""What a finding points to in a line."""

FINDINGS = Table(
    name="findings",
    title=Text("What to look at before the report is handed in", "提出前に確かめる点"),
    key=("number",),
    columns=(
        Column(
            name="number",
            type=Type.INTEGER,
            meaning=Text("number of the finding", "番号"),
        ),
        FACILITY,
        YEAR,
        _CHECK,
        Column(
            name="severity",
            type=Type.TEXT,
            meaning=Text(
                "error: cannot be right; warning: mend it or give the reason; information: worth "
                "knowing",
                "error：ありえない値。warning：訂正するか理由を示す。information：参考",
            ),
            allowed=SEVERITIES,
            words=SEVERITY_WORDS,
        ),
        Column(
            name="stream",
            type=Type.TEXT,
            meaning=Text(
                "source stream; absent where it is the facility", "ストリーム（施設全体なら空欄）"
            ),
            required=False,
        ),
        Column(name="gas", type=Type.TEXT, meaning=Text("gas", "ガス"), required=False),
        Column(
            name="column",
            type=Type.TEXT,
            meaning=Text("column of the line to look at", "確かめる列"),
            words=COLUMN_WORDS,
        ),
        *(
            Column(name=name, type=Type.NUMBER, meaning=meaning, unit_column="unit", required=False)
            for name, meaning in (
                ("value", Text("value found", "値")),
                ("lower", Text("lower end of what was expected", "想定範囲の下限")),
                ("upper", Text("upper end of what was expected", "想定範囲の上限")),
            )
        ),
        Column(
            name="unit",
            type=Type.TEXT,
            meaning=Text("unit of value, lower and upper", "値と範囲の単位"),
            required=False,
        ),
        Column(
            name="reason_en",
            type=Type.TEXT,
            meaning=Text("reason, English", "理由（英語）"),
            japanese="reason_ja",
        ),
        Column(
            name="reason_ja", type=Type.TEXT, meaning=Text("reason, Japanese", "理由（日本語）")
        ),
    ),
)

SUMMARY = Table(
    name="summary",
    title=Text("What was tested, and what could not be", "検査した点と検査できなかった点"),
    key=("facility", "year", "check"),
    columns=(
        FACILITY,
        YEAR,
        _CHECK,
        *(
            Column(name=name, type=Type.INTEGER, meaning=meaning)
            for name, meaning in (
                (
                    "tested",
                    Text("lines, streams or meters tested", "検査した明細・ストリーム・計測器の数"),
                ),
                (
                    "not_tested",
                    Text(
                        "those that the data do not allow to test", "データが足りず検査できない数"
                    ),
                ),
                ("errors", Text("findings that are errors", "エラーの数")),
                ("warnings", Text("findings that are warnings", "警告の数")),
                ("information", Text("findings that are information", "参考情報の数")),
            )
        ),
        *(
            Column(name=name, type=Type.TEXT, meaning=meaning, required=False, japanese=japanese)
            for name, meaning, japanese in (
                (
                    "note_en",
                    Text("why some were not tested, English", "検査できない理由（英語）"),
                    "note_ja",
                ),
                (
                    "note_ja",
                    Text("why some were not tested, Japanese", "検査できない理由（日本語）"),
                    None,
                ),
            )
        ),
    ),
)
