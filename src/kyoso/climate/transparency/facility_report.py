"""The yearly report of facilities, built on their monitoring plans, under a rule set.

Serves activity 1-1-1 (facility-level accounting and reporting, PaSTI): what each meter says
becomes emissions line by line, with method, tier, factor and source on the line, and totals
that contain what the rule set counts.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa

from kyoso.climate.transparency.dated_factors import CountryTiers
from kyoso.climate.transparency.estimates import named
from kyoso.climate.transparency.factors import POTENTIALS, SECTORS, Row, factors_have_units
from kyoso.climate.transparency.monitoring_plans import without_report
from kyoso.climate.transparency.names import called
from kyoso.climate.transparency.report_emissions import Emission
from kyoso.climate.transparency.report_faults import Fault, rules_of
from kyoso.climate.transparency.report_lines import matched
from kyoso.climate.transparency.report_origins import ORIGINS_OF_LINES, lines_of_total
from kyoso.climate.transparency.report_rules import (
    meters_good_enough,
    potentials_agree,
    potentials_stated,
    potentials_there,
    purchased_there,
    tiers_allowed,
)
from kyoso.climate.transparency.report_totals import (
    OF_RULE_SET,
    TOTAL,
    Amount,
    Counted,
    amount,
    by_report,
    counted,
    emitted,
    total,
    verdict,
)
from kyoso.climate.transparency.rule_sets import (
    BIOGENIC,
    DIRECT,
    SHIPPED,
    TRANSFERRED,
    RuleSet,
    chosen,
    known,
    well_formed,
)
from kyoso.climate.transparency.tables.plans import (
    ACTIVITY,
    DATED_FACTORS,
    ELECTRICITY,
    LINES,
    PLAN,
    REPORT_TOTALS,
)
from kyoso.climate.transparency.tables.rule_sets import OBLIGATIONS, RULE_SETS
from kyoso.core.text import Text, joined, same
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
from kyoso.tables.checking import Rule
from kyoso.tables.declaration import Table
from kyoso.tables.given import schema

FIRST, BY_TIER = "first", "by-tier"
"""The parameter ``country_factors``: wherever there are some, or where the tier asks for them."""


_ASKED = ("category", "deadline", "period", "verification", "materiality", "confidentiality")


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
        "tier": [line.tier for line in lines],
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
        tiers_allowed(plan, activity, emissions, rule_set),
        meters_good_enough(plan, activity, rule_set),
        without_report(tables["plan"], tables["activity"]),
    ]


# --- what a reader of the result must know -------------------------------------------------


def provisions_verified(*sets: RuleSet) -> Check:
    """A look at rule sets that rest on what was not verified, or that are no law."""
    rows = [row for one in sets for row in one.rows]
    open_ = [row for row in rows if row["verification"] == "unverified"]
    titles = {one.key: one.title for one in sets}
    named = [
        Text("{title}, {provision} {value}", "{title} {provision} {value}").format(
            title=titles[row["rule_set"]],
            provision=RULE_SETS["provision"].said(row["provision"]),
            value=RULE_SETS["value"].said(row["value"]),
        )
        for row in open_[:8]
    ]
    return Check(
        id="provisions-verified",
        title=Text("provisions of the rule set verified against a source", "規定の出典確認"),
        verdict=Verdict.LOOK if open_ else Verdict.PASSED,
        table="rule_sets",
        tested=len(rows),
        concerned=len(open_),
        hint=Text("not verified: {names} …", "未検証：{names} …").format(
            names=Text("; ".join(one.en for one in named), "、".join(one.ja for one in named))
        )
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
    open_ = sorted({(source, gas) for source, gas, how in factors if how == "unverified"})
    yield named(
        "factors-verified",
        Text("factors verified against a source", "係数の出典確認"),
        table="lines",
        tested=len(factors),
        open_=[joined((called("source", source), same(gas)), " ") for source, gas in open_],
    )
    yield _tiers_reached(lines)
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


def _tiers_reached(lines: Sequence[Counted]) -> Check:
    """A look at the gases for which another factor stands in for one of the country."""
    below = [line for line in lines if line.tier != line.emission.planned_tier]
    names = dict.fromkeys(
        f"{one.country} {one.source} {one.gas} (Tier {one.planned_tier} → {line.tier}"
        + (f", {one.factor_source})" if one.factor_source else ")")
        for line in below
        for one in (line.emission,)
    )
    return Check(
        id="tiers-reached",
        title=Text("every line at the tier of its plan", "全明細が計画のTierによる"),
        verdict=Verdict.LOOK if below else Verdict.PASSED,
        table="lines",
        tested=len(lines),
        concerned=len(below),
        hint=Text(
            "no factor of the country, and another stands in: {names}",
            "国の固有係数がなく、他の係数で代えました：{names}",
        ).format(names="; ".join(list(names)[:8]))
        if below
        else None,
    )


def _more_transferred_than_emitted(lines: Sequence[Counted]) -> bool:
    of_carbon = [line.emission for line in lines if line.emission.gas == "CO2"]
    produced = math.fsum(one.mass for one in of_carbon if one.boundary in (DIRECT, BIOGENIC))
    return math.fsum(one.mass for one in of_carbon if one.boundary == TRANSFERRED) > produced


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
        "Energy is on the basis of net calorific value unless it is reported as gross (GCV), and meets "
        "factors of its own basis only: the one is never converted into the other, and the calorific "
        "values that ship are net.",
        "熱量は、高位発熱量基準（GCV）と報告しない限り低位発熱量基準とし、同じ基準の係数だけに用います。"
        "両者の換算は行いません。同梱の発熱量は低位です。",
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
    Text(
        "The tier of a line is that of the plan, and lower where a country's own factor is asked for and "
        "another stands in. Whether a factor for all is one of the facility, as higher tiers ask, is "
        "not tested.",
        "明細のTierは計画のTierです。国の固有係数が必要なところを他の係数で代えたときは低くなります。"
        "上位のTierが求める施設固有の係数かどうかは検査しません。",
    ),
)


METHOD = Method(
    id="climate.transparency.facility-report",
    version="1.2.0",
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
                "country's own factors, which must have one then. A gas that has none takes one for all, "
                "and its line shows tier 1",
                "factorsの表の国別の係数の扱い。firstはあれば常に優先し、by-tierは制度が国の固有係数を認めるTierの"
                "ストリームだけに用いる（この場合は必須）。国の係数がないガスには共通の係数を用い、明細はTier 1とする",
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
            choose=lines_of_total,
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
