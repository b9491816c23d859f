"""Facility reports as tests run them: a plan and activity data in lines of a file.

And their rows, for the parts of the method that need no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from kyoso.climate.transparency.facility_report import METHOD
from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.report_emissions import Emission, Line
from kyoso.core.errors import InputRefusedError
from kyoso.methods import running
from kyoso.methods.result import Result
from kyoso.tables.declaration import Table
from kyoso.tables.given import schema

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


# --- rows, as the method has them behind the door -----------------------------------------


def table(declared: Table, *given: Row) -> pa.Table:
    """Rows with the columns of a declared table; what they leave out is absent."""
    return pa.Table.from_pylist(list(given), schema=schema(declared))


def planned(**others: object) -> dict[str, object]:
    """An entry of a plan: the gas boiler of the energy industries, unless told otherwise."""
    return {
        "facility": "F1",
        "country": "XAA",
        "stream": "S1",
        "unit_name": None,
        "category": "1A1a",
        "source": "Natural Gas",
        "approach": "calculation",
        "tier": 1,
        "meter": None,
        "meter_uncertainty": 5.0,
        "contract": None,
        "biogenic": False,
        "valid_from": 1900,
        "valid_until": 2100,
        **others,
    }


def reported(**others: object) -> dict[str, object]:
    """A row of activity data: 100 TJ in 2023, unless told otherwise."""
    return {
        "facility": "F1",
        "year": 2023,
        "stream": "S1",
        "quantity": 100.0,
        "unit": "TJ",
        "uncertainty": None,
        "heat_basis": None,
        "gwp": None,
        **others,
    }


def factor(**others: object) -> dict[str, object]:
    """An emission factor: 56,100 kg CO2 per TJ of natural gas for all, unless told otherwise."""
    return {
        "source": "Natural Gas",
        "gas": "CO2",
        "sector": "all",
        "value": 56100.0,
        "unit": "kg/TJ",
        "lower": None,
        "upper": None,
        "net_calorific_value": None,
        "net_calorific_value_lower": None,
        "net_calorific_value_upper": None,
        "document": "2006 IPCC Guidelines, Volume 2",
        "table": "Table 1.4",
        "year": 2006,
        "verification": "two-sources",
        "biogenic": False,
        "country": "all",
        "heat_basis": "NCV",
        "valid_from": 1900,
        "valid_until": 2100,
        **others,
    }


def emission(**others: object) -> Emission:
    """A line of a report before a rule set looks at it: one tonne of CO2 without uncertainty."""
    given: dict[str, object] = {
        "source": "Natural Gas",
        "gas": "CO2",
        "own_factor": False,
        "boundary": "direct",
        "mass": 1.0,
        "method": "factor",
        "factor": 56100.0,
        "factor_unit": "kg/TJ",
        "factor_lower": None,
        "factor_upper": None,
        "factor_basis": "NCV",
        "factor_source": None,
        "verification": None,
        "factor_uncertainty": 0.0,
        "calorific_uncertainty": 0.0,
        "factor_key": None,
        "calorific_key": None,
    }
    of_line = {name: others.pop(name) for name in ("stream", "tier", "category") if name in others}
    uncertainty = others.pop("activity_uncertainty", 0.0)
    plan = planned(**of_line)
    row = reported(stream=plan["stream"], uncertainty=uncertainty)
    return Line(row, {**plan, "meter_uncertainty": uncertainty}).emission(**{**given, **others})
