"""The tables of waste that is burnt, composted or digested."""

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

INCINERATION, OPEN_BURNING = "incineration", "open-burning"
CATEGORY_OF = {INCINERATION: "4C1", OPEN_BURNING: "4C2"}
"""Where waste is reported that is burnt without use of the heat."""
BIOLOGICAL = "4B"
WET, DRY = "wet", "dry"

_SOURCE = tuple(one for one in CITATION if one.name in {"document", "table", "verification"})
_COUNTRY_SPECIFIC = Column(
    name="country_specific",
    type=Type.BOOLEAN,
    meaning=Text(
        "measured in the country itself, which makes the estimate Tier 2",
        "自国での測定による値（これを用いた推計はTier 2）",
    ),
    required=False,
    default=False,
)
_ACTIVITY_UNCERTAINTY = uncertainty_of(
    "activity_uncertainty", Text("the mass of waste", "廃棄物の質量")
)
_BASIS = Column(
    name="basis",
    type=Type.TEXT,
    meaning=Text(
        "weight of the waste: wet, as delivered, or dry",
        "廃棄物の重量の基準。wet（湿重量、搬入時）またはdry（乾燥重量）",
    ),
    allowed=(WET, DRY),
    words={WET: Text("wet weight", "湿重量"), DRY: Text("dry weight", "乾燥重量")},
)


def _name(name: str, meaning: Text, of: tuple[str, str] | None = None) -> Column:
    words = names("waste" if name == "waste_type" else "treatment")
    return Column(
        name=name, type=Type.TEXT, meaning=meaning, refers_to=of, words=words, any_case=True
    )


def _number(
    name: str, meaning: Text, unit: str | None = None, *, maximum: float | None = None
) -> Column:
    return Column(
        name=name, type=Type.NUMBER, meaning=meaning, unit=unit, minimum=0, maximum=maximum
    )


_TYPE_MEANING = Text(
    "type of waste, such as plastics or food", "廃棄物の種類（プラスチック、厨芥など）"
)
_TECHNOLOGY_MEANING = Text(
    "way of burning, such as continuous stoker or open burning",
    "燃焼の方式（連続式ストーカー、野焼きなど）",
)
_TREATMENT_MEANING = Text(
    "treatment, such as composting or anaerobic digestion", "処理の方式（堆肥化、嫌気性消化など）"
)

WASTE_TYPES = Table(
    name="waste_types",
    title=Text("Composition of waste", "廃棄物の組成"),
    key=("waste_type",),
    columns=(
        _name("waste_type", _TYPE_MEANING),
        _number(
            "dry_matter",
            Text("dry matter in wet waste, a fraction", "湿重量に対する乾燥物の割合"),
            maximum=1,
        ),
        _number(
            "carbon", Text("carbon in dry matter, a fraction", "乾燥物中の炭素の割合"), maximum=1
        ),
        _number(
            "fossil",
            Text("fossil carbon in all carbon, a fraction", "全炭素のうち化石由来の割合"),
            maximum=1,
        ),
        uncertainty_of(
            "fossil_uncertainty",
            Text("the fossil carbon by wet waste", "湿重量当たりの化石由来炭素"),
        ),
        _COUNTRY_SPECIFIC,
        *_SOURCE,
    ),
)

TECHNOLOGIES = Table(
    name="technologies",
    title=Text("Ways of burning", "燃焼の方式"),
    key=("technology",),
    columns=(
        _name("technology", _TECHNOLOGY_MEANING),
        Column(
            name="kind",
            type=Type.TEXT,
            meaning=Text(
                "incineration in a plant, or open-burning",
                "施設でのincineration、またはopen-burning（野焼き）",
            ),
            allowed=tuple(CATEGORY_OF),
            words={
                INCINERATION: Text("incineration", "焼却"),
                OPEN_BURNING: Text("open burning", "野焼き"),
            },
        ),
        _number(
            "oxidation",
            Text("fraction of the carbon that oxidises", "炭素の酸化率"),
            maximum=1,
        ),
        _number("methane_factor", Text("methane by wet waste", "湿重量当たりのメタン"), "kg/Gg"),
        _number(
            "nitrous_oxide_factor",
            Text("nitrous oxide by wet waste", "湿重量当たりの一酸化二窒素"),
            "kg/Gg",
        ),
        uncertainty_of("methane_uncertainty", Text("the methane factor", "メタンの係数")),
        uncertainty_of(
            "nitrous_oxide_uncertainty", Text("the nitrous oxide factor", "一酸化二窒素の係数")
        ),
        _COUNTRY_SPECIFIC,
        *_SOURCE,
    ),
)

BURNT = Table(
    name="burnt",
    title=Text("Waste burnt", "燃焼した廃棄物"),
    key=("country", "year", "waste_type", "technology"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _name("waste_type", _TYPE_MEANING, ("waste_types", "waste_type")),
        _name("technology", _TECHNOLOGY_MEANING, ("technologies", "technology")),
        _number("mass", Text("wet mass burnt in the year", "その年に燃焼した湿重量"), "Gg"),
        replace(
            TREE_CATEGORY,
            name="energy_category",
            meaning=Text(
                "category of fuel combustion where the heat is used, such as 1A1a; empty where it "
                "is not, and then the waste is reported under 4C",
                "熱を利用する場合の燃料燃焼の区分（1A1aなど）。利用しなければ空欄で、4Cに報告する",
            ),
            required=False,
        ),
        _ACTIVITY_UNCERTAINTY,
    ),
)

POPULATION = Table(
    name="population",
    title=Text("People who burn their waste in the open", "廃棄物を野焼きする人口"),
    key=("country", "year", "group", "waste_type", "technology"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        Column(
            name="group",
            type=Type.TEXT,
            meaning=Text(
                "group of the population, such as rural or urban", "人口の区分（農村、都市など）"
            ),
        ),
        _name("waste_type", _TYPE_MEANING, ("waste_types", "waste_type")),
        _name("technology", _TECHNOLOGY_MEANING, ("technologies", "technology")),
        _number("persons", Text("persons of the group", "その区分の人口"), "person"),
        _number(
            "burning",
            Text("fraction of them that burns waste", "そのうち廃棄物を燃やす人の割合"),
            maximum=1,
        ),
        _number(
            "waste_per_person",
            Text("wet waste of this type per person", "一人当たりのこの種類の廃棄物（湿重量）"),
            "kg/person/day",
        ),
        _number(
            "burnt",
            Text(
                "fraction of that waste that is burnt, less what is left unburnt",
                "その廃棄物のうち燃える割合（燃え残りを除く）",
            ),
            maximum=1,
        ),
        _ACTIVITY_UNCERTAINTY,
    ),
)

BURNING = Table(
    name="emissions",
    title=Text("Emissions of waste burnt", "廃棄物の燃焼による排出"),
    key=("country", "year", "waste_type", "technology", "gas", "biogenic"),
    columns=(
        COUNTRY,
        YEAR,
        TREE_CATEGORY,
        Column(name="waste_type", type=Type.TEXT, words=names("waste"), meaning=_TYPE_MEANING),
        Column(
            name="technology", type=Type.TEXT, words=names("treatment"), meaning=_TECHNOLOGY_MEANING
        ),
        Column(name="gas", type=Type.TEXT, meaning=Text("gas", "ガス")),
        Column(
            name="biogenic",
            type=Type.BOOLEAN,
            meaning=Text(
                "carbon dioxide of biogenic origin: a memo item, not in the estimates",
                "生物由来の二酸化炭素（メモ項目、推計値に含めない）",
            ),
        ),
        _number("waste", Text("wet mass burnt in the year", "その年に燃焼した湿重量"), "Gg"),
        TIER,
        MASS,
        CO2E,
        UNCERTAINTY,
    ),
)

TREATMENTS = Table(
    name="treatments",
    title=Text("Biological treatments", "生物処理の方式"),
    key=("treatment",),
    columns=(
        _name("treatment", _TREATMENT_MEANING),
        _BASIS,
        _number("methane_factor", Text("methane by waste treated", "処理量当たりのメタン"), "g/kg"),
        _number(
            "nitrous_oxide_factor",
            Text("nitrous oxide by waste treated", "処理量当たりの一酸化二窒素"),
            "g/kg",
        ),
        uncertainty_of("methane_uncertainty", Text("the methane factor", "メタンの係数")),
        uncertainty_of(
            "nitrous_oxide_uncertainty", Text("the nitrous oxide factor", "一酸化二窒素の係数")
        ),
        _COUNTRY_SPECIFIC,
        *_SOURCE,
    ),
)

TREATED = Table(
    name="treated",
    title=Text("Waste treated biologically", "生物処理した廃棄物"),
    key=("country", "year", "waste_type", "treatment"),
    columns=(
        COUNTRY,
        YEAR,
        replace(_name("waste_type", _TYPE_MEANING), any_case=False),
        _name("treatment", _TREATMENT_MEANING, ("treatments", "treatment")),
        _number("mass", Text("mass treated in the year", "その年の処理量"), "Gg"),
        _BASIS,
        _number(
            "recovered",
            Text(
                "methane recovered or flared; 0 where none is",
                "回収または燃焼したメタン（なければ0）",
            ),
            "t",
        ),
        _ACTIVITY_UNCERTAINTY,
    ),
)

TREATING = Table(
    name="emissions",
    title=Text("Emissions of biological treatment", "生物処理による排出"),
    key=("country", "year", "waste_type", "treatment", "gas"),
    columns=(
        COUNTRY,
        YEAR,
        Column(name="waste_type", type=Type.TEXT, words=names("waste"), meaning=_TYPE_MEANING),
        Column(
            name="treatment", type=Type.TEXT, words=names("treatment"), meaning=_TREATMENT_MEANING
        ),
        Column(name="gas", type=Type.TEXT, meaning=Text("gas", "ガス")),
        _number("generated", Text("gas generated", "発生したガス"), "t"),
        TIER,
        MASS,
        CO2E,
        UNCERTAINTY,
    ),
)
