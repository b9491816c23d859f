"""An outline without codes: numbered sections, measures ``(1)``, ``(2)`` …, goals with items.

::

    office that issues it               Title ～ subtitle ～
    1. Outline                          policy goals
    running text with (1), (2) …        a goal
    2. Plan                             one item a line
    (1) a measure                       another goal
    ・what it does                       …

Measures become the activities of the edition, with their number as code and nothing above them.
Goals are kept as goals, not as pillars: no measure belongs to one of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from kyoso.core.text import Language
from kyoso.programme import numbering
from kyoso.programme.codes import Mark, measure_at, numbered_at
from kyoso.programme.dates import date_in
from kyoso.programme.editions import Activity, Edition, Goal, Item, Passage, Words
from kyoso.programme.layout import Row, joined, paragraph_ends, vocabulary
from kyoso.programme.numbering import Found, Numbered
from kyoso.programme.paragraphs import NO_MARK, Paragraph, paragraphs
from kyoso.programme.placing import Placing, Role

_BULLET = re.compile(r"[・･•●○◦■□▪*–—-] *")
_GOALS = re.compile(r"目標|\b(?:goals?|objectives?)\b", re.IGNORECASE)
_FOUNDATION = re.compile(r"基盤|\b(?:foundations?|basis)\b", re.IGNORECASE)
_OFFICE = re.compile(r"[室課局省庁部]$|\b(?:office|division|bureau|ministry|secretariat)\b", re.I)
_SUBTITLE = re.compile(r"^(?P<title>.+?) *[～~―—–] *(?P<subtitle>[^～~]+?) *[～~―—–]?$")
_ASIDE = re.compile(r"[【〔\[*※]")
