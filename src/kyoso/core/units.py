"""Units at the door: one factor from a written unit to a declared one (law 2).

Pint does the algebra. Units that name a gas (``t CO2``, ``Mt CH4/yr``) come from the
greenhouse-gas registry of openscm-units, which takes seconds to load and is therefore asked
only when the plain registry does not know a unit.

A symbol that two trades read differently (``ton``, ``bbl``) is refused, not guessed.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from kyoso.core.errors import UnitError
from kyoso.core.text import Text

if TYPE_CHECKING:
    import pint

_DEFINITIONS = (
    "kt = 1000 * metric_ton",  # a knot in pint's own list
    "mmBtu = 1e6 * Btu = MMBtu = MMBTU",
    "tonne_of_coal_equivalent = 29.3076 * gigajoule = tce",
    "tonne_kilometre = metric_ton * kilometer = tkm",
    "piece = [piece] = pieces = item = items = unit_count",
    "person = [person] = persons = capita = people",
)

_AMBIGUOUS = {
    "ton": "t (1,000 kg), short_ton or long_ton",
    "tons": "t (1,000 kg), short_ton or long_ton",
    "bbl": "oil_bbl (158.987 litres)",
    "barrel": "oil_bbl (158.987 litres)",
    "barrels": "oil_bbl (158.987 litres)",
    "gal": "US_liquid_gallon or imperial_gallon",
    "gallon": "US_liquid_gallon or imperial_gallon",
    "gallons": "US_liquid_gallon or imperial_gallon",
    "MT": "t (metric tonne) or Mt (million tonnes)",
    "mt": "t (metric tonne) or Mt (million tonnes)",
    "T": "t (metric tonne)",
}

COMMON = (
    *("t", "kt", "Mt", "Gg", "Tg", "kg", "g", "mg", "lb", "short_ton", "long_ton"),
    *("TJ", "GJ", "MJ", "PJ", "kWh", "MWh", "GWh", "TWh", "toe", "ktoe", "tce", "mmBtu", "Btu"),
    *("m3", "L", "kL", "%", "t CO2", "kg/TJ", "TJ/Gg", "km", "ha", "piece", "person", "year"),
)
"""Units people write; the source of suggestions and of the drop-downs in templates."""

_LONGEST = 40
"""No unit of the trade is longer; free text is not handed to the parser."""

_POWER = re.compile(r"\b([kcdm]?m)([23])\b")


def _registry(registry: pint.UnitRegistry) -> pint.UnitRegistry:
    # Redefining a symbol is the point of the list above; pint would log each one.
    registry._on_redefinition = "ignore"  # noqa: SLF001 -- pint offers no public setter
    for definition in _DEFINITIONS:
        registry.define(definition)
    return registry


@cache
def _plain() -> pint.UnitRegistry:
    import pint

    return _registry(pint.UnitRegistry())


@cache
def _with_gases() -> pint.UnitRegistry:
    import openscm_units

    registry = openscm_units.ScmUnitRegistry()
    registry.add_standards()
    return _registry(registry)


@cache
def _unit(unit: str) -> pint.Unit:
    """``unit`` as pint knows it. Raises :class:`UnitError`."""
    written = unicodedata.normalize("NFKC", unit).strip()
    if written in _AMBIGUOUS:
        raise UnitError(
            Text("this unit has more than one meaning", "複数の意味にとれる単位です"),
            where=unit,
            hint=Text("write {units}", "{units}と書いてください").format(units=_AMBIGUOUS[written]),
        )
    expression = _POWER.sub(r"\1**\2", written)
    for registry in (_plain, _with_gases) if 0 < len(written) <= _LONGEST else ():
        try:
            found = registry().parse_units("" if expression == "1" else expression)
            _ = found.dimensionality
        except Exception:  # noqa: BLE001, S112 -- parsing free text can fail in any way; all mean "not here"
            continue
        return found
    raise UnitError(Text("unknown unit", "不明な単位です"), where=unit, hint=_suggestion(written))


def _pair(unit: str, other: str) -> tuple[pint.Unit, pint.Unit]:
    one, two = _unit(unit), _unit(other)
    if one._REGISTRY is not two._REGISTRY:  # noqa: SLF001 -- the gas registry knows both
        one, two = (_with_gases().parse_units(str(each)) for each in (one, two))
    return one, two


def _suggestion(written: str) -> Text:
    same_letters = [unit for unit in COMMON if unit.lower() == written.lower()]
    close = same_letters or difflib.get_close_matches(written, COMMON, n=3, cutoff=0.5)
    if close:
        return Text("did you mean {units}?", "{units}ではありませんか").format(
            units=", ".join(close)
        )
    return Text(
        "write a unit such as t, kg, Gg, TJ, kWh", "t、kg、Gg、TJ、kWhなどの単位を書いてください"
    )


@cache
def is_compatible(unit: str, other: str) -> bool:
    """Whether a value in ``unit`` can be given in ``other``. Raises :class:`UnitError`."""
    one, two = _pair(unit, other)
    return bool(one.is_compatible_with(two))


@cache
def conversion(unit: str, to: str) -> float:
    """The factor by which a value in ``unit`` is multiplied to be in ``to``.

    Raises :class:`UnitError` for an unknown, ambiguous or incompatible unit.

    >>> conversion("kt", "t")
    1000.0
    """
    if unit == to:
        return 1.0
    one, two = _pair(unit, to)
    if not one.is_compatible_with(two):
        raise UnitError(
            Text("not convertible to {unit}", "{unit}に換算できません").format(unit=to),
            where=unit,
            hint=Text("use {unit} or a unit of the same kind", "{unit}または同種の単位で").format(
                unit=to
            ),
        )
    # Chains of prefixes leave noise in the sixteenth digit; a factor has fewer.
    return float(f"{one._REGISTRY.Quantity(1.0, one).to(two).magnitude:.15g}")  # noqa: SLF001
