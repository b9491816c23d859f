"""Checks of emissions against cited factors, and of sources against their category."""

from __future__ import annotations

from collections.abc import Iterator

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.examined_reports import NOISE, Examined, Finding, Limits, Report
from kyoso.climate.transparency.factors import (
    Row,
    basis,
    factor_basis,
    for_category,
    is_per_energy,
    per_unit,
)
from kyoso.climate.transparency.names import called
from kyoso.climate.transparency.tables.plausibility import ERROR, INFORMATION, WARNING
from kyoso.climate.transparency.tables.roll_up import COUNTED
from kyoso.core.errors import UnitError
from kyoso.core.text import Text


def implied_factor(report: Report) -> Examined:
    """Mass by quantity of each line, against the cited range of the factor of its source."""
    done = Examined()
    for row in report.emitted:
        factor = _factor(report, row)
        if factor is None or not row["quantity"]:
            continue
        if factor["value"] == 0 or factor["lower"] is None or factor["upper"] is None:
            done.pass_over(Text("no cited range of the factor", "係数の範囲の出典なし"))
            continue
        try:
            standard, _ = per_unit(factor, row["unit"])
        except UnitError:
            done.pass_over(
                Text("quantity in another unit than the factor", "係数と量の単位が異なる")
            )
            continue
        done.tested += 1
        done.findings.extend(_out_of_range(row, factor, standard, report.limits))
    return done


def _factor(report: Report, row: Row) -> Row | None:
    known = report.beside.factors.get(row["source"].lower())
    if known is None or row["category"] is None:
        return None
    chosen, _ = for_category(known, row["category"])
    return next((one for one in chosen if one["gas"] == row["gas"]), None)


def _out_of_range(row: Row, factor: Row, standard: float, limits: Limits) -> Iterator[Finding]:
    """Compared in the unit of the factor; a calorific value on the way widens the range."""
    ratio = row["mass"] / row["quantity"] / standard
    value = factor["value"] * ratio
    low, high = 1.0, 1.0
    if basis(row["unit"]) != factor_basis(factor["unit"]):
        heat = factor["net_calorific_value"]
        low = (factor["net_calorific_value_lower"] or heat) / heat
        high = (factor["net_calorific_value_upper"] or heat) / heat
        if basis(row["unit"]) == "energy":
            low, high = 1 / high, 1 / low
    lower = factor["lower"] * low * (1 - limits.margin / 100)
    upper = factor["upper"] * high * (1 + limits.margin / 100)
    if lower * (1 - NOISE) <= value <= upper * (1 + NOISE):
        return
    slipped = ratio >= limits.slip or ratio <= 1 / limits.slip
    open_ = factor["bounds_verification"] == "unverified"
    if slipped:
        reason = Text(
            "the emission per unit is {ratio:.3g} times the cited factor: a unit is likely wrong",
            "単位当たりの排出量が出典の係数の{ratio:.3g}倍です。単位の誤りが疑われます",
        )
    elif open_:
        reason = Text(
            "the emission per unit lies outside the range of the cited factor ({document}, {table}), "
            "which is not verified itself",
            "単位当たりの排出量が出典の係数の範囲外です（{document}、{table}。範囲自体は未検証）",
        )
    else:
        reason = Text(
            "the emission per unit lies outside the range of the cited factor ({document}, {table}); "
            "give the reason if the facility's own factor is right",
            "単位当たりの排出量が出典の係数の範囲外です（{document}、{table}）。施設固有の係数が正しければ理由を示してください",
        )
    yield Finding(
        check="implied-factor",
        severity=ERROR if slipped else INFORMATION if open_ else WARNING,
        column="mass",
        stream=row["stream"],
        gas=row["gas"],
        value=value,
        lower=lower,
        upper=upper,
        unit=factor["unit"],
        reason=reason.format(ratio=ratio, document=factor["document"], table=factor["table"]),
    )


def category_fits(report: Report) -> Examined:
    """Fuels are burnt, processes are not, and a category gives off the gases foreseen for it."""
    done = Examined()
    for stream, row in report.streams.items():
        known = report.beside.factors.get(row["source"].lower())
        if row["boundary"] not in COUNTED or not row["category"] or not known:
            continue
        done.tested += 1
        fuel = any(
            one["net_calorific_value"] is not None or is_per_energy(one["unit"]) for one in known
        )
        burnt = row["category"].startswith("1A")
        if fuel is burnt:
            continue
        done.findings.append(
            Finding(
                check="category-fits",
                severity=INFORMATION if fuel else WARNING,
                column="category",
                stream=stream,
                reason=Text(
                    "the fuel {source} in the category {category}: as feedstock or reductant it must "
                    "not stand under 1A as well",
                    "燃料{source}が区分{category}にあります。原料・還元剤なら1Aと重複させないでください",
                ).format(source=called("source", row["source"]), category=row["category"])
                if fuel
                else Text(
                    "{source} is no fuel, and {category} is fuel combustion",
                    "{source}は燃料ではなく、{category}は燃料の燃焼です",
                ).format(source=called("source", row["source"]), category=row["category"]),
            )
        )
    for row in report.emitted:
        if row["category"] not in categories.codes():
            continue
        foreseen = categories.gases(row["category"])
        if foreseen and categories.group(row["gas"]) not in foreseen:
            done.findings.append(
                Finding(
                    check="category-fits",
                    severity=WARNING,
                    column="gas",
                    stream=row["stream"],
                    gas=row["gas"],
                    value=row["mass"],
                    unit="t",
                    reason=Text(
                        "the guidelines foresee {gases} in {category}, not {gas}",
                        "ガイドラインが{category}に想定するのは{gases}で、{gas}ではありません",
                    ).format(gases=", ".join(foreseen), category=row["category"], gas=row["gas"]),
                )
            )
    return done
