"""Inventories as their pages show them."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import pyarrow as pa
from django.utils.safestring import SafeString, mark_safe

from kyoso import reference
from kyoso.climate.transparency import categories, gaps
from kyoso.climate.transparency.tables.roll_up import (
    ABOVE,
    COMPLETENESS,
    ESTIMATES,
    INVENTORY,
    MISSING,
    NOTED,
    PARTIAL,
    RECONCILIATION,
    REPORTED,
    SUMS,
    TOTAL,
)
from kyoso.core.text import Language, Text, same
from kyoso.hub.evidence.facilities import showing as facilities
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.inventory import computing, sheets
from kyoso.hub.evidence.inventory.models import Factor, Inventory
from kyoso.hub.evidence.inventory.results import rows_of
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.showing import checks
from kyoso.hub.texts import language, say
from kyoso.hub.writing import number, short
from kyoso.methods.declaration import Figure
from kyoso.publishing import charts
from kyoso.reference.countries import country
from kyoso.tables.declaration import Table
from kyoso.tables.given import schema

GASES = ("CO2", "CH4", "N2O")
OTHERS = "F"
"""What stands for all fluorinated gases in a column."""
SECTORS = (categories.NATIONAL_TOTAL, *categories.children(categories.NATIONAL_TOTAL))

_TREND = Figure(
    name="trend",
    title=Text("National total and sectors over the years", "国全体の合計と部門の推移"),
    kind="lines",
    table=SUMS.name,
    value="total",
    category="category",
    x="year",
    unit="kt",
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One gas of a category: its amount, or the notation key in its place."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A category in the tree of an inventory; of a ``partial`` one something is not estimated."""

    code: str
    name: Text
    depth: int
    cells: Sequence[Cell]
    total: str
    share: str
    coverage: str
    key: bool
    partial: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """National statistics or an estimate against what facilities report."""

    category: str
    source: str
    unit: str
    national: str
    facilities: str
    residual: str
    coverage: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """How the cells of an inventory are filled, and which are not; notation keys by division."""

    counts: Sequence[tuple[str, int]]
    missing: Sequence[str]
    noted: Sequence[tuple[str, Text, Sequence[tuple[str, str, str, str]]]]
    partial: Sequence[tuple[str, str, str]]


def country_name(code: str) -> Text:
    """The name of a country; its code where the reference data do not know it."""
    found = country(code)
    return same(code) if found is None else found.name


def category_name(code: str) -> Text:
    """What a category is called."""
    found = reference.load(categories.TREE).by("category").get(code)
    return same(code) if found is None else Text(found["title_en"], found["title_ja"])


def tonnes(value: str | float | None) -> str:
    """An amount in t as read; a dash where it is not known."""
    return "–" if value is None else short(float(value))


def percent(value: float | None) -> str:
    """A share as read; a dash where it is not known."""
    return "–" if value is None else f"{value:.1f}"


# --- the tree -----------------------------------------------------------------------------


def tree(one: Inventory) -> list[Branch]:
    """The categories that have a value or a notation key, in the order of the guidelines."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows_of(one.run, "inventory"):
        if row["item"] == TOTAL:
            rows[row["category"]].append(row)
    keys = {row["category"] for row in rows_of(one.key_run, "categories")}
    totals = one.totals.get("categories", {})
    gross = _gross(one)
    return [
        _branch(code, rows[code], totals.get(code), gross, is_key=code in keys)
        for code in categories.codes()
        if code in rows
    ]


def _gross(one: Inventory) -> float | None:
    """What shares are told of: the total without land use, where it is known."""
    without = one.totals.get("without_lulucf")
    return None if without is None or float(without) <= 0 else float(without)


def _branch(
    code: str, rows: Sequence[Row], total: str | None, gross: float | None, *, is_key: bool
) -> Branch:
    land = any(above in computing.LULUCF for above in categories.lineage(code))
    share = None
    if total is not None and gross is not None and not land:
        share = 100.0 * float(total) / gross
    return Branch(
        code=code,
        name=category_name(code),
        depth=len(categories.lineage(code)) - 1,
        cells=[_cell(gas, rows) for gas in (*GASES, OTHERS)],
        total=_hidden(rows) or tonnes(total),
        share=percent(share),
        coverage=percent(_coverage(rows)),
        key=is_key,
        partial=any(_is_partial(row) for row in rows),
    )


def _is_partial(row: Row) -> bool:
    """Whether a value stands where something of the category itself is not estimated."""
    return gaps.has_value(row) and gaps.is_own(row["category"], row.get("not_estimated"))


def _hidden(rows: Sequence[Row]) -> str:
    return "C" if any(row["notation"] == "C" and row["co2e"] is None for row in rows) else ""


def _cell(gas: str, rows: Sequence[Row]) -> Cell:
    some = [
        row for row in rows if (row["gas"] == gas or (gas == OTHERS and row["gas"] not in GASES))
    ]
    values = [row["co2e"] for row in some if row["co2e"] is not None]
    notations = sorted({row["notation"] for row in some if row["notation"]})
    parts = [*([short(math.fsum(values))] if values else []), *notations]
    return Cell(gas, " ".join(parts))


def _coverage(rows: Sequence[Row]) -> float | None:
    """What facilities report of a category, all gases together; absent where one is not known."""
    valued = [row for row in rows if row["co2e"] is not None]
    if not valued or any(row["coverage"] is None for row in valued):
        return None
    whole = math.fsum(row["co2e"] for row in valued)
    part = math.fsum(row["co2e"] * row["coverage"] / 100.0 for row in valued)
    return 100.0 * part / whole if whole > 0 else None


def memo(one: Inventory) -> list[tuple[str, str, str]]:
    """Memo items beside the total: item, gas, t CO2-equivalent."""
    return [
        (row["item"], row["gas"], tonnes(row["co2e"]))
        for row in rows_of(one.run, "inventory")
        if row["item"] != TOTAL and row["category"] == categories.NATIONAL_TOTAL
    ]


# --- beside the tree ------------------------------------------------------------------------


def reconciled(one: Inventory, under: str = categories.NATIONAL_TOTAL) -> list[Compared]:
    """What facilities cover, what is left, where they disagree; at or below a category."""
    return [
        Compared(
            category=row["category"],
            source=_said(RECONCILIATION, row, "source"),
            unit=row["unit"],
            national=_amount(row["national"]),
            facilities=_amount(row["facilities"]),
            residual=_amount(row["residual"]),
            coverage=percent(row["coverage"]),
            verdict=row["verdict"],
        )
        for row in rows_of(one.run, "reconciliation")
        if under in categories.lineage(row["category"])
    ]


def _amount(value: float | None) -> str:
    return "–" if value is None else number(float(f"{value:.6g}"))


def completeness(one: Inventory) -> Completeness:
    """How many cells are filled how; those that are not; the notation keys that were given."""
    rows = rows_of(one.run, "completeness")
    counts = Counter(row["status"] for row in rows)
    return Completeness(
        counts=[(status, counts[status]) for status in (REPORTED, PARTIAL, ABOVE, NOTED, MISSING)],
        missing=[f"{row['category']} {row['gas']}" for row in rows if row["status"] == MISSING],
        noted=[
            (code, category_name(code), [_noted(row) for row in keys])
            for code, keys in itertools.groupby(
                (row for row in rows if row["status"] == NOTED), _division
            )
        ],
        partial=[
            (row["category"], row["gas"], _lacking(row))
            for row in rows_of(one.run, "inventory")
            if _is_partial(row)
        ],
    )


def _division(row: Row) -> str:
    """The category right under the sector of a row: ``1A`` of ``1A2f``."""
    above = categories.lineage(row["category"])
    return above[max(len(above) - len(("1A", "1", "0")), 0)]


def _lacking(row: Row) -> str:
    """What is not estimated of a value that is partial, without the category itself."""
    told = INVENTORY.told(row, "not_estimated")
    left = told and gaps.without(row["category"], told)
    return left[language()] if left else ""


def _noted(row: Row) -> tuple[str, str, str, str]:
    left = _said(COMPLETENESS, row, "not_estimated")
    return row["category"], row["gas"], row["notation"] or "", left


def _said(table: Table, row: Row, name: str) -> str:
    """What a row tells in a column in the language of the page; empty where it tells nothing."""
    told = table.told(row, name)
    return told[language()] if told else ""


def problems_in_run(one: Inventory) -> list[Any]:
    """The checks of the run that a reader must look at."""
    return [] if one.run is None else [each for each in checks(one.run) if each.verdict != "passed"]


@dataclass(frozen=True, slots=True)
class Approach:
    """What one approach says of a total and its trend: half widths in % and in points.

    ``independent`` is the level uncertainty were no factor shared; the interval is in t.
    """

    number: int
    run: Any
    level: str
    independent: str
    interval: str
    trend: str
    trend_uncertainty: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Both approaches side by side, and the share of all amounts that an uncertainty is stated of."""

    approaches: Sequence[Approach]
    covered: str


def approaches(*runs: Run | None) -> list[Approach]:
    """Approaches 1 and 2 in this order, of the runs that there are."""
    found = []
    for at, run in enumerate(runs, start=1):
        for row in rows_of(run, "total"):
            ends = (row.get("lower"), row.get("upper"))
            found.append(
                Approach(
                    number=at,
                    run=run and run.pk,
                    level=percent(row["level_uncertainty"]),
                    independent=percent(row.get("level_uncertainty_independent")),
                    interval="–" if None in ends else " … ".join(map(tonnes, ends)),
                    trend=percent(row["trend"]),
                    trend_uncertainty=percent(row["trend_uncertainty"]),
                )
            )
    return found


def uncertainty(one: Inventory) -> Uncertain | None:
    """What the approaches found."""
    found = approaches(one.uncertainty_run, one.drawn_run)
    if not found or one.run is None:
        return None
    given = rows_of(one.uncertainty_run, "inventory")
    whole = math.fsum(abs(each.co2e) for each in computing.own_values(one.run))
    part = math.fsum(abs(each["current"]) for each in given)
    return Uncertain(found, percent(100.0 * min(part / whole, 1.0) if whole else None))


# --- changes ------------------------------------------------------------------------------


def changes(one: Inventory) -> list[facilities.Change]:
    """What a recalculation changed, by category, the totals last."""
    given = one.changes
    if not given:
        return []
    named = [
        (Text(f"{code} {category_name(code).en}", f"{code} {category_name(code).ja}"), pair)
        for code in categories.codes()
        if code != categories.NATIONAL_TOTAL and (pair := given["categories"].get(code))
    ]
    named += [
        (say("inventory.page.without_lulucf"), given["without_lulucf"]),
        (say("inventory.page.total"), given["total"]),
    ]
    return [_change(name, pair) for name, pair in named]


def _change(name: Text, pair: Sequence[str | None]) -> facilities.Change:
    before, after = pair
    difference = "–" if before is None or after is None else f"{float(after) - float(before):+,.4g}"
    return facilities.Change(name, tonnes(before), tonnes(after), difference)


@dataclass(frozen=True, slots=True)
class Later:
    """What a facility published since an inventory was calculated."""

    facility: Any
    year: int
    before: str
    after: str
    difference: str
    report: Any


def since(taken: Iterable[Submission], now: Iterable[Submission]) -> list[Later]:
    """Facility by facility: what was taken, what stands there now."""
    old = {one.report_id: one for one in taken}
    new = {one.report_id: one for one in now}
    found = []
    for key in sorted({*old, *new}, key=str):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        one = after or before
        assert one is not None
        pair = [None if each is None else _shown_total(each) for each in (before, after)]
        change = _change(same(one.report.facility.code), pair)
        found.append(
            Later(
                one.report.facility,
                one.report.year,
                change.before,
                change.after,
                change.difference,
                one.report_id,
            )
        )
    return found


def _shown_total(one: Submission) -> str | None:
    """The total of a submission; nobody reads one of which a part is confidential."""
    total: str | None = None if one.withheld else one.totals.get("total")
    return total


# --- over the years -----------------------------------------------------------------------


def points(inventories: Iterable[Inventory]) -> tuple[tuple[str, int, str, float], ...]:
    """Country, year, sector and t CO2-equivalent of published inventories."""
    return tuple(
        (one.country, one.year, code, float(one.totals["categories"][code]))
        for one in sorted(inventories, key=lambda each: each.year)
        for code in SECTORS
        if code in one.totals.get("categories", {})
    )


@lru_cache(maxsize=64)
def _drawn(found: tuple[tuple[str, int, str, float], ...], language: Language) -> SafeString:
    blank = dict.fromkeys(SUMS.names)
    rows = [
        {**blank, "country": place, "year": year, "category": code, "total": total}
        for place, year, code, total in found
    ]
    table = pa.Table.from_pylist(rows, schema=schema(SUMS))
    draw = partial(charts.svg, _TREND, table, sheets.method(), language, titled=False)
    return mark_safe(draw(wide=charts.NARROW) + draw())  # noqa: S308 -- drawn by us


def trend(inventories: Sequence[Inventory], language: Language) -> SafeString | None:
    """The national total and its sectors as lines; nothing where there is only one year."""
    found = points(inventories)
    return _drawn(found, language) if len({year for _, year, *_ in found}) > 1 else None


# --- one category -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GasShown:
    """One gas of a category with what it rests on; ``row`` is its row in the table of the run."""

    gas: str
    item: str
    mass: str
    co2e: str
    facilities: str
    remainder: str
    coverage: str
    notation: str
    row: int
    not_estimated: str


def gases(one: Inventory, code: str) -> list[GasShown]:
    """The gases of a category."""
    return [
        GasShown(
            gas=row["gas"],
            item=row["item"],
            mass=tonnes(row["total"]),
            co2e=tonnes(row["co2e"]),
            facilities=tonnes(row["from_facilities"]),
            remainder=tonnes(row["remainder"]),
            coverage=percent(row["coverage"]),
            notation=row["notation"] or "",
            row=at,
            not_estimated=_said(INVENTORY, row, "not_estimated"),
        )
        for at, row in enumerate(rows_of(one.run, "inventory"), start=2)
        if row["category"] == code
    ]


@dataclass(frozen=True, slots=True)
class Source:
    """A facility's submission under a category, with the lines that the reader may see."""

    submission: Submission
    lines: Sequence[facilities.LineShown]
    meters: Mapping[str, str]
    withheld: bool


def sources(code: str, seen: Sequence[tuple[Submission, bool]]) -> list[Source]:
    """The lines of submissions at or below a category; with each whether its inside is open."""
    found = []
    for submission, inside in seen:
        result = facilities.result(submission, inside=inside)
        lines = [
            line
            for line in (() if result is None else result.lines)
            if line.line["category"] and _is_under(line.line["category"], code)
        ]
        if lines:
            meters = {line.line["stream"]: line.line.get("meter") or "" for line in lines}
            found.append(Source(submission, lines, meters, submission.withheld and not inside))
    return found


def reporting(one: Inventory, code: str, open_to: Container[str]) -> set[str]:
    """The facilities with a line at or below a category; of confidential ones those open to one."""
    rows = rows_of(one.run, "lines", ["facility", "category", "confidential"])
    return {
        row["facility"]
        for row in rows
        if row["category"]
        and _is_under(row["category"], code)
        and (not row["confidential"] or row["facility"] in open_to)
    }


def _is_under(category: str, code: str) -> bool:
    return category in categories.codes() and code in categories.lineage(category)


def cited(one: Inventory, code: str) -> list[tuple[str, str, str, str]]:
    """National estimates at or below a category: category, gas, how, number of the run."""
    return [
        (row["category"], row["gas"], _said(ESTIMATES, row, "how"), row["run"] or "")
        for row in rows_of(one.run, "estimates")
        if code in categories.lineage(row["category"])
    ]


# --- factors ------------------------------------------------------------------------------


def said(key: str, **values: object) -> str:
    """Words of this app in the language of the page."""
    return say(f"inventory.{key}", **values)[language()]


@dataclass(frozen=True, slots=True)
class FactorShown:
    """A factor as people read it."""

    factor: Factor
    country: Text
    quantity: Text
    value: str
    interval: str
    default: str
    years: str


def factor(one: Factor) -> FactorShown:
    """A factor with its interval, the default range and its years."""
    has_default = one.default_lower is not None and one.default_upper is not None
    return FactorShown(
        factor=one,
        country=country_name(one.country),
        quantity=say(f"inventory.quantity.{one.quantity}"),
        value=short(one.value),
        interval=f"{short(one.lower)}–{short(one.upper)}",
        default=f"{short(one.default_lower or 0)}–{short(one.default_upper or 0)}"
        if has_default
        else "–",
        years=f"{one.from_year}–{one.until_year or ''}",
    )
