"""The tables of nationally determined contributions: targets, indicator values, what was transferred."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.tables.columns import COUNTRY, YEAR
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

BASE_YEAR, BAU, INTENSITY = "base-year", "business-as-usual", "intensity"
TRAJECTORY, FIXED, POLICIES = "trajectory", "fixed-level", "policies"
KIND_WORDS = {
    BASE_YEAR: Text("base year", "基準年"),
    BAU: Text("business as usual", "なりゆき（BAU）"),
    INTENSITY: Text("intensity", "原単位"),
    TRAJECTORY: Text("trajectory", "経路"),
    FIXED: Text("fixed level", "固定水準"),
    POLICIES: Text("policies", "政策"),
}
KINDS = tuple(KIND_WORDS)
RELATIVE = (BASE_YEAR, BAU, INTENSITY)
"""Kinds whose level is a reference less (or plus) a share of it."""

ANNUAL, AVERAGING, MULTI_YEAR = "annual", "averaging", "multi-year"
TREATMENT_WORDS = {
    ANNUAL: Text("annual (7 (a)(i))", "各年（7(a)(i)）"),
    AVERAGING: Text("averaging (7 (a)(ii))", "平均（7(a)(ii)）"),
    MULTI_YEAR: Text("multi-year (7 (b))", "複数年（7(b)）"),
}
TREATMENTS = tuple(TREATMENT_WORDS)
"""How transfers count, declared once for a period: decision 2/CMA.3, annex, paragraph 7 (a)(i),
7 (a)(ii) and 7 (b)."""

DECREASE, INCREASE = "decrease", "increase"
SETS = ("SAR", "AR4", "AR5", "AR6")

UNDER_WAY, ACHIEVED, MISSED, OPEN = (
    "under-way",
    "achieved",
    "not-achieved",
    "not-determinable",
)
STATUS_WORDS = {
    UNDER_WAY: Text("under way", "進行中"),
    ACHIEVED: Text("achieved", "達成"),
    MISSED: Text("not achieved", "未達成"),
    OPEN: Text("not determinable", "判定不能"),
}
STATUSES = tuple(STATUS_WORDS)

NO_VALUE, NO_DENOMINATOR, NO_REFERENCE, NO_LEVEL = (
    "no-value",
    "no-denominator",
    "no-reference",
    "no-level",
)
NOT_STATED, NO_TREATMENT, NO_ADJUSTMENT, INCOMPLETE = (
    "cooperation-not-stated",
    "treatment-not-declared",
    "adjustments-missing",
    "period-incomplete",
)
WHY = {
    NO_VALUE: Text("no value of the indicator", "指標の値がない"),
    NO_DENOMINATOR: Text("no value of the denominator", "分母の値がない"),
    NO_REFERENCE: Text("no reference value", "基準値がない"),
    NO_LEVEL: Text("no quantified level", "定量的な目標水準がない"),
    NOT_STATED: Text(
        "not stated whether cooperative approaches are used", "協力的アプローチの利用の有無が未記入"
    ),
    NO_TREATMENT: Text("no treatment of transfers declared", "移転の算定方法が未申告"),
    NO_ADJUSTMENT: Text("transfers of a year not reported", "移転量の報告がない年がある"),
    INCOMPLETE: Text("a year of the period is open", "期間中に確定できない年がある"),
}
"""Why something cannot be determined; each is a thing that somebody can supply."""
REASONS = tuple(WHY)

TARGET = Column(
    name="target", type=Type.TEXT, meaning=Text("target, by its name", "目標の名称（識別子）")
)
INDICATOR = Column(
    name="indicator",
    type=Type.TEXT,
    meaning=Text("indicator, by its name", "指標の名称"),
)
UNIT = Column(
    name="unit",
    type=Type.TEXT,
    meaning=Text(
        "unit of the indicator, such as kt CO2e, MWh or t CO2e / million USD",
        "指標の単位（kt CO2e、MWh、t CO2e / million USDなど）",
    ),
)
_GWP = Column(
    name="gwp",
    type=Type.TEXT,
    meaning=Text("set of global warming potentials", "地球温暖化係数の評価報告書"),
    allowed=SETS,
    allowed_name=Text("assessment report", "評価報告書"),
    required=False,
)
_LAND = Column(
    name="lulucf",
    type=Type.TEXT,
    meaning=Text(
        "whether land use, land-use change and forestry count",
        "土地利用・土地利用変化・林業を含むか（with、without）",
    ),
    allowed=("with", "without"),
    words={"with": Text("with", "含む"), "without": Text("without", "含まない")},
    required=False,
)
_DENOMINATOR = Column(
    name="denominator",
    type=Type.TEXT,
    meaning=Text(
        "of an intensity: the indicator that the other one is divided by; left out where "
        "the values are intensities already",
        "原単位目標の分母となる指標（値がすでに原単位なら省略）",
    ),
    required=False,
)
_REFERENCE_YEAR = replace(
    YEAR,
    name="reference_year",
    meaning=Text("reference year", "基準年"),
    required=False,
)
_TARGET_YEAR = replace(YEAR, name="target_year", meaning=Text("target year", "目標年"))


def _amount(name: str, meaning: Text, *, required: bool = False) -> Column:
    """An amount in the unit that the row states."""
    return Column(name=name, type=Type.NUMBER, meaning=meaning, required=required)


_KIND = Column(
    name="kind",
    type=Type.TEXT,
    meaning=Text("type of the target", "目標の種類"),
    allowed=KINDS,
    words=KIND_WORDS,
    allowed_name=Text("type of target", "目標の種類"),
)
_LEVEL = _amount("level", Text("target level, in the unit of the indicator", "目標水準"))

TARGETS = Table(
    name="targets",
    title=Text("Targets", "目標"),
    key=("country", "target"),
    columns=(
        COUNTRY,
        TARGET,
        _KIND,
        INDICATOR,
        UNIT,
        Column(
            name="direction",
            type=Type.TEXT,
            meaning=Text(
                "whether the indicator is to fall or to rise", "指標を減らす（増やす）目標か"
            ),
            allowed=(DECREASE, INCREASE),
            words={DECREASE: Text("to fall", "減らす"), INCREASE: Text("to rise", "増やす")},
            required=False,
            default=DECREASE,
        ),
        _DENOMINATOR,
        _REFERENCE_YEAR,
        _amount(
            "reference_value",
            Text(
                "reference value: of the base year, or of the baseline in the target year",
                "基準値（基準年の値、または目標年のなりゆき値）",
            ),
        ),
        Column(
            name="share",
            type=Type.NUMBER,
            meaning=Text("change from the reference value", "基準値からの変化の割合"),
            unit="%",
            minimum=0,
            required=False,
        ),
        _LEVEL,
        replace(
            YEAR,
            name="first_year",
            meaning=Text("first year of the implementation period", "実施期間の初年"),
            required=False,
        ),
        _TARGET_YEAR,
        Column(
            name="gases",
            type=Type.TEXT,
            meaning=Text("gases, separated by semicolons", "対象ガス（セミコロン区切り）"),
            required=False,
        ),
        Column(
            name="sectors",
            type=Type.TEXT,
            meaning=Text("sectors, separated by semicolons", "対象部門（セミコロン区切り）"),
            required=False,
        ),
        _GWP,
        _LAND,
        Column(
            name="cooperation",
            type=Type.BOOLEAN,
            meaning=Text(
                "whether cooperative approaches under Article 6 are used",
                "第6条の協力的アプローチを利用するか",
            ),
            required=False,
        ),
        Column(
            name="treatment",
            type=Type.TEXT,
            meaning=Text(
                "how transfers count: annual (7 (a)(i)), averaging (7 (a)(ii)) or multi-year (7 (b))",
                "移転の算定方法：annual（7(a)(i)）、averaging（7(a)(ii)）、multi-year（7(b)）",
            ),
            allowed=TREATMENTS,
            words=TREATMENT_WORDS,
            required=False,
        ),
    ),
)

VALUES = Table(
    name="values",
    title=Text("Values of the indicators", "指標の値"),
    key=("country", "indicator", "year"),
    columns=(
        COUNTRY,
        INDICATOR,
        YEAR,
        _amount(
            "value",
            Text("value; leave the row out where there is none", "値（ない年は行を省く）"),
            required=True,
        ),
        UNIT,
        _GWP,
        _LAND,
        Column(
            name="source",
            type=Type.TEXT,
            meaning=Text("what the value rests on", "値の根拠"),
            required=False,
        ),
    ),
)

ADJUSTMENTS = Table(
    name="adjustments",
    title=Text("First transfers and use", "最初の移転と利用"),
    optional=True,
    key=("country", "target", "year"),
    columns=(
        COUNTRY,
        replace(TARGET, refers_to=("targets", "target")),
        YEAR,
        replace(
            _amount(
                "first_transferred",
                Text(
                    "first transferred, by the year of the mitigation; 0 only where nothing was",
                    "最初の移転量（緩和成果の生じた年）。0は移転がなかったときだけ",
                ),
                required=True,
            ),
            minimum=0,
        ),
        replace(
            _amount(
                "used",
                Text(
                    "used towards the NDC in the year; 0 only where nothing was",
                    "その年にNDCに用いた量。0は利用がなかったときだけ",
                ),
                required=True,
            ),
            minimum=0,
        ),
        replace(UNIT, required=False, default="t CO2e"),
    ),
)

COURSE = Table(
    name="trajectory",
    title=Text("Levels of a trajectory", "経路目標の各年の水準"),
    optional=True,
    key=("country", "target", "year"),
    columns=(
        COUNTRY,
        replace(TARGET, refers_to=("targets", "target")),
        YEAR,
        replace(_LEVEL, required=True),
    ),
)

_STATUS = Column(
    name="status",
    type=Type.TEXT,
    meaning=Text(
        "under way, achieved, not achieved or not determinable",
        "進行中・達成・未達成・判定不能の別",
    ),
    allowed=STATUSES,
    words=STATUS_WORDS,
)
_REASON = Column(
    name="reason",
    type=Type.TEXT,
    meaning=Text("what is lacking where it is not determinable", "判定不能の理由"),
    required=False,
    allowed=REASONS,
    words=WHY,
)
_NET = _amount(
    "adjustment",
    Text("what transfers add to the value, absent where none count", "移転による調整量"),
)
_BALANCE = _amount("balance", Text("adjusted balance", "調整後の収支"))
_GAP = _amount(
    "gap", Text("what is left to the level; 0 or less where it is met", "目標水準までの差")
)
_PROGRESS = Column(
    name="progress",
    type=Type.NUMBER,
    meaning=Text(
        "part of the way from the reference value to the level", "基準値から目標水準までの到達率"
    ),
    unit="%",
    required=False,
)

TRACKING = Table(
    name="tracking",
    title=Text("Tracking year by year", "年ごとの進捗"),
    key=("country", "target", "year"),
    columns=(
        COUNTRY,
        TARGET,
        YEAR,
        INDICATOR,
        _DENOMINATOR,
        UNIT,
        _amount("value", Text("value of the indicator", "指標の値")),
        _amount("first_transferred", Text("first transferred", "最初の移転量")),
        _amount("used", Text("used", "利用量")),
        _NET,
        Column(
            name="indicative",
            type=Type.BOOLEAN,
            meaning=Text(
                "whether the adjustment is indicative: an average before the target year",
                "調整量が暫定値か（目標年前の平均）",
            ),
        ),
        _BALANCE,
        _amount("level", Text("level of the target in this year or its target year", "目標水準")),
        _GAP,
        _PROGRESS,
        _STATUS,
        _REASON,
    ),
)

SUMMARY = Table(
    name="summary",
    title=Text("Structured summary", "構造化要約"),
    key=("country", "target"),
    columns=(
        COUNTRY,
        TARGET,
        _KIND,
        INDICATOR,
        UNIT,
        _REFERENCE_YEAR,
        _amount("reference_value", Text("reference value", "基準値")),
        replace(
            YEAR,
            name="latest_year",
            meaning=Text("latest year with a value", "最新の値の年"),
            required=False,
        ),
        _amount("value", Text("value of the latest year", "最新年の値")),
        _amount("first_transferred", Text("first transferred to date", "これまでの最初の移転量")),
        _amount("used", Text("used to date", "これまでの利用量")),
        _NET,
        _BALANCE,
        _TARGET_YEAR,
        _LEVEL,
        _GAP,
        _PROGRESS,
        _amount("period_balance", Text("of a trajectory: balance over the period", "期間の収支")),
        _amount("period_level", Text("of a trajectory: level over the period", "期間の目標水準")),
        _STATUS,
        _REASON,
    ),
)

SERIES_WORDS = {
    "value": Text("value", "値"),
    "balance": Text("adjusted balance", "調整後の収支"),
    "level": Text("target level", "目標水準"),
}

CURVES = Table(
    name="curves",
    title=Text("Indicator and target as lines", "指標と目標の推移"),
    key=("country", "target", "series", "year"),
    columns=(
        COUNTRY,
        TARGET,
        Column(
            name="series",
            type=Type.TEXT,
            meaning=Text("value, balance or level", "値（value）・収支（balance）・水準（level）"),
            allowed=tuple(SERIES_WORDS),
            words=SERIES_WORDS,
        ),
        YEAR,
        _amount("amount", Text("amount, in the unit of the indicator", "量（指標の単位）")),
        UNIT,
    ),
)
