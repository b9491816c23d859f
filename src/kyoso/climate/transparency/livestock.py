"""Methane and nitrous oxide of livestock: the gut, the manure, and what escapes from it.

Serves activities 1-1-2 and 1-1-3. A herd is estimated by factors per animal (Tier 1) or from what
it eats and how its manure is kept (Tier 2); each row says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kyoso.climate.transparency.estimates import (
    GWP,
    Gap,
    Part,
    Row,
    estimates,
    known,
    named,
    rows_of,
    verified,
)
from kyoso.climate.transparency.factors import POTENTIALS, potentials
from kyoso.climate.transparency.livestock_energy import demand
from kyoso.climate.transparency.livestock_rules import HERD, Place, place_of, rules
from kyoso.climate.transparency.tables.estimates import ESTIMATES
from kyoso.climate.transparency.tables.livestock import (
    DEPOSITION,
    DIRECT,
    EMISSIONS,
    ENERGY,
    ENTERIC,
    FEEDING,
    HERDS,
    LEACHING,
    MANURE,
    PROCESS_WORDS,
    SPECIES,
    SYSTEMS,
)
from kyoso.climate.transparency.tables.nitrogen import FACTORS
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check
from kyoso.numerics.uncertain import Uncertain, total
from kyoso.tables.given import schema

INDIRECT = "3C6"
METHANE_ENERGY = 55.65
"""MJ per kg of methane (Equation 10.21)."""
METHANE_DENSITY = 0.67
"""kg per m3 of methane (Equation 10.23)."""
FEED_ENERGY = 18.45
"""MJ per kg of dry matter of feed (Equation 10.24)."""
NITROUS_OXIDE = 44 / 28
"""Mass of nitrous oxide per mass of the nitrogen in it."""
DAYS = 365

_EQUATIONS_OF = {
    (ENTERIC, 1): "10.19, 10.20",
    (ENTERIC, 2): "10.3-10.21",
    (MANURE, 1): "10.22",
    (MANURE, 2): "10.22-10.24",
}
_HOW = Text(
    "livestock, Tier {tier}, V4 Equations {equations}",
    "家畜、Tier {tier}、第4巻 式{equations}",
)


@dataclass(frozen=True, slots=True)
class _Feed:
    """Energy of feed per animal and day: its parts [MJ], the gross energy, volatile solids [kg]."""

    row: Row
    parts: Mapping[str, float]
    gross: Uncertain
    solids: Uncertain | None


@dataclass(frozen=True, slots=True)
class _Line:
    """What a process of a herd emits: kg of gas per animal, and t in all."""

    herd: Row
    process: str
    category: str
    gas: str
    tier: int
    factor: Uncertain
    mass: Uncertain


def livestock(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Emissions [t] by herd and process, and for the inventory by country, year and category.

    ``tables`` are ``herds`` and ``factors``, and ``feeding`` and ``systems`` where there are such.
    """
    herds = tables["herds"].to_pylist()
    species = {place_of(row): row["species"].lower() for row in herds}
    feeds = {
        place_of(row): _feed(row, species[place_of(row)]) for row in rows_of(tables, "feeding")
    }
    systems: dict[Place, list[Row]] = {}
    for row in rows_of(tables, "systems"):
        systems.setdefault(place_of(row), []).append(row)
    factors = {row["name"].lower(): row for row in tables["factors"].to_pylist()}
    lines = [
        line
        for herd in herds
        for line in _lines(
            herd, feeds.get(place_of(herd)), systems.get(place_of(herd), []), factors
        )
    ]
    assessment = str(values["gwp"])
    lacking = list(_lacking(herds, systems, lines))
    parts = (
        Part(
            country=one.herd["country"],
            year=one.herd["year"],
            category=one.category,
            gas=one.gas,
            mass=one.mass,
            how=_HOW.format(
                tier=one.tier,
                equations=_EQUATIONS_OF.get(
                    (one.process, one.tier), "10.25" if one.process == DIRECT else "10.26-10.29"
                ),
            ),
        )
        for one in lines
    )
    return Outcome(
        tables={
            "emissions": _emissions(lines, potentials(assessment)),
            "energy": _energy(feeds.values()),
            "estimates": estimates(parts, assessment, gaps=map(_gap, lacking)),
        },
        checks=tuple(_checks(tables, (len(lines), lacking), lines, factors)),
    )


def _feed(row: Row, species: str) -> _Feed:
    gross, parts = row["gross_energy"], dict[str, float]()
    if gross is None:
        gross, parts = demand(row, species)
    energy = Uncertain.stated(gross, row["gross_energy_uncertainty"], (*place_of(row), "energy"))
    return _Feed(row, parts, energy, _solids(row, energy))


def _solids(row: Row, energy: Uncertain) -> Uncertain | None:
    """Volatile solids [kg per animal and day] of what is not digested (10.24)."""
    if None in (row["digestibility"], row["urinary_energy"], row["ash"]):
        return None
    excreted = 1 - row["digestibility"] / 100 + row["urinary_energy"] / 100
    solids: float = excreted * (1 - row["ash"] / 100) / FEED_ENERGY
    return energy * solids


# --- lines ---------------------------------------------------------------------------------


def _own(row: Row, species: str, name: str, scale: float = 1.0) -> Uncertain:
    """A factor of a herd or a system; the same value for a species of a country is one factor."""
    cause = (row["country"], species, row.get("system"), name, row[name])
    return Uncertain.stated(row[name], row[f"{name}_uncertainty"], cause) * scale


def _lines(
    herd: Row, feed: _Feed | None, systems: Sequence[Row], factors: Mapping[str, Row]
) -> Iterator[_Line]:
    species = herd["species"].lower()
    letters = SPECIES[species]
    head = Uncertain.stated(herd["head"], herd["head_uncertainty"], (*place_of(herd), "head"))
    found: list[tuple[str, str, str, int, Uncertain]] = []
    if herd["enteric_factor"] is not None:
        found.append((ENTERIC, f"3A1{letters}", "CH4", 1, _own(herd, species, "enteric_factor")))
    elif feed is not None:
        cause = (herd["country"], species, "methane_share", feed.row["methane_share"])
        share = Uncertain.stated(
            feed.row["methane_share"], feed.row["methane_share_uncertainty"], cause
        )
        eaten = feed.gross * share * (DAYS / METHANE_ENERGY / 100)
        found.append((ENTERIC, f"3A1{letters}", "CH4", 2, eaten))
    if herd["manure_factor"] is not None:
        found.append((MANURE, f"3A2{letters}", "CH4", 1, _own(herd, species, "manure_factor")))
    elif (factor := _manure(herd, species, feed, systems)) is not None:
        found.append((MANURE, f"3A2{letters}", "CH4", 2, factor))
    for process, factor in _nitrous_oxide(herd, species, systems, factors):
        category = f"3A2{letters}" if process == DIRECT else INDIRECT
        found.append((process, category, "N2O", 2 if herd["own_excretion"] else 1, factor))
    for process, category, gas, tier, factor in found:
        yield _Line(herd, process, category, gas, tier, factor, factor * head * 1e-3)


def _manure(
    herd: Row, species: str, feed: _Feed | None, systems: Sequence[Row]
) -> Uncertain | None:
    """Methane of manure [kg per animal and year] (10.23), or ``None`` where it is not known."""
    solids = feed.solids if feed is not None else None
    if herd["volatile_solids"] is not None:
        solids = _own(herd, species, "volatile_solids")
    shares = [row["methane_conversion"] for row in systems]
    if solids is None or herd["methane_capacity"] is None or not systems or None in shares:
        return None
    converted = total(
        _own(row, species, "methane_conversion", row["share"] / 100 / 100) for row in systems
    )
    capacity = _own(herd, species, "methane_capacity", METHANE_DENSITY * DAYS)
    return solids * capacity * converted


def _nitrous_oxide(
    herd: Row, species: str, systems: Sequence[Row], factors: Mapping[str, Row]
) -> Iterator[tuple[str, Uncertain]]:
    """Nitrous oxide of manure that is kept [kg per animal and year] (10.25–10.29)."""
    kept = [row for row in systems if not row["pasture"]]
    if herd["nitrogen_excretion"] is None or not kept:
        return
    nitrogen = _own(herd, species, "nitrogen_excretion", NITROUS_OXIDE)
    for process, column, scale, name in (
        (DIRECT, "direct_factor", 1.0, None),
        (DEPOSITION, "volatilised", 0.01, herd["deposition_factor"]),
        (LEACHING, "leached", 0.01, herd["leaching_factor"]),
    ):
        if any(row[column] is None for row in kept):
            continue
        part = total(_own(row, species, column, scale * row["share"] / 100) for row in kept)
        if name is not None:
            part *= _bounded(factors[name.lower()])
        yield process, nitrogen * part


def _bounded(row: Row) -> Uncertain:
    return Uncertain.between(row["value"], row["lower"], row["upper"], row["name"].lower())


def _emissions(lines: Sequence[_Line], warming: Mapping[str, float]) -> pa.Table:
    rows = [
        {
            **{name: one.herd[name] for name in (*HERD, "head")},
            "species": one.herd["species"].lower(),
            "process": one.process,
            "category": one.category,
            "gas": one.gas,
            "tier": one.tier,
            "factor": one.factor.value,
            "mass": one.mass.value,
            "co2e": one.mass.value * warming[one.gas],
            "uncertainty": one.mass.percent,
        }
        for one in lines
    ]
    return pa.Table.from_pylist(rows, schema=schema(EMISSIONS))


def _energy(feeds: Iterable[_Feed]) -> pa.Table:
    rows = [
        {
            **{name: one.row[name] for name in HERD},
            **one.parts,
            "gross_energy": one.gross.value,
            "volatile_solids": None if one.solids is None else one.solids.value,
        }
        for one in feeds
    ]
    return pa.Table.from_pylist(rows, schema=schema(ENERGY))


# --- what a reader of the result must know -------------------------------------------------


def _lacking(
    herds: Sequence[Row], systems: Mapping[Place, Sequence[Row]], lines: Sequence[_Line]
) -> Iterator[tuple[Row, str]]:
    """Herds with the processes that nothing is given for; none of them is zero."""
    made = {(place_of(one.herd), one.process) for one in lines}
    for herd in herds:
        own = systems.get(place_of(herd), ())
        grazes = bool(own) and all(one["pasture"] for one in own)
        for process in (ENTERIC, MANURE, DIRECT, DEPOSITION, LEACHING):
            if process == ENTERIC and herd["species"].lower() == "poultry":
                continue
            if process in (DIRECT, DEPOSITION, LEACHING) and grazes:
                continue
            if (place_of(herd), process) not in made:
                yield herd, process


_NEEDED = {
    ENTERIC: Text("enteric_factor or feeding", "enteric_factorまたはfeeding"),
    MANURE: Text(
        "manure_factor, or methane_capacity, volatile solids and methane_conversion",
        "manure_factor、またはmethane_capacity・揮発性固形物・methane_conversion",
    ),
    DIRECT: Text("nitrogen_excretion and direct_factor", "nitrogen_excretionおよびdirect_factor"),
    DEPOSITION: Text("nitrogen_excretion and volatilised", "nitrogen_excretionおよびvolatilised"),
    LEACHING: Text("nitrogen_excretion and leached", "nitrogen_excretionおよびleached"),
}
"""What a process is estimated from."""


def _gap(lacking: tuple[Row, str]) -> Gap:
    herd, process = lacking
    letters = SPECIES[herd["species"].lower()]
    category = {ENTERIC: f"3A1{letters}", MANURE: f"3A2{letters}", DIRECT: f"3A2{letters}"}
    return Gap(
        country=herd["country"],
        year=herd["year"],
        category=category.get(process, INDIRECT),
        gas="CH4" if process in (ENTERIC, MANURE) else "N2O",
        what=Text("{herd}: {process} (no {needed})", "{herd}：{process}（{needed}なし）").format(
            herd=herd["herd"], process=PROCESS_WORDS[process], needed=_NEEDED[process]
        ),
    )


def _told(herd: Row, process: str) -> Text:
    """A process of a herd: ``XAA 2023 cows of the plain methane from the gut``."""
    return EMISSIONS.line({**herd, "process": process}, (*HERDS.key, "process"))


def _checks(
    tables: Mapping[str, pa.Table],
    asked: tuple[int, Sequence[tuple[Row, str]]],
    lines: Sequence[_Line],
    factors: Mapping[str, Row],
) -> Iterator[Check]:
    """``asked`` is how many processes are estimated, and those of herds that are not."""
    estimated, lacking = asked
    made = {(place_of(one.herd), one.process) for one in lines}
    yield named(
        "all-estimated",
        Text("every process of every herd estimated", "すべての家畜群・過程を推計"),
        table="emissions",
        tested=estimated + len(lacking),
        open_=[_told(herd, process) for herd, process in lacking],
        hint=Text("not estimated, and not zero: {names}", "未推計（ゼロではない）：{names}"),
    )
    yield known(
        [(_told(one.herd, one.process), one.mass) for one in lines],
        "emissions",
    )
    for table in (HERDS, FEEDING, SYSTEMS):
        rows = rows_of(tables, table.name)
        if rows:
            yield named(
                f"{table.name}.factors-verified",
                Text("factors verified against a source", "係数の出典確認"),
                table=table.name,
                tested=len(rows),
                open_=[table.line(row) for row in rows if row["verification"] == "unverified"],
            )
    used = {
        herd[column].lower()
        for column, process in (("deposition_factor", DEPOSITION), ("leaching_factor", LEACHING))
        for herd in tables["herds"].to_pylist()
        if (place_of(herd), process) in made
    }
    yield from verified(
        {
            FACTORS.line(factors[name]): (
                factors[name]["verification"],
                factors[name]["bounds_verification"],
            )
            for name in used
        },
        "factors",
    )


_EQUATIONS = Text(
    r"""For a herd of $N$ animals, each process emits

$$E\,[\mathrm{t}] = N \cdot EF \cdot 10^{-3}$$

with $EF$ in kg of gas per animal and year: given (Tier 1: 10.19, 10.22), or as follows.

**Gut, Tier 2.** With the gross energy $GE$ of feed [MJ/day] and the share $Y_m$ of it that becomes methane [%]:

$$EF = \frac{365}{55.65} \cdot GE \cdot \frac{Y_m}{100} \qquad \text{(10.21)}$$

Where it is not given, gross energy is worked out for cattle and buffalo of weight $W$, in MJ per day:

$$NE_m = Cf_i \cdot W^{0.75} \quad \text{(10.3)} \qquad NE_a = C_a \cdot NE_m \quad \text{(10.4)}$$

$$NE_g = 22.02 \left( \frac{W}{C \cdot MW} \right)^{0.75} WG^{1.097} \quad \text{(10.6)}
\qquad NE_l = milk \cdot (1.47 + 0.40\,fat) \quad \text{(10.8)}$$

$$NE_{work} = 0.10 \cdot NE_m \cdot hours \quad \text{(10.11)} \qquad NE_p = C_p \cdot NE_m \quad \text{(10.13)}$$

where $NE_p$ is weighted by the share of animals that bear. For sheep and goats these differ, with the weight $BW_i$ at weaning,
the gain $WG$ from then to $BW_f = BW_i + 365\,WG$, and wool by the year:

$$NE_a = C_a \cdot W \quad \text{(10.5)} \qquad NE_g = WG \left( a + 0.5\,b\,(BW_i + BW_f) \right) \quad \text{(10.7)}$$

$$NE_l = milk \cdot EV_{milk} \quad \text{(10.9)} \qquad NE_{wool} = \frac{EV_{wool} \cdot wool}{365} \quad \text{(10.12)}$$

With the digestibility $DE$ [%]:

$$REM = 1.123 - 4.092 \cdot 10^{-3} DE + 1.126 \cdot 10^{-5} DE^2 - \frac{25.4}{DE} \quad \text{(10.14)}$$

$$REG = 1.164 - 5.160 \cdot 10^{-3} DE + 1.308 \cdot 10^{-5} DE^2 - \frac{37.4}{DE} \quad \text{(10.15)}$$

$$GE = \left( \frac{NE_m + NE_a + NE_l + NE_{work} + NE_p}{REM} + \frac{NE_g + NE_{wool}}{REG} \right) \frac{100}{DE} \quad \text{(10.16)}$$

**Methane of manure, Tier 2.** With volatile solids $VS$ [kg/day], given or from feed, and shares $s$ of systems $S$:

$$VS = GE \left( 1 - \frac{DE}{100} + UE \right) \frac{1 - ASH}{18.45} \quad \text{(10.24)}
\qquad EF = 365 \cdot VS \cdot B_0 \cdot 0.67 \sum_S MCF_S \cdot s_S \quad \text{(10.23)}$$

**Nitrous oxide of manure that is kept**, of the nitrogen $N_{ex}$ excreted [kg/year]; pasture is left to managed soils:

$$EF_{direct} = \frac{44}{28} N_{ex} \sum_S s_S \cdot EF_{3,S} \quad \text{(10.25)}$$

$$EF_{deposition} = \frac{44}{28} N_{ex} \cdot EF_4 \sum_S s_S \cdot Frac_{gas,S}
\qquad EF_{leaching} = \frac{44}{28} N_{ex} \cdot EF_5 \sum_S s_S \cdot Frac_{leach,S} \quad \text{(10.26–10.29)}$$

Half of the 95 % interval is carried to first order. A factor of the same value for a species of a country is one factor; numbers
of animals are independent.
""",
    r"""$N$頭の家畜群の各過程の排出量は、1頭・1年当たりのガス$EF$ [kg] により

$$E\,[\mathrm{t}] = N \cdot EF \cdot 10^{-3}$$

$EF$は与えられた値（Tier 1：10.19、10.22）、または次による。

**消化管、Tier 2。** 飼料の総エネルギー$GE$ [MJ/日] と、そのうちメタンになる割合$Y_m$ [%] により

$$EF = \frac{365}{55.65} \cdot GE \cdot \frac{Y_m}{100} \qquad \text{(10.21)}$$

総エネルギーが空欄なら、体重$W$の牛・水牛について1日当たりMJで計算する。

$$NE_m = Cf_i \cdot W^{0.75} \quad \text{(10.3)} \qquad NE_a = C_a \cdot NE_m \quad \text{(10.4)}$$

$$NE_g = 22.02 \left( \frac{W}{C \cdot MW} \right)^{0.75} WG^{1.097} \quad \text{(10.6)}
\qquad NE_l = milk \cdot (1.47 + 0.40\,fat) \quad \text{(10.8)}$$

$$NE_{work} = 0.10 \cdot NE_m \cdot hours \quad \text{(10.11)} \qquad NE_p = C_p \cdot NE_m \quad \text{(10.13)}$$

$NE_p$には妊娠する割合を乗じる。羊・山羊では、離乳時の体重$BW_i$、その後の増体量$WG$（$BW_f = BW_i + 365\,WG$）、
年間の毛の量により次のとおりとする。

$$NE_a = C_a \cdot W \quad \text{(10.5)} \qquad NE_g = WG \left( a + 0.5\,b\,(BW_i + BW_f) \right) \quad \text{(10.7)}$$

$$NE_l = milk \cdot EV_{milk} \quad \text{(10.9)} \qquad NE_{wool} = \frac{EV_{wool} \cdot wool}{365} \quad \text{(10.12)}$$

可消化エネルギーの割合を$DE$ [%] とすると

$$REM = 1.123 - 4.092 \cdot 10^{-3} DE + 1.126 \cdot 10^{-5} DE^2 - \frac{25.4}{DE} \quad \text{(10.14)}$$

$$REG = 1.164 - 5.160 \cdot 10^{-3} DE + 1.308 \cdot 10^{-5} DE^2 - \frac{37.4}{DE} \quad \text{(10.15)}$$

$$GE = \left( \frac{NE_m + NE_a + NE_l + NE_{work} + NE_p}{REM} + \frac{NE_g + NE_{wool}}{REG} \right) \frac{100}{DE} \quad \text{(10.16)}$$

**排せつ物のメタン、Tier 2。** 揮発性固形物$VS$ [kg/日]（記入値または飼料から）と管理方法$S$の割合$s$により

$$VS = GE \left( 1 - \frac{DE}{100} + UE \right) \frac{1 - ASH}{18.45} \quad \text{(10.24)}
\qquad EF = 365 \cdot VS \cdot B_0 \cdot 0.67 \sum_S MCF_S \cdot s_S \quad \text{(10.23)}$$

**貯留する排せつ物の一酸化二窒素。** 窒素排せつ量$N_{ex}$ [kg/年] による。放牧分は管理土壌で算定する。

$$EF_{direct} = \frac{44}{28} N_{ex} \sum_S s_S \cdot EF_{3,S} \quad \text{(10.25)}$$

$$EF_{deposition} = \frac{44}{28} N_{ex} \cdot EF_4 \sum_S s_S \cdot Frac_{gas,S}
\qquad EF_{leaching} = \frac{44}{28} N_{ex} \cdot EF_5 \sum_S s_S \cdot Frac_{leach,S} \quad \text{(10.26–10.29)}$$

95％区間の半幅は一次近似で伝播する。同じ国・畜種で同じ値の係数は一つの係数とし、頭羽数は独立とする。
""",
)


def _factors_of(emission: Row, found: Sequence[Row]) -> Sequence[Row]:
    """The factors of nitrogen behind a row: those of indirect emissions alone."""
    return found if emission["process"] in {DEPOSITION, LEACHING} else []


METHOD = Method(
    id="climate.transparency.livestock",
    version="1.2.0",
    kind=Kind.ARRAY,
    title=Text("Methane and nitrous oxide from livestock", "家畜のメタンと一酸化二窒素"),
    summary=Text(
        "What herds emit: methane from the gut and from manure, nitrous oxide from manure directly "
        "and by what escapes from it. By factors per animal (Tier 1), or from what the animals eat "
        "and how their manure is kept (Tier 2); each row says which, with its interval.",
        "家畜群の排出量を算定する。消化管と排せつ物のメタン、排せつ物からの直接・間接の一酸化二窒素。1頭当たりの係数（Tier 1）、または飼料と"
        "排せつ物の管理方法（Tier 2）による。各行にTierと区間を示す。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(HERDS, FEEDING, SYSTEMS, FACTORS),
    outputs=(EMISSIONS, ENERGY, ESTIMATES),
    function=livestock,
    rules=rules,
    parameters=(GWP,),
    figures=(
        Figure(
            name="categories",
            title=Text("Emissions by category", "区分別の排出量"),
            kind="bars",
            table="estimates",
            value="co2e",
            category="category",
            unit="kt CO2e",
            at="year",
            facet="country",
            added=True,
        ),
    ),
    origins=(
        Origin(table="estimates", source="emissions", on=("country", "year", "category", "gas")),
        Origin(table="emissions", source="energy", on=HERD),
        Origin(table="emissions", source="herds", on=HERD),
        Origin(table="emissions", source="systems", on=HERD),
        Origin(table="emissions", source="factors", on=(), also=("process",), choose=_factors_of),
        Origin(table="energy", source="feeding", on=HERD),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 4",
            place="Chapter 10, Equations 10.3–10.29",
            year=2006,
        ),
        Source(
            document="2019 Refinement to the 2006 IPCC Guidelines for National Greenhouse Gas "
            "Inventories, Volume 4",
            place="Chapter 11, Table 11.3: EF4, EF5",
            year=2019,
        ),
    ),
    limits=(
        Text(
            "No factor per animal, and none of feed or manure, is shipped: give them with their "
            "source. Only EF4 and EF5 have a default, of the 2019 Refinement.",
            "1頭当たりの係数、飼料・排せつ物の係数は同梱していない。出典とともに記入すること。既定値があるのはEF4とEF5（2019年改良版）だけである。",
        ),
        Text(
            "A process without the data it needs is not estimated, which is named and is not zero.",
            "必要なデータのない過程は推計せず、その旨を示す（ゼロとはしない）。",
        ),
        Text(
            "Gross energy is worked out for cattle, buffalo, sheep and goats; for other animals give "
            "it, or a factor per animal (Tier 1). Coefficients are given with their source. "
            "Its uncertainty is the one stated for it, not that of its parts. The correction of "
            "maintenance for cold is not made.",
            "総エネルギーの計算は牛・水牛・羊・山羊だけで、ほかの家畜は値または1頭当たりの係数（Tier 1）を記入する。係数は出典とともに記入する。その不確かさは記入値であり、構成要素からは計算しない。寒冷補正は行わない。",
        ),
        Text(
            "Nitrous oxide of dung and urine on pasture is that of managed soils. Manure methane by "
            "Tier 1 is that of the 2006 guidelines, per animal.",
            "放牧地のふん尿の一酸化二窒素は管理土壌で算定する。排せつ物メタンのTier 1は2006年ガイドラインの1頭当たりの方法である。",
        ),
        Text(
            "The interval is symmetric (error propagation) and cut at zero; where it is wider than "
            "about 30 %, prefer Monte Carlo.",
            "区間は誤差伝播による対称区間で、ゼロを下限とする。約30％より広い場合はモンテカルロ法を推奨する。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS,),
    example={name: f"livestock/{name}.csv" for name in ("herds", "feeding", "systems")},
    package=__package__ or "",
)
