"""``kyoso backup`` and ``kyoso restore``: all of an installation in one file, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from kyoso import cli
from kyoso.core.errors import KyosoError
from kyoso.core.text import Text

BACKED_UP = Text(
    "{file}: {n} entries of the log, {files} files",
    "{file}：記録{n}件、ファイル{files}件",
)
RESTORED = Text(
    "{file}: restored; {n} entries of the log, the chain is whole; {files} files",
    "{file}：復元しました。記録{n}件（連鎖は完全）、ファイル{files}件",
)


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands into the command line."""
    app.command()(backup)
    app.command()(restore)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="the archive to write, .zip")],
    *,
    with_secret_key: Annotated[
        bool, typer.Option("--with-secret-key", help="with the key that signs sessions")
    ] = False,
) -> None:
    """Write database, evidence, runs and reports into one file, while the site runs."""
    from kyoso.cli.site import start_django

    start_django()
    from kyoso.hub.record import backup as keeping

    try:
        with cli.writing_to(file.absolute().parent):
            made = keeping.backup(file, with_key=with_secret_key)
    except KyosoError as error:
        raise cli.refuse(error) from None
    _tell(BACKED_UP, made.number, made.files, file)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="what kyoso backup has written")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="what is there gives way")] = False,
) -> None:
    """Put an installation back into KYOSO_HOME and the database; the site must not run."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kyoso.hub.settings")
    django.setup()  # and no home is prepared: an empty one is what a restore wants
    from kyoso.hub.record import restoring

    try:
        made = restoring.restore(file, replace=replace)
    except KyosoError as error:
        raise cli.refuse(error) from None
    _tell(RESTORED, made.number, made.files, file)


def _tell(told: Text, number: int, files: int, file: Path) -> None:
    typer.echo(told.format(file=file, n=f"{number:,}", files=f"{files:,}")[cli.language()])
