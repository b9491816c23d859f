"""The workbook of an inventory: national statistics, estimates, notation keys.

It goes out narrowed to one country and year. What comes back passes the door of the method's own
tables and the method's own rules, together with the lines of the facilities.
"""

from __future__ import annotations

import csv
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.contrib.auth.models import AnonymousUser

from kyoso import reference
from kyoso.climate.transparency import uncertainty_approach_1
from kyoso.climate.transparency.tables.columns import GAS, TREE_CATEGORY
from kyoso.climate.transparency.tables.estimates import ESTIMATES as MADE
from kyoso.climate.transparency.tables.inventory import INVENTORY
from kyoso.climate.transparency.tables.roll_up import ESTIMATES
from kyoso.core.errors import InputRefusedError, Problem, Problems
from kyoso.core.text import Language, Text
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence import store
from kyoso.hub.evidence.enums import State as RunState
from kyoso.hub.evidence.facilities import computing
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.inventory import library
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.inventory.results import rows_of
from kyoso.hub.evidence.models import Run
from kyoso.methods import registry, running
from kyoso.methods.declaration import Method
from kyoso.publishing import workbooks
from kyoso.tables.checking import check_declared, profile_of
from kyoso.tables.declaration import Table
from kyoso.tables.engine import Engine
from kyoso.tables.engine import engine as open_engine
from kyoso.tables.given import ROW, Given, schema
from kyoso.tables.reading import read

METHOD = "climate.transparency.inventory-roll-up"
ASKED = ("national", "estimates", "notations")
"""The sheets of the workbook; one of one's own factors may be added."""
FACTORS = "factors"
_OF_TWO_YEARS = {column.name: column for column in INVENTORY.columns}
UNCERTAINTY = Table(
    name="uncertainty",
    title=Text("Uncertainty of categories", "区分別の不確かさ"),
    optional=True,
    key=("category", "gas"),
    columns=(
        TREE_CATEGORY,
        GAS,
        _OF_TWO_YEARS["activity_uncertainty"],
        _OF_TWO_YEARS["factor_uncertainty"],
        _OF_TWO_YEARS["shared_factor"],
    ),
)
"""A sheet beside those of the roll-up: what the runs on uncertainty read."""
_LINE = (
    "facility", "country", "year", "category", "source", "stream", "gas", "mass", "boundary",
    "quantity", "unit", "version", "confidential",
)  # fmt: skip
_ESTIMATE = ("country", "year", "category", "gas")
_ABSENT = {"sheet", "empty"}
"""Faults of a table that is not there: it may be left out."""


@dataclass(frozen=True, slots=True)
class Stated:
    """Halves of 95 % intervals of a category and gas, in %; the factor's name where it is shared."""

    activity: float
    factor: float
    shared: str | None = None


def method() -> Method:
    """The method that rolls up an inventory."""
    return registry.get(METHOD)


def _narrowed(table: Table, one: Inventory) -> Table:
    fields: Mapping[str, dict[str, Any]] = {
        "country": {"allowed": (one.country,)},
        "year": {"minimum": one.year, "maximum": one.year},
    }
    return replace(
        table,
        columns=tuple(replace(each, **fields.get(each.name, {})) for each in table.columns),
    )


def formed(one: Inventory) -> Method:
    """The method as it is asked for one inventory: it names what does not belong there."""
    own = method()
    return replace(
        own,
        inputs=tuple(
            _narrowed(table, one) if table.name in ASKED else table for table in own.inputs
        ),
    )


# --- going out ----------------------------------------------------------------------------


def made(one: Inventory, path: Path, language: Language) -> None:
    """Write the empty workbook of an inventory, with the sources that have a factor to choose."""
    shown = formed(one)
    known = reference.load(str(shown.input(FACTORS).shipped)).rows
    sources = tuple(dict.fromkeys(str(row["source"]) for row in known))
    tables = [
        replace(
            table,
            columns=tuple(
                replace(each, refers_to=None, allowed=sources) if each.refers_to else each
                for each in table.columns
            ),
        )
        for table in (*(shown.input(name) for name in ASKED), UNCERTAINTY)
    ]
    workbooks.template(
        replace(shown, inputs=tuple(tables), origins=(), example={}, digests={}), path, language
    )


# --- the lines of the facilities ----------------------------------------------------------


def lines(submissions: Sequence[Submission]) -> Iterator[dict[str, Any]]:
    """The lines of facility reports as the roll-up reads them; a confidential stream is marked."""
    for one in submissions:
        assert one.run is not None
        secret = set(
            one.plan.streams.filter(confidential=True).values_list("code", flat=True)
            if one.withheld
            else ()
        )
        for line in computing.lines_of(one.run):
            yield {
                **{name: line.get(name) for name in _LINE},
                "version": one.number,
                "confidential": "yes" if line["stream"] in secret else "no",
            }


def write_lines(submissions: Sequence[Submission], path: Path) -> bool:
    """Write them as a CSV file; whether there are any."""
    rows = list(lines(submissions))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, _LINE, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(row[name]) for name in _LINE} for row in rows)
    return bool(rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def twice(submissions: Sequence[Submission]) -> Iterator[Problem]:
    """A facility whose emissions of the year stand in two reports, both by name."""
    by_facility: dict[uuid.UUID, list[Submission]] = {}
    for one in submissions:
        by_facility.setdefault(one.report.facility_id, []).append(one)
    for several in by_facility.values():
        if len(several) > 1:
            facility = several[0].report.facility
            names = ", ".join(f"{facility.code} {one.report.rule_set}" for one in several)
            yield Problem(
                table="lines",
                value=facility.code,
                column="facility",
                message=Text(
                    "one facility and year in several reports: {names}",
                    "同じ施設・年の報告が複数あります：{names}",
                ).format(names=names),
                hint=Text("leave all but one of them out", "1件だけを残し、ほかを除外してください"),
                code="counted-twice",
            )


# --- coming back --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The files that an inventory is calculated with, each if there is one.

    The lines of the facilities, the country's own factors among the shipped ones, the workbook
    under its name.
    """

    lines: Path | None
    factors: Path | None
    sent: Path | None


@contextmanager
def laid_out(one: Inventory, submissions: Sequence[Submission]) -> Iterator[LaidOut]:
    """The files of an inventory in a folder."""
    with tempfile.TemporaryDirectory() as folder:
        lines_, factors = Path(folder) / "facilities.csv", Path(folder) / "factors.csv"
        has_lines = write_lines(submissions, lines_)
        own = library.of_year(one.country, one.year)
        if own:
            library.write_year(own, one.year, factors)
        yield LaidOut(
            lines_ if has_lines else None, factors if own else None, _sent(one, Path(folder))
        )


def _sent(one: Inventory, folder: Path) -> Path | None:
    if not one.sheet_sha256:
        return None
    sent = folder / "sent" / one.sheet_name
    sent.parent.mkdir()
    sent.symlink_to(store.content_of(one.sheet_sha256))
    return sent


def tables_in(one: Inventory, sent: Path, engine: Engine) -> dict[str, Given]:
    """The tables that a file holds: the sheets that have rows or faults; a CSV file is national.

    Raises :class:`InputRefusedError` for a file that holds none.
    """
    shown = formed(one)
    if sent.suffix != ".xlsx":
        return {"national": read(shown.input("national"), sent, engine)}
    found = {name: read(shown.input(name), sent, engine) for name in (*ASKED, FACTORS)}
    found[UNCERTAINTY.name] = read(UNCERTAINTY, sent, engine)
    there = {name: given for name, given in found.items() if not _is_absent(given)}
    if not there:
        raise InputRefusedError(found["national"].problems)
    return there


def _is_absent(given: Given) -> bool:
    return given.rows == 0 and {each.code for each in given.problems.listed} <= _ABSENT


def checked(
    one: Inventory, submissions: Sequence[Submission], *, actor: User | None
) -> tuple[str, ...]:
    """The tables that a file holds, once they are right together with the facilities' lines.

    Raises :class:`InputRefusedError` with every fault at its sheet and cell.
    """
    problems = Problems()
    problems.extend(list(twice(submissions)))
    with laid_out(one, submissions) as files:
        sent = files.sent
        names: tuple[str, ...] = ()
        if sent is not None:
            with open_engine("duckdb") as engine:
                given = tables_in(one, sent, engine)
                names = tuple(name for name in given if name != UNCERTAINTY.name)
                if UNCERTAINTY.name in given:
                    problems.extend(_faults(given[UNCERTAINTY.name], engine))
                    problems.extend(list(_disagreeing(given[UNCERTAINTY.name], engine)))
                if "estimates" in given:
                    problems.extend(list(_runs_unknown(given["estimates"], actor, engine)))
        inputs = {"lines": files.lines, FACTORS: files.factors, **dict.fromkeys(names, sent)}
        try:
            if (files.lines or names) and not _are_twice(problems):
                running.check(
                    formed(one),
                    {table: path for table, path in inputs.items() if path is not None},
                    {"gwp": one.gwp},
                )
        except InputRefusedError as refused:
            problems.extend(refused.problems, refused.count)
    if problems:
        raise InputRefusedError(problems)
    return names


def _faults(given: Given, engine: Engine) -> list[Problem]:
    """What is wrong in a sheet that the roll-up does not read."""
    profile = profile_of(given, engine)
    check_declared(given, engine, profile=profile, digest=None, others={})
    return given.problems.listed


def _disagreeing(given: Given, engine: Engine) -> Iterator[Problem]:
    """Rows that say of a shared factor what another row does not, by the rule of the methods."""
    rows = engine.fetch(given.relation).to_pylist() if given.readable else []
    blank = {**dict.fromkeys(INVENTORY.names), "factor_correlated": True}
    full = [blank | {name: row[name] for name in UNCERTAINTY.names} for row in rows]
    place = {(row["category"], row["gas"]): row[ROW] for row in rows}
    tables = {"inventory": pa.Table.from_pylist(full, schema(INVENTORY))}
    for rule in uncertainty_approach_1.rules(tables, {}):
        for broken in rule.broken:
            yield given.problem(
                broken.message,
                broken.hint,
                row=place[broken.where["category"], broken.where["gas"]],
                column=broken.column,
                value=broken.value,
                code=rule.id,
            )


def stated(one: Inventory) -> dict[tuple[str, str], Stated]:
    """The uncertainties that the workbook states, by category and gas."""
    with tempfile.TemporaryDirectory() as folder:
        sent = _sent(one, Path(folder))
        if sent is None or sent.suffix != ".xlsx":
            return {}
        with open_engine("duckdb") as engine:
            rows = engine.fetch(read(UNCERTAINTY, sent, engine).relation).to_pylist()
    return {
        (row["category"], row["gas"]): Stated(
            row["activity_uncertainty"], row["factor_uncertainty"], row["shared_factor"]
        )
        for row in rows
    }


def _are_twice(problems: Problems) -> bool:
    """The method would name the same streams once more, without the reports that they are from."""
    return any(one.code == "counted-twice" for one in problems.listed)


def _runs_unknown(given: Given, actor: User | None, engine: Engine) -> Iterator[Problem]:
    """Runs that are cited and are not there to be seen: an estimate rests on what can be read."""
    rows = engine.fetch(given.relation).to_pylist()
    for row in rows:
        cited = row["run"]
        if cited is None:
            continue
        if is_citable(cited, actor):
            if (left := _left_out(row)) is not None:
                yield given.problem(
                    Text(
                        "the run says what it leaves out, and this row does not",
                        "計算では未推計の部分がありますが、この行に記入がありません",
                    ),
                    Text("write, as the run has it: {left}", "計算の記載を写す：{left}").format(
                        left=left
                    ),
                    row=row[ROW],
                    column="not_estimated",
                    code="partial",
                )
            continue
        yield given.problem(
            Text(
                "not a run that is done and that you see", "閲覧できる完了済みの計算ではありません"
            ),
            Text(
                "copy the number from the address of the run, or leave it out",
                "計算ページのURLにある番号を写すか、空欄にしてください",
            ),
            row=row[ROW],
            column="run",
            value=cited,
            code="run",
        )


def _left_out(row: Mapping[str, Any]) -> Text | None:
    """What the run behind an estimate says is not estimated, where the estimate does not say so."""
    if ESTIMATES.told(row, "not_estimated") is not None:
        return None
    place = tuple(row[name] for name in _ESTIMATE)
    run = Run.objects.get(pk=uuid.UUID(row["run"]))
    for made in rows_of(run, "estimates"):
        if tuple(made.get(name) for name in _ESTIMATE) == place:
            return MADE.told(made, "not_estimated")
    return None


def is_citable(number: str, actor: User | None) -> bool:
    """Whether a number is that of a run that is done and that the actor sees."""
    try:
        pk = uuid.UUID(number)
    except ValueError:
        return False
    seen = runs.visible_to(actor or AnonymousUser())
    return seen.filter(pk=pk, state=RunState.DONE).exists()
