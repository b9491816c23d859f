"""The tables of a facility's monitoring plan and of the yearly report built on it."""

from __future__ import annotations

from dataclasses import replace

from kyoso import reference
from kyoso.climate.transparency.names import names
from kyoso.climate.transparency.tables.columns import (
    BOUNDARY_WORDS,
    CATEGORY,
    COUNTRY,
    FACILITY,
    VERIFICATIONS,
    YEAR,
)
from kyoso.climate.transparency.tables.facilities import ACTIVITY as FACILITY_ACTIVITY
from kyoso.climate.transparency.tables.facilities import FACTORS
from kyoso.climate.transparency.tables.rule_sets import THRESHOLD_WORDS, validity
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

ANY = "all"
"""The country of a factor that holds everywhere."""

CALCULATION, MEASUREMENT, PURCHASED, TRANSFER = (
    "calculation",
    "measurement",
    "purchased-energy",
    "transfer",
)
APPROACHES = (CALCULATION, MEASUREMENT, PURCHASED, TRANSFER)

EQUATION_WORDS = {
    "factor": Text("quantity × factor", "活動量×排出係数"),
    "factor-calorific": Text("quantity × calorific value × factor", "活動量×発熱量×排出係数"),
    "mass-balance": Text("mass balance", "物質収支"),
    "measurement": Text("measurement", "測定"),
    "purchased-location": Text("purchased, by the grid", "購入（ロケーション基準）"),
    "purchased-market": Text("purchased, by the contract", "購入（マーケット基準）"),
    "transfer": Text("transfer", "移送"),
}
"""How a line came about."""

_STREAM = Column(
    name="stream",
    type=Type.TEXT,
    meaning=Text("source stream, by its identifier in the facility", "排出源ストリームの識別番号"),
)
_GASES = tuple(row["gas"] for row in reference.load("ghg/gwp100").rows)
_FACTOR_COUNTRY = Column(
    name="country",
    type=Type.TEXT,
    meaning=Text(
        "country in which the factor holds, ISO 3166-1 alpha-3, or all",
        "係数が当てはまる国（ISO 3166-1 アルファ3）。すべての国ならall",
    ),
    allowed=(ANY, *COUNTRY.allowed),
    allowed_name=Text("country code", "国コード"),
    required=False,
    default=ANY,
)
NCV, GCV, NOT_STATED = "NCV", "GCV", "not-stated"
"""Calorific values that energy is stated on; of a factor it may not be known."""

_UNIT_NAME = Column(
    name="unit_name",
    type=Type.TEXT,
    meaning=Text("emission unit, such as a boiler", "排出設備（ボイラーなど）"),
    required=False,
)
_METER = Column(name="meter", type=Type.TEXT, meaning=Text("meter", "計測器"), required=False)
_TIER = Column(
    name="tier",
    type=Type.INTEGER,
    meaning=Text(
        "tier of the method, as the rule set counts them", "手法のTier（制度の定めによる）"
    ),
    minimum=1,
    maximum=4,
    required=False,
)

PLAN = Table(
    name="plan",
    title=Text("Monitoring plans of facilities", "施設の監視計画"),
    key=("facility", "stream", "valid_from"),
    columns=(
        FACILITY,
        COUNTRY,
        _STREAM,
        _UNIT_NAME,
        replace(CATEGORY, required=False),
        Column(
            name="source",
            words=names("source"),
            type=Type.TEXT,
            meaning=Text(
                "fuel or process as named in factors, gas as named in the table of potentials, or "
                "grid or supplier as named in electricity",
                "燃料または工程（factorsの名称）、ガス（地球温暖化係数表の名称）、系統または供給者（electricityの名称）",
            ),
        ),
        Column(
            name="approach",
            type=Type.TEXT,
            meaning=Text(
                "how emissions are found: calculation from activity data, measurement of the gas, "
                "purchased-energy, or transfer of CO2 out of the facility",
                "算定方法。活動量からのcalculation、ガスのmeasurement、purchased-energy、施設外へのCO2のtransfer",
            ),
            allowed=APPROACHES,
        ),
        _TIER,
        _METER,
        Column(
            name="meter_uncertainty",
            type=Type.NUMBER,
            meaning=Text(
                "uncertainty of the meter over a year: half of the 95 % interval",
                "計測器の年間の不確かさ（95％区間の半幅）",
            ),
            unit="%",
            minimum=0,
            maximum=100,
            required=False,
        ),
        Column(
            name="contract",
            type=Type.TEXT,
            meaning=Text(
                "supplier or contract in electricity whose market-based factor holds; without one "
                "the market-based factor of the source",
                "マーケット基準の係数を用いる供給者または契約（electricityの名称）。空欄なら排出源自身の係数",
            ),
            required=False,
        ),
        Column(
            name="biogenic",
            type=Type.BOOLEAN,
            meaning=Text(
                "CO2 that is measured or weighed is of biogenic origin",
                "測定または秤量するCO2が生物由来",
            ),
            required=False,
            default=False,
        ),
        *validity(what=Text("this entry of the plan", "この計画")),
    ),
)

ACTIVITY = Table(
    name="activity",
    title=Text("Activity data of the streams of a plan", "計画のストリームごとの活動量"),
    key=("facility", "year", "stream"),
    beside=("unit_name", "source", "meter", "expected_unit", "note"),
    columns=(
        FACILITY,
        YEAR,
        _STREAM,
        replace(
            FACILITY_ACTIVITY["quantity"],
            meaning=Text(
                "quantity burnt, used, produced, bought, emitted or transferred; 0 where the "
                "stream was not operated",
                "燃焼・使用・生産・購入・排出・移送した量。稼働しなかったときは0",
            ),
        ),
        FACILITY_ACTIVITY["unit"],
        replace(
            FACILITY_ACTIVITY["uncertainty"],
            meaning=Text(
                "uncertainty of the quantity: half of the 95 % interval; without one that of the "
                "meter",
                "量の不確かさ（95％区間の半幅）。空欄なら計測器の不確かさ",
            ),
            maximum=100,
        ),
        Column(
            name="heat_basis",
            type=Type.TEXT,
            meaning=Text(
                "basis of a quantity in energy: NCV (net calorific value) or GCV (gross)",
                "熱量の基準。NCV（低位発熱量）またはGCV（高位発熱量）",
            ),
            allowed=(NCV, GCV),
            required=False,
        ),
        Column(
            name="gwp",
            type=Type.TEXT,
            meaning=Text(
                "set of potentials that the reporter means to use",
                "報告者が用いる地球温暖化係数の版",
            ),
            allowed=("SAR", "AR4", "AR5", "AR6"),
            required=False,
        ),
    ),
)

DATED_FACTORS = Table(
    name="factors",
    title=Text(
        "Emission factors and net calorific values, with country and dates",
        "国・年付きの排出係数と低位発熱量",
    ),
    key=("source", "gas", "sector", "country", "valid_from"),
    shipped=FACTORS.shipped,
    columns=(
        *FACTORS.columns,
        _FACTOR_COUNTRY,
        Column(
            name="heat_basis",
            type=Type.TEXT,
            meaning=Text(
                "calorific value that a factor of energy holds for: NCV (net), GCV (gross), or "
                "not-stated",
                "熱量当たりの係数の基準。NCV（低位発熱量）、GCV（高位発熱量）またはnot-stated（不明）",
            ),
            allowed=(NCV, GCV, NOT_STATED),
            required=False,
            default=NCV,
        ),
        *validity(what=Text("the emissions it holds for", "適用される排出年")),
    ),
)

ELECTRICITY = Table(
    name="electricity",
    title=Text("Emission factors of purchased electricity and heat", "購入した電気・熱の排出係数"),
    key=("source", "country", "year", "method", "gas"),
    optional=True,
    columns=(
        Column(
            name="source",
            words=names("source"),
            type=Type.TEXT,
            meaning=Text("grid, supplier or contract", "系統、供給者または契約"),
            any_case=True,
        ),
        _FACTOR_COUNTRY,
        YEAR,
        Column(
            name="method",
            type=Type.TEXT,
            meaning=Text(
                "location: average of the grid; market: of the supplier or contract",
                "location：系統平均、market：供給者または契約",
            ),
            allowed=("location", "market"),
        ),
        Column(
            name="gas",
            type=Type.TEXT,
            meaning=Text("gas", "ガス"),
            allowed=_GASES,
            required=False,
            default="CO2",
        ),
        Column(
            name="value",
            type=Type.NUMBER,
            meaning=Text("emission factor", "排出係数"),
            unit_column="unit",
            minimum=0,
        ),
        Column(
            name="unit",
            type=Type.TEXT,
            meaning=Text(
                "unit of the factor: mass of gas per energy, such as t/MWh",
                "係数の単位（エネルギー当たりのガスの質量。t/MWhなど）",
            ),
        ),
        *(
            Column(name=name, type=Type.NUMBER, meaning=meaning, unit_column="unit", required=False)
            for name, meaning in (
                ("lower", Text("lower end of the 95 % interval", "95％区間の下限")),
                ("upper", Text("upper end of the 95 % interval", "95％区間の上限")),
            )
        ),
        *(FACTORS[name] for name in ("document", "table", "verification")),
    ),
)

_BOUNDARY = Column(
    name="boundary",
    type=Type.TEXT,
    meaning=Text(
        "direct; purchased-location; purchased-market; biogenic (memo); transferred; in totals "
        "also total, what the rule set counts",
        "direct（直接）、purchased-location、purchased-market、biogenic（メモ）、transferred（移送）。"
        "合計表ではtotal（制度が算入する合計）も",
    ),
    words=BOUNDARY_WORDS | {"total": Text("total of the rule set", "制度の合計")},
)
_COUNTED = Text("it enters the total of the rule set", "制度の合計に算入")
_CO2E = Column(
    name="co2e",
    type=Type.NUMBER,
    meaning=Text("carbon dioxide equivalent over 100 years", "二酸化炭素換算量（100年値）"),
    unit="t",
)

LINES = Table(
    name="lines",
    title=Text("Report line by line, each gas of each stream", "ストリーム・ガス別の報告明細"),
    key=("facility", "year", "stream", "boundary", "gas"),
    columns=(
        FACILITY,
        COUNTRY,
        YEAR,
        _STREAM,
        _UNIT_NAME,
        replace(CATEGORY, required=False),
        Column(
            name="source",
            words=names("source"),
            type=Type.TEXT,
            meaning=Text(
                "fuel, process, gas, grid or contract", "燃料、工程、ガス、系統または契約"
            ),
        ),
        Column(name="gas", type=Type.TEXT, meaning=Text("gas", "ガス")),
        _BOUNDARY,
        Column(
            name="quantity",
            type=Type.NUMBER,
            meaning=Text("quantity as reported", "報告された量"),
            unit_column="unit",
        ),
        Column(name="unit", type=Type.TEXT, meaning=Text("unit of the quantity", "量の単位")),
        Column(
            name="mass", type=Type.NUMBER, meaning=Text("mass of the gas", "ガスの質量"), unit="t"
        ),
        replace(
            _CO2E,
            meaning=Text(
                "carbon dioxide equivalent; absent for a gas without potential that does not count",
                "二酸化炭素換算量（係数がなく算入しないガスは空欄）",
            ),
            required=False,
        ),
        Column(
            name="covered",
            type=Type.BOOLEAN,
            meaning=Text("the rule set covers the gas here", "制度の対象ガス"),
        ),
        Column(name="counted", type=Type.BOOLEAN, meaning=_COUNTED),
        Column(
            name="method",
            type=Type.TEXT,
            meaning=Text("equation, as named under equations", "算定式（数式の欄の名称）"),
            words=EQUATION_WORDS,
        ),
        replace(
            _TIER,
            meaning=Text(
                "tier that the factor of the line reaches, as the rule set counts them; below that "
                "of the plan where the plan asks for a country's own factor and another stands in",
                "明細の係数によるTier（制度の定めによる）。計画が国の固有係数を求め、他の係数で代えたときは計画のTierより低い",
            ),
        ),
        _METER,
        Column(
            name="factor",
            type=Type.NUMBER,
            meaning=Text("emission factor as its source has it", "出典のままの排出係数"),
            unit_column="factor_unit",
        ),
        Column(
            name="factor_unit", type=Type.TEXT, meaning=Text("unit of the factor", "係数の単位")
        ),
        *(
            Column(
                name=name,
                type=Type.NUMBER,
                meaning=meaning,
                unit_column="factor_unit",
                required=False,
            )
            for name, meaning in (
                ("factor_lower", Text("lower end of its 95 % interval", "係数の95％区間の下限")),
                ("factor_upper", Text("upper end of its 95 % interval", "係数の95％区間の上限")),
            )
        ),
        Column(
            name="factor_basis",
            type=Type.TEXT,
            meaning=Text(
                "calorific value that a factor of energy holds for; absent for any other",
                "熱量当たりの係数の発熱量基準（それ以外の係数では空欄）",
            ),
            allowed=(NCV, GCV),
            required=False,
        ),
        Column(
            name="factor_source",
            type=Type.TEXT,
            meaning=Text("document, table and year of the factor", "係数の出典、表、年"),
            required=False,
        ),
        Column(
            name="verification",
            type=Type.TEXT,
            meaning=Text(
                "verification of the factor; absent where it is 1 by definition",
                "係数の検証状況（定義により1のときは空欄）",
            ),
            allowed=VERIFICATIONS,
            words=reference.VERIFICATION,
            required=False,
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

REPORT_TOTALS = Table(
    name="totals",
    title=Text(
        "Totals of a facility by boundary, gases of the rule set",
        "施設の算定範囲別合計（対象ガス）",
    ),
    key=("facility", "year", "boundary"),
    columns=(
        FACILITY,
        COUNTRY,
        YEAR,
        _BOUNDARY,
        _CO2E,
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
        Column(name="counted", type=Type.BOOLEAN, meaning=_COUNTED),
        Column(
            name="verdict",
            type=Type.TEXT,
            meaning=Text(
                "of the total: whether a threshold is reached, not-reached, or open because "
                "something other than emissions decides",
                "合計について、基準値にreached（到達）、not-reached（未到達）、排出量以外で決まるためopen（未定）",
            ),
            allowed=tuple(THRESHOLD_WORDS),
            words=THRESHOLD_WORDS,
            required=False,
        ),
    ),
)
