"""``kyoso report``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kyoso import cli
from kyoso.core.errors import KyosoError, UsageError
from kyoso.core.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from kyoso.methods.result import Result

app = typer.Typer(no_args_is_help=True)

_SPOKEN: dict[str, Language] = {language: language for language in LANGUAGES}


@app.callback()
def report() -> None:
    """Write a report as HTML, PDF and Word."""


@app.command("status")
def status(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="the folder to write to")
    ],
    *,
    language: Annotated[str, typer.Option("--language", metavar="en|ja", help="its language")] = (
        "en"
    ),
    programme: Annotated[
        str, typer.Option("--programme", metavar="ID", help="space or clean-asia")
    ] = "space",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="YYYY-MM-DD", help="its day; today if not given")
    ] = "",
) -> None:
    """The status of a programme, with the results of all methods on their shipped examples.

    Writes status.html, status.pdf and status.docx.
    """
    from kyoso.publishing import documents
    from kyoso.publishing.status import programme_named, status_report

    try:
        spoken = _language(language)
        day = _day(as_of)
        programme_named(programme)
        cli.refuse_unwritable(output)
        with _steps() as step:
            runs = _runs(step)
            step(Text("writing", "書き出しています"))
            document = status_report(spoken, programme=programme, runs=runs, as_of=day)
            with cli.writing_to(output):
                paths = documents.write(document, output, "status")
    except KyosoError as error:
        raise cli.refuse(error) from None
    for path in paths:
        typer.echo(str(path))


def _runs(step: Callable[[Text], None]) -> list[Result]:
    from kyoso.methods import registry, running

    now = datetime.now(UTC)
    results = []
    for method in registry.methods().values():
        step(method.title)
        if method.example:
            results.append(running.run(method, running.example_inputs(method), now=now))
    return results


def _language(written: str) -> Language:
    if written not in _SPOKEN:
        raise UsageError(
            Text("no such language", "その言語はありません"),
            where=f"--language {written}",
            hint=Text("en or ja", "enまたはja"),
        )
    return _SPOKEN[written]


def _day(written: str) -> date:
    if not written:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError(
            Text("not a day", "日付として読めません"),
            where=f"--as-of {written}",
            hint=Text("write it as 2025-09-04", "2025-09-04の形で書いてください"),
        ) from None


@contextmanager
def _steps() -> Iterator[Callable[[Text], None]]:
    """A bar on standard error where a person looks on; silence in a script."""
    if not sys.stderr.isatty():
        yield lambda _what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from kyoso.methods.registry import methods

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(methods()) + 1)
        yield lambda what: bar.update(task, advance=1, description=what[cli.language()])
