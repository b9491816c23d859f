"""A factor of a country's own from samples: mean, interval, outliers, default range.

Serves activities 1-1-2 and 1-1-3: a country that knows what it burns reports with factors of its
own instead of the defaults.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from kyoso.climate.transparency.sample_rules import FEW, rules
from kyoso.climate.transparency.sampled_quantities import (
    AS_SAMPLED,
    DEFAULTS,
    FIRST,
    OTHER,
    QUANTITIES,
    Range,
    Sampled,
    default_range,
    fuels,
    prepared,
    sectors,
)
from kyoso.climate.transparency.tables.samples import FACTOR, JUDGED, SAMPLES
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
from kyoso.numerics.sampling import OUTLIER_RULES, Array, mean_interval

NO_REASON = "none"


def emission_factor_from_samples(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """The factor with its 95 % interval and default range, and every sample as judged."""
    samples = tables["samples"]
    sampled = prepared(samples, values)
    used = sampled.judged.kept
    weights = samples["weight"].to_numpy() if not samples["weight"].null_count else None
    found = mean_interval(sampled.values[used], None if weights is None else weights[used])
    spread = abs(found.mean) * float(values["oxidation_uncertainty"]) / 100
    half = math.hypot(found.half_width, spread)
    default = default_range(str(values["fuel"]), str(values["quantity"]), str(values["sector"]))
    within = None if default is None else default.lower <= found.mean <= default.upper
    factor = {
        "fuel": values["fuel"],
        "quantity": values["quantity"],
        "unit": sampled.unit,
        "mean": found.mean,
        "lower": found.mean - half,
        "upper": found.mean + half,
        "uncertainty": None if found.mean == 0 else 100 * half / found.mean,
        "samples": int(used.sum()),
        "outliers": int((~used).sum()),
        "default_lower": None if default is None else default.lower,
        "default_upper": None if default is None else default.upper,
        "within_default": within,
        "reason": None if values["reason"] == NO_REASON else values["reason"],
    }
    return Outcome(
        tables={
            "factor": pa.Table.from_pylist([factor], _schema(factor)),
            "judged": _judged(samples, sampled),
        },
        checks=(
            *_checks_of_samples(samples, sampled, weights, str(values["outliers"])),
            _against_default(default, within, values),
            *_of_range(default),
        ),
    )


def _schema(factor: Mapping[str, object]) -> pa.Schema:
    kinds = {
        "samples": pa.int64(), "outliers": pa.int64(), "within_default": pa.bool_(),
        "fuel": pa.string(), "quantity": pa.string(), "unit": pa.string(), "reason": pa.string(),
    }  # fmt: skip
    return pa.schema([(name, kinds.get(name, pa.float64())) for name in factor])


def _judged(samples: pa.Table, sampled: Sampled) -> pa.Table:
    limits = (sampled.judged.lower, sampled.judged.upper)
    lower, upper = (pa.array(limit, mask=np.isnan(limit)) for limit in limits)
    return pa.table(
        {
            "plant": samples["plant"],
            "date": samples["date"],
            "value": sampled.values,
            "unit": [sampled.unit] * samples.num_rows,
            "weight": samples["weight"],
            "used": sampled.judged.kept,
            "limit_lower": lower,
            "limit_upper": upper,
        }
    )


def _checks_of_samples(
    samples: pa.Table, sampled: Sampled, weights: Array | None, rule: str
) -> Iterator[Check]:
    used = sampled.judged.kept
    out = np.flatnonzero(~used)
    yield Check(
        id="outliers",
        title=Text(
            "samples within the limits of the outlier rule {rule}", "外れ値の規則{rule}の範囲内"
        ).format(rule=rule),
        verdict=Verdict.LOOK if len(out) else Verdict.PASSED,
        table="judged",
        tested=len(used),
        concerned=len(out),
        rows=tuple((out[:20] + 2).tolist()),
        hint=Text(
            "left out of the mean; find out why they differ",
            "平均から除きました。原因を確かめてください",
        )
        if len(out)
        else None,
    )
    count = int(used.sum())
    yield Check(
        id="enough-samples",
        title=Text("{few} samples or more", "試料が{few}以上").format(few=FEW),
        verdict=Verdict.LOOK if count < FEW else Verdict.PASSED,
        table="factor",
        tested=count,
        hint=Text(
            "with so few the interval is wide and hangs on each of them",
            "試料が少ないため、区間が広く、個々の試料に左右されます",
        )
        if count < FEW
        else None,
    )
    weight = np.ones(len(used)) if weights is None else weights
    shares: dict[str, list[float]] = {}
    for plant, one, in_mean in zip(samples["plant"].to_pylist(), weight, used, strict=True):
        if in_mean:
            shares.setdefault(plant, []).append(float(one))
    largest = max(shares, key=lambda plant: (math.fsum(shares[plant]), plant))
    share = math.fsum(shares[largest]) / math.fsum(weight[used])
    yield Check(
        id="plants-balanced",
        title=Text("no plant has more than half of the weight", "一つの施設の重みが半分を超えない"),
        verdict=Verdict.LOOK if share > 0.5 else Verdict.PASSED,
        table="samples",
        tested=len(shares),
        concerned=int(share > 0.5),
        hint=Text(
            "{plant} has {share} %: the factor is mostly its own, and samples of one plant are alike",
            "{plant}が{share}％を占め、係数はほぼこの施設の値です。同じ施設の試料は互いに似ています",
        ).format(plant=largest, share=f"{100 * share:.0f}")
        if share > 0.5
        else None,
    )


def _against_default(default: Range | None, within: bool | None, values: Values) -> Check:
    reason = str(values["reason"])
    if default is None:
        hint = Text(
            "name fuel and quantity, for methane and nitrous oxide the sector; some have no range",
            "燃料と量（CH4とN2Oは部門も）を指定してください。範囲のないものもあります",
        )
    elif within:
        hint = None
    elif reason != NO_REASON:
        hint = Text("reason given: {reason}", "記入された理由：{reason}").format(reason=reason)
    else:
        hint = Text(
            "it may well be right: write the reason with -p reason=",
            "正しい値のこともあります。理由を-p reason= で記入してください",
        )
    title = Text("within the default range", "既定値の範囲内")
    if default is None:
        title = Text("a default range to compare with", "比較する既定値の範囲あり")
    return Check(
        id="default-range",
        title=title,
        verdict=Verdict.PASSED if within else Verdict.LOOK,
        table="factor",
        tested=1,
        concerned=0 if within else 1,
        hint=hint,
    )


def _of_range(default: Range | None) -> Iterator[Check]:
    if default is None:
        return
    open_ = default.verification == "unverified"
    yield Check(
        id="range-verified",
        title=Text("default range verified against a source", "既定値の範囲の出典確認"),
        verdict=Verdict.LOOK if open_ else Verdict.PASSED,
        table="factor",
        tested=1,
        concerned=int(open_),
        hint=Text("not verified", "未検証です") if open_ else None,
    )


_EQUATIONS = Text(
    r"""Of $n$ samples $x_i$, converted to one unit, with weights $w_i$ (all 1 where none are given):

$$\bar{x} = \frac{\sum w_i x_i}{\sum w_i} \qquad
v = \frac{\sum w_i^2 (x_i - \bar{x})^2}{(\sum w_i)^2} \cdot \frac{n}{n - 1}$$

The half-width of the 95 % interval is $h = t_{0.975,\,n-1}\,\sqrt{v}$; without weights
$\sqrt{v} = s/\sqrt{n}$. A carbon content $x$ [kg/GJ] gives a factor of carbon dioxide [kg/TJ]
with the oxidation factor $OF$ and its uncertainty $U_{OF}$ [%]:

$$EF = x \cdot \tfrac{44}{12} \cdot 1000 \cdot OF \qquad
h_{EF} = \sqrt{h^2 + \bigl(\overline{EF}\;U_{OF}/100\bigr)^2}$$

With $r$ the net by the gross calorific value of the fuel, samples on the gross basis become
$EF_{net} = EF_{gross}/r$ and $NCV = GCV \cdot r$.

| `outliers` | a sample is left out where |
|---|---|
| `none` | never |
| `grubbs` | $\lvert x - \bar{x}\rvert > g\,s$ for the farthest, again and again, $g = \frac{n-1}{\sqrt{n}}\sqrt{\frac{t^2}{n-2+t^2}}$, $t = t_{1-0.05/(2n),\,n-2}$ |
| `iqr` | $x < Q_1 - 1.5\,(Q_3 - Q_1)$ or $x > Q_3 + 1.5\,(Q_3 - Q_1)$ |
| `mad` | $0.6745\,\lvert x - m\rvert > 3.5 \cdot MAD$, $m$ the median, $MAD$ that of $\lvert x - m\rvert$ |

Rules for outliers do not look at weights.
""",
    r"""一つの単位に換算した$n$個の試料$x_i$と重み$w_i$（記入がなければすべて1）について

$$\bar{x} = \frac{\sum w_i x_i}{\sum w_i} \qquad
v = \frac{\sum w_i^2 (x_i - \bar{x})^2}{(\sum w_i)^2} \cdot \frac{n}{n - 1}$$

95％区間の半幅は$h = t_{0.975,\,n-1}\,\sqrt{v}$であり、重みがなければ$\sqrt{v} = s/\sqrt{n}$である。
炭素含有量$x$ [kg/GJ] からは、酸化率$OF$とその不確かさ$U_{OF}$ [%] により二酸化炭素の係数 [kg/TJ] を求める。

$$EF = x \cdot \tfrac{44}{12} \cdot 1000 \cdot OF \qquad
h_{EF} = \sqrt{h^2 + \bigl(\overline{EF}\;U_{OF}/100\bigr)^2}$$

燃料の低位発熱量÷高位発熱量を$r$とすると、高位発熱量基準の試料は$EF_{net} = EF_{gross}/r$、$NCV = GCV \cdot r$となる。

| `outliers` | 試料を除く条件 |
|---|---|
| `none` | 除かない |
| `grubbs` | 最も離れた試料について$\lvert x - \bar{x}\rvert > g\,s$（繰り返す）。$g = \frac{n-1}{\sqrt{n}}\sqrt{\frac{t^2}{n-2+t^2}}$、$t = t_{1-0.05/(2n),\,n-2}$ |
| `iqr` | $x < Q_1 - 1.5\,(Q_3 - Q_1)$または$x > Q_3 + 1.5\,(Q_3 - Q_1)$ |
| `mad` | $0.6745\,\lvert x - m\rvert > 3.5 \cdot MAD$。$m$は中央値、$MAD$は$\lvert x - m\rvert$の中央値 |

外れ値の判定に重みは用いない。
""",
)


METHOD = Method(
    id="climate.transparency.emission-factor-from-samples",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text("Emission factor from samples", "試料に基づく排出係数"),
    summary=Text(
        "From fuel analyses, stack tests or field measurements to a factor of a country's own: "
        "units brought to one, outliers judged by a rule declared beforehand, the mean with its "
        "95 % interval, and the comparison with the default range.",
        "燃料分析、排ガス試験、現地測定の結果から国別の係数を求める。単位を統一し、あらかじめ定めた規則で外れ値を判定し、"
        "平均とその95％区間を求め、既定値の範囲と比較する。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(SAMPLES,),
    outputs=(FACTOR, JUDGED),
    function=emission_factor_from_samples,
    rules=rules,
    parameters=(
        Parameter(
            name="quantity",
            meaning=Text(
                "what the samples are of; as_sampled takes any unit and has no default range",
                "試料の量。as_sampledはどの単位でもよく、既定値の範囲はない",
            ),
            default=AS_SAMPLED,
            choices=(AS_SAMPLED, *QUANTITIES),
        ),
        Parameter(
            name="fuel",
            meaning=Text(
                "fuel, for the default range; other where none of these",
                "既定値の範囲を比べる燃料（該当がなければother）",
            ),
            default=OTHER,
            choices=(OTHER, *fuels()),
        ),
        Parameter(
            name="sector",
            meaning=Text(
                "sector, on which the default range of methane and nitrous oxide depends",
                "部門（CH4とN2Oの既定値の範囲を決める）",
            ),
            default=OTHER,
            choices=(OTHER, *sectors()),
        ),
        Parameter(
            name="factor_unit",
            meaning=Text(
                "unit of the factor with as_sampled; first: that of the first sample by plant and date",
                "as_sampledの場合の係数の単位。firstは施設・採取日順で最初の試料の単位",
            ),
            default=FIRST,
        ),
        Parameter(
            name="basis",
            meaning=Text(
                "calorific value on which the samples rest; the factor is on the net one",
                "試料の発熱量の基準。係数は低位発熱量基準となる",
            ),
            default="net",
            choices=("net", "gross"),
        ),
        Parameter(
            name="net_per_gross",
            meaning=Text(
                "net by gross calorific value of the fuel, needed with gross; 0: not stated",
                "燃料の低位発熱量÷高位発熱量（grossの場合に必要。0は指定なし）",
            ),
            default=0.0,
            minimum=0,
            maximum=1,
        ),
        Parameter(
            name="oxidation",
            meaning=Text(
                "fraction of the carbon that oxidises, for carbon_content",
                "炭素のうち酸化する割合（carbon_contentの場合）",
            ),
            default=1.0,
            minimum=0,
            maximum=1,
        ),
        Parameter(
            name="oxidation_uncertainty",
            meaning=Text(
                "half of the 95 % interval of the oxidation, for carbon_content",
                "酸化率の95％区間の半幅（carbon_contentの場合）",
            ),
            default=0.0,
            minimum=0,
            maximum=100,
            unit="%",
        ),
        Parameter(
            name="outliers",
            meaning=Text(
                "rule for outliers, to be declared before the samples are seen",
                "外れ値の規則（試料を見る前に定める）",
            ),
            default="none",
            choices=tuple(OUTLIER_RULES),
        ),
        Parameter(
            name="minimum_samples",
            meaning=Text(
                "samples that must be left without outliers", "外れ値を除いて必要な試料の数"
            ),
            default=3,
            minimum=3,
            maximum=10_000,
        ),
        Parameter(
            name="reason",
            meaning=Text(
                "why the factor lies outside the default range", "係数が既定値の範囲外となる理由"
            ),
            default=NO_REASON,
        ),
    ),
    figures=(
        Figure(
            name="factor",
            title=Text("Factor with its 95 % interval", "係数とその95％区間"),
            kind="bars",
            table="factor",
            value="mean",
            category="unit",
            lower="lower",
            upper="upper",
        ),
    ),
    origins=(
        Origin(table="factor", source="judged", on=("unit",), only={"used": True}),
        Origin(table="judged", source="samples", on=("plant", "date")),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2",
            place="Tables 1.2 and 1.4: default ranges; carbon content to emission factor",
            year=2006,
        ),
        Source(
            document="Grubbs, Procedures for detecting outlying observations in samples, Technometrics 11",
            place="test for one outlier",
            year=1969,
        ),
        Source(
            document="Tukey, Exploratory Data Analysis, Addison-Wesley",
            place="fences at 1.5 interquartile ranges",
            year=1977,
        ),
        Source(
            document="Iglewicz, Hoaglin, How to Detect and Handle Outliers, ASQC Quality Press",
            place="modified z-score above 3.5",
            year=1993,
        ),
    ),
    limits=(
        Text(
            "Samples count as independent. Samples of one plant or one delivery are alike, so that "
            "the interval is too narrow where a plant dominates; average them first.",
            "試料は互いに独立とみなす。同じ施設や同じ納入の試料は似ているため、一つの施設が大半を占めると区間は狭すぎる。先に平均すること。",
        ),
        Text(
            "The interval holds for means of values that are about normal, or of many; it is "
            "symmetric and may reach below zero where the samples scatter widely.",
            "区間は、ほぼ正規分布に従う値、または多数の値の平均について成り立つ。対称であり、ばらつきが大きいとゼロを下回ることがある。",
        ),
        Text(
            "The rule for outliers must be chosen before the samples are seen; choosing it by its "
            "result makes the interval too narrow.",
            "外れ値の規則は試料を見る前に定めること。結果を見て選ぶと区間は狭すぎるものになる。",
        ),
        Text(
            "A factor outside the default range is flagged, not refused: it may be why samples were "
            "taken. It needs a written reason, and the approval of another person.",
            "既定値の範囲外の係数は、拒まずに印を付ける。そのために試料を採ったのかもしれない。理由の記入と、別の人の承認が必要である。",
        ),
        Text(
            "All samples are on one basis of calorific value. A carbon content by mass of fuel must "
            "be divided by its calorific value first. Units are not told gross or net by their name.",
            "全試料の発熱量の基準は同じでなければならない。燃料質量当たりの炭素含有量は、先に発熱量で割ること。"
            "単位の名称から高位・低位は区別できない。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(DEFAULTS,),
    example={"samples": "emission-factor-from-samples/samples.csv"},
    package=__package__ or "",
)
