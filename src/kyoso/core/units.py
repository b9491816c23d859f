"""Units at the door: one factor from a written unit to a declared one (law 2).

Pint does the algebra. Units that name a gas (``t CO2``, ``Mt CH4/yr``) come from the
greenhouse-gas registry of openscm-units, which takes seconds to load and is therefore asked
only when the plain registry does not know a unit.

A symbol that two trades read differently (``ton``, ``bbl``) is refused, not guessed, also
inside an expression and with a prefix (``kg/ton``, ``kgal``). So are scales that do not start at
zero (``degC``): no factor converts them.

``CO2e`` (also written CO2-eq, CO2eq) is a dimension of its own: a mass of gas does not become
its equivalent without a potential. A column declared in it takes a plain mass unit as well, for
there the column itself says what the mass is of.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

from kyoso.core.errors import UnitError
from kyoso.core.text import Text

if TYPE_CHECKING:
    import pint

    _Registry = pint.UnitRegistry[Any]

_DEFINITIONS = (
    "kt = 1000 * metric_ton",  # a knot in pint's own list
    "mmBtu = 1e6 * Btu = MMBtu = MMBTU",
    "tonne_of_coal_equivalent = 29.3076 * gigajoule = tce",
    "tonne_kilometre = metric_ton * kilometer = tkm",
    "piece = [piece] = pieces = item = items = unit_count",
    "person = [person] = persons = capita = people",
    "CO2e = [co2_equivalent]",
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
    *(
        "m3",
        "L",
        "kL",
        "%",
        "t CO2",
        "t CO2e",
        "kt CO2e",
        "kg/TJ",
        "TJ/Gg",
        "km",
        "ha",
        "piece",
        "person",
        "year",
    ),
)
"""Units people write; the source of suggestions and of the drop-downs in templates."""

_EQUIVALENT = re.compile(r"(?:(?<=[tg])|\b)CO2[ _-]?e(?:q|quiv|quivalent)?\b", re.IGNORECASE)
"""The ways in which carbon dioxide equivalent is written."""

_LONGEST = 40
"""No unit of the trade is longer; free text is not handed to the parser."""

_POWER = re.compile(r"\b([kcdm]?m)([23])\b")
_FORM = re.compile(
    r"""(?:1|(?:1\s*/)?
        (?: (?<!\w)[^\W\d]\w*+
          | (?:\*\*|\^)\s*-?\d(?:\.\d)?(?!\s*(?:\*\*|\^|[\w.]))
          | [%°()·*/\s]
        )++)""",
    re.VERBOSE,
)
"""Names, products, quotients and one-digit powers. Pint also works out arithmetic that stands in
a unit; a tower of powers (``9**9**9``) would never end."""

_TWICE = re.compile(r"\b(?:[kMGTP]|kilo|mega|giga)kt\b")
"""``kt`` is a name of its own here, and pint would set a prefix before it."""
_WORD = re.compile(r"[^\W\d]\w*")
_PREFIX = re.compile(r"(?:MM|[kMGTPmcdh]|kilo|mega|giga|tera|milli|million_|thousand_)")


def _registry(registry: _Registry) -> _Registry:
    # Redefining a symbol is the point of the list above; pint would log each one.
    registry._on_redefinition = "ignore"  # noqa: SLF001 -- pint offers no public setter
    for definition in _DEFINITIONS:
        registry.define(definition)
    return registry


@cache
def _plain() -> _Registry:
    import pint

    return _registry(pint.UnitRegistry())


@cache
def _with_gases() -> _Registry:
    import openscm_units

    registry = openscm_units.ScmUnitRegistry()
    registry.add_standards()
    return _registry(registry)


@cache
def _unit(unit: str) -> pint.Unit:
    """``unit`` as pint knows it. Raises :class:`UnitError`."""
    written = _EQUIVALENT.sub(" CO2e", unicodedata.normalize("NFKC", unit)).strip()
    readable = len(written) <= _LONGEST and _FORM.fullmatch(written) is not None
    readable = readable and not _TWICE.search(written)
    if readable and (meanings := _meanings(written)):
        raise UnitError(
            Text("this unit has more than one meaning", "複数の意味にとれる単位です"),
            where=unit,
            hint=Text("write {units}", "{units}と書いてください").format(units=meanings),
        )
    expression = "" if written == "1" else _POWER.sub(r"\1**\2", written).replace("·", "*")
    for registry in (_plain, _with_gases) if readable else ():
        try:
            found = registry().parse_units(expression)
            _ = found.dimensionality
        except Exception:  # noqa: BLE001, S112 -- parsing free text can fail in any way; all mean "not here"
            continue
        return found
    raise UnitError(Text("unknown unit", "不明な単位です"), where=unit, hint=_suggestion(written))


def _meanings(written: str) -> str:
    """What the first ambiguous word in a unit could mean, with or without prefix; else empty."""
    for word in _WORD.findall(written):
        for name, meanings in _AMBIGUOUS.items():
            head = word.removesuffix(name)
            if head != word and (not head or _PREFIX.fullmatch(head)):
                return meanings
    return ""


def _pair(unit: str, other: str) -> tuple[pint.Unit, pint.Unit]:
    one, two = _unit(unit), _unit(other)
    if one._REGISTRY is not two._REGISTRY:  # noqa: SLF001 -- the gas registry knows both
        one, two = (_with_gases().parse_units(str(each)) for each in (one, two))
    return one, two


def _suggestion(written: str) -> Text:
    same_letters = [unit for unit in COMMON if unit.lower() == written.lower()]
    close = same_letters or difflib.get_close_matches(written[:_LONGEST], COMMON, n=3, cutoff=0.5)
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

    A unit is 1 of itself, known or not. Raises :class:`UnitError` for an unknown, ambiguous or
    incompatible unit, and for one of a scale that no factor converts.

    >>> conversion("kt", "t")
    1000.0
    """
    if unit == to:
        return 1.0
    one, two = _pair(unit, to)
    if _is_equivalent(two) and not _is_equivalent(one):
        two = two / two._REGISTRY.Unit("CO2e")  # noqa: SLF001 -- a unit knows its registry, pint has no name for it
    if not one.is_compatible_with(two) or not _start_together(one, two):
        raise UnitError(
            Text("not convertible to {unit}", "{unit}に換算できません").format(unit=to),
            where=unit,
            hint=Text(
                "use {unit} or a unit of the same kind",
                "{unit}または同種の単位で記入してください",
            ).format(unit=to),
        )
    # Chains of prefixes leave noise in the sixteenth digit; a factor has fewer.
    return float(f"{_converted(1.0, one, two):.15g}")


def _is_equivalent(unit: pint.Unit) -> bool:
    return "[co2_equivalent]" in unit.dimensionality


def _start_together(one: pint.Unit, two: pint.Unit) -> bool:
    """Whether nothing of one unit is nothing of the other: not so for °C and K, dB and 1."""
    return _converted(0.0, one, two) == 0.0


def _converted(value: float, one: pint.Unit, two: pint.Unit) -> float:
    registry = one._REGISTRY  # noqa: SLF001 -- a unit knows its registry, pint has no name for it
    return float(registry.Quantity(value, one).to(two).magnitude)
