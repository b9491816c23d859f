"""The commands about methods, run as a person runs them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ID = "climate.transparency.facility-emissions"
HEADER = "facility,country,year,category,source,quantity,unit,uncertainty"


def kyoso(*arguments: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kyoso", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KYOSO_LANGUAGE": language, "PYTHONIOENCODING": "utf-8"},
    )


def file_of(folder: Path, *lines: str) -> str:
    path = folder / "activity.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return f"activity={path}"


def test_methods_are_listed_as_data() -> None:
    listed = json.loads(kyoso("methods", "--json").stdout)
    assert [one["id"] for one in listed] == [ID, "pollution.circularity.e-waste-generation"]
    assert listed[0]["activities"] == ["1-1-1", "1-1-2", "1-1-3"]


def test_a_declaration_is_shown_as_data() -> None:
    shown = json.loads(kyoso("methods", "show", ID, "--json").stdout)
    assert [table["name"] for table in shown["inputs"]] == ["activity", "factors"]
    assert shown["parameters"][0]["choices"] == ["AR4", "AR5", "AR6"]


def test_mixed_units_give_the_right_tonnes(tmp_path: Path) -> None:
    given = file_of(
        tmp_path,
        "F1,XAA,2023,1A1a,Natural Gas,1,kt,5",
        "F2,XAA,2023,1A1a,natural gas,500000,kg,5",
        "F3,XAA,2023,1A1a,NATURAL GAS,24000,GJ,5",
    )
    done = kyoso("run", ID, "-i", given, "-o", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "totals.csv").open(encoding="utf-8") as stream:
        (total,) = csv.DictReader(stream)
    # (1 + 0.5) Gg × 48 TJ/Gg + 24 TJ = 96 TJ; per TJ 56.1 t CO2, 1 kg CH4, 0.1 kg N2O; AR5
    assert float(total["co2e"]) == pytest.approx(96 * (56.1 + 0.028 + 0.0265), rel=1e-11)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "emissions.csv",
        "figures",
        "result.json",
        "totals.csv",
    ]


MISTAKES = [
    ("F01,XAA,2023,1A1a,Natural Gas,-5,TJ,5", "row 2, column quantity: -5"),
    ("F02,INA,2023,1A1a,Natural Gas,1,TJ,5", "row 3, column country: INA"),
    ("F03,XAA,2023.5,1A1a,Natural Gas,1,TJ,5", "row 4, column year: 2023.5"),
    ("F04,XAA,2023,1.A.1.a,Natural Gas,1,TJ,5", "row 5, column category: 1.A.1.a"),
    ("F05,XAA,2023,1A1a,Natral Gas,1,TJ,5", "row 6, column source: Natral Gas"),
    ("F06,XAA,2023,1A1a,Natural Gas,abc,TJ,5", "row 7, column quantity: abc"),
    ("F07,XAA,2023,1A1a,Natural Gas,1,m3,5", "row 8, column unit: m3"),
    ("F08,XAA,2023,1A1a,Natural Gas,1,ton,5", "row 9, column unit: ton"),
    ("F09,XAA,2023,1A1a,Natural Gas,1,zz,5", "row 10, column unit: zz"),
    ("F10,XAA,2023,1A1a,Natural Gas,1,TJ,-5", "row 11, column uncertainty: -5"),
    ("F11,XAA,2023,1A1a,Natural Gas,,TJ,5", "row 12, column quantity: no value"),
    (",XAA,2023,1A1a,Natural Gas,1,TJ,5", "row 13, column facility: no value"),
    ("F13,,2023,1A1a,Natural Gas,1,TJ,5", "row 14, column country: no value"),
    ("F14,XAA,2023,1A3b,Motor Gasoline,1,TJ,5", "row 15, column category: 1A3b"),
    ("F15,XAA,2023,1A5a,Natural Gas,1,TJ,5", "row 16, column category: 1A5a"),
    ("F16,XAA,1023,1A1a,Natural Gas,1,TJ,5", "row 17, column year: 1023"),
    ('F17,XAA,2023,1A1a,Natural Gas,"1,000",TJ,5', "row 18, column quantity: 1,000"),
    ("F18,XAA,2023,1A1a,Natural Gas,1,,5", "row 19, column unit: no value"),
    ("F19,XAA,2023,1A1a,Industrial Wastes,1,t,5", "row 20, column unit: t"),
    ("F20,XAA,2023,1A1a,Natural Gas,1,TJ,x", "row 21, column uncertainty: x"),
]


def test_twenty_mistakes_are_named_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    given = file_of(tmp_path, *(line for line, _ in MISTAKES))
    refused = kyoso("run", ID, "-i", given, "-o", str(tmp_path / "out"), "--json")
    lines = refused.stderr.splitlines()
    assert refused.returncode == 1
    assert len(lines) == len(MISTAKES)
    for line, (_, place) in zip(lines, MISTAKES, strict=True):
        assert line.startswith(f"activity: {place}")
        assert "; " in line
    data = json.loads(refused.stdout)
    assert (data["count"], len(data["errors"])) == (20, 20)
    assert data["errors"][0]["row"] == 2
    assert not (tmp_path / "out").exists()


def test_a_repeated_record_is_named_at_its_second_row(tmp_path: Path) -> None:
    given = file_of(
        tmp_path, "F1,XAA,2023,1A1a,Natural Gas,1,TJ,5", "F1,XAA,2023,1A1a,NATURAL GAS,2,TJ,5"
    )
    (line,) = kyoso("check", ID, "-i", given).stderr.splitlines()
    assert line.startswith("activity: row 3, column facility: F1 · XAA · 2023 · 1A1a")
    assert "row 2 already" in line


def test_refusals_speak_japanese(tmp_path: Path) -> None:
    given = file_of(tmp_path, "F1,XAA,2023,1A1a,Natural Gas,-1,TJ,5")
    assert "範囲外の値です" in kyoso("check", ID, "-i", given, language="ja").stderr


def test_a_workbook_is_made_filled_and_named_by_cell(tmp_path: Path) -> None:
    import openpyxl

    made = tmp_path / "input.xlsx"
    assert kyoso("template", ID, "-o", str(made)).returncode == 0
    book = openpyxl.load_workbook(made)
    sheet = book["activity"]
    for at, value in enumerate(["F1", "XAA", 2023, "1A1a", "Natural Gas", -1, "TJ", 5], start=1):
        sheet.cell(row=2, column=at, value=value)
    book.save(made)
    (line,) = kyoso("check", ID, "-i", f"activity={made}").stderr.splitlines()
    assert line.startswith("activity: row 2, column quantity, sheet activity, cell F2: -1")


def test_wrong_usage_ends_with_two(tmp_path: Path) -> None:
    assert kyoso("run", "climate.none.such", "-o", str(tmp_path / "out")).returncode == 2
    assert kyoso("run", ID, "-o", str(tmp_path / "out")).returncode == 2
    given = file_of(tmp_path, "F1,XAA,2023,1A1a,Natural Gas,1,TJ,5")
    wrong = kyoso("run", ID, "-i", given, "-p", "gwp=AR9", "-o", str(tmp_path / "out"))
    assert wrong.returncode == 2
    assert "AR4, AR5, AR6" in wrong.stderr
