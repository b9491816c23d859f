"""What waits in registered projects: read, accepted, returned, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import PROJECTS, READS, viewer
from kyoso.hub.api.operations import Resource, Seen
from kyoso.hub.api.paging import Asked, Page, page_together
from kyoso.hub.api.shapes import Number, Sent, Why, absent, listed, moment
from kyoso.hub.projects import revising, selectors
from kyoso.hub.projects.enums import RevisionState
from kyoso.hub.projects.models import Edit, Revision
from kyoso.hub.projects.parts import KINDS
from kyoso.hub.record.errors import ConflictError

router = Router(tags=["revisions"], auth=READS)

StateOfRevision = Annotated[RevisionState, listed(RevisionState)]


class EditOut(Schema):
    """What is proposed for one record.

    ``sort`` is ``project`` or a sort of part, ``part`` the number of the part: a negative one is
    not there yet, and can be named by that number in another part of the same revision. ``values``
    are the fields that change, as they will be. A further change of the record shows ``version``.
    """

    id: int
    version: int | None
    sort: str
    part: int | None
    act: str
    values: dict[str, Any]
    before: dict[str, Any]
    why: str | None
    author: str
    written_at: str


class RevisionOut(Schema):
    """What the people of a registered project want to change in it; nothing of it is public.

    To decide show its mark: it changes with the revision and with what it would change.
    """

    id: UUID
    project: UUID
    state: StateOfRevision
    authors: list[str]
    reason: str | None
    begun_at: str
    written_at: str
    decided_by: str | None
    decided_at: str | None
    edits: list[EditOut]


class DecisionSent(Sent):
    why: Why = ""


class RevisionsWanted(Schema):
    project: UUID | None = None
    state: StateOfRevision | None = None
    sample: bool = False


# --- shown --------------------------------------------------------------------------------


def _edit(one: Edit, versions: dict[tuple[str, str], int]) -> EditOut:
    number = -one.pk if one.adds else None if one.sort == "project" else int(one.key)
    there = 0 if one.adds else versions.get((one.sort, one.key))
    return EditOut(
        id=one.pk,
        version=None if there is None else there + one.version,
        sort=one.sort,
        part=number,
        act="add" if one.adds else "remove" if one.removed else "change",
        values=one.values,
        before=one.base,
        why=absent(one.why),
        author=one.author_name,
        written_at=moment(one.written_at) or "",
    )


def _versions(revisions: list[Revision]) -> dict[tuple[str, str], int]:
    """The versions of the records that edits are of, one query for each sort."""
    keys: dict[str, set[str]] = {}
    for one in revisions:
        for edit in one.edits.all():
            if edit.key and edit.sort in KINDS:
                keys.setdefault(edit.sort, set()).add(edit.key)
    return {
        (sort, str(pk)): version
        for sort, chosen in keys.items()
        for pk, version in KINDS[sort]
        .model._default_manager.filter(pk__in=chosen)
        .values_list("pk", "version")
    } | {("project", str(one.project_id)): one.project.version for one in revisions}


def _out(one: Revision, versions: dict[tuple[str, str], int]) -> RevisionOut:
    return RevisionOut(
        id=one.pk,
        project=one.project_id,
        state=RevisionState(one.state),
        authors=[author.display_name for author in one.authors.all()],
        reason=absent(one.reason),
        begun_at=moment(one.begun_at) or "",
        written_at=moment(one.written_at) or "",
        decided_by=one.decided_by.display_name if one.decided_by else None,
        decided_at=moment(one.decided_at),
        edits=[_edit(edit, versions) for edit in one.edits.all() if not edit.is_empty],
    )


@errors.shows(Revision)
def shown(request: HttpRequest, one: Revision) -> RevisionOut:
    now = _found(request, one.pk)
    return _out(now, _versions([now]))


def _found(request: HttpRequest, pk: UUID) -> Revision:
    seen = selectors.with_edits(selectors.revisions_visible_to(viewer(request)))
    return seen.select_related("project", "decided_by").get(pk=pk)


def answer(request: HttpRequest, response: HttpResponse, one: Revision) -> RevisionOut:
    """A revision with the mark of all that it would change."""
    now = _found(request, one.pk)
    return etags.tag(request, response, _out(now, _versions([now])), selectors.seen_of(now))


revision = Resource(router, _found, auth=PROJECTS, answer=answer)


@contextmanager
def shown_in_conflict() -> Iterator[None]:
    """Where somebody else proposes another change of the record, what waits is shown."""
    try:
        yield
    except ConflictError as error:
        if error.told_in is None:
            raise
        raise ConflictError(error.told_in, error.yours) from error


# --- operations ---------------------------------------------------------------------------


@router.get("", response=Page[RevisionOut], operation_id="list_revisions")
def list_revisions(
    request: HttpRequest, wanted: Asked, only: Annotated[RevisionsWanted, Query(...)]
) -> Page[RevisionOut]:
    """What is or was proposed in the projects whose drafts the client may see."""
    found = selectors.with_edits(selectors.revisions_visible_to(viewer(request)))
    found = found.select_related("project", "decided_by")
    if only.project:
        found = found.filter(project=only.project)
    if only.state:
        found = found.filter(state=only.state)
    if not only.sample:
        found = found.filter(project__sample=False)
    return page_together(request, found, wanted, _several, order=("-begun_at", "pk"))


def _several(found: list[Revision]) -> list[RevisionOut]:
    versions = _versions(found)
    return [_out(one, versions) for one in found]


revision.read("read_revision")


@revision.post("/accept", "accept_revision")
def accept_revision(one: Revision, by: Seen) -> Revision:
    """All of it holds and is public; by somebody who wrote nothing in it."""
    return revising.accept(one, **by)


@revision.post("/return", "return_revision")
def return_revision(one: Revision, by: Seen, body: DecisionSent) -> Revision:
    """It goes back to its authors, with a reason."""
    return revising.send_back(one, **by, why=body.why)


@revision.post("/withdraw", "withdraw_revision")
def withdraw_revision(one: Revision, by: Seen, body: DecisionSent) -> Revision:
    """Its authors do not propose it any longer."""
    return revising.withdraw(one, **by, why=body.why)


def _edit_of(request: HttpRequest, pk: UUID, number: Number) -> Edit:
    return _found(request, pk).edits.get(pk=number)


edit_of = Resource(
    router, _edit_of, path="/{uuid:pk}/edits/{int:number}", auth=PROJECTS, answer=answer
)


@edit_of.delete("take_back_edit")
def take_back_edit(one: Edit, by: Seen) -> Revision:
    """What is proposed for one record is proposed no longer; shows the ``version`` of the edit."""
    with shown_in_conflict():
        revising.take_back(one, **by)
    return one.revision
