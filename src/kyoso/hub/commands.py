"""What Kyoso's own commands of ``kyoso manage`` share: their language, and how they refuse."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kyoso.core.errors import InputRefusedError, KyosoError, UsageError
from kyoso.core.text import LANGUAGES, Language, Text, language_of


class KyosoCommand(BaseCommand):
    """A command that speaks both languages and refuses with Kyoso's messages and exit statuses."""

    language: Language = "en"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language", choices=LANGUAGES, help="of messages; the terminal's if not given"
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.language = options.get("language") or _of_terminal()
        try:
            return super().execute(*args, **options)
        except KyosoError as error:
            told = (
                error.lines(self.language)
                if isinstance(error, InputRefusedError)
                else [error.line(self.language)]
            )
            status = 2 if isinstance(error, UsageError) else 1
            raise CommandError("\n".join(told), returncode=status) from error

    def tell(self, text: Text) -> None:
        self.stdout.write(text[self.language])


def _of_terminal() -> Language:
    return language_of(os.environ.get("KYOSO_LANGUAGE") or os.environ.get("LANG") or "en")
