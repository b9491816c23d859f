"""Pages of methods and runs, and what can be taken from them."""

from __future__ import annotations

import mimetypes
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.core.errors import KyosoError, NotFoundError
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import keeping, selectors, services, showing, store
from kyoso.hub.evidence.enums import Origin, State
from kyoso.hub.evidence.equations import as_html
from kyoso.hub.evidence.forms import RunForm
from kyoso.hub.evidence.models import Run
from kyoso.hub.texts import language
from kyoso.methods import registry, running
from kyoso.methods.declaration import Method
from kyoso.publishing import workbooks

ROWS_SHOWN = 12
ROWS_A_PAGE = 100
PROBLEMS_A_PAGE = 200


def _method(name: str) -> Method:
    try:
        return registry.get(name)
    except NotFoundError as fault:
        raise Http404 from fault


def _run(request: HttpRequest, pk: uuid.UUID) -> Run:
    try:
        return selectors.run(request.user, pk)
    except Run.DoesNotExist as fault:
        raise Http404 from fault


def _done(request: HttpRequest, pk: uuid.UUID) -> Run:
    run = _run(request, pk)
    if run.state != State.DONE:
        raise Http404
    return run


# --- methods ------------------------------------------------------------------------------


@require_GET
def methods(request: HttpRequest) -> HttpResponse:
    """The catalogue, by pillar."""
    pillars: dict[str, list[Method]] = {}
    for method in registry.methods().values():
        pillars.setdefault(method.id.partition(".")[0], []).append(method)
    samples = {run.method: run for run in reversed(selectors.samples())}
    context = {"pillars": pillars, "samples": samples, "texts": selectors.activity_texts()}
    return render(request, "evidence/methods.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def method(request: HttpRequest, name: str) -> HttpResponse:
    """A declaration as a page, with the workbench on top; a POST starts a run."""
    found = _method(name)
    repeats = _repeated(request, found)
    if request.method != "POST":
        return _method_page(request, found, RunForm(found, repeats=repeats))
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    form = RunForm(found, request.POST, request.FILES, repeats=repeats)
    if form.is_valid():
        try:
            return redirect("evidence:run", _start(request.user, found, form).pk)
        except services.TooManyRunsError as fault:
            form.add_error(None, fault.line(language()))
    return _method_page(request, found, form, status=422)


def _repeated(request: HttpRequest, found: Method) -> Run | None:
    """The run of this method that is to be run again with changes."""
    try:
        pk = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    return selectors.visible_to(request.user).filter(pk=pk, method=found.id).first()


def _start(user: User, found: Method, form: RunForm) -> Run:
    if form.from_example:
        inputs = services.example_of(found)
    else:
        inputs = {
            table: services.Sent(store.safe_name(str(file.name)), store.keep(file), Origin.UPLOAD)
            for table, file in form.sent().items()
        }
        if form.repeats is not None:
            kept = {table: services.again(form.repeats, table) for table in form.kept_tables()}
            inputs |= {table: sent for table, sent in kept.items() if sent is not None}
    return services.start(user, found, form.values(), inputs, repeats=form.repeats)


def _method_page(
    request: HttpRequest, found: Method, form: RunForm, *, status: int = 200
) -> HttpResponse:
    texts = selectors.activity_texts()
    context = {
        "method": found,
        "pillar": found.id.partition(".")[0],
        "form": form,
        "serves": [(code, texts.get(code)) for code in found.activities],
        "inputs": [(one, showing.declared(one, is_input=True)) for one in found.inputs],
        "outputs": [(one, showing.declared(one, is_input=False)) for one in found.outputs],
        "sample": selectors.samples().filter(method=found.id).first(),
        "equations": as_html(found.equations[language()]) if found.equations else "",
        "command": _command(found, {table: f"{table}.csv" for table in _needed(found)}, {}),
        "example_command": f"kyoso example {found.id} -o example",
    }
    return render(request, "evidence/method.html", context, status=status)


def _needed(found: Method) -> list[str]:
    return [table.name for table in found.inputs if table.shipped is None and not table.optional]


def _command(found: Method, inputs: dict[str, str], parameters: dict[str, Any]) -> str:
    """The same run on the command line."""
    parts = ["kyoso run", found.id]
    parts += [f"-i {table}={_quoted(name)}" for table, name in inputs.items()]
    parts += [f"-p {name}={_quoted(str(value))}" for name, value in parameters.items()]
    return " ".join([*parts, "-o result"])


def _quoted(word: str) -> str:
    return f'"{word}"' if any(sign in word for sign in " ()'&;") else word


@require_GET
def template(request: HttpRequest, name: str) -> FileResponse:
    """The input workbook in the language of the page."""
    found = _method(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{found.id}.xlsx"
        workbooks.template(found, path, language())
        return _file(path.open("rb"), path.name)


@require_GET
def example(request: HttpRequest, name: str, table: str) -> FileResponse:
    """A file of the shipped example."""
    found = _method(name)
    path = running.example_inputs(found).get(table)
    if path is None:
        raise Http404
    return _file(path.open("rb"), f"{table}{path.suffix}")


@require_GET
def declaration(request: HttpRequest, name: str) -> JsonResponse:
    """The declaration as data, in both languages."""
    return JsonResponse(_method(name).as_dict(), json_dumps_params={"ensure_ascii": False})


def _file(stream: IO[bytes], name: str) -> FileResponse:
    return FileResponse(stream, as_attachment=True, filename=name)


# --- runs ---------------------------------------------------------------------------------


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """The viewer's runs, and the public ones."""
    known = registry.methods()

    def named(found: Any) -> Iterator[tuple[Run, Method | None]]:
        return ((run, known.get(run.method)) for run in found)

    own = selectors.own(request.user)[:ROWS_A_PAGE] if isinstance(request.user, User) else []
    context = {"own": list(named(own)), "samples": list(named(selectors.samples()))}
    return render(request, "evidence/runs.html", context)


@require_GET
def run(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A run: waiting, refused, failed, or with all that it found."""
    one = _run(request, pk)
    found = registry.methods().get(one.method)
    context: dict[str, Any] = {
        "run": one,
        "method": found,
        "may_delete": one.owner == request.user,
        "may_open_inputs": selectors.may_open_inputs(request.user, one),
    }
    if found is None:
        return render(request, "evidence/run_gone.html", context)
    inputs = {given.table: given.name for given in one.inputs.all()}
    context["command"] = _command(found, inputs, one.parameters)
    if one.waits:
        return render(request, "evidence/run_waits.html", context | _waiting(one))
    if one.state != State.DONE:
        context["problems"] = showing.problems(one)[:PROBLEMS_A_PAGE]
        return render(request, "evidence/run_refused.html", context)
    return render(request, "evidence/run.html", context | _result(request, one))


def _waiting(one: Run) -> dict[str, Any]:
    return {"run": one, "before": selectors.before(one) if one.state == State.QUEUED else 0}


def _result(request: HttpRequest, one: Run) -> dict[str, Any]:
    here, found = language(), _kept(one)
    place = store.folder_of(one.pk)
    checks = showing.checks(one)
    passed = sum(check.verdict == "passed" for check in checks)
    drawn = [figure.table for figure in found.figures]
    names = dict.fromkeys((*drawn, *(table.name for table in reversed(found.outputs))))
    return {
        "pillar": found.id.partition(".")[0],
        "record": (one.record or {}).get("provenance", {}),
        "references": _further_references(one),
        "look": [check for check in checks if check.verdict != "passed"],
        "passed_checks": [check for check in checks if check.verdict == "passed"],
        "passed": passed,
        "to_look_at": len(checks) - passed,
        "figures": [
            (figure, mark_safe(keeping.figure(place, figure.name, here, titled=False)))  # noqa: S308 -- drawn by us
            for figure in found.figures
        ],
        "sheets": [
            showing.output_sheet(one, found, name, here, count=ROWS_SHOWN) for name in names
        ],
        "chain": _chain(request, one, found),
    }


def _further_references(one: Run) -> list[dict[str, Any]]:
    """The reference data that did not stand in for an input table: those are named there."""
    provenance = (one.record or {})["provenance"]
    stood_in = {given["name"] for given in provenance["inputs"]}
    return [used for used in provenance["reference"] if used["name"] not in stood_in]


def _chain(request: HttpRequest, one: Run, found: Method) -> showing.Chain | None:
    """The chain behind the number that was asked for; behind the largest if none was."""
    asked, row = request.GET.get("of"), request.GET.get("row", "")
    start = (asked, int(row)) if asked and row.isdecimal() else showing.largest(one, found)
    if start is None:
        return None
    try:
        return showing.chain(one, found, *start, language())
    except NotFoundError as fault:
        raise Http404 from fault


@require_GET
def state(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far a run is; once it has ended the page is asked for anew."""
    one = _run(request, pk)
    answer = render(request, "evidence/_progress.html", _waiting(one))
    if not one.waits:
        answer.headers["HX-Refresh"] = "true"
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then delete a run of one's own."""
    one = _run(request, pk)
    if one.owner != request.user or one.waits:
        raise Http404
    if request.method == "POST":
        services.delete(one)
        return redirect("evidence:runs")
    return render(request, "evidence/delete.html", {"run": one, "method": _method(one.method)})


@require_GET
def table(request: HttpRequest, pk: uuid.UUID, table: str) -> HttpResponse:
    """A whole output table, page by page."""
    one = _done(request, pk)
    found = _output(one, table)
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isdecimal() else 1
    first = (page - 1) * ROWS_A_PAGE
    sheet = showing.output_sheet(one, found, table, language(), first=first, count=ROWS_A_PAGE)
    if not sheet.lines and page > 1:
        raise Http404
    pages = max(1, -(-sheet.count // ROWS_A_PAGE))
    context = {"run": one, "method": found, "sheet": sheet, "page": page, "pages": pages}
    return render(request, "evidence/table.html", context)


def _kept(one: Run) -> Method:
    """The method as the run holds it."""
    return keeping.method_of(_method(one.method).id, one.pk)


def _output(one: Run, table: str) -> Method:
    found = _kept(one)
    if table not in {output.name for output in found.outputs}:
        raise Http404
    return found


@require_GET
def table_file(request: HttpRequest, pk: uuid.UUID, table: str, form: str) -> HttpResponseBase:
    """An output table as a file."""
    one = _done(request, pk)
    found = _output(one, table)
    if form not in keeping.FORMS:
        raise Http404
    try:
        stream = keeping.download(store.tables_of(one.pk)[table], found, table, form)
    except KyosoError as fault:
        context = {"title": fault.message, "lede": fault.hint}
        return render(request, "portal/error.html", context, status=422)
    return _file(stream, f"{table}.{form}")


@require_GET
def figure_file(request: HttpRequest, pk: uuid.UUID, figure: str) -> HttpResponse:
    """A figure with its title."""
    one = _done(request, pk)
    if figure not in {drawn.name for drawn in _kept(one).figures}:
        raise Http404
    picture = keeping.figure(store.folder_of(one.pk), figure, language(), titled=True)
    answer = HttpResponse(picture, content_type="image/svg+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{figure}.svg"'
    return answer


@require_GET
def input_file(request: HttpRequest, pk: uuid.UUID, table: str) -> FileResponse:
    """An input as it was sent."""
    one = _run(request, pk)
    given = one.inputs.filter(table=table).first()
    if given is None or not selectors.may_open_inputs(request.user, one):
        raise Http404
    answer = _file(store.content_of(given.sha256).open("rb"), given.name)
    answer.headers["Content-Type"] = (
        mimetypes.guess_type(given.name)[0] or "application/octet-stream"
    )
    return answer


@require_GET
def record(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """The record of a run: checks and provenance as data."""
    one = _done(request, pk)
    return _file((store.folder_of(one.pk) / keeping.RECORD).open("rb"), keeping.RECORD)


@require_GET
def archive(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """Everything of a run in one file."""
    one = _done(request, pk)
    found = _kept(one)
    stream = keeping.archive(store.folder_of(one.pk), found, language())
    return _file(stream, f"{found.id}-{one.id.hex[:8]}.zip")
