"""The tables of nitrous oxide from managed soils."""

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

SYNTHETIC, ORGANIC, RESIDUES, MINERALISED, PASTURE, DRAINED_SOIL = (
    "synthetic",
    "organic",
    "residues",
    "mineralised",
    "pasture",
    "drained",
)
INPUTS_OF = (SYNTHETIC, ORGANIC, RESIDUES, MINERALISED, PASTURE)
DIRECT, DEPOSITION, LEACHING = "direct", "deposition", "leaching"

_STRATUM = Column(
    name="stratum",
    type=Type.TEXT,
    meaning=Text(
        "land under the same conditions, by a name of your own", "同じ条件の土地（任意の名称）"
    ),
)
_INPUT = Column(
    name="input",
    type=Type.TEXT,
    meaning=Text(
        "synthetic fertiliser; organic: manure, compost, sludge applied; residues of crops; "
        "mineralised with the loss of soil carbon; pasture: dung and urine of grazing animals",
        "synthetic（化学肥料）、organic（堆肥・ふん尿・汚泥の施用）、residues（作物残さ）、"
        "mineralised（土壌炭素の減少に伴う無機化）、pasture（放牧家畜のふん尿）",
    ),
    allowed=INPUTS_OF,
    allowed_name=Text("input of nitrogen", "窒素の投入源"),
)
_NITROGEN = Column(
    name="nitrogen",
    type=Type.NUMBER,
    meaning=Text("nitrogen that enters the soil in the year", "その年に土壌に入る窒素"),
    unit="t",
    minimum=0,
)


def _named(name: str, meaning: Text, *, required: bool = False) -> Column:
    return Column(
        name=name,
        type=Type.TEXT,
        meaning=meaning,
        required=required,
        refers_to=("factors", "name"),
        any_case=True,
    )


INPUTS = Table(
    name="inputs",
    title=Text("Nitrogen that enters soils", "土壌に入る窒素"),
    key=("country", "year", "stratum", "input"),
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        _INPUT,
        _NITROGEN,
        uncertainty_of("nitrogen_uncertainty", Text("the nitrogen", "窒素量")),
        _named(
            "direct_factor",
            Text(
                "factor of direct emission (EF1, of pasture EF3)",
                "直接排出の係数（EF1、放牧はEF3）",
            ),
            required=True,
        ),
        Column(
            name="leaches",
            type=Type.BOOLEAN,
            meaning=Text(
                "whether nitrogen leaches or runs off here (wet climate, or irrigated)",
                "溶脱・流出のある土地か（湿潤気候または灌漑）",
            ),
        ),
        _named(
            "volatilised_fraction",
            Text(
                "fraction that volatilises; absent: FracGASF for synthetic fertiliser, FracGASM for "
                "organic inputs and pasture",
                "揮発する割合（空欄なら化学肥料はFracGASF、有機物・放牧はFracGASM）",
            ),
        ),
        _named(
            "deposition_factor",
            Text("factor of deposited nitrogen; absent: EF4", "沈着窒素の係数（空欄ならEF4）"),
        ),
        _named(
            "leached_fraction",
            Text("fraction that leaches; absent: FracLEACH", "溶脱する割合（空欄ならFracLEACH）"),
        ),
        _named(
            "leaching_factor",
            Text("factor of leached nitrogen; absent: EF5", "溶脱窒素の係数（空欄ならEF5）"),
        ),
    ),
)

DRAINED = Table(
    name="drained",
    title=Text("Drained organic soils", "排水された有機質土壌"),
    key=("country", "year", "stratum"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        Column(
            name="area",
            type=Type.NUMBER,
            meaning=Text("area drained or managed", "排水・管理された面積"),
            unit="ha",
            minimum=0,
        ),
        uncertainty_of("area_uncertainty", Text("the area", "面積")),
        Column(
            name="factor",
            type=Type.NUMBER,
            meaning=Text("N2O-N per area and year (EF2)", "面積・年当たりN2O-N（EF2）"),
            unit="kg/ha",
            minimum=0,
        ),
        uncertainty_of("factor_uncertainty", Text("the factor", "係数")),
        *(one for one in CITATION if one.name in {"document", "table", "verification"}),
    ),
)

EMISSIONS = Table(
    name="emissions",
    title=Text("Nitrous oxide by input and pathway", "投入源・経路別の一酸化二窒素"),
    key=("country", "year", "stratum", "input", "pathway"),
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        replace(
            _INPUT,
            meaning=Text(
                "input of nitrogen, or drained for organic soils",
                "窒素の投入源（有機質土壌はdrained）",
            ),
            allowed=(*INPUTS_OF, DRAINED_SOIL),
        ),
        Column(
            name="pathway",
            type=Type.TEXT,
            meaning=Text(
                "direct; deposition of what volatilises; leaching and runoff",
                "direct（直接）、deposition（揮発・沈着）、leaching（溶脱・流出）",
            ),
            allowed=(DIRECT, DEPOSITION, LEACHING),
        ),
        TREE_CATEGORY,
        replace(_NITROGEN, required=False),
        Column(
            name="factors",
            type=Type.TEXT,
            meaning=Text("factors by name", "係数の名称"),
            required=False,
        ),
        TIER,
        replace(MASS, meaning=Text("mass of nitrous oxide", "一酸化二窒素の質量")),
        CO2E,
        UNCERTAINTY,
    ),
)
