"""Projects: read, begun, changed, registered, completed, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.api import errors
from kyoso.hub.api.auth import PROJECTS, PUBLIC, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.parts import PartsOut, parts_shown
from kyoso.hub.api.routers import revisions
from kyoso.hub.api.shapes import (
    Both,
    BothSent,
    BothWordsSent,
    Country,
    Key,
    Number,
    ScopeOfActivity,
    Sent,
    Slug,
    Why,
    in_both,
    listed,
    moment,
)
from kyoso.hub.programme.models import Activity, Framework, Initiative
from kyoso.hub.projects import revising, selectors, services
from kyoso.hub.projects.enums import CrossCutting, State
from kyoso.hub.projects.models import Project, Revision
from kyoso.hub.record.services import allow

router = Router(tags=["projects"])

_SOME = 60
"""At most so many activities, countries or tags of one project."""


ProjectState = Annotated[State, listed(State)]


class ProjectOut(Schema):
    """A project in a list. ``activities`` are written ``space/1-1-1``."""

    id: UUID
    version: int
    title: Both
    state: ProjectState
    public: bool
    sample: bool
    initiative: str
    lead: int
    lead_name: Both
    countries: list[str]
    activities: list[str]
    starts: date | None
    ends: date | None
    registered_at: str | None


class ProjectWhole(ProjectOut):
    """A project with all its parts; each part has a version of its own."""

    summary: Both
    tags: list[str]
    themes: list[CrossCutting]
    parts: PartsOut


class ProjectSent(Sent):
    title: BothSent
    summary: BothWordsSent
    initiative: Key
    lead: Number
    activities: Annotated[list[ScopeOfActivity], Field(min_length=1, max_length=_SOME)]
    countries: Annotated[list[Country], Field(min_length=1, max_length=_SOME)]
    starts: date | None = None
    ends: date | None = None


class ProjectChange(Sent):
    """What is not sent stays as it is."""

    title: BothSent | None = None
    summary: BothWordsSent | None = None
    initiative: Key | None = None
    lead: Number | None = None
    activities: Annotated[list[ScopeOfActivity], Field(max_length=_SOME)] | None = None
    countries: Annotated[list[Country], Field(max_length=_SOME)] | None = None
    tags: Annotated[list[Slug], Field(max_length=_SOME)] | None = None
    themes: Annotated[list[CrossCutting], Field(max_length=len(CrossCutting))] | None = None
    starts: date | None = None
    ends: date | None = None
    why: Why = ""


class ReasonSent(Sent):
    why: Why = ""


class ProjectsWanted(Schema):
    """``activity`` is written ``space/1-1-1``."""

    activity: ScopeOfActivity | None = None
    country: Country | None = None
    state: ProjectState | None = None
    initiative: Key | None = None
    sample: bool = False


# --- shown --------------------------------------------------------------------------------


def _line(one: Project) -> ProjectOut:
    return ProjectOut(
        id=one.pk,
        version=one.version,
        title=in_both(one.title),
        state=State(one.state),
        public=one.is_public,
        sample=one.sample,
        initiative=one.initiative.key,
        lead=one.lead_id,
        lead_name=in_both(one.lead.name),
        countries=[each.country for each in one.countries.all()],
        activities=[
            f"{each.activity.programme.key}/{each.activity.key}" for each in one.activities.all()
        ],
        starts=one.starts,
        ends=one.ends,
        registered_at=moment(one.registered_at),
    )


@errors.shows(Project)
def shown(request: HttpRequest, one: Project) -> ProjectWhole:
    """The project as it is now, with its parts."""
    now = selectors.project(viewer(request), one.pk)
    return ProjectWhole(
        **_line(now).model_dump(),
        summary=in_both(now.summary),
        tags=[each.framework.key for each in now.tags.all()],
        themes=[CrossCutting(each.theme) for each in now.themes.all()],
        parts=parts_shown(now),
    )


def project_of(request: HttpRequest, pk: UUID) -> Project:
    """A project that the client may see. Raises ``DoesNotExist``."""
    return selectors.visible_to(viewer(request)).get(pk=pk)


project = Resource(router, project_of, auth=PROJECTS)


# --- what is named ------------------------------------------------------------------------


def _frameworks(keys: list[str]) -> list[Framework]:
    found = list(Framework.objects.filter(key__in=keys))
    if len(found) != len(set(keys)):
        raise errors.unknown("tags")
    return found


def activities_of(scopes: list[str], field: str = "activities") -> list[Activity]:
    """The activities that are written so. Raises ``ValidationError``."""
    wanted = set(scopes)
    rows = Activity.objects.select_related("programme")
    rows = rows.filter(key__in=[scope.partition("/")[2] for scope in wanted])
    found = [one for one in rows if f"{one.programme.key}/{one.key}" in wanted]
    if len(found) != len(wanted):
        raise errors.unknown(field)
    return found


def _lead(who: User, pk: int) -> Organisation:
    """An organisation for which the person may begin a project."""
    found = Organisation.objects.filter(pk=pk).first()
    if found is None:
        raise errors.unknown("lead")
    allow(who, "projects.create", Project(lead=found))
    return found


def _initiative(key: str) -> Initiative:
    found = Initiative.objects.filter(key=key).first()
    if found is None:
        raise errors.unknown("initiative")
    return found


def _changes(who: User, one: Project, sent: ProjectChange) -> dict[str, Any]:
    """What the service takes, of what was sent. Null empties only what can be empty."""
    readers: dict[str, Callable[[Any], Any]] = {
        "title": lambda value: value.text(),
        "summary": lambda value: value.text(),
        "initiative": _initiative,
        "lead": lambda pk: one.lead if pk == one.lead_id else _lead(who, pk),
        "activities": activities_of,
        "countries": list,
        "tags": _frameworks,
        "themes": lambda themes: [theme.value for theme in themes],
    }
    found: dict[str, Any] = {}
    for name in sent.model_fields_set - {"why"}:
        value = getattr(sent, name)
        if name in ("starts", "ends"):
            found[name] = value
        elif value is not None:
            found[name] = readers[name](value)
    return found


# --- operations ---------------------------------------------------------------------------


@router.get("", response=Page[ProjectOut], auth=PUBLIC, operation_id="list_projects")
def list_projects(
    request: HttpRequest, wanted: Asked, only: Annotated[ProjectsWanted, Query(...)]
) -> Page[ProjectOut]:
    """What is registered; drafts for those whose they are and those who oversee."""
    rows = selectors.listed(selectors.visible_to(viewer(request)))
    narrowed = selectors.Wanted(
        activity=only.activity or "",
        country=only.country or "",
        state=only.state or "",
        initiative=only.initiative or "",
    ).of(rows if only.sample else rows.filter(sample=False))
    return page(request, narrowed, wanted, _line, order=("-created_at", "pk"))


@project.begin("begin_project")
def begin_project(by: Anew, body: ProjectSent) -> Project:
    return services.begin(
        **by,
        title=body.title.text(),
        summary=body.summary.text(),
        initiative=_initiative(body.initiative),
        lead=_lead(by["actor"], body.lead),
        activities=activities_of(body.activities),
        countries=body.countries,
        starts=body.starts,
        ends=body.ends,
    )


project.read("read_project", auth=PUBLIC)


@project.patch("change_project", waits=revisions.answer)
def change_project(one: Project, by: Seen, body: ProjectChange) -> Project | Revision:
    """A draft is changed; what is sent for a registered project waits to be accepted (202)."""
    given: dict[str, Any] = {**by, "why": body.why} | _changes(by["actor"], one, body)
    if not services.is_revised(one):
        return services.revise(one, **given)
    with revisions.shown_in_conflict():
        return revising.revise(one, **given) or one


@project.post("/submit", "submit_project")
def submit_project(one: Project, by: Seen) -> Project:
    """A draft is ready and waits to be registered by another person."""
    return services.submit(one, **by)


@project.post("/return", "return_project")
def return_project(one: Project, by: Seen, body: ReasonSent) -> Project:
    """What was submitted goes back to its authors, with a reason."""
    return services.send_back(one, **by, why=body.why)


@project.post("/register", "register_project")
def register_project(one: Project, by: Seen) -> Project:
    """What was submitted becomes public; by somebody who has neither written nor submitted it."""
    return services.register(one, **by)


@project.post("/complete", "complete_project")
def complete_project(one: Project, by: Seen, body: ReasonSent) -> Project:
    return services.complete(one, **by, why=body.why)


@project.post("/cancel", "cancel_project")
def cancel_project(one: Project, by: Seen, body: ReasonSent) -> Project:
    return services.cancel(one, **by, why=body.why)
