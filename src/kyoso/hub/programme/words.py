"""Sentences made of programme data."""

from __future__ import annotations

from kyoso.core.text import Text
from kyoso.hub.programme.enums import IndicatorKind
from kyoso.hub.programme.models import Indicator
from kyoso.hub.texts import say
from kyoso.hub.writing import number, period


def indicator_line(one: Indicator) -> Text:
    """Unit, value, baseline and target of an indicator with their dates, in one line."""
    parts = [one.unit]
    if one.value is not None:
        parts.append(_dated("value", one.value, one.value_date, one))
    if one.baseline is not None:
        parts.append(say("programme.indicators.baseline", value=number(one.baseline)))
    if one.target is not None:
        parts.append(_dated("target", one.target, one.target_date, one))
    return Text(" · ".join(p.en for p in parts), "、".join(p.ja for p in parts))


def _dated(what: str, value: float, when: str, one: Indicator) -> Text:
    written = number(value)
    qualified = say(f"programme.qualifier.{one.qualifier.replace('-', '_')}", value=written)
    if what == "value" and one.kind == IndicatorKind.PROJECTION:
        return say("programme.indicators.forecast", value=qualified, when=period(when))
    if not when:
        return say(f"programme.indicators.{what}", value=qualified)
    return say(f"programme.indicators.{what}_at", value=qualified, when=period(when))
