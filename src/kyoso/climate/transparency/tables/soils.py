"""The tables of nitrous oxide from managed soils."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.names import names
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
INPUT_WORDS = {
    SYNTHETIC: Text("synthetic fertiliser", "化学肥料"),
    ORGANIC: Text("organic fertiliser", "有機質肥料"),
    RESIDUES: Text("residues of crops", "作物残さ"),
    MINERALISED: Text("mineralised with the loss of soil carbon", "土壌炭素の減少に伴う無機化"),
    PASTURE: Text("dung and urine of grazing animals", "放牧家畜のふん尿"),
    DRAINED_SOIL: Text("drained organic soils", "排水された有機質土壌"),
}
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
    words=INPUT_WORDS,
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
        replace(
            _NITROGEN,
            meaning=Text(
                "nitrogen that enters the soil in the year; leave empty for residues or mineralised "
                "where it is worked out from the table residues or soil_carbon",
                "その年に土壌に入る窒素（residuesまたはsoil_carbonの表から計算する作物残さ・無機化では空欄）",
            ),
            required=False,
        ),
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


def _share(name: str, meaning: Text) -> Column:
    return Column(name=name, type=Type.NUMBER, meaning=meaning, minimum=0, maximum=1)


_CROP = Column(name="crop", type=Type.TEXT, meaning=Text("crop", "作物"), any_case=True)
_SOURCE = tuple(one for one in CITATION if one.name in {"document", "table", "verification"})

CROP_RESIDUES = Table(
    name="residues",
    title=Text("Crops and what is left of them", "作物と残さ"),
    key=("country", "year", "stratum", "crop"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        _CROP,
        Column(
            name="area",
            type=Type.NUMBER,
            meaning=Text("area harvested in the year", "その年の収穫面積"),
            unit="ha",
            minimum=0,
        ),
        Column(
            name="harvest",
            type=Type.NUMBER,
            meaning=Text(
                "dry matter harvested per area: fresh yield by its share of dry matter",
                "面積当たり収穫物の乾物重（生重量×乾物率）",
            ),
            unit="kg/ha",
            minimum=0,
        ),
        Column(
            name="above_ratio",
            type=Type.NUMBER,
            meaning=Text(
                "dry matter of residues above ground by that harvested (R_AG)",
                "収穫物に対する地上部残さの乾物比（R_AG）",
            ),
            minimum=0,
        ),
        _share(
            "above_nitrogen",
            Text(
                "nitrogen in dry matter above ground, a fraction (N_AG)",
                "地上部乾物中の窒素の割合（N_AG）",
            ),
        ),
        _share(
            "removed",
            Text(
                "fraction of residues above ground that is taken away, as for feed or bedding",
                "地上部残さのうち飼料・敷料などとして持ち出す割合",
            ),
        ),
        _share("burnt", Text("fraction of the area that is burnt", "焼却した面積の割合")),
        _share(
            "combustion_factor",
            Text(
                "fraction of what is burnt that combusts (C_f)", "焼却した分のうち燃える割合（C_f）"
            ),
        ),
        Column(
            name="below_ratio",
            type=Type.NUMBER,
            meaning=Text(
                "roots by all that grows above ground, harvest included (RS)",
                "地上部（収穫物を含む）に対する地下部の比（RS）",
            ),
            minimum=0,
        ),
        _share(
            "below_nitrogen",
            Text(
                "nitrogen in dry matter below ground, a fraction (N_BG)",
                "地下部乾物中の窒素の割合（N_BG）",
            ),
        ),
        _share(
            "renewed",
            Text(
                "fraction of the area that is renewed in the year, 1 for annual crops",
                "その年に更新する面積の割合（一年生作物は1）",
            ),
        ),
        *_SOURCE,
    ),
)

SOIL_CARBON = Table(
    name="soil_carbon",
    title=Text("Carbon lost from mineral soils", "鉱質土壌から失われる炭素"),
    key=("country", "year", "stratum"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        Column(
            name="carbon_lost",
            type=Type.NUMBER,
            meaning=Text(
                "carbon that mineral soils lose in the year by land use or management; 0 where "
                "they gain",
                "土地利用・管理の変化により鉱質土壌がその年に失う炭素（増加する場合は0）",
            ),
            unit="t",
            minimum=0,
        ),
        Column(
            name="carbon_to_nitrogen",
            type=Type.NUMBER,
            meaning=Text(
                "carbon by nitrogen in the organic matter of the soil (R)",
                "土壌有機物の炭素・窒素比（R）",
            ),
            minimum=1,
        ),
        *_SOURCE,
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
        *_SOURCE,
    ),
)

WORKED_OUT = Table(
    name="nitrogen",
    title=Text("Nitrogen worked out", "計算した窒素量"),
    key=("country", "year", "stratum", "input", "crop"),
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        replace(
            _INPUT,
            meaning=Text("input of nitrogen", "窒素の投入源"),
            allowed=(RESIDUES, MINERALISED),
        ),
        replace(
            _CROP,
            meaning=Text("crop, or – for carbon of the soil", "作物（土壌炭素は–）"),
        ),
        *(
            replace(_NITROGEN, name=name, meaning=meaning, required=False)
            for name, meaning in (
                ("above", Text("in residues above ground", "地上部残さの窒素")),
                ("below", Text("in residues below ground", "地下部残さの窒素")),
            )
        ),
        _NITROGEN,
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
            words={
                DIRECT: Text("direct", "直接"),
                DEPOSITION: Text("deposition of what volatilises", "揮発・沈着"),
                LEACHING: Text("leaching and runoff", "溶脱・流出"),
            },
        ),
        TREE_CATEGORY,
        replace(_NITROGEN, required=False),
        Column(
            name="factors",
            words=names("nitrogen"),
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
