"""The closed lists of participation."""

from __future__ import annotations

from django.db import models


class ReasonKind(models.TextChoices):
    """Why a member stands so: what SPACE 2025, section 4, lets it go by."""

    NATIONAL_CIRCUMSTANCES = "national_circumstances"
    POLICY = "policy"
    RESOURCES = "resources"
