"""The draft of a country's transparency report, chapter by chapter, from what is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from itertools import chain
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from kyoso.climate.transparency import gaps, ndc_sections
from kyoso.climate.transparency.ndc_sections import HEADINGS
from kyoso.climate.transparency.tables import ndc as tables
from kyoso.climate.transparency.tables.roll_up import INVENTORY
from kyoso.core.text import LANGUAGES, Text, same
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.ndc import kinds, linked, selectors, tracking
from kyoso.hub.evidence.ndc.drafting import (
    SECTORS,
    Component,
    Published,
    Row,
    sector_of,
    status_of,
)
from kyoso.hub.evidence.ndc.enums import Kind
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.texts import language, say
from kyoso.publishing import btr, charts, words

_TRANSFERS = frozenset({"first_transferred", "used", "adjustment"})
_YEARLY = ("value", "first_transferred", "used", "adjustment", "balance", "gap", "progress")
_MEASURE = ("name", "status", "sector", "gases", "start_year", "achieved", "expected")
_PROJECTION = ("scenario", "sector", "year", "co2e")
_ASSUMPTION = ("parameter", "year", "value", "unit")
_SUPPORTED = ("title", "support", "sector", "amount", "currency", "first_year", "last_year")
_UNITS = {"achieved": "t CO2e", "expected": "t CO2e", "co2e": "t CO2e"}
_NUMBERS = frozenset({"achieved", "expected", "co2e", "amount", "value"})
_WORDED = frozenset({"status", "scenario", "support"})
_OF_TRANSFERS = frozenset({tables.NO_ADJUSTMENT, tables.INCOMPLETE})
_OF_VALUES = frozenset({tables.NO_VALUE, tables.NO_DENOMINATOR})

Entry = btr.Cell | btr.Missing


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the draft leads: by whole addresses in a file, by paths on the site.

    With ``entering`` what is missing leads to where the reader would enter it.
    """

    base: str = ""
    entering: bool = False

    @classmethod
    def of_a_file(cls) -> Ways:
        return cls(base=settings.KYOSO_URL.rstrip("/"))

    def to(self, view: str, *arguments: object) -> str:
        return self.base + reverse(view, args=arguments)

    def page(self, address: str) -> str:
        """A page that is kept by its address without language."""
        return f"{self.base}/{language()}/{address}"

    def enter(self, view: str, *arguments: object) -> str:
        return self.to(view, *arguments) if self.entering else ""


def draft(found: Published, as_of: date, ways: Ways) -> btr.Content:
    """The content of the draft."""
    chapters = _Chapters(found, as_of, ways)
    return btr.Content(
        country=found.name,
        as_of=as_of,
        sample=found.is_sample,
        circumstances=tuple(chapters.sections(ndc_sections.CIRCUMSTANCES)),
        inventory=tuple(chapters.inventory()),
        tracking=tuple(chapters.tracking()),
        measures=(chapters.listed(Kind.MEASURE, _MEASURE),),
        projections=(
            chapters.listed(Kind.PROJECTION, _PROJECTION),
            chapters.listed(Kind.ASSUMPTION, _ASSUMPTION),
        ),
        support=(*chapters.sections(ndc_sections.SUPPORT), *chapters.support()),
        adaptation=tuple(chapters.adaptation()),
        sources=tuple(chapters.sources()),
    )


@dataclass(frozen=True)
class _Chapters:
    """The chapters of one draft."""

    found: Published
    as_of: date
    ways: Ways

    # --- what people wrote ----------------------------------------------------------------

    def sections(self, chapter: str) -> Iterator[btr.Part]:
        """The headings of a chapter, each with what is published under it."""
        for key, heading in HEADINGS.items():
            if heading.chapter != chapter:
                continue
            one = self._written.get(key)
            yield self._silent(key) if one is None else self._section(one)

    def _silent(self, key: str) -> btr.Part:
        page = self.ways.enter("ndc:add", self.found.country, Kind.SECTION)
        return btr.Part(title=HEADINGS[key].title, enter=page and f"{page}?heading={key}")

    def _section(self, one: Statement) -> btr.Part:
        written = one.content
        assert one.submitted_at is not None
        assert one.published_at is not None
        about = say(
            "ndc.btr.written",
            country=self.found.name,
            n=one.number,
            submitted=_day(one.submitted_at),
            published=_day(one.published_at),
        )
        return btr.Part(
            title=one.title,
            prose=btr.Prose(
                en=written.get("text_en", ""),
                ja=written.get("text_ja", ""),
                about=btr.Cell(text=about, link=self.ways.to("ndc:statement", one.pk)),
            ),
            points=(
                *(
                    btr.Cell(text=self._pages[address], link=self.ways.page(address))
                    for address in written.get("pages", "").splitlines()
                    if address in self._pages
                ),
                *(
                    btr.Cell(text=say("ndc.btr.source", source=source))
                    for source in written.get("sources", "").splitlines()
                    if source
                ),
            ),
        )

    @cached_property
    def _written(self) -> dict[str, Statement]:
        return {one.name: one for one in self.found.of_kind(Kind.SECTION)}

    @cached_property
    def _pages(self) -> dict[str, Text]:
        addresses = (one.content.get("pages", "").splitlines() for one in self._written.values())
        return linked.titles(dict.fromkeys(chain.from_iterable(addresses)))

    def adaptation(self) -> Iterator[btr.Part]:
        """What people wrote on adaptation, and the published reports of the programme on it."""
        yield from self.sections(ndc_sections.ADAPTATION)
        reports = linked.titles_of(
            linked.with_subjects(selectors.adaptation_reports(self.found.country))
        )
        if reports:
            yield btr.Part(
                title=say("ndc.btr.reports"),
                text=say("ndc.btr.reports_of"),
                points=tuple(
                    btr.Cell(text=title, link=self.ways.to("progress:report", pk))
                    for pk, title in reports.items()
                ),
            )

    # --- inventory ------------------------------------------------------------------------

    def inventory(self) -> Iterator[btr.Part]:
        shown = self.found.inventories[-5:]
        if not shown:
            yield btr.Part(
                title=say("ndc.btr.emissions"), enter=self.ways.enter("inventory:inventories")
            )
            return
        heads = (
            btr.Head(text=say("ndc.btr.sector"), share=2.4),
            *(btr.Head(text=same(str(one.year)), unit="t CO2e", numeric=True) for one in shown),
        )
        rows = [
            (btr.Cell(text=label), *(self._of_inventory(read(one), one) for one in shown))
            for label, read in _lines_of_inventory()
        ]
        lacking = list(self._not_estimated(shown))
        yield btr.Part(
            title=say("ndc.btr.emissions"),
            text=say("ndc.btr.basis", gwp=shown[-1].gwp, n=len(self.found.inventories)),
            grids=(
                btr.Grid(
                    caption=say("ndc.btr.emissions"),
                    heads=heads,
                    rows=rows,
                    note=say("ndc.btr.partial_note") if lacking else None,
                ),
            ),
        )
        if lacking:
            title = say("ndc.btr.not_estimated")
            heads = (
                btr.Head(text=say("ndc.btr.sector"), share=2.4),
                btr.Head(text=say("inventory.category.gas"), share=0.7),
                btr.Head(text=say("ndc.column.year"), share=0.9),
                btr.Head(text=say("ndc.btr.extent"), share=0.9),
                btr.Head(text=say("ndc.btr.lacking"), share=2.4),
            )
            grid = btr.Grid(caption=title, heads=heads, rows=lacking)
            yield btr.Part(title=title, text=say("ndc.btr.partial_help"), grids=(grid,))

    def _not_estimated(self, shown: Sequence[Inventory]) -> Iterator[Sequence[Entry]]:
        """What is not estimated, in whole or in part, with the years that it holds for."""
        by_year = {one.year: one for one in shown}
        years: dict[tuple[str, str, str, Text | None], list[int]] = {}
        for cell in self.found.cells:
            code, text = cell["category"], INVENTORY.told(cell, "not_estimated")
            if text and cell["year"] in by_year and gaps.is_own(code, text.en):
                extent = "part" if gaps.has_value(cell) else "whole"
                why = gaps.without(code, text)
                years.setdefault((code, cell["gas"], extent, why), []).append(cell["year"])
        for (code, gas, extent, why), these in years.items():
            latest = by_year[max(these)]
            yield (
                btr.Cell(
                    text=sector_of(code), link=self.ways.to("inventory:category", latest.pk, code)
                ),
                btr.Cell(text=gas),
                btr.Cell(text=", ".join(map(str, sorted(these)))),
                btr.Cell(text=say(f"ndc.btr.{extent}")),
                btr.Cell(text=why) if why else btr.Missing(),
            )

    def _of_inventory(self, value: Any, one: Inventory) -> Entry:
        page = "inventory:inventory", one.pk
        return _amount(value, self.ways.to(*page), self.ways.enter(*page), places=0)

    # --- tracking -------------------------------------------------------------------------

    def tracking(self) -> Iterator[btr.Part]:
        made = self.found.tracking
        if made is None or not self.found.summary:
            yield btr.Part(
                title=say("ndc.kinds.target"),
                enter=self.ways.enter("ndc:add", self.found.country, Kind.TARGET),
            )
            return
        by_target: dict[str, list[dict[str, Any]]] = {}
        for row in self.found.tracked:
            by_target.setdefault(row["target"], []).append(row)
        curves = tracking.rows_of(made.run, "curves")
        for row in self.found.summary:
            grid = self._years(row, by_target.get(row["target"], []))
            drawing = made.drawings.get(row["target"])
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
                grids=(*((grid,) if drawing is None else ()), *self._ratio(row["target"])),
            )

    def _ratio(self, target: str) -> Iterator[btr.Grid]:
        """Both parts of an intensity, each on its way to what states it."""
        parts = self.found.components(target)
        if parts:
            heads = ("year", "indicator", "value", "unit", "source")
            yield btr.Grid(
                caption=say("ndc.country.ratio", target=target),
                heads=[
                    btr.Head(
                        text=say(f"ndc.column.{name}"),
                        numeric=name == "value",
                        share=2.0 if name in ("indicator", "source") else 1.0,
                    )
                    for name in heads
                ],
                rows=[self._part_of_ratio(one) for one in parts],
            )

    def _part_of_ratio(self, one: Component) -> tuple[Entry, ...]:
        source: Entry = btr.Missing()
        page = ""
        if one.inventory is not None:
            page = self.ways.to("inventory:inventory", one.inventory.pk)
            source = btr.Cell(
                text=say("ndc.btr.from_inventory", year=one.year, n=one.inventory.number), link=page
            )
        elif one.statement is not None:
            page = self.ways.to("ndc:statement", one.statement.pk)
            source = (
                btr.Cell(text=one.source, link=page)
                if one.source
                else btr.Missing(self.ways.enter("ndc:statement", one.statement.pk))
            )
        return (
            btr.Cell(text=str(one.year)),
            btr.Cell(text=one.indicator),
            _amount(one.value, page),
            btr.Cell(text=words.unit(one.unit)),
            source,
        )

    def _years(self, summed: Row, years: Sequence[Row]) -> btr.Grid:
        heads = (
            btr.Head(text=say("ndc.column.year"), share=0.7),
            *(btr.Head(text=say(f"ndc.column.{name}"), numeric=True) for name in _YEARLY),
            btr.Head(text=say("ndc.column.status"), share=1.3),
        )
        return btr.Grid(
            caption=say("ndc.btr.years", target=summed["target"], unit=summed["unit"]),
            heads=heads,
            rows=[
                (
                    btr.Cell(text=str(one["year"])),
                    *(self._of_year(one, name) for name in _YEARLY),
                    btr.Cell(text=status_of(one)),
                )
                for one in years
            ],
        )

    def _of_year(self, row: Row, name: str) -> Entry:
        """A number of a year, on its way to its row of the run, or to its inventory.

        Where a balance stands without transfers, none of them apply; a year that is not over has
        nothing to report yet.
        """
        inventory = self.found.behind.get((row["indicator"], row["year"]))
        if name == "value" and inventory is not None:
            return _amount(row[name], self.ways.to("inventory:inventory", inventory.pk))
        if row[name] is None and name in _TRANSFERS and row["balance"] is not None:
            return btr.Cell(text=say("ndc.btr.does_not_apply"))
        if row[name] is None and row["year"] >= self.as_of.year:
            return btr.Cell(text=say("ndc.btr.not_yet"))
        assert self.found.tracking is not None
        run = self.ways.to("evidence:run", self.found.tracking.run_id)
        return _amount(row[name], f"{run}?of=tracking&row={row['at']}", self._lacking(row, name))

    def _lacking(self, row: Row, name: str) -> str:
        """Where that would be entered for want of which a number of a year is not there."""
        country, reason = self.found.country, row["reason"]
        if name == "value" or reason in _OF_VALUES:
            if kinds.FROM_INVENTORIES.fullmatch(row["indicator"]) and reason == tables.NO_VALUE:
                return self.ways.enter("inventory:inventories")
            return self.ways.enter("ndc:add", country, Kind.VALUE)
        if name in _TRANSFERS or reason in _OF_TRANSFERS:
            return self.ways.enter("ndc:add", country, Kind.TRANSFER)
        return self.ways.enter("ndc:statement", self._targets[row["target"]].pk)

    @cached_property
    def _targets(self) -> dict[str, Statement]:
        return {one.name: one for one in self.found.of_kind(Kind.TARGET)}

    # --- what is stated row by row --------------------------------------------------------

    def listed(self, kind: str, columns: Sequence[str]) -> btr.Part:
        """The statements of a kind as a table."""
        return self._part(kind, say(f"ndc.kinds.{kind}"), self.found.of_kind(kind), columns)

    def support(self) -> Iterator[btr.Part]:
        """Support for transparency stands in tables of its own."""
        for kind in (Kind.NEEDED, Kind.RECEIVED):
            stated = self.found.of_kind(kind)
            for apart in (False, True):
                these = [
                    one for one in stated if (one.content.get("transparency") == "yes") is apart
                ]
                title = say(f"ndc.kinds.{kind}_transparency" if apart else f"ndc.kinds.{kind}")
                if these or not apart:
                    yield self._part(kind, title, these, _SUPPORTED)

    def _part(
        self, kind: str, title: Text, stated: Sequence[Statement], columns: Sequence[str]
    ) -> btr.Part:
        if not stated:
            return btr.Part(title=title, enter=self.ways.enter("ndc:add", self.found.country, kind))
        heads = [
            btr.Head(
                text=say(f"ndc.column.{name}"),
                unit=_UNITS.get(name, ""),
                numeric=name in _NUMBERS,
                share=2.2 if at == 0 else 1.0,
            )
            for at, name in enumerate(columns)
        ]
        rows = [self._stated(kind, one, columns) for one in stated]
        return btr.Part(title=title, grids=(btr.Grid(caption=title, heads=heads, rows=rows),))

    def _stated(self, kind: str, one: Statement, columns: Sequence[str]) -> tuple[Entry, ...]:
        """The cells of a statement: its first one and its numbers lead to it."""
        row = kinds.row_of(kind, self.found.country, one.content)
        page, enter = (way("ndc:statement", one.pk) for way in (self.ways.to, self.ways.enter))
        return tuple(
            btr.Missing(enter)
            if row[name] in (None, "")
            else _amount(row[name], page)
            if name in _NUMBERS
            else btr.Cell(text=_read(row[name], name), link="" if at else page)
            for at, name in enumerate(columns)
        )

    # --- sources --------------------------------------------------------------------------

    def sources(self) -> Iterator[btr.Cell]:
        for one in self.found.inventories:
            yield btr.Cell(
                text=say("ndc.btr.from_inventory", year=one.year, n=one.number),
                link=self.ways.to("inventory:inventory", one.pk),
            )
        if self.found.tracking is not None:
            run = self.found.tracking.run_id
            yield btr.Cell(
                text=say("ndc.btr.from_run", run=str(run)), link=self.ways.to("evidence:run", run)
            )


def _day(at: datetime) -> Text:
    day = timezone.localdate(at)
    return Text(words.day(day, "en"), words.day(day, "ja"))


# --- cells --------------------------------------------------------------------------------


def _amount(value: Any, link: str, enter: str = "", places: int | None = None) -> Entry:
    """A number as read, with its way back."""
    if value is None:
        return btr.Missing(enter)
    number = float(value)
    digits = words.decimals([number]) if places is None else places
    return btr.Cell(text=words.number(number, digits), link=link)


def _read(value: Any, name: str) -> Text | str:
    if name == "sector":
        return sector_of(value)
    if name in _WORDED:
        return say(f"ndc.word.{value.replace('-', '_')}")
    return str(value)


def _lines_of_inventory() -> Iterator[tuple[Text, Callable[[Inventory], Any]]]:
    for code in SECTORS:
        yield sector_of(code), partial(_of_category, code)
    yield say("ndc.btr.total"), lambda one: one.totals.get("total")
    yield say("ndc.btr.without_land"), lambda one: one.totals.get("without_lulucf")


def _of_category(code: str, one: Inventory) -> Any:
    return one.totals.get("categories", {}).get(code)


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


def _description(target: str, curves: Any) -> Text:
    said = {
        spoken: charts.description(
            tracking.figure(target),
            tracking.lines_of(curves, target),
            tracking.method(),
            spoken,
        )
        for spoken in LANGUAGES
    }
    return Text(said["en"], said["ja"])
