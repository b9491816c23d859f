"""Methane and nitrous oxide of waste that is composted or digested.

Serves activities 1-1-2 and 1-1-3. Factors hold by wet or by dry weight and are given with their
source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kyoso.climate.transparency.estimates import GWP, Part, Row, estimates, known, named, unverified
from kyoso.climate.transparency.factors import POTENTIALS, potentials
from kyoso.climate.transparency.tables.estimates import ESTIMATES
from kyoso.climate.transparency.tables.waste_treatment import (
    BIOLOGICAL,
    TREATED,
    TREATING,
    TREATMENTS,
)
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check
from kyoso.numerics.uncertain import Uncertain
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.given import schema

_KEY = ("country", "year", "waste_type", "treatment")
_FACTORS = {"CH4": "methane", "N2O": "nitrous_oxide"}
_ROUNDING = 1e-9
_HOW = Text(
    "waste-biological-treatment, Tier {tier}, V5 Equations 4.1, 4.2",
    "廃棄物の生物処理、Tier {tier}、第5巻 式4.1、4.2",
)
"""So much, relatively, more may be recovered than generated: masses are written rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Treated:
    """Waste of one type treated in one way; gases in t."""

    row: Row
    treatment: Row

    @property
    def tier(self) -> int:
        return 2 if self.treatment["country_specific"] else 1

    def generated(self, gas: str) -> Uncertain:
        """M [Gg] · EF [g/kg], in t of gas; all that is treated in one way shares the factor."""
        name, way = _FACTORS[gas], self.treatment
        if not way[f"{name}_factor"]:
            return Uncertain(0.0)
        place = tuple(self.row[one] for one in _KEY)
        mass = Uncertain.stated(self.row["mass"], self.row["activity_uncertainty"], place)
        factor = Uncertain.stated(
            way[f"{name}_factor"], way[f"{name}_uncertainty"], (gas, way["treatment"])
        )
        return mass * factor

    def emitted(self, gas: str) -> Uncertain:
        """What is generated, of methane less what is recovered (Equations 4.1 and 4.2)."""
        recovered = float(self.row["recovered"]) if gas == "CH4" else 0.0
        return self.generated(gas) - recovered


def waste_biological_treatment(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Methane and nitrous oxide [t] by type and treatment, and what the inventory takes."""
    assessment = str(values["gwp"])
    treated = list(_treated(tables))
    parts = [
        Part(
            country=one.row["country"],
            year=one.row["year"],
            category=BIOLOGICAL,
            gas=gas,
            mass=one.emitted(gas),
            how=_HOW.format(tier=one.tier),
        )
        for one in treated
        for gas in _FACTORS
    ]
    return Outcome(
        tables={
            "emissions": _emissions(treated, potentials(assessment)),
            "estimates": estimates(parts, assessment),
        },
        checks=tuple(_checks(treated)),
    )


def _treated(tables: Mapping[str, pa.Table]) -> Iterator[_Treated]:
    ways = {row["treatment"].lower(): row for row in tables["treatments"].to_pylist()}
    for row in tables["treated"].to_pylist():
        yield _Treated(row=row, treatment=ways[row["treatment"].lower()])


def _emissions(treated: Sequence[_Treated], warming: Mapping[str, float]) -> pa.Table:
    rows = [
        {
            **{name: one.row[name] for name in ("country", "year", "waste_type")},
            "treatment": one.treatment["treatment"],
            "gas": gas,
            "generated": one.generated(gas).value,
            "tier": one.tier,
            "mass": one.emitted(gas).value,
            "co2e": one.emitted(gas).value * warming[gas],
            "uncertainty": one.emitted(gas).percent,
        }
        for one in treated
        for gas in _FACTORS
    ]
    return pa.Table.from_pylist(rows, schema=schema(TREATING))


def _checks(treated: Sequence[_Treated]) -> Iterator[Check]:
    yield known(
        [
            (TREATING.line({**one.row, "gas": gas}, (*_KEY, "gas")), one.emitted(gas))
            for one in treated
            for gas in _FACTORS
        ],
        "estimates",
    )
    status = {TREATMENTS.line(one.treatment): one.treatment["verification"] for one in treated}
    yield named(
        "treatments.factors-verified",
        Text("factors verified against a source", "係数の出典確認"),
        table="treatments",
        tested=len(status),
        open_=unverified(status),
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Waste and factor weighed alike, and no more methane recovered than generated."""
    ways = {
        row["treatment"].lower(): row
        for row in tables["treatments"].to_pylist()
        if row["treatment"] is not None
    }
    rows = [
        row
        for row in tables["treated"].to_pylist()
        if None not in (row[name] for name in _KEY) and row["treatment"].lower() in ways
    ]
    return (
        Rule(
            id="basis-fits",
            title=Text("waste and factors weighed alike", "廃棄物と係数の重量の基準が同じ"),
            table="treated",
            broken=tuple(_weighed_apart(rows, ways)),
        ),
        Rule(
            id="recovered-generated",
            title=Text(
                "no more methane recovered than generated", "回収したメタンは発生量を超えない"
            ),
            table="treated",
            broken=tuple(_over_recovered(rows, ways)),
        ),
    )


def _weighed_apart(rows: Sequence[Row], ways: Mapping[str, Row]) -> Iterator[Broken]:
    for row in rows:
        basis = ways[row["treatment"].lower()]["basis"]
        if None not in (row["basis"], basis) and row["basis"] != basis:
            yield Broken(
                where={name: row[name] for name in _KEY},
                column="basis",
                value=row["basis"],
                message=Text(
                    "the factors of this treatment are by {basis} weight",
                    "この処理の係数は{basis}重量当たりです",
                ).format(basis=Text(basis, "湿" if basis == "wet" else "乾燥")),
                hint=Text(
                    "give the mass on that basis, by the dry matter of the waste",
                    "乾燥物の割合により、質量を同じ基準で記入してください",
                ),
            )


def _over_recovered(rows: Sequence[Row], ways: Mapping[str, Row]) -> Iterator[Broken]:
    for row in rows:
        way = ways[row["treatment"].lower()]
        if None in (row["mass"], row["recovered"], way["methane_factor"]):
            continue
        generated = row["mass"] * way["methane_factor"]
        if row["recovered"] > generated * (1 + _ROUNDING):
            yield Broken(
                where={name: row[name] for name in _KEY},
                column="recovered",
                value=row["recovered"],
                message=Text("more recovered than generated", "回収量が発生量を超えています"),
                hint=Text("at most {most} t", "{most} t以下です").format(most=f"{generated:.6g}"),
            )


_EQUATIONS = Text(
    r"""Of the mass $M$ [Gg] treated in the way $i$, with factors [g/kg] and the methane $R$ [t] recovered:

$$CH_4\,[\mathrm{t}] = \sum M_i \cdot EF_{CH_4,i} - R \qquad \text{(4.1)}$$

$$N_2O\,[\mathrm{t}] = \sum M_i \cdot EF_{N_2O,i} \qquad \text{(4.2)}$$

(1 Gg at 1 g/kg gives 1 t.) Half of the 95 % interval is carried to first order: all that is treated
in one way shares its factors; a factor of 0 is taken as known.
""",
    r"""方式$i$で処理した質量を$M$ [Gg]、係数を$EF$ [g/kg]、回収したメタンを$R$ [t] とすると

$$CH_4\,[\mathrm{t}] = \sum M_i \cdot EF_{CH_4,i} - R \qquad \text{(4.1)}$$

$$N_2O\,[\mathrm{t}] = \sum M_i \cdot EF_{N_2O,i} \qquad \text{(4.2)}$$

（1 Ggに1 g/kgを乗じると1 tとなる。）95％区間の半幅は一次近似で伝播させ、同じ方式の処理は係数を共有する。0の係数は既知とする。
""",
)

METHOD = Method(
    id="climate.transparency.waste-biological-treatment",
    version="1.1.0",
    kind=Kind.ARRAY,
    title=Text("Composting and anaerobic digestion", "堆肥化と嫌気性消化"),
    summary=Text(
        "Methane and nitrous oxide of waste that is composted, digested or treated mechanically and "
        "biologically, from its mass and factors by wet or dry weight, less the methane recovered.",
        "堆肥化、嫌気性消化、機械的・生物的処理を行う廃棄物の質量と、湿重量または乾燥重量当たりの係数から、メタン（回収分を除く）と一酸化二窒素を算定する。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(TREATED, TREATMENTS),
    outputs=(TREATING, ESTIMATES),
    function=waste_biological_treatment,
    rules=rules,
    parameters=(GWP,),
    figures=(
        Figure(
            name="estimates",
            title=Text("Emissions by gas", "ガス別の排出量"),
            kind="lines",
            table="estimates",
            value="co2e",
            category="gas",
            x="year",
            facet="country",
        ),
    ),
    origins=(
        Origin(table="estimates", source="emissions", on=("country", "year", "gas")),
        Origin(table="emissions", source="treated", on=_KEY),
        Origin(table="emissions", source="treatments", on=("treatment",)),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 5",
            place="Chapter 4, Equations 4.1 and 4.2",
            year=2006,
        ),
    ),
    limits=(
        Text(
            "No factor is shipped: give those of the guidelines or of the country with their source. "
            "They hold by wet or by dry weight; the two must not be mixed.",
            "係数は同梱していない。ガイドラインまたは国の値を出典とともに記入すること。湿重量当たりと乾燥重量当たりを混用しない。",
        ),
        Text(
            "CO2 of biological treatment is biogenic and not estimated; what the compost stores or "
            "emits in fields is reported elsewhere.",
            "生物処理のCO2は生物由来であり算定しない。堆肥の農地での貯留・排出は他の区分で扱う。",
        ),
        Text(
            "Biogas that is burnt for its heat is a fuel, reported under energy.",
            "熱を利用して燃焼するバイオガスは燃料であり、エネルギー分野に報告する。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS,),
    example={name: f"waste-biological-treatment/{name}.csv" for name in ("treated", "treatments")},
    package=__package__ or "",
)
