"""The closed lists of the desk."""

from __future__ import annotations

from django.db import models


class Digest(models.TextChoices):
    """How often a person is written to."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"
