"""``kyoso methods``, ``template``, ``example``, ``check``, ``run``."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kyoso import cli
from kyoso.core.errors import KyosoError, UsageError
from kyoso.core.text import Text

if TYPE_CHECKING:
    from kyoso.methods.declaration import Method
    from kyoso.methods.result import Check
    from kyoso.methods.running import Progress

Inputs = Annotated[
    list[str] | None,
    typer.Option("-i", "--input", metavar="TABLE=PATH", help="an input table; repeat for each"),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="a parameter; repeat for each"),
]
AsJson = Annotated[bool, typer.Option("--json", help="the answer as data")]
Into = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="the folder to write to")]
OnEngine = Annotated[str, typer.Option("--engine", metavar="duckdb|spark", help="what calculates")]
Name = Annotated[str, typer.Argument(metavar="ID", help="the id of a method, see `kyoso methods`")]

MARKS = {"passed": "✓", "look": "▲", "failed": "✕"}

group = typer.Typer(
    help="list the methods, show the declaration of one", invoke_without_command=True
)


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands into the command line."""
    app.add_typer(group, name="methods")
    for command in (template, example, check, run):
        app.command()(command)


@group.callback()
def methods(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List all methods: id, version, activities, title."""
    if context.invoked_subcommand is not None:
        return
    from kyoso.methods.registry import methods as known

    found = list(known().values())
    if as_json:
        keys = ("id", "version", "activities", "title", "summary", "kind")
        _print_json([{k: v for k, v in m.as_dict().items() if k in keys} for m in found])
        return
    for method in found:
        serves = " ".join(method.activities)
        typer.echo(f"{method.id}  {method.version}  {serves}\n    {method.title[cli.language()]}")


@group.command("show")
def show(name: Name, *, as_json: AsJson = False) -> None:
    """The declaration of a method: tables, parameters, sources, limits."""
    method = _method(name, as_json=as_json)
    if as_json:
        _print_json(method.as_dict())
        return
    for line in _described(method):
        typer.echo(line)


def template(
    name: Name,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE.xlsx", help="the workbook")
    ],
    *,
    language: Annotated[str, typer.Option("--language", metavar="en|ja", help="its language")] = "",
) -> None:
    """Write an input workbook with drop-downs, units and notes."""
    from kyoso.core.text import language_of
    from kyoso.publishing import workbooks

    method = _method(name)
    if output.is_dir():
        raise UsageError(
            Text("this is a folder", "これはフォルダーです"),
            where=f"-o {output}",
            hint=Text(
                "name a file, such as {file}", "{file}のようにファイルを指定してください"
            ).format(file=output / "input.xlsx"),
        )
    with cli.writing_to(output.parent):
        output.parent.mkdir(parents=True, exist_ok=True)
        workbooks.template(method, output, language_of(language) if language else cli.language())
    typer.echo(str(output))


def example(
    name: Name,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="the folder")],
) -> None:
    """Copy the shipped example input of a method."""
    from kyoso.methods.running import example_inputs

    method = _method(name)
    options = []
    with cli.writing_to(output):
        output.mkdir(parents=True, exist_ok=True)
        for table, path in example_inputs(method).items():
            place = output / f"{table}{path.suffix}"
            shutil.copyfile(path, place)
            options.append(f"-i {table}={place}")
    typer.echo(f"kyoso run {method.id} {' '.join(options)} -o {output / 'result'}")


def check(
    name: Name,
    inputs: Inputs = None,
    parameters: Parameters = None,
    *,
    engine: OnEngine = "duckdb",
    as_json: AsJson = False,
) -> None:
    """Test an input without calculating: every fault of every file, at once."""
    from kyoso.methods import running

    method = _method(name, as_json=as_json)
    try:
        checks = running.check(method, _paths(inputs), _values(parameters), engine=engine)
    except KyosoError as error:
        raise cli.refuse(error, as_json=as_json) from None
    if as_json:
        _print_json({"passed": True, "checks": [one.as_dict() for one in checks]})
    else:
        _print_checks(checks)


def run(
    name: Name,
    output: Into,
    inputs: Inputs = None,
    parameters: Parameters = None,
    *,
    engine: OnEngine = "duckdb",
    form: Annotated[
        str, typer.Option("--format", metavar="csv|parquet", help="of the tables")
    ] = "csv",
    as_json: AsJson = False,
) -> None:
    """Run a method; write its tables, figures and record to a folder."""
    from kyoso.methods import running
    from kyoso.publishing import results

    method = _method(name, as_json=as_json)
    try:
        if form not in ("csv", "parquet"):
            raise UsageError(
                Text("no such format", "その形式はありません"),
                where=f"--format {form}",
                hint=Text("csv or parquet", "csvまたはparquetを指定してください"),
            )
        cli.refuse_unwritable(output)
        with (
            _progress() as progress,
            running.running(
                method, _paths(inputs), _values(parameters), engine=engine, progress=progress
            ) as result,
        ):
            with cli.writing_to(output):
                written = results.write(
                    result,
                    output,
                    form="parquet" if form == "parquet" else "csv",
                    language=cli.language(),
                )
            checks = result.checks
            provenance = result.provenance
    except KyosoError as error:
        raise cli.refuse(error, as_json=as_json) from None
    if as_json:
        _print_json(
            {
                "passed": True,
                "written": [str(path) for path in written],
                "checks": [one.as_dict() for one in checks],
                "provenance": provenance.as_dict(),
            }
        )
        return
    _print_checks(checks)
    for path in written:
        typer.echo(str(path))


def _method(name: str, *, as_json: bool = False) -> Method:
    from kyoso.methods.registry import get

    try:
        return get(name)
    except KyosoError as error:
        raise cli.refuse(error, as_json=as_json) from None


def _pairs(options: list[str] | None, flag: str, form: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for option in options or ():
        name, equals, value = option.partition("=")
        if not equals or not name or not value or name in seen:
            raise UsageError(
                Text("given twice", "重複しています")
                if name in seen
                else Text("not of the form {form}", "{form}の形ではありません").format(form=form),
                where=f"{flag} {option}",
                hint=Text("write {flag} {form}", "{flag} {form}と書いてください").format(
                    flag=flag, form=form
                ),
            )
        seen.add(name)
        yield name, value


def _paths(inputs: list[str] | None) -> dict[str, Path]:
    return {name: Path(value) for name, value in _pairs(inputs, "-i", "TABLE=PATH")}


def _values(parameters: list[str] | None) -> dict[str, str]:
    return dict(_pairs(parameters, "-p", "NAME=VALUE"))


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on standard error where a person looks on; silence in a script."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, what: bar.update(
            task, completed=share, description=what[cli.language()]
        )


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _print_checks(checks: tuple[Check, ...] | list[Check] | Any) -> None:
    language = cli.language()
    for one in checks:
        rows = f" ({one.concerned}/{one.tested})" if one.concerned else ""
        hint = f": {one.hint[language]}" if one.hint and one.verdict != "passed" else ""
        typer.echo(f"{MARKS[one.verdict]} {one.table}: {one.title[language]}{rows}{hint}")


def _described(method: Method) -> Iterator[str]:
    language = cli.language()
    yield f"{method.id} {method.version}"
    yield method.title[language]
    yield method.summary[language]
    for title, tables in (
        (Text("input", "入力"), method.inputs),
        (Text("output", "出力"), method.outputs),
    ):
        for table in tables:
            yield ""
            yield f"{title[language]} {table.name}: {table.title[language]}"
            for column in table.columns:
                need = "" if column.required else " *"
                limits = f" ({column.bounds()})" if column.bounds() else ""
                yield f"  {column.heading()}{need}  {column.type.label[language]}{limits}: {column.meaning[language]}"
    for parameter in method.parameters:
        yield ""
        yield f"-p {parameter.name}={parameter.default}: {parameter.meaning[language]} ({parameter.right()[language]})"
    yield ""
    for source in method.sources:
        yield f"{source.document}, {source.place}, {source.year}"
    for limit in method.limits:
        yield f"– {limit[language]}"
