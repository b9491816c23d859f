"""The floors of the house, drawn from the contracts that import-linter enforces."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from generating.markdown import page, table
from kyoso.publishing import palette

ROOT = Path(__file__).parents[2]

WIDTH = 480
LEFT = 24
GAP = 12
HEAD = 30
ROOM = 17
SPACE = 14
NOT_YET = "not yet"

_ASIDE = re.compile(r"\s*\(DESIGN[^)]*\)")
"""References to the design document mean nothing to a reader of the site."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package on a floor: its sentence, and the rooms in it. ``built`` is false for a place kept free."""

    name: str
    sentence: str
    rooms: tuple[str, ...]
    built: bool


@dataclass(frozen=True, slots=True)
class Floor:
    """A layer. Its packages do not import each other."""

    number: int
    packages: tuple[Package, ...]


def pages() -> Iterator[tuple[str, str]]:
    """The drawing, and the table that says the same in words with the other contracts."""
    contracts = _contracts()
    floors = floors_of(contracts)
    yield "floors.svg", drawing(floors)
    yield "floors.md", page("en", "# The floors", *_told(floors), *_others(contracts))


def _contracts() -> Sequence[Mapping[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[Mapping[str, object]] = settings["tool"]["importlinter"]["contracts"]
    return found


def floors_of(contracts: Sequence[Mapping[str, object]]) -> list[Floor]:
    """The floors from the highest to the lowest, numbered from below."""
    (contract,) = (one for one in contracts if one["type"] == "layers")
    layers = contract["layers"]
    assert isinstance(layers, list)
    return [
        Floor(len(layers) - place, tuple(map(_package, re.split(r"\s*[|:]\s*", layer))))
        for place, layer in enumerate(layers)
    ]


def _package(written: str) -> Package:
    """``(name)`` is a package that may be absent."""
    name = written.strip("() ")
    folder = ROOT / "src" / "kyoso" / name
    if not (folder / "__init__.py").is_file():
        return Package(name, "", (), built=False)
    return Package(name, _sentence(folder), tuple(_rooms(folder)), built=True)


def _sentence(folder: Path) -> str:
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    said = " ".join((ast.get_docstring(tree) or "").partition("\n\n")[0].split())
    return _ASIDE.sub("", said)


def _rooms(folder: Path) -> Iterator[str]:
    """The rooms of a pillar: only a pillar's packages are rooms of one row."""
    if folder.name in palette.PILLARS:
        yield from sorted(path.parent.name for path in folder.glob("*/__init__.py"))


# --- the drawing ------------------------------------------------------------------------------


def drawing(floors: Sequence[Floor]) -> str:
    """The floors as SVG: one row each, a box for each package, arrows for what may be imported."""
    rows, y = [], 1.0
    for floor in floors:
        height = HEAD + ROOM * max(len(one.rooms) or not one.built for one in floor.packages)
        rows.append(_row(floor, y, height))
        y += height + SPACE
    total = y - SPACE + 1
    named = "; ".join(
        f"{floor.number} {', '.join(one.name for one in floor.packages)}" for floor in floors
    )
    return (
        f'<svg class="floors" viewBox="0 0 {WIDTH} {total:g}" role="img" '
        'aria-labelledby="floors-title floors-desc" xmlns="http://www.w3.org/2000/svg">\n'
        '<title id="floors-title">The floors of Kyoso</title>\n'
        f'<desc id="floors-desc">From the top: {escape(named)}. A package imports from the floors '
        "below it, never from its own floor or from above.</desc>\n" + "".join(rows) + "</svg>\n"
    )


def _row(floor: Floor, y: float, height: float) -> str:
    width = (WIDTH - LEFT - 1 - GAP * (len(floor.packages) - 1)) / len(floor.packages)
    boxes = "".join(
        _box(one, LEFT + place * (width + GAP), y, width, height)
        for place, one in enumerate(floor.packages)
    )
    number = f'<text x="0" y="{y + 20:g}" fill="{palette.SOFT}">{floor.number}</text>\n'
    return number + boxes + (_arrow(y + height) if floor.number > 1 else "")


def _box(one: Package, x: float, y: float, width: float, height: float) -> str:
    colour = palette.PILLARS.get(one.name, palette.INK)
    dashes = "" if one.built else ' stroke-dasharray="4 3"'
    inside = [(name, palette.INK) for name in one.rooms] if one.built else [(NOT_YET, palette.SOFT)]
    rooms = "".join(
        f'<text x="{x + 12:g}" y="{y + 20 + ROOM * (place + 1):g}" fill="{fill}">{escape(name)}</text>\n'
        for place, (name, fill) in enumerate(inside)
    )
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="none" '
        f'stroke="{colour}"{dashes}/>\n'
        f'<text x="{x + 12:g}" y="{y + 20:g}" fill="{colour}" font-weight="600">'
        f"{escape(one.name)}</text>\n{rooms}"
    )


def _arrow(y: float) -> str:
    middle = LEFT + (WIDTH - LEFT) / 2
    return (
        f'<path d="M{middle:g} {y + 2:g}v{SPACE - 4:g}m-4 -4l4 4l4 -4" fill="none" '
        f'stroke="{palette.SOFT}"/>\n'
    )


# --- the same in words ------------------------------------------------------------------------


def _told(floors: Sequence[Floor]) -> Iterator[str]:
    rows = (
        (str(floor.number), f"`{one.name}`", _with_rooms(one))
        for floor in floors
        for one in floor.packages
    )
    yield table(("floor", "package", "what it is for"), rows)


def _with_rooms(one: Package) -> str:
    if not one.built:
        return NOT_YET
    rooms = ", ".join(f"`{name}`" for name in one.rooms)
    return f"{one.sentence} Rooms so far: {rooms}." if rooms else one.sentence


def _others(contracts: Sequence[Mapping[str, object]]) -> Iterator[str]:
    yield "## What else is enforced"
    yield "\n".join(f"- {_rule(one)}" for one in contracts if one["type"] != "layers")


def _rule(contract: Mapping[str, object]) -> str:
    forbidden = contract.get("forbidden_modules")
    if not isinstance(forbidden, list):
        return f"{contract['name']}."
    return f"{contract['name']}: {', '.join(f'`{name}`' for name in forbidden)}."
