"""The parts of a project: sites, partners, milestones, money, results, documents.

Each is a record with a version of its own; it is added, changed and taken out by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, get_type_hints
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import register_converter
from django.urls.converters import IntConverter
from ninja import Form, Router

from kyoso.core.text import Text
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.api import errors, parts
from kyoso.hub.api.auth import PROJECTS, viewer
from kyoso.hub.api.operations import Anew, Resource, Seen
from kyoso.hub.api.routers import revisions
from kyoso.hub.api.shapes import BothSent, Line, Number, Sent, Upload, decimal
from kyoso.hub.evidence.store import safe_name
from kyoso.hub.projects import revising, selectors, services, store
from kyoso.hub.projects.models import Document, Milestone, Project, Revision
from kyoso.hub.projects.parts import KINDS, Kind
from kyoso.hub.projects.wholes import Whole, as_it_is, as_revised
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language


class Signed(IntConverter):
    """A number in an address that may be negative."""

    regex = "-?[0-9]+"


register_converter(Signed, "signed")
router = Router(tags=["project-parts"], auth=PROJECTS)


def _of_project(whole: Whole, sort: str, pk: int, field: str) -> Any:
    """A part of the same project that another part names. Raises ``ValidationError``."""
    found = whole.find(sort, pk)
    if found is None:
        raise errors.unknown(field)
    return found


def _organisation(project: Project, pk: int, field: str) -> Organisation:
    found = Organisation.objects.filter(pk=pk, sample=project.sample).first()
    if found is None:
        raise errors.unknown(field)
    return found


def _fields(whole: Whole, sent: Sent) -> dict[str, Any]:
    """What was sent as the fields of the model."""
    project = whole.project
    named = {
        "organisation": lambda pk: _organisation(project, pk, "organisation"),
        "source": lambda pk: _organisation(project, pk, "source"),
        "parent": lambda pk: _of_project(whole, "result", pk, "parent"),
        "result": lambda pk: _of_project(whole, "result", pk, "result"),
        "indicator": lambda pk: _of_project(whole, "resultindicator", pk, "indicator"),
    }
    found: dict[str, Any] = {}
    for name in type(sent).model_fields:
        value = getattr(sent, name)
        if isinstance(value, BothSent):
            value = value.text()
        elif name in named and value is not None:
            value = named[name](value)
        elif name in ("amount", "value") or (isinstance(sent, parts.TargetSent) and name in _SHARE):
            value = decimal(value)
        elif value is None and name == "mobilised_by":
            value = ""
        found[name] = value
    return found


_SHARE = ("numerator", "denominator")


# --- operations ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of part: its name in addresses and in code, what is sent, how it is shown."""

    path: str
    kind: str
    sent: type[Sent]
    show: Callable[[Any], parts.PartOut]


SORTS = (
    Sort("sites", "site", parts.SiteSent, parts.site_out),
    Sort("partners", "partner", parts.PartnerSent, parts.partner_out),
    Sort("milestones", "milestone", parts.MilestoneSent, parts.milestone_out),
    Sort("finance", "finance", parts.FinanceSent, parts.finance_out),
    Sort("results", "result", parts.ResultSent, parts.result_out),
    Sort("indicators", "resultindicator", parts.IndicatorOfResultSent, parts.indicator_out),
    Sort("targets", "target", parts.TargetSent, parts.target_out),
    Sort("documents", "document", parts.DocumentSent, parts.document_out),
)


def _whole(request: HttpRequest, pk: UUID) -> Whole:
    """A project that the client may see, as its people have written it."""
    who = viewer(request)
    found = selectors.project(who, pk)
    return as_revised(as_it_is(found), selectors.undecided(who, found))


project = Resource(router, _whole)


@dataclass(frozen=True, slots=True)
class Placed:
    """A part of a project, and the project as its people have written it."""

    whole: Whole
    part: Any


def _part(whole: Whole, kind: Kind, pk: int) -> Any:
    """A part of a project, also one that is only proposed. Raises ``DoesNotExist``."""
    if pk > 0:
        return kind.of(whole.project).get(pk=pk)
    found = whole.find(kind.name, pk)
    if found is None:
        raise kind.model.DoesNotExist
    return found


def _offer(sort: Sort) -> None:
    """Register the three operations of a sort of part, each with the types of the sort."""
    kind = KINDS[sort.kind]

    def shown(_request: HttpRequest, one: Any) -> parts.PartOut:
        return sort.show(one)

    def found(request: HttpRequest, pk: UUID, part: parts.Named) -> Placed:
        whole = _whole(request, pk)
        return Placed(whole, _part(whole, kind, part))

    shown.__annotations__["return"] = get_type_hints(sort.show)["return"]
    errors.shows(kind.model)(shown)
    one = Resource(router, found, path=f"/{{uuid:pk}}/{sort.path}/{{signed:part}}")

    def add(one: Whole, by: Anew, body: Any) -> Any:
        """A part more; of a registered project it waits to be accepted (202)."""
        own = {} if sort.kind in ("resultindicator", "target") else {"project": one.project}
        return _added(kind.model(**own, **_fields(one, body)), by)

    def change(one: Placed, by: Seen, body: Any) -> Any:
        """A part as it is to be; of a registered project that waits to be accepted (202).

        A part that is only proposed has a negative number: what is proposed is written anew.
        """
        fields = _fields(one.whole, body)
        if not services.is_revised(one.whole.project):
            return services.change_part(one.part, **by, **fields)
        with revisions.shown_in_conflict():
            return revising.change_part(one.part, **by, **fields) or one.part

    def remove(one: Placed, by: Seen) -> Revision | None:
        """A part less; of a registered project that waits to be accepted (202)."""
        if not services.is_revised(one.whole.project):
            services.remove_part(one.part, **by)
            return None
        with revisions.shown_in_conflict():
            return revising.remove_part(one.part, **by)

    add.__annotations__["body"] = change.__annotations__["body"] = sort.sent
    add.__annotations__["return"] = change.__annotations__["return"] = kind.model | Revision
    project.post(f"/{sort.path}", f"add_{sort.kind}", waits=revisions.answer)(add)
    one.put(f"change_{sort.kind}", waits=revisions.answer)(change)
    one.delete(f"remove_{sort.kind}", waits=revisions.answer)(remove)


def _added(part: Any, by: Anew) -> Any:
    if not services.is_revised(part.project):
        return services.add_part(part, **by)
    revision = revising.add_part(part, **by)
    assert revision is not None  # what adds something always proposes something
    return revision


for _sort in SORTS:
    _offer(_sort)


# --- milestones ---------------------------------------------------------------------------


class DoneSent(Sent):
    done: date


def _milestone_of(request: HttpRequest, pk: UUID, part: Number) -> Milestone:
    return selectors.visible_to(viewer(request)).get(pk=pk).milestones.get(pk=part)


milestone = Resource(router, _milestone_of, path="/{uuid:pk}/milestones/{int:part}")


@milestone.post("/report", "report_milestone")
def report_milestone(one: Milestone, by: Seen, body: DoneSent) -> Milestone:
    """That a milestone of a registered project was reached; another person confirms it."""
    return services.report_milestone(one, **by, done=body.done)


@milestone.post("/confirm", "confirm_milestone")
def confirm_milestone(one: Milestone, by: Seen) -> Milestone:
    """By somebody who has not reported it."""
    return services.confirm_milestone(one, **by)


class FileSent(Sent):
    """What stands beside a file: its title in both languages."""

    title_en: Line
    title_ja: Line


def _project_of(request: HttpRequest, pk: UUID) -> Project:
    return selectors.project(viewer(request), pk)


@Resource(router, _project_of).post(
    "/documents/file", "add_file_to_project", waits=revisions.answer
)
def add_file_to_project(
    one: Project, by: Anew, file: Upload, body: Annotated[FileSent, Form(...)]
) -> Document | Revision:
    """A document as a file; its kind, size and content are checked.

    Of a registered project it waits to be accepted (202).
    """
    allow(by["actor"], "projects.change", one)
    if (fault := store.fault(file)) is not None:
        raise ValidationError({"file": fault[language()]})
    kept = store.keep(file)
    document = Document(
        project=one,
        title=Text(body.title_en, body.title_ja),
        name=safe_name(str(file.name)),
        sha256=kept.sha256,
        size=kept.size,
        content_type=kept.content_type,
    )
    added: Document | Revision = _added(document, by)
    return added
