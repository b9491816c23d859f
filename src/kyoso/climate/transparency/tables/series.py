"""The tables of time series: versions of a series, how they are joined, and what changed."""

from __future__ import annotations

from kyoso.climate.transparency.tables.columns import COUNTRY, GAS, TREE_CATEGORY, YEAR
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

SERIES_KEY = ("country", "category", "gas")
"""What tells one series from another."""

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
