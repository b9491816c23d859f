"""The app, and what it holds of the contents that all apps keep in one place."""

from __future__ import annotations

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "kyoso.hub.evidence.inventory"
    label = "inventory"

    def ready(self) -> None:
        """Workbooks lie where inputs of runs lie; who sees an inventory sees the runs under it.

        Reports of facilities take the factors of the library, and say so.
        """
        from kyoso.hub.evidence import citing, store
        from kyoso.hub.evidence.inventory import listening, rules, selectors
        from kyoso.hub.evidence.inventory.models import Inventory

        store.hold(lambda sha256: Inventory.objects.filter(sheet_sha256=sha256).exists())
        citing.rest_on(citing.Citing(selectors.runs_shown, rules.shows_run))
        listening.listen()
