"""What can be wrong with a report, told at the cell of the plan or of the activity data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.report_emissions import Line
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.tables.checking import Broken, Rule

RULES: Mapping[str, tuple[str, Text]] = {
    "stream-planned": (
        "activity",
        Text("every stream stands in the plan of its year", "報告ストリームはその年の計画にある"),
    ),
    "streams-reported": (
        "plan",
        Text("every stream of the plan is reported", "計画の全ストリームの報告あり"),
    ),
    "plan-consistent": (
        "plan",
        Text("one entry a stream and year, one country a facility", "計画の期間と国に矛盾なし"),
    ),
    "plan-complete": (
        "plan",
        Text("category and tier of what is calculated or measured", "算定・測定の区分とTierの記載"),
    ),
    "source-known": ("plan", Text("sources are known", "排出源の名称")),
    "factor-known": (
        "plan",
        Text("a factor for every gas, country and category", "ガス・国・区分ごとの係数あり"),
    ),
    "factor-dates": (
        "activity",
        Text("factors used within their dates", "係数は適用期間内"),
    ),
    "unit-fits": (
        "activity",
        Text("units convertible to the factor's unit", "単位を係数の単位に換算可能"),
    ),
    "heat-basis": (
        "activity",
        Text("energy on the basis of the factor's calorific value", "熱量は係数の発熱量基準"),
    ),
    "country-factor": (
        "plan",
        Text("one factor of the country where the tier asks for it", "Tierの求める国の係数が一つ"),
    ),
    "factors-one": ("factors", Text("one factor a year", "各年の係数は一つ")),
    "electricity-unit": ("electricity", Text("units of factors", "係数の単位")),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows that break one of the rules of :func:`rules_of`."""

    rule: str
    broken: Broken


def rules_of(faults: Sequence[Fault], given: Mapping[str, pa.Table]) -> list[Rule]:
    """The rules that :func:`matched` tests, with what breaks them."""
    return [
        Rule(
            id=name,
            title=title,
            table=table,
            broken=tuple(fault.broken for fault in faults if fault.rule == name),
        )
        for name, (table, title) in RULES.items()
        if table in given
    ]


def at_plan(row: Row, column: str, message: Text, hint: Text) -> Broken:
    return Broken(
        where={name: row[name] for name in ("facility", "stream", "valid_from")},
        column=column,
        value=row[column],
        message=message,
        hint=hint,
    )


def at_activity(line: Line, rule: str, column: str, message: Text, hint: Text) -> Fault:
    return Fault(
        rule,
        Broken(
            where=line.reported,
            column=column,
            value=line.row[column],
            message=message,
            hint=hint,
        ),
    )


def misfit(line: Line, fault: UnitError) -> Fault:
    hint = fault.hint or Text("check the unit", "単位を確かめてください")
    return at_activity(line, "unit-fits", "unit", fault.message, hint)
