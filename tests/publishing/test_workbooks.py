"""Workbooks as other programs see them: read back with openpyxl, and through our own door."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyoso.core.errors import UsageError
from kyoso.core.text import LANGUAGES, Language, Text, same
from kyoso.core.units import COMMON
from kyoso.methods import registry, running
from kyoso.methods.declaration import Kind, Method, Outcome
from kyoso.publishing import workbooks
from kyoso.tables.declaration import Column, Table, Type

METHODS = list(registry.methods().values())


def column(name: str, kind: Type, **rest: Any) -> Column:
    return Column(name=name, type=kind, meaning=Text(f"the {name}", f"{name}の意味"), **rest)


TABLE = Table(
    name="plants",
    title=Text("Plants", "工場"),
    columns=(
        column("plant", Type.TEXT, pattern=r"\d{4}", pattern_hint=Text("four digits", "4桁")),
        column("kind", Type.TEXT, allowed=("old", "new"), any_case=True),
        column("year", Type.INTEGER, minimum=1990, maximum=2100),
        column("quantity", Type.NUMBER, unit="t", minimum=0),
        column("share", Type.NUMBER, above=0, maximum=1, required=False),
        column("load", Type.NUMBER, unit="%", maximum=100, required=False, default=50.0),
        column("energy", Type.NUMBER, unit_column="energy_unit", above=0, required=False),
        column("energy_unit", Type.TEXT, required=False),
        column("open", Type.BOOLEAN, required=False, default=True),
        column("since", Type.DATE, required=False),
        column("change", Type.NUMBER, required=False),
    ),
)
METHOD = Method(
    id="climate.transparency.trial",
    version="1.2.0",
    kind=Kind.ARRAY,
    title=Text("Trial & error", "試行"),
    summary=Text("Tries.", "試す。"),
    activities=(),
    inputs=(TABLE,),
    outputs=(TABLE,),
    function=lambda _tables, _values: Outcome({}),
)


def book(method: Method, folder: Path, language: Language = "en", **rest: Any) -> Any:
    path = folder / "template.xlsx"
    workbooks.template(method, path, language, **rest)
    assert [child.name for child in folder.iterdir()] == ["template.xlsx"]
    return openpyxl.load_workbook(path)


def validations(sheet: Any) -> dict[str, Any]:
    """Validations by the heading of their column."""
    return {
        sheet[f"{str(one.sqref).split(':', maxsplit=1)[0].rstrip('0123456789')}1"].value: one
        for one in sheet.data_validations.dataValidation
    }


def listed(found: Any, formula: str) -> list[str]:
    """The values of the range that a drop-down shows."""
    name, _, area = formula.removeprefix("=").partition("!")
    return [cell.value for (cell,) in found[name.strip("'")][area.replace("$", "")]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_every_method_has_a_sheet_for_each_input_between_explanation_and_lists(
    method: Method, language: Language, tmp_path: Path
) -> None:
    found = book(method, tmp_path, language)
    assert found.sheetnames == [
        workbooks.READ_ME[language],
        *(table.name for table in method.inputs),
        workbooks.LISTS[language],
    ]
    for table in method.inputs:
        sheet = found[table.name]
        assert [cell.value for cell in sheet[1]] == [c.heading() for c in table.columns]
        assert set(validations(sheet)) == {c.heading() for c in table.columns}
        assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_a_template_filled_with_the_example_passes_the_door(method: Method, tmp_path: Path) -> None:
    examples = running.example_inputs(method)
    path = tmp_path / "filled.xlsx"
    workbooks.template(method, path, "ja", rows={
        name: named(pyarrow.csv.read_csv(file, convert_options=as_text(method, name)))
        for name, file in examples.items()
    })  # fmt: skip
    filled = running.check(method, dict.fromkeys(examples, path))
    plain = running.check(method, examples)
    assert [check.as_dict() for check in filled] == [check.as_dict() for check in plain]


def as_text(method: Method, table: str) -> pyarrow.csv.ConvertOptions:
    texts = {c.name: pa.string() for c in method.input(table).columns if c.type is Type.TEXT}
    return pyarrow.csv.ConvertOptions(column_types=texts)


def named(table: pa.Table) -> pa.Table:
    """The columns without the units in their headings, which equal the declared ones."""
    return table.rename_columns([name.split(" [")[0] for name in table.column_names])


def test_headings_carry_units_and_tell_what_is_required(tmp_path: Path) -> None:
    sheet = book(METHOD, tmp_path)["plants"]
    assert [(cell.value, cell.font.b) for cell in sheet[1]] == [
        ("plant", True),
        ("kind", True),
        ("year", True),
        ("quantity [t]", True),
        ("share", False),
        ("load [%]", False),
        ("energy", False),
        ("energy_unit", False),
        ("open", False),
        ("since", False),
        ("change", False),
    ]


def test_columns_of_codes_are_text_so_that_zeros_stay(tmp_path: Path) -> None:
    given_rows = {"plants": pa.table({"plant": ["0306"], "since": [date(2025, 9, 4)]})}
    sheet = book(METHOD, tmp_path, rows=given_rows)["plants"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A2"].number_format) == (
        "0306",
        "s",
        "@",
    )
    assert sheet["J2"].value.date() == date(2025, 9, 4)
    formats = {letters: sheet.column_dimensions[letters].number_format for letters in "AJ"}
    assert formats == {"A": "@", "J": "yyyy-mm-dd"}


def test_bounds_are_checked_while_typing(tmp_path: Path) -> None:
    found = validations(book(METHOD, tmp_path)["plants"])

    def rule(heading: str) -> tuple[object, ...]:
        one = found[heading]
        # Where a file says nothing, it means "between" and "stop" (ECMA-376, 18.3.1.32).
        return (one.type, one.operator or "between", one.formula1, one.formula2,
                one.errorStyle or "stop")  # fmt: skip

    assert rule("year") == ("whole", "between", "1990", "2100", "stop")
    assert rule("quantity [t]") == ("decimal", "greaterThanOrEqual", "0", None, "stop")
    assert rule("share") == (
        "custom", "between", "AND(ISNUMBER(E2),E2>0,E2<=1)", None, "stop",
    )  # fmt: skip
    # 100 % is 1 where the heading says so: the sheet asks, it does not refuse.
    assert rule("load [%]") == ("decimal", "lessThanOrEqual", "100", None, "warning")
    assert rule("energy") == ("decimal", "greaterThan", "0", None, "stop")
    assert rule("change")[:2] == ("decimal", "greaterThanOrEqual")
    assert rule("since")[:2] == ("date", "greaterThanOrEqual")


def test_drop_downs_offer_what_is_allowed(tmp_path: Path) -> None:
    whole = book(METHOD, tmp_path)
    found = validations(whole["plants"])
    lists = {
        heading: (listed(whole, one.formula1), one.errorStyle or "stop")
        for heading, one in found.items()
        if one.type == "list"
    }
    assert lists == {
        "kind": (["old", "new"], "stop"),
        "energy_unit": (list(COMMON), "warning"),
        "open": (["yes", "no"], "stop"),
    }


def test_a_reference_to_another_table_offers_the_shipped_values(tmp_path: Path) -> None:
    method = registry.get("pollution.circularity.e-waste-generation")
    whole = book(method, tmp_path)
    offered = validations(whole["market"])["product"]
    values = listed(whole, offered.formula1)
    assert offered.errorStyle == "warning"  # the table of lifetimes may be replaced
    assert "0108" in values
    assert len(values) == len(set(values)) == 52


def test_a_reference_to_a_table_that_is_not_shipped_offers_its_sheet(tmp_path: Path) -> None:
    other = Table(name="sites", title=same("s"), columns=(
        column("site", Type.TEXT), column("plant", Type.TEXT, refers_to=("plants", "plant")),
    ))  # fmt: skip
    method = Method(
        **{f: getattr(METHOD, f) for f in Method.__slots__} | {"inputs": (TABLE, other)}
    )
    one = validations(book(method, tmp_path)["sites"])["plant"]
    assert (one.type, one.formula1) == ("list", "'plants'!$A$2:$A$100001")


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_say_meaning_need_bounds_and_unit(language: Language, tmp_path: Path) -> None:
    sheet = book(METHOD, tmp_path, language)["plants"]
    notes = {cell.value: cell.comment.text for cell in sheet[1]}
    assert (
        notes["quantity [t]"].split("\n")[:2]
        == {
            "en": ["the quantity", "number, ≥ 0, required"],
            "ja": ["quantityの意味", "数値、≥ 0、必須"],
        }[language]
    )
    assert (
        notes["load [%]"].split("\n")[1]
        == {
            "en": "number, ≤ 100, if empty: 50.0",
            "ja": "数値、≤ 100、空欄の場合：50.0",
        }[language]
    )
    assert notes["plant"].split("\n")[-1] == {"en": "four digits", "ja": "4桁"}[language]
    prompts = [one.prompt for one in validations(sheet).values()]
    assert max(len(prompt) for prompt in prompts) <= 255


def test_the_first_sheet_explains_every_column_in_both_languages(tmp_path: Path) -> None:
    sheet = book(METHOD, tmp_path)["Read me"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [rows[0][0], rows[1][0], rows[3][0]] == [
        "Trial & error", "試行", "climate.transparency.trial 1.2.0",
    ]  # fmt: skip
    described = [row for row in rows if row[0] == "plants"]
    assert described[3] == [
        "plants", "quantity [t]", "number", "yes", "≥ 0", "", "the quantity", "quantityの意味",
    ]  # fmt: skip
    assert len(described) == len(TABLE.columns)
    assert "7. kyoso check climate.transparency.trial -i plants=FILE.xlsx" in [r[0] for r in rows]


def test_it_prints_on_a4_across_with_its_headings(tmp_path: Path) -> None:
    sheet = book(METHOD, tmp_path)["plants"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$1:$1"


def test_same_template_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("a.xlsx", "b.xlsx"):
        workbooks.template(METHOD, tmp_path / name, "ja")
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


# --- downloads ----------------------------------------------------------------------------


def sheet_of(table: pa.Table, folder: Path, **rest: Any) -> Any:
    workbooks.write_tables({"t": table}, folder / "t.xlsx", **rest)
    return openpyxl.load_workbook(folder / "t.xlsx")["t"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", '=HYPERLINK("x")'])
def test_a_text_that_looks_like_a_formula_stays_text(text: str, tmp_path: Path) -> None:
    cell = sheet_of(pa.table({"note": [text]}), tmp_path)["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.replace("_x000D_", "\r") == text


def test_headings_carry_the_declared_unit_and_stay_in_view(tmp_path: Path) -> None:
    table = pa.table({"plant": ["0306"], "quantity": [1.5]})
    declared = Table(name="t", title=same("t"), columns=(TABLE["plant"], TABLE["quantity"]))
    sheet = sheet_of(table, tmp_path, declared={"t": declared})
    assert [cell.value for cell in sheet[1]] == ["plant", "quantity [t]"]
    assert [cell.value for cell in sheet[2]] == ["0306", 1.5]
    assert sheet.freeze_panes == "A2"


def test_what_is_absent_is_an_empty_cell(tmp_path: Path) -> None:
    columns = {"a": pa.array([None, 0.0]), "b": pa.array([None, False])}
    rows = sheet_of(pa.table(columns), tmp_path).iter_rows(min_row=2, values_only=True)
    assert list(rows) == [(None, None), (0, "no")]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False).map(
    lambda x: float(f"{x:.12g}")), min_size=1, max_size=20))  # fmt: skip
def test_numbers_of_twelve_digits_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, values: list[float]
) -> None:
    sheet = sheet_of(pa.table({"v": values}), tmp_path_factory.mktemp("numbers"))
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == values


def test_more_rows_than_a_sheet_has_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    table = pa.table({"v": pa.nulls(1_048_576, pa.float64())})
    with pytest.raises(UsageError, match=r"t: 1,048,576: too many rows"):
        workbooks.write_tables({"t": table}, tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        workbooks.write_tables({"t": pa.table({"v": [float("nan")]})}, path)
    assert path.read_bytes() == b"old"
    assert [child.name for child in tmp_path.iterdir()] == ["t.xlsx"]


def test_results_of_a_method_come_back_row_for_row(tmp_path: Path) -> None:
    method = registry.get("pollution.circularity.e-waste-generation")
    result = running.run(method, running.example_inputs(method))
    path = tmp_path / "results.xlsx"
    tables = {name: output.arrow() for name, output in result.tables.items()}
    workbooks.write_tables(tables, path, declared={t.name: t for t in method.outputs})
    found = openpyxl.load_workbook(path)
    for name, table in tables.items():
        rows = found[name].iter_rows(min_row=2, values_only=True)
        expected = [tuple(row.values()) for row in table.to_pylist()]
        assert list(rows) == expected
