"""The tables of livestock: herds, what they eat, what becomes of their manure."""

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

SPECIES = {
    "dairy cows": "ai",
    "other cattle": "aii",
    "buffalo": "b",
    "sheep": "c",
    "goats": "d",
    "camels": "e",
    "horses": "f",
    "mules and asses": "g",
    "swine": "h",
    "poultry": "i",
    "other": "j",
}
"""Species, with the letters of their categories under 3A1 and 3A2."""
SPECIES_WORDS = {
    "dairy cows": Text("dairy cows", "乳用牛"),
    "other cattle": Text("other cattle", "その他の牛"),
    "buffalo": Text("buffalo", "水牛"),
    "sheep": Text("sheep", "羊"),
    "goats": Text("goats", "山羊"),
    "camels": Text("camels", "ラクダ"),
    "horses": Text("horses", "馬"),
    "mules and asses": Text("mules and asses", "ラバ・ロバ"),
    "swine": Text("swine", "豚"),
    "poultry": Text("poultry", "家きん"),
    "other": Text("other", "その他"),
}
LARGE = ("dairy cows", "other cattle", "buffalo")
SMALL = ("sheep", "goats")
"""Those whose gross energy follows from what they do (Equations 10.3, 10.4, 10.6, 10.8)."""

ENTERIC, MANURE, DIRECT, DEPOSITION, LEACHING = (
    "enteric",
    "manure-methane",
    "manure-direct",
    "manure-deposition",
    "manure-leaching",
)
PROCESS_WORDS = {
    ENTERIC: Text("methane from the gut", "消化管メタン"),
    MANURE: Text("methane of manure", "排せつ物メタン"),
    DIRECT: Text("nitrous oxide of manure, direct", "排せつ物の一酸化二窒素（直接）"),
    DEPOSITION: Text("nitrous oxide of what volatilises", "排せつ物の一酸化二窒素（揮発・沈着）"),
    LEACHING: Text("nitrous oxide of what leaches", "排せつ物の一酸化二窒素（溶脱）"),
}
PROCESSES = tuple(PROCESS_WORDS)

_HERD = Column(
    name="herd",
    type=Type.TEXT,
    meaning=Text("animals kept alike, by a name of your own", "飼養条件が同じ家畜群（任意の名称）"),
)
_SPECIES = Column(
    name="species",
    type=Type.TEXT,
    meaning=Text("kind of animal", "畜種"),
    allowed=tuple(SPECIES),
    words=SPECIES_WORDS,
    allowed_name=Text("kind of animal", "畜種"),
    any_case=True,
)
_HEAD = Column(
    name="head",
    type=Type.NUMBER,
    meaning=Text("animals on an average day of the year", "年間平均飼養頭羽数"),
    unit="piece",
    minimum=0,
)
_SOURCE = tuple(one for one in CITATION if one.name in {"document", "table", "verification"})


def _number(
    name: str, meaning: Text, unit: str | None = None, maximum: float | None = None
) -> Column:
    return Column(
        name=name,
        type=Type.NUMBER,
        meaning=meaning,
        unit=unit,
        minimum=0,
        maximum=maximum,
        required=False,
    )


def _with_uncertainty(
    name: str, meaning: Text, unit: str | None = None, maximum: float | None = None
) -> tuple[Column, Column]:
    return (
        _number(name, meaning, unit, maximum),
        uncertainty_of(f"{name}_uncertainty", meaning),
    )


HERDS = Table(
    name="herds",
    title=Text("Herds and their factors", "家畜群と係数"),
    key=("country", "year", "herd"),
    columns=(
        COUNTRY,
        YEAR,
        _HERD,
        _SPECIES,
        _HEAD,
        uncertainty_of("head_uncertainty", Text("the number of animals", "頭羽数")),
        *_with_uncertainty(
            "enteric_factor",
            Text("methane from the gut per animal (Tier 1)", "1頭当たり消化管メタン（Tier 1）"),
            "kg/piece/year",
        ),
        *_with_uncertainty(
            "manure_factor",
            Text("methane from manure per animal (Tier 1)", "1頭当たり排せつ物メタン（Tier 1）"),
            "kg/piece/year",
        ),
        *_with_uncertainty(
            "volatile_solids",
            Text("volatile solids excreted per animal", "1頭当たり揮発性固形物排せつ量"),
            "kg/piece/day",
        ),
        *_with_uncertainty(
            "methane_capacity",
            Text(
                "most methane that manure can give, per kg of volatile solids (Bo)",
                "揮発性固形物1kg当たりの最大メタン発生量（Bo）",
            ),
            "m3/kg",
        ),
        *_with_uncertainty(
            "nitrogen_excretion",
            Text("nitrogen excreted per animal", "1頭当たり窒素排せつ量"),
            "kg/piece/year",
        ),
        Column(
            name="own_excretion",
            type=Type.BOOLEAN,
            meaning=Text(
                "nitrogen excretion is the country's own, which makes nitrous oxide Tier 2",
                "窒素排せつ量が自国の値（一酸化二窒素はTier 2）",
            ),
            required=False,
            default=False,
        ),
        *(
            Column(
                name=name,
                type=Type.TEXT,
                meaning=meaning,
                required=False,
                default=default,
                any_case=True,
            )
            for name, meaning, default in (
                (
                    "deposition_factor",
                    Text("factor of deposited nitrogen", "沈着窒素の係数名"),
                    "EF4",
                ),
                ("leaching_factor", Text("factor of leached nitrogen", "溶脱窒素の係数名"), "EF5"),
            )
        ),
        *_SOURCE,
    ),
)

FEEDING = Table(
    name="feeding",
    title=Text("Feed, for Tier 2", "飼料（Tier 2）"),
    key=("country", "year", "herd"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _HERD,
        Column(
            name="methane_share",
            type=Type.NUMBER,
            meaning=Text(
                "share of the gross energy of feed that becomes methane (Ym)",
                "飼料の総エネルギーのうちメタンになる割合（Ym）",
            ),
            unit="%",
            minimum=0,
            maximum=100,
        ),
        uncertainty_of("methane_share_uncertainty", Text("that share", "その割合")),
        _number(
            "gross_energy",
            Text(
                "gross energy of feed per animal; leave empty to have it worked out from the "
                "columns that follow (cattle, buffalo, sheep, goats)",
                "1頭当たり飼料総エネルギー（空欄なら以下の列から計算。牛・水牛・羊・山羊のみ）",
            ),
            "MJ/piece/day",
        ),
        uncertainty_of("gross_energy_uncertainty", Text("gross energy", "総エネルギー")),
        _number("weight", Text("live weight", "体重"), "kg/piece"),
        _number(
            "maintenance_coefficient",
            Text(
                "coefficient of maintenance Cfi, MJ/day per kg of weight to the power 0.75",
                "維持の係数Cfi（体重kgの0.75乗当たりMJ/日）",
            ),
        ),
        _number(
            "activity_coefficient",
            Text(
                "coefficient of activity Ca: by net energy for maintenance, of sheep and goats MJ/day "
                "per kg of weight",
                "活動の係数Ca（維持の正味エネルギー当たり。羊・山羊は体重kg当たりMJ/日）",
            ),
        ),
        _number(
            "weight_gain",
            Text(
                "weight gained; 0 for grown animals; of lambs and kids that from weaning to the age "
                "of a year, or slaughter before, by 365",
                "増体量（成畜は0）。子羊・子山羊は離乳から1歳（またはそれ以前のと畜）までの増体量÷365",
            ),
            "kg/piece/day",
        ),
        _number(
            "mature_weight",
            Text("weight of a grown animal (cattle and buffalo)", "成畜の体重（牛・水牛）"),
            "kg/piece",
        ),
        _number(
            "growth_coefficient",
            Text("coefficient of growth C (cattle and buffalo)", "成長の係数C（牛・水牛）"),
        ),
        _number(
            "weaning_weight",
            Text("weight at weaning (sheep and goats)", "離乳時の体重（羊・山羊）"),
            "kg/piece",
        ),
        _number(
            "growth_a",
            Text("constant of growth a, MJ/kg (sheep and goats)", "成長の定数a、MJ/kg（羊・山羊）"),
        ),
        _number(
            "growth_b",
            Text(
                "constant of growth b, MJ/kg per kg (sheep and goats)",
                "成長の定数b、MJ/kg²（羊・山羊）",
            ),
        ),
        _number(
            "milk",
            Text(
                "milk per animal, the year's total by 365; 0 where there is none",
                "1頭当たり乳量（年間合計÷365、なければ0）",
            ),
            "kg/piece/day",
        ),
        _number(
            "milk_fat",
            Text("fat in milk, by weight (cattle and buffalo)", "乳脂肪率（重量、牛・水牛）"),
            "%",
            100,
        ),
        _number(
            "milk_energy",
            Text(
                "net energy for a kg of milk, MJ/kg (sheep and goats)",
                "乳1kgの正味エネルギー、MJ/kg（羊・山羊）",
            ),
        ),
        _number(
            "wool",
            Text(
                "wool per animal; 0 where there is none (sheep and goats)",
                "1頭当たり羊毛・毛の量（なければ0、羊・山羊）",
            ),
            "kg/piece/year",
        ),
        _number(
            "wool_energy",
            Text(
                "energy of a kg of wool, MJ/kg (sheep and goats)",
                "羊毛・毛1kgのエネルギー、MJ/kg（羊・山羊）",
            ),
        ),
        _number(
            "work",
            Text(
                "hours of work a day; 0 where there is none (cattle and buffalo)",
                "1日の使役時間（なければ0、牛・水牛）",
            ),
            "hour/day",
            24,
        ),
        _number(
            "pregnant",
            Text("share of the animals that bear in the year", "その年に妊娠する割合"),
            "%",
            100,
        ),
        _number("pregnancy_coefficient", Text("coefficient of pregnancy", "妊娠の係数")),
        _number(
            "digestibility",
            Text("digestible energy, in % of gross energy (DE)", "可消化エネルギーの割合（DE）"),
            "%",
            100,
        ),
        _number(
            "urinary_energy",
            Text("energy lost in urine, in % of gross energy", "尿中に失われるエネルギーの割合"),
            "%",
            100,
        ),
        _number("ash", Text("ash in the dry matter of feed", "飼料乾物中の灰分"), "%", 100),
        *_SOURCE,
    ),
)

SYSTEMS = Table(
    name="systems",
    title=Text("Manure management systems", "排せつ物の管理方法"),
    key=("country", "year", "herd", "system"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _HERD,
        Column(
            name="system",
            type=Type.TEXT,
            meaning=Text("manure management system", "管理方法の名称"),
        ),
        Column(
            name="share",
            type=Type.NUMBER,
            meaning=Text(
                "share of the herd's manure; the shares of a herd come to 100 %",
                "家畜群の排せつ物に占める割合（合計100％）",
            ),
            unit="%",
            minimum=0,
            maximum=100,
        ),
        Column(
            name="pasture",
            type=Type.BOOLEAN,
            meaning=Text(
                "dropped while grazing: its nitrous oxide is that of managed soils",
                "放牧中の排せつ物（一酸化二窒素は管理土壌で算定）",
            ),
            required=False,
            default=False,
        ),
        _number(
            "methane_conversion",
            Text("methane conversion factor (MCF)", "メタン変換係数（MCF）"),
            "%",
            100,
        ),
        uncertainty_of("methane_conversion_uncertainty", Text("that factor", "その係数")),
        *_with_uncertainty(
            "direct_factor",
            Text(
                "direct emission, kg N2O-N per kg N (EF3)",
                "直接排出係数（窒素1kg当たりkg N2O-N、EF3）",
            ),
            None,
            1,
        ),
        *_with_uncertainty(
            "volatilised",
            Text("nitrogen lost as ammonia and NOx", "アンモニア・NOxとして失われる窒素"),
            "%",
            100,
        ),
        *_with_uncertainty(
            "leached", Text("nitrogen lost by leaching", "溶脱により失われる窒素"), "%", 100
        ),
        *_SOURCE,
    ),
)

EMISSIONS = Table(
    name="emissions",
    title=Text("Emissions by herd and process", "家畜群・過程別の排出量"),
    key=("country", "year", "herd", "process"),
    columns=(
        COUNTRY,
        YEAR,
        _HERD,
        _SPECIES,
        Column(
            name="process",
            type=Type.TEXT,
            meaning=Text(
                "enteric: methane from the gut; manure-methane; nitrous oxide of manure: "
                "manure-direct, manure-deposition of what volatilises, manure-leaching",
                "enteric（消化管メタン）、manure-methane（排せつ物メタン）、排せつ物の一酸化二窒素は"
                "manure-direct（直接）、manure-deposition（揮発・沈着）、manure-leaching（溶脱）",
            ),
            allowed=PROCESSES,
            words=PROCESS_WORDS,
        ),
        TREE_CATEGORY,
        Column(name="gas", type=Type.TEXT, meaning=Text("gas", "ガス")),
        TIER,
        _HEAD,
        Column(
            name="factor",
            type=Type.NUMBER,
            meaning=Text("gas per animal", "1頭当たりのガス"),
            unit="kg/piece/year",
        ),
        MASS,
        CO2E,
        UNCERTAINTY,
    ),
)

ENERGY = Table(
    name="energy",
    title=Text("Energy of feed per animal, Tier 2", "1頭当たり飼料エネルギー（Tier 2）"),
    key=("country", "year", "herd"),
    columns=(
        COUNTRY,
        YEAR,
        _HERD,
        *(
            replace(_number(name, meaning, "MJ/piece/day"), minimum=None)
            for name, meaning in (
                ("maintenance", Text("net energy for maintenance", "維持の正味エネルギー")),
                ("activity", Text("net energy for activity", "活動の正味エネルギー")),
                ("growth", Text("net energy for growth", "成長の正味エネルギー")),
                ("lactation", Text("net energy for milk", "泌乳の正味エネルギー")),
                ("work_energy", Text("net energy for work", "使役の正味エネルギー")),
                ("pregnancy", Text("net energy for pregnancy", "妊娠の正味エネルギー")),
                ("wool", Text("net energy for wool", "羊毛・毛の正味エネルギー")),
            )
        ),
        *(
            replace(_number(name, meaning), minimum=None)
            for name, meaning in (
                (
                    "maintenance_ratio",
                    Text(
                        "net energy for maintenance per digestible energy (REM)",
                        "維持の正味エネルギーと可消化エネルギーの比（REM）",
                    ),
                ),
                (
                    "growth_ratio",
                    Text(
                        "net energy for growth per digestible energy (REG)",
                        "成長の正味エネルギーと可消化エネルギーの比（REG）",
                    ),
                ),
            )
        ),
        _number("gross_energy", Text("gross energy", "総エネルギー"), "MJ/piece/day"),
        _number(
            "volatile_solids",
            Text("volatile solids excreted", "揮発性固形物排せつ量"),
            "kg/piece/day",
        ),
    ),
)
