"""How much room text takes, and how it is broken; good to a few per cent, the same everywhere."""

from __future__ import annotations

import re
import unicodedata

_NARROW, _WIDE = 0.57, 1.0
"""Mean advance in em of Noto Sans, and the square of a Japanese character."""

_CLOSES = "、。，．）」』・ー％"
_PIECE = re.compile(rf"[^\s\u3000-\u9fff\uff00-\uffef]+[{_CLOSES}]*\s*|\s+|.[{_CLOSES}]*")
_CUT = "…"


def is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def width(text: str, size: float) -> float:
    """About how many pixels a line of ``text`` takes at ``size``."""
    return size * sum(_WIDE if is_wide(c) else _NARROW for c in text)


def shortened(text: str, most: float, size: float) -> str:
    """``text``, cut with … where it would take more than ``most`` pixels."""
    if width(text, size) <= most:
        return text
    kept = text
    while kept and width(kept + _CUT, size) > most:
        kept = kept[:-1]
    return kept.rstrip() + _CUT


def wrapped(text: str, most: float, size: float) -> list[str]:
    """``text`` in lines of at most ``most`` pixels.

    Latin is broken between words, Japanese anywhere but before a mark that closes.
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and width((lines[-1] + piece).rstrip(), size) > most:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]
