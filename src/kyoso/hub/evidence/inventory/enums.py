"""The closed lists of this app."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """Where an inventory is on its way from the country's desk to the public.

    One that is returned is a draft again, with the reason.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    REPLACED = "replaced"


class Cause(models.TextChoices):
    """Why an inventory is calculated anew; the kinds of the recalculation log."""

    METHOD = "method"
    ACTIVITY_DATA = "activity-data"
    FACTOR = "factor"
    ERROR = "error"
    GWP = "gwp"
    CATEGORY_CHANGE = "category-change"
    OTHER = "other"


class FactorState(models.TextChoices):
    """Where a country's own factor is on its way into the library."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class Potentials(models.TextChoices):
    """Sets of global warming potentials over 100 years."""

    SAR = "SAR", "SAR"
    AR4 = "AR4", "AR4"
    AR5 = "AR5", "AR5"
    AR6 = "AR6", "AR6"


class RegionalState(models.TextChoices):
    """Where the uncertainty of the region is on its way from the secretariat to the public."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"


OPEN = (State.DRAFT, State.SUBMITTED, State.ACCEPTED)
"""What is on its way: a country has one of a year at a time."""
CALCULATED = (State.SUBMITTED, State.ACCEPTED, State.PUBLISHED, State.REPLACED)
PUBLIC = (State.PUBLISHED, State.REPLACED)
"""What everybody may read: what was published, also when a later number took its place."""
