"""The walk back from a number. What stands behind a total must add up to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kyoso.core.errors import NotFoundError
from kyoso.methods import registry, running
from kyoso.methods.declaration import Method
from kyoso.methods.tracing import Step, trace
from kyoso.tables.writing import write

FACILITY = registry.get("climate.transparency.facility-emissions")
E_WASTE = registry.get("pollution.circularity.e-waste-generation")

ACTIVITY = """facility,country,year,category,source,quantity,unit
A,XAA,2023,1A1a,natural gas,100,TJ
B,XAA,2023,1A1a,NATURAL GAS,2000,GJ
B,XAA,2023,1A2f,Natural Gas,1,TJ
C,XAA,2023,1A1a,Wood/Wood Waste,5,TJ
A,XAA,2022,1A1a,Natural Gas,7,TJ
"""


def kept(method: Method, inputs: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """A run's tables as Parquet, as the site keeps them."""
    files = {}
    with running.running(method, inputs) as result:
        for name, table in {**result.inputs, **result.tables}.items():
            files[name] = folder / f"{name}.parquet"
            write(table.batches(), table.schema, files[name], "parquet")
    return files


def behind(steps: list[Step], of: str, source: str) -> Step:
    return next(step for step in steps if (step.of, step.declared.name) == (of, source))


@pytest.fixture
def facility(tmp_path: Path) -> dict[str, Path]:
    file = tmp_path / "activity.csv"
    file.write_text(ACTIVITY)
    return kept(FACILITY, {"activity": file}, tmp_path)


def row_of(file: Path, **values: object) -> int:
    """The row of a table that holds these values, the header counted as row 1."""
    for at, row in enumerate(pq.read_table(file).to_pylist()):
        if all(row[name] == value for name, value in values.items()):
            return at + 2
    raise LookupError(values)


def test_a_total_leads_to_its_lines_to_their_rows_and_to_the_factors_of_the_sector(
    facility: dict[str, Path],
) -> None:
    row = row_of(facility["totals"], year=2023, category="1A1a")
    steps = trace(FACILITY, "totals", row, facility)
    lines = behind(steps, "totals", "emissions")
    # Three gases of natural gas at A and B; of wood at C only CH4 and N2O: its CO2 is biogenic.
    assert lines.count == 8
    assert behind(steps, "emissions", "activity").rows["row_"].to_pylist() == [2, 3, 5]
    factors = behind(steps, "emissions", "factors").rows.to_pylist()
    assert sorted((one["source"], one["gas"]) for one in factors) == [
        ("Natural Gas", "CH4"),
        ("Natural Gas", "CO2"),
        ("Natural Gas", "N2O"),
        ("Wood/Wood Waste", "CH4"),
        ("Wood/Wood Waste", "N2O"),
    ]
    assert {one["sector"] for one in factors} <= {"all", "energy industries"}


def test_the_lines_behind_every_total_add_up_to_it(tmp_path: Path) -> None:
    files = kept(FACILITY, running.example_inputs(FACILITY), tmp_path)
    for at, total in enumerate(pq.read_table(files["totals"]).to_pylist()):
        lines = behind(trace(FACILITY, "totals", at + 2, files), "totals", "emissions")
        assert lines.count == lines.rows.num_rows
        assert math.fsum(lines.rows["co2e"].to_pylist()) == pytest.approx(total["co2e"], rel=1e-11)


def test_what_is_generated_rests_on_every_year_up_to_its_own(tmp_path: Path) -> None:
    files = kept(E_WASTE, running.example_inputs(E_WASTE), tmp_path)
    first = pq.read_table(files["market"]).to_pylist()[0]
    row = row_of(
        files["generated"],
        country=first["country"],
        product=first["product"],
        year=first["year"] + 3,
    )
    steps = trace(E_WASTE, "generated", row, files)
    years = behind(steps, "generated", "market").rows["year"].to_pylist()
    assert years == [first["year"] + n for n in range(4)]
    assert behind(steps, "generated", "lifetimes").rows["product"].to_pylist() == [first["product"]]


def test_a_row_or_table_that_is_not_there_is_named(facility: dict[str, Path]) -> None:
    with pytest.raises(NotFoundError, match="totals: 99"):
        trace(FACILITY, "totals", 99, facility)
    with pytest.raises(NotFoundError, match="activity"):
        trace(FACILITY, "activity", 2, facility)


def test_a_figure_that_rests_on_all_rows_leads_to_all_of_them(tmp_path: Path) -> None:
    """The origin of the one row of ``total`` names no columns: every row is behind it."""
    method = registry.get("climate.transparency.uncertainty-approach-1")
    files = kept(method, running.example_inputs(method), tmp_path)
    steps = trace(method, "total", 2, files)
    rows = pq.read_table(files["contributions"]).num_rows
    contributions = behind(steps, "total", "contributions")
    assert contributions.count == behind(steps, "contributions", "inventory").count == rows
    shares = contributions.rows["variance_share"].to_pylist()
    assert math.fsum(shares) == pytest.approx(100, rel=1e-11)
