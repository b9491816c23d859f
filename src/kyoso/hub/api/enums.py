"""The closed lists of this app."""

from __future__ import annotations

from django.db import models


class Scope(models.TextChoices):
    """What a token may be used for; within that, its user's roles decide."""

    READ = "read"
    PARTICIPATE = "participate"
    PROJECTS = "projects"
    PROGRESS = "progress"
    EVIDENCE = "evidence"
    ADMIN = "admin"
