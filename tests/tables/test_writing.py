"""Tables to files: 12 significant digits, the same bytes every time, and the way back in.

Expected digits come from Python's `decimal`, which rounds in decimal figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.tables.declared import ACTIVITY, HEADER, lines

from kyoso.tables.given import Given, schema
from kyoso.tables.writing import Format, rounded, rounded_table, write

Door = Callable[..., Given]
Rows = Callable[[Given], list[dict[str, Any]]]

FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN)
TWELVE = Context(prec=12, rounding=ROUND_HALF_EVEN)


def one(value: float) -> float:
    return float(rounded(np.array([value]))[0])


def in_decimal(value: float) -> float:
    return float(TWELVE.plus(FIFTEEN.plus(Decimal(value))))


finite = st.floats(allow_nan=False, allow_infinity=False)
usual = st.floats(1e-9, 1e15) | st.decimals(0, 10**9, places=4).map(float)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1 + 0.2, 0.3),
        (1 / 3, 0.333333333333),
        (2 / 3, 0.666666666667),
        (123456789.0123456, 123456789.012),
        (1e22 / 3, 3.33333333333e21),
        (1e-30 / 3, 3.33333333333e-31),
        (999999999999.5, 1e12),
        (0.1234567890125, 0.123456789012),  # ties to even, as the figures are written
        (0.1234567890135, 0.123456789014),
        (1.0000000000005, 1.0),
        (0.0, 0.0),
        (-1 / 3, -0.333333333333),
        (5e-324, 5e-324),
        (1.7976931348623157e308, 1.79769313486e308),
        (math.inf, math.inf),
    ],
)
def test_numbers_have_12_significant_digits(value: float, expected: float) -> None:
    assert one(value) == expected


def test_nan_stays_and_minus_nought_is_nought() -> None:
    assert math.isnan(one(math.nan))
    assert math.copysign(1, one(-0.0)) == 1.0


@given(usual)
@example(1000.0)
@example(999999999999.9995)
@example(4.5e-05)
def test_rounding_is_that_of_decimal_figures(value: float) -> None:
    got, expected = one(value), in_decimal(value)
    # A product with a power of ten may miss the fifteenth digit by one; only where that one
    # decides a tie of the twelfth do the two differ, and then by no more than the tie.
    if got != expected:
        unit = Decimal(10) ** (Decimal(value).adjusted() - 11)
        assert abs(Decimal(got) - Decimal(value)) <= unit * Decimal("0.501")


@given(finite)
def test_rounding_twice_changes_nothing_and_no_number_has_more_digits(value: float) -> None:
    got = one(value)
    assert one(got) == got
    assert len(Decimal(repr(got)).normalize().as_tuple().digits) <= 12 or abs(got) < 1e-300
    assert one(-value) == -got


@given(usual.filter(bool), st.integers(-3, 3))
def test_the_last_bits_of_a_sum_do_not_show(value: float, steps: int) -> None:
    figures = float(f"{value:.11e}")  # as a sum of figures should be
    near = figures
    for _ in range(abs(steps)):
        near = math.nextafter(near, math.inf if steps > 0 else 0)
    assert one(near) == figures


@given(st.lists(finite, max_size=30))
def test_many_are_rounded_as_each_alone(values: list[float]) -> None:
    assert rounded(np.array(values, np.float64)).tolist() == [one(v) for v in values]


def test_only_floating_columns_are_rounded_and_absent_stays_absent() -> None:
    table = pa.table(
        {
            "a": pa.array([1 / 3, None, 0.1 + 0.2]),
            "b": pa.array([10**15 + 1, None, 3]),
            "c": ["x", None, ""],
        }
    )
    assert rounded_table(table).to_pydict() == {
        "a": [0.333333333333, None, 0.3], "b": [10**15 + 1, None, 3], "c": ["x", None, ""],
    }  # fmt: skip
    assert rounded_table(table.slice(0, 0)).schema == table.schema


# --- files --------------------------------------------------------------------------------

SOUND = pa.table(
    {
        "facility": ["A", "東京, 第一", 'say "hi"', "=A1"],
        "year": [2020, 2021, 2022, 2023],
        "quantity": [0.3, 1e15, 1.5e-7, 0.0],
        "share": [None, 50.0, 100.0, 0.1],
        "flared": [True, False, None, True],
        "opened": [date(2025, 9, 4), None, date(1999, 12, 31), None],
        "note": [None, "x\ny", "1,5", "NA"],
    },
    schema=schema(ACTIVITY),
)


def written(table: pa.Table, path: Path, form: Format, size: int | None = None) -> Path:
    assert write(iter(table.to_batches(size)), table.schema, path, form) == table.num_rows
    return path


def test_csv_is_written_as_it_is_read(tmp_path: Path) -> None:
    path = written(SOUND, tmp_path / "a.csv", "csv")
    assert path.read_text("utf-8") == (
        f"{HEADER}\n"
        '"A",2020,0.3,,"yes",2025-09-04,\n'
        '"東京, 第一",2021,1e+15,50,"no",,"x\ny"\n'
        '"say ""hi""",2022,1.5e-7,100,,1999-12-31,"1,5"\n'
        '"=A1",2023,0,0.1,"yes",,"NA"\n'
    )


def test_a_table_without_rows_is_its_header(tmp_path: Path) -> None:
    path = written(SOUND.slice(0, 0), tmp_path / "a.csv", "csv")
    assert path.read_bytes() == f"{HEADER}\n".encode()
    path = written(SOUND.slice(0, 0), tmp_path / "a.parquet", "parquet")
    assert pq.read_table(path).equals(SOUND.slice(0, 0))


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_bytes_do_not_depend_on_the_time(tmp_path: Path, form: Format) -> None:
    one, two = (written(SOUND, tmp_path / name, form).read_bytes() for name in ("1", "2"))
    assert one == two


def test_the_bytes_of_csv_do_not_depend_on_the_batches(tmp_path: Path) -> None:
    one, two = (written(SOUND, tmp_path / str(n), "csv", n).read_bytes() for n in (1, 3))
    assert one == two


def test_parquet_holds_the_declared_columns(tmp_path: Path) -> None:
    path = written(SOUND, tmp_path / "a.parquet", "parquet")
    assert pq.read_table(path).equals(SOUND)


# --- and back -----------------------------------------------------------------------------

text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\n\t='), max_size=12
).map(str.strip)
filled = text.filter(lambda one: one and not one.startswith(("#", "ƒ ", "⊞ ", "Err:")))
record = st.fixed_dictionaries(
    {
        "facility": filled,
        "year": st.integers(1990, 2100),
        "quantity": st.floats(0, 1e300).map(one),
        "share": st.none() | st.floats(1e-6, 100).map(one),
        "flared": st.booleans(),
        "opened": st.none() | st.dates(date(1, 1, 1)),
        "note": st.none() | filled,
    }
)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@settings(max_examples=20)
@given(
    records=st.lists(record, min_size=1, max_size=8, unique_by=lambda r: (r["facility"], r["year"]))
)
def test_what_is_written_is_read_back_the_same(
    checked: Door, rows: Rows, tmp_path_factory: Any, form: Format, records: list[dict[str, Any]]
) -> None:
    table = pa.Table.from_pylist(records, schema=schema(ACTIVITY))
    path = tmp_path_factory.getbasetemp() / f"back.{form}"
    given = checked(written(rounded_table(table), path, form))
    assert lines(given) == []
    assert [{n: row[n] for n in ACTIVITY.names} for row in rows(given)] == records
