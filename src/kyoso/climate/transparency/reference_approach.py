"""Carbon dioxide of fuel combustion from a country's supply of fuels, against that of its sectors.

Serves activities 1-1-2 and 1-1-3: the reference approach needs nothing but the energy balance,
so it tells whether what the sectors report can be all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from kyoso.climate.transparency.estimates import named, rows_of
from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.reference_comparison import SEPARATOR, compared
from kyoso.climate.transparency.reference_rules import KEY, rules
from kyoso.climate.transparency.reference_supply import apparent_row, carbon_dioxide
from kyoso.climate.transparency.tables.energy_balance import (
    APPARENT,
    BALANCE,
    COMPARISON,
    ONE_SIDED,
    PRIMARY,
    SECTORAL,
    UNEXPLAINED,
)
from kyoso.climate.transparency.tables.facilities import FACTORS
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
from kyoso.tables.given import schema


def reference_approach(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Apparent consumption [TJ], carbon and carbon dioxide [Gg] by fuel, and the comparison."""
    factors = carbon_dioxide(tables["factors"])
    rows = tables["balance"].to_pylist()
    apparent = [apparent_row(row, factors[row["source"].lower()]) for row in rows]
    sectoral = rows_of(tables, "sectoral")
    comparison = list(compared(apparent, sectoral, float(values["threshold"])))
    used = {row["source"].lower() for row in rows}
    return Outcome(
        tables={
            "apparent": pa.Table.from_pylist(apparent, schema=schema(APPARENT)),
            "comparison": pa.Table.from_pylist(comparison, schema=schema(COMPARISON)),
        },
        checks=tuple(_checks(rows, apparent, comparison, [factors[name] for name in sorted(used)])),
    )


def _checks(
    rows: Sequence[Row], apparent: Sequence[Row], comparison: Sequence[Row], factors: Sequence[Row]
) -> Iterator[Check]:
    unexplained = [row["verdict"] == UNEXPLAINED for row in comparison]
    yield Check(
        id="comparison.explained",
        title=Text(
            "differences above the stated level are explained", "基準を超える差に理由の記入あり"
        ),
        verdict=Verdict.LOOK if any(unexplained) else Verdict.PASSED,
        table="comparison",
        tested=len(comparison),
        concerned=sum(unexplained),
        hint=Text(
            "look for statistical differences, stock changes of users, losses, fuels counted as "
            "feedstock in one approach only, and calorific values that differ; write the reason "
            "into the table sectoral",
            "統計誤差、需要家の在庫変動、損失、片方だけで原料とした燃料、発熱量の違いなどを調べ、理由をsectoralの表に記入してください",
        )
        if any(unexplained)
        else None,
    )
    alone = [row["verdict"] == ONE_SIDED for row in comparison]
    yield Check(
        id="comparison.both-sides",
        title=Text("every group known by both approaches", "すべての種別で両方の値あり"),
        verdict=Verdict.LOOK if any(alone) else Verdict.PASSED,
        table="comparison",
        tested=len(comparison),
        concerned=sum(alone),
        hint=Text(
            "such groups are not in the row all-fossil", "該当する種別はall-fossilの行に含みません"
        )
        if any(alone)
        else None,
    )
    negative = [
        row["kind"] == PRIMARY and one["consumption"] < 0
        for row, one in zip(rows, apparent, strict=True)
    ]
    yield Check(
        id="apparent.primary-positive",
        title=Text("no more of a primary fuel leaves than comes", "一次燃料の流出が流入を超えない"),
        verdict=Verdict.LOOK if any(negative) else Verdict.PASSED,
        table="apparent",
        tested=len(rows),
        concerned=sum(negative),
        hint=Text(
            "an export or a growth of stocks lacks the production or import behind it",
            "輸出や在庫増に対応する生産・輸入が抜けています",
        )
        if any(negative)
        else None,
    )
    beyond = [one["excluded"] > max(one["consumption"], 0.0) for one in apparent]
    yield Check(
        id="apparent.excluded-within",
        title=Text("no more excluded than consumed", "除外量は見掛け消費量を超えない"),
        verdict=Verdict.LOOK if any(beyond) else Verdict.PASSED,
        table="apparent",
        tested=len(apparent),
        concerned=sum(beyond),
        hint=Text(
            "right where the fuel is made in the country from another one; else check it",
            "国内で他の燃料から作る場合は正しい値です。それ以外は確かめてください",
        )
        if any(beyond)
        else None,
    )
    yield named(
        "factors-verified",
        Text("factors verified against a source", "係数の出典確認"),
        table="factors",
        tested=len(factors),
        open_=[
            FACTORS.line(row, ["source"]) for row in factors if row["verification"] == "unverified"
        ],
    )


_EQUATIONS = Text(
    r"""Of a primary fuel, with all quantities in one unit, the apparent consumption is

$$A = \mathrm{production} + \mathrm{imports} - \mathrm{exports} - \mathrm{bunkers} - \Delta S$$

with $\Delta S$ the change of stocks, positive where they grew. A secondary fuel has no production:
its carbon came into the country with the primary fuel that it was made of, so that its apparent
consumption may be negative. With $NCV$ the net calorific value of one unit, $c$ the carbon content
[t/TJ], $X$ what is excluded as feedstock, reductant or non-energy use, and $OF$ the fraction
oxidised:

$$E = A \cdot NCV \qquad E_X = X \cdot NCV \qquad
CO_2\,[\mathrm{Gg}] = (E - E_X) \cdot c \cdot 10^{-3} \cdot OF \cdot \tfrac{44}{12}$$

The carbon content is that of the CO2 factor, $c = EF \cdot 12/44$. Biomass is listed and not
counted. Each group of fuels is compared with the energy burnt and the CO2 of all sectors:

$$d_E = \frac{\sum (E - E_X) - E_{sectors}}{E_{sectors}} \qquad
d_{CO_2} = \frac{\sum CO_2 - CO_{2,sectors}}{CO_{2,sectors}}$$
""",
    r"""一次燃料の見掛け消費量は、すべての量を同じ単位として

$$A = \mathrm{production} + \mathrm{imports} - \mathrm{exports} - \mathrm{bunkers} - \Delta S$$

順に生産、輸入、輸出、国際バンカー、在庫の変化（積み増しを正とする）である。二次燃料の炭素は元の一次燃料とともに国内に入っているため
生産量を計上しない。したがって見掛け消費量は負になりうる。$NCV$を1単位当たりの低位発熱量、$c$を炭素含有量 [t/TJ]、$X$を
原料・還元剤・非エネルギー用途として除外する量、$OF$を酸化率とすると

$$E = A \cdot NCV \qquad E_X = X \cdot NCV \qquad
CO_2\,[\mathrm{Gg}] = (E - E_X) \cdot c \cdot 10^{-3} \cdot OF \cdot \tfrac{44}{12}$$

炭素含有量はCO2の排出係数から$c = EF \cdot 12/44$とする。バイオマスは表に示すが算入しない。燃料の種別ごとに、全部門の燃焼量・CO2と比較する。

$$d_E = \frac{\sum (E - E_X) - E_{sectors}}{E_{sectors}} \qquad
d_{CO_2} = \frac{\sum CO_2 - CO_{2,sectors}}{CO_{2,sectors}}$$
""",
)

METHOD = Method(
    id="climate.transparency.reference-approach",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text("Reference approach", "レファレンスアプローチ"),
    summary=Text(
        "CO2 of fuel combustion from what a country produces, imports, exports, bunkers and stores "
        "of each fuel, less the carbon that is not burnt, compared with the energy and the CO2 that "
        "its sectors report; a difference above a stated level asks for an explanation.",
        "燃料ごとの生産・輸入・輸出・国際バンカー・在庫変化と、燃焼しない炭素から、国全体の燃料燃焼のCO2を算定し、部門別に報告された"
        "燃焼量・CO2と比較する。定めた基準を超える差には理由を求める。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(BALANCE, FACTORS, SECTORAL),
    outputs=(APPARENT, COMPARISON),
    function=reference_approach,
    rules=rules,
    parameters=(
        Parameter(
            name="threshold",
            meaning=Text(
                "largest difference that needs no explanation, in % of the sectoral approach",
                "理由を要しない差の上限（部門別アプローチに対する％）",
            ),
            default=5.0,
            minimum=0,
            maximum=100,
            unit="%",
        ),
    ),
    figures=(
        Figure(
            name="difference",
            title=Text("CO2: reference less sectoral approach", "CO2の差（レファレンス－部門別）"),
            kind="bars",
            table="comparison",
            value="co2_difference",
            category="group",
            at="year",
            facet="country",
        ),
        Figure(
            name="consumption",
            title=Text("Apparent consumption by fuel", "燃料別の見掛け消費量"),
            kind="bars",
            table="apparent",
            value="consumption",
            category="source",
            at="year",
            facet="country",
        ),
    ),
    origins=(
        Origin(table="apparent", source="balance", on=KEY),
        Origin(table="apparent", source="factors", on=("source",), only={"gas": "CO2"}),
        *(
            Origin(
                table="comparison",
                source=source,
                on=("country", "year"),
                also=("groups",),
                choose=lambda row, known: [
                    one for one in known if one["group"] in row["groups"].split(SEPARATOR)
                ],
            )
            for source in ("apparent", "sectoral")
        ),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2",
            place="Chapter 6: apparent consumption (Equation 6.2 and the one for secondary fuels), "
            "carbon excluded, comparison with the sectoral approach",
            year=2006,
        ),
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2",
            place="Tables 1.2 and 1.3: net calorific values and carbon contents",
            year=2006,
        ),
    ),
    limits=(
        Text(
            "The two approaches differ by nature: losses, fugitive emissions and the stocks of users "
            "are in the supply and not in what sectors burn. The level above which a difference is to "
            "be explained is a parameter; 5 % is our default and no rule of a law.",
            "損失、漏えい、需要家の在庫などのため両アプローチはもともと一致しない。理由を求める基準はパラメータであり、"
            "既定の5％は本手法の選択で、法令の定めではない。",
        ),
        Text(
            "Carbon that is excluded is asked for, fuel by fuel: there is no default for it. A fuel "
            "that is burnt in an industrial process is excluded here and reported there.",
            "除外する炭素は燃料ごとに記入する（既定値はない）。工業プロセスで使う燃料はここで除外し、その区分で報告する。",
        ),
        Text(
            "The carbon content is that of the rounded CO2 factor of the table, so that both approaches "
            "rest on the same factor; it differs from the printed carbon content by up to 0.3 %.",
            "炭素含有量は丸めたCO2係数から求め、両アプローチの係数をそろえる。表の炭素含有量とは最大0.3％異なる。",
        ),
        Text(
            "Biomass is listed as a memo item and not compared.",
            "バイオマスはメモ項目として示し、比較しない。",
        ),
    ),
    equations=_EQUATIONS,
    example={
        "balance": "reference-approach/balance.csv",
        "sectoral": "reference-approach/sectoral.csv",
    },
    package=__package__ or "",
)
