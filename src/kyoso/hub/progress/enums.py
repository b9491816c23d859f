"""The closed lists of this app."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """Where a report is on its way from the author to the public."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"


OPEN = (State.DRAFT, State.RETURNED)
"""The author writes."""
APPROVED = (State.ACCEPTED, State.PUBLISHED)
"""Another person has judged it good."""
HANDED_IN = (State.SUBMITTED, *APPROVED)


class Clock(models.TextChoices):
    """How late a report is on a day; worked out from its requirement, never stored."""

    NOT_YET_DUE = "not_yet_due"
    DUE = "due"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    REPORTED = "reported"
    WAIVED = "waived"


class Part(models.TextChoices):
    """A text of a report."""

    NARRATIVE = "narrative"
    DIFFICULTIES = "difficulties"
    NEEDS = "needs"
    VIEWS = "views"


class Step(models.TextChoices):
    """A part of the form."""

    TEXTS = "texts"
    VALUES = "values"
    MILESTONES = "milestones"
    FINANCE = "finance"
    DOCUMENTS = "documents"
    CHECK = "check"


class ValueKind(models.TextChoices):
    """How an indicator was answered. ``not_available`` says why there is no value."""

    NUMBER = "number"
    SHARE = "share"
    STATEMENT = "statement"
    NOT_AVAILABLE = "not_available"


class Flow(models.TextChoices):
    """What happened to money in the period."""

    COMMITTED = "committed"
    DISBURSED = "disbursed"


class WrittenIn(models.TextChoices):
    """The languages in which a report may be written (ISO 639)."""

    EN = "en"
    JA = "ja"
    FIL = "fil"
    ID = "id"
    KM = "km"
    LO = "lo"
    MS = "ms"
    MY = "my"
    PT = "pt"
    TA = "ta"
    TET = "tet"
    TH = "th"
    VI = "vi"
    ZH = "zh"
