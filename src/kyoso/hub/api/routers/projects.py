"""Projects: read, begun, changed, registered, completed, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import PROJECTS, PUBLIC, actor, viewer
from kyoso.hub.api.paging import Asked, Page, page
from kyoso.hub.api.routers import revisions
from kyoso.hub.api.routers.project_parts import PartsOut, parts_shown
from kyoso.hub.api.routers.revisions import RevisionOut
from kyoso.hub.api.shapes import (
    Both,
    BothSent,
    BothWordsSent,
    Country,
    IfMatch,
    IfNoneMatch,
    Key,
    Number,
    Once,
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
from kyoso.hub.projects.models import Project
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


def _answer(request: HttpRequest, response: HttpResponse, one: Project) -> ProjectWhole:
    whole = shown(request, one)
    return etags.tag(request, response, whole, whole.version)


def project_of(request: HttpRequest, pk: UUID) -> Project:
    """A project that the client may see. Raises ``DoesNotExist``."""
    return selectors.visible_to(viewer(request)).get(pk=pk)


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


@router.post("", response={201: ProjectWhole}, auth=PROJECTS, operation_id="begin_project")
def begin_project(
    request: HttpRequest, response: HttpResponse, body: ProjectSent, idempotency_key: Once
) -> Status[ProjectWhole]:
    who = actor(request)
    made = services.begin(
        actor=who,
        title=body.title.text(),
        summary=body.summary.text(),
        initiative=_initiative(body.initiative),
        lead=_lead(who, body.lead),
        activities=activities_of(body.activities),
        countries=body.countries,
        starts=body.starts,
        ends=body.ends,
        once=etags.once(request),
    )
    return Status(201, _answer(request, response, made))


@router.get("/{uuid:pk}", response=ProjectWhole, auth=PUBLIC, operation_id="read_project")
def read_project(
    request: HttpRequest, response: HttpResponse, pk: UUID, if_none_match: IfNoneMatch
) -> ProjectWhole:
    return _answer(request, response, project_of(request, pk))


@router.patch(
    "/{uuid:pk}",
    response={200: ProjectWhole, 202: RevisionOut},
    auth=PROJECTS,
    operation_id="change_project",
)
def change_project(
    request: HttpRequest,
    response: HttpResponse,
    *,
    pk: UUID,
    body: ProjectChange,
    if_match: IfMatch,
) -> Status[Any]:
    """A draft is changed; what is sent for a registered project waits to be accepted (202)."""
    one, who = project_of(request, pk), actor(request)
    given: dict[str, Any] = {
        "actor": who,
        "expected": etags.expected(request),
        "why": body.why,
    } | _changes(who, one, body)
    if not services.is_revised(one):
        return Status(200, _answer(request, response, services.revise(one, **given)))
    with revisions.shown_in_conflict():
        revision = revising.revise(one, **given)
    if revision is None:
        return Status(200, _answer(request, response, one))
    return revisions.waits(request, response, revision)


@router.post(
    "/{uuid:pk}/submit", response=ProjectWhole, auth=PROJECTS, operation_id="submit_project"
)
def submit_project(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, if_match: IfMatch
) -> ProjectWhole:
    """A draft is ready and waits to be registered by another person."""
    one = project_of(request, pk)
    done = services.submit(one, actor=actor(request), expected=etags.expected(request))
    return _answer(request, response, done)


@router.post(
    "/{uuid:pk}/return", response=ProjectWhole, auth=PROJECTS, operation_id="return_project"
)
def return_project(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: ReasonSent, if_match: IfMatch
) -> ProjectWhole:
    """What was submitted goes back to its authors, with a reason."""
    one = project_of(request, pk)
    expected = etags.expected(request)
    done = services.send_back(one, actor=actor(request), expected=expected, why=body.why)
    return _answer(request, response, done)


@router.post(
    "/{uuid:pk}/register", response=ProjectWhole, auth=PROJECTS, operation_id="register_project"
)
def register_project(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, if_match: IfMatch
) -> ProjectWhole:
    """What was submitted becomes public; by somebody who has neither written nor submitted it."""
    one = project_of(request, pk)
    done = services.register(one, actor=actor(request), expected=etags.expected(request))
    return _answer(request, response, done)


@router.post(
    "/{uuid:pk}/complete", response=ProjectWhole, auth=PROJECTS, operation_id="complete_project"
)
def complete_project(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: ReasonSent, if_match: IfMatch
) -> ProjectWhole:
    one = project_of(request, pk)
    expected = etags.expected(request)
    done = services.complete(one, actor=actor(request), expected=expected, why=body.why)
    return _answer(request, response, done)


@router.post(
    "/{uuid:pk}/cancel", response=ProjectWhole, auth=PROJECTS, operation_id="cancel_project"
)
def cancel_project(
    request: HttpRequest, response: HttpResponse, *, pk: UUID, body: ReasonSent, if_match: IfMatch
) -> ProjectWhole:
    one = project_of(request, pk)
    expected = etags.expected(request)
    done = services.cancel(one, actor=actor(request), expected=expected, why=body.why)
    return _answer(request, response, done)
