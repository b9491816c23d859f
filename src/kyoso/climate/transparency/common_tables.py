"""The common tables of a biennial transparency report in a neutral form: one declared sheet each.

The official layout could not be obtained. The sheets say the same, row by row: they are written
and read back without loss, and notation keys stand in columns of their own, so that a number is
always a number. Numbers of tables are given where a source has them, with how far to trust it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency.estimates import sentences
from kyoso.climate.transparency.tables.columns import (
    COUNTRY,
    NOT_ESTIMATED,
    NOTATIONS,
    TREE_CATEGORY,
    YEAR,
    with_japanese,
)
from kyoso.climate.transparency.tables.ndc import (
    INDICATOR,
    SETS,
    SUMMARY,
    TARGET,
    TARGETS,
    TRACKING,
    UNIT,
)
from kyoso.climate.transparency.tables.roll_up import INVENTORY as CELLS
from kyoso.core.errors import InputRefusedError, Problems
from kyoso.core.text import Text, joined, same
from kyoso.tables.declaration import Column, Table, Type
from kyoso.tables.engine import DuckDB
from kyoso.tables.given import schema
from kyoso.tables.reading import read

Row = Mapping[str, Any]

GASES = ("CO2", "CH4", "N2O", "HFCs", "PFCs", "SF6", "NF3")
"""The gases and groups of gases that the summary of an inventory has columns for."""
ALL = "all"
"""All gases together, in CO2 equivalent."""

FINANCE, TECHNOLOGY, CAPACITY = "finance", "technology", "capacity-building"
SUPPORTS = {
    FINANCE: Text("finance", "資金"),
    TECHNOLOGY: Text("technology", "技術"),
    CAPACITY: Text("capacity-building", "能力開発"),
}
_INSTRUMENTS = {
    "economic": Text("economic", "経済的手法"),
    "regulatory": Text("regulatory", "規制"),
    "voluntary": Text("voluntary", "自主的取組"),
    "information": Text("information", "情報"),
    "research": Text("research", "研究"),
    "other": Text("other", "その他"),
}
_STATES = {
    "planned": Text("planned", "計画"),
    "adopted": Text("adopted", "採択"),
    "implemented": Text("implemented", "実施"),
}
_SCENARIOS = {
    "with-measures": Text("with measures", "措置あり"),
    "with-additional-measures": Text("with additional measures", "追加措置あり"),
    "without-measures": Text("without measures", "措置なし"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonTable:
    """A sheet, the number of the official table that it stands for, and how that was verified."""

    table: Table
    number: str = ""
    verification: str = ""


def _text(name: str, meaning: Text, *, required: bool = False) -> Column:
    return Column(name=name, type=Type.TEXT, meaning=meaning, required=required)


def _number(name: str, meaning: Text, *, unit: str | None = None, required: bool = False) -> Column:
    return Column(name=name, type=Type.NUMBER, meaning=meaning, unit=unit, required=required)


def _year(name: str, meaning: Text) -> Column:
    return replace(YEAR, name=name, meaning=meaning, required=False)


def _key(name: str = "notation") -> Column:
    return Column(
        name=name,
        type=Type.TEXT,
        meaning=Text(
            "notation key where there is no value: NE, NO, NA, IE, C, FX",
            "値がないときの注釈記号（NE、NO、NA、IE、C、FX）",
        ),
        allowed=NOTATIONS,
        allowed_name=Text("notation key", "注釈記号"),
        required=False,
    )


_AREA = _text(
    "sector", Text("sector or category, by its code", "部門または区分（コード）"), required=True
)
_CO2E = _number("co2e", Text("CO2 equivalent", "CO2換算量"), unit="t CO2e")

MEASURES = Table(
    name="measures",
    title=Text("Mitigation policies and measures", "緩和の政策と措置"),
    key=("country", "name"),
    columns=(
        COUNTRY,
        _text("name", Text("name", "名称"), required=True),
        _text("description", Text("description", "概要")),
        _text("objective", Text("objective", "目的")),
        Column(
            name="instrument",
            type=Type.TEXT,
            meaning=Text("type of instrument", "手段の種類"),
            allowed=tuple(_INSTRUMENTS),
            words=_INSTRUMENTS,
            required=False,
        ),
        Column(
            name="status",
            type=Type.TEXT,
            meaning=Text("status", "実施状況"),
            allowed=tuple(_STATES),
            words=_STATES,
            required=False,
        ),
        _text("sector", Text("sectors", "部門")),
        _text("gases", Text("gases, separated by semicolons", "対象ガス（セミコロン区切り）")),
        _year("start_year", Text("year of the start", "開始年")),
        _text("entities", Text("implementing entities", "実施主体")),
        _number(
            "achieved", Text("reduction achieved in a year", "達成した年間削減量"), unit="t CO2e"
        ),
        _number(
            "expected", Text("reduction expected in a year", "見込まれる年間削減量"), unit="t CO2e"
        ),
        _year("expected_year", Text("year of the expected reduction", "見込み量の年")),
    ),
)

PROJECTIONS = Table(
    name="projections",
    title=Text("Projections of emissions", "排出量の見通し"),
    key=("country", "scenario", "sector", "year"),
    columns=(
        COUNTRY,
        Column(
            name="scenario",
            type=Type.TEXT,
            meaning=Text(
                "with measures, with additional measures, or without measures",
                "措置あり・追加措置あり・措置なしの別",
            ),
            allowed=tuple(_SCENARIOS),
            words=_SCENARIOS,
            allowed_name=Text("scenario", "シナリオ"),
        ),
        _AREA,
        YEAR,
        replace(_CO2E, required=True),
    ),
)

ASSUMPTIONS = Table(
    name="assumptions",
    title=Text("Key indicators and assumptions of projections", "見通しの主要指標と前提"),
    key=("country", "parameter", "year"),
    columns=(
        COUNTRY,
        _text("parameter", Text("parameter", "項目"), required=True),
        YEAR,
        UNIT,
        _number("value", Text("value", "値"), required=True),
    ),
)

_SUPPORT = (
    COUNTRY,
    _text("title", Text("title of the activity or project", "活動・事業の名称"), required=True),
    Column(
        name="support",
        type=Type.TEXT,
        meaning=Text("type of support", "支援の種類"),
        allowed=tuple(SUPPORTS),
        words=SUPPORTS,
        allowed_name=Text("type of support", "支援の種類"),
    ),
    _text("description", Text("description", "概要")),
    Column(
        name="transparency",
        type=Type.BOOLEAN,
        meaning=Text(
            "whether it is for transparency-related activities; these are reported apart",
            "透明性に関する活動か（別表に報告）",
        ),
        required=False,
        default=False,
    ),
    _text("sector", Text("sector", "部門")),
    _number("amount", Text("amount", "金額")),
    _text("currency", Text("currency, ISO 4217", "通貨（ISO 4217）")),
    _year("first_year", Text("first year", "開始年")),
    _year("last_year", Text("last year", "終了年")),
)
NEEDED = Table(
    name="support_needed",
    title=Text("Support needed", "必要とする支援"),
    key=("country", "title"),
    columns=_SUPPORT,
)
RECEIVED = Table(
    name="support_received",
    title=Text("Support received", "受けた支援"),
    key=("country", "title"),
    columns=(*_SUPPORT, _text("channel", Text("channel or provider", "経路・供与者"))),
)

INDICATORS = Table(
    name="indicators",
    title=Text("Description of selected indicators", "選定した指標の説明"),
    key=("country", "target"),
    columns=(
        COUNTRY,
        TARGET,
        INDICATOR,
        UNIT,
        SUMMARY["reference_year"],
        SUMMARY["reference_value"],
    ),
)
DEFINITIONS = Table(
    name="definitions",
    title=Text("Definitions needed to understand the target", "目標の理解に必要な定義"),
    key=("country", "target"),
    columns=(
        COUNTRY,
        TARGET,
        *(TARGETS[name] for name in ("kind", "direction", "denominator", "target_year")),
        *(TARGETS[name] for name in ("first_year", "share", "level")),
    ),
)
METHODS = Table(
    name="methods",
    title=Text("Methodologies and accounting approaches", "算定の方法"),
    key=("country", "target"),
    columns=(
        COUNTRY,
        TARGET,
        *(TARGETS[name] for name in ("gases", "sectors", "gwp", "lulucf")),
        *(TARGETS[name] for name in ("cooperation", "treatment")),
    ),
)
EMISSIONS = Table(
    name="emissions",
    title=Text("Summary of emissions", "排出量の要約"),
    key=("country", "year", "sector"),
    columns=(
        COUNTRY,
        YEAR,
        _AREA,
        Column(
            name="gwp",
            type=Type.TEXT,
            meaning=Text("set of global warming potentials", "地球温暖化係数の評価報告書"),
            allowed=SETS,
            required=False,
        ),
        _CO2E,
        _key(),
    ),
)
INVENTORY = Table(
    name="inventory_summary",
    title=Text("Inventory by category and gas", "区分・ガス別のインベントリ"),
    key=("country", "year", "category"),
    columns=(
        COUNTRY,
        YEAR,
        TREE_CATEGORY,
        *(
            column
            for gas in (*GASES, ALL)
            for column in (
                _number(
                    gas.lower(),
                    Text("{gas} in CO2 equivalent", "{gas}（CO2換算）").format(
                        gas=Text("all gases", "全ガス") if gas == ALL else gas
                    ),
                    unit="t CO2e",
                ),
                _key(f"{gas.lower()}_key"),
            )
        ),
        *with_japanese(NOT_ESTIMATED),
    ),
)

# The decision (5/CMA.3, annexes II and III) was seen in its first paragraphs alone, which do not
# number the tables. Numbers are as public software that reads submitted workbooks has them: 7 to 9 in
# one ("Specification for CTF-NDC tables, submission round 1"), 4, 5, 6, 7 and 9 in another (types of
# a reader of Mongolia's first report); III.6, III.7, III.12 and III.13 in a reporting platform's
# interface. Numbers that no such software has are unverified.
_NONE, _ONE, _TWO = "unverified", "one-source", "two-sources"


def _apart(table: Table, name: str, title: Text) -> Table:
    return replace(table, name=name, title=title)


SHEETS: tuple[CommonTable, ...] = (
    CommonTable(table=INDICATORS, number="CTF 1", verification=_NONE),
    CommonTable(table=DEFINITIONS, number="CTF 2", verification=_NONE),
    CommonTable(table=METHODS, number="CTF 3", verification=_NONE),
    CommonTable(table=SUMMARY, number="CTF 4", verification=_ONE),
    CommonTable(table=TRACKING, number="CTF 4", verification=_ONE),
    CommonTable(table=MEASURES, number="CTF 5", verification=_ONE),
    CommonTable(table=EMISSIONS, number="CTF 6", verification=_ONE),
    CommonTable(
        table=_apart(
            PROJECTIONS, "with_measures", Text("Projections with measures", "見通し（措置あり）")
        ),
        number="CTF 7",
        verification=_TWO,
    ),
    CommonTable(
        table=_apart(
            PROJECTIONS,
            "with_additional_measures",
            Text("Projections with additional measures", "見通し（追加措置あり）"),
        ),
        number="CTF 8",
        verification=_ONE,
    ),
    CommonTable(
        table=_apart(
            PROJECTIONS,
            "without_measures",
            Text("Projections without measures", "見通し（措置なし）"),
        ),
        number="CTF 9",
        verification=_TWO,
    ),
    CommonTable(table=ASSUMPTIONS, number="CTF 10, 11", verification=_NONE),
    CommonTable(table=NEEDED, number="CTF III.6 (finance)", verification=_ONE),
    CommonTable(table=RECEIVED, number="CTF III.7 (finance)", verification=_ONE),
    CommonTable(
        table=_apart(
            NEEDED,
            "transparency_needed",
            Text("Support needed for transparency", "透明性に関して必要とする支援"),
        ),
        number="CTF III.12",
        verification=_ONE,
    ),
    CommonTable(
        table=_apart(
            RECEIVED,
            "transparency_received",
            Text("Support received for transparency", "透明性に関して受けた支援"),
        ),
        number="CTF III.13",
        verification=_ONE,
    ),
    CommonTable(table=INVENTORY, number="CRT", verification=_ONE),
)
"""All sheets in their order; :data:`PROJECTIONS` and the support are told apart on the way."""

ABOUT = Table(
    name="about",
    title=Text("What the sheets are", "シートの説明"),
    key=("sheet",),
    columns=(
        _text("sheet", Text("sheet", "シート"), required=True),
        _text("stands_for", Text("official table it stands for", "対応する公式の表")),
        _text("numbering", Text("verification of that number", "番号の検証状況")),
        _text("title_en", Text("title in English", "英語の題名"), required=True),
        _text("title_ja", Text("title in Japanese", "日本語の題名"), required=True),
        _text("rows", Text("rows, or not reported", "行数（なければ未報告）"), required=True),
    ),
)


def routed(rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Rows by sheet: projections by scenario; support for transparency apart from the rest.

    ``rows`` are by the names of declared tables. What is for transparency is reported in its own
    tables and nowhere else.
    """
    found = {sheet.table.name: list(rows.get(sheet.table.name, ())) for sheet in SHEETS}
    for row in rows.get(PROJECTIONS.name, ()):
        found[row["scenario"].replace("-", "_")].append(row)
    for general, special in (
        (NEEDED.name, "transparency_needed"),
        (RECEIVED.name, "transparency_received"),
    ):
        given = rows.get(general, ())
        found[general] = [row for row in given if not row.get("transparency")]
        found[special] += [row for row in given if row.get("transparency")]
    return found


def workbook_tables(rows: Mapping[str, Sequence[Row]]) -> dict[str, pa.Table]:
    """The sheets of a workbook from rows by table; a sheet without rows has headings alone."""
    sheets = routed(rows)
    about = [
        {
            "sheet": sheet.table.name,
            "stands_for": sheet.number or None,
            "numbering": sheet.verification or None,
            "title_en": sheet.table.title.en,
            "title_ja": sheet.table.title.ja,
            "rows": str(len(found))
            if (found := sheets[sheet.table.name])
            else "not reported 未報告",
        }
        for sheet in SHEETS
    ]
    return {
        ABOUT.name: pa.Table.from_pylist(about, schema=schema(ABOUT)),
        **{
            sheet.table.name: pa.Table.from_pylist(
                [_whole(row, sheet.table) for row in found],
                schema=schema(sheet.table),
            )
            for sheet in SHEETS
            for found in [sheets[sheet.table.name]]
        },
    }


def _whole(row: Row, table: Table) -> dict[str, Any]:
    """All columns of a row; what is absent holds the default of its column, if it has one."""
    given = {column.name: row.get(column.name) for column in table.columns}
    return {
        column.name: column.default if given[column.name] is None else given[column.name]
        for column in table.columns
    }


def declared() -> dict[str, Table]:
    """The declaration of every sheet, by its name."""
    return {ABOUT.name: ABOUT, **{sheet.table.name: sheet.table for sheet in SHEETS}}


def read_workbook(path: Path) -> dict[str, list[Row]]:
    """The rows of every sheet of a workbook in this form; sheets without rows are empty.

    Raises :class:`InputRefusedError` with every fault.
    """
    found: dict[str, list[Row]] = {}
    problems = Problems()
    with DuckDB() as engine:
        for sheet in SHEETS:
            given = read(sheet.table, path, engine)
            faults = [one for one in given.problems.listed if one.code != "empty"]
            problems.extend(faults)
            found[sheet.table.name] = (
                []
                if not given.rows
                else engine.fetch(given.relation.select(*sheet.table.names)).to_pylist()
            )
    if problems:
        raise InputRefusedError(problems)
    return found


# --- from an inventory --------------------------------------------------------------------


def inventory_rows(
    cells: Sequence[Row], groups: Callable[[str], str], *, item: str = "total"
) -> list[Row]:
    """Rows of :data:`INVENTORY` from cells of an inventory by category and gas.

    A cell has country, year, category, gas, item, co2e [t] and notation; ``groups`` tells the
    column of a gas, and one without a column counts in the sum of all gases alone. A confidential
    cell withholds the sum of its group and of all gases; any other key stands beside the sum. So
    do the reasons of what is not estimated, gas by gas.
    """
    found: dict[tuple[str, int, str], dict[str, list[Row]]] = {}
    for cell in cells:
        if cell["item"] == item:
            place = (cell["country"], cell["year"], cell["category"])
            found.setdefault(place, {}).setdefault(groups(cell["gas"]), []).append(cell)
    return [
        {"country": country, "year": year, "category": category, **_wide(by_gas)}
        for (country, year, category), by_gas in found.items()
    ]


def _wide(by_gas: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for gas in GASES:
        cells = by_gas.get(gas, ())
        row[gas.lower()], row[f"{gas.lower()}_key"] = _cell(cells)
    everything = [cell for cells in by_gas.values() for cell in cells]
    row[ALL], row[f"{ALL}_key"] = _cell(everything)
    reasons = [(cell["gas"], CELLS.told(cell, "not_estimated")) for cell in everything]
    return row | sentences(
        "not_estimated", (joined((same(gas), why), " ") for gas, why in reasons if why)
    )


def _cell(cells: Sequence[Row]) -> tuple[float | None, str | None]:
    keys = list(dict.fromkeys(cell["notation"] for cell in cells if cell["notation"]))
    values = [cell["co2e"] for cell in cells if cell["co2e"] is not None]
    if "C" in keys or not values:
        return None, ("C" if "C" in keys else keys[0] if keys else None)
    return math.fsum(values), (keys[0] if keys else None)
