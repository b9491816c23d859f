"""The tables of land: areas that balance, strata, and the carbon in their pools."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.tables.columns import CITATION, COUNTRY, TREE_CATEGORY, YEAR
from kyoso.climate.transparency.tables.estimates import (
    CO2E,
    MASS,
    TIER,
    UNCERTAINTY,
    uncertainty_of,
)
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

LANDS = {
    "forest land": "3B1",
    "cropland": "3B2",
    "grassland": "3B3",
    "wetlands": "3B4",
    "settlements": "3B5",
    "other land": "3B6",
}
"""Land-use categories, in the order of the guidelines."""
LAND_WORDS = {
    "forest land": Text("forest land", "森林"),
    "cropland": Text("cropland", "農地"),
    "grassland": Text("grassland", "草地"),
    "wetlands": Text("wetlands", "湿地"),
    "settlements": Text("settlements", "開発地"),
    "other land": Text("other land", "その他の土地"),
}
POOL_WORDS = {
    "above-ground biomass": Text("above-ground biomass", "地上部バイオマス"),
    "below-ground biomass": Text("below-ground biomass", "地下部バイオマス"),
    "dead wood": Text("dead wood", "枯死木"),
    "litter": Text("litter", "リター"),
    "soils": Text("soils", "土壌"),
}
POOLS = tuple(POOL_WORDS)
GAIN_LOSS, STOCK_DIFFERENCE, NOT_ESTIMATED = "gain-loss", "stock-difference", "not-estimated"


def _land(name: str, meaning: Text) -> Column:
    return Column(
        name=name,
        type=Type.TEXT,
        meaning=meaning,
        allowed=tuple(LANDS),
        words=LAND_WORDS,
        allowed_name=Text("land-use category", "土地利用区分"),
    )


def _area(name: str, meaning: Text) -> Column:
    return Column(name=name, type=Type.NUMBER, meaning=meaning, unit="ha", minimum=0)


_LAND = _land("land", Text("land-use category", "土地利用区分"))
_FORMER = replace(
    _land(
        "former",
        Text(
            "land-use category before conversion; empty for land that was not converted",
            "転用前の土地利用区分（転用されていない土地は空欄）",
        ),
    ),
    required=False,
)
_STRATUM = Column(
    name="stratum",
    type=Type.TEXT,
    meaning=Text(
        "land of one category under the same conditions, by a name of your own",
        "同じ区分・条件の土地（任意の名称）",
    ),
)
_POOL = Column(
    name="pool",
    type=Type.TEXT,
    meaning=Text("carbon pool", "炭素プール"),
    allowed=POOLS,
    words=POOL_WORDS,
    allowed_name=Text("carbon pool", "炭素プール"),
)

LAND = Table(
    name="land",
    title=Text("Areas by land-use category", "土地利用区分別の面積"),
    key=("country", "year", "land"),
    columns=(
        COUNTRY,
        YEAR,
        _LAND,
        _area("area_before", Text("area when the year begins", "年初の面積")),
        _area("area_after", Text("area when the year ends", "年末の面積")),
    ),
)

CONVERSIONS = Table(
    name="conversions",
    title=Text("Land converted in the year", "その年に転用された土地"),
    key=("country", "year", "from_land", "to_land"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _land("from_land", Text("land-use category before", "転用前の土地利用区分")),
        _land("to_land", Text("land-use category after", "転用後の土地利用区分")),
        _area("area", Text("area converted", "転用面積")),
    ),
)

STRATA = Table(
    name="strata",
    title=Text("Strata of land", "土地の層"),
    key=("country", "year", "stratum"),
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        _LAND,
        _FORMER,
        _area("area", Text("area when the year ends", "年末の面積")),
    ),
)


def _carbon(name: str, meaning: Text) -> tuple[Column, Column]:
    return (
        Column(name=name, type=Type.NUMBER, meaning=meaning, unit="t", minimum=0, required=False),
        uncertainty_of(f"{name}_uncertainty", meaning),
    )


CARBON = Table(
    name="carbon",
    title=Text("Carbon in pools", "プールの炭素"),
    key=("country", "year", "stratum", "pool"),
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        _POOL,
        TIER,
        *_carbon("gain", Text("carbon gained in the year", "その年の炭素の増加")),
        *_carbon("loss", Text("carbon lost in the year", "その年の炭素の減少")),
        *_carbon("stock_before", Text("carbon at the first point in time", "第1時点の炭素蓄積")),
        *_carbon("stock_after", Text("carbon at the second point in time", "第2時点の炭素蓄積")),
        Column(
            name="interval",
            type=Type.NUMBER,
            meaning=Text("time between the two points", "2時点の間隔"),
            unit="year",
            above=0,
            required=False,
        ),
        *(one for one in CITATION if one.name in {"document", "table", "verification"}),
    ),
)

CHANGES = Table(
    name="changes",
    title=Text("Change of carbon by pool", "プール別の炭素蓄積変化"),
    key=("country", "year", "stratum", "pool"),
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        _POOL,
        _LAND,
        _FORMER,
        TREE_CATEGORY,
        Column(
            name="form",
            type=Type.TEXT,
            meaning=Text(
                "gain-loss, stock-difference, or not-estimated where nothing is given, which is "
                "not zero",
                "gain-loss（増減法）、stock-difference（蓄積変化法）、not-estimated（未推計、ゼロではない）",
            ),
            allowed=(GAIN_LOSS, STOCK_DIFFERENCE, NOT_ESTIMATED),
            words={
                GAIN_LOSS: Text("gain-loss method", "増減法"),
                STOCK_DIFFERENCE: Text("stock-difference method", "蓄積変化法"),
                NOT_ESTIMATED: Text("not estimated", "未推計"),
            },
        ),
        replace(TIER, required=False),
        Column(
            name="change",
            type=Type.NUMBER,
            meaning=Text("carbon gained a year, lost negative", "年間の炭素増加（減少は負）"),
            unit="t",
            required=False,
        ),
        replace(
            MASS,
            meaning=Text("carbon dioxide; removals are negative", "二酸化炭素（吸収は負）"),
            required=False,
        ),
        replace(CO2E, required=False),
        UNCERTAINTY,
    ),
)

BALANCE = Table(
    name="balance",
    title=Text("Balance of areas", "面積の収支"),
    key=("country", "year", "land"),
    columns=(
        COUNTRY,
        YEAR,
        _LAND,
        _area("area_before", Text("area when the year begins", "年初の面積")),
        _area("area_in", Text("area converted to this land", "この区分への転用面積")),
        _area("area_out", Text("area converted from this land", "この区分からの転用面積")),
        _area("area_after", Text("area when the year ends", "年末の面積")),
        _area("area_in_strata", Text("area in strata", "層のある面積")),
    ),
)
