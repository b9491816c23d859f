"""Words for numbers, and which part of the site an address belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.core.text import Language, Text, same
from kyoso.reference.loading import Row

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
    "participation": "members",
    "synergies": "programme",
    "proposals": "programme",
    "projects": "projects",
    "progress": "progress",
    "reported": "reported",
    "facilities": "reported",
    "ndc": "reported",
    "statements": "reported",
    "inventories": "reported",
    "factors": "reported",
    "verifiers": "reported",
    "methods": "methods",
    "runs": "methods",
    "data": "data",
}
"""The entry of the navigation for the first word of an address behind the language."""

_ACCOUNT_PAGES = ("sign-in", "sign-out", "inactive")


def in_words(number: int) -> Text:
    """Up to twelve in words in English, in figures in Japanese."""
    return Text(_WORDS[number], str(number)) if number < len(_WORDS) else same(str(number))


def language_of_quotation(text: str) -> Language | None:
    """Japanese where a word is, English where all letters are plain Latin, else not known.

    >>> language_of_quotation("IPCC 2006, Volume 2"), language_of_quotation("Tổng cục Thống kê")
    ('en', None)
    """
    letters = [letter for letter in text if letter.isalpha()]
    if any("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" for letter in letters):
        return "ja"
    return "en" if letters and all(map(str.isascii, letters)) else None


def part_of(path: str) -> str | None:
    """The part of the site that ``path`` (``/en/members/``) belongs to."""
    return PARTS.get(_first_word(path))


def is_worth_returning_to(path: str) -> bool:
    """Whether someone who signs in there wants to see ``path`` again afterwards."""
    return _first_word(path) not in _ACCOUNT_PAGES


def _first_word(path: str) -> str:
    """The first word of an address behind its language."""
    words = path.strip("/").split("/")
    return words[1] if len(words) > 1 else ""


def cited(row: Row) -> str:
    """Where a row of reference data comes from: document, place in it, year."""
    return ", ".join(part for part in (row["document"], row["table"], row["year"]) if part)
