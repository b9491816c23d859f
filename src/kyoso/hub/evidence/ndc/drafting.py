"""What is published of a country, and its common tables and primap2 files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kyoso.climate.transparency import categories, common_tables, primap
from kyoso.climate.transparency.tables.ndc import STATUS_WORDS, WHY
from kyoso.core.text import Text, same
from kyoso.hub.evidence import store
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.ndc import kinds, selectors, tracking
from kyoso.hub.evidence.ndc.enums import Kind
from kyoso.hub.evidence.ndc.models import Statement, Tracking
from kyoso.methods import registry
from kyoso.publishing import words
from kyoso.reference.countries import country_name

SECTORS = categories.children(categories.NATIONAL_TOTAL)
Row = Mapping[str, Any]
_RATIO = ("indicator", "denominator")


@dataclass(frozen=True, slots=True)
class Component:
    """A part of an intensity in a year: the numerator or the denominator, and what states it.

    A national total is that of a published inventory; any other value is stated.
    """

    year: int
    indicator: str
    value: float
    unit: str
    inventory: Inventory | None = None
    statement: Statement | None = None

    @property
    def source(self) -> str:
        """What a stated value rests on, in the words of its author."""
        return self.statement.content.get("source", "") if self.statement else ""


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
        return country_name(self.country)

    @property
    def is_sample(self) -> bool:
        return any(one.sample for one in self.statements) or any(
            one.sample for one in self.inventories
        )

    def of_kind(self, kind: str) -> list[Statement]:
        """The statements of a kind, in the order of their names."""
        return [one for one in self.statements if one.kind == kind]

    def rows(self, kind: str) -> list[Row]:
        """The rows of a kind, in the order of their names."""
        return [kinds.row_of(kind, self.country, one.content) for one in self.of_kind(kind)]

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

    def components(self, target: str) -> list[Component]:
        """The emissions and the activity that an intensity is made of, year by year."""
        found = []
        for row in self.tracked:
            if row["target"] != target or row.get("denominator") is None:
                continue
            parts = (self._component(row[name], row["year"]) for name in _RATIO)
            found += [one for one in parts if one is not None]
        return found

    def _component(self, indicator: str, year: int) -> Component | None:
        inventory = self.behind.get((indicator, year))
        if inventory is not None:
            land = kinds.indicator_of(land=True, gwp=inventory.gwp) == indicator
            total = inventory.totals.get("total" if land else "without_lulucf")
            if total is not None:
                return Component(year, indicator, float(total), "t CO2e", inventory=inventory)
        statement = self._values.get((indicator, year))
        if statement is None:
            return None
        row = kinds.row_of(Kind.VALUE, self.country, statement.content)
        return Component(year, indicator, row["value"], row["unit"], statement=statement)

    @cached_property
    def _values(self) -> dict[tuple[str, int], Statement]:
        return {
            (one.content["indicator"], int(one.content["year"])): one
            for one in self.of_kind(Kind.VALUE)
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
    assessments = {one.year: one.gwp for one in found.inventories}
    series = [*primap.series_of(found.cells, assessments), *_totals(found)]
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


# --- words --------------------------------------------------------------------------------


_ROLL_UP = "climate.transparency.inventory-roll-up"


def sector_of(code: str) -> Text:
    """A category with its title; what is no code of a category stays as it was written."""
    title = words.title_of(registry.get(_ROLL_UP), "category", code)
    return Text(f"{code} {title.en}", f"{code} {title.ja}") if title else same(code)


def status_of(row: Row) -> Text:
    """The status of a row, with what is lacking."""
    status = STATUS_WORDS[row["status"]]
    if row["reason"] is None:
        return status
    return Text("{status}: {reason}", "{status}：{reason}").format(
        status=status, reason=WHY[row["reason"]]
    )
