"""One report under two rule sets, every difference explained; all rule sets side by side.

Serves activity 1-1-1: a region that wants one guideline must see what its rules do to the same
facility, provision by provision, before it can agree on one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pyarrow as pa

from kyoso.climate.transparency.facility_report import (
    LIMITS,
    SOURCES,
    provisions_verified,
    table_of,
)
from kyoso.climate.transparency.factors import (
    POTENTIALS,
    SECTORS,
    Row,
    factors_have_units,
    potentials,
)
from kyoso.climate.transparency.monitoring_plans import without_report
from kyoso.climate.transparency.report_emissions import Emission
from kyoso.climate.transparency.report_faults import Fault, rules_of
from kyoso.climate.transparency.report_lines import matched
from kyoso.climate.transparency.report_rules import (
    disallowed,
    potentials_stated,
    potentials_there,
    purchased_there,
)
from kyoso.climate.transparency.report_totals import (
    OF_RULE_SET,
    SIGNS,
    Counted,
    by_report,
    counted,
    emitted,
    verdict,
    warming_of,
)
from kyoso.climate.transparency.rule_sets import (
    SHIPPED,
    RuleSet,
    chosen,
    in_words,
    known,
    well_formed,
)
from kyoso.climate.transparency.tables.columns import BOUNDARY_WORDS
from kyoso.climate.transparency.tables.plans import ACTIVITY, DATED_FACTORS, ELECTRICITY, PLAN
from kyoso.climate.transparency.tables.rule_sets import (
    COMPARED,
    COUNTED_WORDS,
    DIFFERENCES,
    HARMONISATION,
    NOT_STATED,
    PROVISIONS,
    RULE_SETS,
)
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Parameter, Values
from kyoso.methods.result import Check, Verdict
from kyoso.tables.checking import Rule

ALL = "all"
"""The item of a provision that is one."""

_IN_WORDS = (
    "status",
    "threshold",
    "category",
    "tier",
    "tier-uncertainty",
    "calorific",
    "deadline",
    "period",
    "verification",
    "materiality",
    "confidentiality",
)
"""Provisions that move no total; they are compared as they are written."""

_BOUNDARIES: Mapping[str, Text] = BOUNDARY_WORDS | {
    "transferred": Text(
        "CO2 transferred out, as a deduction", "施設外へ移送したCO2の控除（差し引く量）"
    ),
}


@dataclass(frozen=True, slots=True)
class _Side:
    """A rule set with what it makes of the lines of one report."""

    rules: RuleSet
    year: int
    lines: Sequence[Counted]
    gwp: str

    @property
    def warming(self) -> Mapping[str, float]:
        return potentials(self.assessment)

    @property
    def assessment(self) -> str:
        return str(warming_of(self.rules, self.year, self.gwp))

    @property
    def boundaries(self) -> frozenset[str]:
        return self.rules.boundaries(self.year)

    @property
    def total(self) -> Fraction:
        """What counts, exactly (t CO2-equivalent)."""
        return sum(
            (
                _signed(line.emission) * Fraction(self.warming[line.emission.gas])
                for line in self.lines
                if line.counts
            ),
            Fraction(),
        )


def _signed(one: Emission) -> Fraction:
    """The mass in t as it enters a total."""
    return Fraction(one.mass) * Fraction(SIGNS.get(one.boundary, 0.0))


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two rule sets for one report, and what it moves (t CO2-equivalent)."""

    provision: str
    item: str
    value_a: str
    value_b: str
    effect: Fraction
    explanation: Text


def differences(a: _Side, b: _Side) -> list[Difference]:
    """Everything that differs; the effects add up to the difference of the totals, exactly.

    One rule set becomes the other in three steps, always in this order: its boundary, its
    gases, its potentials. A gas that the first does not cover may have no potential there; it
    comes in with that of the second.
    """
    return [*_boundary(a, b), *_gases(a, b), *_potentials(a, b), *_in_words(a, b)]


def _boundary(a: _Side, b: _Side) -> Iterator[Difference]:
    for boundary in sorted(a.boundaries ^ b.boundaries):
        moved = sum(
            (
                _signed(line.emission) * _weight(a, b, line.emission.gas)
                for line in a.lines
                if line.covered and line.emission.boundary == boundary
            ),
            Fraction(),
        )
        enters = boundary in b.boundaries
        yield Difference(
            provision="boundary",
            item=boundary,
            value_a="not-counted" if enters else "counted",
            value_b="counted" if enters else "not-counted",
            effect=moved if enters else -moved,
            explanation=_only_in(*((b, a) if enters else (a, b)), _BOUNDARIES[boundary]),
        )


def _only_in(one: _Side, other: _Side, what: Text) -> Text:
    return Text(
        "{one} counts {what}; {other} does not.", "{one}は{what}を算入し、{other}は算入しない。"
    ).format(one=one.rules.title, other=other.rules.title, what=what)


def _weight(a: _Side, b: _Side, gas: str) -> Fraction:
    """The potential of a gas before the set changes."""
    first = a.warming.get(gas)
    return Fraction(b.warming.get(gas, 0.0) if first is None else first)


def _gases(a: _Side, b: _Side) -> Iterator[Difference]:
    covered: dict[str, tuple[set[bool], set[bool]]] = {}
    effects: dict[str, Fraction] = {}
    for of_a, of_b in zip(a.lines, b.lines, strict=True):
        one = of_a.emission
        mine, yours = covered.setdefault(one.gas, (set(), set()))
        mine.add(of_a.covered)
        yours.add(of_b.covered)
        moved = (
            _signed(one) * _weight(a, b, one.gas) if one.boundary in b.boundaries else Fraction()
        )
        change = int(of_b.covered) - int(of_a.covered)
        effects[one.gas] = effects.get(one.gas, Fraction()) + moved * change
    for gas, (mine, yours) in sorted(covered.items()):
        if mine == yours and not effects[gas]:
            continue
        yield Difference(
            provision="gas",
            item=gas,
            value_a=_covered(mine),
            value_b=_covered(yours),
            effect=effects[gas],
            explanation=Text(
                "{gas} in the categories of this facility: {mine} by {a}, {yours} by {b}.",
                "この施設の区分での{gas}：{a}では{mine}、{b}では{yours}。",
            ).format(
                gas=gas,
                mine=COUNTED_WORDS[_covered(mine)],
                yours=COUNTED_WORDS[_covered(yours)],
                a=a.rules.title,
                b=b.rules.title,
            ),
        )


def _covered(found: set[bool]) -> str:
    if len(found) > 1:
        return "in-part"
    return "covered" if found == {True} else "not-covered"


def _potentials(a: _Side, b: _Side) -> Iterator[Difference]:
    if a.assessment == b.assessment:
        return
    masses: dict[str, Fraction] = {}
    for line in b.lines:
        if line.counts:
            gas = line.emission.gas
            masses[gas] = masses.get(gas, Fraction()) + _signed(line.emission)
    explanation = Text(
        "{a} takes the potentials of {first}, {b} those of {second}.",
        "{a}は{first}、{b}は{second}の地球温暖化係数を用いる。",
    ).format(a=a.rules.title, b=b.rules.title, first=a.assessment, second=b.assessment)
    moving = [gas for gas in sorted(masses) if _weight(a, b, gas) != Fraction(b.warming[gas])]
    if not moving:
        yield Difference("gwp", ALL, a.assessment, b.assessment, Fraction(), explanation)
    for gas in moving:
        before, after = _weight(a, b, gas), Fraction(b.warming[gas])
        yield Difference(
            provision="gwp",
            item=gas,
            value_a=f"{a.assessment}: {float(before):.12g}",
            value_b=f"{b.assessment}: {float(after):.12g}",
            effect=masses[gas] * (after - before),
            explanation=explanation,
        )


def _in_words(a: _Side, b: _Side) -> Iterator[Difference]:
    for provision in _IN_WORDS:
        mine, yours = (_value(side, provision) for side in (a, b))
        if mine == yours:
            continue
        yield Difference(
            provision=provision,
            item=ALL,
            value_a=mine,
            value_b=yours,
            effect=Fraction(),
            explanation=Text("{a}: {mine} {b}: {yours}", "{a}：{mine}{b}：{yours}").format(
                a=a.rules.title,
                mine=_text(_asked(a, provision)),
                b=b.rules.title,
                yours=_text(_asked(b, provision)),
            ),
        )


def _asked(side: _Side, provision: str) -> list[Row]:
    return side.rules.applying(provision, side.year, emitted(side.lines))


def _value(side: _Side, provision: str) -> str:
    words = in_words(_asked(side, provision)) or NOT_STATED
    return f"{words}: {verdict(side.lines, side.rules)}" if provision == "threshold" else words


def _text(rows: Sequence[Row]) -> Text:
    """The texts of some rows, each once."""
    if not rows:
        return Text("{said}.", "{said}。").format(said=COUNTED_WORDS[NOT_STATED])
    return Text(
        " ".join(dict.fromkeys(row["text_en"] for row in rows)),
        "".join(dict.fromkeys(row["text_ja"] for row in rows)),
    )


# --- the method ---------------------------------------------------------------------------


def rule_set_comparison(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Differences and totals of every report under both rule sets, and all rule sets."""
    sets = known(tables["rule_sets"])
    first, second = (chosen(sets, str(values[name]), parameter=name) for name in ("a", "b"))
    compared = {one.key: one for one in (first, second)}
    gwp = str(values["gwp"])
    emissions = [one for one in matched(tables) if isinstance(one, Emission)]
    under_a, under_b = (by_report(counted(emissions, rules, gwp)) for rules in (first, second))
    rows: list[Row] = []
    totals: list[Row] = []
    unexplained = 0
    for (facility, year), lines in under_a.items():
        a = _Side(first, year, lines, gwp)
        b = _Side(second, year, under_b[facility, year], gwp)
        found = differences(a, b)
        explained = sum((one.effect for one in found), Fraction())
        unexplained += explained != b.total - a.total
        report = {"facility": facility, "year": year}
        rows.extend({**report, **_row(one)} for one in found)
        totals.append({**report, **_compared(a, b, explained)})
    return Outcome(
        tables={
            "differences": table_of(DIFFERENCES, rows),
            "totals": table_of(COMPARED, totals),
            "harmonisation": table_of(HARMONISATION, harmonisation(sets)),
        },
        checks=(
            _explained(len(totals), unexplained),
            provisions_verified(*compared.values()),
            *(_tiers(tables, rules) for rules in compared.values()),
        ),
    )


def _row(one: Difference) -> Row:
    return {
        "provision": one.provision,
        "item": one.item,
        "value_a": one.value_a,
        "value_b": one.value_b,
        "effect": float(one.effect),
        "explanation_en": one.explanation.en,
        "explanation_ja": one.explanation.ja,
    }


def _compared(a: _Side, b: _Side, explained: Fraction) -> Row:
    return {
        "total_a": float(a.total),
        "total_b": float(b.total),
        "difference": float(b.total - a.total),
        "explained": float(explained),
        "verdict_a": verdict(a.lines, a.rules),
        "verdict_b": verdict(b.lines, b.rules),
    }


def harmonisation(sets: Mapping[str, RuleSet]) -> Iterator[Row]:
    """Every provision of every rule set, in words; also where a rule set states none."""
    order = {"two-sources": 0, "one-source": 1, "unverified": 2}
    for provision in PROVISIONS:
        for key, rules in sets.items():
            rows = rules.provisions(provision)
            text = _text(rows)
            yield {
                "provision": provision,
                "rule_set": key,
                "value": in_words(rows),
                "text_en": text.en,
                "text_ja": text.ja,
                "document": "; ".join(
                    dict.fromkeys(row["document"] for row in rows if row["document"])
                )
                or None,
                "verification": max(
                    (row["verification"] for row in rows), key=lambda how: order[how], default=None
                ),
            }


def _explained(reports: int, unexplained: int) -> Check:
    return Check(
        id="differences-explained",
        title=Text("effects add up to the difference of the totals", "影響の和は合計の差に等しい"),
        verdict=Verdict.FAILED if unexplained else Verdict.PASSED,
        table="differences",
        tested=reports,
        concerned=unexplained,
    )


def _tiers(tables: Mapping[str, pa.Table], rules: RuleSet) -> Check:
    plan, activity = tables["plan"].to_pylist(), tables["activity"].to_pylist()
    found = disallowed(plan, activity, rules)
    names = ", ".join(f"{row['facility']} {row['stream']}" for row in found[:8])
    return Check(
        id=f"tiers-allowed.{rules.key}",
        title=Text("tiers that {title} allows", "{title}の認めるTier").format(title=rules.title),
        verdict=Verdict.LOOK if found else Verdict.PASSED,
        table="plan",
        tested=len(plan),
        concerned=len(found),
        hint=Text("other tiers: {names}", "異なるTier：{names}").format(names=names)
        if found
        else None,
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], values: Values) -> Sequence[Rule]:
    """As for a report, but what a rule set allows is compared and not refused."""
    sets = known(tables["rule_sets"])
    both = [chosen(sets, str(values[name]), parameter=name) for name in ("a", "b")]
    found = list(matched(tables))
    emissions = [one for one in found if isinstance(one, Emission)]
    faults = [one for one in found if isinstance(one, Fault)]
    gwp = str(values["gwp"])
    activity, plan = tables["activity"].to_pylist(), tables["plan"].to_pylist()
    return [
        *rules_of(faults, tables),
        factors_have_units(tables["factors"]),
        *well_formed(tables["rule_sets"]),
        _either([potentials_stated(activity, one, gwp) for one in both]),
        _either([potentials_there(emissions, one, gwp) for one in both]),
        _either([purchased_there(emissions, plan, one) for one in both]),
        without_report(tables["plan"], tables["activity"]),
    ]


def _either(both: Sequence[Rule]) -> Rule:
    """One rule for two rule sets; what breaks it under both is told once."""
    broken = {(tuple(one.where.items()), one.message): one for rule in both for one in rule.broken}
    return replace(both[0], broken=tuple(broken.values()))


_EQUATIONS = Text(
    r"""
The total of a report under a rule set with boundary $B$, gases $G$ and potentials $W$, over lines $i$ of mass $E_i$ [t]:

$$T(B, G, W) = \sum_i s_i \, B_i \, G_i \, W_i \, E_i$$

$B_i$ and $G_i$ are 1 where boundary and gas count and 0 elsewhere; $s_i$ is $-1$ for CO₂ transferred out and 1 otherwise.
From rule set $a$ to rule set $b$ in three steps:

$$T_b - T_a = \underbrace{T(B_b, G_a, W_a) - T(B_a, G_a, W_a)}_{boundary}
+ \underbrace{T(B_b, G_b, W_a) - T(B_b, G_a, W_a)}_{gas}
+ \underbrace{T(B_b, G_b, W_b) - T(B_b, G_b, W_a)}_{gwp}$$

Each step is the sum of its items (boundaries, gases), worked out in fractions, so that effects and difference agree
exactly. A gas without a potential in $W_a$ enters with that of $W_b$. Thresholds, tiers, deadlines, verification and
materiality move no total: their effect is 0.
""",
    r"""
算定範囲$B$、対象ガス$G$、地球温暖化係数$W$の制度での、質量$E_i$ [t] の明細$i$からなる報告の合計は次のとおり。

$$T(B, G, W) = \sum_i s_i \, B_i \, G_i \, W_i \, E_i$$

$B_i$、$G_i$は算定範囲、対象ガスに含まれるとき1、それ以外は0。$s_i$は施設外へ移送したCO₂で$-1$、それ以外は1。
制度$a$から制度$b$へは3段階で移る。

$$T_b - T_a = \underbrace{T(B_b, G_a, W_a) - T(B_a, G_a, W_a)}_{boundary}
+ \underbrace{T(B_b, G_b, W_a) - T(B_b, G_a, W_a)}_{gas}
+ \underbrace{T(B_b, G_b, W_b) - T(B_b, G_b, W_a)}_{gwp}$$

各段階は項目（算定範囲、ガス）ごとの和で、分数で計算するため、影響の和は差と厳密に一致する。$W_a$に係数のないガスは
$W_b$の係数で加わる。基準値、Tier、期限、検証、重要性は合計を動かさず、影響は0である。
""",
)

METHOD = Method(
    id="climate.transparency.rule-set-comparison",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text("One facility under two rule sets", "二つの制度での同一施設の比較"),
    summary=Text(
        "The same activity data reported under two rule sets: every provision that differs, what it "
        "moves in the total, and why; and a table of all rule sets against each other.",
        "同じ活動量を二つの制度で報告したときの比較。異なる規定ごとに、合計への影響と理由を示す。全制度の対照表を付す。",
    ),
    activities=("1-1-1",),
    inputs=(PLAN, ACTIVITY, DATED_FACTORS, ELECTRICITY, RULE_SETS),
    outputs=(DIFFERENCES, COMPARED, HARMONISATION),
    function=rule_set_comparison,
    rules=rules,
    parameters=(
        Parameter(
            name="a",
            meaning=Text(
                "first rule set, by its key in the table rule_sets",
                "第一の制度（rule_setsの表のキー）",
            ),
            default="jp-shk",
        ),
        Parameter(
            name="b",
            meaning=Text(
                "second rule set, by its key in the table rule_sets",
                "第二の制度（rule_setsの表のキー）",
            ),
            default="eu-ets",
        ),
        Parameter(
            name="gwp",
            meaning=Text(
                "set of global warming potentials where a rule set states none",
                "制度に定めがないときの地球温暖化係数の版",
            ),
            default=OF_RULE_SET,
            choices=(OF_RULE_SET, "SAR", "AR4", "AR5", "AR6"),
        ),
    ),
    figures=(
        Figure(
            name="difference",
            title=Text("Total under b less total under a", "bの合計－aの合計"),
            kind="bars",
            table="totals",
            value="difference",
            category="facility",
            at="year",
        ),
    ),
    origins=(
        Origin(table="totals", source="differences", on=("facility", "year")),
        Origin(table="differences", source="activity", on=("facility", "year")),
        Origin(table="harmonisation", source="rule_sets", on=("provision", "rule_set")),
    ),
    sources=SOURCES,
    limits=(
        *LIMITS[:3],
        Text(
            "The effect of a step depends on the order of steps, which is fixed: boundary, gases, potentials.",
            "各段階の影響は段階の順序（算定範囲、対象ガス、地球温暖化係数の順に固定）に依存します。",
        ),
        Text(
            "Both rule sets meet the same factors and the same calendar year.",
            "係数と年は両制度に共通です。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS, SECTORS, SHIPPED),
    example={
        "plan": "facility-report/plan.csv",
        "activity": "facility-report/activity.csv",
        "electricity": "facility-report/electricity.csv",
    },
    package=__package__ or "",
)
