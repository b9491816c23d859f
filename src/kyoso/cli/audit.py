"""``kyoso audit``: whether the log of acts is as it was written, and the log as data."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from kyoso import cli
from kyoso.core.text import Text

group = typer.Typer(help="the log of acts", no_args_is_help=True)

_FAULTS = {
    "missing": Text("an entry is missing", "記録が欠けています"),
    "changed": Text("the entry is not as it was written", "記録が書き換えられています"),
    "end": Text("the log does not end where it did", "記録の末尾が一致しません"),
}


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands into the command line."""
    app.add_typer(group, name="audit")


@group.callback()
def audit() -> None:
    """The log of acts."""


@group.command()
def verify(
    *, as_json: Annotated[bool, typer.Option("--json", help="the answer as data")] = False
) -> None:
    """Read the whole log and recompute its chain of hashes; exit 1 where anything was changed."""
    from kyoso.cli.site import start_django

    start_django()
    from kyoso.hub.record.models import Event
    from kyoso.hub.record.selectors import faults

    found = list(faults())
    count = Event.objects.count()
    if as_json:
        listed = [{"number": fault.number, "fault": fault.what} for fault in found]
        typer.echo(json.dumps({"entries": count, "faults": listed}))
    else:
        for fault in found:
            typer.echo(f"{fault.number}: {_FAULTS[fault.what][cli.language()]}", err=True)
        if not found:
            whole = Text("{n} entries, the chain is whole", "{n}件、連鎖は完全です")
            typer.echo(whole.format(n=f"{count:,}")[cli.language()])
    raise typer.Exit(1 if found else 0)


@group.command()
def export() -> None:
    """Write the whole log to standard output: one entry a line, as JSON, in order.

    ``hash`` is the SHA-256 of the ``hash`` before it (64 zeros at the start) and the entry without
    ``hash``, written with sorted keys and no spaces: anybody can check the chain without Kyoso.
    """
    from kyoso.cli.site import start_django

    start_django()
    from kyoso.core import hashes
    from kyoso.hub import databases
    from kyoso.hub.record.models import Event
    from kyoso.hub.record.services import entry_of

    with databases.snapshot():
        for event in Event.objects.order_by("number").iterator(chunk_size=2000):
            typer.echo(hashes.canonical(entry_of(event) | {"hash": event.hash}).decode())
