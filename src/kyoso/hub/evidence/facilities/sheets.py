"""The activity data of a report as a workbook.

It goes out filled with the plan and what the draft holds. What comes back, as a file or typed into
the page, passes the door of the method's own tables and the method's own rules.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from kyoso import reference
from kyoso.climate.transparency.factors import basis
from kyoso.core.errors import InputRefusedError
from kyoso.core.text import Language, Text
from kyoso.core.units import COMMON
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import lending
from kyoso.hub.evidence.facilities.enums import Approach
from kyoso.hub.evidence.facilities.models import Plan, Stream, Submission
from kyoso.methods import registry, running
from kyoso.methods.declaration import Method
from kyoso.publishing import workbooks
from kyoso.tables.checking import check_declared, profile_of
from kyoso.tables.declaration import Column, Table, Type
from kyoso.tables.engine import engine as open_engine
from kyoso.tables.given import ROW, schema, written
from kyoso.tables.reading import read

METHOD = "climate.transparency.facility-report"
PLAN, ACTIVITY, ELECTRICITY = "plan", "activity", "electricity"
"""The tables of a report. The operator fills in the second, and the third where energy is bought."""
ENDINGS = (".xlsx", ".csv")
MOST_BYTES = 2 << 20

_MEASURED: Mapping[str, str] = {Approach.PURCHASED: "MWh", Approach.TRANSFER: "t"}
_BESIDE: Mapping[str, Text] = {
    "unit_name": Text("unit of the facility, as planned", "設備（計画の記載）"),
    "source": Text("source, as planned", "排出源（計画の記載）"),
    "meter": Text("meter, as planned", "計測器（計画の記載）"),
    "expected_unit": Text("a usual unit for this source", "この排出源の一般的な単位"),
    "note": Text(
        "evidence, such as numbers of bills or readings of the meter",
        "根拠（請求書の番号、計測器の読みなど）",
    ),
}
"""Columns of the sheet that the method does not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The activity data of a stream as it was written."""

    stream: str
    quantity: str
    unit: str
    uncertainty: Decimal | None
    heat_basis: str
    note: str


def method() -> Method:
    """The method that computes a report."""
    return registry.get(METHOD)


@cache
def _factors() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """The factors that ship by the name of their source in small letters."""
    table = method().input("factors")
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in reference.load(table.shipped).rows if table.shipped else ():
        found.setdefault(row["source"].lower(), []).append(row)
    return found


def expected_unit(stream: Stream) -> str:
    """A unit in which the quantity of a stream is usually written; a gas in kg."""
    if (measured := _MEASURED.get(stream.approach)) is not None:
        return measured
    rows = _factors().get(stream.source.lower())
    return rows[-1]["unit"].partition("/")[2] if rows else "kg"


def units_of(stream: Stream) -> tuple[str, ...]:
    """The common units in which a quantity of a stream can be computed, the usual one first.

    Energy and mass both do where the source has a calorific value that ships.
    """
    usual = expected_unit(stream)
    kinds = {_kind_of(usual)} - {None}
    rows = _factors().get(stream.source.lower(), ()) if stream.approach not in _MEASURED else ()
    if any(row["net_calorific_value"] for row in rows):
        kinds |= {"energy", "mass"}
    return (usual, *(one for one in COMMON if one != usual and _kind_of(one) in kinds))


@cache
def _kind_of(unit: str) -> str | None:
    return basis(unit)


def _form(code: str, year: int, streams: Sequence[str]) -> Table:
    """The table of activity data, narrowed to one facility, year and plan."""
    given = method().input("activity")
    narrowed = {
        "facility": {"allowed": (code,)},
        "year": {"minimum": year, "maximum": year},
        "stream": {"allowed": tuple(streams)},
    }
    columns = [replace(one, **narrowed.get(one.name, {})) for one in given.columns]  # type: ignore[arg-type]  # fields of a column by their names
    more = [
        Column(name=name, type=Type.TEXT, meaning=_BESIDE[name], required=False)
        for name in given.beside
    ]
    return replace(given, columns=(*columns, *more))


def _formed(plan: Plan, year: int, streams: Sequence[Stream]) -> Method:
    """The method as it is asked for one report: it names what does not belong there."""
    form = _form(plan.facility.code, year, [one.code for one in streams])
    own = method()
    inputs = tuple(form if table.name == ACTIVITY else table for table in own.inputs)
    return replace(own, inputs=inputs)


def inputs_of(streams: Sequence[Stream]) -> tuple[str, ...]:
    """The tables that stand in the file that is sent."""
    buys = any(one.approach == Approach.PURCHASED for one in streams)
    return (ACTIVITY, ELECTRICITY) if buys else (ACTIVITY,)


def tables_of(plan: Plan, year: int, streams: Sequence[Stream]) -> list[Table]:
    """The tables that an operator fills in for a year, as they are checked."""
    formed = _formed(plan, year, streams)
    return [formed.input(name) for name in inputs_of(streams)]


def planned(plan: Plan, year: int, stream: Stream) -> dict[str, Any]:
    """What the plan says in the row of a stream; the operator fills in the other columns."""
    return {
        "facility": plan.facility.code,
        "year": year,
        "stream": stream.code,
        "unit_name": stream.unit.name,
        "source": stream.source,
        "meter": stream.meter or None,
        "expected_unit": expected_unit(stream),
    }


# --- going out ----------------------------------------------------------------------------


Held = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by the name of their table."""


def made(plan: Plan, year: int, path: Path, language: Language, there: Held) -> None:
    """Write the workbook of a year: a row for each stream, with what is ``there`` already.

    Where energy is bought there is a sheet for the factors of the suppliers as well.
    """
    streams = list(plan.streams.select_related("unit"))
    tables = tables_of(plan, year, streams)
    shown = replace(method(), inputs=tuple(tables), origins=(), example={})
    by_stream = {row["stream"]: row for row in there.get(ACTIVITY, ())}
    rows = dict(there) | {
        ACTIVITY: [{**by_stream.get(one.code, {}), **planned(plan, year, one)} for one in streams]
    }
    filled = {
        table.name: pa.Table.from_pylist(list(rows[table.name]), schema=schema(table))
        for table in tables
        if rows.get(table.name)
    }
    workbooks.template(shown, path, language, rows=filled)


def write_typed(tables: Sequence[Table], rows: Held, path: Path) -> None:
    """Write what was typed as the workbook that it would have come in, cell by cell as text."""
    typed = {
        table.name: pa.table(
            {
                name: pa.array([_cell(row.get(name)) for row in rows[table.name]], pa.string())
                for name in table.names
            }
        )
        for table in tables
    }
    workbooks.write_tables(typed, path, declared={table.name: table for table in tables})


def _cell(value: object) -> str | None:
    return None if value in (None, "") else str(value)


# --- coming back --------------------------------------------------------------------------


def plan_rows(plan: Plan) -> list[dict[str, Any]]:
    """The plan as the table of the method has it."""
    facility = plan.facility
    return [
        {
            "facility": facility.code,
            "country": facility.country,
            "stream": one.code,
            "unit_name": one.unit.name,
            "category": one.category,
            "source": one.source,
            "approach": str(one.approach),
            "tier": "" if one.tier is None else str(one.tier),
            "meter": one.meter,
            "meter_uncertainty [%]": ""
            if one.meter_uncertainty is None
            else f"{one.meter_uncertainty.normalize():f}",
            "contract": one.contract,
            "biogenic": "yes" if one.biogenic else "no",
        }
        for one in plan.streams.select_related("unit")
    ]


def write_plan(plan: Plan, path: Path) -> None:
    """Write the plan as a CSV file."""
    rows = plan_rows(plan)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def check_plan(plan: Plan) -> None:
    """Raises :class:`InputRefusedError` with every fault of the plan itself."""
    with tempfile.TemporaryDirectory() as folder, open_engine("duckdb") as engine:
        path = Path(folder) / "plan.csv"
        write_plan(plan, path)
        given = read(method().input("plan"), path, engine)
        profile = profile_of(given, engine)
        check_declared(given, engine, profile=profile, digest=None, others={})
        if given.problems:
            raise InputRefusedError(given.problems)


@contextmanager
def _laid_out(plan: Plan, name: str, sha256: str) -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        written_plan, sent = Path(folder) / "plan.csv", Path(folder) / "sent" / name
        sent.parent.mkdir()
        write_plan(plan, written_plan)
        sent.symlink_to(store.content_of(sha256))
        yield written_plan, sent


def checked(plan: Plan, year: int, *, name: str, sha256: str) -> list[Written]:
    """What a file that came back says, stream by stream.

    Raises :class:`InputRefusedError` with every fault at its sheet and cell.
    """
    streams = list(plan.streams.select_related("unit"))
    formed = _formed(plan, year, streams)
    with _laid_out(plan, name, sha256) as (written_plan, sent):
        tables = _sent_in(name, streams)
        beside = {"plan": written_plan} | lending.written(
            lending.lent(plan, year), written_plan.parent
        )
        running.check(formed, beside | dict.fromkeys(tables, sent), lending.parameters(plan))
        with open_engine("duckdb") as engine:
            given = read(formed.input(ACTIVITY), sent, engine)
            rows = engine.fetch(given.relation).to_pylist()
    return [_written(row) for row in rows]


def _sent_in(name: str, streams: Sequence[Stream]) -> tuple[str, ...]:
    """The tables that a file of this name can hold."""
    return inputs_of(streams) if name.endswith(".xlsx") else (ACTIVITY,)


def held(submission: Submission) -> Held:
    """What a draft holds, as it was read; nothing where nothing was sent yet."""
    name, sha256 = submission.sheet_name, submission.sheet_sha256
    if not sha256 or not store.content_of(sha256).exists():
        return {}
    plan = submission.plan
    streams = list(plan.streams.select_related("unit"))
    formed = _formed(plan, submission.report.year, streams)
    with _laid_out(plan, name, sha256) as (_, sent), open_engine("duckdb") as engine:
        return {
            table: engine.fetch(
                read(formed.input(table), sent, engine).relation.drop(ROW)
            ).to_pylist()
            for table in _sent_in(name, streams)
        }


def _written(row: Mapping[str, Any]) -> Written:
    uncertainty = row["uncertainty"]
    return Written(
        stream=row["stream"],
        quantity=written(row["quantity"]),
        unit=row["unit"],
        uncertainty=None if uncertainty is None else round(Decimal(str(uncertainty)), 3),
        heat_basis=row["heat_basis"] or "",
        note=row["note"] or "",
    )
