"""Carbon dioxide of fuel combustion from a country's supply of fuels, against that of its sectors.

Serves activities 1-1-2 and 1-1-3: the reference approach needs nothing but the energy balance,
so it tells whether what the sectors report can be all.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency.estimates import rows_of
from kyoso.climate.transparency.factors import (
    Row,
    basis,
    by_source,
    factor_basis,
    factors_have_units,
)
from kyoso.climate.transparency.tables.energy_balance import (
    ALL,
    APPARENT,
    BALANCE,
    BIOMASS,
    COMPARISON,
    EXPLAINED,
    FOSSIL,
    ONE_SIDED,
    PRIMARY,
    SECONDARY,
    SECTORAL,
    UNEXPLAINED,
    WITHIN,
)
from kyoso.climate.transparency.tables.facilities import FACTORS
from kyoso.core import units
from kyoso.core.errors import UnitError
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
from kyoso.tables.given import schema

CARBON_TO_CO2 = 44 / 12
"""Mass of carbon dioxide per mass of the carbon in it."""

_KEY = ("country", "year", "source")
_FLOWS = ("imports", "exports", "international_bunkers", "stock_change", "excluded")
_SEPARATOR = ", "
_PLACES = 10
"""So many places of a difference [%] are compared with the level: 5 % is not above 5 %."""

Factors = Mapping[str, Row]
"""The carbon dioxide factor of each source, by its name in lower case."""


def apparent_consumption(row: Row) -> float:
    """Production + imports − exports − international bunkers − stock change, in the row's unit.

    2006 IPCC Guidelines, Volume 2, Equation 6.2; a secondary fuel has no production, for its
    carbon came in with the primary fuel that it was made of.
    """
    return math.fsum(
        (
            row["production"] or 0.0,
            row["imports"],
            -row["exports"],
            -row["international_bunkers"],
            -row["stock_change"],
        )
    )


def energy_per_unit(row: Row, factor: Row) -> float:
    """TJ (net calorific value) in one unit of the row.

    The row's own calorific value goes before that of the factors. Raises :class:`UnitError`
    where there is none that fits.
    """
    unit = row["unit"]
    if row["net_calorific_value"] is not None and basis(unit) != "energy":
        per_unit = units.conversion(f"{unit} * {row['calorific_unit']}", "TJ")
        return float(row["net_calorific_value"] * per_unit)
    if basis(unit) == "energy":
        return units.conversion(unit, "TJ")
    calorific = factor["net_calorific_value"]
    if calorific is None:
        raise UnitError(
            Text(
                "no net calorific value of {source} in factors",
                "factorsに{source}の低位発熱量がありません",
            ).format(source=factor["source"]),
            where=unit,
            hint=Text(
                "use TJ, or give net_calorific_value and calorific_unit",
                "TJで記入するか、net_calorific_valueとcalorific_unitを記入してください",
            ),
        )
    try:
        return float(calorific * units.conversion(unit, "Gg"))
    except UnitError as fault:
        raise UnitError(
            fault.message,
            where=unit,
            hint=Text(
                "use TJ or t, or give net_calorific_value and calorific_unit for this unit",
                "TJやtで記入するか、この単位の発熱量をnet_calorific_valueとcalorific_unitに記入してください",
            ),
        ) from fault


def carbon_content(factor: Row) -> float:
    """Carbon in t per TJ, from a factor of carbon dioxide.

    The table has factors of complete oxidation (2006 IPCC Guidelines, Volume 2, Table 1.4).
    """
    value = factor["value"]
    if factor_basis(factor["unit"]) == "mass":
        per_energy = value * units.conversion(factor["unit"], "t/Gg")
        return float(per_energy / factor["net_calorific_value"] / CARBON_TO_CO2)
    return float(value * units.conversion(factor["unit"], "t/TJ") / CARBON_TO_CO2)


def reference_approach(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Apparent consumption [TJ], carbon and carbon dioxide [Gg] by fuel, and the comparison."""
    factors = _carbon_dioxide(tables["factors"])
    rows = tables["balance"].to_pylist()
    apparent = [_apparent(row, factors[row["source"].lower()]) for row in rows]
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


def _carbon_dioxide(factors: pa.Table) -> Factors:
    """The carbon dioxide factor of each fuel: of a source with a factor per energy."""
    return {
        name: row
        for name, rows in by_source(factors).items()
        for row in rows
        if row["gas"] == "CO2" and _is_of_fuel(row)
    }


def _is_of_fuel(factor: Row) -> bool:
    if factor["net_calorific_value"] is not None:
        return True
    try:
        return factor_basis(factor["unit"]) == "energy"
    except UnitError:
        return False


def _apparent(row: Row, factor: Row) -> dict[str, Any]:
    energy = energy_per_unit(row, factor)
    consumption = apparent_consumption(row) * energy
    excluded = row["excluded"] * energy
    content = carbon_content(factor) * units.conversion("t", "Gg")
    return {
        "country": row["country"],
        "year": row["year"],
        "source": factor["source"],
        "group": row["group"],
        "consumption": consumption,
        "excluded": excluded,
        "carbon": consumption * content,
        "excluded_carbon": excluded * content,
        "co2": (consumption - excluded) * content * row["oxidised"] * CARBON_TO_CO2,
        "counted": row["group"] != BIOMASS,
    }


def compared(
    apparent: Sequence[Row], sectoral: Sequence[Row], threshold: float
) -> Iterator[dict[str, Any]]:
    """Each group of fuels by both approaches, and all groups of which both sides are known.

    The difference is (reference − sectoral) / sectoral in %; ``threshold`` in % is the largest
    that needs no explanation, in energy and in carbon dioxide.
    """
    given = {(row["country"], row["year"], row["group"]): row for row in sectoral}
    counted = sorted(
        (row for row in apparent if row["counted"]),
        key=lambda row: (row["country"], row["year"], row["group"], row["source"]),
    )
    supplied = {
        key: list(rows)
        for key, rows in itertools.groupby(
            counted, key=lambda row: (row["country"], row["year"], row["group"])
        )
    }
    places = sorted({key[:2] for key in (*given, *supplied)})
    for place in places:
        whole = []
        for group in FOSSIL:
            key = (*place, group)
            if key not in given and key not in supplied:
                continue
            sides = _sides(supplied.get(key), given.get(key))
            if None not in sides.values():
                whole.append((group, sides))
            told = given[key]["explanation"] if key in given else None
            yield _compared(place, (group,), sides, threshold, told)
        if len(whole) > 1:
            total = {
                name: math.fsum(sides[name] or 0.0 for _, sides in whole) for name in whole[0][1]
            }
            groups = tuple(group for group, _ in whole)
            said = (given[(*place, group)]["explanation"] for group in groups)
            explanation = " / ".join(dict.fromkeys(filter(None, said))) or None
            yield _compared(place, groups, total, threshold, explanation)


_Sides = Mapping[str, float | None]


def _sides(supplied: Sequence[Row] | None, given: Row | None) -> _Sides:
    known = supplied is not None
    rows = supplied or ()
    return {
        "reference_energy": math.fsum(row["consumption"] - row["excluded"] for row in rows)
        if known
        else None,
        "reference_co2": math.fsum(row["co2"] for row in rows) if known else None,
        "sectoral_energy": given["energy"] if given else None,
        "sectoral_co2": given["co2"] if given else None,
    }


def _compared(
    place: tuple[str, int],
    groups: tuple[str, ...],
    sides: _Sides,
    threshold: float,
    explanation: str | None,
) -> dict[str, Any]:
    differences = {
        name: _difference(sides[f"reference_{name}"], sides[f"sectoral_{name}"])
        for name in ("energy", "co2")
    }
    above = [
        name
        for name, one in differences.items()
        if (one is None and _apart(sides, name))
        or (one is not None and round(abs(one), _PLACES) > threshold)
    ]
    if None in sides.values():
        verdict = ONE_SIDED
    elif not above:
        verdict = WITHIN
    else:
        verdict = EXPLAINED if explanation else UNEXPLAINED
    return {
        "country": place[0],
        "year": place[1],
        "group": groups[0] if len(groups) == 1 else ALL,
        "groups": _SEPARATOR.join(groups),
        **sides,
        **{f"{name}_difference": one for name, one in differences.items()},
        "verdict": verdict,
        "explanation": explanation,
    }


def _difference(reference: float | None, sectoral: float | None) -> float | None:
    if reference is None or not sectoral:
        return None
    return 100.0 * (reference - sectoral) / sectoral


def _apart(sides: _Sides, name: str) -> bool:
    """Whether the sectors report nothing of what was supplied: no share of nothing says it."""
    return sides[f"sectoral_{name}"] == 0 and bool(sides[f"reference_{name}"])


# --- what the reader of the result must know ----------------------------------------------


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
    open_ = [row["source"] for row in factors if row["verification"] == "unverified"]
    yield Check(
        id="factors-verified",
        title=Text("factors verified against a source", "係数の出典確認"),
        verdict=Verdict.LOOK if open_ else Verdict.PASSED,
        table="factors",
        tested=len(factors),
        concerned=len(open_),
        hint=Text("not verified: {names}", "未検証：{names}").format(
            names=_SEPARATOR.join(open_[:8])
        )
        if open_
        else None,
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Fuels with a factor of carbon dioxide, units that become energy, and no carbon twice."""
    factors = _carbon_dioxide(tables["factors"])
    sources = by_source(tables["factors"]).keys()
    rows = [
        row for row in tables["balance"].to_pylist() if None not in (row[name] for name in _KEY)
    ]
    return (
        Rule(
            id="factor-known",
            title=Text("a CO2 factor for every fuel", "すべての燃料のCO2係数あり"),
            table="balance",
            broken=tuple(_without_factor(rows, factors, sources)),
        ),
        Rule(
            id="unit-fits",
            title=Text("quantities convertible to energy", "すべての量を熱量に換算可能"),
            table="balance",
            broken=tuple(_misfits(rows, factors)),
        ),
        Rule(
            id="heat-basis",
            title=Text("energy on the basis of net calorific value", "熱量は低位発熱量基準"),
            table="balance",
            broken=tuple(_gross(rows)),
        ),
        Rule(
            id="carbon-once",
            title=Text(
                "production of primary fuels, and of no others", "生産量は一次燃料だけに記入"
            ),
            table="balance",
            broken=tuple(_produced(rows)),
        ),
        Rule(
            id="group-fits",
            title=Text(
                "biomass is biogenic, and nothing else", "バイオマスの種別は生物由来の燃料だけ"
            ),
            table="balance",
            broken=tuple(_misplaced(rows, factors)),
        ),
        factors_have_units(tables["factors"]),
    )


def _where(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in _KEY}


def _without_factor(
    rows: Sequence[Row], factors: Factors, sources: Collection[str]
) -> Iterator[Broken]:
    for row in rows:
        name = row["source"].lower()
        if name in sources and name not in factors:
            yield Broken(
                where=_where(row),
                column="source",
                value=row["source"],
                message=Text("no CO2 factor per energy", "熱量当たりのCO2係数がありません"),
                hint=Text(
                    "name a fuel, or add its CO2 factor to the table factors",
                    "燃料の名称を記入するか、factorsの表にCO2係数を加えてください",
                ),
            )


def _misfits(rows: Sequence[Row], factors: Factors) -> Iterator[Broken]:
    for row in rows:
        factor = factors.get(row["source"].lower())
        if factor is None or row["unit"] is None:
            continue
        if (row["net_calorific_value"] is None) is not (row["calorific_unit"] is None):
            absent = next(n for n in ("net_calorific_value", "calorific_unit") if row[n] is None)
            yield Broken(
                where=_where(row),
                column=absent,
                message=Text(
                    "a calorific value and its unit go together", "発熱量と単位は両方が必要です"
                ),
                hint=Text("fill in both or neither", "両方を記入するか、両方を空にしてください"),
            )
            continue
        try:
            energy_per_unit(row, factor)
        except UnitError as fault:
            of_calorific = row["net_calorific_value"] is not None and fault.where != row["unit"]
            yield Broken(
                where=_where(row),
                column="calorific_unit" if of_calorific else "unit",
                value=row["calorific_unit"] if of_calorific else row["unit"],
                message=Text(
                    "{unit} and {calorific} do not make energy",
                    "{unit}と{calorific}から熱量になりません",
                ).format(unit=row["unit"], calorific=row["calorific_unit"])
                if of_calorific
                else fault.message,
                hint=Text(
                    "energy per {unit}, such as {bases}", "{unit}当たりの熱量（{bases}など）"
                ).format(unit=row["unit"], bases="TJ/Gg, MJ/m3")
                if of_calorific
                else fault.hint or Text("check the unit", "単位を確かめてください"),
            )


def _gross(rows: Sequence[Row]) -> Iterator[Broken]:
    for row in rows:
        if row["heat_basis"] == "GCV":
            yield Broken(
                where=_where(row),
                column="heat_basis",
                value="GCV",
                message=Text("gross calorific value", "高位発熱量です"),
                hint=Text(
                    "convert the quantities to net calorific value (the factors are on that basis)",
                    "低位発熱量に換算してください（係数は低位発熱量基準です）",
                ),
            )


def _produced(rows: Sequence[Row]) -> Iterator[Broken]:
    for row in rows:
        if row["kind"] == SECONDARY and row["production"]:
            yield Broken(
                where=_where(row),
                column="production",
                value=row["production"],
                message=Text(
                    "production of a secondary fuel, whose carbon is counted already",
                    "二次燃料の生産量です。炭素は元の燃料で計上済みです",
                ),
                hint=Text(
                    "leave it empty: the carbon is in the primary fuel that it was made of",
                    "空にしてください。炭素は元の一次燃料に含まれます",
                ),
            )
        if row["kind"] == PRIMARY and row["production"] is None:
            yield Broken(
                where=_where(row),
                column="production",
                message=Text("no production of a primary fuel", "一次燃料の生産量がありません"),
                hint=Text("write 0 where there is none", "生産がなければ0を記入してください"),
            )


def _misplaced(rows: Sequence[Row], factors: Factors) -> Iterator[Broken]:
    for row in rows:
        factor = factors.get(row["source"].lower())
        if factor is None or row["group"] is None:
            continue
        if bool(factor["biogenic"]) is not (row["group"] == BIOMASS):
            yield Broken(
                where=_where(row),
                column="group",
                value=row["group"],
                message=Text(
                    "the carbon of {source} is biogenic", "{source}の炭素は生物由来です"
                ).format(source=factor["source"])
                if factor["biogenic"]
                else Text(
                    "the carbon of {source} is fossil", "{source}の炭素は化石由来です"
                ).format(source=factor["source"]),
                hint=Text("the group is biomass", "種別はbiomassです")
                if factor["biogenic"]
                else Text("the group is one of {groups}", "種別は{groups}のいずれかです").format(
                    groups=_SEPARATOR.join(FOSSIL)
                ),
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
        Origin(table="apparent", source="balance", on=_KEY),
        Origin(table="apparent", source="factors", on=("source",), only={"gas": "CO2"}),
        *(
            Origin(
                table="comparison",
                source=source,
                on=("country", "year"),
                also=("groups",),
                choose=lambda row, known: [
                    one for one in known if one["group"] in row["groups"].split(_SEPARATOR)
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
