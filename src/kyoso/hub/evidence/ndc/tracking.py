"""The tracking of a country's targets: a run on what is published, made anew when that changes."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.core.files.base import ContentFile

from kyoso.climate.transparency.tables.ndc import (
    ADJUSTMENTS,
    COURSE,
    CURVES,
    TARGETS,
    TRAJECTORY,
    VALUES,
)
from kyoso.core import hashes
from kyoso.core.errors import InputRefusedError
from kyoso.core.text import LANGUAGES, Language, Text
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import services as evidence
from kyoso.hub.evidence import store
from kyoso.hub.evidence.enums import Origin
from kyoso.hub.evidence.enums import State as RunState
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.ndc import kinds, selectors
from kyoso.hub.evidence.ndc.enums import Kind
from kyoso.hub.evidence.ndc.models import Statement, Tracking
from kyoso.hub.texts import language
from kyoso.methods import registry, running
from kyoso.methods.declaration import Figure, Method
from kyoso.publishing import charts
from kyoso.tables.declaration import Table

METHOD = "climate.transparency.ndc-tracking"
_OF_KIND: Mapping[str, Table] = {
    Kind.TARGET: TARGETS,
    Kind.LEVEL: COURSE,
    Kind.VALUE: VALUES,
    Kind.TRANSFER: ADJUSTMENTS,
}
Row = Mapping[str, Any]


def method() -> Method:
    """The method that tracks targets."""
    return registry.get(METHOD)


# --- what is given to it ------------------------------------------------------------------


def inputs_of(
    country: str, statements: Sequence[Statement], inventories: Sequence[Inventory]
) -> dict[str, bytes]:
    """The input tables as CSV files; no table where it has no rows.

    Levels without their trajectory, transfers without their target and a trajectory without
    levels wait for each other and are left out until both are published.
    """
    rows: dict[str, list[Row]] = {
        kind: [kinds.row_of(kind, country, one.content) for one in statements if one.kind == kind]
        for kind in _OF_KIND
    }
    drawn = {row["target"] for row in rows[Kind.LEVEL]}
    targets = [r for r in rows[Kind.TARGET] if r["kind"] != TRAJECTORY or r["target"] in drawn]
    names = {row["target"] for row in targets}
    given: dict[str, list[Row]] = {
        TARGETS.name: targets,
        COURSE.name: [row for row in rows[Kind.LEVEL] if row["target"] in names],
        ADJUSTMENTS.name: [row for row in rows[Kind.TRANSFER] if row["target"] in names],
        VALUES.name: [*rows[Kind.VALUE], *_of_inventories(country, inventories)],
    }
    if not given[TARGETS.name] or not given[VALUES.name]:
        return {}
    tables = {table.name: table for table in _OF_KIND.values()}
    return {name: _csv(tables[name], found) for name, found in given.items() if found}


def _of_inventories(country: str, inventories: Sequence[Inventory]) -> Iterator[Row]:
    """The national totals that published inventories have, with the run that each rests on."""
    for one in inventories:
        for key, land in (("total", True), ("without_lulucf", False)):
            if one.totals.get(key) is None:
                continue
            yield {
                "country": country,
                "indicator": kinds.indicator_of(land=land, gwp=one.gwp),
                "year": one.year,
                "value": float(one.totals[key]),
                "unit": "t CO2e",
                "gwp": one.gwp,
                "lulucf": "with" if land else "without",
                "source": f"inventory {one.year}/{one.number}, run {one.run_id}",
            }


def _csv(table: Table, rows: Sequence[Row]) -> bytes:
    """Rows in the order of their key, so that the same data are the same bytes."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.heading() for column in table.columns])
    for row in sorted(rows, key=lambda row: tuple(str(row[name]) for name in table.key)):
        writer.writerow([_cell(row.get(column.name)) for column in table.columns])
    return stream.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


# --- the run ------------------------------------------------------------------------------


def faults_with(statement: Statement) -> list[str]:
    """What the tracking would refuse if the statement were published as well."""
    others = [
        one
        for one in selectors.published(statement.country)
        if (one.kind, one.name) != (statement.kind, statement.name)
    ]
    country = statement.country
    given = inputs_of(country, [*others, statement], selectors.inventories_of(country))
    if not given:
        return []
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, content in given.items():
            paths[name] = Path(folder) / f"{name}.csv"
            paths[name].write_bytes(content)
        try:
            running.check(method(), paths)
        except InputRefusedError as refused:
            return [_said(one.message, one.hint, one.column) for one in refused.problems]
    return []


def _said(message: Text, hint: Text, column: str | None) -> str:
    spoken = language()
    place = f"{column}: " if column else ""
    return f"{place}{message[spoken]}; {hint[spoken]}"


def refresh(country: str, *, actor: User | None) -> Tracking | None:
    """Track the targets of a country anew where something published has changed.

    Without an actor it is a sample run. ``None`` where there is nothing to track.
    """
    given = inputs_of(country, selectors.published(country), selectors.inventories_of(country))
    latest = selectors.latest(country)
    if not given:
        return latest
    sent = {name: content.decode() for name, content in given.items()}
    digest = hashes.of_data({"version": method().version, "inputs": sent})
    if latest is not None and latest.digest == digest:
        return latest
    inputs = {
        name: evidence.Sent(f"{name}.csv", store.keep(ContentFile(content)), Origin.UPLOAD)
        for name, content in given.items()
    }
    values = method().parse({})
    run = (
        evidence.start_sample(method(), values, inputs)
        if actor is None
        else evidence.start(actor, method(), values, inputs)
    )
    evidence.execute(run.pk)
    run.refresh_from_db()
    if run.state != RunState.DONE:
        return latest
    return Tracking.objects.create(
        country=country, run=run, digest=digest, drawings=_drawings(rows_of(run, "curves"))
    )


# --- what came of it ----------------------------------------------------------------------


def rows_of(run: Run, table: str) -> pa.Table:
    """An output table of a run."""
    return pq.read_table(store.tables_of(run.pk)[table])


def figure(target: str, number: int = 1) -> Figure:
    """The chart of one target: its value, its adjusted balance, its level.

    ``number`` tells it from the others of a page.
    """
    return Figure(
        name=f"course-{number}",
        title=Text("{target}", "{target}").format(target=target),
        kind="lines",
        table=CURVES.name,
        value="amount",
        category="series",
        x="year",
    )


def lines_of(curves: pa.Table, target: str) -> pa.Table:
    """The lines of a target's chart."""
    return curves.filter(pc.equal(curves["target"], target))


def _drawings(curves: pa.Table) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for number, target in enumerate(pc.unique(curves["target"]).to_pylist(), start=1):
        lines = lines_of(curves, target)
        for spoken in LANGUAGES:
            draw = partial(
                charts.svg, figure(target, number), lines, method(), spoken, titled=False
            )
            made.setdefault(target, {})[spoken] = draw()
            made[target][narrow(spoken)] = draw(wide=charts.NARROW)
    return made


def narrow(spoken: Language) -> str:
    """Under this the drawing of a target stands that fits a phone."""
    return f"{spoken}-narrow"
