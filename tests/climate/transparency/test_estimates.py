"""What the methods for single categories make is what the inventory takes."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa

from kyoso.climate.transparency import (
    inventory_roll_up,
    land_stock_change,
    livestock,
    managed_soils,
    rice_methane,
)
from kyoso.methods.running import example_inputs, run
from kyoso.tables.writing import write

MADE_BY = (land_stock_change, livestock, managed_soils, rice_methane)


def test_estimates_of_agriculture_and_land_roll_up_to_the_national_total(tmp_path: Path) -> None:
    """The national total is the sum of all estimates, removals subtracted."""
    made = [
        run(module.METHOD, example_inputs(module.METHOD)).tables["estimates"].arrow()
        for module in MADE_BY
    ]
    together = pa.concat_tables(made)
    path = tmp_path / "estimates.parquet"
    write(together.to_batches(), together.schema, path, "parquet")
    result = run(inventory_roll_up.METHOD, {"estimates": path})
    expected = math.fsum(
        row["co2e"]
        for row in together.to_pylist()
        if (row["country"], row["year"]) == ("XAA", 2023)
    )
    totals = {
        (row["country"], row["year"], row["category"]): row["total"]
        for row in result.tables["totals"].arrow().to_pylist()
    }
    assert math.isclose(totals["XAA", 2023, "0"], expected, rel_tol=1e-11)
    assert math.isclose(totals["XAA", 2023, "3"], expected, rel_tol=1e-11)
    partial = {
        (row["country"], row["year"], row["category"], row["gas"]): {
            name: row[name] for name in ("not_estimated", "not_estimated_ja")
        }
        for row in together.to_pylist()
        if row["not_estimated"]
    }
    assert partial
    inventory = result.tables["inventory"].arrow().to_pylist()
    for row in inventory:
        why = partial.get(tuple(row[name] for name in ("country", "year", "category", "gas")))
        if why is not None:
            assert (row["notation"], row["coverage"]) == ("NE", None)
            assert all(said in row[name] for name, said in why.items())
