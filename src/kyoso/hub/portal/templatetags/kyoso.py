"""How texts, numbers, dates and marks stand in a page. Loaded in every template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kyoso import reference
from kyoso.climate.transparency.names import called
from kyoso.core.text import Text
from kyoso.hub import texts, writing
from kyoso.hub.portal import rules
from kyoso.reference.loading import Row

register = template.Library()

MARKS: Mapping[str, str] = {
    "lead": "◆",
    "participate": "●",
    "interested": "○",
    "not_now": "–",
    "passed": "✓",
    "look": "▲",
    "failed": "✕",
}


@register.simple_tag
def t(key: str, **values: object) -> str:
    """A text of the interface in the language of the page."""
    return texts.say(key, **values)[texts.language()]


@register.filter
def text(value: Text | None) -> str:
    """A bilingual text in the language of the page."""
    return "" if value is None else value[texts.language()]


@register.filter
def other(value: Text) -> str:
    """A bilingual text in the language that is not the page's."""
    return value["en" if texts.language() == "ja" else "ja"]


@register.filter
def named(value: str, prefix: str) -> str:
    """The word for a value of a closed list: ``level|named:"programme.level"``."""
    return t(f"{prefix}.{value.replace('-', '_').replace('.', '_')}")


@register.filter
def act(value: str) -> str:
    """The word for an act of the log: ``accounts.invited`` is ``accounts.acts.invited``."""
    app, _, name = value.partition(".")
    return t(f"{app}.acts.{name}")


@register.filter
def mark(value: str) -> SafeString:
    """The shape of a state; the word stands beside it or is read out."""
    return format_html('<span class="mark {}" aria-hidden="true">{}</span>', value, MARKS[value])


@register.filter
def number(value: float | None) -> str:
    return "" if value is None else writing.number(value)


@register.filter
def day(value: date | None) -> str:
    return "" if value is None else writing.day(value)[texts.language()]


@register.filter
def period(value: str) -> str:
    return writing.period(value)[texts.language()] if value else ""


@register.filter
def country(code: str) -> str:
    """The name of a country by its code."""
    return reference.country_name(code)[texts.language()]


@register.filter
def cited(row: Row) -> str:
    """Where a row of reference data comes from."""
    return rules.cited(row)


@register.filter
def quoted(value: str) -> str:
    """Words of a source as it has them, marked with their language where the page has another."""
    found = rules.language_of_quotation(value)
    if found is None or found == texts.language():
        return value
    return format_html('<span lang="{}">{}</span>', found, value)


@register.filter
def term(value: str, of: str) -> str:
    """A term of a list of the reference data by its name: ``{{ stream.source|term:"source" }}``."""
    return called(of, value)[texts.language()]


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """An entry of a mapping, or nothing."""
    return mapping.get(key)
