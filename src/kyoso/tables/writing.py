"""Tables to files: numbers to 12 significant digits, batch by batch, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

Format = Literal["csv", "parquet"]
DIGITS = 12

_POWERS = np.array([float(10**n) for n in range(23)])
"""The powers of ten that a double holds exactly; a computed power may miss by a digit."""

Floats = np.ndarray[Any, np.dtype[np.float64]]


def rounded(values: Floats) -> Floats:
    """``values`` to 12 significant digits, ties to even; NaN stays NaN, -0 becomes 0.

    The last digits of a sum may differ between two ways of adding. A plain rounding would pass
    such a difference on where a value stands half-way, which sums of decimal figures often do;
    so the value is first taken to 15 digits, where the difference is gone, and from there
    exactly to 12.
    """
    finite = np.isfinite(values) & (values != 0)
    answer = values + 0.0
    some = values[finite]
    exponent = np.floor(np.log10(np.abs(some))).astype(np.int64)
    shift = 14 - exponent
    plain = (shift >= -19) & (shift <= 22)  # neither way a power that is not exact
    scale = _POWERS[np.abs(shift[plain])]
    magnitude = np.where(shift[plain] >= 0, some[plain] * scale, some[plain] / scale)
    fifteen = np.rint(magnitude).astype(np.int64)
    whole, rest = np.divmod(fifteen, 1000)
    whole += (rest > 500) | ((rest == 500) & (whole % 2 == 1))
    back = shift[plain] - 3
    power = _POWERS[np.abs(back)]
    some[plain] = np.where(back >= 0, whole / power, whole * power)
    some[~plain] = [float(f"{Decimal(f'{value:.14e}'):.11e}") for value in some[~plain]]
    answer[finite] = some
    return answer


def rounded_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with its floating-point columns to 12 significant digits; absent stays absent."""
    columns = []
    for column in batch.columns:
        if not pa.types.is_floating(column.type):
            columns.append(column)
            continue
        values = rounded(np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64))
        absent = np.asarray(column.is_null()) if column.null_count else None
        columns.append(pa.array(values, pa.float64(), mask=absent))
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def rounded_table(table: pa.Table) -> pa.Table:
    """The same for a whole table."""
    batches = [rounded_batch(batch) for batch in table.combine_chunks().to_batches()]
    schema = batches[0].schema if batches else table.schema
    return pa.Table.from_batches(batches, schema=schema)


def write(batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path, form: Format) -> int:
    """Write batches to ``path`` one after the other; answer the number of rows.

    CSV is data: a text that begins with ``=`` stays what it is. Workbooks, which people open,
    see to it that nothing in them is taken for a formula.
    """
    rows = 0
    if form == "parquet":
        # Two writers of one table make one file: nothing in it names a time or a version.
        # Measured figures seldom repeat: a dictionary of them costs time and space.
        repeating = [field.name for field in schema if not pa.types.is_floating(field.type)]
        with pq.ParquetWriter(
            path, schema, compression="zstd", store_schema=False, use_dictionary=repeating
        ) as writer:
            for batch in batches:
                writer.write_batch(batch.cast(schema))
                rows += batch.num_rows
        return rows
    options = pa.csv.WriteOptions(quoting_style="needed", include_header=False)
    with path.open("wb") as stream:
        stream.write((",".join(schema.names) + "\n").encode())
        for batch in batches:
            texts = pa.RecordBatch.from_arrays(
                [_text(column) for column in batch.columns], names=schema.names
            )
            pa.csv.write_csv(texts, stream, options)
            rows += batch.num_rows
    return rows


def _text(column: pa.Array) -> pa.Array:
    """Booleans as words; everything else Arrow writes as it is read back, numbers shortest."""
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "yes", "no")
    return column
