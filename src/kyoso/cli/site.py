"""``kyoso demo``, ``serve``, ``manage``: the site and its sample data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from kyoso.core.errors import KyosoError
from kyoso.core.text import LANGUAGES

SAMPLE_PASSWORD = "sample-only-2025"  # noqa: S105 -- exists only where sample data are loaded
"""The password of the sample logins; it is printed, and no other account ever has it."""

Out = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="where the report goes")]


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands into the command line."""
    app.command()(demo)
    app.command()(serve)
    passing_on = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
    app.command(context_settings=passing_on)(manage)


def start_django() -> None:
    """Make the home of the installation where it is missing, and set Django up."""
    import django

    from kyoso.hub import home

    home.prepare()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kyoso.hub.settings")
    django.setup()


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def demo(output: Out = Path("out")) -> None:
    """Both programmes, sample data, the methods on their examples, the status report."""
    from datetime import UTC, datetime

    from kyoso import cli
    from kyoso.methods import registry, running
    from kyoso.publishing import documents, results
    from kyoso.publishing.status import status_report

    try:
        cli.refuse_unwritable(output)
    except KyosoError as error:
        raise cli.refuse(error) from None
    start_django()
    from kyoso.hub.accounts import services as accounts
    from kyoso.hub.evidence import services as evidence
    from kyoso.hub.evidence.facilities.sample import load_sample_facilities
    from kyoso.hub.evidence.inventory.sample import (
        load_sample_factors,
        load_sample_inventories,
        load_sample_region,
    )
    from kyoso.hub.evidence.ndc.sample import load_sample_statements
    from kyoso.hub.evidence.verification.sample import load_sample_verification
    from kyoso.hub.portal import reports
    from kyoso.hub.programme import selectors
    from kyoso.hub.programme import services as programme
    from kyoso.hub.programme.proposals.samples import load_sample_proposals
    from kyoso.hub.programme.synergies.services import load_sample_scores
    from kyoso.hub.progress import services as progress
    from kyoso.hub.projects.sample import load_sample_projects

    typer.echo("database")
    _migrate()
    typer.echo("programmes: SPACE 2025, Clean Asia Initiative")
    programme.load_catalogue()
    stances = programme.load_sample_stances()
    accounts.load_sample_users(password=SAMPLE_PASSWORD)
    typer.echo(f"sample data: {stances} stances of sample countries")
    typer.echo(f"sample projects: {load_sample_projects()}")
    typer.echo(f"sample progress reports: {progress.load_sample_reports()}")
    typer.echo(f"sample scores: {load_sample_scores()}")
    typer.echo(f"sample proposals: {load_sample_proposals()}")
    typer.echo(f"sample facilities: {load_sample_facilities()}")
    typer.echo(f"sample verifiers: {load_sample_verification()}")
    typer.echo(
        f"sample inventories: {load_sample_inventories()}, factors: {load_sample_factors()}, "
        f"of the region: {load_sample_region()}"
    )
    typer.echo(f"sample statements: {load_sample_statements()}")
    typer.echo(f"sample runs on the site: {len(evidence.make_samples())}")
    now = datetime.now(UTC)
    runs = []
    for method in registry.methods().values():
        result = running.run(method, running.example_inputs(method), now=now)
        results.write(result, output / method.id, language=cli.language())
        typer.echo(f"{method.id}: {output / method.id}")
        runs.append(result)
    for language in LANGUAGES:
        report = status_report(language, runs=runs, as_of=now.date())
        for path in documents.write(report, output / "status" / language, "status"):
            typer.echo(str(path))
    for one in selectors.programmes():
        for made in reports.make(one, runs, now.date()):
            typer.echo(f"status report on the site: {made.title}")
    for login in accounts.SAMPLE_LOGINS:
        typer.echo(f"sample login: {login.email}  {SAMPLE_PASSWORD}")


def serve(
    *,
    port: Annotated[int, typer.Option("--port", help="the port")] = 8000,
    host: Annotated[str, typer.Option("--host", help="the address to listen on")] = "127.0.0.1",
) -> None:
    """Serve the site until it is interrupted."""
    start_django()
    _migrate()
    from kyoso.hub import serving
    from kyoso.hub.accounts.services import SAMPLE_LOGINS

    typer.echo(f"http://{host}:{port}/")
    for login in SAMPLE_LOGINS:
        typer.echo(f"sample login (where sample data are loaded): {login.email}  {SAMPLE_PASSWORD}")
    raise typer.Exit(serving.serve(host, port))


def manage(context: typer.Context) -> None:
    """Django's own commands."""
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kyoso manage", *context.args])
