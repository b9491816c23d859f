"""The tables of the reference approach: the supply of fuels, and what sectors report."""

from __future__ import annotations

from kyoso.climate.transparency.names import names
from kyoso.climate.transparency.tables.columns import COUNTRY, YEAR
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

BIOMASS = "biomass"
FOSSIL = ("liquid", "solid", "gaseous", "other-fossil", "peat")
GROUPS = (*FOSSIL, BIOMASS)
ALL = "all-fossil"
GROUP_WORDS = {
    "liquid": Text("liquid", "液体"),
    "solid": Text("solid", "固体"),
    "gaseous": Text("gaseous", "気体"),
    "other-fossil": Text("other fossil", "その他化石"),
    "peat": Text("peat", "泥炭"),
    BIOMASS: Text("biomass", "バイオマス"),
    ALL: Text("all fossil fuels", "化石燃料の計"),
}
"""The row that compares all groups of which both sides are known."""

PRIMARY, SECONDARY = "primary", "secondary"

WITHIN, EXPLAINED, UNEXPLAINED, ONE_SIDED = "within", "explained", "unexplained", "not-compared"

_SOURCE = Column(
    name="source",
    words=names("source"),
    type=Type.TEXT,
    meaning=Text("fuel, as named in the table of factors", "燃料（factorsの表の名称）"),
    refers_to=("factors", "source"),
    any_case=True,
)
_GROUP_MEANING = Text(
    "group of fuels: liquid, solid, gaseous, other-fossil, peat, or biomass",
    "燃料の種別。liquid（液体）、solid（固体）、gaseous（気体）、other-fossil（その他化石）、peat（泥炭）、biomass（バイオマス）",
)


def _flow(name: str, meaning: Text, *, required: bool = True, signed: bool = False) -> Column:
    return Column(
        name=name,
        type=Type.NUMBER,
        meaning=meaning,
        unit_column="unit",
        minimum=None if signed else 0,
        required=required,
    )


BALANCE = Table(
    name="balance",
    title=Text("Supply of fuels, from the energy balance", "燃料の供給（エネルギーバランス）"),
    key=("country", "year", "source"),
    columns=(
        COUNTRY,
        YEAR,
        _SOURCE,
        Column(
            name="group", type=Type.TEXT, meaning=_GROUP_MEANING, allowed=GROUPS, words=GROUP_WORDS
        ),
        Column(
            name="kind",
            type=Type.TEXT,
            meaning=Text(
                "primary: found in nature, such as crude oil; secondary: made from another fuel, "
                "such as gasoline",
                "primary（原油など自然にある一次燃料）、secondary（ガソリンなど他の燃料から作る二次燃料）",
            ),
            allowed=(PRIMARY, SECONDARY),
            words={PRIMARY: Text("primary", "一次"), SECONDARY: Text("secondary", "二次")},
        ),
        Column(
            name="unit",
            type=Type.TEXT,
            meaning=Text(
                "unit of all quantities of the row: energy on the basis of net calorific value, "
                "mass, or what calorific_unit is per",
                "その行のすべての量の単位。低位発熱量基準の熱量、質量、またはcalorific_unitの分母の単位",
            ),
        ),
        _flow(
            "production",
            Text(
                "production of a primary fuel; empty for a secondary fuel",
                "一次燃料の生産量（二次燃料は空欄）",
            ),
            required=False,
        ),
        _flow("imports", Text("imports; 0 where there are none", "輸入量（なければ0）")),
        _flow("exports", Text("exports; 0 where there are none", "輸出量（なければ0）")),
        _flow(
            "international_bunkers",
            Text(
                "used in international aviation and navigation; 0 where there is none",
                "国際航空・国際海運の使用量（なければ0）",
            ),
        ),
        _flow(
            "stock_change",
            Text(
                "change of stocks: positive where they grew, negative where they were drawn on",
                "在庫の変化（積み増しは正、取り崩しは負）",
            ),
            signed=True,
        ),
        _flow(
            "excluded",
            Text(
                "used as feedstock, reductant or for another purpose than energy, whose carbon is "
                "stored or reported elsewhere; 0 where there is none",
                "原料・還元剤など非エネルギー用途で、炭素が固定されるか他の区分で報告される量（なければ0）",
            ),
        ),
        Column(
            name="oxidised",
            type=Type.NUMBER,
            meaning=Text(
                "fraction of the carbon that oxidises beside what the factor allows for",
                "炭素の酸化率（係数に含まれるものとは別）",
            ),
            minimum=0,
            maximum=1,
            required=False,
            default=1.0,
        ),
        Column(
            name="heat_basis",
            type=Type.TEXT,
            meaning=Text(
                "basis of quantities in energy: NCV (net calorific value) or GCV (gross)",
                "熱量の基準。NCV（低位発熱量）またはGCV（高位発熱量）",
            ),
            allowed=("NCV", "GCV"),
            required=False,
        ),
        Column(
            name="net_calorific_value",
            type=Type.NUMBER,
            meaning=Text(
                "net calorific value of this fuel in the country; without one that of the factors",
                "その国のこの燃料の低位発熱量（空欄ならfactorsの値）",
            ),
            unit_column="calorific_unit",
            above=0,
            required=False,
        ),
        Column(
            name="calorific_unit",
            type=Type.TEXT,
            meaning=Text(
                "unit of net_calorific_value: energy per mass or volume, such as TJ/Gg or MJ/m3",
                "net_calorific_valueの単位（質量または体積当たりの熱量。TJ/Gg、MJ/m3など）",
            ),
            required=False,
        ),
    ),
)

SECTORAL = Table(
    name="sectoral",
    title=Text(
        "Fuel combustion of the sectors, from the inventory",
        "部門別アプローチの燃料燃焼（インベントリ）",
    ),
    key=("country", "year", "group"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        Column(
            name="group", type=Type.TEXT, meaning=_GROUP_MEANING, allowed=FOSSIL, words=GROUP_WORDS
        ),
        Column(
            name="energy",
            type=Type.NUMBER,
            meaning=Text(
                "energy burnt in all sectors (category 1A), net calorific value",
                "全部門の燃焼量（区分1A、低位発熱量）",
            ),
            unit="TJ",
            minimum=0,
            required=False,
        ),
        Column(
            name="co2",
            type=Type.NUMBER,
            meaning=Text("CO2 of all sectors (category 1A)", "全部門のCO2（区分1A）"),
            unit="Gg",
            minimum=0,
            required=False,
        ),
        Column(
            name="explanation",
            type=Type.TEXT,
            meaning=Text(
                "why the two approaches differ, where they do", "両アプローチに差がある場合の理由"
            ),
            required=False,
        ),
    ),
)


def _number(name: str, unit: str, meaning: Text, *, required: bool = True) -> Column:
    return Column(name=name, type=Type.NUMBER, meaning=meaning, unit=unit, required=required)


APPARENT = Table(
    name="apparent",
    title=Text("Apparent consumption and its carbon, by fuel", "燃料別の見掛け消費量と炭素"),
    key=("country", "year", "source"),
    columns=(
        COUNTRY,
        YEAR,
        Column(name="source", type=Type.TEXT, words=names("source"), meaning=Text("fuel", "燃料")),
        Column(
            name="group", type=Type.TEXT, meaning=_GROUP_MEANING, allowed=GROUPS, words=GROUP_WORDS
        ),
        _number(
            "consumption",
            "TJ",
            Text(
                "apparent consumption, net calorific value; negative where more of a secondary fuel "
                "left the country than came",
                "見掛け消費量（低位発熱量）。二次燃料で流出が流入を上回れば負",
            ),
        ),
        _number(
            "excluded",
            "TJ",
            Text(
                "of it, feedstock, reductant and non-energy use", "うち原料・還元剤・非エネルギー"
            ),
        ),
        _number("carbon", "Gg", Text("carbon in the apparent consumption", "見掛け消費量の炭素")),
        _number(
            "excluded_carbon", "Gg", Text("of it, carbon that is excluded", "うち除外する炭素")
        ),
        _number(
            "co2",
            "Gg",
            Text(
                "CO2 of the carbon left; of biomass a memo item, not in any total",
                "残りの炭素のCO2（バイオマスはメモ項目で、合計に含めない）",
            ),
        ),
        Column(
            name="counted",
            type=Type.BOOLEAN,
            meaning=Text(
                "it enters the comparison; biomass does not", "比較に算入（バイオマスは対象外）"
            ),
        ),
    ),
)

COMPARISON = Table(
    name="comparison",
    title=Text(
        "Reference approach against sectoral approach",
        "レファレンスアプローチと部門別アプローチの比較",
    ),
    key=("country", "year", "group"),
    columns=(
        COUNTRY,
        YEAR,
        Column(
            name="group",
            type=Type.TEXT,
            meaning=Text(
                "group of fuels; all-fossil: the groups whose four values are all known",
                "燃料の種別。all-fossilは四つの値がすべてわかる種別の計",
            ),
            allowed=(*FOSSIL, ALL),
            words=GROUP_WORDS,
        ),
        Column(
            name="groups",
            type=Type.TEXT,
            meaning=Text("the groups that the row contains", "この行が含む種別"),
            words=GROUP_WORDS,
        ),
        *(
            _number(name, unit, meaning, required=False)
            for name, unit, meaning in (
                (
                    "reference_energy",
                    "TJ",
                    Text(
                        "apparent consumption without what is excluded",
                        "見掛け消費量（除外分を除く）",
                    ),
                ),
                (
                    "reference_co2",
                    "Gg",
                    Text("CO2 of the reference approach", "レファレンスアプローチのCO2"),
                ),
                ("sectoral_energy", "TJ", Text("energy burnt in all sectors", "全部門の燃焼量")),
                (
                    "sectoral_co2",
                    "Gg",
                    Text("CO2 of the sectoral approach", "部門別アプローチのCO2"),
                ),
                (
                    "energy_difference",
                    "%",
                    Text(
                        "reference less sectoral energy, in % of sectoral",
                        "燃焼量の差（部門別に対する％）",
                    ),
                ),
                (
                    "co2_difference",
                    "%",
                    Text(
                        "reference less sectoral CO2, in % of sectoral",
                        "CO2の差（部門別に対する％）",
                    ),
                ),
            )
        ),
        Column(
            name="verdict",
            type=Type.TEXT,
            meaning=Text(
                "within the stated level; explained or unexplained above it; not-compared where a "
                "value is missing",
                "基準以内はwithin。超過して理由があればexplained、なければunexplained。値が欠ければnot-compared",
            ),
            allowed=(WITHIN, EXPLAINED, UNEXPLAINED, ONE_SIDED),
            words={
                WITHIN: Text("within the level", "基準以内"),
                EXPLAINED: Text("above it, explained", "基準超過（理由あり）"),
                UNEXPLAINED: Text("above it, unexplained", "基準超過（理由なし）"),
                ONE_SIDED: Text("not compared", "比較不能"),
            },
        ),
        Column(
            name="explanation",
            type=Type.TEXT,
            meaning=Text("explanation given", "記入された理由"),
            required=False,
        ),
    ),
)
