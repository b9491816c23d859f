"""The shipped faces, and which characters they can draw.

Nothing that Kyoso prints depends on the fonts of the machine it runs on: PDF and SVG take the
faces in ``fonts/``, the site serves those in ``fonts/web/``. A character that none of them has
would come out as an empty box without any warning, so :func:`require` refuses it by name.
"""

from __future__ import annotations

import struct
import unicodedata
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

FACES = {
    (LATIN, "regular"): FOLDER / "NotoSans-Regular.ttf",
    (LATIN, "italic"): FOLDER / "NotoSans-Italic.ttf",
    (LATIN, "semibold"): FOLDER / "NotoSans-SemiBold.ttf",
    (JAPANESE, "regular"): FOLDER / "NotoSansJP-Regular.ttf",
    (JAPANESE, "semibold"): FOLDER / "NotoSansJP-SemiBold.ttf",
}

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
