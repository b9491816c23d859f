"""Series of years: numbers, spans and gaps against plain Python."""

from __future__ import annotations

from itertools import groupby, pairwise

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency.series import gaps, numbered, spans, whole
from kyoso.climate.transparency.tables.waste import WASTE
from kyoso.core.text import same

COLUMNS = ("country", "site", "stream")
HINT = same("add them")
KNOWN = {"stream": {"a", "b"}}

rows = st.lists(
    st.tuples(
        st.sampled_from(["XAA", "XAB"]),
        st.sampled_from(["S", "T"]),
        st.sampled_from(["a", "A", "b"]),
        st.integers(2000, 2008),
    ),
    min_size=1,
    max_size=40,
)


def table(rows: list[tuple[object, ...]]) -> pa.Table:
    kinds = (pa.string(), pa.string(), pa.string(), pa.int64())
    names = (*COLUMNS, "year")
    columns = zip(*rows, strict=True)
    return pa.table(
        {n: pa.array(c, kind) for n, c, kind in zip(names, columns, kinds, strict=True)}
    )


def by_series(rows: list[tuple[str, str, str, int]]) -> dict[tuple[str, str, str], list[int]]:
    def key(row: tuple[str, str, str, int]) -> tuple[str, str, str]:
        return (row[0], row[1], row[2].lower())

    return {k: sorted(r[3] for r in group) for k, group in groupby(sorted(rows, key=key), key)}


@given(rows=rows)
def test_rows_are_numbered_alike_where_they_are_of_one_series(
    rows: list[tuple[str, str, str, int]],
) -> None:
    number = numbered(table(rows), COLUMNS, fold=KNOWN)
    keys = [(row[0], row[1], row[2].lower()) for row in rows]
    assert number.tolist() == [list(dict.fromkeys(keys)).index(key) for key in keys]


@given(rows=rows)
def test_spans_have_the_first_and_last_year_and_the_rows_of_a_series(
    rows: list[tuple[str, str, str, int]],
) -> None:
    found = spans(table(rows), COLUMNS, fold=KNOWN)
    expected = by_series(rows)
    for at, row in enumerate(rows):
        years = expected[row[0], row[1], row[2].lower()]
        of = found.of[at]
        ends = (found.first[of], found.last[of])
        assert ends == (years[0], years[-1])
        assert (found.rows[of], found.years[of]) == (len(years), len(set(years)))
        assert found.broken[of] == (years != list(range(years[0], years[-1] + 1)))


@given(rows=rows)
def test_every_missing_year_is_named_once(rows: list[tuple[str, str, str, int]]) -> None:
    found = list(gaps(table(rows), WASTE, COLUMNS, HINT, known=KNOWN))
    expected = []
    for key, years in by_series(rows).items():
        for before, after in pairwise(years):
            if after - before > 1:
                missing = f"{before + 1}" if after - before == 2 else f"{before + 1}–{after - 1}"
                expected.append((key, before, f"{missing} missing between this row and {after}"))
    named = [
        (
            (one.where["country"], one.where["site"], str(one.where["stream"]).lower()),
            one.value,
            one.message["en"],
        )
        for one in found
    ]
    assert sorted(named) == sorted(expected)
    assert all(one.where in table(rows).to_pylist() for one in found)


def test_a_gap_that_a_row_at_fault_may_fill_is_passed_over() -> None:
    around = [("XAA", "S", "a", 2000), ("XAA", "S", "a", 2002)]
    for stray in (
        ("XAA", "S", "c", 2001),
        ("XAA", None, "a", 2001),
        ("XAA", "S", "a", None),
        ("QQQ", "S", "a", 2001),
    ):
        assert not list(gaps(table([*around, stray]), WASTE, COLUMNS, HINT, known=KNOWN))
    elsewhere = ("XAA", "T", "c", 2001)
    assert len(list(gaps(table([*around, elsewhere]), WASTE, COLUMNS, HINT, known=KNOWN))) == 1


def test_no_rows_have_no_series_and_no_gaps() -> None:
    empty = table([("XAA", "S", "a", 2000)]).slice(0, 0)
    assert spans(empty, COLUMNS).rows.tolist() == []
    assert list(gaps(empty, WASTE, COLUMNS, HINT, known=KNOWN)) == []


def test_a_whole_row_has_every_value_within_bounds() -> None:
    rows = pa.table(
        {
            "country": ["XAA", "QQQ", "XAA", "XAA"],
            "year": [2000, 2000, 99, 2000],
            "mass": [0.0, 1.0, 1.0, -1.0],
        }
    )
    assert whole(rows, WASTE, ("country", "year", "mass"), {}).tolist() == [True] + [False] * 3
