"""What is published of a country as files: common tables, primap2, the draft of its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse

from kyoso.climate.transparency import categories, common_tables, primap
from kyoso.climate.transparency.tables.ndc import WHY
from kyoso.core.text import LANGUAGES, Text, same
from kyoso.hub.evidence import store
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.ndc import kinds, selectors, tracking
from kyoso.hub.evidence.ndc.enums import Kind
from kyoso.hub.evidence.ndc.models import Statement, Tracking
from kyoso.hub.texts import say
from kyoso.methods import registry
from kyoso.publishing import btr, charts, words
from kyoso.reference.countries import country as place

SECTORS = categories.children(categories.NATIONAL_TOTAL)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Published:
    """All that is published of a country."""

    country: str
    statements: Sequence[Statement]
    inventories: Sequence[Inventory]
    tracking: Tracking | None

    @classmethod
    def of(cls, country: str) -> Published:
        return cls(
            country,
            selectors.published(country),
            selectors.inventories_of(country),
            selectors.latest(country),
        )

    @property
    def name(self) -> Text:
        found = place(self.country)
        return found.name if found else same(self.country)

    @property
    def is_sample(self) -> bool:
        return any(one.sample for one in self.statements) or any(
            one.sample for one in self.inventories
        )

    def rows(self, kind: str) -> list[Row]:
        """The rows of a kind, in the order of their names."""
        return [
            kinds.row_of(kind, self.country, one.content)
            for one in self.statements
            if one.kind == kind
        ]

    @cached_property
    def tracked(self) -> list[dict[str, Any]]:
        """Year by year, each row with the row of its file as ``at``."""
        return self._of_run("tracking")

    @cached_property
    def summary(self) -> list[dict[str, Any]]:
        return self._of_run("summary")

    @cached_property
    def behind(self) -> dict[tuple[str, int], Inventory]:
        """The inventory behind the value of an indicator in a year, where it is one's total."""
        return {
            (kinds.indicator_of(land=land, gwp=one.gwp), one.year): one
            for one in self.inventories
            for land in (True, False)
        }

    def _of_run(self, table: str) -> list[dict[str, Any]]:
        if self.tracking is None:
            return []
        rows = tracking.rows_of(self.tracking.run, table).to_pylist()
        hold = {row["target"] for row in self.rows(Kind.TARGET)}
        return [row | {"at": at} for at, row in enumerate(rows, start=2) if row["target"] in hold]

    @cached_property
    def cells(self) -> list[dict[str, Any]]:
        """The cells of all inventories by category and gas; what is confidential says so."""
        found: list[dict[str, Any]] = []
        for one in self.inventories:
            if one.run is not None and "inventory" in store.tables_of(one.run.pk):
                found += tracking.rows_of(one.run, "inventory").to_pylist()
        return found


# --- common tables and primap2 ------------------------------------------------------------


def common_rows(found: Published) -> dict[str, list[Row]]:
    """The rows of the common tables by declared table."""
    summed = {row["target"]: row for row in found.summary}
    targets: list[Row] = [
        {**row, **summed.get(row["target"], {})} for row in found.rows(Kind.TARGET)
    ]
    return {
        common_tables.INDICATORS.name: targets,
        common_tables.DEFINITIONS.name: found.rows(Kind.TARGET),
        common_tables.METHODS.name: found.rows(Kind.TARGET),
        "summary": list(found.summary),
        "tracking": list(found.tracked),
        common_tables.MEASURES.name: found.rows(Kind.MEASURE),
        common_tables.EMISSIONS.name: list(_emissions(found)),
        common_tables.PROJECTIONS.name: found.rows(Kind.PROJECTION),
        common_tables.ASSUMPTIONS.name: found.rows(Kind.ASSUMPTION),
        common_tables.NEEDED.name: found.rows(Kind.NEEDED),
        common_tables.RECEIVED.name: found.rows(Kind.RECEIVED),
        common_tables.INVENTORY.name: common_tables.inventory_rows(found.cells, categories.group),
    }


def _emissions(found: Published) -> Iterator[Row]:
    for one in found.inventories:
        parts = one.totals.get("categories", {})
        amounts = {"total": one.totals.get("total")}
        amounts["total without LULUCF"] = one.totals.get("without_lulucf")
        amounts |= {code: parts[code] for code in SECTORS if code in parts}
        for sector, amount in amounts.items():
            if amount is not None:
                yield {
                    "country": found.country,
                    "year": one.year,
                    "sector": sector,
                    "gwp": one.gwp,
                    "co2e": float(amount),
                }


def interchange(found: Published, data_file: str) -> tuple[str, str]:
    """The primap2 file and what describes it."""
    gwp = found.inventories[-1].gwp if found.inventories else "AR5"
    series = [*primap.series_of(found.cells, gwp), *_totals(found)]
    sample = " (sample data)" if found.is_sample else ""
    return primap.written(
        series,
        data_file,
        title=f"Greenhouse gas inventory of {found.name.en}{sample}",
        institution="Kyoso",
        comment="Made from published inventories. A value that is not there was not reported, or "
        "is withheld; notation keys stand in the workbook of the common tables.",
    )


def _totals(found: Published) -> Iterator[primap.Series]:
    by_gwp: dict[str, dict[int, float]] = {}
    for one in found.inventories:
        if one.totals.get("without_lulucf") is not None:
            by_gwp.setdefault(one.gwp, {})[one.year] = float(one.totals["without_lulucf"])
    for gwp, values in by_gwp.items():
        yield primap.Series(
            area=found.country,
            category=primap.WITHOUT_LAND,
            entity=f"{primap.BASKET} ({gwp}GWP100)",
            unit="t CO2 / year",
            values=values,
        )


# --- the draft of the report --------------------------------------------------------------


def _address(view: str, *arguments: object) -> str:
    return settings.KYOSO_URL.rstrip("/") + reverse(view, args=arguments)


def _amount(value: Any, link: str = "", places: int | None = None) -> btr.Cell | None:
    """A number as read; ``None`` where there is none."""
    if value is None:
        return None
    number = float(value)
    digits = words.decimals([number]) if places is None else places
    return btr.Cell(text=words.number(number, digits), link=link)


def _word(value: Any) -> btr.Cell | None:
    return None if value in (None, "") else btr.Cell(text=str(value))


def draft(found: Published, as_of: date) -> btr.Content:
    """The content of the draft, from what is published."""
    return btr.Content(
        country=found.name,
        as_of=as_of,
        sample=found.is_sample,
        inventory=tuple(_inventory(found)),
        tracking=tuple(_tracking(found)),
        measures=tuple(_listed(found, Kind.MEASURE, _MEASURE)),
        projections=(
            *_listed(found, Kind.PROJECTION, _PROJECTION),
            *_listed(found, Kind.ASSUMPTION, _ASSUMPTION),
        ),
        support=tuple(_support(found)),
        sources=tuple(_sources(found)),
    )


def _inventory(found: Published) -> Iterator[btr.Part]:
    if not found.inventories:
        return
    latest = found.inventories[-1]
    heads = (
        btr.Head(text=say("ndc.btr.sector"), share=2.4),
        *(
            btr.Head(text=same(str(one.year)), unit="t CO2e", numeric=True)
            for one in found.inventories[-5:]
        ),
    )
    rows = [
        (
            btr.Cell(text=label),
            *(
                _amount(read(one), _address("inventory:inventory", one.pk), 0)
                for one in found.inventories[-5:]
            ),
        )
        for label, read in _lines_of_inventory()
    ]
    yield btr.Part(
        title=say("ndc.btr.emissions"),
        text=say("ndc.btr.basis", gwp=latest.gwp, n=len(found.inventories)),
        grids=(btr.Grid(caption=say("ndc.btr.emissions"), heads=heads, rows=rows),),
    )


def sector_of(code: str) -> Text:
    """A category with its title; what is no code of a category stays as it was written."""
    title = words.title_of(registry.get(_ROLL_UP), "category", code)
    return Text(f"{code} {title.en}", f"{code} {title.ja}") if title else same(code)


def _lines_of_inventory() -> Iterator[tuple[Text, Callable[[Inventory], Any]]]:
    for code in SECTORS:
        yield sector_of(code), lambda one, code=code: one.totals.get("categories", {}).get(code)  # type: ignore[misc]
    yield say("ndc.btr.total"), lambda one: one.totals.get("total")
    yield say("ndc.btr.without_land"), lambda one: one.totals.get("without_lulucf")


_ROLL_UP = "climate.transparency.inventory-roll-up"
_TRANSFERS = frozenset({"first_transferred", "used", "adjustment"})
_YEARLY = ("value", "first_transferred", "used", "adjustment", "balance", "gap", "progress")


def _tracking(found: Published) -> Iterator[btr.Part]:
    if found.tracking is None:
        return
    run = found.tracking.run
    by_target: dict[str, list[dict[str, Any]]] = {}
    for row in found.tracked:
        by_target.setdefault(row["target"], []).append(row)
    curves = tracking.rows_of(run, "curves")
    for row in found.summary:
        years = by_target.get(row["target"], [])
        heads = (
            btr.Head(text=say("ndc.column.year"), share=0.7),
            *(btr.Head(text=say(f"ndc.column.{name}"), numeric=True) for name in _YEARLY),
            btr.Head(text=say("ndc.column.status"), share=1.3),
        )
        grid = btr.Grid(
            caption=say("ndc.btr.years", target=row["target"], unit=row["unit"]),
            heads=heads,
            rows=[
                (
                    btr.Cell(text=str(one["year"])),
                    *(_of_year(one, name, run, found) for name in _YEARLY),
                    btr.Cell(text=status_of(one)),
                )
                for one in years
            ],
        )
        drawing = found.tracking.drawings.get(row["target"])
        yield btr.Part(
            title=same(row["target"]),
            text=_sentence(row),
            drawings=()
            if drawing is None
            else (
                btr.Drawing(
                    caption=say("ndc.btr.course", target=row["target"]),
                    svg=Text(drawing["en"], drawing["ja"]),
                    description=_description(row["target"], curves),
                    grid=grid,
                ),
            ),
            grids=(grid,) if drawing is None else (),
        )


def _of_year(row: Row, name: str, run: Run, found: Published) -> btr.Cell | None:
    """A number of a year; where a balance stands without transfers, none of them apply.

    It leads to its row of the run, the value of a national total to its inventory.
    """
    inventory = found.behind.get((row["indicator"], row["year"]))
    if name == "value" and inventory is not None:
        return _amount(row[name], _address("inventory:inventory", inventory.pk))
    if row[name] is None and name in _TRANSFERS and row["balance"] is not None:
        return btr.Cell(text=say("ndc.btr.does_not_apply"))
    return _amount(row[name], f"{_address('evidence:run', run.pk)}?of=tracking&row={row['at']}")


def _description(target: str, curves: Any) -> Text:
    said = {
        spoken: charts.description(
            tracking.figure(target),
            tracking.lines_of(curves, target, spoken),
            tracking.method(),
            spoken,
        )
        for spoken in LANGUAGES
    }
    return Text(said["en"], said["ja"])


def status_of(row: Row) -> Text:
    """The status of a row, with what is lacking."""
    status = say(f"ndc.status.{row['status'].replace('-', '_')}")
    if row["reason"] is None:
        return status
    return Text("{status}: {reason}", "{status}：{reason}").format(
        status=status, reason=WHY[row["reason"]]
    )


def _sentence(row: Row) -> Text:
    """What a target says, and where it stands."""
    level = (
        "–"
        if row["level"] is None
        else words.number(row["level"], 0 if abs(row["level"]) >= 100 else 2)
    )
    return say(
        "ndc.btr.sentence",
        kind=say(f"ndc.target_kind.{row['kind'].replace('-', '_')}"),
        level=level,
        unit=row["unit"],
        year=row["target_year"],
        status=status_of(row),
    )


_MEASURE = ("name", "status", "sector", "gases", "start_year", "achieved", "expected")
_PROJECTION = ("scenario", "sector", "year", "co2e")
_ASSUMPTION = ("parameter", "year", "value", "unit")
_SUPPORTED = ("title", "support", "sector", "amount", "currency", "first_year", "last_year")
_UNITS = {"achieved": "t CO2e", "expected": "t CO2e", "co2e": "t CO2e"}
_NUMBERS = frozenset({"achieved", "expected", "co2e", "amount", "value"})
_WORDED = frozenset({"status", "scenario", "support"})


def _listed(found: Published, kind: str, columns: Sequence[str]) -> Iterator[btr.Part]:
    rows = found.rows(kind)
    if rows:
        title = say(f"ndc.kinds.{kind}")
        yield btr.Part(title=title, grids=(_grid(title, rows, columns),))


def _support(found: Published) -> Iterator[btr.Part]:
    """Support for transparency stands in tables of its own."""
    for kind in (Kind.NEEDED, Kind.RECEIVED):
        rows = found.rows(kind)
        for apart in (False, True):
            these = [row for row in rows if bool(row["transparency"]) is apart]
            title = say(f"ndc.kinds.{kind}_transparency" if apart else f"ndc.kinds.{kind}")
            if these or not apart:
                yield btr.Part(
                    title=title, grids=(_grid(title, these, _SUPPORTED),) if these else ()
                )


def _grid(caption: Text, rows: Sequence[Row], columns: Sequence[str]) -> btr.Grid:
    return btr.Grid(
        caption=caption,
        heads=[
            btr.Head(
                text=say(f"ndc.column.{name}"),
                unit=_UNITS.get(name, ""),
                numeric=name in _NUMBERS,
                share=2.2 if at == 0 else 1.0,
            )
            for at, name in enumerate(columns)
        ],
        rows=[tuple(_read(row[name], name) for name in columns) for row in rows],
    )


def _read(value: Any, name: str) -> btr.Cell | None:
    if name in _NUMBERS:
        return _amount(value)
    if name == "sector" and value is not None:
        return btr.Cell(text=sector_of(value))
    if name in _WORDED and value is not None:
        return btr.Cell(text=say(f"ndc.word.{value.replace('-', '_')}"))
    return _word(value)


def _sources(found: Published) -> Iterator[btr.Cell]:
    for one in found.inventories:
        yield btr.Cell(
            text=say("ndc.btr.from_inventory", year=one.year, n=one.number),
            link=_address("inventory:inventory", one.pk),
        )
    if found.tracking is not None:
        yield btr.Cell(
            text=say("ndc.btr.from_run", run=str(found.tracking.run_id)),
            link=_address("evidence:run", found.tracking.run_id),
        )
