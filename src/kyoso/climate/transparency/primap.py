"""The interchange format of primap2: a wide CSV file of time series and a YAML file about it.

As its documentation has it ("Interchange format details", primap2, 2025): every row is a series,
columns are the dimensions with their terminology in brackets, then one column a year; text is
quoted, numbers are not, what is missing is an empty text. Files made here were read and found valid
by primap2 0.13.0, with climate-categories 0.11.1 and openscm-units 0.6.3: the units of all 89 gases
of the reference data, and every category.

Categories are those of climate-categories, with dots (1.A.1.a), in the terminology
``IPCC2006_PRIMAP``: it has all categories of the reference data by the codes and titles of
``IPCC2006``, and beside them the total without land use.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kyoso.core.errors import KyosoError
from kyoso.core.text import Text

AREA, CATEGORY, ENTITY = "area (ISO3)", "category (IPCC2006_PRIMAP)", "entity"
SCENARIO, SOURCE, UNIT = "scenario (general)", "source", "unit"
DIMENSIONS = (SOURCE, SCENARIO, AREA, ENTITY, UNIT, CATEGORY)
"""As the tests of primap2 order them."""

WITHOUT_LAND = "M.0.EL"
"""National total without land use: a category of the terminology ``IPCC2006_PRIMAP`` alone."""
BASKET = "KYOTOGHG"

_CODE = re.compile(r"(\d)(?:([A-Z])(?:(\d{1,2})(?:([a-z])(?:([ivx]+)(\d{1,2})?)?)?)?)?")


class InterchangeError(KyosoError, ValueError):
    """A file that is not in the interchange format."""

    code = "interchange"


def dotted(code: str) -> str:
    """A category of the IPCC tree as climate-categories writes it.

    >>> dotted("1A3bi1"), dotted("2F1"), dotted("0")
    ('1.A.3.b.i.1', '2.F.1', '0')
    """
    found = _CODE.fullmatch(code)
    return ".".join(part for part in found.groups() if part) if found else code


def plain(code: str) -> str:
    """The same back: a code without dots, unless it is one of the aggregates ``M.…``.

    >>> plain("1.A.3.b.i.1"), plain("M.0.EL")
    ('1A3bi1', 'M.0.EL')
    """
    return code if code.startswith("M.") else code.replace(".", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A time series: values by year, in ``unit``; an absent year is absent, never zero."""

    area: str
    category: str
    entity: str
    unit: str
    values: Mapping[int, float] = field(default_factory=dict)
    source: str = "Kyoso"
    scenario: str = "inventory"


def series_of(cells: Sequence[Mapping[str, Any]], assessments: Mapping[int, str]) -> list[Series]:
    """Series of gases [t a year] and of their basket [t CO2 a year] from cells of inventories.

    ``assessments`` has the set of potentials by year: years with other potentials are other series.
    A cell has country, year, category, gas, item, total [t], co2e [t] and notation. Biogenic CO2
    has no place in the format beside the other; cells without a value stay absent, and with them
    the basket of their category where the key says confidential.
    """
    gases: dict[tuple[str, str, str], dict[int, float]] = {}
    baskets: dict[tuple[str, str, str], dict[int, list[float]]] = {}
    secret: set[tuple[str, str, int]] = set()
    for cell in cells:
        if cell["item"] == "biogenic":
            continue
        place = (cell["country"], cell["category"])
        if cell["total"] is None:
            if cell["notation"] == "C":
                secret.add((*place, cell["year"]))
            continue
        gases.setdefault((*place, cell["gas"]), {})[cell["year"]] = cell["total"]
        basket = (*place, assessments[cell["year"]])
        baskets.setdefault(basket, {}).setdefault(cell["year"], []).append(cell["co2e"])
    found = [
        Series(
            area=area,
            category=dotted(category),
            entity=gas,
            unit=f"t {gas} / year",
            values=values,
        )
        for (area, category, gas), values in sorted(gases.items())
    ]
    for (area, category, assessment), years in sorted(baskets.items()):
        shown = {
            year: math.fsum(parts)
            for year, parts in years.items()
            if (area, category, year) not in secret
        }
        if shown:
            found.append(
                Series(
                    area=area,
                    category=dotted(category),
                    entity=f"{BASKET} ({assessment}GWP100)",
                    unit="t CO2 / year",
                    values=shown,
                )
            )
    return found


def written(series: Sequence[Series], data_file: str, **about: str) -> tuple[str, str]:
    """The CSV file and the YAML file. ``about`` are attributes such as title and institution."""
    years = sorted({year for one in series for year in one.values})
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow([*DIMENSIONS, *map(str, years)])
    for one in series:
        coordinates = (one.source, one.scenario, one.area, one.entity, one.unit, one.category)
        writer.writerow([*coordinates, *(one.values.get(year, "") for year in years)])
    attributes = {"area": AREA, "cat": CATEGORY, "scen": SCENARIO, **about}
    lines = [
        "attrs:",
        *(
            f"  {name}: {json.dumps(value, ensure_ascii=False)}"
            for name, value in attributes.items()
        ),
        'time_format: "%Y"',
        "dimensions:",
        '  "*":',
        *(f"  - {name}" for name in DIMENSIONS),
        f"data_file: {json.dumps(data_file)}",
    ]
    return stream.getvalue(), "\n".join([*lines, ""])


def read(table: str) -> list[Series]:
    """The series of a CSV file in this format, in its order.

    Raises :class:`InterchangeError` for columns or cells that are not of it.
    """
    rows = csv.reader(io.StringIO(table))
    head = next(rows, [])
    missing = [name for name in (AREA, ENTITY, UNIT, SOURCE) if name not in head]
    if missing:
        raise _off(", ".join(missing), Text("column missing", "列がありません"))
    years = {at: name for at, name in enumerate(head) if re.fullmatch(r"\d{4}", name)}
    return [_series(head, years, row, number) for number, row in enumerate(rows, start=2)]


def _series(
    head: Sequence[str], years: Mapping[int, str], row: Sequence[str], number: int
) -> Series:
    if len(row) != len(head):
        raise _off(f"row {number}", Text("not one cell a column", "列の数が合いません"))
    named = dict(zip(head, row, strict=True))
    return Series(
        area=named[AREA],
        category=named.get(CATEGORY, ""),
        entity=named[ENTITY],
        unit=named[UNIT],
        values=dict(_values(years, row, number)),
        source=named[SOURCE],
        scenario=named.get(SCENARIO, ""),
    )


def _values(
    years: Mapping[int, str], row: Sequence[str], number: int
) -> Iterator[tuple[int, float]]:
    for at, year in years.items():
        if row[at] == "":
            continue
        try:
            yield int(year), float(row[at])
        except ValueError as fault:
            raise _off(
                f"row {number}, {year}: {row[at][:40]}", Text("not a number", "数値ではありません")
            ) from fault


def _off(where: str, message: Text) -> InterchangeError:
    return InterchangeError(
        message,
        where=where,
        hint=Text(
            "give the CSV file of primap2's interchange format",
            "primap2の交換形式のCSVファイルを指定してください",
        ),
    )
