"""The commands about methods, run as a person runs them."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kyoso.cli import main

ID = "climate.transparency.facility-emissions"
HEADER = "facility,country,year,category,source,quantity,unit,uncertainty"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def kyoso(*arguments: str, language: str = "en") -> Done:
    """A command in this process, which spares every test the start of another."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KYOSO_LANGUAGE", language)
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as left,
        ):
            main(arguments)
    return Done(int(left.value.code or 0), out.getvalue(), err.getvalue())


def kyoso_apart(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kyoso", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KYOSO_LANGUAGE": "en", "PYTHONIOENCODING": "utf-8"},
    )


def file_of(folder: Path, *lines: str) -> str:
    path = folder / "activity.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return f"activity={path}"


def test_methods_are_listed_as_data() -> None:
    listed = json.loads(kyoso("methods", "--json").stdout)
    by_id = {one["id"]: one for one in listed}
    assert list(by_id) == sorted(by_id)
    assert {ID, "pollution.circularity.e-waste-generation"} <= set(by_id)
    assert by_id[ID]["activities"] == ["1-1-1", "1-1-2", "1-1-3"]


def test_a_declaration_is_shown_as_data() -> None:
    shown = json.loads(kyoso("methods", "show", ID, "--json").stdout)
    assert [table["name"] for table in shown["inputs"]] == ["activity", "factors"]
    assert shown["parameters"][0]["choices"] == ["AR4", "AR5", "AR6"]


def test_mixed_units_give_the_right_tonnes(tmp_path: Path) -> None:
    """2006 IPCC Guidelines, Volume 2: natural gas has 48 TJ/Gg (Table 1.2) and emits 56,100 kg
    CO2, 1 kg CH4 and 0.1 kg N2O per TJ in energy industries (Table 2.2). AR5: 28 and 265.
    """
    given = file_of(
        tmp_path,
        "F1,XAA,2023,1A1a,Natural Gas,1,kt,5",  # 1 Gg × 48 TJ/Gg = 48 TJ
        "F2,XAA,2023,1A1a,natural gas,500000,kg,5",  # 0.5 Gg × 48 TJ/Gg = 24 TJ
        "F3,XAA,2023,1A1a,NATURAL GAS,24000,GJ,5",  # 24 TJ
        "F4,XAA,2023,1A1a,Natural Gas,1000,MWh,5",  # 1000 × 3.6 GJ = 3.6 TJ
    )
    done = kyoso("run", ID, "-i", given, "-o", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "emissions.csv").open(encoding="utf-8") as stream:
        masses = {(row["facility"], row["gas"]): row["mass"] for row in csv.DictReader(stream)}
    assert masses == {
        ("F1", "CH4"): "0.048", ("F1", "CO2"): "2692.8", ("F1", "N2O"): "0.0048",
        ("F2", "CH4"): "0.024", ("F2", "CO2"): "1346.4", ("F2", "N2O"): "0.0024",
        ("F3", "CH4"): "0.024", ("F3", "CO2"): "1346.4", ("F3", "N2O"): "0.0024",
        ("F4", "CH4"): "0.0036", ("F4", "CO2"): "201.96", ("F4", "N2O"): "0.00036",
    }  # fmt: skip
    with (tmp_path / "out" / "totals.csv").open(encoding="utf-8") as stream:
        (total,) = csv.DictReader(stream)
    # 99.6 TJ × (56.1 + 0.001 × 28 + 0.0001 × 265) t/TJ
    assert total["co2e"] == "5592.9882"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "emissions.csv",
        "figures",
        "result.json",
        "totals.csv",
    ]


MISTAKES = [
    (
        "F01,XAA,2023,1A1a,Natural Gas,-5,TJ,5",
        "row 2, column quantity: -5: out of bounds; it must be ≥ 0",
    ),
    (
        "F02,INA,2023,1A1a,Natural Gas,1,TJ,5",
        "row 3, column country: INA: not a known country code; did you mean NGA, NAM, KNA?",
    ),
    (
        "F03,XAA,2023.5,1A1a,Natural Gas,1,TJ,5",
        "row 4, column year: 2023.5: not a whole number; write a whole number such as 2023",
    ),
    (
        "F04,XAA,2023,1.A.1.a,Natural Gas,1,TJ,5",
        "row 5, column category: 1.A.1.a: not in the expected form; an IPCC 2006 code without dots or brackets, such as 1A1a, 1A2f or 2A1",
    ),
    (
        "F05,XAA,2023,1A1a,Natral Gas,1,TJ,5",
        "row 6, column source: Natral Gas: not a known factors.source; did you mean Natural Gas?",
    ),
    (
        "F06,XAA,2023,1A1a,Natural Gas,abc,TJ,5",
        "row 7, column quantity: abc: not a number; write a number such as 1234.5; leave the cell empty where there is none",
    ),
    (
        "F07,XAA,2023,1A1a,Natural Gas,1,m3,5",
        "row 8, column unit: m3: this unit does not fit the source Natural Gas; use TJ, t or a unit of that kind",
    ),
    (
        "F08,XAA,2023,1A1a,Natural Gas,1,ton,5",
        "row 9, column unit: ton: this unit has more than one meaning; write t (1,000 kg), short_ton or long_ton",
    ),
    (
        "F09,XAA,2023,1A1a,Natural Gas,1,zz,5",
        "row 10, column unit: zz: unknown unit; write a unit such as t, kg, Gg, TJ, kWh",
    ),
    (
        "F10,XAA,2023,1A1a,Natural Gas,1,TJ,-5",
        "row 11, column uncertainty: -5: out of bounds; it must be ≥ 0 %",
    ),
    (
        "F11,XAA,2023,1A1a,Natural Gas,,TJ,5",
        "row 12, column quantity: no value; fill in quantity burnt, used or produced",
    ),
    (
        ",XAA,2023,1A1a,Natural Gas,1,TJ,5",
        "row 13, column facility: no value; fill in facility, by its identifier",
    ),
    (
        "F13,,2023,1A1a,Natural Gas,1,TJ,5",
        "row 14, column country: no value; fill in country, ISO 3166-1 alpha-3",
    ),
    (
        "F14,XAA,2023,1A3b,Motor Gasoline,1,TJ,5",
        "row 15, column category: 1A3b: no CH4, N2O factor of Motor Gasoline for this category; they depend on the emission control; name one of: Motor Gasoline (low-mileage light duty, 1995 or later) / Motor Gasoline (oxidation catalyst) / Motor Gasoline (uncontrolled)",
    ),
    (
        "F15,XAA,2023,1A5a,Natural Gas,1,TJ,5",
        "row 16, column category: 1A5a: no CH4, N2O factor of Natural Gas for this category; add the factors to the table factors; there are some for: commercial and institutional / energy industries / manufacturing industries and construction / residential; agriculture, forestry, fishing",
    ),
    (
        "F16,XAA,1023,1A1a,Natural Gas,1,TJ,5",
        "row 17, column year: 1023: out of bounds; it must be 1900 … 2100",
    ),
    (
        'F17,XAA,2023,1A1a,Natural Gas,"1,000",TJ,5',
        "row 18, column quantity: 1,000: not a number; write 1000 / 1.000 with a point for decimals and no other separators",
    ),
    (
        "F18,XAA,2023,1A1a,Natural Gas,1,,5",
        "row 19, column unit: no value; fill in unit of the quantity: mass, or energy on the basis of net calorific value",
    ),
    (
        "F19,XAA,2023,1A1a,Industrial Wastes,1,t,5",
        "row 20, column unit: t: this unit does not fit the source Industrial Wastes; use TJ or a unit of that kind",
    ),
    (
        "F20,XAA,2023,1A1a,Natural Gas,1,TJ,x",
        "row 21, column uncertainty: x: not a number; write a number such as 1234.5; leave the cell empty where there is none",
    ),
]


def test_twenty_mistakes_are_named_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    given = file_of(tmp_path, *(line for line, _ in MISTAKES))
    refused = kyoso_apart("run", ID, "-i", given, "-o", str(tmp_path / "out"), "--json")
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [f"activity: {said}" for _, said in MISTAKES]
    data = json.loads(refused.stdout)
    assert (data["passed"], data["count"]) == (False, 20)
    assert [one["row"] for one in data["errors"]] == list(range(2, 22))
    assert [path.name for path in tmp_path.iterdir()] == ["activity.csv"]


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


def test_all_parameters_that_are_off_are_named_at_once(tmp_path: Path) -> None:
    given = file_of(tmp_path, "F1,XAA,2023,1A1a,Natural Gas,1,TJ,5")
    wrong = kyoso("check", ID, "-i", given, "-p", "gpw=AR5", "-p", "gwp=AR9", "--json")
    assert wrong.returncode == 2
    assert wrong.stderr.splitlines() == [
        "-p gpw: this method has no such parameter; it has gwp",
        "-p gwp=AR9: not a value of this parameter; one of AR4, AR5, AR6",
    ]
    data = json.loads(wrong.stdout)
    assert (data["count"], [one["where"] for one in data["errors"]]) == (
        2,
        ["-p gpw", "-p gwp=AR9"],
    )


@pytest.mark.parametrize("command", ["run", "example", "template"])
@pytest.mark.parametrize("inside", [False, True], ids=["a file", "below a file"])
def test_a_place_that_cannot_be_written_to_is_named(
    command: str, inside: bool, tmp_path: Path
) -> None:
    given = file_of(tmp_path, "F1,XAA,2023,1A1a,Natural Gas,1,TJ,5")
    taken = tmp_path / "taken"
    taken.write_bytes(b"mine")
    place = taken / "out" if inside or command == "template" else taken
    wrong = kyoso(command, ID, *(["-i", given] if command == "run" else []), "-o", str(place))
    assert (wrong.returncode, wrong.stdout, wrong.stderr.splitlines()) == (
        2,
        "",
        [f"{taken}: nothing can be written here; name another place"],
    )
    assert taken.read_bytes() == b"mine"


def test_a_template_is_not_a_folder(tmp_path: Path) -> None:
    wrong = kyoso("template", ID, "-o", str(tmp_path))
    assert (wrong.returncode, wrong.stderr.splitlines()) == (
        2,
        [f"-o {tmp_path}: this is a folder; name a file, such as {tmp_path / 'input.xlsx'}"],
    )


HEAVY = ("calamine", "django", "docx", "duckdb", "ibis", "numpy", "pandas", "pint",
         "pyarrow", "pyspark", "scipy", "typst", "vl_convert", "xlsxwriter")  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["--help"], []),
        (["run", "--help"], []),
        (["run"], []),
        (["report", "status", "--help"], []),
        (["programme", "compare"], []),
        (["methods"], ["numpy", "pyarrow"]),
    ],
    ids=" ".join,
)
def test_a_command_loads_no_library_that_it_does_not_use(
    arguments: list[str], loaded: list[str]
) -> None:
    """What makes a start slow is imports; their number, unlike a time, is the same everywhere."""
    script = f"""
import contextlib, io, sys
from kyoso.cli import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()), \\
     contextlib.redirect_stderr(io.StringIO()):
    main({arguments!r})
print(*sorted({{name.partition(".")[0] for name in sys.modules}} & {set(HEAVY)!r}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == loaded


def test_the_site_is_set_up_without_the_libraries_that_calculate(tmp_path: Path) -> None:
    """Each command on an installation sets it up first: ibis and pyarrow would double its start."""
    script = f"""
import sys
import django
django.setup()
print(*sorted({{name.partition(".")[0] for name in sys.modules}} & {set(HEAVY)!r}))
"""
    environment = {"KYOSO_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "kyoso.hub.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["django"]
