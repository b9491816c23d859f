"""The workbook of an inventory that came in, by page or program: taken over and calculated."""

from __future__ import annotations

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import store
from kyoso.hub.evidence.inventory import services
from kyoso.hub.evidence.inventory.models import Inventory


def take(
    inventory: Inventory, *, actor: User | None, expected: int, name: str, stored: store.Stored
) -> Inventory:
    """Take a kept file over into a draft and calculate.

    Raises what :func:`services.calculate` raises; the file that was sent is not kept then.
    """
    with store.taken_over(stored, inventory.sheet_sha256):
        return services.calculate(
            inventory, actor=actor, expected=expected, name=name, stored=stored
        )
