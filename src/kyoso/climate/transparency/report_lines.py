"""A monitoring plan meets what was reported for its streams: emissions gas by gas, or faults.

What a rule set makes of them comes after. Whatever has no cited factor is a mass balance: the
quantity is the mass of a gas, with the factor 1 by definition.
"""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pyarrow as pa

from kyoso import reference
from kyoso.climate.transparency.factors import (
    POTENTIALS,
    basis,
    factor_basis,
    for_category,
    half_width,
    per_unit,
)
from kyoso.climate.transparency.rule_sets import BIOGENIC, DIRECT, LOCATION, MARKET, TRANSFERRED
from kyoso.climate.transparency.tables.plans import (
    ANY,
    CALCULATION,
    GCV,
    MEASUREMENT,
    NCV,
    NOT_STATED,
    PURCHASED,
    TRANSFER,
)
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.tables.checking import Broken, Rule

Row = Mapping[str, Any]

_RULES: Mapping[str, tuple[str, Text]] = {
    "stream-planned": (
        "activity",
        Text("every stream stands in the plan of its year", "報告ストリームはその年の計画にある"),
    ),
    "streams-reported": (
        "plan",
        Text("every stream of the plan is reported", "計画の全ストリームの報告あり"),
    ),
    "plan-consistent": (
        "plan",
        Text("one entry a stream and year, one country a facility", "計画の期間と国に矛盾なし"),
    ),
    "plan-complete": (
        "plan",
        Text("category and tier of what is calculated or measured", "算定・測定の区分とTierの記載"),
    ),
    "source-known": ("plan", Text("sources are known", "排出源の名称")),
    "factor-known": (
        "plan",
        Text("a factor for every gas, country and category", "ガス・国・区分ごとの係数あり"),
    ),
    "factor-dates": (
        "activity",
        Text("factors used within their dates", "係数は適用期間内"),
    ),
    "unit-fits": (
        "activity",
        Text("units convertible to the factor's unit", "単位を係数の単位に換算可能"),
    ),
    "heat-basis": (
        "activity",
        Text("energy on the basis of the factor's calorific value", "熱量は係数の発熱量基準"),
    ),
    "country-factor": (
        "plan",
        Text("one factor of the country where the tier asks for it", "Tierの求める国の係数が一つ"),
    ),
    "factors-one": ("factors", Text("one factor a year", "各年の係数は一つ")),
    "electricity-unit": ("electricity", Text("units of factors", "係数の単位")),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows that break one of the rules of :func:`rules_of`."""

    rule: str
    broken: Broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """One gas of one stream in one year.

    ``mass`` is in t of the gas. The uncertainties are halves of 95 % intervals in %, ``None``
    where not known; ``factor_key`` names what lines with the same factor share, and
    ``calorific_key`` what lines share that go through the same calorific value.
    """

    facility: str
    country: str
    year: int
    stream: str
    unit_name: str | None
    category: str | None
    source: str
    gas: str
    boundary: str
    quantity: float
    unit: str
    mass: float
    method: str
    tier: int | None
    meter: str | None
    factor: float
    factor_unit: str
    factor_lower: float | None
    factor_upper: float | None
    factor_basis: str | None
    factor_source: str | None
    verification: str | None
    activity_uncertainty: float | None
    factor_uncertainty: float | None
    calorific_uncertainty: float | None
    factor_key: tuple[object, ...] | None
    calorific_key: str | None

    @property
    def uncertainty(self) -> float | None:
        """Half of the 95 % interval of the line in % (IPCC 2006, Volume 1, Equation 3.1)."""
        parts = (self.activity_uncertainty, self.factor_uncertainty, self.calorific_uncertainty)
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return math.sqrt(math.fsum(part * part for part in known))


@dataclass(frozen=True, slots=True)
class _Line:
    """A reported row with the entry of the plan that it belongs to."""

    row: Row
    plan: Row

    @property
    def reported(self) -> dict[str, object]:
        return {name: self.row[name] for name in ("facility", "year", "stream")}

    @property
    def planned(self) -> dict[str, object]:
        return {name: self.plan[name] for name in ("facility", "stream", "valid_from")}

    def emission(self, **of_gas: Any) -> Emission:
        row, plan = self.row, self.plan
        uncertainty = row["uncertainty"]
        return Emission(
            facility=row["facility"],
            country=plan["country"],
            year=row["year"],
            stream=row["stream"],
            unit_name=plan["unit_name"],
            category=plan["category"],
            quantity=row["quantity"],
            unit=row["unit"],
            tier=plan["tier"],
            meter=plan["meter"],
            activity_uncertainty=plan["meter_uncertainty"] if uncertainty is None else uncertainty,
            **of_gas,
        )


CountryTiers = Callable[[int], AbstractSet[int]]
"""The tiers at which a country's own factors are taken, by year."""


def matched(
    tables: Mapping[str, pa.Table], country_tiers: CountryTiers | None = None
) -> Iterator[Emission | Fault]:
    """Emissions and faults of ``plan``, ``activity``, ``factors`` and, if given, ``electricity``.

    With ``country_tiers`` a stream at such a tier takes its country's factors and must have one;
    at any other tier those for all hold. Without, a country's factors go first wherever there are
    some. They come by facility, year and stream whatever the order of the rows. A fault of the plan
    comes once, however many years it concerns.
    """
    plan = _entries(tables["plan"])
    factors = _Factors(tables["factors"], country_tiers)
    electricity = _Electricity(tables.get("electricity"))
    rows = [
        row
        for row in tables["activity"].to_pylist()
        if None not in (row["facility"], row["year"], row["stream"])
    ]
    rows.sort(key=lambda row: (row["facility"], row["year"], row["stream"]))
    told: set[tuple[object, ...]] = set()
    for found in itertools.chain(
        _inconsistent(plan),
        _unreported(plan, rows),
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


def rules_of(faults: Sequence[Fault], given: Mapping[str, pa.Table]) -> list[Rule]:
    """The rules that :func:`matched` tests, with what breaks them."""
    return [
        Rule(
            id=name,
            title=title,
            table=table,
            broken=tuple(fault.broken for fault in faults if fault.rule == name),
        )
        for name, (table, title) in _RULES.items()
        if table in given
    ]


# --- the plan -----------------------------------------------------------------------------

_Entries = Mapping[tuple[str, str], list[Row]]


def _entries(plan: pa.Table) -> _Entries:
    """The entries of the plan by facility and stream, in the order of their dates."""
    needed = ("facility", "stream", "country", "approach", "source", "valid_from", "valid_until")
    found: dict[tuple[str, str], list[Row]] = {}
    for row in plan.to_pylist():
        if None not in [row[name] for name in needed]:
            found.setdefault((row["facility"], row["stream"]), []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row["valid_from"], row["valid_until"]))
    return dict(sorted(found.items()))


def _planned(row: Row, column: str, message: Text, hint: Text) -> Broken:
    return Broken(
        where={name: row[name] for name in ("facility", "stream", "valid_from")},
        column=column,
        value=row[column],
        message=message,
        hint=hint,
    )


def _inconsistent(plan: _Entries) -> Iterator[Fault]:
    countries: dict[str, str] = {}
    for (facility, _), rows in plan.items():
        for row in rows:
            if (first := countries.setdefault(facility, row["country"])) != row["country"]:
                yield Fault(
                    "plan-consistent",
                    _planned(
                        row,
                        "country",
                        Text(
                            "this facility is in {country} elsewhere in the plan",
                            "この施設は計画の別の行で{country}にあります",
                        ).format(country=first),
                        Text("give a facility one country", "施設の国を一つにしてください"),
                    ),
                )
            if row["valid_until"] < row["valid_from"]:
                yield Fault(
                    "plan-consistent",
                    _planned(
                        row,
                        "valid_until",
                        Text("it ends before it begins", "終了年が開始年より前です"),
                        Text("put the later year here", "開始年以降の年を記入してください"),
                    ),
                )
        for before, row in itertools.pairwise(rows):
            if row["valid_from"] <= before["valid_until"]:
                yield Fault(
                    "plan-consistent",
                    _planned(
                        row,
                        "valid_from",
                        Text(
                            "the entry from {year} still holds", "{year}年からの計画がまだ有効です"
                        ).format(year=before["valid_from"]),
                        Text(
                            "end one entry in the year before the next begins",
                            "前の計画は次の計画が始まる前年で終えてください",
                        ),
                    ),
                )


def _unreported(plan: _Entries, rows: Sequence[Row]) -> Iterator[Fault]:
    """Streams of the plan that the report of a facility's year leaves out."""
    reported = {(row["facility"], row["year"], row["stream"]) for row in rows}
    years: dict[str, list[int]] = {}
    for facility, year in sorted({(row["facility"], row["year"]) for row in rows}):
        years.setdefault(facility, []).append(year)
    for (facility, stream), entries in plan.items():
        for row in entries:
            missing = [
                year
                for year in years.get(facility, ())
                if row["valid_from"] <= year <= row["valid_until"]
                and (facility, year, stream) not in reported
            ]
            if missing:
                yield Fault(
                    "streams-reported",
                    _planned(
                        row,
                        "stream",
                        Text("not reported for {years}", "{years}年の報告がありません").format(
                            years=", ".join(map(str, missing))
                        ),
                        Text(
                            "report every stream of the plan; write 0 where it was not operated",
                            "計画の全ストリームを報告し、稼働しなかったときは0と記入してください",
                        ),
                    ),
                )


def without_report(plan: pa.Table, activity: pa.Table) -> Rule:
    """A look at the facilities of the plan for which there is no report at all."""
    reporting = set(activity["facility"].to_pylist())
    silent = sorted({one for one in plan["facility"].to_pylist() if one} - reporting)
    return Rule(
        id="facilities-reported",
        title=Text("every facility of the plan reports", "計画の全施設の報告あり"),
        table="plan",
        severity="look",
        broken=tuple(
            Broken(
                where={"facility": one},
                column="facility",
                value=one,
                message=Text("no report", "報告がありません"),
                hint=Text("it is not in the result", "結果に含まれません"),
            )
            for one in silent
        ),
    )


# --- factors ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _PerUnit:
    """A factor in t per unit as written, with what lines need of it.

    ``basis`` is the calorific value that a factor of energy holds for.
    """

    mass: float
    basis: str | None
    calorific_uncertainty: float | None
    direct: bool
    uncertainty: float | None
    source: str | None
    identity: tuple[object, ...]


def _per_unit(row: Row, unit: str) -> _PerUnit:
    mass, calorific = per_unit(row, unit)
    return _PerUnit(
        mass=mass,
        basis=row["heat_basis"] if _per_energy(row["unit"]) else None,
        calorific_uncertainty=calorific,
        direct=basis(unit) == factor_basis(row["unit"]),
        uncertainty=half_width(row["value"], row["lower"], row["upper"]),
        source=cited(row),
        identity=_identity(row),
    )


@dataclass(slots=True)
class _Held:
    """The factors that hold, one per gas; gases without one; factors only out of their dates.

    ``own`` are all of the country where the tier asks for one of them, and ``twice`` those of
    them of which another holds in the same year.
    """

    now: list[Row] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    expired: list[Row] = field(default_factory=list)
    own: list[Row] | None = None
    twice: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class _Factors:
    """The factors by source, and what was looked up before."""

    table: pa.Table
    country_tiers: CountryTiers | None
    by_source: dict[str, list[Row]] = field(init=False)
    looked_up: dict[tuple[str, str, str, int, bool | None], _Held] = field(
        init=False, default_factory=dict
    )
    converted: dict[tuple[int, str], _PerUnit] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        needed = ("source", "gas", "value", "unit", "country", "valid_from", "valid_until")
        self.by_source = {}
        for row in self.table.to_pylist():
            if None not in [row[name] for name in needed]:
                self.by_source.setdefault(row["source"].lower(), []).append(row)

    def of(self, plan: Row, year: int) -> _Held:
        """The factors for an entry of the plan in a year; what of a country holds goes first."""
        own = None if self.country_tiers is None else plan["tier"] in self.country_tiers(year)
        key = (plan["source"].lower(), plan["country"], plan["category"], year, own)
        if key not in self.looked_up:
            self.looked_up[key] = self._of(*key)
        return self.looked_up[key]

    def _of(self, source: str, country: str, category: str, year: int, own: bool | None) -> _Held:
        found = _Held()
        places = (ANY,) if own is False else (country, ANY)
        near = [row for row in self.by_source[source] if row["country"] in places]
        for gas in dict.fromkeys(row["gas"] for row in near):
            of_gas = [row for row in near if row["gas"] == gas]
            now = _in_force(of_gas, year)
            if chosen := _nearest_country(now, places, category):
                found.now.append(chosen)
            elif once := _nearest_country(of_gas, places, category):
                found.expired.append(once)
            else:
                found.lacking.append(gas)
        if not near:
            found.lacking += dict.fromkeys(row["gas"] for row in self.by_source[source])
        if own:
            found.own = [row for row in near if row["country"] == country]
            found.twice = _twice(found.now, found.own, year)
        return found

    def per(self, row: Row, unit: str) -> _PerUnit:
        """A factor per unit as written. Raises :class:`UnitError` where the two cannot meet."""
        key = (id(row), unit)  # the rows live as long as this table of them
        if key not in self.converted:
            self.converted[key] = _per_unit(row, unit)
        return self.converted[key]

    def twice(self) -> Iterator[Fault]:
        """Factors of which two hold in one year."""
        alike: dict[tuple[str, ...], list[Row]] = {}
        for rows in self.by_source.values():
            for row in rows:
                key = (row["source"], row["gas"], row["sector"], row["country"])
                alike.setdefault(tuple(part.lower() for part in key), []).append(row)
        for rows in alike.values():
            ordered = sorted(rows, key=lambda row: (row["valid_from"], row["valid_until"]))
            for before, row in itertools.pairwise(ordered):
                if row["valid_from"] <= before["valid_until"]:
                    yield Fault("factors-one", _overlapping(row, before))


def _overlapping(row: Row, before: Row) -> Broken:
    place = ("source", "gas", "sector", "country", "valid_from")
    return Broken(
        where={name: row[name] for name in place},
        column="valid_from",
        value=row["valid_from"],
        message=Text(
            "the factor from {year} still holds", "{year}年からの係数がまだ有効です"
        ).format(year=before["valid_from"]),
        hint=Text(
            "end one factor in the year before the next begins",
            "前の係数は次の係数が始まる前年で終えてください",
        ),
    )


def _fitting(rows: Sequence[Row], category: str) -> list[Row]:
    """Those of some factors that hold in a category, whatever their years."""
    return [row for row in rows if for_category([row], category)[0]]


def _twice(now: Sequence[Row], own: Sequence[Row], year: int) -> list[Row]:
    """Those of the factors that hold of which another one of the same holds in the year."""
    held = [_identity(row)[:-1] for row in _in_force(own, year)]
    return [row for row in now if held.count(_identity(row)[:-1]) > 1]


def _in_force(rows: Sequence[Row], year: int) -> list[Row]:
    return [row for row in rows if row["valid_from"] <= year <= row["valid_until"]]


def _nearest_country(rows: Sequence[Row], places: Sequence[str], category: str) -> Row | None:
    for near in places:
        chosen, _ = for_category([row for row in rows if row["country"] == near], category)
        if chosen:
            return chosen[0]
    return None


@dataclass(slots=True)
class _Electricity:
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
            if not _per_energy(unit):
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


def _per_energy(unit: str) -> bool:
    try:
        return factor_basis(unit) == "energy"
    except UnitError:
        return False


# --- lines --------------------------------------------------------------------------------


def _lines(
    plan: _Entries, rows: Sequence[Row], factors: _Factors, electricity: _Electricity
) -> Iterator[Emission | Fault]:
    facilities = {facility for facility, _ in plan}
    for row in rows:
        entries = plan.get((row["facility"], row["stream"]), [])
        entry = next(
            (e for e in entries if e["valid_from"] <= row["year"] <= e["valid_until"]), None
        )
        if entry is None:
            yield _unplanned(row, entries, known=row["facility"] in facilities)
            continue
        line = _Line(row, entry)
        if (missing := _incomplete(line)) is not None:
            yield missing
            continue
        if row["quantity"] is None or row["unit"] is None:
            continue  # named by the table's own check
        calculated = entry["approach"] == CALCULATION
        if calculated and entry["source"].lower() in factors.by_source:
            yield from _calculated(line, factors)
        elif row["heat_basis"] == GCV and _is_energy(row["unit"]):
            yield _other_basis(line, NCV)
        elif entry["approach"] == PURCHASED:
            yield from _purchased(line, electricity)
        else:
            yield from _weighed(line, factors)


def _unplanned(row: Row, entries: Sequence[Row], *, known: bool) -> Fault:
    column = "year" if entries else "stream" if known else "facility"
    spans = ", ".join(f"{e['valid_from']}–{e['valid_until']}" for e in entries)
    messages = {
        "year": Text(
            "the plan has this stream in {spans}", "計画でのこのストリームの期間は{spans}年です"
        ),
        "stream": Text("not a stream of the facility's plan", "施設の計画にないストリームです"),
        "facility": Text("there is no plan of this facility", "この施設の計画がありません"),
    }
    return Fault(
        "stream-planned",
        Broken(
            where={name: row[name] for name in ("facility", "year", "stream")},
            column=column,
            value=row[column],
            message=messages[column].format(spans=spans),
            hint=Text(
                "add it to the plan, or mend the name or year",
                "計画に加えるか、名称または年を直してください",
            ),
        ),
    )


def _incomplete(line: _Line) -> Fault | None:
    if line.plan["approach"] not in (CALCULATION, MEASUREMENT):
        return None
    for column in ("category", "tier"):
        if line.plan[column] is None:
            return Fault(
                "plan-complete",
                _planned(
                    line.plan,
                    column,
                    Text("no value", "値がありません"),
                    Text(
                        "what is calculated or measured has an IPCC category and a tier",
                        "算定または測定するストリームにはIPCC区分とTierを記入してください",
                    ),
                ),
            )
    return None


def _is_energy(unit: str) -> bool:
    try:
        return basis(unit) == "energy"
    except UnitError:
        return False


_BASES: Mapping[str, tuple[Text, Text]] = {
    NCV: (
        Text(
            "factors hold for net calorific value, and this energy is gross",
            "係数は低位発熱量基準ですが、この熱量は高位発熱量基準です",
        ),
        Text(
            "convert it to net calorific value, or report the mass of the fuel",
            "低位発熱量に換算するか、燃料の質量で報告してください",
        ),
    ),
    GCV: (
        Text(
            "the factor holds for gross calorific value, and this quantity meets it by the net one",
            "係数は高位発熱量基準ですが、この量は低位発熱量を介します",
        ),
        Text(
            "report the energy on the gross basis (GCV), or take a factor on the net basis",
            "高位発熱量基準（GCV）の熱量で報告するか、低位発熱量基準の係数を用いてください",
        ),
    ),
    NOT_STATED: (
        Text(
            "it is not stated which calorific value the factor holds for",
            "係数の発熱量基準が不明です",
        ),
        Text(
            "state it with the factor, or plan the stream at a tier with the factors of the rule set",
            "係数に基準を記載するか、制度の係数を用いるTierで計画してください",
        ),
    ),
}
"""What is wrong with a quantity on another basis than that of the factor, and what is right."""


def _other_basis(line: _Line, basis: str) -> Fault:
    column = "heat_basis" if line.row["heat_basis"] is not None else "unit"
    return _reported(line, "heat-basis", column, *_BASES[basis])


def _basis_of(line: _Line) -> str:
    """The calorific value by which a quantity meets a factor of the other kind, or of energy."""
    gross = line.row["heat_basis"] == GCV and _is_energy(line.row["unit"])
    return GCV if gross else NCV


def _reported(line: _Line, rule: str, column: str, message: Text, hint: Text) -> Fault:
    return Fault(
        rule,
        Broken(
            where=line.reported,
            column=column,
            value=line.row[column],
            message=message,
            hint=hint,
        ),
    )


def _misfit(line: _Line, fault: UnitError) -> Fault:
    hint = fault.hint or Text("check the unit", "単位を確かめてください")
    return _reported(line, "unit-fits", "unit", fault.message, hint)


def _calculated(line: _Line, factors: _Factors) -> Iterator[Emission | Fault]:
    """E = Q · EF, through the calorific value where quantity and factor differ in kind."""
    held = factors.of(line.plan, line.row["year"])
    if held.lacking:
        yield Fault("factor-known", _no_factor(line.plan, held.lacking))
    if held.expired:
        yield _out_of_dates(line, held.expired)
    if (without := _without_own(line, held)) is not None:
        yield without
        return
    for row in held.now:
        try:
            per = factors.per(row, line.row["unit"])
        except UnitError as fault:
            if fault.where == line.row["unit"]:
                yield _misfit(line, fault)
            return
        basis = per.basis or (None if per.direct else NCV)
        if basis not in (None, _basis_of(line)):
            yield _other_basis(line, basis)
            return
        yield line.emission(
            source=row["source"],
            gas=row["gas"],
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


def _without_own(line: _Line, held: _Held) -> Fault | None:
    """What is wrong with the country's own factors, where the tier asks for one of them."""
    if held.own is None:
        return None
    plan, year = line.plan, line.row["year"]
    said = {"country": plan["country"], "source": plan["source"], "year": year}
    if held.twice:
        return Fault(
            "country-factor",
            _planned(
                plan,
                "tier",
                Text(
                    "two factors of {country} for {source} hold in {year}",
                    "{year}年に有効な{country}の{source}の係数が二つあります",
                ).format(**said),
                Text(
                    "ask who approves the country's factors to end one of them before the other begins",
                    "国の係数の承認者に、一方を他方の開始前に終了するよう求めてください",
                ),
            ),
        )
    if any(row["country"] == plan["country"] for row in held.now):
        return None
    mend = Text(
        "have one approved for the year, or plan the stream at a tier with the factors of the rule set",
        "その年の係数の承認を受けるか、制度の係数を用いるTierで計画してください",
    )
    if spans := _spans(_fitting(held.own, plan["category"])):
        return _reported(
            line,
            "factor-dates",
            "year",
            Text(
                "the factors of {country} for {source} hold in other years ({spans})",
                "{country}の{source}の係数の適用期間外です（{spans}）",
            ).format(spans=spans, **said),
            mend,
        )
    return Fault(
        "country-factor",
        _planned(
            plan,
            "tier",
            Text(
                "this tier asks for a factor of {country} for {source}, and there is none",
                "このTierには{country}の{source}の係数が必要ですが、ありません",
            ).format(**said),
            mend,
        ),
    )


def _identity(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in ("source", "gas", "sector", "country", "valid_from"))


def cited(row: Row) -> str | None:
    """Document, table and year of a factor, as a line says them."""
    parts = (row["document"], row["table"], row.get("year"))
    return ", ".join(str(part) for part in parts if part is not None) or None


def _no_factor(plan: Row, lacking: Sequence[str]) -> Broken:
    return _planned(
        plan,
        "category",
        Text(
            "no {gases} factor of {source} for this category and country",
            "この区分と国の{source}の{gases}係数がありません",
        ).format(gases=", ".join(lacking), source=plan["source"]),
        Text(
            "mend the category, or add the factors with their source to the table factors",
            "区分を直すか、factorsの表に出典付きで係数を加えてください",
        ),
    )


def _spans(rows: Sequence[Row]) -> str:
    return ", ".join(f"{row['gas']} {row['valid_from']}–{row['valid_until']}" for row in rows)


def _out_of_dates(line: _Line, expired: Sequence[Row]) -> Fault:
    return _reported(
        line,
        "factor-dates",
        "year",
        Text(
            "factors of {source} hold in other years ({spans})",
            "{source}の係数の適用期間外です（{spans}）",
        ).format(source=line.plan["source"], spans=_spans(expired)),
        Text(
            "add the factor of this year to the table factors",
            "この年の係数をfactorsの表に加えてください",
        ),
    )


@cache
def _gases() -> Mapping[str, str]:
    return {row["gas"].lower(): row["gas"] for row in reference.load(POTENTIALS).rows}


_BY_MASS = {CALCULATION: "mass-balance", MEASUREMENT: "measurement", TRANSFER: "transfer"}


def _weighed(line: _Line, factors: _Factors) -> Iterator[Emission | Fault]:
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
        yield _misfit(line, fault)
        return
    biogenic = bool(plan["biogenic"]) and gas == "CO2"
    emitted = BIOGENIC if biogenic else DIRECT
    yield line.emission(
        source=gas,
        gas=gas,
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
    return _planned(
        plan, "source", Text("not a known source", "知られた排出源ではありません"), hint
    )


def _purchased(line: _Line, electricity: _Electricity) -> Iterator[Emission | Fault]:
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
            if not _per_energy(row["unit"]):
                continue
            try:
                per, _ = per_unit({**row, "net_calorific_value": None}, line.row["unit"])
            except UnitError as fault:
                yield _misfit(line, fault)
                return
            yield line.emission(
                source=row["source"],
                gas=row["gas"],
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
    return _planned(
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


def _no_such_year(line: _Line, name: str, years: set[int]) -> Fault:
    return _reported(
        line,
        "factor-dates",
        "year",
        Text(
            "no factor of {name} for this year and country; there are some for {years}",
            "{name}のこの年と国の係数がありません（あるのは{years}年）",
        ).format(name=name, years=", ".join(map(str, sorted(years)))),
        Text("add it to the table electricity", "electricityの表に加えてください"),
    )
