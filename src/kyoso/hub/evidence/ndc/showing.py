"""How statements and tracked targets read on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from kyoso.climate.transparency import ndc_sections
from kyoso.climate.transparency.ndc_sections import HEADINGS
from kyoso.core.text import Text
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.ndc import drafting, forms, kinds, tracking
from kyoso.hub.evidence.ndc.enums import OPEN, Kind, State
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.texts import language, say
from kyoso.publishing import btr, words
from kyoso.publishing.documents import html
from kyoso.publishing.documents.model import Document, Heading
from kyoso.reference.countries import country_name


@dataclass(frozen=True, slots=True)
class CountryShown:
    """A country in the list: how many targets, how many under way, achieved, not determinable."""

    code: str
    name: Text
    targets: int
    sample: bool


def countries(codes: Sequence[str]) -> list[CountryShown]:
    """The countries of the list; two queries for all of them."""
    rows = Statement.objects.filter(
        country__in=codes, kind=Kind.TARGET, state=State.PUBLISHED
    ).values_list("country", "sample")
    counted: dict[str, list[bool]] = {}
    for code, sample in rows:
        counted.setdefault(code, []).append(sample)
    return [
        CountryShown(
            code=code,
            name=country_name(code),
            targets=len(counted.get(code, ())),
            sample=any(counted.get(code, ())),
        )
        for code in codes
    ]


# --- targets ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearShown:
    """A year of a target: the row of the table, its numbers as read, what the value is of."""

    year: int
    at: int
    numbers: dict[str, str]
    inventory: Inventory | None
    indicative: bool
    status: Text


@dataclass(frozen=True, slots=True)
class ComponentShown:
    """A part of an intensity with its number as read."""

    of: drafting.Component
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class TargetShown:
    """A target with its years and its chart."""

    row: dict[str, Any]
    unit: str
    status: Text
    numbers: dict[str, str]
    chart: SafeString | None
    years: list[YearShown] = field(default_factory=list)
    components: list[ComponentShown] = field(default_factory=list)


_NUMBERS = ("value", "first_transferred", "used", "adjustment", "balance", "level", "gap")


def _number(value: float | None) -> str:
    return "–" if value is None else words.number(value, words.decimals([value]))


def _numbers(row: dict[str, Any], *names: str) -> dict[str, str]:
    shown = {name: _number(row[name]) for name in (*_NUMBERS, *names)}
    progress = row["progress"]
    return shown | {"progress": "–" if progress is None else f"{words.number(progress, 1)} %"}


def targets(found: drafting.Published) -> list[TargetShown]:
    """The targets of a country that are tracked."""
    by_target: dict[str, list[YearShown]] = {}
    for row in found.tracked:
        by_target.setdefault(row["target"], []).append(
            YearShown(
                year=row["year"],
                at=row["at"],
                numbers=_numbers(row),
                inventory=found.behind.get((row["indicator"], row["year"])),
                indicative=row["indicative"],
                status=drafting.status_of(row),
            )
        )
    drawings = found.tracking.drawings if found.tracking else {}
    return [
        TargetShown(
            row=row,
            unit=words.unit(row["unit"]),
            status=drafting.status_of(row),
            numbers=_numbers(row, "reference_value", "period_balance", "period_level"),
            chart=_chart(drawings.get(row["target"])),
            years=by_target.get(row["target"], []),
            components=[
                ComponentShown(one, _number(one.value), words.unit(one.unit))
                for one in found.components(row["target"])
            ],
        )
        for row in found.summary
    ]


def _chart(drawings: Mapping[str, str] | None) -> SafeString | None:
    """The drawing for a phone, where there is one, and the one for a page."""
    if drawings is None:
        return None
    both = drawings.get(tracking.narrow(language()), "") + drawings[language()]
    return mark_safe(both)  # noqa: S308 -- drawn by us


def not_tracked(found: drafting.Published) -> list[Statement]:
    """Published targets that the tracking does not have: their levels or values are not there."""
    tracked = {row["target"] for row in found.summary}
    return [one for one in found.statements if one.kind == Kind.TARGET and one.name not in tracked]


# --- the other parts ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell with the head of its column, which stands beside it on a phone."""

    text: str
    head: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class PartShown:
    """A table of statements of one kind; without rows it is not reported."""

    key: str
    title: Text
    heads: list[tuple[str, bool]]
    rows: list[tuple[Statement, list[CellShown]]]


_COLUMNS = {
    Kind.MEASURE: ("name", "status", "sector", "start_year", "achieved", "expected"),
    Kind.PROJECTION: ("scenario", "sector", "year", "co2e"),
    Kind.ASSUMPTION: ("parameter", "year", "value", "unit"),
    Kind.NEEDED: ("title", "support", "amount", "currency"),
    Kind.RECEIVED: ("title", "support", "amount", "currency"),
    Kind.SECTION: ("heading",),
}


_NUMERIC = frozenset({"achieved", "expected", "co2e", "amount", "value"})


def parts(found: drafting.Published) -> list[PartShown]:
    """Measures, projections and support; what is for transparency apart."""
    shown = []
    for kind, columns in _COLUMNS.items():
        of_kind = [one for one in found.statements if one.kind == kind]
        if kind not in (Kind.NEEDED, Kind.RECEIVED):
            shown.append(_part(kind, say(f"ndc.kinds.{kind}"), columns, of_kind))
            continue
        for apart in (False, True):
            these = [one for one in of_kind if (one.content.get("transparency") == "yes") is apart]
            key = f"{kind}_transparency" if apart else str(kind)
            shown.append(_part(key, say(f"ndc.kinds.{key}"), columns, these))
    return shown


def _part(
    key: str, title: Text, columns: Sequence[str], statements: Sequence[Statement]
) -> PartShown:
    heads = [(_head(name), name in _NUMERIC) for name in columns]
    return PartShown(
        key=key,
        title=title,
        heads=heads,
        rows=[
            (
                one,
                [
                    CellShown(_cell(one.content.get(name), name), head, numeric)
                    for name, (head, numeric) in zip(columns, heads, strict=True)
                ],
            )
            for one in statements
        ],
    )


def _head(name: str) -> str:
    unit = f" {words.unit('t CO2e')}" if name in ("achieved", "expected", "co2e") else ""
    return f"{say(f'ndc.column.{name}')[language()]}{unit}"


def _cell(written: str | None, name: str) -> str:
    if written is None:
        return words.NOT_REPORTED[language()]
    if name == "sector":
        return drafting.sector_of(written)[language()]
    return _number(float(written)) if name in _NUMERIC else forms.word(written)


# --- the draft ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChapterShown:
    """A chapter of the draft: where it begins, and what it calls not reported, part by part."""

    anchor: str
    code: str
    title: str
    silences: list[tuple[str, btr.Silence]]

    @property
    def missing(self) -> int:
        return sum(one.count for _, one in self.silences)


def chapters(document: Document) -> list[ChapterShown]:
    """The chapters of the draft, each with the parts under which something is missing."""
    silent = {one.at: one for one in btr.silences(document)}
    found: list[ChapterShown] = []
    headings = (block for block in document.blocks if isinstance(block, Heading))
    for at, heading in enumerate(headings):
        if heading.level == 1:
            found.append(ChapterShown(html.anchor(at), heading.code, heading.text, []))
        if at in silent:
            found[-1].silences.append((html.anchor(at), silent[at]))
    return found


# --- statements ---------------------------------------------------------------------------


def lines(one: Statement) -> Iterator[tuple[str, str]]:
    """What a statement says, column by column; what was left out is not reported."""
    spoken = language()
    for column in kinds.columns(one.kind):
        written = one.content.get(column.name)
        unit = f" {words.unit(column.unit)}" if column.unit and written is not None else ""
        value = words.NOT_REPORTED[spoken] if written is None else forms.word(written) + unit
        yield column.meaning[spoken], value


def place_of(one: Statement) -> tuple[Text, str] | None:
    """Where the heading of a section stands in the decision, and how that was verified."""
    heading = HEADINGS.get(one.name) if one.kind == Kind.SECTION else None
    if heading is None:
        return None
    return ndc_sections.place_of(one.name), heading.verification.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Group:
    """The statements of a kind: the latest number of each."""

    kind: str
    statements: list[Statement]


def statements(code: str) -> list[Group]:
    """What a country has stated, by kind; the latest number of each, one query."""
    latest: dict[tuple[str, str], Statement] = {}
    rows = Statement.objects.filter(country=code, state__in=(*OPEN, State.PUBLISHED))
    for one in rows.order_by("kind", "name", "number"):
        latest[one.kind, one.name] = one
    return [
        Group(kind, [one for one in latest.values() if one.kind == kind]) for kind in Kind.values
    ]
