"""The shipped faces, and which characters they can draw.

Nothing that Kyoso prints depends on the fonts of the machine it runs on: PDF and SVG take the
faces in ``fonts/``, the site serves those in ``fonts/web/``. A character that none of them has
would come out as an empty box without any warning, so :func:`require` refuses it by name.
"""

from __future__ import annotations

import struct
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kyoso.core.errors import KyosoError
from kyoso.core.text import Text

FOLDER = Path(__file__).with_name("fonts")
WEB = FOLDER / "web"

LATIN = "Noto Sans"
JAPANESE = "Noto Sans JP"
FAMILIES = (LATIN, JAPANESE)
"""In the order in which they are asked for a glyph."""
STACK = f"{LATIN}, {JAPANESE}, sans-serif"
JAPANESE_STACK = f"{JAPANESE}, sans-serif"
"""For a drawing that may be opened where there is no Noto."""

FACES = {
    (LATIN, "regular"): FOLDER / "NotoSans-Regular.ttf",
    (LATIN, "italic"): FOLDER / "NotoSans-Italic.ttf",
    (LATIN, "semibold"): FOLDER / "NotoSans-SemiBold.ttf",
    (JAPANESE, "regular"): FOLDER / "NotoSansJP-Regular.ttf",
    (JAPANESE, "semibold"): FOLDER / "NotoSansJP-SemiBold.ttf",
}

_RANGES = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,"
    "U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,"
    "U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,"
    "U+2C60-2C7F,U+A720-A7FF",
    "vietnamese": "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,"
    "U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
}
"""The division of Noto Sans into files for the web, as published with them (Fontsource 5.3.0)."""

SCRIPTS = "⁰ⁱ⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"
"""Noto Sans has them, its files for the web do not; without them CO₂ changes face midway."""
MARKS = "←↑→↓≠≤≥■□▲△◆◇○●✓"
"""The shapes of states, from Noto Sans JP: the same on every machine."""


@dataclass(frozen=True, slots=True)
class WebFace:
    """A file in ``fonts/web/`` and the characters for which a browser fetches it."""

    path: Path
    subset: str
    weight: int
    style: str
    characters: str
    """As the ``unicode-range`` of CSS."""


def _listed(characters: str) -> str:
    return ",".join(f"U+{ord(character):04X}" for character in characters)


WEB_FACES = (
    *(
        WebFace(WEB / f"noto-sans-{subset}-{name}.woff2", subset, weight, style, characters)
        for subset, characters in _RANGES.items()
        for name, weight, style in (
            ("400", 400, "normal"),
            ("400-italic", 400, "italic"),
            ("600", 600, "normal"),
        )
    ),
    *(
        WebFace(WEB / f"noto-sans-{name}-{weight}.woff", name, weight, "normal", _listed(these))
        for name, these in (("scripts", SCRIPTS), ("jp-marks", MARKS))
        for weight in (400, 600)
    ),
)


def web_face(face: WebFace, address: str) -> str:
    """The ``@font-face`` rule of a face that is served at ``address``."""
    form = face.path.suffix.lstrip(".")
    return (
        f'@font-face{{font-family:"{LATIN}";font-style:{face.style};font-weight:{face.weight};'
        f'font-display:swap;src:url("{address}") format("{form}");'
        f"unicode-range:{face.characters}}}\n"
    )


_UNPRINTED = frozenset("\n\r\t")
_FULL_UNICODE = (3, 10)
_SEGMENTED_COVERAGE = 12


class MissingGlyphError(KyosoError, ValueError):
    """A text holds a character that no shipped face can draw."""

    code = "missing-glyph"


@cache
def coverage(face: Path) -> frozenset[int]:
    """The code points of a TrueType face, from its ``cmap`` (OpenType 1.9, format 12).

    Raises :class:`ValueError` for a file without such a table; every shipped face has one.
    """
    content = face.read_bytes()
    tables = _tables(content)
    if b"cmap" not in tables:
        message = f"{face.name}: not a font with a character map"
        raise ValueError(message)
    start = tables[b"cmap"]
    (subtables,) = struct.unpack_from(">H", content, start + 2)
    for number in range(subtables):
        platform, encoding, offset = struct.unpack_from(">HHL", content, start + 4 + 8 * number)
        (form,) = struct.unpack_from(">H", content, start + offset)
        if (platform, encoding) == _FULL_UNICODE and form == _SEGMENTED_COVERAGE:
            return _segments(content, start + offset)
    message = f"{face.name}: no character map of all of Unicode"
    raise ValueError(message)


def _tables(content: bytes) -> dict[bytes, int]:
    (count,) = struct.unpack_from(">H", content, 4)
    records = (struct.unpack_from(">4sLLL", content, 12 + 16 * number) for number in range(count))
    return {tag: offset for tag, _checksum, offset, _length in records}


def _segments(content: bytes, start: int) -> frozenset[int]:
    (groups,) = struct.unpack_from(">L", content, start + 12)
    found: set[int] = set()
    for number in range(groups):
        first, last, glyph = struct.unpack_from(">LLL", content, start + 16 + 12 * number)
        # Glyph 0 is the empty box itself.
        found.update(range(first if glyph else first + 1, last + 1))
    return frozenset(found)


@cache
def drawable() -> frozenset[int]:
    """The code points that both weights can draw, in one family or the other."""
    regular = coverage(FACES[LATIN, "regular"]) | coverage(FACES[JAPANESE, "regular"])
    semibold = coverage(FACES[LATIN, "semibold"]) | coverage(FACES[JAPANESE, "semibold"])
    return regular & semibold


def missing(text: str) -> str:
    """The characters of ``text`` that no shipped face has, each once, in order.

    >>> missing("1.2 t CO₂, 排出量")
    ''
    """
    known = drawable()
    return "".join(dict.fromkeys(c for c in text if c not in _UNPRINTED and ord(c) not in known))


def require(text: str, *, where: str = "") -> None:
    """Raise :class:`MissingGlyphError` if ``text`` cannot be printed without empty boxes."""
    lacking = missing(text)
    if lacking:
        raise MissingGlyphError(
            Text(
                "no shipped font has {characters}", "同梱フォントにない文字です：{characters}"
            ).format(characters=", ".join(_named(c) for c in lacking)),
            where=where,
            hint=Text(
                "write it in Latin letters or Japanese",
                "ラテン文字または日本語で書いてください",
            ),
        )


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
