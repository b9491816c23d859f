"""``kyoso manage import_edition``."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kyoso.core import hashes
from kyoso.core.text import Text
from kyoso.hub.commands import KyosoCommand
from kyoso.hub.programme import importing
from kyoso.hub.texts import say
from kyoso.programme import reading


class Command(KyosoCommand):
    help = (
        "Import the published text of an edition (.txt, .pdf). Under the label of an edition that "
        "is there, its activities get the official words; a new label makes a new edition."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--programme", required=True, metavar="KEY", help="space, clean-asia")
        parser.add_argument("--edition", required=True, metavar="LABEL", help="such as 2025")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        parsed = reading.read(file).edition
        done = importing.import_edition(
            programme_key=options["programme"],
            label=options["edition"],
            parsed=parsed,
            name=file.name,
            sha256=hashes.of_path(file),
        )
        title = done.edition.title
        if done.comparison is not None:
            counts = done.comparison.as_dict()["counts"]
            self.tell(say("programme.import.made", title=title, **counts))
        self.tell(say("programme.import.attached", title=title, n=len(done.attached.matched)))
        self._list("programme.import.only_in_text", done.attached.only_in_text)
        self._list("programme.import.only_in_edition", done.attached.only_in_edition)
        for notice in parsed.warnings:
            line = Text("line {n}: ", "{n}行：").format(n=notice.line)
            self.tell(Text(line.en + notice.message.en, line.ja + notice.message.ja))

    def _list(self, key: str, codes: Sequence[str]) -> None:
        if codes:
            self.tell(say(key, codes=Text(", ".join(codes), "、".join(codes))))
