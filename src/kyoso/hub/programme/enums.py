"""The closed lists of this app."""

from __future__ import annotations

from django.db import models


class Level(models.TextChoices):
    """How a member stands to an activity. No reply is no row: silence is not an answer."""

    LEAD = "lead"
    PARTICIPATE = "participate"
    INTERESTED = "interested"
    NOT_NOW = "not_now"


class HeadingKind(models.TextChoices):
    """What stands above activities in a programme's text."""

    PILLAR = "pillar"
    POLICY_GOAL = "policy-goal"
    FOUNDATION = "foundation"
    SECTION = "section"
    GROUP = "group"
    ITEM = "item"


class Theme(models.TextChoices):
    """The colour of a pillar."""

    CLIMATE = "climate"
    POLLUTION = "pollution"
    BIODIVERSITY = "biodiversity"
    NONE = "none"


class Basis(models.TextChoices):
    """Whether the programme's text says it, or we read it so."""

    NAMED_IN_TEXT = "named-in-text"
    OUR_READING = "our-reading"


class IndicatorKind(models.TextChoices):
    """What a number is; a forecast is never shown as a promise."""

    TARGET = "target"
    ACHIEVED = "achieved"
    CONTEXT = "context"
    PROJECTION = "projection"


class Verification(models.TextChoices):
    """How well a row of reference data was verified (DESIGN law 3)."""

    TWO_SOURCES = "two-sources"
    ONE_SOURCE = "one-source"
    UNVERIFIED = "unverified"
