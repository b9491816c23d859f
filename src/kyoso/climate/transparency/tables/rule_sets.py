"""The tables of rule sets: what a country or scheme asks of a facility's report."""

from __future__ import annotations

from kyoso import reference
from kyoso.climate.transparency.tables.columns import (
    BOUNDARY_WORDS,
    FACILITY,
    VERIFICATIONS,
    YEAR,
)
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

PROVISION_WORDS = {
    "title": Text("name", "名称"),
    "status": Text("status", "位置付け"),
    "threshold": Text("threshold", "基準値"),
    "gas": Text("gases", "対象ガス"),
    "gwp": Text("global warming potentials", "地球温暖化係数"),
    "boundary": Text("boundary", "算定範囲"),
    "category": Text("size category", "規模の区分"),
    "tier": Text("tiers", "Tier"),
    "tier-uncertainty": Text("uncertainty of a tier", "Tierの不確かさ"),
    "country-factor": Text("factors of the country", "国別の係数"),
    "calorific": Text("calorific value", "発熱量の基準"),
    "deadline": Text("deadline", "報告期限"),
    "period": Text("period", "報告の周期"),
    "verification": Text("verification", "検証"),
    "materiality": Text("materiality", "重要性"),
    "confidentiality": Text("confidentiality", "秘匿"),
}
PROVISIONS = tuple(PROVISION_WORDS)

THRESHOLD_WORDS = {
    "reached": Text("reached", "到達"),
    "not-reached": Text("not reached", "未到達"),
    "open": Text("open", "未定"),
}
"""What is said of a threshold."""
VALUE_WORDS = BOUNDARY_WORDS | {
    "law": Text("law", "法令"),
    "proposal": Text("proposal", "提案"),
    "third-party": Text("third party", "第三者"),
    "administrator": Text("administrator of the scheme", "制度の管理者"),
    "authority": Text("authority", "所管当局"),
    "none": Text("none", "なし"),
    "aggregate": Text("in sums only", "合計のみ公表"),
    "public": Text("public", "公表"),
    "on-request": Text("on request", "請求により保護"),
    "determined": Text("determined by data element", "データの項目ごとに決定"),
    "year": Text("year", "年"),
    "listed category": Text("listed category", "列挙された区分"),
    "t CO2e of a gas": Text("t CO2e of a gas", "t CO2e（ガスごと）"),
    "kL crude oil equivalent": Text("kL crude oil equivalent", "kL（原油換算）"),
    "t of waste": Text("t of waste", "t（廃棄物）"),
}
"""Words that stand as values and units of provisions; numbers, gases and days need none."""

EARLIEST, LATEST = 1900, 2100
"""The first and last year of what states none."""

RULE_SET = Column(name="rule_set", type=Type.TEXT, meaning=Text("rule set", "制度"))
_PROVISION = Column(
    name="provision",
    type=Type.TEXT,
    meaning=Text("what is provided for", "規定の種類"),
    allowed=PROVISIONS,
    words=PROVISION_WORDS,
)
_UNIT = Column(
    name="unit",
    type=Type.TEXT,
    meaning=Text("unit or kind of the value", "値の単位または種類"),
    required=False,
    words=VALUE_WORDS,
)
_TEXTS = (
    Column(
        name="text_en",
        type=Type.TEXT,
        meaning=Text("in words, English", "説明（英語）"),
        japanese="text_ja",
    ),
    Column(name="text_ja", type=Type.TEXT, meaning=Text("in words, Japanese", "説明（日本語）")),
)
_DOCUMENT = Column(name="document", type=Type.TEXT, meaning=Text("source", "出典"), required=False)
_PLACE = Column(
    name="table",
    type=Type.TEXT,
    meaning=Text("article, section or table in the source", "出典の条、節、表"),
    required=False,
)
_VERIFICATION = Column(
    name="verification",
    type=Type.TEXT,
    meaning=Text("verification of the provision", "規定の検証状況"),
    allowed=VERIFICATIONS,
    words=reference.VERIFICATION,
    required=False,
    default="unverified",
)


def validity(*, what: Text) -> tuple[Column, Column]:
    """The columns ``valid_from`` and ``valid_until``; without them it holds in every year."""
    return (
        Column(
            name="valid_from",
            type=Type.INTEGER,
            meaning=Text("first year of {what}", "{what}の最初の年").format(what=what),
            minimum=EARLIEST,
            maximum=LATEST,
            required=False,
            default=EARLIEST,
        ),
        Column(
            name="valid_until",
            type=Type.INTEGER,
            meaning=Text("last year of {what}", "{what}の最後の年").format(what=what),
            minimum=EARLIEST,
            maximum=LATEST,
            required=False,
            default=LATEST,
        ),
    )


RULE_SETS = Table(
    name="rule_sets",
    title=Text("Rule sets of countries and schemes", "各国・各制度の規定"),
    key=("rule_set", "provision", "scope", "value", "valid_from"),
    shipped="ghg/rule_sets",
    columns=(
        RULE_SET,
        _PROVISION,
        Column(
            name="scope",
            type=Type.TEXT,
            meaning=Text(
                "where it holds: all; an IPCC category and what is below it; a tier such as tier 2; "
                "or totals of a size such as >= 25000 t",
                "適用範囲。all、IPCC区分（その下位を含む）、tier 2のようなTier、>= 25000 tのような合計の大きさ",
            ),
            required=False,
            default="all",
        ),
        Column(
            name="value",
            type=Type.TEXT,
            meaning=Text(
                "number, gas, set of potentials, boundary, tier, day (month-day) or word",
                "数値、ガス、係数の版、算定範囲、Tier、月日、語句",
            ),
            words=VALUE_WORDS,
        ),
        _UNIT,
        *validity(what=Text("the emissions it applies to", "適用される排出年")),
        *_TEXTS,
        _DOCUMENT,
        _PLACE,
        Column(
            name="year",
            type=Type.INTEGER,
            meaning=Text("year of the edition", "版の年"),
            required=False,
        ),
        Column(name="licence", type=Type.TEXT, meaning=Text("licence", "利用条件"), required=False),
        _VERIFICATION,
        Column(name="note", type=Type.TEXT, meaning=Text("note", "注記"), required=False),
    ),
)

OBLIGATIONS = Table(
    name="obligations",
    title=Text(
        "What the rule set asks of each facility with its total",
        "合計に応じて各施設に求められる事項",
    ),
    key=("facility", "year", "provision", "value"),
    columns=(
        FACILITY,
        YEAR,
        _PROVISION,
        Column(
            name="value",
            type=Type.TEXT,
            meaning=Text("what is asked", "求められる内容"),
            words=VALUE_WORDS,
        ),
        _UNIT,
        Column(
            name="due",
            type=Type.DATE,
            meaning=Text("day on which the report is due", "報告期限"),
            required=False,
        ),
        *_TEXTS,
        _DOCUMENT,
        _PLACE,
        _VERIFICATION,
    ),
)

_TONNES = "t"
NOT_STATED = "not stated"
COUNTED_WORDS = {
    "counted": Text("counted", "算入"),
    "not-counted": Text("not counted", "算入せず"),
    "covered": Text("covered", "対象"),
    "not-covered": Text("not covered", "対象外"),
    "in-part": Text("covered in part", "一部対象"),
    NOT_STATED: Text("not stated", "記載なし"),
}
"""What a rule set does with a boundary or a gas, or that it says nothing."""

DIFFERENCES = Table(
    name="differences",
    title=Text("Differences between two rule sets", "二つの制度の相違"),
    key=("facility", "year", "provision", "item"),
    columns=(
        FACILITY,
        YEAR,
        _PROVISION,
        Column(
            name="item",
            type=Type.TEXT,
            meaning=Text(
                "gas or boundary; all where the provision is one",
                "ガスまたは算定範囲。一つのときはall",
            ),
            words=BOUNDARY_WORDS | {"all": Text("all", "全体")},
        ),
        *(
            Column(
                name=name,
                type=Type.TEXT,
                meaning=meaning,
                words=VALUE_WORDS | COUNTED_WORDS | THRESHOLD_WORDS,
            )
            for name, meaning in (
                ("value_a", Text("under rule set a", "制度aでの値")),
                ("value_b", Text("under rule set b", "制度bでの値")),
            )
        ),
        Column(
            name="effect",
            type=Type.NUMBER,
            unit=_TONNES,
            meaning=Text(
                "what it changes in the total from a to b, CO2-equivalent",
                "aからbへの合計の変化（CO2換算）",
            ),
        ),
        Column(
            name="explanation_en",
            japanese="explanation_ja",
            type=Type.TEXT,
            meaning=Text("explanation, English", "説明（英語）"),
        ),
        Column(
            name="explanation_ja",
            type=Type.TEXT,
            meaning=Text("explanation, Japanese", "説明（日本語）"),
        ),
    ),
)

COMPARED = Table(
    name="totals",
    title=Text("Totals under both rule sets", "二つの制度での合計"),
    key=("facility", "year"),
    columns=(
        FACILITY,
        YEAR,
        *(
            Column(name=name, type=Type.NUMBER, unit=_TONNES, meaning=meaning)
            for name, meaning in (
                ("total_a", Text("total under rule set a", "制度aでの合計")),
                ("total_b", Text("total under rule set b", "制度bでの合計")),
                ("difference", Text("total under b less total under a", "bの合計－aの合計")),
                ("explained", Text("sum of the effects", "影響の和")),
            )
        ),
        *(
            Column(
                name=name,
                type=Type.TEXT,
                meaning=meaning,
                allowed=tuple(THRESHOLD_WORDS),
                words=THRESHOLD_WORDS,
            )
            for name, meaning in (
                (
                    "verdict_a",
                    Text(
                        "threshold of a: reached, not-reached or open",
                        "aの基準値（到達、未到達、未定）",
                    ),
                ),
                (
                    "verdict_b",
                    Text(
                        "threshold of b: reached, not-reached or open",
                        "bの基準値（到達、未到達、未定）",
                    ),
                ),
            )
        ),
    ),
)

HARMONISATION = Table(
    name="harmonisation",
    title=Text("All rule sets against each other", "全制度の対照表"),
    key=("provision", "rule_set"),
    columns=(
        _PROVISION,
        RULE_SET,
        Column(
            name="value",
            type=Type.TEXT,
            meaning=Text("value; absent where none is stated", "値（記載がなければ空欄）"),
            required=False,
            words=VALUE_WORDS,
        ),
        *_TEXTS,
        _DOCUMENT,
        Column(
            name="verification",
            type=Type.TEXT,
            meaning=Text("the weakest verification among its rows", "該当行のうち最も弱い検証状況"),
            allowed=VERIFICATIONS,
            words=reference.VERIFICATION,
            required=False,
        ),
    ),
)
