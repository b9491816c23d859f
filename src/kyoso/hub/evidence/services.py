"""What is done to runs: starting, executing, taking up again after a crash, deleting."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from kyoso.core.errors import InputRefusedError, KyosoError, Problem
from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import keeping, store
from kyoso.hub.evidence.enums import WAITING, Origin, State
from kyoso.hub.evidence.models import Run, RunInput
from kyoso.hub.record.errors import WrongStateError
from kyoso.methods import registry, running
from kyoso.methods.declaration import Method, Values

logger = logging.getLogger(__name__)

ATTEMPTS = 2
"""A run whose worker died is tried once more; one that kills its worker twice has failed."""


class TooManyRunsError(KyosoError):
    """The user has as many runs waiting as one may have."""

    code = "too-many-runs"


@dataclass(frozen=True, slots=True)
class Sent:
    """An input file of a run to come: its name, its kept content, where it came from."""

    name: str
    stored: store.Stored
    origin: Origin


# --- starting -----------------------------------------------------------------------------


@transaction.atomic
def start(
    user: User,
    method: Method,
    values: Values,
    inputs: Mapping[str, Sent],
    *,
    repeats: Run | None = None,
    once: str | None = None,
) -> Run:
    """Queue a run of ``method``; run, inputs and task are there together or not at all.

    With a known ``once`` the answer is the run that it started before. Raises :class:`TooManyRunsError`.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if once is not None and (there := Run.objects.filter(once=once).first()) is not None:
        return there
    limit = settings.KYOSO_RUNS_WAITING
    if Run.objects.filter(owner=user, state__in=WAITING).count() >= limit:
        raise TooManyRunsError(
            Text("{n} of your runs are still waiting", "待機中の計算が{n}件あります").format(
                n=limit
            ),
            hint=Text("wait until one of them has ended", "いずれかの終了をお待ちください"),
        )
    run = Run.objects.create(
        owner=user,
        method=method.id,
        version=method.version,
        parameters=dict(values),
        repeats=repeats,
        once=once,
    )
    _add_inputs(run, inputs)
    _enqueue(run)
    return run


def _enqueue(run: Run) -> None:
    from kyoso.hub.evidence import tasks

    tasks.execute.enqueue(str(run.pk))


def _add_inputs(run: Run, inputs: Mapping[str, Sent]) -> None:
    RunInput.objects.bulk_create(
        RunInput(
            run=run,
            table=table,
            name=sent.name,
            sha256=sent.stored.sha256,
            size=sent.stored.size,
            origin=sent.origin,
        )
        for table, sent in inputs.items()
    )


def example_of(method: Method) -> dict[str, Sent]:
    """The shipped example of a method as input of a run."""
    found = {}
    for table, path in running.example_inputs(method).items():
        with path.open("rb") as stream:
            found[table] = Sent(path.name, store.keep(File(stream)), Origin.EXAMPLE)
    return found


def again(run: Run, table: str) -> Sent | None:
    """An input of an earlier run, to be used again."""
    one = run.inputs.filter(table=table).first()
    if one is None:
        return None
    return Sent(one.name, store.Stored(one.sha256, one.size), Origin(one.origin))


def make_samples() -> list[Run]:
    """One public run of each method on its shipped example; safe to repeat.

    A run of an older version of a method stays: its numbers may have been cited.
    """
    made = []
    for method in registry.methods().values():
        if not method.example:
            continue
        same = Run.objects.filter(
            sample=True, method=method.id, version=method.version, state=State.DONE
        )
        run = next((one for one in same if store.folder_of(one.pk).exists()), None)
        if run is None:
            run = _make_sample(method)
        made.append(run)
    return made


def start_now(user: User | None, method: Method, values: Values, inputs: Mapping[str, Sent]) -> Run:
    """A run that no worker takes: who starts it calls :func:`execute` and waits for its end.

    Without a user it belongs to everybody.
    """
    if user is None:
        return start_sample(method, values, inputs)
    with transaction.atomic():
        run = Run.objects.create(
            owner=user, method=method.id, version=method.version, parameters=dict(values)
        )
        _add_inputs(run, inputs)
    return run


def start_sample(method: Method, values: Values, inputs: Mapping[str, Sent]) -> Run:
    """A run that belongs to everybody; it waits until :func:`execute` is called."""
    with transaction.atomic():
        run = Run.objects.create(
            sample=True, method=method.id, version=method.version, parameters=dict(values)
        )
        _add_inputs(run, inputs)
    return run


def _make_sample(method: Method) -> Run:
    run = start_sample(method, method.parse({}), example_of(method))
    execute(run.pk)
    run.refresh_from_db()
    return run


# --- executing ----------------------------------------------------------------------------


def execute(pk: uuid.UUID) -> None:
    """Execute a queued run to its end; nothing happens to one that is not queued."""
    taken = Run.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.RUNNING, started_at=timezone.now(), attempts=F("attempts") + 1, progress=0.0
    )
    if not taken:
        return
    run = Run.objects.get(pk=pk)
    try:
        _calculate(run)
    except InputRefusedError as refused:
        _end(
            run,
            State.REFUSED,
            problems=[_as_data(problem) for problem in refused.problems],
            problem_count=refused.count,
        )
    except KyosoError as error:
        _end(run, State.REFUSED, problems=[_error_as_data(error)], problem_count=1)
    except Exception:
        logger.exception("run %s of %s failed", run.pk, run.method)
        _end(run, State.FAILED)


def _calculate(run: Run) -> None:
    method = registry.get(run.method)

    def tell(share: float, what: Text) -> None:
        Run.objects.filter(pk=run.pk).update(progress=share, message=what)

    with store.laid_out(run.inputs.all()) as (place, inputs):
        made = place / "run"
        with running.running(method, inputs, run.parameters, progress=tell) as result:
            kept = keeping.write(result, made, tell)
        store.publish(made, run.pk)
    _end(
        run,
        State.DONE,
        version=method.version,
        record=kept.record,
        shows_sample=kept.shows_sample,
        progress=1.0,
    )


def _end(run: Run, state: State, **fields: Any) -> None:
    Run.objects.filter(pk=run.pk).update(state=state, finished_at=timezone.now(), **fields)


def _as_data(problem: Problem) -> dict[str, object]:
    return problem.as_dict() | {
        "message": problem.message.as_dict(),
        "hint": problem.hint.as_dict(),
    }


def _error_as_data(error: KyosoError) -> dict[str, object]:
    return {
        "table": error.where,
        "message": error.message.as_dict(),
        "hint": error.hint.as_dict() if error.hint else None,
    }


# --- after a crash, and the end -----------------------------------------------------------


def recover() -> int:
    """Queue again what a dead worker left running; answer how many.

    Only for a moment at which no worker runs: :command:`kyoso serve` calls it before it starts
    one.
    """
    store.clear_work()
    left = Run.objects.filter(state=State.RUNNING)
    left.filter(attempts__gte=ATTEMPTS).update(state=State.FAILED, finished_at=timezone.now())
    stale = list(Run.objects.filter(state=State.RUNNING))
    for run in stale:
        with transaction.atomic():
            Run.objects.filter(pk=run.pk).update(state=State.QUEUED, progress=0.0)
            _enqueue(run)
    return len(stale)


def delete(run: Run) -> None:
    """Delete a run with its result, and its files where no other run reads them.

    Raises :class:`WrongStateError` for a run that a report rests on.
    """
    hashes = list(run.inputs.values_list("sha256", flat=True))
    pk = run.pk
    try:
        run.delete()
    except ProtectedError as fault:
        raise WrongStateError(
            Text("a report rests on this run", "報告がこの計算を根拠としています"),
            where=str(pk),
            hint=Text("evidence is kept", "根拠は削除できません"),
        ) from fault
    store.remove(pk)
    store.forget(hashes)
