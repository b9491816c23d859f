"""Methane and nitrous oxide of wastewater, from organics and nitrogen and where they go.

Serves activities 1-1-2 and 1-1-3. No factor is shipped: they depend on the country's systems and
differ between editions of the guidelines, so they are given with their source.
"""

from __future__ import annotations

import math
from collections import defaultdict
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
from kyoso.climate.transparency.tables.wastewater import (
    DOMESTIC,
    INDUSTRIAL,
    INDUSTRY,
    METHANE,
    NITROGEN,
    NITROUS_OXIDE,
    PATHWAYS,
    POPULATION,
    SYSTEMS,
)
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check
from kyoso.numerics.uncertain import Uncertain
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.given import schema

DAYS = 365
"""Of a year, in Equation 6.3."""
NITROGEN_TO_N2O = 44 / 28
"""Mass of nitrous oxide per mass of the nitrogen in it."""

_GROUP = ("country", "year", "group")
_WAY = (*_GROUP, "system")
_ROUNDING = 1e-6
_HOW = Text(
    "wastewater, Tier {tier}, V5 Equations {equations}",
    "排水、Tier {tier}、第5巻 式{equations}",
)
"""So far the shares of a group may be from 1: they are written rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """Organics [t] that reach a system; ``row`` is the one of pathways or of industry."""

    row: Row
    category: str
    group: str
    system: Row
    organics: Uncertain

    @property
    def factor(self) -> float:
        """Methane by organics, B0 · MCF (Equations 6.2 and 6.5) [kg/kg]."""
        return float(self.system["methane_capacity"] * self.system["methane_correction_factor"])

    @property
    def generated(self) -> Uncertain:
        """Methane [t] of what the sludge does not take away; systems of a name share a factor."""
        if not self.factor:
            return Uncertain(0.0)
        factor = Uncertain.stated(
            self.factor, self.system["factor_uncertainty"], ("system", self.system["system"])
        )
        return (self.organics - float(self.row["sludge"])) * factor

    @property
    def emitted(self) -> Uncertain:
        """(TOW − S) · EF − R (Equations 6.1 and 6.4) [t]."""
        return self.generated - float(self.row["recovered"])

    @property
    def tier(self) -> int:
        return 2 if self.system["country_specific"] else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nitrogen:
    """A row of nitrogen with what comes of it [t]: total, discharged, N2O of plants and effluent."""

    row: Row
    total: Uncertain
    discharged: Uncertain
    plants: Uncertain
    effluent: Uncertain

    @property
    def emitted(self) -> Uncertain:
        return self.plants + self.effluent


def wastewater(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Methane [t] by system, nitrous oxide [t] by treatment, and what the inventory takes."""
    assessment = str(values["gwp"])
    loads = list(_loads(tables))
    nitrogen = [_nitrogen(row) for row in rows_of(tables, "nitrogen")]
    parts = [
        Part(
            country=one.row["country"],
            year=one.row["year"],
            category=one.category,
            gas="CH4",
            mass=one.emitted,
            how=_HOW.format(
                tier=one.tier, equations="6.1-6.3" if one.category == DOMESTIC else "6.4-6.6"
            ),
        )
        for one in loads
    ]
    parts += [
        Part(
            country=one.row["country"],
            year=one.row["year"],
            category=DOMESTIC,
            gas="N2O",
            mass=one.emitted,
            how=_HOW.format(tier=1, equations="6.7-6.10"),
        )
        for one in nitrogen
    ]
    warming = potentials(assessment)
    return Outcome(
        tables={
            "methane": _methane(loads, warming["CH4"]),
            "nitrous_oxide": _nitrous_oxide(nitrogen, warming["N2O"]),
            "estimates": estimates(parts, assessment),
        },
        checks=tuple(_checks(loads, nitrogen)),
    )


def _place(row: Row, names: Sequence[str] = _GROUP) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


def _systems(tables: Mapping[str, pa.Table]) -> Mapping[str, Row]:
    return {
        row["system"].lower(): row
        for row in tables["systems"].to_pylist()
        if row["system"] is not None
    }


def _loads(tables: Mapping[str, pa.Table]) -> Iterator[_Load]:
    """What reaches each system, of domestic and of industrial wastewater."""
    systems = _systems(tables)
    population = {_place(row): row for row in rows_of(tables, "population")}
    for row in rows_of(tables, "pathways"):
        group = population[_place(row)]
        yield _Load(
            row=row,
            category=DOMESTIC,
            group=row["group"],
            system=systems[row["system"].lower()],
            organics=Uncertain.stated(
                domestic_organics(group, row),
                group["activity_uncertainty"],
                ("population", *_place(row)),
            ),
        )
    for row in rows_of(tables, "industry"):
        yield _Load(
            row=row,
            category=INDUSTRIAL,
            group=row["industry"],
            system=systems[row["system"].lower()],
            organics=Uncertain.stated(
                industrial_organics(row),
                row["activity_uncertainty"],
                ("industry", *_place(row, ("country", "year", "industry"))),
            ),
        )


def domestic_organics(group: Row, pathway: Row) -> float:
    """Organics in t a year: persons · organics [g/person/day] · 365 · I · share (Equation 6.3)."""
    load = group["persons"] * group["organics"] * 1e-6 * DAYS
    return float(load * pathway["co_discharge"] * pathway["share"])


def industrial_organics(row: Row) -> float:
    """Organics in t a year: product [t] · wastewater [m3/t] · organics [kg/m3] (Equation 6.6)."""
    return float(row["production"] * row["wastewater"] * row["organics"] * 1e-3 * row["share"])


def _nitrogen(row: Row) -> _Nitrogen:
    """Nitrogen and nitrous oxide of a row (2019 Refinement, Equations 6.7 to 6.10) [t]."""
    total = Uncertain.stated(
        row["persons"] * row["protein"] * 1e-3 * row["nitrogen_fraction"] * row["household"]
        * row["non_consumed"] * row["co_discharge"] * row["share"],
        row["activity_uncertainty"],
        ("nitrogen", *_place(row)),
    )  # fmt: skip
    discharged = total * (1 - row["removed"]) - row["sludge"]

    def n2o(nitrogen: Uncertain, name: str) -> Uncertain:
        if not row[name]:
            return Uncertain(0.0)
        factor = Uncertain.stated(row[name], row["factor_uncertainty"], (name, row[name]))
        return nitrogen * factor * NITROGEN_TO_N2O

    return _Nitrogen(
        row=row,
        total=total,
        discharged=discharged,
        plants=n2o(total, "plant_factor"),
        effluent=n2o(discharged, "effluent_factor"),
    )


def _methane(loads: Sequence[_Load], potential: float) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "country": one.row["country"],
                "year": one.row["year"],
                "category": one.category,
                "group": one.group,
                "system": one.system["system"],
                "organics": one.organics.value,
                "sludge": one.row["sludge"],
                "factor": one.factor,
                "generated": one.generated.value,
                "recovered": one.row["recovered"],
                "tier": one.tier,
                "mass": one.emitted.value,
                "co2e": one.emitted.value * potential,
                "uncertainty": one.emitted.percent,
            }
            for one in loads
        ],
        schema=schema(METHANE),
    )


def _nitrous_oxide(nitrogen: Sequence[_Nitrogen], potential: float) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                **{name: one.row[name] for name in (*_GROUP, "treatment")},
                "nitrogen": one.total.value,
                "discharged": one.discharged.value,
                "plants": one.plants.value,
                "effluent": one.effluent.value,
                "mass": one.emitted.value,
                "co2e": one.emitted.value * potential,
                "uncertainty": one.emitted.percent,
            }
            for one in nitrogen
        ],
        schema=schema(NITROUS_OXIDE),
    )


def _checks(loads: Sequence[_Load], nitrogen: Sequence[_Nitrogen]) -> Iterator[Check]:
    parts = [
        (METHANE.line({**one.row, "group": one.group, **one.system}, _WAY), one.emitted)
        for one in loads
    ]
    parts += [(NITROGEN.line(one.row, _GROUP), one.emitted) for one in nitrogen]
    yield known(parts, "estimates")
    systems = {SYSTEMS.line(one.system): one.system["verification"] for one in loads}
    treatments = {
        NITROGEN.line(one.row, ["treatment"]): one.row["verification"] for one in nitrogen
    }
    for table, used in (("systems", systems), ("nitrogen", treatments)):
        yield named(
            f"{table}.factors-verified",
            Text("factors verified against a source", "係数の出典確認"),
            table=table,
            tested=len(used),
            open_=unverified(used),
        )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Shares that come to one, organics measured alike, and no more taken away than is there."""
    systems = _systems(tables)
    population = {_place(row): row for row in rows_of(tables, "population")}
    found = []
    for name, what in (
        ("pathways", Text("all wastewater goes somewhere, once", "排水の行き先の合計が1")),
        ("nitrogen", Text("all wastewater is treated in one way or none", "処理の割合の合計が1")),
    ):
        if name in tables:
            found.append(
                Rule(
                    id="shares-whole",
                    title=what,
                    table=name,
                    broken=tuple(_not_whole(rows_of(tables, name))),
                )
            )
    if "pathways" in tables:
        rows = rows_of(tables, "pathways")
        found.append(
            Rule(
                id="population-known",
                title=Text("a population for every pathway", "行き先ごとに人口の行あり"),
                table="pathways",
                broken=tuple(_without_population(rows, population)),
            )
        )
        found.append(
            Rule(
                id="pathways-given",
                title=Text("a pathway for every population", "人口ごとに行き先あり"),
                table="population",
                broken=tuple(_without_pathway(population, rows)),
            )
        )
        of_group = [(row, population[_place(row)]["basis"]) for row in rows if _place(row) in population]  # fmt: skip
        found.append(_alike("pathways", PATHWAYS.key, of_group, systems))
    if "industry" in tables:
        rows = rows_of(tables, "industry")
        found.append(_alike("industry", INDUSTRY.key, [(row, row["basis"]) for row in rows], systems))  # fmt: skip
        found.append(
            Rule(
                id="shares-within",
                title=Text("no wastewater treated twice", "排水の処理の割合の合計が1以下"),
                table="industry",
                broken=tuple(_over_whole(rows)),
            )
        )
    return [*found, *_within(tables, population, systems)]


def _shares(
    rows: Sequence[Row], names: Sequence[str]
) -> dict[tuple[object, ...], tuple[float, Row]]:
    """The sum of the shares and the first row of each group whose shares are all known."""
    groups: defaultdict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if None not in _place(row, names):
            groups[_place(row, names)].append(row)
    return {
        key: (math.fsum(row["share"] for row in group), group[0])
        for key, group in groups.items()
        if all(row["share"] is not None for row in group)
    }


def _not_whole(rows: Sequence[Row]) -> Iterator[Broken]:
    for sum_, row in _shares(rows, _GROUP).values():
        if abs(sum_ - 1) > _ROUNDING:
            yield Broken(
                where={name: row[name] for name in (*_GROUP, "share")},
                column="share",
                value=row["share"],
                message=Text(
                    "the shares of this group come to {sum}, not 1",
                    "この区分の割合の合計が{sum}で、1ではありません",
                ).format(sum=f"{sum_:.6g}"),
                hint=Text(
                    "give a row for each way, also for what is discharged untreated",
                    "未処理の放流を含め、すべての行き先の行を記入してください",
                ),
            )


def _over_whole(rows: Sequence[Row]) -> Iterator[Broken]:
    for sum_, row in _shares(rows, ("country", "year", "industry")).values():
        if sum_ > 1 + _ROUNDING:
            yield Broken(
                where={name: row[name] for name in ("country", "year", "industry")},
                column="share",
                value=row["share"],
                message=Text(
                    "the shares of this industry come to {sum}, more than 1",
                    "この業種の割合の合計が{sum}で、1を超えています",
                ).format(sum=f"{sum_:.6g}"),
                hint=Text(
                    "divide the wastewater among the systems", "排水を方式ごとに配分してください"
                ),
            )


def _without_population(
    rows: Sequence[Row], population: Mapping[tuple[object, ...], Row]
) -> Iterator[Broken]:
    for row in rows:
        if None not in _place(row) and _place(row) not in population:
            yield Broken(
                where={name: row[name] for name in PATHWAYS.key},
                column="group",
                value=row["group"],
                message=Text(
                    "no population of this group in this country and year",
                    "この国・年のこの区分の人口がありません",
                ),
                hint=Text("add it to the table population", "populationの表に加えてください"),
            )


def _without_pathway(
    population: Mapping[tuple[object, ...], Row], rows: Sequence[Row]
) -> Iterator[Broken]:
    gone = {_place(row) for row in rows}
    for place in population:
        if None not in place and place not in gone:
            yield Broken(
                where=dict(zip(_GROUP, place, strict=True)),
                column="group",
                value=place[-1],
                message=Text("nowhere for its wastewater to go", "排水の行き先がありません"),
                hint=Text("add its rows to the table pathways", "pathwaysの表に加えてください"),
            )


def _alike(
    table: str, key: Sequence[str], rows: Sequence[tuple[Row, str]], systems: Mapping[str, Row]
) -> Rule:
    """The rule that organics and the factor of their system are both BOD or both COD."""
    return Rule(
        id="basis-fits",
        title=Text("organics and factors measured alike", "有機物と係数の指標が同じ"),
        table=table,
        broken=tuple(
            Broken(
                where={name: row[name] for name in key},
                column="system",
                value=row["system"],
                message=Text(
                    "organics as {of_row}, and the factor of the system is per {of_system}",
                    "有機物は{of_row}ですが、方式の係数は{of_system}当たりです",
                ).format(of_row=basis, of_system=system["basis"]),
                hint=Text(
                    "give both on one basis; BOD and COD do not convert by a fixed ratio",
                    "指標をそろえてください。BODとCODの比は一定ではありません",
                ),
            )
            for row, basis in rows
            if row["system"] is not None
            and (system := systems.get(row["system"].lower())) is not None
            and basis is not None
            and system["basis"] not in (None, basis)
        ),
    )


def _within(
    tables: Mapping[str, pa.Table],
    population: Mapping[tuple[object, ...], Row],
    systems: Mapping[str, Row],
) -> Iterator[Rule]:
    """No more sludge than organics, and no more methane recovered than generated."""
    for name, declared in (("pathways", PATHWAYS), ("industry", INDUSTRY)):
        if name in tables:
            yield Rule(
                id="removed-within",
                title=Text(
                    "no more removed or recovered than there is", "除去・回収は存在量を超えない"
                ),
                table=name,
                broken=tuple(
                    one
                    for row in rows_of(tables, name)
                    for one in _too_much(row, declared.key, population, systems)
                ),
            )
    if "nitrogen" in tables:
        yield Rule(
            id="removed-within",
            title=Text("no more nitrogen removed than there is", "除去した窒素は存在量を超えない"),
            table="nitrogen",
            broken=tuple(
                _excess(row, NITROGEN.key, "sludge", "t")
                for row in rows_of(tables, "nitrogen")
                if _is_whole(row, NITROGEN.names) and _nitrogen(row).discharged.value < 0
            ),
        )


_MAY_LACK = ("activity_uncertainty", "factor_uncertainty", "document", "table")


def _is_whole(row: Row, names: Sequence[str]) -> bool:
    return all(row[name] is not None for name in names if name not in _MAY_LACK)


def _too_much(
    row: Row,
    key: Sequence[str],
    population: Mapping[tuple[object, ...], Row],
    systems: Mapping[str, Row],
) -> Iterator[Broken]:
    if not _is_whole(row, tuple(row)) or row["system"].lower() not in systems:
        return
    system = systems[row["system"].lower()]
    domestic = "group" in row
    group = population.get(_place(row)) if domestic else None
    if not _is_whole(system, SYSTEMS.names) or (
        domestic and (group is None or not _is_whole(group, POPULATION.names))
    ):
        return
    organics = domestic_organics(group, row) if group is not None else industrial_organics(row)
    load = _Load(row=row, category="", group="", system=system, organics=Uncertain(organics))
    if row["sludge"] > organics * (1 + _ROUNDING):
        yield _excess(row, key, "sludge", f"{organics:.6g} t")
    elif row["recovered"] > load.generated.value * (1 + _ROUNDING):
        yield _excess(row, key, "recovered", f"{load.generated.value:.6g} t")


def _excess(row: Row, key: Sequence[str], column: str, most: str) -> Broken:
    return Broken(
        where={name: row[name] for name in key},
        column=column,
        value=row[column],
        message=Text("more than there is", "存在量を超えています"),
        hint=Text("at most {most}", "{most}以下です").format(most=most)
        if most != "t"
        else Text(
            "at most the nitrogen that treatment leaves", "処理後に残る窒素以下にしてください"
        ),
    )


def _methane_of(estimate: Row, known_: Sequence[Row]) -> Sequence[Row]:
    """The rows of methane that an estimate rests on."""
    if estimate["gas"] != "CH4":
        return ()
    return [one for one in known_ if one["category"] == estimate["category"]]


def _nitrous_oxide_of(estimate: Row, known_: Sequence[Row]) -> Sequence[Row]:
    """The rows of nitrous oxide that an estimate rests on."""
    return known_ if estimate["gas"] == "N2O" else ()


_EQUATIONS = Text(
    r"""Of a group of the population $i$ with $P$ persons and organics $b$ [g/person/day], the way $j$ takes
the share $T$; $I$ adds what industry discharges into the same sewer:

$$TOW_{ij}\,[\mathrm{t}] = P_i \cdot b_i \cdot 10^{-6} \cdot 365 \cdot I_{ij} \cdot T_{ij} \qquad \text{(6.3)}$$

Of an industry with the product $P$ [t], wastewater $W$ [m³/t] and organics $c$ [kg/m³]:

$$TOW_{ij}\,[\mathrm{t}] = P_i \cdot W_i \cdot c_i \cdot 10^{-3} \cdot T_{ij} \qquad \text{(6.6)}$$

With $S$ the organics removed with the sludge and $R$ the methane recovered, both in t:

$$EF_j = B_0 \cdot MCF_j \qquad CH_4 = \sum (TOW - S) \cdot EF - R \qquad \text{(6.1, 6.2, 6.4, 6.5)}$$

Nitrogen in domestic wastewater, treated in the way $j$, and its nitrous oxide:

$$TN_j\,[\mathrm{t}] = P \cdot \mathrm{protein} \cdot 10^{-3} \cdot F_{NPR} \cdot N_{HH} \cdot F_{NON-CON} \cdot F_{IND-COM} \cdot T_j \qquad \text{(6.10)}$$

$$N_2O = \tfrac{44}{28} \Bigl( EF_{plant}\,TN_j + EF_{effluent}\,\bigl( TN_j (1 - N_{rem}) - N_{sludge} \bigr) \Bigr) \qquad \text{(6.7 to 6.9)}$$

Half of the 95 % interval is carried to first order; rows of one system share its factor, rows
with the same factor of nitrous oxide share that, rows of one group their load; a factor of 0 is taken as known. Sludge and recovery count as known.
""",
    r"""人口の区分$i$の人口を$P$、有機物を$b$ [g/人/日]、方式$j$の割合を$T$、同じ下水に入る産業排水の係数を$I$とする。

$$TOW_{ij}\,[\mathrm{t}] = P_i \cdot b_i \cdot 10^{-6} \cdot 365 \cdot I_{ij} \cdot T_{ij} \qquad \text{(6.3)}$$

業種の生産量を$P$ [t]、排水量を$W$ [m³/t]、有機物濃度を$c$ [kg/m³] とすると

$$TOW_{ij}\,[\mathrm{t}] = P_i \cdot W_i \cdot c_i \cdot 10^{-3} \cdot T_{ij} \qquad \text{(6.6)}$$

汚泥として除去した有機物を$S$、回収したメタンを$R$（ともにt）として

$$EF_j = B_0 \cdot MCF_j \qquad CH_4 = \sum (TOW - S) \cdot EF - R \qquad \text{(6.1, 6.2, 6.4, 6.5)}$$

処理$j$に入る生活排水中の窒素と、その一酸化二窒素は

$$TN_j\,[\mathrm{t}] = P \cdot \mathrm{protein} \cdot 10^{-3} \cdot F_{NPR} \cdot N_{HH} \cdot F_{NON-CON} \cdot F_{IND-COM} \cdot T_j \qquad \text{(6.10)}$$

$$N_2O = \tfrac{44}{28} \Bigl( EF_{plant}\,TN_j + EF_{effluent}\,\bigl( TN_j (1 - N_{rem}) - N_{sludge} \bigr) \Bigr) \qquad \text{(6.7 to 6.9)}$$

95％区間の半幅は一次近似で伝播させる。同じ方式の行、同じ値のN2O係数の行は係数を、同じ区分の行は負荷量を共有する。0の係数、汚泥、回収量は既知とする。
""",
)

METHOD = Method(
    id="climate.transparency.wastewater",
    version="1.1.0",
    kind=Kind.ARRAY,
    title=Text("Wastewater treatment and discharge", "排水の処理と放流"),
    summary=Text(
        "Methane of domestic and industrial wastewater from the organics that reach each system of "
        "treatment or discharge, and nitrous oxide of domestic wastewater from its nitrogen, in "
        "plants and in the waters that take the effluent.",
        "生活排水・産業排水のメタンを処理・放流の方式ごとの有機物から、生活排水の一酸化二窒素を処理場と放流先の窒素から算定する。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(SYSTEMS, POPULATION, PATHWAYS, INDUSTRY, NITROGEN),
    outputs=(METHANE, NITROUS_OXIDE, ESTIMATES),
    function=wastewater,
    rules=rules,
    parameters=(GWP,),
    figures=(
        Figure(
            name="methane",
            title=Text("Methane by system", "方式別のメタン"),
            kind="bars",
            table="methane",
            value="mass",
            category="system",
            at="year",
            facet="country",
            added=True,
        ),
    ),
    origins=(
        *(
            Origin(
                table="estimates",
                source=source,
                on=("country", "year"),
                also=("category", "gas"),
                choose=choose,
            )
            for source, choose in (("methane", _methane_of), ("nitrous_oxide", _nitrous_oxide_of))
        ),
        Origin(table="methane", source="systems", on=("system",)),
        Origin(table="methane", source="pathways", on=(*_GROUP, "system")),
        Origin(table="methane", source="population", on=_GROUP),
        Origin(
            table="methane",
            source="industry",
            on=("country", "year", "system"),
            also=("group",),
            choose=lambda row, known_: [one for one in known_ if one["industry"] == row["group"]],
        ),
        Origin(table="nitrous_oxide", source="nitrogen", on=(*_GROUP, "treatment")),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 5",
            place="Chapter 6, Equations 6.1 to 6.6 (methane)",
            year=2006,
        ),
        Source(
            document="2019 Refinement to the 2006 IPCC Guidelines for National Greenhouse Gas "
            "Inventories, Volume 5",
            place="Chapter 6, Equations 6.7 to 6.10 (nitrous oxide)",
            year=2019,
        ),
    ),
    limits=(
        Text(
            "No factor is shipped: give B0, MCF and the factors of nitrous oxide with their source. "
            "Those of the 2006 guidelines and of the 2019 Refinement differ; do not mix them.",
            "係数は同梱していない。B0、MCF、N2Oの係数を出典とともに記入すること。2006年ガイドラインと2019年改良版では値が異なるため混用しない。",
        ),
        Text(
            "The form of the 2006 guidelines for nitrous oxide is the one with a plant factor and a "
            "removal of 0, a household factor of 1, and the nitrogen of the sludge.",
            "N2Oの2006年の式は、処理場の係数と除去率を0、家庭用品の係数を1とし、汚泥の窒素を記入した場合に当たる。",
        ),
        Text(
            "Sludge that is digested, landfilled, burnt or spread emits elsewhere; CO2 of wastewater "
            "is biogenic and not estimated.",
            "汚泥の消化・埋立・焼却・農地利用による排出は他の区分で扱う。排水由来のCO2は生物由来であり算定しない。",
        ),
        Text(
            "Nitrous oxide of industrial wastewater is not estimated.",
            "産業排水の一酸化二窒素は算定しない。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS,),
    example={
        name: f"wastewater/{name}.csv"
        for name in ("systems", "population", "pathways", "industry", "nitrogen")
    },
    package=__package__ or "",
)
