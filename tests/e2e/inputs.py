"""Input files of facility emissions, and what must come of them, worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

HEADER = ("facility", "country", "year", "category", "source", "quantity", "unit", "uncertainty")

MIXED_UNITS = (
    ("F1", "XAA", 2023, "1A1a", "Natural Gas", 1, "kt", 5),
    ("F2", "XAA", 2023, "1A1a", "natural gas", 500_000, "kg", 5),
    ("F3", "XAA", 2023, "1A1a", "NATURAL GAS", 24_000, "GJ", 5),
    ("F4", "XAA", 2023, "2A1", "Clinker", 0.01, "Mt", 2),
)
"""Three ways to write natural gas, and clinker."""

TERAJOULES = Fraction(3, 2) * 48 + 24
"""(1 + ½) Gg of natural gas at 48.0 TJ/Gg (2006 IPCC Guidelines, Volume 2, Table 1.2) and 24 TJ."""


def natural_gas(methane: int, nitrous_oxide: int) -> float:
    """Tonnes of CO2-equivalent of :data:`MIXED_UNITS` in 1A1a with two warming potentials.

    Per TJ 56,100 kg CO2, 1 kg CH4, 0.1 kg N2O (Volume 2, Table 2.2).
    """
    per_terajoule = 56_100 + methane + Fraction(nitrous_oxide, 10)
    return float(TERAJOULES * per_terajoule / 1000)


AR5 = natural_gas(28, 265)
"""Potentials of the Fifth Assessment Report, Table 8.A.1."""
AR4 = natural_gas(25, 298)
"""Potentials of the Fourth Assessment Report, Table 2.14."""
CLINKER = 5200.0
"""0.01 Mt at 0.52 t CO2 per tonne (Volume 3, Equation 2.4)."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line with one mistake: the row it stands in (the header is row 1), column and value."""

    line: tuple[object, ...]
    row: int
    column: str
    value: str


MISTAKES = (
    Mistake(("F01", "XAA", 2023, "1A1a", "Natural Gas", -5, "TJ", 5), 2, "quantity", "-5"),
    Mistake(("F02", "INA", 2023, "1A1a", "Natural Gas", 1, "TJ", 5), 3, "country", "INA"),
    Mistake(("F03", "XAA", 2023.5, "1A1a", "Natural Gas", 1, "TJ", 5), 4, "year", "2023.5"),
    Mistake(("F04", "XAA", 2023, "1.A.1.a", "Natural Gas", 1, "TJ", 5), 5, "category", "1.A.1.a"),
    Mistake(("F05", "XAA", 2023, "1A1a", "Natral Gas", 1, "TJ", 5), 6, "source", "Natral Gas"),
    Mistake(("F06", "XAA", 2023, "1A1a", "Natural Gas", "abc", "TJ", 5), 7, "quantity", "abc"),
    Mistake(("F07", "XAA", 2023, "1A1a", "Natural Gas", 1, "m3", 5), 8, "unit", "m3"),
)


def as_csv(path: Path, *lines: tuple[object, ...]) -> Path:
    """Write lines under :data:`HEADER`."""
    rows = [HEADER, *lines]
    text = "".join(",".join(str(cell) for cell in row) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def into_template(path: Path, *lines: tuple[object, ...]) -> Path:
    """Fill the sheet ``activity`` of the template workbook, as a person would."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    for line in lines:
        book["activity"].append(line)
    filled = path.with_name("filled.xlsx")
    book.save(filled)
    return filled
