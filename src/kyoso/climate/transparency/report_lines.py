"""A monitoring plan meets what was reported for its streams: emissions gas by gas, or faults.

What a rule set makes of them comes after. Whatever has no cited factor is a mass balance: the
quantity is the mass of a gas, with the factor 1 by definition.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import pyarrow as pa

from kyoso import reference
from kyoso.climate.transparency.dated_factors import CountryTiers, Factors
from kyoso.climate.transparency.factor_faults import (
    basis_of,
    no_factor,
    other_basis,
    out_of_dates,
    without_own,
)
from kyoso.climate.transparency.factors import POTENTIALS, Row, is_energy
from kyoso.climate.transparency.monitoring_plans import (
    Entries,
    entries_of,
    incomplete,
    inconsistent,
    unplanned,
    unreported,
)
from kyoso.climate.transparency.purchased_energy import Electricity, purchased
from kyoso.climate.transparency.report_emissions import Emission, Line
from kyoso.climate.transparency.report_faults import Fault, at_plan, misfit
from kyoso.climate.transparency.rule_sets import BIOGENIC, DIRECT, TRANSFERRED
from kyoso.climate.transparency.tables.plans import (
    ANY,
    CALCULATION,
    GCV,
    MEASUREMENT,
    NCV,
    PURCHASED,
    TRANSFER,
)
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.tables.checking import Broken


def matched(
    tables: Mapping[str, pa.Table], country_tiers: CountryTiers | None = None
) -> Iterator[Emission | Fault]:
    """Emissions and faults of ``plan``, ``activity``, ``factors`` and, if given, ``electricity``.

    With ``country_tiers`` a stream at such a tier takes its country's factors and must have one;
    at any other tier those for all hold. Without, a country's factors go first wherever there are
    some. They come by facility, year and stream whatever the order of the rows. A fault of the plan
    comes once, however many years it concerns.
    """
    plan = entries_of(tables["plan"])
    factors = Factors(tables["factors"], country_tiers)
    electricity = Electricity(tables.get("electricity"))
    rows = [
        row
        for row in tables["activity"].to_pylist()
        if None not in (row["facility"], row["year"], row["stream"])
    ]
    rows.sort(key=lambda row: (row["facility"], row["year"], row["stream"]))
    told: set[tuple[object, ...]] = set()
    for found in itertools.chain(
        inconsistent(plan),
        unreported(plan, rows),
        factors.twice(),
        electricity.without_unit(),
        _lines(plan, rows, factors, electricity),
    ):
        if isinstance(found, Fault):
            key = (found.rule, found.broken.column, *found.broken.where.values())
            if key in told:
                continue
            told.add(key)
        yield found


def _lines(
    plan: Entries, rows: Sequence[Row], factors: Factors, electricity: Electricity
) -> Iterator[Emission | Fault]:
    facilities = {facility for facility, _ in plan}
    for row in rows:
        entries = plan.get((row["facility"], row["stream"]), [])
        entry = next(
            (e for e in entries if e["valid_from"] <= row["year"] <= e["valid_until"]), None
        )
        if entry is None:
            yield unplanned(row, entries, known=row["facility"] in facilities)
            continue
        line = Line(row, entry)
        if (missing := incomplete(line)) is not None:
            yield missing
            continue
        if row["quantity"] is None or row["unit"] is None:
            continue  # named by the table's own check
        calculated = entry["approach"] == CALCULATION
        if calculated and entry["source"].lower() in factors.by_source:
            yield from _calculated(line, factors)
        elif row["heat_basis"] == GCV and is_energy(row["unit"]):
            yield other_basis(line, NCV)
        elif entry["approach"] == PURCHASED:
            yield from purchased(line, electricity)
        else:
            yield from _weighed(line, factors)


def _calculated(line: Line, factors: Factors) -> Iterator[Emission | Fault]:
    """E = Q · EF, through the calorific value where quantity and factor differ in kind."""
    held = factors.of(line.plan, line.row["year"])
    if held.lacking:
        yield Fault("factor-known", no_factor(line.plan, held.lacking))
    if held.expired:
        yield out_of_dates(line, held.expired)
    if (without := without_own(line, held)) is not None:
        yield without
        return
    for row in held.now:
        try:
            per = factors.per(row, line.row["unit"])
        except UnitError as fault:
            if fault.where == line.row["unit"]:
                yield misfit(line, fault)
            return
        basis = per.basis or (None if per.direct else NCV)
        if basis not in (None, basis_of(line)):
            yield other_basis(line, basis)
            return
        yield line.emission(
            source=row["source"],
            gas=row["gas"],
            own_factor=row["country"] != ANY,
            boundary=BIOGENIC if row["biogenic"] else DIRECT,
            mass=line.row["quantity"] * per.mass,
            method="factor" if per.direct else "factor-calorific",
            factor=row["value"],
            factor_unit=row["unit"],
            factor_lower=row["lower"],
            factor_upper=row["upper"],
            factor_basis=per.basis,
            factor_source=per.source,
            verification=row["verification"],
            factor_uncertainty=per.uncertainty,
            calorific_uncertainty=per.calorific_uncertainty,
            factor_key=per.identity,
            calorific_key=None if per.direct else row["source"].lower(),
        )


@cache
def _gases() -> Mapping[str, str]:
    return {row["gas"].lower(): row["gas"] for row in reference.load(POTENTIALS).rows}


_BY_MASS = {CALCULATION: "mass-balance", MEASUREMENT: "measurement", TRANSFER: "transfer"}


def _weighed(line: Line, factors: Factors) -> Iterator[Emission | Fault]:
    """E = Q: the quantity is the mass of a gas."""
    plan = line.plan
    approach = plan["approach"]
    gas = _gases().get(plan["source"].lower())
    if gas is None or (approach == TRANSFER and gas != "CO2"):
        named = {name: rows[0]["source"] for name, rows in factors.by_source.items()}
        names = {**(named if approach == CALCULATION else {}), **_gases()}
        known = ["CO2"] if approach == TRANSFER else list(names)
        yield Fault("source-known", _unknown(plan, known, names))
        return
    try:
        per = units.conversion(line.row["unit"], "t")
    except UnitError as fault:
        yield misfit(line, fault)
        return
    biogenic = bool(plan["biogenic"]) and gas == "CO2"
    emitted = BIOGENIC if biogenic else DIRECT
    yield line.emission(
        source=gas,
        gas=gas,
        own_factor=None,
        boundary=TRANSFERRED if approach == TRANSFER else emitted,
        mass=line.row["quantity"] * per,
        method=_BY_MASS[approach],
        factor=1.0,
        factor_unit="t/t",
        factor_lower=None,
        factor_upper=None,
        factor_basis=None,
        factor_source=None,
        verification=None,
        factor_uncertainty=0.0,
        calorific_uncertainty=0.0,
        factor_key=None,
        calorific_key=None,
    )


def _unknown(plan: Row, known: Sequence[str], names: Mapping[str, str]) -> Broken:
    written = plan["source"].lower()
    close = difflib.get_close_matches(written, [one.lower() for one in known], n=3, cutoff=0.6)
    hint = (
        Text("did you mean {names}?", "{names}ではありませんか").format(
            names=", ".join(names.get(one, one) for one in close)
        )
        if close
        else Text(
            "name a source of factors, a gas, or a grid of electricity, as the approach needs",
            "算定方法に応じ、factorsの排出源、ガス、electricityの系統のいずれかを記入してください",
        )
    )
    return at_plan(plan, "source", Text("not a known source", "知られた排出源ではありません"), hint)
