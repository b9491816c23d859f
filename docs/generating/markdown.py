"""Markdown as the pages need it: tables, Japanese marked as such, counts in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from kyoso.core.text import Language, Text

_JAPANESE_LINE_END = re.compile(r"(?<=[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef])\n(?=[^\s|$])")


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()
) -> str:
    """A table; the columns whose places stand in ``numbers`` are set to the right."""
    rule = ["--:" if place in numbers else "---" for place in range(len(head))]
    lines = [head, rule, *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: str) -> str:
    """A text that cannot break out of its cell. A bar inside code does not end a cell."""
    parts = value.replace("\n", " ").split("`")
    return "`".join(
        part if place % 2 else part.replace("|", "\\|") for place, part in enumerate(parts)
    )


def japanese(text: str) -> str:
    return f'<span lang="ja">{text}</span>'


def code(name: str) -> str:
    """The number of an activity, small and soft before its name."""
    return f'<span class="code">{name}</span>'


def joined(text: str) -> str:
    """A text whose lines of Japanese follow each other without a blank."""
    return _JAPANESE_LINE_END.sub("", text)


def soft(text: str) -> str:
    """What is said in passing, in soft type."""
    return f'<span class="soft">{text}</span>'


def other(text: Text, language: Language) -> str:
    """The text in the language that the page is not in, marked as such."""
    return japanese(text.ja) if language == "en" else f'<span lang="en">{text.en}</span>'


def definitions(items: Iterable[tuple[str, str]]) -> str:
    """Terms with what is said about each."""
    return "\n\n".join(f"{term}\n:   {said}" for term, said in items)


def classed(name: str, block: str) -> str:
    """A block under a class of the style sheet."""
    return f'<div class="{name}" markdown>\n\n{block}\n\n</div>'


def scrolling(label: str, block: str) -> str:
    """A block wider than a phone: it scrolls in itself, from the keyboard as well."""
    attributes = f'class="dense" tabindex="0" role="region" aria-label="{escape(label)}"'
    return f"<div {attributes} markdown>\n\n{block}\n\n</div>"


def page(language: Language, *parts: str) -> str:
    """A page of one language from its parts, a blank line between them."""
    front = f"---\nlanguage: {language}\n---"
    return "\n\n".join((front, *(part.strip("\n") for part in parts if part))) + "\n"


def lede(text: str) -> str:
    """The sentence under the heading of a page."""
    return f"{text}\n{{ .lede }}"
