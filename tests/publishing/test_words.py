"""How values read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.core.text import Text, same
from kyoso.methods import registry
from kyoso.methods.declaration import Kind, Method, Outcome
from kyoso.publishing import words
from kyoso.tables.declaration import Column, Table, Type

TABLE = Table(
    name="trial",
    title=same("trial"),
    columns=(Column(name="product", type=Type.TEXT, meaning=same("product")),),
)
METHOD = Method(
    id="pollution.circularity.trial",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=same("trial"),
    summary=same("trial"),
    activities=(),
    inputs=(TABLE,),
    outputs=(TABLE,),
    function=lambda _tables, _values: Outcome({}),
    reference=("flows/ewaste_lifetimes", "flows/unu_keys"),
)


@given(st.floats(-1e15, 1e15), st.integers(0, 6))
def test_number_is_zero_only_for_zero(value: float, places: int) -> None:
    written = words.number(value, places)
    if "<" in written or ">" in written:
        assert 0 < abs(value) < 10.0**-places
    else:
        read = float(written.replace("−", "-").replace(",", ""))
        assert read == pytest.approx(value, abs=0.5001 * 10.0**-places, rel=1e-15)
        assert (read == 0) == (value == 0)


@pytest.mark.parametrize(
    ("values", "places"), [([154.58], 1), ([9999.0], 0), ([0.05], 5), ([None, 0.0], 0), ([], 0)]
)
def test_decimals_show_four_digits_of_the_largest(values: list[float | None], places: int) -> None:
    assert words.decimals(values) == places


@pytest.mark.parametrize(
    ("written", "english", "japanese"),
    [
        ("2025", "2025", "2025年"),
        ("2025-09", "September 2025", "2025年9月"),
        ("2025-09-04", "4 September 2025", "2025年9月4日"),
        ("2021/2025", "2021–2025", "2021年～2025年"),
    ],
)
def test_periods_are_set_as_each_language_sets_them(
    written: str, english: str, japanese: str
) -> None:
    assert (words.period(written, "en"), words.period(written, "ja")) == (english, japanese)


def _column(name: str, **more: Any) -> Column:
    return Column(name=name, type=Type.TEXT, meaning=same(name), **more)


def test_codes_carry_the_titles_of_the_reference_files_a_method_names() -> None:
    country, product = _column("country"), _column("product")
    assert words.label(METHOD, country, "BRN", "ja") == "BRN ブルネイ"
    assert words.label(METHOD, product, "0102", "en") == "0102 Dishwashers"
    assert words.label(METHOD, product, "9999", "en") == "9999"
    assert words.title_of(METHOD, "category", "0102") is None


def test_a_code_with_words_is_said_in_the_language_of_the_reader() -> None:
    told = {"no-value": Text("no value", "値がない"), "no": Text("none", "なし")}
    column = _column("reason", words=told)
    assert words.label(METHOD, column, "no-value", "ja") == "値がない"
    assert words.label(METHOD, column, "no-value", "en") == "no value"
    # Several codes in a cell, and what is no code.
    assert words.label(METHOD, column, "2023: no-value; no", "ja") == "2023: 値がない; なし"
    assert words.label(METHOD, column, "note no-values", "ja") == "note no-values"


def _is_worded(column: Column) -> bool:
    """Whether a reader of either language knows its values: words, titles, or symbols of both."""
    symbols = {"gas", "notation", "gwp", "heat_basis", "factor_basis", "basis", "country"}
    return bool(column.words or column.named_by) or column.name in symbols


def test_every_closed_list_that_a_result_shows_has_words() -> None:
    silent = {
        f"{method.id} {table.name}.{column.name}"
        for method in registry.methods().values()
        for table in method.outputs
        for column in table.columns
        if column.allowed and not _is_worded(column)
    }
    assert silent == set()


def test_a_cell_reads_by_its_type() -> None:
    def cell(value: object, kind: Type) -> str | None:
        column = Column(name="c", type=kind, meaning=Text("c", "c"))
        return words.cell(value, column, 1, "ja")

    assert cell(None, Type.NUMBER) is None
    assert cell(1234.56, Type.NUMBER) == "1,234.6"
    assert cell(2023, Type.INTEGER) == "2023"
    assert cell(True, Type.BOOLEAN) == "はい"
    assert cell(date(2025, 9, 4), Type.DATE) == "2025年9月4日"
    assert cell("0306", Type.TEXT) == "0306"
