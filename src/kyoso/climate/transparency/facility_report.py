"""The yearly report of facilities, built on their monitoring plans, under a rule set.

Serves activity 1-1-1 (facility-level accounting and reporting, PaSTI): what each meter says
becomes emissions line by line, with method, tier, factor and source on the line, and totals
that contain what the rule set counts.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from kyoso.climate.transparency.factors import (
    POTENTIALS,
    SECTORS,
    Row,
    factors_have_units,
    for_category,
    potentials,
)
from kyoso.climate.transparency.report_lines import (
    CountryTiers,
    Emission,
    Fault,
    cited,
    matched,
    rules_of,
    without_report,
)
from kyoso.climate.transparency.rule_sets import (
    BIOGENIC,
    DIRECT,
    LOCATION,
    MARKET,
    SHIPPED,
    TRANSFERRED,
    RuleSet,
    chosen,
    kind,
    known,
    well_formed,
)
from kyoso.climate.transparency.tables.plans import (
    ACTIVITY,
    ANY,
    DATED_FACTORS,
    ELECTRICITY,
    LINES,
    PLAN,
    PURCHASED,
    REPORT_TOTALS,
)
from kyoso.climate.transparency.tables.rule_sets import OBLIGATIONS, RULE_SETS
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
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.declaration import Table
from kyoso.tables.given import schema

OF_RULE_SET = "rule-set"
"""The parameter ``gwp`` that leaves the choice to the rule set."""

FIRST, BY_TIER = "first", "by-tier"
"""The parameter ``country_factors``: wherever there are some, or where the tier asks for them."""

TOTAL = "total"
SIGNS: Mapping[str, float] = {DIRECT: 1.0, LOCATION: 1.0, MARKET: 1.0, TRANSFERRED: -1.0}
"""How what counts enters the total."""

_ASKED = ("category", "deadline", "period", "verification", "materiality", "confidentiality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An emission with what the rule set makes of it; ``co2e`` in t."""

    emission: Emission
    co2e: float | None
    covered: bool
    counts: bool


def warming_of(rules: RuleSet, year: int, gwp: str) -> str | None:
    """The set of potentials of a year: that of the rule set, else the one asked for, if any."""
    return rules.potentials(year) or (None if gwp == OF_RULE_SET else gwp)


def counted(emissions: Iterable[Emission], rules: RuleSet, gwp: str) -> Iterator[Counted]:
    """Emissions under a rule set; those of a year without potentials are left out."""
    of_year: dict[int, tuple[Mapping[str, float], frozenset[str]] | None] = {}
    for one in emissions:
        if one.year not in of_year:
            assessment = warming_of(rules, one.year, gwp)
            of_year[one.year] = (
                None if assessment is None else (potentials(assessment), rules.boundaries(one.year))
            )
        if (found := of_year[one.year]) is None:
            continue
        warming, boundaries = found
        potential = warming.get(one.gas)
        covered = rules.covers(one.gas, one.category, one.year)
        yield Counted(
            emission=one,
            co2e=None if potential is None else one.mass * potential,
            covered=covered,
            counts=covered and one.boundary in boundaries,
        )


# --- totals -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amount:
    """A total in t CO2-equivalent with its 95 % interval, absent where a part is not known."""

    co2e: float
    lower: float | None
    upper: float | None


def amount(lines: Sequence[Counted], *, signed: bool = False) -> Amount:
    """The total of some lines and its 95 % interval (t CO2-equivalent).

    The gases of a stream share its activity data, lines with one factor share it, lines that go
    through one calorific value share that; everything else is independent. Half-width² =
    Σ_streams (U_A ΣE)² + Σ_factors (U_F ΣE)² + Σ_fuels (U_NCV ΣE)² (IPCC 2006, Volume 1,
    Equations 3.1 and 3.2). ``signed`` subtracts what was transferred.
    """
    shares: dict[tuple[object, ...], tuple[list[float], float | None]] = {}

    def share(key: tuple[object, ...], part: float, uncertainty: float | None) -> None:
        shares.setdefault(key, ([], uncertainty))[0].append(part)

    parts = []
    for line in lines:
        one = line.emission
        part = (line.co2e or 0.0) * (SIGNS[one.boundary] if signed else 1.0)
        parts.append(part)
        share(("stream", one.stream), part, one.activity_uncertainty)
        if one.factor_key is not None:
            share(("factor", *one.factor_key), part, one.factor_uncertainty)
        if one.calorific_key is not None:
            share(("calorific", one.calorific_key), part, one.calorific_uncertainty)
    co2e = math.fsum(parts)
    halves = []
    for some, uncertainty in shares.values():
        sum_ = math.fsum(some)
        if uncertainty is None:
            if sum_ != 0:
                return Amount(co2e, None, None)
            continue
        halves.append(sum_ * uncertainty / 100)
    half = math.sqrt(math.fsum(one * one for one in halves))
    lower = co2e - half
    return Amount(co2e, max(0.0, lower) if co2e >= 0 else lower, co2e + half)


def by_report(lines: Iterable[Counted]) -> dict[tuple[str, int], list[Counted]]:
    """The lines of each facility and year."""
    reports: dict[tuple[str, int], list[Counted]] = {}
    for line in lines:
        reports.setdefault((line.emission.facility, line.emission.year), []).append(line)
    return dict(sorted(reports.items()))


def verdict(lines: Sequence[Counted], rules: RuleSet) -> str:
    """Whether what counts in one report reaches a threshold of the rule set."""
    year = lines[0].emission.year
    by_kind: dict[str, list[float]] = {}
    for line in lines:
        one = line.emission
        of_energy = one.gas == "CO2" and (one.category is None or one.category.startswith("1"))
        if line.counts and one.boundary == DIRECT and not of_energy:
            by_kind.setdefault(kind(one.gas), []).append(line.co2e or 0.0)
    sums = {name: math.fsum(some) for name, some in by_kind.items()}
    return rules.verdict(year, emitted(lines), sums)


def emitted(lines: Sequence[Counted]) -> float:
    """What counts before anything transferred is subtracted (t CO2-equivalent)."""
    return math.fsum(
        line.co2e or 0.0 for line in lines if line.counts and line.emission.boundary != TRANSFERRED
    )


def total(lines: Sequence[Counted]) -> Amount:
    """What the rule set counts in one report (t CO2-equivalent)."""
    return amount([line for line in lines if line.counts], signed=True)


# --- the method ---------------------------------------------------------------------------


def facility_report(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Lines, totals and obligations of every report under the rule set."""
    rules = _rule_set(tables, values)
    found = matched(tables, _country_tiers(rules, values))
    emissions = [one for one in found if isinstance(one, Emission)]
    lines = list(counted(emissions, rules, str(values["gwp"])))
    reports = by_report(lines)
    return Outcome(
        tables={
            "lines": _lines(lines),
            "totals": table_of(REPORT_TOTALS, _totals(reports, rules)),
            "obligations": table_of(OBLIGATIONS, _obligations(reports, rules)),
        },
        checks=tuple(_checks(lines, reports, rules)),
    )


def _rule_set(tables: Mapping[str, pa.Table], values: Values) -> RuleSet:
    return chosen(known(tables["rule_sets"]), str(values["rule_set"]), parameter="rule_set")


def _country_tiers(rules: RuleSet, values: Values) -> CountryTiers | None:
    return rules.country_tiers if values["country_factors"] == BY_TIER else None


def table_of(declared: Table, rows: Iterable[Row]) -> pa.Table:
    """Rows as an Arrow table with the declared columns."""
    return pa.Table.from_pylist(list(rows), schema=schema(declared))


def _lines(lines: Sequence[Counted]) -> pa.Table:
    of_rule_set = {
        "co2e": [line.co2e for line in lines],
        "covered": [line.covered for line in lines],
        "counted": [line.counts for line in lines],
    }
    emissions = [line.emission for line in lines]
    columns = {
        name: of_rule_set[name]
        if name in of_rule_set
        else list(map(operator.attrgetter(name), emissions))
        for name in LINES.names
    }
    return pa.table(columns, schema=schema(LINES))


def _totals(reports: Mapping[tuple[str, int], Sequence[Counted]], rules: RuleSet) -> Iterator[Row]:
    for (facility, year), lines in reports.items():
        head = {"facility": facility, "country": lines[0].emission.country, "year": year}
        for boundary in sorted({line.emission.boundary for line in lines}):
            of_boundary = [
                line for line in lines if line.covered and line.emission.boundary == boundary
            ]
            yield {
                **head,
                "boundary": boundary,
                **_interval(amount(of_boundary)),
                "counted": boundary in rules.boundaries(year),
                "verdict": None,
            }
        yield {
            **head,
            "boundary": TOTAL,
            **_interval(total(lines)),
            "counted": True,
            "verdict": verdict(lines, rules),
        }


def _interval(of: Amount) -> Row:
    return {"co2e": of.co2e, "lower": of.lower, "upper": of.upper}


def _obligations(
    reports: Mapping[tuple[str, int], Sequence[Counted]], rules: RuleSet
) -> Iterator[Row]:
    for (facility, year), lines in reports.items():
        yearly = [row["value"] for row in rules.provisions("period", year)] == ["1"]
        for provision in _ASKED:
            for row in rules.applying(provision, year, emitted(lines)):
                due = provision == "deadline" and yearly
                yield {
                    "facility": facility,
                    "year": year,
                    **{
                        name: row[name]
                        for name in OBLIGATIONS.names
                        if name in row and name != "year"
                    },
                    "due": date.fromisoformat(f"{year + 1}-{row['value']}") if due else None,
                }


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], values: Values) -> Sequence[Rule]:
    """The plan is whole and reported, factors hold, and all of it is as the rule set asks."""
    rule_set = _rule_set(tables, values)
    found = list(matched(tables, _country_tiers(rule_set, values)))
    emissions = [one for one in found if isinstance(one, Emission)]
    faults = [one for one in found if isinstance(one, Fault)]
    asked = str(values["gwp"])
    activity, plan = tables["activity"].to_pylist(), tables["plan"].to_pylist()
    return [
        *rules_of(faults, tables),
        factors_have_units(tables["factors"]),
        *well_formed(tables["rule_sets"]),
        potentials_stated(activity, rule_set, asked),
        potentials_agree(activity, rule_set, asked),
        potentials_there(emissions, rule_set, asked),
        purchased_there(emissions, plan, rule_set),
        tiers_allowed(plan, activity, rule_set),
        _meters_good_enough(plan, activity, rule_set),
        without_report(tables["plan"], tables["activity"]),
    ]


def potentials_stated(activity: Sequence[Row], rules: RuleSet, asked: str) -> Rule:
    """The rule that there is a set of potentials for every year."""
    without = (
        [] if asked != OF_RULE_SET else [y for y in _years(activity) if not rules.potentials(y)]
    )
    return Rule(
        id="potentials-stated",
        title=Text("a set of potentials for every year", "各年の地球温暖化係数の定めあり"),
        table="activity",
        broken=tuple(
            Broken(
                where={"year": year},
                column="year",
                value=year,
                message=Text(
                    "{rules} states no set of potentials for this year",
                    "{rules}にはこの年の地球温暖化係数の定めがありません",
                ).format(rules=rules.title),
                hint=Text("name one with -p gwp=", "-p gwp= で指定してください"),
            )
            for year in without
        ),
    )


def _years(activity: Sequence[Row]) -> list[int]:
    return sorted({row["year"] for row in activity if row["year"] is not None})


def potentials_agree(activity: Sequence[Row], rules: RuleSet, asked: str) -> Rule:
    """The rule that no other potentials are meant than those the rule set asks for."""
    return Rule(
        id="potentials-agree",
        title=Text("potentials of the rule set", "地球温暖化係数は制度の定める版"),
        table="activity",
        broken=tuple(_disagreeing(activity, rules, asked)),
    )


def _disagreeing(activity: Sequence[Row], rules: RuleSet, asked: str) -> Iterator[Broken]:
    for year in _years(activity):
        right = rules.potentials(year)
        if right is not None and asked not in (OF_RULE_SET, right):
            yield Broken(
                where={"year": year},
                column="year",
                value=year,
                message=_wrong_set(asked, right, rules),
                hint=Text("leave out -p gwp=", "-p gwp= を省いてください"),
            )
        used = warming_of(rules, year, asked)
        if used is None:
            continue
        stated = {row["gwp"] for row in activity if row["year"] == year} - {None, used}
        for one in sorted(stated):
            yield Broken(
                where={"year": year, "gwp": one},
                column="gwp",
                value=one,
                message=_wrong_set(one, used, rules),
                hint=Text(
                    "report masses; potentials are applied here",
                    "質量で報告してください。係数は計算時に適用します",
                ),
            )


def _wrong_set(asked: str, right: str, rules: RuleSet) -> Text:
    return Text(
        "{asked} potentials in a report that {rules} wants with {right}",
        "{rules}は{right}の係数を求めており、{asked}の係数は使えません",
    ).format(asked=asked, right=right, rules=rules.title)


def potentials_there(emissions: Sequence[Emission], rules: RuleSet, asked: str) -> Rule:
    """The rule that there is a potential for every gas that counts."""
    sets = {year: warming_of(rules, year, asked) for year in {one.year for one in emissions}}
    gases = {
        (year, gas)
        for year, gas in {(one.year, one.gas) for one in emissions}
        if (assessment := sets[year]) is not None and gas not in potentials(assessment)
    }
    lacking = {
        (one.facility, one.stream, one.gas): sets[one.year]
        for one in emissions
        if (one.year, one.gas) in gases
        and one.boundary in rules.boundaries(one.year)
        and rules.covers(one.gas, one.category, one.year)
    }
    return Rule(
        id="potential-known",
        title=Text("a warming potential for every gas", "すべてのガスの地球温暖化係数あり"),
        table="plan",
        broken=tuple(
            Broken(
                where={"facility": facility, "stream": stream},
                column="source",
                value=gas,
                message=Text(
                    "{assessment} gives no potential for {gas}",
                    "{assessment}に{gas}の地球温暖化係数がありません",
                ).format(assessment=assessment, gas=gas),
                hint=Text(
                    "ask the authority of the rule set which potential holds",
                    "適用する係数を制度の所管当局に確認してください",
                ),
            )
            for (facility, stream, gas), assessment in sorted(lacking.items())
        ),
    )


def purchased_there(emissions: Sequence[Emission], plan: Sequence[Row], rules: RuleSet) -> Rule:
    """The rule that purchased energy has the factor that the rule set counts with."""
    given: dict[tuple[str, str, int], set[str]] = {}
    for one in emissions:
        if one.boundary in (LOCATION, MARKET):
            given.setdefault((one.facility, one.stream, one.year), set()).add(one.boundary)
    lacking: dict[tuple[str, str, str], list[int]] = {}
    for (facility, stream, year), there in given.items():
        for boundary in sorted({LOCATION, MARKET} & rules.boundaries(year) - there):
            lacking.setdefault((facility, stream, boundary), []).append(year)
    sources = {
        (row["facility"], row["stream"]): row["source"]
        for row in plan
        if row["approach"] == PURCHASED
    }
    return Rule(
        id="purchased-known",
        title=Text(
            "purchased energy as the rule set counts it", "購入エネルギーは制度の算定方法による"
        ),
        table="plan",
        broken=tuple(
            Broken(
                where={"facility": facility, "stream": stream},
                column="source",
                value=sources.get((facility, stream)),
                message=Text(
                    "{rules} counts {boundary}, and there is no such factor for {years}",
                    "{rules}は{boundary}を算入しますが、{years}年の係数がありません",
                ).format(
                    rules=rules.title, boundary=boundary, years=", ".join(map(str, sorted(years)))
                ),
                hint=Text("add it to the table electricity", "electricityの表に加えてください"),
            )
            for (facility, stream, boundary), years in sorted(lacking.items())
        ),
    )


def _in_force(plan: Sequence[Row], activity: Sequence[Row]) -> Iterator[tuple[Row, int]]:
    """The entries of the plan with each year for which their facility reports."""
    years: dict[str, set[int]] = {}
    for row in activity:
        if None not in (row["facility"], row["year"]):
            years.setdefault(row["facility"], set()).add(row["year"])
    for row in plan:
        if None in (row["facility"], row["stream"], row["tier"], row["approach"]):
            continue
        if row["approach"] == PURCHASED or None in (row["valid_from"], row["valid_until"]):
            continue
        for year in sorted(years.get(row["facility"], ())):
            if row["valid_from"] <= year <= row["valid_until"]:
                yield row, year


def disallowed(plan: Sequence[Row], activity: Sequence[Row], rules: RuleSet) -> list[Row]:
    """The entries of the plan with a tier that the rule set does not allow."""
    found: dict[tuple[object, ...], Row] = {}
    for row, year in _in_force(plan, activity):
        allowed = rules.tiers(year)
        if allowed and row["tier"] not in allowed:
            found[row["facility"], row["stream"], row["valid_from"]] = row
    return list(found.values())


def tiers_allowed(plan: Sequence[Row], activity: Sequence[Row], rules: RuleSet) -> Rule:
    """The rule that tiers are among those of the rule set."""
    names = ", ".join(dict.fromkeys(row["value"] for row in rules.provisions("tier")))
    return Rule(
        id="tier-allowed",
        title=Text("tiers that the rule set allows", "制度の認めるTier"),
        table="plan",
        broken=tuple(
            Broken(
                where={name: row[name] for name in ("facility", "stream", "valid_from")},
                column="tier",
                value=row["tier"],
                message=Text(
                    "not a tier that {rules} allows", "{rules}の認めるTierではありません"
                ).format(rules=rules.title),
                hint=Text("one of {names}", "{names}のいずれか").format(names=names),
            )
            for row in disallowed(plan, activity, rules)
        ),
    )


def _meters_good_enough(plan: Sequence[Row], activity: Sequence[Row], rules: RuleSet) -> Rule:
    """A look at meters that know a fuel less well than the tier permits."""
    found: dict[tuple[object, ...], tuple[Row, float]] = {}
    for row, year in _in_force(plan, activity):
        permitted = rules.tier_uncertainty(row["tier"], year)
        meter = row["meter_uncertainty"]
        if permitted is None or meter is None or not (row["category"] or "").startswith("1A"):
            continue
        if meter > permitted:
            found[row["facility"], row["stream"], row["valid_from"]] = (row, permitted)
    return Rule(
        id="meter-of-tier",
        title=Text("meters as good as their tier asks", "計測器の不確かさはTierの範囲内"),
        table="plan",
        severity="look",
        broken=tuple(
            Broken(
                where={name: row[name] for name in ("facility", "stream", "valid_from")},
                column="meter_uncertainty",
                value=row["meter_uncertainty"],
                message=Text("less certain than the tier permits", "Tierの許容範囲を超えています"),
                hint=Text(
                    "tier {tier} permits {permitted} %", "Tier {tier}は{permitted}％まで"
                ).format(tier=row["tier"], permitted=permitted),
            )
            for row, permitted in found.values()
        ),
    )


# --- what a reader of the result must know -------------------------------------------------


def provisions_verified(*sets: RuleSet) -> Check:
    """A look at rule sets that rest on what was not verified, or that are no law."""
    rows = [row for one in sets for row in one.rows]
    open_ = [row for row in rows if row["verification"] == "unverified"]
    names = ", ".join(f"{row['rule_set']} {row['provision']} {row['value']}" for row in open_[:8])
    return Check(
        id="provisions-verified",
        title=Text("provisions of the rule set verified against a source", "規定の出典確認"),
        verdict=Verdict.LOOK if open_ else Verdict.PASSED,
        table="rule_sets",
        tested=len(rows),
        concerned=len(open_),
        hint=Text("not verified: {names} …", "未検証：{names} …").format(names=names)
        if open_
        else None,
    )


def _checks(
    lines: Sequence[Counted],
    reports: Mapping[tuple[str, int], Sequence[Counted]],
    rules: RuleSet,
) -> Iterator[Check]:
    yield provisions_verified(rules)
    factors = {
        (line.emission.source, line.emission.gas, line.emission.verification) for line in lines
    }
    open_ = sorted({f"{source} {gas}" for source, gas, how in factors if how == "unverified"})
    yield Check(
        id="factors-verified",
        title=Text("factors verified against a source", "係数の出典確認"),
        verdict=Verdict.LOOK if open_ else Verdict.PASSED,
        table="lines",
        tested=len(factors),
        concerned=len(open_),
        hint=Text("not verified: {names}", "未検証：{names}").format(names=", ".join(open_[:8]))
        if open_
        else None,
    )
    without = [line for line in lines if line.counts and line.emission.uncertainty is None]
    yield Check(
        id="uncertainty-known",
        title=Text("uncertainty known for every line that counts", "算入する全明細の不確かさあり"),
        verdict=Verdict.LOOK if without else Verdict.PASSED,
        table="lines",
        tested=len(lines),
        concerned=len(without),
        hint=Text("totals with such lines have no interval", "該当する合計には区間がありません"),
    )
    over = [key for key, some in reports.items() if _more_transferred_than_emitted(some)]
    yield Check(
        id="transfers-plausible",
        title=Text(
            "no more CO2 transferred than the facility produced", "移送したCO2は施設の発生量以下"
        ),
        verdict=Verdict.LOOK if over else Verdict.PASSED,
        table="totals",
        tested=len(reports),
        concerned=len(over),
        hint=Text("look at: {names}", "確認：{names}").format(
            names=", ".join(f"{facility} {year}" for facility, year in over[:8])
        )
        if over
        else None,
    )


def _more_transferred_than_emitted(lines: Sequence[Counted]) -> bool:
    of_carbon = [line.emission for line in lines if line.emission.gas == "CO2"]
    produced = math.fsum(one.mass for one in of_carbon if one.boundary in (DIRECT, BIOGENIC))
    return math.fsum(one.mass for one in of_carbon if one.boundary == TRANSFERRED) > produced


# --- what each row rests on ----------------------------------------------------------------


def _lines_of_total(row: Row, lines: Sequence[Row]) -> list[Row]:
    if row["boundary"] == TOTAL:
        return [line for line in lines if line["counted"]]
    return [line for line in lines if line["covered"] and line["boundary"] == row["boundary"]]


def _entries_in_force(line: Row, entries: Sequence[Row]) -> list[Row]:
    return [one for one in entries if one["valid_from"] <= line["year"] <= one["valid_until"]]


def _factors_of_line(line: Row, factors: Sequence[Row]) -> list[Row]:
    if not str(line["method"]).startswith("factor"):
        return []
    now = [
        one
        for one in _entries_in_force(line, factors)
        if (one["value"], cited(one)) == (line["factor"], line["factor_source"])
    ]
    for near in (line["country"], ANY):
        held, _ = for_category([one for one in now if one["country"] == near], line["category"])
        if held:
            return held
    return []


def _bought(line: Row, factors: Sequence[Row]) -> list[Row]:
    method = {LOCATION: "location", MARKET: "market"}.get(str(line["boundary"]))
    of_method = [one for one in factors if one["method"] == method]
    own = [one for one in of_method if one["country"] == line["country"]]
    return own or [one for one in of_method if one["country"] == ANY]


ORIGINS_OF_LINES = (
    Origin(table="lines", source="activity", on=("facility", "year", "stream")),
    Origin(
        table="lines",
        source="plan",
        on=("facility", "stream"),
        also=("year",),
        choose=_entries_in_force,
    ),
    Origin(
        table="lines",
        source="factors",
        on=("source", "gas"),
        also=("year", "country", "category", "method", "factor", "factor_source"),
        choose=_factors_of_line,
    ),
    Origin(
        table="lines",
        source="electricity",
        on=("source", "gas", "year"),
        also=("country", "boundary"),
        choose=_bought,
    ),
)

RULE_SET_PARAMETER = "asean-pasti"

_EQUATIONS = Text(
    r"""
Each line names its equation under `method`. With the quantity $Q$ as reported, $E$ is the mass of a gas [t]:

| method | equation | where |
|---|---|---|
| `factor` | $E = Q \cdot EF$ | quantity and factor are of one kind (energy, mass, volume or number) |
| `factor-calorific` | $E = Q \cdot NCV \cdot EF$, or $E = Q / NCV \cdot EF$ | they differ, and meet through the net calorific value |
| `mass-balance` | $E = Q$ | what was lost of a gas, such as a refrigerant or SF₆: refilled less recovered |
| `measurement` | $E = Q$ | the mass of the gas was measured |
| `purchased-location`, `purchased-market` | $E = Q \cdot EF$ | electricity and heat from others, by the grid and by the contract |
| `transfer` | $E = Q$ | CO₂ that left the facility otherwise than into the air |

$$CO_2e = \sum_g E_g \cdot GWP_g$$

with the potentials of the set that the rule set states for the year. Biogenic CO₂ is a memo item. The total is what the
rule set counts, less what was transferred where it allows that:

$$T = \sum_{counted} CO_2e - \sum_{transferred} CO_2e$$

$$U_{line} = \sqrt{U_A^2 + U_F^2 + U_{NCV}^2}, \qquad
h_T^2 = \sum_{streams} \left(U_A \sum E\right)^2 + \sum_{factors} \left(U_F \sum E\right)^2 + \sum_{fuels} \left(U_{NCV} \sum E\right)^2$$

with $h_T$ half of the 95 % interval of a total and $E$ in CO₂-equivalent. $U_A$ is that of the quantity, without one
that of the meter.
""",
    r"""
各明細の`method`が算定式を示す。報告された量を$Q$、ガスの質量 [t] を$E$とする。

| method | 式 | 適用 |
|---|---|---|
| `factor` | $E = Q \cdot EF$ | 量と係数が同種（熱量、質量、体積、個数） |
| `factor-calorific` | $E = Q \cdot NCV \cdot EF$、または$E = Q / NCV \cdot EF$ | 種類が異なり、低位発熱量を介するとき |
| `mass-balance` | $E = Q$ | 冷媒やSF₆などの漏えい量（充填量－回収量） |
| `measurement` | $E = Q$ | ガスの質量を測定したとき |
| `purchased-location`、`purchased-market` | $E = Q \cdot EF$ | 他者から購入した電気・熱（系統の係数、契約の係数） |
| `transfer` | $E = Q$ | 大気放出によらず施設外に出たCO₂ |

$$CO_2e = \sum_g E_g \cdot GWP_g$$

地球温暖化係数は、その年について制度が定める版を用いる。生物由来CO₂はメモ項目とする。合計は制度が算入するものの和であり、
制度が認める場合は移送した量を差し引く。

$$T = \sum_{counted} CO_2e - \sum_{transferred} CO_2e$$

$$U_{line} = \sqrt{U_A^2 + U_F^2 + U_{NCV}^2}, \qquad
h_T^2 = \sum_{streams} \left(U_A \sum E\right)^2 + \sum_{factors} \left(U_F \sum E\right)^2 + \sum_{fuels} \left(U_{NCV} \sum E\right)^2$$

$h_T$は合計の95％区間の半幅、$E$はCO₂換算量である。$U_A$は量の不確かさ、記載がなければ計測器の不確かさとする。
""",
)

SOURCES = (
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
        document="Commission Implementing Regulation (EU) 2018/2066",
        place="Articles 12, 19 and 49; Annex II: plans, categories, transferred CO2, tiers",
        year=2018,
    ),
    Source(
        document="40 CFR Part 98, Mandatory Greenhouse Gas Reporting",
        place="sections 98.2, 98.3, 98.33",
        year=2009,
    ),
    Source(
        document="Act on Promotion of Global Warming Countermeasures (Act No. 117 of 1998), Japan",
        place="Articles 26 and 27",
        year=1998,
    ),
)

LIMITS = (
    Text(
        "Energy quantities are on the basis of net calorific value; gross values must be converted first.",
        "熱量は低位発熱量基準です。高位発熱量は事前に換算してください。",
    ),
    Text(
        "A rule set is reduced to its provisions. What a law asks for a single source, such as which "
        "tier a unit must reach, is not tested, and a threshold that belongs to an operator is held "
        "against the facility.",
        "制度は規定の一覧に縮約しています。設備ごとに求められるTierなど個別の要件は検査せず、事業者単位の基準値も施設単位で判定します。",
    ),
    Text(
        "No grid factors ship with the method: those of electricity and heat come from the user, with their source.",
        "電気・熱の係数は同梱していません。出典とともに利用者が与えます。",
    ),
    Text(
        "Wastewater, waste, fugitive and process emissions are calculated where a cited factor stands "
        "in factors or is added to it; otherwise the mass of the gas is reported.",
        "排水、廃棄物、漏出、工程の排出は、出典のある係数がfactorsにあるか加えられた場合に算定し、なければガスの質量を報告します。",
    ),
    Text(
        "Streams are independent of one another even where they share a meter; the interval is "
        "symmetric and cut at zero.",
        "計測器を共有するストリームも互いに独立とみなします。区間は対称で、ゼロを下限とします。",
    ),
)

METHOD = Method(
    id="climate.transparency.facility-report",
    version="1.1.0",
    kind=Kind.ARRAY,
    title=Text("Facility report on a monitoring plan", "監視計画に基づく施設の排出量報告"),
    summary=Text(
        "The yearly greenhouse gas report of facilities: the streams of the monitoring plan meet "
        "activity data and cited factors, and a rule set decides potentials, gases, tiers and "
        "boundary. Method, tier, factor and source stand on every line.",
        "施設の年次温室効果ガス報告。監視計画のストリームに活動量と出典のある係数を当て、地球温暖化係数、対象ガス、"
        "Tier、算定範囲は制度の規定による。各明細に算定式、Tier、係数と出典を示す。",
    ),
    activities=("1-1-1", "1-1-2", "1-1-3"),
    inputs=(PLAN, ACTIVITY, DATED_FACTORS, ELECTRICITY, RULE_SETS),
    outputs=(LINES, REPORT_TOTALS, OBLIGATIONS),
    function=facility_report,
    rules=rules,
    parameters=(
        Parameter(
            name="rule_set",
            meaning=Text(
                "rule set, by its key in the table rule_sets: asean-pasti (a proposal), eu-ets, "
                "jp-shk, sg-cpa, us-40cfr98, vn-decree06, or one that you add",
                "制度（rule_setsの表のキー）。asean-pasti（提案）、eu-ets、jp-shk、sg-cpa、us-40cfr98、"
                "vn-decree06、または追加した制度",
            ),
            default=RULE_SET_PARAMETER,
        ),
        Parameter(
            name="gwp",
            meaning=Text(
                "set of global warming potentials; needed only where the rule set states none, and "
                "refused where it states another",
                "地球温暖化係数の版。制度に定めがないときだけ必要で、異なる定めがあれば受け付けない",
            ),
            default=OF_RULE_SET,
            choices=(OF_RULE_SET, "SAR", "AR4", "AR5", "AR6"),
        ),
        Parameter(
            name="country_factors",
            meaning=Text(
                "factors with a country in the table factors: first, before those for all wherever "
                "there are some; by-tier, for the streams at the tier that the rule set gives to a "
                "country's own factors, which must have one then",
                "factorsの表の国別の係数の扱い。firstはあれば常に優先し、by-tierは制度が国の固有係数を認めるTierの"
                "ストリームだけに用いる（この場合は必須）",
            ),
            default=FIRST,
            choices=(FIRST, BY_TIER),
        ),
    ),
    figures=(
        Figure(
            name="totals",
            title=Text("Emissions by boundary", "算定範囲別排出量"),
            kind="bars",
            table="totals",
            value="co2e",
            category="boundary",
            lower="lower",
            upper="upper",
            at="year",
            facet="facility",
        ),
    ),
    origins=(
        Origin(
            table="totals",
            source="lines",
            on=("facility", "year"),
            also=("boundary",),
            choose=_lines_of_total,
        ),
        Origin(
            table="obligations",
            source="lines",
            on=("facility", "year"),
            choose=lambda _row, lines: [line for line in lines if line["counted"]],
        ),
        *ORIGINS_OF_LINES,
    ),
    sources=SOURCES,
    limits=LIMITS,
    equations=_EQUATIONS,
    reference=(POTENTIALS, SECTORS, SHIPPED),
    example={
        "plan": "facility-report/plan.csv",
        "activity": "facility-report/activity.csv",
        "electricity": "facility-report/electricity.csv",
    },
    package=__package__ or "",
)
