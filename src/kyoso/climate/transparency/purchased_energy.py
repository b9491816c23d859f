"""Purchased electricity and heat: by the factor of the grid and by that of the contract."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from kyoso.climate.transparency.dated_factors import cited
from kyoso.climate.transparency.factors import Row, half_width, is_per_energy, per_unit
from kyoso.climate.transparency.report_emissions import Emission, Line
from kyoso.climate.transparency.report_faults import Fault, at_activity, at_plan, misfit
from kyoso.climate.transparency.rule_sets import LOCATION, MARKET
from kyoso.climate.transparency.tables.plans import ANY
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.tables.checking import Broken


@dataclass(slots=True)
class Electricity:
    """Factors of purchased energy by source, country, year and method, one for each gas."""

    table: pa.Table | None
    rows: list[Row] = field(init=False)
    held: dict[tuple[str, str, int, str], list[Row]] = field(init=False, default_factory=dict)
    years: dict[str, set[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        needed = ("source", "country", "year", "method", "gas", "value", "unit")
        self.rows = [
            row
            for row in ([] if self.table is None else self.table.to_pylist())
            if None not in [row[name] for name in needed]
        ]
        for row in self.rows:
            source = row["source"].lower()
            self.years.setdefault(source, set()).add(row["year"])
            key = (source, row["country"], row["year"], row["method"])
            self.held.setdefault(key, []).append(row)

    def of(self, source: str, country: str, year: int, method: str) -> list[Row]:
        """The factors that hold; those of the country go before those for all."""
        for near in (country, ANY):
            if rows := self.held.get((source.lower(), near, year, method)):
                return rows
        return []

    def without_unit(self) -> Iterator[Fault]:
        for unit in dict.fromkeys(row["unit"] for row in self.rows):
            if not is_per_energy(unit):
                yield Fault(
                    "electricity-unit",
                    Broken(
                        where={"unit": unit},
                        column="unit",
                        value=unit,
                        message=Text(
                            "not the unit of a factor of energy",
                            "エネルギー当たりの単位ではありません",
                        ),
                        hint=Text(
                            "mass per energy, such as t/MWh or kg/GJ",
                            "t/MWh、kg/GJなどとしてください",
                        ),
                    ),
                )


def purchased(line: Line, electricity: Electricity) -> Iterator[Emission | Fault]:
    """E = Q · EF, once with the factor of the grid and once with that of the contract."""
    plan, year = line.plan, line.row["year"]
    contract = plan["contract"] or plan["source"]
    for column in ("source", "contract"):
        if plan[column] and plan[column].lower() not in electricity.years:
            yield Fault(
                "source-known",
                _not_bought(plan, column, [row["source"] for row in electricity.rows]),
            )
            return
    for name, method, boundary in (
        (plan["source"], "location", LOCATION),
        (contract, "market", MARKET),
    ):
        held = electricity.of(name, plan["country"], year, method)
        if not held and (method == "location" or plan["contract"]):
            if method == "location" and electricity.of(contract, plan["country"], year, "market"):
                continue
            yield _no_such_year(line, name, electricity.years[name.lower()])
        for row in held:
            if not is_per_energy(row["unit"]):
                continue
            try:
                per, _ = per_unit({**row, "net_calorific_value": None}, line.row["unit"])
            except UnitError as fault:
                yield misfit(line, fault)
                return
            yield line.emission(
                source=row["source"],
                gas=row["gas"],
                own_factor=row["country"] != ANY,
                boundary=boundary,
                mass=line.row["quantity"] * per,
                method=boundary,
                factor=row["value"],
                factor_unit=row["unit"],
                factor_lower=row["lower"],
                factor_upper=row["upper"],
                factor_basis=None,
                factor_source=cited({**row, "year": None}),
                verification=row["verification"],
                factor_uncertainty=half_width(row["value"], row["lower"], row["upper"])
                if row["value"]
                else 0.0,
                calorific_uncertainty=0.0,
                factor_key=(row["source"], row["country"], year, method, row["gas"]),
                calorific_key=None,
            )


def _not_bought(plan: Row, column: str, known: Sequence[str]) -> Broken:
    close = difflib.get_close_matches(plan[column], known, n=3, cutoff=0.6)
    return at_plan(
        plan,
        column,
        Text("no factor of this name in electricity", "electricityにこの名称の係数がありません"),
        Text("did you mean {names}?", "{names}ではありませんか").format(names=", ".join(close))
        if close
        else Text(
            "give its factor with the source in the table electricity (-i electricity=FILE)",
            "electricityの表（-i electricity=FILE）に出典付きで係数を与えてください",
        ),
    )


def _no_such_year(line: Line, name: str, years: set[int]) -> Fault:
    return at_activity(
        line,
        "factor-dates",
        "year",
        Text(
            "no factor of {name} for this year and country; there are some for {years}",
            "{name}のこの年と国の係数がありません（あるのは{years}年）",
        ).format(name=name, years=", ".join(map(str, sorted(years)))),
        Text("add it to the table electricity", "electricityの表に加えてください"),
    )
