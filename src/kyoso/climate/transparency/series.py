"""Series of years in input tables: which row belongs to which, and which years are missing."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kyoso.core.text import Text
from kyoso.tables.checking import Broken
from kyoso.tables.declaration import Table

Integers = npt.NDArray[np.int64]
Known = Mapping[str, Collection[str]]
"""The names that a column may hold, in lower case, where no list of the column says it."""


@dataclass(frozen=True, slots=True)
class Series:
    """Rows of a table, those of one series together and in order of years.

    ``of`` numbers the series of each row from 0, ``year`` is its year.
    """

    rows: pa.Table
    of: Integers
    year: Integers

    @property
    def firsts(self) -> Integers:
        """The first row of each series."""
        return np.flatnonzero(np.diff(self.of, prepend=-1))

    @property
    def lasts(self) -> Integers:
        """The last row of each series."""
        return np.flatnonzero(np.diff(self.of, append=-1))


def numbered(table: pa.Table, columns: Iterable[str], *, fold: Iterable[str] = ()) -> Integers:
    """A number for each row, the same where all ``columns`` are; ``fold``: without letter case."""
    number = np.zeros(table.num_rows, np.int64)
    for name in columns:
        column = pc.utf8_lower(table[name]) if name in fold else table[name]
        codes = column.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        _, number = np.unique(number * (codes.max(initial=0) + 1) + codes, return_inverse=True)
    return number.astype(np.int64)


def in_order(table: pa.Table, columns: tuple[str, ...], *, fold: Iterable[str] = ()) -> Series:
    """The rows of ``table``, none of whose ``columns`` or years is absent, by series and year."""
    number, year = numbered(table, columns, fold=fold), table["year"].to_numpy()
    order = np.lexsort((year, number))
    return Series(table.take(pa.array(order)), number[order], year[order])


def gaps(
    table: pa.Table, declared: Table, series: tuple[str, ...], hint: Text, *, known: Known
) -> Iterator[Broken]:
    """The last row before each gap in the years of a series; ``series`` are its columns.

    A missing year that a row with a fault in its own key may have been meant for is passed
    over: that row is named for its fault, and is not to be written a second time.
    """
    key = (*series, "year")
    sound = {name: _sound(table, declared, name, known) for name in key}
    whole = np.logical_and.reduce(list(sound.values()))
    strays = _strays(table.select(list(key)), sound, whole)
    one = in_order(table.select(list(key)).filter(pa.array(whole)), series, fold=known)
    for at in np.flatnonzero((np.diff(one.of) == 0) & (np.diff(one.year) > 1)).tolist():
        where = one.rows.slice(at, 1).to_pylist()[0]
        before, after = int(one.year[at]), int(one.year[at + 1])
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


def _sound(table: pa.Table, declared: Table, name: str, known: Known) -> npt.NDArray[np.bool_]:
    column = declared[name]
    if name in known:
        answer = pc.is_in(pc.utf8_lower(table[name]), pa.array(sorted(known[name]), pa.string()))
    elif column.allowed:
        answer = pc.is_in(table[name], pa.array(column.allowed))
    elif column.minimum is not None and column.maximum is not None:
        answer = pc.and_(
            pc.greater_equal(table[name], column.minimum),
            pc.less_equal(table[name], column.maximum),
        )
    else:
        answer = pc.is_valid(table[name])
    return np.asarray(pc.fill_null(answer, False).to_numpy(), np.bool_)


_Key = tuple[str | int | None, ...]


def _strays(
    keys: pa.Table, sound: Mapping[str, npt.NDArray[np.bool_]], whole: npt.NDArray[np.bool_]
) -> set[_Key]:
    """The keys of rows that are not whole, with what is not sound as ``None``."""
    parts = {n: pc.if_else(pa.array(fine), keys[n], None) for n, fine in sound.items()}
    rows = pa.table(parts).filter(pa.array(~whole)).to_pylist()
    return {tuple(row.values()) for row in rows}


def _may_stand(strays: set[_Key], key: _Key) -> bool:
    """Whether a row with a faulty key may have been meant for this one."""
    return bool(strays) and any(
        reading in strays for reading in itertools.product(*((part, None) for part in key))
    )


def _ranges(years: Iterable[int]) -> str:
    """``2003, 2005–2007`` for 2003, 2005, 2006, 2007."""
    runs = itertools.groupby(enumerate(years), key=lambda item: item[1] - item[0])
    spans = [[year for _, year in run] for _, run in runs]
    return ", ".join(f"{s[0]}" if len(s) == 1 else f"{s[0]}–{s[-1]}" for s in spans)
