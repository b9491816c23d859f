"""Series of years in input tables: which row belongs to which, and which years are missing."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kyoso.core.text import Text
from kyoso.tables.checking import Broken
from kyoso.tables.declaration import Table

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Known = Mapping[str, Collection[str]]
"""The names that a column may hold, in lower case, where no list of the column says it."""

_LATEST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Spans:
    """The series of some rows.

    ``of`` numbers the series of each row from 0; by series, ``first`` and ``last`` are its years,
    ``rows`` counts its rows and ``years`` those of its years that have one.
    """

    of: Integers
    first: Integers
    last: Integers
    rows: Integers
    years: Integers

    @property
    def broken(self) -> Booleans:
        """Whether a series misses a year between its first and last, or has one twice."""
        span = self.last - self.first + 1
        answer: Booleans = (self.rows != span) | (self.years != span)
        return answer


def encoded(column: pa.ChunkedArray) -> tuple[Integers, list[str]]:
    """Texts, none absent, as numbers of the distinct ones, and these."""
    codes = column.combine_chunks().dictionary_encode()
    return codes.indices.to_numpy().astype(np.int64), codes.dictionary.to_pylist()


def numbered(table: pa.Table, columns: Iterable[str], *, fold: Collection[str] = ()) -> Integers:
    """A number for each row, the same where all ``columns`` are; ``fold``: without letter case.

    The numbers have no gaps and rise in the order in which they first appear.
    """
    number = np.zeros(table.num_rows, np.int64)
    for name in columns:
        codes, names = encoded(table[name])
        if name in fold:
            lower = {one.lower(): at for at, one in enumerate(names)}
            codes = np.array([lower[one.lower()] for one in names], np.int64)[codes]
        both = pa.array(number * (len(names) + 1) + codes).dictionary_encode()
        number = both.indices.to_numpy().astype(np.int64)
    return number


def spans(table: pa.Table, columns: Iterable[str], *, fold: Collection[str] = ()) -> Spans:
    """The series of ``table``, none of whose ``columns`` or years is absent."""
    of, year = numbered(table, columns, fold=fold), table["year"].to_numpy()
    series = int(of.max(initial=-1)) + 1
    first, last = np.full(series, _LATEST), np.full(series, -_LATEST)
    np.minimum.at(first, of, year)
    np.maximum.at(last, of, year)
    # Every year of every series has a place of its own, one series after another.
    ends = np.cumsum(last - first + 1)
    begins = ends - (last - first + 1)
    there = np.zeros(int(ends[-1]) if series else 0, np.bool_)
    there[begins[of] + year - first[of]] = True
    years = np.add.reduceat(there, begins, dtype=np.int64) if series else begins
    return Spans(of, first, last, np.bincount(of, minlength=series), years)


def whole(table: pa.Table, declared: Table, names: Sequence[str], known: Known) -> Booleans:
    """Whether a row has, in each of the columns, a value within bounds and of a known name."""
    answer: Booleans = np.logical_and.reduce(
        [sound(table, declared, name, known) for name in names]
    )
    return answer


def sound(table: pa.Table, declared: Table, name: str, known: Known) -> Booleans:
    """Whether a row has a value within bounds, and of a known name, in this column."""
    column = declared[name]
    held = pc.is_valid(table[name])
    if name in known:
        distinct = table[name].unique()
        wanted = [one is not None and one.lower() in known[name] for one in distinct.to_pylist()]
        held = pc.is_in(table[name], distinct.filter(pa.array(wanted, pa.bool_())))
    elif column.allowed:
        held = pc.is_in(table[name], pa.array(column.allowed))
    if column.minimum is not None:
        held = pc.and_(held, pc.greater_equal(table[name], column.minimum))
    if column.maximum is not None:
        held = pc.and_(held, pc.less_equal(table[name], column.maximum))
    answer: Booleans = np.asarray(pc.fill_null(held, False).to_numpy(), np.bool_)
    return answer


def gaps(
    table: pa.Table, declared: Table, series: tuple[str, ...], hint: Text, *, known: Known
) -> Iterator[Broken]:
    """The last row before each gap in the years of a series; ``series`` are its columns.

    A missing year that a row with a fault in its own key may have been meant for is passed
    over: that row is named for its fault, and is not to be written a second time.
    """
    keys = table.select([*series, "year"])
    parts = {name: sound(keys, declared, name, known) for name in keys.column_names}
    fine: Booleans = np.logical_and.reduce(list(parts.values()))
    rows = keys.filter(pa.array(fine))
    found = spans(rows, series, fold=known)
    torn = found.broken[found.of]
    if not torn.any():
        return
    of, rows = found.of[torn], rows.filter(pa.array(torn))
    year = rows["year"].to_numpy()
    order = np.lexsort((year, of))
    of, year = of[order], year[order]
    strays = _strays(keys, parts, fine)
    for at in np.flatnonzero((np.diff(of) == 0) & (np.diff(year) > 1)).tolist():
        where = rows.slice(int(order[at]), 1).to_pylist()[0]
        before, after = int(year[at]), int(year[at + 1])
        place = tuple(where[name] for name in series)
        missing = [y for y in range(before + 1, after) if not _may_stand(strays, (*place, y))]
        if missing:
            yield Broken(
                where=where,
                column="year",
                value=before,
                message=Text(
                    "{missing} missing between this row and {after}",
                    "この行の後、{after}年までの間に{missing}年がありません",
                ).format(missing=_ranges(missing), after=after),
                hint=hint,
            )


_Key = tuple[str | int | None, ...]


def _strays(keys: pa.Table, parts: Mapping[str, Booleans], fine: Booleans) -> set[_Key]:
    """The keys of rows that are at fault, with what is not sound as ``None``."""
    seen = {n: pc.if_else(pa.array(part), keys[n], None) for n, part in parts.items()}
    rows = pa.table(seen).filter(pa.array(~fine)).to_pylist()
    return {tuple(row.values()) for row in rows}


def _may_stand(strays: set[_Key], key: _Key) -> bool:
    """Whether a row with a faulty key may have been meant for this one."""
    return bool(strays) and any(
        reading in strays for reading in itertools.product(*((part, None) for part in key))
    )


def _ranges(years: Iterable[int]) -> str:
    """``2003, 2005–2007`` for 2003, 2005, 2006, 2007."""
    runs = itertools.groupby(enumerate(years), key=lambda item: item[1] - item[0])
    found = [[year for _, year in run] for _, run in runs]
    return ", ".join(f"{s[0]}" if len(s) == 1 else f"{s[0]}–{s[-1]}" for s in found)
