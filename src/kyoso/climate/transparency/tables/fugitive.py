"""The tables of what escapes from mines, wells, plants and pipes."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.names import names
from kyoso.climate.transparency.tables.columns import COUNTRY, GAS, TREE_CATEGORY, YEAR
from kyoso.climate.transparency.tables.estimates import (
    CO2E,
    MASS,
    TIER,
    UNCERTAINTY,
    factor_columns,
    uncertainty_of,
)
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

_CATEGORY = replace(
    TREE_CATEGORY,
    meaning=Text(
        "category under 1B, such as 1B1aii1 (surface mining) or 1B2biii4 (gas transmission)",
        "1Bの下の区分（1B1aii1 露天掘り、1B2biii4 ガス輸送など）",
    ),
)
_SEGMENT = Column(
    name="segment",
    words=names("fugitive"),
    type=Type.TEXT,
    meaning=Text(
        "what the factors are of, such as surface mining or gas transmission",
        "係数の対象（露天掘り、ガス輸送など）",
    ),
    refers_to=("factors", "segment"),
    any_case=True,
)
_PER_UNIT = {"value", "lower", "upper"}
"""The columns of a factor that are in its own unit."""


def _mass(name: str, meaning: Text) -> Column:
    return Column(name=name, type=Type.NUMBER, meaning=meaning, unit="t", minimum=0)


ACTIVITY = Table(
    name="activity",
    title=Text("Fuels mined, produced, processed and carried", "燃料の採掘・生産・処理・輸送"),
    key=("country", "year", "category", "segment"),
    columns=(
        COUNTRY,
        YEAR,
        _CATEGORY,
        _SEGMENT,
        Column(
            name="quantity",
            type=Type.NUMBER,
            meaning=Text(
                "coal mined, oil or gas produced or carried, wells, length of pipes",
                "採炭量、石油・ガスの生産量または輸送量、坑井数、導管の長さなど",
            ),
            unit_column="unit",
            minimum=0,
        ),
        Column(name="unit", type=Type.TEXT, meaning=Text("unit of the quantity", "量の単位")),
        uncertainty_of("activity_uncertainty", Text("the quantity", "量")),
    ),
)

FACTORS = Table(
    name="factors",
    title=Text("Emission factors", "排出係数"),
    key=("segment", "gas"),
    columns=(
        replace(_SEGMENT, refers_to=None),
        GAS,
        *(
            replace(one, unit_column="unit") if one.name in _PER_UNIT else one
            for one in factor_columns(
                Text("gas that escapes per unit of the quantity", "量の単位当たりに漏出するガス"),
                None,
            )
        ),
        Column(
            name="unit",
            type=Type.TEXT,
            meaning=Text(
                "unit of the factor: mass or volume of gas per unit of the quantity, such as m3/t",
                "係数の単位（量の単位当たりのガスの質量または体積。m3/tなど）",
            ),
        ),
        Column(
            name="density",
            type=Type.NUMBER,
            meaning=Text(
                "density of the gas where the factor is a volume; of methane 0.67 at 20 °C and one "
                "atmosphere (2006 IPCC Guidelines, Volume 2, Equation 4.1.7)",
                "係数が体積の場合のガスの密度。メタンは20℃・1気圧で0.67（2006年IPCCガイドライン第2巻 式4.1.7）",
            ),
            unit="kg/m3",
            above=0,
            required=False,
        ),
    ),
)

RECOVERED = Table(
    name="recovered",
    title=Text("Gas recovered, used or flared", "回収・利用・燃焼したガス"),
    key=("country", "year", "category", "segment", "gas"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _CATEGORY,
        _SEGMENT,
        GAS,
        _mass("mass", Text("mass that does not escape", "漏出しない質量")),
    ),
)

EMISSIONS = Table(
    name="emissions",
    title=Text("Fugitive emissions by segment", "対象別の漏出量"),
    key=("country", "year", "category", "segment", "gas"),
    columns=(
        COUNTRY,
        YEAR,
        _CATEGORY,
        replace(_SEGMENT, refers_to=None, any_case=False),
        Column(name="gas", type=Type.TEXT, meaning=Text("gas", "ガス")),
        _mass("generated", Text("gas set free", "発生したガス")),
        _mass("recovered", Text("recovered, used or flared", "回収・利用・燃焼したガス")),
        TIER,
        MASS,
        CO2E,
        UNCERTAINTY,
    ),
)
