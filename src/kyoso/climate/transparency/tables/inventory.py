"""The tables of an inventory in two years: uncertainty and key categories."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.tables.columns import COUNTRY
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

_PLACE = replace(
    COUNTRY,
    meaning=Text(
        "country, ISO 3166-1 alpha-3, where the rows are of a region; absent in all rows of one inventory",
        "国（ISO 3166-1 アルファ3）。地域の行では全行に記入し、一つのインベントリでは全行空欄",
    ),
    required=False,
)

_CATEGORY = Column(
    name="category",
    type=Type.TEXT,
    meaning=Text(
        "category, or a source in it, under any name such as 1A1a, 1A1a Coal or a facility",
        "区分またはその中の排出源（1A1a、1A1a Coal、施設名など任意の名称）",
    ),
)
_GAS = Column(name="gas", type=Type.TEXT, meaning=Text("gas", "ガス"), any_case=True)
_MADE_GAS = replace(_GAS, any_case=False)

_KNOWN = (
    _CATEGORY,
    _GAS,
    Column(
        name="base",
        type=Type.NUMBER,
        meaning=Text(
            "emissions of the base year in CO2 equivalent, removals negative; "
            "0 only where nothing was emitted",
            "基準年の排出量（CO2換算、吸収は負）。0と書くのは排出がなかったときだけ",
        ),
        unit="t CO2e",
    ),
    Column(
        name="current",
        type=Type.NUMBER,
        meaning=Text(
            "emissions of the current year in CO2 equivalent, removals negative; "
            "0 only where nothing is emitted",
            "当該年の排出量（CO2換算、吸収は負）。0と書くのは排出がないときだけ",
        ),
        unit="t CO2e",
    ),
)

_ACTIVITY_UNCERTAINTY = Column(
    name="activity_uncertainty",
    type=Type.NUMBER,
    meaning=Text(
        "uncertainty of the activity data: half of the 95 % interval, in % of the value",
        "活動量の不確かさ（95％区間の半幅、値に対する％）",
    ),
    unit="%",
    minimum=0,
)
_FACTOR_UNCERTAINTY = Column(
    name="factor_uncertainty",
    type=Type.NUMBER,
    meaning=Text(
        "uncertainty of the emission factor: half of the 95 % interval, in % of the value",
        "排出係数の不確かさ（95％区間の半幅、値に対する％）",
    ),
    unit="%",
    minimum=0,
)
_CORRELATED = (
    Column(
        name="activity_correlated",
        type=Type.BOOLEAN,
        meaning=Text(
            "whether the activity data are off in both years in the same way",
            "活動量の誤差が両年で完全に相関するか",
        ),
        required=False,
        default=False,
    ),
    Column(
        name="factor_correlated",
        type=Type.BOOLEAN,
        meaning=Text(
            "whether the emission factor is off in both years in the same way",
            "排出係数の誤差が両年で完全に相関するか",
        ),
        required=False,
        default=True,
    ),
    Column(
        name="shared_factor",
        type=Type.TEXT,
        meaning=Text(
            "name of the emission factor where several rows use the same one; "
            "absent where a row has its own",
            "複数の行が同じ排出係数を用いるときはその名称（行ごとに異なれば空欄）",
        ),
        required=False,
    ),
)

_TITLE = Text("Inventory of two years with uncertainties", "二か年のインベントリと不確かさ")

INVENTORY = Table(
    name="inventory",
    title=_TITLE,
    key=("country", "category", "gas"),
    columns=(_PLACE, *_KNOWN, _ACTIVITY_UNCERTAINTY, _FACTOR_UNCERTAINTY, *_CORRELATED),
)
"""For what calculates uncertainty: every row states it."""

INVENTORY_TO_RANK = Table(
    name="inventory",
    title=_TITLE,
    key=("category", "gas"),
    columns=(
        *_KNOWN,
        replace(_ACTIVITY_UNCERTAINTY, required=False),
        replace(_FACTOR_UNCERTAINTY, required=False),
        *_CORRELATED,
    ),
)
"""The same for key categories, which are found with or without uncertainty."""


def percent(name: str, meaning: Text) -> Column:
    """A column in %, absent where it is a share of nothing."""
    return Column(name=name, type=Type.NUMBER, meaning=meaning, unit="%", required=False)


def _tonnes(name: str, meaning: Text) -> Column:
    return Column(name=name, type=Type.NUMBER, meaning=meaning, unit="t CO2e")


LEVEL_UNCERTAINTY = percent(
    "level_uncertainty",
    Text(
        "half of the 95 % interval of the current year's total, in % of it",
        "当該年の合計の95％区間の半幅（合計に対する％）",
    ),
)
TREND = percent(
    "trend",
    Text(
        "change of the total from the base year to the current year, in % of the base year",
        "基準年から当該年への合計の変化（基準年に対する％）",
    ),
)
TREND_UNCERTAINTY = percent(
    "trend_uncertainty",
    Text(
        "half of the 95 % interval of the trend, in percentage points",
        "変化の95％区間の半幅（パーセントポイント）",
    ),
)

LEVEL_INDEPENDENT = percent(
    "level_uncertainty_independent",
    Text(
        "what the level uncertainty would be were no factor shared",
        "排出係数をまったく共有しないとした場合の合計の不確かさ",
    ),
)
_VARIANCE_SHARE = percent(
    "variance_share",
    Text("share of the variance of the current year's total", "当該年の合計の分散に占める割合"),
)

CONTRIBUTIONS = Table(
    name="contributions",
    title=Text("Contributions of categories to the uncertainty", "区分別の不確かさへの寄与"),
    key=("country", "category", "gas"),
    columns=(
        _PLACE,
        _CATEGORY,
        _MADE_GAS,
        percent(
            "combined_uncertainty",
            Text(
                "uncertainty of activity data and emission factor together",
                "活動量と排出係数を合成した不確かさ",
            ),
        ),
        _VARIANCE_SHARE,
        Column(
            name="type_a_sensitivity",
            type=Type.NUMBER,
            meaning=Text(
                "change of the trend where the category is 1 % larger in both years, "
                "in percentage points",
                "区分が両年で1％大きいときの変化率の差（パーセントポイント）",
            ),
            required=False,
        ),
        Column(
            name="type_b_sensitivity",
            type=Type.NUMBER,
            meaning=Text(
                "change of the trend where the category is 1 % larger in the current year alone, "
                "in percentage points",
                "区分が当該年だけ1％大きいときの変化率の差（パーセントポイント）",
            ),
            required=False,
        ),
        percent(
            "level_by_activity",
            Text(
                "uncertainty of the total through the activity data, in % of the total",
                "活動量による合計の不確かさ（合計に対する％）",
            ),
        ),
        percent(
            "level_by_factor",
            Text(
                "uncertainty of the total through the emission factor, in % of the total",
                "排出係数による合計の不確かさ（合計に対する％）",
            ),
        ),
        percent(
            "trend_by_activity",
            Text(
                "uncertainty of the trend through the activity data, in percentage points",
                "活動量による変化率の不確かさ（パーセントポイント）",
            ),
        ),
        percent(
            "trend_by_factor",
            Text(
                "uncertainty of the trend through the emission factor, in percentage points",
                "排出係数による変化率の不確かさ（パーセントポイント）",
            ),
        ),
    ),
)

TOTAL = Table(
    name="total",
    title=Text("Uncertainty of the total and of the trend", "合計と変化率の不確かさ"),
    columns=(LEVEL_UNCERTAINTY, TREND, TREND_UNCERTAINTY, LEVEL_INDEPENDENT),
)

_TREND_INTERVAL = (
    percent(
        "trend_lower",
        Text("lower end of the 95 % interval of the trend", "変化率の95％区間の下限"),
    ),
    percent(
        "trend_upper",
        Text("upper end of the 95 % interval of the trend", "変化率の95％区間の上限"),
    ),
)

_DRAWN = (
    _tonnes("mean", Text("mean of the current year's total", "当該年の合計の平均")),
    _tonnes("lower", Text("lower end of its 95 % interval", "その95％区間の下限")),
    _tonnes("upper", Text("upper end of its 95 % interval", "その95％区間の上限")),
    LEVEL_UNCERTAINTY,
)

DRAWN_TOTAL = Table(
    name="total",
    title=Text("Uncertainty of the total and of the trend", "合計と変化率の不確かさ"),
    columns=(*_DRAWN, TREND, *_TREND_INTERVAL, TREND_UNCERTAINTY, LEVEL_INDEPENDENT),
)

_PARTS = (
    percent(
        "activity_share", Text("of it through the activity data alone", "うち活動量によるもの")
    ),
    percent(
        "factor_share",
        Text("of it through the emission factor alone", "うち排出係数によるもの"),
    ),
    percent(
        "joint_share",
        Text("of it through both being off together", "うち両者の積によるもの"),
    ),
)

DRAWN_CONTRIBUTIONS = Table(
    name="contributions",
    title=Text("Shares of the variance of the total", "合計の分散に占める割合"),
    key=("country", "category", "gas"),
    columns=(
        _PLACE,
        _CATEGORY,
        _MADE_GAS,
        _VARIANCE_SHARE,
        *_PARTS,
    ),
)

_COUNTRY_TITLE = Text("Countries of the region", "地域の国")
_ALONE = (
    replace(COUNTRY, required=True),
    _tonnes("current", Text("emissions of the current year", "当該年の排出量")),
    _tonnes("base", Text("emissions of the base year", "基準年の排出量")),
    percent(
        "level_uncertainty",
        Text(
            "half of the 95 % interval of the country's own total, as if alone, in % of it",
            "国だけの合計の95％区間の半幅（その合計に対する％）",
        ),
    ),
    percent(
        "trend",
        Text(
            "change of the country's total, in % of the base year",
            "国の合計の変化（基準年に対する％）",
        ),
    ),
    percent(
        "trend_uncertainty",
        Text(
            "half of the 95 % interval of that change, as if alone, in percentage points",
            "その変化の95％区間の半幅（国だけの場合、パーセントポイント）",
        ),
    ),
    percent(
        "variance_share",
        Text(
            "share of the variance of the region's total; a factor shared with others counts with "
            "half of each common part",
            "地域の合計の分散に占める割合（他国と共有する排出係数の共通部分は折半）",
        ),
    ),
)

COUNTRIES = Table(name="countries", title=_COUNTRY_TITLE, key=("country",), columns=_ALONE)
"""A row for each country that is named; none where none is."""

DRAWN_COUNTRIES = Table(
    name="countries", title=_COUNTRY_TITLE, key=("country",), columns=(*_ALONE, *_PARTS)
)

CONVERGENCE = Table(
    name="convergence",
    title=Text("Convergence with the number of draws", "抽出回数に対する収束"),
    key=("draws",),
    columns=(
        Column(name="draws", type=Type.INTEGER, meaning=Text("draws so far", "抽出回数")),
        Column(
            name="seed",
            type=Type.INTEGER,
            meaning=Text("seed of the random numbers", "乱数のシード"),
        ),
        *_DRAWN,
        *_TREND_INTERVAL,
        TREND_UNCERTAINTY,
    ),
)

COMPARISON = Table(
    name="comparison",
    title=Text("Approaches 1 and 2 side by side", "アプローチ1とアプローチ2の比較"),
    key=("approach",),
    columns=(
        Column(
            name="approach",
            type=Type.INTEGER,
            meaning=Text("approach of the IPCC guidelines", "IPCCガイドラインのアプローチ"),
        ),
        LEVEL_UNCERTAINTY,
        TREND_UNCERTAINTY,
    ),
)


def _ranks(name: str, title: Text) -> Table:
    return Table(
        name=name,
        title=title,
        key=("rank",),
        columns=(
            Column(name="rank", type=Type.INTEGER, meaning=Text("rank", "順位")),
            _CATEGORY,
            _MADE_GAS,
            Column(
                name="share",
                type=Type.NUMBER,
                meaning=Text("share of the assessment of all", "評価値の合計に占める割合"),
                unit="%",
            ),
            Column(
                name="cumulative",
                type=Type.NUMBER,
                meaning=Text("share of this and all before it", "この順位までの累積割合"),
                unit="%",
            ),
            Column(
                name="key",
                type=Type.BOOLEAN,
                meaning=Text(
                    "whether it is needed to reach the threshold", "閾値に達するのに必要か"
                ),
            ),
        ),
    )


LEVEL = _ranks(
    "level",
    Text("Key categories by level, current year", "レベル評価によるキーカテゴリー（当該年）"),
)
BASE_LEVEL = _ranks(
    "base_level",
    Text("Key categories by level, base year", "レベル評価によるキーカテゴリー（基準年）"),
)
TREND_RANKS = _ranks("trend", Text("Key categories by trend", "トレンド評価によるキーカテゴリー"))
LEVEL_WITH_UNCERTAINTY = _ranks(
    "level_with_uncertainty",
    Text(
        "Key categories by level with uncertainty (Approach 2)",
        "不確かさを加味したレベル評価によるキーカテゴリー（アプローチ2）",
    ),
)
TREND_WITH_UNCERTAINTY = _ranks(
    "trend_with_uncertainty",
    Text(
        "Key categories by trend with uncertainty (Approach 2)",
        "不確かさを加味したトレンド評価によるキーカテゴリー（アプローチ2）",
    ),
)
RANKS = (LEVEL, BASE_LEVEL, TREND_RANKS, LEVEL_WITH_UNCERTAINTY, TREND_WITH_UNCERTAINTY)

CRITERION_WORDS = {
    LEVEL.name: Text("level", "レベル"),
    BASE_LEVEL.name: Text("level of the base year", "基準年のレベル"),
    TREND_RANKS.name: Text("trend", "トレンド"),
    LEVEL_WITH_UNCERTAINTY.name: Text("level with uncertainty", "レベル（不確かさを加味）"),
    TREND_WITH_UNCERTAINTY.name: Text("trend with uncertainty", "トレンド（不確かさを加味）"),
}

CATEGORIES = Table(
    name="categories",
    title=Text("Key categories by any assessment", "いずれかの評価によるキーカテゴリー"),
    key=("category", "gas"),
    columns=(
        _CATEGORY,
        _MADE_GAS,
        Column(
            name="criteria",
            type=Type.TEXT,
            meaning=Text(
                "assessments by which it is key, by their tables",
                "キーカテゴリーとなる評価（表の名称）",
            ),
            words=CRITERION_WORDS,
        ),
    ),
)
