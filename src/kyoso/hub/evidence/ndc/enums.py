"""The closed lists of this app."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """What a statement states; its columns are those of a declared table."""

    TARGET = "target"
    LEVEL = "level"
    VALUE = "value"
    TRANSFER = "transfer"
    MEASURE = "measure"
    PROJECTION = "projection"
    ASSUMPTION = "assumption"
    NEEDED = "needed"
    RECEIVED = "received"
    SECTION = "section"


class State(models.TextChoices):
    """Where a statement is on its way from its author to the public."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    REPLACED = "replaced"


PUBLIC = (State.PUBLISHED, State.REPLACED)
"""What everybody may read: what was published, also when a later version took its place."""
OPEN = (State.DRAFT, State.SUBMITTED, State.RETURNED)
"""What is on its way; of one statement there is one such version at most."""
TRACKED = (Kind.TARGET, Kind.LEVEL, Kind.VALUE, Kind.TRANSFER)
"""What the tracking of targets is calculated from."""
