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
from typing import TYPE_CHECKING

import pyarrow as pa

from kyoso.climate.transparency.estimates import named
from kyoso.climate.transparency.factors import (
    POTENTIALS,
    SECTORS,
    Coefficient,
    Row,
    coefficients,
    factors_have_units,
    for_category,
    lines_meet_factors,
)
from kyoso.climate.transparency.tables.facilities import ACTIVITY, EMISSIONS, FACTORS, TOTALS
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
    return [*lines_meet_factors(broken, "activity"), factors_have_units(tables["factors"])]


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
        open_ = sorted({one[:2] for one in used if one[number] == "unverified"})
        yield named(
            name,
            title,
            table="factors",
            tested=len(used),
            open_=[
                FACTORS.line(dict(zip(("source", "gas"), one, strict=True)), ("source", "gas"))
                for one in open_
            ],
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
