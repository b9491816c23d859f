"""``kyoso manage load_catalogue``."""

from __future__ import annotations

from typing import Any

from kyoso.hub.commands import KyosoCommand
from kyoso.hub.programme import selectors, services
from kyoso.hub.texts import say


class Command(KyosoCommand):
    help = "Bring programmes, editions and activities up to the shipped catalogue; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        services.load_catalogue()
        for edition in selectors.all_editions():
            n = edition.activities.count()
            self.tell(say("programme.import.loaded", title=edition.title, n=n))
