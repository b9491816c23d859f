"""``kyoso manage export_organisation``: all that is an organisation's own, in one archive."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from kyoso.core.errors import NotFoundError, UsageError
from kyoso.core.text import Text
from kyoso.hub.accounts import exporting
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.commands import KyosoCommand


class Command(KyosoCommand):
    help = "Write everything that belongs to an organisation: rows as JSON and CSV, files, the log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("key", type=int, help="the number in the organisation's address")
        parser.add_argument("file", type=Path, help="the archive to write, .zip")

    def handle(self, *_args: Any, key: int, file: Path, **_: Any) -> None:
        organisation = Organisation.objects.filter(pk=key).first()
        if organisation is None:
            raise NotFoundError(
                Text("there is no such organisation", "該当する組織はありません"),
                where=str(key),
                hint=Text(
                    "take the number from its address", "組織のページの番号を指定してください"
                ),
            )
        if file.exists():
            raise UsageError(
                Text("this file is there already", "このファイルは既にあります"),
                where=str(file),
                hint=Text("name another one", "別の名前を指定してください"),
            )
        with exporting.of_organisation(organisation) as archive, file.open("xb") as target:
            shutil.copyfileobj(archive, target)
        self.stdout.write(str(file))
