"""The tables of wastewater: systems, what reaches them, and what they emit."""

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

DOMESTIC, INDUSTRIAL = "4D1", "4D2"
BASES = ("BOD", "COD")

_SOURCE = tuple(one for one in CITATION if one.name in {"document", "table", "verification"})
_GROUP = Column(
    name="group",
    type=Type.TEXT,
    meaning=Text(
        "group of the population, such as rural or urban high income",
        "人口の区分（農村、都市高所得など）",
    ),
)
_SYSTEM = Column(
    name="system",
    words=names("treatment"),
    type=Type.TEXT,
    meaning=Text(
        "way of treatment or discharge, as named in systems",
        "処理または放流の方式（systemsの表の名称）",
    ),
    refers_to=("systems", "system"),
    any_case=True,
)
_BASIS_MEANING = Text(
    "what organics are measured as: BOD (biochemical) or COD (chemical oxygen demand)",
    "有機物の指標。BOD（生物化学的酸素要求量）またはCOD（化学的酸素要求量）",
)


def _number(
    name: str,
    meaning: Text,
    unit: str | None = None,
    *,
    minimum: float | None = 0,
    maximum: float | None = None,
    default: float | None = None,
) -> Column:
    return Column(
        name=name,
        type=Type.NUMBER,
        meaning=meaning,
        unit=unit,
        minimum=minimum,
        maximum=maximum,
        required=default is None,
        default=default,
    )


def _basis(default: str) -> Column:
    return Column(
        name="basis",
        type=Type.TEXT,
        meaning=_BASIS_MEANING,
        allowed=BASES,
        required=False,
        default=default,
    )


_ACTIVITY_UNCERTAINTY = uncertainty_of(
    "activity_uncertainty", Text("the load of the row", "その行の負荷量")
)
_FACTOR_UNCERTAINTY = uncertainty_of("factor_uncertainty", Text("the emission factor", "排出係数"))
_SLUDGE = _number(
    "sludge",
    Text(
        "organics removed with the sludge; 0 where none are",
        "汚泥として除去した有機物（なければ0）",
    ),
    "t",
)
_RECOVERED = _number(
    "recovered",
    Text("methane recovered or flared; 0 where none is", "回収または燃焼したメタン（なければ0）"),
    "t",
)

SYSTEMS = Table(
    name="systems",
    title=Text("Systems of treatment and discharge", "処理・放流の方式"),
    key=("system",),
    columns=(
        Column(
            name="system",
            words=names("treatment"),
            type=Type.TEXT,
            meaning=Text(
                "way of treatment or discharge, such as septic tank or anaerobic lagoon",
                "処理または放流の方式（腐敗槽、嫌気性ラグーンなど）",
            ),
            any_case=True,
        ),
        Column(name="basis", type=Type.TEXT, meaning=_BASIS_MEANING, allowed=BASES),
        _number(
            "methane_capacity",
            Text(
                "most methane that the organics can give (B0), kg CH4 per kg BOD or COD",
                "最大メタン生成能（B0、BODまたはCOD 1kg当たりのkg CH4）",
            ),
            "kg/kg",
        ),
        _number(
            "methane_correction_factor",
            Text("methane correction factor (MCF), a fraction", "メタン補正係数（MCF、割合）"),
            maximum=1,
        ),
        _FACTOR_UNCERTAINTY,
        Column(
            name="country_specific",
            type=Type.BOOLEAN,
            meaning=Text(
                "measured in the country itself, which makes the estimate Tier 2",
                "自国での測定による値（これを用いた推計はTier 2）",
            ),
            required=False,
            default=False,
        ),
        *_SOURCE,
    ),
)

POPULATION = Table(
    name="population",
    title=Text("Population and its organic load", "人口と有機物負荷"),
    key=("country", "year", "group"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _GROUP,
        _number("persons", Text("persons of the group", "その区分の人口"), "person"),
        _number("organics", Text("organics in wastewater", "排水中の有機物"), "g/person/day"),
        _basis("BOD"),
        _ACTIVITY_UNCERTAINTY,
    ),
)

PATHWAYS = Table(
    name="pathways",
    title=Text("Where domestic wastewater goes", "生活排水の行き先"),
    key=("country", "year", "group", "system"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        replace(_GROUP, refers_to=("population", "group")),
        _SYSTEM,
        _number(
            "share",
            Text(
                "fraction of the group's wastewater that goes this way; the fractions of a group "
                "come to 1",
                "その区分の排水のうちこの方式による割合（区分ごとの合計は1）",
            ),
            maximum=1,
        ),
        _number(
            "co_discharge",
            Text(
                "factor for industrial and commercial organics in the same sewer (I); 1 where there "
                "are none",
                "同じ下水に入る産業・商業由来の有機物の係数（I、なければ1）",
            ),
            minimum=1,
        ),
        _SLUDGE,
        _RECOVERED,
    ),
)

INDUSTRY = Table(
    name="industry",
    title=Text("Industrial wastewater treated on site", "事業場で処理する産業排水"),
    key=("country", "year", "industry", "system"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        Column(name="industry", type=Type.TEXT, meaning=Text("industry", "業種")),
        _SYSTEM,
        _number("production", Text("product made", "生産量"), "t"),
        _number("wastewater", Text("wastewater by product", "製品当たりの排水量"), "m3/t"),
        _number("organics", Text("organics in the wastewater", "排水中の有機物濃度"), "kg/m3"),
        _basis("COD"),
        _number(
            "share",
            Text(
                "fraction of the industry's wastewater that goes to this system",
                "その業種の排水のうちこの方式で処理する割合",
            ),
            maximum=1,
            default=1.0,
        ),
        _SLUDGE,
        _RECOVERED,
        _ACTIVITY_UNCERTAINTY,
    ),
)

NITROGEN = Table(
    name="nitrogen",
    title=Text("Nitrogen in domestic wastewater", "生活排水中の窒素"),
    key=("country", "year", "group", "treatment"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _GROUP,
        Column(
            name="treatment",
            words=names("treatment"),
            type=Type.TEXT,
            meaning=Text("treatment, or none", "処理方式（なければnone）"),
        ),
        _number("persons", Text("persons of the group", "その区分の人口"), "person"),
        _number("protein", Text("protein consumed", "たんぱく質の摂取量"), "kg/person/year"),
        _number(
            "nitrogen_fraction",
            Text("nitrogen in protein, a fraction (F_NPR)", "たんぱく質中の窒素の割合（F_NPR）"),
            maximum=1,
        ),
        _number(
            "household",
            Text(
                "factor for nitrogen of household products (N_HH); 1 where it is not added",
                "家庭用品由来の窒素の係数（N_HH、加えなければ1）",
            ),
            minimum=1,
        ),
        _number(
            "non_consumed",
            Text(
                "factor for protein that is not consumed (F_NON-CON); 1 where it is not added",
                "摂取されないたんぱく質の係数（F_NON-CON、加えなければ1）",
            ),
            minimum=1,
        ),
        _number(
            "co_discharge",
            Text(
                "factor for industrial and commercial protein (F_IND-COM); 1 where there is none",
                "産業・商業由来のたんぱく質の係数（F_IND-COM、なければ1）",
            ),
            minimum=1,
        ),
        _number(
            "share",
            Text(
                "fraction of the group's wastewater treated so; the fractions of a group come to 1",
                "その区分の排水のうちこの処理による割合（区分ごとの合計は1）",
            ),
            maximum=1,
        ),
        _number(
            "plant_factor",
            Text(
                "N2O-N of the plant by nitrogen that enters it; 0 where none is estimated",
                "処理場に入る窒素当たりのN2O-N（見込まなければ0）",
            ),
            "kg/kg",
        ),
        _number(
            "removed",
            Text(
                "fraction of the nitrogen that treatment removes; 0 where none",
                "処理で除去される窒素の割合（なければ0）",
            ),
            maximum=1,
        ),
        _number(
            "sludge",
            Text(
                "nitrogen removed with the sludge beside that; 0 where none",
                "それとは別に汚泥として除去した窒素（なければ0）",
            ),
            "t",
        ),
        _number(
            "effluent_factor",
            Text("N2O-N by nitrogen in the effluent", "放流水中の窒素当たりのN2O-N"),
            "kg/kg",
        ),
        _ACTIVITY_UNCERTAINTY,
        _FACTOR_UNCERTAINTY,
        *_SOURCE,
    ),
)

METHANE = Table(
    name="methane",
    title=Text("Methane by system", "方式別のメタン"),
    key=("country", "year", "category", "group", "system"),
    columns=(
        COUNTRY,
        YEAR,
        TREE_CATEGORY,
        replace(
            _GROUP, meaning=Text("group of the population, or industry", "人口の区分または業種")
        ),
        replace(_SYSTEM, refers_to=None, any_case=False),
        _number("organics", Text("organics that reach the system", "方式に入る有機物"), "t"),
        _number("sludge", Text("of them, removed with the sludge", "うち汚泥として除去"), "t"),
        _number("factor", Text("emission factor, B0 · MCF", "排出係数（B0×MCF）"), "kg/kg"),
        _number("generated", Text("methane generated", "発生したメタン"), "t"),
        _number("recovered", Text("methane recovered or flared", "回収・燃焼したメタン"), "t"),
        TIER,
        MASS,
        CO2E,
        UNCERTAINTY,
    ),
)

NITROUS_OXIDE = Table(
    name="nitrous_oxide",
    title=Text("Nitrous oxide of domestic wastewater", "生活排水の一酸化二窒素"),
    key=("country", "year", "group", "treatment"),
    columns=(
        COUNTRY,
        YEAR,
        _GROUP,
        NITROGEN["treatment"],
        _number("nitrogen", Text("nitrogen that goes this way", "この処理に入る窒素"), "t"),
        _number("discharged", Text("nitrogen in the effluent", "放流水中の窒素"), "t"),
        _number("plants", Text("N2O of the plants", "処理場のN2O"), "t"),
        _number("effluent", Text("N2O of the effluent", "放流水のN2O"), "t"),
        MASS,
        CO2E,
        UNCERTAINTY,
    ),
)
