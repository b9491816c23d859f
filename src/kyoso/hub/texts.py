"""The words of the interface: one ``texts.toml`` per app, every entry in both languages.

An entry ``[wall.count]`` of the app ``programme`` is ``say("programme.wall.count", n=3)``. An
entry may give ``one``, the English for ``n=1``. Words of a closed list stand beside the column that
declares it, and an entry names those columns: ``declared = ["package.module:TABLE.column"]``.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from kyoso.core.text import Language, Text, language_of

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """One text, and its English form for the number one if that differs."""

    many: Text
    one: Text | None = None


@cache
def entries() -> Mapping[str, Entry]:
    """All entries by key."""
    files = sorted(FOLDER.glob("**/texts.toml"))
    return {key: entry for file in files for key, entry in _read(file)}


def _read(file: Path) -> Iterator[tuple[str, Entry]]:
    yield from _flat(file.parent.name, tomllib.loads(file.read_text(encoding="utf-8")))


def _flat(key: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    if isinstance(table.get("ja"), str):
        one = table.get("one")
        yield key, Entry(Text(table["en"], table["ja"]), Text(one, table["ja"]) if one else None)
        return
    for name, inner in table.items():
        if name == "declared" and isinstance(inner, list):
            yield from (entry for column in inner for entry in _declared(key, column))
        else:
            yield from _flat(f"{key}.{name}", inner)


def _declared(key: str, column: str) -> Iterator[tuple[str, Entry]]:
    module, _, place = column.partition(":")
    table, _, name = place.partition(".")
    words: Mapping[str, Text] = getattr(importlib.import_module(module), table)[name].words
    for code, text in words.items():
        yield f"{key}.{code.replace('-', '_')}", Entry(text)


@cache
def _alone(key: str) -> Text:
    """The text of an entry that has nothing to be filled in."""
    return entries()[key].many.format()


def say(key: str, **values: object) -> Text:
    """The text with ``values`` filled in. Raises ``KeyError`` for an unknown key."""
    if not values:
        return _alone(key)
    entry = entries()[key]
    text = entry.one if entry.one is not None and values.get("n") == 1 else entry.many
    return text.format(**values)


def language() -> Language:
    """The language of the page that is being made."""
    return language_of(get_language() or "en")
