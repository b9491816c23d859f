"""Splicing, recalculation and the roll-up from the command line: files in, files out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from kyoso.cli import main
from kyoso.methods import registry, running

ROOM = "climate.transparency"


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("time-series-splicing", "spliced.svg"),
        ("recalculation", "totals.svg"),
        ("inventory-roll-up", "totals.svg"),
        ("wastewater", "methane.svg"),
        ("waste-incineration", "estimates.svg"),
        ("waste-biological-treatment", "estimates.svg"),
        ("fugitive", "estimates.svg"),
        ("ndc-tracking", "progress.svg"),
    ],
)
def test_the_example_runs_to_tables_a_figure_and_a_record(
    tmp_path: Path, name: str, figure: str
) -> None:
    method = registry.get(f"{ROOM}.{name}")
    given = [f"-i{table}={path}" for table, path in running.example_inputs(method).items()]
    with pytest.raises(SystemExit) as left:
        main(["run", method.id, *given, "-o", str(tmp_path)])
    assert left.value.code in (0, None)
    tables = {f"{table.name}.csv" for table in method.outputs}
    assert {path.name for path in tmp_path.iterdir()} == tables | {"figures", "result.json"}
    assert [path.name for path in (tmp_path / "figures").iterdir()] == [figure]
    record = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert record["provenance"]["method"] == method.id
    assert all(check["verdict"] != "failed" for check in record["checks"])
    for table in method.outputs:
        with (tmp_path / f"{table.name}.csv").open(encoding="utf-8") as stream:
            assert next(csv.reader(stream)) == list(table.names)


def test_a_line_reported_twice_ends_with_status_1_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYOSO_LANGUAGE", "en")
    lines = tmp_path / "lines.csv"
    row = "F1,XAA,2023,{},Natural Gas,CO2,10"
    header = "facility,country,year,category,source,gas,mass"
    lines.write_text(f"{header}\n{row.format('1A1ai')}\n{row.format('1A2f')}\n", encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["run", f"{ROOM}.inventory-roll-up", f"-ilines={lines}", "-o", str(tmp_path / "out")])
    assert left.value.code == 1
    assert "lines: row 3, column facility: F1 · 2023 · Natural Gas" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
