"""The sample inventories: made through the services, as people would make them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.core.files import File

from kyoso.climate.transparency.estimates import sentences
from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import services as evidence
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import sample as facilities
from kyoso.hub.evidence.inventory import library, regional, services, sheets
from kyoso.hub.evidence.inventory.enums import Potentials, State
from kyoso.hub.evidence.inventory.models import Factor, Inventory, Regional
from kyoso.hub.evidence.models import Run
from kyoso.methods import registry
from kyoso.publishing import workbooks
from kyoso.tables.given import schema

COUNTRY = "XAA"
YEARS = (facilities.PUBLISHED - 2, facilities.PUBLISHED)
"""The facility reports on the second only."""

_NATIONAL = (
    ("1A1a", "Other Bituminous Coal", (1720.0, 1655.0), "kt"),
    ("1A1a", "Natural Gas", (12100.0, 13900.0), "TJ"),
    ("1A2", "Natural Gas", (410.0, 425.0), "TJ"),
    ("1A4b", "Liquefied Petroleum Gases", (310.0, 322.0), "kt"),
    ("2A1", "Clinker", (505.0, 525.0), "kt"),
)
_ESTIMATES: tuple[tuple[str, str, tuple[float, float], Text, Text | None], ...] = (
    (
        *("3A1", "CH4", (85200.0, 86900.0)),
        Text("Tier 1, sample livestock census", "Tier 1、見本の家畜センサス"),
        Text(
            "Goats and buffalo (the sample census counts cattle alone)",
            "山羊・水牛（見本の家畜センサスは牛のみ）",
        ),
    ),
    (
        *("3B1", "CO2", (-1_210_000.0, -1_180_000.0)),
        Text("Stock difference, sample forest inventory", "蓄積差法、見本の森林調査"),
        None,
    ),
    (
        *("3C7", "CH4", (61400.0, 60700.0)),
        Text("Tier 1, sample harvested area", "Tier 1、見本の収穫面積"),
        None,
    ),
    (
        *("4A", "CH4", (38600.0, 40100.0)),
        Text("First-order decay, sample sites", "一次分解法、見本の処分場"),
        None,
    ),
)
_NOTATIONS = (
    ("1B1", "CH4", "NO", Text("No coal is mined in the sample country", "見本の国に炭鉱はない")),
    (
        "2B3",
        "N2O",
        "NO",
        Text(
            "No adipic acid is made in the sample country", "見本の国でアジピン酸は生産されていない"
        ),
    ),
    (
        "2F1",
        "HFC134a",
        "NE",
        Text("Coolants of those who do not report", "報告対象外の事業者の冷媒"),
    ),
    (
        "4D2",
        "CH4",
        "NE",
        Text("No data on industrial wastewater yet", "産業排水のデータがまだない"),
    ),
)
SHARED = "rice CH4, sample default of the region"
"""A factor that both sample countries use."""
UNCERTAINTY: tuple[tuple[str, str, float, float, str | None], ...] = (
    ("1A1a", "CO2", 5.0, 7.0, None),
    ("1A2", "CO2", 5.0, 5.0, None),
    ("1A4b", "CO2", 10.0, 5.0, None),
    ("2A1", "CO2", 2.0, 3.0, None),
    ("3A1", "CH4", 10.0, 40.0, None),
    ("3B1", "CO2", 20.0, 50.0, None),
    ("3C7", "CH4", 10.0, 60.0, SHARED),
    ("4A", "CH4", 30.0, 60.0, None),
)
"""Plainly made up, as all numbers here."""


def load_sample_inventories() -> int:
    """The inventories of XAA on two years, published; the later one takes the sample facility.

    Safe to repeat. Answers how many sample inventories there are; none without the sample logins.
    """
    author, other = facilities.user("focal-a"), facilities.user("ministry-a")
    there = Inventory.objects.filter(sample=True)
    if author is not None and other is not None and not there.exists():
        for at, year in enumerate(YEARS):
            one = services.begin(actor=author, country=COUNTRY, year=year, sample=True)
            one = calculated(one, author, at)
            one = services.submit(one, actor=author, expected=one.version)
            one = services.accept(one, actor=other, expected=one.version)
            services.publish(one, actor=other, expected=one.version)
    return there.count()


def load_sample_factors() -> int:
    """A factor of XAA from the shipped samples, approved; safe to repeat."""
    author, other = facilities.user("focal-a"), facilities.user("ministry-a")
    there = Factor.objects.filter(sample=True)
    if author is not None and other is not None and not there.exists():
        one = library.propose(
            sampled(author), actor=author, country=COUNTRY, from_year=YEARS[0], sample=True
        )
        library.approve(one, actor=other, expected=one.version)
    return there.count()


def load_sample_region() -> int:
    """The uncertainty of the region of what sample countries have published; safe to repeat."""
    author, other = facilities.user("secretariat"), facilities.user("secretariat2")
    there = Regional.objects.filter(sample=True)
    published = Inventory.objects.filter(country=COUNTRY, year__in=YEARS, state=State.PUBLISHED)
    if author and other and published.count() == len(YEARS) and not there.exists():
        base, year = YEARS
        one = regional.make(
            actor=author, year=year, base_year=base, gwp=Potentials.AR5, sample=True
        )
        regional.publish(one, actor=other, expected=one.version)
    return there.count()


def sampled(actor: User, fuel: str = "Sub-Bituminous Coal") -> Run:
    """A run on the shipped samples of a coal, taken as those of a fuel."""
    method = registry.get(library.METHOD)
    values = method.parse({"quantity": "carbon_content", "fuel": fuel})
    run = evidence.start_now(actor, method, values, evidence.example_of(method))
    evidence.execute(run.pk)
    run.refresh_from_db()
    return run


def calculated(
    one: Inventory,
    actor: User | None,
    at: int = 1,
    name: str = "",
    *,
    scale: float = 1.0,
    uncertainty: Sequence[tuple[Any, ...]] = UNCERTAINTY,
) -> Inventory:
    """An inventory with the sample workbook of the first or the second year.

    ``scale`` is the size of the country, of that of XAA.
    """
    name = name or f"inventory-{one.country}-{one.year}.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        _write(one, at, path, scale, uncertainty)
        with path.open("rb") as stream:
            stored = store.keep(File(stream))
    return services.calculate(one, actor=actor, expected=one.version, name=name, stored=stored)


def _write(
    one: Inventory, at: int, path: Path, scale: float, uncertainty: Sequence[tuple[Any, ...]]
) -> None:
    place = {"country": one.country, "year": one.year}
    rows: dict[str, list[dict[str, Any]]] = {
        "national": [
            {
                **place,
                "category": category,
                "source": source,
                "quantity": given[at] * scale,
                "unit": unit,
            }
            for category, source, given, unit in _NATIONAL
        ],
        "estimates": [
            {
                **place,
                "category": category,
                "gas": gas,
                "mass": given[at] * scale,
                **sentences("how", [how]),
                **sentences("not_estimated", [left] if left else []),
            }
            for category, gas, given, how, left in _ESTIMATES
        ],
        "notations": [
            {
                **place,
                "category": category,
                "gas": gas,
                "notation": key,
                **sentences("explanation", [why]),
            }
            for category, gas, key, why in _NOTATIONS
        ],
    }
    declared = {name: sheets.method().input(name) for name in rows}
    declared[sheets.UNCERTAINTY.name] = sheets.UNCERTAINTY
    rows[sheets.UNCERTAINTY.name] = [
        dict(zip(sheets.UNCERTAINTY.names, row, strict=True)) for row in uncertainty
    ]
    tables = {
        name: pa.Table.from_pylist(
            [dict.fromkeys(declared[name].names) | row for row in given],
            schema=schema(declared[name]),
        )
        for name, given in rows.items()
    }
    workbooks.write_tables(tables, path, declared=declared)
