"""Greenhouse gases of waste that is incinerated or burnt in the open.

Serves activities 1-1-2 and 1-1-3. Only the fossil part of the carbon counts as carbon dioxide; the
rest is a memo item. Composition and factors are given with their source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kyoso.climate.transparency.estimates import (
    GWP,
    Part,
    Row,
    estimates,
    known,
    named,
    rows_of,
    unverified,
)
from kyoso.climate.transparency.factors import POTENTIALS, potentials
from kyoso.climate.transparency.tables.estimates import ESTIMATES
from kyoso.climate.transparency.tables.waste_treatment import (
    BURNING,
    BURNT,
    CATEGORY_OF,
    OPEN_BURNING,
    POPULATION,
    TECHNOLOGIES,
    WASTE_TYPES,
)
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check
from kyoso.numerics.uncertain import Uncertain, total
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.given import schema

CARBON_TO_CO2 = 44 / 12
"""Mass of carbon dioxide per mass of the carbon in it."""

DAYS = 365

_KEY = ("country", "year", "waste_type", "technology")
_HOW = Text(
    "waste-incineration, Tier {tier}, V5 Equations {equations}",
    "廃棄物の焼却、Tier {tier}、第5巻 式{equations}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Burnt:
    """Waste of one type burnt in one way: its wet mass [t]; gases in t."""

    row: Row
    mass: Uncertain
    equations: str
    waste_type: Row
    technology: Row

    @property
    def category(self) -> str:
        return str(self.row["energy_category"] or CATEGORY_OF[self.technology["kind"]])

    @property
    def tier(self) -> int:
        own = self.waste_type["country_specific"] or self.technology["country_specific"]
        return 2 if own else 1

    def carbon_dioxide(self, *, fossil: bool) -> Uncertain:
        """SW · dm · CF · FCF · OF · 44/12 (Equation 5.1), or the same of the other carbon.

        The types of a name share their composition.
        """
        kind = self.waste_type
        share = kind["fossil"] if fossil else 1 - kind["fossil"]
        if not share:
            return Uncertain(0.0)
        carbon = Uncertain.stated(
            kind["dry_matter"] * kind["carbon"] * share,
            kind["fossil_uncertainty"] if fossil else None,
            ("carbon", kind["waste_type"], fossil),
        )
        return self.mass * carbon * (float(self.technology["oxidation"]) * CARBON_TO_CO2)

    def other(self, gas: str) -> Uncertain:
        """IW · EF (Equations 5.4 and 5.5), the factor shared by all that burns this way."""
        way = self.technology
        if not way[f"{gas}_factor"]:
            return Uncertain(0.0)
        factor = Uncertain.stated(
            way[f"{gas}_factor"] * 1e-6, way[f"{gas}_uncertainty"], (gas, way["technology"])
        )
        return self.mass * factor

    def gases(self) -> Iterator[tuple[str, bool, Uncertain]]:
        """Each gas with whether it is a memo item, and its mass."""
        yield "CO2", False, self.carbon_dioxide(fossil=True)
        yield "CO2", True, self.carbon_dioxide(fossil=False)
        yield "CH4", False, self.other("methane")
        yield "N2O", False, self.other("nitrous_oxide")


def waste_incineration(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Gases [t] by type of waste and way of burning, and what the inventory takes."""
    assessment = str(values["gwp"])
    burnt = list(_burnt(tables))
    parts = [
        Part(
            country=one.row["country"],
            year=one.row["year"],
            category=one.category,
            gas=gas,
            mass=mass,
            how=_HOW.format(tier=one.tier, equations=one.equations),
        )
        for one in burnt
        for gas, biogenic, mass in one.gases()
        if not biogenic
    ]
    return Outcome(
        tables={
            "emissions": _emissions(burnt, potentials(assessment)),
            "estimates": estimates(parts, assessment),
        },
        checks=tuple(_checks(burnt)),
    )


def _burnt(tables: Mapping[str, pa.Table]) -> Iterator[_Burnt]:
    kinds = {row["waste_type"].lower(): row for row in tables["waste_types"].to_pylist()}
    ways = {row["technology"].lower(): row for row in tables["technologies"].to_pylist()}
    for row, mass, equations in (*_weighed(tables), *_of_population(tables)):
        yield _Burnt(
            row=row,
            mass=mass,
            equations=equations,
            waste_type=kinds[row["waste_type"].lower()],
            technology=ways[row["technology"].lower()],
        )


def _weighed(tables: Mapping[str, pa.Table]) -> Iterator[tuple[Row, Uncertain, str]]:
    for row in rows_of(tables, "burnt"):
        place = tuple(row[name] for name in _KEY)
        mass = Uncertain.stated(row["mass"] * 1e3, row["activity_uncertainty"], place)
        yield row, mass, "5.1, 5.4, 5.5"


def _of_population(tables: Mapping[str, pa.Table]) -> Iterator[tuple[Row, Uncertain, str]]:
    """What people burn in the open, of all groups together (Equation 5.7)."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows_of(tables, "population"):
        groups.setdefault(_alike(row), []).append(row)
    for rows in groups.values():
        mass = total(
            Uncertain.stated(
                open_burnt(row), row["activity_uncertainty"], tuple(row[n] for n in POPULATION.key)
            )
            for row in rows
        )
        yield {**rows[0], "energy_category": None}, mass, "5.1, 5.4, 5.5, 5.7"


def _alike(row: Row) -> tuple[object, ...]:
    """The key of a row, in which names in any case are the same."""
    return (row["country"], row["year"], row["waste_type"].lower(), row["technology"].lower())


def open_burnt(row: Row) -> float:
    """Wet waste [t] that a group of people burns in the open in a year (Equation 5.7).

    >>> open_burnt({"persons": 1e6, "burning": 0.5, "waste_per_person": 0.4, "burnt": 0.6})
    43800.0
    """
    people = row["persons"] * row["burning"]
    return float(people * row["waste_per_person"] * row["burnt"] * DAYS * 1e-3)


def _emissions(burnt: Sequence[_Burnt], warming: Mapping[str, float]) -> pa.Table:
    rows = [
        {
            "country": one.row["country"],
            "year": one.row["year"],
            "category": one.category,
            "waste_type": one.waste_type["waste_type"],
            "technology": one.technology["technology"],
            "gas": gas,
            "biogenic": biogenic,
            "waste": one.mass.value * 1e-3,
            "tier": one.tier,
            "mass": mass.value,
            "co2e": mass.value * warming[gas],
            "uncertainty": mass.percent,
        }
        for one in burnt
        for gas, biogenic, mass in one.gases()
    ]
    return pa.Table.from_pylist(rows, schema=schema(BURNING))


def _checks(burnt: Sequence[_Burnt]) -> Iterator[Check]:
    yield known(
        [
            (BURNING.line({**one.row, "gas": gas}, (*_KEY, "gas")), mass)
            for one in burnt
            for gas, biogenic, mass in one.gases()
            if not biogenic
        ],
        "estimates",
    )
    for table, used in (
        (WASTE_TYPES, [one.waste_type for one in burnt]),
        (TECHNOLOGIES, [one.technology for one in burnt]),
    ):
        status = {table.line(row): row["verification"] for row in used}
        yield named(
            f"{table.name}.factors-verified",
            Text("factors verified against a source", "係数の出典確認"),
            table=table.name,
            tested=len(status),
            open_=unverified(status),
        )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Heat is used in fuel combustion; people burn in the open, and no waste counts twice."""
    kinds = {
        row["technology"].lower(): row["kind"]
        for row in tables["technologies"].to_pylist()
        if row["technology"] is not None
    }
    burnt, population = rows_of(tables, "burnt"), rows_of(tables, "population")
    found = []
    if not {"burnt", "population"} & set(tables):
        nothing = Broken(
            where={},
            column="technology",
            message=Text("no waste that is burnt", "燃焼した廃棄物の表がありません"),
            hint=Text(
                "give the table burnt, population, or both",
                "burnt、populationの一方または両方の表を入れてください",
            ),
        )
        found.append(
            Rule(
                id="something-burnt",
                title=Text("waste that is burnt", "燃焼した廃棄物"),
                table="technologies",
                broken=(nothing,),
            )
        )
    if "population" in tables:
        found.append(
            Rule(
                id="open-and-once",
                title=Text("burnt in the open, and counted once", "野焼きであり、重複なし"),
                table="population",
                broken=tuple(_misburnt(population, burnt, kinds)),
            )
        )
    if "burnt" not in tables:
        return found
    return (
        *found,
        Rule(
            id="energy-category",
            title=Text(
                "waste whose heat is used stands under fuel combustion",
                "熱を利用する廃棄物の区分は燃料の燃焼",
            ),
            table="burnt",
            broken=tuple(_misplaced(burnt, kinds)),
        ),
    )


def _misburnt(
    rows: Sequence[Row], burnt: Sequence[Row], kinds: Mapping[str, str]
) -> Iterator[Broken]:
    """Plants among the ways in which people burn their waste, and waste whose mass is given too."""
    weighed = {_alike(row) for row in burnt if None not in (row[name] for name in _KEY)}
    for row in rows:
        if None in (row[name] for name in _KEY):
            continue
        where = {name: row[name] for name in POPULATION.key}
        kind = kinds.get(row["technology"].lower())
        if kind not in (None, OPEN_BURNING):
            yield Broken(
                where=where,
                column="technology",
                value=row["technology"],
                message=Text("not burnt in the open", "野焼きではありません"),
                hint=Text(
                    "what a plant burns is weighed: give it in the table burnt",
                    "施設で燃焼する量はburntの表に記入してください",
                ),
            )
        elif _alike(row) in weighed:
            yield Broken(
                where=where,
                column="waste_type",
                value=row["waste_type"],
                message=Text(
                    "its mass is given in the table burnt as well, and would count twice",
                    "burntの表にも質量があり、二重に数えられます",
                ),
                hint=Text("keep one of them", "どちらかだけを残してください"),
            )


def _misplaced(rows: Sequence[Row], kinds: Mapping[str, str]) -> Iterator[Broken]:
    for row in rows:
        category = row["energy_category"]
        if category is None or None in (row[name] for name in _KEY):
            continue
        where = {name: row[name] for name in _KEY}
        if not category.startswith("1A"):
            yield Broken(
                where=where,
                column="energy_category",
                value=category,
                message=Text("no category of fuel combustion", "燃料の燃焼の区分ではありません"),
                hint=Text(
                    "a category under 1A such as 1A1a, or nothing where the heat is not used",
                    "1A1aなど1Aの区分とするか、熱を利用しなければ空欄にしてください",
                ),
            )
        elif kinds.get(row["technology"].lower()) == "open-burning":
            yield Broken(
                where=where,
                column="energy_category",
                value=category,
                message=Text("nobody uses the heat of open burning", "野焼きの熱は利用されません"),
                hint=Text("leave it empty", "空欄にしてください"),
            )


_EQUATIONS = Text(
    r"""Of waste of the type $i$, burnt in the way $j$, with the wet mass $SW$ [Gg]:

$$CO_2\,[\mathrm{t}] = 10^3 \sum SW_{ij} \cdot dm_i \cdot CF_i \cdot FCF_i \cdot OF_j \cdot \tfrac{44}{12} \qquad \text{(5.1)}$$

with $dm$ the dry matter, $CF$ the carbon in it, $FCF$ the fossil part of that and $OF$ the fraction
oxidised. The other carbon, $1 - FCF$, gives the biogenic CO2, a memo item. With factors by wet
waste [kg/Gg]:

$$CH_4\,[\mathrm{t}] = 10^{-3} \sum SW_{ij} \cdot EF_{CH_4,j} \qquad
N_2O\,[\mathrm{t}] = 10^{-3} \sum SW_{ij} \cdot EF_{N_2O,j} \qquad \text{(5.4, 5.5)}$$

Where it is not weighed, what people burn in the open is worked out from the persons $P$, the fraction $P_{frac}$ of them that
burns waste, the waste per person $MSW_P$ [kg/day] and the fraction $B_{frac}$ of it that is burnt:

$$SW\,[\mathrm{Gg}] = P \cdot P_{frac} \cdot MSW_P \cdot B_{frac} \cdot 365 \cdot 10^{-6} \qquad \text{(5.7)}$$

Half of the 95 % interval is carried to first order: waste of one type shares its carbon, and what
burns in one way its factors; a share or factor of 0 is taken as known.
""",
    r"""種類$i$の廃棄物を方式$j$で燃焼した湿重量を$SW$ [Gg] とすると

$$CO_2\,[\mathrm{t}] = 10^3 \sum SW_{ij} \cdot dm_i \cdot CF_i \cdot FCF_i \cdot OF_j \cdot \tfrac{44}{12} \qquad \text{(5.1)}$$

$dm$は乾燥物の割合、$CF$はその炭素の割合、$FCF$は化石由来の割合、$OF$は酸化率である。残りの炭素$1 - FCF$は生物由来のCO2
（メモ項目）となる。湿重量当たりの係数 [kg/Gg] から

$$CH_4\,[\mathrm{t}] = 10^{-3} \sum SW_{ij} \cdot EF_{CH_4,j} \qquad
N_2O\,[\mathrm{t}] = 10^{-3} \sum SW_{ij} \cdot EF_{N_2O,j} \qquad \text{(5.4, 5.5)}$$

野焼きの量が計量されていなければ、人口$P$、廃棄物を燃やす人の割合$P_{frac}$、一人当たりの廃棄物$MSW_P$ [kg/日]、
そのうち燃える割合$B_{frac}$から計算する。

$$SW\,[\mathrm{Gg}] = P \cdot P_{frac} \cdot MSW_P \cdot B_{frac} \cdot 365 \cdot 10^{-6} \qquad \text{(5.7)}$$

95％区間の半幅は一次近似で伝播させる。同じ種類の廃棄物は炭素を、同じ方式の燃焼は係数を共有する。0の割合・係数は既知とする。
""",
)

METHOD = Method(
    id="climate.transparency.waste-incineration",
    version="1.2.0",
    kind=Kind.ARRAY,
    title=Text("Incineration and open burning of waste", "廃棄物の焼却と野焼き"),
    summary=Text(
        "Carbon dioxide of the fossil carbon, methane and nitrous oxide of waste that is incinerated "
        "or burnt in the open, from its mass, its composition and the way it burns; waste whose "
        "heat is used is reported under energy.",
        "焼却または野焼きした廃棄物の質量、組成、燃焼方式から、化石由来のCO2、メタン、一酸化二窒素を算定する。熱を利用した分はエネルギー分野に報告する。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(BURNT, POPULATION, WASTE_TYPES, TECHNOLOGIES),
    outputs=(BURNING, ESTIMATES),
    function=waste_incineration,
    rules=rules,
    parameters=(GWP,),
    figures=(
        Figure(
            name="estimates",
            title=Text("Emissions by category", "区分別の排出量"),
            kind="bars",
            table="estimates",
            value="co2e",
            category="category",
            at="year",
            facet="country",
            added=True,
        ),
    ),
    origins=(
        Origin(
            table="estimates",
            source="emissions",
            on=("country", "year", "category", "gas"),
            only={"biogenic": False},
        ),
        Origin(table="emissions", source="burnt", on=_KEY),
        Origin(table="emissions", source="population", on=_KEY),
        Origin(table="emissions", source="waste_types", on=("waste_type",)),
        Origin(table="emissions", source="technologies", on=("technology",)),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 5",
            place="Chapter 5, Equations 5.1, 5.4, 5.5 and 5.7",
            year=2006,
        ),
    ),
    limits=(
        Text(
            "No composition or factor is shipped: they depend on the country's waste and plants, and "
            "are given with their source.",
            "組成と係数は同梱していない。国の廃棄物と施設により異なるため、出典とともに記入すること。",
        ),
        Text(
            "Waste whose heat is used is a fuel: name the category of fuel combustion, and leave it "
            "out of the fuels there.",
            "熱を利用する廃棄物は燃料である。燃料燃焼の区分を記入し、その区分の燃料と重複させないこと。",
        ),
        Text(
            "The mass burnt in the open is given, or worked out from population with fractions that "
            "are given; none is shipped. What is left unburnt counts as a landfill.",
            "野焼きの量は記入するか、人口と記入された割合から計算する。割合の既定値は同梱していない。燃え残りは埋立として扱う。",
        ),
        Text(
            "No interval is given for biogenic CO2, which no total contains.",
            "生物由来のCO2は合計に含めないため、区間を示さない。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS,),
    example={
        name: f"waste-incineration/{name}.csv"
        for name in ("burnt", "population", "waste_types", "technologies")
    },
    package=__package__ or "",
)
