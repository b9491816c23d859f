"""Facility reports as tests run them: a plan and activity data in lines of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kyoso.climate.transparency.facility_report import METHOD
from kyoso.core.errors import InputRefusedError
from kyoso.methods import running
from kyoso.methods.result import Result

PLAN = (
    "facility,country,stream,category,source,approach,tier,meter_uncertainty,contract,biogenic,"
    "valid_from,valid_until"
)
ACTIVITY = "facility,year,stream,quantity,unit,uncertainty,heat_basis,gwp"
BOILER = "F1,XAA,S1,1A1a,Natural Gas,calculation,1,5,,,,"
BURNT = "F1,2023,S1,100,TJ,,,"
GRID = """source,country,year,method,value,unit,lower,upper
Grid,XAA,2023,location,0.6,t/MWh,0.54,0.66
Grid,all,2023,location,0.9,t/MWh,,
Wind,XAA,2023,market,0,t/MWh,,
"""

Lines = Sequence[str]


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(
    folder: Path,
    plan: Lines = (BOILER,),
    activity: Lines = (BURNT,),
    others: Mapping[str, str] | None = None,
    **values: str,
) -> Result:
    """Run the method on lines of a plan and of activity data."""
    inputs = {
        "plan": write(folder, "plan", PLAN, *plan),
        "activity": write(folder, "activity", ACTIVITY, *activity),
    }
    for name, text in (others or {}).items():
        inputs[name] = write(folder, name, text)
    return running.run(METHOD, inputs, values)


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def totals(result: Result) -> dict[str, object]:
    return {str(row["boundary"]): row["co2e"] for row in rows(result, "totals")}


def verdict(result: Result) -> object:
    return next(row["verdict"] for row in rows(result, "totals") if row["boundary"] == "total")


def refused(
    folder: Path,
    plan: Lines = (BOILER,),
    activity: Lines = (BURNT,),
    others: Mapping[str, str] | None = None,
    **values: str,
) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(folder, plan, activity, others, **values)
    return caught.value.lines()
