"""Words for numbers, and which part of the site an address belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.core.text import Text, same

_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)

PARTS: Mapping[str, str] = {
    "": "programme",
    "programmes": "programme",
    "compare": "programme",
    "report": "programme",
    "members": "members",
    "methods": "methods",
    "runs": "methods",
    "data": "data",
}
"""The entry of the navigation for the first word of an address behind the language."""


def in_words(number: int) -> Text:
    """Up to twelve in words in English, in figures in Japanese."""
    return Text(_WORDS[number], str(number)) if number < len(_WORDS) else same(str(number))


def part_of(path: str) -> str | None:
    """The part of the site that ``path`` (``/en/members/``) belongs to."""
    words = path.strip("/").split("/")
    return PARTS.get(words[1] if len(words) > 1 else "")
