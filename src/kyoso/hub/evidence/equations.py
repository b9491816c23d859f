"""Equations of a declaration as a page shows them: Markdown with LaTeX, set as MathML.

Every browser of today draws MathML by itself: no script, and it can be read aloud and searched.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.safestring import SafeString, mark_safe
from latex2mathml.converter import convert
from markdown_it import MarkdownIt

_FORMULA = re.compile(r"\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$", re.DOTALL)


@cache
def as_html(written: str) -> SafeString:
    """Markdown with ``$…$`` and ``$$…$$`` as HTML. The text is ours: a declaration of a method."""
    formulas: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        latex = found["block"] or found["inline"]
        display = "block" if found["block"] else "inline"
        formulas.append(convert(latex.strip(), display=display))
        return f"\ue000{len(formulas) - 1}\ue001"

    text = MarkdownIt("commonmark").enable("table").render(_FORMULA.sub(put_aside, written.strip()))
    text = re.sub("\ue000(\\d+)\ue001", lambda found: formulas[int(found[1])], text)
    return mark_safe(text)  # noqa: S308 -- declarations are code, and Markdown escapes the rest
