"""``kyoso manage send_digests``: the letters that are due."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from kyoso.hub import mailing
from kyoso.hub.commands import KyosoCommand
from kyoso.hub.portal.desk import digests
from kyoso.hub.texts import say


class Command(KyosoCommand):
    help = (
        "Write to everybody whose letter is due about what is new on their desk. `kyoso serve` "
        "does so every hour; where the site is served otherwise, let cron: "
        "`0 * * * * kyoso manage send_digests`."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--outbox",
            action="store_true",
            help="without a mail server, lay the letters into the outbox of KYOSO_HOME",
        )

    def handle(self, *_args: Any, outbox: bool, **_options: Any) -> None:
        if not mailing.reaches_people() and not outbox:
            self.tell(say("portal.desk.letter.no_server"))
            return
        done = digests.send_all(day=timezone.localdate())
        self.tell(say("portal.desk.letter.sent", n=done.sent))
        if done.failed:
            self.tell(say("portal.desk.letter.failed", n=done.failed))
