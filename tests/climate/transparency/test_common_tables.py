"""Common tables: what is written is read back, and nothing that is missing becomes a number."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from kyoso import reference
from kyoso.climate.transparency import common_tables, primap
from kyoso.climate.transparency.categories import group
from kyoso.climate.transparency.common_tables import (
    declared,
    inventory_rows,
    read_workbook,
    routed,
    workbook_tables,
)
from kyoso.core.errors import InputRefusedError
from kyoso.publishing.workbooks import write_tables


def cell(
    category: str,
    gas: str,
    total: float | None,
    notation: str | None = None,
    not_estimated: str | None = None,
) -> dict[str, Any]:
    """A cell of an inventory; AR5 potentials of CH4 (28) and HFC134a (1,300)."""
    potential = {"CH4": 28.0, "HFC134a": 1300.0, "HFC32": 677.0}.get(gas, 1.0)
    return {
        "country": "XAA", "year": 2022, "category": category, "gas": gas, "item": "total",
        "total": total, "co2e": None if total is None else total * potential,
        "notation": notation, "not_estimated": not_estimated,
    }  # fmt: skip


CELLS = [
    cell("1A1a", "CO2", 1000.5),
    cell("1A1a", "CH4", 2.0),
    cell("1B1", "CH4", None, "NE"),
    cell("2B3", "N2O", None, "NO"),
    cell("2F1", "HFC134a", 0.5),
    cell("2F1", "HFC32", None, "C"),
    cell("2A2", "CO2", None, "FX"),
    cell("4A", "CH4", 0.0),
    cell("3A1", "CH4", 2.0, "NE", "3A1: no census of goats"),
    cell("3", "CH4", 2.0, None, "3A1: no census of goats"),
]
ROWS: dict[str, list[dict[str, Any]]] = {
    "measures": [
        {
            "country": "XAA", "name": "=1+1", "description": "省エネ法の改正", "status": "adopted",
            "gases": "CO2;CH4", "start_year": 2024, "expected": 1250000.25, "expected_year": 2030,
        }
    ],
    "projections": [
        {"country": "XAA", "scenario": scenario, "sector": "0", "year": 2030, "co2e": 5e7 + n}
        for n, scenario in enumerate(
            ("with-measures", "with-additional-measures", "without-measures")
        )
    ],
    "support_needed": [
        {"country": "XAA", "title": "Grid", "support": "finance", "amount": 1.5e8, "currency": "USD"},
        {"country": "XAA", "title": "Inventory training", "support": "capacity-building",
         "transparency": True},
    ],
    "inventory_summary": inventory_rows(CELLS, group),
}  # fmt: skip


def test_export_and_import_are_equal(tmp_path: Path) -> None:
    tables = workbook_tables(ROWS)
    write_tables(tables, tmp_path / "ctf.xlsx", declared=declared())
    found = read_workbook(tmp_path / "ctf.xlsx")
    assert found == {name: table.to_pylist() for name, table in tables.items() if name != "about"}
    again = workbook_tables(found)
    assert {name: table.to_pylist() for name, table in again.items()} == {
        name: table.to_pylist() for name, table in tables.items()
    }


def test_a_cell_that_could_be_a_formula_is_none(tmp_path: Path) -> None:
    write_tables(workbook_tables(ROWS), tmp_path / "ctf.xlsx", declared=declared())
    sheet = openpyxl.load_workbook(tmp_path / "ctf.xlsx")["measures"]
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")


def test_support_for_transparency_stands_in_its_own_tables_and_nowhere_else() -> None:
    found = routed(ROWS)
    assert [row["title"] for row in found["support_needed"]] == ["Grid"]
    assert [row["title"] for row in found["transparency_needed"]] == ["Inventory training"]
    assert found["transparency_received"] == []


def test_projections_stand_in_the_table_of_their_scenario() -> None:
    found = routed(ROWS)
    assert [found[name][0]["co2e"] for name in ("with_measures", "without_measures")] == [
        5e7,
        5e7 + 2,
    ]


def test_missing_is_never_zero_and_keys_are_kept() -> None:
    found = {row["category"]: row for row in ROWS["inventory_summary"]}
    assert (found["1A1a"]["co2"], found["1A1a"]["all"]) == (1000.5, 1056.5)
    assert (found["1B1"]["ch4"], found["1B1"]["ch4_key"]) == (None, "NE")
    assert (found["2A2"]["co2"], found["2A2"]["co2_key"]) == (None, "FX")
    assert (found["4A"]["ch4"], found["4A"]["ch4_key"]) == (0.0, None)
    assert (found["3A1"]["ch4"], found["3A1"]["ch4_key"]) == (56.0, "NE")
    assert (found["3"]["ch4_key"], found["3"]["not_estimated"]) == (
        None,
        "CH4 3A1: no census of goats",
    )
    assert found["4A"]["not_estimated"] is None
    # One confidential gas would be the difference of its group and the other gas.
    assert (found["2F1"]["hfcs"], found["2F1"]["hfcs_key"], found["2F1"]["all"]) == (
        None,
        "C",
        None,
    )
    assert (found["1A1a"]["sf6"], found["1A1a"]["sf6_key"]) == (None, None)


def test_a_sheet_without_rows_says_that_nothing_was_reported() -> None:
    about = {row["sheet"]: row for row in workbook_tables({})["about"].to_pylist()}
    assert about["summary"]["rows"] == "not reported 未報告"
    assert (about["summary"]["stands_for"], about["summary"]["numbering"]) == (
        "CTF 4",
        "one-source",
    )


def test_a_faulty_workbook_is_refused_at_its_cell(tmp_path: Path) -> None:
    write_tables(workbook_tables(ROWS), tmp_path / "ctf.xlsx", declared=declared())
    book = openpyxl.load_workbook(tmp_path / "ctf.xlsx")
    book["with_measures"]["E2"] = "many"
    book.save(tmp_path / "wrong.xlsx")
    with pytest.raises(InputRefusedError) as caught:
        read_workbook(tmp_path / "wrong.xlsx")
    assert caught.value.lines()[0].startswith("with_measures: row 2, column co2e, sheet")


# --- primap2 ------------------------------------------------------------------------------


def test_the_interchange_format_reads_back_equal() -> None:
    series = primap.series_of(CELLS, {2022: "AR5"})
    table, about = primap.written(series, "xaa.csv", title="Inventory of XAA")
    assert primap.read(table) == series
    assert yaml.safe_load(about) == {
        "attrs": {
            "area": "area (ISO3)",
            "cat": "category (IPCC2006_PRIMAP)",
            "scen": "scenario (general)",
            "title": "Inventory of XAA",
        },
        "time_format": "%Y",
        "dimensions": {
            "*": [
                "source",
                "scenario (general)",
                "area (ISO3)",
                "entity",
                "unit",
                "category (IPCC2006_PRIMAP)",
            ]
        },
        "data_file": "xaa.csv",
    }


def test_the_interchange_format_is_as_documented() -> None:
    table, _ = primap.written(primap.series_of(CELLS, {2022: "AR5"}), "xaa.csv")
    lines = table.splitlines()
    assert lines[0] == (
        '"source","scenario (general)","area (ISO3)","entity","unit","category (IPCC2006_PRIMAP)","2022"'
    )
    assert '"Kyoso","inventory","XAA","CO2","t CO2 / year","1.A.1.a",1000.5' in lines
    assert (
        '"Kyoso","inventory","XAA","KYOTOGHG (AR5GWP100)","t CO2 / year","1.A.1.a",1056.5' in lines
    )
    # What has a key alone has no series, and a basket with a confidential gas is withheld.
    assert not any('"1.B.1"' in line for line in lines)
    assert [line for line in lines if '"2.F.1"' in line] == [
        '"Kyoso","inventory","XAA","HFC134a","t HFC134a / year","2.F.1",0.5'
    ]


def test_an_absent_year_is_an_empty_text() -> None:
    later = cell("1A1a", "CO2", 7.0) | {"year": 2023}
    only = cell("4A", "CH4", 1.0)
    table, _ = primap.written(primap.series_of([later, only], {2022: "AR5", 2023: "AR5"}), "x.csv")
    assert table.splitlines()[1].endswith('"",7.0')
    assert primap.read(table)[0].values == {2023: 7.0}


def test_years_with_other_potentials_are_another_series() -> None:
    old = cell("4A", "CH4", 1.0) | {"co2e": 25.0}
    new = cell("4A", "CH4", 1.0) | {"year": 2023}
    found = primap.series_of([old, new], {2022: "AR4", 2023: "AR5"})
    assert {(one.entity, *one.values.items()) for one in found} == {
        ("CH4", (2022, 1.0), (2023, 1.0)),
        ("KYOTOGHG (AR4GWP100)", (2022, 25.0)),
        ("KYOTOGHG (AR5GWP100)", (2023, 28.0)),
    }


def test_the_description_has_what_the_schema_of_primap2_knows_and_no_more() -> None:
    """The schema is that of primap2 0.13.0, pm2io/_interchange_format.py; other keys are refused.

    The package asks for numpy below 2 and is not in the lock; files made here were read by
    ``read_interchange_format`` and ``from_interchange_format`` and found valid by ``ensure_valid``.
    """
    series = primap.series_of(CELLS, {2022: "AR5"})
    _, about = primap.written(series, "x.csv", title='A "title": é', institution="K", comment="c")
    found = yaml.safe_load(about)
    assert set(found) == {"attrs", "time_format", "dimensions", "data_file"}
    assert set(found["attrs"]) <= {
        "area", "cat", "scen", "references", "rights", "contact", "title", "comment",
        "institution", "entity_terminology", "publication_date",
    }  # fmt: skip
    assert found["attrs"]["title"] == 'A "title": é'
    assert not {"{", "["} & set(about)


def test_units_of_all_gases_are_those_that_openscm_units_reads() -> None:
    from openscm_units import unit_registry

    gases = [row["gas"] for row in reference.load("ghg/gwp100").rows]
    cells = [cell("2F1", gas, 1.0) for gas in gases]
    units = {one.entity: one.unit for one in primap.series_of(cells, {2022: "AR5"})}
    assert units.keys() > set(gases)
    for gas in gases:
        assert unit_registry(units[gas]).to(f"kg {gas} / year").magnitude == pytest.approx(1000)


@pytest.mark.parametrize("code", ["0", "1", "1A", "1A1", "1A1a", "1A3di", "1A3bii1", "2B10", "4C2"])
def test_codes_of_categories_come_back(code: str) -> None:
    assert primap.plain(primap.dotted(code)) == code


def test_another_file_is_refused() -> None:
    with pytest.raises(primap.InterchangeError, match="area"):
        primap.read(io.StringIO("a,b\n1,2\n").getvalue())
    table, _ = primap.written(primap.series_of(CELLS, {2022: "AR5"}), "x.csv")
    with pytest.raises(primap.InterchangeError, match="not a number"):
        primap.read(table.replace("1000.5", "n/a"))


def test_every_common_table_has_a_name_that_fits_a_sheet() -> None:
    assert all(len(sheet.table.name) <= 31 for sheet in common_tables.SHEETS)
