"""The closed lists of proposals."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """What a proposal does to activities."""

    REWORD = "reword"
    NEW = "new"
    MERGE = "merge"
    SPLIT = "split"
    END = "end"
    RENUMBER = "renumber"


class State(models.TextChoices):
    """From the first word to the decision."""

    DRAFT = "draft"
    OPEN = "open"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class Side(models.TextChoices):
    """How a member stands to a proposal. No reply is no row."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    ABSTAIN = "abstain"
