"""What a rule set asks of a report: potentials, tiers, meters, factors of what is bought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kyoso.climate.transparency.factors import Row, potentials
from kyoso.climate.transparency.report_emissions import Emission
from kyoso.climate.transparency.report_totals import OF_RULE_SET, warming_of
from kyoso.climate.transparency.rule_sets import LOCATION, MARKET, RuleSet
from kyoso.climate.transparency.tables.plans import PURCHASED
from kyoso.core.text import Text
from kyoso.tables.checking import Broken, Rule


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


def tiers_allowed(
    plan: Sequence[Row], activity: Sequence[Row], emissions: Sequence[Emission], rules: RuleSet
) -> Rule:
    """The rule that tiers are among those of the rule set, planned and reached."""
    names = ", ".join(dict.fromkeys(row["value"] for row in rules.provisions("tier")))
    return Rule(
        id="tier-allowed",
        title=Text("tiers that the rule set allows", "制度の認めるTier"),
        table="plan",
        broken=(
            *(
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
            *_reached_below(emissions, rules),
        ),
    )


def _reached_below(emissions: Sequence[Emission], rules: RuleSet) -> Iterator[Broken]:
    """Streams of which a gas has no factor of the country, where no lower tier is allowed."""
    gases: dict[tuple[str, str, int | None, int], dict[str, None]] = {}
    for one in emissions:
        reached = rules.tier_reached(one.planned_tier, one.year, own_factor=one.own_factor)
        allowed = rules.tiers(one.year)
        if reached is None or reached == one.planned_tier or not allowed or reached in allowed:
            continue
        key = (one.facility, one.stream, one.planned_tier, reached)
        gases.setdefault(key, {})[one.gas] = None
    for (facility, stream, planned, reached), found in gases.items():
        yield Broken(
            where={"facility": facility, "stream": stream, "tier": planned},
            column="tier",
            value=planned,
            message=Text(
                "no factor of the country for {gases}, and {rules} does not allow tier {reached}",
                "{gases}に国の固有係数がなく、{rules}はTier {reached}を認めません",
            ).format(gases=", ".join(found), rules=rules.title, reached=reached),
            hint=Text(
                "have one approved for each of these gases",
                "これらのガスの係数の承認を受けてください",
            ),
        )


def disallowed(plan: Sequence[Row], activity: Sequence[Row], rules: RuleSet) -> list[Row]:
    """The entries of the plan with a tier that the rule set does not allow."""
    found: dict[tuple[object, ...], Row] = {}
    for row, year in _in_force(plan, activity):
        allowed = rules.tiers(year)
        if allowed and row["tier"] not in allowed:
            found[row["facility"], row["stream"], row["valid_from"]] = row
    return list(found.values())


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


def meters_good_enough(plan: Sequence[Row], activity: Sequence[Row], rules: RuleSet) -> Rule:
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
