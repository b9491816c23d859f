"""Greenhouse gases of waste that is incinerated or burnt in the open.

Serves activities 1-1-2 and 1-1-3. Only the fossil part of the carbon counts as carbon dioxide; the
rest is a memo item. Composition and factors are given with their source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kyoso.climate.transparency.estimates import GWP, Part, Row, estimates, known, named
from kyoso.climate.transparency.factors import POTENTIALS, potentials
from kyoso.climate.transparency.tables.estimates import ESTIMATES
from kyoso.climate.transparency.tables.waste_treatment import (
    BURNING,
    BURNT,
    CATEGORY_OF,
    TECHNOLOGIES,
    WASTE_TYPES,
)
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check
from kyoso.numerics.uncertain import Uncertain
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.given import schema

CARBON_TO_CO2 = 44 / 12
"""Mass of carbon dioxide per mass of the carbon in it."""

_KEY = ("country", "year", "waste_type", "technology")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Burnt:
    """Waste of one type burnt in one way; gases in t."""

    row: Row
    waste_type: Row
    technology: Row

    @property
    def category(self) -> str:
        return str(self.row["energy_category"] or CATEGORY_OF[self.technology["kind"]])

    @property
    def tier(self) -> int:
        own = self.waste_type["country_specific"] or self.technology["country_specific"]
        return 2 if own else 1

    @property
    def mass(self) -> Uncertain:
        """Wet mass [t]."""
        place = tuple(self.row[name] for name in _KEY)
        return Uncertain.stated(self.row["mass"] * 1e3, self.row["activity_uncertainty"], place)

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
            how=f"waste-incineration, Tier {one.tier}, V5 Equations 5.1, 5.4, 5.5",
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
    for row in tables["burnt"].to_pylist():
        yield _Burnt(
            row=row,
            waste_type=kinds[row["waste_type"].lower()],
            technology=ways[row["technology"].lower()],
        )


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
            (" ".join([*(str(one.row[name]) for name in _KEY), gas]), mass)
            for one in burnt
            for gas, biogenic, mass in one.gases()
            if not biogenic
        ],
        "estimates",
    )
    for table, column, used in (
        ("waste_types", "waste_type", [one.waste_type for one in burnt]),
        ("technologies", "technology", [one.technology for one in burnt]),
    ):
        status = {row[column]: row["verification"] for row in used}
        yield named(
            f"{table}.factors-verified",
            Text("factors verified against a source", "係数の出典確認"),
            table=table,
            tested=len(status),
            open_=sorted(name for name, found in status.items() if found == "unverified"),
        )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Heat is used in fuel combustion, and not of what burns in the open."""
    kinds = {
        row["technology"].lower(): row["kind"]
        for row in tables["technologies"].to_pylist()
        if row["technology"] is not None
    }
    return (
        Rule(
            id="energy-category",
            title=Text(
                "waste whose heat is used stands under fuel combustion",
                "熱を利用する廃棄物の区分は燃料の燃焼",
            ),
            table="burnt",
            broken=tuple(_misplaced(tables["burnt"].to_pylist(), kinds)),
        ),
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

Half of the 95 % interval is carried to first order: waste of one type shares its carbon, and what
burns in one way its factors; a share or factor of 0 is taken as known.
""",
    r"""種類$i$の廃棄物を方式$j$で燃焼した湿重量を$SW$ [Gg] とすると

$$CO_2\,[\mathrm{t}] = 10^3 \sum SW_{ij} \cdot dm_i \cdot CF_i \cdot FCF_i \cdot OF_j \cdot \tfrac{44}{12} \qquad \text{(5.1)}$$

$dm$は乾燥物の割合、$CF$はその炭素の割合、$FCF$は化石由来の割合、$OF$は酸化率である。残りの炭素$1 - FCF$は生物由来のCO2
（メモ項目）となる。湿重量当たりの係数 [kg/Gg] から

$$CH_4\,[\mathrm{t}] = 10^{-3} \sum SW_{ij} \cdot EF_{CH_4,j} \qquad
N_2O\,[\mathrm{t}] = 10^{-3} \sum SW_{ij} \cdot EF_{N_2O,j} \qquad \text{(5.4, 5.5)}$$

95％区間の半幅は一次近似で伝播させる。同じ種類の廃棄物は炭素を、同じ方式の燃焼は係数を共有する。0の割合・係数は既知とする。
""",
)

METHOD = Method(
    id="climate.transparency.waste-incineration",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text("Incineration and open burning of waste", "廃棄物の焼却と野焼き"),
    summary=Text(
        "Carbon dioxide of the fossil carbon, methane and nitrous oxide of waste that is incinerated "
        "or burnt in the open, from its mass, its composition and the way it burns; waste whose "
        "heat is used is reported under energy.",
        "焼却または野焼きした廃棄物の質量、組成、燃焼方式から、化石由来のCO2、メタン、一酸化二窒素を算定する。熱を利用した分はエネルギー分野に報告する。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(BURNT, WASTE_TYPES, TECHNOLOGIES),
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
        Origin(table="emissions", source="waste_types", on=("waste_type",)),
        Origin(table="emissions", source="technologies", on=("technology",)),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 5",
            place="Chapter 5, Equations 5.1, 5.4 and 5.5",
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
            "The mass burnt in the open is given, not estimated from population; what smoulders "
            "afterwards counts as a landfill.",
            "野焼きの量は人口から推計せず記入する。燃え残りは埋立として扱う。",
        ),
        Text(
            "No interval is given for biogenic CO2, which no total contains.",
            "生物由来のCO2は合計に含めないため、区間を示さない。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS,),
    example={
        name: f"waste-incineration/{name}.csv" for name in ("burnt", "waste_types", "technologies")
    },
    package=__package__ or "",
)
