"""What can be wrong with the factors of a stream, and how it is put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kyoso.climate.transparency.dated_factors import Held, fitting
from kyoso.climate.transparency.factors import Row, is_energy
from kyoso.climate.transparency.names import called
from kyoso.climate.transparency.report_emissions import Line
from kyoso.climate.transparency.report_faults import Fault, at_activity, at_plan
from kyoso.climate.transparency.tables.plans import GCV, NCV, NOT_STATED
from kyoso.core.text import Text
from kyoso.tables.checking import Broken


def no_factor(plan: Row, lacking: Sequence[str]) -> Broken:
    return at_plan(
        plan,
        "category",
        Text(
            "no {gases} factor of {source} for this category and country",
            "この区分と国の{source}の{gases}係数がありません",
        ).format(gases=", ".join(lacking), source=called("source", plan["source"])),
        Text(
            "mend the category, or add the factors with their source to the table factors",
            "区分を直すか、factorsの表に出典付きで係数を加えてください",
        ),
    )


def out_of_dates(line: Line, expired: Sequence[Row]) -> Fault:
    return at_activity(
        line,
        "factor-dates",
        "year",
        Text(
            "factors of {source} hold in other years ({spans})",
            "{source}の係数の適用期間外です（{spans}）",
        ).format(source=called("source", line.plan["source"]), spans=_spans(expired)),
        Text(
            "add the factor of this year to the table factors",
            "この年の係数をfactorsの表に加えてください",
        ),
    )


def without_own(line: Line, held: Held) -> Fault | None:
    """What is wrong with the country's own factors, where the tier asks for one of them."""
    if held.own is None:
        return None
    plan, year = line.plan, line.row["year"]
    said = {"country": plan["country"], "source": called("source", plan["source"]), "year": year}
    if held.twice:
        return Fault(
            "country-factor",
            at_plan(
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
    if spans := _spans(fitting(held.own, plan["category"])):
        return at_activity(
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
        at_plan(
            plan,
            "tier",
            Text(
                "this tier asks for a factor of {country} for {source}, and there is none",
                "このTierには{country}の{source}の係数が必要ですが、ありません",
            ).format(**said),
            mend,
        ),
    )


def _spans(rows: Sequence[Row]) -> str:
    return ", ".join(f"{row['gas']} {row['valid_from']}–{row['valid_until']}" for row in rows)


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


def basis_of(line: Line) -> str:
    """The calorific value by which a quantity meets a factor of the other kind, or of energy."""
    gross = line.row["heat_basis"] == GCV and is_energy(line.row["unit"])
    return GCV if gross else NCV


def other_basis(line: Line, basis: str) -> Fault:
    column = "heat_basis" if line.row["heat_basis"] is not None else "unit"
    return at_activity(line, "heat-basis", column, *_BASES[basis])
