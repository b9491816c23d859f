"""The tables of time series: versions of a series, how they are joined, and what changed."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.tables.columns import (
    COUNTRY,
    GAS,
    NOTATIONS,
    TREE_CATEGORY,
    YEAR,
)
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

SERIES_KEY = ("country", "category", "gas")
"""What tells one series from another."""

METHOD_WORDS = {
    "new": Text("as observed", "新系列の値"),
    "overlap": Text("overlap", "重複期間による接続"),
    "overlap-of-sums": Text("overlap of the sums", "重複期間の和による接続"),
    "surrogate": Text("surrogate", "代替データ"),
    "interpolation": Text("interpolation", "内挿"),
    "trend": Text("trend", "傾向の外挿"),
}
"""How a value of a series came about."""
CHOSEN = ("overlap", "overlap-of-sums", "surrogate", "interpolation")
"""Methods that may serve for all series of a run."""
DEMANDED = "trend"
"""The method that is taken only where a series asks for it."""
OBSERVED = "new"
"""What is said of a value that was not spliced."""

_SERIES = Column(
    name="series",
    type=Type.TEXT,
    meaning=Text("the series in short: category and gas", "系列の略称（区分とガス）"),
)

SERIES = Table(
    name="series",
    title=Text("Old and new values", "旧系列と新系列の値"),
    key=(*SERIES_KEY, "year", "version"),
    columns=(
        COUNTRY,
        TREE_CATEGORY,
        GAS,
        YEAR,
        Column(
            name="version",
            type=Type.TEXT,
            meaning=Text(
                "whether the value is of the old series or of the new one",
                "旧系列（old）と新系列（new）の別",
            ),
            allowed=("old", "new"),
            words={"old": Text("old series", "旧系列"), "new": Text("new series", "新系列")},
            allowed_name=Text("version", "版"),
        ),
        Column(
            name="value",
            type=Type.NUMBER,
            meaning=Text("mass of the gas; removals are negative", "ガスの質量（吸収は負）"),
            unit="t",
        ),
    ),
)

SURROGATE = Table(
    name="surrogate",
    title=Text("Statistics that move with emissions", "排出量と連動する統計"),
    optional=True,
    key=(*SERIES_KEY, "year"),
    columns=(
        COUNTRY,
        TREE_CATEGORY,
        GAS,
        YEAR,
        Column(
            name="value",
            type=Type.NUMBER,
            meaning=Text(
                "value of the statistic, in one unit for the whole series",
                "統計の値（系列内で同じ単位）",
            ),
            above=0,
        ),
    ),
)

CHOICES = Table(
    name="choices",
    title=Text("Series that take a method of their own", "個別に手法を選ぶ系列"),
    optional=True,
    key=SERIES_KEY,
    columns=(
        COUNTRY,
        TREE_CATEGORY,
        GAS,
        Column(
            name="method",
            type=Type.TEXT,
            meaning=Text("how this series is spliced", "この系列の接続方法"),
            allowed=(*CHOSEN, DEMANDED),
            words=METHOD_WORDS,
            allowed_name=Text("splicing method", "接続方法"),
        ),
        *(
            Column(
                name=name,
                type=Type.INTEGER,
                meaning=meaning,
                minimum=1900,
                maximum=2100,
                required=False,
            )
            for name, meaning in (
                (
                    "first_year",
                    Text("first year to extrapolate to; for trend", "外挿する最初の年（trend）"),
                ),
                (
                    "last_year",
                    Text("last year to extrapolate to; for trend", "外挿する最後の年（trend）"),
                ),
            )
        ),
    ),
)

_METHOD = Column(
    name="method",
    type=Type.TEXT,
    meaning=Text(
        "how the value came about: new as observed, or the splicing method",
        "値の由来（newは新系列の値、ほかは接続方法）",
    ),
    allowed=tuple(METHOD_WORDS),
    words=METHOD_WORDS,
)
_JOIN = (
    Column(
        name="ratio",
        type=Type.NUMBER,
        meaning=Text(
            "factor by which the old series or the statistic is multiplied",
            "旧系列または統計に掛ける係数",
        ),
        required=False,
    ),
    Column(
        name="spread",
        type=Type.NUMBER,
        meaning=Text(
            "standard deviation of the yearly ratios, or of the values about their trend, in % of "
            "their mean; absent where too few years tell it",
            "年ごとの比（または傾向からのずれ）の標準偏差（平均に対する％。年数が足りなければ空欄）",
        ),
        unit="%",
        required=False,
    ),
)


def _joined_years(*, required: bool) -> tuple[Column, ...]:
    return tuple(
        Column(name=name, type=Type.INTEGER, meaning=meaning, required=required)
        for name, meaning in (
            (
                "first_overlap",
                Text("first year that the join rests on", "接続の根拠となる最初の年"),
            ),
            ("last_overlap", Text("last year that the join rests on", "接続の根拠となる最後の年")),
            ("overlap_years", Text("years that the join rests on", "接続の根拠となる年数")),
        )
    )


SPLICED = Table(
    name="spliced",
    title=Text("Spliced series", "接続後の系列"),
    key=(*SERIES_KEY, "year"),
    columns=(
        COUNTRY,
        TREE_CATEGORY,
        GAS,
        YEAR,
        _SERIES,
        Column(
            name="value", type=Type.NUMBER, meaning=Text("mass of the gas", "ガスの質量"), unit="t"
        ),
        _METHOD,
        *_joined_years(required=False),
        *_JOIN,
    ),
)

JOINS = Table(
    name="joins",
    title=Text("Joins", "接続の記録"),
    key=(*SERIES_KEY, "first_overlap", "last_overlap"),
    columns=(
        COUNTRY,
        TREE_CATEGORY,
        GAS,
        _METHOD,
        *_joined_years(required=True),
        *_JOIN,
        Column(
            name="drift",
            type=Type.NUMBER,
            meaning=Text(
                "largest difference between two yearly ratios, in % of their mean",
                "年ごとの比の最大差（平均に対する％）",
            ),
            unit="%",
            required=False,
        ),
        Column(
            name="filled",
            type=Type.INTEGER,
            meaning=Text("years whose values come from this join", "この接続で求めた年数"),
        ),
    ),
)

REASON_WORDS = {
    "method": Text("another method", "手法の変更"),
    "activity-data": Text("new activity data", "活動量の更新"),
    "factor": Text("new factor", "排出係数の変更"),
    "error": Text("an error mended", "誤りの訂正"),
    "gwp": Text("other warming potentials", "地球温暖化係数の変更"),
    "category-change": Text("categories moved", "区分の変更"),
    "other": Text("other", "その他"),
}
REASONS = tuple(REASON_WORDS)
"""Why a value is recalculated."""
ALL_GASES = "all"


def _version(name: str, title: Text) -> Table:
    return Table(
        name=name,
        title=title,
        key=(*SERIES_KEY, "year"),
        columns=(
            COUNTRY,
            TREE_CATEGORY,
            GAS,
            YEAR,
            *(
                Column(name=column, type=Type.NUMBER, meaning=meaning, unit="t", required=False)
                for column, meaning in (
                    (
                        "mass",
                        Text("mass of the gas; removals are negative", "ガスの質量（吸収は負）"),
                    ),
                    (
                        "co2e",
                        Text(
                            "carbon dioxide equivalent, where the mass is not known or to be compared",
                            "二酸化炭素換算量（質量が不明な場合、または照合用）",
                        ),
                    ),
                )
            ),
            Column(
                name="notation",
                type=Type.TEXT,
                meaning=Text("notation key where there is no value", "値がない場合の注釈記号"),
                allowed=NOTATIONS,
                allowed_name=Text("notation key", "注釈記号"),
                required=False,
            ),
        ),
    )


OLD = _version("old", Text("Inventory as it was", "再計算前のインベントリ"))
NEW = _version("new", Text("Inventory as it is now", "再計算後のインベントリ"))

WHY = Table(
    name="reasons",
    title=Text("Reasons for recalculation", "再計算の理由"),
    optional=True,
    key=(*SERIES_KEY, "first_year"),
    columns=(
        COUNTRY,
        TREE_CATEGORY,
        Column(
            name="gas",
            type=Type.TEXT,
            meaning=Text("gas, or all", "ガス。すべてのガスのときはall"),
            allowed=(ALL_GASES, *GAS.allowed),
            allowed_name=Text("gas", "ガス"),
            required=False,
            default=ALL_GASES,
        ),
        *(
            Column(
                name=name,
                type=Type.INTEGER,
                meaning=meaning,
                minimum=1900,
                maximum=2100,
                required=False,
                default=default,
            )
            for name, meaning, default in (
                (
                    "first_year",
                    Text("first year that the reason holds for", "理由が当てはまる最初の年"),
                    1900,
                ),
                (
                    "last_year",
                    Text("last year that the reason holds for", "理由が当てはまる最後の年"),
                    2100,
                ),
            )
        ),
        Column(
            name="reason",
            type=Type.TEXT,
            meaning=Text("kind of reason", "理由の種類"),
            allowed=REASONS,
            words=REASON_WORDS,
            allowed_name=Text("reason", "理由"),
        ),
        Column(
            name="explanation",
            type=Type.TEXT,
            meaning=Text("what was changed, and why", "変更の内容と理由"),
            required=False,
        ),
    ),
)

_CHANGE = (
    *(
        Column(name=name, type=Type.NUMBER, meaning=meaning, unit="t", required=False)
        for name, meaning in (
            (
                "old",
                Text(
                    "CO2 equivalent before; absent where there was none",
                    "変更前のCO2換算量（なければ空欄）",
                ),
            ),
            (
                "new",
                Text(
                    "CO2 equivalent after; absent where there is none",
                    "変更後のCO2換算量（なければ空欄）",
                ),
            ),
        )
    ),
    Column(
        name="difference",
        type=Type.NUMBER,
        meaning=Text("after less before", "変更後－変更前"),
        unit="t",
    ),
    Column(
        name="relative",
        type=Type.NUMBER,
        meaning=Text("difference in % of the value before", "差の、変更前の値に対する割合"),
        unit="%",
        required=False,
    ),
)

CHANGE_WORDS = {
    "data": Text("data", "データ"),
    "gwp": Text("warming potentials", "地球温暖化係数"),
    "data-and-gwp": Text("data and warming potentials", "データと地球温暖化係数"),
    "added": Text("added", "追加"),
    "removed": Text("removed", "削除"),
}

LOG = Table(
    name="log",
    title=Text("Log of recalculations", "再計算の記録"),
    key=(*SERIES_KEY, "year", "change"),
    columns=(
        COUNTRY,
        TREE_CATEGORY,
        GAS,
        YEAR,
        Column(
            name="change",
            type=Type.TEXT,
            meaning=Text(
                "gwp: the old mass with new potentials; data: old and new mass with the same "
                "potentials; data-and-gwp: both, where masses are not known; added, removed: a value "
                "on one side only",
                "gwpは旧質量への新しい係数の適用、dataは同じ係数での質量の変化、data-and-gwpは質量が不明で分けられない変化、"
                "added・removedは片方だけにある値",
            ),
            allowed=tuple(CHANGE_WORDS),
            words=CHANGE_WORDS,
        ),
        *_CHANGE,
        Column(
            name="share",
            type=Type.NUMBER,
            meaning=Text(
                "size of the difference in % of the new national total; absent for memo items",
                "差の大きさの、変更後の国全体の合計に対する割合（メモ項目は空欄）",
            ),
            unit="%",
            required=False,
        ),
        Column(
            name="counted",
            type=Type.BOOLEAN,
            meaning=Text(
                "in the national total; no for memo items", "国全体の合計に含む（メモ項目はいいえ）"
            ),
        ),
        *(
            Column(name=name, type=Type.TEXT, meaning=meaning, required=False)
            for name, meaning in (
                ("old_notation", Text("notation key before", "変更前の注釈記号")),
                ("new_notation", Text("notation key after", "変更後の注釈記号")),
            )
        ),
        replace(
            WHY["reason"],
            meaning=Text(
                "kind of reason; absent where none is given", "理由の種類（記入がなければ空欄）"
            ),
            required=False,
        ),
        WHY["explanation"],
    ),
)

COMPARED = Table(
    name="totals",
    title=Text("National totals before and after", "変更前後の国全体の合計"),
    key=("country", "year"),
    columns=(
        COUNTRY,
        YEAR,
        *_CHANGE,
        Column(
            name="logged",
            type=Type.NUMBER,
            meaning=Text(
                "sum of the logged differences that are counted", "記録された差（合計対象）の和"
            ),
            unit="t",
        ),
        Column(name="lines", type=Type.INTEGER, meaning=Text("lines of the log", "記録の行数")),
    ),
)
