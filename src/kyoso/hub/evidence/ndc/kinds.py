"""What each kind of statement holds: the columns of a declared table, typed from what was written."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from kyoso.climate.transparency import common_tables, ndc_sections
from kyoso.climate.transparency.tables import ndc as tables
from kyoso.hub.evidence.ndc import linked
from kyoso.hub.evidence.ndc.enums import Kind
from kyoso.hub.texts import language, say
from kyoso.tables.declaration import Column, Table, Type

TABLES: Mapping[str, Table] = {
    Kind.TARGET: tables.TARGETS,
    Kind.LEVEL: tables.COURSE,
    Kind.VALUE: tables.VALUES,
    Kind.TRANSFER: tables.ADJUSTMENTS,
    Kind.MEASURE: common_tables.MEASURES,
    Kind.PROJECTION: common_tables.PROJECTIONS,
    Kind.ASSUMPTION: common_tables.ASSUMPTIONS,
    Kind.NEEDED: common_tables.NEEDED,
    Kind.RECEIVED: common_tables.RECEIVED,
    Kind.SECTION: ndc_sections.SECTIONS,
}
"""The table that a kind's statements are rows of."""

FROM_INVENTORIES = re.compile(r"total-(with|without)-lulucf-(SAR|AR4|AR5|AR6)")
"""The names of indicators whose values come from published inventories, and from nowhere else."""


def indicator_of(*, land: bool, gwp: str) -> str:
    """The indicator of a national total.

    >>> indicator_of(land=False, gwp="AR5")
    'total-without-lulucf-AR5'
    """
    return f"total-{'with' if land else 'without'}-lulucf-{gwp}"


def columns(kind: str) -> tuple[Column, ...]:
    """The columns that a person fills in; the country is that of the statement."""
    return tuple(one for one in TABLES[kind].columns if one.name != "country")


def name_of(kind: str, data: Mapping[str, str]) -> str:
    """What tells a statement from others of its kind and country: the key of its table."""
    return " · ".join(str(data[one]) for one in TABLES[kind].key if one != "country")


def row_of(kind: str, country: str, data: Mapping[str, str]) -> dict[str, Any]:
    """The row of the table; what was not written is absent, or the default of its column."""
    row: dict[str, Any] = {"country": country}
    for column in columns(kind):
        written = data.get(column.name)
        row[column.name] = column.default if written is None else typed(column, written)
    return row


def typed(column: Column, written: str) -> Any:
    """A value that was checked before, in the type of its column."""
    if column.type is Type.INTEGER:
        return int(written)
    if column.type is Type.NUMBER:
        return float(written)
    return written == "yes" if column.type is Type.BOOLEAN else written


def checked(kind: str, written: Mapping[str, Any]) -> dict[str, str]:
    """What was written, as it is kept: text, numbers digit by digit; empty fields are left out.

    Raises ``ValidationError`` by field, for all of them at once.
    """
    found: dict[str, str] = {}
    faults: dict[str, str] = {}
    for column in columns(kind):
        text = _written(column, written.get(column.name))
        if not text:
            if column.required:
                faults[column.name] = say("ndc.fault.required")[language()]
            continue
        fault = _fault(column, text)
        if fault is None:
            found[column.name] = text
        else:
            faults[column.name] = fault
    if kind == Kind.VALUE and FROM_INVENTORIES.fullmatch(found.get("indicator", "")):
        faults["indicator"] = say("ndc.fault.from_inventories")[language()]
    if kind == Kind.SECTION:
        faults |= _faults_of_section(found)
    if faults:
        raise ValidationError(faults)
    return found


def _written(column: Column, value: Any) -> str:
    """A cell without idle blanks; prose keeps its lines, and one empty line between paragraphs."""
    if value is None:
        return ""
    if column.name not in ndc_sections.PROSE:
        return " ".join(str(value).split())
    lines = "\n".join(" ".join(line.split()) for line in str(value).splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _faults_of_section(found: dict[str, str]) -> dict[str, str]:
    """The faults of a section; the addresses of its pages are written as they are kept."""
    faults = {}
    if not found.keys() & {"text_en", "text_ja"}:
        faults["text_en"] = say("ndc.fault.one_language")[language()]
    addresses = {line: linked.address(line) for line in found.get("pages", "").splitlines() if line}
    wrong = [line for line, kept in addresses.items() if kept is None]
    if wrong:
        faults["pages"] = say("ndc.fault.pages", pages=", ".join(wrong))[language()]
    elif addresses:
        found["pages"] = "\n".join(dict.fromkeys(one for one in addresses.values() if one))
    return faults


def _fault(column: Column, text: str) -> str | None:
    if column.type in (Type.NUMBER, Type.INTEGER):
        return _fault_of_number(column, text)
    if column.type is Type.BOOLEAN and text not in ("yes", "no"):
        return say("ndc.fault.choice")[language()]
    if column.allowed and text not in column.allowed:
        return say("ndc.fault.choice")[language()]
    return None


def _fault_of_number(column: Column, text: str) -> str | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return say("ndc.fault.number")[language()]
    if not value.is_finite() or not math.isfinite(float(value)):
        return say("ndc.fault.number")[language()]
    if column.type is Type.INTEGER and not re.fullmatch(r"[+-]?\d+", text):
        return say("ndc.fault.whole")[language()]
    low, high = column.minimum, column.maximum
    if (low is not None and value < Decimal(repr(low))) or (
        high is not None and value > Decimal(repr(high))
    ):
        return say("ndc.fault.bounds", bounds=column.bounds())[language()]
    return None
