"""The tables of facility-level reporting."""

from __future__ import annotations

from kyoso import reference
from kyoso.climate.transparency.names import names
from kyoso.climate.transparency.tables.columns import (
    CATEGORY,
    CITATION,
    COUNTRY,
    FACILITY,
    VERIFICATIONS,
    YEAR,
)
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

ACTIVITY = Table(
    name="activity",
    title=Text("Activity data of facilities", "施設の活動量"),
    key=("facility", "country", "year", "category", "source"),
    columns=(
        FACILITY,
        COUNTRY,
        YEAR,
        CATEGORY,
        Column(
            name="source",
            words=names("source"),
            type=Type.TEXT,
            meaning=Text(
                "fuel or process, as named in the table of factors",
                "燃料または工程（排出係数表の名称）",
            ),
            refers_to=("factors", "source"),
            any_case=True,
        ),
        Column(
            name="quantity",
            type=Type.NUMBER,
            meaning=Text("quantity burnt, used or produced", "燃焼・使用・生産した量"),
            unit_column="unit",
            minimum=0,
        ),
        Column(
            name="unit",
            type=Type.TEXT,
            meaning=Text(
                "unit of the quantity: mass, or energy on the basis of net calorific value",
                "量の単位（質量、または低位発熱量基準の熱量）",
            ),
        ),
        Column(
            name="uncertainty",
            type=Type.NUMBER,
            meaning=Text(
                "uncertainty of the quantity: half of the 95 % interval, in % of the quantity",
                "量の不確かさ（95％区間の半幅、量に対する％）",
            ),
            unit="%",
            minimum=0,
            required=False,
        ),
    ),
)

FACTORS = Table(
    name="factors",
    title=Text("Emission factors and net calorific values", "排出係数と低位発熱量"),
    key=("source", "gas", "sector"),
    shipped="ghg/factors_ipcc2006",
    columns=(
        Column(
            name="source",
            words=names("source"),
            type=Type.TEXT,
            meaning=Text("fuel or process", "燃料または工程"),
            any_case=True,
        ),
        Column(
            name="gas",
            type=Type.TEXT,
            meaning=Text("gas", "ガス"),
            allowed=tuple(row["gas"] for row in reference.load("ghg/gwp100").rows),
            allowed_name=Text("gas", "ガス"),
        ),
        Column(
            name="sector",
            words=names("sector"),
            type=Type.TEXT,
            meaning=Text(
                "sector of the category for which the factor holds, or all",
                "係数が当てはまる部門。すべてに当てはまるときはall",
            ),
            required=False,
            default="all",
            any_case=True,
        ),
        Column(
            name="value",
            type=Type.NUMBER,
            meaning=Text("emission factor", "排出係数"),
            unit_column="unit",
        ),
        Column(
            name="unit",
            type=Type.TEXT,
            meaning=Text(
                "unit of the factor: mass of gas per energy or per mass, such as kg/TJ or t/t",
                "係数の単位（熱量または質量当たりのガスの質量。kg/TJ、t/tなど）",
            ),
        ),
        *(
            Column(
                name=name,
                type=Type.NUMBER,
                meaning=meaning,
                unit_column="unit",
                required=False,
            )
            for name, meaning in (
                ("lower", Text("lower end of the 95 % interval", "95％区間の下限")),
                ("upper", Text("upper end of the 95 % interval", "95％区間の上限")),
            )
        ),
        Column(
            name="bounds_verification",
            type=Type.TEXT,
            meaning=Text("verification of the interval", "区間の検証状況"),
            allowed=VERIFICATIONS,
            words=reference.VERIFICATION,
            required=False,
        ),
        Column(
            name="biogenic",
            type=Type.BOOLEAN,
            meaning=Text(
                "carbon dioxide of biogenic origin: a memo item, outside the totals",
                "生物由来の二酸化炭素（メモ項目、合計に含めない）",
            ),
            required=False,
            default=False,
        ),
        *(
            Column(
                name=name, type=Type.NUMBER, meaning=meaning, unit="TJ/Gg", above=0, required=False
            )
            for name, meaning in (
                ("net_calorific_value", Text("net calorific value", "低位発熱量")),
                (
                    "net_calorific_value_lower",
                    Text("lower end of its 95 % interval", "その95％区間の下限"),
                ),
                (
                    "net_calorific_value_upper",
                    Text("upper end of its 95 % interval", "その95％区間の上限"),
                ),
            )
        ),
        *CITATION,
    ),
)

_GAS = Column(name="gas", type=Type.TEXT, meaning=Text("gas", "ガス"))
_SOURCE = Column(
    name="source",
    type=Type.TEXT,
    words=names("source"),
    meaning=Text("fuel or process", "燃料または工程"),
)

EMISSIONS = Table(
    name="emissions",
    title=Text("Emissions line by line", "明細別の排出量"),
    key=("facility", "country", "year", "category", "source", "gas"),
    columns=(
        FACILITY,
        COUNTRY,
        YEAR,
        CATEGORY,
        _SOURCE,
        _GAS,
        Column(
            name="mass", type=Type.NUMBER, meaning=Text("mass of the gas", "ガスの質量"), unit="t"
        ),
        Column(
            name="co2e",
            type=Type.NUMBER,
            meaning=Text("carbon dioxide equivalent over 100 years", "二酸化炭素換算量（100年値）"),
            unit="t",
        ),
        Column(
            name="biogenic",
            type=Type.BOOLEAN,
            meaning=Text("memo item, not in the totals", "メモ項目（合計に含まない）"),
        ),
        Column(
            name="uncertainty",
            type=Type.NUMBER,
            meaning=Text(
                "half of the 95 % interval; absent where a part of it is not known",
                "95％区間の半幅（一部でも不明なら空欄）",
            ),
            unit="%",
            required=False,
        ),
    ),
)

TOTALS = Table(
    name="totals",
    title=Text(
        "Totals by category, without biogenic carbon dioxide", "区分別合計（生物由来CO2を除く）"
    ),
    key=("country", "year", "category"),
    columns=(
        COUNTRY,
        YEAR,
        CATEGORY,
        Column(
            name="co2e",
            type=Type.NUMBER,
            meaning=Text("carbon dioxide equivalent over 100 years", "二酸化炭素換算量（100年値）"),
            unit="t",
        ),
        *(
            Column(name=name, type=Type.NUMBER, meaning=meaning, unit="t", required=False)
            for name, meaning in (
                (
                    "lower",
                    Text(
                        "lower end of the 95 % interval; absent where a part of it is not known",
                        "95％区間の下限（一部でも不明なら空欄）",
                    ),
                ),
                ("upper", Text("upper end of the 95 % interval", "95％区間の上限")),
            )
        ),
    ),
)
