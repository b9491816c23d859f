"""Gases that escape where fuels are mined, produced, processed and carried.

Serves activities 1-1-2 and 1-1-3. Factors differ by mine and by network, and are given with their
source.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.estimates import (
    GWP,
    Part,
    Row,
    disordered,
    estimates,
    known,
    rows_of,
    verified,
)
from kyoso.climate.transparency.factors import POTENTIALS, potentials
from kyoso.climate.transparency.tables.estimates import ESTIMATES
from kyoso.climate.transparency.tables.fugitive import ACTIVITY, EMISSIONS, FACTORS, RECOVERED
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check
from kyoso.numerics.uncertain import Uncertain
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.given import schema

FUGITIVE = "1B"
"""The category under which all of it stands."""

_PLACE = ("country", "year", "category", "segment")
_ROUNDING = 1e-9
_HOW = Text(
    "fugitive, Tier {tier}, activity by factor, V2 Chapter 4",
    "漏出、Tier {tier}、活動量×排出係数、第2巻第4章",
)
"""So much, relatively, more may be recovered than generated: masses are written rounded."""

Factors = Mapping[str, Sequence[Row]]
"""The factors of each segment, by its name in lower case, one a gas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Escape:
    """One gas of one row of activity; masses in t."""

    row: Row
    factor: Row
    recovered: float

    @property
    def generated(self) -> Uncertain:
        """A · EF (Equations 4.1.7 and 4.2.1); all of a segment share its factor."""
        factor, row = self.factor, self.row
        if not factor["value"]:
            return Uncertain(0.0)
        quantity = Uncertain.stated(row["quantity"], row["activity_uncertainty"], _place(row))
        cause = factor["segment"], factor["gas"]
        per_unit = Uncertain.between(factor["value"], factor["lower"], factor["upper"], cause)
        return quantity * per_unit * tonnes(factor, row["unit"])

    @property
    def emitted(self) -> Uncertain:
        return self.generated - self.recovered

    @property
    def tier(self) -> int:
        return 2 if self.factor["country_specific"] else 1


def tonnes(factor: Row, unit: str) -> float:
    """Gas in t for one unit of the quantity, of a factor of one.

    A factor in volume becomes mass by the density. Raises :class:`UnitError` where the two units
    do not give a gas.
    """
    both = f"{factor['unit']} * {unit}"
    if units.is_compatible(both, "m3") and factor["density"] is not None:
        return float(units.conversion(both, "m3") * factor["density"] * 1e-3)
    return units.conversion(both, "t")


def fugitive(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Gases [t] that escape, by segment, and what the inventory takes."""
    assessment = str(values["gwp"])
    escapes = list(_escapes(tables))
    parts = [
        Part(
            country=one.row["country"],
            year=one.row["year"],
            category=one.row["category"],
            gas=one.factor["gas"],
            mass=one.emitted,
            how=_HOW.format(tier=one.tier),
        )
        for one in escapes
    ]
    return Outcome(
        tables={
            "emissions": _emissions(escapes, potentials(assessment)),
            "estimates": estimates(parts, assessment),
        },
        checks=tuple(_checks(escapes)),
    )


def _place(row: Row, names: Sequence[str] = _PLACE) -> tuple[object, ...]:
    """The values of some columns, the segment without letter case."""
    return tuple(
        value.lower() if name == "segment" and value is not None else value
        for name, value in ((name, row[name]) for name in names)
    )


def _factors(table: pa.Table) -> Factors:
    found: dict[str, list[Row]] = {}
    for row in table.to_pylist():
        if None not in (row["segment"], row["gas"], row["value"], row["unit"]):
            found.setdefault(row["segment"].lower(), []).append(row)
    return found


def _escapes(tables: Mapping[str, pa.Table]) -> Iterator[_Escape]:
    factors = _factors(tables["factors"])
    recovered = {_place(row, RECOVERED.key): row["mass"] for row in rows_of(tables, "recovered")}
    for row in tables["activity"].to_pylist():
        for factor in factors[row["segment"].lower()]:
            kept = recovered.get((*_place(row), factor["gas"]), 0.0)
            yield _Escape(row=row, factor=factor, recovered=kept)


def _emissions(escapes: Sequence[_Escape], warming: Mapping[str, float]) -> pa.Table:
    rows = [
        {
            **{name: one.row[name] for name in ("country", "year", "category")},
            "segment": one.factor["segment"],
            "gas": one.factor["gas"],
            "generated": one.generated.value,
            "recovered": one.recovered,
            "tier": one.tier,
            "mass": one.emitted.value,
            "co2e": one.emitted.value * warming[one.factor["gas"]],
            "uncertainty": one.emitted.percent,
        }
        for one in escapes
    ]
    return pa.Table.from_pylist(rows, schema=schema(EMISSIONS))


def _checks(escapes: Sequence[_Escape]) -> Iterator[Check]:
    names = [EMISSIONS.line({**one.factor, **one.row}, (*_PLACE, "gas")) for one in escapes]
    yield known(list(zip(names, (one.emitted for one in escapes), strict=True)), "estimates")
    yield from verified(
        {
            FACTORS.line(row, ("segment", "gas")): (row["verification"], row["bounds_verification"])
            for row in (one.factor for one in escapes)
        },
        "factors",
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], values: Values) -> Sequence[Rule]:
    """Categories of fugitive emissions, each once; units that meet; no more kept than set free."""
    factors = _factors(tables["factors"])
    rows = [row for row in tables["activity"].to_pylist() if None not in _place(row)]
    found = [
        Rule(
            id="category-fits",
            title=Text("categories of fugitive emissions", "漏出の区分"),
            table="activity",
            broken=tuple(_elsewhere(rows)),
        ),
        Rule(
            id="counted-once",
            title=Text("no category together with one above it", "上位の区分との重複なし"),
            table="activity",
            broken=tuple(_counted_twice(rows)),
        ),
        Rule(
            id="unit-fits",
            title=Text("units that give a gas with the factor", "係数と合わせてガスの量になる単位"),
            table="activity",
            broken=tuple(_misfits(rows, factors)),
        ),
        Rule(
            id="potential-known",
            title=Text("a warming potential for every gas", "すべてのガスの地球温暖化係数あり"),
            table="factors",
            broken=tuple(_without_potential(factors, str(values["gwp"]))),
        ),
        Rule(
            id="interval-holds",
            title=Text("every factor within its interval", "係数は区間内"),
            table="factors",
            broken=tuple(disordered(tables["factors"].to_pylist(), FACTORS.key)),
        ),
    ]
    if "recovered" not in tables:
        return found
    recovered = [
        row for row in tables["recovered"].to_pylist() if None not in _place(row, RECOVERED.key)
    ]
    return [
        *found,
        Rule(
            id="recovered-generated",
            title=Text("no more recovered than set free", "回収量は発生量を超えない"),
            table="recovered",
            broken=tuple(_over_recovered(recovered, rows, factors)),
        ),
    ]


def _where(row: Row, names: Sequence[str] = _PLACE) -> dict[str, object]:
    return {name: row[name] for name in names}


def _elsewhere(rows: Sequence[Row]) -> Iterator[Broken]:
    for row in rows:
        if row["category"] in categories.codes() and not row["category"].startswith(FUGITIVE):
            yield Broken(
                where=_where(row),
                column="category",
                value=row["category"],
                message=Text("no category of fugitive emissions", "漏出の区分ではありません"),
                hint=Text(
                    "a category under 1B, such as 1B1ai1 or 1B2biii4",
                    "1B1ai1、1B2biii4など、1Bの下の区分",
                ),
            )


def _counted_twice(rows: Sequence[Row]) -> Iterator[Broken]:
    given = {(row["country"], row["year"], row["category"]) for row in rows}
    for row in rows:
        if row["category"] not in categories.codes():
            continue
        above = [
            code
            for code in categories.lineage(row["category"])[1:]
            if (row["country"], row["year"], code) in given
        ]
        if above:
            yield Broken(
                where=_where(row),
                column="category",
                value=row["category"],
                message=Text("{above} above it is given as well", "上位の{above}もあります").format(
                    above=above[0]
                ),
                hint=Text(
                    "give the parts or the whole, not both",
                    "内訳か全体の一方だけを記入してください",
                ),
            )


def _misfits(rows: Sequence[Row], factors: Factors) -> Iterator[Broken]:
    for row in rows:
        for factor in factors.get(str(row["segment"]).lower(), ()):
            if row["unit"] is None or _fits(factor, row["unit"]):
                continue
            yield Broken(
                where=_where(row),
                column="unit",
                value=row["unit"],
                message=Text(
                    "with the factor of {gas} in {unit} this gives no mass of gas",
                    "{gas}の係数（{unit}）と合わせてもガスの質量になりません",
                ).format(gas=factor["gas"], unit=factor["unit"]),
                hint=Text(
                    "use the unit that the factor is per; a factor in volume needs its density",
                    "係数の分母の単位を用いてください。体積の係数には密度が必要です",
                ),
            )
            break


def _fits(factor: Row, unit: str) -> bool:
    try:
        tonnes(factor, unit)
    except UnitError:
        return False
    return True


def _without_potential(factors: Factors, assessment: str) -> Iterator[Broken]:
    for factor in itertools.chain.from_iterable(factors.values()):
        if factor["gas"] not in potentials(assessment):
            yield Broken(
                where=_where(factor, FACTORS.key),
                column="gas",
                value=factor["gas"],
                message=Text(
                    "{assessment} gives no potential for this gas",
                    "{assessment}にこのガスの地球温暖化係数がありません",
                ).format(assessment=assessment),
                hint=Text(
                    "choose another set with -p gwp=", "-p gwp= で別の評価報告書を選んでください"
                ),
            )


def _over_recovered(
    recovered: Sequence[Row], rows: Sequence[Row], factors: Factors
) -> Iterator[Broken]:
    given = {_place(row): row for row in rows}
    for kept in recovered:
        activity = given.get(_place(kept))
        gases = {one["gas"]: one for one in factors.get(str(kept["segment"]).lower(), ())}
        factor = gases.get(kept["gas"])
        where = _where(kept, RECOVERED.key)
        if activity is None or (gases and factor is None):
            yield Broken(
                where=where,
                column="segment" if activity is None else "gas",
                value=kept["segment"] if activity is None else kept["gas"],
                message=Text("nothing of this kind is set free here", "ここでは発生しないものです"),
                hint=Text("give its activity and its factor", "活動量と係数を記入してください"),
            )
            continue
        if factor is None or None in (kept["mass"], activity["quantity"], activity["unit"]):
            continue
        if not _fits(factor, activity["unit"]):
            continue
        generated = activity["quantity"] * factor["value"] * tonnes(factor, activity["unit"])
        if kept["mass"] > generated * (1 + _ROUNDING):
            yield Broken(
                where=where,
                column="mass",
                value=kept["mass"],
                message=Text("more recovered than set free", "回収量が発生量を超えています"),
                hint=Text("at most {most} t", "{most} t以下です").format(most=f"{generated:.6g}"),
            )


_EQUATIONS = Text(
    r"""For a segment with the quantity $A$ (coal mined, gas carried, …) and the factor $EF_g$ of the gas $g$:

$$E_g\,[\mathrm{t}] = A \cdot EF_g - R_g$$

with $R$ what is recovered, used or flared [t]. Where the factor is a volume [m³ per unit], the density $\rho$
[kg/m³] makes it a mass:

$$E_g\,[\mathrm{t}] = A \cdot EF_g \cdot \rho \cdot 10^{-3} - R_g$$

(coal mines: Equations 4.1.7 and 4.1.8; oil and gas by industry segment at Tier 1.) Half of the 95 %
interval is carried to first order: rows of one segment share its factors; what is recovered and a
factor of 0 are taken as known.
""",
    r"""対象ごとの量を$A$（採炭量、ガス輸送量など）、ガス$g$の係数を$EF_g$とすると

$$E_g\,[\mathrm{t}] = A \cdot EF_g - R_g$$

$R$は回収・利用・燃焼した量 [t] である。係数が体積 [m³／単位] のときは密度$\rho$ [kg/m³] により質量とする。

$$E_g\,[\mathrm{t}] = A \cdot EF_g \cdot \rho \cdot 10^{-3} - R_g$$

（炭鉱：式4.1.7、4.1.8。石油・ガス：産業区分別のTier 1。）95％区間の半幅は一次近似で伝播させる。同じ対象の行は係数を共有し、回収量と
0の係数は既知とする。
""",
)

METHOD = Method(
    id="climate.transparency.fugitive",
    version="1.1.0",
    kind=Kind.ARRAY,
    title=Text("Fugitive emissions from fuels", "燃料からの漏出"),
    summary=Text(
        "Methane and other gases that escape from coal mines and from oil and gas wells, plants and "
        "pipes, from activity data and factors by mass or by volume, less what is recovered, used or "
        "flared.",
        "炭鉱、石油・ガスの坑井・処理施設・導管から漏出するメタンなどを、活動量と質量または体積当たりの係数から算定し、回収・利用・燃焼した分を差し引く。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(ACTIVITY, FACTORS, RECOVERED),
    outputs=(EMISSIONS, ESTIMATES),
    function=fugitive,
    rules=rules,
    parameters=(GWP,),
    figures=(
        Figure(
            name="estimates",
            title=Text("Fugitive emissions by category", "区分別の漏出量"),
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
        Origin(table="estimates", source="emissions", on=("country", "year", "category", "gas")),
        Origin(table="emissions", source="activity", on=_PLACE),
        Origin(table="emissions", source="factors", on=("segment", "gas")),
        Origin(table="emissions", source="recovered", on=(*_PLACE, "gas")),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2",
            place="Chapter 4: Equations 4.1.7 and 4.1.8 (surface mines, density of methane); oil and "
            "natural gas, Tier 1 by industry segment",
            year=2006,
        ),
    ),
    limits=(
        Text(
            "No factor is shipped: those of mines depend on depth and basin, those of oil and gas on "
            "practice, and the editions of the guidelines differ.",
            "係数は同梱していない。炭鉱は深度と炭田、石油・ガスは操業により異なり、ガイドラインの版によっても異なるため。",
        ),
        Text(
            "Gas that is flared gives CO2, which has a row of its own where a factor for it is given; "
            "gas that is burnt for its heat is a fuel.",
            "燃焼したガスのCO2は、係数を記入した場合にその行として算定する。熱を利用したガスは燃料として扱う。",
        ),
        Text(
            "Abandoned mines emit for decades by their own equation, which is not used here.",
            "廃炭鉱は独自の式で長期にわたり排出するが、本手法では用いない。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS,),
    example={name: f"fugitive/{name}.csv" for name in ("activity", "factors", "recovered")},
    package=__package__ or "",
)
