"""The sample projects of the sample countries, made by the same services as any other."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from kyoso.core.text import Text
from kyoso.hub.accounts.enums import OrganisationKind
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.accounts.services import add_organisation
from kyoso.hub.programme.models import Activity, Framework, Initiative
from kyoso.hub.projects import revising, services
from kyoso.hub.projects.enums import UNREGISTERED, State
from kyoso.hub.projects.models import (
    Finance,
    Milestone,
    Partner,
    Project,
    Result,
    ResultIndicator,
    Site,
    Target,
)

FILE = Path(__file__).parent / "sample" / "projects.toml"
_NUMBERS = ("amount", "value", "numerator", "denominator")


@transaction.atomic
def load_sample_projects() -> int:
    """Make the sample projects that are not there yet; answer how many there are."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    organisations = {key: _organisation(key, row) for key, row in data["organisation"].items()}
    for row in data["project"]:
        _load(row, organisations)
    _propose(organisations["fund"])
    return len(data["project"])


def _propose(fund: Organisation) -> None:
    """What the sample ministry has written in a registered project waits to be accepted."""
    author = User.objects.filter(email="ministry-a@sample.example").first()
    project = Project.objects.filter(
        sample=True, state=State.REGISTERED, title__en="Capacity for facility emission reporting"
    ).first()
    if author is None or project is None:
        return
    paid = Finance(
        project=project, kind="disbursement", instrument="grant", sector="public", source=fund,
        currency="USD", amount=Decimal(200_000), date=date(2026, 9, 30), climate_share=100,
    )  # fmt: skip
    mark = "sample-revision"
    revising.add_part(paid, actor=author, once=f"{mark}-paid", why="Paid in September.")
    revising.revise(
        project, actor=author, expected=None, once=f"{mark}-ends", ends=date(2028, 6, 30),
        why="The courses take half a year longer.",
    )  # fmt: skip


def _organisation(key: str, row: Mapping[str, Any]) -> Organisation:
    if "known_as" in row:
        found = Organisation.objects.filter(sample=True, abbreviation=row["known_as"]).first()
        if found is not None:
            return found
    return add_organisation(
        actor=None,
        name=Text(*row["name"]),
        abbreviation=row.get("known_as", ""),
        kind=OrganisationKind(row["kind"]),
        country=row["country"],
        sample=True,
        once=f"sample-organisation-{key}",
    )


def _load(row: Mapping[str, Any], organisations: Mapping[str, Organisation]) -> None:
    mark = f"sample-project-{row['key']}"
    project = services.begin(
        actor=None,
        once=mark,
        title=Text(*row["title"]),
        summary=Text(*row["summary"]),
        initiative=Initiative.objects.get(key=row["initiative"]),
        lead=organisations[row["lead"]],
        starts=row["starts"],
        ends=row["ends"],
        activities=Activity.objects.filter(programme__key="space", key__in=row["activities"]),
        countries=row["countries"],
    )
    if project.state != State.DRAFT or project.version > 1:
        return
    for at, part in enumerate(_parts(project, row, organisations)):
        services.add_part(part, actor=None, once=f"{mark}-{at}")
    _add_results(project, row.get("results", ()), mark)
    project = services.revise(
        project,
        actor=None,
        expected=None,
        tags=Framework.objects.filter(key__in=row["tags"]),
        themes=row.get("themes", ()),
    )
    wanted = State(row.get("state", State.REGISTERED))
    if wanted != State.DRAFT:
        project = services.submit(project, actor=None, expected=None)
    if wanted not in UNREGISTERED:
        project = services.register(project, actor=None, expected=None)
    if wanted == State.COMPLETED:
        services.complete(project, actor=None, expected=None)


def _parts(
    project: Project, row: Mapping[str, Any], organisations: Mapping[str, Organisation]
) -> Iterator[Site | Partner | Milestone | Finance]:
    for one in row.get("sites", ()):
        yield Site(project=project, **_values(one))
    for one in row.get("partners", ()):
        organisation = organisations[one["organisation"]]
        yield Partner(project=project, organisation=organisation, role=one["role"])
    for one in row.get("milestones", ()):
        yield Milestone(project=project, **_values(one))
    for one in row.get("finance", ()):
        source = organisations[one["source"]]
        yield Finance(project=project, **(_values(one) | {"source": source}))


def _add_results(project: Project, rows: Any, mark: str) -> None:
    for at, row in enumerate(rows):
        outcome = services.add_part(
            Result(project=project, level="outcome", title=Text(*row["outcome"])),
            actor=None,
            once=f"{mark}-outcome-{at}",
        )
        output = services.add_part(
            Result(project=project, level="output", parent=outcome, title=Text(*row["output"])),
            actor=None,
            once=f"{mark}-output-{at}",
        )
        for number, one in enumerate(row["indicators"]):
            fields = _values({name: value for name, value in one.items() if name != "targets"})
            indicator = services.add_part(
                ResultIndicator(result=output, **fields),
                actor=None,
                once=f"{mark}-indicator-{at}-{number}",
            )
            for last, target in enumerate(one["targets"]):
                services.add_part(
                    Target(indicator=indicator, **_values(target)),
                    actor=None,
                    once=f"{mark}-target-{at}-{number}-{last}",
                )


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a model: texts from pairs, decimals from what is written."""

    def read(name: str, value: Any) -> Any:
        if name in ("title", "name") or (name in _NUMBERS and isinstance(value, list)):
            return Text(*value)
        return Decimal(value) if name in _NUMBERS else value

    return {name: read(name, value) for name, value in row.items()}
