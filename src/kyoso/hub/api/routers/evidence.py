"""Methods, runs of them, and what came of the runs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import pyarrow.parquet as pq
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from kyoso.hub.api import errors, etags
from kyoso.hub.api.auth import EVIDENCE, PUBLIC, actor, viewer
from kyoso.hub.api.operations import By, Resource
from kyoso.hub.api.paging import Asked, Page, page, page_from, page_of
from kyoso.hub.api.shapes import Both, IfNoneMatch, Once, both, in_both, listed
from kyoso.hub.evidence import keeping, selectors, services, store
from kyoso.hub.evidence.enums import Origin, State
from kyoso.hub.evidence.forms import RunForm
from kyoso.hub.evidence.models import Run
from kyoso.hub.record.services import plain
from kyoso.hub.texts import language, say
from kyoso.methods import registry
from kyoso.methods.declaration import Method

methods = Router(tags=["methods"])
runs = Router(tags=["runs"])

MethodId = Annotated[str, Field(max_length=120, pattern=r"^[a-z0-9.-]+$")]
TableName = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_-]+$")]


RunState = Annotated[State, listed(State)]


class MethodOut(Schema):
    id: str
    version: str
    title: Both
    summary: Both
    activities: list[str]
    inputs: list[str]
    outputs: list[str]
    parameters: list[str]


class MethodWhole(MethodOut):
    """``declaration`` is the whole declaration: tables, columns, units, parameters, sources."""

    declaration: dict[str, Any]


class InputOut(Schema):
    table: str
    name: str
    sha256: str
    size: int
    origin: str


class ProblemOut(Schema):
    """A fault of an input, with its place in the file."""

    table: str | None
    row: int | None
    column: str | None
    value: str | None
    message: Both
    hint: Both | None


class RunOut(Schema):
    """One execution of a method. ``sample`` marks the public runs on sample data."""

    id: UUID
    method: str
    version: str
    state: RunState
    progress: float
    sample: bool
    shows_sample: bool
    parameters: dict[str, Any]
    inputs: list[InputOut]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RunWhole(RunOut):
    """``record`` holds checks and provenance of a run that is done."""

    message: Both | None
    problem_count: int
    problems: list[ProblemOut]
    tables: list[str]
    record: dict[str, Any] | None


class RowOut(Schema):
    """A row of a table by its columns; an absent value is null."""

    values: dict[str, Any]


# --- methods ------------------------------------------------------------------------------


def _method(one: Method) -> MethodOut:
    return MethodOut(
        id=one.id,
        version=one.version,
        title=in_both(one.title),
        summary=in_both(one.summary),
        activities=list(one.activities),
        inputs=[table.name for table in one.inputs],
        outputs=[table.name for table in one.outputs],
        parameters=[parameter.name for parameter in one.parameters],
    )


@methods.get("", response=Page[MethodOut], auth=PUBLIC, operation_id="list_methods")
def list_methods(request: HttpRequest, wanted: Asked) -> Page[MethodOut]:
    found = sorted(registry.methods().values(), key=lambda one: one.id)
    return page_of(request, found, wanted, _method)


@methods.get("/{id}", response=MethodWhole, auth=PUBLIC, operation_id="read_method")
def read_method(
    request: HttpRequest,
    response: HttpResponse,
    id: MethodId,  # noqa: A002 -- the name in the address
    if_none_match: IfNoneMatch,
) -> MethodWhole:
    one = registry.get(id)
    shown = MethodWhole(**_method(one).model_dump(), declaration=one.as_dict())
    return etags.tag(request, response, shown)


_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "parameters": {
                            "type": "string",
                            "description": "the parameters as one JSON object",
                        },
                        "example": {"type": "string", "enum": ["true"]},
                    },
                    "additionalProperties": {"type": "string", "format": "binary"},
                }
            }
        },
    }
}


@methods.post(
    "/{id}/runs",
    response={201: RunWhole},
    auth=EVIDENCE,
    operation_id="start_run",
    openapi_extra=_UPLOAD,
)
def start_run(
    request: HttpRequest,
    id: MethodId,  # noqa: A002 -- the name in the address
    idempotency_key: Once,
) -> Status[RunWhole]:
    """Each input table is a file under the name of the table; ``example=true`` sends none."""
    method = registry.get(id)
    unknown = set(request.FILES) - {table.name for table in method.inputs}
    if unknown:
        message = say("api.fault.no_table", name=min(unknown))[language()]
        raise ValidationError({"table": message})
    form = errors.valid(RunForm(method, _form_data(request, method), _form_files(request)))
    if form.from_example:
        inputs = services.example_of(method)
    else:
        inputs = {
            table: services.Sent(store.safe_name(str(file.name)), store.keep(file), Origin.UPLOAD)
            for table, file in form.sent().items()
        }
    made = services.start(actor(request), method, form.values(), inputs, once=etags.once(request))
    return Status(201, _whole(selectors.run(viewer(request), made.pk)))


def _form_data(request: HttpRequest, method: Method) -> dict[str, Any]:
    """What was sent as the form of the workbench takes it."""
    try:
        given = json.loads(request.POST.get("parameters") or "{}")
    except (ValueError, RecursionError) as error:
        raise _no_parameters() from error
    known = {parameter.name for parameter in method.parameters}
    if not isinstance(given, dict) or not set(given) <= known:
        raise _no_parameters()
    found = {f"parameter-{name}": _written(value) for name, value in given.items()}
    return found | ({"example": "true"} if request.POST.get("example") == "true" else {})


def _written(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _no_parameters() -> ValidationError:
    return ValidationError({"parameters": say("api.fault.parameters")[language()]})


def _form_files(request: HttpRequest) -> Any:
    return {f"table-{name}": file for name, file in request.FILES.items()}


# --- runs ---------------------------------------------------------------------------------


class RunsWanted(Schema):
    method: MethodId | None = None
    state: RunState | None = None
    sample: bool = False


def _run(one: Run) -> RunOut:
    return RunOut(
        id=one.pk,
        method=one.method,
        version=one.version,
        state=State(one.state),
        progress=one.progress,
        sample=one.sample,
        shows_sample=one.shows_sample,
        parameters=one.parameters,
        inputs=[
            InputOut(
                table=each.table,
                name=each.name,
                sha256=each.sha256,
                size=each.size,
                origin=each.origin,
            )
            for each in one.inputs.all()
        ],
        created_at=one.created_at,
        started_at=one.started_at,
        finished_at=one.finished_at,
    )


def _problem(one: Mapping[str, Any]) -> ProblemOut:
    hint = one.get("hint")
    return ProblemOut(
        table=one.get("table") or None,
        row=one.get("row"),
        column=one.get("column"),
        value=one.get("value"),
        message=Both(**one["message"]),
        hint=Both(**hint) if hint else None,
    )


def _whole(one: Run) -> RunWhole:
    done = one.state == State.DONE
    return RunWhole(
        **_run(one).model_dump(),
        message=both(one.message),
        problem_count=one.problem_count,
        problems=[_problem(each) for each in one.problems],
        tables=list(store.tables_of(one.pk)) if done else [],
        record=one.record,
    )


@runs.get("", response=Page[RunOut], auth=PUBLIC, operation_id="list_runs")
def list_runs(
    request: HttpRequest, wanted: Asked, only: Annotated[RunsWanted, Query(...)]
) -> Page[RunOut]:
    """One's own runs, and the public ones on sample data where they are asked for."""
    found = selectors.visible_to(viewer(request)).prefetch_related("inputs")
    if not only.sample:
        found = found.filter(sample=False)
    if only.method:
        found = found.filter(method=only.method)
    if only.state:
        found = found.filter(state=only.state)
    return page(request, found, wanted, _run, order=("-created_at", "pk"))


@runs.get("/{uuid:pk}", response=RunWhole, auth=PUBLIC, operation_id="read_run")
def read_run(
    request: HttpRequest, response: HttpResponse, pk: UUID, if_none_match: IfNoneMatch
) -> RunWhole:
    return etags.tag(request, response, _whole(selectors.run(viewer(request), pk)))


@runs.get(
    "/{uuid:pk}/tables/{table}", response=Page[RowOut], auth=PUBLIC, operation_id="read_run_table"
)
def read_run_table(request: HttpRequest, pk: UUID, table: TableName, wanted: Asked) -> Page[RowOut]:
    """The rows of a table of a run that is done, its inputs as they were read included."""
    one = selectors.run(viewer(request), pk)
    file = store.tables_of(one.pk).get(table) if one.state == State.DONE else None
    outputs = {output.name for output in registry.get(one.method).outputs}
    closed = table not in outputs and not selectors.may_open_inputs(viewer(request), one)
    if file is None or closed:
        raise Http404

    def fetch(first: int, count: int) -> Iterator[RowOut]:
        for row in keeping.rows(file, first, count).to_pylist():
            yield RowOut(values={name: cell(value) for name, value in row.items()})

    return page_from(request, wanted, pq.read_metadata(file).num_rows, fetch)


def cell(value: Any) -> Any:
    """A cell as JSON has it. A number that is none is absent."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return plain(value)


def _run_of(request: HttpRequest, pk: UUID) -> Run:
    return selectors.run(viewer(request), pk)


@Resource(runs, _run_of, auth=EVIDENCE).delete("delete_run")
def delete_run(one: Run, by: By) -> None:
    """A run of one's own that has ended, with its files."""
    if one.owner != by["actor"] or one.waits:
        raise Http404
    services.delete(one)
