"""``kyoso programme read`` and ``kyoso programme compare``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from kyoso import cli
from kyoso.core.errors import KyosoError, UsageError
from kyoso.core.text import LANGUAGES, Language, Text, language_of

AsJson = Annotated[bool, typer.Option("--json", help="the answer as data")]
InLanguage = Annotated[
    str, typer.Option("--language", metavar="en|ja", help="of messages and labels")
]

app = typer.Typer(no_args_is_help=True)


@app.command("read")
def read(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="the text, .txt or .pdf")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="write edition.json, activities.csv"),
    ] = None,
    *,
    as_json: AsJson = False,
    language: InLanguage = "",
) -> None:
    """Read a published text of a programme into an edition."""
    from kyoso.programme import editions, reading, showing

    with _refusing(as_json=as_json):
        spoken = _language(language)
        found = reading.read(file)
        files = {
            "edition.json": _json(found.edition.as_dict(spoken)) + "\n",
            "activities.csv": editions.activities_csv(found.edition.activities),
        }
        if found.is_extracted:
            # Line numbers of a PDF are those of its extracted text.
            files["text.txt"] = found.text
        written = _write(output, files) if output else []
    if as_json:
        typer.echo(_json(found.edition.as_dict(spoken)))
        return
    for line in (*showing.edition_lines(found.edition, spoken), *map(str, written)):
        typer.echo(line)


@app.command("compare")
def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help=".txt, .pdf or edition.json")],
    after: Annotated[Path, typer.Argument(metavar="B", help=".txt, .pdf or edition.json")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="write the comparison as a page")
    ] = None,
    *,
    as_json: AsJson = False,
    language: InLanguage = "",
) -> None:
    """Compare two texts: added, removed, moved, renumbered, reworded."""
    from kyoso.programme import comparing, reading, showing

    with _refusing(as_json=as_json):
        spoken = _language(language)
        comparison = comparing.compare(reading.open_edition(before), reading.open_edition(after))
        if html is not None:
            _write(html.parent, {html.name: showing.as_page(comparison, spoken)})
    if as_json:
        typer.echo(_json(comparison.as_dict()))
        return
    for line in showing.comparison_lines(comparison, spoken):
        typer.echo(line)


@contextmanager
def _refusing(*, as_json: bool) -> Iterator[None]:
    try:
        yield
    except KyosoError as error:
        raise cli.refuse(error, as_json=as_json) from None


def _language(option: str) -> Language:
    if not option:
        return cli.language()
    if option not in LANGUAGES:
        raise UsageError(
            Text("no such language", "その言語はありません"),
            where=f"--language {option}",
            hint=Text("en or ja", "enまたはjaを指定してください"),
        )
    return language_of(option)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _write(directory: Path, files: Mapping[str, str]) -> list[Path]:
    """Write all of ``files`` or none: each is made beside its place before the first moves in."""
    made = {directory / f".{name}.new": directory / name for name in files}
    try:
        with cli.writing_to(directory):
            directory.mkdir(parents=True, exist_ok=True)
            for new, text in zip(made, files.values(), strict=True):
                new.write_bytes(text.encode())
            for new, place in made.items():
                os.replace(new, place)  # noqa: PTH105 -- one system call, whole or not at all
    finally:
        for new in made:
            if new.is_file():
                new.unlink()
    return list(made.values())
