"""The command line: thin, one file per group of commands (DESIGN §4)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from kyoso.core.errors import InputRefusedError, KyosoError, UsageError
from kyoso.core.text import Language, Text, language_of

GROUPS = {
    "programme": "read and compare the texts of a programme",
    "report": "write a report as HTML, PDF and Word",
}
"""Groups with their own file; loaded when they are called, so that every command starts fast."""


def language() -> Language:
    """The language of messages: ``KYOSO_LANGUAGE``, else the terminal's."""
    return language_of(os.environ.get("KYOSO_LANGUAGE") or os.environ.get("LANG") or "en")


def refuse(error: KyosoError, *, as_json: bool = False) -> typer.Exit:
    """Say what is wrong on standard error (and as data on request); the exit that follows."""
    refused = isinstance(error, InputRefusedError)
    lines = (
        error.lines(language())
        if isinstance(error, InputRefusedError)
        else [error.line(language())]
    )
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201 -- the command line's own voice
    if as_json:
        print(json.dumps(_as_data(error), ensure_ascii=False, indent=2))  # noqa: T201
    return typer.Exit(2 if isinstance(error, UsageError) and not refused else 1)


def _as_data(error: KyosoError) -> dict[str, object]:
    if isinstance(error, InputRefusedError):
        problems = [problem.as_dict(language()) for problem in error.problems]
        return {"passed": False, "count": error.count, "errors": problems}
    from kyoso.methods.declaration import ParametersError

    faults = error.faults if isinstance(error, ParametersError) else (error,)
    return {"passed": False, "count": len(faults), "errors": [_fault(one) for one in faults]}


def _fault(error: KyosoError) -> dict[str, object]:
    return {
        "code": error.code,
        "where": error.where,
        "message": error.message[language()],
        "hint": error.hint[language()] if error.hint else None,
    }


def refuse_unwritable(place: Path) -> None:
    """Raise :class:`UsageError` where it shows already that ``place`` cannot be a folder of ours.

    Called before long work. Nothing is created.
    """
    lineage = (place.absolute(), *place.absolute().parents)
    ground = next(one for one in lineage if os.path.lexists(one))
    if not (ground.is_dir() and os.access(ground, os.W_OK | os.X_OK)):
        raise _not_writable(ground)


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Around the writing to a folder: what the system refuses is a :class:`UsageError`."""
    refuse_unwritable(place)
    try:
        yield
    except OSError as error:
        raise _not_writable(error.filename or place) from error


def _not_writable(found: object) -> UsageError:
    return UsageError(
        Text("nothing can be written here", "ここには書き込めません"),
        where=str(found),
        hint=Text("name another place", "別の場所を指定してください"),
    )


def application() -> typer.Typer:
    """The whole command line; its page in the documentation is made from it."""
    from kyoso.cli import audit, keeping, methods, programme, report, site

    app = typer.Typer(
        name="kyoso",
        help="Kyoso 共創: a climate and environment cooperation programme, from text to measured results.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    methods.add_to(app)
    site.add_to(app)
    audit.add_to(app)
    keeping.add_to(app)
    app.add_typer(programme.app, name="programme", help=GROUPS["programme"])
    app.add_typer(report.app, name="report", help=GROUPS["report"])
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; every refusal of Kyoso ends with its words and its exit status."""
    try:
        application()(args=list(arguments) if arguments is not None else None)
    except KyosoError as error:
        raise SystemExit(refuse(error).exit_code) from None
