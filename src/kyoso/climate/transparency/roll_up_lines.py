"""What an inventory asks of the lines of facility reports, as relational expressions.

The lines are summed once, by category, source, gas and whatever decides how they count. Only where
versions, quantities or confidentiality ask for it are they looked at again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from kyoso.climate.transparency.tables.roll_up import COUNTED, TRANSFERRED
from kyoso.climate.transparency.withholding import Reporters
from kyoso.tables.checking import Extent, Profile
from kyoso.tables.engine import exact_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir

Row = Mapping[str, Any]
Stream = tuple[str, int, str, str]
"""A country, a year, a category and a source in lower case."""

CELL = (
    "country", "year", "category", "source", "unit", "gas", "boundary", "biogenic", "confidential",
    "gwp",
)  # fmt: skip

_WHO = ("country", "year", "category", "source", "gas", "boundary", "biogenic")


def by_cell(lines: ir.Table, profile: Profile) -> ir.Table:
    """Lines, mass and quantity by category, source, unit, gas, boundary and confidentiality.

    ``current`` tells lines of the last version of a facility's report of a year from earlier
    ones. ``co2e`` sums the lines without a mass, ``empty`` counts those with neither, ``stated``
    those with a quantity. Sums are exact.
    """
    import ibis

    marked = versioned(lines, several=_several(profile))
    massless = marked.mass.isnull()
    return marked.group_by(*CELL, "current").aggregate(
        lines=marked.count(),
        empty=(massless & marked.co2e.isnull()).sum().cast("int64"),
        stated=marked.quantity.count(),
        mass=_summed(marked.mass, profile.get("mass")),
        co2e=_summed(massless.ifelse(marked.co2e, ibis.null("float64")), profile.get("co2e")),
        quantity=_summed(marked.quantity, profile.get("quantity")),
    )


def _summed(value: ir.NumericColumn, extent: Extent | None) -> ir.NumericScalar:
    """The exact sum; a column without a value is not worth the trouble."""
    if extent is None or not extent.count:
        return value.sum()
    return exact_sum(value, largest=extent.magnitude)


def _several(profile: Profile) -> bool:
    version = profile.get("version")
    return version is not None and version.smallest != version.largest


def versioned(lines: ir.Table, *, several: bool) -> ir.Table:
    """The lines with ``current``; only where versions differ is the last one looked for."""
    import ibis

    if not several:
        return lines.mutate(current=ibis.literal(value=True))
    report = ibis.window(group_by=["facility", "year"])
    return lines.mutate(current=lines.version == lines.version.max().over(report))


def emitted(digest: pa.Table) -> list[Row]:
    """The rows of the digest that are emissions of facilities and count."""
    return [
        row
        for row in digest.to_pylist()
        if row["current"] and row["boundary"] in (*COUNTED, TRANSFERRED)
    ]


def place_of(row: Row) -> tuple[str, int]:
    return row["country"], row["year"]


def stream_of(row: Row) -> Stream:
    return row["country"], row["year"], row["category"], row["source"].lower()


def activity(lines: ir.Table, digest: Sequence[Row], *, several: bool) -> dict[Stream, list[Row]]:
    """What facilities burnt, used or produced, each stream once, however many gases it emits.

    The lines of a stream's gases repeat its quantity. Where all gases of a source come to the
    same sum over as many lines, that is it; else each stream is taken by its first line.
    """
    by_gas: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in digest:
        if row["boundary"] in COUNTED and row["quantity"] is not None:
            key = tuple(row[n] for n in ("country", "year", "category", "source", "unit"))
            by_gas[key].append(row)
    found: defaultdict[Stream, list[Row]] = defaultdict(list)
    uneven: list[tuple[Any, ...]] = []
    for key, rows in by_gas.items():
        sums = set(_per_gas(rows))
        if len(sums) > 1:
            uneven.append(key)
        else:
            row = dict(zip(("country", "year", "category", "source", "unit"), key, strict=True))
            found[stream_of(row)].append({**row, "quantity": sums.pop()[0]})
    if uneven:
        largest = math.fsum(row["quantity"] for row in digest if row["quantity"] is not None)
        for row in _each_once(lines, uneven, largest, several=several):
            found[stream_of(row)].append(row)
    return {
        stream: sorted(rows, key=lambda one: (one["source"], one["unit"]))
        for stream, rows in found.items()
    }


def _per_gas(rows: Iterable[Row]) -> Iterator[tuple[float, int]]:
    """Quantity and lines of each gas of a source; rows of one gas may differ in other columns."""
    parts: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        parts[row["gas"], row["boundary"]].append(row)
    for same in parts.values():
        yield math.fsum(row["quantity"] for row in same), sum(row["stated"] for row in same)


def _each_once(
    lines: ir.Table, keys: Sequence[tuple[Any, ...]], largest: float, *, several: bool
) -> list[Row]:
    import ibis

    names = ("country", "year", "category", "source", "unit")
    asked = ibis.memtable(
        pa.table(dict(zip(names, map(list, zip(*keys, strict=True)), strict=True)))
    )
    marked = versioned(lines, several=several)
    possible = marked.filter(
        marked.current, marked.boundary.isin(COUNTED), marked.quantity.notnull()
    ).semi_join(asked, list(names))
    stream = ibis.window(
        group_by=["facility", "year", possible.source.lower(), "stream"],
        order_by=["boundary", "gas"],
    )
    first = possible.mutate(rank_=ibis.row_number().over(stream))
    first = first.filter(first.rank_ == 0)
    summed = first.group_by(*names).aggregate(quantity=exact_sum(first.quantity, largest=largest))
    rows: list[Row] = summed.to_pyarrow().to_pylist()
    return rows


def who(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _WHO)


def reporters(
    lines: ir.Table, digest: Sequence[Row], *, several: bool
) -> dict[tuple[Any, ...], Reporters]:
    """Who reports, by category, source, gas and boundary, where a confidential line is about.

    Two are known by name; of more it is enough to know that there are more. Countries and years
    without a confidential line are not looked at: nothing is withheld there.
    """
    import ibis

    places = sorted({(row["country"], row["year"]) for row in digest if row["confidential"]})
    if not places:
        return {}
    asked = ibis.memtable(
        pa.table({"country": [p[0] for p in places], "year": [p[1] for p in places]})
    )
    marked = versioned(lines, several=several)
    counted = marked.filter(
        marked.current, marked.boundary.isin((*COUNTED, TRANSFERRED))
    ).semi_join(asked, ["country", "year"])
    names = _WHO
    ends = counted.group_by(*names).aggregate(
        first_=counted.facility.min(), last_=counted.facility.max()
    )
    joined = counted.join(ends, list(names))
    others = (joined.facility != joined.first_) & (joined.facility != joined.last_)
    found = joined.group_by(*names, "first_", "last_").aggregate(others=others.sum().cast("int64"))
    return {
        who(row): Reporters(frozenset((row["first_"], row["last_"])), many=row["others"] > 0)
        for row in found.to_pyarrow().to_pylist()
    }
