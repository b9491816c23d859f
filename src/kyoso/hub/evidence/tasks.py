"""What the worker does."""

from __future__ import annotations

import uuid

from django_tasks import task

from kyoso.hub.evidence import services


@task()
def execute(run: str) -> None:
    """Execute a queued run."""
    services.execute(uuid.UUID(run))
