"""Checks against physical limits: carbon in the fuel, fuel at full load, CO2 handed on."""

from __future__ import annotations

import calendar
import math
from collections import defaultdict

from kyoso.climate.transparency.examined_reports import NOISE, Examined, Finding, Report, in_unit
from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.tables.plausibility import ERROR
from kyoso.climate.transparency.tables.roll_up import TRANSFERRED
from kyoso.core import units
from kyoso.core.text import Text

CARBON_IN_CO2 = 12 / 44
"""Mass of carbon per mass of carbon dioxide."""


def carbon_limit(report: Report) -> Examined:
    """No more carbon leaves a fuel than the fuel weighs."""
    done = Examined()
    carbon: defaultdict[str, list[float]] = defaultdict(list)
    for row in report.emitted:
        if row["gas"] == "CO2" and (row["category"] or "").startswith("1A"):
            carbon[row["stream"]].append(row["mass"] * CARBON_IN_CO2)
    for stream, parts in carbon.items():
        row = report.streams[stream]
        weight = in_unit(row["quantity"], row["unit"], "t")
        if weight is None:
            done.pass_over(Text("quantity not in mass", "量が質量でない"))
            continue
        done.tested += 1
        if math.fsum(parts) > weight * (1 + NOISE):
            done.findings.append(
                Finding(
                    check="carbon-limit",
                    severity=ERROR,
                    column="mass",
                    stream=stream,
                    gas="CO2",
                    value=math.fsum(parts),
                    lower=0.0,
                    upper=weight,
                    unit="t",
                    reason=Text(
                        "the CO2 holds more carbon than the fuel weighs",
                        "CO2に含まれる炭素が燃料の質量を超えています",
                    ),
                )
            )
    return done


def capacity_limit(report: Report) -> Examined:
    """No unit takes more fuel in a year than at full load in all of its hours."""
    done = Examined()
    energy: defaultdict[str, list[float | None]] = defaultdict(list)
    for row in report.streams.values():
        if row["unit_name"] is not None and (row["category"] or "").startswith("1A"):
            energy[row["unit_name"]].append(_energy(report, row))
    hours = (366 if calendar.isleap(report.year) else 365) * 24
    for name, parts in energy.items():
        if (report.facility, name) not in report.beside.rated:
            done.pass_over(Text("no capacity given", "定格の記入なし"))
            continue
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            done.pass_over(Text("energy of a stream not known", "熱量の不明なストリームあり"))
            continue
        done.tested += 1
        limit = (
            report.beside.rated[report.facility, name] * hours * units.conversion("MW * hour", "TJ")
        )
        if math.fsum(known) > limit * (1 + NOISE):
            done.findings.append(
                Finding(
                    check="capacity-limit",
                    severity=ERROR,
                    column="quantity",
                    value=math.fsum(known),
                    lower=0.0,
                    upper=limit,
                    unit="TJ",
                    reason=Text(
                        "{name} took more fuel than at full load in all hours of the year",
                        "{name}の燃料投入量が、年間全時間を全負荷とした量を超えています",
                    ).format(name=name),
                )
            )
    return done


def _energy(report: Report, row: Row) -> float | None:
    """The energy of a stream's quantity in TJ, by the calorific value of its fuel."""
    direct = in_unit(row["quantity"], row["unit"], "TJ")
    if direct is not None:
        return direct
    known = report.beside.factors.get(row["source"].lower(), ())
    heat = next((one["net_calorific_value"] for one in known if one["net_calorific_value"]), None)
    weight = in_unit(row["quantity"], row["unit"], "Gg")
    return None if heat is None or weight is None else float(weight * heat)


def transfer_balance(report: Report) -> Examined:
    """No more CO2 is handed on than arises."""
    done = Examined()
    moved = math.fsum(row["mass"] for row in report.lines if row["boundary"] == TRANSFERRED)
    if not moved:
        return done
    done.tested = 1
    arose = math.fsum(row["mass"] for row in report.emitted if row["gas"] == "CO2")
    if moved > arose * (1 + NOISE):
        done.findings.append(
            Finding(
                check="transfer-balance",
                severity=ERROR,
                column="mass",
                gas="CO2",
                value=moved,
                lower=0.0,
                upper=arose,
                unit="t",
                reason=Text(
                    "more CO2 is transferred than the facility's streams give",
                    "移送したCO2が施設のストリームから生じるCO2を超えています",
                ),
            )
        )
    return done
