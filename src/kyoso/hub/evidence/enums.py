"""The closed lists of this app."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """Where a run is. ``refused``: the input fails its checks; ``failed``: we do."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


WAITING = (State.QUEUED, State.RUNNING)


class Origin(models.TextChoices):
    """Where an input file came from."""

    UPLOAD = "upload"
    EXAMPLE = "example"
