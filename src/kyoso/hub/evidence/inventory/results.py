"""The kept tables of a run."""

from __future__ import annotations

from typing import Any

from kyoso.hub.evidence import store
from kyoso.hub.evidence.models import Run


def rows_of(run: Run | None, table: str, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """A kept table of a run, in the order of the method; nothing where it has none."""
    import pyarrow.parquet as pq

    path = None if run is None else store.tables_of(run.pk).get(table)
    return [] if path is None else pq.read_table(path, columns=columns).to_pylist()
