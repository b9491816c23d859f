"""Greenhouse gases of facilities from activity data and emission factors.

Every line of activity data meets the factors of its source, one per gas. What that takes, the
coefficient in tonnes of gas per unit written, depends only on source, unit and category: there
are few of these, so coefficients are worked out once on a digest and joined to the lines.
Totals never touch the lines again: they come from the digest's exact sums.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kyoso import reference
from kyoso.climate.transparency.tables.facilities import ACTIVITY, EMISSIONS, FACTORS, TOTALS
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.methods.declaration import (
    Figure,
    Kind,
    Method,
    Origin,
    Outcome,
    Parameter,
    Source,
    Values,
)
from kyoso.methods.result import Check, Verdict
from kyoso.tables.checking import Broken, Profile, Rule
from kyoso.tables.engine import exact_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir

POTENTIALS = "ghg/gwp100"
SECTORS = "ghg/category_sectors"

BASES: Mapping[str, str] = {"energy": "TJ", "mass": "t", "volume": "m3", "number": "piece"}
"""What a quantity can measure, and the unit in which it is calculated."""

Row = Mapping[str, Any]
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """What one unit of one source in one category emits of one gas.

    ``mass`` is in t of gas and ``co2e`` in t per unit as written; the uncertainties are halves
    of 95 % intervals in %, ``None`` where not known. ``calorific_uncertainty`` is 0 where the
    calorific value plays no part.
    """

    source: str
    name: str
    unit: str
    category: str
    gas: str
    mass: float
    co2e: float
    biogenic: bool
    factor_uncertainty: float | None
    calorific_uncertainty: float | None
    verification: str
    bounds_verification: str


# --- factors ------------------------------------------------------------------------------


@cache
def potentials(assessment: str) -> Mapping[str, float]:
    """Global warming potentials over 100 years by gas; gases that a report omits are absent."""
    rows = reference.load(POTENTIALS).rows
    return {row["gas"]: float(row[assessment]) for row in rows if row[assessment]}


def sector(category: str) -> str | None:
    """The sector of the non-CO2 factors for an IPCC category: the longest code it begins with."""
    known = reference.load(SECTORS).by("category")
    for length in range(len(category), 0, -1):
        if category[:length] in known:
            return known[category[:length]]["sector"]
    return None


def basis(unit: str) -> str | None:
    """What a quantity in ``unit`` measures (a key of :data:`BASES`), or ``None``."""
    for name, canonical in BASES.items():
        if units.is_compatible(unit, canonical):
            return name
    return None


def factor_basis(unit: str) -> str | None:
    """What a factor in ``unit`` is related to: ``kg/TJ`` to energy, ``t/t`` to mass."""
    for name, canonical in BASES.items():
        if units.is_compatible(unit, f"t/{canonical}"):
            return name
    return None


def half_width(value: float, lower: float | None, upper: float | None) -> float | None:
    """Half of the interval in % of the value (2006 IPCC Guidelines, Volume 1, Chapter 3)."""
    if lower is None or upper is None or value == 0:
        return None
    return 100.0 * (upper - lower) / (2.0 * abs(value))


def for_category(factors: Sequence[Row], category: str) -> tuple[list[Row], list[str]]:
    """The factors of a source that hold in a category, one per gas, and the gases without one.

    A factor for the category's sector goes before one for all sectors.
    """
    own = sector(category)
    chosen: list[Row] = []
    lacking: list[str] = []
    for gas in dict.fromkeys(row["gas"] for row in factors):
        by_sector = {row["sector"].lower(): row for row in factors if row["gas"] == gas}
        row = by_sector.get(own or "") or by_sector.get("all")
        if row is None:
            lacking.append(gas)
        else:
            chosen.append(row)
    return chosen, lacking


def per_unit(row: Row, unit: str) -> tuple[float, float | None]:
    """The factor in t per ``unit``, and the uncertainty (%) of a calorific value on the way.

    A factor per energy meets a quantity in mass through the net calorific value, and the other
    way round. Raises :class:`UnitError` where the two cannot meet.
    """
    of_factor, of_quantity = factor_basis(row["unit"]), basis(unit)
    if of_factor is None:
        raise UnitError(
            Text("not the unit of a factor", "排出係数の単位ではありません"),
            where=row["unit"],
            hint=Text(
                "mass per energy or mass, such as kg/TJ or t/t", "kg/TJ、t/tなどとしてください"
            ),
        )
    value = row["value"] * units.conversion(row["unit"], f"t/{BASES[of_factor]}")
    calorific = row["net_calorific_value"]
    if of_quantity == of_factor:
        return value * units.conversion(unit, BASES[of_factor]), 0.0
    if calorific is None or {of_factor, of_quantity} != {"energy", "mass"}:
        needed = [BASES[of_factor]]
        if calorific is not None:
            needed += [BASES[one] for one in ("energy", "mass") if one != of_factor]
        raise UnitError(
            Text(
                "this unit does not fit the source {source}", "この単位は{source}に使えません"
            ).format(source=row["source"]),
            where=unit,
            hint=Text(
                "use {units} or a unit of that kind", "{units}または同種の単位で記入してください"
            ).format(units=", ".join(needed)),
        )
    energy_of_mass = calorific * units.conversion("TJ/Gg", "TJ/t")
    ratio = energy_of_mass if of_quantity == "mass" else 1.0 / energy_of_mass
    uncertainty = half_width(
        calorific, row["net_calorific_value_lower"], row["net_calorific_value_upper"]
    )
    return value * ratio * units.conversion(unit, BASES[of_quantity or "mass"]), uncertainty


def coefficients(
    digest: pa.Table, factors: pa.Table, assessment: str
) -> Iterator[Coefficient | Broken]:
    """A coefficient for every gas of every source, unit and category in the digest.

    Where there is none, what is wrong and where it stands.
    """
    by_source = _by_source(factors)
    warming = potentials(assessment)
    for source, unit, category in _combinations(digest):
        known = by_source.get(source.lower())
        if known is None:
            continue  # an unknown source is named by the table's own check
        where = {"source": source, "unit": unit, "category": category}
        chosen, lacking = for_category(known, category)
        if lacking:
            yield _no_factor(known, where, lacking)
        for row in chosen:
            try:
                mass, calorific = per_unit(row, unit)
            except UnitError as fault:
                if fault.where == unit:
                    yield _bad_unit(where, fault)
                break
            if row["gas"] not in warming:
                yield _no_potential(row, assessment, where)
                continue
            yield Coefficient(
                source=source,
                name=row["source"],
                unit=unit,
                category=category,
                gas=row["gas"],
                mass=mass,
                co2e=mass * warming[row["gas"]],
                biogenic=bool(row["biogenic"]),
                factor_uncertainty=half_width(row["value"], row["lower"], row["upper"]),
                calorific_uncertainty=calorific,
                verification=row["verification"],
                bounds_verification=row["bounds_verification"] or "",
            )


def _by_source(factors: pa.Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in factors.to_pylist():
        if None not in (row["source"], row["gas"], row["value"], row["unit"]):
            found.setdefault(row["source"].lower(), []).append(row)
    return found


def _combinations(digest: pa.Table) -> list[tuple[str, str, str]]:
    columns = ("source", "unit", "category")
    seen = digest.select(list(columns)).group_by(list(columns)).aggregate([]).to_pylist()
    whole = [tuple(row[name] for name in columns) for row in seen]
    return sorted(row for row in whole if None not in row)


def _bad_unit(where: Row, fault: UnitError) -> Broken:
    return Broken(
        where=where,
        column="unit",
        value=where["unit"],
        message=fault.message,
        hint=fault.hint or Text("check the unit", "単位を確かめてください"),
    )


def _no_factor(known: Sequence[Row], where: Row, lacking: Sequence[str]) -> Broken:
    sectors = sorted({row["sector"] for row in known if row["gas"] in lacking})
    named = [row["source"] for row in _controlled(known[0]["source"])]
    hint = Text(
        "add the factors to the table factors; there are some for: {sectors}",
        "factorsの表に係数を加えてください（今あるのは：{sectors}）",
    ).format(sectors=" / ".join(sectors))
    if named and sector(str(where["category"])) == "road transport":
        hint = Text(
            "they depend on the emission control; name one of: {names}",
            "排出対策により異なるため、次のいずれかを記入してください：{names}",
        ).format(names=" / ".join(sorted(set(named))))
    return Broken(
        where=where,
        column="category",
        value=where["category"],
        message=Text(
            "no {gases} factor of {source} for this category",
            "この区分の{source}の{gases}係数がありません",
        ).format(gases=", ".join(lacking), source=known[0]["source"]),
        hint=hint,
    )


def _controlled(source: str) -> list[Row]:
    """Shipped sources that state the emission control of this one in brackets."""
    rows = reference.load("ghg/factors_ipcc2006").rows
    return [row for row in rows if row["source"].startswith(f"{source} (")]


def _no_potential(row: Row, assessment: str, where: Row) -> Broken:
    return Broken(
        where=where,
        column="source",
        value=where["source"],
        message=Text(
            "{assessment} gives no potential for {gas}",
            "{assessment}に{gas}の地球温暖化係数がありません",
        ).format(assessment=assessment, gas=row["gas"]),
        hint=Text("choose another set with -p gwp=", "-p gwp= で別の評価報告書を選んでください"),
    )


# --- the method ---------------------------------------------------------------------------


def by_stream(activity: ir.Table, profile: Profile) -> ir.Table:
    """Lines, quantity and spread by country, year, category, source and unit.

    ``spread`` is the sum of squares of quantity × uncertainty; ``stated`` counts the lines that
    state one; where none does, there is no spread. Sums are exact, hence the same with any number of threads and on any engine.
    """
    quantity = profile["quantity"].magnitude
    uncertainty = profile["uncertainty"].magnitude if "uncertainty" in profile else 0.0
    deviation = activity.quantity * activity.uncertainty / 100
    largest = quantity * uncertainty / 100
    return activity.group_by("country", "year", "category", "source", "unit").aggregate(
        lines=activity.count(),
        stated=activity.uncertainty.count(),
        quantity=exact_sum(activity.quantity, largest=quantity),
        spread=exact_sum(deviation * deviation, largest=largest * largest),
    )


def rules(tables: Mapping[str, pa.Table], values: Values) -> list[Rule]:
    """Every line must meet a factor for each gas of its source, in a unit that fits."""
    found = coefficients(tables["activity"], tables["factors"], str(values["gwp"]))
    broken = [one for one in found if isinstance(one, Broken)]

    def of(column: str) -> tuple[Broken, ...]:
        return tuple(one for one in broken if one.column == column)

    return [
        Rule(
            id="unit-fits",
            title=Text("units convertible to the factor's unit", "単位を係数の単位に換算可能"),
            table="activity",
            broken=of("unit"),
        ),
        Rule(
            id="factor-known",
            title=Text(
                "a factor for every gas, source and sector", "ガス・排出源・部門ごとの係数あり"
            ),
            table="activity",
            broken=of("category"),
        ),
        Rule(
            id="potential-known",
            title=Text("a warming potential for every gas", "すべてのガスの地球温暖化係数あり"),
            table="activity",
            broken=of("source"),
        ),
        Rule(
            id="factor-unit",
            title=Text("units of factors", "係数の単位"),
            table="factors",
            broken=tuple(_factor_units(tables["factors"])),
        ),
    ]


def _factor_units(factors: pa.Table) -> Iterator[Broken]:
    for unit in factors["unit"].unique().to_pylist():
        if unit is None:
            continue
        try:
            known = factor_basis(unit)
            fault = None
        except UnitError as error:
            known, fault = None, error
        if known is None:
            yield Broken(
                where={"unit": unit},
                column="unit",
                value=unit,
                message=fault.message
                if fault
                else Text("not the unit of a factor", "排出係数の単位ではありません"),
                hint=Text(
                    "mass per energy or mass, such as kg/TJ or t/t", "kg/TJ、t/tなどとしてください"
                ),
            )


def facility_emissions(tables: Mapping[str, ir.Table], values: Values) -> Outcome:
    """Emissions line by line, and totals by country, year and category."""
    import ibis

    digest = (
        tables["activity.digest"]
        .to_pyarrow()
        .sort_by(
            [(name, "ascending") for name in ("country", "year", "category", "source", "unit")]
        )
    )
    factors = tables["factors"].to_pyarrow()
    found = [
        one
        for one in coefficients(digest, factors, str(values["gwp"]))
        if isinstance(one, Coefficient)
    ]
    return Outcome(
        tables={
            "emissions": emissions(tables["activity"], ibis.memtable(_as_table(found))),
            "totals": totals(digest, found),
        },
        checks=tuple(_checks(digest, found)),
    )


def _as_table(found: Sequence[Coefficient]) -> pa.Table:
    fields = {
        "source": pa.string(), "name": pa.string(), "unit": pa.string(), "category": pa.string(),
        "gas": pa.string(), "mass": pa.float64(), "co2e": pa.float64(), "biogenic": pa.bool_(),
        "factor_uncertainty": pa.float64(), "calorific_uncertainty": pa.float64(),
    }  # fmt: skip
    return pa.table(
        {
            name: pa.array([getattr(one, name) for one in found], kind)
            for name, kind in fields.items()
        }
    )


def emissions(activity: ir.Table, coefficient: ir.Table) -> ir.Table:
    """One row per line and gas: mass and CO2-equivalent in t, combined uncertainty in %.

    E = quantity × coefficient; U = √(U_A² + U_F² + U_NCV²), absent where one of them is not
    known (2006 IPCC Guidelines, Volume 1, Equation 3.1).
    """
    line = activity.join(coefficient, ["source", "unit", "category"])
    squares = line.uncertainty**2 + line.factor_uncertainty**2 + line.calorific_uncertainty**2
    return line.select(
        facility=line.facility,
        country=line.country,
        year=line.year,
        category=line.category,
        source=line.name,
        gas=line.gas,
        mass=line.quantity * line.mass,
        co2e=line.quantity * line.co2e,
        biogenic=line.biogenic,
        uncertainty=squares.sqrt(),
    )


def totals(digest: pa.Table, found: Sequence[Coefficient]) -> pa.Table:
    """CO2-equivalent by country, year and category (t), with its 95 % interval.

    The gases of a line share its activity data, the lines of a source share its factors and its
    calorific value; everything else is independent. So with Q the quantity of a stream, k its
    coefficient of a gas and K their sum over gases:

        half-width² = Σ_lines (q·u·K)² + Σ_source,gas (U_F · ΣQ·k)² + Σ_source (U_NCV · ΣQ·K)²

    (2006 IPCC Guidelines, Volume 1, Equations 3.1 and 3.2, applied to shared factors as fully
    correlated.) Biogenic CO2 is left out. The interval is absent where one part is not known,
    and does not go below zero.
    """
    by_stream_key: dict[tuple[str, str, str], list[Coefficient]] = {}
    for one in found:
        by_stream_key.setdefault((one.source, one.unit, one.category), []).append(one)
    groups: dict[tuple[str, int, str], _Total] = {}
    for stream in digest.to_pylist():
        total = groups.setdefault(
            (stream["country"], stream["year"], stream["category"]), _Total({}, {})
        )
        counted = [
            one
            for one in by_stream_key.get((stream["source"], stream["unit"], stream["category"]), [])
            if not one.biogenic
        ]
        total.add(stream, counted)
    keys = sorted(groups)
    columns = {
        "country": pa.array([key[0] for key in keys], pa.string()),
        "year": pa.array([key[1] for key in keys], pa.int64()),
        "category": pa.array([key[2] for key in keys], pa.string()),
    }
    intervals = [groups[key].interval() for key in keys]
    for at, name in enumerate(("co2e", "lower", "upper")):
        columns[name] = pa.array([interval[at] for interval in intervals], pa.float64())
    return pa.table(columns)


@dataclass(slots=True)
class _Total:
    """One total while it grows: emissions by factor and by calorific value, variance, gaps."""

    by_factor: dict[tuple[str, str], tuple[float, float | None]]
    by_calorific: dict[str, tuple[float, float | None]]
    co2e: float = 0.0
    variance: float = 0.0
    known: bool = True

    def add(self, stream: Row, counted: Sequence[Coefficient]) -> None:
        per_unit_written = math.fsum(one.co2e for one in counted)
        amount = stream["quantity"] * per_unit_written
        self.co2e += amount
        self.variance += (stream["spread"] or 0.0) * per_unit_written**2
        if amount and stream["stated"] < stream["lines"]:
            self.known = False
        for one in counted:
            key = (one.name, one.gas)
            before, _ = self.by_factor.get(key, (0.0, None))
            self.by_factor[key] = (before + stream["quantity"] * one.co2e, one.factor_uncertainty)
            if one.calorific_uncertainty != 0.0:
                before, _ = self.by_calorific.get(one.name, (0.0, None))
                share = stream["quantity"] * one.co2e
                self.by_calorific[one.name] = (before + share, one.calorific_uncertainty)

    def interval(self) -> tuple[float, float | None, float | None]:
        parts = [math.sqrt(self.variance)]
        for amount, uncertainty in (*self.by_factor.values(), *self.by_calorific.values()):
            if uncertainty is None:
                self.known = self.known and amount == 0
            else:
                parts.append(amount * uncertainty / 100)
        if not self.known:
            return self.co2e, None, None
        half = math.hypot(*parts)
        return self.co2e, max(0.0, self.co2e - half), self.co2e + half


def _checks(digest: pa.Table, found: Sequence[Coefficient]) -> Iterator[Check]:
    """What a reader of the result must know: unverified factors, intervals not known."""
    lines = sum(digest["lines"].to_pylist())
    silent = lines - sum(digest["stated"].to_pylist())
    yield Check(
        id="uncertainty-stated",
        title=Text("uncertainty stated for every quantity", "すべての量に不確かさの記載あり"),
        verdict=Verdict.LOOK if silent else Verdict.PASSED,
        table="activity",
        tested=lines,
        concerned=silent,
        hint=Text(
            "categories with such lines have no interval in totals",
            "該当する区分の合計には区間がありません",
        ),
    )
    used = {(one.name, one.gas, one.verification, one.bounds_verification) for one in found}
    for number, (name, title) in enumerate(
        (
            ("factors-verified", Text("factors verified against a source", "係数の出典確認")),
            (
                "intervals-verified",
                Text("intervals of factors verified against a source", "係数の区間の出典確認"),
            ),
        ),
        start=2,
    ):
        open_ = sorted({f"{one[0]} {one[1]}" for one in used if one[number] == "unverified"})
        yield Check(
            id=name,
            title=title,
            verdict=Verdict.LOOK if open_ else Verdict.PASSED,
            table="factors",
            tested=len(used),
            concerned=len(open_),
            hint=Text("not verified: {names}", "未検証：{names}").format(names=", ".join(open_[:8]))
            if open_
            else None,
        )


METHOD = Method(
    id="climate.transparency.facility-emissions",
    version="1.0.0",
    kind=Kind.RELATIONAL,
    title=Text("Facility emissions", "施設の温室効果ガス排出量"),
    summary=Text(
        "Greenhouse gases of facilities from activity data and emission factors (IPCC 2006, Tier 1–2).",
        "活動量と排出係数から施設の温室効果ガス排出量を算定します（IPCC 2006年、Tier 1–2）。",
    ),
    activities=("1-1-1", "1-1-2", "1-1-3"),
    inputs=(ACTIVITY, FACTORS),
    outputs=(EMISSIONS, TOTALS),
    digests={"activity": by_stream},
    rules=rules,
    function=facility_emissions,
    parameters=(
        Parameter(
            name="gwp",
            meaning=Text(
                "set of global warming potentials over 100 years",
                "地球温暖化係数（100年値）の評価報告書",
            ),
            default="AR5",
            choices=("AR4", "AR5", "AR6"),
        ),
    ),
    figures=(
        Figure(
            name="totals",
            title=Text("Emissions by category", "区分別排出量"),
            kind="bars",
            table="totals",
            value="co2e",
            category="category",
            lower="lower",
            upper="upper",
            unit="kt",
            at="year",
            facet="country",
        ),
    ),
    origins=(
        Origin(
            table="totals",
            source="emissions",
            on=("country", "year", "category"),
            only={"biogenic": False},
        ),
        Origin(
            table="emissions",
            source="activity",
            on=("facility", "country", "year", "category", "source"),
        ),
        Origin(
            table="emissions",
            source="factors",
            on=("source", "gas"),
            also=("category",),
            choose=lambda emission, known: for_category(known, emission["category"])[0],
        ),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 1",
            place="Chapter 3, Equations 3.1 and 3.2",
            year=2006,
        ),
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2",
            place="Equation 2.1; Tables 1.2, 1.4, 2.2–2.5, 3.2.2",
            year=2006,
        ),
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 3",
            place="Equation 2.4; Tables 2.1, 2.4",
            year=2006,
        ),
        Source(
            document="IPCC Fifth Assessment Report, Working Group I",
            place="Table 8.A.1 (AR4: Table 2.14; AR6: Table 7.SM.7)",
            year=2013,
        ),
    ),
    limits=(
        Text(
            "Energy quantities are on the basis of net calorific value; gross values must be converted first.",
            "熱量は低位発熱量基準です。高位発熱量は事前に換算してください。",
        ),
        Text(
            "Factors are defaults unless the table factors is replaced; country-specific factors go before them.",
            "factorsの表を差し替えない限り既定値を用います。国別係数があればそれを優先してください。",
        ),
        Text(
            "The interval is symmetric (error propagation) and cut at zero; where it is wider than about 30 %, prefer Monte Carlo.",
            "区間は誤差伝播による対称区間で、ゼロを下限とします。約30％より広い場合はモンテカルロ法を推奨します。",
        ),
    ),
    equations=Text(
        en=r"""
For a line with quantity $Q$ of a fuel with net calorific value $NCV$ and emission factor $EF_g$ of gas $g$:

$$E_g\,[\mathrm{t}] = Q\,[\mathrm{Gg}] \cdot NCV\,[\mathrm{TJ/Gg}] \cdot EF_g\,[\mathrm{kg/TJ}] \cdot 10^{-3},
\qquad CO_2e = \sum_g E_g \cdot GWP_g$$

A quantity in energy skips $NCV$; a process has a factor per mass. The factor of a gas other than CO₂ is that of the
category's sector. Biogenic CO₂ is listed, and not counted.

$$U_{line} = \sqrt{U_A^2 + U_F^2 + U_{NCV}^2}$$

$$h_{total}^2 = \sum_{lines} (Q\,u\,K)^2 + \sum_{source,\,g} \left(U_F \sum Q\,k_g\right)^2 + \sum_{source} \left(U_{NCV} \sum Q\,K\right)^2$$

with $k_g$ the CO₂-equivalent of gas $g$ per unit and $K = \sum_g k_g$: lines that share a factor are fully correlated in it.
""",
        ja=r"""
低位発熱量 $NCV$、ガス $g$ の排出係数 $EF_g$ の燃料を量 $Q$ だけ用いた明細について：

$$E_g\,[\mathrm{t}] = Q\,[\mathrm{Gg}] \cdot NCV\,[\mathrm{TJ/Gg}] \cdot EF_g\,[\mathrm{kg/TJ}] \cdot 10^{-3},
\qquad CO_2e = \sum_g E_g \cdot GWP_g$$

熱量で示された量には $NCV$ を用いません。工程の係数は質量当たりです。CO₂以外のガスの係数は区分の部門のものを用います。
生物由来CO₂は記載しますが、合計には含めません。

$$U_{line} = \sqrt{U_A^2 + U_F^2 + U_{NCV}^2}$$

$$h_{total}^2 = \sum_{lines} (Q\,u\,K)^2 + \sum_{source,\,g} \left(U_F \sum Q\,k_g\right)^2 + \sum_{source} \left(U_{NCV} \sum Q\,K\right)^2$$

$k_g$ は単位当たりのガス $g$ のCO₂換算量、$K = \sum_g k_g$ です。同じ係数を用いる明細は、その係数について完全に相関します。
""",
    ),
    reference=(POTENTIALS, SECTORS),
    example={"activity": "facility-emissions/activity.csv"},
    package=__package__ or "",
)
