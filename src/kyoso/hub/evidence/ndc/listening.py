"""What is published elsewhere and moves an indicator: a national inventory."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from kyoso.hub.evidence.inventory.enums import State
from kyoso.hub.evidence.inventory.models import Inventory


def listen() -> None:
    """Have the targets of a country tracked anew when one of its inventories is published."""
    post_save.connect(_track_anew, sender=Inventory, dispatch_uid="ndc.track_anew")


def _track_anew(sender: type[Inventory], instance: Inventory, **_: Any) -> None:
    if instance.state != State.PUBLISHED:
        return
    from kyoso.hub.evidence.ndc import tracking

    owner = instance.run.owner if instance.run is not None else None
    transaction.on_commit(lambda: tracking.refresh(instance.country, actor=owner), robust=True)
