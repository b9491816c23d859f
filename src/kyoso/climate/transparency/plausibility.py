"""What to look at before a facility's report is handed in, and for whoever verifies it.

Serves activity 1-1-1: a report that its operator has mended before anybody else saw it is the
cheapest verification there is. False alarms cost trust, so each check says what it needs, and
passes over what the data do not allow to judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency.estimates import rows_of
from kyoso.climate.transparency.examination import TESTS, examine
from kyoso.climate.transparency.examined_reports import Beside, Examined, Finding, Limits, Report
from kyoso.climate.transparency.factors import by_source, factors_have_units
from kyoso.climate.transparency.tables.facilities import FACTORS
from kyoso.climate.transparency.tables.plausibility import (
    CAPACITIES,
    ERROR,
    FINDINGS,
    INFORMATION,
    LINES,
    PEERS,
    PRODUCTION,
    SEVERITIES,
    SUMMARY,
    WARNING,
)
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.methods.declaration import Kind, Method, Origin, Outcome, Parameter, Source, Values
from kyoso.methods.result import Check, Verdict
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.given import schema

_LATEST = 0
"""The parameter ``year`` that leaves the choice to each facility."""

_COUNTS = {ERROR: "errors", WARNING: "warnings", INFORMATION: "information"}


def lines_of(reports: Iterable[pa.Table]) -> pa.Table:
    """The table ``lines`` of this method, from the tables ``lines`` of facility reports.

    Each report covers other facilities or years than the others; what they cover twice is a
    repeated key, which the check of the table names.
    """
    wanted = schema(LINES)
    return pa.concat_tables([one.select(wanted.names).cast(wanted) for one in reports])


def findings_of(
    reports: Iterable[pa.Table],
    factors: pa.Table,
    *,
    year: int | None = None,
    limits: Limits | None = None,
) -> list[dict[str, Any]]:
    """What to look at in some reports, as rows of the table ``findings``, the worst first.

    ``reports`` are tables ``lines`` of facility reports, of the year to examine (by default the
    latest of each facility) and of earlier ones; ``factors`` is the table that they rest on.
    """
    beside = Beside(factors=by_source(factors), limits=limits or Limits())
    lines = lines_of(reports).to_pylist()
    return list(_findings(list(examine(lines, beside, year=year))))


def plausibility(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Findings by facility and check, the worst first, and what was tested at all."""
    year = int(values["year"])
    done = list(
        examine(
            tables["lines"].to_pylist(),
            Beside(
                factors=by_source(tables["factors"]),
                peers=rows_of(tables, "peers"),
                production=rows_of(tables, "production"),
                capacities=rows_of(tables, "capacities"),
                limits=_limits(values),
            ),
            year=None if year == _LATEST else year,
        )
    )
    findings = list(_findings(done))
    return Outcome(
        tables={
            "findings": pa.Table.from_pylist(findings, schema=schema(FINDINGS)),
            "summary": pa.Table.from_pylist(
                [_summed(*one) for one in done], schema=schema(SUMMARY)
            ),
        },
        checks=tuple(_checks(done, tables["lines"])),
    )


def _limits(values: Values) -> Limits:
    return Limits(
        reach=float(values["reach"]),
        least=float(values["least"]),
        history=int(values["minimum_history"]),
        peers=int(values["minimum_peers"]),
        slip=float(values["slip"]),
        margin=float(values["margin"]),
    )


Done = Sequence[tuple[Report, str, Examined]]


def _findings(done: Done) -> Iterator[dict[str, Any]]:
    order = list(TESTS)
    found = [(report, one) for report, _, examined in done for one in examined.findings]
    found.sort(
        key=lambda pair: (
            pair[0].facility,
            SEVERITIES.index(pair[1].severity),
            order.index(pair[1].check),
            pair[1].stream or "",
            pair[1].gas or "",
            pair[1].reason["en"],
        )
    )
    for number, (report, one) in enumerate(found, start=1):
        yield {"number": number, "facility": report.facility, "year": report.year, **_row(one)}


def _row(one: Finding) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in FINDINGS.names if hasattr(one, name)},
        "reason_en": one.reason["en"],
        "reason_ja": one.reason["ja"],
    }


def _summed(report: Report, name: str, examined: Examined) -> dict[str, Any]:
    severities = [one.severity for one in examined.findings]
    return {
        "facility": report.facility,
        "year": report.year,
        "check": name,
        "tested": examined.tested,
        "not_tested": examined.not_tested,
        **{column: severities.count(severity) for severity, column in _COUNTS.items()},
        "note_en": examined.note["en"] if examined.note else None,
        "note_ja": examined.note["ja"] if examined.note else None,
    }


def _checks(done: Done, lines: pa.Table) -> Iterator[Check]:
    reports = {(report.facility, report.year) for report, _, _ in done}
    for severity, title in (
        (ERROR, Text("nothing that cannot be right", "ありえない値がない")),
        (WARNING, Text("nothing out of the ordinary", "通常の範囲を外れた値がない")),
    ):
        concerned = {
            (report.facility, report.year)
            for report, _, examined in done
            if any(one.severity == severity for one in examined.findings)
        }
        yield Check(
            id=f"findings.{_COUNTS[severity]}",
            title=title,
            verdict=Verdict.LOOK if concerned else Verdict.PASSED,
            table="findings",
            tested=len(reports),
            concerned=len(concerned),
            hint=Text("reports concerned: {names}", "該当する報告：{names}").format(
                names=", ".join(f"{name} {year}" for name, year in sorted(concerned)[:8])
            )
            if concerned
            else None,
        )
    facilities = len(lines["facility"].unique())
    yield Check(
        id="reports-examined",
        title=Text("a report of every facility examined", "すべての施設の報告を検査"),
        verdict=Verdict.LOOK if len(reports) < facilities else Verdict.PASSED,
        table="lines",
        tested=facilities,
        concerned=facilities - len(reports),
        hint=Text("the others have no lines of the year", "ほかの施設にはその年の明細がありません")
        if len(reports) < facilities
        else None,
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Units are units; whether the values are plausible is the result, not a fault of the input."""
    return (
        *(
            Rule(
                id="unit-known",
                title=Text("known units", "単位が既知"),
                table=name,
                broken=tuple(_unknown_units(tables[name])),
            )
            for name in ("lines", "peers", "production")
            if name in tables
        ),
        factors_have_units(tables["factors"]),
    )


def _unknown_units(table: pa.Table) -> Iterator[Broken]:
    for unit in sorted(filter(None, table["unit"].unique().to_pylist())):
        try:
            units.is_compatible(unit, "t")
        except UnitError as fault:
            yield Broken(
                where={"unit": unit},
                column="unit",
                value=unit,
                message=fault.message,
                hint=fault.hint or Text("check the unit", "単位を確かめてください"),
            )


_EQUATIONS = Text(
    r"""What is usual among $n$ values with median $m$ is the range

$$m \pm \max\Bigl(r \cdot 1.4826 \cdot MAD,\; \tfrac{l}{100}\,\lvert m\rvert\Bigr) \qquad
MAD = \mathrm{median}\,\lvert x_i - m\rvert$$

with $r$ the parameter `reach` and $l$ the parameter `least`. It is asked only where there are
`minimum_history` earlier years or `minimum_peers` other facilities.

| `check` | found where | severity |
|---|---|---|
| `streams-complete` | a stream or gas of the last report is missing; a stream is new; years lie between | warning; information |
| `duplicates` | a meter serves two streams, or two streams of a source have one quantity of three digits or more; last year's quantity again | warning where the quantities are equal; information |
| `year-on-year` | the quantity is not usual among the earlier years; it is `slip` times off all of them | warning; error |
| `implied-factor` | mass by quantity lies outside the cited range of the factor, widened by `margin`; it is `slip` times off the factor | warning, or information where the range is not verified; error |
| `category-fits` | a process under fuel combustion, a gas not foreseen for the category; a fuel outside of combustion | warning; information |
| `carbon-limit` | $\tfrac{12}{44}\,m_{CO_2}$ is above the mass of the fuel | error |
| `capacity-limit` | the fuel of a unit is above its capacity in all hours of the year | error |
| `transfer-balance` | more CO2 is transferred than arises | error |
| `peers` | mass by quantity is not usual among other facilities of the year, for the same category, source and gas | warning |
| `intensity` | direct CO2 equivalent per product is not usual among the earlier years, or among other facilities | warning |

A factor per energy meets a quantity in mass through the calorific value; the range is then that of
the factor times that of the calorific value.
""",
    r"""$n$個の値の中央値を$m$とするとき、通常の範囲は

$$m \pm \max\Bigl(r \cdot 1.4826 \cdot MAD,\; \tfrac{l}{100}\,\lvert m\rvert\Bigr) \qquad
MAD = \mathrm{median}\,\lvert x_i - m\rvert$$

$r$はパラメータ`reach`、$l$はパラメータ`least`である。過去の年が`minimum_history`、他の施設が`minimum_peers`に満たないときは判定しない。

| `check` | 指摘する場合 | 重大度 |
|---|---|---|
| `streams-complete` | 前回のストリームまたはガスがない。新しいストリームがある。年が空いている | warning、information |
| `duplicates` | 一つの計測器が二つのストリームにある。同じ排出源の二つのストリームの量が3桁以上一致する。前年と同じ量である | 量が等しければwarning、ほかはinformation |
| `year-on-year` | 量が過去の通常の範囲にない。過去のどの年とも`slip`倍以上異なる | warning、error |
| `implied-factor` | 単位当たりの排出量が、出典の係数の範囲を`margin`だけ広げた範囲にない。係数の`slip`倍以上異なる | warning（範囲が未検証ならinformation）、error |
| `category-fits` | 燃料の燃焼に工程がある、区分に想定されないガスがある。燃焼以外に燃料がある | warning、information |
| `carbon-limit` | $\tfrac{12}{44}\,m_{CO_2}$が燃料の質量を超える | error |
| `capacity-limit` | 設備の燃料が年間全時間の定格を超える | error |
| `transfer-balance` | 移送したCO2が生じたCO2を超える | error |
| `peers` | 単位当たりの排出量が、その年の他施設（区分・排出源・ガスが同じもの）の通常の範囲にない | warning |
| `intensity` | 製品当たりの直接排出量（CO2換算）が、過去の年または他施設の通常の範囲にない | warning |

熱量当たりの係数と質量の量は発熱量を介して比べ、範囲は係数の範囲と発熱量の範囲の積とする。
""",
)

METHOD = Method(
    id="climate.transparency.plausibility",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text("Plausibility of facility reports", "施設報告の妥当性検査"),
    summary=Text(
        "Looks at the lines of a facility's report before it is handed in or verified: against the "
        "facility's own earlier years, other facilities, the cited ranges of factors, and physical "
        "limits. Each finding says where, what was expected, and why; what cannot be judged is said "
        "to be so.",
        "提出前または検証時に、施設報告の明細を、その施設の過去の年、他の施設、出典のある係数の範囲、物理的な限界と照らし合わせる。"
        "指摘ごとに場所、想定範囲、理由を示し、判断できないものはその旨を示す。",
    ),
    activities=("1-1-1",),
    inputs=(LINES, PEERS, PRODUCTION, CAPACITIES, FACTORS),
    outputs=(FINDINGS, SUMMARY),
    function=plausibility,
    rules=rules,
    parameters=(
        Parameter(
            name="year",
            meaning=Text(
                "year of the reports to examine; 0 for the latest of each facility",
                "検査する報告の年（0なら各施設の最新の年）",
            ),
            default=_LATEST,
            minimum=0,
            maximum=2100,
        ),
        Parameter(
            name="reach",
            meaning=Text(
                "robust standard deviations from the median that are usual; higher means fewer "
                "findings",
                "通常とみなす中央値からの隔たり（頑健な標準偏差の倍数）。大きいほど指摘は減る",
            ),
            default=Limits().reach,
            minimum=1,
            maximum=100,
        ),
        Parameter(
            name="least",
            meaning=Text(
                "distance from the median that is always usual, in % of it, however little the "
                "values differ",
                "値のばらつきが小さくても常に通常とみなす隔たり（中央値に対する％）",
            ),
            default=Limits().least,
            minimum=0,
            maximum=1000,
            unit="%",
        ),
        Parameter(
            name="minimum_history",
            meaning=Text(
                "fewest earlier years that judge a year; with fewer, not enough history is said",
                "判定に必要な過去の年数。満たなければ履歴不足とする",
            ),
            default=Limits().history,
            minimum=2,
            maximum=50,
        ),
        Parameter(
            name="minimum_peers",
            meaning=Text(
                "fewest other facilities that judge one",
                "判定に必要な他施設の数",
            ),
            default=Limits().peers,
            minimum=3,
            maximum=1000,
        ),
        Parameter(
            name="slip",
            meaning=Text(
                "ratio from which a value is taken to be in a wrong unit",
                "単位の誤りとみなす倍率",
            ),
            default=Limits().slip,
            minimum=2,
            maximum=1e6,
        ),
        Parameter(
            name="margin",
            meaning=Text(
                "width added to both ends of the cited range of a factor, in % of the end",
                "出典の係数の範囲の両端に加える幅（端の値に対する％）",
            ),
            default=Limits().margin,
            minimum=0,
            maximum=100,
            unit="%",
        ),
    ),
    origins=(
        Origin(
            table="findings",
            source="lines",
            on=("facility",),
            until="year",
            also=("stream",),
            choose=lambda row, known: [
                one for one in known if row["stream"] in (None, one["stream"])
            ],
        ),
        Origin(table="findings", source="production", on=("facility",), until="year"),
        Origin(table="summary", source="lines", on=("facility",), until="year"),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2",
            place="Tables 1.2, 1.4 and 2.2–2.5: ranges of calorific values and factors",
            year=2006,
        ),
        Source(
            document="B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers",
            place="median and median absolute deviation",
            year=1993,
        ),
    ),
    limits=(
        Text(
            "A finding is a question, not a judgement: a facility may well have grown, or have a "
            "factor of its own. An error cannot be right, a warning asks for a reason.",
            "指摘は問いであって判断ではない。操業の拡大や施設固有の係数もありうる。errorはありえない値、warningは理由を求めるもの。",
        ),
        Text(
            "The thresholds are our choice and parameters; no rule set is known to set them. They are "
            "wide, so that few findings are false.",
            "判定の基準は本手法の選択でありパラメータである（定めた制度は確認していない）。誤った指摘を減らすため広めにしている。",
        ),
        Text(
            "Earlier years are compared where a stream keeps its identifier. A stream that grows every "
            "year is compared with the median of its past, not with its trend.",
            "過年度との比較はストリームの識別番号が同じものに限る。毎年増えるストリームも傾向ではなく過去の中央値と比べる。",
        ),
        Text(
            "Peers are whoever is given as such: choose facilities of the same trade. Their names need "
            "not be given; any identifier does.",
            "同業施設は与えられたものをそのまま用いる。同じ業種の施設を選ぶこと。名称は不要で、識別番号があればよい。",
        ),
    ),
    equations=_EQUATIONS,
    example={
        "lines": "plausibility/lines.csv",
        "peers": "plausibility/peers.csv",
        "production": "plausibility/production.csv",
        "capacities": "plausibility/capacities.csv",
    },
    package=__package__ or "",
)
