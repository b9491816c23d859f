"""The tables of factors from samples."""

from __future__ import annotations

from kyoso.climate.transparency.names import names
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

_PLANT = Column(
    name="plant",
    type=Type.TEXT,
    meaning=Text("plant or place where the sample was taken", "試料を採取した施設または場所"),
)
_DATE = Column(name="date", type=Type.DATE, meaning=Text("day of the sample", "試料の採取日"))
_UNIT = Column(name="unit", type=Type.TEXT, meaning=Text("unit", "単位"))


def _in_unit(name: str, meaning: Text, *, required: bool = True) -> Column:
    return Column(
        name=name, type=Type.NUMBER, meaning=meaning, unit_column="unit", required=required
    )


SAMPLES = Table(
    name="samples",
    title=Text("Samples", "試料"),
    key=("plant", "date"),
    columns=(
        _PLANT,
        _DATE,
        Column(
            name="value",
            type=Type.NUMBER,
            meaning=Text("value analysed or measured", "分析値または測定値"),
            unit_column="unit",
            minimum=0,
        ),
        Column(
            name="unit",
            type=Type.TEXT,
            meaning=Text(
                "unit of the value, such as kg/TJ, kg/GJ or TJ/Gg",
                "値の単位（kg/TJ、kg/GJ、TJ/Ggなど）",
            ),
        ),
        Column(
            name="weight",
            type=Type.NUMBER,
            meaning=Text(
                "weight of the sample, such as the fuel that it stands for, in one unit for all; "
                "given for all samples or for none",
                "試料の重み（代表する燃料の量など、全試料で同じ単位）。全試料に記入するか、どれにも記入しない",
            ),
            above=0,
            required=False,
        ),
        Column(
            name="laboratory",
            type=Type.TEXT,
            meaning=Text("laboratory that analysed the sample", "試料を分析した試験所"),
            required=False,
        ),
    ),
)

FACTOR = Table(
    name="factor",
    title=Text("Factor with its interval", "係数とその区間"),
    key=("fuel", "quantity"),
    columns=(
        Column(name="fuel", type=Type.TEXT, words=names("source"), meaning=Text("fuel", "燃料")),
        Column(
            name="quantity", type=Type.TEXT, meaning=Text("what was sampled", "試料から求めた量")
        ),
        _UNIT,
        _in_unit("mean", Text("mean of the samples", "試料の平均")),
        _in_unit("lower", Text("lower end of its 95 % interval", "その95％区間の下限")),
        _in_unit("upper", Text("upper end of its 95 % interval", "その95％区間の上限")),
        Column(
            name="uncertainty",
            type=Type.NUMBER,
            meaning=Text(
                "half of the 95 % interval; absent where the mean is zero",
                "95％区間の半幅（平均がゼロなら空欄）",
            ),
            unit="%",
            required=False,
        ),
        Column(
            name="samples",
            type=Type.INTEGER,
            meaning=Text(
                "samples in the mean, without outliers", "平均に用いた試料の数（外れ値を除く）"
            ),
        ),
        Column(
            name="outliers",
            type=Type.INTEGER,
            meaning=Text("samples left out as outliers", "外れ値として除いた試料の数"),
        ),
        *(
            _in_unit(name, meaning, required=False)
            for name, meaning in (
                (
                    "default_lower",
                    Text(
                        "lower end of the default range; absent where there is none",
                        "既定値の範囲の下限（なければ空欄）",
                    ),
                ),
                ("default_upper", Text("upper end of the default range", "既定値の範囲の上限")),
            )
        ),
        Column(
            name="within_default",
            type=Type.BOOLEAN,
            meaning=Text(
                "whether the mean lies in the default range; absent where there is none",
                "平均が既定値の範囲にあるか（範囲がなければ空欄）",
            ),
            required=False,
        ),
        Column(
            name="reason",
            type=Type.TEXT,
            meaning=Text("why it lies outside, as given", "範囲外となる理由（記入されたもの）"),
            required=False,
        ),
    ),
)

JUDGED = Table(
    name="judged",
    title=Text("Samples as judged", "試料の判定"),
    key=("plant", "date"),
    columns=(
        _PLANT,
        _DATE,
        _in_unit("value", Text("value of the factor by this sample", "この試料による係数の値")),
        _UNIT,
        Column(
            name="weight",
            type=Type.NUMBER,
            meaning=Text("weight, as given", "重み（記入されたもの）"),
            required=False,
        ),
        Column(
            name="used",
            type=Type.BOOLEAN,
            meaning=Text("in the mean; no for an outlier", "平均に用いたか（外れ値はいいえ）"),
        ),
        *(
            _in_unit(name, meaning, required=False)
            for name, meaning in (
                (
                    "limit_lower",
                    Text(
                        "lower limit of the outlier rule; absent where it sets none",
                        "外れ値の判定の下限（なければ空欄）",
                    ),
                ),
                ("limit_upper", Text("upper limit of the outlier rule", "外れ値の判定の上限")),
            )
        ),
    ),
)
