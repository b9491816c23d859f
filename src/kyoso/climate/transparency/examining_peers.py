"""Checks against other facilities, and of the emission per product."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kyoso.climate.transparency.examined_reports import (
    Examined,
    Finding,
    Limits,
    Report,
    few_years,
    in_unit,
    per_basis,
)
from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.tables.plausibility import WARNING
from kyoso.climate.transparency.tables.roll_up import DIRECT
from kyoso.core.text import Text
from kyoso.numerics.robust import usual


def peers(report: Report) -> Examined:
    """Emission per unit of a source against that of other facilities in the same year."""
    done = Examined()
    limits = report.limits
    for row in report.emitted:
        if (found := per_basis(row)) is None:
            continue
        alike, quantity = found
        known, expected = report.beside.peer_range(report.year, alike, report.facility)
        if expected is None:
            done.pass_over(_few_peers(known, limits))
            continue
        done.tested += 1
        value = row["mass"] / quantity
        if not expected.lower <= value <= expected.upper:
            done.findings.append(
                Finding(
                    check="peers",
                    severity=WARNING,
                    column="mass",
                    stream=row["stream"],
                    gas=row["gas"],
                    value=value,
                    lower=max(0.0, expected.lower),
                    upper=expected.upper,
                    unit=f"t/{alike[3]}",
                    reason=Text(
                        "the emission per unit is far from that of {n} other facilities",
                        "単位当たりの排出量が他の{n}施設から大きく離れています",
                    ).format(n=known),
                )
            )
    return done


def _few_peers(known: int, limits: Limits) -> Text:
    return Text(
        "not enough peers: {n} in the year, {needed} needed",
        "同業施設の不足（その年{n}施設、必要は{needed}施設）",
    ).format(n=known, needed=limits.peers)


def intensity(report: Report) -> Examined:
    """Direct emission per product against earlier years and against other facilities."""
    done = Examined()
    beside, limits = report.beside, report.limits
    now = beside.made.get((report.facility, report.year), ())
    if len(now) != 1:
        done.pass_over(Text("no production of one product given", "一製品の生産量の記入なし"))
        return done
    (own,) = now
    value = _intensity(report.lines, own, own)
    if value is None:
        done.pass_over(Text("no emission per product known", "製品当たりの排出量が不明"))
        return done
    past = [
        _intensity(rows, made, own)
        for year, rows in sorted(report.earlier.items())
        for made in beside.made.get((report.facility, year), ())
    ]
    others = [
        _intensity(rows, made, own)
        for facility, rows in sorted(beside.peer_reports.get(report.year, {}).items())
        if facility != report.facility
        for made in beside.made.get((facility, report.year), ())
    ]
    for found, needed, said, few in (
        (
            past,
            limits.history,
            Text(
                "the emission per product is far from the {n} earlier years",
                "製品当たりの排出量が過去{n}年から大きく離れています",
            ),
            few_years,
        ),
        (
            others,
            limits.peers,
            Text(
                "the emission per product is far from that of {n} other facilities",
                "製品当たりの排出量が他の{n}施設から大きく離れています",
            ),
            _few_peers,
        ),
    ):
        known = [one for one in found if one is not None]
        if len(known) < needed:
            done.pass_over(few(len(known), limits))
            continue
        done.tested += 1
        expected = usual(known, reach=limits.reach, least=limits.least)
        if not expected.lower <= value <= expected.upper:
            done.findings.append(
                Finding(
                    check="intensity",
                    severity=WARNING,
                    column="co2e",
                    value=value,
                    lower=max(0.0, expected.lower),
                    upper=expected.upper,
                    unit=f"t CO2e/{own['unit']}",
                    reason=said.format(n=len(known)),
                )
            )
    return done


def _intensity(lines: Sequence[Row], made: Row, like: Row) -> float | None:
    """Direct emission [t CO2e] per unit of a product, ``None`` where it is not known.

    ``like`` has the product and the unit.
    """
    if made["product"].lower() != like["product"].lower():
        return None
    quantity = in_unit(made["quantity"], made["unit"], like["unit"])
    parts = [row["co2e"] for row in lines if row["boundary"] == DIRECT]
    if not quantity or not parts or None in parts:
        return None
    return math.fsum(parts) / quantity
