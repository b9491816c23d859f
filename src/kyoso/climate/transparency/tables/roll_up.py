"""The tables that lead from facility reports to a national inventory."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.categories import TREE
from kyoso.climate.transparency.names import names
from kyoso.climate.transparency.tables.columns import (
    BOUNDARY_WORDS,
    COUNTRY,
    FACILITY,
    GAS,
    NOT_ESTIMATED,
    NOTATIONS,
    TREE_CATEGORY,
    YEAR,
    with_japanese,
)
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

DIRECT, BIOGENIC, TRANSFERRED, RECEIVED = "direct", "biogenic", "transferred", "received"
OUTSIDE = ("purchased-location", "purchased-market", "sold")
"""Energy that crosses the fence: its emissions are those of whoever burns the fuel."""
COUNTED = (DIRECT, BIOGENIC)
"""Boundaries of lines that are emissions of the facility itself."""
BOUNDARIES = (*COUNTED, TRANSFERRED, RECEIVED, *OUTSIDE)

TOTAL = "total"
"""The item of what counts in national totals; biogenic and the memo categories are apart."""

SETS = ("SAR", "AR4", "AR5", "AR6")

MATCHES, REMAINDER, EXCEEDS, ALONE, CONFIDENTIAL = (
    "matches",
    "remainder",
    "exceeds",
    "no-national",
    "confidential",
)
VERDICT_WORDS = {
    MATCHES: Text("they match", "一致"),
    REMAINDER: Text("the rest is estimated", "残りを推計"),
    EXCEEDS: Text("facilities exceed it", "施設報告が超過"),
    ALONE: Text("no national figure", "国の統計なし"),
    CONFIDENTIAL: Text("confidential", "秘匿"),
}
"""What comes of a reconciliation."""

REPORTED, PARTIAL, ABOVE, NOTED, MISSING = "reported", "partial", "above", "notation", "missing"
STATUS_WORDS = {
    REPORTED: Text("reported", "報告あり"),
    PARTIAL: Text("partial", "一部推計"),
    ABOVE: Text("in a higher category", "上位区分で報告"),
    NOTED: Text("notation key", "注釈記号"),
    MISSING: Text("missing", "欠落"),
}
"""How a cell of the inventory is filled."""

_SOURCE = Column(
    name="source",
    words=names("source"),
    type=Type.TEXT,
    meaning=Text("fuel or process", "燃料または工程"),
    any_case=True,
)
_NOTATION = Column(
    name="notation",
    type=Type.TEXT,
    meaning=Text(
        "notation key: NE not estimated, NO not occurring, NA not applicable, IE included "
        "elsewhere, C confidential, FX flexibility used",
        "注釈記号（NE未推計、NO発生なし、NA該当なし、IE他に含む、C秘匿、FX柔軟性の適用）",
    ),
    allowed=NOTATIONS,
    allowed_name=Text("notation key", "注釈記号"),
    required=False,
)

LINES = Table(
    name="lines",
    title=Text("Lines of facility reports", "施設報告の明細"),
    optional=True,
    key=("facility", "year", "source", "stream", "gas", "boundary", "version"),
    columns=(
        FACILITY,
        COUNTRY,
        YEAR,
        replace(
            TREE_CATEGORY,
            meaning=Text(
                "IPCC 2006 category; may be left out for energy bought or sold",
                "IPCC 2006年区分（購入・販売したエネルギーでは省略可）",
            ),
            required=False,
        ),
        _SOURCE,
        Column(
            name="stream",
            type=Type.TEXT,
            meaning=Text(
                "source stream in the facility; needed where a facility has one source twice",
                "施設内の排出源ストリーム（同じ燃料・工程が複数ある場合に必要）",
            ),
            required=False,
            default="1",
        ),
        GAS,
        Column(
            name="mass",
            type=Type.NUMBER,
            meaning=Text("mass of the gas", "ガスの質量"),
            unit="t",
            minimum=0,
            required=False,
        ),
        Column(
            name="co2e",
            type=Type.NUMBER,
            meaning=Text(
                "carbon dioxide equivalent; counts only where the mass is absent",
                "二酸化炭素換算量（質量がない場合のみ用いる）",
            ),
            unit="t",
            minimum=0,
            required=False,
        ),
        Column(
            name="gwp",
            type=Type.TEXT,
            meaning=Text("set of potentials behind co2e", "co2eに用いた地球温暖化係数の評価報告書"),
            allowed=SETS,
            allowed_name=Text("assessment report", "評価報告書"),
            required=False,
        ),
        Column(
            name="boundary",
            type=Type.TEXT,
            meaning=Text(
                "direct; biogenic (memo item); transferred or received CO2; purchased-location, "
                "purchased-market or sold energy, which is not counted here",
                "direct（直接）、biogenic（メモ項目）、transferred・received（移送・受入したCO2）、"
                "purchased-location・purchased-market・sold（購入・販売したエネルギー、ここでは数えない）",
            ),
            allowed=BOUNDARIES,
            words=BOUNDARY_WORDS,
            allowed_name=Text("boundary", "算定範囲"),
            required=False,
            default=DIRECT,
        ),
        Column(
            name="biogenic",
            type=Type.BOOLEAN,
            meaning=Text(
                "carbon dioxide of biogenic origin, a memo item: the same as that boundary",
                "生物由来の二酸化炭素（メモ項目、算定範囲biogenicと同じ）",
            ),
            required=False,
            default=False,
        ),
        Column(
            name="quantity",
            type=Type.NUMBER,
            meaning=Text(
                "activity data of the stream, the same on the lines of all its gases",
                "ストリームの活動量（ガスごとの行に同じ値）",
            ),
            unit_column="unit",
            minimum=0,
            required=False,
        ),
        Column(
            name="unit",
            type=Type.TEXT,
            meaning=Text("unit of the quantity", "量の単位"),
            required=False,
        ),
        Column(
            name="version",
            type=Type.INTEGER,
            meaning=Text(
                "version of the facility's report of the year; the last one counts",
                "その年の施設報告の版（最新の版を用いる）",
            ),
            minimum=1,
            required=False,
            default=1,
        ),
        Column(
            name="confidential",
            type=Type.BOOLEAN,
            meaning=Text(
                "shown only together with other reporters", "他の報告者と合わせてのみ公表できる"
            ),
            required=False,
            default=False,
        ),
    ),
)

NATIONAL = Table(
    name="national",
    title=Text("National activity statistics", "国の活動量統計"),
    optional=True,
    key=("country", "year", "category", "source"),
    columns=(
        COUNTRY,
        YEAR,
        TREE_CATEGORY,
        replace(
            _SOURCE,
            meaning=Text(
                "fuel or process, as named in the table of factors",
                "燃料または工程（排出係数表の名称）",
            ),
            refers_to=("factors", "source"),
        ),
        Column(
            name="quantity",
            type=Type.NUMBER,
            meaning=Text("burnt, used or produced in the country", "国内で燃焼・使用・生産した量"),
            unit_column="unit",
            minimum=0,
        ),
        Column(name="unit", type=Type.TEXT, meaning=Text("unit of the quantity", "量の単位")),
    ),
)

ESTIMATES = Table(
    name="estimates",
    title=Text("National estimates of categories", "区分別の国内推計値"),
    optional=True,
    key=("country", "year", "category", "gas"),
    columns=(
        COUNTRY,
        YEAR,
        TREE_CATEGORY,
        GAS,
        Column(
            name="mass",
            type=Type.NUMBER,
            meaning=Text(
                "mass of the gas of the whole category, facilities included; removals are negative",
                "施設分を含む区分全体のガスの質量（吸収は負）",
            ),
            unit="t",
        ),
        *with_japanese(
            Column(
                name="how",
                type=Type.TEXT,
                meaning=Text("method, tier and data behind it", "推計の手法、Tier、データ"),
                required=False,
            )
        ),
        Column(
            name="run",
            type=Type.TEXT,
            meaning=Text(
                "number of the run of a category method that it was taken from",
                "値を得た区分別手法の計算番号",
            ),
            required=False,
        ),
        *with_japanese(
            replace(
                NOT_ESTIMATED,
                meaning=Text(
                    "what the mass does not hold because it is not estimated, and why; empty where it "
                    "holds all of the category",
                    "未推計のため質量に含まれない部分とその理由（区分全体を含むなら空欄）",
                ),
            )
        ),
    ),
)

STATED = Table(
    name="notations",
    title=Text("Notation keys", "注釈記号"),
    optional=True,
    key=("country", "year", "category", "gas"),
    columns=(
        COUNTRY,
        YEAR,
        TREE_CATEGORY,
        GAS,
        replace(_NOTATION, required=True),
        replace(
            TREE_CATEGORY,
            name="included_in",
            meaning=Text("for IE, the category that includes it", "IEの場合、それを含む区分"),
            required=False,
        ),
        *with_japanese(
            Column(
                name="explanation",
                type=Type.TEXT,
                meaning=Text(
                    "why there is no value; for NE beside what facilities report, what they leave out, "
                    "such as facilities below the threshold",
                    "値がない理由（施設報告の値に付けるNEでは、閾値未満の施設など含まれない部分）",
                ),
                required=False,
            )
        ),
    ),
)

ITEM_WORDS = {
    TOTAL: Text("counts in the total", "合計に算入"),
    BIOGENIC: Text("biogenic CO2", "生物由来CO2"),
    "bunkers": Text("international transport", "国際輸送"),
    "multilateral": Text("multilateral operations", "多国間活動"),
}

_ITEM = Column(
    name="item",
    type=Type.TEXT,
    meaning=Text(
        "total: counts in national totals; biogenic, bunkers, multilateral: memo items",
        "totalは国全体の合計に含むもの、biogenic・bunkers・multilateralはメモ項目",
    ),
    allowed=tuple(ITEM_WORDS),
    words=ITEM_WORDS,
)
_MADE_CATEGORY = replace(
    TREE_CATEGORY,
    meaning=Text(
        "IPCC 2006 category; 0 is the national total", "IPCC 2006年区分（0は国全体の合計）"
    ),
    named_by=TREE,
)
_COVERAGE = Column(
    name="coverage",
    type=Type.NUMBER,
    meaning=Text(
        "share that facilities report; absent where national statistics do not tell",
        "施設報告の割合（国の統計から分からなければ空欄）",
    ),
    unit="%",
    required=False,
)


_NOT_ESTIMATED = with_japanese(
    replace(
        NOT_ESTIMATED,
        meaning=Text(
            "what is not estimated at the category or below it, and why: NE in whole or in part",
            "この区分または下位区分の未推計部分とその理由（全部または一部がNE）",
        ),
    )
)


def _parts(*, gas: bool) -> tuple[Column, ...]:
    of = Text("mass of the gas", "ガスの質量") if gas else Text("CO2 equivalent", "CO2換算量")
    return tuple(
        Column(name=name, type=Type.NUMBER, meaning=meaning.format(of=of), unit="t", required=False)
        for name, meaning in (
            ("from_facilities", Text("{of} that facilities report", "施設が報告した{of}")),
            (
                "remainder",
                Text(
                    "{of} of what facilities do not report: Tier 1, or national estimates",
                    "施設報告に含まれない分の{of}（Tier 1または国内推計値）",
                ),
            ),
            ("total", Text("{of}, both together", "{of}の合計")),
        )
    )


INVENTORY = Table(
    name="inventory",
    title=Text("Inventory by category and gas", "区分・ガス別のインベントリ"),
    key=("country", "year", "category", "gas", "item"),
    columns=(
        COUNTRY,
        YEAR,
        _MADE_CATEGORY,
        GAS,
        _ITEM,
        *_parts(gas=True),
        Column(
            name="co2e",
            type=Type.NUMBER,
            meaning=Text("total as carbon dioxide equivalent", "合計の二酸化炭素換算量"),
            unit="t",
            required=False,
        ),
        _COVERAGE,
        replace(
            _NOTATION,
            meaning=Text(
                "notation key; NE beside a value: a part is not estimated",
                "注釈記号（値と並ぶNEは一部未推計）",
            ),
        ),
        *_NOT_ESTIMATED,
    ),
)

SUMS = Table(
    name="totals",
    title=Text("Sectors and national total", "部門別および国全体の合計"),
    key=("country", "year", "category"),
    columns=(
        COUNTRY,
        YEAR,
        _MADE_CATEGORY,
        *_parts(gas=False),
        _COVERAGE,
        _NOTATION,
        *_NOT_ESTIMATED,
    ),
)

BASIS = Table(
    name="basis",
    title=Text("What the inventory rests on", "インベントリの根拠"),
    key=("country", "year", "category", "gas", "item", "source", "boundary"),
    columns=(
        COUNTRY,
        YEAR,
        _MADE_CATEGORY,
        GAS,
        _ITEM,
        _SOURCE,
        Column(
            name="boundary",
            type=Type.TEXT,
            meaning=Text("boundary", "算定範囲"),
            words=BOUNDARY_WORDS,
        ),
        Column(
            name="lines",
            type=Type.INTEGER,
            meaning=Text("lines of facility reports", "施設報告の行数"),
        ),
    ),
)

RECONCILIATION = Table(
    name="reconciliation",
    title=Text("Facilities against national statistics", "施設報告と国の統計の照合"),
    key=("country", "year", "category", "source", "unit"),
    columns=(
        COUNTRY,
        YEAR,
        _MADE_CATEGORY,
        replace(_SOURCE, words=names("source") | {"estimate": Text("estimate", "推計値")}),
        Column(name="unit", type=Type.TEXT, meaning=Text("unit of the quantities", "量の単位")),
        *(
            Column(name=name, type=Type.NUMBER, meaning=meaning, unit_column="unit", required=False)
            for name, meaning in (
                ("national", Text("national statistics or estimate", "国の統計または推計値")),
                ("facilities", Text("reported by facilities", "施設報告")),
                ("residual", Text("national less facilities", "国の統計－施設報告")),
            )
        ),
        _COVERAGE,
        Column(
            name="verdict",
            type=Type.TEXT,
            meaning=Text(
                "matches; remainder: facilities do not report all; exceeds: they report more than "
                "there is; no-national: no figure to compare with; confidential",
                "matches（一致）、remainder（未報告分あり）、exceeds（国の統計を超過）、"
                "no-national（国の統計なし）、confidential（秘匿）",
            ),
            allowed=tuple(VERDICT_WORDS),
            words=VERDICT_WORDS,
        ),
    ),
)

COMPLETENESS = Table(
    name="completeness",
    title=Text("Completeness by category and gas", "区分・ガス別の完全性"),
    key=("country", "year", "category", "gas"),
    columns=(
        COUNTRY,
        YEAR,
        _MADE_CATEGORY,
        Column(
            name="gas",
            type=Type.TEXT,
            meaning=Text(
                "gas or group of gases that the guidelines foresee here",
                "ガイドラインがこの区分で想定するガスまたはガス群",
            ),
        ),
        Column(
            name="status",
            type=Type.TEXT,
            meaning=Text(
                "reported; partial: a part is estimated, the rest is NE; above: in a higher "
                "category; notation: a key is given; missing: neither value nor key",
                "reported（報告あり）、partial（一部推計、残りはNE）、above（上位区分で報告）、"
                "notation（注釈記号あり）、missing（値も記号もなし）",
            ),
            allowed=tuple(STATUS_WORDS),
            words=STATUS_WORDS,
        ),
        _NOTATION,
        replace(
            _MADE_CATEGORY,
            name="found_in",
            meaning=Text("category that holds the value or the key", "値または注釈記号のある区分"),
            required=False,
        ),
        *with_japanese(NOT_ESTIMATED),
    ),
)
