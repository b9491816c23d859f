"""The colours of the house, the same on paper, on the site and in charts.

They carry no meaning alone: every state they show is a shape or a word first, so that a page
copied in black and white says the same.
"""

from __future__ import annotations

INK = "#1c2227"
SOFT = "#59636b"
RULE = "#d8d5cc"
PAPER = "#fbfaf6"
MARK = "#9a5b00"
"""Of the tag on sample data and of what a reader should look at."""

PILLARS = {"climate": "#0b5c7a", "pollution": "#9a5b00", "biodiversity": "#2f6b2f"}

_BY_CODE = {"1": "climate", "2": "pollution", "3": "biodiversity"}


def of_method(method: str) -> str:
    """The colour of the pillar in which a method stands, from the first part of its id."""
    return PILLARS.get(method.partition(".")[0], INK)


def of_pillar(code: str) -> str:
    """The colour of a pillar of the programme by its number; ink for any other code."""
    return PILLARS.get(_BY_CODE.get(code, ""), INK)
