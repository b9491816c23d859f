"""What this app decides without asking the database."""

from __future__ import annotations

import re

from kyoso.hub.programme.enums import Theme
from kyoso.reference.countries import country, sample_countries

_THEMES = (Theme.CLIMATE, Theme.POLLUTION, Theme.BIODIVERSITY)


def theme_at(position: int) -> Theme:
    """The first three pillars of a programme take the three colours in order, others none."""
    return _THEMES[position] if position < len(_THEMES) else Theme.NONE


def slug_of(code: str) -> str:
    """The code of an activity as it stands in an address: ``(1)`` becomes ``1``."""
    return re.sub(r"[^0-9A-Za-z.-]+", "", code)


def is_sample(member: str) -> bool:
    """Whether the code stands for a sample country."""
    return member in sample_countries()


def is_known_place(member: str) -> bool:
    return country(member) is not None
