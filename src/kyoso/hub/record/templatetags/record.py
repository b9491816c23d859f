"""How acts of the log stand in a page."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from kyoso.hub.record import telling
from kyoso.hub.record.models import Event

register = template.Library()


@register.filter
def told(events: Iterable[Event]) -> list[telling.Told]:
    """Acts in words: fields by their names, values as pages write them."""
    return telling.told(events)
