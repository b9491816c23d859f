"""A message in both languages, found again from the one it was raised in.

Services raise Django's ``ValidationError`` with a sentence in the language of the page. A program
gets both: what Django or a text file says is looked up; other words stand in both as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils import translation
from django.utils.functional import Promise

from kyoso.core.text import LANGUAGES, Text, same
from kyoso.hub import texts

_PLACE = re.compile(r"\\\{(\w+)\\\}")
_DEEPEST = 3


def both(message: str | Promise) -> Text:
    """The message in English and Japanese."""
    if isinstance(message, Promise):
        return Text(*(_in(language, message) for language in LANGUAGES))
    return _found(message, _DEEPEST) or same(message or "–")


def _in(language: str, message: Promise) -> str:
    with translation.override(language):
        return str(message)


def _found(message: str, depth: int, app: str = "") -> Text | None:
    """The text that reads so; where several apps have one, that of ``app``."""
    known = _known()
    text = known.whole.get((app, message)) or known.whole.get(("", message))
    if text is not None or depth == 0:
        return text
    for pattern, template, of_app in known.patterns:
        if (match := pattern.fullmatch(message)) is not None:
            parts = match.groupdict().items()
            return template.format(
                **{name: _found(part, depth - 1, of_app) or part for name, part in parts}
            )
    return None


@dataclass(frozen=True, slots=True)
class _Known:
    """Texts without places by app and English (any app: empty), those with places as patterns."""

    whole: Mapping[tuple[str, str], Text]
    patterns: Sequence[tuple[re.Pattern[str], Text, str]]


@cache
def _known() -> _Known:
    whole: dict[tuple[str, str], Text] = {}
    patterns = []
    for key, entry in texts.entries().items():
        app = key.partition(".")[0]
        for text in (entry.many, entry.one):
            if text is None:
                continue
            if "{" not in text.en:
                whole.setdefault((app, text.en), text)
                whole.setdefault(("", text.en), text)
            elif (pattern := _pattern(text.en)) is not None:
                patterns.append((pattern, text, app))
    patterns.sort(key=lambda one: -len(one[0].pattern))
    return _Known(whole, patterns)


def _pattern(template: str) -> re.Pattern[str] | None:
    """Where each place stands once, and words stand around the places."""
    names = re.findall(r"\{(\w+)\}", template)
    words = re.sub(r"\{\w+\}", "", template)
    if len(set(names)) != len(names) or len(words.split()) < 2 or "{" in words:
        return None
    return re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)
