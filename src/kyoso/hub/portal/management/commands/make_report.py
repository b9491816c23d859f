"""``kyoso manage make_report``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kyoso.hub.commands import KyosoCommand
from kyoso.hub.portal import reports
from kyoso.hub.programme.models import Programme
from kyoso.hub.texts import say


class Command(KyosoCommand):
    help = (
        "Make the status report of every programme, in both languages, for the page /report/ and "
        "its downloads; the numbers come from running the methods on their examples now."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        from kyoso.methods import registry, running

        now = datetime.now(UTC)
        runs = [
            running.run(method, running.example_inputs(method), now=now)
            for method in registry.methods().values()
            if method.example
        ]
        for programme in Programme.objects.all():
            for made in reports.make(programme, runs, now.date()):
                self.tell(say("portal.report.was_made", title=made.title, place=made.folder))
