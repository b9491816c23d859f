"""Answers and their history as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kyoso.core.text import Text
from kyoso.hub.programme.models import Participation
from kyoso.hub.programme.participation import reading
from kyoso.hub.programme.participation.enums import ReasonKind
from kyoso.hub.texts import language
from kyoso.hub.writing import day


def reason_names(stance: Participation) -> list[Text]:
    """The kinds of reason that an answer gives."""
    return [reading.field_name(kind.value) for kind in ReasonKind if kind in stance.reasons]


def focal_point(stance: Participation) -> str:
    """The focal point in one line; empty where none is named."""
    if stance.focal_point is not None:
        return reading.person_line(stance.focal_point)
    comma = "、" if language() == "ja" else ", "
    return comma.join(one for one in (stance.focal_name, stance.focal_organisation) if one)


def period(stance: Participation) -> Text | None:
    """From when until when; nothing where neither is named."""
    if stance.since and stance.until:
        return Text("{a} to {b}", "{a}～{b}").format(a=day(stance.since), b=day(stance.until))
    if stance.since:
        return Text("from {a}", "{a}から").format(a=day(stance.since))
    if stance.until:
        return Text("until {b}", "{b}まで").format(b=day(stance.until))
    return None


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer with its parts in words."""

    stance: Participation
    reasons: Sequence[Text]
    focal_point: str
    period: Text | None


def shown(stance: Participation) -> Shown:
    return Shown(stance, reason_names(stance), focal_point(stance), period(stance))
